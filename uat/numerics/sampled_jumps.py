"""Jumps of f, found on samples: two places a few floats apart, with f steady on either side.

Nothing here is proved. A step of a grid on which f changes much is cut again and again, and the
part where f changes more is kept, down to a few floats. What is left is taken for a jump if f
hardly changes on either side, at distances up to a million times as large. That leaves out cusps,
ramps with a width, and f that swing from float to float.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["Jump", "find_jump", "jump_near", "jumps_between"]

_CUT: Final = 0.382  # not the half, which would often fall on the jump itself
_ROUNDS: Final = 100  # cuts of a step: from the whole box down to a few floats
_STEPS: Final = 64  # the steps of the grid that are cut; more: small jumps among steep places
_NODES: Final = 8192  # nodes of the grid on a line
_NODES_OF_MANY: Final = 64  # nodes on each of many lines, in several coordinates
_LINES: Final = 256
_FAR: Final = 2.0 ** np.arange(2, 21)  # distances from the jump, in its widths
_STEADY: Final = 0.25  # the change of f on one side, in parts of the jump, that is allowed
_LEAST: Final = 1e-9  # smaller jumps, in parts of |f|, may be rounding
_NEAR: Final = 1e-6  # distance, in parts of the box, at which a jump is near a point


@dataclass(frozen=True, slots=True, eq=False)
class Jump:
    """A place where f jumps, and the difference of its values on both sides."""

    target: Target
    point: Array  # (d,)
    size: float

    @property
    def place(self) -> str:
        """The place with as many digits as the size of the box needs: "x = 0.3"."""
        box = zip(self.point.tolist(), self.target.domain, strict=True)
        inner = ", ".join(
            f"{round(x, 4 - math.floor(math.log10(b - a))) + 0.0:.15g}" for x, (a, b) in box
        )
        return f"x = {inner}" if len(self.point) == 1 else f"({inner})"


def find_jump(target: Target) -> Jump | None:
    """Search for the largest jump of f that samples show.

    >>> jump = find_jump(Target("x + (x > 0.5)", (0, 1)))
    >>> jump.place, round(jump.size, 6)
    ('x = 0.5', 1.0)
    """
    points = _lines(target)
    values = _values(target, points)
    change = np.abs(np.diff(values, axis=1)).ravel()
    worst = np.argsort(-change)[:_STEPS]
    ends = (points[:, :-1], points[:, 1:])
    low, high = (part.reshape(-1, target.dimension)[worst] for part in ends)
    return _largest(target, low, high, float(np.abs(values).max()))


def jump_near(target: Target, point: Array) -> Jump | None:
    """Search for a jump of f within a millionth of the box from a point, (d,)."""
    way = np.diag(_NEAR * (target.upper - target.lower))
    low, high = (np.clip(point + w, target.lower, target.upper) for w in (-way, way))
    return _largest(target, low, high, float(np.abs(_values(target, high)).max()))


def _largest(target: Target, low: Array, high: Array, size: float) -> Jump | None:
    """Return the largest jump on segments, the first one of equal jumps."""
    low, high, sizes = jumps_between(target, low, high, _LEAST * size)
    if not len(sizes):
        return None
    largest = np.flatnonzero(sizes >= (1 - _LEAST) * sizes.max())
    i = largest[np.lexsort(low[largest].T[::-1])[0]]
    return Jump(target, low[i] / 2 + high[i] / 2, float(sizes[i]))


def jumps_between(
    target: Target, low: Array, high: Array, least: float
) -> tuple[Array, Array, Array]:
    """Find the jump larger than `least` on each segment with ends (n, d), where there is one.

    Returns ends a few floats apart, (m, d) each, with m ≤ n, and the sizes of the jumps, (m,).
    """
    if not len(low):  # np.vectorize takes no empty arrays
        return low, high, np.empty(0)
    low, high = _narrowed(target, low, high)
    way = (high - low)[:, None, :] * _FAR[:, None]
    before = np.clip(low[:, None, :] - way, target.lower, target.upper)
    after = np.clip(high[:, None, :] + way, target.lower, target.upper)
    left, right = (_values(target, side) for side in (before, after))
    sizes = np.abs(right[:, 0] - left[:, 0])
    unsteady = np.maximum(np.ptp(left, axis=1), np.ptp(right, axis=1))
    some = (sizes > least) & (unsteady < _STEADY * sizes)
    return before[some, 0], after[some, 0], sizes[some]


def _lines(target: Target) -> Array:
    """Return points on lines along the coordinates, (lines, nodes, d), at random distances.

    The nodes are off round numbers, since f may have a value of its own at the jump.
    """
    rng, d = np.random.default_rng(0), target.dimension
    lines, nodes = (1, _NODES) if d == 1 else (max(_LINES // d, 8) * d, _NODES_OF_MANY)
    unit = np.repeat(rng.random((lines, 1, d)), nodes, axis=1)
    steps = (np.arange(nodes) + rng.random((lines, nodes))) / nodes
    steps[:, 0], steps[:, -1] = 0.0, 1.0
    np.put_along_axis(unit, (np.arange(lines) % d)[:, None, None], steps[:, :, None], axis=2)
    return np.clip(target.lower + unit * (target.upper - target.lower), target.lower, target.upper)


def _narrowed(target: Target, low: Array, high: Array) -> tuple[Array, Array]:
    """Cut segments down to a few floats, and keep the part on which f changes more."""
    at_low, at_high = _values(target, low), _values(target, high)
    for _ in range(_ROUNDS):
        few = 4 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
        wide = np.any(np.abs(high - low) > few, axis=1)
        if not wide.any():
            break
        cut = low + _CUT * (high - low)
        at_cut = _values(target, cut)
        first = wide & (np.abs(at_cut - at_low) >= np.abs(at_high - at_cut))
        last = wide & ~first
        high, at_high = np.where(first[:, None], cut, high), np.where(first, at_cut, at_high)
        low, at_low = np.where(last[:, None], cut, low), np.where(last, at_cut, at_low)
    return low, high


def _values(target: Target, points: Array) -> Array:
    return np.asarray(target(*np.moveaxis(points, -1, 0)), dtype=np.float64)
