"""|f − g| in up to eight coordinates: both as one polynomial of high degree on each cell.

The models of f (`target.py`) and of g (`units.py`, `deep.py`) are subtracted before anything is bounded, so
that what they have in common cancels up to degree p, and not to degree 2 alone as in
`cells/prove.py`. The cells are halved by the same search, each along the axis that has most in its
bound. Where f has kinks along one linear form the cells end there (`chart.py`); where it has no model
on a cell, the cell is bounded as in `cells/prove.py`.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array, Bools
from uat.expression.graph import Expression
from uat.numerics.boxes import centres
from uat.proof.cells.blocks import InBlocks
from uat.proof.cells.branch_and_bound import CellSearch, Examined
from uat.proof.cells.one_cell import bounding
from uat.proof.cells.prove import model_of
from uat.proof.joint.bound import largest
from uat.proof.joint.chart import Chart
from uat.proof.joint.deep import LayeredNetwork
from uat.proof.joint.forms import Kinks
from uat.proof.joint.model import Model
from uat.proof.joint.monomials import monomials
from uat.proof.joint.rewrite import rewritten
from uat.proof.joint.target import can_be_modelled, halving_gains, target_model

__all__ = ["MOST_COORDINATES", "JointSearch", "search_jointly"]

MOST_COORDINATES: Final = 8
"""In more, a polynomial of a useful degree has too many coefficients."""

_ORDERS: Final = {2: 20, 3: 10, 4: 8, 5: 8, 6: 6, 7: 5, 8: 5}
"""The degree of the models for each number of coordinates; higher: fewer cells, each slower."""

_DEEP_ORDERS: Final = {2: 8, 3: 8, 4: 6, 5: 5, 6: 4, 7: 3, 8: 3}
"""The same for several hidden layers, where each unit is a composition."""

_MOST_CELLS: Final = 2.0**14
"""More cells than this, by the guess of `_cells_needed`, are left to `cells/prove.py`."""

_SOFT: Final = 20.0
"""Units whose arguments vary by this on a cell are modelled well."""

_FARTHEST: Final = 1e6
"""Arguments of units may be as large as this."""

_BLOCK: Final = 1 << 19
"""Numbers in one array; larger: faster up to the cache of a processor."""

_SHARP: Final = 1e-3
"""The remainders of g may be this share of the error seen; smaller: sharper, slower."""

_NEARLY: Final = 2.0**-7
"""A bound this near to an |f − g| seen, as a share of it, is not sharpened, or within half the gap
that is asked for; smaller: sharper, slower."""

_LARGE: Final = 2.0**-12
"""Cells of a larger share of the box are halved where f has no model, and not bounded otherwise."""

_PROBED: Final = 0.3
"""Where the remainder of f is more of the bound than this, halvings are tried on f itself."""


@dataclass(frozen=True, eq=False)
class JointSearch:
    """A search, and the chart of its cells."""

    search: CellSearch
    chart: Chart

    def points(self, places: Array) -> Array:
        """Return x at places in the coordinates of the cells, within the box of f."""
        return np.clip(self.chart.points(places), self.chart.lower, self.chart.upper)


def search_jointly(
    target: Target,
    network: Network,
    *,
    size: float,
    gap: float = 1.0,
    executor: Executor | None = None,
) -> JointSearch | None:
    """Begin a proof of sup |f − g| on the box of f; None where these models do not fit.

    They are for a formula in three to eight coordinates, or in two with kinks along one linear form,
    and for a network of analytic units that are not steep along several axes.
    """
    nearly = 1 + min(_NEARLY, gap / 2)
    goal = nearly * size
    try:
        bound = _bound_of(target, network, size, goal)
        if bound is None:
            return None
        shared = InBlocks(bound, bound.cells, _bound_of, (target, network, size, goal), executor)
        search = CellSearch(shared, *bound.pieces.cells, goal, nearly)
    except CannotProve:  # a σ that is not analytic, or a constant that has no value in balls
        return None
    return JointSearch(search, bound.chart)


def _bound_of(target: Target, network: Network, size: float, goal: float) -> "_JointBound | None":
    """Make the bound of |f − g| on cells; None where these models do not fit."""
    d, f = target.dimension, target.expression
    if f is None or not 2 <= d <= MOST_COORDINATES or network.depth < 1:
        return None
    f, network_left, kinks = rewritten(target, f, network)
    if d == 2 and kinks is None:
        return None
    chart, pieces = _pieces(target, f, kinks)
    if not all(map(can_be_modelled, {*pieces.branches, *pieces.at})):
        return None
    if not _cells_needed(network_left, chart) <= _MOST_CELLS:
        return None
    order = (_ORDERS if network.depth == 1 else _DEEP_ORDERS)[d]
    of_network = LayeredNetwork(network_left, chart, order, _SHARP * size)
    return _JointBound(target, network, chart, pieces, of_network, order, goal)


def _cells_needed(network: Network, chart: Chart) -> float:
    """Guess the number of cells from how much the arguments of the first units vary along each axis."""
    first = network.layers[0]
    slopes = chart.slopes(first.weight)[0]
    with np.errstate(all="ignore"):
        low, high = chart.box()
        climbs = np.max(np.abs(slopes) * (high - low), axis=0)
        needed = np.prod(np.maximum(climbs / _SOFT, 1.0))
        if not chart.farthest(slopes, first.bias) <= _FARTHEST:
            return np.inf
    return float(needed)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The branches of f, and the places between them, known to lie between two floats each."""

    branches: Sequence[Expression]
    at: Sequence[Expression]
    below: Array  # (places,)
    above: Array
    cells: tuple[Array, Array]  # the first cells, which end at these places

    def on(self, low: Array, high: Array) -> list[tuple[Expression, Bools]]:
        """List the formulas of f with the cells on which it is one of them somewhere."""
        first = np.searchsorted(self.above, low, side="right")
        last = np.searchsorted(self.below, high, side="left")
        found = [(branch, (first <= i) & (i <= last)) for i, branch in enumerate(self.branches)]
        found += [(at, (first <= i) & (i < last)) for i, at in enumerate(self.at)]
        return [(formula, cells) for formula, cells in found if cells.any()]


