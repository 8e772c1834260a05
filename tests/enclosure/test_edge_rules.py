"""Edges and kinks: enclosed soundly, and no wider than need be."""

import math

import numpy as np
import pytest

from uat.enclosure.edge_rules import between, divide, interp, interp_slope, is_inside, sinc
from uat.enclosure.enclose import enclose
from uat.enclosure.smooth_rules import Range
from uat.expression.graph import Expression, apply, coordinate
from uat.expression.parse import parse

INF = math.inf
x = coordinate(0)


def over(formula: str | Expression, low: float, high: float) -> tuple[float, float]:
    e = parse(formula) if isinstance(formula, str) else formula
    lower, upper = enclose(e, [[low]], [[high]])
    return float(lower[0]), float(upper[0])


def row(low: float, high: float) -> Range:
    return np.array([low]), np.array([high])


@pytest.mark.parametrize(
    ("formula", "low", "high", "wanted"),
    [
        ("sqrt(x)", -1.0, 4.0, (0.0, 2.0)),
        ("sqrt(x)", 0.0, 0.0, (0.0, 0.0)),
        ("sqrt(abs(x))", -1e-12, 1e-12, (0.0, 1e-6)),
        ("sqrt(x)", -2.0, -1.0, (-INF, INF)),
        ("abs(x)", -1.0, 0.5, (0.0, 1.0)),
        ("x*sin(1/x)", -0.125, 0.125, (-0.125, 0.125)),
        ("x*sin(1/x)", 0.0, 0.125, (-0.125, 0.125)),
        ("exp(-1/x**2)", -0.1, 0.1, (0.0, math.exp(-100))),
        ("exp(-1/(2*x**2))", -0.1, 0.0, (0.0, math.exp(-50))),
        ("exp(-1/x)", 0.0, 0.01, (0.0, math.exp(-100))),
        ("1/(1 + exp(-x))", -1e6, -1e4, (0.0, 5e-309)),
        ("1/x", 1.0, INF, (0.0, 1.0)),
        ("1/x", -INF, -1.0, (-1.0, 0.0)),
        ("1/x", 0.0, 2.0, (0.5, INF)),
        ("1/x", -2.0, 0.0, (-INF, INF)),
        ("1/-x", 0.0, 2.0, (-INF, -0.5)),
        ("1/x", 0.0, 0.0, (-INF, INF)),
        ("1/x", -1.0, 1.0, (-INF, INF)),
        ("x**-2", -1.0, 1.0, (1.0, INF)),
        ("x**-3", -1.0, 0.0, (-INF, INF)),
        ("0*(1/x)", -1.0, 1.0, (0.0, 0.0)),
        ("log(x)", 0.0, 1.0, (-INF, 0.0)),
        ("log(x)", -1.0, 1.0, (-INF, 0.0)),
        ("log(x)", -2.0, -1.0, (-INF, INF)),
        ("log1p(x)", -2.0, 0.0, (-INF, 0.0)),
        ("arcsin(x)", -5.0, 0.0, (-math.pi / 2, 0.0)),
        ("arccos(x)", -5.0, 5.0, (0.0, math.pi)),
        ("arccos(x)", 2.0, 3.0, (0.0, INF)),
        ("arccosh(x)", 0.0, 1.0, (0.0, 0.0)),
        ("arctanh(x)", -3.0, 0.5, (-INF, math.atanh(0.5))),
        ("tan(x)", -1.0, 1.0, (-math.tan(1), math.tan(1))),
        ("tan(x)", 1.0, 2.0, (-INF, INF)),
        ("tan(x)", 1e16, 2e16, (-INF, INF)),
        ("arctan(1/x)", 0.0, 1.0, (math.pi / 4, math.pi / 2)),
        ("x**0.5", -1.0, 4.0, (0.0, 2.0)),
        ("x**-0.5", 0.0, 4.0, (0.5, INF)),
        ("x**-0.5", 4.0, INF, (0.0, 0.5)),
        ("x**1.5", 0.0, INF, (0.0, INF)),
        ("x**0.5", -2.0, -1.0, (-INF, INF)),
        ("x**0.5", 1.7e308, INF, (1.7e308**0.5, INF)),
        ("x**-0.5", 0.0, 1e-310, (1e-300**-0.5, INF)),
        ("x**0.5", 0.0, 0.0, (0.0, 0.0)),
        ("x**3", -2.0, 1.0, (-8.0, 1.0)),
        ("x*x", -2.0, 1.0, (0.0, 4.0)),
        ("x**x", 0.0, 0.5, (0.0, 1.0)),
        ("cbrt(x)", -8.0, 0.0, (-2.0, 0.0)),
        ("sign(x)", -1.0, 0.0, (-1.0, 0.0)),
        ("sign(x)", 1e-300, 1.0, (1.0, 1.0)),
        ("min(x, 1 - x)", 0.0, 1.0, (0.0, 1.0)),
        ("max(x, -x, 0.25)", -0.5, 0.125, (0.25, 0.5)),
        ("where(x < 0, 1, 2)", -1.0, -1e-300, (1.0, 1.0)),
        ("where(x < 0, 1, 2)", 0.0, 1.0, (2.0, 2.0)),
        ("where(x < 0, 1, 2)", -1.0, 0.0, (1.0, 2.0)),
        ("where(x <= 0, 1, 2)", -1.0, 0.0, (1.0, 1.0)),
        ("where(x == 0, 1, 2)", 0.0, 0.0, (1.0, 1.0)),
        ("where(x == 0, 1, 2)", 0.0, 1.0, (1.0, 2.0)),
        ("where(x == 0, 1, 2)", 1.0, 2.0, (2.0, 2.0)),
        ("where(x != 0, 1, 2)", 1.0, 2.0, (1.0, 1.0)),
        ("where((x > 0) & (x < 1), 1, 2)", 0.25, 0.5, (1.0, 1.0)),
        ("where((x > 0) & (x < 1), 1, 2)", 2.0, 3.0, (2.0, 2.0)),
        ("where((x > 0) | (x < -1), 1, 2)", -0.5, -0.25, (2.0, 2.0)),
        ("where((x > 0) | (x < -1), 1, 2)", -2.0, -1.5, (1.0, 1.0)),
        ("where(x, 1, 2)", 1.0, 2.0, (1.0, 1.0)),
        ("where(x, 1, 2)", 0.0, 0.0, (2.0, 2.0)),
        ("where(x < 0, 0, sqrt(x))", -1.0, 1.0, (0.0, 1.0)),
        ("where(x < 0, sqrt(x), x)", -2.0, -1.0, (-INF, INF)),
        ("where(x < 0, log(x), 3)", 1.0, 2.0, (3.0, 3.0)),
    ],
)  # fmt: skip
def test_a_range_is_as_wide_as_the_values(
    formula: str, low: float, high: float, wanted: tuple[float, float]
) -> None:
    given = over(formula, low, high)
    assert given == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("where(sqrt(x) < 1, 2, 3)", -1.0, 0.5),
        ("where(sqrt(x) <= 1, 2, 3)", -1.0, 0.5),
        ("where(log(x) < 5, 2, 3)", 0.0, 1.0),
        ("where(1/x < 2, 2, 3)", -1.0, 1.0),
        ("where(arcsin(x) < 5, 2, 3)", -2.0, 0.0),
        ("where(arccos(x) < 5, 2, 3)", 0.0, 2.0),
        ("where(arccosh(x) < 5, 2, 3)", 0.0, 2.0),
        ("where(arctanh(x) < 50, 2, 3)", -1.0, 0.5),
        ("where(log1p(x) < 5, 2, 3)", -1.0, 1.0),
        ("where(x**0.5 < 5, 2, 3)", -1.0, 1.0),
        ("where(x**-0.5 > 0.5, 2, 3)", 0.0, 1.0),
        ("where(x**-2 > 0.5, 2, 3)", -1.0, 1.0),
        ("where(abs(tan(x)) > -1, 2, 3)", 1.0, 2.0),
        ("where(sqrt(x)*0 == 0, 2, 3)", -1.0, 1.0),
        ("where(where(x < 0, sqrt(x), 0) < 1, 2, 3)", -1.0, 1.0),
        ("where(sqrt(x), 2, 3)", -1.0, 0.0),
        ("where(x**x > -1, 2, 3)", -1.0, 1.0),
    ],
)
def test_a_comparison_with_what_may_be_undefined_is_open(
    formula: str, low: float, high: float
) -> None:
    assert over(formula, low, high) == (2.0, 3.0)


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("where(sqrt(x) < 1, 2, 3)", 0.0, 0.5),
        ("where(1/x < 2, 2, 3)", 1.0, 2.0),
        ("where(1/x < 2, 2, 3)", -2.0, -1.0),
        ("where(x**-2 > 0.1, 2, 3)", 1.0, 2.0),
        ("where(x**-1 < 2, 2, 3)", -2.0, -1.0),
        ("where(x**0.5 < 5, 2, 3)", 0.0, 1.0),
        ("where(x**-0.5 > 0.5, 2, 3)", 0.5, 1.0),
        ("where(tan(x) < 2, 2, 3)", 0.0, 1.0),
        ("where(x + 1 > 0, 2, 3)", 0.0, INF),
        ("where(where(x < 5, sqrt(x), -1) < 3, 2, 3)", 0.0, 1.0),
        ("where(where(x > 5, sqrt(-x), 0) < 1, 2, 3)", 0.0, 1.0),
        ("where(where(x > 0.5, 0.1, x) < 1, 2, 3)", 0.0, 0.75),
        ("where(x**2 < 5, 2, 3)", -1.0, 1.0),
    ],
)
def test_a_comparison_of_what_is_real_is_decided(formula: str, low: float, high: float) -> None:
    assert over(formula, low, high) == (2.0, 2.0)


