"""How far a function of one coordinate is from the chords of a polygon through its values.

On a cell [p, q] of length h let P be the chord through f(p) and f(q). Then f − P lies in

    [−M h²/8, −m h²/8] and 0              where m ≤ f″ ≤ M,
    ±(M − m) h/4                          where m ≤ f′ ≤ M,
    [lo − max(f(p), f(q)), hi − min(f(p), f(q))]   where lo ≤ f ≤ hi.

The first is the sharpest where f is smooth, the second at a kink, the last where f is steep without
end, as √x at 0. Cells are halved until f is as near its chords as asked. Where m and M are nearly
the same, f is so near a parabola that its values inside the cell need no more enclosures: there

    P(x) − M (x − p)(q − x)/2 ≤ f(x) ≤ P(x) − m (x − p)(q − x)/2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from uat.construct.staircase.monotone_cells import halfway
from uat.core.target import Target
from uat.enclosure.enclose import enclose_all
from uat.enclosure.outward_rounding import TINY, UP
from uat.errors import CannotProve, FloatLimit
from uat.expression.arrays import Array

__all__ = ["ChordBounds", "chords_of", "enclose_cells"]

_FIRST: Final = 16  # cells to begin with
_MOST: Final = 200_000  # cells looked at; more: finer ε for rough f, slower refusals
_MOST_PARTS: Final = 2_000_000  # and parts of cells, which the path goes through one by one
_PARTS: Final = 64  # parts of a cell on which f is nearly a parabola; more: fewer cells looked at
_GRAIN: Final = 2.0**16  # floats in a part at least, so that parts are nearly equal
_DEEP: Final = 40  # halvings, before the order of floats is halved instead

Bounder = Callable[[Array, Array], tuple[Array, Array, Array, Array]]
"""The ends of cells → bounds of f − chord and chord − f, and m ≤ f″ ≤ M, not finite if unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class ChordBounds:
    """An interval cut into cells: f at their ends, and how far it strays from the chords."""

    target: Target
    x: Array  # (cells + 1,), the ends of the cells
    low: Array  # (cells + 1,), low ≤ f(x) ≤ high
    high: Array
    above: Array  # (cells,), f − chord ≤ above
    below: Array  # (cells,), chord − f ≤ below
    by_modulus: bool  # True if the declared modulus was used

    def around(self, bound: Array) -> Array:
        """Return the larger of the values of the two cells at each end, (cells + 1,)."""
        padded = np.concatenate([bound[:1], bound, bound[-1:]])
        return np.asarray(np.maximum(padded[:-1], padded[1:]))

    def cut_at(self, places: Array) -> Self:
        """Return the same with further ends, inside the interval."""
        new = np.setdiff1d(places, self.x)
        if not len(new):
            return self
        x = np.union1d(self.x, new)
        cell = np.searchsorted(self.x, x[:-1], side="right") - 1
        above, below = self.above[cell], self.below[cell]
        cut = np.flatnonzero((x[1:] != self.x[cell + 1]) | (x[:-1] != self.x[cell]))
        above[cut], below[cut] = _bounder(self.target, self.by_modulus)(x[cut], x[cut + 1])[:2]
        low, high = np.empty_like(x), np.empty_like(x)
        at, own = np.searchsorted(x, new), np.searchsorted(x, self.x)
        low[own], high[own] = self.low, self.high
        low[at], high[at] = _values(self.target, self.by_modulus, new)
        return type(self)(self.target, x, low, high, above, below, self.by_modulus)


def chords_of(target: Target, near: float) -> ChordBounds:
    """Cut the domain of a one-dimensional target so that f is within `near` of its chords.

    Raises CannotProve where f jumps or is not bounded, and FloatLimit where it varies too fast.
    """
    if target.expression is None:
        return _cut(target, near, by_modulus=True)
    try:
        return _cut(target, near, by_modulus=False)
    except CannotProve:
        if target.modulus is None:
            raise
        return _cut(target, near, by_modulus=True)


def _cut(target: Target, near: float, by_modulus: bool) -> ChordBounds:
    """Halve the cells on which f is not near its chord."""
    (a, b), bounds_of, done, total = target.domain[0], _bounder(target, by_modulus), [], 0
    edges = np.unique(np.linspace(a, b, _FIRST + 1))
    left, right, rounds, made = edges[:-1], edges[1:], 0, 0.0
    while len(left):
        total += len(left)
        _limit(total, _MOST)
        found = np.stack(bounds_of(left, right))
        parts = _parts(left, right, found, near)
        made += float(parts.sum())
        _limit(made, _MOST_PARTS)
        done.append(np.stack([left, *found, parts])[:, parts > 0])
        left, right = left[parts == 0], right[parts == 0]
        rounds += 1
        middle = left + (right - left) / 2 if rounds < _DEEP else halfway(left, right)
        _refuse_stuck(left, middle, right)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    columns = np.concatenate(done, axis=1)
    columns = columns[:, np.argsort(columns[0])]
    x = np.append(columns[0], b)
    low, high = _values(target, by_modulus, x)
    _, above, below, curve_low, curve_high, parts = columns
    whole = ChordBounds(target, x, low, high, above, below, by_modulus)
    return _divided(whole, curve_low, curve_high, parts)


def _limit(count: float, most: int) -> None:
    if count > most:
        raise FloatLimit(
            f"f varies too fast: more than {most:,} cells would be needed",
            "take a larger eps or a smaller domain",
        )


