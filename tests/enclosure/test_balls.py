"""Balls: kinks are known on real ones; on complex ones a formula is analytic or refused."""

from typing import Any

import pytest
from flint import acb, arb, ctx

from uat.enclosure.balls import ball, is_analytic
from uat.errors import CannotProve, InputError
from uat.expression.graph import apply, coordinate
from uat.expression.operations import OPERATIONS
from uat.expression.parse import parse

x = coordinate(0)


def ends(u: Any) -> tuple[float, float]:
    return float(u.lower()), float(u.upper())


def at(formula: str, *coordinates: Any) -> Any:
    return ball(parse(formula), *coordinates)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("abs(x)", 2), ("sign(x)", -1), ("min(x, 0)", -2), ("max(x, 1)", 1), ("x**2", 4), ("x**3", -8),
        ("x**-2", 0.25), ("x**0", 1), ("cbrt(4*x)", -2), ("cbrt(-4*x)", 2), ("where(x < 0, 5, 6)", 5),
        ("where(x > 0, 5, 6)", 6), ("where(x == -2, 5, 6)", 5), ("where(x != -2, 5, 6)", 6),
        ("where(x <= -2, 5, 6)", 5), ("where((x < 0) & (x < 1), 5, 6)", 5),
        ("where((x > 0) & (x < 1), 5, 6)", 6), ("where((x > 0) | (x < 1), 5, 6)", 5),
        ("where((x > 0) | (x > 1), 5, 6)", 6), ("sqrt(-2*x)", 2), ("exp(log(-x))", 2), ("(-x)**0.5", 2**0.5),
        ("expit(x) + expit(-x)", 1), ("sinc(x - x)", 1), ("(-x)**(-x)", 4), ("xlogy(x + 2, 5)", 0),
    ],
)  # fmt: skip
def test_real_balls_know_every_rule(formula: str, value: float) -> None:
    given = at(formula, arb(-2))
    assert abs(given - value) < 1e-14


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("abs(x)", 0, 1), ("x**2", 0, 1), ("x**3", -1, 1), ("sign(x)", -1, 1), ("cbrt(x)", -1, 1),
        ("max(x, 0)", 0, 1), ("where(x < 0, 5, 7)", 5, 7), ("where(x == 0, 5, 7)", 5, 7),
        ("where(x < 2, 5, 7)", 5, 5), ("where((x < 0) & (x < 2), 5, 7)", 5, 7),
        ("where((x < 0) | (x < 2), 5, 7)", 5, 5), ("where(not x < 0, 5, 7)", 5, 7),
    ],
)  # fmt: skip
def test_a_real_ball_around_a_kink_has_both_sides(formula: str, low: float, high: float) -> None:
    assert ends(at(formula, arb(0, 1))) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize(
    "formula", ["1/x", "x**-1", "sqrt(x)", "log(x)", "x**0.5", "tan(2*x)", "arccosh(x)"]
)
def test_a_real_ball_around_an_edge_is_not_finite(formula: str) -> None:
    assert not at(formula, arb(0, 1)).is_finite()


TABLE = (0.0, 1.0, 3.0, 0.0, 2.0, -2.0)


@pytest.mark.parametrize(
    ("middle", "radius", "low", "high"),
    [
        (-1, 0.5, 0, 0), (0.5, 0, 1, 1), (0.5, 0.25, 0.5, 1.5), (1, 0.5, 1, 2), (5, 1, -2, -2), (2, 0, 0, 0),
        (0, float("inf"), -2, 2),
    ],
)  # fmt: skip
def test_a_piecewise_linear_function_of_a_ball(
    middle: float, radius: float, low: float, high: float
) -> None:
    given = ball(apply("interp", x, data=TABLE), arb(middle, radius))
    assert ends(given) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize("formula", ["sinc(sqrt(x))", "sign(sqrt(x))", "sinc(1/x)", "sign(log(x))"])
def test_a_function_of_what_is_no_number_is_no_number(formula: str) -> None:
    assert not at(formula, arb(0, 1)).is_finite()


def test_a_piecewise_linear_function_of_nothing_is_nothing() -> None:
    assert ball(apply("interp", x, data=TABLE), arb("nan")).is_nan()
    assert ball(apply("interp", x, data=(0.0, 7.0)), arb(0, 1)) == 7


def test_the_precision_is_that_of_the_context() -> None:
    with ctx.workprec(300):
        assert at("pi*x", arb(1)).rad() < 1e-80


