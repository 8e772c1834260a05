"""Steps in float64: slopes, places and tails for which floats keep what the proof says.

Slopes are powers of two, so that products with them are exact. The two units of a ReLU step subtract
numbers of size slope·|x − t|; the step stays exact if it stands where slope·t ± ½ are floats.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation, ramp, relu
from uat.errors import CannotProve
from uat.expression.arrays import Array

__all__ = ["check_far_out", "on_exact_grid", "power_of_two", "slope_for"]


_STEEPEST: Final = 2.0**1000
"""Steeper slopes would overflow for |x| up to 2^23."""

_LEAST_REACH: Final = 2.0**-800
"""A shorter reach of σ is taken for this one: products with it do not underflow."""


def check_far_out(activation: Activation, reach: float, farthest: float) -> None:
    """Refuse a σ that float64 evaluates to something else than its limit far out, by overflow.

    The |u| from `reach` to `farthest` are sampled.
    """
    if activation.limits is None:
        return
    u = np.geomspace(max(reach, 1e-300), min(max(farthest, reach, 1.0), 2.0**1023), 257)
    left, right = activation.limits
    for side, limit in ((-u, left), (u, right)):
        value = np.asarray(activation(side))
        good = np.abs(value - limit) <= abs(right - left) * (activation.tail(reach) + 1e-9)
        if not good.all():
            i = int(np.argmin(good))
            raise CannotProve(
                f"{activation.name} gives {value[i]:g} at u = {side[i]:.3g} in float64, where it is "
                f"near {limit:g}; write it so that nothing overflows"
            )


def slope_for(activation: Activation, distance: float, error: float) -> float:
    """Find the slope at which a step is within `error` of 0 or 1 at a distance from its place.

    It is a power of two. Raises CannotProve where no slope that float64 holds is steep enough.
    """
    sigmoid = ramp if activation is relu else activation
    reach, distance = sigmoid.tail_inverse(error), float(distance)
    slope = power_of_two(max(reach, _LEAST_REACH) / distance) if distance > 0 else math.inf
    slope = max(slope, 1.0) if reach == 0 else slope
    if not slope <= _STEEPEST:
        raise CannotProve(
            f"a step of {activation.name} within {error:g} at distance {distance:g} would need a "
            f"slope past 2^1000; a wider domain or an activation with a faster tail is needed"
        )
    return slope


def power_of_two(value: float) -> float:
    """Round a positive number up to a power of two."""
    if not 0 < value <= 2.0**1023:
        return math.inf
    mantissa, exponent = math.frexp(value)
    return math.ldexp(1.0, exponent - 1 if mantissa == 0.5 else exponent)


def on_exact_grid(places: ArrayLike, slope: float) -> Array:
    """Move the places of ReLU steps to the nearest ones at which slope·t ± ½ are floats.

    Raises CannotProve where float64 has no such numbers near enough: the steps are too narrow for
    their places.
    """
    t = np.asarray(places, dtype=np.float64)
    size = float(np.abs(t).max(initial=0.0)) * slope + 1.0
    grid = max(power_of_two(size) * 2.0**-52, 2.0**-40)
    if grid > 2.0**-10:
        raise CannotProve(
            f"a ReLU step of slope {slope:g} near x = {np.abs(t).max():g} is too narrow for "
            "float64; take a larger eps or a sigmoidal activation"
        )
    return np.asarray(np.round(t * slope / grid) * grid / slope, dtype=np.float64)
