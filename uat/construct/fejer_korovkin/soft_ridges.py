r"""A profile by a row of soft units across its direction, where that takes fewer than steps.

Over the box the profile q(s) = Σ A_m cos mπs of the direction p runs from s = i, the sum of the
negative p_j, to i + w, w = Σ|p_j|. With t = π(s − i) it is Σ (−1)^{mi} A_m cos mt on [0, wπ], a cosine
sum in closed form (`fejer_korovkin/cosine_sum.py`): its units and its bound are known beforehand, the same for all
signs. High harmonics, as far as their Σ|A_m| is a quarter of the error at most, are left out.

A unit's argument, off by W η in floats, W the slope and t off by η, changes its value by at most the
Lipschitz constant of σ times that.

Source: as for `fejer_korovkin/cosine_sum.py`.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from uat.construct.fejer_korovkin.cosine_plan import plan as plan_row
from uat.construct.fejer_korovkin.cosine_sum import Plan as Row
from uat.construct.fejer_korovkin.cosine_sum import Profile
from uat.core.activations import Activation
from uat.core.domain import Domain
from uat.enclosure.directed import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array, Integers

__all__ = ["LEVELS", "SoftRidge", "options", "soft_units", "steepness"]


LEVELS: Final = tuple(2.0**-k for k in (1, 2, 3, 4, 6, 9))
"""The errors that are tried, as parts of what a single piece would miss."""

_LEFT_OUT: Final = 0.25
_DENSE: Final = 1.4
_PER_OCTAVE: Final = 16
_DIGITS: Final = 2.0**24


@dataclass(frozen=True, slots=True, eq=False)
class SoftRidge:
    """A profile in closed form, with its place in the box.

    Attributes
    ----------
    direction : ndarray of int, (d,)
        p, no entry negative.
    row : Row
        Slope, places and number of the units.
    error : float
        A bound of |q − its units| in real arithmetic, what is left out included.
    """

    direction: Integers
    row: Row
    error: float

    @property
    def copies(self) -> int:
        """How many directions have this profile."""
        return 1 << (int(np.count_nonzero(self.direction)) - 1)


def options(
    direction: Integers,
    amplitudes: Array,
    extent: float,
    activation: Activation,
    variation: float = math.inf,
) -> list[SoftRidge]:
    """List what soft units can do for a profile, from few units to many.

    A wave of M harmonics takes more than 1.4 M units a half period; where steps with the same error
    take fewer, there is nothing to be had.

    Parameters
    ----------
    direction : ndarray of int, (d,)
    amplitudes : ndarray, (M,)
    extent : float
        Twice what a single piece misses.
    activation : Activation
        One that `fejer_korovkin/cosine_sum.py` takes.
    variation : float, optional
        H, where only what may take fewer units than steps is asked for.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> found = options(np.array([1, 1]), np.array([1.0]), 2.0, logistic)
    >>> [(s.row.count, s.error <= level) for s, level in zip(found, LEVELS)][:3]
    [(5, True), (6, True), (7, True)]
    """
    found = []
    sizes = np.abs(amplitudes)
    # what harmonics m, m + 1, … add up to, for each m, and nothing at last
    beyond = np.append(np.cumsum(sizes[::-1])[::-1], 0.0) * UP
    half_periods = int(direction.sum())
    for level in LEVELS:
        error = extent / 2 * level
        kept = max(int(np.argmax(beyond <= _LEFT_OUT * error)), 1)
        if _DENSE * kept >= variation / (2 * error):
            continue
        left = (error - float(beyond[kept])) / float(sizes[:kept].max())
        row = _row(half_periods, amplitudes[:kept], left, activation)
        if row is None:
            break
        if row.count:
            found.append(SoftRidge(direction, row, (row.bound + float(beyond[kept])) * UP))
    return found


def _row(half_periods: int, amplitudes: Array, share: float, activation: Activation) -> Row | None:
    """Plan a row within a share of the largest amplitude; None where floats do not allow it.

    All in its bound grows with the sizes of the amplitudes. So rows are planned once for the
    largest one 1, all sizes rounded up, the share down, and serve many profiles.
    """
    sizes = np.abs(amplitudes)
    largest = float(sizes.max())
    digits = np.ceil(sizes / largest * _DIGITS) / _DIGITS
    rounded = 2.0 ** (math.floor(math.log2(share) * _PER_OCTAVE) / _PER_OCTAVE)
    unit = _unit_row(half_periods, digits.tobytes(), rounded, activation)
    if unit is None:
        return None
    cosines = amplitudes[unit.frequencies.astype(int) - 1]
    return replace(unit, cosines=cosines, bound=unit.bound * largest * UP)


@lru_cache(maxsize=4096)
def _unit_row(
    half_periods: int, amplitudes: bytes, share: float, activation: Activation
) -> Row | None:
    cosines = np.frombuffer(amplitudes)
    reach = (0.0, math.pi * half_periods * UP)
    try:
        return plan_row(np.arange(1.0, len(cosines) + 1), cosines, reach, share, activation)
    except CannotProve:
        return None


def soft_units(ridge: SoftRidge, p: Integers, domain: Domain) -> tuple[float, Array, Array, Array]:
    """Return the constant, the output weights, the slopes (d,) and the biases of one direction."""
    low = int(p[p < 0].sum())
    made = _turned(ridge.row, low).build()
    a, b = np.array(domain).T
    slope = made.slope * math.pi * p / (b - a)
    shift = math.fsum([*(slope * a).tolist(), made.slope * math.pi * low])
    return made.constant, made.weights, slope, made.biases - shift


def _turned(row: Row, low: int) -> Row:
    """Go through the profile from s = low: odd harmonics change their sign where that is odd."""
    if low % 2 == 0:
        return row
    return replace(row, cosines=np.where(row.frequencies % 2 == 1, -row.cosines, row.cosines))


def steepness(made: Profile) -> float:
    """Bound Σ|weight| · Lipschitz constant · slope: how much the sum changes with t."""
    total = float(np.abs(made.weights).sum())
    return total * made.activation.lipschitz * made.slope * UP
