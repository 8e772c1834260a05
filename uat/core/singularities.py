"""Where a formula has no finite value: a search through the box, led by enclosures.

The box is halved again and again. A cell stays while its enclosure is not finite, or while the
argument of a root, a logarithm or the like may leave the function's domain on it. f is evaluated at
the ends and inside of each. So the search finds a pole between two floats and a stretch of NaN far
narrower than any grid, but it may miss a singularity in one of very many cells. A value that is not
finite is certain; a pole is recognised by growth that does not end.

A singularity may be hidden: 0·log|x − c| is 0 except at c, and sin(1/x) stays between −1 and 1.
numpy's infinities have limits: exp(−1/x²) is 0 at 0. But 0·∞, ∞ − ∞, ∞/∞, 0/0 and sin ∞ are NaN. An
enclosure cannot tell such a point from others, since 0·log|x − c| is 0 wherever it has a value. So
the parts of f that are infinite there are searched as formulas of their own: 1 + |u| where u counts,
0 where a condition leaves it out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.enclosure.enclose import enclose_all
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, constant, in_order
from uat.expression.operations import has_pole, real_domain

__all__ = ["Singularity", "find_singularity"]

_MOST_CELLS: Final = 128
"""Cells in a round; more: fewer singularities are missed, slower."""

_ROUNDS: Final = 60
"""Rounds of halving for each coordinate; more: poles are told from steep places better, slower."""

_LEAST_DIVISOR: Final = 1e-300
"""A divisor of at least this size gives no infinite quotient of 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Singularity:
    """A point where f is NaN or infinite, or near which it grows without end."""

    point: Array  # (d,)
    value: float  # f, or its hidden part, at the point; near a pole it is finite
    hidden: bool  # True if a part of f is singular and the rest of f does not show it


def find_singularity(expression: Expression, lower: Any, upper: Any) -> Singularity | None:
    """Search a box with ends (d,) for a point where the formula has no finite value or no bound.

    >>> from uat.expression.parse import parse
    >>> find_singularity(parse("1 / (3*x - 1)"), [0.0], [1.0]).point
    array([0.33333333])
    >>> find_singularity(parse("sqrt(x) * sin(1/x)"), [0.5], [1.0]) is None
    True
    """
    low, high = (np.asarray(end, dtype=np.float64)[None, :] for end in (lower, upper))
    guards, poles = _guards(expression), _unseen_poles(expression)
    divisors = [node.arguments[1] if node.operation == "divide" else node for node in poles]
    (bottom, top), *others = enclose_all((expression, *guards, *divisors), low, high)
    found, regular = None, [(low, high)]
    if _suspects(bottom, top, others[: len(guards)]).any():
        found, regular = _search(expression, guards, low, high, hidden=False)
    may_hide = any(map(_is_power_0, in_order(expression)))
    if found is None and (may_hide or not _are_finite(poles, others[len(guards) :])):
        # in the other cells f itself is infinite, and the search has found nothing
        low, high = (np.concatenate(ends) for ends in zip(*regular, strict=True))
        for part in hidden_parts(expression):
            found = found or _search(part, _guards(part), low, high, hidden=True)[0]
    return found


def _guards(expression: Expression) -> list[Expression]:
    """List what must not be negative for the parts of a formula to be real."""
    guards = []
    for node in in_order(expression):
        domain = real_domain(node.operation, node.data)
        if domain is not None:
            u = node.arguments[-1]
            if np.isfinite(domain.left):
                guards.append(u - domain.left if domain.left else u)
            if np.isfinite(domain.right):
                guards.append(domain.right - u)
    return guards


def _suspects(bottom: Array, top: Array, guards: list[tuple[Array, Array]]) -> Any:
    """Return the cells with no finite enclosure or across the edge of a domain."""
    suspect = ~(np.isfinite(bottom) & np.isfinite(top))
    for least, most in guards:
        suspect |= (least < 0) & (most >= 0)
    return suspect


def _search(
    expression: Expression, guards: list[Expression], low: Array, high: Array, *, hidden: bool
) -> tuple[Singularity | None, list[tuple[Array, Array]]]:
    """Search cells for a singularity; return it, and the smaller cells that can have none."""
    worst, counts, largest, closed = None, True, [], []
    for _ in range(_ROUNDS * low.shape[1]):
        (bottom, top), *edges = enclose_all((expression, *guards), low, high)
        stays = _suspects(bottom, top, edges)
        closed.append((low[~stays], high[~stays]))
        low, high = low[stays], high[stays]
        if not len(low):
            worst = None
            break
        # off the middle, so that it comes nearer to a pole at a middle step by step
        points = np.concatenate([low + 0.382 * (high - low), low, high])
        values = expression(*points.T)
        size = np.where(np.isnan(values), np.inf, np.abs(values))
        i = int(np.argmax(size))
        worst = Singularity(points[i], float(values[i]), hidden)
        if not np.isfinite(worst.value):
            return worst, closed
        largest.append(float(size[: len(low)].max()))
        # a part that a condition leaves out at the pole itself is enclosed from 0 on
        counts = not hidden or bool((bottom[stays] >= 1).any())
        low, high = _halve(low, high)
        if not len(low):
            break
    return worst if counts and _grows(largest) else None, closed


def _halve(low: Array, high: Array) -> tuple[Array, Array]:
    """Cut each cell across its longest side; drop those between neighbouring floats."""
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
    """Return True for growth that does not slow down as the cells shrink, even a logarithm's."""
    quarter = len(largest) // 4
    if quarter < 8:
        return False
    marks = np.maximum.accumulate(largest)[quarter - 1 :: quarter]
    steps = np.diff(marks)
    return bool((steps > 0.5 * steps[0]).all() and steps[0] > 1e-9 * marks[0])


