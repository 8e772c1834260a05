"""How many directions, how many units along each, and how steep: the shapes of a sum of ridges.

Ridges along J directions make all polynomials of degree p where J is the number of monomials of
degree p, and along each the units make p + 1 powers of w·x: so J and n grow together, and how f
stretches that is measured by trying. Fixed directions, with ever more units, are enough for sums
of functions of one coordinate (axes) and for products of waves (diagonals).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uat.construct.ridge.half_sphere import axes, diagonals, directions
from uat.expression.arrays import Array

__all__ = ["Layout", "Plan", "first_plans", "sizes"]


_SMALLEST: Final = 12
_GROWTH: Final = 1.4
_SOFT: Final = 0.5
_SOFTER: Final = 1.3
_WIDER: Final = 0.1
_AROUND: Final = 0.3
_LARGER: Final = 1.2
_LONGER: Final = 1.25
_STRETCHES: Final = (-2, -1, 0, 1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """J directions with n units along each.

    Attributes
    ----------
    ways : ndarray, (J, d)
    each : int
        n, at least 2.
    steepness : float
        Slope times spacing, of a logistic unit; another σ is taken as wide as that.
    margin : float
        How far past the box units stand, in parts of its width along the direction.
    """

    ways: Array
    each: int
    steepness: float
    margin: float

    @property
    def size(self) -> int:
        """How many units there are, the constant one included."""
        return len(self.ways) * self.each + 1


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A rule that makes a layout for every size.

    Attributes
    ----------
    basis : ndarray, (r, d)
        The directions are combinations of these.
    fixed : ndarray, (J, d), or None
        The directions, or None for evenly spread ones, more for larger sizes.
    size : int
        How many units the layout may have.
    stretch : float
        Times so many directions, and so many fewer units along each.
    steepness, margin : float
        Of the layout.
    """

    basis: Array
    fixed: Array | None
    size: int
    stretch: float = 1.0
    steepness: float = _SOFT
    margin: float = 0.0

    def layout(self) -> Layout | None:
        """Make the layout; None where each direction would have fewer than 2 units.

        Examples
        --------
        >>> Plan(np.eye(2), None, 400).layout().ways.shape
        (18, 2)
        """
        ways = self.fixed
        if ways is None:
            rank = len(self.basis)
            many = max(1, round(self.stretch * _directions_for(self.size, rank)))
            ways = directions(rank, many) @ self.basis
        each = (self.size - 1) // len(ways)
        return Layout(ways, each, self.steepness, self.margin) if each >= 2 else None

    def neighbours(self) -> Iterator["Plan"]:
        """Return the plans that differ a little in one thing."""
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


def first_plans(basis: Array, size: int) -> list[Plan]:
    """List the plans to begin with, in the directions in which f changes.

    Examples
    --------
    >>> [len(plan.layout().ways) for plan in first_plans(np.eye(2), 65)]
    [2, 2, 4, 4, 5, 7, 10, 14]
    """
    rank, dimension = basis.shape
    fixed = [axes(rank) @ basis]
    if rank > 1:
        fixed.append(diagonals(dimension) if rank == dimension else diagonals(rank) @ basis)
        fixed.append(np.concatenate(fixed))
    even = [2.0 ** (k / 2) for k in _STRETCHES] if rank > 1 else []
    return [
        *(Plan(basis, ways, size, margin=_AROUND) for ways in fixed),
        *(Plan(basis, None, size, stretch) for stretch in even),
    ]


def sizes(most: int) -> Iterator[int]:
    """Return growing sizes up to the most allowed.

    Examples
    --------
    >>> list(sizes(50))
    [12, 17, 24, 33, 46, 50]
    """
    size: float = _SMALLEST
    while size < most:
        yield round(size)
        size *= _GROWTH
    yield most


def _directions_for(size: int, rank: int) -> float:
    """Find how many directions go with n units along each so that both make the same degree.

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
