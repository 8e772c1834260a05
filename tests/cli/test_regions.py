"""Regions on the command line: counts, bounds, files, and what goes wrong in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from tests.cli.command import run
from uat.cli import console
from uat.construct.deep.folding import folding
from uat.construct.deep.random_networks import random_network
from uat.interchange import formats as storage


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.npz"
    storage.save(folding(2, (4, 2)), path)
    return path


def test_a_stored_network_is_counted_in_a_table(
    network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("regions", "count", network, "--box", "0 1") == 0
    heard = capsys.readouterr()
    assert heard.err == ""
    rows = [line.split("│")[1:3] for line in heard.out.splitlines() if line.count("│") == 3]
    told = {name.strip(): text.strip() for name, text in rows}
    assert told["activation regions"] == "16"
    assert told["linear regions"] == "14"
    assert told["box"] == "[0, 1] in each coordinate"
    assert "4-2 units" in told["network"]
    assert "at least 16: Montúfar 2014" in heard.out


def test_machines_get_json(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regions", "count", network, "--box", "0 1; 0 1/2", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    expected = uat.count_regions(folding(2, (4, 2)), ((0, 1), (0, 0.5)))
    assert (facts["activation"], facts["linear"]) == (expected.activation, expected.linear)
    assert facts["box"] == [[0, 1], [0, 0.5]]
    assert facts["widths"] == [4, 2]
    known = {bound["name"]: bound["value"] for bound in facts["bounds"]}
    assert known["Montúfar 2014"] == 16


def test_without_a_box_the_whole_space_is_counted(
    network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("regions", "count", network) == 0
    assert "the whole space" in capsys.readouterr().out
    assert run("regions", "count", network, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["box"] is None
    assert facts["linear"] == uat.count_regions(folding(2, (4, 2))).linear


@pytest.mark.slow
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_regions_are_drawn_into_a_file(network: Path, form: str, tmp_path: Path) -> None:
    picture = tmp_path / f"regions.{form}"
    assert run("regions", "count", network, "--box", "0 1", "--plot", picture) == 0
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[form]
    assert picture.read_bytes().startswith(start)


def test_montufar_reaches_the_number_of_the_theorem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fold.npz"
    assert run("regions", "montufar", 2, 4, 4, 4, "--save", path, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["activation"] == facts["linear"] == 176
    assert facts["files"] == {"network": str(path)}
    assert storage.read_network(path) == folding(2, (4, 4, 4))


def test_a_count_goes_on_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("regions", "montufar", 2, 4, 4, 4, "--resume", tmp_path / "count", "--json")
    for _ in range(2):
        assert run(*asked) == 0
        assert json.loads(capsys.readouterr().out)["linear"] == 176
    assert run("regions", "montufar", 2, 4, 4, "--resume", tmp_path / "count") == 2
    assert "another network or box" in capsys.readouterr().err


@pytest.mark.slow
def test_processes_count_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regions", "montufar", 2, 4, 4, 4, "--workers", 2, "--json") == 0
    assert json.loads(capsys.readouterr().out)["linear"] == 176


def test_random_networks_follow_their_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "random.npz"
    asked = ("regions", "random", 2, 8, 8, "--weights", "orthogonal", "--json")
    counts = []
    for seed in (0, 0, 1):
        assert run(*asked, "--rng", seed, "--save", path) == 0
        counts.append(json.loads(capsys.readouterr().out)["linear"])
    drawn = random_network(2, (8, 8), rng=1, weights="orthogonal")
    assert storage.read_network(path) == drawn
    assert counts[0] == counts[1]
    assert counts[2] == uat.count_regions(drawn, (-1, 1)).linear


def test_bounds_are_told_with_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bounds", 2, 32, 32, 32) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "34,668,544" in said
    assert "148,035,889" in said
    assert "7.922 × 10^28" in said
    assert "theorem 1" in said


@pytest.mark.slow
def test_bounds_of_any_size_are_numbers_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("bounds", 1, *[5] * 10, "--json") == 0
    known = json.loads(capsys.readouterr().out)["bounds"]
    assert 60_466_176 in [bound["value"] for bound in known]
    assert run("bounds", 3, 20_000, "--json") == 0
    known = json.loads(capsys.readouterr().out)["bounds"]
    assert known[0]["value"] == "3.980 × 10^6020"


@pytest.mark.slow
def test_regions_on_the_plane_through_three_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, path = np.random.default_rng(0).random((3, 6, 6)), tmp_path / "net.npz"
    storage.save(random_network(36, (9, 8), rng=1), path)
    for name, image in zip("abc", images, strict=True):
        np.save(tmp_path / f"{name}.npy", image)
    points = [tmp_path / f"{name}.npy" for name in "abc"]
    assert run("regions", "count", "--through", *points, path, "--box", "-1 2", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    plane = storage.read_network(path).along(*uat.plane_through(*images))
    assert facts["linear"] == uat.count_regions(plane, (-1, 2)).linear
    assert facts["through"] == [str(point) for point in points]
    assert run("regions", "count", path, f"--through={points[0]}", points[1], "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["inputs"], facts["dimension"]) == (36, 1)
    assert run("regions", "count", path, "--through", *points) == 0
    assert "a plane in 36 inputs" in capsys.readouterr().out
    for wrong, said in [
        (points[:1], "two points or more"),
        ([points[0], points[0]], "two different points are needed"),
        ([tmp_path / "no.npy", *points], "no.npy cannot be read"),
        ([path, *points], "is no array of numbers in a .npy file"),
    ]:
        assert run("regions", "count", path, "--through", *wrong) == 2
        heard = capsys.readouterr()
        assert said in heard.err
        assert heard.err.count("\n") == 1


def test_regions_alone_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regions") == 0
    assert "montufar" in capsys.readouterr().out


def sigmoid(path: Path) -> Path:
    storage.save(uat.Network.from_units([1.0], [1.0], [0.0], uat.logistic), path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bounds", 2), "at least one hidden layer"),
        (("bounds", 2, 0), "width 1 = 0"),
        (("bounds", 2, -4), "width 1 = -4 given"),
        (("bounds", 2, 4.5), "'4.5' is no whole number"),
        (("regions", "montufar", 3, 2), "width 1 = 2 given; at least 3"),
        (("regions", "montufar", 9, 9), "at most 8"),
        (("regions", "montufar", 2, 4, "--box", "1 0"), "a < b"),
        (("regions", "montufar", 2, 4, "--box", "0 1; 0 1; 0 1"), "3 pairs"),
        (("regions", "montufar", 2, 4, "--plot", "regions.gif"), "format 'gif'"),
        (("regions", "montufar", 2, 4, "--plot", "nowhere/regions.png"), "no folder"),
        (("regions", "montufar", 2, 4, "--language", "fr"), "fr"),
        (("regions", "montufar", 3, 4, "--plot", "regions.png"), "of 3 coordinates"),
        (("regions", "random", 2, 64, 64, "--limit", 5), "limit"),
        (("regions", "random", 2, 4, "--rng", -1), "rng=-1"),
        (("regions", "random", 2, 4, "--weights", "hey"), "'he'"),
        (("regions", "count", "missing.npz"), "missing.npz"),
        (("regions", "montufar", 2, 4, "--workers", 0), "--workers 0 given; 1 or more"),
        (("regions", "montufar", 2, 4, "--workers", 2, "--scheduler", "tcp://a"), "one of them"),
        (("regions", "montufar", 2, 4, "--resume", "a", "--plot", "a.png"), "from one map"),
        (("regions", "montufar", 2, 4, "--resume", "nowhere/a"), "nowhere/a cannot be used"),
    ],
    ids=str,
)
def test_bad_input_is_one_line_and_exit_code_two(
    arguments: tuple[Any, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_another_activation_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regions", "count", sigmoid(tmp_path / "s.npz")) == 2
    assert "relu" in capsys.readouterr().err


def test_one_file_is_not_given_for_two_things(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regions", "montufar", 2, 4, "--plot", "a.png", "--save", "a.png") == 2
    assert "one file given for two things" in capsys.readouterr().err


def test_progress_takes_words_or_none() -> None:
    with console.progress("regions") as report:
        report(1, 2)
        report(2, 2, "44 regions")


def test_counts_of_the_command_and_the_function_are_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("regions", "random", 3, 6, 5, "--rng", 3, "--box", "-1 1", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    count = uat.count_regions(random_network(3, (6, 5), rng=np.random.default_rng(3)), (-1, 1))
    assert (facts["activation"], facts["linear"]) == (count.activation, count.linear)