@pytest.mark.parametrize(
    "formula",
    [
        "where(x < 0, x, x - 5)", "where(x <= 0, x, x - 5)", "where(x == 0, 5, x)", "sign(x)",
        "x/abs(x)", "where(0 < x, 1, 0)", "where(x != 0, 0, 1)", "where(not x > 0, 1, 2)",
        "where((x > 0) & (x < 9), 1, 2)", "where((x > 0) | (x < -9), 1, 2)", "(x > 0)*x + (x <= 0)*3",
        "where(x, x, 7)", "1/x", "x**-1", "atan(1/x)", "atan(x**-1)", "1/(1 + exp(1/x))",
        "sqrt(where(x < 0, 1, 4))", "abs(where(x < 0, -1, 2))", "where(sqrt(x) < 9, 1, 2)",
        "where(log(x) < 9, 1, 2)", "where(1/x < 9, 1, 2)", "exp(sign(x))", "sign(x)*sign(x)*sign(x)",
        "min(sign(x), 0.5)", "atan(tan(x + pi/2))", "where(x < 0, sqrt(x), 5)*0 + sign(x)",
        "log(abs(x))", "where(cbrt(x) > 0, 1, 2)", "where(2**x > 1, 1, 2)",
        "where(sign(x) > 0, 1, 2)", "where(abs(x) > 0, 1, 2)",
    ],
)  # fmt: skip
def test_a_jump_is_never_taken_for_a_slope(formula: str) -> None:
    slope = parse(formula).derivative()
    for low, high in ((-1.0, 1.0), (-1e-9, 1e-12), (-5e-324, 5e-324)):
        assert over(slope, low, high) == (-INF, INF)


