"""A function that bends along whole hyperplanes as a network: a unit for each, and two at most.

With κ, p and q the kink of σ and its slopes there (`hinge.py`), a unit on the crease n·x = t is

    a σ(κ ± w (n·x − t)) = a σ(κ) + a w [(q − p)/2 |n·x − t| ± (p + q)/2 (n·x − t)],

so a = 2c/(w(q − p)) makes the term c |n·x − t| of f. What the units leave of f (`creases.py`) is an
affine function that depends on the side to which each one faces. If it is 0, nothing is left to be
made. One unit makes it if it keeps its sign on the box, or if it vanishes on a crease, where the
unit faces to the other side; otherwise a constant is split off, which takes one more.

Everything is computed in rational numbers. The weights are rounded to floats at the end, and what
that changes on the box is the whole error.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np

from uat.construct.polygon.creases import Crease, Folded, range_on
from uat.construct.polygon.hinge import Hinge
from uat.construct.polygon.units import Realized
from uat.core.activations import Activation
from uat.core.certificate import Certificate, Evidence
from uat.core.domain import Domain
from uat.core.network import Network
from uat.core.target import Target
from uat.enclosure.outward_rounding import TINY, UP
from uat.errors import FloatLimit
from uat.expression.arrays import Array
from uat.numerics.network_rounding import rounding_bound
from uat.numerics.powers_of_two import power_of_two_at_most
from uat.numerics.sampled_error import largest_error
from uat.numerics.witness import proved_lower, refuse_contradiction

__all__ = ["certify_folds", "fold"]

_ALL: Final = (
    8  # creases of which all facings are tried; more: fewer units for more creases, slower
)
_LARGEST: Final = 2.0**10  # of an argument where σ has but one kink; larger: weights nearer to 1
_LEAST: Final = 2.0**-900  # flatter units are refused: their weights would pass the range of floats
_PAST: Final = "the weights would pass the range of float64"


@dataclass(frozen=True, slots=True)
class _Unit:
    """The term a σ(b·x + c), in rational numbers."""

    a: Fraction
    b: tuple[Fraction, ...]
    c: Fraction


def fold(f: Folded, domain: Domain, hinge: Hinge, activation: Activation) -> Realized:
    """Make the network of a function that bends along whole hyperplanes.

    >>> from uat.construct.polygon.creases import read_creases
    >>> from uat.construct.polygon.hinge import hinge_of
    >>> from uat.core.activations import relu
    >>> f = Target("abs(x - y)", [(0, 1), (0, 1)])
    >>> made = fold(read_creases(f), f.domain, hinge_of(relu), relu)
    >>> made.network.units, made.error
    (2, 0.0)
    """
    units = _Folds(f, domain, hinge).fewest()
    units = units or [_Unit(Fraction(0), (Fraction(0),) * len(domain), Fraction(0))]
    # three times, so that a proof which splits σ into an affine function and a bend finds no more
    error = 3 * sum((_lost(unit, domain, hinge) for unit in units), Fraction(0))
    try:
        a, c = ([float(getattr(unit, name)) for unit in units] for name in "ac")
        b = [[float(v) for v in unit.b] for unit in units]
        lost = float(error) * UP + TINY if error else 0.0
    except OverflowError:
        raise FloatLimit(_PAST, "rescale f or its domain") from None
    return Realized(Network.from_units(a, b, c, activation), lost)


class _Folds:
    """The units of f on a box, for a σ with this kink."""

    def __init__(self, f: Folded, domain: Domain, hinge: Hinge) -> None:
        self.domain = domain
        reals = (hinge.place, hinge.value, hinge.before, hinge.after)
        self.place, self.value, self.before, self.after = map(Fraction, reals)
        self.reach = tuple(Fraction(min(length, _LARGEST) / 2) for length in hinge.reach)
        self.creases = list(f.bends)
        self.bends = list(f.bends.values())
        self.steep = list(map(self._steepness, self.creases))
        bent = (self.after - self.before) / 2
        self.weights = [c / (w * bent) for c, w in zip(self.bends, self.steep, strict=True)]
        # what units that face to neither side would leave of f, and what facing there adds
        self.turn = (self.after + self.before) / 2 / bent
        self.rest = Folded(f.slope, f.start - sum(self.weights) * self.value, {})

    def _steepness(self, crease: Crease) -> Fraction:
        """Find the power of two w for which w (n·x − t) stays within reach, 1 if it may be."""
        low, high = range_on(self.domain, crease.normal)
        size = max(abs(low - crease.offset), abs(high - crease.offset))
        most = float(min(self.reach) / size)
        if most < _LEAST:
            raise FloatLimit(_PAST, "rescale f or its domain")
        return Fraction(power_of_two_at_most(min(1.0, most)))

    def fewest(self) -> list[_Unit]:
        """Return the units for the facing that needs the fewest, the first of those."""
        best: list[_Unit] = []
        for facing in self._facings():
            found = self._made(facing)
            if not best or len(found) < len(best):
                best = found
            if len(best) <= len(self.creases):
                break
        return best

    def _facings(self) -> Iterator[tuple[int, ...]]:
        """List the sides to which units face: all if they are few, else those that seem best."""
        if len(self.creases) <= _ALL:
            yield from product((1, -1), repeat=len(self.creases))
            return
        for sign in (1, -1):
            yield self._ascended(sign)

    def _ascended(self, sign: int) -> tuple[int, ...]:
        """Turn units, one after the other, so that ± what is left has its least value largest."""
        facing = [1] * len(self.creases)
        left = self._left(tuple(facing))
        best = self._least(left, sign)
        for _ in range(2):
            for i in range(len(facing)):
                turned = left + self._by_facing(i, 2 * facing[i])
                found = self._least(turned, sign)
                if found > best:
                    best, left, facing[i] = found, turned, -facing[i]
        return tuple(facing)

    def _least(self, affine: Folded, sign: int) -> Fraction:
        low, high = self._range(affine)
        return low if sign > 0 else -high

    def _left(self, facing: tuple[int, ...]) -> Folded:
        """Return the affine function that is left."""
        rest = self.rest
        for i, side in enumerate(facing):
            rest = rest - self._by_facing(i, side)
        return rest

    def _by_facing(self, i: int, side: int) -> Folded:
        """Return the affine function that a unit makes as it faces to a side."""
        return _form(self.creases[i]) * (self.turn * side * self.bends[i])

    def _made(self, facing: tuple[int, ...]) -> list[_Unit]:
        """Return the units that face so, and those of what is left."""
        units = [self._on_crease(i, self.weights[i], side) for i, side in enumerate(facing)]
        left = self._left(facing)
        if not left.start and not any(left.slope):
            return units
        for i, (side, crease) in enumerate(zip(facing, self.creases, strict=True)):
            pair = self._on_both_sides(i, left + self._by_facing(i, side), crease)
            if pair is not None:
                return [*units[:i], *pair, *units[i + 1 :]]
        return units + self._affine(left)

    def _on_crease(self, i: int, weight: Fraction, side: int) -> _Unit:
        """Return a unit on a crease, facing to one side."""
        crease, w = self.creases[i], self.steep[i] * side
        return _Unit(weight, tuple(w * n for n in crease.normal), self.place - w * crease.offset)

    def _on_both_sides(self, i: int, left: Folded, crease: Crease) -> list[_Unit] | None:
        """Make a crease and what is left by two units there, if that vanishes on the crease."""
        first = next(j for j, n in enumerate(crease.normal) if n)
        factor = left.slope[first] / crease.normal[first]
        apart = left - _form(crease) * factor
        if not self.turn or self.value or apart.start or any(apart.slope):
            return None
        more = factor / (self.steep[i] * (self.after + self.before) / 2)
        half = (self.weights[i] + more) / 2, (self.weights[i] - more) / 2
        return [
            self._on_crease(i, weight, side)
            for weight, side in zip(half, (1, -1), strict=True)
            if weight
        ]

    def _range(self, affine: Folded) -> tuple[Fraction, Fraction]:
        low, high = range_on(self.domain, affine.slope)
        return low + affine.start, high + affine.start

    def _affine(self, left: Folded) -> list[_Unit]:
        """Make an affine function, not 0, by one or two units on one side of the kink of σ."""
        low, high = self._range(left)
        side, slope, length = self._branch()
        far, constant = self.value + slope * length, Fraction(0)
        both_signs = min(self.value, far) < 0 < max(self.value, far)
        if not (both_signs or (self.value == 0 and low * high >= 0)):
            constant = min(low, high, key=abs)
        span = min(abs(self.value), abs(far)) if both_signs else abs(slope) * length
        size, weight = max(abs(low - constant), abs(high - constant)), Fraction(1)
        while size > weight * span:
            weight *= 2
        if not both_signs and (low + high - 2 * constant) * slope < 0:
            weight = -weight
        if not size:
            return [self._constant(constant)]
        # at κ + side·y a unit is its weight times σ(κ) + slope·y: the function itself, or with a
        # constant that takes weight·σ(κ) off
        b = tuple(side * s / (weight * slope) for s in left.slope)
        off = self.value / slope if both_signs else Fraction(0)
        y = (left.start - constant) / (weight * slope) - off
        constant -= 0 if both_signs else weight * self.value
        unit = _Unit(weight, b, self.place + side * y)
        return [unit, self._constant(constant)] if constant else [unit]

    def _constant(self, value: Fraction) -> _Unit:
        """Make a constant by a unit of slope 0, where |σ| is large."""
        side, slope, length = self._branch()
        far = self.value + slope * length
        y = min(length, Fraction(1)) if abs(far) >= abs(self.value) else Fraction(0)
        level = self.value + slope * y
        return _Unit(value / level, (Fraction(0),) * len(self.domain), self.place + side * y)

    def _branch(self) -> tuple[int, Fraction, Fraction]:
        """Return the side of the kink where σ is not flat, its slope that way, and how far to go."""
        if self.after:
            return 1, self.after, self.reach[1]
        return -1, -self.before, self.reach[0]


def _form(crease: Crease) -> Folded:
    """Return normal·x − offset."""
    return Folded(tuple(map(Fraction, crease.normal)), -crease.offset, {})


def _lost(unit: _Unit, domain: Domain, hinge: Hinge) -> Fraction:
    """Bound what the rounding of the weights of a unit changes on the box."""
    a, b, c = float(unit.a), [float(v) for v in unit.b], float(unit.c)
    farthest = [Fraction(max(abs(p), abs(q))) for p, q in domain]
    moved = abs(Fraction(c) - unit.c) + sum(
        abs(Fraction(v) - exact) * x for v, exact, x in zip(b, unit.b, farthest, strict=True)
    )
    steep = Fraction(max(abs(hinge.before), abs(hinge.after)))
    low, high = range_on(domain, unit.b)
    away = max(abs(end + unit.c - Fraction(hinge.place)) for end in (low, high)) + moved
    size = abs(Fraction(hinge.value)) + steep * away
    off = Fraction(hinge.error) * (1 + away)
    return abs(Fraction(a) - unit.a) * (size + off) + abs(unit.a) * (steep * moved + off)


def certify_folds(target: Target, made: Realized, along: Array | None = None) -> Certificate:
    """Certify a network: its error is that of rounding and, if given, the bounds along forms."""
    network, upper = made.network, made.error
    if along is not None:
        upper = float(np.nextafter(math.fsum([upper, *along[:, -1]]), np.inf))
    lower, witness = proved_lower(target, network, largest_error(target, network)[1])
    assumptions = network.activation.assumptions
    refuse_contradiction(lower, witness, upper, assumptions)
    box = target.lower[None, :], target.upper[None, :]
    evidence = Evidence(*box, np.array([upper]), target, network, along=along)
    rounding = rounding_bound(network, target.domain)
    return Certificate(upper, lower, witness, rounding, "a priori", assumptions, evidence)
