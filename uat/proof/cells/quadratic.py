"""A function on a cell as a quadratic polynomial around the centre, give or take an error.

On a cell with centre m and half-widths r,

    f(m + s) ∈ constant + slope·s + sᵀ curve s ± error    for all |s_j| ≤ r_j.

Two such models subtract term by term, so that what f and g have in common cancels before any
absolute value is taken: that is why a bound of f − g need not be one of f plus one of g.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009,
section 6.4 (centred forms); K. Makino and M. Berz, Taylor models, 2003.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from uat.core.network import Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array, Integers
from uat.numerics.boxes import centres
from uat.proof.sigma.model import LOST

__all__ = ["Between", "NetworkModel", "Quadratic", "flat", "in_blocks"]

_ROOT_OF_TINY: Final = 2.0**-500

_LEAST_SHARE: Final = 0.1
"""The least weight of a side when the one to halve is chosen; smaller: longer thin cells."""


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic:
    """A quadratic model on each of many cells."""

    constant: Array  # (cells,)
    slope: Array  # (cells, d)
    curve: Array  # (cells, d, d), symmetric
    error: Array  # (cells,)

    def minus(self, other: "Quadratic") -> "Quadratic":
        """Subtract a model on the same cells.

        Each difference is rounded once, by a share of itself: `largest` adds that.
        """
        return Quadratic(
            self.constant - other.constant,
            self.slope - other.slope,
            self.curve - other.curve,
            self.error + other.error,
        )

    def gap(self, f: "Quadratic", radius: Array) -> tuple[Array, Array, Array]:
        """Bound |f − g| over each cell, g being this; also return one that occurs, roughly, and where.

        The place is seen from the centre, (cells, d).
        """
        difference = f.minus(self)
        seen = np.abs(difference.constant) - difference.error
        return difference.largest(radius), seen, np.zeros_like(radius)

    def sides(self, f: "Quadratic", radius: Array, longest: Array) -> Array:
        """Weigh the sides of each cell, (cells, d), by how far f and g bend along them."""
        if radius.shape[1] == 1:
            return radius
        with np.errstate(all="ignore"):
            bends = f.bends(radius) + self.bends(radius)
            share = np.nan_to_num(bends / np.max(bends, axis=1, keepdims=True), nan=1.0)
        return np.asarray(radius / longest * np.maximum(share, _LEAST_SHARE))

    def bends(self, radius: Array) -> Array:
        """Return how far this bends along each coordinate, (cells, d)."""
        return np.asarray(np.einsum("cij,ci,cj->ci", np.abs(self.curve), radius, radius))

    def at(self, s: Array) -> Array:
        """Evaluate at one place s of each cell, (cells, d), in floats."""
        tilt = np.einsum("ci,ci->c", self.slope, s)
        return np.asarray(self.constant + tilt + np.einsum("cij,ci,cj->c", self.curve, s, s))

    def or_else(self, cells: Integers, others: "Quadratic") -> "Quadratic":
        """Return these models, but on some cells those of others where their error is smaller."""
        better = (others.error < self.error[cells]) | np.isnan(self.error[cells])
        parts = [part.copy() for part in self._parts()]
        for part, new in zip(parts, others._parts(), strict=True):
            part[cells[better]] = new[better]
        return Quadratic(*parts)

    def _parts(self) -> tuple[Array, Array, Array, Array]:
        return self.constant, self.slope, self.curve, self.error

    @staticmethod
    def joined(blocks: "Sequence[Quadratic]") -> "Quadratic":
        """Put the models on blocks of cells together."""
        return Quadratic(*map(np.concatenate, zip(*map(Quadratic._parts, blocks), strict=True)))

    def largest(self, radius: Array) -> Array:
        """Bound the absolute value over each cell, rounded up; radius (cells, d)."""
        return np.maximum(np.maximum(*self.ends(radius)), 0.0)

    def ends(self, radius: Array) -> tuple[Array, Array]:
        """Bound the negative and the value itself over each cell, both rounded up."""
        with np.errstate(invalid="ignore", over="ignore"):
            low, high, size = _parabolas(self.slope, np.einsum("cii->ci", self.curve), radius)
            cross = _cross_terms(self.curve, radius)
            rounding = LOST * (size.sum(axis=1) + cross + np.abs(self.constant) + self.error)
            # what underflow loses of each coefficient
            reach = radius.sum(axis=1)
            lost = TINY + TINY * reach + np.square(_ROOT_OF_TINY * reach)
            rest = cross + self.error + rounding + lost
            ends = low.sum(axis=1) - self.constant + rest, high.sum(axis=1) + self.constant + rest
        bottom, top = (np.where(np.isnan(end), np.inf, end) for end in ends)
        return bottom, top


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """A network g between two quadratic models on each of many cells."""

    below: Quadratic
    above: Quadratic
    loose: Array  # (cells, d): how much of the gap is due to each coordinate
    centre: Array  # (cells, d)
    network: Network

    def ends(self, radius: Array) -> tuple[Array, Array]:
        """Bound −g and g over each cell, both rounded up."""
        return self.below.ends(radius)[0], self.above.ends(radius)[1]

    def gap(self, f: Quadratic, radius: Array) -> tuple[Array, Array, Array]:
        """Bound |f − g| over each cell; also return one that occurs, roughly, and where."""
        falls, rises = f.minus(self.above), f.minus(self.below)
        bounds = np.maximum(falls.ends(radius)[0], rises.ends(radius)[1])
        corners = -np.sign(falls.slope) * radius, np.sign(rises.slope) * radius
        seen = [self._seen(f, s) for s in corners]
        places = np.where((seen[1] > seen[0])[:, None], corners[1], corners[0])
        return np.maximum(bounds, 0.0), np.maximum(*seen), places

    def _seen(self, f: Quadratic, s: Array) -> Array:
        """Evaluate |f − g| at one place s of each cell, roughly."""
        value = self.network(self.centre + s)[:, 0]
        return np.asarray(np.abs(f.at(s) - value) - f.error)

    @staticmethod
    def joined(blocks: "Sequence[Between]") -> "Between":
        """Put the models on blocks of cells together."""
        below = Quadratic.joined([block.below for block in blocks])
        above = Quadratic.joined([block.above for block in blocks])
        loose = np.concatenate([block.loose for block in blocks])
        centre = np.concatenate([block.centre for block in blocks])
        return Between(below, above, loose, centre, blocks[0].network)

    def sides(self, f: Quadratic, radius: Array, longest: Array) -> Array:
        """Weigh the sides of each cell, (cells, d), by what of the gap and of f's bend is theirs."""
        lost = f.bends(radius) + self.loose
        with np.errstate(invalid="ignore"):
            known = np.isfinite(lost).all(axis=1, keepdims=True) & (lost > 0).any(
                axis=1, keepdims=True
            )
        return np.where(known, lost, radius / longest)


