"""A search in floats for the points of the box where |f − g| is largest.

It samples the box with its ends and corners; around each break of g it takes one, two and three
floats on either side and points across the width of the transition; it bisects a sudden change of
f or g down to two neighbouring floats; it climbs between the breaks by golden section; and from
the best points it walks at random.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from uat.core.domain import read_values
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["ErrorSearch"]

Function = Callable[[Array], Array]

_GOLDEN: Final = (math.sqrt(5) - 1) / 2

# Most breaks that are visited; more: slower, and fewer faults of single units escape.
_BREAKS: Final = 300
# Random points of the box, and points of a line; more: slower, and narrower peaks are found.
_SAMPLES: Final = 2000
# Lines along each axis in two dimensions and more.
_LINES: Final = 8
# Points from which a search goes on; more: slower, and fewer peaks are lost to higher ones.
_KEPT: Final = 12
# Most unit evaluations of one batch of points; it keeps memory and time small.
_WORK: Final = 600_000
# Distances from a break in widths of its transition: inside, at its rim, far outside.
_WIDTHS: Final = (0.1, 0.5, 1.0, 3.0, 10.0, 40.0, 1e3, 1e6)
# Distances from a break in parts of the gap to its neighbour.
_PARTS: Final = tuple(2.0**-k for k in (0, 1, 5, 10, 11, 12, 20))


class ErrorSearch:
    """A search: the two functions, the box, and the worst points so far.

    `best` holds the largest |f − g| and their points, the worst first; `places` counts the
    searches, and `points` the x at which f and g were compared.
    """

    def __init__(self, target: Target, g: Any, rng: np.random.Generator, effort: int) -> None:
        network = g if isinstance(g, Network) else getattr(g, "network", None)
        self.network = network if isinstance(network, Network) else None
        self.target, self.rng, self.effort = target, rng, effort
        self.g = self.network.as_function() if self.network is not None else g
        self.low, self.high = target.lower, target.upper
        units = 1 if self.network is None else max(1, self.network.units)
        self.most = max(64, _WORK // units)
        self.places = self.points = 0
        self.best: list[tuple[float, tuple[float, ...]]] = []

    def run(self) -> None:
        """Visit all places, then walk from the worst."""
        for points, places in self._batches():
            self.places += places
            self.errors(self._clip(points))
        self._walk()

    def errors(self, x: Array) -> Array:
        """Compare at points (k, d) and keep the worst; a g that is not finite is worst of all."""
        f = self._f(x)
        with np.errstate(all="ignore"):
            error: Array = np.abs(f - np.asarray(read_values(self.g(*x.T), f.shape)))
        error[~np.isfinite(error)] = np.inf
        self.points += len(x)
        worst = np.argsort(error)[::-1][:_KEPT]
        found = {(float(error[i]), tuple(x[i].tolist())) for i in worst}
        self.best = sorted({*self.best, *found}, reverse=True)[:_KEPT]
        return error

    def _batches(self) -> Iterator[tuple[Array, int]]:
        """Yield points (k, d) to compare at, and the number of searches that end with them."""
        corners = self._corners()
        inwards = np.where(corners == self.low, np.inf, -np.inf)
        yield np.concatenate([corners, *_next_floats(corners, inwards)]), len(corners)
        yield self._samples(self._some(_SAMPLES)), 0
        for axis in range(len(self.low)):
            yield from self._along(axis)
        yield from self._around_breaks()

    def _some(self, count: int) -> int:
        return min(count * self.effort, self.most)

    def _clip(self, x: Array) -> Array:
        return np.asarray(np.clip(x, self.low, self.high))

    def _samples(self, count: int) -> Array:
        return self.low + (self.high - self.low) * self.rng.random((count, len(self.low)))

    def _corners(self) -> Array:
        d = len(self.low)
        bits = (np.arange(2 ** min(d, 8))[:, None] >> np.arange(d)) & 1
        return np.where(bits == 1, self.high, self.low)

    def _along(self, axis: int) -> Iterator[tuple[Array, int]]:
        """On lines along an axis: bisect the largest changes, climb from the largest errors."""
        d = len(self.low)
        lines, count = (1, self._some(_SAMPLES)) if d == 1 else (_LINES, self._some(200))
        x = np.repeat(self._samples(lines)[:, None], count, axis=1)  # (lines, count, d)
        x[:, :, axis] = np.linspace(self.low[axis], self.high[axis], count)
        f, g = (values.reshape(lines, count) for values in self._both(x.reshape(-1, d)))
        for values, of in ((f, self._f), (g, self._g)):
            change = np.abs(np.diff(values))
            worst = np.argsort(change, axis=None)[::-1][:_KEPT]
            line, place = np.unravel_index(worst, change.shape)
            left, right = self._bisected(of, x[line, place], x[line, place + 1])
            across = np.broadcast_to(np.arange(d) == axis, left.shape)
            yield np.concatenate([*_floats_across(left, across), right]), len(left)
        gap = f - g
        inner = np.abs(gap[:, 1:-1])
        top = (inner >= np.abs(gap[:, :-2])) & (inner >= np.abs(gap[:, 2:]))
        worst = np.argsort(np.where(top, inner, -1.0), axis=None)[::-1][: 2 * _KEPT]
        line, place = np.unravel_index(worst, inner.shape)
        yield self._climbed(x[line, place], x[line, place + 2]), len(line)

    def _around_breaks(self) -> Iterator[tuple[Array, int]]:
        """Visit each break along its axis: by floats, widths and parts of the gap; climb between."""
        x, axis, slopes = self._breaks()
        if not len(x):
            return
        across = np.arange(len(self.low)) == axis[:, None]
        yield np.concatenate(list(_floats_across(x, across))), len(x)
        with np.errstate(over="ignore"):
            widths = np.array(_WIDTHS)[:, None, None] / slopes[:, None] * across
        yield np.concatenate([*(x - widths), *(x + widths)]), 0
        before, after = self._neighbours(x, across)
        near = np.minimum(x - before, after - x)
        parts = np.array(_PARTS)[:, None, None] * near
        yield np.concatenate([*(x - parts), *(x + parts)]), 0
        left, right = self._bisected(self._g, self._clip(x - near / 4), self._clip(x + near / 4))
        yield np.concatenate([*_floats_across(left, across), right]), 0
        ends = np.concatenate([before[:1], x]), np.concatenate([x, after[-1:]])
        yield self._climbed(*ends), len(x)

    def _breaks(self) -> tuple[Array, Any, Array]:
        """Return points (k, d) where a unit of the first layer switches, its axis and its slope."""
        d = len(self.low)
        if self.network is None or self.network.depth == 0:
            return np.empty((0, d)), np.empty(0, dtype=np.int64), np.empty(0)
        hidden = self.network.layers[0]
        moving = np.repeat(np.flatnonzero(hidden.weight.any(axis=1)), 1 if d == 1 else 4)
        weight, x, row = hidden.weight[moving], self._samples(len(moving)), np.arange(len(moving))
        with np.errstate(all="ignore"):
            axis = np.argmax(np.abs(weight) * (self.high - self.low), axis=1)
            slopes = weight[row, axis]
            others = np.where(np.arange(d) == axis[:, None], 0.0, weight / slopes[:, None] * x)
            x[row, axis] = -hidden.bias[moving] / slopes - others.sum(axis=1)
        inside = np.flatnonzero(((x >= self.low) & (x <= self.high)).all(axis=1))
        most = max(4, self._some(_BREAKS * 20) // 20)
        if len(inside) > most:
            inside = self.rng.choice(inside, most, replace=False)
        inside = inside[np.argsort(x[inside, 0], kind="stable")]
        return x[inside], axis[inside], np.abs(slopes[inside])

    def _neighbours(self, x: Array, across: Any) -> tuple[Array, Array]:
        """Return the breaks before and after each; in 2-D and more, points near it on both sides."""
        if len(self.low) > 1:
            side = float((self.high - self.low).min()) * 2.0**-10 * across
            return self._clip(x - side), self._clip(x + side)
        return np.concatenate([self.low[None], x[:-1]]), np.concatenate([x[1:], self.high[None]])

    def _f(self, x: Array) -> Array:
        return np.asarray(self.target(*x.T))

    def _g(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            value: Array = np.nan_to_num(np.asarray(read_values(self.g(*x.T), x.shape[:1])))
        return value

    def _both(self, x: Array) -> tuple[Array, Array]:
        self.points += len(x)
        return self._f(x), self._g(x)

    def _size(self, x: Array) -> Array:
        f, g = self._both(x)
        return np.asarray(np.abs(f - g))

    def _bisected(self, of: Function, left: Array, right: Array) -> tuple[Array, Array]:
        """Halve towards the larger change of f or g until the ends are neighbours."""
        at_left, at_right = of(left), of(right)
        for _ in range(60):
            middle = left + (right - left) / 2
            if ((middle == left) | (middle == right)).all():
                break
            value = of(middle)
            before = np.abs(value - at_left) > np.abs(at_right - value)
            left = np.where(before[:, None], left, middle)
            right = np.where(before[:, None], middle, right)
            at_left, at_right = np.where(before, at_left, value), np.where(before, value, at_right)
        return left, right

    def _climbed(self, left: Array, right: Array) -> Array:
        """Climb |f − g| by golden section on all segments at once."""
        for _ in range(30):
            reach = _GOLDEN * (right - left)
            low, high = self._clip(right - reach), self._clip(left + reach)
            lower = (self._size(low) > self._size(high))[:, None]
            left, right = np.where(lower, left, low), np.where(lower, high, right)
        return np.concatenate([left, right])

    def _walk(self) -> None:
        """Step at random from the worst points, by steps of all sizes."""
        x = np.array([point for _, point in self.best])
        self.places += len(x)
        error = self.errors(x)
        for _ in range(20 * self.effort):
            size = (self.high - self.low) * 10.0 ** self.rng.uniform(-17, -1, (len(x), 1))
            tried = self._clip(x + size * self.rng.choice([-1.0, 1.0], x.shape))
            found = self.errors(tried)
            better = found > error
            x, error = np.where(better[:, None], tried, x), np.where(better, found, error)


def _next_floats(x: Array, towards: Array) -> Iterator[Array]:
    """Yield the points one, two and three floats from x towards another point."""
    for _ in range(3):
        x = np.nextafter(x, towards)
        yield x


def _floats_across(x: Array, across: Any) -> Iterator[Array]:
    """Yield points x and those one, two and three floats from them, on both sides along an axis."""
    yield x
    for side in (-np.inf, np.inf):
        yield from _next_floats(x, np.where(across, side, x))
