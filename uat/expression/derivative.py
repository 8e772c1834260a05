"""The derivative of a formula: the slope of every node, carried forward by the chain rule.

The rule of each operation stands beside its value in `operations.py`.
"""

from functools import lru_cache

from uat.expression.graph import Expression, apply, as_expression, constant, coordinate, in_order
from uat.expression.operations import OPERATIONS

__all__ = ["derivative"]


@lru_cache(maxsize=512)
def derivative(expression: Expression, index: int) -> Expression:
    """Differentiate with respect to the coordinate x_index; see `Expression.derivative`.

    >>> derivative(coordinate(0) ** 2, 0)
    <Expression 2*x>
    """
    zero, one = constant(0.0), constant(1.0)
    slopes: dict[Expression, Expression] = {}
    for node in in_order(expression):
        if node.operation in ("constant", "coordinate"):
            slopes[node] = one if node is coordinate(index) else zero
            continue
        inner = [slopes[a] for a in node.arguments]
        flat = all(slope is zero for slope in inner)
        slopes[node] = zero if flat else _chain_rule(node, inner)
    return slopes[expression]


def _chain_rule(node: Expression, slopes: list[Expression]) -> Expression:
    rule = OPERATIONS[node.operation]
    if rule.chain is not None:
        return as_expression(rule.chain(apply, slopes, *node.arguments, node))
    total = constant(0.0)
    partials = rule.partials(apply, *node.arguments, node)
    for slope, partial in zip(slopes, partials, strict=True):
        total = _plus(total, _times(slope, as_expression(partial)))
    return total


def _plus(a: Expression, b: Expression) -> Expression:
    zero = constant(0.0)
    return b if a is zero else a if b is zero else a + b


def _times(a: Expression, b: Expression) -> Expression:
    zero, one = constant(0.0), constant(1.0)
    if zero in (a, b):
        return zero
    return b if a is one else a if b is one else a * b
