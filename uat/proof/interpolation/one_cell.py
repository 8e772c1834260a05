"""A bound of |f − g| on one cell, or the axis along which to halve the cell.

The bound is by a polynomial, or from ranges alone where the cell is tiny or has a kink in it: f
lies in its enclosure, and g within a Lipschitz constant times the cell's size of its value at the
centre.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.enclosure.enclose import enclose
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.network_rounding import gamma
from uat.numerics.witness import add_units
from uat.proof.interpolation.active_units import Active, Cell, Soft
from uat.proof.interpolation.bernstein_ellipses import Ellipses
from uat.proof.interpolation.between_nodes import amplification, peak
from uat.proof.interpolation.kinks import smooth_on
from uat.proof.interpolation.node_values import float_error, node_values

__all__ = ["HIGHEST", "NEARLY", "PLAN", "CellBound", "Task", "on_cell", "range_bound"]


HIGHEST: Final = {1: 200, 2: 200, 3: 40}
"""The highest degree for each number of coordinates: past it two cells cost less than one."""

NEARLY: Final = 0.9
"""A bound below this share of the level is as good as a sharper one."""

PLAN: Final = 5e6
"""The work of looking at a cell, in values of a unit."""

_FINEST: Final = {1: 64, 2: 16, 3: 8}
"""Points of the finer grid for each degree; more: sharper, slower."""

_COARSE: Final = 4
"""The same where a bound is far below the level."""

_LADDER: Final = (1, 2, 3, *sorted({round(4 * 1.06**k) for k in range(68)}))
"""The degrees that are tried."""

_IN_FLOATS: Final = (1.0, 2.5e3)
_IN_BALLS: Final = (1e2, 1.5e4)
"""The work of a unit and of f at a point, measured, in values of a unit in floats."""

_SMALLEST: Final = 2.0**-9
"""Cells of a smaller share of the box are not halved where f is not analytic: d > 1."""

_PRECISION: Final = 192
"""Bits of the balls for g at the centre of a cell bounded by ranges."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A bound of |f − g| to be proved on a box, within a tolerance."""

    f: Expression
    g: Soft
    sides: Array  # (d,), lengths of the whole box
    level: float  # about how large |f − g| is
    tolerance: float  # a bound may be larger than |f − g| by that


@dataclass(frozen=True, slots=True, eq=False)
class CellBound:
    """A bound on one cell, and the work it took."""

    bound: float
    work: float


def on_cell(task: Task, cell: Cell, left: float) -> CellBound | int:
    """Bound |f − g| on a cell, or return the axis along which to halve it.

    Past the work that is left the bound is that from ranges. Where f has a kink or a singularity in
    more than one coordinate, nothing is proved.
    """
    active = task.g.on_cell(cell, task.tolerance)
    f = smooth_on(task.f, cell.lower, cell.upper) if left > 0 else None
    ellipses = None if f is None else Ellipses(f, cell)
    if f is None or ellipses is None or not ellipses.are_free():
        return _by_ranges(task, cell, active, needed=left <= 0)
    degrees = _degrees(task, cell, active, ellipses)
    if isinstance(degrees, int):
        return degrees if cell.halves(degrees) else _by_ranges(task, cell, active, needed=True)
    work = _work(task, active, degrees)
    if work > left:
        return _by_ranges(task, cell, active, needed=True)
    return CellBound(_by_polynomial(task, f, cell, active, ellipses, degrees), work)


def _by_ranges(task: Task, cell: Cell, active: Active, *, needed: bool) -> CellBound | int:
    """Take the bound by ranges where it is sharp enough or needed, else halve the longest side."""
    bound, excess = range_bound(task.f, active, cell)
    axis = int(np.argmax((cell.upper - cell.lower) / task.sides))
    if needed or excess <= task.tolerance or not cell.halves(axis):
        return CellBound(bound, PLAN)
    part = float(np.prod((cell.upper - cell.lower) / task.sides))
    if len(cell.centre) > 1 and part < _SMALLEST:
        at = ", ".join(f"{v:.6g}" for v in cell.centre.tolist())
        raise CannotProve(
            f"f is not known to be analytic near ({at}), as the proof by interpolation needs in "
            'more than one coordinate; method="cells" takes any continuous f'
        )
    return axis


