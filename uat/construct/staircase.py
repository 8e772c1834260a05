"""Step 3 of the lecture: a continuous function is nearly a sum of rectangles, so it has a network.

Cut the domain into pieces on which f varies by at most 2ε; the middle of its range is within ε of
it. Each piece is extended as far as it goes, and no piecewise constant function within ε of f has
fewer pieces: the k-th break of another one is never further right. For total variation V there are
at most max(1, ⌈V/2ε⌉). Then one unit a break, of height the difference of the two levels, gives

    g(x) = c_0 + Σ (c_k − c_{k−1}) σ(w(x − t_k)),

and the rectangles, two units a piece, the same function. Why its error is below ε: `apriori.py`.

Source: the slides, step 3. The classroom form of the theorem; Cybenko's own proof (1989) is not
constructive.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from uat.activations import Activation, logistic, relu
from uat.certificate import Certificate
from uat.construct.apriori import Stairs, certify_stairs
from uat.construct.step import grid_of_places, power_of_two, slope_for, steps
from uat.errors import CannotProve, InputError
from uat.network import Network
from uat.numerics.monotone import Cells, cells_of, sampled_cells
from uat.target import Target

__all__ = ["Partition", "build", "build_from_samples", "partition"]

Array = NDArray[np.float64]
Form = Literal["steps", "rectangles"]

_FLAT: Final = 2.0**-7
_SLACK: Final = 2.0**-9
_NARROW: Final = 2.0**-11
_MOST_PIECES: Final = 4_000_000
_TRIES: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The pieces of a domain and the level of each.

    Attributes
    ----------
    breakpoints : ndarray, (pieces − 1,)
        Where one piece ends and the next begins.
    levels : ndarray, (pieces,)
        The middle of the range of f on each piece.
    """

    breakpoints: Array
    levels: Array

    @property
    def pieces(self) -> int:
        """The number of pieces."""
        return len(self.levels)


def partition(target: Target, eps: float) -> Partition:
    """Cut the domain into as few pieces as a piecewise constant function within ε of f needs.

    Parameters
    ----------
    target : Target
        In one dimension.
    eps : float

    Returns
    -------
    Partition

    Raises
    ------
    CannotProve
        Where f is not proved continuous, or needs more pieces than the limit.

    Examples
    --------
    >>> pieces = partition(Target("x**2", (0, 1)), 0.125)
    >>> pieces.levels, pieces.breakpoints
    (array([0.125, 0.375, 0.625, 0.875]), array([0.5       , 0.70710678, 0.8660254 ]))
    """
    return _partition(_cells(target, eps), eps)


def build(
    target: Target, eps: float, activation: Activation = logistic, form: Form = "steps"
) -> tuple[Network, Certificate]:
    """Build a network within ε of f, and prove it.

    Parameters
    ----------
    target : Target
        In one dimension.
    eps : float
    activation : Activation
        Any σ with two different limits, monotone or not, or ReLU.
    form : "steps" or "rectangles"
        One unit a break, or two units a piece.

    Returns
    -------
    Network
        One hidden layer, no output bias.
    Certificate
        Method "a priori", upper + rounding < ε.

    Raises
    ------
    CannotProve
        Where the error cannot be proved below ε; the message says why.

    Examples
    --------
    >>> network, certificate = build(Target("x**2", (0, 1)), 0.125)
    >>> network.units, certificate.bound < 0.125
    (5, True)
    """
    overshoot = 1 + 2 * activation.overshoot
    wanted = eps * (1 - _SLACK) / overshoot
    cells = _cells(target, wanted)
    last: CannotProve | None = None
    for _ in range(_TRIES):
        pieces = _partition(cells, wanted)
        network, stairs = _network(cells, pieces, activation, form, eps)
        certificate = certify_stairs(cells, stairs, network)
        if certificate.bound < eps:
            return network, certificate
        if certificate.rounding > eps / 2:
            raise CannotProve(
                f"eps = {eps:g} is below what evaluation in float64 keeps for this network: its "
                f"rounding alone is up to {certificate.rounding:.2g}; take a larger eps"
            )
        last = CannotProve(
            f"the bound {certificate.bound:.6g} of {pieces.pieces} pieces is not below eps = "
            f"{eps:g}; take a larger eps"
        )
        wanted *= min(eps / certificate.bound, 1.0) * (1 - _SLACK)
    assert last is not None
    raise last


def build_from_samples(
    target: Target, eps: float, activation: Activation = logistic, form: Form = "steps"
) -> tuple[Network, float]:
    """Build the same network from values of f on a grid, for an f that cannot be followed.

    Returns
    -------
    Network
    float
        The largest |f − g| on a grid of other points: an estimate, no bound.
    """
    _one_coordinate(target)
    wanted = eps * (1 - _SLACK) / (1 + 2 * activation.overshoot)
    cells = sampled_cells(target, 2 * wanted * _FLAT)
    network, _ = _network(cells, _partition(cells, wanted), activation, form, eps)
    (a, b) = target.domain[0]
    x = np.concatenate([a + (b - a) * np.random.default_rng(0).random(1 << 18), [a, b]])
    return network, float(np.abs(np.asarray(target(x)) - network.as_function()(x)).max())


def _one_coordinate(target: Target) -> None:
    if target.dimension != 1:
        raise InputError(
            f"a target of {target.dimension} coordinates given; a staircase needs one"
        )


def _cells(target: Target, eps: float) -> Cells:
    _one_coordinate(target)
    return cells_of(target, 2 * eps * _FLAT)


