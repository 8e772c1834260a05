"""Formulas that are continuous and piecewise linear, read exactly.

The formula is evaluated once on piecewise linear functions, in rational numbers. An operation that
bends, such as |u|, cuts the pieces where its argument changes its sign.
"""

from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from uat.expression.graph import Expression, in_order

__all__ = [
    "CONDITIONS", "RULES", "Line", "Pieces", "at", "is_continuous", "straight_pieces",
]  # fmt: skip

_MOST: Final = 256  # ends of pieces; a formula of more is not read


class Line(NamedTuple):
    """The function slope · x + start."""

    slope: Fraction
    start: Fraction


Pieces = tuple[list[Fraction], list[Line]]
"""The ends between the pieces, and a line for each."""


def straight_pieces(expression: Expression) -> Pieces | None:
    """Read the pieces of a formula of one coordinate; None if it is not piecewise linear.

    >>> from uat.expression.parse import parse
    >>> ends, lines = straight_pieces(parse("abs(2*x - 1)"))
    >>> ends, lines[1], straight_pieces(parse("x**2"))
    ([Fraction(1, 2)], Line(slope=Fraction(2, 1), start=Fraction(-1, 1)), None)
    """
    values: dict[Expression, Pieces] = {}
    for node in in_order(expression):
        # what jumps, a condition, only chooses between functions that meet
        chosen = node.arguments[1:] if node.operation == "where" else node.arguments
        if any(a.operation in CONDITIONS for a in chosen):
            return None
        if node.operation == "coordinate":
            value: Pieces | None = _COORDINATE
        elif node.operation == "constant":
            value = _constant(node.data[0])
        elif node.operation in RULES:
            value = RULES[node.operation](*(values[a] for a in node.arguments), *node.data)
        else:
            return None
        if value is None or len(value[0]) > _MOST:
            return None
        if node.operation not in CONDITIONS and not is_continuous(*value):
            return None
        values[node] = _joined(value)
    return None if expression.operation in CONDITIONS else values[expression]


def is_continuous(ends: list[Fraction], lines: list[Line]) -> bool:
    """Return True if neighbouring pieces meet."""
    return all(at(p, x) == at(q, x) for x, (p, q) in zip(ends, pairwise(lines), strict=True))


def at(line: Line, x: Fraction) -> Fraction:
    """Evaluate a line."""
    return line.slope * x + line.start


def _constant(value: Fraction | float) -> Pieces:
    return [], [Line(Fraction(0), Fraction(value))]


def _joined(pieces: Pieces) -> Pieces:
    """Join neighbouring pieces with the same line."""
    ends, lines = pieces
    new = [p != q for p, q in pairwise(lines)]
    kept = [line for line, other in zip(lines[1:], new, strict=True) if other]
    return [end for end, other in zip(ends, new, strict=True) if other], [lines[0], *kept]


def _together(f: Pieces, g: Pieces) -> tuple[list[Fraction], list[tuple[Line, Line]]]:
    """Cut two functions at the ends of both."""
    ends = sorted({*f[0], *g[0]})
    both = []
    for place in [*ends, None]:
        i, j = (len(h[0]) if place is None else bisect_left(h[0], place) for h in (f, g))
        both.append((f[1][i], g[1][j]))
    return ends, both


def _plus(f: Pieces, g: Pieces) -> Pieces:
    ends, both = _together(f, g)
    return ends, [Line(p.slope + q.slope, p.start + q.start) for p, q in both]


def _times(f: Pieces, g: Pieces) -> Pieces | None:
    ends, both = _together(f, g)
    if any(p.slope and q.slope for p, q in both):
        return None
    return ends, [Line(p.slope * q.start + q.slope * p.start, p.start * q.start) for p, q in both]


def _over(f: Pieces, g: Pieces) -> Pieces | None:
    if any(slope or not value for slope, value in g[1]):
        return None
    return _times(f, (g[0], [Line(Fraction(0), 1 / line.start) for line in g[1]]))


def _minus(f: Pieces, g: Pieces) -> Pieces:
    return _plus(f, _scaled(g, -1))


def _scaled(f: Pieces, factor: Fraction | int) -> Pieces:
    return f[0], [Line(factor * slope, factor * start) for slope, start in f[1]]


