r"""The best split of an error over many staircases: how many steps each direction gets.

A profile of variation H over half a period is within H/2n of n levels, its n − 1 breaks come again,
mirrored, in each of the w half periods that the box holds, and the r directions that differ in signs
share it. The errors add up to Σ r H/2n, the breaks to Σ r w (n − 1). The fewest breaks for an error e
are those at the price λ a break at which

    Σ r · min over n of (H/2n + λ w (n − 1)),    that is n(n − 1) ≤ H/2λw < n(n + 1),

spends e: about (Σ r √(wH))²/2e breaks where e is small. A single piece misses no more than half the
range of the profile.

Source: Lagrange's multiplier, H. Everett, Generalized Lagrange multiplier method, 1963.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moving", "share_out"]

Array = NDArray[np.float64]

_UP: Final = 1 + 2.0**-40
_CHEAPEST: Final = 2.0**-120
_TRIES: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """What the split goes by: (profiles,) each.

    Attributes
    ----------
    variation : ndarray
        H, over half a period.
    extent : ndarray
        Twice what a single piece misses.
    half_periods : ndarray
        w.
    copies : ndarray
        r.
    spare : float
        Several pieces may miss so much of H/2n more: by the polyline that stands for the profile,
        and by the width that a transition takes.
    """

    variation: Array
    extent: Array
    half_periods: Array
    copies: Array
    spare: float

    def missed(self, pieces: Array) -> Array:
        """Bound |q − level| for so many pieces: (profiles,)."""
        several = self.variation / (2 * pieces) * (1 + self.spare)
        missed: Array = np.where(pieces == 1, self.extent / 2, several)
        return missed

    def error(self, pieces: Array) -> float:
        """Bound what all directions miss together."""
        return float(self.copies @ self.missed(pieces)) * _UP

    def breaks(self, pieces: Array) -> int:
        """Count the breaks of all directions."""
        return sum(int(n) for n in (self.copies * self.half_periods * (pieces - 1)).tolist())

    def at_price(self, price: float) -> Array:
        """Give the number of pieces with the least error + price · breaks."""
        with np.errstate(over="ignore"):
            many = np.floor(0.5 + np.sqrt(0.25 + self.variation / (2 * price * self.half_periods)))
        cost = self.missed(many) + price * self.half_periods * (many - 1)
        pieces: Array = np.where(cost < self.extent / 2, many, 1.0)
        return pieces


def share_out(moving: Moving, error: float) -> Array | None:
    """Find how many pieces each profile gets, so that all miss no more than `error` together.

    Parameters
    ----------
    moving : Moving
    error : float

    Returns
    -------
    ndarray of float, (profiles,)
        Whole numbers; None where the error is too small for any that floats can hold.

    Examples
    --------
    >>> moving = Moving(np.array([1.0, 4.0]), np.array([1.0, 4.0]), np.ones(2), np.ones(2), 0.0)
    >>> share_out(moving, 0.5)
    array([3., 7.])
    """
    one = np.ones(len(moving.variation))
    if moving.error(one) <= error:
        return one
    low = float(moving.variation.max()) * _CHEAPEST
    high = float((moving.variation / moving.half_periods).max())
    if not (0 < low < high and moving.error(moving.at_price(low)) <= error):
        return None
    for _ in range(_TRIES):
        middle = np.sqrt(low) * np.sqrt(high)
        if not low * (1 + 1e-12) < middle < high:
            break
        enough = moving.error(moving.at_price(middle)) <= error
        low, high = (middle, high) if enough else (low, middle)
    return _filled(moving, moving.at_price(low), moving.at_price(high), error)


def _filled(moving: Moving, enough: Array, few: Array, error: float) -> Array:
    """Start from too few pieces and take the better numbers one by one, the cheapest first."""
    gain = moving.copies * (moving.missed(few) - moving.missed(enough))
    cost = moving.copies * moving.half_periods * (enough - few)
    change = np.flatnonzero(enough != few)
    order = change[np.argsort(cost[change], kind="stable")]
    needed = int(np.searchsorted(np.cumsum(gain[order]), moving.error(few) - error)) + 1
    pieces = few.copy()
    pieces[order[:needed]] = enough[order[:needed]]
    return pieces if moving.error(pieces) <= error else enough
