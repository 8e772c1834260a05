"""What numpy computes in integers or coarse floats is refused where it may differ from float64."""

import functools  # noqa: F401 - used in the sources below
from collections.abc import Callable
from itertools import count, product
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from uat.errors import CannotProve
from uat.expression.trace import Tracer, trace

C = 0.12345678901


def spike(x: Any) -> Any:
    """1 at C and 0 but within 1e-9, where no sample lies."""
    return np.maximum(1e-9 - np.abs(x - C), 0) * 1e9


def function(source: str) -> Callable[..., Any]:
    return cast(Callable[..., Any], eval(f"lambda x: {source}", globals()))


WRAPPING = [
    ("x + spike(x)*((x < 2)*np.uint8(1) - np.uint8(2))", "np.subtract is done in uint8"),
    ("x - spike(x)*((x < 2)*np.int8(100)*np.int8(100) - 1e4)", "np.multiply .* in int8"),
    ("x - spike(x)*((x < 2)*np.array(100, np.int8)*np.array(100, np.int8))", "in int8"),
    ("x + spike(x)*(np.where(x < 2, np.uint8(1), np.uint8(3)) - np.uint8(2))", "in uint8"),
    ("x + spike(x)*-((x < 2)*np.uint8(1))", "np.negative .* in uint8"),
    ("x + spike(x)*(1 - np.where(x < 2, 10, 1)**20*1e-20)", r"np.power .* in int64.* 1e\+20"),
    ("x + spike(x)*(1 - 2.0**-64*(np.where(x < 2, 2**62, 1)*4))", r"np.where .* in int64.*2\*\*53"),
    ("x + spike(x)*(np.where(x < 2, 2**53 + 1, 0) - 2**53)", r"np.where .* in int64.*2\*\*53"),
    ("x + spike(x)*(2**53 + 1 - (x < 2)*1 - 2**53)", r"in int64.*2\*\*53"),
    ("x + spike(x)*functools.reduce(lambda a, _: a*2, range(70), (x < 2)*1)", "in int64"),
    ("x + spike(x)*np.clip((x < 2)*np.int8(100)*np.int8(2), 0, 127)", "np.multiply .* in int8"),
    ("x + spike(x)*(np.clip(x < 2, 0, np.uint8(1)) - np.uint8(2))", "np.subtract .* in uint8"),
    ("x + spike(x)*np.abs((x < 2)*np.int8(-128))", "np.absolute .* in int8"),
    ("x + spike(x)*-((x < 2)*np.int8(-128))", "np.negative .* in int8"),
    ("x + spike(x)*((x < 2)**2*np.int8(100)*np.int8(100))", "in int8"),
    ("x + spike(x)*np.square((x < 2)*np.int8(100))", "np.square .* in int8"),
    ("x + spike(x)*np.power((x < 2)*np.int8(2), 9)", "np.power .* in int8"),
    ("x + spike(x)*np.power(2, 70*(x < 2))", "np.power .* in int64"),
    ("x + spike(x)*np.where(x < 2, 2, 1)**-1", "no exponent -1"),
    ("x + spike(x)*np.reciprocal(np.where(x < 2, 2, 1))", "np.reciprocal of int64"),
    ("x + spike(x)*~np.where(x < 2, 2, 1)", "np.invert of int64"),
    ("x + spike(x)*(np.where(x < 2, 2, 1) & 1)", "np.bitwise_and of int64 and int"),
    ("x + spike(x)*(np.where(x < 2, 2, 1) // 2)", "np.floor_divide"),
    ("x + spike(x)*(np.where(x < 2, 2, 1) % 2)", "np.remainder"),
    ("x + spike(x)*np.where(x < 2, np.uint8(1), 300)", "np.where .* in uint8"),
    ("x + spike(x)*np.maximum((x < 2)*np.uint8(1), -1)", "np.maximum is done in uint8"),
    ("x + spike(x)*(np.select([x < 2], [np.uint8(200)], 1) + np.uint8(100))", "in uint8"),
    ("x + spike(x)*np.select([x < 2], [np.uint8(200)], 300)", "np.select .* in uint8"),
    ("x + spike(x)*np.sqrt(np.where(x < 2, np.int8(2), np.int8(1)))", "np.sqrt of int8 .* float16"),
    ("x + spike(x)*np.exp((x < 2)*np.int16(2))", "np.exp of int16 is done in float32"),
    ("x + spike(x)*(1 - ((x < 2)*np.float32(2**24) + np.float32(1)))", "bool and float32 .* float32"),
    ("x + spike(x)*((x < 2)*np.float16(0.1))", "in float16"),
    ("x + spike(x)*np.where(x < 2, np.float32(1), 0.1)", "np.where is done in float32"),
    ("x + spike(x)*(x < np.longdouble(2))", "np.less of float64 and (float128|longdouble)"),
    ("x * np.longdouble(0.1)", "np.multiply of float64 and (float128|longdouble)"),
    ("x + spike(x)*(np.full_like(x, 1, dtype=np.uint8) - np.uint8(2))", "full_like .* uint8"),
    ("x + spike(x)*np.full_like(x < 2, 0.5)", "np.full_like is done in bool"),
    ("x + spike(x)*(np.zeros_like(x, np.int8) - 1.0)", "np.full_like is done in int8"),
    ("x + spike(x)*np.polyval([100, 0, 0], (x < 2)*np.int8(2))", "np.polyval is done in int8"),
    ("x + spike(x)*((x < 2) + (x < 3))", "np.add of comparisons alone"),
    ("x + spike(x)*(np.uint8(200) - (x < 2)*np.uint8(201))", "np.subtract .* in uint8"),
    ("(np.array([2.0]) < x) * np.array([100], np.int8)", "np.less gives an array of bool"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "reason"), WRAPPING, ids=[source for source, _ in WRAPPING])
