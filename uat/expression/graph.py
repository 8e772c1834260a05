"""A formula as a graph: what a target f and an activation σ are made of.

A node is an operation on nodes, a coordinate or a constant. Equal nodes are one object, so a
subexpression that occurs twice is stored, evaluated and differentiated once. A constant is the
double it was given as. What an operation does lies in `operations.py`, one rule beside the other.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, Self
from weakref import WeakValueDictionary

import numpy as np

from uat.errors import InputError, WrongType
from uat.expression.operations import OPERATIONS

__all__ = ["Expression", "apply", "constant", "coordinate", "from_table", "in_order"]

Table = list[tuple[str, list[int], list[float]]]

_known: Final[WeakValueDictionary[tuple[Any, ...], "Expression"]] = WeakValueDictionary()


class Expression:
    """A continuous function given by its formula: a node of the graph, with all that it needs.

    Made by `trace`, `parse` and the operators, never by its class. Immutable; equal graphs are
    the same object.

    Examples
    --------
    >>> x = coordinate(0)
    >>> f = x**2 + 1
    >>> f(3.0)
    10.0
    >>> f is 1 + x * x
    False
    >>> f is x**2 + 1.0
    True
    """

    __slots__ = ("__weakref__", "arguments", "data", "dimension", "operation")

    operation: str
    arguments: tuple["Expression", ...]
    data: tuple[float, ...]
    dimension: int
    __array_ufunc__ = None

    def __new__(
        cls, operation: str, arguments: tuple["Expression", ...] = (), data: tuple[float, ...] = ()
    ) -> Self:
        """Give the one node of this operation, these arguments and these numbers."""
        key = (operation, arguments, data)
        known = _known.get(key)
        if known is not None:
            return known  # type: ignore[return-value]
        self = super().__new__(cls)
        dimension = max((argument.dimension for argument in arguments), default=0)
        if operation == "coordinate":
            dimension = int(data[0]) + 1
        for name, value in (
            ("operation", operation),
            ("arguments", arguments),
            ("data", data),
            ("dimension", dimension),
        ):
            object.__setattr__(self, name, value)
        _known[key] = self
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Expression does not change: {name} cannot be set")

    def __reduce__(self) -> tuple[Any, ...]:
        return from_table, (self.to_table(),)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate at coordinates: numbers, arrays (broadcast), tracers or Expressions.

        Parameters
        ----------
        *coordinates : float or ndarray
            One a coordinate, of any shapes that broadcast.

        Returns
        -------
        float or ndarray
            float64, of the broadcast shape. No warning where the formula overflows or has no
            value: inf and NaN say it.
        """
        if len(coordinates) < self.dimension:
            raise InputError(
                f"{len(coordinates)} coordinates given; this expression needs {self.dimension}"
            )
        inner = [getattr(c, "expression", c) for c in coordinates]
        if any(isinstance(e, Expression) for e in inner):
            whole = self.compose(*inner)
            tracers = [type(c) for c in coordinates if hasattr(c, "expression")]
            return tracers[0](whole) if tracers else whole
        arrays = [np.asarray(c, dtype=np.float64) for c in coordinates]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        value = np.asarray(_evaluate(self, arrays), dtype=np.float64)
        return float(value) if shape == () else np.array(np.broadcast_to(value, shape))

    def derivative(self, index: int = 0) -> "Expression":
        """Differentiate with respect to one coordinate.

        Where the expression has a kink the result takes one of the two slopes; where a condition
        may make it jump the result is enclosed by the whole line (see `enclose.py`), so that a
        proof never takes a jump for a slope.

        Examples
        --------
        >>> x = coordinate(0)
        >>> (x**3).derivative()(2.0)
        12.0
        """
        return _derivative(self, index)

    def compose(self, *inner: Any) -> "Expression":
        """Put expressions (or numbers) in place of the coordinates.

        Examples
        --------
        >>> x = coordinate(0)
        >>> (x**2).compose(x + 1) is (x + 1) ** 2
        True
        """
        given = [as_expression(e) for e in inner]
        values: dict[Expression, Expression] = {}
        for node in in_order(self):
            if node.operation == "coordinate":
                values[node] = given[int(node.data[0])]
            else:
                values[node] = Expression(
                    node.operation, tuple(values[a] for a in node.arguments), node.data
                )
        return values[self]

    def to_table(self) -> Table:
        """List the nodes, arguments first, as (operation, places of the arguments, numbers)."""
        order = in_order(self)
        place = {node: i for i, node in enumerate(order)}
        return [(n.operation, [place[a] for a in n.arguments], list(n.data)) for n in order]

    def __repr__(self) -> str:
        from uat.expression.latex import plain

        return f"<Expression {plain(self)}>"

    def __add__(self, other: Any) -> "Expression":
        return _binary("add", self, other)

    def __radd__(self, other: Any) -> "Expression":
        return _binary("add", other, self)

    def __sub__(self, other: Any) -> "Expression":
        return _binary("subtract", self, other)

    def __rsub__(self, other: Any) -> "Expression":
        return _binary("subtract", other, self)

    def __mul__(self, other: Any) -> "Expression":
        return _binary("multiply", self, other)

    def __rmul__(self, other: Any) -> "Expression":
        return _binary("multiply", other, self)

    def __truediv__(self, other: Any) -> "Expression":
        return _binary("divide", self, other)

    def __rtruediv__(self, other: Any) -> "Expression":
        return _binary("divide", other, self)

    def __pow__(self, other: Any) -> "Expression":
        return power(self, as_expression(other))

    def __rpow__(self, other: Any) -> "Expression":
        return power(as_expression(other), self)

    def __neg__(self) -> "Expression":
        return apply("negative", self)

    def __pos__(self) -> "Expression":
        return self

    def __abs__(self) -> "Expression":
        return apply("absolute", self)


