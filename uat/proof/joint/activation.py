"""σ on intervals as a polynomial: its values are trusted as everywhere, its loss is of strips.

Interpolating σ over z ± R loses as much as `sigma/strips.py` says, which depends on R alone and is
kept in a table. Far from 0 the logistic σ is nearly one of its limits in the whole half plane:
where Re z ≥ x > 0 it is within q/(1 − q) of 1, q = e^−x, and the same of 0 on the other side.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic, tanh
from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import ACTIVATION_ROUNDINGS, ROUNDOFF
from uat.proof.joint.functions import OnEllipses
from uat.proof.sigma.strips import Strips, strips

__all__ = ["OfActivation"]

_REACHES: Final = np.exp2(np.arange(-16 * 16, 8 * 16 + 1) / 16)
"""Reaches in the table of losses; more: smaller losses, slower to make."""

_NO_STRIP: Final = 1e-9
"""Losses below this are not sharpened by the half plane."""


class OfActivation:
    """An analytic activation as a function of one number, for arguments within ±farthest."""

    def __init__(self, activation: Activation, farthest: float) -> None:
        self._activation = activation
        # tanh z = 2 σ(2z) − 1
        self._scale = 2.0 if activation.expression is tanh.expression else 1.0
        inner = logistic if self._scale == 2 else activation
        self._strips = strips(inner, self._scale * farthest)
        self._is_logistic = inner.expression is logistic.expression

    def values(self, points: Array) -> tuple[Array, Array]:
        """Return σ in floats, and how far it may be off."""
        sigma = self._activation
        if sigma.limits is None:
            largest = abs(float(sigma(0.0))) + sigma.lipschitz * np.abs(points)
        else:
            jump = abs(sigma.limits[1] - sigma.limits[0])
            largest = np.full_like(points, max(map(abs, sigma.limits)) + sigma.overshoot * jump)
        own = ACTIVATION_ROUNDINGS * ROUNDOFF * largest * UP
        return np.asarray(sigma(points)), own

    def loss(self, centre: Array, reach: Array, degree: int) -> Array:
        """Bound the error of interpolation, by strips and far out by the half plane."""
        u, r = np.abs(centre) * self._scale, reach * self._scale
        place = np.minimum(np.searchsorted(_REACHES, r), len(_REACHES))
        loss = _table(self._strips, degree)[place]
        if self._is_logistic:
            far = np.nonzero((u > r * 1.02) & (loss > _NO_STRIP))
            if len(far[0]):
                loss[far] = np.minimum(loss[far], _FAR.loss(u[far], r[far], degree))
        return np.asarray(loss * self._scale)

    def moved(self, _centre: Array, _reach: Array, by: Array) -> Array:
        """Bound the change by the Lipschitz constant."""
        return np.asarray(self._activation.lipschitz * by * UP)


@lru_cache(maxsize=64)
def _table(known: Strips, degree: int) -> Array:
    """Tabulate the losses for the reaches; the last entry is for all larger ones."""
    trivial = (2 + 2 / math.pi * math.log(degree + 1)) * known.spread * UP
    return np.append(known.loss(_REACHES, degree), trivial)


def _half_plane(u: Array, r: Array, wide: float, _high: float) -> Array:
    x = u - r * wide
    q = np.exp(-np.where(x > 0.05, x, np.nan))
    return np.asarray(q / (1 - q))


_FAR: Final = OnEllipses(lambda points: (points, points), _half_plane)
