"""Where the values of a formula lie, for all points of a box: interval arithmetic over cells.

Rows of cells are enclosed at once. Every end is rounded outward (`rounding.py`), so that a cell's
answer contains f(x) for each x of the cell at which f has a real value. The rules at edges and
kinks are all here: √ and log of a range that reaches below 0 keep the part where they are real, a
quotient by a range around 0 is the whole line, a bounded function of the whole line is bounded,
an undecided `where` is both branches, and a slope across a possible jump is the whole line.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.errors import InputError
from uat.expression.graph import Expression, in_order
from uat.expression.rounding import Array, down, elementary, point_values, up

__all__ = ["Range", "enclose"]

Range = tuple[Array, Array]

_BLOCK: Final = 1 << 16


def enclose(expression: Expression, lower: Any, upper: Any) -> Range:
    """Enclose the values of an expression over cells.

    Parameters
    ----------
    expression : Expression
    lower, upper : array_like, (cells, d)
        The ends of each cell along each coordinate; ±inf is allowed.

    Returns
    -------
    lo, hi : ndarray, (cells,)
        lo ≤ f(x) ≤ hi for every x of the cell where f(x) is a real number; (−inf, inf) where
        nothing is known.

    Raises
    ------
    InputError
        Where the arrays do not fit each other or the expression, or an end is NaN or reversed.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> lo, hi = enclose(parse("x * sin(1/x)"), [[-0.125]], [[0.125]])
    >>> float(lo[0]), float(hi[0])
    (-0.125, 0.125)
    """
    low = np.array(lower, dtype=np.float64)
    high = np.array(upper, dtype=np.float64)
    if low.ndim != 2 or low.shape != high.shape or low.shape[1] < expression.dimension:
        raise InputError(
            f"cells of shapes {low.shape} and {high.shape} given; "
            f"(cells, {max(expression.dimension, 1)}) is needed for both"
        )
    if not (low <= high).all():
        raise InputError("a cell with NaN or with its ends reversed given")
    parts = [
        _enclose_block(expression, low[i : i + _BLOCK], high[i : i + _BLOCK])
        for i in range(0, len(low), _BLOCK)
    ]
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _enclose_block(expression: Expression, low: Array, high: Array) -> Range:
    values: dict[Expression, Range] = {}
    with np.errstate(all="ignore"):
        for node in in_order(expression):
            if node.operation == "coordinate":
                values[node] = low[:, int(node.data[0])], high[:, int(node.data[0])]
            elif node.operation == "constant":
                values[node] = np.array(node.data[0]), np.array(node.data[0])
            else:
                values[node] = _known(_rule(node, [values[a] for a in node.arguments]))
    lo, hi = values[expression]
    return np.broadcast_to(lo, len(low)).copy(), np.broadcast_to(hi, len(low)).copy()


def _rule(node: Expression, ranges: list[Range]) -> Range:
    if node.operation == "multiply" and node.arguments[0] is node.arguments[1]:
        return _power(ranges[0], 2.0)
    rule = _RULES.get(node.operation)
    if rule is None:
        return _increasing(node.operation, ranges[0])
    return rule(*ranges, *node.data)


def _known(r: Range) -> Range:
    """Read an end without a value as: nothing known on that side."""
    return np.where(np.isnan(r[0]), -np.inf, r[0]), np.where(np.isnan(r[1]), np.inf, r[1])


def _whole(like: Range) -> Range:
    shape = np.shape(like[0])
    return np.full(shape, -np.inf), np.full(shape, np.inf)


def _pick(condition: Array, yes: Range, no: Range) -> Range:
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def _add(a: Range, b: Range) -> Range:
    return down(a[0] + b[0]), up(a[1] + b[1])


def _negative(a: Range) -> Range:
    return -a[1], -a[0]


def _corner(a: Array, b: Array) -> tuple[Array, Array]:
    """Bound one product of ends; 0 · ∞ is 0, the supremum of products of finite numbers."""
    product = np.where((a == 0) | (b == 0), 0.0, a * b)
    lost = (product == 0) & (a != 0) & (b != 0)
    tiny = np.nextafter(0.0, 1.0)
    return np.where(lost, -tiny, down(product)), np.where(lost, tiny, up(product))


def _multiply(a: Range, b: Range) -> Range:
    corners = [_corner(p, q) for p in a for q in b]
    low, high = corners[0]
    for other_low, other_high in corners[1:]:
        low, high = np.minimum(low, other_low), np.maximum(high, other_high)
    return low, high


def _divide(a: Range, b: Range) -> Range:
    """Multiply by the reciprocal range; a divisor that touches 0 from one side is half a line."""
    around = (b[0] < 0) & (b[1] > 0) | ((b[0] == 0) & (b[1] == 0))
    low = np.where(b[1] == 0, -np.inf, np.nextafter(1 / b[1], -np.inf))
    high = np.where(b[0] == 0, np.inf, np.nextafter(1 / b[0], np.inf))
    product = _multiply(a, (low, high))
    points = (a[0] == a[1]) & (b[0] == b[1]) & np.isfinite(a[0]) & (a[0] != 0) & (b[0] != 0)
    quotient = a[0] / b[0]
    direct = np.nextafter(quotient, -np.inf), np.nextafter(quotient, np.inf)
    return _pick(around, _whole(product), _pick(points, direct, product))


def _absolute(a: Range) -> Range:
    least = np.where((a[0] <= 0) & (a[1] >= 0), 0.0, np.minimum(np.abs(a[0]), np.abs(a[1])))
    return least, np.maximum(np.abs(a[0]), np.abs(a[1]))


def _power(a: Range, exponent: float) -> Range:
    if exponent != int(exponent):
        return _real_power(a, exponent)
    if exponent < 0:
        one = np.ones_like(a[0])
        return _divide((one, one), _power(a, -exponent))
    if exponent % 2 == 0:
        least, most = _absolute(a)
        return _repeated(least, int(exponent))[0], _repeated(most, int(exponent))[1]
    low, high = (_repeated(np.abs(end), int(exponent)) for end in a)
    return np.where(a[0] < 0, -low[1], low[0]), np.where(a[1] < 0, -high[0], high[1])


def _repeated(x: Array, exponent: int) -> tuple[Array, Array]:
    """Bound x^n for x ≥ 0 by squaring, low and high side together."""
    low, high = np.ones_like(x), np.ones_like(x)
    square = (x, x)
    while exponent:
        if exponent & 1:
            low, high = _corner(low, square[0])[0], _corner(high, square[1])[1]
        exponent >>= 1
        if exponent:
            square = _corner(square[0], square[0])[0], _corner(square[1], square[1])[1]
    return np.maximum(low, 0.0), high


def _real_power(a: Range, exponent: float) -> Range:
    """Bound x^p, real for x ≥ 0: increasing for p > 0, decreasing for p < 0."""
    low, high = np.atleast_1d(np.maximum(a[0], 0.0)), np.atleast_1d(np.maximum(a[1], 0.0))
    first, second = (low, high) if exponent > 0 else (high, low)
    at = [
        point_values("power", np.clip(end, 1e-300, 1.7e308), exponent) for end in (first, second)
    ]
    bottom, top = np.maximum(at[0][0], 0.0), at[1][1]
    least, most = (first < 1e-300), (second > 1.7e308)
    if exponent < 0:
        least, most = (first > 1.7e308), (second < 1e-300)
    bottom, top = np.where(least, 0.0, bottom), np.where(most, np.inf, top)
    if exponent > 0:
        top = np.where(second == 0, 0.0, top)
    shape = np.shape(a[0])
    outside = a[1] < 0
    return _pick(outside, _whole(a), (bottom.reshape(shape), top.reshape(shape)))


def _sqrt(a: Range) -> Range:
    low, high = down(np.sqrt(np.maximum(a[0], 0.0))), up(np.sqrt(np.maximum(a[1], 0.0)))
    return _pick(a[1] < 0, _whole(a), (low, high))


_DOMAINS: Final[dict[str, tuple[float, float]]] = {
    "log": (0.0, np.inf),
    "log1p": (-1.0, np.inf),
    "arcsin": (-1.0, 1.0),
    "arctanh": (-1.0, 1.0),
    "arccosh": (1.0, np.inf),
}


def _increasing(name: str, a: Range) -> Range:
    """Bound an increasing function by its ends, on the part of the range where it is real."""
    left, right = _DOMAINS.get(name, (-np.inf, np.inf))
    low, high = elementary(name, np.clip(a[0], left, right), np.clip(a[1], left, right))
    return _pick((a[1] < left) | (a[0] > right), _whole(a), (low, high))


def _arccos(a: Range) -> Range:
    half = np.array(1.5707963267948966)
    quarter = down(half), up(half)
    return _add(quarter, _negative(_increasing("arcsin", a)))


def _cosh(a: Range) -> Range:
    ends = [np.atleast_1d(np.minimum(end, 1e4)) for end in _absolute(a)]
    low, high = (point_values("cosh", end) for end in ends)
    return np.maximum(low[0], 1.0).reshape(np.shape(a[0])), high[1].reshape(np.shape(a[0]))


def _wave(name: str, quarter: float) -> Callable[[Range], Range]:
    """Bound sin or cos: its ends, and ±1 where a crest or a trough may lie between them."""

    def rule(a: Range) -> Range:
        far = _far(a)
        low, high = (point_values(name, np.atleast_1d(np.where(far, 0.0, end))) for end in a)
        shape = np.shape(a[0])
        least, most = np.minimum(low[0], high[0]), np.maximum(low[1], high[1])
        crest, trough = (far | _crossing(a, quarter + shift, 4.0) for shift in (0.0, 2.0))
        return (
            np.where(trough, -1.0, np.maximum(least.reshape(shape), -1.0)),
            np.where(crest, 1.0, np.minimum(most.reshape(shape), 1.0)),
        )

    return rule


def _far(a: Range) -> Array:
    """Tell the ranges too far out for `_crossing`."""
    return ~(np.maximum(np.abs(a[0]), np.abs(a[1])) < 1e14)


def _crossing(a: Range, quarter: float, period: float) -> Array:
    """Tell where (quarter + period·k)·π/2 may lie in the range for an integer k.

    The margin covers the rounding of the division by π/2, below 4e-16 of the quotient.
    """
    first, last = ((end / (np.pi / 2) - quarter) / period for end in a)
    margin = 1e-15 * (1 + np.maximum(np.abs(first), np.abs(last)))
    return np.floor(last + margin) >= np.ceil(first - margin)


def _tan(a: Range) -> Range:
    pole = _far(a) | _crossing(a, 1.0, 2.0)
    low, high = (point_values("tan", np.atleast_1d(np.where(pole, 0.0, end))) for end in a)
    shape = np.shape(a[0])
    return _pick(pole, _whole(a), (low[0].reshape(shape), high[1].reshape(shape)))


def _sinc(a: Range) -> Range:
    """Bound sin(u)/u by balls; −0.2173 lies below its least value."""
    from flint import arb

    bounds = []
    for low, high in np.stack(np.broadcast_arrays(*map(np.atleast_1d, a)), axis=1).tolist():
        finite = np.isfinite([low, high]).all()
        ball = arb(low).union(arb(high)).sinc() if finite else arb(0, 2)
        middle, radius = float(ball), float(ball.rad())
        bounds.append((middle - radius - 1e-15, middle + radius + 1e-15))
    low, high = np.array(bounds).T.reshape(2, *np.shape(a[0]))
    return np.maximum(low, -0.2173), np.minimum(high, 1.0)


def _truth(true: Array, false: Array) -> Range:
    return np.where(true, 1.0, 0.0), np.where(false, 0.0, 1.0)


def _less(a: Range, b: Range) -> Range:
    return _truth(a[1] < b[0], a[0] >= b[1])


def _less_equal(a: Range, b: Range) -> Range:
    return _truth(a[1] <= b[0], a[0] > b[1])


def _equal(a: Range, b: Range) -> Range:
    same = (a[0] == a[1]) & (b[0] == b[1]) & (a[0] == b[0])
    return _truth(same, (a[1] < b[0]) | (b[1] < a[0]))


def _holds(c: Range) -> tuple[Array, Array]:
    """Tell where a condition is true for certain and where it is false for certain."""
    return (c[0] > 0) | (c[1] < 0), (c[0] == 0) & (c[1] == 0)


def _and(a: Range, b: Range) -> Range:
    (true_a, false_a), (true_b, false_b) = _holds(a), _holds(b)
    return _truth(true_a & true_b, false_a | false_b)


def _not(a: Range) -> Range:
    true, false = _holds(a)
    return _truth(false, true)


def _where(c: Range, a: Range, b: Range) -> Range:
    true, false = _holds(c)
    both = np.minimum(a[0], b[0]), np.maximum(a[1], b[1])
    return _pick(true, a, _pick(false, b, both))


def _jump(u: Range) -> Range:
    clear = (u[0] > 0) | (u[1] < 0)
    return np.where(clear, 0.0, -np.inf), np.where(clear, 0.0, np.inf)


def _interp(a: Range, *table: float) -> Range:
    """Bound a piecewise linear function: its two ends and the knots between them."""
    knots, values = (np.array(half) for half in np.split(np.array(table), 2))
    at = [_interp_point(np.asarray(end), knots, values) for end in a]
    low, high = np.minimum(at[0][0], at[1][0]), np.maximum(at[0][1], at[1][1])
    first, last = np.searchsorted(knots, a[0]), np.searchsorted(knots, a[1], side="right")
    inner_low, inner_high = between(values, values, np.atleast_1d(first), np.atleast_1d(last))
    shape = np.shape(a[0])
    return np.minimum(low, inner_low.reshape(shape)), np.maximum(high, inner_high.reshape(shape))


def _interp_point(x: Array, knots: Array, values: Array) -> Range:
    if len(knots) == 1:
        return np.full(x.shape, values[0]), np.full(x.shape, values[0])
    x = np.clip(x, knots[0], knots[-1])
    i = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)

    def point(v: Array) -> Range:
        return v, v

    step = _add(point(x), point(-knots[i]))
    run = _add(point(knots[i + 1]), point(-knots[i]))
    rise = _add(point(values[i + 1]), point(-values[i]))
    low, high = _add(point(values[i]), _multiply(_divide(step, run), rise))
    least, most = np.minimum(values[i], values[i + 1]), np.maximum(values[i], values[i + 1])
    return np.clip(low, least, most), np.clip(high, least, most)


def _interp_slope(a: Range, *table: float) -> Range:
    knots, values = (np.array(half) for half in np.split(np.array(table), 2))
    run = down(np.diff(knots)), up(np.diff(knots))
    rise = down(np.diff(values)), up(np.diff(values))
    low, high = (np.pad(s, 1) for s in _divide(rise, run))
    # the slopes inside a cell; at a single point those on both sides
    ends = [np.atleast_1d(end) for end in a]
    point = ends[0] == ends[1]
    left, right = ([np.searchsorted(knots, end, side=s) for end in ends] for s in ("left", "right"))
    first, last = np.where(point, left[0], right[0]), np.where(point, right[1], left[1]) + 1
    lo, hi = between(low, high, first, last)
    return lo.reshape(np.shape(a[0])), hi.reshape(np.shape(a[0]))


def between(low: Array, high: Array, first: Any, last: Any) -> Range:
    """Give the least of low[first:last] and the most of high[first:last] for each pair.

    An empty stretch gives (inf, −inf), so that a later minimum or maximum ignores it.
    """
    edges = np.stack([first, np.maximum(last, first)], axis=1).ravel()
    least = np.minimum.reduceat(np.append(low, np.inf), edges)[::2]
    most = np.maximum.reduceat(np.append(high, -np.inf), edges)[::2]
    empty = last <= first
    return np.where(empty, np.inf, least), np.where(empty, -np.inf, most)


_RULES: Final[dict[str, Callable[..., Range]]] = {
    "pi": lambda: (np.array(np.pi), np.nextafter(np.array(np.pi), np.inf)),
    "add": _add,
    "subtract": lambda a, b: _add(a, _negative(b)),
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "sqrt": _sqrt,
    "sin": _wave("sin", 1.0),
    "cos": _wave("cos", 0.0),
    "tan": _tan,
    "arccos": _arccos,
    "cosh": _cosh,
    "sinc": _sinc,
    "absolute": _absolute,
    "sign": lambda a: (np.sign(a[0]), np.sign(a[1])),
    "minimum": lambda a, b: (np.minimum(a[0], b[0]), np.minimum(a[1], b[1])),
    "maximum": lambda a, b: (np.maximum(a[0], b[0]), np.maximum(a[1], b[1])),
    "less": _less,
    "less_equal": _less_equal,
    "equal": _equal,
    "logical_and": _and,
    "logical_or": lambda a, b: _not(_and(_not(a), _not(b))),
    "logical_not": _not,
    "where": _where,
    "interp": _interp,
    "interp_slope": _interp_slope,
    "jump": _jump,
    "unknown": _whole,
}
