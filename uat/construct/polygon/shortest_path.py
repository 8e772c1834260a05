"""The path of fewest straight pieces between two polygons: each piece is extended as far as it goes.

Let the tube be what lies between a lower and an upper polygon with common corners. A line that has
to stay in it from its left end on can turn down only so far: the lowest one touches the upper side
at some u, then the lower side at some v > u. If it leaves the tube through the upper side, at w,
then no line goes further, and the next piece crosses this one between v and w: so it is bounded by
the lower side from v on, and by the upper side from w on. In the same way for the highest line.

The touching points come from convex hulls of the sides, which grow from left to right: the work is
a few steps a corner.

Sources: H. Imai and M. Iri, An optimal algorithm for approximating a piecewise linear function,
1986; L. Guibas, J. Hershberger, J. Mitchell and J. Snoeyink, Approximating polygons and
subdivisions with minimum-link paths, 1993.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from uat.expression.arrays import Array

__all__ = ["Path", "shortest_path"]


class Ray(NamedTuple):
    """The line through (x, y) with this slope."""

    x: float
    y: float
    slope: float


class Start(NamedTuple):
    """A point from which one side bounds a piece, and the corner that follows it."""

    x: float
    y: float
    following: int


class Stop(NamedTuple):
    """The touching points that end a piece; v and w are the starts of the sides of the next."""

    u: float
    v: Start
    w: Start
    side: int  # 1 if u and w are on the upper side, −1 on the lower one


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """The lines of the pieces, and the touching points that end each of them but the last."""

    lines: Array  # (pieces, 3): a line is y₀ + s (x − x₀), as x₀, y₀, s
    touching: Array  # (pieces − 1, 3): u < v < w
    sides: Array  # (pieces − 1,): 1 if u and w are on the upper side, −1 on the lower one

    def corners(self, a: float, b: float) -> tuple[Array, Array]:
        """Return the corners of the path on [a, b], (pieces + 1,) each: places and values."""
        before, after, (v, w) = self.lines[:-1], self.lines[1:], self.touching[:, 1:].T
        over, under = (_at(after, x) - _at(before, x) for x in (v, w))
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.clip(over / (over - under), 0.0, 1.0)
        place = np.clip(v + (w - v) * np.where(np.isnan(share), 1.0, share), v, w)
        place = np.concatenate([[a], place, [b]])
        value = np.append(_at(self.lines, place[:-1]), _at(self.lines[-1:], place[-1:]))
        some = np.append(place[:-1] < place[1:], True)
        some[0] = True
        return place[some], value[some]


def _at(lines: Array, x: Array) -> Array:
    start, value, slope = lines.T
    return np.asarray(value + slope * (x - start))


class _Extreme:
    """The lowest line below all tops and above all bottoms seen; of negated sides, the highest."""

    __slots__ = ("first", "following", "hull_x", "hull_y", "last", "line", "side")

    def __init__(self, side: int) -> None:
        self.side = side  # −1 if the sides are negated
        self.hull_x: list[float] = []  # the convex hull of the tops, from below
        self.hull_y: list[float] = []
        self.first = 0  # the corner of the hull that the line touches
        self.line: Ray | None = None  # touches a bottom at its x
        self.following = 0  # the corner that follows this x
        self.last = (0.0, 0.0)  # the top seen last

    def misses(self, x: float, top: float) -> bool:
        """Return True if the line is above a top: no line goes so far."""
        if self.line is None:
            return False
        start, value, slope = self.line
        return value + slope * (x - start) > top

    def rest_on(self, x: float, bottom: float, following: int) -> None:
        """Raise the line to a bottom, if it is below."""
        hull_x, hull_y, i = self.hull_x, self.hull_y, self.first
        if not hull_x or hull_x[i] >= x:
            return
        if self.line is not None:
            start, value, slope = self.line
            if value + slope * (x - start) >= bottom:
                return
        slope = (bottom - hull_y[i]) / (x - hull_x[i])
        while i + 1 < len(hull_x) and hull_x[i + 1] < x:
            steeper = (bottom - hull_y[i + 1]) / (x - hull_x[i + 1])
            if steeper < slope:
                break
            slope, i = steeper, i + 1
        self.first, self.line, self.following = i, Ray(x, bottom, slope), following

    def pass_under(self, x: float, top: float) -> None:
        """Add a top to the hull."""
        hull_x, hull_y, least = self.hull_x, self.hull_y, self.first + 1
        while len(hull_x) > least:
            p, q, r = hull_x[-2], hull_y[-2], hull_y[-1]
            if (r - q) * (x - p) < (top - q) * (hull_x[-1] - p):
                break
            hull_x.pop()
            hull_y.pop()
        hull_x.append(x)
        hull_y.append(top)
        self.last = (x, top)

    def end(self, x: float, top: float, following: int) -> tuple[Ray, Stop]:
        """Return the line, which misses a top, and the points that end it."""
        assert self.line is not None
        start, value, slope = self.line
        before, below = self.last
        inside = max(below - (value + slope * (before - start)), 0.0)
        outside = value + slope * (x - start) - top
        place = min(before + (x - before) * (inside / (inside + outside)), x)
        # the value on the side, not on the line: they differ by rounding
        height = below + (top - below) * ((place - before) / (x - before)) if x > before else top
        v = Start(start, self.side * value, self.following)
        w = Start(place, self.side * height, following)
        return self.drawn(), Stop(self.hull_x[self.first], v, w, self.side)

    def drawn(self) -> Ray:
        """Return the line, no longer negated."""
        assert self.line is not None
        return Ray(self.line.x, self.side * self.line.y, self.side * self.line.slope)


def shortest_path(x: Array, low: Array, high: Array) -> Path:
    """Find the path of fewest pieces in the tube with sides low < high at x, (corners,) each.

    >>> x = np.array([0.0, 1.0, 2.0])
    >>> path = shortest_path(x, np.array([0.0, 0.9, 0.0]), np.array([0.1, 1.0, 0.1]))
    >>> [corner.round(3).tolist() for corner in path.corners(0.0, 2.0)]
    [[0.0, 1.031, 2.0], [0.1, 0.925, 0.05]]
    """
    sides = x.tolist(), low.tolist(), high.tolist()
    bottom, top = (Start(float(x[0]), float(side[0]), 1) for side in (low, high))
    lines, touching, upper = [], [], []
    while True:
        line, stop = _piece(*sides, bottom, top)
        lines.append(line)
        if stop is None:
            break
        touching.append((stop.u, stop.v.x, stop.w.x))
        upper.append(stop.side)
        bottom, top = (stop.v, stop.w) if stop.side > 0 else (stop.w, stop.v)
    ends = np.array(touching, dtype=np.float64).reshape(-1, 3)
    return Path(np.array(lines), ends, np.array(upper, dtype=np.int8))


def _piece(
    x: list[float], low: list[float], high: list[float], bottom: Start, top: Start
) -> tuple[Ray, Stop | None]:
    """Extend a piece as far as it goes, bounded by each side from a start on; None at the end."""
    lowest, highest = _Extreme(1), _Extreme(-1)
    if bottom.x <= top.x:
        highest.pass_under(bottom.x, -bottom.y)
        for j in range(bottom.following, top.following):
            highest.pass_under(x[j], -low[j])
        highest.rest_on(top.x, -top.y, top.following)
        lowest.pass_under(top.x, top.y)
    else:
        lowest.pass_under(top.x, top.y)
        for j in range(top.following, bottom.following):
            lowest.pass_under(x[j], high[j])
        lowest.rest_on(bottom.x, bottom.y, bottom.following)
        highest.pass_under(bottom.x, -bottom.y)
    for j in range(max(bottom.following, top.following), len(x)):
        place, least, most = x[j], low[j], high[j]
        if lowest.misses(place, most):
            return lowest.end(place, most, j)
        if highest.misses(place, -least):
            return highest.end(place, -least, j)
        lowest.rest_on(place, least, j + 1)
        highest.rest_on(place, -most, j + 1)
        lowest.pass_under(place, most)
        highest.pass_under(place, -least)
    return _between([part.drawn() for part in (lowest, highest) if part.line is not None]), None


def _between(lines: list[Ray]) -> Ray:
    """Return the mean of one or two lines."""
    (x, y, slope), (start, value, other) = lines[0], lines[-1]
    return Ray(x, (y + value + other * (x - start)) / 2, (slope + other) / 2)