@pytest.mark.parametrize(
    "formula",
    ["where(x < 0, x, x - 5)", "sign(x)", "where(x, x, 7)", "1/x", "atan(1/x)", "(x > 0)*x"],
)
def test_away_from_a_jump_the_slope_is_known(formula: str) -> None:
    slope = parse(formula).derivative()
    for low, high in ((0.5, 1.0), (-1.0, -0.5)):
        assert np.isfinite(over(slope, low, high)).all()


def test_what_stands_still_does_not_jump() -> None:
    slope = parse("where(max(x, 0) > 0, x, 0)").derivative()
    assert over(slope, -2.0, -1.0) == (0.0, 0.0)
    low, high = enclose(parse("where(y > 0, x, -x)").derivative(0), [[-1.0, -1.0]], [[1.0, 1.0]])
    assert (low[0], high[0]) == (-1.0, 1.0)


def test_kinks_have_both_slopes() -> None:
    assert over(parse("abs(x)").derivative(), -1.0, 1.0) == (-1.0, 1.0)
    assert over(parse("max(x, 3*x)").derivative(), -1.0, 1.0) == (1.0, 3.0)
    assert over(parse("min(x, 0)").derivative(), 0.0, 1.0) == (0.0, 1.0)
    assert over(parse("abs(x)").derivative().derivative(), -1.0, 1.0) == (-INF, INF)
    assert over(parse("abs(x)").derivative().derivative(), 0.5, 1.0) == (0.0, 0.0)