_Nodes = set[Expression]
_Parts = tuple[Expression, ...]


def _unseen_poles(expression: Expression) -> list[Expression]:
    """List the nodes that may be infinite though the enclosure of f is finite."""
    nodes = in_order(expression)
    seen = {expression}
    for node in reversed(nodes):
        factors = sum(not _is_not_zero(a) for a in node.arguments)
        if node in seen and (
            node.operation in ("add", "subtract", "negative", "absolute")
            or (node.operation == "multiply" and factors == 1)
        ):
            seen.update(node.arguments)
    return [node for node in nodes if _may_be_infinite(node) and node not in seen]


def _are_finite(poles: list[Expression], ranges: list[tuple[Array, Array]]) -> bool:
    """Check that no pole lies in the box, by the ranges of the divisors and of the other nodes."""
    for node, (low, high) in zip(poles, ranges, strict=True):
        if node.operation == "divide":
            finite = (low >= _LEAST_DIVISOR) | (high <= -_LEAST_DIVISOR)
        else:
            finite = np.isfinite(low) & np.isfinite(high)
        if not finite.all():
            return False
    return True


def _may_be_infinite(node: Expression) -> bool:
    if node.operation == "divide":
        return not _is_not_zero(node.arguments[1])
    return has_pole(node.operation, node.data)


def _is_not_zero(node: Expression) -> bool:
    return node.operation == "pi" or (node.operation == "constant" and node.data[0] != 0)


def hidden_parts(expression: Expression) -> _Parts:
    """List formulas that are infinite where the given one is NaN because its parts are infinite.

    >>> from uat.expression.parse import parse
    >>> hidden_parts(parse("x + 0*log(x)"))
    (<Expression 1 + abs(log(x))>,)
    """
    unbounded: _Nodes = set()
    parts: dict[Expression, _Parts] = {}
    for node in in_order(expression):
        if _may_be_infinite(node) or not unbounded.isdisjoint(node.arguments):
            unbounded.add(node)
        if node.operation == "where":
            found = _chosen(node.arguments[0], *(parts[a] for a in node.arguments[1:]))
        else:
            inner = [part for argument in node.arguments for part in parts[argument]]
            found = (*inner, *_own_parts(node, unbounded))
        parts[node] = tuple(dict.fromkeys(found))
    return parts[expression]


def _is_power_0(node: Expression) -> bool:
    return node.operation == "power" and node.data[0] == 0


def _own_parts(node: Expression, unbounded: _Nodes) -> _Parts:
    if _is_power_0(node):
        return (_size(node.arguments[0]),)
    rule = _HIDING.get(node.operation)
    return rule(*node.arguments, unbounded) if rule else ()


def _chosen(condition: Expression, yes: _Parts, no: _Parts) -> _Parts:
    """Let the parts of each branch count where it is chosen."""
    if condition.operation == "logical_not":
        return _chosen(condition.arguments[0], no, yes)
    if condition.operation == "equal":
        a, b = condition.arguments
        apart = {a - b, b - a, a if b is constant(0.0) else b if a is constant(0.0) else None}
        no = tuple(part for part in no if not _has_poles_only_at(apart, part))
    return (
        *(apply("where", condition, part, 0) for part in yes),
        *(apply("where", condition, 0, part) for part in no),
    )


def _has_poles_only_at(divisors: set[Expression | None], part: Expression) -> bool:
    """Return True if the part has a finite value wherever the divisors are not 0."""
    doubtful = [
        node
        for node in in_order(part)
        if _may_be_infinite(node) or real_domain(node.operation, node.data) is not None
    ]
    return all(n.operation == "divide" and n.arguments[1] in divisors for n in doubtful)


def _size(u: Expression) -> Expression:
    return 1 + apply("absolute", u)


def _while_zero(factor: Expression, other: Expression) -> _Parts:
    """Let the other factor count where this one is 0."""
    if factor is constant(0.0):
        return (_size(other),)
    if _is_not_zero(factor):
        return ()
    return (apply("where", apply("equal", factor, 0), _size(other), 0),)


def _product(a: Expression, b: Expression, unbounded: _Nodes) -> _Parts:
    """0·∞."""
    pairs = ((a, b), (b, a))
    return tuple(p for u, v in pairs if v in unbounded for p in _while_zero(u, v))


def _both(a: Expression, b: Expression, unbounded: _Nodes) -> _Parts:
    """∞ − ∞."""
    if a not in unbounded or b not in unbounded:
        return ()
    return (apply("minimum", _size(a), _size(b)),)


def _quotient(a: Expression, b: Expression, unbounded: _Nodes) -> _Parts:
    """0/0 and ∞/∞."""
    zeros = () if _is_not_zero(b) else _while_zero(a, apply("divide", 1, b))
    return zeros + _both(a, b, unbounded)


def _log_product(a: Expression, u: Expression, unbounded: _Nodes) -> _Parts:
    """∞·log 1; 0·log 0 is 0."""
    return _while_zero(u - 1, a) if a in unbounded else ()


def _wave(u: Expression, unbounded: _Nodes) -> _Parts:
    """Sin ∞."""
    return (_size(u),) if u in unbounded else ()


_HIDING: Final[dict[str, Callable[..., _Parts]]] = {
    "multiply": _product,
    "xlogy": _log_product,
    "add": _both,
    "subtract": _both,
    "divide": _quotient,
    **dict.fromkeys(("sin", "cos", "tan", "sinc"), _wave),
}
