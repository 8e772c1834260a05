"""Derivatives: the exact slope of every operation, 0 where there is none in floats."""

import numpy as np
import pytest

from tests.oracles.formulas import exact_formula, mp
from tests.oracles.graphs import BINARY, EXPONENTS, UNARY
from uat.expression.graph import Expression, apply, constant, coordinate
from uat.expression.latex import plain
from uat.expression.parse import parse

x, y = coordinate(0), coordinate(1)

AT = {"arccosh": 1.7, "sign": 0.7}
CASES = {
    **{name: apply(name, x) for name in UNARY},
    **{name: apply(name, apply("sin", x), x**2) for name in BINARY},
    **{f"power {p:.4g}": x**p for p in EXPONENTS},
    "interp": apply("interp", x**2, data=(0.0, 0.4, 1.0, 0.0, 1.0, -1.0)),
    "where": parse("where(x < 0.5, x**2, sin(x))"),
    "condition": parse("(x < 0.5)*x + (x >= 0.5)*x**2"),
    "x**x": x**x,
    "2**x": 2**x,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("order", [1, 2])
def test_a_slope_is_exact_to_forty_digits(name: str, order: int) -> None:
    e, point = CASES[name], AT.get(name, 0.7)
    with mp.workdps(120):
        step = mp.mpf(10) ** -40
        sides = [exact_formula(e.to_table(), [point + k * step], 120) for k in (-1, 0, 1)]
        first = (sides[2] - sides[0]) / (2 * step)
        second = (sides[2] - 2 * sides[1] + sides[0]) / step**2
        derivative = e.derivative() if order == 1 else e.derivative().derivative()
        given = exact_formula(derivative.to_table(), [point], 120)
        wanted = first if order == 1 else second
        assert abs(given - wanted) < (1 + abs(wanted)) * mp.mpf(10) ** -35


def test_partial_derivatives_are_taken_one_at_a_time() -> None:
    e = parse("x**2*y + sin(y)")
    assert plain(e.derivative(0)) == "2*x*y"
    assert e.derivative(1)(3.0, 0.0) == 10.0
    assert e.derivative(2) is constant(0)
    assert e.derivative(0) is e.derivative()


def test_what_does_not_depend_on_x_has_no_slope() -> None:
    assert constant(5).derivative() is constant(0)
    assert parse("where(y < 0, exp(y), 3)").derivative(0) is constant(0)


@pytest.mark.parametrize(
    ("formula", "point", "slope"),
    [
        ("sign(x)", 0.0, 0.0),
        ("where(x < 0, x, x - 5)", 0.0, 1.0),
        ("where(sqrt(x) < 1, x, 5)", 0.0, 1.0),
        ("where(sqrt(x) < 1, 5*x, x)", -1.0, 1.0),
        ("abs(x)", 0.0, 0.0),
        ("max(x, 0)", 0.0, 1.0),
        ("x == 0", 0.0, 0.0),
        ("sqrt(x)", 0.0, np.inf),
        ("cbrt(x)", 0.0, np.inf),
        ("x**0.5", 0.0, np.inf),
        ("sinc(x)", 0.0, 0.0),
        ("sinc(x)", 1e-9, 0.0),
        ("where(x, x**2, 5)", 3.0, 6.0),
        ("x*x", 3.0, 6.0),
        ("tan(x)", 0.0, 1.0),
    ],
)
def test_in_floats_a_jump_has_slope_0_and_a_kink_one_of_its_two(
    formula: str, point: float, slope: float
) -> None:
    assert parse(formula).derivative()(point) == pytest.approx(slope, abs=1e-7)


def test_a_table_has_the_slope_to_the_right_of_a_knot() -> None:
    slope = apply("interp", x, data=(0.0, 1.0, 2.0, 0.0, 3.0, 1.0)).derivative()
    assert slope(np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 9.0])).tolist() == [0, 3, 3, -2, 0, 0]
    assert slope.derivative()(0.5) == 0.0


def test_slopes_of_shared_parts_are_shared() -> None:
    e: Expression = x
    for _ in range(200):
        e = apply("sin", e) * e
    assert len(e.derivative().to_table()) < 3000
