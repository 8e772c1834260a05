"""On cells without a kink inside, an analytic formula takes the place of f."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uat.enclosure.balls import is_analytic
from uat.expression.parse import parse
from uat.expression.trace import trace
from uat.proof.interpolation.kinks import smooth_on

FORMULAS = [
    "abs(x)", "abs(x - 0.25)*x", "max(x, 0.5)", "min(x**2, x)", "sign(x)*x", "abs(sin(7*x))",
    "max(min(x, 0.5), -0.5)", "where(x < 0.1, x, 0.2 - x)", "abs(abs(x) - 0.5)", "sqrt(abs(x))",
    "max(abs(x), x**2 + 0.1)",
]  # fmt: skip


@given(st.sampled_from(FORMULAS), st.floats(-1, 1), st.floats(0.001, 0.5))
def test_what_is_found_is_analytic_and_equals_f(formula: str, low: float, width: float) -> None:
    f = parse(formula)
    found = smooth_on(f, np.array([low]), np.array([low + width]))
    if found is None:
        return
    assert is_analytic(found)
    x = np.concatenate([np.linspace(low, low + width, 33), [low, low + width]])
    assert np.abs(found(x) - f(x)).max() <= 1e-15


@pytest.mark.slow
@pytest.mark.parametrize("formula", FORMULAS)
def test_cells_that_end_at_a_kink_are_smooth(formula: str) -> None:
    f = parse(formula)
    smooth = sum(
        smooth_on(f, np.array([k / 64]), np.array([(k + 1) / 64])) is not None
        for k in range(-64, 64)
    )
    assert smooth >= 112


@pytest.mark.parametrize("formula", ["abs(x - 1/3)", "max(x, 1/3)", "where(x < 1/3, x, 1/3)"])
def test_a_kink_inside_is_never_overlooked(formula: str) -> None:
    f = parse(formula)
    for width in (1e-1, 1e-6, 1e-12):
        assert smooth_on(f, np.array([1 / 3 - width]), np.array([1 / 3 + width])) is None


def test_pieces_of_a_polyline_are_straight() -> None:
    f = trace(lambda x: np.interp(x, [0.0, 0.3, 1.0], [0.1, 0.7, -0.2]), 1)
    for low, high in ((-2.0, -1.0), (0.0, 0.3), (0.3, 1.0), (1.0, 3.0)):
        found = smooth_on(f, np.array([low]), np.array([high]))
        assert found is not None
        x = np.linspace(low, high, 17)
        assert np.abs(found(x) - f(x)).max() < 1e-15
    assert smooth_on(f, np.array([0.2]), np.array([0.4])) is None


def test_in_two_dimensions_a_line_of_kinks_has_two_smooth_sides() -> None:
    f = parse("max(x, y)", ["x", "y"])
    assert smooth_on(f, np.array([0.0, 2.0]), np.array([1.0, 3.0])) == parse("y", ["x", "y"])
    assert smooth_on(f, np.array([0.0, 0.0]), np.array([1.0, 1.0])) is None


def test_an_analytic_formula_stays_as_it_is() -> None:
    f = parse("exp(x)/(1 + x**2)")
    assert smooth_on(f, np.array([0.0]), np.array([1.0])) is f
