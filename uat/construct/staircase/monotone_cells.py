"""Cells on which a function of one coordinate rises, falls or is nearly flat.

On a cell where the derivative's enclosure is finite and has one sign, f is monotone, so its values
at the ends bound it; the few cells around extrema and kinks are halved until f is flat on them.
An f known by its modulus alone gets equal flat cells.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.core.target import Target
from uat.enclosure.enclose import between, enclose
from uat.enclosure.outward_rounding import down, up
from uat.errors import CannotProve, FloatLimit
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.sampled_jumps import jumps_between

__all__ = [
    "Cells",
    "between_places",
    "cells_of",
    "floats_at",
    "halfway",
    "places_of",
    "sampled_cells",
]


_FIRST: Final = 64  # cells to begin with
_PLENTY: Final = 4096  # beyond this many cells flat ones may vary more
_MOST_BY_FORMULA: Final = 400_000  # about a gigabyte and some seconds
_MOST_BY_MODULUS: Final = 4_000_000  # equal cells are cheaper
_MOST_SAMPLES: Final = 1 << 20  # of an f without a formula
_MOST_JUMPS: Final = 1024  # jumps of an f without a formula that are looked for
_FEW: Final = 1 << 10  # cells whose enclosures are kept; more: more memory, and more is kept
_DEEP: Final = 40  # halvings, before the order of floats is halved instead
_MANY: Final = 1 << 14  # cells, before the turns of f are counted
_SEEN: Final = 1 << 20  # samples for that count
_LOOSEST: Final = 64.0  # the factor by which flat cells may vary more at most


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """An interval cut into cells, with f enclosed on each."""

    target: Target
    edges: Array  # (cells + 1,)
    lo: Array  # (cells,), lo ≤ f ≤ hi on the cell
    hi: Array
    rising: NDArray[
        np.int8
    ]  # 1 where f is proved nondecreasing on the cell, −1 nonincreasing, 0 flat
    by_modulus: bool  # True if the declared modulus was used
    sampled: bool = False  # True if all of this comes from samples and proves nothing

    def ranges(self, left: Array, right: Array) -> tuple[Array, Array]:
        """Enclose f on the intervals [left, right], (intervals,) each, within the whole one."""
        last = len(self.lo) - 1
        first_cell = np.clip(np.searchsorted(self.edges, left, side="right") - 1, 0, last)
        last_cell = np.clip(np.searchsorted(self.edges, right, side="left") - 1, first_cell, last)
        lo, hi = self._parts(
            np.concatenate([first_cell, last_cell]),
            np.concatenate([left, np.maximum(left, self.edges[last_cell])]),
            np.concatenate([np.minimum(right, self.edges[first_cell + 1]), right]),
        )
        inner_lo, inner_hi = between(self.lo, self.hi, first_cell + 1, last_cell)
        n = len(left)
        return (
            np.minimum.reduce([inner_lo, lo[:n], lo[n:]]),
            np.maximum.reduce([inner_hi, hi[:n], hi[n:]]),
        )

    def _parts(self, cell: NDArray[np.int64], left: Array, right: Array) -> tuple[Array, Array]:
        """Enclose f on [left, right] within one cell each: by the ends where f is monotone."""
        lo, hi = self.lo[cell], self.hi[cell]
        start, end, rising = self.edges[cell], self.edges[cell + 1], self.rising[cell]
        rises = rising > 0
        least, most = np.where(rises, left, right), np.where(rises, right, left)
        # at the least and the most point of the whole cell its own bounds are as good
        low_end = np.flatnonzero((rising != 0) & (least != np.where(rises, start, end)))
        high_end = np.flatnonzero((rising != 0) & (most != np.where(rises, end, start)))
        ends = np.concatenate([least[low_end], most[high_end]])
        end_lo, end_hi = self._enclose(ends, ends)
        lo[low_end] = np.fmax(lo[low_end], end_lo[: len(low_end)])
        hi[high_end] = np.fmin(hi[high_end], end_hi[len(low_end) :])
        flat = np.flatnonzero((rising == 0) & ((start < left) | (right < end)))
        flat_lo, flat_hi = self._enclose(left[flat], right[flat])
        lo[flat], hi[flat] = np.fmax(lo[flat], flat_lo), np.fmin(hi[flat], flat_hi)
        return lo, hi

    def _enclose(self, left: Array, right: Array) -> tuple[Array, Array]:
        if len(left) == 0:
            return left, right
        if self.sampled:
            values = np.stack([self.target(left), self.target(right)])
            return values.min(axis=0), values.max(axis=0)
        return _enclose(self.target, left, right, self.by_modulus)


def cells_of(target: Target, flat: float) -> Cells:
    """Cut the domain of a one-dimensional target into monotone and flat cells.

    `flat` is the variation allowed on a cell where f is not monotone; up to 64 times as much where
    that would take very many cells. Raises CannotProve where f jumps, is not bounded, or needs more
    cells than the limit.
    """
    if target.expression is not None:
        most = 4 * _PLENTY if target.modulus is not None else _MOST_BY_FORMULA
        cells = _by_formula(target, flat, most)
        if cells is not None:
            return cells
        if target.modulus is None:
            raise FloatLimit(
                f"f varies too fast: more than {_MOST_BY_FORMULA:,} cells would be needed",
                "take a larger eps or a smaller domain, or give uat.Target(f, domain, modulus=…)",
            )
    elif target.modulus is None:
        raise CannotProve(target.untraced or "f has no formula and no modulus")
    return _by_modulus(target, flat)


def _by_formula(target: Target, flat: float, most: int) -> Cells | None:
    """Halve the cells on which f is neither monotone nor flat; None past `most` cells."""
    expression = target.expression
    assert expression is not None
    (a, b), done = target.domain[0], []
    left = np.linspace(a, b, _FIRST + 1)
    left, right = left[:-1], left[1:]
    left, right = left[left < right], right[left < right]
    total = rounds = 0
    while len(left):
        if total <= _MANY < total + len(left) and _turns(target, _LOOSEST * flat) > most + _FIRST:
            return None
        total += len(left)
        if total > most:
            return None
        lo, hi, rising = _described(expression, left, right)
        allowed = flat * np.clip(total / _PLENTY, 1.0, _LOOSEST)
        # no cell is known better than to some roundings of f
        allowed = np.fmax(allowed, 8 * np.spacing(np.fmin(np.abs(lo), np.abs(hi))))
        ready = ((rising != 0) & np.isfinite(hi - lo)) | (hi - lo <= allowed)
        done.append((left[ready], lo[ready], hi[ready], rising[ready]))
        left, right, lo, hi = left[~ready], right[~ready], lo[~ready], hi[~ready]
        rounds += 1
        # a cusp at 0 may go on to the smallest floats: there the order of floats is halved
        middle = left + (right - left) / 2 if rounds < _DEEP else halfway(left, right)
        _refuse_a_jump(left, middle, right, lo, hi)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    starts, lows, highs, risings = (np.concatenate(column) for column in zip(*done, strict=True))
    order = np.argsort(starts)
    return _finished(target, np.append(starts[order], b), lows[order], highs[order], risings[order])


def halfway(left: Array, right: Array) -> Array:
    """Return the float with as many floats between it and `left` as between it and `right`."""
    return floats_at(between_places(places_of(left), places_of(right)))


def places_of(x: Array) -> NDArray[np.int64]:
    """Return the number of each float in their order: neighbours have neighbouring ones, 0.0 has 0.

    >>> places_of(np.array([-5e-324, -0.0, 0.0, 5e-324])).tolist()
    [-1, 0, 0, 1]
    """
    return _flipped((np.asarray(x) + 0.0).view(np.int64))


def floats_at(places: NDArray[np.int64]) -> Array:
    """Return the floats with these numbers, the inverse of `places_of`."""
    return _flipped(places).view(np.float64)


def between_places(p: NDArray[np.int64], q: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (p + q)/2 rounded down, without the sum, which may be too large."""
    middle: NDArray[np.int64] = (p >> 1) + (q >> 1) + (p & q & 1)
    return middle


