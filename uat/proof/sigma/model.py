"""One unit's σ near a point: σ(z + δ) ∈ value + slope δ + curve δ² ± error for |δ| ≤ reach.

`sigma/near.py`, `sigma/unbounded.py` and `sigma/custom.py` make such models, for many units and
cells at once; here is what they share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from uat.expression.arrays import Array, Integers
from uat.numerics.network_rounding import ACTIVATION_ROUNDINGS, ROUNDOFF

__all__ = [
    "LOST", "OWN", "SLOPE_ERROR", "BestModels", "Derivatives", "Local", "Near", "ends_of_reach",
    "hinge",
]  # fmt: skip


OWN: Final = ACTIVATION_ROUNDINGS * ROUNDOFF
"""The error that is trusted of σ in floats, where |σ| ≤ 1."""

SLOPE_ERROR: Final = 128 * ROUNDOFF
"""The error of σ′ and σ″/2 in floats."""

LOST: Final = 2.0**-47
"""64 roundings: more than a sum of a few terms has. It is added to sharp bounds as a share of
sizes near 1, for which 2^−40 would be too coarse."""


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """value + slope δ + curve δ² ± error, arrays of one shape."""

    value: Array
    slope: Array
    curve: Array
    error: Array

    @classmethod
    def unknown(cls, size: int) -> Self:
        """Make models that say nothing."""
        return cls(np.zeros(size), np.zeros(size), np.zeros(size), np.full(size, np.inf))

    @classmethod
    def constant(cls, low: Array, high: Array) -> Self:
        """Make models that only say low ≤ σ ≤ high."""
        zero = np.zeros_like(low)
        middle = low + (high - low) / 2
        error = np.maximum(np.maximum(high - middle, middle - low), 0.0) * (1 + LOST)
        return cls(middle, zero, zero, error)

    def error_beside(self, linear: Array, rest: Array) -> Array:
        """Bound the error at δ + rest', |δ| ≤ linear and |rest'| ≤ rest, of the model taken at δ."""
        error = self.error + np.where(self.slope == 0, 0.0, np.abs(self.slope) * rest)
        bent = np.where(self.curve == 0, 0.0, np.abs(self.curve) * rest * (2 * linear + rest))
        return np.asarray(error + bent)


class BestModels:
    """The models of least error so far, of many units: `offer` changes it, `models` ends it."""

    def __init__(self, start: Local) -> None:
        error = np.where(np.isnan(start.error), np.inf, start.error)
        self._parts = [start.value.copy(), start.slope.copy(), start.curve.copy(), error]

    @property
    def error(self) -> Array:
        """The least error so far of each unit."""
        return self._parts[-1]

    def offer(self, places: Integers, models: Local) -> None:
        """Take the models of the units at some places where their error is smaller."""
        better = models.error < self.error[places]
        offered = (models.value, models.slope, models.curve, models.error)
        for part, new in zip(self._parts, offered, strict=True):
            part[places[better]] = new[better]

    def models(self) -> Local:
        """Return the best models."""
        return Local(*self._parts)


Derivatives = Callable[[Array], tuple[Array, Array, Array]]

Near = Callable[[Array, Array], Local]
"""z and reach, (n,) each → the models; where one of the two is no number, by the limits alone."""


def ends_of_reach(z: Array, reach: Array) -> tuple[Array, Array]:
    """Return the ends of [z − reach, z + reach], rounded outward; infinite where not a number."""
    low, high = np.nextafter(z - reach, -np.inf), np.nextafter(z + reach, np.inf)
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def hinge(z: Array, reach: Array) -> Local:
    """Model max(u, 0) around each z."""
    with np.errstate(all="ignore"):
        low, high = ends_of_reach(z, reach)
        off = high <= 0
        known = (np.isfinite(low) & np.isfinite(high)) | off
        on, bent = known & (low >= 0), known & (low < 0) & ~off
        chord = np.where(bent, np.clip(high / np.where(bent, high - low, 1.0), 0.0, 1.0), 0.0)
        most = np.where(bent, np.maximum(-chord * low, (1 - chord) * high), 0.0) * (1 + LOST)
        slope = np.where(on, 1.0, chord)
        value = np.where(slope > 0, slope * z, 0.0) + most / 2
        error = np.where(bent, most / 2 + LOST * (np.abs(slope * z) + most), 0.0)
    return Local(value, slope, np.zeros_like(slope), np.where(known, error, np.inf))
