"""Code that cannot be followed is answered with the line to write."""

import math
from collections.abc import Callable
from math import asin
from typing import Any

import numpy as np
import pytest

import uat
from uat.errors import CannotProve
from uat.expression.trace import trace


def with_returns(x: Any) -> Any:
    if x < 0.25:
        return x
    if x > 0.3 and abs(x) < 0.5:
        return 2 * x
    return math.cos(x)


def with_a_loop(x: Any) -> Any:
    if x < 0.25:
        x = 2 * x
    return x


CASES: list[tuple[Callable[[Any], Any], str]] = [
    (lambda x: 1 + math.sin(2 * x), "write np.sin(2 * x), or give"),
    (lambda x: 2 * asin(x), "write np.arcsin(x), or"),
    (lambda x: math.erf(math.exp(x)), "write np.exp(x), or"),
    (lambda x: 2 * math.erf(x), "write scipy.special.erf(x), or"),
    (lambda x: 2 * math.fabs(x), "write np.abs(x), or"),
    (lambda x: x if x < 0.5 else 1 - x, "write np.where(x < 0.5, x, 1 - x), or"),
    (lambda x: 0.0 if not (x > 0 and x < 1) else x, "np.where(~((x > 0) & (x < 1)), 0.0, x)"),
    (lambda x: min(x, 1.0, x**2), "write np.minimum(np.minimum(x, 1.0), x ** 2), or"),
    (lambda x: max(x, math.exp(x)), "write np.exp(x), or"),
    (lambda x: (0.1 < x < 0.9) * 1.0, "write (0.1 < x) & (x < 0.9), or"),
    (lambda x: 1.0 * (x > 0 or x < -1), "write (x > 0) | (x < -1), or"),
    (
        with_returns,
        "np.where(x < 0.25, x, np.where((x > 0.3) & (abs(x) < 0.5), 2 * x, np.cos(x)))",
    ),
    # no line is better than one that may be wrong
    (with_a_loop, "write f with operators"),
    (lambda x: 2 * float(x), "write f with operators"),
    (lambda x: 2 * math.floor(x), "write f with operators"),
]


@pytest.mark.parametrize(("f", "words"), CASES, ids=map(str, range(len(CASES))))
def test_the_line_to_write_is_said(f: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(CannotProve) as raised:
        trace(f, 1)
    assert words in str(raised.value)


def test_the_line_that_is_said_can_be_followed() -> None:
    assert trace(lambda x: np.where(x < 0.5, x, 1 - x), 1)(0.75) == 0.25


def test_code_without_a_source_has_the_names_of_its_functions() -> None:
    space: dict[str, Any] = {"math": math}
    exec("def f(x):\n    return math.sin(x) + math.floor(1.5)", space)
    with pytest.raises(CannotProve, match=r"write np\.sin, or give"):
        trace(space["f"], 1)
    exec("def g(x):\n    return x if x < 1 else 1", space)
    with pytest.raises(CannotProve, match="write f with operators"):
        trace(space["g"], 1)


def test_data_given_as_f_is_told_of_the_polygon_and_of_training() -> None:
    with pytest.raises(uat.WrongType, match=r"uat\.Target\.from_points\(x, y\).*uat\.fit\(x, y\)"):
        uat.approximate(np.array([1.0, 2.0]), (0, 1), eps=0.1)
