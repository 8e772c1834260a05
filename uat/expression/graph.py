"""A formula as a graph: what a target f and an activation σ are made of.

A node is an operation on nodes, a coordinate or a constant. Equal nodes are one object, so a
subexpression that occurs twice is stored, evaluated and differentiated once. A constant is the
double it was given as. What an operation does lies in `operations.py`, one rule beside the other.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Self
from weakref import WeakValueDictionary

import numpy as np

from uat.errors import InputError, WrongType
from uat.expression.constant_folding import exact_value
from uat.expression.operations import CONDITIONS, OPERATIONS, PARTIAL, takes

__all__ = [
    "Expression",
    "Table",
    "apply",
    "as_array",
    "as_condition",
    "as_expression",
    "condition_count",
    "constant",
    "coordinate",
    "in_order",
    "last_uses",
    "may_be_undefined",
    "power",
]

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
        """Return the one node of this operation, these arguments and these numbers."""
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
        from uat.expression.table import from_table

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
        if any(isinstance(getattr(c, "expression", c), Expression) for c in coordinates):
            return self._at_symbols(coordinates)
        arrays = [as_array(c, "a coordinate") for c in coordinates]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        value = np.asarray(_evaluate(self, arrays), dtype=np.float64)
        return float(value) if shape == () else np.array(np.broadcast_to(value, shape))

    def _at_symbols(self, coordinates: Sequence[Any]) -> Any:
        """Put tracers or Expressions in place of the coordinates; the answer is of their kind."""
        from uat.expression.trace import Tracer

        whole = self.compose(*(c.expression if isinstance(c, Tracer) else c for c in coordinates))
        return Tracer(whole) if any(isinstance(c, Tracer) for c in coordinates) else whole

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
        from uat.expression.derivative import derivative

        return derivative(self, int(index))

    def compose(self, *inner: Any) -> "Expression":
        """Put expressions (or numbers) in place of the coordinates.

        Examples
        --------
        >>> x = coordinate(0)
        >>> (x**2).compose(x + 1) is (x + 1) ** 2
        True
        """
        given = [as_expression(e) for e in inner]
        if len(given) < self.dimension:
            raise InputError(
                f"{len(given)} expressions given; this expression needs {self.dimension}"
            )
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


def as_array(value: Any, what: str) -> Any:
    """Read real numbers as float64, for what they are given as."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InputError(f"a ragged list given as {what}: {error}") from error
    if array.dtype.kind not in "biuf":
        raise WrongType(f"{array.dtype} values given as {what}; real numbers are needed")
    return array.astype(np.float64, copy=False)


def as_expression(value: Any) -> Expression:
    """Take an Expression as it is, and a real number as a constant."""
    if isinstance(value, Expression):
        return value
    array = np.asarray(value) if np.isscalar(value) or isinstance(value, np.ndarray) else None
    if array is None or array.shape != () or array.dtype.kind not in "biuf":
        raise WrongType(f"{value!r:.80} given in a formula; a real number is needed")
    return constant(float(array))


def as_condition(value: Any) -> Expression:
    """Take a comparison as it is; anything else is true where it is not 0, as in numpy."""
    node = as_expression(value)
    return node if node.operation in CONDITIONS else apply("logical_not", apply("equal", node, 0))


def apply(operation: str, *arguments: Any, data: Sequence[float] = ()) -> Expression:
    """Apply an operation of the table to expressions and numbers."""
    if operation not in OPERATIONS:
        raise InputError(f"no operation {operation!r}; there are {', '.join(OPERATIONS)}")
    conditions = condition_count(operation)
    nodes = [as_condition(a) for a in arguments[:conditions]]
    nodes += [as_expression(a) for a in arguments[conditions:]]
    numbers = tuple(float(v) + 0.0 for v in data)
    if len(nodes) != OPERATIONS[operation].arity or not takes(operation, numbers):
        raise InputError(f"{operation} does not take {len(nodes)} argument(s) and {numbers!r:.60}")
    node = Expression(operation, tuple(nodes), numbers)
    value = exact_value(node)
    return node if value is None else constant(value)


def power(base: Expression, exponent: Expression) -> Expression:
    """Raise to a power: a constant exponent is kept, another one goes by exp and log."""
    if exponent.operation == "constant":
        if exponent.data[0] == 1.0:
            return base
        if exponent.data[0] == 0.0 and not may_be_undefined(base):
            return constant(1.0)
        return apply("power", base, data=exponent.data)
    if base.operation == "constant" and base.data[0] > 0:
        return apply("exp", exponent * apply("log", base))
    return apply("exp", apply("xlogy", exponent, base))


def may_be_undefined(expression: Expression) -> bool:
    """Check whether an operation of the graph has no value for some arguments."""
    return any(
        node.operation in PARTIAL
        or (node.operation == "power" and (node.data[0] < 0 or node.data[0] % 1 != 0))
        for node in in_order(expression)
    )


def condition_count(operation: str) -> int:
    """Count the first arguments that must be conditions."""
    if operation.startswith("logical_"):
        return OPERATIONS[operation].arity
    return 1 if operation == "where" else 0


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


def _binary(operation: str, left: Any, right: Any) -> Expression:
    ours = all(isinstance(v, Expression | int | float | np.number) for v in (left, right))
    return apply(operation, left, right) if ours else NotImplemented


def _evaluate(expression: Expression, coordinates: Sequence[Any]) -> Any:
    """Run through the graph in order; a value is dropped after its last use."""
    values: dict[Expression, Any] = {}
    with np.errstate(all="ignore"):
        for node, last_used in last_uses(expression):
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
def last_uses(expression: Expression) -> list[tuple[Expression, list[Expression]]]:
    """Pair each node, in order, with the arguments that no later node needs."""
    seen = {expression}
    plan: list[tuple[Expression, list[Expression]]] = []
    for node in reversed(in_order(expression)):
        fresh = [a for a in dict.fromkeys(node.arguments) if a not in seen]
        seen.update(fresh)
        plan.append((node, fresh))
    return plan[::-1]
