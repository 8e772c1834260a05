"""Every unit as an affine form of x on each cell.

A cell of layer l is the part of a cell of layer l − 1, its origin, on which certain units of layer
l − 1 are on. The forms of the origin, times the slope below the kink where a unit is off (0 of ReLU),
pass through the weights of the layer. Each form comes with a bound on its error. To save memory the
forms of only one layer are kept, and those of the last layer are computed for the cells that are
asked for; of the layer that is to cut, all are kept if they are not too many.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import gamma
from uat.regions.exact.integers import Ids, rounded
from uat.regions.exact.signs import FAINT, LOST, SAFE, PiecewiseLayers

__all__ = ["AffineForms"]

Bounded = tuple[Array, Array]

# Numbers computed at a time. Larger: fewer calls of numpy; smaller: they stay in the cache.
_BLOCK: Final = 1 << 17
# Numbers of forms that are kept at most for a layer that is cut. Larger: more memory.
_KEPT: Final = 1 << 25


@dataclass(frozen=True, slots=True, eq=False)
class AffineForms:
    """The cells at the start of each layer so far, and the units as affine forms on them.

    The first layer starts with one cell. For each cell at the end of layer l, `origins[l]` has the
    cell at its start that it is in, and `masks[l]`, (cells, units), the units of layer l that are
    on. An instance stays the same; only its cache is filled.
    """

    layers: PiecewiseLayers
    origins: tuple[Ids, ...] = ()
    masks: tuple[Bools, ...] = ()
    _cache: dict[int, tuple[Array, Array, Array]] = field(default_factory=dict, repr=False)

    @property
    def layer(self) -> int:
        """The index of the layer that is to cut next."""
        return len(self.masks)

    @property
    def cells(self) -> int:
        """The number of cells."""
        return self._cells_before(self.layer)

    def _cells_before(self, layer: int) -> int:
        return len(self.masks[layer - 1]) if layer else 1

    def after_layer(self, origin: Ids, mask: Bools) -> "AffineForms":
        """Return the forms on the cells at the end of this layer, from their origin and mask."""
        return AffineForms(
            self.layers, (*self.origins, origin), (*self.masks, mask), self._cache.copy()
        )

    def patterns(self, cells: Ids, layer: int | None = None) -> Bools:
        """Return the units that are on in cells, (cells, units).

        With a layer, the cells are those at its start, and the units those of the layers below.
        """
        parts = [np.zeros((len(cells), 0), np.bool_)]
        for below in reversed(range(self.layer if layer is None else layer)):
            parts.append(self.masks[below][cells])
            cells = self.origins[below][cells]
        return np.hstack(parts[::-1])

    def maps(self, layer: int, cells: Ids) -> Bounded:
        """Return all units of a layer as affine forms on some of the cells at its start.

        They have the shape (cells, n + 1, units). A bound for each form, (cells, units), holds for
        the errors of all its coefficients.
        """
        if layer == 0:
            first = np.vstack([self.layers.weights[0].T, self.layers.biases[0]])
            forms = np.repeat(first[None], len(cells), axis=0)
            return forms, np.repeat(self.layers.slips[0][None], len(cells), axis=0)
        if layer in self._cache:
            form, errors, _ = self._cache[layer]
            return form[cells], errors[cells]
        form, errors, _ = self._all_maps(layer - 1)
        before, on = self.origins[layer - 1][cells], self.masks[layer - 1][cells]
        return self._through(form[before], errors[before], on, layer)

    def _all_maps(self, layer: int) -> tuple[Array, Array, Array]:
        """Return `maps` of all cells, and for each cell the largest error that a unit carries on.

        They are kept until another layer is asked for.
        """
        if layer not in self._cache:
            form, errors = self.maps(layer, np.arange(self._cells_before(layer)))
            self._cache.clear()
            self._cache[layer] = form, errors, _carried(form, errors).max(axis=1)
        return self._cache[layer]

    def keep_if_few(self) -> bool:
        """Compute all forms of this layer, if they are not too many, and keep them too."""
        layer, n = self.layer, self.layers.dimension
        if self.cells * (n + 1) * len(self.layers.biases[layer]) > _KEPT:
            return False
        form, errors = self.maps(layer, np.arange(self.cells))
        for other in {*self._cache} - {layer - 1}:
            del self._cache[other]
        self._cache[layer] = form, errors, _carried(form, errors).max(axis=1)
        return True

    def values(self, cells: Ids, x: Array, error: Array, first: int = 0) -> Bounded:
        """Return the units from `first` on at points of cells, and a bound for each, (k, units).

        The points x, (k, n), are within `error`, (k,), of the true ones in every coordinate. This
        error counts with the slope of the form; on the way through the layers it would count with the sum
        of the slopes of all paths. A bound is 0 where the form is exactly 0.
        """
        form, slip = (part[..., first:] for part in self.maps(self.layer, cells))
        error, n = error[:, None], self.layers.dimension
        size, reach = np.abs(form), np.abs(x)
        values = np.einsum("ki,kiu->ku", x, form[:, :-1]) + form[:, -1]
        bound = slip * (1 + reach.sum(axis=1, keepdims=True) + n * error)
        bound += error * size[:, :-1].sum(axis=1)
        bound += gamma(n + 3) * (np.einsum("ki,kiu->ku", reach, size[:, :-1]) + size[:, -1]) + FAINT
        bound[(slip == 0) & (size.max(axis=1) == 0)] = 0.0
        return values, bound * SAFE

    def rows(self, cells: Ids, units: Ids) -> tuple[Array, Array]:
        """Return one unit of this layer for each of some cells, as an affine form, (k, n + 1).

        A bound for each form, (k,), holds for the errors of all its coefficients.
        """
        weight, bias = self.layers.weights[self.layer], self.layers.biases[self.layer]
        slips = self.layers.slips[self.layer]
        if self.layer == 0:
            return np.column_stack([weight[units], bias[units]]), slips[units]
        if self.layer in self._cache:
            form, errors, _ = self._cache[self.layer]
            return form[cells, :, units], errors[cells, units]
        form, _, carried = self._all_maps(self.layer - 1)
        slope = self.layers.slopes[self.layer - 1]
        rows, before = np.empty((len(cells), form.shape[1])), self.origins[-1][cells]
        step = max(1, _BLOCK // form[0].size)
        with np.errstate(all="ignore"):
            for start in range(0, len(cells), step):
                part = slice(start, start + step)
                some, on = form[before[part]], self.masks[-1][cells[part]]
                path = weight[units[part]]
                rows[part] = np.matmul(some, (path * on)[:, :, None])[:, :, 0]
                if slope:
                    rows[part] += slope * np.matmul(some, (path * ~on)[:, :, None])[:, :, 0]
            rows[:, -1] += bias[units]
            sizes = np.abs(weight).sum(axis=1) * SAFE
            spread = carried[before] * sizes[units]
            return rows, _bound(spread, weight, bias[units], slips[units])

    def outputs(self) -> Bounded:
        """Return the outputs as affine forms on all cells, shape (cells, n + 1, outputs).

        A bound for each form, (cells, outputs), holds for the errors of all its coefficients.
        """
        if self.layer < 2:
            return self.maps(self.layer, np.arange(self.cells))
        outputs = len(self.layers.biases[-1])
        forms = np.empty((self.cells, self.layers.dimension + 1, outputs))
        errors = np.empty((self.cells, outputs))
        for cells, origins, which in self._blocks():
            form, error = self.maps(self.layer - 1, origins)
            on = self.masks[-1][cells]
            sent = self._through(form[which], error[which], on, self.layer)
            forms[cells], errors[cells] = sent
        return forms, errors

    def exact_outputs(self, cells: Ids) -> Array:
        """Compute the outputs as affine forms on a few cells, (k, n + 1, outputs), from integers.

        A coefficient past the range of float64 is ±∞.
        """
        # The unit after the last is the constant 1: its coefficient is the common multiple.
        units = np.arange(len(self.layers.biases[-1]) + 1)
        on = np.repeat(self.patterns(cells), len(units), axis=0)
        rows = self.layers.exact_rows(self.layer, np.tile(units, len(cells)), on, alike=True)
        multiple = np.full((len(rows), 1), rows[-1, -1], rows.dtype)
        forms = rounded(np.hstack([rows, multiple])).reshape(len(cells), len(units), -1)
        return np.swapaxes(forms[:, :-1], 1, 2)

    def slopes(self, direction: Array) -> Bounded:
        """Return the rates of change of the outputs along a direction, (cells, outputs).

        A bound on their errors, (cells,), is 0 where every path from the input passes a unit that
        is off, ∞ where a rate overflows.
        """
        layer = self.layer
        if layer < 2:
            return _along(direction, *self.maps(layer, np.arange(self.cells))).flat
        inner = _along(direction, *self._all_maps(layer - 2)[:2])
        origin, mask, (hidden, last) = self.origins[-2], self.masks[-2], self.layers.weights[-2:]
        first, second = self.layers.slopes[-2:]
        rates, bounds = np.empty((self.cells, len(last))), np.empty(self.cells)
        for cells, origins, which in self._blocks():
            middle = inner.through(origin[origins], mask[origins], first, hidden)
            ends = middle.through(which, self.masks[-1][cells], second, last)
            rates[cells], bounds[cells] = ends.flat
        return rates, bounds

    def _through(self, form: Array, errors: Array, on: Bools, layer: int) -> Bounded:
        """Pass forms, (cells, rows, units), into a layer; its bias is added to the last row."""
        weight, bias = self.layers.weights[layer], self.layers.biases[layer]
        slope = self.layers.slopes[layer - 1]
        with np.errstate(all="ignore"):
            # No product of a bound underflows, so the slope counts as 2^-20 at least.
            kept = on if slope == 0 else np.where(on, 1.0, max(abs(slope), 2.0**-20) * SAFE)
            carried = _carried(form, errors) * kept
            passed = on if slope == 0 else np.where(on, 1.0, slope)
            rows = (form * passed[:, None, :]).reshape(-1, form.shape[2]) @ weight.T
            sent = rows.reshape(len(form), -1, len(bias))
            sent[:, -1] += bias
            return sent, _bound(carried @ np.abs(weight).T, weight, bias, self.layers.slips[layer])

    def _blocks(self) -> Iterator[tuple[Ids, Ids, Ids]]:
        """Yield all cells, few at a time: cells, their origins once each, and the index of each."""
        order = np.argsort(self.origins[-1], kind="stable")
        step = max(1, _BLOCK // max(self.layers.widths[-2:]))
        for start in range(0, len(order), step):
            cells = order[start : start + step]
            yield cells, *np.unique(self.origins[-1][cells], return_inverse=True)


@dataclass(frozen=True, slots=True)
class _Rates:
    """The rates of change of units along one direction on some cells, with one bound a cell."""

    rate: Array  # (cells, units)
    bound: Array  # on the errors of all rates of a cell; ∞ where one of them is not finite
    alive: Bools  # (cells, units), False where the rate is exactly 0
    carried: Array  # the bound plus the rounding errors of the next layer

    @classmethod
    def of(cls, rate: Array, bound: Array, alive: Bools) -> "_Rates":
        """Complete the bounds of finite rates to those of all."""
        with np.errstate(all="ignore"):
            largest = np.abs(rate).max(axis=1)
            bound = np.where(np.isfinite(largest), bound, np.inf)
            return cls(rate, bound, alive, (bound + gamma(rate.shape[1] + 3) * largest) * SAFE)

    def through(self, before: Ids, on: Bools, slope: float, weight: Array) -> "_Rates":
        """Return the rates of the next layer on cells that are parts of the cells `before`."""
        with np.errstate(all="ignore"):
            most = float(np.abs(weight).sum(axis=1).max()) * SAFE
            passed = on if slope == 0 else np.where(on, 1.0, slope)
            alive = np.asarray((self.alive[before] & (passed != 0)).any(axis=1))
            rate = (self.rate[before] * passed) @ weight.T
            lost = 0.0 if slope == 0 else LOST
            bound = np.where(alive, (self.carried[before] + lost) * most + LOST, 0.0)
        return _Rates.of(rate, bound, np.repeat(alive[:, None], len(weight), axis=1))

    @property
    def flat(self) -> Bounded:
        """The rates and their bounds."""
        return self.rate, np.where(self.alive.any(axis=1), self.bound, 0.0)


def _along(direction: Array, form: Array, errors: Array) -> _Rates:
    """Return the rates of forms along a direction."""
    slope, n = form[:, :-1], len(direction)
    with np.errstate(all="ignore"):
        size = errors + np.abs(slope).max(axis=1)
        bound = (errors + gamma(n) * size).max(axis=1) * (float(np.abs(direction).sum()) * SAFE)
        return _Rates.of(np.einsum("i,ciu->cu", direction, slope), bound + LOST, size != 0)


def _carried(form: Array, errors: Array) -> Array:
    """Bound the error that each unit carries to the next layer, with its rounding; 0 for form 0."""
    largest = np.abs(form).max(axis=1)
    with np.errstate(all="ignore"):
        carried = errors + gamma(form.shape[2] + 3) * largest + FAINT
        return np.where(errors + largest == 0, 0.0, carried)


def _bound(spread: Array, weight: Array, bias: Array, slip: Array) -> Array:
    """Bound the error of a form, where `spread` is Σ|w|·carried; if that is 0, by `slip` alone."""
    size = np.abs(weight)
    if ((size > 0) & (size < FAINT)).any():
        spread = spread + LOST
    error = spread * SAFE + gamma(weight.shape[1] + 3) * np.abs(bias)
    return np.where(spread == 0, slip, error)