TABLE = (0.0, 1.0, 3.0, 0.0, 2.0, -2.0)


@pytest.mark.parametrize(
    ("low", "high", "values", "slopes"),
    [
        (-2.0, -1.0, (0.0, 0.0), (0.0, 0.0)),
        (-1.0, 0.0, (0.0, 0.0), (0.0, 0.0)),
        (0.0, 0.0, (0.0, 0.0), (0.0, 2.0)),
        (0.25, 0.5, (0.5, 1.0), (2.0, 2.0)),
        (0.5, 0.5, (1.0, 1.0), (2.0, 2.0)),
        (0.0, 1.0, (0.0, 2.0), (2.0, 2.0)),
        (1.0, 1.0, (2.0, 2.0), (-2.0, 2.0)),
        (0.5, 2.0, (0.0, 2.0), (-2.0, 2.0)),
        (3.0, 9.0, (-2.0, -2.0), (0.0, 0.0)),
        (-INF, INF, (-2.0, 2.0), (-2.0, 2.0)),
    ],
)
def test_a_piecewise_linear_function_is_bounded_by_its_knots(
    low: float, high: float, values: tuple[float, float], slopes: tuple[float, float]
) -> None:
    e = apply("interp", x, data=TABLE)
    assert over(e, low, high) == pytest.approx(values, abs=1e-14)
    assert over(e.derivative(), low, high) == pytest.approx(slopes, abs=1e-14)


def test_a_table_of_one_knot_is_constant() -> None:
    assert over(apply("interp", x, data=(0.0, 7.0)), -1.0, 1.0) == (7.0, 7.0)
    assert over(apply("interp_slope", x, data=(0.0, 7.0)), -1.0, 1.0) == (0.0, 0.0)


def test_a_table_at_the_ends_of_the_floats_is_bounded() -> None:
    with np.errstate(all="ignore"):
        low, high = interp(row(0.0, 0.0), -1.7e308, 1.7e308, 1.7e308, -1.7e308)
        slope = interp_slope(row(0.0, 0.0), 0.0, 5e-324, 0.0, 1.0)
    assert low[0] <= 0 <= high[0]
    assert slope[0][0] <= 0
    assert slope[1][0] == INF


def test_the_least_and_most_of_stretches_of_an_array() -> None:
    low, high = between(
        np.array([3.0, 1.0, 2.0]), np.array([4.0, 5.0, 6.0]), [0, 1, 2, 3], [3, 2, 2, 3]
    )
    assert low.tolist() == [1.0, 1.0, INF, INF]
    assert high.tolist() == [6.0, 5.0, -INF, -INF]


def test_a_quotient_by_what_may_be_zero_from_both_sides_is_open() -> None:
    with np.errstate(all="ignore"):
        for b in (row(-0.0, 1.0), row(-1.0, 0.0), row(0.0, 0.0), row(-1.0, 2.0)):
            assert divide(row(1.0, 1.0), b)[0][0] == -INF
        assert divide(row(1.0, 1.0), row(-1.0, -0.0))[1][0] == pytest.approx(-1.0)


def test_sinc_is_bounded_by_its_envelope() -> None:
    with np.errstate(all="ignore"):
        for low, high in (
            (0.0, 0.0),
            (-1.0, 2.0),
            (4.0, 5.0),
            (6.0, 9.0),
            (100.0, 101.0),
            (-INF, INF),
        ):
            least, most = sinc(row(low, high))
            at = np.linspace(max(low, -200), min(high, 200), 10_001)
            values = np.sinc(at / np.pi)
            assert least[0] <= values.min() + 1e-15
            assert values.max() - 1e-15 <= most[0] <= max(values.max(), 0.1284) + 1e-3
    low, high = over(apply("sinc", x), 100.0, 100.25)
    assert high - low < 3e-3


def test_the_slope_of_sinc_at_zero_is_zero() -> None:
    slope = apply("sinc", x).derivative()
    assert slope(0.0) == 0.0
    low, high = over(slope, -1e-6, 1e-6)
    assert -1e-6 < low < 0 < high < 1e-6


def test_an_operation_that_is_always_real_is_inside() -> None:
    assert is_inside("sin", [row(-INF, INF)], ()) is True
    assert is_inside("power", [row(-1.0, 1.0)], (2.0,)) is True
