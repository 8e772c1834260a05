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
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uat.activations import Activation, logistic, tanh
from uat.construct.step import constant_unit
from uat.errors import CannotProve, InputError
from uat.given import read_eps, real_array
from uat.network import Network
from uat.numerics.rounding import ACTIVATION_ROUNDINGS, ROUNDOFF

__all__ = ["Plan", "Profile", "build", "margin_error", "plan", "profile", "spacing_error", "takes"]

Array = NDArray[np.float64]

_UP: Final = 1 + 1e-9
_BITS: Final = 16
_FARTHEST: Final = 2**20
_SLOPES: Final = np.geomspace(0.5, 64.0, 29)  # in units of the highest frequency
_SHARE: Final = 0.5  # of eps, for the waves of the spacing
_FOR_ROUNDING: Final = 1 / 16


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
    """Tell whether the closed form is known for a σ: the logistic one, and tanh, its double."""
    return activation in (logistic, tanh)


def plan(
    frequencies: ArrayLike,
    cosines: ArrayLike,
    reach: tuple[float, float],
    eps: float,
    activation: Activation = logistic,
) -> Plan:
    """Choose slope, spacing and margin for the fewest units whose bound is at most ε.

    Parameters
    ----------
    frequencies, cosines : array_like, (terms,)
        p and a_p of q(t) = Σ a_p cos pt, taken as exact; p = 0 is the constant term.
    reach : (float, float)
        A < B: where q is to be met.
    eps : float
    activation : Activation
        logistic or tanh.

    Returns
    -------
    Plan
        Its `bound` is at most ε; `count` does not have the constant. With ε ≥ Σ|a_p|, no unit.

    Raises
    ------
    InputError
        For shapes that do not fit, NaN, A ≥ B, ε ≤ 0, another σ.
    CannotProve
        Where the rounding of the weights alone is more than ε allows.

    Examples
    --------
    >>> chosen = plan([1, 5], [1.0, 0.2], (0.0, 3.0), 1e-6)
    >>> chosen.count, chosen.bound <= 1e-6
    (46, True)
    """
    waves, heights, level = _terms(frequencies, cosines)
    low, high = _checked(reach, eps, activation)
    total = float(np.abs(heights).sum()) * _UP
    still = total + 8 * ROUNDOFF * abs(level)
    if still <= eps:
        return Plan(waves[:0], heights[:0], level, (low, high), 1.0, 1.0, 0, 0, still, activation)
    found = [
        made
        for slope in waves.max(initial=0.0) * _SLOPES[: None if waves.size else 0]
        if (made := _with(waves, heights, level, (low, high), eps, slope, activation))
    ]
    if not found:
        raise CannotProve(
            f"cosines of size {total:.3g} cannot be met within {eps:.3g} in float64: the rounding "
            "of the weights is more than that; take a larger eps"
        )
    return min(found, key=lambda made: (made.count, made.bound))


def profile(
    frequencies: ArrayLike,
    cosines: ArrayLike,
    reach: tuple[float, float],
    eps: float,
    activation: Activation = logistic,
) -> Profile:
    """Plan and build: arguments and errors as `plan` has them.

    Examples
    --------
    >>> import numpy as np
    >>> made = profile([2.0], [1.0], (0.0, 3.0), 1e-3)
    >>> t = np.linspace(0, 3, 500)
    >>> g = made.constant + logistic(made.slope * t[:, None] + made.biases) @ made.weights
    >>> bool(np.abs(g - np.cos(2 * t)).max() <= made.bound)
    True
    """
    return plan(frequencies, cosines, reach, eps, activation).build()


def build(
    frequencies: ArrayLike,
    cosines: ArrayLike,
    reach: tuple[float, float],
    eps: float,
    activation: Activation = logistic,
) -> tuple[Network, float]:
    """Build the network of a cosine sum, the constant a unit of its own, and its proved bound.

    Examples
    --------
    >>> network, bound = build([1.0], [1.0], (0.0, 3.0), 1e-4)
    >>> network.units, bound <= 1e-4
    (20, True)
    """
    one, bias = constant_unit(activation)
    made = profile(frequencies, cosines, reach, eps * (1 - 2.0**-20), activation)
    height = made.constant / one
    # the quotient is rounded, and the unit within 2^-100 of its limit
    bound = (made.bound + 2 * ROUNDOFF * abs(made.constant)) * _UP
    if bound > eps:
        raise CannotProve(f"a constant of {made.constant:.3g} is rounded by more than {eps:.3g}")
    slopes = np.append(np.full(len(made.weights), made.slope), 0.0)
    a, c = np.append(made.weights, height), np.append(made.biases, bias)
    return Network.from_units(a, slopes, c, activation), bound


