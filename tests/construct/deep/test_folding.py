"""Folding networks have exactly the number of regions of the theorem; the tent map its pieces."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb, prod
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles import regions
from tests.oracles.exact import solved
from uat.construct.deep.folding import folding, folds, tent

SHAPES = [
    (1, (1,)),
    (1, (4, 5, 3)),
    (1, (2, 2, 2)),
    (2, (4,)),
    (2, (2, 2)),
    (2, (4, 2)),
    (2, (4, 3)),
    (2, (5, 4, 3)),
    (2, (12,)),
    (3, (3, 5)),
    (3, (6, 4)),
    (4, (6,)),
    (4, (4, 5)),
    (4, (9, 5)),
]


def rows(network: uat.Network) -> list[tuple[Any, Any]]:
    return [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers]


def number(n0: int, widths: Sequence[int]) -> int:
    """The formula of the theorem, by itself."""
    copies: int = prod((width // n0) ** n0 for width in widths[:-1])
    return copies * sum(comb(widths[-1], j) for j in range(n0 + 1))


@pytest.mark.slow
@pytest.mark.parametrize(("n0", "widths"), SHAPES, ids=str)
def test_the_unit_cube_has_exactly_the_number_of_2014(n0: int, widths: tuple[int, ...]) -> None:
    activation, linear = regions.count(rows(folding(n0, widths)), [(0, 1)] * n0)
    assert activation == number(n0, widths)
    assert linear <= activation
    if widths[-1] > n0 or len(widths) == 1:
        assert linear == activation


def test_cells_where_all_units_are_off_join_across_the_folds() -> None:
    assert regions.count(rows(folding(2, (4, 2))), [(0, 1)] * 2) == (16, 14)


@pytest.mark.slow
@pytest.mark.parametrize(("n0", "units"), [(1, 40), (2, 30), (3, 15), (5, 9), (8, 9), (8, 100)])
def test_last_layers_are_in_general_position_whatever_their_width(n0: int, units: int) -> None:
    """No n hyperplanes are dependent, and all n of them meet inside the cube."""
    weight, bias = rows(folding(n0, (units,)))[0]
    rng = np.random.default_rng(units)
    for _ in range(20):
        chosen = rng.choice(units, size=n0, replace=False)
        point = solved([[*map(Fraction, weight[i]), -Fraction(bias[i])] for i in chosen])
        assert all(0 < x < 1 for x in point)
        met = sum(
            sum(Fraction(w) * x for w, x in zip(row, point, strict=True)) + Fraction(b) == 0
            for row, b in zip(weight, bias, strict=True)
        )
        assert met == n0


def test_folds_lay_every_piece_on_the_whole_cube() -> None:
    layers, places = folds(2, (6, 4))
    x = np.linspace(0, 1, 97)
    values = np.stack([x, x])
    for layer in layers:
        values = np.maximum(layer.weight @ values + layer.bias[:, None], 0)
    folded = places @ values
    expected = np.abs((6 * x + 1) % 2 - 1)
    assert np.array_equal(folded[0], folded[1])
    np.testing.assert_allclose(folded[0], expected, atol=1e-15)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_the_tent_map_has_two_to_the_k_pieces(k: int) -> None:
    assert regions.count(rows(tent(k)), [(0, 1)])[1] == 2**k


@pytest.mark.parametrize("k", [1, 5, 12])
def test_the_tent_map_touches_zero_and_one_in_turn(k: int) -> None:
    teeth = tent(k).as_function()(np.arange(2**k + 1) / 2**k)
    assert np.array_equal(teeth, np.arange(2**k + 1) % 2)


def test_neighbouring_weights_are_not_shared_by_accident() -> None:
    assert [len(layer.bias) for layer in folding(2, (5, 7, 3)).layers] == [5, 7, 3, 1]
    assert all(a.weight.shape[0] == b.weight.shape[1] for a, b in pairwise(tent(3).layers))


@pytest.mark.parametrize(
    ("make", "given", "error"),
    [
        (folding, (0, (2,)), uat.InputError),
        (folding, (3, (3, 2)), uat.InputError),
        (folding, (2, ()), uat.InputError),
        (folding, (60, (60,)), uat.InputError),
        (folding, (2, (4.0,)), uat.WrongType),
        (folding, (True, (4,)), uat.WrongType),
        (folding, (2, "44"), uat.WrongType),
        (folding, (2, 4), uat.WrongType),
        (tent, (0,), uat.InputError),
        (tent, (1001,), uat.InputError),
        (tent, (2.0,), uat.WrongType),
    ],
)
def test_what_cannot_be_folded_is_refused_in_one_line(
    make: Callable[..., Any], given: tuple[Any, ...], error: type[Exception]
) -> None:
    with pytest.raises(error) as told:
        make(*given)
    assert "\n" not in str(told.value)
