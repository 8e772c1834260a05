"""The hyperplanes that cut the box, each a unit's zero set as one cell sees it.

On a cell of layer l every unit of layer l is one affine form of x (`affine_forms.py`). Its row of
coefficients is computed in floats, with an error bound, when the cell is cut; in integers only when
it is asked for. A vertex is known by the n hyperplanes on which it was born, never by earlier
vertices: errors do not grow from cut to cut.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.exact.affine_forms import Lineage
from uat.regions.exact.growable import Growing
from uat.regions.exact.integers import Integers, dyadic, intersection
from uat.regions.exact.intersection import meeting

__all__ = ["Hyperplanes"]

Ids = NDArray[Any]


class Hyperplanes:
    """The 2n sides of the box, then one hyperplane for each (cell, unit) that is cut.

    Parameters
    ----------
    lineage : Lineage
    box : ndarray, shape (n, 2)
    """

    __slots__ = ("_errors", "_keys", "_rows", "box", "lineage")

    def __init__(self, lineage: Lineage, box: Array) -> None:
        n = len(box)
        sides = np.zeros((2 * n, n + 1))
        sides[np.arange(2 * n), np.arange(2 * n) // 2] = 1.0
        sides[:, n] = -box.ravel()
        self.lineage, self.box = lineage, box
        self._rows, self._errors = Growing(sides), Growing(np.zeros(2 * n))
        self._keys = Growing(np.full((2 * n, 3), -1, np.int32))

    def cut(self, cells: Ids, units: Ids) -> Ids:
        """Add the hyperplanes of units of this layer in cells, one each; give their numbers."""
        rows, errors = self.lineage.rows(cells, units)
        numbers = len(self._rows) + np.arange(len(cells))
        self._rows.append(rows)
        self._errors.append(errors)
        self._keys.append(np.column_stack([np.full(len(cells), self.lineage.layer), units, cells]))
        return numbers

    def vertices(self, planes: Ids) -> tuple[Array, Array]:
        """Return the points on n hyperplanes each, shape (k, n), and bounds on their errors."""
        x, error = meeting(self._rows.values[planes], self._errors.values[planes])
        return np.clip(x, self.box[:, 0], self.box[:, 1]), error

    def exact_vertices(self, planes: Ids) -> Integers:
        """Return the same points as homogeneous integers, shape (k, n + 1)."""
        needed, place = np.unique(planes, return_inverse=True)
        rows = self.exact_rows(needed)
        return intersection(rows[place.reshape(planes.shape)])

    def exact_rows(self, numbers: Ids) -> Integers:
        """Return hyperplanes as integer rows, shape (k, n + 1)."""
        keys = self._keys.values[numbers]
        parts = [self._sides(numbers[keys[:, 0] < 0])]
        order = [np.flatnonzero(keys[:, 0] < 0)]
        for layer in range(self.lineage.layer + 1):
            here = np.flatnonzero(keys[:, 0] == layer)
            units, cells = keys[here, 1], keys[here, 2]
            order.append(here)
            if len(here):
                on = self.lineage.patterns(layer, cells)
                parts.append(self.lineage.forms.exact_rows(layer, units, on))
        rows = np.concatenate(parts)
        return np.asarray(rows[np.argsort(np.concatenate(order))])

    def _sides(self, numbers: Ids) -> Integers:
        """Return sides x_i = b of the box as integer rows."""
        whole, shift = dyadic(self.box.ravel()[numbers])
        rows = np.zeros((len(numbers), len(self.box) + 1), object)
        rows[np.arange(len(numbers)), numbers // 2] = 1 << shift
        rows[:, -1] = -whole
        return rows