class NetworkModel:
    """A network with one output as quadratic models on cells of a domain.

    The models may err by `tolerated`; float g(x) may be off by `rounding` beside that, at any float
    x of the domain. About `cells` cells are best modelled at a time. A new model is one file with a
    subclass, and one line in `MODELS` of `prove.py`.
    """

    rounding: float
    cells: int = 1 << 13

    def __init__(self, network: Network, domain: Any, tolerated: float) -> None:
        raise NotImplementedError

    @staticmethod
    def fits(_network: Network) -> bool:
        """Return True for a network that can be modelled so: here every one."""
        return True

    def edges(self, _lower: float, _upper: float) -> Array:
        """Return where first cells on a line should end in (lower, upper): here anywhere."""
        return np.empty(0)

    def __call__(self, lower: Array, upper: Array) -> Quadratic | Between:
        """Model g on cells that do not overlap, (cells, d) ends."""
        raise NotImplementedError

    def beside(self, _f: Quadratic, lower: Array, upper: Array) -> Quadratic | Between:
        """Model g on such cells for a bound of f − g: here as for any f."""
        return self(lower, upper)


_Model = TypeVar("_Model", Quadratic, Between)


def in_blocks(
    model: Callable[[Array, Array], _Model], lower: Array, upper: Array, step: int
) -> _Model:
    """Model cells, (cells, d) ends, some at a time, by their centres and half-widths."""
    starts = range(0, len(lower), step)
    blocks = [model(*centres(lower[i : i + step], upper[i : i + step])) for i in starts]
    return blocks[0].joined(blocks)


def flat(constant: Array, error: Array, dimension: int) -> Quadratic:
    """Make models of slope and curve 0 from constants and errors, (cells,) each."""
    shape = (len(constant), dimension)
    return Quadratic(constant, np.zeros(shape), np.zeros((*shape, dimension)), error)


def _parabolas(slope: Array, curve: Array, radius: Array) -> tuple[Array, Array, Array]:
    """Bound −(slope s + curve s²), then slope s + curve s², then its size, over |s| ≤ radius.

    Its extremes are at the ends, where it is ±slope r + curve r², and at −slope/(2 curve) where
    that lies within.
    """
    linear, square = np.abs(slope) * radius, curve * radius * radius
    inside = 2 * np.abs(square) > linear
    # the quotient is at most 2 r, while the square of a slope may underflow
    turn = np.abs(slope) / 4 * (np.abs(slope) / np.where(inside, np.abs(curve), 1.0))
    turn = np.where(inside, turn, 0.0) * (1 + LOST) + np.where(inside, TINY, 0.0)
    high = np.maximum(linear + square, np.where(inside & (curve < 0), turn, 0.0))
    low = np.maximum(linear - square, np.where(inside & (curve > 0), turn, 0.0))
    return low, high, linear + np.abs(square)


def _cross_terms(curve: Array, radius: Array) -> Array:
    """Bound the sum of the terms s_i s_j, i ≠ j."""
    if curve.shape[1] == 1:
        return np.zeros(len(curve))
    size = np.einsum("cij,ci,cj->c", np.abs(curve), radius, radius)
    own = np.einsum("cii,ci,ci->c", np.abs(curve), radius, radius)
    return np.asarray(np.maximum(size - own, 0.0) + LOST * size)
