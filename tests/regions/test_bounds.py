"""The bounds are those of the theorems, hold for every network counted, and some are reached."""

from collections.abc import Sequence
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np
import pytest

import uat
from tests.counterexamples import degenerate
from tests.oracles import regions
from uat.regions.bounds import Bound, partial_sum, region_bounds, written

SHAPES = [
    *((n, (w,)) for n in (1, 2, 3) for w in (1, 2, 5)),
    *((n, ws) for n in (1, 2, 3, 4) for ws in product((1, 2, 3, 6), repeat=2)),
    *((n, ws) for n in (1, 2, 5) for ws in product((2, 3, 7), repeat=3)),
]


def values(n0: int, widths: Sequence[int], kind: str) -> dict[str, int]:
    return {b.name: b.value for b in region_bounds(n0, widths) if b.kind == kind}


def upper(n0: int, widths: Sequence[int]) -> int:
    return min(values(n0, widths, "max_at_most").values())


def theorem_1(n0: int, widths: Sequence[int]) -> int:
    """Add up over the index set J, as the theorem is printed."""
    total = 0
    for js in product(*(range(width + 1) for width in widths)):
        limits = [n0]
        for j, width in zip(js, widths, strict=True):
            if j > min(*limits, width):
                break
            limits.append(width - j)
        else:
            total += prod(comb(width, j) for j, width in zip(js, widths, strict=True))
    return total


@pytest.mark.slow
@pytest.mark.parametrize(("n0", "widths"), SHAPES, ids=str)
def test_serra_s_bound_is_the_sum_that_the_theorem_prints(n0: int, widths: tuple[int, ...]) -> None:
    assert values(n0, widths, "max_at_most")["Serra 2018"] == theorem_1(n0, widths)


@pytest.mark.slow
@pytest.mark.parametrize(("n0", "widths"), SHAPES, ids=str)
def test_no_lower_bound_is_above_an_upper_one(n0: int, widths: tuple[int, ...]) -> None:
    most = upper(n0, widths)
    assert all(value <= most for value in values(n0, widths, "max_at_least").values())


@pytest.mark.slow
@pytest.mark.parametrize("dimension", degenerate.DIMENSIONS)
def test_no_network_has_more_regions_than_serra_s_bound(dimension: int) -> None:
    rng = np.random.default_rng(dimension)
    for number in range(60 if dimension < 4 else 12):
        layers, box = degenerate.draw(rng, dimension)
        widths = [len(bias) for _, bias in layers[:-1]]
        assert regions.count(layers, None if number % 2 else box)[0] <= upper(dimension, widths)


@pytest.mark.parametrize(("n0", "width"), [(1, 4), (2, 5), (3, 4), (4, 5)])
def test_one_layer_of_general_hyperplanes_reaches_zaslavsky_s_number(n0: int, width: int) -> None:
    rng = np.random.default_rng(5)
    layers = [
        (rng.normal(size=(width, n0)).tolist(), rng.normal(size=width).tolist()),
        ([[1.0] * width], [0.0]),
    ]
    known = [b for b in region_bounds(n0, [width]) if b.name == "Zaslavsky 1975"]
    assert {b.kind for b in known} == {"max_at_least", "max_at_most"}
    assert {b.value for b in known} == {partial_sum(width, n0), regions.count(layers)[0]}


def zigzag(n0: int) -> tuple[list[list[float]], list[float], np.ndarray]:
    """Three units a coordinate whose sum falls, rises, falls, rises over all of (0, 2)."""
    slopes, bends, weights_of_sum = [1.0, 1.0, -1.0], [0.0, 1.0, 5.0], [3.0, -2.5, 1.0]
    weight = np.kron(np.eye(n0), np.reshape(slopes, (3, 1)))
    bias = np.tile([-s * t for s, t in zip(slopes, bends, strict=True)], n0)
    return weight.tolist(), bias.tolist(), np.kron(np.eye(n0), weights_of_sum)


def test_one_input_reaches_theorem_5() -> None:
    """Four pieces that all run through (−5, −3), where three units of the next layer bend."""
    weight, bias, weights_of_sum = zigzag(1)
    second = np.ones((3, 1)) @ weights_of_sum
    layers = [
        (weight, bias),
        (second.tolist(), [-5.5, -6.0, -6.5]),
        ([[1.0, -2.0, 2.0]], [0.0]),
    ]
    assert regions.count(layers)[0] == 16 == upper(1, (3, 3))
    assert values(1, (3, 3), "max_at_least")["Serra 2018, one input"] == 16


