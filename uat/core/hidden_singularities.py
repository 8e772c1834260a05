"""The parts of a formula that are infinite where it has no value, though it stays bounded beside.

numpy's infinities have limits: exp(−1/x²) is 0 at 0. But 0·∞, ∞ − ∞, ∞/∞, 0/0 and sin ∞ are NaN.
An enclosure cannot tell them from a value, as 0·log|x − c| is 0 wherever it is anything. So the
parts that are infinite there are formulas of their own: 1 + |u| where u counts, 0 where a condition
leaves it out.
"""

from collections.abc import Callable
from functools import partial, reduce
from typing import Final

import numpy as np

from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, constant, in_order

__all__ = ["hidden_parts"]

_POLES: Final = frozenset({"log", "log1p", "xlogy", "tan", "arctanh"})
_Unbounded = set[Expression]
_Parts = tuple[Expression, ...]


def hidden_parts(expression: Expression, low: Array, high: Array) -> _Parts:
    """List formulas that are infinite where the given one is NaN for its infinite parts.

    None where no part is infinite on the cells between `low` and `high`, (cells, d).

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> hidden_parts(parse("x + 0*log(x)"), np.array([[0.0]]), np.array([[1.0]]))
    (<Expression 1 + abs(log(x))>,)
    >>> hidden_parts(parse("x + 0*log(x)"), np.array([[0.5]]), np.array([[1.0]]))
    ()
    """
    if _is_bounded(expression, low, high):
        return ()
    unbounded: _Unbounded = set()
    parts: dict[Expression, _Parts] = {}
    for node in in_order(expression):
        if _has_pole(node) or not unbounded.isdisjoint(node.arguments):
            unbounded.add(node)
        if node.operation == "where":
            found = _chosen(node.arguments[0], *(parts[a] for a in node.arguments[1:]))
        else:
            inner = [part for argument in node.arguments for part in parts[argument]]
            found = (*inner, *_own_parts(node, unbounded))
        parts[node] = tuple(dict.fromkeys(found))
    return parts[expression]


def _is_bounded(expression: Expression, low: Array, high: Array) -> bool:
    """Check that every part with a pole is finite on all cells, or f infinite with it."""
    nodes = in_order(expression)
    if any(node.operation == "power" and node.data[0] == 0 for node in nodes):
        return False
    seen = _seen(expression)
    poles = [
        apply("absolute", 1 / node.arguments[1] if node.operation == "divide" else node)
        for node in nodes
        if _has_pole(node) and node not in seen
    ]
    if not poles:
        return True
    return bool(np.isfinite(enclose(reduce(partial(apply, "maximum"), poles), low, high)[1]).all())


def _seen(expression: Expression) -> set[Expression]:
    """Collect the parts that cannot be infinite but that the enclosure of f is, too."""
    seen = {expression}
    for node in reversed(in_order(expression)):
        factors = sum(not _is_not_zero(a) for a in node.arguments)
        if node in seen and (
            node.operation in ("add", "subtract", "negative", "absolute")
            or (node.operation == "multiply" and factors == 1)
        ):
            seen.update(node.arguments)
    return seen


def _has_pole(node: Expression) -> bool:
    if node.operation == "divide":
        return not _is_not_zero(node.arguments[1])
    return node.operation in _POLES or (node.operation == "power" and node.data[0] < 0)


def _is_not_zero(node: Expression) -> bool:
    return node.operation == "pi" or (node.operation == "constant" and node.data[0] != 0)


def _own_parts(node: Expression, unbounded: _Unbounded) -> _Parts:
    if node.operation == "power" and node.data[0] == 0:
        return (_size(node.arguments[0]),)
    rule = _HIDING.get(node.operation)
    return rule(*node.arguments, unbounded) if rule else ()


def _chosen(condition: Expression, yes: _Parts, no: _Parts) -> _Parts:
    return (
        *(apply("where", condition, part, 0) for part in yes),
        *(apply("where", condition, 0, part) for part in no),
    )


def _size(u: Expression) -> Expression:
    return 1 + apply("absolute", u)


def _while_zero(factor: Expression, other: Expression) -> _Parts:
    """Let the other factor count where this one is 0."""
    if factor is constant(0.0):
        return (_size(other),)
    if _is_not_zero(factor):
        return ()
    return (apply("where", apply("equal", factor, 0), _size(other), 0),)


def _product(a: Expression, b: Expression, unbounded: _Unbounded) -> _Parts:
    """0·∞."""
    pairs = ((a, b), (b, a))
    return tuple(p for u, v in pairs if v in unbounded for p in _while_zero(u, v))


def _both(a: Expression, b: Expression, unbounded: _Unbounded) -> _Parts:
    """∞ − ∞."""
    if a not in unbounded or b not in unbounded:
        return ()
    return (apply("minimum", _size(a), _size(b)),)


def _quotient(a: Expression, b: Expression, unbounded: _Unbounded) -> _Parts:
    """0/0 and ∞/∞."""
    zeros = () if _is_not_zero(b) else _while_zero(a, apply("divide", 1, b))
    return zeros + _both(a, b, unbounded)


def _log_product(a: Expression, u: Expression, unbounded: _Unbounded) -> _Parts:
    """∞·log 1; 0·log 0 is 0."""
    return _while_zero(u - 1, a) if a in unbounded else ()


def _wave(u: Expression, unbounded: _Unbounded) -> _Parts:
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