def _sign(f: Pieces) -> Pieces:
    """Return −1, 0 or 1 on each piece, cut where f changes its sign."""
    ends: list[Fraction] = []
    signs: list[Line] = []
    for i, (slope, value) in enumerate(f[1]):
        left = f[0][i - 1] if i else None
        right = f[0][i] if i < len(f[0]) else None
        zero = -value / slope if slope else None
        if zero is not None and (left is None or left < zero) and (right is None or zero < right):
            ends.append(zero)
            signs += [Line(Fraction(0), Fraction(s)) for s in ((-1, 1) if slope > 0 else (1, -1))]
        else:
            middle = _inside(left, right)
            signs.append(Line(Fraction(0), Fraction(_sign_of(slope * middle + value))))
        if right is not None:
            ends.append(right)
    return ends, signs


def _sign_of(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _inside(left: Fraction | None, right: Fraction | None) -> Fraction:
    """Return a place between two ends, None for an end at infinity."""
    if left is None or right is None:
        return (Fraction(0) if right is None else right - 1) if left is None else left + 1
    return (left + right) / 2


def _absolute(f: Pieces) -> Pieces:
    product = _times(_sign(f), f)
    assert product is not None
    return product


def _larger(f: Pieces, g: Pieces, side: int = 1) -> Pieces:
    """Return the maximum, or for side −1 the minimum: half of f + g ± |f − g|."""
    total = _plus(_plus(f, g), _scaled(_absolute(_minus(f, g)), side))
    return _scaled(total, Fraction(1, 2))


def _where(condition: Pieces, f: Pieces, g: Pieces) -> Pieces | None:
    """Choose between two functions; a condition is 1 or 0."""
    other = _minus(_constant(1), condition)
    yes, no = _times(condition, f), _times(other, g)
    return None if yes is None or no is None else _plus(yes, no)


def _less(f: Pieces, g: Pieces, equal: int = 0) -> Pieces | None:
    """Return 1 where f < g, or f ≤ g for equal = 1, and 0 elsewhere; None if one point differs."""
    over = _minus(f, g)
    ends, signs = _sign(over)
    truth = {-1: 1, 0: equal, 1: 0}
    values = [truth[int(sign)] for _, sign in signs]
    for end, (left, right) in zip(ends, pairwise(values), strict=True):
        line = over[1][bisect_left(over[0], end)]
        if left == right != truth[_sign_of(at(line, end))]:
            return None
    return ends, [Line(Fraction(0), Fraction(value)) for value in values]


def _interp(f: Pieces, *table: float) -> Pieces | None:
    """Interpolate a table, knots and then values: a bend at each knot."""
    half = len(table) // 2
    if half > _MOST:
        return None
    knots, values = list(map(Fraction, table[:half])), list(map(Fraction, table[half:]))
    steps = zip(pairwise(knots), pairwise(values), strict=True)
    slopes = [Fraction(0), *((q - p) / (t - s) for (s, t), (p, q) in steps), Fraction(0)]
    if f == _COORDINATE:  # each piece is a line of the table, without a sum over all bends
        places = zip(slopes, [knots[0], *knots], [values[0], *values], strict=True)
        return _joined((knots, [Line(slope, q - slope * t) for slope, t, q in places]))
    total = _constant(values[0])
    for knot, (before, after) in zip(knots, pairwise(slopes), strict=True):
        passed = _larger(_plus(f, _constant(-knot)), _constant(0))
        total = _joined(_plus(total, _scaled(passed, after - before)))
    return total


_COORDINATE: Final[Pieces] = ([], [Line(Fraction(1), Fraction(0))])

RULES: Final[dict[str, Callable[..., Pieces | None]]] = {
    "add": _plus,
    "subtract": _minus,
    "multiply": _times,
    "divide": _over,
    "negative": lambda f: _scaled(f, -1),
    "absolute": _absolute,
    "maximum": _larger,
    "minimum": lambda f, g: _larger(f, g, -1),
    "interp": _interp,
    "where": _where,
    "less": _less,
    "less_equal": lambda f, g: _less(f, g, 1),
}
"""The operations that keep functions piecewise linear."""

CONDITIONS: Final = {"less", "less_equal"}
