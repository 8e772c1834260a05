"""A formula as a graph: what a target f and an activation σ are made of.

A node is an operation on nodes, a coordinate or a constant. Equal nodes are one object, so a
subexpression that occurs twice is stored, evaluated and differentiated once. What an operation
does stands in `operations.py`.

A constant is the double it was given as. A short formula of constants whose exact value is a double
becomes that constant: 1/2 is 0.5, but 1/3 stays a quotient, so that nothing is rounded.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import index
from typing import Any, Final, Self
from weakref import WeakValueDictionary

import numpy as np

from uat.errors import InputError, WrongType, counted
from uat.expression.notebook import shown
from uat.expression.operations import (
    CONDITIONS,
    OPERATIONS,
    REGULARITIES,
    Regularity,
    has_pole,
    real_domain,
    takes,
)

__all__ = [
    "Expression", "apply", "as_array", "as_expression", "constant", "coordinate", "from_table",
    "in_order", "last_uses", "may_be_undefined", "power", "regularity",
]  # fmt: skip

Table = list[tuple[str, list[int], list[float]]]

_DEEPEST: Final = 16
"""Depth of formulas that become one constant; more: folds longer ones, builds slower."""

_known: Final[WeakValueDictionary[tuple[Any, ...], "Expression"]] = WeakValueDictionary()


class Expression:
    """A continuous function given by its formula: a node of the graph with all nodes below it.

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
        """Return the only node with this operation, these arguments and these numbers."""
        key = (operation, arguments, data)
        known = _known.get(key)
        if known is not None:
            return known  # type: ignore[return-value]
        self = super().__new__(cls)
        dimension = max((argument.dimension for argument in arguments), default=0)
        if operation == "coordinate":
            dimension = int(data[0]) + 1
        object.__setattr__(self, "operation", operation)
        object.__setattr__(self, "arguments", arguments)
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "dimension", dimension)
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
            One for each coordinate; their shapes must broadcast.

        Returns
        -------
        float or ndarray
            float64, of the broadcast shape. Where the formula overflows or has no value it is inf
            or NaN, without a warning.
        """
        if len(coordinates) < self.dimension:
            raise InputError(
                f"{counted(len(coordinates), 'coordinate')} given; this expression needs "
                f"{self.dimension}"
            )
        if any(isinstance(getattr(c, "expression", c), Expression) for c in coordinates):
            return self._at_symbols(coordinates)
        arrays = [as_array(c, "a coordinate") for c in coordinates]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        value = np.asarray(_evaluate(self, arrays), dtype=np.float64)
        return float(value) if shape == () else np.array(np.broadcast_to(value, shape))

    def _at_symbols(self, coordinates: Sequence[Any]) -> Any:
        """Put tracers or Expressions in place of the coordinates; return the same kind."""
        from uat.expression.trace import Tracer

        whole = self.compose(*(c.expression if isinstance(c, Tracer) else c for c in coordinates))
        return Tracer(whole) if any(isinstance(c, Tracer) for c in coordinates) else whole

    def derivative(self, index: int = 0) -> "Expression":
        """Differentiate with respect to one coordinate.

        At a kink the derivative is one of the two slopes. Where a condition may make the
        expression jump, the derivative is enclosed by the whole line (see `enclose.py`), so that a
        proof never takes a jump for a slope.

        Examples
        --------
        >>> x = coordinate(0)
        >>> (x**3).derivative()(2.0)
        12.0
        """
        return _derivative(self, int(index))

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
        """List the nodes, arguments first, as (operation, indices of the arguments, numbers)."""
        order = in_order(self)
        number = {node: i for i, node in enumerate(order)}
        return [(n.operation, [number[a] for a in n.arguments], list(n.data)) for n in order]

    _repr_mimebundle_ = shown

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
    """Return the node of a number: that double, exactly."""
    number = float(value)
    if not np.isfinite(number):
        raise InputError(f"{number} given as a constant of a formula; a finite number is needed")
    return Expression("constant", (), (number + 0.0,))


def coordinate(index: int) -> Expression:
    """Return the node of the coordinate x_index."""
    return Expression("coordinate", (), (float(index),))


def as_array(value: Any, what: str) -> Any:
    """Read real numbers as float64; `what` names them in the message of an error."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InputError(f"a ragged list given as {what}: {error}") from error
    if array.dtype.kind not in "biuf":
        raise WrongType(f"{array.dtype} values given as {what}; real numbers are needed")
    return array.astype(np.float64, copy=False)


def as_expression(value: Any) -> Expression:
    """Return an Expression as it is, and a real number as a constant."""
    if isinstance(value, Expression):
        return value
    array = np.asarray(value) if np.isscalar(value) or isinstance(value, np.ndarray) else None
    if array is None or array.shape != () or array.dtype.kind not in "biuf":
        raise WrongType(f"{value!r:.80} given in a formula; a real number is needed")
    return constant(float(array))


def _as_condition(value: Any) -> Expression:
    """Return a comparison as it is; anything else is true where it is not 0, as in numpy."""
    node = as_expression(value)
    return node if node.operation in CONDITIONS else apply("logical_not", apply("equal", node, 0))


def apply(operation: str, *arguments: Any, data: Sequence[float] = ()) -> Expression:
    """Apply an operation of the table to expressions and numbers."""
    rule = OPERATIONS.get(operation)
    if rule is None:
        raise InputError(f"no operation {operation!r}; there are {', '.join(OPERATIONS)}")
    conditions = rule.conditions
    nodes = [_as_condition(a) for a in arguments[:conditions]]
    nodes += [as_expression(a) for a in arguments[conditions:]]
    numbers = tuple(float(v) + 0.0 for v in data)
    if len(nodes) != rule.arity or not takes(operation, numbers):
        raise InputError(
            f"{operation} does not take {counted(len(nodes), 'argument')} and {numbers!r:.60}"
        )
    node = Expression(operation, tuple(nodes), numbers)
    value = None if node.dimension else _exact_double(node)
    return node if value is None else constant(value)


