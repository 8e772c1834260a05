"""σ without limits near a point: a hinge and a small rest, Taylor, and the mean of the slopes.

softplus, gelu and silu are σ(u) = max(u, 0) + σ(−|u|), elu is max(u, 0) + elu(min(u, 0)): ReLU, whose
models are exact off its kink, and a rest that vanishes far out. The sine is all rest. Nearby the
Taylor model is sharper, as for a σ with limits. Where σ″ jumps, as that of elu does at 0,
σ(z + δ) − σ(z) lies between the least and the largest slope times δ.

A leaky ReLU is slope · u + (1 − slope) max(u, 0), as exact as ReLU; of slope −1 it is |u|.
"""

from typing import Final

import numpy as np

from uat.core.activations import Activation, elu, gelu, silu, sin, softplus
from uat.enclosure.balls import is_analytic
from uat.enclosure.range_table import RangeTable
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, coordinate
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

__all__ = ["Unbounded", "leaky"]

_TAYLOR_UP_TO: Final = 4.0
"""Past this reach the hinge is never less sharp."""

_u: Final = coordinate(0)
_RESTS: Final[dict[Activation, Expression]] = {
    **{sigma: apply(sigma.name, -abs(_u)) for sigma in (softplus, silu, gelu)},
    elu: apply("elu", apply("minimum", _u, 0)),
    sin: apply("sin", _u),
}
"""σ(u) − max(u, 0), of the sine all of it."""


class Unbounded:
    """Models of a named smooth σ without limits."""

    def __init__(self, activation: Activation, derivatives: Derivatives) -> None:
        assert activation.expression is not None
        slope = activation.expression.derivative()
        self._grows, self._derivatives = activation.difference is not None, derivatives
        self._rest = RangeTable(_RESTS[activation])
        self._slopes, self._thirds = RangeTable(slope), RangeTable(_twice_derived(slope))
        self._bent = not is_analytic(activation.expression)

    def __call__(self, z: Array, reach: Array) -> Local:
        """Model σ around each z."""
        with np.errstate(all="ignore"):
            low, high = ends_of_reach(z, reach)
            best = BestModels(self._by_hinge(z, reach, low, high))
            narrow = np.flatnonzero(np.isfinite(z) & (reach <= _TAYLOR_UP_TO))
            near = [v[narrow] for v in (z, reach, low, high)]
            best.offer(narrow, self._by_taylor(*near))
            if self._bent:
                best.offer(narrow, self._by_slopes(*near))
        return best.models()

    def _by_hinge(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        rest = Local.constant(*self._rest(low, high))
        if not self._grows:
            return rest
        bend = hinge(z, reach)
        error = bend.error + rest.error + LOST * (np.abs(bend.value) + np.abs(rest.value))
        return Local(bend.value + rest.value, bend.slope, bend.curve, error)

    def _own(self, z: Array) -> Array | float:
        """Bound the error that is trusted of σ in floats."""
        return OWN * (1 + np.abs(z)) if self._grows else OWN

    def _by_taylor(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        value, slope, curve = self._derivatives(z)
        third = self._thirds.size(low, high) * reach**3 / 6
        error = (third + SLOPE_ERROR * (reach + reach * reach)) * (1 + LOST) + self._own(z)
        return Local(value, slope, curve, error)

    def _by_slopes(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        value, _, none = self._derivatives(z)
        slopes = Local.constant(*self._slopes(low, high))
        error = (slopes.error + LOST * np.abs(slopes.value)) * reach * (1 + LOST) + self._own(z)
        return Local(value, slopes.value, np.zeros_like(none), error)


def leaky(slope: float) -> Near:
    """Return the function that models max(u, slope · u) around points."""

    def models(z: Array, reach: Array) -> Local:
        bend = hinge(z, reach)
        with np.errstate(all="ignore"):
            value, tilt = slope * z + (1 - slope) * bend.value, slope + (1 - slope) * bend.slope
            size = np.abs(z) + np.abs(bend.value) + reach
            error = (1 - slope) * bend.error * (1 + LOST) + LOST * size
        known = np.isfinite(value) & np.isfinite(error)
        value, tilt = np.where(known, value, 0.0), np.where(known, tilt, 0.0)
        return Local(value, tilt, bend.curve, np.where(known, error, np.inf))

    return models


def _twice_derived(expression: Expression) -> Expression:
    return expression.derivative().derivative()
