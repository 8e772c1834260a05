"""A map has for each region the exact affine map, corners and neighbours of the network there."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import uat
from tests.regions.relu_networks import affine_map, boxes, networks, pattern_at, random_network
from uat import Affine, InputError, Network, RegionMap, map_regions

SOME = settings(max_examples=30)
NETWORKS = {
    "one": random_network(1, 1, 6, 5, 2),
    "two": random_network(2, 2, 7, 6, 5, 1),
    "three": random_network(3, 3, 5, 4, 2),
    "four": random_network(4, 4, 5, 4, 1),
}


@pytest.fixture(params=NETWORKS)
def found(request: pytest.FixtureRequest) -> RegionMap:
    return map_regions(NETWORKS[request.param], (-1, 1))


def corners_of(found: RegionMap, region: int) -> Any:
    start, end = found.corner_starts[region : region + 2]
    return found.corner_index[start:end]


@pytest.mark.slow
def test_gradients_and_offsets_are_those_of_the_pattern(found: RegionMap) -> None:
    for region, on in enumerate(found.patterns[:200]):
        exact = np.array(affine_map(found.network, on), float)
        assert found.gradients[region] == pytest.approx(exact[:, :-1], rel=1e-12, abs=1e-13)
        assert found.offsets[region] == pytest.approx(exact[:, -1], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("weight", [1e300, -1e20])
def test_a_slope_is_found_beside_kinks_that_cancel_however_heavy(weight: float) -> None:
    saturated = Network([Affine([[8.0], [0.25]], [0, 0]), Affine([[weight, 1.0]], [0])], uat.ramp)
    found = map_regions(saturated, (0.125, 1))
    assert found.gradients.tolist() == [[[0.25]]]
    assert found.offsets.tolist() == [[weight]]


@pytest.mark.parametrize("apart", [2.0**-53, 2.0**-52, 2.0**-20])
def test_the_point_of_a_thin_region_is_as_near_to_its_inside_as_is_said(apart: float) -> None:
    # 3 x − y = 1, moved by `apart`, and y = 1/7 + x/9, rounded.
    lines = Affine([[3.0, -1.0], [3.0, -1.0], [1 / 9, -1.0]], [-1.0, -1.0 + apart, 1 / 7])
    found = map_regions(Network([lines, Affine([[1, 1, 1]], [0])], uat.relu), (-1, 1))
    assert found.count.activation == 6
    rows = [[*map(Fraction, row)] for row in np.column_stack([lines.weight, lines.bias]).tolist()]
    for on, point in zip(found.patterns, found.points.tolist(), strict=True):
        x, y = map(Fraction, point)
        slack = Fraction(2) ** -40 * max(abs(x), abs(y)) * 5
        for (a, b, c), positive in zip(rows, on, strict=True):
            assert (a * x + b * y + c) * (1 if positive else -1) > -slack


def test_the_map_has_the_value_of_the_network(found: RegionMap) -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (500, len(found.box)))
    region = found.region_of(x)
    value = np.einsum("kmn,kn->km", found.gradients[region], x) + found.offsets[region]
    assert value == pytest.approx(found.network(x), abs=1e-12)


@pytest.mark.slow
def test_the_region_of_a_point_has_its_pattern(found: RegionMap) -> None:
    x = np.random.default_rng(1).uniform(-1, 1, (20, 10, len(found.box)))
    region = found.region_of(x)
    assert region.shape == (20, 10)
    for point, i in zip(x.reshape(-1, x.shape[-1]), region.ravel(), strict=True):
        assert pattern_at(found.network, point) == (found.patterns[i].tolist(), True)


def test_the_point_of_a_region_is_inside(found: RegionMap) -> None:
    assert found.region_of(found.points).tolist() == list(range(found.count.activation))


def test_corners_lie_in_the_closure_and_a_corner_of_the_box_in_some_region(
    found: RegionMap,
) -> None:
    box, n = found.box, len(found.box)
    assert (found.vertices >= box[:, 0]).all()
    assert (found.vertices <= box[:, 1]).all()
    corner_regions = found.region_of(np.stack(np.meshgrid(*box), axis=-1))
    assert (corner_regions >= 0).all()
    for region in range(0, found.count.activation, 7):
        corners = found.corners(region)
        assert len(corners) >= n + 1
        halfway = (corners + found.points[region]) / 2
        assert (found.region_of(halfway) == region).all()


def test_neighbours_have_a_facet_in_common(found: RegionMap) -> None:
    for a, b in found.neighbours[:300]:
        shared = np.intersect1d(corners_of(found, a), corners_of(found, b))
        assert len(shared) >= len(found.box)
        assert (found.patterns[a] != found.patterns[b]).any()


def test_lengths_and_areas_fill_the_box() -> None:
    assert map_regions(NETWORKS["one"], (-1, 1)).areas.sum() == pytest.approx(2)
    plane = map_regions(NETWORKS["two"], [(-1, 1), (0, 3)])
    assert (plane.areas > 0).all()
    assert plane.areas.sum() == pytest.approx(6)
    with pytest.raises(InputError, match="a map in 3 coordinates has no areas; at most 2"):
        _ = map_regions(NETWORKS["three"], (-1, 1)).areas


def test_corners_run_left_to_right_and_counter_clockwise() -> None:
    line = map_regions(NETWORKS["one"], (-1, 1))
    assert (np.diff(line.vertices[line.corner_index, 0].reshape(-1, 2)) > 0).all()
    plane = map_regions(NETWORKS["two"], (-1, 1))
    for region in range(plane.count.activation):
        x, y = plane.corners(region).T
        turns = np.diff(x, append=x[:1]) * np.diff(np.roll(y, -1), append=np.roll(y, -1)[:1])
        turns -= np.diff(y, append=y[:1]) * np.diff(np.roll(x, -1), append=np.roll(x, -1)[:1])
        assert (turns > 0).all()


def test_a_point_on_a_boundary_is_in_one_of_its_regions() -> None:
    network = Network(
        [Affine([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), Affine([[1, 1, 1]], [0])], "relu"
    )
    found = map_regions(network, (-1, 1))
    assert found.count.activation == 6
    x = np.array([[0, 0], [0, 0.5], [0.5, 0], [0.5, -0.5], [-1, 1], [1, 1], [-1, 0], [0, -1]])
    for point, region in zip(x, found.region_of(x), strict=True):
        assert region >= 0
        # The region is convex and closed: near the point, towards its inside, is inside it.
        assert found.region_of(point + 2.0**-20 * (found.points[region] - point)) == region


def test_outside_the_box_there_is_no_region_but_in_the_whole_space() -> None:
    network = NETWORKS["two"]
    assert map_regions(network, (-1, 1)).region_of([[1.5, 0.0], [0.0, 1.0]])[0] == -1
    everywhere = map_regions(network)
    assert everywhere.unbounded
    far = np.random.default_rng(0).normal(size=(50, 2)) * 10.0 ** np.arange(50)[:, None]
    for point, region in zip(far, everywhere.region_of(far), strict=True):
        assert pattern_at(network, point)[0] == everywhere.patterns[region].tolist()


def test_a_map_does_not_change() -> None:
    found = map_regions(NETWORKS["one"], (-1, 1))
    with pytest.raises(ValueError, match="read-only"):
        found.patterns[0] = True
    with pytest.raises(AttributeError):
        found.box = found.box  # type: ignore[misc]
    assert repr(found) == (f"RegionMap({found.network!r} on [[-1.0, 1.0]]: {found.count})")
    assert "on the whole space" in repr(map_regions(NETWORKS["one"]))


@pytest.mark.parametrize("x", [[0.0], [[0.0, 0.0, 0.0]], 0.0])
def test_points_of_another_dimension_are_refused(x: Any) -> None:
    with pytest.raises(InputError, match=r"\(\.\.\., 2\) is needed"):
        map_regions(NETWORKS["two"], (-1, 1)).region_of(x)
    with pytest.raises(InputError, match="NaN or infinity"):
        map_regions(NETWORKS["two"], (-1, 1)).region_of([np.nan, 0.0])


@pytest.mark.slow
@SOME
@given(networks(), boxes)
def test_degenerate_maps_are_whole(network: uat.Network, box: tuple[float, float]) -> None:
    found = map_regions(network, box)
    assert found.count == uat.count_regions(network, box)
    n = network.input_dimension
    if n < 3:
        assert found.areas.sum() == pytest.approx((box[1] - box[0]) ** n)
    for region, (on, point) in enumerate(zip(found.patterns, found.points, strict=True)):
        exact = np.array(affine_map(network, on), float)
        assert found.gradients[region] == pytest.approx(exact[:, :-1], rel=1e-12, abs=1e-13)
        assert (~on <= ~np.array(pattern_at(network, point)[0])).all()
    assert (found.region_of(found.points) == np.arange(len(found.points))).all()
    a, b = found.neighbours.T
    same = found.component[a] == found.component[b]
    together = (found.gradients[a] == found.gradients[b]).all(axis=(1, 2))
    assert (same == together).all()


def test_slivers_below_the_resolution_of_floats_have_exact_corners() -> None:
    # three lines that miss a common point by 2^-51
    lines = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    network = Network([Affine(lines, [-1, -1, -2 - 2.0**-51]), Affine([[1, 2, 4]], [0])], "relu")
    found = map_regions(network, (0, 2))
    assert found.count.activation == 7
    assert found.vertices[np.argsort(np.abs(found.vertices - 1).sum(axis=1))[:1]].tolist() == [
        [1.0, 1.0]
    ]
    assert found.areas.min() < 1e-25


@pytest.mark.parametrize("slope", [0.01, -0.5])
def test_leaky_units_of_one_layer_have_the_regions_of_relu(slope: float) -> None:
    rng = np.random.default_rng(0)
    layers = (
        Affine(rng.normal(size=(7, 2)), rng.normal(size=7)),
        Affine(rng.normal(size=(3, 7)), rng.normal(size=3)),
    )
    leaky = Network(layers, uat.leaky_relu(slope))
    found = map_regions(leaky, (-1, 1))
    assert found.count == map_regions(Network(layers, uat.relu), (-1, 1)).count
    x = rng.uniform(-1, 1, (300, 2))
    region = found.region_of(x)
    values = np.einsum("kmn,kn->km", found.gradients[region], x) + found.offsets[region]
    assert np.allclose(values, leaky(x), rtol=0, atol=1e-13)


def test_units_of_leaky_relu_that_cancel_leave_what_is_exactly_left() -> None:
    layers = [uat.Affine([[0.1], [0.2], [0.3]], [0.0, 0.0, 0.0]), uat.Affine([[1, 1, -1]], [0.0])]
    regions = map_regions(uat.Network(layers, uat.leaky_relu(0.5)), (-1, 1))
    left = Fraction(0.1) + Fraction(0.2) - Fraction(0.3)
    assert regions.gradients.min() == float(left / 2)
    layers = [uat.Affine([[1e200], [1e200]], [0.0, 0.0]), uat.Affine([[1e200, -1e200]], [0.0])]
    regions = map_regions(uat.Network(layers, uat.leaky_relu(0.3)), (-1, 1))
    assert not regions.gradients.any()


@pytest.mark.parametrize("weight", [[[1e200, 1e200]], [[1e200, 0.0]]])
def test_a_leaky_map_past_the_range_of_floats_is_refused(weight: list[list[float]]) -> None:
    layers = [uat.Affine([[1e200], [1e200]], [0.0, 0.0]), uat.Affine(weight, [0.0])]
    with pytest.raises(uat.InputError, match="past the range of float64"):
        uat.map_regions(uat.Network(layers, uat.leaky_relu(0.3)), (-1, 1))
