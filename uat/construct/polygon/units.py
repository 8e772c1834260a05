"""A polygon as a network: a unit for each corner, and one or two for the line that is left.

At a corner t the slope changes by some c, and so does that of c/(w(q − p)) σ(κ + w(x − t)), where κ
is a kink of σ and its slope there changes from p to q; w is so small that σ is straight on both
sides as far as the box goes. A unit may face to the right, w > 0, or to the left, w < 0: these two
differ by a line. What the units leave of the polygon is a line, too. If it keeps one sign on the
box, one unit makes it, and a polygon of n pieces takes n units; otherwise a constant is split off,
and it takes n + 1. So the units face so that the line keeps its sign, where that is possible.

The weights are floats. Each rounding is counted by what it changes, so that the network, in real
numbers, is within `error` of the polygon.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.polygon.hinge import Hinge
from uat.core.activations import Activation
from uat.core.network import Network
from uat.enclosure.outward_rounding import TINY, UP
from uat.errors import FloatLimit
from uat.expression.arrays import Array
from uat.numerics.powers_of_two import power_of_two_at_most

__all__ = ["Realized", "realize"]

_LOST: Final = 2.0**-50  # bounds the relative error of eight roundings
_ZERO: Final = 2.0**-48  # a corner this near 0, in parts of the largest value, is taken to be there


@dataclass(frozen=True, slots=True, eq=False)
class Realized:
    """A network, and how far it is from its polygon at most."""

    network: Network
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Units a σ(b x + c), and what the rounding of their weights changes at most."""

    a: Array
    b: Array
    c: Array
    error: float


def realize(place: Array, value: Array, hinge: Hinge, activation: Activation) -> Realized:
    """Make the network of the polygon with corners (place, value), (pieces + 1,) each.

    >>> from uat.construct.polygon.hinge import hinge_of
    >>> from uat.core.activations import relu
    >>> tent = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0])
    >>> made = realize(*tent, hinge_of(relu), relu)
    >>> made.network.units, made.network([[0.5], [1.0], [1.5]]).ravel().tolist()
    (2, [0.5, 1.0, 0.5])
    """
    with np.errstate(all="ignore"):
        corners = _Corners(place, value, hinge)
        parts = _with_a_line(corners)
        if sum(len(part.a) for part in parts) > len(place) - 1:
            parts = _from_a_zero(corners) or parts
        a, b, c = (np.concatenate([getattr(part, name) for part in parts]) for name in "abc")
        error = sum(part.error for part in parts) * UP + TINY
    if not (np.isfinite([a, b, c]).all() and error < math.inf):
        raise FloatLimit("the weights would pass the range of float64", "rescale f or its domain")
    if not len(a):
        a = b = c = np.zeros(1)
    return Realized(Network.from_units(a, b, c, activation), error)


class _Corners:
    """The corners inside the box, and the units that bend there."""

    def __init__(self, place: Array, value: Array, hinge: Hinge) -> None:
        self.hinge = hinge
        self.ends, self.end_values = place[[0, -1]], value[[0, -1]]  # of the box, (2,) each
        self.place, self.value = place[1:-1], value[1:-1]  # (corners,) each
        self.slopes = np.diff(value) / np.diff(place)  # of the pieces, (corners + 1,)
        width = float(place[-1] - place[0])
        # how steep the units are: σ is straight on both sides as far as the box goes
        self.w = min(1.0, power_of_two_at_most(min(hinge.reach) / width / 2))
        self.weight = np.diff(self.slopes) / (hinge.bend * self.w)  # of the units, (corners,)
        self.steep = max(abs(hinge.before), abs(hinge.after))  # the largest |slope| of σ
        self.size = (abs(hinge.value) + self.steep * self.w * width) * UP  # the largest |σ|
        self.off = hinge.error * (1 + self.w * width)  # how far σ is from its two lines at most
        # what rounding changes for each unit; both slopes are rounded, and so is the bias
        either = (np.abs(self.slopes[1:]) + np.abs(self.slopes[:-1])) / abs(hinge.bend * self.w)
        self.lost = _LOST * either * self.size + self.moved(self.weight, self.place)

    def moved(self, weight: Array, place: Array) -> Array:
        """Bound what the rounding of the biases of units changes."""
        argument = _LOST * (abs(self.hinge.place) + self.w * np.abs(place)) * self.steep
        return np.abs(weight) * (argument + self.off + _LOST * self.size) + TINY

    def units(self, facing: Array) -> _Units:
        """Make a unit for each corner, facing to the right where 1 and to the left where −1."""
        b = facing * self.w
        some = self.weight != 0
        c = self.hinge.place - b * self.place
        return _Units(self.weight[some], b[some], c[some], float(self.lost.sum()))

    def at_ends(self, facing: int) -> Array:
        """Evaluate all units at both ends of the box, (2, corners)."""
        z = facing * self.w * (self.ends[:, None] - self.place)
        return np.asarray(self.weight * self.hinge(z))


def _with_a_line(corners: _Corners) -> list[_Units]:
    """Face the units so that the line is as small as possible among those of one sign."""
    right, left = corners.at_ends(1), corners.at_ends(-1)
    count = len(corners.place)
    rises = corners.weight > 0
    best, facing = math.inf, np.ones(count)
    # those before some corner to one side, those behind it to the other; or, of units that turn
    # down, the other way round
    for turned in (np.zeros(count, dtype=bool), np.ones(count, dtype=bool), rises, ~rises):
        first, second = np.where(turned, right, left), np.where(turned, left, right)
        begun = np.cumsum(np.pad(first - second, ((0, 0), (1, 0))), axis=1)
        rest = corners.end_values[:, None] - second.sum(axis=1, keepdims=True) - begun
        largest = np.where(_one_unit_makes(rest, corners.hinge), np.abs(rest).max(axis=0), math.inf)
        i = int(np.argmin(largest))
        if largest[i] < best:
            best = float(largest[i])
            facing = np.where((np.arange(count) < i) != turned, -1.0, 1.0)
    units = corners.units(facing)
    made = np.where(facing > 0, right, left)
    rest = [
        math.fsum([end, *(-row).tolist()])
        for end, row in zip(corners.end_values, made, strict=True)
    ]
    line = _line(corners, *rest)
    # the sum that is left is in doubt as each unit is
    return [units, _Units(line.a, line.b, line.c, line.error + units.error)]


