"""Tracing: a numpy lambda becomes its formula, and what cannot be followed is said to be so."""

import functools  # noqa: F401 - used in the sources below
import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest
from scipy import special  # noqa: F401

import uat
from uat.errors import CannotProve, WrongType
from uat.expression.graph import apply, coordinate, in_order
from uat.expression.trace import Tracer, trace

x, y = coordinate(0), coordinate(1)
POINTS = np.concatenate(
    [np.random.default_rng(0).uniform(-3, 3, 200), [0.0, 1.0, -1.0, 2.0, 1e300]]
)

FOLLOWED = [
    "x**2 + np.sin(x)",
    "0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x)",
    "np.where(x > 0, x, -x) + np.where((x >= -1) & (x <= 1), 1.0, 0.0)",
    "np.where(x, x**2, 5)",
    "np.where(np.sqrt(x) < 1, 2.0, 3.0)",
    "np.where(~(x < 1) | (x != 2), 1.5, x)",
    "np.where(np.logical_not(x == 2), np.logical_and(x, 1) * 1.0, np.logical_or(x, 0) * 2.0)",
    "np.clip(x, 0, 1) + np.clip(x, min=0) + np.clip(x, a_min=None, a_max=2)",
    "np.clip(x, 1, 0)",
    "np.interp(x, [-1, 0, 2], [3.0, -1.0, 1.0]) + np.interp(x, [1.0], [2.0])",
    "np.abs(x) + np.fabs(x) + abs(x)",
    "np.minimum(x, 1) * np.maximum(x, -1) + np.fmin(x, 0.5) + np.fmax(x, x**2)",
    "x**3 - x**-1 + x**0.5 + np.power(x, 2) + np.float_power(np.abs(x), 0.3)",
    "x**0 + x**1 + 2**x + np.abs(x) ** x + special.xlogy(x, x)",
    "np.square(x) + np.reciprocal(x) + np.positive(x) + np.negative(x) + np.conjugate(x)",
    "np.sqrt(x) + np.cbrt(x) + np.exp(x / 1e3) + np.expm1(x / 1e3) + np.exp2(x / 1e3)",
    "np.log(x) + np.log1p(x) + np.log2(x) + np.log10(x)",
    "np.cos(x) + np.tan(x) + np.arcsin(x) + np.arccos(x) + np.arctan(x)",
    "np.sinh(x) + np.cosh(x) + np.tanh(x) + np.arcsinh(x) + np.arccosh(x) + np.arctanh(x)",
    "special.expit(x) + special.erf(x) + special.erfc(x) + special.ndtr(x)",
    "np.sinc(x) + np.sign(x) + np.heaviside(x, 0.5)",
    "np.deg2rad(x) + np.radians(x) + np.rad2deg(x) + np.degrees(x)",
    "np.logaddexp(x, 0) + np.logaddexp(-1, x)",
    "np.select([x < 0, x < 1], [-x, 1.0], default=2.0) + np.select([x < 0], [x])",
    "np.polyval([1, -2, 3], x) + np.polyval([], x)",
    "np.polynomial.polynomial.polyval(x, [1, 2, 3])",
    "np.zeros_like(x) + np.ones_like(x) + np.full_like(x, 3) + np.copy(x) + np.real(x)",
    "(x < 1) * x + (x >= 1) * 1.0 + (x < 1) * (x > 0) * 0.5 + (x < 1) ** 2 * 0.25",
    "np.where(x < 0, True, False) * x",
    "((x < 1) == (x < 2)) * 1.0 + (x < 1) / (x < 2)",
    "np.sum(np.array([1.0, 2.0, 3.0]) * x[..., None], axis=-1)",
    "np.exp(-np.array([1.0, 2.0]) * (x[..., None] - np.array([0.0, 1.0])) ** 2) @ np.array([1.0, 2.0])",
    "sum(np.sin(k * x) / k for k in range(1, 30))",
    "functools.reduce(lambda value, k: np.tanh(value + k), range(5), x)",
    "np.asarray(x) * 2 + np.zeros(x.shape) + x.ndim * 0",
    "np.float64(2) * x - np.int64(1) + np.float32(0.5) / x",
    "x - 1j.imag",
    "(np.vectorize(lambda x: x * 2 + 1))(x)",
    "np.sin(x)",
    "special.erf(x)",
]


def function(source: str) -> Callable[..., Any]:
    """Make the lambda of x with this body."""
    return cast(Callable[..., Any], eval(f"lambda x: {source}", globals()))


@pytest.mark.parametrize("source", FOLLOWED)
def test_the_formula_gives_what_the_function_gives(source: str) -> None:
    f = function(source)
    with np.errstate(all="ignore"):
        wanted = np.array([f(v) for v in POINTS])
    given = trace(f, 1)(POINTS)
    assert np.isclose(given, wanted, rtol=1e-12, atol=1e-14, equal_nan=True).all()


