"""The least number of pieces: below every polygon that is found, and no false triple counts."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.polygons import fewest_on_a_grid
from uat.construct.polygon.chords import chords_of
from uat.construct.polygon.lower_bound import pieces_needed, proved_pieces, tube_around
from uat.construct.polygon.shortest_path import shortest_path


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula", ["sin(9*x)", "x**3 - x/2", "abs(x - 0.4)*x", "sqrt(x)", "exp(-x)*cos(7*x)"]
)
@pytest.mark.parametrize("eps", [0.03, 0.1])
def test_no_polygon_on_a_grid_has_fewer_pieces(formula: Any, eps: Any) -> None:
    target, x = uat.Target(formula, (0, 1)), np.linspace(0, 1, 41)
    f, inner = target(x), 0.97 * eps
    found = fewest_on_a_grid(x, f - inner, f + inner, 13)
    least = pieces_needed(chords_of(target, eps / 64), eps)
    assert least <= found <= least + 3


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(st.integers(-20, 20), min_size=3, max_size=9), st.integers(1, 9))
def test_the_path_is_the_shortest_in_any_tube(values: Any, width: Any) -> None:
    x, middle = np.arange(len(values), dtype=np.float64), np.array(values, dtype=np.float64)
    low, high = middle - width, middle + width
    path = shortest_path(x, low, high)
    place, value = path.corners(x[0], x[-1])
    at = np.union1d(x, place)
    inside = np.interp(at, place, value)
    assert (inside >= np.interp(at, x, low) - 1e-9).all()
    assert (inside <= np.interp(at, x, high) + 1e-9).all()
    fine = np.linspace(x[0], x[-1], 4 * (len(x) - 1) + 1)
    tube = np.interp(fine, x, low), np.interp(fine, x, high)
    assert len(path.lines) <= fewest_on_a_grid(fine, *tube, 2 * width + 1)


def test_a_triple_that_proves_nothing_does_not_count() -> None:
    target, eps = uat.Target("x**2", (-1, 1)), 1e-2
    path = shortest_path(*tube_around(chords_of(target, eps / 512), eps))
    assert proved_pieces(target, False, path, eps) == 8 == np.ceil(2 / np.sqrt(8 * eps))
    # the triples of a narrower tube do not prove more pieces for a wider one
    narrow = shortest_path(*tube_around(chords_of(target, eps / 2048), eps / 4))
    assert len(narrow.lines) == 15
    assert proved_pieces(target, False, narrow, eps) == 1
    # nor do triples that overlap
    moved = path.touching.copy()
    moved[3] = moved[2]
    overlapping = dataclasses.replace(path, touching=moved)
    assert proved_pieces(target, False, overlapping, eps) == 4
    exchanged = dataclasses.replace(path, sides=-path.sides)
    assert proved_pieces(target, False, exchanged, eps) == 1
