r"""The best split of an error over many staircases: how many steps each direction gets.

A profile of variation H over half a period is within H/2n of n levels, its n − 1 breaks come again,
mirrored, in each of the w half periods that the box holds, and the r directions that differ in signs
share it. The errors add up to Σ r H/2n, the breaks to Σ r w (n − 1). The fewest breaks for an error e
are those at the price λ a break at which

    Σ r · min over n of (H/2n + λ w (n − 1)),    that is n(n − 1) ≤ H/2λw < n(n + 1),

spends e: about (Σ r √(wH))²/2e breaks where e is small. A single piece misses no more than half the
range of the profile. Other ways to make a profile, each with its own error and number of units
(`soft_ridges.py`), are compared at the same price.

Source: Lagrange's multiplier, H. Everett, Generalized Lagrange multiplier method, 1963.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.enclosure.directed import UP
from uat.expression.arrays import Array

__all__ = ["Moving", "share_out"]


_CHEAPEST: Final = 2.0**-120
_TRIES: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """What the split goes by: (profiles,) each, (profiles, ways) the last two.

    A choice is a number for each profile: n ≥ 1 for so many pieces, −k for way k.

    Attributes
    ----------
    variation : ndarray
        H, over half a period.
    extent : ndarray
        Twice what a single piece misses.
    half_periods : ndarray
        w, times the units that a step takes.
    copies : ndarray
        r.
    spare : float
        Several pieces may miss so much of H/2n more: by the polyline that stands for the profile,
        and by the width that a transition takes.
    other_errors, other_units : ndarray
        Of the other ways, in one direction; inf where there is none.
    """

    variation: Array
    extent: Array
    half_periods: Array
    copies: Array
    spare: float
    other_errors: Array
    other_units: Array

    def missed(self, choice: Array) -> Array:
        """Bound |q − what is made of it|: (profiles,)."""
        several = self.variation / (2 * np.maximum(choice, 1)) * (1 + self.spare)
        steps = np.where(choice == 1, self.extent / 2, several)
        return self._chosen(choice, steps, self.other_errors)

    def units(self, choice: Array) -> Array:
        """Return the units of one direction: (profiles,)."""
        return self._chosen(choice, self.half_periods * (choice - 1), self.other_units)

    def error(self, choice: Array) -> float:
        """Bound what all directions miss together."""
        return float(self.copies @ self.missed(choice)) * UP

    def total(self, choice: Array) -> int:
        """Count the units of all directions."""
        return sum(int(n) for n in (self.copies * self.units(choice)).tolist())

    def at_price(self, price: float) -> Array:
        """Choose what has the least error + price · units."""
        with np.errstate(over="ignore"):
            many = np.floor(0.5 + np.sqrt(0.25 + self.variation / (2 * price * self.half_periods)))
        cost = self.missed(many) + price * self.half_periods * (many - 1)
        choice = np.where(cost < self.extent / 2, many, 1.0)
        if self.other_errors.shape[1]:
            others = self.other_errors + price * self.other_units
            best = others.argmin(axis=1)
            better = others.min(axis=1) < np.minimum(cost, self.extent / 2)
            choice = np.where(better, -best.astype(np.float64), choice)
        return choice

    def _chosen(self, choice: Array, steps: Array, others: Array) -> Array:
        if others.shape[1] == 0:
            return steps
        way = np.maximum(-choice, 0).astype(np.int64)
        return np.where(choice < 1, others[np.arange(len(way)), way], steps)


def share_out(moving: Moving, error: float) -> Array | None:
    """Find how each profile is made, so that all miss no more than `error` together.

    Parameters
    ----------
    moving : Moving
    error : float

    Returns
    -------
    ndarray of float, (profiles,)
        A choice; None where the error is too small for any that floats can hold.

    Examples
    --------
    >>> height, one, no = np.array([1.0, 4.0]), np.ones(2), np.empty((2, 0))
    >>> moving = Moving(height, height, one, one, 0.0, no, no)
    >>> share_out(moving, 0.5)
    array([3., 7.])
    """
    choice = _priced(moving, error)
    if choice is None or (choice >= 1).all():
        return choice
    # what the other ways leave of the error is split among the staircases again
    steps = choice >= 1
    taken = float(moving.copies[~steps] @ moving.missed(choice)[~steps]) * UP
    again = _priced(_staircases(moving, steps), (error - taken) * (1 - 2.0**-40))
    if again is None:
        return choice
    better = choice.copy()
    better[steps] = again
    fits = moving.error(better) <= error and moving.total(better) < moving.total(choice)
    return better if fits else choice


def _staircases(moving: Moving, some: NDArray[np.bool_]) -> Moving:
    """Take some of the profiles, and leave them no other way."""
    columns = (moving.variation, moving.extent, moving.half_periods, moving.copies)
    variation, extent, half_periods, copies = (column[some] for column in columns)
    none = np.empty((len(variation), 0))
    return Moving(variation, extent, half_periods, copies, moving.spare, none, none)


def _priced(moving: Moving, error: float) -> Array | None:
    """Find the price at which the error is spent, and what is chosen there."""
    one = np.ones(len(moving.variation))
    if moving.error(one) <= error:
        return one
    if not error > 0:
        return None
    low = float(moving.variation.max()) * _CHEAPEST
    high = 2 * float(moving.variation.max())
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
    cost = moving.copies * (moving.units(enough) - moving.units(few))
    change = np.flatnonzero(enough != few)
    order = change[np.argsort(cost[change], kind="stable")]
    needed = int(np.searchsorted(np.cumsum(gain[order]), moving.error(few) - error)) + 1
    choice = few.copy()
    choice[order[:needed]] = enough[order[:needed]]
    return choice if moving.error(choice) <= error else enough
