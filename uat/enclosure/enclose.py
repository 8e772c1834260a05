"""Interval arithmetic over cells: where the values of a formula lie, for all points of a box.

Rows of cells are enclosed at once. Every end is rounded outward (`outward_rounding.py`), so that the range
of a cell contains f(x) for each x of the cell at which f has a real value. An operation that
increases is enclosed by its record (`uat.expression.operations`); the rules of the others are in
`smooth_rules.py` and, at edges and kinks, in `edge_rules.py`.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.enclosure import edge_rules as edges
from uat.enclosure import smooth_rules as intervals
from uat.enclosure.edge_rules import between
from uat.enclosure.smooth_rules import Range
from uat.enclosure.special_rules import SPECIAL_RULES
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression, as_array, in_order, last_uses

__all__ = ["Range", "between", "enclose", "enclose_all"]

_BLOCK: Final = 1 << 14
"""Cells at a time; more: less overhead, but the arrays leave the processor's cache."""


def enclose(expression: Expression, lower: Any, upper: Any) -> Range:
    """Enclose the values of an expression over cells with ends (cells, d), ±inf allowed.

    Returns two (cells,) arrays: lo ≤ f(x) ≤ hi for every x of the cell where f(x) is a real number;
    (−inf, inf) where nothing is known. Arrays that do not fit each other or the expression, or with
    an end that is NaN or reversed, are refused.

    >>> from uat.expression.parse import parse
    >>> lo, hi = enclose(parse("x * sin(1/x)"), [[-0.125]], [[0.125]])
    >>> round(float(lo[0]), 15), round(float(hi[0]), 15)
    (-0.125, 0.125)
    """
    return enclose_all((expression,), lower, upper)[0]


def enclose_all(expressions: Sequence[Expression], lower: Any, upper: Any) -> list[Range]:
    """Enclose several expressions over the same cells; common parts are enclosed once."""
    # an end that is 0 is +0, as numpy's x is there
    low, high = (as_array(ends, "the ends of cells") + 0.0 for ends in (lower, upper))
    dimension = max(expression.dimension for expression in expressions)
    if low.ndim != 2 or low.shape != high.shape or low.shape[1] < dimension:
        raise InputError(
            f"cells of shapes {low.shape} and {high.shape} given; "
            f"(cells, {max(dimension, 1)}) is needed for both"
        )
    if not (low <= high).all():
        raise InputError("a cell with NaN or with its ends reversed given")
    roots = tuple(expressions)
    if 0 < len(low) <= _BLOCK:
        return _enclose_block(roots, low, high)
    blocks = [
        _enclose_block(roots, low[i : i + _BLOCK], high[i : i + _BLOCK])
        for i in range(0, len(low), _BLOCK)
    ]
    nothing = [(np.empty(0), np.empty(0))] * len(roots)
    return [
        (np.concatenate([r[0] for r in ranges]), np.concatenate([r[1] for r in ranges]))
        for ranges in zip(nothing, *blocks, strict=True)
    ]


def _enclose_block(roots: tuple[Expression, ...], low: Array, high: Array) -> list[Range]:
    values: dict[Expression, Range] = {}
    sure: dict[Expression, Any] = {}
    watched = _deciding_arguments(*roots)
    with np.errstate(all="ignore"):
        for node, last_used in last_uses(*roots):
            if node.operation == "coordinate":
                i = int(node.data[0])
                values[node] = low[:, i], high[:, i]
            elif node.operation == "constant":
                values[node] = np.array(node.data[0]), np.array(node.data[0])
            else:
                ranges = [values[a] for a in node.arguments]
                real = _all_sure(node, sure) if sure else True
                values[node] = _known(_rule(node, ranges, real))
                if node in watched:
                    sure[node] = _is_sure(node, ranges, real, sure)
            for argument in last_used:
                del values[argument]
    shape = (len(low),)
    return [
        (np.broadcast_to(lo, shape).copy(), np.broadcast_to(hi, shape).copy())
        for lo, hi in (values[root] for root in roots)
    ]


