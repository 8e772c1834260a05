"""Step 1 of the lecture: a steep sigmoid is a step, and its bias puts the step where it should be.

σ(b(x − t)) switches from 0 to 1 at x = t, the more sharply the larger b is: at a distance δ from t
it is within τ(bδ) of the step, τ the tail of σ. The unit is σ(bx + c) with c = −bt, so it switches
at t = −c/b. A negative slope gives the reversed step.

The slope is a power of two: then bt is a float, and the step stands at t exactly.

Source: the slides, step 1; M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation, logistic, ramp, relu
from uat.core.arguments import real_array
from uat.core.network import Network
from uat.errors import CannotProve, FloatLimit, InputError
from uat.expression.arrays import Array

__all__ = [
    "check_far_out",
    "check_slope",
    "constant_unit",
    "grid_of_places",
    "power_of_two",
    "slope_for",
    "step",
    "steps",
]


_SETTLED: Final = 2.0**-100
_STEEPEST: Final = 2.0**1000
_STEEPEST_RELU: Final = 2.0**40
_LEAST_REACH: Final = 2.0**-800


def step(
    t: float, activation: Activation = logistic, slope: float = 2.0**10, *, descending: bool = False
) -> Network:
    """Make the step at t from one unit (two for ReLU, a constant one more for tanh).

    Parameters
    ----------
    t : float
        Where it switches.
    activation : Activation
        Any σ with two different limits, or ReLU.
    slope : float
        b > 0; how steep. At most 2^40 for ReLU.
    descending : bool
        From 1 down to 0 by a negative slope.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        For a place or slope that is not finite, a slope ≤ 0 or out of range.

    Examples
    --------
    >>> g = step(2.0, slope=1e100).as_function()
    >>> g([1.999, 2.0, 2.001])
    array([0. , 0.5, 1. ])
    """
    check_slope(slope, activation)
    return steps([t], [1.0], 0.0, activation, -slope if descending else slope)


def check_slope(slope: float, activation: Activation) -> None:
    """Refuse a slope that makes no step.

    A ReLU step is the difference of two numbers of size b|x − t|; past 2^40 their rounding would
    show in the step.

    Examples
    --------
    >>> check_slope(1e100, logistic)
    >>> check_slope(1e100, relu)
    Traceback (most recent call last):
    uat.errors.InputError: slope 1e+100 given; a ReLU step in float64 needs one up to 2^40
    """
    if not 0 < slope < math.inf:
        raise InputError(f"slope {slope} given; a finite number > 0 is needed")
    if activation is relu and slope > _STEEPEST_RELU:
        raise InputError(f"slope {slope:g} given; a ReLU step in float64 needs one up to 2^40")


def check_far_out(activation: Activation, reach: float, farthest: float) -> None:
    """Refuse a σ whose floats leave its limits far out, where u² or exp(u) is past float64.

    Parameters
    ----------
    activation : Activation
    reach, farthest : float
        Where |u| is looked at.

    Examples
    --------
    >>> check_far_out(logistic, 40.0, 1e300)
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
            raise FloatLimit(
                f"{activation.name} gives {value[i]:g} at u = {side[i]:.3g} in float64, where it is "
                f"near {limit:g}",
                "write it so that nothing overflows",
            )


