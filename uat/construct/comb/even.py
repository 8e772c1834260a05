"""Equally spaced rows: the fewest units, and their best overlap and margin.

The Chebyshev coefficients of f fall as fast as f is smooth: geometrically where it is analytic,
like a power at a kink. The degree from which on their tail is below ε is close to the number of
units. From there the number is raised until a row is within ε, then bisected.

For each number the overlaps wh and margins m (`row.py`) form a lattice, on which the search
descends: from a few starting points to a better neighbour, as long as there is one. The work is
counted in operations, so the same f gets the same network on every machine.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapters 3, 7 and 8.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np

from uat.construct.comb.row import FINER, MARGINS, OVERLAPS, Row, fit_row, guess, row
from uat.construct.decay import float_limit, is_rounding
from uat.core.activations import Activation
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.chebyshev import chebyshev_points
from uat.numerics.least_squares import LeastSquaresFit
from uat.numerics.network_rounding import rounding_bound
from uat.numerics.sampled_error import errors_at

__all__ = ["build", "degree", "descend", "nearest_row"]

T = TypeVar("T")

Place = tuple[int, int]  # a point of the lattice: an index into OVERLAPS and one into MARGINS

_STEPS: Final = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))

_EVERY_OTHER: Final = [
    (i, j) for i in range(1, len(OVERLAPS), 2) for j in range(0, len(MARGINS), 2)
]
"""Starting points where rows are short and fits are cheap."""

_EPS_OF_STARTS: Final = (1e-2, 1e-6, 1e-11)
"""Relative errors for which `guess` gives the starting points of longer rows."""

_SHORT: Final = 48
"""Rows up to this length start from _EVERY_OTHER; longer: fewer units now and then, slower."""

_DESCENTS: Final = 3
"""The best starting points from which short rows descend; more: slower, seldom fewer units."""

_HOPELESS: Final = 8.0
"""If the best start misses ε by more than this factor, descending is not worth its time."""

_FIRST_SHARE: Final = 0.8  # the share of the expected units that is tried first

_PAST: Final = 2
_FAR_PAST: Final = 3
"""Rows beyond this multiple of the expected units, or with a degree of f past _PAST times the most
units allowed, gain nothing."""

_FEWER: Final = 3
"""After bisection this many smaller numbers are tried: how a row lies to a peak matters too."""

_WORK: Final = 4e8  # the budget of one search, in units³ summed over the fits: some seconds
_SHOWN: Final = 48  # the units of the row whose error a refusal states

_RETRIES: Final = 4
_RETRY_SHARE: Final = 0.98
"""A search is repeated for a smaller ε, with this to spare, if a finer grid shows more error."""

_PEAKS: Final = 8
_AROUND: Final = 64
"""The final error is looked for at this many points on each side of the highest peaks."""

_FIRST_SAMPLES: Final = 256
"""Intervals between samples: enough for the size of f, and the first try for its series."""

_MOST_SAMPLES: Final = 1 << 14  # where the search ends; an f that needs more counts as not smooth


def build(target: Target, eps: float, activation: Activation, most: int) -> tuple[Network, float]:
    """Build the equally spaced row with the fewest units found, at most `most`.

    Returns the largest |f − g| seen with it: an estimate, no bound. Raises CannotProve where no row
    was found.
    """
    size, wanted = _size(target), eps
    for _ in range(_RETRIES):
        best = _fewest(_Rows(target, activation, wanted, size), most)
        network = best.row.network(best.fit.weights)
        estimate = _estimate(target, network)
        rounding = float(best.row.lost(target.domain[0]) @ np.abs(best.fit.weights))
        if np.isfinite(activation.lipschitz):
            rounding = rounding_bound(network, target.domain)
        if estimate + rounding < eps:
            return network, estimate
        # the error between the points of the grid was larger, as at a kink
        wanted *= _RETRY_SHARE * max(eps - rounding, 0.0) / estimate
    raise CannotProve(
        f"no comb was found within eps = {eps:g}: with {network.units} units the largest |f − g| "
        f"seen is {estimate:.3g}",
        "take a larger eps",
    )


def nearest_row(target: Target, activation: Activation, units: int) -> tuple[Network, float]:
    """Build the row of exactly this many units that comes nearest to f, and estimate its error.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> network, estimate = nearest_row(Target("sin(x)", (0, 3)), logistic, 9)
    >>> network.units, estimate < 1e-4
    (9, True)
    """
    best = _best(_Rows(target, activation, 0.0, _size(target)), units)
    network = best.row.network(best.fit.weights)
    return network, _estimate(target, network)


def descend(
    start: T,
    neighbours: Callable[[T], Iterable[T]],
    score: Callable[[T], float],
    enough: float = -np.inf,
) -> T:
    """Go from `start` to the first neighbour with a lower score, until there is none.

    Stops early where the score is below `enough`.
    """
    best = start
    while score(best) >= enough:
        better = next((other for other in neighbours(best) if score(other) < score(best)), None)
        if better is None:
            break
        best = better
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A row with its place on the lattice and its best weights."""

    row: Row
    fit: LeastSquaresFit
    place: Place

    @property
    def error(self) -> float:
        return self.fit.error


