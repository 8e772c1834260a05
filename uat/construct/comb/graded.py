"""Kinks and narrow peaks by few units: a row whose spacing shrinks towards them.

Cells halve where the error is largest, and neighbours differ by a bounded factor, so that around a
kink they shrink geometrically. Each cell has one unit, as steep as the cell is narrow:

    g(x) = a_0 + Σ a_k σ(w_k(x − t_k)),  w_k = v/h_k,  h_k the width of the cells around t_k.

Every scale between 1 and ε costs a few units, so |x − 1/2| takes about log 1/ε of them a digit
where steps take 1/ε in all: 104 units are within 1e-8. Where more cells do not lead below ε within
the units allowed (`construct/decay.py`), the search ends. The weights are those of least squares,
as in `row.py`.

Source: |x| by rational functions behaves alike, D. J. Newman, Rational approximation to |x|, 1964.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.comb.row import Row, sup_errors
from uat.construct.decay import measure
from uat.construct.staircase.step import constant_unit
from uat.core.activations import Activation, logistic
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.activation_shape import steepness
from uat.numerics.boxes import middles
from uat.numerics.least_squares import factor, smallest

__all__ = ["build"]

Mask = NDArray[np.bool_]

_MOST: Final = 400  # the longest row; more: smaller ε at kinks, minutes instead of seconds
_FEW: Final = 128  # if the first shape needs more units than this, no other one is tried
_FIRST: Final = 3  # cells at the start

_WORST: Final = 0.5
"""Cells with more than this part of the largest error are halved; larger: fewer units, slower."""

_APART: Final = 1.2  # the growth in units between two measurements of the decay
_FOLLOWED: Final = 1 / 16  # a search may be given up once the error is below this part of f

_IN_FIT: Final = 5
_IN_CHECK: Final = 50
"""Points in each cell, for the fit and for its error."""

_OVERLAPS: Final = (
    (1e-2, (1.5, 2.2, 3.2)),
    (1e-4, (1.0, 1.5, 2.2)),
    (3e-6, (0.7, 1.0)),
    (1e-9, (0.4, 0.3, 0.7)),
    (0.0, (0.3, 0.25, 0.4, 0.7)),
)
"""The overlaps wh to try from each relative ε on, the best ones first, as measured."""


@dataclass(frozen=True, slots=True)
class _Grading:
    """The overlap wh, the units beyond each end, and the largest ratio of neighbouring cells."""

    overlap: float
    beyond: int
    ratio: float


def build(
    target: Target, eps: float, activation: Activation = logistic, *, most: int = _MOST
) -> tuple[Network, float]:
    """Build the graded row of the fewest units whose error, as far as fine points show, is below ε.

    `most` is the most units, never more than 400. Returns the largest |f − g| seen with it: an
    estimate, no bound. Raises CannotProve where the rows that are tried need more units.

    Examples
    --------
    >>> import uat
    >>> network, estimate = build(uat.examples.kink, 1e-3)
    >>> network.units < 25, estimate < 1e-3
    (True, True)
    """
    size = float(np.abs(np.asarray(target(np.linspace(*target.domain[0], 999)))).max())
    relative = eps / size if size > 0 else np.inf
    overlaps = next(overlaps for above, overlaps in _OVERLAPS if relative >= above)
    limit, best = min(most, _MOST), None
    for shape in (_Grading(v, k, r) for v in overlaps for k in (1, 0, 2) for r in (4.0, 2.0)):
        found = _grown(target, eps, activation, shape, limit, size)
        if found is not None:
            best, limit = found, found[0].units - 1
        if best is None and limit > _FEW:
            break  # other shapes seldom do better, and long rows are slow
    if best is None:
        raise CannotProve(
            f"no graded row of up to {min(most, _MOST)} units was found within eps = {eps:g}",
            'take a larger eps or method="staircase"',
        )
    return best


def _grown(
    target: Target, eps: float, activation: Activation, shape: _Grading, most: int, size: float
) -> tuple[Network, float] | None:
    """Halve the worst cells until ε is met; None where that takes more units."""
    domain = target.domain[0]
    edges = np.linspace(*domain, _FIRST + 1)
    reached: list[tuple[int, float]] = []
    while len(edges) + 2 * shape.beyond <= most:
        placed = _placed(edges, shape, activation)
        x, fine = _within(edges, _IN_FIT), _within(edges, _IN_CHECK)
        values, units = np.asarray(target(fine)), placed.at(fine)
        errors = sup_errors([(units, values)], placed.lost(domain), size)
        found = smallest(factor(placed.at(x)), np.asarray(target(x)), errors, eps)
        off = np.abs(units @ found.weights - values)
        if found.error < eps:
            return placed.network(found.weights), float(off.max())
        _note(reached, len(edges), found.error)
        if _leads_nowhere(reached, eps, size):
            return None
        cell = np.clip(np.searchsorted(edges, fine, side="right") - 1, 0, len(edges) - 2)
        worst = np.zeros(len(edges) - 1)
        np.maximum.at(worst, cell, off)
        finer = _halved(edges, worst >= _WORST * worst.max(), shape.ratio)
        if len(finer) == len(edges):
            return None
        edges = finer
    return None


def _note(reached: list[tuple[int, float]], units: int, error: float) -> None:
    """Keep the least error so far, at numbers of units that are well apart."""
    if error < np.inf and (not reached or units >= _APART * reached[-1][0]):
        reached.append((units, min(error, reached[-1][1]) if reached else error))


def _leads_nowhere(reached: list[tuple[int, float]], eps: float, size: float) -> bool:
    """Return True if the error is small already and does not fall fast enough to reach ε."""
    decay = measure(reached)
    return decay is not None and decay.error < _FOLLOWED * size and decay.at_best(_MOST) > eps


def _placed(edges: Array, shape: _Grading, activation: Activation) -> Row:
    """Put a unit into the middle of each cell, some beyond the ends, and the constant one last."""
    widths, centres = np.diff(edges), middles(edges[:-1], edges[1:])
    more = np.arange(1, shape.beyond + 1)
    before, after = centres[0] - widths[0] * more[::-1], centres[-1] + widths[-1] * more
    t = np.concatenate([before, centres, after])
    around = np.pad(widths, shape.beyond + 1, mode="edge")
    around = around[:-2] / 4 + around[1:-1] / 2 + around[2:] / 4
    slopes = shape.overlap / around / steepness(activation)
    _, bias = constant_unit(activation)
    return Row(np.append(slopes, 0.0), np.append(-slopes * t, bias), activation)


def _within(edges: Array, count: int) -> Array:
    """Return this many points in each cell, and the edges."""
    inside = edges[:-1, None] + np.diff(edges)[:, None] * ((np.arange(count) + 0.5) / count)
    return np.unique(np.concatenate([inside.ravel(), edges]))


def _halved(edges: Array, some: Mask, ratio: float) -> Array:
    """Halve some cells, and then those that are too wide beside a neighbour.

    Examples
    --------
    >>> _halved(np.array([0.0, 4.0, 8.0]), np.array([True, False]), 1.0)
    array([0., 2., 4., 6., 8.])
    """
    while some.any():
        edges = np.unique(np.concatenate([edges, middles(edges[:-1], edges[1:])[some]]))
        widths = np.diff(edges)
        some = np.zeros(len(widths), dtype=bool)
        some[:-1] |= widths[:-1] > 1.01 * ratio * widths[1:]
        some[1:] |= widths[1:] > 1.01 * ratio * widths[:-1]
    return edges
