r"""The profile of one direction: how much it moves, and its pieces of equal variation.

q(s) = Σ_{m ≤ M} A_m cos mπs is even and has period 2. Sampled at s = i/G it is within B/8G² of the
polyline through its values, B = π² Σ m²|A_m| ≥ |q''|. Inside half a period q' has at most M − 1
zeros; a cell without one is monotone, and on one with one |q'| ≤ B/G. So the variation H of q over
half a period is at most that of the polyline + (M − 1) B/2G².

The values come from a cosine transform, whose error `cosine_mean.py` bounds.

Source: the slides, step 3, along each direction.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.fejer_korovkin.cosine_mean import FFT_ROUNDINGS
from uat.construct.fejer_korovkin.directions import Family
from uat.enclosure.directed import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.rounding import ROUNDOFF

__all__ = ["ProfilePieces", "ProfileRanges", "cut_profile", "profile_ranges"]


_FINE: Final = 64  # values a harmonic; more: tighter variations, slower
_POLYLINE: Final = 2.0**-9  # the part of H/2n that the polyline may miss
_NUMBERS: Final = 1 << 20  # held at a time
_LARGEST_GRID: Final = 1 << 23  # values of one profile


@dataclass(frozen=True, slots=True, eq=False)
class ProfilePieces:
    """A profile in pieces over half a period."""

    breakpoints: Array  # (pieces − 1,), in (0, 1)
    levels: Array  # (pieces,)
    error: float  # at least sup |q − level| on each piece
    steepest: float  # a bound of |q'|

    @property
    def gap(self) -> float:
        """The shortest distance of two breaks, along all half periods; inf for less than two."""
        if len(self.breakpoints) == 0:
            return np.inf
        ends = 2 * min(self.breakpoints[0], 1 - self.breakpoints[-1])  # to the mirrored one
        return float(min(np.diff(self.breakpoints).min(initial=np.inf), ends))


def _polylines(amplitudes: Array, cells: int) -> tuple[Array, Array]:
    """Evaluate profiles at s = i/G: (profiles, G + 1), each known to within (profiles,)."""
    from scipy.fft import dct

    terms = np.zeros((len(amplitudes), cells + 1))
    terms[:, 1 : amplitudes.shape[1] + 1] = amplitudes / 2
    off = FFT_ROUNDINGS * (np.log2(2 * cells) + 1) * ROUNDOFF * np.abs(amplitudes).sum(axis=1)
    return np.asarray(dct(terms, type=1, axis=1)), off + 2.0**-1000


def _bend(amplitudes: Array) -> Array:
    """Bound |q''|: π² Σ m²|A_m|, (profiles,)."""
    m = np.arange(1, amplitudes.shape[1] + 1)
    bound: Array = np.pi**2 * (np.abs(amplitudes) @ (m * m).astype(float)) * UP
    return bound


@dataclass(frozen=True, slots=True, eq=False)
class ProfileRanges:
    """The variation and the range of each profile of a family: (profiles,) each."""

    variation: Array  # a bound of H, over half a period
    extent: Array  # a bound of twice the distance of q from its middle
    middle: Array  # the level of a single piece


def profile_ranges(family: Family) -> ProfileRanges:
    """Bound the variation over half a period, and the range, of each profile."""
    amplitudes = family.amplitudes
    harmonics = amplitudes.shape[1]
    if harmonics == 1:
        height = 2 * np.abs(amplitudes[:, 0])
        return ProfileRanges(height, height, np.zeros(len(height)))
    cells = 1 << int(_FINE * harmonics - 1).bit_length()
    rows = max(1, _NUMBERS // cells)
    parts = [
        _ranges_by_polylines(amplitudes[i : i + rows], cells)
        for i in range(0, len(amplitudes), rows)
    ]
    variation, extent, middle = (np.concatenate(column) for column in zip(*parts, strict=True))
    at_most = 2 * (np.abs(amplitudes) @ np.arange(1, harmonics + 1)) * UP
    return ProfileRanges(np.minimum(variation, at_most) * UP, extent * UP, middle)


def _ranges_by_polylines(amplitudes: Array, cells: int) -> tuple[Array, Array, Array]:
    """Bound variations and ranges by polylines: see `profile_ranges`."""
    values, off = _polylines(amplitudes, cells)
    bend = _bend(amplitudes) / cells**2
    # what the values may be off, two of them a cell, and the sum itself
    moved = np.abs(np.diff(values, axis=1)).sum(axis=1) * UP + 2 * cells * off
    low, high = values.min(axis=1), values.max(axis=1)
    middle = low + (high - low) / 2
    size = np.maximum(np.abs(low), np.abs(high))
    extent = (high - low) + 2 * off + bend / 4 + size * 2.0**-48
    return moved + (amplitudes.shape[1] - 1) * bend / 2, extent, middle


def cut_profile(amplitudes: Array, variation: float, count: int) -> ProfilePieces:
    """Cut one profile into pieces of equal variation.

    `variation` is the bound of H that was planned with, and `count` ≥ 1 the number of pieces over
    half a period. Raises CannotProve where that would take a grid too fine.
    """
    bend = float(_bend(amplitudes[None])[0])
    steepest = float(np.pi * (np.abs(amplitudes) @ np.arange(1, len(amplitudes) + 1))) * UP
    # B/8G² is to be a small part of H/2n
    wanted = np.sqrt(bend * count / (4 * variation * _POLYLINE)) if variation > 0 else 1.0
    cells = 1 << int(max(_FINE * len(amplitudes), min(wanted, 2.0**40)) - 1).bit_length()
    if cells > _LARGEST_GRID:
        raise CannotProve(
            f"a profile of {len(amplitudes)} harmonics in {count} pieces would need {cells:,} "
            "values",
            "take a larger eps",
        )
    rows, off = _polylines(amplitudes[None], cells)
    places, ends = _equal_parts(rows[0], count)
    low, high = _ranges(rows[0], places, ends)
    error = float((high - low).max()) / 2 * UP + bend / cells**2 / 8 + float(off[0])
    error += float(np.abs(rows[0]).max()) * 2.0**-48 + steepest * 2.0**-48
    return ProfilePieces(places / cells, low + (high - low) / 2, error, steepest)


def _equal_parts(values: Array, count: int) -> tuple[Array, Array]:
    """Find where a polyline has gone 1/n, 2/n, … of its way: places in cells, and its values."""
    steps = np.diff(values)
    gone = np.concatenate([[0.0], np.cumsum(np.abs(steps))])
    wanted = gone[-1] * np.arange(1, count) / count
    cell = np.clip(np.searchsorted(gone, wanted, side="right") - 1, 0, len(steps) - 1)
    length = np.abs(steps[cell])
    part = np.clip((wanted - gone[cell]) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return cell + part, values[cell] + part * steps[cell]


def _ranges(values: Array, places: Array, ends: Array) -> tuple[Array, Array]:
    """Return the range of a polyline on each piece, (pieces,) each."""
    cell = np.minimum(places.astype(int), len(values) - 2)
    mixed = np.insert(values, cell + 1, ends)
    starts = np.concatenate([[0], cell + 1 + np.arange(len(ends))])
    last = np.append(ends, values[-1])
    low = np.minimum(np.minimum.reduceat(mixed, starts), last)
    high = np.maximum(np.maximum.reduceat(mixed, starts), last)
    return low, high