@dataclass(slots=True, eq=False)
class _Rows:
    """All rows for one f and ε: each is fitted when first asked for, and the work is added up."""

    target: Target
    activation: Activation
    eps: float
    size: float
    fitted: dict[tuple[int, Place], _Fitted | None] = field(default_factory=dict)
    work: float = 0.0

    @property
    def exhausted(self) -> bool:
        """True once the budget is spent."""
        return self.work > _WORK

    def at(self, units: int, place: Place) -> _Fitted | None:
        """Fit the row at a place; None outside the lattice and where so few units do not fit."""
        key = units, place
        if key not in self.fitted:
            self.fitted[key] = self._fit(units, place)
        return self.fitted[key]

    def _fit(self, units: int, place: Place) -> _Fitted | None:
        i, j = place
        if not (0 <= i < len(OVERLAPS) and 0 <= j < len(MARGINS)):
            return None
        domain = self.target.domain[0]
        placed = row(domain, units, OVERLAPS[i], MARGINS[j], self.activation)
        if placed is None:
            return None
        self.work += float(units) ** 3
        return _Fitted(placed, fit_row(self.target, placed, self.eps, self.size), place)

    def near(self, units: int, place: Place) -> _Fitted:
        """Fit the row at a place, or with the largest margin below it that these units allow."""
        i, j = place
        while (found := self.at(units, (i, j))) is None:
            j -= 1
        return found

    def neighbours(self, units: int, found: _Fitted) -> Iterable[_Fitted]:
        """Fit the rows around one, until the budget is spent."""
        if self.exhausted:
            return
        for di, dj in _STEPS:
            other = self.at(units, (found.place[0] + di, found.place[1] + dj))
            if other is not None:
                yield other

    def met_by(self, found: _Fitted) -> bool:
        """Return True if a row is within ε."""
        return found.error < self.eps

    def refusal(self, units: int, most: int, why: str) -> CannotProve:
        """State why no row was found, and the error of one with this many units."""
        error = _best(self, units).error
        least = min([error, *(found.error for found in self.fitted.values() if found is not None)])
        if units < most and is_rounding(least, self.size):
            return float_limit(least, self.eps)
        return CannotProve(
            f"no comb within eps = {self.eps:g} was found: {units} units of {most} allowed come "
            f"within {error:.3g} only, and {why}",
            'take a larger eps or method="staircase"',
        )


def _best(rows: _Rows, units: int, known: Place | None = None) -> _Fitted:
    """Find the overlap and margin of the least error for a number of units, or one within ε.

    `known` is where the best row of another number of units lies.
    """
    if rows.exhausted:
        return rows.near(units, known or _place(*guess(rows.eps, rows.size)))
    starts = [_place(*guess(eps * rows.size, rows.size)) for eps in _EPS_OF_STARTS]
    starts = [*([] if known is None else [known]), *(_EVERY_OTHER if units <= _SHORT else starts)]
    tried: dict[Place, _Fitted] = {}
    for place in starts:
        found = rows.near(units, place)
        if rows.met_by(found):
            return found
        tried[found.place] = found
    best = sorted(tried.values(), key=lambda found: found.error)
    if best[0].error > _HOPELESS * rows.eps > 0:
        return best[0]
    lowest = [
        descend(start, lambda at: rows.neighbours(units, at), lambda at: at.error, rows.eps)
        for start in best[: _DESCENTS if units <= 2 * _SHORT else 1]
    ]
    return min(lowest, key=lambda found: found.error)