def _terms(frequencies: ArrayLike, cosines: ArrayLike) -> tuple[Array, Array, float]:
    """Take the constant term apart, and leave out what is 0."""
    p, a = np.abs(real_array(frequencies, "frequencies")), real_array(cosines, "cosines")
    if p.ndim != 1 or p.shape != a.shape:
        raise InputError(
            f"frequencies of shape {p.shape} and cosines of shape {a.shape} given; one number a "
            "term is needed in each"
        )
    if not (np.isfinite(p).all() and np.isfinite(a).all()):
        raise InputError("frequencies or cosines with NaN or infinity given; finite ones needed")
    waves = (p > 0) & (a != 0)
    return p[waves], a[waves], math.fsum(a[p == 0])


def _checked(reach: tuple[float, float], eps: float, activation: Activation) -> tuple[float, float]:
    low, high = map(float, reach)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"reach {reach} given; two finite numbers A < B are needed")
    read_eps(eps)
    if not takes(activation):
        raise InputError(
            f"{activation.name} given; the closed form for cosines is known for logistic and tanh"
        )
    return low, high


def _with(
    waves: Array,
    heights: Array,
    level: float,
    reach: tuple[float, float],
    eps: float,
    slope: float,
    activation: Activation,
) -> Plan | None:
    """Find the widest spacing and the least margin for a slope; None where ε cannot be met."""
    w, wanted = _short(slope), eps * (1 - _FOR_ROUNDING)
    size = 4 * float(np.abs(heights) @ np.sinh(2 * math.pi * waves / w))
    # r/((1 − r)(1 − …)) with the last factor near 1: a little less, and tried below
    ratio = 0.98 * _SHARE * wanted / (size + _SHARE * wanted)
    if ratio == 0:
        return None
    h = _short(2 * math.pi**2 / (w * math.log(1 / ratio)))
    spaced = spacing_error(waves, heights, w, h)
    if not spaced < wanted:
        return None
    margin = math.log(2 * _edge(waves, heights, w, h) / (wanted - spaced)) / w
    first, last = math.ceil((reach[0] - margin) / h), math.floor((reach[1] + margin) / h)
    count = last - first + 1
    if max(abs(first), abs(last)) > _FARTHEST or count < 1:
        return None
    made = Plan(waves, heights, level, reach, w, h, first, count, 0.0, activation)
    edges = margin_error(waves, heights, w, h, _beyond(reach, h, first, last))
    bound = (spaced + edges + _rounding(made)) * _UP
    return replace(made, bound=bound) if bound <= eps else None


def _beyond(reach: tuple[float, float], spacing: float, first: int, last: int) -> tuple[float, ...]:
    """Give how far the nearest units left out stand beyond the ends of the reach."""
    low, high = map(Fraction, reach)
    step = Fraction(spacing)
    return float(low - step * (first - 1)), float(step * (last + 1) - high)


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
    edge = _edge(waves, heights, slope, spacing)
    return edge * sum(math.exp(-slope * distance) for distance in beyond) * _UP


def _edge(waves: Array, heights: Array, slope: float, spacing: float) -> float:
    """Give hS/(1 − exp(−wh))."""
    total = float(np.abs(heights) @ (_gain(waves, slope) * waves))
    return spacing * total / -math.expm1(-slope * spacing)


def _gain(waves: Array, slope: float) -> Array:
    """Give 1/M(p/w) = sinh(πp/w)/(πp/w)."""
    x = np.pi * waves / slope
    return np.asarray(np.sinh(x) / x)


def _rounding(made: Plan) -> float:
    """Bound what rounding does to the weights and to C, with numpy's functions trusted as ever.

    A weight: A_p p is a few roundings off and 4x more, x = πp/w, for the argument of sinh; the
    argument p t_k of the sine is one rounding of itself off. C: the sum of the rounded weights
    times units, each argument exact but for 2 roundings of w|t*|, and the waves at t*; for tanh
    the half weights once more. What is summed by `fsum` is one rounding off. A weight's error
    is in g(t) and in C, so it counts by L(w(t − t_k)) − L(w(t* − t_k)), less than once.
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
    """Give a point of the reach, t*."""
    return min(max(reach[0] / 2 + reach[1] / 2, reach[0]), reach[1])


def _short(value: float) -> float:
    """Round down to 16 bits, so that products with others are exact.

    Examples
    --------
    >>> _short(0.1) * 2**20 % 1, 0.1 - _short(0.1) < 1e-5
    (0.0, True)
    """
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(mantissa * 2.0**_BITS), exponent - _BITS)