def test_a_floating_constant_is_that_double() -> None:
    with ctx.workprec(200):
        assert at("0.1*x", arb(10)) == arb(0.1) * 10
        assert at("0.1*x", arb(10)) != 1


@pytest.mark.parametrize(
    "formula",
    [
        "abs(x)",
        "sign(x)",
        "min(x, 1)",
        "max(x, 1)",
        "where(x < 0, x, 1)",
        "x < 1",
        "not x < 1",
        "x == 1",
    ],
)
def test_a_kink_has_no_complex_enclosure(formula: str) -> None:
    assert not is_analytic(parse(formula))
    with pytest.raises(CannotProve, match="not analytic: no complex enclosure; use real boxes"):
        at(formula, acb(0.5, 0.1))


def test_a_kink_in_a_real_coordinate_does_not_matter() -> None:
    assert at("abs(y)*x", acb(1, 1), arb(-2)) == acb(2, 2)


@pytest.mark.parametrize("name", ["interp_slope", "jump", "unknown"])
def test_a_slope_that_may_not_exist_has_no_ball(name: str) -> None:
    data = (0.0, 1.0, 0.0, 1.0) if name == "interp_slope" else ()
    node = apply(name, *[x] * OPERATIONS[name].arity, data=data)
    with pytest.raises(CannotProve, match="no rule on balls"):
        ball(node, arb(1))


@pytest.mark.parametrize(
    ("formula", "centre"),
    [
        ("sqrt(x)", -1), ("log(x)", -1), ("x**0.5", -1), ("x**-1.5", -1), ("log1p(x)", -2), ("cbrt(x)", 0),
        ("arcsin(x)", 2), ("arcsin(x)", -2), ("arccos(x)", 2), ("arctanh(x)", 2), ("arctanh(x)", -2),
        ("arccosh(x)", 0), ("arccosh(x)", -2), ("arctan(x)", 2j), ("arctan(x)", -2j), ("arcsinh(x)", 2j),
        ("xlogy(2, x)", -1), ("x**x", -1), ("1/x", 0), ("x**-2", 0), ("tan(x)", 1.6), ("tanh(x)", 1.6j),
        ("expit(x)", 3.1j),
    ],
)  # fmt: skip
def test_a_branch_cut_or_a_pole_inside_is_refused(formula: str, centre: complex) -> None:
    middle = complex(centre)
    around = acb(arb(middle.real, 0.1), arb(middle.imag, 0.1))
    assert not at(formula, around).is_finite()


@pytest.mark.parametrize(
    ("formula", "centre", "value"),
    [
        ("sqrt(x)", 1j, 1j**0.5), ("x**0.5", 2 + 1j, (2 + 1j) ** 0.5), ("x**3", 1 + 1j, (1 + 1j) ** 3),
        ("x**-2", 1 + 1j, (1 + 1j) ** -2), ("cbrt(x)", 8, 2), ("cbrt(x)", -8, -2),
        ("arctan(x)", 0.5j, 0.5493061443340549j), ("arctan(x)", 1 + 2j, None), ("arcsin(x)", 0.5, 0.5235987755982989),
        ("arcsin(x)", 2 + 1j, None), ("log1p(x)", -2 + 1j, None), ("arccosh(x)", 2, 1.3169578969248166),
        ("arccosh(x)", 1j, None), ("arcsinh(x)", 1, 0.881373587019543), ("arctanh(x)", 0.5, 0.5493061443340549),
        ("arccos(x)", 0, 1.5707963267948966), ("expit(x)", 0, 0.5), ("exp(x) - expm1(x)", 1j, 1),
        ("xlogy(x, x)", 1j, -1.5707963267948966), ("x - x*1 + (-x)/x", 2j, -1), ("erf(x)", 0, 0),
    ],
)  # fmt: skip
def test_off_the_cuts_the_value_is_known(
    formula: str, centre: complex, value: complex | None
) -> None:
    assert is_analytic(parse(formula))
    middle = complex(centre)
    given = at(formula, acb(arb(middle.real, 1e-9), arb(middle.imag, 1e-9)))
    assert given.is_finite()
    if value is not None:
        assert abs(given - acb(complex(value).real, complex(value).imag)) < 1e-7


def test_all_coordinates_are_needed() -> None:
    with pytest.raises(InputError, match="1 balls given; this expression needs 2"):
        at("x*y", arb(1))