def test_what_may_wrap_or_round_otherwise_is_refused(source: str, reason: str) -> None:
    with pytest.raises(CannotProve, match=reason) as caught:
        trace(function(source), 1)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_line_says_what_to_write_instead() -> None:
    with pytest.raises(CannotProve, match=r"write its numbers as 1\.0 or np\.float64\(…\)"):
        trace(lambda x: (x < 2) * np.uint8(1) - np.uint8(2), 1)
    assert trace(lambda x: (x < 2) * 1.0 - 2.0, 1)(0.5) == -1.0


def test_nothing_is_proved_of_a_function_that_wraps() -> None:
    line = uat.Network.from_units([1.0], [0.0], [-100.0], uat.logistic)
    with pytest.raises(CannotProve, match="in uint8"):
        uat.certify(function(WRAPPING[0][0]), line, (0, 1))


ORDINARY = [
    "2*x",
    "x**2",
    "x**np.uint8(2) + 2**x",
    "(x > 0)*1.0",
    "(x > 0)*2 - 1",
    "1 - (x > 0)",
    "(x > 0)*x + (x <= 0)*-1",
    "((x > 0)*2 - 1)*x",
    "np.where(x < 0, 1, 2)",
    "np.where(x < 0, 1, 2)*x",
    "np.where(x < 0, 10, 1)**3",
    "np.where(x < 0, True, False)*x",
    "-np.where(x < 0, 1, 2)/2",
    "np.abs(np.where(x < 0, -3, 2)) - np.square(np.where(x < 0, -3, 2))",
    "np.maximum(np.where(x < 0, -3, 2), 1)*np.minimum((x < 1)*3, 2) + np.fmin((x < 1)*3, 2)",
    "np.sign(np.where(x < 0, -3, 2)) + np.sign((x < 0)*2) + np.positive((x < 0)*2)",
    "np.sqrt((x > 0)*2 + 2) + np.exp(np.where(x < 0, 1, 2)/4)",
    "2**np.where(x < 0, 1, 2) + (x < 0)**2*0.5",
    "np.select([x < -1, x < 1], [-1, 0], 1) + np.select([x < 0], [1], 0.5)",
    "np.sign(x)*x",
    "abs(x) + np.clip(x, -1, 1) + np.clip((x > 0)*3, 1, 2)",
    "np.clip(x, 0, 1)**2*(3 - 2*np.clip(x, 0, 1))",
    "np.polyval([1, -2, 3], x) + np.polyval(np.array([1, 2], dtype=np.int8), x)",
    "np.heaviside(x, 1) + np.heaviside(x, 0.5)",
    "np.uint8(200)*x + np.float32(0.1)*x + x/np.int16(3) + np.array(3, np.int8)*x",
    "(x < 2)*np.uint8(1) + 1.5",
    "(x < 2)*np.uint8(100) + np.uint8(100)",
    "(x < np.float32(0.1))*x + (x < np.int8(1))*x",
    "np.where(x < 0, np.float32(0.5), x) + np.where(x < 0, np.uint8(7), x)",
    "(x > -1)*(x < 1)*0.5 + ((x > -1) & (x < 1) | (x == 2))*1.0",
    "np.zeros_like(x) + np.ones_like(x)*2 + np.full_like(x, 3) + np.zeros_like(x, dtype=float)",
    "np.where(x > 0, x, np.zeros(x.shape)) + np.zeros(x.shape)",
    "np.sum(np.array([1, 2], np.uint8)*x[..., None], axis=-1)",
    "uat.relu((x < 2)*np.int8(100)) + uat.tanh(x)",
]


