"""Equally spaced rows: how many units, how much they overlap, and how far beyond the ends they go.

The number of units that is expected (`degree.py`) is raised until ε is met, then lowered and halved.
For each number the search walks over a lattice of overlaps wh and margins m (`row.py`): from a few
starts to the better neighbour, as long as there is one. The work is counted, not timed, so that the
same f always gets the same network.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from uat.construct.comb.degree import degree, samples
from uat.construct.comb.row import FINER, MARGINS, OVERLAPS, Row, fit, guess, row
from uat.core.activations import Activation
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.numerics.least_squares import LeastSquaresFit
from uat.numerics.rounding import rounding_bound

__all__ = ["build", "nearest"]

_Place = tuple[int, int]  # in OVERLAPS and MARGINS

_SHARE: Final = 0.8
_SHARE_AGAIN: Final = 0.98
_PAST: Final = 2
_FAR_PAST: Final = 3
_HOPELESS: Final = 8.0
_TRIED: Final = 48
_TRIES: Final = 4
_FEW: Final = 48
_WORK: Final = 4e8
_CLIMBS: Final = 3
_PEAKS: Final = 8
_AROUND: Final = 64
_EPS_FOR_GUESS: Final = (1e-2, 1e-6, 1e-11)
_COARSE: Final = [(i, j) for i in range(1, len(OVERLAPS), 2) for j in range(0, len(MARGINS), 2)]


def build(target: Target, eps: float, activation: Activation, most: int) -> tuple[Network, float]:
    """Build the row of the fewest units, again where a closer look finds more.

    Parameters
    ----------
    target : Target
        In one dimension.
    eps : float
    activation : Activation
        Soft, with two different limits.
    most : int
        No more than so many units.

    Returns
    -------
    Network
    float
        The largest |f − g| seen: an estimate, no bound.

    Raises
    ------
    CannotProve
        Where no row was found.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> network, estimate = build(Target("sin(x)", (0, 3)), 1e-6, logistic, 100)
    >>> network.units < 12, estimate < 1e-6
    (True, True)
    """
    size, wanted = _size(target), eps
    for _ in range(_TRIES):
        best = _Search(target, activation, wanted, size).fewest(most)
        network = best.row.network(best.fit.weights)
        estimate = _estimate(target, network)
        rounding = float(best.row.lost(target.domain[0]) @ np.abs(best.fit.weights))
        if np.isfinite(activation.lipschitz):
            rounding = rounding_bound(network, target.domain)
        if estimate + rounding < eps:
            return network, estimate
        # between the points of the grid there was more, as at a kink
        wanted *= _SHARE_AGAIN * max(eps - rounding, 0.0) / estimate
    raise CannotProve(
        f"no comb was found within eps = {eps:g}: with {network.units} units the largest |f − g| "
        f"seen is {estimate:.3g}; take a larger eps"
    )


def nearest(target: Target, activation: Activation, units: int) -> tuple[Network, float]:
    """Build the row of exactly so many units that comes nearest to f: arguments as `build` has them.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> network, estimate = nearest(Target("sin(x)", (0, 3)), logistic, 9)
    >>> network.units, estimate < 1e-4
    (9, True)
    """
    best = _Search(target, activation, 0.0, _size(target)).climb(units)
    network = best.row.network(best.fit.weights)
    return network, _estimate(target, network)


def _size(target: Target) -> float:
    return float(np.abs(samples(target)).max())


def _estimate(target: Target, network: Network) -> float:
    """Return the largest |f − g| on a grid and, finer still, around its largest values there."""
    a, b = target.domain[0]
    grid = np.linspace(a, b, FINER * (2 * network.units + 16))
    g = network.as_function()
    off = np.abs(np.asarray(target(grid)) - g(grid))
    inner = (off[1:-1] >= off[:-2]) & (off[1:-1] >= off[2:])
    peaks = np.append(np.flatnonzero(inner) + 1, [0, len(grid) - 1])
    peaks = peaks[np.argsort(off[peaks], kind="stable")[-_PEAKS:]]
    step = (grid[1] - grid[0]) * np.linspace(-1, 1, 2 * _AROUND + 1)
    near = np.clip(grid[peaks, None] + step, a, b).ravel()
    closer = np.abs(np.asarray(target(near)) - g(near))
    return float(max(off.max(), closer.max()))


@dataclass(frozen=True, slots=True, eq=False)
class _Comb:
    row: Row
    fit: LeastSquaresFit
    place: _Place


def _nearest(overlap: float, margin: float) -> _Place:
    return (
        int(np.argmin(np.abs(np.log(OVERLAPS) - np.log(overlap)))),
        int(np.argmin(np.abs(np.array(MARGINS) - margin))),
    )


@dataclass(slots=True, eq=False)
class _Search:
    """What has been tried: for a number of units and a place of overlap and margin, the fit."""

    target: Target
    activation: Activation
    eps: float
    size: float
    tried: dict[tuple[int, _Place], _Comb | None] = field(default_factory=dict)
    work: float = 0.0

    @property
    def tired(self) -> bool:
        """Whether so much was tried that what is found has to do: counted, not timed."""
        return self.work > _WORK

    def fewest(self, most: int) -> _Comb:
        """Go up from the number expected until ε is met, down, and halve."""
        expected = degree(self.target, self.eps, _PAST * most + 9)
        if expected is None:
            raise self._given_up(min(most, _TRIED), most, "f is not smooth enough for combs")
        low, high = 0, min(most, max(1, round(_SHARE * expected)))
        best = self.climb(high)
        while best.fit.error >= self.eps:
            if high >= min(most, _FAR_PAST * expected + 16):
                raise self._given_up(high, most, "more units do not help, or not in float64")
            low, high = high, min(most, high + high // 5 + 1)
            best = self.climb(high, best.place)
        while high - low > 1 and not self.tired:
            middle = (low + high) // 2 if low else max(1, min(high - 1, int(_SHARE * high)))
            comb = self.climb(middle, best.place)
            if comb.fit.error < self.eps:
                best, high = comb, middle
            else:
                low = middle
        return self._smallest(self._fewer_still(high, best.place))

    def _fewer_still(self, units: int, place: _Place) -> int:
        """Go down by up to three: one unit more or less changes how a row lies to a peak of f."""
        fewer = units - 1
        while fewer >= max(1, units - 3) and not self.tired:
            comb = self.climb(fewer, place)
            if comb.fit.error < self.eps:
                units, place = fewer, comb.place
            fewer -= 1
        return units

    def climb(self, units: int, known: _Place | None = None) -> _Comb:
        """Start where it was best before and, where that is cheap, all over the places.

        Go to better neighbours until the error is below ε or there is no better one.
        """
        if self.tired:
            return self._start(units, known or _nearest(*guess(self.eps, self.size)))
        starts = [_nearest(*guess(eps * self.size, self.size)) for eps in _EPS_FOR_GUESS]
        starts = [*([] if known is None else [known]), *(_COARSE if units <= _FEW else starts)]
        tried: dict[_Place, _Comb] = {}
        for place in starts:
            comb = self._start(units, place)
            tried[comb.place] = comb
            if comb.fit.error < self.eps:
                return comb
        best = sorted(tried.values(), key=lambda comb: comb.fit.error)
        if best[0].fit.error > _HOPELESS * self.eps > 0:
            return best[0]
        climbed = [
            self._uphill(units, comb, lambda comb: comb.fit.error, self.eps)
            for comb in best[: _CLIMBS if units <= 2 * _FEW else 1]
        ]
        return min(climbed, key=lambda comb: comb.fit.error)

    def _smallest(self, units: int) -> _Comb:
        """Make the weights smaller as long as ε is met."""

        def size(comb: _Comb) -> float:
            return comb.fit.size if comb.fit.error < self.eps else np.inf

        known = [comb for (n, _), comb in self.tried.items() if n == units and comb is not None]
        return self._uphill(units, min(known, key=size), size, 0.0)

    def _uphill(
        self, units: int, best: _Comb, score: Callable[[_Comb], float], enough: float
    ) -> _Comb:
        while score(best) >= enough and not self.tired:
            near = self._neighbour(units, best, score)
            if near is None:
                break
            best = near
        return best

    def _neighbour(self, units: int, best: _Comb, score: Callable[[_Comb], float]) -> _Comb | None:
        """Return the first better neighbour, in a fixed order."""
        i, j = best.place
        for di, dj in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
            comb = self._at(units, (i + di, j + dj))
            if comb is not None and score(comb) < score(best):
                return comb
        return None

    def _start(self, units: int, place: _Place) -> _Comb:
        """Take the place, or with fewer units than it needs a smaller margin."""
        i, j = place
        while (comb := self._at(units, (i, j))) is None:
            j -= 1
        return comb

    def _at(self, units: int, place: _Place) -> _Comb | None:
        """Fit the row at a place; None where there is none."""
        key = units, place
        if key not in self.tried:
            self.tried[key] = self._fitted(units, place)
        return self.tried[key]

    def _fitted(self, units: int, place: _Place) -> _Comb | None:
        i, j = place
        if not (0 <= i < len(OVERLAPS) and 0 <= j < len(MARGINS)):
            return None
        domain = self.target.domain[0]
        placed = row(domain, units, OVERLAPS[i], MARGINS[j], self.activation)
        if placed is None:
            return None
        self.work += float(units) ** 3
        return _Comb(placed, fit(self.target, placed, self.eps, self.size), place)

    def _given_up(self, units: int, most: int, why: str) -> CannotProve:
        comb = self.climb(units)
        return CannotProve(
            f"no comb of up to {most} units was found within eps = {self.eps:g}: {why}. With "
            f"{units} the largest |f − g| seen, rounding included, is {comb.fit.error:.3g}; take a "
            'larger eps or method="staircase"'
        )
