"""Formulas as a reader writes them, in LaTeX that matplotlib knows, and as the parser reads them."""

import pytest

from tests.oracles.graphs import BINARY, UNARY
from uat.expression.graph import Expression, apply, constant, coordinate
from uat.expression.latex import latex, plain
from uat.expression.parse import parse
from uat.expression.trace import trace

x, y = coordinate(0), coordinate(1)

WRITTEN = [
    ("x**2 + sin(x)", "x**2 + sin(x)", r"x^{2} + \sin\left(x\right)"),
    ("2*x - y/3", "2*x - y/3", r"2 x - \frac{y}{3}"),
    ("1 + (-x + y)", "1 + (-x + y)", r"1 + \left(-x + y\right)"),
    ("1 - (-2*x)", "1 - (-2*x)", r"1 - \left(-2 x\right)"),
    ("1 + (-2*x)", "1 - 2*x", "1 - 2 x"),
    ("x - (y - 1)", "x - (y - 1)", r"x - \left(y - 1\right)"),
    ("-(x + y)", "-(x + y)", r"-\left(x + y\right)"),
    ("-(-x)", "-(-x)", r"-\left(-x\right)"),
    ("-3.3**2", "-3.3**2", "-3.3^{2}"),
    ("(-3.3)**2", "(-3.3)**2", r"\left(-3.3\right)^{2}"),
    ("(-x)**-2", "(-x)**(-2)", r"\left(-x\right)^{-2}"),
    ("(x**2)**3", "(x**2)**3", r"\left(x^{2}\right)^{3}"),
    ("exp(x)**2", "exp(x)**2", r"\left(e^{x}\right)^{2}"),
    ("exp(-x**2/2)", "exp(-x**2/2)", r"\exp\left(\frac{-x^{2}}{2}\right)"),
    ("1e-05*x", "1e-05*x", "10^{-5} x"),
    ("1e-05**2", "1e-05**2", r"\left(10^{-5}\right)^{2}"),
    ("(2.5e-05*x)**2", "(2.5e-05*x)**2", r"\left(2.5 \cdot 10^{-5} x\right)^{2}"),
    ("2.5e-05**2", "2.5e-05**2", r"\left(2.5 \cdot 10^{-5}\right)^{2}"),
    ("-1e-07*x", "-1e-07*x", "-10^{-7} x"),
    ("x*3", "x*3", r"x \cdot 3"),
    ("x*(-3)", "x*(-3)", r"x \left(-3\right)"),
    ("x*(y*2)", "x*(y*2)", r"x \left(y \cdot 2\right)"),
    ("x/(y/2)", "x/(y/2)", r"\frac{x}{\frac{y}{2}}"),
    ("pi*x", "pi*x", r"\pi x"),
    ("(x < 1)*y", "(x < 1)*y", r"\left(x < 1\right) y"),
    ("x <= 1", "(x <= 1)", r"x \leq 1"),
    ("x == 1", "(x == 1)", "x = 1"),
    ("x < 1 and y < 2", "((x < 1) & (y < 2))", r"x < 1 \wedge y < 2"),
    ("x < 1 or y < 2", "((x < 1) | (y < 2))", r"x < 1 \vee y < 2"),
    ("not x < 1", "logical_not((x < 1))", r"\neg \left(x < 1\right)"),
    ("where(x < 0, 1, y)", "where((x < 0), 1, y)", r"\mathrm{where}\left(x < 0, 1, y\right)"),
    ("abs(x)", "abs(x)", r"\left|x\right|"),
    ("sqrt(x + 1)", "sqrt(x + 1)", r"\sqrt{x + 1}"),
    ("max(x, 0)", "max(x, 0)", r"\max\left(x, 0\right)"),
    ("sinc(2*x)", "sinc(2*x)", r"\mathrm{sinc}\left(2 x \pi\right)"),
    ("x**y", "exp(xlogy(y, x))", r"\exp\left(\left(y\right) \log\left(x\right)\right)"),
    ("x1 + x4", "x1 + x4", "x_{1} + x_{4}"),
]


@pytest.mark.parametrize(("text", "written", "typeset"), WRITTEN)
def test_a_formula_is_written_with_the_brackets_that_it_needs(
    text: str, written: str, typeset: str
) -> None:
    e = parse(text)
    assert plain(e) == written
    assert latex(e) == typeset


@pytest.mark.parametrize("text", [text for text, _, _ in WRITTEN])
def test_what_is_written_reads_as_the_same_formula(text: str) -> None:
    e = parse(text)
    again = parse(plain(e))
    points = (0.3, 0.7, 0.2, 1.1)
    assert again(*points) == e(*points)


@pytest.mark.slow
@pytest.mark.parametrize("text", [text for text, _, _ in WRITTEN])
def test_matplotlib_can_typeset_it(text: str) -> None:
    from matplotlib.mathtext import MathTextParser

    MathTextParser("path").parse(f"${latex(parse(text))}$")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*UNARY, *BINARY, "interp", "interp_slope", "jump", "unknown"])
def test_matplotlib_can_typeset_every_operation(name: str) -> None:
    from matplotlib.mathtext import MathTextParser

    table = (0.0, 1.0, 0.0, 1.0) if name.startswith("interp") else ()
    arity = 2 if name in (*BINARY, "jump") else 1
    node = apply(name, *[x] * arity, data=table)
    for e in (node, node**2, 2 * node, node / node):
        MathTextParser("path").parse(f"${latex(e)}$")


def test_sinc_without_pi_is_written_so_that_it_is_read_back() -> None:
    assert plain(apply("sinc", x + 1)) == "sinc((x + 1)/pi)"
    assert plain(apply("sinc", apply("pi"))) == "sinc(pi/pi)"


def test_names_can_be_chosen() -> None:
    assert latex(x + y, ["u", "v"]) == "u + v"
    assert plain(x + y, ["u", "v"]) == "u + v"


def test_pi_as_a_double_is_shown_as_pi() -> None:
    import math

    assert latex(constant(math.pi) * x) == r"\pi x"
    assert latex(constant(-math.pi)) == r"-\pi"


def test_numbers_are_written_as_they_are() -> None:
    assert plain(constant(1e16)) == "1e+16"
    assert plain(constant(-123.0)) == "-123"
    assert plain(constant(0.1)) == "0.1"


@pytest.mark.slow
@pytest.mark.parametrize("size", [200, 20_000])
def test_a_formula_too_long_to_read_is_not_written(size: int) -> None:
    e: Expression = x
    for k in range(size):
        e = e * x + k
    assert latex(e) == "f"
    assert plain(e) == "…"
    assert repr(trace(lambda x: e(x) * 2, 1)) == "<Expression …>"