def _pieces(target: Target, f: Expression, kinks: Kinks | None) -> tuple[Chart, _Pieces]:
    """Choose the coordinates of the cells, and cut the box where f has its kinks."""
    if kinks is None:
        chart = Chart(target.lower, target.upper)
        cells = target.lower[None, :], target.upper[None, :]
        return chart, _Pieces((f,), (), np.empty(0), np.empty(0), cells)
    weights = np.array([float(w) for w in kinks.direction])
    chart = Chart(target.lower, target.upper, kinks.lead, weights)
    low, high = chart.box()
    sizes = np.maximum(np.abs(target.lower), np.abs(target.upper)).tolist()
    off = sum(
        abs(w - Fraction(float(w))) * Fraction(size)
        for w, size in zip(kinks.direction, sizes, strict=True)
    )
    # strictly on both sides, since f may be neither of its branches at the place itself
    below = np.array([np.nextafter(float(p - off), -np.inf) for p in kinks.places])
    above = np.array([np.nextafter(float(p + off), np.inf) for p in kinks.places])
    edges = np.unique(np.concatenate([[low[kinks.lead], high[kinks.lead]], below, above]))
    edges = edges[(low[kinks.lead] <= edges) & (edges <= high[kinks.lead])]
    lower, upper = (np.tile(end, (len(edges) - 1, 1)) for end in (low, high))
    lower[:, kinks.lead], upper[:, kinks.lead] = edges[:-1], edges[1:]
    return chart, _Pieces(kinks.branches, kinks.at, below, above, (lower, upper))


