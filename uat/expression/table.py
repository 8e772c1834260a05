"""A formula as a table of rows, to be stored and sent: (operation, places of arguments, numbers).

`Expression.to_table` lists the rows; here they are read again, and nothing of them is trusted.
"""

from collections.abc import Iterable, Sequence
from operator import index
from typing import Any

from uat.errors import InputError
from uat.expression.graph import Expression, condition_count
from uat.expression.operations import CONDITIONS, OPERATIONS, takes

__all__ = ["from_table"]


def from_table(table: Iterable[tuple[str, Sequence[int], Sequence[float]]]) -> Expression:
    """Build the graph that `Expression.to_table` listed; its last row is the whole.

    Raises
    ------
    InputError
        For anything else: nothing of a table is trusted.
    """
    nodes: list[Expression] = []
    try:
        for operation, arguments, data in table:
            places = [index(i) for i in arguments]
            numbers = tuple(float(v) + 0.0 for v in data)
            _check_row(nodes, operation, places, numbers)
            nodes.append(Expression(operation, tuple(nodes[i] for i in places), numbers))
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"not the table of an expression: {error}") from error
    if not nodes:
        raise InputError("an empty table given; the table of an expression is needed")
    return nodes[-1]


def _check_row(
    nodes: list[Expression], operation: Any, places: list[int], numbers: tuple[float, ...]
) -> None:
    if operation in ("constant", "coordinate"):
        arity = 0
    elif operation in OPERATIONS:
        arity = OPERATIONS[operation].arity
    else:
        raise InputError(f"no operation {operation!r:.40} in this version")
    fits = len(places) == arity and all(0 <= i < len(nodes) for i in places)
    if not fits or not takes(operation, numbers):
        raise InputError(f"row {len(nodes)} of the table does not fit")
    if any(nodes[i].operation not in CONDITIONS for i in places[: condition_count(operation)]):
        raise InputError(f"row {len(nodes)} of the table needs a condition")
