"""Where |f − g| is large, as floats see it: a grid, then a climb from its best points.

Nothing here is proved. It tells the proof what to aim at, and the witness where to look.
"""

from typing import Final

import numpy as np

from uat.core.certificate import Evidence
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["look", "near_the_worst"]


_GRID: Final = {1: 2049, 2: 65, 3: 17}
_RANDOM: Final = 4096
_CLIMBERS: Final = 24
_ROUNDS: Final = 40
_WORST: Final = 16


def look(target: Target, network: Network) -> tuple[float, Array]:
    """Find a large |f − g|, roughly, and the points of the best climbs, (points, d), best first.

    Examples
    --------
    >>> import uat
    >>> zero = uat.Network.from_units([0.0], [0.0], [0.0], uat.tanh)
    >>> size, points = look(uat.Target("x*(1 - x)", (0, 1)), zero)
    >>> round(size, 6), round(float(points[0, 0]), 3)
    (0.25, 0.5)
    """
    lower, upper = target.lower, target.upper
    points = _grid(target)
    errors = _errors(target, network, points)
    best = np.argsort(-errors)[:_CLIMBERS]
    points, errors = points[best], errors[best]
    rng = np.random.default_rng(0)
    step = (upper - lower) / 16
    for _ in range(_ROUNDS):
        ways = rng.choice([-1.0, 0.0, 1.0], size=(4, *points.shape))
        with np.errstate(over="ignore"):
            tried = np.clip(points + step * ways * rng.random((4, len(points), 1)), lower, upper)
        found = _errors(target, network, tried.reshape(points.shape[0] * 4, -1)).reshape(4, -1)
        which = np.argmax(found, axis=0)
        reached = found[which, np.arange(len(points))]
        better = reached > errors
        moved = tried[which, np.arange(len(points))]
        points = np.where(better[:, None], moved, points)
        errors = np.where(better, reached, errors)
        step = step * 0.75
    order = np.argsort(-errors)
    return float(errors[order[0]]), points[order]


def near_the_worst(evidence: Evidence) -> Array:
    """Return the centres and two opposite corners of the cells with the largest bounds."""
    worst = np.argsort(-evidence.bounds)[:_WORST]
    lower, upper = evidence.lower[worst], evidence.upper[worst]
    return np.concatenate([lower + (upper - lower) / 2, lower, upper])


def _grid(target: Target) -> Array:
    count = _GRID.get(target.dimension)
    if count is None:
        unit = np.random.default_rng(0).random((_RANDOM, target.dimension))
        return np.asarray(target.lower + unit * (target.upper - target.lower))
    axes = [np.linspace(a, b, count) for a, b in target.domain]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, target.dimension)


def _errors(target: Target, network: Network, points: Array) -> Array:
    with np.errstate(all="ignore"):
        gap = np.abs(np.asarray(target(*points.T)) - network(points)[:, 0])
    return np.where(np.isfinite(gap), gap, 0.0)