class _JointBound:
    """Bounds of |f − g| on cells, for the search."""

    def __init__(
        self,
        target: Target,
        network: Network,
        chart: Chart,
        pieces: _Pieces,
        of_network: LayeredNetwork,
        order: int,
        goal: float,
    ) -> None:
        self.chart, self.pieces, self._of_network, self._order = chart, pieces, of_network, order
        self._otherwise = None
        if chart.lead is None:
            self._otherwise = bounding(target, model_of(network, target.domain, goal * _SHARP))
        low, high = chart.box()
        self._longest = high - low
        width = len(monomials(target.dimension, order)) * max((1, *network.widths[1:]))
        self.cells = max(8, _BLOCK // width)

    def __call__(self, lower: Array, upper: Array) -> Examined:
        """Bound |f − g| on cells, (cells, d) ends in the coordinates of the chart."""
        bounds, sides = np.zeros(len(lower)), (upper - lower) / self._longest
        lower, upper, some = self.chart.shrunk(lower, upper)
        places, seen = np.flatnonzero(some), 0.0
        for start in range(0, len(places), self.cells):
            block = places[start : start + self.cells]
            found = self._block(lower[block], upper[block])
            bounds[block], seen = found.bounds, max(seen, found.seen)
            known = (found.sides > 0).any(axis=1) & ~np.isnan(found.sides).any(axis=1)
            sides[block[known]] = found.sides[known]
        return Examined(bounds, seen, sides)

    def _block(self, lower: Array, upper: Array) -> Examined:
        centre, radius = centres(lower, upper)
        bounds, gains = np.zeros(len(lower)), np.zeros(lower.T.shape)
        seen, lead = 0.0, self.chart.lead or 0
        with np.errstate(all="ignore"):
            for f, cells in self.pieces.on(lower[:, lead], upper[:, lead]):
                found = self._piece(f, centre[cells], radius[cells])
                bounds[cells] = np.maximum(bounds[cells], found.bounds)
                gains[:, cells] += found.sides.T
                seen = max(seen, found.seen)
        lost = ~np.isfinite(bounds)
        if self._otherwise is not None and lost.any():
            small = np.prod((upper - lower) / self._longest, axis=1) <= _LARGE
            some = np.flatnonzero(lost & small)
            if len(some):
                found = self._otherwise(lower[some], upper[some])
                bounds[some], seen = found.bounds, max(seen, found.seen)
        return Examined(bounds, seen, gains.T)

    def _piece(self, f: Expression, centre: Array, radius: Array) -> Examined:
        """Bound |f − g| for one branch of f, on cells where f has a model."""
        coordinates = self.chart.coordinates(centre, radius, self._order)
        own, reached = target_model(f, coordinates)
        known = np.isfinite(own.remainder)
        bounds, gains, seen = np.full(len(centre), np.inf), np.zeros(centre.T.shape), 0.0
        if not known.all():
            m, r = centre[~known], radius[~known]
            gains[:, ~known] = self._halved(f, m, r)[1] - reached[~known]
        if known.any():
            own, m, r = own.at(known), centre[known], radius[known]
            of_network, blame = self._of_network(m, r)
            gap = own - of_network
            bounds[known] = largest(gap)
            gains[:, known] = self._gains(f, gap, own, bounds[known], m, r) + blame
            inside = np.isfinite(gap.remainder) & self.chart.holds(m)
            values = np.abs(gap.coefficients[0]) - gap.remainder
            seen = float(np.max(values, initial=0.0, where=inside))
        return Examined(bounds, seen, gains.T)

    def _gains(
        self,
        f: Expression,
        gap: Model,
        own: Model,
        bounds: Array,
        centre: Array,
        radius: Array,
    ) -> Array:
        """Bound what halving each axis takes from the bounds, (d, cells)."""
        gains = halving_gains(gap, centre.shape[1])
        hard = np.flatnonzero(~(own.remainder <= _PROBED * bounds))
        if len(hard):
            remainder, _ = self._halved(f, centre[hard], radius[hard])
            gains[:, hard] += own.remainder[hard] - remainder
        return gains

    def _halved(self, f: Expression, centre: Array, radius: Array) -> tuple[Array, Array]:
        """Return the remainder of f, and how far the walk came, were each axis halved: (d, cells)."""
        cells, d = centre.shape
        narrow = np.tile(radius, (d, 1, 1))
        narrow[np.arange(d), :, np.arange(d)] /= 2
        places = np.tile(centre, (d, 1)), narrow.reshape(-1, d)
        found, reached = target_model(f, self.chart.coordinates(*places, self._order))
        return found.remainder.reshape(d, cells), reached.reshape(d, cells)