@pytest.mark.parametrize("source", ORDINARY)
def test_ordinary_code_is_followed_to_what_numpy_gives(source: str) -> None:
    f = function(source)
    target = uat.Target(f, (-3, 3))
    assert target.expression is not None, target.untraced
    x = np.append(np.random.default_rng(0).uniform(-3, 3, 200), [0.0, 1.0, -1.0, 2.0])
    assert np.allclose(target(x), f(x), rtol=1e-13, atol=1e-14)


NUMBERS = [
    1, 2, -1, 3, 200, 0.5, True, np.uint8(1), np.uint8(200), np.int8(-128), np.int8(100),
    np.int16(300), np.int64(7), np.uint64(5), np.float32(0.1), np.float64(0.1), np.True_, 2**40,
]  # fmt: skip
OPERATORS: list[Callable[..., Any]] = [
    np.add, np.subtract, np.multiply, np.divide, np.minimum, np.maximum, np.power,
    lambda a, b: a**b, lambda a, b: b**a, lambda a, b: a * b, lambda a, b: b - a,
    lambda a, b: -a, lambda a, b: abs(a), lambda a, b: np.sign(a), lambda a, b: np.square(a),
    lambda a, b: a**2, lambda a, b: np.where(a > b, a, b), lambda a, b: np.clip(a, 0, b),
    lambda a, b: np.select([a < b], [b], a), lambda a, b: ~a, lambda a, b: a & b,
    lambda a, b: np.sqrt(a), np.heaviside, lambda a, b: (a < b),
    lambda a, b: np.reciprocal(a), np.hypot, lambda a, b: np.polyval([a, b], b),
]  # fmt: skip
STARTS: list[Callable[..., Any]] = [
    lambda x: x, lambda x: x < 0, lambda x: np.where(x < 0, np.int8(2), np.int8(3)),
    lambda x: np.where(x < 0, np.uint8(0), np.uint8(1)), lambda x: np.where(x < 0, 2, -1),
]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=750, deadline=None)
@given(
    st.sampled_from(STARTS),
    st.lists(
        st.tuples(st.sampled_from(OPERATORS), st.sampled_from([*NUMBERS, *STARTS])),
        min_size=1,
        max_size=4,
    ),
)
def test_what_is_followed_is_exact_whatever_the_types(
    start: Callable[..., Any], steps: list[tuple[Callable[..., Any], Any]]
) -> None:
    def f(x: Any) -> Any:
        value = start(x)
        for operator, other in steps:
            value = operator(value, other(x) if callable(other) else other)
        return value

    try:
        formula = trace(f, 1)
    except CannotProve:
        return
    x = np.array([-1.5, -0.25, 0.75, 2.0])
    with np.errstate(all="ignore"):
        try:
            wanted = np.asarray(f(x), dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            return
    given_ = np.asarray(formula(x))
    real = np.isfinite(wanted) & np.isfinite(given_)
    assert np.allclose(np.broadcast_to(wanted, 4)[real], given_[real], rtol=1e-12), wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "other"), list(product(STARTS, [*NUMBERS, *STARTS])), ids=count()
)
def test_the_type_of_a_value_is_the_one_that_numpy_gives_it(
    start: Callable[..., Any], other: Any
) -> None:
    x = np.array([-1.0, 1.0])
    for operator in OPERATORS:
        seen: list[Any] = []

        def f(x: Any, operator: Any = operator, seen: list[Any] = seen) -> Any:
            seen.append(operator(start(x), other(x) if callable(other) else other))
            return 0.0

        with np.errstate(all="ignore"):
            try:
                trace(f, 1)
                f(x)
            except (CannotProve, TypeError, ValueError, OverflowError):
                continue
        value, dtype = seen[0], np.asarray(seen[-1]).dtype
        if isinstance(value, Tracer):
            # np.power takes a condition to the power 2 in int64, the operator in int8
            narrower = [np.dtype(np.int8)] * (dtype == np.int64)
            assert value.kind.type in [dtype, *narrower]
            if dtype.kind in "iu":
                assert value.kind.least <= seen[-1].min()
                assert seen[-1].max() <= value.kind.most
