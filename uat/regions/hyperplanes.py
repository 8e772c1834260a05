"""The hyperplanes that cut the box, each a unit's zero set as one cell sees it.

On a cell of layer l every unit of layer l is one affine form of x. Its row of coefficients is
computed in floats, with an error bound, when the cell is cut; in integers only when it is asked
for. A vertex is known by the n hyperplanes on which it was born, never by earlier vertices: errors
do not grow from cut to cut.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.regions.growing import Growing
from uat.regions.integers import Integers, dyadic, intersection
from uat.regions.meeting import meeting
from uat.regions.predicates import FAINT, LOST, SAFE, gamma

if TYPE_CHECKING:
    from uat.regions.predicates import Forms

__all__ = ["Hyperplanes"]

Array = NDArray[np.float64]
Ids = NDArray[Any]
Bools = NDArray[np.bool_]

_BLOCK: Final = 1 << 17


class Hyperplanes:
    """The 2n sides of the box, then one hyperplane for each (cell, unit) that is cut.

    Parameters
    ----------
    forms : Forms
    box : ndarray, shape (n, 2)

    Notes
    -----
    `layer` is the layer whose units cut now, `cells` the number of cells when it began.
    `origins[l]` gives for each cell after layer l the cell before it, `masks[l]` its units of
    layer l that are on.
    """

    __slots__ = ("_errors", "_keys", "_maps", "_rows", "box", "forms", "masks", "origins")

    def __init__(self, forms: "Forms", box: Array) -> None:
        n = forms.dimension
        sides = np.zeros((2 * n, n + 1))
        sides[np.arange(2 * n), np.arange(2 * n) // 2] = 1.0
        sides[:, n] = -box.ravel()
        self.forms, self.box = forms, box
        self._rows, self._errors = Growing(sides), Growing(np.zeros(2 * n))
        self._keys = Growing(np.full((2 * n, 3), -1, np.int32))
        self.origins: list[Ids] = []
        self.masks: list[Bools] = []
        self._maps: dict[int, tuple[Array, Array]] = {}

    @property
    def layer(self) -> int:
        """The layer whose units cut now."""
        return len(self.masks)

    @property
    def cells(self) -> int:
        """The number of cells now."""
        return len(self.masks[-1]) if self.masks else 1

    def next_layer(self, origin: Ids, mask: Bools) -> None:
        """End a layer: give each cell's origin before it, (cells,), and its units that are on."""
        self.origins.append(origin)
        self.masks.append(mask)

    def maps(self, layer: int, cells: Ids) -> tuple[Array, Array]:
        """Give all units of a layer as affine forms on cells of its beginning.

        Returns
        -------
        ndarray, shape (cells, n + 1, units)
        ndarray, shape (cells, units)
            A bound on the error of each coefficient of the form; 0 where the form is constant.
        """
        weight, bias = self.forms.weights[layer], self.forms.biases[layer]
        if layer == 0:
            form = np.repeat(np.vstack([weight.T, bias])[None], len(cells), axis=0)
            return form, np.zeros((len(cells), len(bias)))
        before = self.origins[layer - 1][cells]
        return self._through(
            layer, *self._all_maps(layer - 1), before, self.masks[layer - 1][cells]
        )

    def _all_maps(self, layer: int) -> tuple[Array, Array]:
        """Give the maps of all cells, kept for as long as no other layer is asked for."""
        if layer not in self._maps:
            count = len(self.masks[layer - 1]) if layer else 1
            self._maps = {layer: self.maps(layer, np.arange(count))}
        return self._maps[layer]

    def _through(
        self, layer: int, inner: Array, errors: Array, before: Ids, on: Bools
    ) -> tuple[Array, Array]:
        """Send the forms of the layer below, on cells `before`, through a layer."""
        weight, bias = self.forms.weights[layer], self.forms.biases[layer]
        form = inner[before]
        carried = _carried(form, errors[before]) * on
        with np.errstate(all="ignore"):
            form *= on[:, None, :]
            form = (form.reshape(-1, form.shape[2]) @ weight.T).reshape(len(before), -1, len(bias))
            form[:, -1] += bias
            return form, _bound(carried @ np.abs(weight).T, weight, bias)

    def outputs(self) -> tuple[Array, Array]:
        """Give the outputs of the network as affine forms on all cells.

        Returns
        -------
        ndarray, shape (cells, n + 1, outputs)
        ndarray, shape (cells, outputs)
            As in `maps`.
        """
        layer, width = self.layer, len(self.forms.biases[-1])
        if layer < 2:
            return self.maps(layer, np.arange(self.cells))
        form = np.empty((self.cells, self.forms.dimension + 1, width))
        errors = np.empty((self.cells, width))
        order = np.argsort(self.origins[-1], kind="stable")
        step = max(1, _BLOCK // (form.shape[1] * self.forms.widths[-1]))
        for start in range(0, len(order), step):
            cells = order[start : start + step]
            before, place = np.unique(self.origins[-1][cells], return_inverse=True)
            inner = self.maps(layer - 1, before)
            form[cells], errors[cells] = self._through(layer, *inner, place, self.masks[-1][cells])
        return form, errors

    def cut(self, cells: Ids, units: Ids) -> Ids:
        """Add the hyperplanes of units of this layer in cells, one each; give their numbers."""
        rows, errors = self.rows(cells, units)
        numbers = len(self._rows) + np.arange(len(cells))
        self._rows.append(rows)
        self._errors.append(errors)
        self._keys.append(np.column_stack([np.full(len(cells), self.layer), units, cells]))
        return numbers

    def rows(self, cells: Ids, units: Ids) -> tuple[Array, Array]:
        """Give units of this layer as affine forms on cells, one each.

        Returns
        -------
        ndarray, shape (k, n + 1)
        ndarray, shape (k,)
            A bound on the error of each coefficient.
        """
        layer, forms = self.layer, self.forms
        weight, bias = forms.weights[layer], forms.biases[layer]
        if layer == 0:
            return np.column_stack([weight[units], bias[units]]), np.zeros(len(units))
        rows, errors = np.empty((len(cells), forms.dimension + 1)), np.empty(len(cells))
        inner, inner_errors = self._all_maps(layer - 1)
        step = max(1, _BLOCK // inner[0].size)
        with np.errstate(all="ignore"):
            for start in range(0, len(cells), step):
                part = slice(start, start + step)
                before = self.origins[-1][cells[part]]
                path = weight[units[part]] * self.masks[-1][cells[part]]
                form = inner[before]
                spread = np.einsum("ku,ku->k", _carried(form, inner_errors[before]), np.abs(path))
                rows[part] = np.matmul(form, path[:, :, None])[:, :, 0]
                errors[part] = _bound(spread, weight, bias[units[part]])
            rows[:, -1] += bias[units]
        return rows, errors

    def patterns(self, layer: int, cells: Ids) -> Bools:
        """Give the units below `layer` that are on in cells of its beginning, (cells, units)."""
        parts = [np.zeros((len(cells), 0), np.bool_)]
        for below in reversed(range(layer)):
            parts.append(self.masks[below][cells])
            cells = self.origins[below][cells]
        return np.hstack(parts[::-1])

    def vertices(self, planes: Ids) -> tuple[Array, Array]:
        """Give the points on n hyperplanes each, shape (k, n), and bounds on their errors."""
        x, error = meeting(self._rows.values[planes], self._errors.values[planes])
        return np.clip(x, self.box[:, 0], self.box[:, 1]), error

    def exact_vertices(self, planes: Ids) -> Integers:
        """Give the same points as homogeneous integers, shape (k, n + 1)."""
        needed, place = np.unique(planes, return_inverse=True)
        rows = self.exact_rows(needed)
        return intersection(rows[place.reshape(planes.shape)])

    def exact_rows(self, numbers: Ids) -> Integers:
        """Give hyperplanes as integer rows, shape (k, n + 1)."""
        keys = self._keys.values[numbers]
        parts = [self._sides(numbers[keys[:, 0] < 0])]
        order = [np.flatnonzero(keys[:, 0] < 0)]
        for layer in range(self.layer + 1):
            here = np.flatnonzero(keys[:, 0] == layer)
            units, cells = keys[here, 1], keys[here, 2]
            order.append(here)
            if len(here):
                on = self.patterns(layer, cells)
                parts.append(self.forms.exact_rows(layer, units, on))
        rows = np.concatenate(parts)
        return np.asarray(rows[np.argsort(np.concatenate(order))])

    def _sides(self, numbers: Ids) -> Integers:
        """Give sides x_i = b of the box as integer rows."""
        whole, shift = dyadic(self.box.ravel()[numbers])
        rows = np.zeros((len(numbers), len(self.box) + 1), object)
        rows[np.arange(len(numbers)), numbers // 2] = 1 << shift
        rows[:, -1] = -whole
        return rows


def _carried(form: Array, errors: Array) -> Array:
    """Bound what each unit brings to the next layer: its error and a rounding."""
    return np.asarray(errors + gamma(form.shape[2] + 3) * np.abs(form).max(axis=1) + FAINT)


def _bound(spread: Array, weight: Array, bias: Array) -> Array:
    """Bound the error of a form from Σ|w|·carried, `spread`; nothing carried makes no error."""
    size = np.abs(weight)
    if ((size > 0) & (size < FAINT)).any():
        spread = spread + LOST
    error = spread * SAFE + gamma(weight.shape[1] + 3) * np.abs(bias)
    return np.where(spread == 0, 0.0, error)
