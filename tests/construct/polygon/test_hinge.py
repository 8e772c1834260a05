"""The kink of σ, and piecewise linear formulas, read exactly."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import uat
from uat.construct.polygon.hinge import hinge_of
from uat.construct.polygon.straight import at, straight_pieces
from uat.core.activations import Activation
from uat.expression.parse import parse
from uat.expression.trace import trace


def test_relu_and_ramp_have_a_hinge_and_smooth_or_jumping_units_none() -> None:
    relu, ramp = hinge_of(uat.relu), hinge_of(uat.ramp)
    assert relu is not None
    assert ramp is not None
    assert (relu.place, relu.after) == (0.0, 1.0)
    assert (ramp.place, ramp.reach) == (-0.5, (np.inf, 1.0))
    for sigma in (uat.logistic, uat.tanh, uat.heaviside, uat.gauss_cdf):
        assert hinge_of(sigma) is None


def test_what_is_no_float_is_an_error() -> None:
    sigma = Activation("third", parse("maximum(x - 1/3, 0)"), None, None, 0.0, True, 1.0)
    hinge = hinge_of(sigma)
    assert hinge is not None
    assert 0 < hinge.error < 1e-16
    assert hinge_of(Activation("line", parse("2*x"), None, None, 0.0, True, 2.0)) is None


PIECEWISE = [
    "abs(x - 0.3)",
    "maximum(x, 0.1*x) - minimum(2*x, 1)/3",
    "abs(abs(abs(x) - 1) - 0.5)",
    "where(x < 0, -x, 2*x)",
    "where(x <= 1, x, 2 - x)",
    lambda x: np.interp(2 * x - 1, [-1, 0.5, 0.7], [0, 3, -1]),
]


@pytest.mark.slow
@pytest.mark.parametrize("formula", PIECEWISE)
@given(st.floats(-4, 4))
def test_the_pieces_have_the_values_of_the_formula(formula: Any, x: Any) -> None:
    expression = parse(formula) if isinstance(formula, str) else trace(formula, 1)
    pieces = straight_pieces(expression)
    assert pieces is not None
    ends, lines = pieces
    exact = at(lines[sum(end < Fraction(x) for end in ends)], Fraction(x))
    assert float(exact) == pytest.approx(expression(x), abs=1e-14)


@pytest.mark.parametrize(
    "formula", ["x**2", "x*abs(x)", "where(x < 0, 0, 1)", "1/x", "sign(x)", "sin(x)"]
)
def test_other_formulas_are_not_read(formula: Any) -> None:
    assert straight_pieces(parse(formula)) is None


def test_a_value_of_its_own_at_one_point_is_seen() -> None:
    assert straight_pieces(parse("where(abs(x) <= 0, 1, x)")) is None
    never = straight_pieces(parse("where(abs(x) < 0, 1, x + 1)"))
    assert never == ([], [(Fraction(1), Fraction(1))])
