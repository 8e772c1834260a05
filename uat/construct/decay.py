"""The decay of the error as units are added, and when to give up.

Where f has a kink the error of n units falls like n^−p, in logarithms a straight line. Where f is
smooth the line bends down, sooner or later, until the error falls as exp(−cn) or faster. So p is
measured over the latest sizes and continued from m to n units with more than was seen:

    error(m) exp(−p L (1 + 3L/2W)),  L = log n/m,  W the length of the line in logarithms,

as if p rose by 3p over each W, and where the line bends already at least

    error(m) exp(−p ((n/m)² − 1)),  as exp(−cn) and exp(−(cn)²) do.

An ε below both is given up before the large sizes, which take most of the time. That is a judgement
and no proof: it ends a search, and says nothing of what other networks could do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from uat.errors import FloatLimit

__all__ = ["Decay", "float_limit", "is_rounding", "measure"]

_STEPS: Final = 4  # growing sizes that make one measurement; more: steadier, later
_BENDS: Final = 1.5
"""The line bends where the rate of its later half is this many times that of the earlier one."""
_ROUNDING: Final = 2.0**-40
"""Part of the largest |f| below which an error that falls no further is taken for rounding."""


@dataclass(frozen=True, slots=True)
class Decay:
    """The decay of the error up to a number of units."""

    units: int
    error: float  # the least so far
    rate: float  # p over all of the line
    earlier: float  # p of its first half
    later: float  # p of its second half
    length: float  # W

    def expected(self, units: int) -> float:
        """Continue the error to more units as it fell."""
        return self.error * math.pow(self.units / units, self.rate)

    def at_best(self, units: int) -> float:
        """Continue it as if it were about to fall faster and faster."""
        more = math.log(units / self.units)
        falls = max(self.rate, self.later) * more * (1 + 1.5 * more / self.length)
        if self.later > _BENDS * self.earlier:
            falls = max(falls, self.later * ((units / self.units) ** 2 - 1))
        return self.error * math.exp(-falls)


def measure(reached: Sequence[tuple[int, float]]) -> Decay | None:
    """Measure the decay over the latest four steps from size to size; None where there are fewer.

    `reached` holds growing numbers of units, with the least error up to each.
    """
    if len(reached) <= _STEPS or not reached[-1][1] > 0:
        return None
    first, middle, last = (reached[i] for i in (-_STEPS - 1, -_STEPS // 2 - 1, -1))
    return Decay(
        *last, _rate(first, last), _rate(first, middle), _rate(middle, last), _length(first, last)
    )


def is_rounding(error: float, size: float) -> bool:
    """Return True for the error of a fit that the rounding of g explains, for |f| up to a size."""
    return error < _ROUNDING * size


def float_limit(error: float, eps: float) -> FloatLimit:
    """Make the error for an ε below what float64 keeps of sums like these."""
    return FloatLimit(
        f"float64 evaluation of g ends near {error:.1g} for this f, and eps = {eps:g} is below it",
        "take a larger eps",
    )


def _rate(before: tuple[int, float], after: tuple[int, float]) -> float:
    return math.log(before[1] / after[1]) / _length(before, after)


def _length(before: tuple[int, float], after: tuple[int, float]) -> float:
    return math.log(after[0] / before[0])
