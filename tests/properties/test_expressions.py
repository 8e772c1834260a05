"""Random formulas of every operation against mpmath: what an enclosure says is so."""

import math
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.clock import within
from tests.oracles.formulas import TooLarge, complex_formula, contains, exact_formula, mp
from tests.oracles.graphs import BINARY, UNARY, boxes, expressions
from uat.enclosure.balls import ball, is_analytic
from uat.enclosure.enclose import enclose
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression, from_table, in_order
from uat.expression.latex import latex, plain
from uat.expression.operations import OPERATIONS
from uat.expression.parse import parse

LARGEST = math.nextafter(math.inf, 0)
Box = tuple[list[float], list[float]]
Place = tuple[str, float]

places = st.one_of(
    st.just(("lower", 0.0)),
    st.just(("upper", 0.0)),
    st.just(("zero", 0.0)),
    st.tuples(st.just("float"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("between"), st.floats(0, 1)),
)
several = st.lists(places, min_size=1, max_size=6)


def with_box(dimension: int) -> st.SearchStrategy[tuple[Expression, Box]]:
    return st.tuples(expressions(dimension), boxes(dimension))


formulas_and_boxes = st.integers(1, 2).flatmap(with_box)


def point_of(box: Box, place: Place) -> list[Any]:
    """A point of a box, of floats or of numbers between floats."""
    kind, value = place
    point: list[Any] = []
    for lower, upper in zip(*box, strict=True):
        a, b = max(lower, -LARGEST), min(upper, LARGEST)
        with mp.workdps(700):
            between = mp.mpf(a) + mp.mpf(value) * (mp.mpf(b) - mp.mpf(a))
            inside = min(max(between, mp.mpf(a)), mp.mpf(b))
        zero = 0.0 if a <= 0 <= b else a
        at = {"lower": a, "upper": b, "zero": zero, "float": min(max(value, a), b)}
        point.append(at.get(kind, inside))
    return point


def exactly(e: Expression, point: list[Any]) -> Iterator[tuple[int, Any]]:
    """f at a point with more and more digits; nothing where it has no value."""
    for digits in (60, 1500):
        try:
            value = exact_formula(e.to_table(), point, digits)
        except TooLarge:
            return
        if value is None:
            return
        yield digits, value


@settings(max_examples=100)
@given(formulas_and_boxes, several)
def test_an_enclosure_contains_every_value_of_its_box(
    formula: tuple[Expression, Box], at: list[Place]
) -> None:
    e, box = formula
    low, high = (float(end[0]) for end in enclose(e, [box[0]], [box[1]]))
    assert low <= high
    for place in at:
        point = point_of(box, place)
        held = [contains(low, high, value, digits) for digits, value in exactly(e, point)]
        assert not held or any(held), (point, low, high)


@settings(max_examples=100)
@given(formulas_and_boxes, several, st.integers(0, 1))
def test_a_finite_slope_is_the_slope_of_every_secant(
    formula: tuple[Expression, Box], at: list[Place], index: int
) -> None:
    e, box = formula
    i = min(index, len(box[0]) - 1)
    low, high = (float(end[0]) for end in enclose(e.derivative(i), [box[0]], [box[1]]))
    assume(math.isfinite(low) and math.isfinite(high))
    points = [point_of(box, place) for place in at]
    for start in points:
        stop = [*start[:i], points[0][i], *start[i + 1 :]]
        if start[i] == stop[i]:
            continue
        pairs = zip(exactly(e, start), exactly(e, stop), strict=False)
        step = _difference(start[i], stop[i])
        held = [_within(low, high, f, g, step, digits) for (digits, f), (_, g) in pairs]
        assert not held or any(held), (start, stop, low, high)


def _difference(start: Any, stop: Any) -> Any:
    with mp.workdps(1500):
        return mp.mpf(stop) - mp.mpf(start)


def _within(low: float, high: float, f: Any, g: Any, step: Any, digits: int) -> bool:
    with mp.workdps(digits):
        slope = (g - f) / step
        noise = (abs(f) + abs(g)) / abs(step) * mp.mpf(10) ** (20 - digits)
        noise += abs(slope) * mp.mpf(10) ** (20 - digits)
        return bool(low - noise <= slope <= high + noise)


@settings(max_examples=100)
@given(expressions(), st.integers(-6000, 6000).map(lambda n: n / 1000))
def test_a_derivative_agrees_with_differences_where_a_slope_is_known(
    e: Expression, x: float
) -> None:
    assume(np.isfinite(enclose(e.derivative(), [[x]], [[x]])).all())
    step = mp.mpf(10) ** -30
    with mp.workdps(150):
        around = [mp.mpf(x) + k * step for k in (-2, -1, 1, 2)]
        try:
            values = [exact_formula(e.to_table(), [p], 150) for p in [*around, x]]
            slope = exact_formula(e.derivative().to_table(), [mp.mpf(x)], 150)
        except TooLarge:
            assume(False)
        assume(None not in values)
        left, right = (values[1] - values[0]) / step, (values[3] - values[2]) / step
        size = 1 + abs(left) + abs(right) + max(map(abs, values))
        assume(abs(left - right) < size * mp.mpf(10) ** -15)
        assume(abs(values[2] - values[1]) < size * mp.mpf(10) ** -15)
        assume(slope is not None)  # √ of what is 0 throughout
        assert abs(slope - left) < size * mp.mpf(10) ** -9


@settings(max_examples=100)
@given(expressions(), boxes())
def test_evaluation_gives_floats_of_the_same_shape_and_warns_of_nothing(
    e: Expression, box: Box
) -> None:
    x = np.array([[*box[0], *box[1], 0.0, np.nan, np.inf, -np.inf, 1e308]])
    for value in (e(x), e.derivative()(x)):
        assert value.shape == x.shape
        assert value.dtype == np.float64
    assert isinstance(e(box[0][0]), float)


BOUNDED = ("negative", "absolute", "arctan", "exp", "expit", "tanh", "sin", "cbrt", "erf", "sign")
POLES = [
    parse(text)
    for text in (
        "1/x", "1/-x", "x**-1", "-1/x**3", "x**-2", "1/(x*abs(x))", "1/(-2*x)", "1/(-x)**3", "1/sin(x)",
        "1/(x*-x)", "1/atan(-x)", "1/sqrt(abs(x))", "1/min(x, 0)", "1/max(-x, 0)", "1/(x - 0)",
        "1/where(x < 1, -x, x)", "-(x + x)**-5", "1/cbrt(-x)", "1/tan(x)", "1/(x*(x - 2))",
        "-1/expm1(-x)", "1/sqrt(-x)", "log(abs(x))", "1/(x/3)", "1/(-x/3)",
    )
]  # fmt: skip


@settings(max_examples=100)
@given(
    expressions(1, 4, (*BOUNDED, "add", "multiply")),
    st.sampled_from(POLES),
    st.sampled_from([(-1.0, 0.0), (0.0, 2.0), (-1.0, 1.0)]),
)
def test_what_numpy_makes_of_a_division_by_zero_is_enclosed(
    outer: Expression, pole: Expression, cell: tuple[float, float]
) -> None:
    e = outer.compose(pole)
    value = e(0.0)
    low, high = enclose(e, [[cell[0]]], [[cell[1]]])
    if np.isfinite(value):
        slack = 1e-12 * (1 + abs(value))
        assert low[0] - slack <= value <= high[0] + slack


SMOOTH = (
    "sin", "cos", "exp", "arctan", "tanh", "expit", "erf", "sinc", "cosh", "sinh", "arcsinh",
    "negative", "absolute", "add", "subtract", "multiply", "minimum", "maximum",
)  # fmt: skip


@settings(max_examples=100)
@given(expressions(1, 5, SMOOTH), st.floats(-3, 3))
def test_shrinking_cells_have_shrinking_enclosures(e: Expression, x: float) -> None:
    # far out a wave is only known to lie between its crests and its troughs
    assume(all(abs(v) < 1e6 for node in in_order(e) for v in node.data))
    widths = 2.0 ** -np.arange(10.0, 52.0, 6.0)
    low, high = enclose(e, x - widths[:, None], x + widths[:, None])
    assume(np.isfinite(high - low).all())
    assert high[-1] - low[-1] <= max(0.999 * (high[0] - low[0]), 1e-9 * (1 + abs(low[0])))


@given(expressions(2))
def test_equal_graphs_are_one_object_also_after_pickling(e: Expression) -> None:
    assert pickle.loads(pickle.dumps(e)) is e
    assert from_table(e.to_table()) is e
    assert len({(name, *inner, *data) for name, inner, data in e.to_table()}) == len(e.to_table())


SPOKEN = (
    *UNARY,
    *BINARY,
    "less",
    "less_equal",
    "equal",
    "logical_and",
    "logical_or",
    "where",
    "power",
)


@settings(max_examples=100)
@given(expressions(2, 6, SPOKEN), st.floats(-3, 3), st.floats(-3, 3))
def test_a_formula_written_and_read_again_is_the_same_function(
    e: Expression, x: float, y: float
) -> None:
    text = plain(e)
    assume(text != "…")
    again = parse(text)
    try:
        values = [exact_formula(f.to_table(), [x, y], 400) for f in (e, again)]
    except TooLarge:
        assume(False)
    assert (values[0] is None) == (values[1] is None)
    if values[0] is not None:
        assert abs(values[0] - values[1]) <= abs(values[0]) * mp.mpf(10) ** -40
    assert "  " not in latex(e)


ANALYTIC = tuple(
    n for n in (*UNARY, *BINARY) if n not in ("absolute", "sign", "minimum", "maximum")
)


@settings(max_examples=100)
@given(
    expressions(1, 5, (*ANALYTIC, "power")),
    st.tuples(*[st.sampled_from([-2.0, -0.5, 0.0, 0.3, 1.0, 4.0])] * 2),
    st.sampled_from([0.0, 1e-6, 0.1, 0.4]),
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=5),
)
def test_a_finite_complex_ball_contains_the_values(
    e: Expression, centre: tuple[float, float], radius: float, inside: list[tuple[float, float]]
) -> None:
    from flint import acb, arb

    assume(e.dimension == 1)
    assert is_analytic(e)
    whole = ball(e, acb(arb(centre[0], radius), arb(centre[1], radius)))
    assume(whole.is_finite())
    for u, v in inside:
        point = mp.mpc(centre[0] + u * radius * 0.999, centre[1] + v * radius * 0.999)
        try:
            value = complex_formula(e.to_table(), [point], 60)
        except TooLarge:
            continue
        for part, exact in ((whole.real, value.real), (whole.imag, value.imag)):
            assert _holds(part, exact, abs(value))


