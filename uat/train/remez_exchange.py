"""Exchange: where a trained network goes astray between the points, points are added.

A network that fits at the points may still bend between two of them, at a kink of f most of all.
So it is compared with f at many points between; the worst of those join the others, and training
goes on, as in Remez's algorithm, whose points follow the error, too.

Source: E. Ya. Remez, Sur la détermination des polynômes d'approximation de degré donnée, 1934.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.train.data import Scaling
from uat.train.gradient import outputs
from uat.train.sampling import spread
from uat.train.weights import Shape

__all__ = ["Exchange"]


_FINER: Final = 4
_WORSE: Final = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """A target that can be asked for more points.

    Attributes
    ----------
    target : Target
    scaling : Scaling
        How points and values are scaled.
    """

    target: Target
    scaling: Scaling

    def missed(self, shape: Shape, weights: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Return points and values, scaled, at which the residual is larger than at all of x.

        The worst ones, at most a quarter as many as in x, (points, d); none where all is well.
        """
        t = self._between(x)
        values = self.scaling.values(np.asarray(self.target(*self.back(t).T))[:, None])
        gap = np.abs(values - outputs(shape, weights, t))[:, 0]
        largest = float(np.abs(y - outputs(shape, weights, x)).max())
        worst = np.argsort(-gap, kind="stable")[: len(x) // 4]
        worst = worst[gap[worst] > _WORSE * largest]
        return t[worst], values[worst]

    def _between(self, x: Array) -> Array:
        """Return several points in each interval, or as many times more in the box."""
        if x.shape[1] == 1:
            places = np.unique(x)
            parts = np.arange(1, _FINER + 1) / (_FINER + 1)
            return (places[:-1, None] + np.diff(places)[:, None] * parts).reshape(-1, 1)
        lower, upper = x.min(axis=0), x.max(axis=0)
        between: Array = lower + spread(_FINER * len(x), x.shape[1]) * (upper - lower)
        return between

    def back(self, t: Array) -> Array:
        """Take scaled points back to the domain, rounding never beyond its ends."""
        x = t * self.scaling.unit + self.scaling.shift
        return np.clip(x, self.target.lower, self.target.upper)
