"""A formula that is not the function it was followed from is found out on samples."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import uat
from tests.expression.test_trace import FOLLOWED, function
from uat.core.trace_check import find_mismatch
from uat.expression.trace import trace

POINTS = np.linspace(-2, 2, 401)[:, None]


def asks_for_the_type(x: Any) -> Any:
    return x if type(x) in (float, np.float64, np.ndarray) else 2 * x


def knows_the_name(x: Any) -> Any:
    return x**2 if "Tracer" in repr(x) else x


def catches_a_value_error(x: Any) -> Any:
    try:
        return math.log(x)
    except ValueError:
        return 0.0


def catches_errors(x: Any) -> Any:
    try:
        return math.sin(x)
    except (TypeError, ValueError):
        return 0 * x


def asks_what_it_was_given(x: Any) -> Any:
    return x if isinstance(x, np.ndarray) else 2 * x


def asks_for_an_attribute(x: Any) -> Any:
    return x**2 if hasattr(x, "dtype") else x


class Counter:
    """Another function at each call."""

    def __init__(self) -> None:
        self.calls = 0.0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return x + self.calls


STRAYING = [asks_for_the_type, knows_the_name]
SEEN = [
    catches_a_value_error,
    catches_errors,
    asks_what_it_was_given,
    asks_for_an_attribute,
    Counter(),
]


@pytest.mark.parametrize("f", STRAYING)
def test_a_function_that_answers_numbers_otherwise_is_found_out(f: Callable[..., Any]) -> None:
    points = np.abs(POINTS) + 1
    assert find_mismatch(trace(f, 1), f, points) is not None


@pytest.mark.parametrize("f", SEEN)
def test_the_tracer_sees_most_of_them(f: Callable[..., Any]) -> None:
    with pytest.raises(uat.CannotProve):
        trace(f, 1)


def test_a_second_call_that_gives_other_numbers_is_refused() -> None:
    rng = np.random.default_rng(0)

    def noisy(x: Any) -> Any:
        return x + 1e-12 * rng.random(np.shape(x)) * (type(x) is np.ndarray)

    def noisy_number(x: Any) -> Any:
        return x + 1e-12 * rng.random() if type(x) is np.float64 else x[0]

    for f in (noisy, noisy_number):
        with pytest.raises(uat.CannotProve, match="a second call with the same numbers"):
            find_mismatch(trace(lambda x: x, 1), f, POINTS)


@pytest.mark.parametrize("f", STRAYING + SEEN)
def test_nothing_is_proved_of_the_other_formula(f: Callable[..., Any]) -> None:
    with pytest.raises((uat.CannotProve, uat.InputError)):
        uat.certify(f, uat.Network.from_units([1.0], [1.0], [0.0], uat.tanh), (0.5, 1))
    with pytest.raises(uat.CannotProve, match=r"differs from its formula|cannot be followed"):
        uat.sigmoidal(lambda u: 0 * f(np.abs(u) + 2) + np.tanh(u) + f(np.abs(u) + 2))


@pytest.mark.slow
@pytest.mark.parametrize("source", FOLLOWED)
def test_what_is_followed_is_its_formula(source: str) -> None:
    f = function(source)
    assert find_mismatch(trace(f, 1), f, POINTS) is None


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sin(1e15 * np.exp2(x)),
        lambda x: sum(np.cos(7**k * math.pi * x) / 2**k for k in range(40)),
        lambda x: (np.exp2(x) - np.exp(x * math.log(2))) * 1e16,
    ],
    ids=["fast", "fractal", "cancelling"],
)
def test_rounding_is_not_taken_for_another_function(f: Callable[..., Any]) -> None:
    assert find_mismatch(trace(f, 1), f, POINTS) is None


def test_a_function_for_single_points_is_tried_on_single_points() -> None:
    def distance(x: Any, y: Any) -> Any:
        return np.linalg.norm(np.array([x, y]))

    points = np.random.default_rng(0).normal(size=(500, 2))
    assert np.shape(distance(*points.T)) == ()
    assert find_mismatch(trace(lambda x, y: np.sqrt(x**2 + y**2), 2), distance, points) is None


def test_the_points_stay_as_they_are() -> None:
    def writes(x: Any) -> Any:
        x[...] = 0
        return x

    points = POINTS.copy()
    assert find_mismatch(trace(lambda x: x * 0, 1), writes, points) is None
    assert (points == POINTS).all()