def _holds(part: Any, exact: Any, size: Any) -> bool:
    """Tell that a real ball contains a number, up to the rounding of this oracle."""
    with mp.workdps(80):
        slack = size * mp.mpf(10) ** -25
        low, high = (mp.mpf(end.str(40, radius=False)) for end in (part.lower(), part.upper()))
        return bool(low - slack <= exact <= high + slack)


@settings(max_examples=100)
@given(expressions(), st.floats(-5, 5), st.sampled_from([0.0, 1e-9, 0.5]), st.floats(-1, 1))
def test_a_finite_real_ball_contains_the_values(
    e: Expression, centre: float, radius: float, inside: float
) -> None:
    from flint import arb

    whole = ball(e, arb(centre, radius))
    assume(whole.is_finite())
    point = mp.mpf(centre) + mp.mpf(inside) * mp.mpf(radius) * mp.mpf("0.999")
    held = []
    for _, value in exactly(e, [point]):
        held.append(_holds(whole, value, abs(value)))
    assert not held or any(held)


def outcome(make: Callable[[Any], Expression], what: Any) -> tuple[Expression | None, str]:
    """Give the formula, or the message of an InputError."""
    try:
        return make(what), ""
    except InputError as error:
        return None, str(error)


def rows() -> st.SearchStrategy[Any]:
    operations = st.sampled_from([*OPERATIONS, "constant", "coordinate"]) | st.text(max_size=5)
    numbers = st.lists(st.floats() | st.integers() | st.text(max_size=2) | st.none(), max_size=4)
    return st.tuples(operations, st.lists(st.integers(-2, 5), max_size=3), numbers)


