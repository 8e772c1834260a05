"""The long comparison of counts, for a short time: it ends, counts, and finds no difference."""

import re
from dataclasses import replace
from typing import Any

import pytest

import uat
from tests.counterexamples import many_coordinates, regions, run


def test_many_networks_are_counted_as_they_are_clipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert regions.main(["--networks", "80", "--rng", "11"]) == 0
    assert "80 networks, no difference" in capsys.readouterr().out


def test_some_networks_are_counted_in_the_whole_space() -> None:
    assert regions.main(["--networks", "16", "--rng", "12", "--whole-space"]) == 0


def test_networks_whose_values_overflow_or_vanish_are_counted_as_they_are_clipped() -> None:
    assert regions.main(["--networks", "40", "--rng", "22", "--extreme"]) == 0


@pytest.mark.parametrize("where", [[], ["--whole-space"], ["--extreme"]], ids=str)
def test_networks_of_any_piecewise_linear_units_are_counted_as_they_are_clipped(
    where: list[str],
) -> None:
    assert regions.main(["--networks", "12", "--rng", "33", "--bent", *where]) == 0


def test_tiles_with_walls_through_vertices_are_counted_as_the_whole_is_clipped() -> None:
    assert regions.main(["--networks", "40", "--rng", "44", "--tiles", "--bent"]) == 0


@pytest.mark.slow
def test_processes_share_the_search(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "ROUND", 2)
    searches = [
        (regions, "--networks 60 --workers 2", "60 networks, no difference"),
        (run, "--trials 40 --finest 0.05 --workers 1", "no violation"),
        (many_coordinates, "--trials 600 --rng 30 --workers 1", r"[\d,]{5} trials, no violation"),
    ]
    for search, how, said in searches:
        assert search.main(how.split()) == 0
        assert re.search(said, capsys.readouterr().out)


def test_it_stops_at_the_first_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    count = uat.count_regions

    def careless(network: uat.Network, box: Any = None) -> uat.RegionCount:
        found = count(network, box)
        return replace(found, linear=found.activation)

    monkeypatch.setattr(uat, "count_regions", careless)
    with pytest.raises(AssertionError, match=r"counted, .* by clipping"):
        regions.main(["--networks", "100"])
