"""Where the values of a formula lie, for all points of a box: interval arithmetic over cells.

Rows of cells are enclosed at once. Every end is rounded outward (`rounding.py`), so that a cell's
answer contains f(x) for each x of the cell at which f has a real value. The rules of smooth
operations are in `smooth_rules.py`, those at edges and kinks in `edge_rules.py`.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.enclosure import edge_rules as edges
from uat.enclosure import smooth_rules as intervals
from uat.enclosure.edge_rules import between
from uat.enclosure.smooth_rules import Range
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression, as_array, in_order, last_uses

__all__ = ["Range", "between", "enclose"]

_BLOCK: Final = 1 << 14


def enclose(expression: Expression, lower: Any, upper: Any) -> Range:
    """Enclose the values of an expression over cells.

    Parameters
    ----------
    expression : Expression
    lower, upper : array_like, (cells, d)
        The ends of each cell along each coordinate; ±inf is allowed.

    Returns
    -------
    lo, hi : ndarray, (cells,)
        lo ≤ f(x) ≤ hi for every x of the cell where f(x) is a real number; (−inf, inf) where
        nothing is known.

    Raises
    ------
    InputError, WrongType
        Where the arrays do not fit each other or the expression, are not real, or an end is NaN
        or reversed.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> lo, hi = enclose(parse("x * sin(1/x)"), [[-0.125]], [[0.125]])
    >>> round(float(lo[0]), 15), round(float(hi[0]), 15)
    (-0.125, 0.125)
    """
    # an end that is 0 is +0, as numpy's x is there
    low, high = (as_array(ends, "the ends of cells") + 0.0 for ends in (lower, upper))
    if low.ndim != 2 or low.shape != high.shape or low.shape[1] < expression.dimension:
        raise InputError(
            f"cells of shapes {low.shape} and {high.shape} given; "
            f"(cells, {max(expression.dimension, 1)}) is needed for both"
        )
    if not (low <= high).all():
        raise InputError("a cell with NaN or with its ends reversed given")
    parts = [
        _enclose_block(expression, low[i : i + _BLOCK], high[i : i + _BLOCK])
        for i in range(0, len(low), _BLOCK)
    ]
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _enclose_block(expression: Expression, low: Array, high: Array) -> Range:
    values: dict[Expression, Range] = {}
    sure: dict[Expression, Any] = {}
    watched = _decisive(expression)
    with np.errstate(all="ignore"):
        for node, last_used in last_uses(expression):
            if node.operation == "coordinate":
                i = int(node.data[0])
                values[node] = low[:, i], high[:, i]
            elif node.operation == "constant":
                values[node] = np.array(node.data[0]), np.array(node.data[0])
            else:
                ranges = [values[a] for a in node.arguments]
                real = _all_sure(node, sure)
                values[node] = _known(_rule(node, ranges, real))
                if node in watched:
                    sure[node] = _is_sure(node, ranges, real, sure)
            for argument in last_used:
                del values[argument]
    lo, hi = values[expression]
    return np.broadcast_to(lo, len(low)).copy(), np.broadcast_to(hi, len(low)).copy()


def _rule(node: Expression, ranges: list[Range], real: Any) -> Range:
    if node.operation == "multiply" and node.arguments[0] is node.arguments[1]:
        return intervals.whole_power(ranges[0], 2)
    if node.operation in _DECIDING:
        return _DECIDING[node.operation](*ranges, sure=real)
    return _RULES[node.operation](*ranges, *node.data)


def _known(r: Range) -> Range:
    """Read an end without a value as: nothing known on that side."""
    return np.where(np.isnan(r[0]), -np.inf, r[0]), np.where(np.isnan(r[1]), np.inf, r[1])


@lru_cache(maxsize=512)
def _decisive(expression: Expression) -> frozenset[Expression]:
    """Find the nodes on which a comparison or a jump rests."""
    found: set[Expression] = set()
    for node in reversed(in_order(expression)):
        if node in found or node.operation in _DECIDING:
            found.update(node.arguments)
    return frozenset(found)


def _all_sure(node: Expression, sure: dict[Expression, Any]) -> Any:
    """Tell the cells on which the arguments of a node are known to be real; True: all."""
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


# rules that must know whether their arguments are real throughout the cell
_DECIDING: Final[dict[str, Callable[..., Range]]] = {
    "less": edges.compared(edges.less),
    "less_equal": edges.compared(edges.less_equal),
    "equal": edges.compared(edges.equal),
    "jump": edges.jump,
}


_log: Final = edges.within("log")


def _increasing(name: str) -> Callable[[Range], Range]:
    return lambda a: intervals.increasing(name, a)


_RULES: Final[dict[str, Callable[..., Range]]] = {
    "pi": lambda: (np.array(np.pi), np.nextafter(np.array(np.pi), np.inf)),
    "add": intervals.add,
    "subtract": lambda a, b: intervals.add(a, intervals.negative(b)),
    "multiply": intervals.multiply,
    "divide": edges.divide,
    "negative": intervals.negative,
    "power": edges.power,
    "sqrt": edges.sqrt,
    **{name: edges.within(name) for name in edges.DOMAINS},
    **{
        name: _increasing(name)
        for name in ("cbrt", "exp", "expm1", "arctan", "sinh", "tanh", "arcsinh", "expit", "erf")
    },
    "xlogy": lambda factor, a: intervals.multiply(factor, _log(a)),
    "sin": intervals.wave("sin", 1.0),
    "cos": intervals.wave("cos", 0.0),
    "tan": edges.tan,
    "arccos": edges.arccos,
    "cosh": intervals.cosh,
    "sinc": edges.sinc,
    "absolute": intervals.absolute,
    "sign": edges.sign,
    "minimum": edges.minimum,
    "maximum": edges.maximum,
    "logical_and": edges.both,
    "logical_or": edges.either,
    "logical_not": edges.opposite,
    "where": edges.where,
    "interp": edges.interp,
    "interp_slope": edges.interp_slope,
    "unknown": intervals.whole,
}
