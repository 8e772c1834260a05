"""The shape of σ: how steep and how wide its rise is, and if it is soft, without jump and kink.

The logistic σ is the measure of steepness and width. Shifted copies of a soft σ add up smoothly. At
a kink σ(u + δ) − 2σ(u) + σ(u − δ) falls like δ as δ shrinks, at a jump not at all, and where σ is
twice differentiable like δ². So the largest of these differences is looked for on a fine grid, and
again with a δ 64 times smaller around that place: by measurement, not by name.

A σ that grows, as softplus does, is measured by its difference σ(u + ½) − σ(u − ½); the sine is soft
with steepness and width 1, though no sum of sines of one slope comes near anything else.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np

from uat.core.activations import Activation
from uat.enclosure.balls import is_analytic
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["check_soft", "is_soft", "middle_width", "rise_length", "steepness"]

_WIDEST: Final = 1e9
_HALF: Final = 512
_ZOOMS: Final = 24
"""The steepest place is looked for within ±1e9, on 1024 steps at a time, up to 24 times closer."""

_REACH: Final = 32.0
_STEP: Final = 2.0**-9
"""A kink is looked for this far on both sides, δ apart, in units of the rise of σ."""

_FINER: Final = 64
_KINK: Final = 1 / 8
"""With a δ 64 times smaller the change of slope at a kink stays, of a smooth σ it falls to 1/64."""

_SMALL: Final = 2.0**-20
"""A smaller change of slope is taken for rounding."""


@lru_cache(maxsize=64)
def steepness(activation: Activation) -> float:
    """Measure how many times as steep as the logistic σ is, when both run from 0 to 1.

    Looks ever closer at the place where σ changes most; inf where it still jumps there.

    >>> from uat.core.activations import heaviside, logistic, tanh
    >>> [steepness(sigma) for sigma in (logistic, tanh, heaviside)]
    [1.0, 2.0, inf]
    """
    sigmoid = activation.sigmoid
    if sigmoid is None:
        return 1.0
    jump = _jump(sigmoid)
    centre, reach, close = 0.0, _WIDEST, False
    for _ in range(_ZOOMS):
        u = centre + reach * np.linspace(-1, 1, 2 * _HALF + 1)
        change = np.abs(np.diff(np.asarray(sigmoid(u))))
        place = int(np.argmax(change))
        slope = float(change[place]) / (reach / _HALF)
        if slope == 0:
            return np.inf  # the jump lies at a float that the finer points miss
        if close:
            return float(f"{4 * slope / jump:.3g}")  # the same on every platform
        close = change[place] < jump / 8
        centre = (u[place] + u[place + 1]) / 2
        reach = jump / slope if close else 2 * reach / _HALF
    return np.inf


def rise_length(activation: Activation) -> float:
    """Return the length over which σ, at its largest slope, goes from one limit to the other.

    It is 4 for the logistic σ; 2 for an activation without limits or with a jump. It rests on the
    Lipschitz constant, not on `steepness`, which is rounded to three digits.
    """
    if activation.limits is None or not 0 < activation.lipschitz < math.inf:
        return 2.0
    low, high = activation.limits
    return abs(high - low) / activation.lipschitz


def middle_width(activation: Activation) -> float:
    """Measure how wide the middle half of σ is, in units of that of the logistic one.

    Unlike the largest slope it does not change where σ is steep in one place alone.
    """
    sigmoid = activation.sigmoid
    if sigmoid is None:
        return 1.0
    u = np.sinh(np.linspace(-20, 20, 20001))
    assert sigmoid.limits is not None
    low, high = sigmoid.limits
    share = (sigmoid(u) - low) / (high - low)
    middle = u[(share > 0.25) & (share < 0.75)]
    return float(np.ptp(middle)) / (2 * math.log(3.0)) if len(middle) > 1 else 1.0


def check_soft(
    activation: Activation, method: str, dimension: int = 1, also: tuple[str, ...] = ()
) -> None:
    """Refuse a σ that a method of soft units cannot use, and name those for this dimension of f.

    On a line these are staircase and rectangles, and `also` what the caller knows of.
    """
    if is_soft(activation):
        return
    if activation.expression is None:
        why = f"{activation.name} has no formula that shows it"
    else:
        why = f"{activation.name} has a jump or a kink"
    listed = ", ".join((*also, "staircase"))
    others = f"{listed} and rectangles take" if dimension == 1 else "fejer-korovkin takes"
    raise InputError(
        f"{method} needs a soft σ, and {why}",
        f"{others} it, or take uat.logistic, uat.tanh, …",
    )


@lru_cache(maxsize=64)
def is_soft(activation: Activation) -> bool:
    """Return True if σ has, as far as samples show, neither a jump nor a kink."""
    if activation.expression is None:
        return False
    sigmoid = activation.sigmoid
    if sigmoid is None:
        return is_analytic(activation.expression)
    unit = 1 / steepness(activation)
    if unit == 0:
        return False
    u = unit * np.arange(-_REACH, _REACH + _STEP, _STEP)
    coarse, place = _bend(sigmoid, u, unit * _STEP)
    if coarse <= _SMALL:
        return True
    step = _STEP / _FINER
    around = u[place] + unit * step * np.arange(-2 * _FINER, 2 * _FINER + 1)
    return _bend(sigmoid, around, unit * step)[0] < _KINK * coarse


def _bend(sigmoid: Activation, u: Array, step: float) -> tuple[float, int]:
    """Return the largest change of slope between u − step and u + step, in units of the steepest."""
    value = np.asarray(sigmoid(u[:, None] + step * np.array([-1.0, 0.0, 1.0])))
    change = np.abs(value[:, 0] - 2 * value[:, 1] + value[:, 2]) / step
    change *= 4 / (steepness(sigmoid) * _jump(sigmoid))
    place = int(np.argmax(change))
    return float(change[place]), place


def _jump(sigmoid: Activation) -> float:
    """Return the distance of the two limits."""
    assert sigmoid.limits is not None
    return abs(sigmoid.limits[1] - sigmoid.limits[0])
