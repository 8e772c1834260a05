"""Where values leave the range of float64: counts stay exact, maps are right or refused."""

from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles import regions as oracle
from uat import Affine, InputError, Network, RegionCount, count_regions, map_regions
from uat.regions.cut.crossings import zero_places
from uat.regions.exact.signs import PiecewiseLayers

W = 2.0**1023
FAR = (1e15, 1e15 + 1)


def network(*layers: tuple[Any, Any]) -> Network:
    return Network([Affine(weight, bias) for weight, bias in layers], uat.relu)


@pytest.mark.parametrize("w", [W, -W, 1e295])
def test_a_line_through_a_box_on_which_both_products_overflow(w: float) -> None:
    far = FAR if abs(w) == W else (1e14, 1e14 + 1)
    flat = network(([[-w, w]], [0.0]), ([[0.0]], [0.0]))
    bent = network(([[-w, w]], [0.0]), ([[1.0]], [0.0]))
    assert count_regions(flat, [far] * 2) == RegionCount(2, 1)
    assert count_regions(bent, [far] * 2) == RegionCount(2, 2)


@pytest.mark.parametrize(
    ("weight", "bias", "row", "expected"),
    [
        ([1e308, 0.0], [1e308, 1e308], [-1.0, 1.0], 3),
        ([-1e308, 0.0, 0.0, 1.7e308], [5e307, 5e307, 1.7e308, 1.7e308], [1.0, -1.0, -1.0, -1.0], 4),
    ],
)
def test_a_unit_and_its_double_have_one_break_where_values_overflow(
    weight: list[float], bias: list[float], row: list[float], expected: int
) -> None:
    second = [row, [2 * entry for entry in row]]
    steep = network(([[w] for w in weight], bias), (second, [0.0, 0.0]), ([[0.0, 0.0]], [0.0]))
    assert count_regions(steep, (-10, 10)) == RegionCount(expected, 1)


def test_the_whole_space_of_a_network_whose_values_overflow() -> None:
    narrow = ([[-(2.0**-1022), 0.0]], [2.0**-1022])
    deep = network(([[-W, -W], [0.0, -1.0]], [W, 0.0]), narrow, ([[0.0]], [1.0]), ([[0.0]], [0.0]))
    layers = [(layer.weight.tolist(), layer.bias.tolist()) for layer in deep.layers]
    found = count_regions(deep)
    assert (found.activation, found.linear) == oracle.count(layers)


@pytest.mark.parametrize(("half", "outputs"), [(16, 2), (32, 1)])
def test_slopes_that_cancel_past_the_range_of_floats_are_one_linear_region(
    half: int, outputs: int
) -> None:
    last = [[1.0] * half + [-1.0] * half] * outputs
    hidden = ([[1.0]] * 2 * half, [0.0] * 2 * half)
    cancelling = network(([[1.7e308]], [0.0]), hidden, (last, [0.0] * outputs))
    found = map_regions(cancelling, (-0.01, 0.01))
    assert count_regions(cancelling, (-0.01, 0.01)) == found.count == RegionCount(2, 1)
    assert not found.gradients.any()
    assert not found.offsets.any()


def test_a_value_that_overflows_has_no_bound() -> None:
    x, error = np.array([[1e15, 1e15 + 1], [0.5, 0.25]]), np.zeros(2)
    # The second layer would be off for sure, were -inf a value.
    layers = PiecewiseLayers(
        network(([[-W / 2, W / 2]], [0.0]), ([[1.0]], [-1.0]), ([[1.0]], [0.0]))
    )
    for layer in range(2):
        with np.errstate(all="ignore"):
            _, sharp = layers.values(x, error, layer)
            rough = [layers.rough_values(x[i : i + 1], error[:1], layer)[1][0] for i in range(2)]
        for bound in (sharp.ravel(), rough):
            assert np.isfinite(bound).tolist() == [False, True]
    signs = layers.signs(x, error, lambda some: np.array([[10**15, 10**15 + 1, 1]])[some], 1)
    assert signs.ravel().tolist() == [1, -1]


def test_a_zero_between_values_whose_difference_overflows_has_no_bound() -> None:
    high, exact = np.array([1e308, 1e155]), np.zeros(2)
    place, bound = zero_places(high, -high, exact, exact)
    assert bound[0] == np.inf
    assert place[1] == 0.5
    assert bound[1] < 1e-14
    # Seven digits are known of the second value: the quotient keeps them.
    _, bound = zero_places(high, -high, exact, high * 1e-7)
    assert bound[1] == pytest.approx(2.5e-8, rel=1e-5)


def test_a_gradient_whose_sum_overflows_on_the_way_is_rounded_from_the_true_one() -> None:
    folded = network(([[W], [W]], [W, 0.0]), ([[2.0**-1023, 2.0]], [0.0]), ([[0.5]], [0.25]))
    found = map_regions(folded, (-0.5, 0.25))
    left, right = found.region_of([[-0.25], [0.125]])
    assert found.gradients[left].tolist() == [[0.5]]
    assert found.offsets.ravel().tolist() == [0.75, 0.75]
    assert found.gradients[right].tolist() == [[W]]


@pytest.mark.parametrize("box", [(-0.5, 0.25), None])
def test_a_gradient_past_the_range_of_floats_is_refused(box: Any) -> None:
    steep = network(([[W]], [0.0]), ([[4.0]], [0.0]))
    assert count_regions(steep, box) == RegionCount(2, 2)
    with pytest.raises(InputError, match="gradient or an offset is past the range of float64"):
        map_regions(steep, box)


@pytest.mark.parametrize("size", [1e307, 2.0**-600, 1e-300])
def test_corners_and_points_in_a_box_of_any_size(size: float) -> None:
    cross = network(([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0] * 3), ([[1.0] * 3], [0.0]))
    found, unit = map_regions(cross, (-8 * size, 8 * size)), map_regions(cross, (-8, 8))
    assert found.count == unit.count == RegionCount(6, 6)
    assert found.region_of(found.points).tolist() == list(range(6))
    for region in range(6):
        x, y = (found.corners(region) / size).T
        area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
        assert area == pytest.approx(32 if len(x) == 3 else 64)


def test_an_area_past_the_range_of_floats_is_refused() -> None:
    line = network(([[1.0, 0.0]], [0.0]), ([[1.0]], [0.0]))
    found = map_regions(line, (-4e307, 4e307))
    with pytest.raises(InputError, match="an area is past the range of float64"):
        _ = found.areas