def _straight_branch(hinge: Hinge) -> tuple[int, float, float]:
    """Return the side of the kink where σ is not flat, its slope that way, and most of its length."""
    side = 1 if hinge.after != 0 else -1
    slope = hinge.after if side > 0 else -hinge.before
    return side, slope, min(hinge.reach[(side + 1) // 2] * 0.75, 2.0**500)


def _one_unit_makes(rest: Array, hinge: Hinge) -> Array:
    """Return which lines, given by their values at both ends, one unit makes."""
    _, slope, length = _straight_branch(hinge)
    far = hinge.value + slope * length
    if min(hinge.value, far) < 0 < max(hinge.value, far):
        return np.ones(rest.shape[1:], dtype=bool)
    # signs, since the product of tiny values is 0
    return np.asarray((np.sign(rest[0]) * np.sign(rest[1]) >= 0) & (hinge.value == 0))


def _line(corners: _Corners, start: float, end: float) -> _Units:
    """Make the line with these values at the ends of the box, from no, one or two units."""
    if start == end == 0:
        return _Units(np.empty(0), np.empty(0), np.empty(0), 0.0)
    rest = np.array([start, end])
    alone = bool(_one_unit_makes(rest[:, None], corners.hinge)[0])
    constant = 0.0 if alone else min(start, end, key=abs)
    unit = _sloping_unit(corners, rest - constant, alone)
    rounded = _LOST * (abs(start) + abs(end))
    if alone:
        return _Units(unit.a, unit.b, unit.c, unit.error + rounded)
    level = _constant_unit(corners, constant, float(unit.a[0]))
    a, b, c = (np.append(getattr(unit, name), getattr(level, name)) for name in "abc")
    return _Units(a, b, c, unit.error + rounded + level.error)


def _sloping_unit(corners: _Corners, rest: Array, alone: bool) -> _Units:
    """Make the line with values `rest` at the ends of the box; a constant more if not alone."""
    hinge = corners.hinge
    side, slope, length = _straight_branch(hinge)
    # a unit at κ ± v, 0 ≤ v ≤ length, is its weight times σ(κ) + slope v
    far, span = hinge.value + slope * length, abs(slope) * length
    if min(hinge.value, far) < 0 < max(hinge.value, far):
        span = min(abs(hinge.value), abs(far))
    weight = 2 * power_of_two_at_most(float(np.abs(rest).max()) / span)
    weight = max(weight, 1.0 if span > 2.0**400 else 2.0**-900)
    if not (alone and hinge.value != 0) and np.sign(rest.sum()) * np.sign(slope) < 0:
        weight = -weight
    inside = (rest / weight - hinge.value * alone) / slope
    b = side * (inside[1] - inside[0]) / (corners.ends[1] - corners.ends[0])
    c = hinge.place + side * inside[0] - b * corners.ends[0]
    argument = abs(hinge.place) + np.abs(inside).sum() + abs(b) * np.abs(corners.ends).max()
    off = _LOST * (argument * corners.steep + abs(hinge.value)) + hinge.error * (
        1 + np.abs(inside).max()
    )
    return _Units(np.array([weight]), np.array([b]), np.array([c]), float(abs(weight) * off))


def _constant_unit(corners: _Corners, constant: float, weight: float) -> _Units:
    """Make a constant, less what a sloping unit of this weight adds, by a unit of slope 0."""
    hinge = corners.hinge
    side, slope, length = _straight_branch(hinge)
    far = hinge.value + slope * length
    place = min(length, 1.0) if abs(far) >= abs(hinge.value) else 0.0
    level, constant = hinge.value + slope * place, constant - weight * hinge.value
    off = _LOST * (abs(hinge.place) + place) * corners.steep + hinge.error * (1 + place)
    error = abs(constant / level) * off + _LOST * (abs(constant) + abs(weight * hinge.value))
    return _Units(
        np.array([constant / level]),
        np.array([0.0]),
        np.array([hinge.place + side * place]),
        float(error),
    )


def _from_a_zero(corners: _Corners) -> list[_Units] | None:
    """Begin at a corner on 0, with a unit to each side: then no line is left."""
    hinge, count = corners.hinge, len(corners.place)
    if not count or hinge.value != 0 or hinge.before != 0:
        return None
    i = int(np.argmin(np.abs(corners.value)))
    if abs(corners.value[i]) > _ZERO * np.abs([*corners.value, *corners.end_values]).max():
        return None
    units = corners.units(np.where(np.arange(count) < i, -1.0, 1.0))
    others = np.flatnonzero(corners.weight != 0) != i
    a = np.array([-corners.slopes[i], corners.slopes[i + 1]]) / (hinge.after * corners.w)
    b = np.array([-corners.w, corners.w])
    c = hinge.place - b * corners.place[i]
    error = float(np.sum(corners.moved(a, corners.place[i]))) + abs(float(corners.value[i]))
    pair = _Units(a[a != 0], b[a != 0], c[a != 0], error)
    return [pair, _Units(units.a[others], units.b[others], units.c[others], units.error)]
