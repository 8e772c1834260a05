"""Random formulas and boxes for the tests: graphs of every operation, boxes with every kind of end."""

import math
from typing import Any

from hypothesis import strategies as st

from uat.expression.graph import Expression, apply, constant, coordinate

__all__ = ["UNARY", "boxes", "ends", "expressions", "numbers"]

UNARY = (
    "negative", "sqrt", "cbrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sinc", "expit",
    "erf", "absolute", "sign",
)  # fmt: skip
BINARY = ("add", "subtract", "multiply", "divide", "minimum", "maximum", "xlogy")
TESTS = ("less", "less_equal", "equal", "logical_and", "logical_or")
EXPONENTS = (2, 3, -1, -2, -3, 4, 7, 100, 0.5, -0.5, 1.5, 2.5, 0.3, 1 / 3, -1.7, 1e-3, 0.9999)
CONSTANTS = (0.0, 1.0, -1.0, 2.0, 0.5, 0.1, -0.3, 3.0, 10.0, math.pi, 1e-5, 1e8, -1e15, 1e-300)
TABLES = (
    (0.0, 1.0, 2.0, 0.0, 1.0, 0.5),
    (-1.0, 0.0, 0.1, 5.0, -2.0, 3.0, 3.0, 1e-3),
    (0.0, 7.0),
    (-1e300, 1e300, 1.0, -1.0),
    (0.0, 5e-324, 0.0, 1.0),
)

numbers = st.sampled_from(CONSTANTS) | st.floats(-10, 10)


def _apply(draw: Any, operations: tuple[str, ...], nodes: list[Expression]) -> Expression:
    """Draw one more node; what was drawn last is used most."""
    operation = draw(st.sampled_from(operations))

    def node() -> Expression:
        back: int = draw(st.integers(1, len(nodes)))
        return nodes[-back]

    if operation == "power":
        return apply("power", node(), data=(draw(st.sampled_from(EXPONENTS)),))
    if operation == "interp":
        return apply("interp", node(), data=draw(st.sampled_from(TABLES)))
    if operation == "where":
        test = draw(st.sampled_from(TESTS))
        return apply("where", apply(test, node(), node()), node(), node())
    if operation == "logical_not":
        return apply("logical_not", apply("less", node(), node()))
    arity = 1 if operation in UNARY else 2
    return apply(operation, *(node() for _ in range(arity)))


@st.composite
def expressions(
    draw: st.DrawFn,
    dimension: int = 1,
    largest: int = 6,
    operations: tuple[str, ...] = (
        *UNARY,
        *BINARY,
        *TESTS,
        "logical_not",
        "power",
        "interp",
        "where",
    ),
) -> Expression:
    """Draw a graph of some of the operations; it may share nodes."""
    nodes = [apply("pi"), *(constant(draw(numbers)) for _ in range(2))]
    nodes += [coordinate(i) for i in reversed(range(dimension))]
    for _ in range(draw(st.integers(1, largest))):
        nodes.append(_apply(draw, operations, nodes))
    return nodes[-1]


ENDS = (
    0.0, -0.0, 5e-324, -5e-324, 1e-310, -1e-310, 1e-200, 0.5, 1.0, -1.0, 2.0, math.pi, -math.pi / 2,
    3.0, 15.0, 100.0, -700.0, 710.0, 1e4, 1e15, -1e15, 1e100, 1.7e308, -1.7976931348623157e308,
    math.inf, -math.inf, 4.493, 0.1,
)  # fmt: skip

ends = st.sampled_from(ENDS) | st.floats(-5, 5) | st.floats(allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn, dimension: int = 1) -> tuple[list[float], list[float]]:
    """Draw a box: wide, narrow, a single point, with infinite ends, or touching 0."""
    lower, upper = [], []
    for _ in range(dimension):
        a = draw(ends)
        kind = draw(st.sampled_from(["wide", "narrow", "point", "next"]))
        b = a
        if kind == "wide":
            b = draw(ends)
        elif kind == "narrow":
            b = a + draw(st.sampled_from([1e-12, 1e-3, 0.1])) * max(abs(a), 1e-3)
        elif kind == "next":
            b = math.nextafter(a, math.inf)
        low, high = min(a, b), max(a, b)
        lower.append(min(low, math.nextafter(math.inf, 0)))
        upper.append(max(high, math.nextafter(-math.inf, 0)))
    return lower, upper
