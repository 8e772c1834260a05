"""Where each cell comes from, and what every unit is on it: an affine form of x.

A cell of layer l lies in one cell of the layer before, on which some units are on. So its forms are
those of that cell, without the units that are off, through the weights of the layer. Each comes
with a bound on its error. Only one layer of them is kept, and of the last one only what is asked
for: with wide layers they would take more memory than all else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array, Bools
from uat.numerics.rounding import gamma
from uat.regions.exact.integers import rounded
from uat.regions.exact.signs import FAINT, LOST, SAFE

if TYPE_CHECKING:
    from uat.regions.exact.signs import Forms

__all__ = ["Lineage"]

Ids = NDArray[Any]
Bounded = tuple[Array, Array]

_BLOCK: Final = 1 << 17


class Lineage:
    """The cells of each layer's beginning, from the one cell of the first on.

    Parameters
    ----------
    forms : Forms

    Notes
    -----
    `origins[l]` gives for each cell after layer l the cell before it, `masks[l]` its units of
    layer l that are on.
    """

    __slots__ = ("_kept", "_most", "forms", "masks", "origins")

    def __init__(self, forms: "Forms") -> None:
        self.forms = forms
        self.origins: list[Ids] = []
        self.masks: list[Bools] = []
        self._kept: dict[int, Bounded] = {}
        self._most = np.zeros(0)

    @property
    def layer(self) -> int:
        """The layer whose units cut now."""
        return len(self.masks)

    def cells(self, layer: int | None = None) -> int:
        """Return the number of cells now, or when a layer began."""
        masks = self.masks[:layer]
        return len(masks[-1]) if masks else 1

    def next_layer(self, origin: Ids, mask: Bools) -> None:
        """End a layer: give each cell's origin before it, (cells,), and its units that are on."""
        self.origins.append(origin)
        self.masks.append(mask)

    def patterns(self, layer: int, cells: Ids) -> Bools:
        """Return the units below `layer` that are on in cells of its beginning, (cells, units)."""
        parts = [np.zeros((len(cells), 0), np.bool_)]
        for below in reversed(range(layer)):
            parts.append(self.masks[below][cells])
            cells = self.origins[below][cells]
        return np.hstack(parts[::-1])

    def maps(self, layer: int, cells: Ids) -> Bounded:
        """Return all units of a layer as affine forms on cells of its beginning.

        Returns
        -------
        ndarray, shape (cells, n + 1, units)
        ndarray, shape (cells, units)
            A bound on the error of each coefficient of the form.
        """
        if layer == 0:
            first = np.vstack([self.forms.weights[0].T, self.forms.biases[0]])
            forms = np.repeat(first[None], len(cells), axis=0)
            return forms, np.zeros((len(cells), first.shape[1]))
        return self._below(layer, cells, self._all_maps(layer - 1), self.forms.biases[layer])

    def _all_maps(self, layer: int) -> Bounded:
        """Return the maps of all cells, kept for as long as no other layer is asked for."""
        if layer not in self._kept:
            form, errors = self.maps(layer, np.arange(self.cells(layer)))
            self._kept, self._most = {layer: (form, errors)}, _carried(form, errors).max(axis=1)
        return self._kept[layer]

    def _below(self, layer: int, cells: Ids, inner: Bounded, bias: Array) -> Bounded:
        """Send the forms of all cells of the layer below through a layer, on some of its cells."""
        before, on = self.origins[layer - 1][cells], self.masks[layer - 1][cells]
        return _through(inner[0][before], inner[1][before], on, self.forms.weights[layer], bias)

    def rows(self, cells: Ids, units: Ids) -> tuple[Array, Array]:
        """Return units of this layer as affine forms on cells, one each.

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
        rows = np.empty((len(cells), forms.dimension + 1))
        inner, _ = self._all_maps(layer - 1)
        step = max(1, _BLOCK // inner[0].size)
        with np.errstate(all="ignore"):
            for start in range(0, len(cells), step):
                part = slice(start, start + step)
                before, on = self.origins[-1][cells[part]], self.masks[-1][cells[part]]
                path = weight[units[part]] * on
                rows[part] = np.matmul(inner[before], path[:, :, None])[:, :, 0]
            rows[:, -1] += bias[units]
            sizes = np.abs(weight).sum(axis=1) * SAFE
            spread = self._most[self.origins[-1][cells]] * sizes[units]
            return rows, _bound(spread, weight, bias[units])

    def outputs(self) -> Bounded:
        """Return the outputs of the network as affine forms on all cells.

        Returns
        -------
        ndarray, shape (cells, n + 1, outputs)
        ndarray, shape (cells, outputs)
            As in `maps`.
        """
        if self.layer < 2:
            return self.maps(self.layer, np.arange(self.cells()))
        bias = self.forms.biases[-1]
        forms = np.empty((self.cells(), self.forms.dimension + 1, len(bias)))
        errors = np.empty((self.cells(), len(bias)))
        for cells, before, place in self._families():
            form, error = self.maps(self.layer - 1, before)
            forms[cells], errors[cells] = _through(
                form[place], error[place], self.masks[-1][cells], self.forms.weights[-1], bias
            )
        return forms, errors

    def exact_outputs(self, cells: Ids) -> Array:
        """Compute the outputs of the network as affine forms on a few cells, from integers.

        Returns
        -------
        ndarray, shape (k, n + 1, outputs)
            ±∞ past the range of float64.
        """
        # The unit behind the last is the constant 1, so that it shows the common multiple.
        units = np.arange(len(self.forms.biases[-1]) + 1)
        on = np.repeat(self.patterns(self.layer, cells), len(units), axis=0)
        rows = self.forms.exact_rows(self.layer, np.tile(units, len(cells)), on, alike=True)
        multiple = np.full((len(rows), 1), rows[-1, -1], rows.dtype)
        forms = rounded(np.hstack([rows, multiple])).reshape(len(cells), len(units), -1)
        return np.swapaxes(forms[:, :-1], 1, 2)

    def slopes(self, direction: Array) -> Bounded:
        """Return the rates of change of the outputs along a direction, on all cells.

        Returns
        -------
        ndarray, shape (cells, outputs)
        ndarray, shape (cells,)
            A bound on the errors; 0 where no unit that is on says anything of the input, ∞ where
            a rate overflows.
        """
        layer = self.layer
        if layer < 2:
            return _along(direction, *self.maps(layer, np.arange(self.cells()))).flat
        inner = _along(direction, *self._all_maps(layer - 2))
        origin, mask, (hidden, last) = self.origins[-2], self.masks[-2], self.forms.weights[-2:]
        rates, bounds = np.empty((self.cells(), len(last))), np.empty(self.cells())
        for cells, before, place in self._families():
            middle = inner.through(origin[before], mask[before], hidden)
            rates[cells], bounds[cells] = middle.through(place, self.masks[-1][cells], last).flat
        return rates, bounds

    def _families(self) -> Iterator[tuple[Ids, Ids, Ids]]:
        """Go through the cells, few at a time: these, those they lie in, and which of those."""
        order = np.argsort(self.origins[-1], kind="stable")
        step = max(1, _BLOCK // max(self.forms.widths[-2:]))
        for start in range(0, len(order), step):
            cells = order[start : start + step]
            yield cells, *np.unique(self.origins[-1][cells], return_inverse=True)


@dataclass(frozen=True, slots=True)
class _Rates:
    """How fast units change along one direction on some cells, less sharply bounded.

    Attributes
    ----------
    rate : ndarray, shape (cells, units)
    bound : ndarray, shape (cells,)
        On the error of all rates of a cell; ∞ where one of them is not finite.
    alive : ndarray of bool, shape (cells, units)
        False where the rate is exactly 0.
    carried : ndarray, shape (cells,)
        The bound, and what one more rounding adds to it.
    """

    rate: Array
    bound: Array
    alive: Bools
    carried: Array = field(init=False)

    def __post_init__(self) -> None:
        with np.errstate(all="ignore"):
            largest = np.abs(self.rate).max(axis=1)
            bound = np.where(np.isfinite(largest), self.bound, np.inf)
            carried = (bound + gamma(self.rate.shape[1] + 3) * largest) * SAFE
        object.__setattr__(self, "bound", bound)
        object.__setattr__(self, "carried", carried)

    def through(self, before: Ids, on: Bools, weight: Array) -> "_Rates":
        """Return the rates of the next layer, on cells that lie in the cells `before`."""
        with np.errstate(all="ignore"):
            most = float(np.abs(weight).sum(axis=1).max()) * SAFE
            alive = np.asarray((self.alive[before] & on).any(axis=1))
            rate = (self.rate[before] * on) @ weight.T
            bound = np.where(alive, self.carried[before] * most + LOST, 0.0)
        return _Rates(rate, bound, np.repeat(alive[:, None], len(weight), axis=1))

    @property
    def flat(self) -> Bounded:
        """The rates and their bounds."""
        return self.rate, np.where(self.alive.any(axis=1), self.bound, 0.0)


def _through(form: Array, errors: Array, on: Bools, weight: Array, bias: Array) -> Bounded:
    """Send forms, (cells, rows, units), through a layer; the last row takes the bias."""
    with np.errstate(all="ignore"):
        carried = _carried(form, errors) * on
        rows = (form * on[:, None, :]).reshape(-1, form.shape[2]) @ weight.T
        sent = rows.reshape(len(form), -1, len(bias))
        sent[:, -1] += bias
        return sent, _bound(carried @ np.abs(weight).T, weight, bias)


def _along(direction: Array, form: Array, errors: Array) -> _Rates:
    """Return the rates of forms along a direction."""
    slope, n = form[:, :-1], len(direction)
    with np.errstate(all="ignore"):
        size = errors + np.abs(slope).max(axis=1)
        bound = (errors + gamma(n) * size).max(axis=1) * (float(np.abs(direction).sum()) * SAFE)
        return _Rates(np.einsum("i,ciu->cu", direction, slope), bound + LOST, size != 0)


def _carried(form: Array, errors: Array) -> Array:
    """Bound what each unit brings to the next layer: its error and a rounding; 0 from nothing."""
    largest = np.abs(form).max(axis=1)
    with np.errstate(all="ignore"):
        brought = errors + gamma(form.shape[2] + 3) * largest + FAINT
        return np.where(errors + largest == 0, 0.0, brought)


def _bound(spread: Array, weight: Array, bias: Array) -> Array:
    """Bound the error of a form from Σ|w|·carried, `spread`; nothing carried makes no error."""
    size = np.abs(weight)
    if ((size > 0) & (size < FAINT)).any():
        spread = spread + LOST
    error = spread * SAFE + gamma(weight.shape[1] + 3) * np.abs(bias)
    return np.where(spread == 0, 0.0, error)
