"""f without its kinks, on a cell where every |u|, min, max and `where` is one of its branches.

There |u| is u throughout, or −u. The formula of the branches is analytic; it continues into the
complex plane, which the one with the kinks does not.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from uat.enclosure.balls import is_analytic
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression, constant, in_order

__all__ = ["smooth_on"]


def smooth_on(f: Expression, lower: Array, upper: Array) -> Expression | None:
    """Find a formula, analytic off its cuts and poles, that equals f on a cell, (d,) ends.

    There is none where a kink may lie inside the cell, or f has an operation of no analytic
    branches.

    >>> import numpy as np
    >>> from uat.expression.parse import parse
    >>> smooth_on(parse("abs(x - 0.5)"), np.array([0.5]), np.array([1.0]))
    <Expression x - 0.5>
    """
    if is_analytic(f):
        return f
    values: dict[Expression, Expression] = {}
    for node in in_order(f):
        inner = tuple(values[a] for a in node.arguments)
        decide = _DECISIONS.get(node.operation)
        if decide is None:
            values[node] = Expression(node.operation, inner, node.data)
            continue

        def limits(u: Expression) -> tuple[float, float]:
            low, high = enclose(u, lower[None, :], upper[None, :])
            return float(low[0]), float(high[0])

        chosen = decide(limits, node, *inner)
        if chosen is None:
            return None
        values[node] = chosen
    return values[f] if is_analytic(values[f]) else None


Limits = Callable[[Expression], tuple[float, float]]


def _absolute(limits: Limits, _node: Expression, u: Expression) -> Expression | None:
    low, high = limits(u)
    return u if low >= 0 else -u if high <= 0 else None


def _sign(limits: Limits, _node: Expression, u: Expression) -> Expression | None:
    low, high = limits(u)
    return constant(1.0) if low > 0 else constant(-1.0) if high < 0 else None


def _minimum(limits: Limits, _node: Expression, a: Expression, b: Expression) -> Expression | None:
    low, high = limits(a - b)
    return a if high <= 0 else b if low >= 0 else None


def _maximum(limits: Limits, _node: Expression, a: Expression, b: Expression) -> Expression | None:
    low, high = limits(a - b)
    return b if high <= 0 else a if low >= 0 else None


def _condition(limits: Limits, node: Expression, *_inner: Expression) -> Expression | None:
    low, high = limits(node)
    return constant(low) if low == high else None


def _where(
    _limits: Limits, _node: Expression, condition: Expression, a: Expression, b: Expression
) -> Expression | None:
    return a if condition.data[0] else b


def _interp(limits: Limits, node: Expression, u: Expression) -> Expression | None:
    half = len(node.data) // 2
    knots, values = node.data[:half], [constant(v) for v in node.data[half:]]
    low, high = limits(u)
    if high <= knots[0]:
        return values[0]
    if low >= knots[-1]:
        return values[-1]
    for i, (left, right) in enumerate(pairwise(knots)):
        if left <= low and high <= right:
            slope = (values[i + 1] - values[i]) / (constant(right) - left)
            return values[i] + slope * (u - left)
    return None


_DECISIONS: Final[dict[str, Callable[..., Any]]] = {
    "absolute": _absolute,
    "sign": _sign,
    "minimum": _minimum,
    "maximum": _maximum,
    **dict.fromkeys(
        ("less", "less_equal", "equal", "logical_and", "logical_or", "logical_not"), _condition
    ),
    "where": _where,
    "interp": _interp,
}
