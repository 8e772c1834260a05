"""New points to train on, where the network is farthest from f: an exchange as Remez's.

A trained network may bend between two of the points that it was trained on, above all at a kink of
f. So it is compared with f at many points in between, and those with the largest residuals join
the others before the training goes on, as in Remez's algorithm, whose points also follow the error.

Source: E. Ya. Remez, Sur la détermination des polynômes d'approximation de degré donnée, 1934.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.data import Problem
from uat.train.gradient import outputs
from uat.train.sampling import points_in_cube, unscaled

__all__ = ["points_between", "remez_exchange"]

_FINER: Final = 4
"""Points compared for each point trained on: larger misses fewer errors, slower."""

_WORSE: Final = 1.2
"""Points join where the residual is this much larger than at all others: smaller adds more."""


def remez_exchange(problem: Problem, weights: Array) -> tuple[Array, Array]:
    """Find points between those trained on at which a network of this shape fits worse.

    They are scaled, as their values are, and the largest residual comes first. There are at most a
    quarter as many as in the problem, and none if no residual between its points is clearly larger.
    """
    assert problem.target is not None
    x, y, shape = problem.x, problem.y, problem.shape
    t = points_between(x)
    values = np.asarray(problem.target(*unscaled(problem.target, problem.scaling, t).T))[:, None]
    values = problem.scaling.values(values)
    sizes = np.abs(values - outputs(shape, weights, t))[:, 0]
    largest = float(np.abs(y - outputs(shape, weights, x)).max())
    worst = np.argsort(-sizes, kind="stable")[: len(x) // 4]
    worst = worst[sizes[worst] > _WORSE * largest]
    return t[worst], values[worst]


def points_between(x: Array) -> Array:
    """Return `_FINER` points in each interval, or as many for each point in the box."""
    if x.shape[1] == 1:
        places = np.unique(x)
        parts = np.arange(1, _FINER + 1) / (_FINER + 1)
        return (places[:-1, None] + np.diff(places)[:, None] * parts).reshape(-1, 1)
    lower, upper = x.min(axis=0), x.max(axis=0)
    return np.asarray(lower + points_in_cube(_FINER * len(x), x.shape[1]) * (upper - lower))