def _flipped(places: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(places < 0, np.int64(-(2**63)) - places, places)


def _described(
    expression: Expression, left: Array, right: Array
) -> tuple[Array, Array, NDArray[np.int8]]:
    """Enclose f on each cell and find the sign of its slope; few cells are kept for the next ε."""
    if len(left) > _FEW:
        return _describe(expression, left, right)
    return _described_before(expression, left.tobytes(), right.tobytes())


@lru_cache(maxsize=128)
def _described_before(
    expression: Expression, left: bytes, right: bytes
) -> tuple[Array, Array, NDArray[np.int8]]:
    return _describe(expression, np.frombuffer(left), np.frombuffer(right))


def _describe(
    expression: Expression, left: Array, right: Array
) -> tuple[Array, Array, NDArray[np.int8]]:
    """Enclose f on each cell, by its formula and by the mean value theorem, and find its sign."""
    slope = expression.derivative()
    lo, hi = enclose(expression, left[:, None], right[:, None])
    slope_lo, slope_hi = enclose(slope, left[:, None], right[:, None])
    smooth = np.isfinite(slope_lo) & np.isfinite(slope_hi)
    rising = np.where(smooth & (slope_lo >= 0), 1, np.where(smooth & (slope_hi <= 0), -1, 0))
    middle = left + (right - left) / 2
    half = up(np.maximum(right - middle, middle - left))
    at_lo, at_hi = enclose(expression, middle[:, None], middle[:, None])
    with np.errstate(invalid="ignore", over="ignore"):
        reach = np.nextafter(np.maximum(np.abs(slope_lo), np.abs(slope_hi)) * half, np.inf)
        lo = np.fmax(lo, np.where(smooth, down(at_lo - reach), -np.inf))
        hi = np.fmin(hi, np.where(smooth, up(at_hi + reach), np.inf))
    return lo, hi, rising.astype(np.int8)


def _turns(target: Target, most: float) -> int:
    """Count places seen where f turns after moving, and before moving, by more than `most`.

    Every turn contains the edge of a cell, and an edge lies inside at most two turns. So the number
    of turns is a lower bound of the cells visited, the halved ones included.
    """
    (a, b) = target.domain[0]
    places = (np.arange(_SEEN) + np.random.default_rng(0).random(_SEEN)) / _SEEN
    step = np.diff(np.asarray(target(np.clip(a + (b - a) * places, a, b)), dtype=np.float64))
    step = np.where(np.abs(step) > most, np.sign(step), 0.0)
    return int(np.count_nonzero(step[1:] * step[:-1] < 0))


def _refuse_a_jump(left: Array, middle: Array, right: Array, lo: Array, hi: Array) -> None:
    """Stop where a cell is down to neighbouring floats and f still varies on it."""
    stuck = (middle <= left) | (middle >= right)
    if not stuck.any():
        return
    i = int(np.argmax(stuck))
    if not np.isfinite(hi[i] - lo[i]):
        raise CannotProve(
            f"f could not be bounded near x = {left[i]:.17g}: a pole, a jump or an edge of its "
            "domain",
            "a function continuous on the whole box is needed",
        )
    raise FloatLimit(
        f"f is not proved continuous near x = {left[i]:.17g}: its values there differ by up to "
        f"{hi[i] - lo[i]:.6g}",
        "give a continuous f or a larger eps",
    )


def _finished(
    target: Target, edges: Array, lo: Array, hi: Array, rising: NDArray[np.int8]
) -> Cells:
    """Sharpen the monotone cells by the values at their ends."""
    at_lo, at_hi = _enclose(target, edges, edges, by_modulus=False)
    moving = rising != 0
    lo = np.where(moving, np.fmax(lo, np.minimum(at_lo[:-1], at_lo[1:])), lo)
    hi = np.where(moving, np.fmin(hi, np.maximum(at_hi[:-1], at_hi[1:])), hi)
    return Cells(target, edges, lo, hi, rising, by_modulus=False)


def _by_modulus(target: Target, flat: float) -> Cells:
    """Cut into equal cells so small that the modulus makes f flat on each."""
    (a, b) = target.domain[0]
    assert target.modulus is not None
    count = _FIRST
    while count <= _MOST_BY_MODULUS:
        spread = 2 * float(target.modulus(np.array([(b - a) / (2 * count)]))[0])
        if spread <= flat * np.clip(count / (16 * _PLENTY), 1.0, _LOOSEST):
            break
        count *= 2
    else:
        raise FloatLimit(
            f"the declared modulus is too large: more than {_MOST_BY_MODULUS:,} cells would be "
            "needed",
            "give a larger eps or a sharper modulus",
        )
    edges = np.unique(np.linspace(a, b, count + 1))
    lo, hi = _enclose(target, edges[:-1], edges[1:], by_modulus=True)
    return Cells(target, edges, lo, hi, np.zeros(len(lo), dtype=np.int8), by_modulus=True)


def sampled_cells(target: Target, flat: float) -> Cells:
    """Cut the domain by the values of f on a grid: cells for a network without a proof.

    The grid is doubled until neighbouring values differ by at most `flat`; what f does between
    its points stays unknown. A jump gets a narrow cell that counts as flat, with the value behind
    the jump, so that a piece ends before it.
    """
    (a, b) = target.domain[0]
    count = 1 << 12
    while True:
        edges = np.unique(np.linspace(a, b, count + 1))
        values = np.asarray(target(edges), dtype=np.float64)
        if np.abs(np.diff(values)).max() <= flat or count >= _MOST_SAMPLES:
            break
        count *= 2
    edges, across = _with_jumps(target, edges, values, flat)
    values = np.asarray(target(edges), dtype=np.float64)
    lo, hi = np.minimum(values[:-1], values[1:]), np.maximum(values[:-1], values[1:])
    rising = np.where(values[1:] >= values[:-1], 1, -1).astype(np.int8)
    # a jump at the end of the domain is that of one value, which no piece needs
    lo[across] = hi[across] = values[np.where(edges[across + 1] < b, across + 1, across)]
    rising[across] = 0
    return Cells(target, edges, lo, hi, rising, by_modulus=False, sampled=True)


def _with_jumps(
    target: Target, edges: Array, values: Array, flat: float
) -> tuple[Array, NDArray[np.int64]]:
    """Add to the edges both sides of each jump; also return the cells across a jump."""
    change = np.abs(np.diff(values))
    steep = np.argsort(-change)[:_MOST_JUMPS]
    steep = np.sort(steep[change[steep] > flat])
    left, right, _ = jumps_between(target, edges[steep, None], edges[steep + 1, None], flat)
    if not len(left):
        return edges, np.empty(0, dtype=np.int64)
    edges = np.unique(np.concatenate([edges, left[:, 0], right[:, 0]]))
    last = np.searchsorted(left[:, 0], edges, side="left") - 1
    inner = (last >= 0) & (edges < right[last, 0])
    edges = edges[~inner]
    starts = np.intersect1d(left[:, 0], edges)
    return edges, np.searchsorted(edges, starts)


def _enclose(target: Target, left: Array, right: Array, by_modulus: bool) -> tuple[Array, Array]:
    method = target.enclose_by_modulus if by_modulus else target.enclose
    return method(left[:, None], right[:, None])
