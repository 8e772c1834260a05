"""Jumps of f, found by halving the cells on which f may vary by more than a share of the error.

A continuous f soon varies by less on each cell. Where it still may vary that much between two
neighbouring floats, f is refused, and the message names the jump if samples show one. Formulas
without a comparison, a sign or a quotient are continuous.
"""

from typing import Final

import numpy as np

from uat.core.target import Target
from uat.core.target_checks import at
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.expression.graph import Expression, in_order, regularity
from uat.numerics.boxes import halves, inside, middles
from uat.numerics.sampled_jumps import Jump, find_jump

__all__ = ["WITHOUT_JUMPS", "jump_of", "may_jump", "refuse_jumps", "told_of", "unbounded_near"]

WITHOUT_JUMPS: Final = (
    "split the domain there, or put a steep ramp (np.interp, or clip in a formula) in place of the "
    "jump"
)

_MOST_CELLS: Final = 512
"""Cells halved in a round; more: finds a jump among many steep places, slower."""

_LEAST: Final = 1e-6
"""Jumps smaller than this share of |f| are not looked for: rounding may look like one."""


def may_jump(expression: Expression) -> bool:
    """Return True if some operation of a formula is not continuous.

    >>> from uat.expression.parse import parse
    >>> may_jump(parse("exp(x)/2")), may_jump(parse("sign(x)")), may_jump(parse("arctan(1/x)"))
    (False, True, True)
    """
    return regularity(expression) == "jump" or any(
        (node.operation == "divide" and node.arguments[1].operation != "constant")
        or (node.operation == "power" and node.data[0] < 0)
        for node in in_order(expression)
    )


def jump_of(target: Target) -> Jump | None:
    """Search samples for a jump of f, unless its formula or its modulus says that it has none."""
    if target.modulus is not None:
        return None
    if target.expression is not None and not may_jump(target.expression):
        return None
    return find_jump(target)


def told_of(jump: Jump, name: str = "f") -> str:
    """Write where a function jumps, by how much, and that the theorem leaves it out."""
    by = f"{jump.size:.4g}"
    return f"{name} jumps near {jump.place}, by {by}; the theorem is about continuous f"


def refuse_jumps(target: Target, size: float) -> None:
    """Refuse an f with a jump larger than `size` and a millionth of |f|, and name the place.

    An f with a declared modulus of continuity is taken to have none.
    """
    if target.modulus is not None or target.expression is None:
        return
    if not may_jump(target.expression):
        return
    low, high = target.lower[None, :], target.upper[None, :]
    ends = np.abs(target(*np.concatenate([low, high, middles(low, high)]).T))
    size = max(size, _LEAST * float(np.max(ends)))
    while len(low):
        bottom, top = target.enclose(low, high)
        with np.errstate(invalid="ignore"):
            spread = np.nan_to_num(top - bottom, nan=np.inf, posinf=np.inf)
        worst = np.argsort(-spread)[:_MOST_CELLS]
        worst = worst[spread[worst] > size]
        low, high, spread = low[worst], high[worst], spread[worst]
        sides = np.where(inside(low, high), high - low, 0.0)
        stuck = np.flatnonzero(~(sides > 0).any(axis=1))
        if len(stuck):
            point, jump = low[stuck[0]], float(spread[stuck[0]])
            if not np.isfinite(jump):
                raise CannotProve(unbounded_near(point))
            seen = find_jump(target)
            if seen is not None:
                raise CannotProve(told_of(seen), WITHOUT_JUMPS)
            raise CannotProve(
                f"f is not proved continuous near {at(point)}: its values there differ by up to "
                f"{jump:.6g}; a continuous f is needed"
            )
        low, high = halves(low, high, np.argmax(sides, axis=1))


def unbounded_near(point: Array) -> str:
    """Write that f could not be bounded near a point, (d,)."""
    return (
        f"f could not be bounded near {at(point)}: a pole, a jump or an edge of its domain; a "
        "function continuous on the whole box is needed"
    )