def _exact_double(node: Expression) -> float | None:
    """Return the double that a formula of constants is exactly; None where it is none."""
    value = _rational(node, _DEEPEST)
    try:
        return float(value) if value is not None and float(value) == value else None
    except OverflowError:
        return None


def _rational(node: Expression, depth: int) -> Fraction | None:
    if node.operation == "constant":
        return Fraction(node.data[0])
    exact = OPERATIONS[node.operation].exact
    if exact is None or depth == 0:
        return None
    inner = [_rational(argument, depth - 1) for argument in node.arguments]
    if None in inner:
        return None
    try:
        return exact(*inner, *node.data)
    except ZeroDivisionError:
        return None


def power(base: Expression, exponent: Expression) -> Expression:
    """Raise to a power: one node for a constant exponent, exp and log for another."""
    if exponent.operation == "constant":
        if exponent.data[0] == 1.0:
            return base
        if exponent.data[0] == 0.0 and not may_be_undefined(base):
            return constant(1.0)
        return apply("power", base, data=exponent.data)
    if base is apply("exp", 1):
        return apply("exp", exponent)
    if base.operation == "constant" and base.data[0] > 0:
        return apply("exp", exponent * apply("log", base))
    return apply("exp", apply("xlogy", exponent, base))


def may_be_undefined(expression: Expression) -> bool:
    """Return True if an operation of the graph has no value for some arguments."""
    return any(
        has_pole(node.operation, node.data) or real_domain(node.operation, node.data) is not None
        for node in in_order(expression)
    )


def regularity(expression: Expression) -> Regularity:
    """Return the least regularity of an operation of the graph, a jump being the least of all."""
    found = [OPERATIONS[n.operation].regularity for n in in_order(expression) if n.arguments]
    return max(found, key=REGULARITIES.index, default="analytic")


@lru_cache(maxsize=512)
def in_order(*expressions: Expression) -> tuple[Expression, ...]:
    """List the nodes of the graphs once each, arguments before the nodes that use them."""
    order: dict[Expression, None] = {}
    stack = [(expression, False) for expression in reversed(expressions)]
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
    """Compute the nodes in order; drop each value after its last use."""
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
def last_uses(*expressions: Expression) -> list[tuple[Expression, list[Expression]]]:
    """Pair each node, in order, with the arguments that no later node and no answer needs."""
    seen = set(expressions)
    plan: list[tuple[Expression, list[Expression]]] = []
    for node in reversed(in_order(*expressions)):
        fresh = [a for a in dict.fromkeys(node.arguments) if a not in seen]
        seen.update(fresh)
        plan.append((node, fresh))
    return plan[::-1]


@lru_cache(maxsize=512)
def _derivative(expression: Expression, i: int) -> Expression:
    """Differentiate with respect to x_i: the slope of every node, by the chain rule."""
    zero, one = constant(0.0), constant(1.0)
    slopes: dict[Expression, Expression] = {}
    for node in in_order(expression):
        if node.operation in ("constant", "coordinate"):
            slopes[node] = one if node is coordinate(i) else zero
            continue
        inner = [slopes[a] for a in node.arguments]
        flat = all(slope is zero for slope in inner)
        slopes[node] = zero if flat else _chain_rule(node, inner)
    return slopes[expression]


def _chain_rule(node: Expression, slopes: list[Expression]) -> Expression:
    rule = OPERATIONS[node.operation]
    if rule.chain is not None:
        return as_expression(rule.chain(apply, slopes, *node.arguments, node))
    total = zero = constant(0.0)
    partials = rule.partials(apply, *node.arguments, node)
    for slope, partial in zip(slopes, partials, strict=True):
        term = _times(slope, as_expression(partial))
        total = term if total is zero else total if term is zero else total + term
    return total


def _times(a: Expression, b: Expression) -> Expression:
    zero, one = constant(0.0), constant(1.0)
    if zero in (a, b):
        return zero
    return b if a is one else a if b is one else a * b


def from_table(table: Iterable[tuple[str, Sequence[int], Sequence[float]]]) -> Expression:
    """Build the graph that `Expression.to_table` listed; its last row is the whole.

    Anything else is refused by an InputError: nothing of a table is trusted.
    """
    nodes: list[Expression] = []
    try:
        for operation, arguments, data in table:
            indices = [index(i) for i in arguments]
            numbers = tuple(float(v) + 0.0 for v in data)
            _check_row(nodes, operation, indices, numbers)
            nodes.append(Expression(operation, tuple(nodes[i] for i in indices), numbers))
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"not the table of an expression: {error}") from error
    if not nodes:
        raise InputError("an empty table given; the table of an expression is needed")
    return nodes[-1]


def _check_row(
    nodes: list[Expression], operation: Any, indices: list[int], numbers: tuple[float, ...]
) -> None:
    leaf = operation in ("constant", "coordinate")
    if not leaf and operation not in OPERATIONS:
        raise InputError(f"no operation {operation!r:.40} in this version")
    arity = 0 if leaf else OPERATIONS[operation].arity
    fits = len(indices) == arity and all(0 <= i < len(nodes) for i in indices)
    if not fits or not takes(operation, numbers):
        raise InputError(f"row {len(nodes)} of the table does not fit")
    conditions = 0 if leaf else OPERATIONS[operation].conditions
    if any(nodes[i].operation not in CONDITIONS for i in indices[:conditions]):
        raise InputError(f"row {len(nodes)} of the table needs a condition")