def range_bound(f: Expression, active: Active, cell: Cell) -> tuple[float, float]:
    """Bound |f − g| on a cell, and the excess of that bound over it; inf for both if f has none."""
    from flint import arb, ctx

    low, high = (float(v[0]) for v in enclose(f, cell.lower[None, :], cell.upper[None, :]))
    moved = active.error
    if active.weights.size:
        # UP covers 4 096 operations; the sum has as many more as there are units
        climb = float(np.abs(active.weights) @ active.reach.sum(axis=1))
        lost = 1 + gamma(len(active.weights))
        moved += climb * lost * active.activation.lipschitz * UP if climb else 0.0
    if not all(map(math.isfinite, (low, high, moved))):
        return math.inf, math.inf
    units = (active.weights, active.slopes, active.biases)
    with ctx.workprec(_PRECISION):
        middle = active.constant + add_units(arb(0), active.activation, *units, cell.centre)
        far = (arb(high) - middle).abs_upper().max((middle - arb(low)).abs_upper())
        bound = float(far.upper()) * UP + moved
    return bound * UP, ((high - low) + 2 * moved) * UP


def _degrees(task: Task, cell: Cell, active: Active, ellipses: Ellipses) -> tuple[int, ...] | int:
    """Find low degrees with losses below the tolerance, or the axis that needs too high a one."""
    dimension = len(cell.centre)
    share = max(task.tolerance - active.error, task.tolerance / 2) / dimension
    highest, sides = HIGHEST[dimension], (cell.upper - cell.lower) / task.sides
    for loss in (active.loss, ellipses.loss):
        losses = [loss(axis, highest, share) for axis in range(dimension)]
        if max(losses) > share:
            return max(range(dimension), key=lambda axis: (losses[axis], sides[axis]))
    degrees: list[int] = []
    for axis in range(dimension):
        before = amplification(tuple(degrees))

        def fits(degree: int, axis: int = axis, allowed: float = share / before) -> bool:
            own = active.loss(axis, degree, allowed)
            return own < allowed and own + ellipses.loss(axis, degree, allowed - own) <= allowed

        found = _lowest(fits, highest)
        if found is None:
            return axis
        degrees.append(found)
    return tuple(degrees)


def _lowest(fits: Callable[[int], bool], highest: int) -> int | None:
    """Find the lowest degree of the ladder that fits, climbing in strides and then halving."""
    ladder = [degree for degree in _LADDER if degree <= highest]
    below, above = -1, min(7, len(ladder) - 1)
    while not fits(ladder[above]):
        if above == len(ladder) - 1:
            return None
        below, above = above, min(above + 8, len(ladder) - 1)
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (below, middle) if fits(ladder[middle]) else (middle, above)
    return ladder[above]


def _work(task: Task, active: Active, degrees: tuple[int, ...]) -> float:
    """Count the values of units and of f; one in balls takes far longer than one in floats."""
    points = math.prod(degree + 1 for degree in degrees)
    in_floats = float_error(active, len(degrees)) * amplification(degrees) < task.tolerance
    unit, f = _IN_FLOATS if in_floats else _IN_BALLS
    return PLAN + points * (len(active.weights) * unit + f)


def _by_polynomial(
    task: Task,
    f: Expression,
    cell: Cell,
    active: Active,
    ellipses: Ellipses,
    degrees: tuple[int, ...],
) -> float:
    """Add the peak of the polynomial, the errors of its values and the losses of interpolation."""
    spread = amplification(degrees)
    values, error = node_values(f, active, cell, degrees, task.tolerance / spread)
    if not math.isfinite(error):
        return math.inf
    lost = active.error + spread * error
    for axis, degree in enumerate(degrees):
        loss = active.loss(axis, degree) + ellipses.loss(axis, degree)
        lost += amplification(degrees[:axis]) * loss
    bound = (peak(values, _COARSE) + lost) * UP
    if not bound <= NEARLY * task.level:
        bound = (peak(values, _FINEST[len(degrees)]) + lost) * UP
    return bound
