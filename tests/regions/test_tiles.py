"""Regions counted in tiles are those of the whole, wherever the walls lie and whoever counts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.numerics.executors import Mortal
from tests.regions.relu_networks import random_network
from uat import Affine, FileProblem, InputError, Network, RegionCount, WrongType, count_regions
from uat.construct.deep.folding import folding
from uat.numerics.workers import Workers
from uat.regions import count, tiles
from uat.regions.subdivision import Monitor
from uat.regions.tile import Tile, count_tile, divide, halves
from uat.regions.tiles import Tally, count_in_tiles

FREE = Monitor(10**9)
NETWORK = random_network(2, 2, 12, 10, 8, 1)
STAR = Network([Affine([[1, 0], [0, 1], [1, 1], [1, -1]], [0] * 4), Affine([[1] * 4], [0])], "relu")


@pytest.fixture(scope="module")
def whole() -> RegionCount:
    """The count in one piece."""
    return count_regions(NETWORK, (-1, 1))


@pytest.fixture
def small(whole: RegionCount, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of few regions."""
    assert whole.activation > 240
    monkeypatch.setattr(count, "_DEFAULT_LIMITS", dict.fromkeys(range(1, 9), 240))


def counted(network: Network, box: Any, *walls: tuple[int, float, float]) -> RegionCount:
    """Count in the tiles between walls: an axis, and where the overlap begins and ends."""
    square = np.array(box, float)
    parts = [Tile.whole(square)]
    for axis, left, right in walls:
        parts = [half for part in parts for half in divide(part, axis, left, right)]
    tally = Tally(network, square, 10**6, FREE)
    for part in parts:
        task = (network, part, FREE)
        assert tally.add(task, count_tile(task)) == []
    return tally.total()


@pytest.mark.parametrize("wall", [(0.0, 5e-324), (-5e-324, 0.0), (-0.5, 0.0), (0.0, 0.5)])
def test_a_wall_along_the_kink_of_a_relu_leaves_two_pieces(wall: tuple[float, float]) -> None:
    kink = Network([Affine([[1]], [0]), Affine([[1]], [0])], "relu")
    assert counted(kink, [(-1, 1)], (0, *wall)) == RegionCount(2, 2)


@pytest.mark.parametrize("left", [-(2.0**-60), 0.0])
@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_four_lines_through_the_corner_of_tiles_make_eight_regions(
    left: float, axes: tuple[int, ...]
) -> None:
    walls = [(axis, left, 2.0**-60) for axis in axes]
    assert counted(STAR, [(-1, 1)] * 2, *walls) == RegionCount(8, 8)


def test_a_facet_that_lies_in_a_wall_joins_what_has_one_gradient() -> None:
    # (x)₊ + (−x)₊ − 2 (x)₊ + y is −x + y on both sides of x = 0.
    flat = Network(
        [Affine([[1, 0], [-1, 0], [0, 1]], [0, 0, 5]), Affine([[-1, 1, 1]], [0])], "relu"
    )
    for wall in [(0.0, 5e-324), (-5e-324, 0.0), (-(2.0**-9), 0.0)]:
        assert counted(flat, [(-1, 1)] * 2, (0, *wall), (1, -0.1, 0.1)) == RegionCount(2, 1)


@pytest.mark.slow
def test_a_linear_region_that_winds_through_many_tiles_is_one() -> None:
    network = Network([*folding(2, (4, 4)).layers[:-1], Affine([[0] * 4], [1])], "relu")
    whole = count_regions(network, (0, 1))
    assert whole.linear == 1
    assert count_in_tiles(network, np.array([[0.0, 1]] * 2), 12, FREE) == whole


@pytest.mark.slow
@pytest.mark.parametrize(("n", "most"), [(1, 3), (1, 9), (2, 30), (2, 70), (3, 300), (3, 10**6)])
def test_any_size_of_tiles_gives_the_same_count(n: int, most: int) -> None:
    network = random_network(5, n, 9, 8, 2)
    whole = count_regions(network, (-1, 1))
    assert count_in_tiles(network, np.array([[-1.0, 1]] * n), most, FREE) == whole


def test_halves_overlap_and_what_is_their_own_does_not() -> None:
    parts = [Tile.whole(np.array([[-1.0, 1], [0, 4]]))]
    for _ in range(5):
        parts = [half for part in parts for half in halves(part, parts[0].box) or ()]
    rng = np.random.default_rng(0)
    x = rng.uniform([-1, 0], [1, 4], (2000, 2))
    for part in parts:
        x = np.vstack([x, part.box.T, np.clip(part.own, part.box[:, :1], part.box[:, 1:]).T])
    x = x[((x > [-1, 0]) & (x < [1, 4])).all(axis=1)]
    inside = np.array([((x > p.box[:, 0]) & (x < p.box[:, 1])).all(axis=1) for p in parts])
    own = np.array([((x > p.own[:, 0]) & (x < p.own[:, 1])).all(axis=1) for p in parts])
    assert inside.any(axis=0).all()
    assert (own & (inside.sum(axis=0) > 1)).sum() == 0
    assert own.any(axis=0).mean() > 0.9


