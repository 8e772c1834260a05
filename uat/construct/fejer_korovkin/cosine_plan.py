"""Which slope, spacing and margin make a cosine sum with the fewest units for an ε.

The bound of `cosine_sum.py` has a part for the spacing and a part for the margin. For each of some
slopes half of ε goes to the spacing, which gives the widest one, and the rest to the margin, which
gives the least one; the slope with the fewest units is taken.

Source: as for `fejer_korovkin/cosine_sum.py`.
"""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from uat.construct.fejer_korovkin.cosine_sum import (
    Plan,
    Profile,
    margin_error,
    rounding_error,
    size_at_the_edge,
    spacing_error,
    takes,
)
from uat.construct.staircase.step import constant_unit
from uat.core.activations import Activation, logistic
from uat.core.arguments import read_eps, real_array
from uat.core.network import Network
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.rounding import ROUNDOFF

__all__ = ["build", "plan", "profile"]


_UP: Final = 1 + 1e-9
_BITS: Final = 16
_FARTHEST: Final = 2**20
_SLOPES: Final = np.geomspace(0.5, 64.0, 29)  # in units of the highest frequency
_SHARE: Final = 0.5  # of eps, for the waves of the spacing
_FOR_ROUNDING: Final = 1 / 16


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
    margin = math.log(2 * size_at_the_edge(waves, heights, w, h) / (wanted - spaced)) / w
    first, last = math.ceil((reach[0] - margin) / h), math.floor((reach[1] + margin) / h)
    count = last - first + 1
    if max(abs(first), abs(last)) > _FARTHEST or count < 1:
        return None
    made = Plan(waves, heights, level, reach, w, h, first, count, 0.0, activation)
    edges = margin_error(waves, heights, w, h, _beyond(reach, h, first, last))
    bound = (spaced + edges + rounding_error(made)) * _UP
    return replace(made, bound=bound) if bound <= eps else None


def _beyond(reach: tuple[float, float], spacing: float, first: int, last: int) -> tuple[float, ...]:
    """Return how far the nearest units left out stand beyond the ends of the reach."""
    low, high = map(Fraction, reach)
    step = Fraction(spacing)
    return float(low - step * (first - 1)), float(step * (last + 1) - high)


def _short(value: float) -> float:
    """Round down to 16 bits, so that products with others are exact.

    Examples
    --------
    >>> _short(0.1) * 2**20 % 1, 0.1 - _short(0.1) < 1e-5
    (0.0, True)
    """
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(mantissa * 2.0**_BITS), exponent - _BITS)
