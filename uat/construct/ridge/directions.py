"""Directions spread evenly over the half sphere: a ridge sees x only through one number, w·x.

A direction and its opposite make the same ridges, so a half of the sphere is enough. In the plane
equal angles are even. In higher dimensions points of low discrepancy, carried to the sphere by the
normal distribution, are pushed apart as if alike charges, w and −w being one, repelled each other:

    the sum of 1/(1 − (w_i·w_j)²) over all pairs is made small.

The axes and the diagonals are sets of their own: sums of functions of one coordinate are ridges
along the axes, products of cosines are sums of ridges along the diagonals.

Sources: R. D. Richtmyer, The evaluation of definite integrals, and a quasi-Monte-Carlo method based
on the properties of algebraic numbers, 1951 (the points); J. J. Thomson, On the structure of the
atom, 1904 (charges on a sphere).
"""

from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np

from uat.errors import InputError
from uat.expression.arrays import Array
from uat.numerics.low_discrepancy import low_discrepancy

__all__ = ["axes", "diagonals", "directions"]


_PUSHES: Final = 60
"""Moves of all directions; more: more even, slower."""

_NEAREST: Final = 1e-3
"""Keeps the force between two equal directions finite."""


def directions(dimension: int, many: int) -> Array:
    """Spread directions evenly over the half sphere; always the same ones.

    Returns unit vectors, (many, d), read-only; (1, 1) for d = 1. In the plane the first is the
    x-axis. Raises InputError for a number below 1.
    """
    for name, value in (("dimension", dimension), ("many", many)):
        if not value >= 1:
            raise InputError(f"{name}={value} given; a whole number, at least 1, is needed")
    return _spread(int(dimension), int(many))


def axes(dimension: int) -> Array:
    """Return the directions of the coordinates: (d, d)."""
    return np.eye(dimension)


def diagonals(dimension: int) -> Array:
    """Return the directions from corner to corner of a cube: (2^(d−1), d)."""
    signs = list(product((1.0, -1.0), repeat=dimension - 1))
    ways: Array = np.array([(1.0, *s) for s in signs]) / np.sqrt(dimension)
    return ways


@lru_cache(maxsize=64)
def _spread(dimension: int, many: int) -> Array:
    if dimension == 1:
        ways = np.ones((1, 1))
    elif dimension == 2:
        angles = np.pi * np.arange(many) / many
        ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    else:
        ways = _pushed_apart(_scattered(dimension, many))
    ways.setflags(write=False)
    return ways


def _scattered(dimension: int, many: int) -> Array:
    from scipy.special import ndtri

    normal = ndtri(low_discrepancy(dimension, many))
    ways: Array = normal / np.linalg.norm(normal, axis=1)[:, None]
    return ways


def _pushed_apart(ways: Array) -> Array:
    """Move each direction along its force, the farther the earlier, no farther than its share."""
    many, dimension = ways.shape
    share = many ** (-1 / (dimension - 1))
    for push in range(_PUSHES):
        cosines = ways @ ways.T  # (directions, directions)
        np.fill_diagonal(cosines, 0.0)
        force = (cosines / (1 - cosines**2 + _NEAREST) ** 2) @ ways
        force -= np.sum(force * ways, axis=1)[:, None] * ways
        largest = np.abs(force).max()
        if not largest > 0:
            break
        ways = ways - 0.3 * share * (1 - push / _PUSHES) * force / largest
        ways /= np.linalg.norm(ways, axis=1)[:, None]
    return ways
