"""Boxes in d dimensions: grids on them, their corners, centres and halves.

The ends of many boxes are two arrays, (boxes, d) each. A box is halved at the float nearest to its
centre, so that two halves share that float and cover the box.
"""

from collections.abc import Sequence

import numpy as np

from uat.expression.arrays import Array, Bools, Integers

__all__ = ["centres", "corners", "equal_cells", "grid", "halves", "inside", "middles"]


def grid(axes: Sequence[Array]) -> Array:
    """Return all points with one coordinate from each axis, the last axis fastest: (points, d).

    >>> grid([np.array([0.0, 1.0]), np.array([5.0, 6.0])]).tolist()
    [[0.0, 5.0], [0.0, 6.0], [1.0, 5.0], [1.0, 6.0]]
    """
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def corners(lower: Array, upper: Array) -> Array:
    """Return the corners of one box, (2^d, d), from its ends, (d,) each."""
    return grid(list(np.stack([lower, upper], axis=1)))


def equal_cells(lower: Array, upper: Array, count: int) -> tuple[Array, Array]:
    """Cut one box, (d,) ends, into `count` equal parts along each axis: (cells, d) ends.

    Fewer along an axis where that many floats do not fit.
    """
    if count == 1:
        return lower[None, :], upper[None, :]
    edges = [np.unique(np.linspace(a, b, count + 1)) for a, b in zip(lower, upper, strict=True)]
    return grid([e[:-1] for e in edges]), grid([e[1:] for e in edges])


def middles(lower: Array, upper: Array) -> Array:
    """Return the float nearest to the centre of each box, within the box."""
    return np.clip(lower / 2 + upper / 2, lower, upper)


def centres(lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the middle of each box and how far its ends are from there, rounded up: (boxes, d)."""
    centre = middles(lower, upper)
    radius = np.maximum(upper - centre, centre - lower)
    return centre, np.where(radius > 0, np.nextafter(radius, np.inf), 0.0)


def inside(lower: Array, upper: Array) -> Bools:
    """Return True for each side that has a float strictly inside, at which it can be halved."""
    middle = middles(lower, upper)
    return np.asarray((lower < middle) & (middle < upper))


def halves(lower: Array, upper: Array, axis: Integers) -> tuple[Array, Array]:
    """Halve each box across one axis, (boxes,): all lower halves, then all upper ones.

    >>> low, high = halves(np.zeros((1, 2)), np.ones((1, 2)), np.array([1]))
    >>> low.tolist(), high.tolist()
    ([[0.0, 0.0], [0.0, 0.5]], [[1.0, 0.5], [1.0, 1.0]])
    """
    middle, across = middles(lower, upper), np.arange(lower.shape[1]) == axis[:, None]
    return (
        np.concatenate([lower, np.where(across, middle, lower)]),
        np.concatenate([np.where(across, middle, upper), upper]),
    )
