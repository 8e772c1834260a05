"""Units that are settled: so far from 0 in their argument that σ is next to one of its limits.

What they add to a network is the sum of their weights times that limit, to within Σ|a_i| τ(s) times
the distance of the two limits, where every argument is at least s in size.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import gamma

if TYPE_CHECKING:
    from uat.core.activations import Activation

__all__ = ["exact_sum", "settled_sum", "sum_of_sizes"]


def settled_sum(
    activation: "Activation", weights: Array, right: Bools, tail: float
) -> tuple[Any, float]:
    """Sum a_i times the limit of σ that unit i is settled at, as a ball in the precision set.

    The units, of weights (units,), add up to that, give or take the number returned with it.
    `right` is True for those settled at the limit on the right; `tail` is τ(s), s the least size of
    an argument of theirs.

    >>> import uat
    >>> total, lost = settled_sum(uat.logistic, np.array([0.5, -4]), np.array([True, False]), 1e-9)
    >>> float(total), round(lost, 12)
    (0.5, 4.5e-09)
    """
    from flint import arb

    assert activation.limits is not None
    left_limit, right_limit = activation.limits
    total = exact_sum(weights[~right]) * arb(left_limit) + exact_sum(weights[right]) * arb(
        right_limit
    )
    return total, sum_of_sizes(weights) * tail * abs(right_limit - left_limit) * UP


def sum_of_sizes(values: Array) -> float:
    """Return Σ|values|, rounded up; inf past the range of float64."""
    with np.errstate(over="ignore"):
        return float(np.abs(values).sum()) * (1 + gamma(len(values) + 1))


def exact_sum(values: Array) -> Any:
    """Sum floats in balls, without overflow: for each exponent the mantissas add up exactly.

    >>> exact_sum(np.array([1e300, 1.0, -1e300])) == 1
    True
    """
    from flint import arb

    mantissas, exponents = np.frexp(values)
    # of 53 bits in two parts, so that sums of up to 2^26 of them are floats
    high, low = np.divmod(np.ldexp(mantissas, 53), 2.0**27)
    lowest = int(exponents.min(initial=0))
    parts = (np.bincount(exponents - lowest, part) for part in (high, low))
    total = arb(0)
    for place, (a, b) in enumerate(zip(*(part.tolist() for part in parts), strict=True)):
        if a or b:
            total += arb((int(a) * 2**27 + int(b), lowest + place - 53))
    return total
