"""What one unit's σ is near a point: σ(z + δ) ∈ value + slope δ + curve δ² ± error, |δ| ≤ reach.

The files `sigma/monotone.py`, `hinges.py` and `own.py` make such models, for many units and cells at once;
here is what they share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.numerics.rounding import ACTIVATION_ROUNDINGS, ROUNDOFF

__all__ = ["LOST", "OWN", "SATURATED", "Local", "Near", "ends_of"]


OWN: Final = ACTIVATION_ROUNDINGS * ROUNDOFF
"""How far σ in floats is trusted to be from σ, where |σ| ≤ 1."""

SATURATED: Final = 2.0**-60
"""The tail from which on σ is taken for its limit, not computed."""

LOST: Final = 2.0**-47
"""More than a few roundings, for sums of a few terms."""


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
        return cls(middle, zero, zero.copy(), error)

    def put(self, places: NDArray[np.int64], other: "Local") -> None:
        """Take, at some places, the models of `other` where their error is smaller."""
        better = (other.error < self.error[places]) | np.isnan(self.error[places])
        chosen = places[better]
        self.value[chosen], self.slope[chosen] = other.value[better], other.slope[better]
        self.curve[chosen], self.error[chosen] = other.curve[better], other.error[better]


Near = Callable[[Array, Array], Local]
"""z and reach, (n,) each → the models; where one of the two is no number, by the limits alone."""


def ends_of(z: Array, reach: Array) -> tuple[Array, Array]:
    """Return the ends of [z − reach, z + reach], rounded outward; infinite where not a number."""
    low, high = np.nextafter(z - reach, -np.inf), np.nextafter(z + reach, np.inf)
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
