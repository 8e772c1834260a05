"""The range of a function of one number over any interval, from a table.

The line is cut once: fine cells near 0, growing outward, two half lines. The function is enclosed
on each; its range over an interval is that over the cells the interval meets. The ranges over all
stretches of 2^k cells are stored for every k, and any stretch of cells is covered by two of them.
"""

from typing import Final

import numpy as np

from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression

__all__ = ["RangeTable"]


_NEAR: Final = 16.0
"""End of the fine cells, past which σ″ and σ‴ are tiny or nearly constant."""

_CELLS: Final = 1 << 11
_GROWING: Final = 1 << 7
"""Numbers of fine and of growing cells; more: sharper ranges over short intervals, slower to make."""


class RangeTable:
    """Ranges of an expression of one coordinate over intervals."""

    def __init__(self, expression: Expression) -> None:
        near = np.linspace(-_NEAR, _NEAR, _CELLS + 1)
        far = np.geomspace(_NEAR, 1e9, _GROWING)[1:]
        self._edges = np.concatenate([-far[::-1], near, far])
        ends = np.concatenate([[-np.inf], self._edges, [np.inf]])
        low, high = enclose(expression, ends[:-1, None], ends[1:, None])
        self._low, self._high = [low], [high]
        step, cells = 1, len(low)
        while 2 * step <= cells:
            low, high = self._low[-1], self._high[-1]
            self._low.append(np.minimum(low[:-step], low[step:]))
            self._high.append(np.maximum(high[:-step], high[step:]))
            step *= 2

    def __call__(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Bound the function over [low, high], arrays of one shape."""
        first = np.searchsorted(self._edges, low, side="left")
        last = np.maximum(np.searchsorted(self._edges, high, side="right"), first)
        level = np.frexp(last - first + 1)[1] - 1
        shape = np.shape(low)
        bottom, top = np.full(shape, -np.inf), np.full(shape, np.inf)
        for k in np.unique(level):
            some = level == k
            left, right = first[some], last[some] + 1 - (1 << int(k))
            bottom[some] = np.minimum(self._low[k][left], self._low[k][right])
            top[some] = np.maximum(self._high[k][left], self._high[k][right])
        return bottom, top

    def size(self, low: Array, high: Array) -> Array:
        """Bound the absolute value over [low, high]."""
        bottom, top = self(low, high)
        return np.maximum(np.abs(bottom), np.abs(top))