def constant(value: float) -> Expression:
    """Make the node of a number: that double, exactly."""
    number = float(value)
    if not np.isfinite(number):
        raise InputError(f"{number} given as a constant of a formula; a finite number is needed")
    return Expression("constant", (), (number + 0.0,))


def coordinate(index: int) -> Expression:
    """Make the node of the coordinate x_index."""
    return Expression("coordinate", (), (float(index),))


def as_expression(value: Any) -> Expression:
    """Take an Expression as it is, and a real number as a constant."""
    if isinstance(value, Expression):
        return value
    array = np.asarray(value)
    if array.shape != () or array.dtype.kind not in "biuf":
        raise WrongType(f"{value!r} given in a formula; a real number is needed")
    return constant(float(array))


def apply(operation: str, *arguments: Any, data: Sequence[float] = ()) -> Expression:
    """Apply an operation of the table to expressions and numbers."""
    if operation not in OPERATIONS:
        raise InputError(f"no operation {operation!r}; there are {', '.join(OPERATIONS)}")
    return Expression(
        operation, tuple(as_expression(a) for a in arguments), tuple(float(v) for v in data)
    )


def power(base: Expression, exponent: Expression) -> Expression:
    """Raise to a power: a constant exponent is kept, another one goes by exp and log."""
    if exponent.operation == "constant":
        if exponent.data[0] in (0.0, 1.0):
            return base if exponent.data[0] else constant(1.0)
        return apply("power", base, data=exponent.data)
    return apply("exp", exponent * apply("log", base))


def from_table(table: Iterable[tuple[str, Sequence[int], Sequence[float]]]) -> Expression:
    """Build the graph that `Expression.to_table` listed; its last row is the whole."""
    nodes: list[Expression] = []
    try:
        for operation, arguments, data in table:
            known = OPERATIONS.get(operation)
            places = [int(i) for i in arguments]
            if operation not in ("constant", "coordinate") and known is None:
                raise InputError(f"no operation {operation!r} in this version")
            if (known is not None and len(places) != known.arity) or any(
                not 0 <= i < len(nodes) for i in places
            ):
                raise InputError(f"row {len(nodes)} of the table of an expression does not fit")
            numbers = tuple(float(v) for v in data)
            nodes.append(Expression(operation, tuple(nodes[i] for i in places), numbers))
    except (TypeError, ValueError) as error:
        raise InputError(f"not the table of an expression: {error}") from error
    if not nodes:
        raise InputError("an empty table given; the table of an expression is needed")
    return nodes[-1]


@lru_cache(maxsize=512)
def in_order(expression: Expression) -> tuple[Expression, ...]:
    """List the nodes of a graph once each, arguments before what uses them."""
    order: dict[Expression, None] = {}
    stack = [(expression, False)]
    while stack:
        node, ready = stack.pop()
        if node in order:
            continue
        if ready:
            order[node] = None
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.arguments))
    return tuple(order)


def _binary(operation: str, left: Any, right: Any) -> Any:
    ours = all(isinstance(v, Expression | int | float | np.number) for v in (left, right))
    return apply(operation, left, right) if ours else NotImplemented


def _evaluate(expression: Expression, coordinates: Sequence[Any]) -> Any:
    """Run through the graph in order; a value is dropped after its last use."""
    values: dict[Expression, Any] = {}
    with np.errstate(all="ignore"):
        for node, last_used in _plan(expression):
            if node.operation == "coordinate":
                values[node] = coordinates[int(node.data[0])]
            elif node.operation == "constant":
                values[node] = node.data[0]
            else:
                inner = (values[a] for a in node.arguments)
                values[node] = OPERATIONS[node.operation].value(*inner, *node.data)
            for argument in last_used:
                del values[argument]
    return values[expression]


@lru_cache(maxsize=512)
def _plan(expression: Expression) -> list[tuple[Expression, list[Expression]]]:
    """Pair each node with the arguments that no later node needs."""
    seen = {expression}
    plan: list[tuple[Expression, list[Expression]]] = []
    for node in reversed(in_order(expression)):
        fresh = [a for a in dict.fromkeys(node.arguments) if a not in seen]
        seen.update(fresh)
        plan.append((node, fresh))
    return plan[::-1]


@lru_cache(maxsize=512)
def _derivative(expression: Expression, index: int) -> Expression:
    """Carry the slope of every node forward, by the chain rule."""
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