def test_a_tile_between_neighbouring_floats_is_not_divided() -> None:
    box = np.array([[1.0, 1 + 2.0**-52]])
    assert halves(Tile.whole(box), box) is None


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_regions_past_the_limit_of_memory_are_counted_in_tiles(whole: RegionCount) -> None:
    assert count_regions(NETWORK, (-1, 1)) == whole
    assert count_regions(NETWORK, (-1, 1), limit=10**6) == whole
    with pytest.raises(InputError, match="more than limit=180 regions"):
        count_regions(NETWORK, (-1, 1), limit=180)
    with pytest.raises(InputError, match="more than limit=240 regions"):
        count_regions(NETWORK)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_threads_count_the_same(whole: RegionCount) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert count_regions(NETWORK, (-1, 1), executor=pool) == whole
        with pytest.raises(InputError, match="more than limit=180"):
            count_regions(NETWORK, (-1, 1), executor=pool, limit=180)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_what_a_dying_worker_was_counting_is_counted_again(whole: RegionCount) -> None:
    mortal = Mortal()
    assert count_regions(NETWORK, (-1, 1), executor=mortal) == whole
    assert mortal.tasks == 5


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the tiles that are counted."""
    made: list[str] = []

    def noted(task: Any) -> Any:
        made.append(task[1].path)
        return count_tile(task)

    monkeypatch.setattr(tiles, "count_tile", noted)
    return made


@pytest.mark.slow
def test_the_wider_a_layer_the_fewer_regions_are_held_at_once(
    whole: RegionCount, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "_LEAST", 1)
    monkeypatch.setattr(count, "_MEMORY", 24 * 4 * 12 * 240)
    assert count_regions(NETWORK, (-1, 1)) == whole
    assert len(calls) > 2


def test_wide_layers_of_lines_through_one_point_are_counted_at_once(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "_LEAST", 500)
    monkeypatch.setattr(count, "_MEMORY", 0)
    weight = np.random.default_rng(0).normal(size=(60, 2))
    fan = Network([Affine(weight, [0] * 60), Affine([[1] * 60], [0])], "relu")
    assert count_regions(fan, (-1, 1)) == RegionCount(120, 120)
    assert calls == []


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_count_that_is_stopped_goes_on_from_its_file(
    whole: RegionCount, tmp_path: Path, calls: list[str]
) -> None:
    file = tmp_path / "count"

    def stop(done: int, _total: int, _words: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_regions(NETWORK, (-1, 1), resume=file, progress=stop)
    before = len(calls)
    # The last line is cut off, as by a full disk.
    file.write_bytes(file.read_bytes()[:-7])
    assert count_regions(NETWORK, (-1, 1), resume=file) == whole
    assert len(calls) == len({*calls}) + 1
    assert before > 3
    calls.clear()
    assert count_regions(NETWORK, (-1, 1), resume=file) == whole
    assert calls == []


@pytest.mark.parametrize(("limit", "most"), [(100, 1), (600, 1), (3000, 8)])
def test_too_many_regions_are_refused_after_few_tiles(
    limit: int, most: int, calls: list[str]
) -> None:
    with pytest.raises(InputError, match=f"more than limit={limit} regions"):
        count_in_tiles(folding(2, (8, 8, 8)), np.array([[0.0, 1]] * 2), 600, Monitor(limit))
    assert len(calls) <= most


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_file_of_another_count_is_refused(tmp_path: Path) -> None:
    file, other = tmp_path / "count", random_network(3, 2, 12, 10, 8, 1)
    count_regions(NETWORK, (-1, 1), resume=file)
    content = file.read_bytes()
    for network, box in [(other, (-1, 1)), (NETWORK, (0, 1))]:
        with pytest.raises(InputError, match="the count of another network or box"):
            count_regions(network, box, resume=file)
    assert file.read_bytes() == content
    changed = content.replace(b'"regions": ', b'"regions": 1', 1)
    file.write_bytes(changed)
    with pytest.raises(FileProblem, match="is no count in tiles"):
        count_regions(NETWORK, (-1, 1), resume=file)
    assert file.read_bytes() == changed != content
    file.write_bytes(content[:20])  # stopped before its first line was written to the end
    count_regions(NETWORK, (-1, 1), resume=file)
    assert file.read_bytes().startswith(content.splitlines()[0])
    file.write_text("x = 1\n")
    with pytest.raises(FileProblem, match=r"^\S+ is no count in tiles"):
        count_regions(NETWORK, (-1, 1), resume=file)
    assert file.read_text() == "x = 1\n"
    with pytest.raises(FileProblem, match="cannot be used"):
        count_regions(NETWORK, (-1, 1), resume=tmp_path / "none" / "count")
    for path in ("a\0b", 7):
        with pytest.raises((InputError, WrongType), match="given as a path"):
            count_regions(NETWORK, (-1, 1), resume=path)  # type: ignore[arg-type]


def test_what_is_no_executor_or_has_no_box_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongType, match=r"executor 2 given; a concurrent\.futures\.Executor"):
        count_regions(NETWORK, (-1, 1), executor=2)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="without a box"):
        count_regions(NETWORK, resume=tmp_path / "count")


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_processes_count_the_same(whole: RegionCount) -> None:
    with Workers(2) as workers:
        assert count_regions(NETWORK, (-1, 1), executor=workers) == whole
