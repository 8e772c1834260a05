"""σ near a point: the package's own σ with limits, all of them nondecreasing, and ReLU.

The others of the package are in `unbounded.py`, yours in `custom.py`.

For a σ with two limits there are two models, and each unit gets the sharper one on each cell.
Taylor: the error is sup|σ‴| reach³/6. By the ends: where λ ≤ σ′ on the range of z, σ(z) − λz is
nondecreasing there, so its values at the two ends bound it. With λ = 0 that is the monotone split,
which does not care how steep a unit is.

ReLU is exact off its kink and has the chord around it: max(u, 0) − λu is convex, so over an
interval it is largest at an end; for 0 ≤ λ ≤ 1 it is least at 0, where it is 0. The ramp is the
difference of two such hinges.

σ itself is trusted to `ACTIVATION_ROUNDINGS` roundings of its largest value, as everywhere. From it
σ′ and σ″ follow by a few operations on numbers below 1; their errors are below 128 roundings of 1:
for tanh, the worst, t′ = 1 − t² has 2·16 + 2 of them and t″ = −2tt′ at most 2·(16 + 34) + 4. Only
Gompertz's p = e^−z is large; σ = e^−p rests on exp twice, 8 roundings of its value each time, so
that σ′ = pe^−p loses (8p + 17) pe^−p at most, and σ″/2 no more: below 16. Of silu and gelu z, z² and
the exponent −z²/2 are large, but only beside factors e^−|z| and e^(−z²/2).

Source of the slope λ and the chord: G. Singh, T. Gehr, M. Mirman, M. Püschel and M. Vechev, Fast
and effective robustness certification, 2018.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from uat.core.activations import (
    Activation,
    absolute,
    algebraic,
    cauchy_cdf,
    elu,
    gauss_cdf,
    gelu,
    gompertz,
    heaviside,
    is_named,
    leaky_relu,
    logistic,
    ramp,
    relu,
    silu,
    sin,
    softplus,
    softsign,
    tanh,
)
from uat.core.evaluate import SATURATED
from uat.enclosure.range_table import RangeTable
from uat.expression.arrays import Array, Bools
from uat.proof.sigma.custom import Custom
from uat.proof.sigma.model import (
    LOST,
    OWN,
    SLOPE_ERROR,
    BestModels,
    Derivatives,
    Local,
    Near,
    ends_of_reach,
    hinge,
)
from uat.proof.sigma.unbounded import Unbounded, leaky

__all__ = ["DERIVATIVES", "near"]


_TAYLOR_UP_TO: Final = 4.0
"""Past this reach the Taylor model is never the sharper one."""

_ENDS_FROM: Final = 0.25
"""Below this reach the model by the ends is never the sharper one."""


@lru_cache(maxsize=64)
def near(activation: Activation) -> Near:
    """Return the function that models an activation around points."""
    if activation is relu:
        return hinge
    if activation is ramp:
        return ramp_near
    if activation is absolute:
        return leaky(-1.0)
    known, derivatives = is_named(activation), DERIVATIVES.get(activation)
    if known and activation.monotone and activation.limits is not None:
        return Monotone(activation)
    if known and derivatives is not None:
        return Unbounded(activation, derivatives)
    step = activation.difference
    if step is not None and step.limits is not None and activation == leaky_relu(step.limits[0]):
        return leaky(step.limits[0])
    return Custom(activation)


class Monotone:
    """Models of a named σ with limits."""

    def __init__(self, activation: Activation) -> None:
        assert activation.limits is not None
        assert activation.expression is not None
        self._activation, self._limits = activation, activation.limits
        self._own = 0.0 if activation is heaviside else OWN
        self._settled = activation.tail_inverse(SATURATED)
        self._derivatives = DERIVATIVES.get(activation)
        if self._derivatives is not None:
            slope = activation.expression.derivative()
            self._slopes = RangeTable(slope)
            self._thirds = RangeTable(slope.derivative().derivative())

    def __call__(self, z: Array, reach: Array) -> Local:
        """Model σ around each z."""
        best = BestModels(Local.unknown(len(z)))
        with np.errstate(all="ignore"):
            low, high = ends_of_reach(z, reach)
            if self._derivatives is not None:
                narrow = np.flatnonzero(np.isfinite(z) & (reach <= _TAYLOR_UP_TO))
                best.offer(narrow, self._by_taylor(*(v[narrow] for v in (z, reach, low, high))))
            wide = np.flatnonzero(~(reach <= _ENDS_FROM) | ~np.isfinite(best.error))
            best.offer(wide, self._by_ends(*(v[wide] for v in (z, low, high))))
            self._settle(best, low > self._settled, self._limits[1])
            self._settle(best, high < -self._settled, self._limits[0])
        return best.models()

    def _settle(self, best: BestModels, some: Bools, limit: float) -> None:
        """Offer the limit of σ far out: the tail is smaller than the rounding of 1."""
        places = np.flatnonzero(some)
        tail = np.full(len(places), SATURATED * (self._limits[1] - self._limits[0]))
        zero = np.zeros(len(places))
        best.offer(places, Local(np.full(len(places), limit), zero, zero, tail))

    def _by_taylor(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        assert self._derivatives is not None
        value, slope, curve = self._derivatives(z)
        third = self._thirds.size(low, high) * reach**3 / 6
        error = (third + SLOPE_ERROR * (reach + reach * reach)) * (1 + LOST) + OWN
        return Local(value, slope, curve, error)

    def _by_ends(self, z: Array, low: Array, high: Array) -> Local:
        least, most = self._values(low)[0], self._values(high)[1]
        constant = Local.constant(least, most)
        if self._derivatives is None:
            return constant
        best = BestModels(constant)
        finite = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        ends = (v[finite] for v in (z, low, high, least, most))
        best.offer(finite, self._tilted(*ends))
        return best.models()

    def _tilted(self, z: Array, low: Array, high: Array, least: Array, most: Array) -> Local:
        """Model σ by the least slope on [low, high], on which σ is within [least, most]."""
        slope = np.maximum(self._slopes(low, high)[0], 0.0)
        left, right = slope * (low - z), slope * (high - z)
        tilted = Local.constant(least - left, most - right)
        size = np.abs(least) + np.abs(most) + np.abs(left) + np.abs(right)
        return Local(tilted.value, slope, tilted.curve, tilted.error + LOST * size)

    def _values(self, u: Array) -> tuple[Array, Array]:
        """Bound σ at each u."""
        value = np.asarray(self._activation(u))
        left, right = self._limits
        return np.clip(value - self._own, left, right), np.clip(value + self._own, left, right)


def ramp_near(z: Array, reach: Array) -> Local:
    """Model clip(u + ½, 0, 1) around each z: as a constant, and where it is narrow by two hinges."""
    with np.errstate(all="ignore"):
        low, high = ends_of_reach(z, reach)
        flat = Local.constant(np.clip(low + 0.5, 0.0, 1.0), np.clip(high + 0.5, 0.0, 1.0))
        own = np.where((low >= 0.5) | (high <= -0.5), 0.0, OWN)
        best = BestModels(Local(flat.value, flat.slope, flat.curve, flat.error + own))
        some = np.flatnonzero(reach <= 1)
        up, down = hinge(z[some] + 0.5, reach[some]), hinge(z[some] - 0.5, reach[some])
        error = up.error + down.error + OWN
        best.offer(some, Local(up.value - down.value, up.slope - down.slope, up.curve, error))
    return best.models()


def _logistic(z: Array) -> tuple[Array, Array, Array]:
    y = logistic(z)
    slope = y * (1 - y)
    return y, slope, slope * (0.5 - y)


def _tanh(z: Array) -> tuple[Array, Array, Array]:
    y = np.tanh(z)
    slope = 1 - y * y
    return y, slope, -y * slope


def _cauchy(z: Array) -> tuple[Array, Array, Array]:
    quotient = 1 / (1 + z * z)
    slope = quotient / np.pi
    return cauchy_cdf(z), slope, -z * quotient * slope


def _gauss(z: Array) -> tuple[Array, Array, Array]:
    density = np.exp(-0.5 * z * z) * 0.3989422804014327
    return gauss_cdf(z), density, -0.5 * z * density


def _gompertz(z: Array) -> tuple[Array, Array, Array]:
    # left of −7 all three are below e^−1000
    power = np.exp(-np.maximum(z, -7.0))
    y = gompertz(z)
    slope = y * power
    return y, slope, 0.5 * slope * (power - 1)


def _algebraic(z: Array) -> tuple[Array, Array, Array]:
    root = 1 / np.sqrt(1 + z * z)
    cube = 0.5 * root**3
    return algebraic(z), cube, -1.5 * z * root * root * cube


def _softsign(z: Array) -> tuple[Array, Array, Array]:
    quotient = 1 / (1 + np.abs(z))
    return softsign(z), quotient**2, -np.sign(z) * quotient**3


def _softplus(z: Array) -> tuple[Array, Array, Array]:
    slope = logistic(z)
    return softplus(z), slope, slope * logistic(-z) / 2


def _silu(z: Array) -> tuple[Array, Array, Array]:
    right, left = logistic(z), logistic(-z)
    bend = right * left
    return silu(z), right + z * bend, bend * (1 + z * (left - right) / 2)


def _gelu(z: Array) -> tuple[Array, Array, Array]:
    density = np.exp(-0.5 * z * z) * 0.3989422804014327
    return gelu(z), gauss_cdf(z) + z * density, density * (1 - z * z / 2)


def _elu(z: Array) -> tuple[Array, Array, Array]:
    slope = np.exp(np.minimum(z, 0.0))
    return elu(z), slope, np.where(z < 0, slope / 2, 0.0)


def _sin(z: Array) -> tuple[Array, Array, Array]:
    y = np.sin(z)
    return y, np.cos(z), -y / 2


DERIVATIVES: Final[dict[Activation, Derivatives]] = {
    logistic: _logistic,
    tanh: _tanh,
    cauchy_cdf: _cauchy,
    gauss_cdf: _gauss,
    gompertz: _gompertz,
    algebraic: _algebraic,
    softsign: _softsign,
    softplus: _softplus,
    silu: _silu,
    gelu: _gelu,
    elu: _elu,
    sin: _sin,
}
"""z → σ(z), σ′(z), σ″(z)/2 for each smooth σ of the package; ±∞ may give NaN."""
