"""Where f is not continuous: the enclosure of f on a cell that never shrinks.

From the cell with the largest bound walk into the half on which f varies more, down to
neighbouring floats. There a continuous f varies by next to nothing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.certificate import Evidence
from uat.errors import CannotProve
from uat.samples import at
from uat.target import Target

__all__ = ["refuse_jumps"]

Array = NDArray[np.float64]

_HALVINGS: Final = 1100
_SHARE: Final = 8


def refuse_jumps(target: Target, evidence: Evidence) -> None:
    """Raise where f jumps by what the bound is made of.

    Raises
    ------
    CannotProve
        With the place.
    """
    upper = float(evidence.bounds.max())
    worst = int(np.argmax(evidence.bounds))
    low, high, spread = _narrowed(target, evidence.lower[worst], evidence.upper[worst])
    if not spread > upper / _SHARE:
        return
    if np.isfinite(spread):
        raise CannotProve(
            f"f is not proved continuous near {at(low)}: its values there differ by up to "
            f"{spread:.6g}; give a continuous f"
        )
    shrunk = np.array_equal(np.nextafter(low, high), high)
    raise CannotProve(
        f"f could not be bounded near {at(low)}: "
        + (
            "a pole, a jump or an edge of its domain; a function continuous on the box is needed"
            if shrunk
            else "write it so that it does not overflow, or give uat.Target modulus=…"
        )
    )


def _narrowed(target: Target, low: Array, high: Array) -> tuple[Array, Array, float]:
    """Halve a cell until it is down to neighbouring floats or f hardly varies on it."""
    spread = np.inf
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        sides = np.where((low < middle) & (middle < high), high - low, 0.0)
        axis = int(np.argmax(sides))
        if sides[axis] == 0:
            break
        lows, highs = np.stack([low, low]), np.stack([high, high])
        highs[0, axis] = lows[1, axis] = middle[axis]
        bottom, top = target.enclose(lows, highs)
        with np.errstate(invalid="ignore"):
            spreads = np.nan_to_num(top - bottom, nan=np.inf, posinf=np.inf)
        half = int(np.argmax(spreads))
        low, high, spread = lows[half], highs[half], float(spreads[half])
    return low, high, spread
