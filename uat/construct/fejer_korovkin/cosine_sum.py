"""Cosines by soft units in closed form: the weights are known, and so is the error, beforehand.

Let q(t) = a_0 + Σ a_p cos pt and L the logistic σ, whose slope has the Fourier transform
M(ξ) = πξ/sinh πξ. Smearing Q = Σ A_p cos ps, A_p = a_p/M(p/w), by the slope of L(wt) gives q back,
so that q(t) = ∫ Q′(s) L(w(t − s)) ds but for a constant. With units at t_k = hk instead of all s,

    g(t) = C + Σ h Q′(t_k) L(w(t − t_k)),  C such that g = q at one point t* of [A, B].

Its error has two parts. By Poisson's sum the slope of the whole row is q′ and, for each p and
j ≠ 0, a wave of frequency ν = p + 2πj/h and size |A_p| p M(ν/w). Integrated from t* to t and
summed over j, with r = exp(−2π²/wh) and h < π/p,

    2 Σ |a_p| 2 sinh(2πp/w) r / ((1 − r)(1 − exp(−2π(2π/h − p)/w))).

A unit left out, E or more before A or beyond B, differs between t and t* by at most its tail,
exp(−w·distance): on each side hS exp(−wE)/(1 − exp(−wh)) together, S = Σ |A_p| p.

h, hk and whk are floats exactly, so that only the weights and C are rounded; that is bounded too.

Source: F. Stenger, Numerical Methods Based on Sinc and Analytic Functions, 1993, section 1.4
(Poisson's sum); the constants are derived above.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic, tanh
from uat.expression.arrays import Array
from uat.numerics.rounding import ACTIVATION_ROUNDINGS, ROUNDOFF

__all__ = [
    "Plan",
    "Profile",
    "margin_error",
    "rounding_error",
    "size_at_the_edge",
    "spacing_error",
    "takes",
]


_UP: Final = 1 + 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What will be built, and its error, known before.

    Attributes
    ----------
    frequencies, cosines : ndarray, (terms,)
        The terms of q that are waves.
    level : float
        a_0.
    reach : (float, float)
    slope, spacing : float
        w and h; floats of 16 bits.
    first, count : int
        Units stand at h·first, h·(first + 1), …, so many.
    bound : float
        sup |q − g| on the reach is at most that, in real arithmetic, with the weights as floats.
    activation : Activation
    """

    frequencies: Array
    cosines: Array
    level: float
    reach: tuple[float, float]
    slope: float
    spacing: float
    first: int
    count: int
    bound: float
    activation: Activation

    def build(self) -> "Profile":
        """Make the units."""
        centres = self.spacing * np.arange(self.first, self.first + self.count)
        phases = np.outer(centres, self.frequencies)
        raised = self.cosines * _gain(self.frequencies, self.slope) * self.frequencies
        weights: Array = -self.spacing * (np.sin(phases) @ raised)
        middle = _middle(self.reach)
        biases = np.asarray(-self.slope * centres, dtype=np.float64)
        units = logistic(self.slope * middle + biases)
        waves = self.cosines @ np.cos(self.frequencies * middle)
        constant = math.fsum([self.level, waves, *(-weights * units)])
        if self.activation is logistic:
            return Profile(self.slope, biases, weights, constant, self.bound, self.activation)
        half = weights / 2
        constant = math.fsum([constant, *half])
        return Profile(self.slope / 2, biases / 2, half, constant, self.bound, self.activation)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The units: g(t) = constant + Σ weights_k σ(slope·t + biases_k).

    Attributes
    ----------
    slope : float
    biases, weights : ndarray, (count,)
    constant : float
        For a unit of slope 0, which several profiles can share.
    bound : float
        As in the plan.
    activation : Activation
    """

    slope: float
    biases: Array
    weights: Array
    constant: float
    bound: float
    activation: Activation


def takes(activation: Activation) -> bool:
    """Return whether the closed form is known for a σ: the logistic one, and tanh, its double."""
    return activation in (logistic, tanh)


def spacing_error(waves: Array, heights: Array, slope: float, spacing: float) -> float:
    """Bound what the waves of the spacing add, rounded up; inf where it is too wide.

    Examples
    --------
    >>> 0 < spacing_error(np.array([1.0]), np.array([1.0]), 2.0, 0.5) < 1e-6
    True
    """
    highest = float(waves.max())
    if not spacing * highest < math.pi:
        return math.inf
    r = math.exp(-2 * math.pi**2 / (slope * spacing))
    last = math.exp(-2 * math.pi * (2 * math.pi / spacing - highest) / slope)
    size = 4 * float(np.abs(heights) @ np.sinh(2 * math.pi * waves / slope))
    return size * r / ((1 - r) * (1 - last)) * _UP


def margin_error(
    waves: Array, heights: Array, slope: float, spacing: float, beyond: tuple[float, ...]
) -> float:
    """Bound what the units left out would add on both sides, rounded up.

    Examples
    --------
    >>> 0 < margin_error(np.array([1.0]), np.array([1.0]), 2.0, 0.5, (10.0, 10.0)) < 1e-7
    True
    """
    edge = size_at_the_edge(waves, heights, slope, spacing)
    return edge * sum(math.exp(-slope * distance) for distance in beyond) * _UP


def size_at_the_edge(waves: Array, heights: Array, slope: float, spacing: float) -> float:
    """Return hS/(1 − exp(−wh)): what a side would miss with no margin.

    Examples
    --------
    >>> 0.9 < size_at_the_edge(np.array([1.0]), np.array([1.0]), 2.0, 0.5) < 1.4
    True
    """
    total = float(np.abs(heights) @ (_gain(waves, slope) * waves))
    return spacing * total / -math.expm1(-slope * spacing)


def _gain(waves: Array, slope: float) -> Array:
    """Return 1/M(p/w) = sinh(πp/w)/(πp/w)."""
    x = np.pi * waves / slope
    return np.asarray(np.sinh(x) / x)


def rounding_error(made: Plan) -> float:
    """Bound what rounding does to the weights and to C, with numpy's functions trusted as ever.

    A weight: A_p p is a few roundings off and 4x more, x = πp/w, for the argument of sinh; the
    argument p t_k of the sine is one rounding of itself off. C: the sum of the rounded weights
    times units, each argument exact but for 2 roundings of w|t*|, and the waves at t*; for tanh
    the half weights once more. What is summed by `fsum` is one rounding off. A weight's error
    is in g(t) and in C, so it counts by L(w(t − t_k)) − L(w(t* − t_k)), less than once.

    Examples
    --------
    >>> one = np.ones(1)
    >>> 0 < rounding_error(Plan(one, one, 0.0, (0, 3), 2.0, 0.5, -9, 24, 0.0, logistic)) < 1e-12
    True
    """
    waves, heights = made.frequencies, np.abs(made.cosines)
    raised = heights * _gain(waves, made.slope) * waves
    farthest = made.spacing * max(abs(made.first), abs(made.first + made.count - 1))
    own = 2 * ACTIVATION_ROUNDINGS + len(waves) + 16 + 8 * math.pi * waves / made.slope
    each = made.spacing * float(raised @ (own + 2 * waves * farthest))
    sizes = made.count * made.spacing * float(raised.sum())
    middle = abs(_middle(made.reach))
    units = sizes * (ACTIVATION_ROUNDINGS + 4 + made.slope * (middle + farthest))
    terms = heights @ (ACTIVATION_ROUNDINGS + len(waves) + 4 + 2 * waves * middle)
    rest = 4 * (sizes + abs(made.level))
    return (made.count * each + units + float(terms) + rest) * ROUNDOFF * _UP


def _middle(reach: tuple[float, float]) -> float:
    """Return a point of the reach, t*."""
    return min(max(reach[0] / 2 + reach[1] / 2, reach[0]), reach[1])
