"""The fewest pieces of polygons within ε of f, computed in other ways than the package does."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from mpmath import mp  # type: ignore[import-untyped]


def fewest_for_convex(f: Callable[[Any], Any], a: float, b: float, eps: float) -> int:
    """Count the chords of f − ε, f convex, each of them tangent to f + ε, from a to b."""
    with mp.workdps(30):
        x, end, count = mp.mpf(a), mp.mpf(b), 0
        while x < end:
            x, count = _next_corner(f, x, end, mp.mpf(eps)), count + 1
        return count


def _next_corner(f: Callable[[Any], Any], x: Any, end: Any, eps: Any) -> Any:
    """Follow the line from (x, f(x) − ε) that touches f + ε until it meets f − ε again."""

    def slope_at(t: Any) -> Any:
        return mp.diff(f, t)

    def misses(t: Any) -> Any:
        """Return how far the tangent of f + ε at t passes below the start."""
        return f(x) - eps - (f(t) + eps + slope_at(t) * (x - t))

    if misses(end) <= 0:
        return end
    touch = _root(misses, x, end)
    line = slope_at(touch)

    def above(z: Any) -> Any:
        return f(z) - eps - (f(touch) + eps + line * (z - touch))

    return end if above(end) <= 0 else _root(above, touch, end)


def _root(function: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Halve an interval on which a function changes from below 0 to above."""
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (middle, high) if (function(middle) < 0) else (low, middle)
    return high


def fewest_on_a_grid(x: np.ndarray, low: np.ndarray, high: np.ndarray, levels: int) -> int:
    """Count the pieces of the shortest polygon in a tube with its corners on a grid.

    The grid has a column at each x and so many levels between the sides of the tube there.
    """
    columns = range(len(x))
    heights = [np.linspace(low[i], high[i], levels) for i in columns]
    best = [np.zeros(levels)] + [np.full(levels, np.inf) for _ in columns[1:]]
    for (p, i), (q, j) in product(enumerate(columns), repeat=2):
        if i >= j:
            continue
        share = (x[i : j + 1] - x[i]) / (x[j] - x[i])
        lines = heights[p][:, None, None] * (1 - share) + heights[q][None, :, None] * share
        inside = ((lines >= low[i : j + 1] - 1e-12) & (lines <= high[i : j + 1] + 1e-12)).all(
            axis=2
        )
        steps = np.where(inside, best[p][:, None] + 1, np.inf).min(axis=0)
        best[q] = np.minimum(best[q], steps)
    return int(best[-1].min())


def fewest_at_points(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> int:
    """Count groups of neighbouring points that a line each can meet: no polygon has fewer pieces.

    Each group is as long as some line is between low and high at all of its points.
    """
    first, count = 0, 0
    while first < len(x):
        most = 2
        while first + most < len(x) and _one_line_meets(x, low, high, first, first + most + 1):
            most += 1
        first, count = first + most, count + 1
    return count


def _one_line_meets(x: np.ndarray, low: np.ndarray, high: np.ndarray, i: int, j: int) -> bool:
    """Search the slope for which the highest start needed is lowest below the lowest allowed.

    What is missing is convex in the slope; rounding is in favour of the line.
    """
    z, bottom, top = x[i:j] - x[i], low[i:j], high[i:j]

    def missing(slope: float) -> float:
        return float((bottom - slope * z).max() - (top - slope * z).min())

    left, right = ((top[1:] - bottom[0]) / z[1:]).min(), ((bottom[1:] - top[0]) / z[1:]).max()
    left, right = min(left, right), max(left, right)
    for _ in range(100):
        third = (right - left) / 3
        if missing(left + third) < missing(right - third):
            right -= third
        else:
            left += third
    return missing(left) <= 1e-9 * float((top - bottom).max())
