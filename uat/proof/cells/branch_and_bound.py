"""Halve the worst cells until none matters, or the budget ends: branch and bound.

Each cell carries a bound of |f − g| on it. Only cells whose bound is above a level are halved, the
worst ones first; the largest bound of all is proved at any time. The level is a little above the
largest |f − g| seen, below which no bound can fall.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009,
section 5.3 (the Skelboe–Moore algorithm).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.expression.arrays import Array, Integers
from uat.numerics.boxes import halves, inside

__all__ = ["NEARLY", "Bound", "CellSearch", "Examined"]

NEARLY: Final = 1 + 2.0**-10
"""A bound within this factor of an |f − g| seen is not sharpened; smaller: sharper, slower."""

_SHARE: Final = 4
"""A round that cannot halve all open cells takes this part of the budget at most, since the next
round knows better which cells are the worst."""

_FEW: Final = 32
"""But so many cells at least, since each round has a cost of its own."""

_NEGLECTED: Final = 32
"""Cells are left for later where they are above the level by less than 1/32 of what the worst is."""

_LARGEST: Final = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """Results for some cells."""

    bounds: Array  # (cells,): |f − g| ≤ bounds
    seen: float  # an |f − g| that occurs on one of them, roughly
    sides: Array  # (cells, d), weights: the side of the largest weight is halved first
    place: Array | None = None  # (d,), where that error occurs, if it is known


Bound = Callable[[Array, Array], Examined]


class CellSearch:
    """A search that can be continued: the cells so far, (cells, d) ends, and their bounds.

    `seen` is a value that |f − g| takes somewhere, roughly, and `place` where, if it is known: no bound
    can be below it. `looked` is
    the number of cells looked at beyond the first ones; `goal` is a bound that is small enough, and
    so is one of `nearly` times what was seen.
    """

    def __init__(
        self,
        bound: Bound,
        lower: Array,
        upper: Array,
        goal: float = 0.0,
        nearly: float = NEARLY,
    ) -> None:
        self._bound, self._goal, self._nearly = bound, goal, nearly
        self._lower, self._upper = lower, upper
        first = bound(lower, upper)
        self._bounds, self._sides = first.bounds, first.sides
        self.seen, self.place = first.seen, first.place
        self.looked = 0

    @property
    def upper(self) -> float:
        """The proved bound: |f − g| is at most this on all cells."""
        return float(self._bounds.max())

    @property
    def cells(self) -> tuple[Array, Array, Array]:
        """Ends and bounds of the cells, which cover what the first ones cover."""
        return self._lower, self._upper, self._bounds

    def go_on(self, until: int, tell: Callable[[], object] = lambda: None) -> None:
        """Halve the worst cells until `until` cells were looked at; call `tell` after each round."""
        while self.looked + 2 <= until:
            left = (until - self.looked) // 2
            level = max(self._goal, self._nearly * self.seen)
            divisible = inside(self._lower, self._upper)
            with np.errstate(invalid="ignore"):
                above = np.where(divisible.any(axis=1), self._bounds - level, 0.0)
            some = _worst(above, left)
            if not len(some):
                break
            axis = np.argmax(np.where(divisible[some], self._sides[some], -1.0), axis=1)
            self._halve(some, axis)
            self.looked += 2 * len(some)
            tell()

    def _halve(self, some: Integers, axis: Integers) -> None:
        """Put two halves in the place of each of some cells."""
        lower, upper = halves(self._lower[some], self._upper[some], axis)
        found = self._bound(lower, upper)
        # what holds on a cell holds on its halves too
        bounds = np.minimum(found.bounds, np.tile(self._bounds[some], 2))
        if found.seen > self.seen:
            self.seen, self.place = found.seen, found.place
        kept = np.ones(len(self._bounds), dtype=bool)
        kept[some] = False
        self._lower = np.concatenate([self._lower[kept], lower])
        self._upper = np.concatenate([self._upper[kept], upper])
        self._bounds = np.concatenate([self._bounds[kept], bounds])
        self._sides = np.concatenate([self._sides[kept], found.sides])


def _worst(above: Array, budget: int) -> Integers:
    """Choose the cells to halve by how far each is above the level; of many not all."""
    largest = min(float(above.max()), _LARGEST)
    open_ = np.flatnonzero(above > max(largest / _NEGLECTED, 0.0))
    most = min(budget, max(_FEW, budget // _SHARE))
    if 2 * len(open_) <= budget or len(open_) <= most:
        return open_
    return np.asarray(open_[np.argpartition(-above[open_], most - 1)[:most]])
