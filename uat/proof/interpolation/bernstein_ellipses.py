"""The error of interpolating f on a cell, from bounds of |f| on Bernstein ellipses around it.

Where f is analytic in the ellipse z = m + r cosh(s + ip), |s| < t, around a side [m − r, m + r],
and |f| ≤ M there, interpolation of degree N at Chebyshev's points errs by at most
4M e^−Nt/(e^t − 1). In d dimensions one coordinate becomes complex at a time, the others run through
their sides. Complex balls prove M on the rim, box by box, and that f has no pole or cut inside:
a value that is finite for every box of the rings from the side outward.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorem 8.2.
"""

import math
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from uat.enclosure.balls import ball
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.graph import Expression
from uat.proof.interpolation.active_units import Cell
from uat.proof.sigma.maximum import Box, largest
from uat.proof.sigma.strips import ellipse_loss

__all__ = ["Ellipses"]

Side = tuple[float, float]

_SIZES: Final = tuple(0.05 * 1.25**k for k in range(27))
"""The ellipses that are tried, by t; more: lower degrees are enough, slower."""

_HALF_TURN: Final = math.nextafter(math.pi, 4)

_STRIDE: Final = 3
"""Every third ellipse is tried first, then those around the best."""

_NEAR: Final = 2.0
"""A bound of |f| on a rim is sharp enough within this factor; smaller: lower degrees, slower."""

_ARCS: Final = 6
"""Boxes on a rim at first."""

_BOXES: Final = 48
"""Boxes on a rim at most, once all have a bound; more: lower degrees, slower."""

_PATIENCE: Final = 200
"""Boxes for each coordinate at most while some has no bound; more: fewer cells, slower."""

_PRECISION: Final = 64
"""Bits of the balls."""

_PAST: Final = 1e3
"""Larger ellipses are not tried once the loss is this many times the least one."""


class Ellipses:
    """The ellipses around one cell, bounds of |f| kept as they are found.

    f is real on the cell, so that the upper half of each ellipse is enough.
    """

    def __init__(self, f: Expression, cell: Cell) -> None:
        from flint import acb, arb

        self._f, self._complex = f, acb
        self._sides = list(zip(cell.centre.tolist(), cell.radius.tolist(), strict=True))
        self._balls = [(arb(m), arb(r)) for m, r in self._sides]
        self._known: dict[tuple[int, int], float] = {}
        self._free: dict[int, float] = {}

    def loss(self, axis: int, degree: int, enough: float = 0.0) -> float:
        """Bound the error of interpolating f along one axis; inf where no ellipse is free.

        A bound below `enough` is not sharpened.
        """
        errors: dict[int, float] = {}
        best = 0
        for k in range(0, len(_SIZES), _STRIDE):
            errors[k] = self._loss(axis, degree, k)
            best = min(best, k, key=errors.__getitem__)
            if errors[k] == math.inf or errors[k] > _PAST * errors[best] or errors[k] <= enough:
                break
        if errors[best] > enough:
            for k in range(max(best - _STRIDE + 1, 0), min(best + _STRIDE, len(_SIZES))):
                errors[k] = self._loss(axis, degree, k)
        return min(errors.values())

    def _loss(self, axis: int, degree: int, k: int) -> float:
        """Bound the error by the ellipse number k."""
        size, t = self._size(axis, k), _SIZES[k]
        if size == math.inf:
            return math.inf
        return float(ellipse_loss(np.log([size + TINY]), np.array([t]), degree))

    def are_free(self) -> bool:
        """Return True if f is analytic in some ellipse around each axis."""
        return all(self._size(axis, 0) < math.inf for axis in range(len(self._sides)))

    def _size(self, axis: int, k: int) -> float:
        """Bound |f| in the ellipse number k of an axis."""
        if (axis, k) not in self._known:
            self._known[axis, k] = self._on_rim(axis, k) if self._is_free(axis, k) else math.inf
        return self._known[axis, k]

    def _on_rim(self, axis: int, k: int) -> float:
        step = _HALF_TURN / _ARCS
        ends = [step * i for i in range(_ARCS)] + [_HALF_TURN]
        return self._largest(axis, (_SIZES[k],) * 2, list(pairwise(ends)), _BOXES)

    def _is_free(self, axis: int, k: int) -> bool:
        """Return True if f is analytic in the ellipse: if it is finite on the ring inside it."""
        inner = self._free.get(axis, 0.0)
        if _SIZES[k] > inner:
            if self._largest(axis, (inner, _SIZES[k]), [(0.0, _HALF_TURN)], 1) == math.inf:
                return False
            self._free[axis] = _SIZES[k]
        return True

    def _largest(
        self,
        axis: int,
        sizes: tuple[float, float],
        arcs: list[tuple[float, float]],
        evaluations: int,
    ) -> float:
        """Bound |f| on arcs of a ring."""
        from flint import ctx

        boxes: list[Box] = [(sizes, arc, *self._others(axis)) for arc in arcs]
        most = {"evaluations": evaluations, "patience": _PATIENCE * len(boxes[0])}
        with ctx.workprec(_PRECISION):
            return largest(lambda box: self._bounds(axis, box), boxes, **most, ratio=_NEAR)

    def _others(self, axis: int) -> list[tuple[float, float]]:
        """Return the sides of the other axes, which reach as far as the cell at least."""
        return [
            (math.nextafter(m - r, -math.inf), math.nextafter(m + r, math.inf))
            for i, (m, r) in enumerate(self._sides)
            if i != axis
        ]

    def _bounds(self, axis: int, box: Box) -> tuple[float, float]:
        """Bound |f| from both sides on a part of the ellipses: t, p, then the other coordinates."""
        t, p, *others = box
        middle, radius = self._balls[axis]
        across, up = _on_ellipses(t, p)
        places = [self._complex(_hull(other)) for other in others]
        places.insert(axis, self._complex(middle + radius * across, radius * up))
        value = ball(self._f, *places)
        if not value.is_finite():
            return 0.0, math.inf
        return float(value.abs_lower()) / UP, float(value.abs_upper()) * UP


@lru_cache(maxsize=8192)
def _on_ellipses(t: Side, p: Side) -> tuple[Any, Any]:
    """Return balls of cosh t cos p and sinh t sin p: most cells look at the same parts of ellipses."""
    size, turn = _hull(t), _hull(p)
    return size.cosh() * turn.cos(), size.sinh() * turn.sin()


def _hull(side: Side) -> Any:
    """Return a real ball that contains a side of a box."""
    from flint import arb

    return arb(side[0]).union(arb(side[1]))
