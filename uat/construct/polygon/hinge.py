"""The kink of a continuous piecewise linear σ, read from its formula.

Near a kink κ, σ(u) = σ(κ) + p (u − κ) to the left and σ(κ) + q (u − κ) to the right, p ≠ q. ReLU is
such a hinge on the whole line, and any other σ on a stretch around its kink: units so flat that
their arguments stay on that stretch are hinges, too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from uat.construct.polygon.straight import Line, at, straight_pieces
from uat.core.activations import Activation
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array

__all__ = ["Hinge", "hinge_of"]


@dataclass(frozen=True, slots=True)
class Hinge:
    """A kink of σ."""

    place: float  # κ
    value: float  # σ(κ)
    before: float  # p
    after: float  # q
    reach: tuple[float, float]  # how far σ is straight to the left and to the right of it
    error: float  # at κ + z, |σ − the two lines, rounded to floats| ≤ error · (1 + |z|)

    def __call__(self, z: Array) -> Array:
        """Evaluate the two lines at κ + z, (points,)."""
        return np.asarray(self.value + np.where(z < 0, self.before * z, self.after * z))

    @property
    def bend(self) -> float:
        """How much the slope changes, q − p."""
        return self.after - self.before


@lru_cache(maxsize=64)
def hinge_of(activation: Activation) -> Hinge | None:
    """Find the kink of a continuous piecewise linear σ about which it is straight the farthest.

    None for any other σ, and for one without a kink.

    >>> from uat.core.activations import logistic, ramp
    >>> hinge_of(ramp).place, hinge_of(ramp).reach, hinge_of(logistic)
    (-0.5, (inf, 1.0), None)
    """
    if activation.expression is None:
        return None
    pieces = straight_pieces(activation.expression)
    if pieces is None:
        return None
    ends, lines = pieces
    places: list[Fraction | float] = [-math.inf, *ends, math.inf]
    kinks = [_kink(places[i : i + 3], *lines[i : i + 2]) for i in range(len(ends))]
    # a stretch of a few floats is too short for units
    kinks = [kink for kink in kinks if min(kink.reach) > (1 + abs(kink.place)) * 2.0**-40]
    return max(kinks, key=lambda kink: (min(kink.reach), abs(kink.bend)), default=None)


def _kink(places: Sequence[Fraction | float], left: Line, right: Line) -> Hinge:
    """Round a kink to floats; what that changes is the error."""
    start, exact, end = places
    assert isinstance(exact, Fraction)
    reals = (exact, at(left, exact), left.slope, right.slope)
    place, value, before, after = floats = [float(v) for v in reals]
    lost = [abs(Fraction(f) - r) for f, r in zip(floats, reals, strict=True)]
    moved = lost[0] * (abs(left.slope) + abs(right.slope))
    error = float(moved + lost[1] + lost[2] + lost[3])
    reach = (float(exact - start), float(end - exact))
    return Hinge(place, value, before, after, reach, error * UP + TINY if error > 0 else 0.0)