def _partition(cells: Cells, eps: float) -> Partition:
    breakpoints = np.unique(_breaks(cells, 2 * eps))
    (a, b) = cells.target.domain[0]
    breakpoints = breakpoints[(breakpoints > a) & (breakpoints < b)]
    ends = np.concatenate([[a], breakpoints, [b]])
    lo, hi = cells.ranges(ends[:-1], ends[1:])
    return Partition(breakpoints, lo + (hi - lo) / 2)


def _breaks(cells: Cells, most: float) -> Array:
    """Go through the cells, and begin a piece where f would vary by more than `most`."""
    begun, values, where = [], [], []
    low, high, cell, pieces = np.inf, -np.inf, 0, 1.0
    while cell < len(cells.lo):
        cell, low, high = _advance(cells, cell, low, high, most)
        if cell == len(cells.lo):
            break
        if cells.rising[cell] == 0:
            begun.append(cells.edges[cell])
            low, high = np.inf, -np.inf
            pieces += 1
            _limit(pieces)
            continue
        up = cells.rising[cell] > 0
        low, high = min(low, cells.lo[cell]), max(high, cells.hi[cell])
        start, end = (low + most, high) if up else (high - most, low)
        count = max(float(np.ceil(abs(end - start) / most)), 1.0)
        pieces += count
        _limit(pieces)
        values.append(start + (1 if up else -1) * most * np.arange(int(count)))
        where.append(np.full(int(count), cell))
        last = values[-1][-1]
        low, high = min(last, end), max(last, end)
        cell += 1
    inner = _places(cells, np.concatenate(where), np.concatenate(values)) if where else np.empty(0)
    return np.concatenate([np.array(begun), inner])


def _limit(pieces: float) -> None:
    if pieces > _MOST_PIECES:
        raise CannotProve(
            f"more than {_MOST_PIECES:,} pieces would be needed; take a larger eps"
        )


def _advance(
    cells: Cells, cell: int, low: float, high: float, most: float
) -> tuple[int, float, float]:
    """Find the first cell with which f varies by more than `most`, and the range before it."""
    size = 16
    while cell < len(cells.lo):
        some = slice(cell, cell + size)
        lows = np.minimum.accumulate(np.minimum(cells.lo[some], low))
        highs = np.maximum.accumulate(np.maximum(cells.hi[some], high))
        over = highs - lows > most
        count = int(np.argmax(over)) if over.any() else len(over)
        if count:
            low, high = float(lows[count - 1]), float(highs[count - 1])
        cell += count
        if over.any():
            break
        size = min(2 * size, 1 << 16)
    return cell, low, high


def _places(cells: Cells, where: NDArray[np.int64], values: Array) -> Array:
    """Solve f(x) = value on monotone cells, all at once, by bisection down to neighbouring floats.

    A value off by rounding moves a break, not a proof: the bound is made from the breaks.
    """
    left, right = cells.edges[where], cells.edges[where + 1]
    up = cells.rising[where] > 0
    for _ in range(80):
        middle = left + (right - left) / 2
        if ((middle <= left) | (middle >= right)).all():
            break
        before = (np.asarray(cells.target(middle)) < values) == up
        left, right = np.where(before, middle, left), np.where(before, right, middle)
    return left


def _on_grid(levels: Array, form: Form) -> tuple[Array, float]:
    """Round the levels to a grid on which their sums are exact; bound Σ|jump| too."""
    heights = np.abs(levels) if form == "rectangles" else np.abs(np.diff(levels))
    with np.errstate(over="ignore"):
        total = 2 * float(heights.sum()) + float(np.abs(levels).max())
    if not total < 2.0**1000:
        raise CannotProve("f is too large for sums of steps in float64; divide f and eps by 1e30")
    if total < 2.0**-900:
        return np.zeros_like(levels), 2.0**-900
    grid = power_of_two(total) * 2.0**-51
    return np.asarray(np.round(levels / grid) * grid), total


def _network(
    cells: Cells, pieces: Partition, activation: Activation, form: Form, eps: float
) -> tuple[Network, Stairs]:
    """Make the units: levels on a dyadic grid, so that their differences and sums are exact."""
    a, b = cells.target.domain[0]
    t = pieces.breakpoints
    gap = float(np.min(np.diff(t), initial=b - a))
    distance = max(gap * _NARROW, 16 * float(np.spacing(max(abs(a), abs(b)))))
    if len(t) and distance > gap / 4:
        raise CannotProve(
            f"eps = {eps:g} needs pieces of width {gap:.2g}, too narrow for float64 near x = "
            f"{t[np.argmin(np.diff(t))] if len(t) > 1 else t[0]:.6g}; take a larger eps"
        )
    levels, total = _on_grid(pieces.levels, form)
    moving = len(t) > 0 or form == "rectangles"
    slope = slope_for(activation, distance, eps * _SLACK / 8 / total) if moving else 1.0
    if activation is relu:
        t = grid_of_places(t, slope)
    stairs = Stairs(t, levels, slope, distance, form)
    if form == "steps":
        return steps(t, np.diff(levels), float(levels[0]), activation, slope), stairs
    ends = np.concatenate([[a - gap / 2], t, [b + gap / 2]])
    places, jumps = np.repeat(ends, 2)[1:-1], np.stack([levels, -levels], axis=1).ravel()
    if activation is relu:
        places = grid_of_places(places, slope)
    return steps(places, jumps, 0.0, activation, slope), stairs
