"""Cells too small to matter: bounds from ranges, and how much they may be too large."""

import math

import numpy as np
import pytest

import uat
from tests.oracles.gaps import largest_gap
from uat import Network
from uat.core.target import Target
from uat.proof.interpolation.active_units import Cell, soft
from uat.proof.interpolation.one_cell import range_bound


@pytest.mark.parametrize("width", [1.0, 1e-2, 1e-5, 1e-9])
@pytest.mark.parametrize("formula", ["abs(x - 0.3)", "sqrt(abs(x))", "exp(x)"])
def test_ranges_bound_the_error_and_know_their_excess(formula: str, width: float) -> None:
    network = Network.from_units([1.0, -3.0, 0.5], [4.0, -2.0, 9.0], [0.0, 1.0, -3.0], uat.tanh)
    target = Target(formula, (0.3 - width / 3, 0.3 + width))
    active = soft(network).on_cell(Cell.between(target.lower, target.upper), 1e-12)
    assert target.expression is not None
    bound, excess = range_bound(target.expression, active, Cell.between(target.lower, target.upper))
    found = float(largest_gap(target, network))
    assert found <= bound <= found + excess
    assert excess <= 40 * math.sqrt(width)


def test_in_two_dimensions_too() -> None:
    network = Network.from_units([1.0, -3.0], [[4.0, 1.0], [-2.0, 5.0]], [0.0, 1.0], uat.logistic)
    target = Target("abs(x - y)", [(0.1, 0.2), (0.1, 0.3)])
    cell = Cell.between(target.lower, target.upper)
    assert target.expression is not None
    bound, excess = range_bound(target.expression, soft(network).on_cell(cell, 1e-9), cell)
    found = float(largest_gap(target, network))
    assert found <= bound <= found + excess < 5


def test_where_f_is_unbounded_nothing_is_known() -> None:
    network = Network.from_units([1.0], [1.0], [0.0], uat.logistic)
    cell = Cell.between(np.array([-1.0]), np.array([1.0]))
    f = Target("1/x", (1, 2)).expression
    assert f is not None
    assert range_bound(f, soft(network).on_cell(cell, 1e-9), cell) == (math.inf, math.inf)
