"""The package's σ with two limits near a point, all of them nondecreasing.

Two ways, the better one for each unit and cell. Taylor: the error is sup|σ‴| reach³/6. By the
ends: where λ ≤ σ′ on the range of z, σ(z) − λz is nondecreasing there, so its values at the two
ends bound it. With λ = 0 that is the monotone split, which does not care how steep a unit is.

Source of the slope λ: G. Singh, T. Gehr, M. Mirman, M. Püschel and M. Vechev, Fast and effective
robustness certification, 2018.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.core.activations import Activation, heaviside
from uat.expression.arrays import Array
from uat.numerics.rounding import ROUNDOFF
from uat.proof.sigma.derivatives import DERIVATIVES
from uat.proof.sigma.model import LOST, OWN, SATURATED, Local, ends_of
from uat.proof.sigma.range_table import RangeTable

__all__ = ["Monotone"]


_SLOPE_ERROR: Final = 128 * ROUNDOFF
_TAYLOR_UP_TO: Final = 4.0
_ENDS_FROM: Final = 0.25


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
        best = Local.unknown(len(z))
        with np.errstate(all="ignore"):
            low, high = ends_of(z, reach)
            if self._derivatives is not None:
                narrow = np.flatnonzero(np.isfinite(z) & (reach <= _TAYLOR_UP_TO))
                best.put(narrow, self._by_taylor(*(v[narrow] for v in (z, reach, low, high))))
            wide = np.flatnonzero(~(reach <= _ENDS_FROM) | ~np.isfinite(best.error))
            best.put(wide, self._by_ends(*(v[wide] for v in (z, low, high))))
            self._settle(best, low > self._settled, self._limits[1])
            self._settle(best, high < -self._settled, self._limits[0])
        return best

    def _settle(self, best: Local, some: NDArray[np.bool_], limit: float) -> None:
        """Take the limit of σ far out: the tail is smaller than the rounding of 1."""
        places = np.flatnonzero(some)
        tail = np.full(len(places), SATURATED * (self._limits[1] - self._limits[0]))
        zero = np.zeros(len(places))
        best.put(places, Local(np.full(len(places), limit), zero, zero, tail))

    def _by_taylor(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        assert self._derivatives is not None
        value, slope, curve = self._derivatives(z)
        third = self._thirds.size(low, high) * reach**3 / 6
        error = (third + _SLOPE_ERROR * (reach + reach * reach)) * (1 + LOST) + OWN
        return Local(value, slope, curve, error)

    def _by_ends(self, z: Array, low: Array, high: Array) -> Local:
        least, most = self._values(low)[0], self._values(high)[1]
        model = Local.constant(least, most)
        if self._derivatives is None:
            return model
        some = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        slope = np.maximum(self._slopes(low[some], high[some])[0], 0.0)
        left, right = slope * (low[some] - z[some]), slope * (high[some] - z[some])
        tilted = Local.constant(least[some] - left, most[some] - right)
        size = np.abs(least[some]) + np.abs(most[some]) + np.abs(left) + np.abs(right)
        error = tilted.error + LOST * size
        model.put(some, Local(tilted.value, slope, tilted.curve, error))
        return model

    def _values(self, u: Array) -> tuple[Array, Array]:
        """Bound σ at each u."""
        value = np.asarray(self._activation(u))
        left, right = self._limits
        return np.clip(value - self._own, left, right), np.clip(value + self._own, left, right)
