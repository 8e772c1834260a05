"""The hyperplanes that cut the box: on one cell each, the zero set of one unit.

On a cell of layer l every unit of layer l is one affine form of x (`affine_forms.py`). Its
coefficients are computed in floats, with an error bound, when the cell is cut; in integers only
when they are asked for. A vertex is stored as the n hyperplanes that define it, never in terms of
earlier vertices: errors do not grow from cut to cut.
"""

from dataclasses import dataclass, replace

import numpy as np

from uat.expression.arrays import Array, Bools
from uat.regions.exact.affine_forms import AffineForms
from uat.regions.exact.integers import BigIntegers, Ids, dyadic, exact_intersection
from uat.regions.exact.intersection import verified_intersection
from uat.regions.exact.signs import PiecewiseLayers

__all__ = ["Hyperplanes", "sides_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Hyperplanes:
    """The 2n sides of the box, then one hyperplane for each (cell, unit) that was cut."""

    forms: AffineForms
    box: Array  # (n, 2)
    rows: Array  # (planes, n + 1), the coefficients (a, c) of a·x + c = 0
    errors: Array  # (planes,), a bound on the error of each coefficient of a row
    keys: Ids  # (planes, 3): layer, unit and cell give the exact row; −1 for a side of the box

    def with_cuts(self, cells: Ids, units: Ids) -> tuple["Hyperplanes", Ids]:
        """Add one unit of this layer for each of some cells; return also the new indices."""
        rows, errors = self.forms.rows(cells, units)
        keys = np.column_stack([np.full(len(cells), self.forms.layer), units, cells])
        more = replace(
            self,
            rows=np.concatenate([self.rows, rows]),
            errors=np.concatenate([self.errors, errors]),
            keys=np.concatenate([self.keys, keys.astype(np.int32)]),
        )
        return more, len(self.rows) + np.arange(len(cells))

    def after_layer(self, origin: Ids, mask: Bools) -> "Hyperplanes":
        """Return the same hyperplanes with the cells at the end of this layer."""
        return replace(self, forms=self.forms.after_layer(origin, mask))

    def vertices(self, planes: Ids) -> tuple[Array, Array]:
        """Return the points on n hyperplanes each, shape (k, n), and bounds on their errors."""
        x, error = verified_intersection(self.rows[planes], self.errors[planes])
        return np.clip(x, self.box[:, 0], self.box[:, 1]), error

    def exact_vertices(self, planes: Ids) -> BigIntegers:
        """Return the same points as homogeneous integers, shape (k, n + 1)."""
        needed, place = np.unique(planes, return_inverse=True)
        return exact_intersection(self._exact_rows(needed)[place.reshape(planes.shape)])

    def _exact_rows(self, planes: Ids) -> BigIntegers:
        """Return coefficients as integers, shape (k, n + 1)."""
        keys = self.keys[planes]
        order = [np.flatnonzero(keys[:, 0] == layer) for layer in range(-1, self.forms.layer + 1)]
        parts = [self._exact_sides(planes[order[0]])]
        for layer, here in enumerate(order[1:]):
            if len(here):
                units, cells = keys[here, 1], keys[here, 2]
                on = self.forms.patterns(cells, layer)
                parts.append(self.forms.layers.exact_rows(layer, units, on))
        return np.asarray(np.concatenate(parts)[np.argsort(np.concatenate(order))])

    def _exact_sides(self, planes: Ids) -> BigIntegers:
        """Return sides x_i = b of the box as integer rows."""
        whole, shift = dyadic(self.box.ravel()[planes])
        rows = np.zeros((len(planes), len(self.box) + 1), object)
        rows[np.arange(len(planes)), planes // 2] = 1 << shift
        rows[:, -1] = -whole
        return rows


def sides_of(box: Array, layers: PiecewiseLayers) -> Hyperplanes:
    """Return the sides of a box, before the first layer cuts it."""
    n = len(box)
    rows = np.zeros((2 * n, n + 1))
    rows[np.arange(2 * n), np.arange(2 * n) // 2] = 1.0
    rows[:, n] = -box.ravel()
    keys = np.full((2 * n, 3), -1, np.int32)
    return Hyperplanes(AffineForms(layers), box, rows, np.zeros(2 * n), keys)
