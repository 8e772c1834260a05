"""A σ of your own near a point: by enclosures of its formula, by its tail and overshoot.

No value of σ in floats is used. A σ without a formula is within its tail of a limit far out, and
within its overshoot elsewhere.
"""

from typing import Final

import numpy as np

from uat.core.activations import Activation
from uat.enclosure.enclose import enclose, enclose_all
from uat.enclosure.outward_rounding import UP
from uat.enclosure.range_table import RangeTable
from uat.errors import UatError
from uat.expression.arrays import Array
from uat.proof.sigma.model import LOST, BestModels, Local, ends_of_reach

__all__ = ["Custom"]


_TAYLOR_UP_TO: Final = 1.0
"""Past this reach the Taylor model is hardly ever the sharper one."""

_SMALL: Final = 2.0**-40
"""So small a part of the rise of σ, τ is at its end where it falls no more; larger: faster, looser
where it falls again later."""


class Custom:
    """Models of a σ that is not the package's own."""

    def __init__(self, activation: Activation) -> None:
        self._limits = activation.limits
        self._overshoot = activation.overshoot
        self._steps, self._tails = _tail_table(activation)
        f = activation.expression
        self._graph = [] if f is None else [f, f.derivative(), f.derivative().derivative()]
        if self._graph:
            self._thirds = RangeTable(self._graph[-1].derivative())

    def __call__(self, z: Array, reach: Array) -> Local:
        """Model σ around each z."""
        with np.errstate(all="ignore"):
            low, high = ends_of_reach(z, reach)
            best = BestModels(Local.constant(*self._range(low, high)))
            if self._graph:
                some = np.flatnonzero(np.isfinite(z) & (reach <= _TAYLOR_UP_TO))
                best.offer(some, self._by_taylor(*(v[some] for v in (z, reach, low, high))))
        return best.models()

    def _range(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Bound σ over [low, high]."""
        bottom, top = np.full_like(low, -np.inf), np.full_like(high, np.inf)
        if self._limits is not None:
            bottom, top = self._by_limits(low, high, *self._limits)
        if self._graph:
            below, above = enclose(self._graph[0], low[:, None], high[:, None])
            bottom, top = np.maximum(bottom, below), np.minimum(top, above)
        return bottom, top

    def _by_limits(self, low: Array, high: Array, left: float, right: float) -> tuple[Array, Array]:
        """Bound σ over [low, high]: by overshoot, and by tail around each limit."""
        span, middle = abs(right - left), left + (right - left) / 2
        reach = (span / 2 + span * self._overshoot) * UP + abs(middle) * LOST
        bottom, top = np.full_like(low, middle - reach), np.full_like(low, middle + reach)
        tails = [(right, self._tail(low)), (left, self._tail(-high))]
        for limit, tail in tails:
            away = (span * tail + abs(limit) * LOST) * UP
            bottom = np.maximum(bottom, limit - away)
            top = np.minimum(top, limit + away)
        return bottom, top

    def _tail(self, s: Array) -> Array:
        """Bound τ(s), which falls, by its value at the step of the table below s."""
        place = np.searchsorted(self._steps, s, side="right") - 1
        return np.where(place >= 0, self._tails[np.maximum(place, 0)], np.inf)

    def _by_taylor(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        parts = enclose_all(self._graph, z[:, None], z[:, None])
        value, slope, second = (Local.constant(*part) for part in parts)
        error = value.error + slope.error * reach + second.error * reach**2 / 2
        error = error + self._thirds.size(low, high) * reach**3 / 6
        return Local(value.value, slope.value, second.value / 2, error * (1 + LOST))


def _tail_table(activation: Activation) -> tuple[Array, Array]:
    """Tabulate τ at 0 and at powers of two and their thirds, until it falls no more."""
    steps = np.concatenate([[0.0], np.exp2(np.arange(-30, 900) / 3)])
    tails = np.full(len(steps), np.inf)
    left, right = activation.limits or (0.0, 0.0)
    for i, s in enumerate(steps.tolist()):
        try:
            tails[i] = activation.tail(s)
        except UatError:
            break
        if _SMALL * abs(right - left) >= tails[i] >= tails[i - 1]:
            break
    return steps, np.minimum.accumulate(tails)