@np.errstate(all="ignore")
def _parts(left: Array, right: Array, found: Array, near: float) -> Array:
    """Count the parts of each cell on which f is near its chord; 0 if the cell is to be halved."""
    above, below, curve_low, curve_high = found
    length, size = right - left, np.maximum(np.abs(left), np.abs(right))
    parabola = (curve_high - curve_low) * length**2 / 8 <= near / 4
    parabola &= length > _PARTS * _GRAIN * np.spacing(size)
    largest = np.maximum(np.abs(curve_low), np.abs(curve_high))
    parts = np.ceil(length * np.sqrt(largest / (4 * near)))
    divided = np.where(parabola & (parts <= _PARTS), np.maximum(parts, 1.0), 0.0)
    return np.where(np.maximum(above, below) <= near, 1.0, divided)


def _divided(chords: ChordBounds, curve_low: Array, curve_high: Array, parts: Array) -> ChordBounds:
    """Divide each cell into its parts, with f there between two parabolas."""
    if (parts == 1).all():
        return chords
    whole = np.repeat(np.arange(len(parts)), parts.astype(np.int64))
    first = np.cumsum(parts) - parts
    left, length = chords.x[:-1][whole], np.diff(chords.x)[whole]
    x = left + length * ((np.arange(len(whole)) - first[whole]) / parts[whole])
    share = (x - left) / length
    half = np.where(share > 0, (x - left) * (chords.x[1:][whole] - x) / 2, 0.0)
    # twelve roundings at most, each of half a spacing of a value up to twice the largest
    lost = 16 * np.spacing(np.abs([chords.low, chords.high]).max()) + TINY

    def side(value: Array, curve: Array, out: float) -> Array:
        turn = np.where(parts > 1, curve, 0.0)[whole] * half
        inside = value[whole] + np.diff(value)[whole] * share - turn
        inside += out * (lost + np.abs(turn) * 2.0**-40)
        return np.append(np.where(share > 0, inside, value[whole]), value[-1])

    low, high = side(chords.low, curve_high, -1.0), side(chords.high, curve_low, 1.0)
    x = np.append(x, chords.x[-1])
    above, below = (
        np.where(parts[whole] > 1, _sag(curve[whole], np.diff(x)), bound[whole])
        for curve, bound in ((-curve_low, chords.above), (curve_high, chords.below))
    )
    return ChordBounds(chords.target, x, low, high, above, below, chords.by_modulus)


def _sag(curve: Array, length: Array) -> Array:
    """Bound how far a function of this second derivative at most is below a chord."""
    return _times(np.maximum(curve, 0.0), length, length / 8)


def _refuse_stuck(left: Array, middle: Array, right: Array) -> None:
    """Stop where a cell is down to neighbouring floats and f still varies on it."""
    stuck = (middle <= left) | (middle >= right)
    if stuck.any():
        raise FloatLimit(
            f"f is not proved to be continuous to within eps near x = {left[np.argmax(stuck)]:.17g}",
            "give a continuous f or a larger eps",
        )


def enclose_cells(
    target: Target, by_modulus: bool, left: Array, right: Array
) -> tuple[Array, Array]:
    """Enclose f on cells, by its declared modulus or by its formula: low and high, (cells,)."""
    enclose = target.enclose_by_modulus if by_modulus else target.enclose
    return enclose(left[:, None], right[:, None])


def _values(target: Target, by_modulus: bool, x: Array) -> tuple[Array, Array]:
    """Enclose f at points."""
    low, high = enclose_cells(target, by_modulus, x, x)
    unknown = ~np.isfinite(high - low)
    if unknown.any():
        at = x[np.argmax(unknown)]
        raise CannotProve(f"f could not be bounded at x = {at:.17g}", "take a smaller domain")
    return low, high


def _bounder(target: Target, by_modulus: bool) -> Bounder:
    """Make the function that bounds f − chord and chord − f on cells with ends (cells,)."""
    f = target.expression
    slope = None if by_modulus or f is None else f.derivative()
    roots = () if f is None or slope is None else (f, slope, slope.derivative())

    @np.errstate(all="ignore")
    def bounds_of(left: Array, right: Array) -> tuple[Array, Array, Array, Array]:
        ends = left[:, None], right[:, None]
        own, *slopes = enclose_all(roots, *ends) if roots else [target.enclose_by_modulus(*ends)]
        above, below = _by_range(target, by_modulus, left, right, own)
        if not slopes:
            return above, below, np.full_like(left, -np.inf), np.full_like(left, np.inf)
        (least, most), (curve_low, curve_high) = slopes
        length = (right - left) * UP
        either = _times(_if_finite(most - least), length / 4)
        smooth = np.isfinite(curve_high - curve_low)
        up, down = (
            np.where(smooth, _sag(curve, length), np.inf) for curve in (-curve_low, curve_high)
        )
        above, below = (np.fmin(s, np.fmin(either, t)) for s, t in ((above, up), (below, down)))
        return above, below, curve_low, curve_high

    return bounds_of


def _by_range(
    target: Target, by_modulus: bool, left: Array, right: Array, own: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Bound them by the range of f on each cell and its values at the ends."""
    (low, high), (other_low, other_high) = (
        enclose_cells(target, by_modulus, x, x) for x in (left, right)
    )
    above = _if_finite(own[1] - np.minimum(low, other_low))
    below = _if_finite(np.maximum(high, other_high) - own[0])
    return np.maximum(above, 0.0) * UP, np.maximum(below, 0.0) * UP


def _if_finite(bound: Array) -> Array:
    return np.where(np.isfinite(bound), bound, np.inf)


def _times(bound: Array, *lengths: Array) -> Array:
    """Multiply a bound by lengths, rounded up also where that underflows; 0 stays 0."""
    product = bound * UP
    for length in lengths:
        product = product * length
    return np.where(bound > 0, product + TINY, 0.0)
