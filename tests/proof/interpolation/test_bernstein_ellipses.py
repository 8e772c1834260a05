"""f around a cell: poles and cuts are seen wherever they are, and no loss is understated."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.formulas import exact_formula
from tests.oracles.losses import measured_loss
from uat.expression.parse import parse
from uat.proof.interpolation.active_units import Cell
from uat.proof.interpolation.bernstein_ellipses import Ellipses


def ellipses(formula: str, *sides: tuple[float, float]) -> Ellipses:
    lower, upper = np.array(sides, dtype=float).T
    return Ellipses(parse(formula, ["x", "y"][: len(sides)]), Cell.between(lower, upper))


def check_a_loss(formula: str, low: float, high: float, degree: int) -> None:
    table = parse(formula).to_table()
    middle, radius = (low + high) / 2, (high - low) / 2
    lost = measured_loss(lambda x: exact_formula(table, [x]), middle, radius, degree)
    assert lost <= ellipses(formula, (low, high)).loss(0, degree) + 1e-44


ENTIRE = ["exp(x)", "sin(20*x)", "x**3 - x", "exp(-4*x**2)", "cos(x)*exp(x)", "erf(3*x)", "sinh(x)"]
POLES = ["1/(1 + 25*x**2)", "tan(x)", "1/(1.2 - x)", "tanh(4*x)", "1/(2 + sin(9*x))", "expit(9*x)"]
CUTS = ["sqrt(1.3 - x)", "log(1.1 + x)", "(1.2 + x)**0.7", "arctan(3*x)", "arcsin(x/1.1)",
        "cbrt(x + 1.5)", "log1p(x/1.2)", "arctanh(x/1.3)", "arccosh(2.2 + x)", "arcsinh(5*x)"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("formula", [*ENTIRE, *POLES, *CUTS])
@pytest.mark.parametrize("degree", [1, 4, 12, 24])
def test_interpolation_loses_no_more_than_is_said(formula: str, degree: int) -> None:
    check_a_loss(formula, -1.0, 1.0, degree)


@pytest.mark.slow
@settings(max_examples=30)
@given(
    st.sampled_from([*ENTIRE, *POLES, *CUTS]),
    st.floats(-0.9, 0.9),
    st.floats(1e-3, 0.5),
    st.sampled_from([1, 2, 3, 6, 10, 17]),
)
def test_on_any_cell_too(formula: str, middle: float, radius: float, degree: int) -> None:
    check_a_loss(formula, max(middle - radius, -1.0), min(middle + radius, 1.0), degree)


@pytest.mark.parametrize(("distance", "degree"), [(0.3, 30), (0.1, 60), (0.08, 80)])
def test_a_pole_inside_an_ellipse_is_seen(distance: float, degree: int) -> None:
    """On the rims of larger ellipses 1/(x² + δ²) is small: only what lies inside gives it away."""
    found = ellipses(f"1/(x**2 + {distance}**2)", (-1.0, 1.0)).loss(0, degree)
    t = math.asinh(distance)
    true = math.exp(-degree * t) / distance**2
    assert true / 10 < found < 1e4 * true


@pytest.mark.parametrize("distance", [1e-3, 1e-6])
def test_too_near_a_pole_no_ellipse_is_free(distance: float) -> None:
    around = ellipses(f"1/(x**2 + {distance}**2)", (-1.0, 1.0))
    assert around.loss(0, 50) == math.inf
    assert not around.are_free()


@pytest.mark.parametrize("formula", ["sqrt(x)", "log(x + 1e-9)", "x**1.5", "cbrt(x - 0.3)", "1/x"])
def test_singularities_on_the_cell_leave_nothing(formula: str) -> None:
    around = ellipses(formula, (0.0, 1.0))
    assert not around.are_free()
    assert around.loss(0, 200) == math.inf


def test_a_cut_that_ends_inside_is_seen() -> None:
    """√((x − 1.2)² + 0.01) is finite far out, its cuts run from 1.2 ± 0.1i."""
    check_a_loss("sqrt((x - 1.2)**2 + 0.01)", -1.0, 1.0, 20)
    assert ellipses("sqrt((x - 0.5)**2 + 1e-6)", (-1.0, 1.0)).loss(0, 40) == math.inf


@pytest.mark.parametrize("axis", [0, 1])
def test_the_other_coordinates_run_through_their_sides(axis: int) -> None:
    """1/(1.5 − x y) has its pole nearest where the other coordinate is largest."""
    found = ellipses("1/(1.5 - x*y)", (-1.0, 1.0), (-1.0, 1.0)).loss(axis, 30)
    lost = measured_loss(lambda v: 1 / (1.5 - v), 0.0, 1.0, 30)
    assert lost <= found <= 1e5 * float(lost)


def test_coordinates_are_not_confused() -> None:
    around = ellipses("exp(8*x) + y", (0.0, 1.0), (0.0, 1.0))
    assert around.loss(1, 6) < 0.1 * around.loss(0, 6)


def test_a_constant_loses_next_to_nothing() -> None:
    assert ellipses("3", (0.0, 1.0)).loss(0, 40) < 1e-30


def test_losses_are_only_sharpened_as_far_as_needed() -> None:
    around = ellipses("exp(x)", (0.0, 1.0))
    assert around.loss(0, 10) <= around.loss(0, 10, enough=1e-3) <= 1e-3