def test_two_inputs_reach_theorem_6() -> None:
    rng = np.random.default_rng(3)
    weight, bias, weights_of_sum = zigzag(2)
    normals = rng.normal(size=(6, 2))
    shift = -normals @ [6.0, 6.0] + rng.uniform(-0.05, 0.05, size=6)
    layers = [
        (weight, bias),
        ((normals @ weights_of_sum).tolist(), shift.tolist()),
        ([[1.0] * 6], [0.0]),
    ]
    least = values(2, (6, 6), "max_at_least")["Serra 2018, folds"]
    assert least == 16 * 22
    assert least <= regions.count(layers)[0] <= upper(2, (6, 6))


def test_ten_layers_of_five_have_as_many_pieces_as_sixty_million() -> None:
    assert upper(1, [5] * 10) == 60_466_176
    assert values(1, [5] * 10, "max_at_least")["Serra 2018, one input"] == 60_466_176


def test_a_hundred_layers_of_a_hundred_overflow_nothing() -> None:
    assert upper(1, [100] * 100) == 101**100
    assert upper(2, [100] * 100) == (1 + 100 + 4950) ** 100
    assert values(100, [100] * 100, "max_at_most")["activation patterns"] == 2**10_000
    assert region_bounds(100, [100] * 100)[0].value.bit_length() == 10_001


def test_a_random_network_is_far_below_what_the_shape_allows() -> None:
    assert values(2, (32, 32, 32), "max_at_least")["Montúfar 2014"] == 34_668_544


@pytest.mark.parametrize(
    ("n0", "widths", "silent"),
    [
        (3, (2, 4), {"Pascanu 2013", "Montúfar 2014", "Serra 2018, folds", "Zaslavsky 1975"}),
        (2, (5, 6), {"Serra 2018, folds", "Zaslavsky 1975", "Serra 2018, one input"}),
        (1, (2, 3), {"Serra 2018, one input", "Serra 2018, folds"}),
        (2, (6, 6), {"Serra 2018, one input", "Zaslavsky 1975"}),
    ],
)
def test_a_theorem_whose_assumption_fails_says_nothing(
    n0: int, widths: tuple[int, ...], silent: set[str]
) -> None:
    assert silent.isdisjoint(b.name for b in region_bounds(n0, widths))


def test_every_bound_names_its_source_and_the_largest_comes_first() -> None:
    bounds = region_bounds(2, (6, 6))
    assert all(b.source and str(b.value) and isinstance(b.value, int) for b in bounds)
    assert [b.value for b in bounds] == sorted((b.value for b in bounds), reverse=True)


@pytest.mark.parametrize(
    ("n0", "widths", "error"),
    [
        (0, (4,), uat.InputError),
        (-2, (4,), uat.InputError),
        (2, (4, 0), uat.InputError),
        (2, (4, -1), uat.InputError),
        (2, (), uat.InputError),
        (2, (10**6,), uat.InputError),
        (True, (4,), uat.WrongType),
        (2, (True,), uat.WrongType),
        (2.0, (4,), uat.WrongType),
        (2, (4.0,), uat.WrongType),
        (2, "44", uat.WrongType),
        (2, 4, uat.WrongType),
        (None, (4,), uat.WrongType),
    ],
)
def test_what_is_no_shape_is_refused_in_one_line(
    n0: int, widths: Sequence[int], error: type[Exception]
) -> None:
    with pytest.raises(error) as told:
        region_bounds(n0, widths)
    assert "\n" not in str(told.value)


def test_numbers_of_numpy_are_numbers() -> None:
    n0: Any = np.int64(2)
    widths: Any = np.array([4, 4])
    assert region_bounds(n0, widths) == region_bounds(2, (4, 4))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_048_576, "1,048,576"),
        (10**60, "1.000 × 10^60"),
        (10**60 - 1, f"{10**60 - 1:,}"),
        (2**20_000, "3.980 × 10^6020"),
        (10**5000 - 1, "9.999 × 10^4999"),
        (10**5000, "1.000 × 10^5000"),
    ],
    ids=["short", "round", "just short", "power of two", "nines", "ten"],
)
def test_long_numbers_are_shortened_downwards(value: int, text: str) -> None:
    assert written(value) == text
    assert text in repr(Bound("a name", value, "max_at_most", "a source"))
