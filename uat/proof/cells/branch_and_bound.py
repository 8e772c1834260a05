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
from numpy.typing import NDArray

from uat.core.certificate import Evidence
from uat.expression.arrays import Array

__all__ = ["Bound", "Examined", "Search"]


_NEARLY: Final = 1 + 2.0**-10
_SHARE: Final = 4
_FEW: Final = 32
_NEGLECTED: Final = 32
_LARGEST: Final = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """What is known of some cells.

    Attributes
    ----------
    bounds : ndarray, (cells,)
        |f − g| ≤ bounds.
    seen : float
        An |f − g| that occurs on one of them, roughly.
    sides : ndarray, (cells, d)
        How much each side of the cell adds to the bound: the largest is halved first.
    """

    bounds: Array
    seen: float
    sides: Array


Bound = Callable[[Array, Array], Examined]


class Search:
    """A search that can go on: the cells so far, and what is known of them.

    Parameters
    ----------
    bound : callable
        (cells, d) ends → `Examined`.
    lower, upper : ndarray, (cells, d)
        The first cells.
    goal : float
        A bound that is small enough.
    """

    def __init__(self, bound: Bound, lower: Array, upper: Array, goal: float = 0.0) -> None:
        self._bound, self._goal = bound, goal
        self._lower, self._upper = lower, upper
        first = bound(lower, upper)
        self._bounds, self._sides, self._seen = first.bounds, first.sides, first.seen

    @property
    def upper(self) -> float:
        """|f − g| is at most that."""
        return float(self._bounds.max())

    @property
    def evidence(self) -> Evidence:
        """The cells, which cover what the first ones cover."""
        return Evidence(self._lower, self._upper, self._bounds)

    @property
    def seen(self) -> float:
        """|f − g| is about as large somewhere."""
        return self._seen

    def look_at(self, budget: int, tell: Callable[[int], object] = lambda looked: None) -> None:
        """Halve the worst cells, looking at up to `budget` more; tell how many after each round."""
        whole = budget
        while budget >= 2:
            level = max(self._goal, _NEARLY * self._seen)
            middle, axis, divisible = _middles(self._lower, self._upper, self._sides)
            with np.errstate(invalid="ignore"):
                above = np.where(divisible, self._bounds - level, 0.0)
            some = _worst(above, budget // 2)
            if not len(some):
                break
            halves = _halves(self._lower, self._upper, middle, axis, some)
            self._replace(some, *halves, self._bound(*halves))
            budget -= 2 * len(some)
            tell(whole - budget)

    def _replace(
        self, some: NDArray[np.int64], lower: Array, upper: Array, found: Examined
    ) -> None:
        """Put two halves in the place of each of some cells."""
        # what holds on a cell holds on its halves too
        bounds = np.minimum(found.bounds, np.tile(self._bounds[some], 2))
        self._seen = max(self._seen, found.seen)
        kept = np.ones(len(self._bounds), dtype=bool)
        kept[some] = False
        self._lower = np.concatenate([self._lower[kept], lower])
        self._upper = np.concatenate([self._upper[kept], upper])
        self._bounds = np.concatenate([self._bounds[kept], bounds])
        self._sides = np.concatenate([self._sides[kept], found.sides])


def _worst(above: Array, budget: int) -> NDArray[np.int64]:
    """Choose the cells to halve, by how far each is above the level: not all where many are."""
    largest = min(float(above.max()), _LARGEST)
    open_ = np.flatnonzero(above > max(largest / _NEGLECTED, 0.0))
    most = min(budget, max(_FEW, budget // _SHARE))
    if 2 * len(open_) <= budget or len(open_) <= most:
        return open_
    return np.asarray(open_[np.argpartition(-above[open_], most - 1)[:most]])


def _middles(
    lower: Array, upper: Array, sides: Array
) -> tuple[Array, NDArray[np.int64], NDArray[np.bool_]]:
    """Return the place and the axis of each cell's cut, and whether there is a float to cut at."""
    middle = lower + (upper - lower) / 2
    inside = (lower < middle) & (middle < upper)
    axis: NDArray[np.int64] = np.argmax(np.where(inside, sides, -1.0), axis=1)
    divisible: NDArray[np.bool_] = np.any(inside, axis=1)
    return middle, axis, divisible


def _halves(
    lower: Array, upper: Array, middle: Array, axis: NDArray[np.int64], some: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Cut cells across one side each: all lower halves, then all upper ones."""
    low, high, cut = lower[some], upper[some], middle[some]
    across = np.arange(lower.shape[1]) == axis[some, None]
    lows = np.concatenate([low, np.where(across, cut, low)])
    highs = np.concatenate([np.where(across, cut, high), high])
    return lows, highs