def _rule(node: Expression, ranges: list[Range], real: Any) -> Range:
    if node.operation == "multiply" and node.arguments[0] is node.arguments[1]:
        return intervals.whole_power(ranges[0], 2)
    if node.operation in _DECIDING:
        return _DECIDING[node.operation](*ranges, sure=real)
    if node.operation in _RULES:
        return _RULES[node.operation](*ranges, *node.data)
    return edges.monotone(node.operation)(ranges[0])


def _known(r: Range) -> Range:
    """Replace an end that is NaN by ∓∞: nothing is known on that side."""
    low, high = r
    if np.isnan(low).any() or np.isnan(high).any():
        return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    return r


@lru_cache(maxsize=512)
def _deciding_arguments(*roots: Expression) -> frozenset[Expression]:
    """Collect the nodes on which a comparison or a jump depends."""
    found: set[Expression] = set()
    for node in reversed(in_order(*roots)):
        if node in found or node.operation in _DECIDING:
            found.update(node.arguments)
    return frozenset(found)


def _all_sure(node: Expression, sure: dict[Expression, Any]) -> Any:
    """Return the cells on which the arguments of a node are known to be real; True: all."""
    result: Any = True
    for argument in node.arguments:
        result = result & sure.get(argument, True)
    return result


def _is_sure(node: Expression, ranges: list[Range], real: Any, sure: dict[Expression, Any]) -> Any:
    if node.operation in _DECIDING:
        return True
    if node.operation == "where":
        (low, high), yes, no = ranges[0], *(sure.get(a, True) for a in node.arguments[1:])
        return np.where(low == 1, yes, np.where(high == 0, no, np.logical_and(yes, no)))
    return real & edges.is_inside(node.operation, ranges, node.data)


# rules that depend on whether the arguments are real in the whole cell
_DECIDING: Final[dict[str, Callable[..., Range]]] = {
    "less": edges.compared(edges.less),
    "less_equal": edges.compared(edges.less_equal),
    "equal": edges.compared(edges.equal),
    "jump": edges.jump,
}


_log: Final = edges.monotone("log")

# operations that do not increase, or have a sharper rule than by their ends
_RULES: Final[dict[str, Callable[..., Range]]] = {
    "pi": lambda: (np.array(np.pi), np.nextafter(np.array(np.pi), np.inf)),
    "add": intervals.add,
    "subtract": lambda a, b: intervals.add(a, intervals.negative(b)),
    "multiply": intervals.multiply,
    "divide": edges.divide,
    "negative": intervals.negative,
    "power": edges.power,
    "sqrt": edges.sqrt,
    "xlogy": lambda factor, a: intervals.multiply(factor, _log(a)),
    "sin": intervals.wave("sin", 1.0),
    "cos": intervals.wave("cos", 0.0),
    "tan": edges.tan,
    "arccos": edges.arccos,
    "cosh": intervals.cosh,
    "sinc": edges.sinc,
    "silu": intervals.valley("silu", -1.2784645427610738, -0.27846454276107385),
    "gelu": intervals.valley("gelu", -0.7517915246935645, -0.16997120747990372),
    "absolute": intervals.absolute,
    "sign": lambda a: (np.sign(a[0]), np.sign(a[1])),
    "minimum": edges.minimum,
    "maximum": edges.maximum,
    "logical_and": lambda a, b: (np.minimum(a[0], b[0]), np.minimum(a[1], b[1])),
    "logical_or": lambda a, b: (np.maximum(a[0], b[0]), np.maximum(a[1], b[1])),
    "logical_not": lambda a: (1.0 - a[1], 1.0 - a[0]),
    "where": edges.where,
    "interp": edges.interp,
    "interp_slope": edges.interp_slope,
    "unknown": intervals.whole,
    **SPECIAL_RULES,
}
