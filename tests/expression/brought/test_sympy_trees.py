"""Expressions of sympy are read exactly: compared with sympy's own value in 50 digits."""

from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.formulas import exact_formula, mp
from uat.errors import InputError, WrongType
from uat.expression.brought.sympy_trees import read

sympy = pytest.importorskip("sympy", reason="sympy is an extra of the tests")

x, y, t = sympy.symbols("x y t")
third = sympy.Rational(1, 3)

SAME: list[Any] = [
    x**2 + sympy.sin(3 * x) / 7 - third,
    sympy.sqrt(x) / (1 + x**2) ** sympy.Rational(5, 2),
    sympy.exp(-(x**2)) * sympy.cos(sympy.pi * x),
    x**third + 2**x + sympy.E**x + x ** sympy.Rational(3, 10),
    sympy.Max(x, 1 - x, x**2) - sympy.Min(x, third) + sympy.Abs(x - 1),
    sympy.Piecewise((x, x < third), (1 - x, sympy.And(x > 0, x <= 1)), (0, True)),
    sympy.log(1 + x) + sympy.log(x + 2, 3) + sympy.atan(x) + sympy.asinh(x),
    sympy.sinc(x) + sympy.tanh(x) + 1 / sympy.cosh(x) + sympy.sec(x),
    sympy.erf(x) + sympy.erfc(x),
    sympy.Float("0.1", 40) * x + sympy.Integer(10) ** 30 * x - 10**30 * x,
    sympy.GoldenRatio * x + sympy.EulerGamma,
    sympy.gamma(x + 1) + sympy.loggamma(x + 2) + sympy.digamma(x + 1) + sympy.factorial(x),
    sympy.polygamma(2, x + 1) + sympy.zeta(x + 2) + sympy.expint(1, x) + sympy.Ei(x),
    sympy.besselj(0, x) + sympy.bessely(1, x) + sympy.besseli(2, x) + sympy.besselk(0, x),
    sympy.airyai(x) + sympy.airybi(x) - sympy.airyaiprime(x) / 2 + sympy.airybiprime(x),
    sympy.erfi(x) + sympy.erfinv(x) + sympy.Si(x) + sympy.Ci(x),
    sympy.fresnels(x) - 3 * sympy.fresnelc(x),
    sympy.Heaviside(x - third, sympy.Rational(1, 2)) * x,
]


@pytest.mark.parametrize("f", SAME, ids=str)
@pytest.mark.parametrize("place", [0.125, 0.75])
def test_an_expression_has_its_exact_value(f: Any, place: float) -> None:
    found = read(f, 1)
    assert found is not None
    exact = f.subs(x, sympy.Rational(place)).evalf(50)
    value = exact_formula(found.expression.to_table(), [place])
    with mp.workdps(60):
        assert abs(value - mp.mpf(str(exact))) <= 1e-45 * (1 + abs(value))


def test_symbols_are_coordinates_by_name_or_as_a_lambda_orders_them() -> None:
    box = [(0, 1), (0, 1)]
    assert uat.Target(y**2, box)(0.5, 0.25) == 0.0625
    assert uat.Target(t**2 + x, box)(0.5, 0.25) == 0.5
    assert uat.Target(sympy.Lambda((y, x), y - 2 * x), box)(0.5, 0.25) == 0
    x2, x10 = sympy.symbols("x2 x10")
    places = [i / 16 for i in range(10)]
    assert uat.Target(x2 - x10, [(0, 1)] * 10)(*places) == -0.5
    assert uat.Target(t**2, (0, 1))(0.5) == 0.25
    assert uat.Target(sympy.cos, (0, 1)).expression is uat.Target("cos(x)", (0, 1)).expression
    with pytest.raises(InputError, match=r"of t, x given for 3 coordinates; .*sympy\.Lambda"):
        uat.Target(t + x, [(0, 1)] * 3)


def test_an_expression_gets_a_proved_network() -> None:
    f = x**2 / 3 + sympy.sin(x)
    g = uat.approximate(f, (0, 2), eps=0.1, activation=uat.relu)
    assert g.certificate is not None
    places = np.linspace(0, 2, 1001)
    assert np.abs(g(places) - places**2 / 3 - np.sin(places)).max() <= g.certificate.upper < 0.1


def test_several_outputs_are_a_list_of_expressions() -> None:
    g = uat.approximate([x**2, 1 - x], (0, 1), eps=0.1, activation=uat.relu)
    assert g.certificate is not None
    assert g.network.output_dimension == 2


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (sympy.floor(x), r"floor\(x\) given"),
        (sympy.I * x, "I given"),
        (sympy.oo + 0 * x, "oo given|nan given"),
        (sympy.Integral(sympy.exp(-(x**2)), (x, 0, x)), r"call \.doit\(\) before"),
        (sympy.Function("f")(x), r"f\(x\) given"),
    ],
)
def test_what_is_not_known_is_named_in_one_line(f: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        uat.Target(f, (0, 1))
    assert "\n" not in str(raised.value)


def test_the_exponential_integral_has_no_value_below_0() -> None:
    f = sympy.expint(1, x)
    assert uat.Target(f, (1, 2))(1.0) == pytest.approx(float(f.subs(x, 1).evalf()), rel=1e-14)
    with pytest.raises(InputError, match="f is nan"):
        uat.approximate(f, (-2, -1), eps=0.1)


def test_what_is_no_expression_is_refused() -> None:
    for odd in (sympy.Matrix([x]), sympy.Eq(x, 1), sympy.Interval(0, 1)):
        with pytest.raises(WrongType, match="an expression is needed"):
            uat.Target(odd, (0, 1))


def test_a_number_beyond_the_range_of_floats_is_refused() -> None:
    with pytest.raises(InputError, match="beyond the largest double"):
        uat.Target(sympy.Integer(10) ** 400 * x, (0, 1))


def test_an_order_that_is_not_known_is_named() -> None:
    with pytest.raises(InputError, match=r"besselj\(1/2, x\) given"):
        uat.Target(sympy.besselj(sympy.Rational(1, 2), x), (0, 1))
    with pytest.raises(InputError, match=r"floor\(x\) given"):
        uat.Target(sympy.besselj(0, sympy.floor(x)), (0, 1))
