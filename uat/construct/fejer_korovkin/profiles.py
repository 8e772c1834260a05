r"""The profile of one direction: its pieces of equal variation, and its steps across the box.

q(s) = Σ_{m ≤ M} A_m cos mπs is even and has period 2. Sampled at s = i/G it is within B/8G² of the
polyline through its values, B = π² Σ m²|A_m| ≥ |q''|. Inside half a period q' has at most M − 1
zeros; a cell without one is monotone, and on one with one |q'| ≤ B/G. So the variation H of q over
half a period is at most that of the polyline + (M − 1) B/2G². The values come from a cosine
transform, whose error `cosine_mean.py` bounds.

A step at s = t of the profile of direction p is σ(w(p·u − t)), u_j = (x_j − a_j)/(b_j − a_j): one
unit with slopes w p_j/(b_j − a_j). In floats its argument is w(s' − t), |s' − s| ≤ η at every x of
the box, whatever the units add to that in evaluation (`numerics/network_rounding.py`) included.

Let no two breaks t of a direction be within 2(δ + η), and w so large that τ(wδ) is small. At any
x at most one unit of each direction is within δ + η of its break. The others are within τ(wδ) of 0
or 1; a unit near its break takes the sum of its direction from one level to the other, past them by
at most κ times their difference. Both levels are near q there, q moving by |q'|(δ + η) at most:

    |q_p − its steps| ≤ max_k sup |q_p − level_k| + sup|q_p'| (δ + η) + κ max|jump| + Σ|jump| τ(wδ).

Source: the slides, steps 1 to 3, along each direction.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.fejer_korovkin.cosine_mean import FFT_ROUNDINGS
from uat.construct.fejer_korovkin.directions import Family, signed
from uat.construct.staircase.step import (
    check_far_out,
    constant_error,
    constant_unit,
    sigmoid_of,
    slope_for,
)
from uat.core.activations import Activation
from uat.core.domain import Domain
from uat.core.network import Network
from uat.enclosure.outward_rounding import DOWN, UP
from uat.errors import CannotProve
from uat.expression.arrays import Array, Integers
from uat.numerics.network_rounding import ROUNDOFF, displacements, rounding_bound
from uat.numerics.powers_of_two import power_of_two_at_least

__all__ = [
    "ProfileRanges",
    "Ridge",
    "cut_profile",
    "make_ridge",
    "network_of",
    "profile_ranges",
    "units_error",
]

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


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """A profile with its place in the box."""

    direction: Integers  # p, (d,), no entry negative: those that differ in signs share q
    pieces: ProfilePieces  # two or more
    distance: float  # δ
    slope: float  # w, a power of two

    @property
    def half_periods(self) -> int:
        """The number of half periods of the profile in the box."""
        return int(self.direction.sum())

    @property
    def copies(self) -> int:
        """The number of directions with this profile."""
        return 1 << (int(np.count_nonzero(self.direction)) - 1)

    @property
    def jumps(self) -> float:
        """Bound Σ|jump| over one direction."""
        moved = float(np.abs(np.diff(self.pieces.levels)).sum())
        return self.half_periods * moved * UP


def displaced(direction: Integers, domain: Domain) -> float:
    """Bound η before anything is built: what roundings may put p·u off, evaluation included.

    A slope has three roundings of itself; the bias and the sum of the d + 1 products have fewer
    than 2d + 8 of the sum of the sizes of all terms.
    """
    total = 0.0
    for p, (a, b) in zip(direction.tolist(), domain, strict=True):
        total += p * (2 + 2 * max(abs(a), abs(b)) / (b - a))
    return (2 * len(domain) + 12) * 2.0**-52 * total


def network_of(
    ridges: list[Ridge], constant: float, domain: Domain, activation: Activation
) -> Network:
    """Make the network: constant + the units of every direction.

    The constant is what the profiles without units, and the mean, add up to; what the first levels
    of the others add to it is added here. It is one unit, whatever its weight.
    """
    d = len(domain)
    rows = [_steps(ridge, p, domain) for ridge in ridges for p in signed(ridge.direction)]
    a = np.concatenate([np.empty(0), *(jumps for _, jumps, _, _ in rows)])
    slopes = [np.broadcast_to(slope, (len(jumps), d)) for _, jumps, slope, _ in rows]
    b = np.concatenate([np.empty((0, d)), *slopes])  # (units, d)
    c = np.concatenate([np.empty(0), *(biases for *_, biases in rows)])
    rest = [constant, *(level for level, *_ in rows)]
    left, right = _limits(activation)
    a = a / (right - left)
    rest += (-left * a).tolist()
    if activation.limits is None:
        grid = _grid(c)
        c = np.round(c / grid) * grid
        a, b, c = np.append(a, -a), np.concatenate([b, b]), np.append(c + 0.5, c - 0.5)
    one, bias_of_one = constant_unit(activation)
    a, c = np.append(a, math.fsum(rest) / one), np.append(c, bias_of_one)
    return Network.from_units(a, np.concatenate([b, np.zeros((1, d))]), c, activation)


def _limits(activation: Activation) -> tuple[float, float]:
    """Return the limits of what a step is made of."""
    limits = sigmoid_of(activation).limits
    assert limits is not None
    return limits


def _grid(biases: Array) -> float:
    """Return a grid so coarse that c ± ½ are floats for all c on it, below ½."""
    grid = 2.0**-50 * power_of_two_at_least(float(np.abs(biases).max(initial=0.0)) + 1)
    if grid > 0.5:
        raise CannotProve("the steps of two units are too steep for float64", "take a larger eps")
    return grid


def _steps(ridge: Ridge, p: Integers, domain: Domain) -> tuple[float, Array, Array, Array]:
    """Return the level at the lowest s, the jumps from there, the slopes (d,) and the biases.

    From s = i to i + 1 the profile runs as from 0 to 1 where i is even, and back where it is odd.
    """
    low, count = int(p[p < 0].sum()), ridge.half_periods
    levels = ridge.pieces.levels
    t, there = ridge.pieces.breakpoints, np.diff(levels)
    odd = ((np.arange(count) + low) % 2 == 1)[:, None]
    start = (np.arange(count) + low)[:, None]
    places = np.where(odd, start + (1 - t[::-1]), start + t).ravel()
    jumps = np.where(odd, -there[::-1], there).ravel()
    a, b = np.array(domain).T
    slope = ridge.slope * p / (b - a)
    shift = math.fsum((slope * a).tolist())
    return float(levels[-1 if low % 2 else 0]), jumps, slope, -(shift + ridge.slope * places)


def units_error(
    ridges: list[Ridge], network: Network, domain: Domain, constant: float
) -> tuple[float, float]:
    """Bound how far the network is from the sum of the profiles, and what floats lose beside that.

    The network is that of `network_of`. Returns the error and the rounding. Raises CannotProve
    where the roundings of x, or of a break, are too large for the distance of the breaks.
    """
    activation = network.activation
    pairs = activation.limits is None
    if pairs:
        off, rounding = np.zeros(network.units), rounding_bound(network, domain)
    else:
        found = displacements(network, domain)
        off, rounding = found.arguments[0], found.remainder
    grid = _grid(network.biases) if pairs else 0.0
    errors, start = [], 0
    for ridge in ridges:
        units = ridge.copies * ridge.half_periods * len(ridge.pieces.breakpoints)
        moved = float(off[start : start + units].max()) + grid
        eta = displaced(ridge.direction, domain) + moved / ridge.slope
        errors.append(ridge.copies * _one_error(ridge, eta, activation))
        start += units
    return (math.fsum(errors) + _lost_weights(ridges, network, constant)) * UP, rounding


def _one_error(ridge: Ridge, eta: float, activation: Activation) -> float:
    """Bound |q − its steps| along one direction."""
    sigmoid, pieces, width = sigmoid_of(activation), ridge.pieces, ridge.distance + eta
    if not 2 * width * UP < pieces.gap:
        raise CannotProve(
            f"two breaks across the direction {ridge.direction.tolist()} are {pieces.gap:.3g} half "
            "periods apart, too near for float64 in this box",
            "take a larger eps or a box nearer 0",
        )
    reach = ridge.slope * ridge.distance * DOWN
    check_far_out(activation, reach, ridge.slope * 2 * ridge.half_periods)
    largest = float(np.abs(np.diff(pieces.levels)).max())
    transition = sigmoid.overshoot * largest + ridge.jumps * sigmoid.tail(reach)
    return pieces.error + pieces.steepest * width + transition


def _lost_weights(ridges: list[Ridge], network: Network, constant: float) -> float:
    """Bound what stored weights lose beside jumps and levels, and a constant unit to its limit."""
    activation, held = network.activation, abs(float(network.output_weights[-1]))
    jumps = math.fsum(r.copies * r.jumps for r in ridges)
    first = sum(r.copies * float(np.abs(r.pieces.levels).max()) for r in ridges) + abs(constant)
    left, right = _limits(activation)
    overshoot, span = sigmoid_of(activation).overshoot, abs(right - left)
    relative = 1 + overshoot + (abs(left) + abs(right)) / span
    one, _ = constant_unit(activation)
    lost = (jumps * relative + first + held * abs(one)) * 2.0**-49
    return lost + held * constant_error(activation)


def make_ridge(
    direction: Integers, pieces: ProfilePieces, activation: Activation, share: float, spare: float
) -> Ridge:
    """Choose the width of a profile's steps, and how steep they are.

    `share` is the largest τ(wδ), and `spare` the largest change of the profile within δ.
    """
    most = spare / pieces.steepest
    distance = min(most, pieces.gap / 4)
    return Ridge(direction, pieces, distance, slope_for(activation, distance, share))
