"""Where a formula has no finite value: the search at the door, led by enclosures.

Halve the box again and again, and keep the cells whose enclosure is not finite or on which a root,
a logarithm or the like may be asked for what it does not have. Try f at the ends and inside of
each. So a pole between two floats and a stretch of NaN far narrower than any grid are found. It is
a search: a hole in one of very many cells may be missed. A value that is not finite is certain, a
pole is told by growth that does not end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.enclosure.directed import Array
from uat.enclosure.enclose import enclose
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
    """A point of the box, (d,), at which f is NaN or infinite, or near which it grows for ever."""

    point: Array
    value: float


def find_hole(expression: Expression, lower: Any, upper: Any) -> Hole | None:
    """Search a box for a point where the formula has no finite value or no bound.

    Parameters
    ----------
    expression : Expression
    lower, upper : array_like, (d,)

    Returns
    -------
    Hole or None
        With the value of f there: not finite, or the largest one seen near a pole.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> find_hole(parse("1 / (3*x - 1)"), [0.0], [1.0]).point
    array([0.33333333])
    >>> find_hole(parse("sqrt(x) * sin(1/x)"), [0.5], [1.0]) is None
    True
    """
    low, high = (np.asarray(end, dtype=np.float64)[None, :] for end in (lower, upper))
    guards = _guards(expression)
    largest: list[float] = []
    point = low[0]
    for _ in range(_ROUNDS * low.shape[1]):
        open_ = _suspects(expression, guards, low, high)
        low, high = low[open_], high[open_]
        if not len(low):
            return None
        # off the middle, so that it comes nearer to a pole at a middle step by step
        inner = low + 0.382 * (high - low)
        points = np.concatenate([inner, low, high])
        values = np.abs(expression(*points.T))
        worst = int(np.argmax(np.where(np.isnan(values), np.inf, values)))
        point = points[worst]
        if not np.isfinite(values[worst]):
            return Hole(point, float(expression(*point)))
        largest.append(float(values[: len(inner)].max()))
        low, high = _halve(low, high)
        if not len(low):
            break
    return Hole(point, float(expression(*point))) if _grows(largest) else None


def _guards(expression: Expression) -> list[Expression]:
    return [
        _GUARDS[node.operation](node.arguments[-1])
        for node in in_order(expression)
        if node.operation in _GUARDS
        and (node.operation != "power" or node.data[0] != int(node.data[0]))
    ]


def _suspects(expression: Expression, guards: list[Expression], low: Array, high: Array) -> Any:
    """Tell the cells with no finite enclosure, or across the edge of where an operation is real."""
    bottom, top = enclose(expression, low, high)
    suspect = ~(np.isfinite(bottom) & np.isfinite(top))
    for guard in guards:
        least, most = enclose(guard, low, high)
        suspect |= (least < 0) & (most >= 0)
    return suspect


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