def test_several_coordinates_are_followed() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.hypot(x, y) + np.maximum(x, y) * np.exp(-(x**2) - y) + np.where(x < y, x, y)

    a, b = POINTS[:50], POINTS[50:100]
    assert np.allclose(trace(f, 2)(a, b), f(a, b), rtol=1e-13)


def test_a_shared_part_is_followed_once() -> None:
    def f(x: Any) -> Any:
        part = np.sin(x)
        return part * part + np.exp(part) + np.sin(x)

    assert [node.operation for node in in_order(trace(f, 1))].count("sin") == 1


def test_a_constant_function_and_a_formula_are_taken_as_they_are() -> None:
    assert trace(lambda x: 3, 1)(1.0) == 3.0
    assert trace(lambda x: np.array(3.0), 1)(1.0) == 3.0
    assert trace(x * y, 2) is x * y


def test_a_floating_constant_means_that_double() -> None:
    assert trace(lambda x: x * 0.1, 1) is x * 0.1
    assert trace(lambda x: x * np.pi, 1).to_table()[1] == ("constant", [], [np.pi])
    # numpy means π itself in sinc and in degrees
    assert trace(np.sinc, 1) is apply("sinc", x * apply("pi"))
    assert trace(np.radians, 1) is x * (apply("pi") / 180)


def itself(x: Any) -> Any:
    return itself(x) + 1


