"""Regions a second of processor time: the plane against regioncam, more coordinates, deep folds.

Run by `pytest tests/benchmarks/bench_regions.py -n0 -s`. Networks have He-normal weights and small
normal biases; the box is [−1, 1]^n. Each figure is the best of several runs, ratios are taken side
by side. regioncam works in 32-bit floats: its networks are rounded to them, ours are not.
"""

import resource
import sys
from collections.abc import Callable
from functools import partial
from itertools import combinations
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
import regioncam

import uat
from tests.regions.relu_networks import random_network
from uat import Network, RegionCount, count_regions
from uat.construct.deep.folding import folding, tent


def report(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


def best(run: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The least processor time of a few runs, and the answer."""
    seconds = []
    for _ in range(times):
        start = process_time()
        answer = run()
        seconds.append(process_time() - start)
    return min(seconds), answer


def faces(network: Network) -> int:
    """Count as regioncam does."""
    plane = regioncam.Regioncam(size=1)
    for layer in network.layers[:-1]:
        weight = np.ascontiguousarray(layer.weight.T, np.float32)
        plane.linear(weight, layer.bias.astype(np.float32))
        plane.relu()
    return int(plane.num_faces)


@pytest.mark.parametrize(
    ("sizes", "least"),
    [
        ((2, 32, 32, 32, 1), 0),
        ((2, 64, 64, 64, 1), 100_000),
        ((2, 128, 128, 128, 1), 100_000),
        ((2, 256, 256, 1), 0),
    ],
    ids=["32-32-32", "64-64-64", "128-128-128", "256-256"],
)
def test_the_plane_is_cut_no_slower_than_by_regioncam(sizes: tuple[int, ...], least: int) -> None:
    network, times = random_network(1, *sizes), 3 if max(sizes) > 100 else 12
    ours, found = best(lambda: count_regions(network, (-1, 1)), times)
    theirs, seen = best(lambda: faces(network), times)
    rate, other = found.activation / ours, seen / theirs
    report(
        f"{'-'.join(map(str, sizes))}: {found}, {rate:,.0f} a second; regioncam {seen} faces, "
        f"{other:,.0f} a second"
    )
    assert found.activation >= 4000
    assert abs(found.activation - seen) <= 1 + found.activation // 10_000
    assert rate >= max(least, other)


def acas_plane(directions: Any = (0, 1)) -> Network:
    """ACAS Xu 1_1 on a plane through the middle of its box, along two inputs or directions of them.

    The inputs are scaled so that their box is a cube.
    """
    low = [-0.328422877, -0.500000053, -0.500000053, -0.5, -0.545454545]
    high = [0.679857769, 0.500000053, 0.500000053, 0.5, 0.545454545]
    middle, half = (np.array(high) + low) / 2, (np.array(high) - low) / 2
    network = uat.load("tests/interchange/networks/ACASXU_run2a_1_1.onnx")
    assert isinstance(network, Network)
    axes = np.diag(half)[list(directions)] if np.ndim(directions) == 1 else directions * half.min()
    return network.along(middle, axes)


@pytest.mark.parametrize(
    ("network", "most"),
    [(acas_plane(), 1.0), (random_network(1, 2, *[20] * 20, 1), 2.0)],
    ids=["ACAS Xu", "twenty layers"],
)
def test_deep_networks_take_no_longer_than_regioncam_or_twice_as_long(
    network: Network, most: float
) -> None:
    ours, found = best(lambda: count_regions(network, (-1, 1)), 3)
    theirs, seen = best(lambda: faces(network), 3)
    report(f"{network!r}: {found}, {ours:.2f} s; regioncam {seen} faces, {theirs:.2f} s")
    assert abs(found.activation - seen) <= 1 + found.activation // 10_000
    assert ours <= most * theirs


def test_twenty_five_planes_of_acas_xu_take_no_longer_than_by_regioncam() -> None:
    rng = np.random.default_rng(0)
    drawn = [np.linalg.qr(rng.normal(size=(5, 2)))[0].T for _ in range(15)]
    ratios = []
    for directions in [*combinations(range(5), 2), *drawn]:
        network = acas_plane(directions)
        ours, found = best(partial(count_regions, network, (-1, 1)), 2)
        theirs, seen = best(partial(faces, network), 2)
        assert abs(found.activation - seen) <= 1 + found.activation // 10_000
        ratios.append(ours / theirs)
    report(f"25 planes: {np.median(ratios):.2f} of regioncam's time, at most {max(ratios):.2f}")
    assert np.median(ratios) <= 1


def test_tiles_take_no_longer_and_less_memory(tmp_path: Path) -> None:
    whole, tiled = folding(2, [4] * 7 + [6]), folding(2, [4] * 8 + [6])
    one, found = best(lambda: count_regions(whole, (0, 1)), 1)
    two, more = best(lambda: count_regions(tiled, (0, 1), resume=tmp_path / "count"), 1)
    ratio = two / more.activation / (one / found.activation)
    report(f"{more.activation:,} regions in tiles: {ratio:.2f} of the time of a region at once")
    assert ratio < 1.5


@pytest.mark.parametrize(
    ("sizes", "least"),
    [((3, 16, 16, 1), 60_000), ((4, 10, 10, 1), 40_000), ((6, 8, 8, 1), 8_000)],
    ids=["3-16-16", "4-10-10", "6-8-8"],
)
def test_regions_in_more_coordinates(sizes: tuple[int, ...], least: int) -> None:
    network = random_network(0, *sizes)
    seconds, found = best(lambda: count_regions(network, (-1, 1)), 5)
    rate = found.activation / seconds
    report(f"{'-'.join(map(str, sizes))}: {found}, {rate:,.0f} a second")
    assert rate >= least


def test_a_million_pieces_of_the_tent_map() -> None:
    network = tent(20)
    seconds, found = best(lambda: count_regions(network, (0, 1)), 3)
    report(f"tent map 20 times: {found}, {seconds:.2f} s")
    assert found == RegionCount(2**20, 2**20)
    assert seconds < 1.5


def test_a_million_regions_of_a_folded_square_in_four_gigabytes() -> None:
    network = folding(2, [4] * 8 + [6])
    seconds, found = best(lambda: count_regions(network, (0, 1), limit=2 * 10**6), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report(f"{network!r}: {found}, {seconds:.1f} s, {peak:.2f} GB")
    assert found.activation > 10**6
    assert seconds < 15
    assert peak < 4


def test_a_map_of_a_million_regions_in_four_gigabytes() -> None:
    network = folding(2, [4] * 8 + [6])
    seconds, found = best(lambda: uat.map_regions(network, (0, 1), limit=2 * 10**6), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report(f"map of {found.count}, {seconds:.1f} s, {peak:.2f} GB")
    assert peak < 4


def test_time_for_a_region_hardly_grows_with_their_number() -> None:
    each = []
    for depth in range(5, 11):
        network = folding(2, [4] * depth)
        count = partial(count_regions, network, (0, 1), limit=10**7)
        seconds, found = best(count, 3 if depth < 9 else 1)
        each.append(seconds / found.activation)
        report(f"{depth} folds: {found.activation:,} regions, {1e6 * each[-1]:.2f} µs each")
    assert max(each) / min(each) < 3


@pytest.mark.parametrize("width", [24, 48, 96, 192, 384])
def test_time_for_a_region_where_layers_widen(width: int) -> None:
    network = random_network(0, 2, width, width, 1)
    seconds, found = best(lambda: count_regions(network, (-1, 1)), 3 if width < 200 else 1)
    # Each vertex runs through the layers, width² products each.
    report(f"{width}: {found.activation:,} regions, {1e6 * seconds / found.activation:.2f} µs each")
    assert seconds / found.activation < 1e-4