def steps(
    places: ArrayLike,
    jumps: ArrayLike,
    constant: float,
    activation: Activation,
    slope: float,
) -> Network:
    """Make the network constant + Σ jump_k S(slope (x − place_k)), S the rescaled σ.

    Parameters
    ----------
    places, jumps : array_like, (n,)
    constant : float
    activation : Activation
    slope : float
        One for all steps; negative for descending ones.

    Returns
    -------
    Network
        One hidden layer, no output bias: a unit of slope 0 stands for the constant.

    Raises
    ------
    InputError
        For a slope of 0, NaN, or one that takes a bias out of float64's range; for ReLU, one
        with which b·t ± ½ is no float.

    Examples
    --------
    >>> from uat.core.activations import tanh
    >>> g = steps([0.0, 1.0], [1.0, 2.0], 5.0, tanh, 1e6)
    >>> g.as_function()([-1, 0.5, 2])
    array([5., 6., 8.])
    """
    t, jump = real_array(places, "places"), real_array(jumps, "jumps")
    if t.ndim != 1 or t.shape != jump.shape:
        raise InputError(f"places of shape {t.shape} and jumps of shape {jump.shape} do not fit")
    if not math.isfinite(slope) or slope == 0 or not math.isfinite(constant):
        raise InputError(f"slope {slope} and constant {constant} given; finite, slope not 0")
    with np.errstate(over="ignore"):
        shift = slope * t
    if not np.isfinite(t).all() or not np.isfinite(jump).all():
        raise InputError(f"a step at {t} of height {jump} given; finite numbers are needed")
    if not np.isfinite(shift).all():
        raise InputError(f"slope {slope:g} is too large for a step at {np.abs(t).max():g}")
    b = np.full_like(t, slope)
    if activation.limits is None:
        if not ((0.5 - shift) - (-0.5 - shift) == 1).all():
            raise InputError(
                f"slope {slope:g} is too large for a ReLU step at {np.abs(t).max():g}: b·t ± ½ is "
                "no float; take a smaller slope or a sigmoidal activation"
            )
        a, b, c = np.append(jump, -jump), np.append(b, b), np.append(0.5 - shift, -0.5 - shift)
        rest = constant
    else:
        left, right = activation.limits
        a, c = jump / (right - left), -shift
        rest = constant - math.fsum(a * left)
    one, bias = constant_unit(activation)
    if rest != 0 or len(a) == 0:
        a, b, c = np.append(a, rest / one), np.append(b, 0.0), np.append(c, bias)
    return Network.from_units(a, b, c, activation)


def constant_unit(activation: Activation) -> tuple[float, float]:
    """Return the value of a unit of slope 0 far in its limit, and its bias.

    The theorem's sum has no output bias, so a constant is a unit σ(0·x + c): the c is so large
    that σ(c) is the limit to within 2^−100, or as near as the tail is proved.

    Examples
    --------
    >>> constant_unit(logistic)
    (1.0, 128.0)
    """
    if activation.limits is None:
        return 1.0, 1.0
    left, right = activation.limits
    for bound in (_SETTLED, 2.0**-48, 2.0**-24):
        try:
            bias = power_of_two(max(activation.tail_inverse(bound), 1.0))
        except CannotProve:
            continue
        return (left, -bias) if abs(left) > abs(right) else (right, bias)
    raise FloatLimit(f"the tail of {activation.name} falls too slowly for a constant unit")


def slope_for(activation: Activation, distance: float, error: float) -> float:
    """Find the slope from which a step is within `error` of 0 or 1 at that distance from t.

    Returns
    -------
    float
        A power of two.

    Raises
    ------
    CannotProve
        Where no slope that float64 holds is steep enough.

    Examples
    --------
    >>> slope_for(logistic, 0.01, 1e-6)
    2048.0
    """
    sigmoid = ramp if activation is relu else activation
    reach, distance = sigmoid.tail_inverse(error), float(distance)
    slope = power_of_two(max(reach, _LEAST_REACH) / distance) if distance > 0 else math.inf
    slope = max(slope, 1.0) if reach == 0 else slope
    if not slope <= _STEEPEST:
        raise CannotProve(
            f"a step of {activation.name} within {error:g} at distance {distance:g} would need a "
            f"slope past 2^1000",
            "a wider domain or an activation with a faster tail is needed",
        )
    return slope


def power_of_two(value: float) -> float:
    """Round a positive number up to a power of two.

    Examples
    --------
    >>> power_of_two(5.0), power_of_two(0.25)
    (8.0, 0.25)
    """
    if not 0 < value <= 2.0**1023:
        return math.inf
    mantissa, exponent = math.frexp(value)
    return math.ldexp(1.0, exponent - 1 if mantissa == 0.5 else exponent)


def grid_of_places(places: Any, slope: float) -> Array:
    """Move the places of ReLU steps so little that slope·t ± ½ are floats, and the steps exact.

    Raises
    ------
    CannotProve
        Where float64 has no such numbers near enough: the steps are too narrow for their place.

    Examples
    --------
    >>> grid_of_places([0.1], 8.0) * 8.0 * 2.0**40 % 1
    array([0.])
    """
    t = np.asarray(places, dtype=np.float64)
    size = float(np.abs(t).max(initial=0.0)) * slope + 1.0
    grid = max(power_of_two(size) * 2.0**-52, 2.0**-40)
    if grid > 2.0**-10:
        raise FloatLimit(
            f"a ReLU step of slope {slope:g} near x = {np.abs(t).max():g} is too narrow for "
            "float64",
            "take a larger eps or a sigmoidal activation",
        )
    return np.asarray(np.round(t * slope / grid) * grid / slope, dtype=np.float64)