anything = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3)


@settings(max_examples=100)
@given(st.lists(rows() | anything, max_size=6) | anything)
def test_a_hostile_table_is_refused_in_one_line_or_is_a_formula(table: Any) -> None:
    e, message = outcome(from_table, table)
    assert "\n" not in message
    if e is not None and e.dimension < 10:
        point = [0.5] * e.dimension
        e(*point)
        e.derivative()
        enclose(e, [[*point, 0.0]], [[*point, 1.0]])


WORDS = (
    "x", "y", "pi", "e", "sin(", "exp(", "(", ")", "+", "-", "*", "/", "**", "<", "==", "and", "or",
    "not", "if", "else", "where(", ",", "9", "0.5", "1e400", "lambda", ":", ".", "[", "]", "{", "}",
    "'", '"', ";", "\n", "\t", "\0", "@", "=", ":=", "__import__", "#", "\\", "0x", "∞", "𝐱", "for",
    "in", "is", "None", "True", "1j", "\ud800", "_", "x1", "x99", "min(", "log(", "0",
)  # fmt: skip
words = st.sampled_from(WORDS)


@settings(max_examples=100)
@given(st.text(max_size=40) | st.lists(words, max_size=12).map(" ".join))
def test_a_hostile_string_is_refused_in_one_short_line_or_is_a_formula(text: str) -> None:
    with within(20):
        e, message = outcome(parse, text)
        if e is not None:
            e(*[0.5] * e.dimension)
    assert "\n" not in message
    assert len(message) < 400


@given(expressions())
def test_a_complex_ball_is_refused_exactly_where_an_operation_is_not_analytic(
    e: Expression,
) -> None:
    from flint import acb

    assume(e.dimension == 1)
    if is_analytic(e):
        ball(e, acb(0.3, 0.2))
        return
    # an operation of constants, as in (0 < 0) − x, has a value and is no obstacle
    touched = [n for n in in_order(e) if n.dimension and all(map(is_analytic, n.arguments))]
    if not all(map(is_analytic, touched)):
        with pytest.raises(CannotProve, match="not analytic"):
            ball(e, acb(0.3, 0.2))
