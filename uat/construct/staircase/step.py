"""Step 1 of the lecture: a steep sigmoid is a step, and its bias puts the step where it should be.

σ(b(x − t)) switches from 0 to 1 at x = t, the more sharply the larger b is: at a distance δ from t
it is within τ(bδ) of the step, τ the tail of σ. The unit is σ(bx + c) with c = −bt, so it switches
at t = −c/b. A negative slope gives the reversed step.

The slope is a power of two: then bt is a float, and the step stands at t exactly.

Where σ grows without limits, as ReLU does, the step is the difference of two units,
σ(b(x − t) + ½) − σ(b(x − t) − ½). They subtract numbers of size b|x − t|; the step stays exact if
bt ± ½ are floats.

Source: the slides, step 1; M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation, logistic
from uat.core.arguments import real_array
from uat.core.network import Network
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.powers_of_two import power_of_two_at_least

__all__ = [
    "check_far_out",
    "check_slope",
    "constant_error",
    "constant_unit",
    "on_exact_grid",
    "sigmoid_of",
    "slope_for",
    "step",
    "steps",
]

_STEEPEST_PAIR: Final = 2.0**40  # past it the rounding of two units would show in their difference
_SETTLED: Final = (2.0**-100, 2.0**-48, 2.0**-24)
"""Distances of the constant unit from its limit; the first that the tail of σ reaches is taken."""

_STEEPEST: Final = 2.0**1000  # steeper slopes would overflow for |x| up to 2^23

_LEAST_REACH: Final = 2.0**-800
"""A shorter reach of σ is taken for this one: products with it do not underflow."""


def step(
    t: float, activation: Activation = logistic, slope: float = 2.0**10, *, descending: bool = False
) -> Network:
    """Make the step at t from one unit (two where σ grows as ReLU does, a constant one for tanh).

    The slope b > 0 is how steep the step is, at most 2^40 for two units; a descending step is made
    by a negative one.

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

    A step of two units is the difference of two numbers of size b|x − t|; past 2^40 their rounding
    would show in the step.
    """
    if not 0 < slope < math.inf:
        raise InputError(f"slope {slope} given; a finite number > 0 is needed")
    if activation.limits is None and slope > _STEEPEST_PAIR:
        raise InputError(
            f"slope {slope:g} given; a step of two {activation.name} units in float64 needs one up "
            "to 2^40"
        )


def sigmoid_of(activation: Activation) -> Activation:
    """Return what a step is made of: σ, or σ(u + ½) − σ(u − ½); refuse a σ that makes none."""
    if activation.sigmoid is None:
        raise InputError(
            f"{activation.name} makes no steps: neither σ nor σ(u + 1) − σ(u) has two different "
            "limits",
            "comb and ridge take it",
        )
    return activation.sigmoid


def steps(
    places: ArrayLike,
    jumps: ArrayLike,
    constant: float,
    activation: Activation,
    slope: float,
) -> Network:
    """Make the network constant + Σ jump_k S(slope (x − place_k)), S the rescaled σ.

    It has one hidden layer and no output bias: a unit of slope 0 stands for the constant. A
    negative slope makes descending steps. Raises InputError for a slope of 0, NaN, or one that
    takes a bias out of float64's range; for steps of two units, one with which b·t ± ½ is no float.

    Examples
    --------
    >>> from uat.core.activations import tanh
    >>> g = steps([0.0, 1.0], [1.0, 2.0], 5.0, tanh, 1e6)
    >>> g.as_function()([-1, 0.5, 2])
    array([5., 6., 8.])
    """
    t, jump = _checked(places, jumps, constant, slope)
    limits = sigmoid_of(activation).limits
    assert limits is not None
    left, right = limits
    a, b, c = jump / (right - left), np.full_like(t, slope), -slope * t
    rest = constant - math.fsum(a * left)
    if activation.limits is None:
        a, b, c = _pairs(a, b, c)
    one, bias = constant_unit(activation)
    if rest != 0 or len(a) == 0:
        a, b, c = np.append(a, rest / one), np.append(b, 0.0), np.append(c, bias)
    return Network.from_units(a, b, c, activation)


def _checked(
    places: ArrayLike, jumps: ArrayLike, constant: float, slope: float
) -> tuple[Array, Array]:
    """Read the places and jumps of steps, and refuse what is not finite."""
    t, jump = real_array(places, "places"), real_array(jumps, "jumps")
    if t.ndim != 1 or t.shape != jump.shape:
        raise InputError(f"places of shape {t.shape} and jumps of shape {jump.shape} do not fit")
    if not math.isfinite(slope) or slope == 0 or not math.isfinite(constant):
        raise InputError(f"slope {slope} and constant {constant} given; finite, slope not 0")
    if not np.isfinite(t).all() or not np.isfinite(jump).all():
        raise InputError(f"a step at {t} of height {jump} given; finite numbers are needed")
    with np.errstate(over="ignore"):
        if not np.isfinite(slope * t).all():
            raise InputError(f"slope {slope:g} is too large for a step at {np.abs(t).max():g}")
    return t, jump


def _pairs(a: Array, b: Array, c: Array) -> tuple[Array, Array, Array]:
    """Make each step from two units, σ(bx + c + ½) − σ(bx + c − ½)."""
    upper, lower = 0.5 + c, -0.5 + c
    if not (upper - lower == 1).all():
        raise InputError(
            f"slope {np.abs(b).max():g} is too large for steps of two units at {_farthest(b, c):g}: "
            "b·t ± ½ is no float; take a smaller slope or a sigmoidal activation"
        )
    return np.append(a, -a), np.append(b, b), np.append(upper, lower)


def _farthest(b: Array, c: Array) -> float:
    return float(np.abs(c / b).max())


@lru_cache(maxsize=64)
def constant_unit(activation: Activation) -> tuple[float, float]:
    """Return the value of a unit of slope 0, and its bias.

    The theorem's sum has no output bias, so a constant is a unit σ(0·x + c). For a σ with limits
    the c is so large that σ(c) is the larger one to within 2^−100, or as near as the tail is proved;
    otherwise it is 1. `constant_error` bounds what the value is off by.
    """
    if activation.limits is None:
        return float(activation(1.0)), 1.0
    left, right = activation.limits
    for bound in _SETTLED:
        try:
            bias = power_of_two_at_least(max(activation.tail_inverse(bound), 1.0))
        except CannotProve:
            continue
        return (left, -bias) if abs(left) > abs(right) else (right, bias)
    raise CannotProve(f"the tail of {activation.name} falls too slowly for a constant unit")


@lru_cache(maxsize=64)
def constant_error(activation: Activation) -> float:
    """Bound the distance of σ from the value of `constant_unit` at its bias."""
    from uat.enclosure.enclose import enclose

    value, bias = constant_unit(activation)
    if activation.limits is not None:
        left, right = activation.limits
        return abs(right - left) * activation.tail(abs(bias))
    assert activation.expression is not None
    low, high = enclose(activation.expression, [[bias]], [[bias]])
    return float(max(high[0] - value, value - low[0]))


def check_far_out(activation: Activation, reach: float, farthest: float) -> None:
    """Refuse a σ that float64 evaluates to something else than its limit far out, by overflow.

    A σ without limits is one of the package, and passes. The |u| from `reach` to `farthest` are sampled.
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
    sigmoid = sigmoid_of(activation)
    reach, distance = sigmoid.tail_inverse(error), float(distance)
    slope = power_of_two_at_least(max(reach, _LEAST_REACH) / distance) if distance > 0 else math.inf
    slope = max(slope, 1.0) if reach == 0 else slope
    if not slope <= _STEEPEST:
        raise CannotProve(
            f"a step of {activation.name} within {error:g} at distance {distance:g} would need a "
            f"slope past 2^1000; a wider domain or an activation with a faster tail is needed"
        )
    return slope


def on_exact_grid(places: ArrayLike, slope: float) -> Array:
    """Move the places of steps of two units to the nearest ones at which slope·t ± ½ are floats.

    Raises CannotProve where float64 has no such numbers near enough: the steps are too narrow for
    their places.
    """
    t = np.asarray(places, dtype=np.float64)
    size = float(np.abs(t).max(initial=0.0)) * slope + 1.0
    grid = max(power_of_two_at_least(size) * 2.0**-52, 2.0**-40)
    if grid > 2.0**-10:
        raise CannotProve(
            f"a step of two units of slope {slope:g} near x = {np.abs(t).max():g} is too narrow "
            "for float64; take a larger eps or a sigmoidal activation"
        )
    return np.asarray(np.round(t * slope / grid) * grid / slope, dtype=np.float64)
