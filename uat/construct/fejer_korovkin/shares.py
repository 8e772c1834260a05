r"""The best split of an error over many staircases: the number of pieces of each profile.

A profile of variation H over half a period is within H/2n of n levels. Its n − 1 breaks are repeated,
mirrored, in each of the w half periods that the box holds, and the r directions that differ only in
signs share the profile. So the errors add up to Σ r H/2n, and the breaks to Σ r w (n − 1). For a
price λ of one break the best numbers of pieces are

    Σ r · min over n of (H/2n + λ w (n − 1)),    that is n(n − 1) ≤ H/2λw < n(n + 1),

and no other choice with as small an error has fewer breaks. The price is found by bisection; for a
small error e it leads to about (Σ r √(wH))²/2e breaks. A profile in a single piece is within half its
range of that level.

Source: H. Everett, Generalized Lagrange multiplier method, 1963.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.enclosure.directed import UP
from uat.expression.arrays import Array

__all__ = ["Staircases", "share_out"]


_LOWEST_PRICE: Final = 2.0**-120
"""The lowest price tried, relative to the largest variation: about 2^60 pieces."""

_BISECTIONS: Final = 200  # enough for the last digit of the price


@dataclass(frozen=True, slots=True, eq=False)
class Staircases:
    """The profiles that need a number of pieces each; all arrays are (profiles,).

    `spare` is the relative increase of H/2n where there are several pieces: the error of the polyline
    that stands for the profile, and the width of the transitions.
    """

    variation: Array  # H, over half a period
    extent: Array  # twice the error of a single piece
    half_periods: Array  # w, times the units of one step
    copies: Array  # r
    spare: float

    def errors(self, pieces: Array) -> Array:
        """Bound the error of each profile in one direction: (profiles,)."""
        several = self.variation / (2 * np.maximum(pieces, 1)) * (1 + self.spare)
        return np.where(pieces == 1, self.extent / 2, several)

    def units(self, pieces: Array) -> Array:
        """Return the units of each profile in one direction: (profiles,)."""
        return self.half_periods * (pieces - 1)

    def total_error(self, pieces: Array) -> float:
        """Bound the sum of the errors over all directions."""
        return float(self.copies @ self.errors(pieces)) * UP

    def total_units(self, pieces: Array) -> int:
        """Count the units of all directions, exactly."""
        return sum(int(n) for n in (self.copies * self.units(pieces)).tolist())

    def at_price(self, price: float) -> Array:
        """Choose the numbers of pieces with the least error + price · units."""
        with np.errstate(over="ignore"):
            many = np.floor(0.5 + np.sqrt(0.25 + self.variation / (2 * price * self.half_periods)))
        cost = self.errors(many) + price * self.units(many)
        return np.where(cost < self.extent / 2, many, 1.0)


def share_out(staircases: Staircases, error: float) -> Array | None:
    """Find numbers of pieces, (profiles,), with few units whose errors add up to at most `error`.

    They are whole numbers ≥ 1; None where the error is too small for floats.
    """
    one = np.ones(len(staircases.variation))
    if staircases.total_error(one) <= error:
        return one
    if not error > 0:
        return None

    def enough(price: float) -> bool:
        return staircases.total_error(staircases.at_price(price)) <= error

    high = 2 * float(staircases.variation.max())
    low = high / 2 * _LOWEST_PRICE
    if not (0 < low < high and enough(low)):
        return None
    for _ in range(_BISECTIONS):
        middle = np.sqrt(low) * np.sqrt(high)
        if not low * (1 + 1e-12) < middle < high:
            break
        low, high = (middle, high) if enough(middle) else (low, middle)
    return _filled(staircases, staircases.at_price(low), staircases.at_price(high), error)


def _filled(staircases: Staircases, enough: Array, few: Array, error: float) -> Array:
    """Start from too few pieces and take the larger numbers one by one, the cheapest first."""
    gain = staircases.copies * (staircases.errors(few) - staircases.errors(enough))
    cost = staircases.copies * (staircases.units(enough) - staircases.units(few))
    change = np.flatnonzero(enough != few)
    order = change[np.argsort(cost[change], kind="stable")]
    missing = staircases.total_error(few) - error
    needed = int(np.searchsorted(np.cumsum(gain[order]), missing)) + 1
    pieces = few.copy()
    pieces[order[:needed]] = enough[order[:needed]]
    return pieces if staircases.total_error(pieces) <= error else enough
