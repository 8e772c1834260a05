"""The largest |f − g| on samples: on a grid first, then by climbing from its best points.

Nothing here is proved: it is a size to aim at, and shows where to look for a witness.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import grid

if TYPE_CHECKING:
    from uat.core.network import Network

__all__ = ["climbed", "error_on_a_line", "errors_at", "largest_error"]

_ON_A_LINE: Final = 1 << 18
"""Random points at which an error is estimated where nothing is proved; more: slower."""

_GRID: Final = {1: 2049, 2: 65, 3: 17}
"""Points of the grid along each axis; larger: narrower peaks are found, slower."""

_RANDOM: Final = 4096
"""Random points in their place in more than three dimensions."""

_CLIMBERS: Final = 24
"""Points that climb; larger: fewer local maxima are taken for the largest, slower."""

_ROUNDS: Final = 40
"""Steps of each climb, of 1/16 of the box at first and by a quarter shorter each time."""


def errors_at(target: Target, network: "Network", points: Array) -> Array:
    """Return |f − g| at points, (points, d) → (points,); inf where it is no number."""
    with np.errstate(all="ignore"):
        error = np.abs(np.asarray(target(*points.T)) - network(points)[:, 0])
    return np.where(np.isnan(error), np.inf, error)


def error_on_a_line(target: Target, network: "Network") -> tuple[float, float]:
    """Return the largest |f − g| seen and where, for one coordinate and one hidden layer.

    The points are random ones, the ends of the domain, the places of the units and the middles
    between them: a steep unit at a jump of f is too narrow for random points.
    """
    ((a, b),), (first, *_) = target.domain, network.layers
    slopes = first.weight[:, 0]
    places = np.unique(-first.bias[slopes != 0] / slopes[slopes != 0])
    own = np.concatenate([places, places[:-1] / 2 + places[1:] / 2])
    x = a + (b - a) * np.random.default_rng(0).random(_ON_A_LINE)
    x = np.concatenate([x, [a, b], own[(a < own) & (own < b)]])
    errors = errors_at(target, network, x[:, None])
    worst = int(np.argmax(errors))
    return float(errors[worst]), float(x[worst])


def largest_error(target: Target, network: "Network") -> tuple[float, Array]:
    """Estimate sup |f − g| from below; also return the ends of the climbs, (points, d), best first.

    A point where f or g is not finite does not count.
    """
    return climbed(target, network, _spread(target))


def climbed(target: Target, network: "Network", points: Array) -> tuple[float, Array]:
    """Do the same from points of your own, (points, d)."""
    errors = _finite_errors(target, network, points)
    best = np.argsort(-errors)[:_CLIMBERS]
    points, errors = _climb(target, network, points[best], errors[best])
    order = np.argsort(-errors)
    return float(errors[order[0]]), points[order]


def _climb(target: Target, network: "Network", points: Array, errors: Array) -> tuple[Array, Array]:
    """Move each point by random steps that get shorter, whenever |f − g| is larger there."""
    lower, upper, rng = target.lower, target.upper, np.random.default_rng(0)
    step, each = (upper - lower) / 16, np.arange(len(points))
    for _ in range(_ROUNDS):
        ways = rng.choice([-1.0, 0.0, 1.0], size=(4, *points.shape))
        with np.errstate(over="ignore"):
            tried = np.clip(points + step * ways * rng.random((4, len(points), 1)), lower, upper)
        flat = tried.reshape(-1, points.shape[1])
        found = _finite_errors(target, network, flat).reshape(4, -1)
        which = np.argmax(found, axis=0)
        better = found[which, each] > errors
        points = np.where(better[:, None], tried[which, each], points)
        errors = np.where(better, found[which, each], errors)
        step = step * 0.75
    return points, errors


def _spread(target: Target) -> Array:
    """Return a grid on the box of f; in more than three dimensions random points.

    Every second one is drawn from a larger box and moved to the nearest point of the box, since the
    error of a fit is often largest on the faces and at the corners.
    """
    count = _GRID.get(target.dimension)
    if count is None:
        unit = np.random.default_rng(0).random((_RANDOM, target.dimension))
        unit[::2] = np.clip(2 * unit[::2] - 0.5, 0.0, 1.0)
        return np.asarray(target.lower + unit * (target.upper - target.lower))
    return grid([np.linspace(a, b, count) for a, b in target.domain])


def _finite_errors(target: Target, network: "Network", points: Array) -> Array:
    errors = errors_at(target, network, points)
    return np.where(np.isfinite(errors), errors, 0.0)
