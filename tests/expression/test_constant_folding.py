"""Numbers that are exact are written as what they are, and no number is rounded."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import uat
from uat.expression.graph import apply, constant
from uat.expression.parse import parse
from uat.expression.trace import trace


def quotient(x: Any) -> Any:
    return np.abs(x - 1 / 2)


def several(x: Any) -> Any:
    return 3 / 4 * np.maximum(x, -(1 / 8)) + np.sqrt(9 / 4)


def powers(x: Any) -> Any:
    return x ** (4 / 2) + 2**-3


@pytest.mark.parametrize(
    ("text", "code", "short"),
    [
        ("abs(x - 1/2)", quotient, "abs(x - 0.5)"),
        ("3/4 * max(x, -(1/8)) + sqrt(9/4)", several, "0.75 * max(x, -0.125) + 1.5"),
        ("x**(4/2) + 2**-3", powers, "x**2 + 0.125"),
    ],
    ids=["quotient", "several", "powers"],
)
def test_text_code_and_decimals_are_one_graph(
    text: str, code: Callable[[Any], Any], short: str
) -> None:
    assert parse(text) is trace(code, 1) is parse(short)


def test_a_kink_at_a_quotient_parts_the_box_once() -> None:
    network = uat.Network.from_units([1.0, 0.5], [1.0, -1.0], [-0.5, 0.5], uat.logistic)
    evidence = uat.certify("abs(x - 1/2)", network, (0, 1), method="chebyshev").evidence
    assert evidence is not None
    assert len(evidence.bounds) == 2


@pytest.mark.parametrize(
    "text", ["1/3", "0.1 + 0.2", "0.1 * 0.1", "2**0.5", "sqrt(2)", "1/0", "1e308 * 10", "-1/3"]
)
def test_what_is_no_double_stays_a_formula(text: str) -> None:
    assert parse(text).operation != "constant"


def test_a_sum_of_thirds_is_the_number_that_it_is() -> None:
    assert parse("1/3 + 2/3") is constant(1)
    assert parse("(0.1 + 0.2) - 0.2") is constant(0.1)


def test_towers_of_powers_are_not_worked_out() -> None:
    assert parse("((((2**64)**64)**64)**64)**64").operation == "power"


@given(
    st.sampled_from(["add", "subtract", "multiply", "divide", "minimum", "maximum"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_result_is_rounded(operation: str, u: float, v: float) -> None:
    exact: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
        "add": Fraction.__add__,
        "subtract": Fraction.__sub__,
        "multiply": Fraction.__mul__,
        "divide": Fraction.__truediv__,
        "minimum": min,
        "maximum": max,
    }
    node = apply(operation, u, v)
    if operation == "divide" and v == 0:
        assert node.operation == "divide"
        return
    value = exact[operation](Fraction(u), Fraction(v))
    if node.operation == "constant":
        assert Fraction(node.data[0]) == value
    else:
        assert abs(value) > Fraction(math.nextafter(math.inf, 0)) or float(value) != value