REFUSED = [
    ("x if x > 0 else -x", "branches on x"),
    ("x > 0 and x", "branches on x"),
    ("max(x, 0)", "branches on x"),
    ("np.max([x, 0])", "branches on x"),
    ("x in [1, 2]", "branches on x"),
    ("(np.vectorize(lambda x: 1 if x > 0 else 0))(x)", "branches on x"),
    ("math.sin(x)", r"Python number \(float\(x\), math.sin, …\)"),
    ("(math.sin)(x)", "Python number"),
    ("float(x)", "Python number"),
    ("complex(x)", "Python number"),
    ("int(x)", "into an int"),
    ("np.asarray(x, dtype=float)", "into a Python number"),
    ("np.asarray(x < 1)", "puts bool values into an array"),
    ("np.array([0.5, 1.0])[np.asarray(x, dtype=object).astype(int)]", "into an int"),
    ("range(x)", "cannot be interpreted as an integer"),
    ("[v for v in x]", "as if x were a list"),
    ("x[0]", "with an index"),
    ("len(x)", r"asks for len\(x\)"),
    ("{x: 1}", "unhashable"),
    ("(functools.lru_cache(lambda x: x))(x)", "unhashable"),
    ("np.floor(x)", "np.floor is not among the operations it knows; write f with operators"),
    ("x // 1", "np.floor_divide"),
    ("x % 1", "np.remainder"),
    ("x @ x", "np.matmul"),
    ("special.ellipk(x)", "followed: ellipk is not .* those of scipy.special"),
    ("special.comb(5, x)", "branches on x"),
    ("np.isnan(x)", "np.isnan"),
    ("np.nan_to_num(x)", "np.nan_to_num is not among the functions"),
    ("np.piecewise(x, [x < 0], [1])", "np.piecewise"),
    ("np.atleast_1d(x)", "np.atleast_1d"),
    ("np.stack([x, x])", "np.stack"),
    ("np.frompyfunc(lambda v: v, 1, 1)(x)", "vectorized"),
    ("np.add(x, 1, dtype=float)", r"options \['dtype'\]"),
    ("np.add.outer(x, x)", "called with .outer"),
    ("np.clip(x, 0, 1, out=None)", "np.clip was called with out"),
    ("np.where(x)", "condition alone"),
    ("np.interp(x, [0, 1], [0, 1], left=5)", "left, right or period"),
    ("np.interp(x, [1, 0], [0, 1])", "not finite and strictly increasing"),
    ("np.interp(x, [0, 1], [0, np.inf])", "not finite and strictly increasing"),
    ("np.interp(x, [0, 1], [0])", "not finite and strictly increasing"),
    ("np.fmin(np.sqrt(x), 1)", "np.fmin takes the other value"),
    ("np.fmax(1 / x, 1)", "np.fmax takes the other value"),
    ("(x < 1) + (x < 2)", "np.add of comparisons alone"),
    ("np.where(x < 1, True, False) + (x > 0)", "np.add of comparisons alone"),
    ("(x < 1) + np.array(True)", "np.add of comparisons alone"),
    ("(x < 1) + np.True_", "np.add of comparisons alone"),
    ("np.minimum(x < 1, x < 2) + (x > 0)", "np.add of comparisons alone"),
    ("np.copy(x < 1) + np.real(x < 1)", "np.add of comparisons alone"),
    ("(x < np.array([1.0, 2.0])).sum()", "np.less gives an array of bool"),
    ("np.exp(x < 1)", "half precision"),
    ("x if isinstance(x, np.ndarray) else 2 * x", "the type or the shape of x"),
    ("x if np.isscalar(x) else 2 * x", "the type or the shape of x"),
    ("x if hasattr(x, 'dtype') else 2 * x", r"asks for x\.dtype"),
    ("x * getattr(x, 'size', 1)", r"asks for x\.size"),
    ("2 * x if x.ndim else x", "second call gives another formula"),
    ("x + len(x.shape)", "second call gives another formula"),
    ("x + np.random.default_rng().random()", "second call gives another formula"),
    ("x + np.random.default_rng().random(x.shape)", "second call gives another formula"),
    ("x.__setitem__(0, 1)", "writes into x"),
    ("np.sqrt((x < np.array([1.0])))", "np.less gives an array of bool"),
    ("-(x < 1)", "np.negative of comparisons"),
    ("np.abs(np.exp(1j * x))", "1j given in a formula"),
    ('x + "a"', "'a' given in a formula"),
    ("x * np.inf", "inf given as a constant"),
    ("np.nan", "nan given as a constant"),
    ("x + 10**400", "given in a formula"),
    ("np.array([x, x])", "gave ndarray for one point"),
    ("np.array([0.5, 1.0]) * x", "gave ndarray for one point"),
    ("[x]", "gave list for one point"),
    ("None", "gave NoneType for one point"),
    ('"a"', "gave str for one point"),
    ("1j", "gave complex for one point"),
    ("1 / 0", "ZeroDivisionError: division by zero"),
    ("undefined", "NameError"),
    ("x.clip(0, 1)", r"asks for x\.clip"),
    ("x.nothing", "has no attribute 'nothing'"),
    ("math.hypot(x, 1, [])", "Python number"),
    ("(round)(x)", "__round__"),
    ("(itself)(x)", "calls itself too deeply"),
    ("(lambda u, v: u)(x)", "missing 1 required positional argument"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("source", "reason"), REFUSED)
def test_what_cannot_be_followed_is_refused_with_the_two_ways_out(source: str, reason: str) -> None:
    with pytest.raises(CannotProve, match=reason) as caught:
        trace(function(source), 1)
    message = str(caught.value)
    assert "modulus=…" in message
    assert "prove=False" in message
    assert "\n" not in message


def catches_every_error(x: Any) -> Any:
    try:
        return math.sin(x)
    except Exception:  # noqa: BLE001 - that is the point
        return np.sin(x)


def catches_complex_numbers(x: Any) -> Any:
    try:
        return np.real(x * 1j)
    except Exception:  # noqa: BLE001 - that is the point
        return x


@pytest.mark.parametrize("f", [catches_every_error, catches_complex_numbers])
def test_what_was_refused_stays_so_though_f_catches_the_error(f: Callable[..., Any]) -> None:
    with pytest.raises(CannotProve, match=r"Python number|1j given"):
        trace(f, 1)


def test_what_another_target_refuses_is_said_once() -> None:
    inner = uat.Target(np.floor, (0, 0.5))
    with pytest.raises(CannotProve, match=r"^f cannot be followed: np\.floor") as caught:
        trace(lambda x: inner(x) + 1, 1)
    assert str(caught.value).count("cannot be followed") == 1


def test_a_question_that_numbers_and_arrays_answer_alike_is_followed() -> None:
    assert trace(lambda x: x if isinstance(x, float | np.ndarray) else 2 * x, 1) is x
    assert trace(lambda x: np.polynomial.polynomial.polyval(x, [1, 2]), 1)(2.0) == 5.0
    assert trace(lambda x: np.polyval(np.array([2, 1], dtype=np.int8), x), 1)(2.0) == 5.0


@pytest.mark.parametrize("f", [lambda x, y: x + y, lambda: 1, np.add], ids=["two", "none", "add"])
def test_another_number_of_coordinates_is_a_wrong_type(f: Callable[..., Any]) -> None:
    with pytest.raises(WrongType, match=r"f cannot be called with 1 coordinate:"):
        trace(f, 1)


def test_a_ufunc_that_only_has_the_name_is_not_taken_for_numpys() -> None:
    class Named:
        __name__ = "sin"

    with pytest.raises(CannotProve, match=r"np\.sin is not among the operations"):
        Tracer(x).__array_ufunc__(Named(), "__call__", Tracer(x))

    def where(*_args: Any) -> None: ...

    with pytest.raises(CannotProve, match=r"np\.where is not among the functions"):
        Tracer(x).__array_function__(where, (), (), {})


def test_an_interrupt_passes_through() -> None:
    def f(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace(f, 1)


def test_a_choice_shared_sixty_times_is_followed_at_once() -> None:
    def f(x: Any) -> Any:
        inside = x < 1
        for _ in range(60):
            inside = np.minimum(inside, inside)
            x = np.minimum(x, x)
        return inside * x

    assert trace(f, 1)(0.5) == 0.5
