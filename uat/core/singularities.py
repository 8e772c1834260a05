"""Where a formula has no finite value: the search at the door, led by enclosures.

Halve the box again and again, and keep the cells whose enclosure is not finite or on which a root,
a logarithm or the like may be asked for what it does not have. Try f at the ends and inside of
each. So a pole between two floats and a stretch of NaN far narrower than any grid are found. It is
a search: a hole in one of very many cells may be missed. A value that is not finite is certain, a
pole is told by growth that does not end.

A hole may be hidden: 0·log|x − c| is 0 but at c, and sin(1/x) stays between −1 and 1. So the parts
that are infinite at such a point are searched too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.core.hidden_singularities import hidden_parts
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, in_order

__all__ = ["Hole", "find_hole"]

_MOST_CELLS: Final = 128
_ROUNDS: Final = 60

# operation → what must not be negative for it to have a value
_GUARDS: Final[dict[str, Callable[[Expression], Expression]]] = {
    "sqrt": lambda u: u,
    "log": lambda u: u,
    "log1p": lambda u: 1 + u,
    "xlogy": lambda u: u,
    "arcsin": lambda u: 1 - apply("absolute", u),
    "arccos": lambda u: 1 - apply("absolute", u),
    "arctanh": lambda u: 1 - apply("absolute", u),
    "arccosh": lambda u: u - 1,
    "power": lambda u: u,
}


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """A point of the box, (d,), at which f is NaN or infinite, or near which it grows for ever.

    `hidden` where that is a part of f, and the rest of f does not show it.
    """

    point: Array
    value: float
    hidden: bool = False


def find_hole(expression: Expression, lower: Any, upper: Any) -> Hole | None:
    """Search a box for a point where the formula has no finite value or no bound.

    Parameters
    ----------
    expression : Expression
    lower, upper : array_like, (d,)

    Returns
    -------
    Hole or None
        With the value of f, or of its part, there: not finite, or the largest one seen near a pole.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> find_hole(parse("1 / (3*x - 1)"), [0.0], [1.0]).point
    array([0.33333333])
    >>> find_hole(parse("sqrt(x) * sin(1/x)"), [0.5], [1.0]) is None
    True
    """
    box = [np.asarray(end, dtype=np.float64)[None, :] for end in (lower, upper)]
    hole, closed = _search(expression, *box, hidden=False)
    for part in hidden_parts(expression, *box):
        # where f itself is infinite it would have shown the hole
        hole = hole or _search(part, *closed, hidden=True)[0]
    return hole


def _search(
    expression: Expression, low: Array, high: Array, *, hidden: bool
) -> tuple[Hole | None, tuple[Array, Array]]:
    """Search cells for a hole; return it, and the smaller cells in which none can be."""
    guards = _guards(expression)
    hole, largest, closed = None, [], []
    for _ in range(_ROUNDS * low.shape[1]):
        bottom, open_ = _suspects(expression, guards, low, high)
        closed.append((low[~open_], high[~open_]))
        low, high = low[open_], high[open_]
        # off the middle, so that it comes nearer to a pole at a middle step by step
        inner = low + 0.382 * (high - low)
        hole = _worst(expression, np.concatenate([inner, low, high]), hidden)
        if hole is None or not np.isfinite(hole.value):
            break
        largest.append(float(np.abs(expression(*inner.T)).max()))
        # a part that a condition leaves out at the pole itself is enclosed from 0 on
        counts = not hidden or bool((bottom[open_] >= 1).any())
        low, high = _halve(low, high)
        if not len(low):
            break
    if hole is not None and np.isfinite(hole.value) and not (counts and _grows(largest)):
        hole = None
    lows, highs = zip(*closed, strict=True)
    return hole, (np.concatenate(lows), np.concatenate(highs))


def _worst(expression: Expression, points: Array, hidden: bool) -> Hole | None:
    """Take the point at which f is NaN, or else largest."""
    if not len(points):
        return None
    values = expression(*points.T)
    size = np.where(np.isnan(values), np.inf, np.abs(values))
    worst = int(np.argmax(size))
    return Hole(points[worst], float(values[worst]), hidden)


def _guards(expression: Expression) -> list[Expression]:
    return [
        _GUARDS[node.operation](node.arguments[-1])
        for node in in_order(expression)
        if node.operation in _GUARDS
        and (node.operation != "power" or node.data[0] != int(node.data[0]))
    ]


def _suspects(
    expression: Expression, guards: list[Expression], low: Array, high: Array
) -> tuple[Array, Any]:
    """Bound f from below, and tell the cells with no finite enclosure or across an edge of f."""
    bottom, top = enclose(expression, low, high)
    suspect = ~(np.isfinite(bottom) & np.isfinite(top))
    for guard in guards:
        least, most = enclose(guard, low, high)
        suspect |= (least < 0) & (most >= 0)
    return bottom, suspect


def _halve(low: Array, high: Array) -> tuple[Array, Array]:
    """Cut each cell across its longest side; drop those down to neighbouring floats."""
    middle = low + (high - low) / 2
    wide = np.where((low < middle) & (middle < high), high - low, 0.0)
    some = wide.max(axis=1) > 0
    low, high, middle, wide = low[some], high[some], middle[some], wide[some]
    side = np.arange(low.shape[1]) == np.argmax(wide, axis=1)[:, None]
    lows = np.concatenate([low, np.where(side, middle, low)])
    highs = np.concatenate([np.where(side, middle, high), high])
    step = max(1, -(-len(lows) // _MOST_CELLS))
    return lows[::step], highs[::step]


def _grows(largest: list[float]) -> bool:
    """Tell growth that does not slow down as the cells shrink, be it as slow as a logarithm's."""
    quarter = len(largest) // 4
    if quarter < 8:
        return False
    marks = np.maximum.accumulate(largest)[quarter - 1 :: quarter]
    steps = np.diff(marks)
    return bool((steps > 0.5 * steps[0]).all() and steps[0] > 1e-9 * marks[0])
