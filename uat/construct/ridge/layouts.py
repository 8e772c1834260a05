"""The shape of a sum of ridges: its directions, the units along each, and their steepness.

A direction and its opposite make the same ridges, so a half of the sphere is enough. In the plane
equal angles are even. In higher dimensions points of low discrepancy, carried to the sphere by the
normal distribution, are pushed apart as if alike charges, w and −w being one, repelled each other:

    the sum of 1/(1 − (w_i·w_j)²) over all pairs is made small.

Ridges along J directions make all polynomials of degree p where J is the number of monomials of
degree p, and along each the units make p + 1 powers of w·x: so J and n grow together, and how f
stretches that is measured by trying. Fixed directions, with ever more units, are enough for sums
of functions of one coordinate (axes) and for products of waves, as cosines (diagonals).

Along some directions f may not change at all, and there no unit is needed. With C the mean of
∇f ∇fᵀ over the box, wᵀCw is the mean square of the slope of f along w. Where it is 0, f is a
function of the coordinates along the other eigenvectors only.

Sources: R. D. Richtmyer, The evaluation of definite integrals, and a quasi-Monte-Carlo method based
on the properties of algebraic numbers, 1951 (the points); J. J. Thomson, On the structure of the
atom, 1904 (charges on a sphere); P. G. Constantine, Active Subspaces, 2015, chapter 3.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from uat.construct.ridge.points import diagonals, on_the_box
from uat.core.target import Target
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.numerics.low_discrepancy import low_discrepancy
from uat.numerics.one_thread import single_threaded

__all__ = ["Layout", "LayoutRule", "active_directions", "directions", "first_rules", "sizes"]

_SMALLEST: Final = 12
_GROWTH: Final = 1.4
"""Units of the first layouts, and how much larger the next ones are; smaller: more fits."""

_SOFT: Final = 0.5  # the slope times spacing to begin with

_SOFTER: Final = 1.3
_WIDER: Final = 0.1
_LARGER: Final = 1.2
"""The steps to a neighbouring layout, in steepness, margin and size."""

_AROUND: Final = 0.3  # the margin of fixed directions to begin with

_LONGER: Final = 1.25
"""Soft units along one direction, relative to the powers of a polynomial they stand for."""

_STRETCHES: Final = (-2, -1, 0, 1, 2)  # logarithms, to base √2, of the stretches to begin with
_GRADIENTS: Final = 256  # points at which the gradient of f is estimated
_STEP: Final = 2.0**-10  # the step of its differences, on [−1, 1]^d
_PUSHES: Final = 60  # moves of all directions; more: more even, slower
_NEAREST: Final = 1e-3  # keeps the force between two equal directions finite


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """J directions with n units along each."""

    ways: Array  # (J, d)
    each: int  # n, at least 2
    steepness: float  # slope times spacing, of a logistic unit; another σ is taken as wide as that
    margin: float  # the distance of units beyond the box, in parts of its width along the direction

    @property
    def size(self) -> int:
        """The number of units, the constant one included."""
        return len(self.ways) * self.each + 1


@dataclass(frozen=True, slots=True, eq=False)
class LayoutRule:
    """A rule for the layout of any size."""

    basis: Array  # (r, d); the directions are combinations of these
    fixed: Array | None  # (J, d), or None for evenly spread directions, more for larger sizes
    size: int  # the most units of the layout
    stretch: float = 1.0  # factor of the number of directions; the units along each become fewer
    steepness: float = _SOFT
    margin: float = 0.0

    def layout(self) -> Layout | None:
        """Make the layout; None where each direction would have fewer than 2 units."""
        ways = self.fixed
        if ways is None:
            rank = len(self.basis)
            many = max(1, round(self.stretch * _directions_for(self.size, rank)))
            ways = directions(rank, many) @ self.basis
        each = (self.size - 1) // len(ways)
        return Layout(ways, each, self.steepness, self.margin) if each >= 2 else None

    def neighbours(self) -> Iterator["LayoutRule"]:
        """Yield the rules that differ a little in one field."""
        for by in (1 / _SOFTER, _SOFTER):
            yield replace(self, steepness=self.steepness * by)
        for margin in (self.margin + _WIDER, self.margin - _WIDER):
            if margin > -_WIDER / 2:
                yield replace(self, margin=margin)
        for by in (_LARGER, 1 / _LARGER):
            yield replace(self, size=max(2, round(self.size * by)))
        if self.fixed is None and len(self.basis) > 1:
            for by in (2.0**0.25, 2.0**-0.25):
                yield replace(self, stretch=self.stretch * by)


def first_rules(basis: Array, size: int) -> list[LayoutRule]:
    """Return the rules to begin with, for the span of the directions along which f changes."""
    rank, dimension = basis.shape
    fixed = [basis]
    if rank > 1:
        fixed.append(diagonals(dimension) if rank == dimension else diagonals(rank) @ basis)
        fixed.append(np.concatenate(fixed))
    even = [2.0 ** (k / 2) for k in _STRETCHES] if rank > 1 else []
    return [
        *(LayoutRule(basis, ways, size, margin=_AROUND) for ways in fixed),
        *(LayoutRule(basis, None, size, stretch) for stretch in even),
    ]


def sizes(most: int) -> Iterator[int]:
    """Return growing sizes up to the most allowed."""
    size: float = _SMALLEST
    while size < most:
        yield round(size)
        size *= _GROWTH
    yield most


def _directions_for(size: int, rank: int) -> float:
    """Balance the number of directions and of units along each for one polynomial degree.

    Polynomials of degree p take (p+1)(p+2)…(p+r−1)/(r−1)! directions, and p + 1 units along each,
    a few more for soft units.
    """
    low, high = 0.0, float(size)
    for _ in range(60):
        degree = (low + high) / 2
        fits = _monomials(degree, rank) * _LONGER * (degree + 1) < size
        low, high = (degree, high) if fits else (low, degree)
    return _monomials(low, rank)


def _monomials(degree: float, rank: int) -> float:
    return math.prod((degree + i) / i for i in range(1, rank))


def active_directions(target: Target, change: float) -> Array:
    """Find orthonormal directions of [−1, 1]^d such that f changes little across all others.

    `change` is about how much f may change across them, from one side of the box to the other.
    Returns at least one direction, (r, d), and the identity where all d count.
    """
    dimension = target.dimension
    slopes = _slopes(target)  # (points, d)
    scale = np.abs(slopes).max(initial=0.0) or 1.0
    sizes, ways = np.linalg.svd(slopes / scale / np.sqrt(len(slopes)))[1:]
    moves = 2 * np.sqrt(dimension) * sizes * scale  # (d,), the largest first
    rank = max(1, int(np.count_nonzero(moves > change)))
    return np.eye(dimension) if rank == dimension else ways[:rank]


def _slopes(target: Target) -> Array:
    """Estimate the gradient of f, in coordinates of [−1, 1]^d, by differences of fourth order."""
    dimension = target.dimension
    inside = (2 * low_discrepancy(dimension, _GRADIENTS) - 1) * (1 - 2 * _STEP)
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


@single_threaded()
def directions(dimension: int, many: int) -> Array:
    """Spread directions evenly over the half sphere; always the same ones.

    Returns unit vectors, (many, d), read-only; (1, 1) for d = 1. In the plane the first is the
    x-axis. Raises InputError for a number below 1.
    """
    for name, value in (("dimension", dimension), ("many", many)):
        if not value >= 1:
            raise InputError(f"{name}={value} given; a whole number, at least 1, is needed")
    return _spread(int(dimension), int(many))


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
