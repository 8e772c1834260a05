"""Along how many directions f changes at all: in the others no unit is needed.

With C the mean of ∇f ∇fᵀ over the box, wᵀCw is the mean square of the slope of f along w. Where
it is 0, f does not change along w: so f is a function of the other eigenvectors' coordinates only,
a ridge function where one is left.

Source: P. G. Constantine, Active Subspaces, 2015, chapter 3.
"""

from typing import Final

import numpy as np

from uat.construct.ridge.points import on_the_box
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.low_discrepancy import low_discrepancy

__all__ = ["active_directions"]


_POINTS: Final = 256
_STEP: Final = 2.0**-10


def active_directions(target: Target, change: float) -> Array:
    """Find orthonormal directions of [−1, 1]^d such that f changes little across all others.

    Parameters
    ----------
    target : Target
    change : float
        How much f may change across them, from one side of the box to the other, about.

    Returns
    -------
    ndarray, (r, d)
        The identity where all d count; at least one.

    Examples
    --------
    >>> f = Target("sin(3*x + 4*y)", [(-1, 1), (-1, 1)])
    >>> np.abs(active_directions(f, 1e-6)).round(6)
    array([[0.6, 0.8]])
    """
    dimension = target.dimension
    slopes = _slopes(target)  # (points, d)
    scale = np.abs(slopes).max(initial=0.0) or 1.0
    sizes, ways = np.linalg.svd(slopes / scale / np.sqrt(len(slopes)))[1:]
    moves = 2 * np.sqrt(dimension) * sizes * scale  # (d,), the largest first
    rank = max(1, int(np.count_nonzero(moves > change)))
    return np.eye(dimension) if rank == dimension else ways[:rank]


def _slopes(target: Target) -> Array:
    """Estimate the gradient of f in the coordinates of [−1, 1]^d, by differences of fourth order."""
    dimension = target.dimension
    inside = (2 * low_discrepancy(dimension, _POINTS) - 1) * (1 - 2 * _STEP)
    moved = (
        inside
        + _STEP
        * np.eye(dimension)[:, None, None, :]
        * np.array([-2.0, -1.0, 1.0, 2.0])[:, None, None]
    )  # (d, steps, points, d)
    at = on_the_box(target, moved.reshape(-1, dimension))
    values = np.asarray(target(*at.T)).reshape(dimension, 4, -1)
    stencil = np.array([1.0, -8.0, 8.0, -1.0]) / (12 * _STEP)
    with np.errstate(over="ignore", invalid="ignore"):
        slopes: Array = np.einsum("s,dsp->pd", stencil, values)
    return np.nan_to_num(slopes)