def _fewest(rows: _Rows, most: int) -> _Fitted:
    """Find the fewest units within ε, and of their rows one with small weights."""
    low, high, best = _enough(rows, most)
    while high - low > 1 and not rows.exhausted:
        middle = (low + high) // 2 if low else max(1, min(high - 1, int(_FIRST_SHARE * high)))
        found = _best(rows, middle, best.place)
        if rows.met_by(found):
            best, high = found, middle
        else:
            low = middle
    return _smallest_weights(rows, _fewer_still(rows, high, best.place))


def _enough(rows: _Rows, most: int) -> tuple[int, int, _Fitted]:
    """Raise the number of units until ε is met: one too small, one large enough, and its row."""
    expected = degree(rows.target, rows.eps, _PAST * most + 9)
    if expected is None:
        raise rows.refusal(min(most, _SHOWN), most, "f is not smooth enough for combs")
    low, high = 0, min(most, max(1, round(_FIRST_SHARE * expected)))
    best = _best(rows, high)
    while not rows.met_by(best):
        if high >= min(most, _FAR_PAST * expected + 16):
            raise rows.refusal(high, most, "more do not help")
        low, high = high, min(most, high + high // 5 + 1)
        best = _best(rows, high, best.place)
    return low, high, best


def _fewer_still(rows: _Rows, units: int, place: Place) -> int:
    """Try a few numbers below the one that bisection found."""
    fewer = units - 1
    while fewer >= max(1, units - _FEWER) and not rows.exhausted:
        found = _best(rows, fewer, place)
        if rows.met_by(found):
            units, place = fewer, found.place
        fewer -= 1
    return units


def _smallest_weights(rows: _Rows, units: int) -> _Fitted:
    """Descend to smaller weights among the rows within ε."""

    def weight(found: _Fitted) -> float:
        return found.fit.size if rows.met_by(found) else np.inf

    known = [found for (n, _), found in rows.fitted.items() if n == units and found is not None]
    return descend(min(known, key=weight), lambda at: rows.neighbours(units, at), weight)


def _place(overlap: float, margin: float) -> Place:
    """Return the point of the lattice nearest to an overlap, on a logarithmic scale, and margin."""
    return (
        int(np.argmin(np.abs(np.log(OVERLAPS) - np.log(overlap)))),
        int(np.argmin(np.abs(np.array(MARGINS) - margin))),
    )


def degree(target: Target, eps: float, most: int) -> int | None:
    """Find the degree from which on the Chebyshev series of f is within ε; None past `most`.

    The tail is the sum of the moduli of the coefficients, from values at enough points
    for the later half of the coefficients to be small too.
    """
    count = _FIRST_SAMPLES
    while count <= _MOST_SAMPLES:
        values = _samples(target, count)
        series = np.abs(np.fft.rfft(np.concatenate([values, values[-2:0:-1]])))[:count] / count
        tail = np.cumsum(series[::-1])[::-1]
        if tail[count // 2] < eps:
            found = int(np.argmax(tail < eps))
            return found if found <= most else None
        if count > 4 * most:
            break
        count *= 2
    return None


def _samples(target: Target, count: int = _FIRST_SAMPLES) -> Array:
    """Evaluate f at the extrema of a Chebyshev polynomial: (count + 1,)."""
    a, b = target.domain[0]
    return np.asarray(target(chebyshev_points(a, b, count + 1, ends=True)[::-1]))


def _size(target: Target) -> float:
    return float(np.abs(_samples(target)).max())


def _estimate(target: Target, network: Network) -> float:
    """Return the largest |f − g| on a grid and, finer still, around its largest values there."""
    a, b = target.domain[0]
    grid = np.linspace(a, b, FINER * (2 * network.units + 16))
    off = errors_at(target, network, grid[:, None])
    inner = (off[1:-1] >= off[:-2]) & (off[1:-1] >= off[2:])
    peaks = np.append(np.flatnonzero(inner) + 1, [0, len(grid) - 1])
    peaks = peaks[np.argsort(off[peaks], kind="stable")[-_PEAKS:]]
    step = (grid[1] - grid[0]) * np.linspace(-1, 1, 2 * _AROUND + 1)
    near = np.clip(grid[peaks, None] + step, a, b).reshape(-1, 1)
    closer = errors_at(target, network, near)
    return float(max(off.max(), closer.max()))
