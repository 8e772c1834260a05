"""What f loses by interpolation on a cell, from how large it is on ellipses around the cell.

Where f is analytic in the ellipse z = m + r cosh(s + ip), |s| < t, around a side [m − r, m + r],
and |f| ≤ M there, interpolation of degree N at Chebyshev's points errs by at most
4M e^−Nt/(e^t − 1). In d dimensions one coordinate becomes complex at a time, the others run through
their sides. Complex balls prove M on the rim, box by box, and that f has no pole or cut inside:
a value that is finite for every box of the rings from the side outward.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorem 8.2.
"""

import math
from itertools import pairwise
from typing import Any, Final

from uat.expression.balls import ball
from uat.expression.graph import Expression
from uat.proof.bisection import Box, largest
from uat.proof.cell import Cell
from uat.proof.interpolation import UP

__all__ = ["Ellipses"]

_SIZES: Final = tuple(0.05 * 1.25**k for k in range(27))
_HALF_TURN: Final = math.nextafter(math.pi, 4)
_ARCS: Final = 12
_BOXES: Final = 48
_PATIENCE: Final = 200
_PRECISION: Final = 64
_PAST: Final = 1e3


class Ellipses:
    """The ellipses around one cell, bounds of |f| kept as they are found.

    Parameters
    ----------
    f : Expression
        Real on the cell, so that the upper half of each ellipse is enough.
    cell : Cell
    """

    def __init__(self, f: Expression, cell: Cell) -> None:
        self._f = f
        self._sides = list(zip(cell.centre.tolist(), cell.radius.tolist(), strict=True))
        self._known: dict[tuple[int, int], float] = {}
        self._free: dict[int, int] = {}

    def loss(self, axis: int, degree: int, enough: float = 0.0) -> float:
        """Bound the error of interpolating f along one axis; inf where no ellipse is free.

        A bound below `enough` is not sharpened.
        """
        best = math.inf
        for k, t in enumerate(_SIZES):
            size = self._size(axis, k)
            if size == math.inf:
                break
            log = math.log(4) - degree * t - math.log(math.expm1(t)) + math.log(size + 1e-300)
            if log > 700:
                break
            error = math.exp(log) * UP + 1e-300
            if error > _PAST * best:
                break
            best = min(best, error)
            if best <= enough:
                break
        return best

    def are_free(self) -> bool:
        """Tell that f is analytic in some ellipse around each axis."""
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
        """Tell that f is analytic in the ellipse: finite on each ring out to it."""
        while self._free.get(axis, 0) <= k:
            ring = self._free.get(axis, 0)
            sizes = _SIZES[ring - 1] if ring else 0.0, _SIZES[ring]
            if self._largest(axis, sizes, [(0.0, _HALF_TURN)], 1) == math.inf:
                return False
            self._free[axis] = ring + 1
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
        patience = _PATIENCE * len(boxes[0])
        with ctx.workprec(_PRECISION):
            return largest(
                lambda box: self._bound(axis, box),
                boxes,
                evaluations=evaluations,
                patience=patience,
            )

    def _others(self, axis: int) -> list[tuple[float, float]]:
        """Give the sides of the other axes, which reach as far as the cell at least."""
        return [
            (math.nextafter(m - r, -math.inf), math.nextafter(m + r, math.inf))
            for i, (m, r) in enumerate(self._sides)
            if i != axis
        ]

    def _bound(self, axis: int, box: Box) -> float:
        """Bound |f| over a part of the ellipses: t, p, then the other coordinates."""
        from flint import acb, arb

        t, p, *others = (arb(a).union(arb(b)) for a, b in box)
        middle, radius = map(arb, self._sides[axis])
        z = acb(middle + radius * t.cosh() * p.cos(), radius * t.sinh() * p.sin())
        places: list[Any] = [acb(other) for other in others]
        places.insert(axis, z)
        value = ball(self._f, *places)
        return float(value.abs_upper()) * UP if value.is_finite() else math.inf
