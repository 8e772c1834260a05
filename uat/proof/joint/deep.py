"""A network of several hidden layers on cells as one polynomial: all units of a layer at once.

An affine layer maps the coefficients of its models, and σ of each of them is a composition, as any
function in a formula. The units of a layer stand beside the cells, as if each were a cell.
"""

import numpy as np

from uat.core.network import Affine, Network
from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import gamma
from uat.proof.joint.activation import OfActivation
from uat.proof.joint.chart import Chart
from uat.proof.joint.functions import composed
from uat.proof.joint.model import Model

__all__ = ["LayeredNetwork"]


class LayeredNetwork:
    """A network with one output and analytic σ, of any depth, in the coordinates of a chart."""

    def __init__(self, network: Network, chart: Chart, order: int) -> None:
        self._layers, self._chart, self._order = network.layers, chart, order
        farthest = farthest_argument(network, chart)
        known = {sigma: OfActivation(sigma, farthest) for sigma in network.activations}
        self._sigmas = [known[sigma] for sigma in network.activations]

    def __call__(self, centre: Array, radius: Array) -> tuple[Model, Array]:
        """Model the network on cells, (cells, d) each; also weights of the axes, all 0."""
        cells, d = centre.shape
        every = tuple(range(d))
        coordinates = [
            model.on(every) for model in self._chart.coordinates(centre, radius, self._order)
        ]
        values = _side_by_side(coordinates)
        *hidden, last = self._layers
        with np.errstate(all="ignore"):
            for layer, sigma in zip(hidden, self._sigmas, strict=True):
                values = composed(sigma, _affine(layer, values, cells))
            return _affine(last, values, cells), np.zeros((d, cells))


def farthest_argument(network: Network, chart: Chart) -> float:
    """Bound the argument of every unit over all cells of a chart."""
    first, *others = network.layers[:-1]
    slopes = chart.slopes(first.weight)[0]
    far = [chart.farthest(slopes, first.bias)]
    before = far[0]
    for layer, sigma in zip(others, network.activations[:-1], strict=True):
        if sigma.limits is None:
            largest = abs(float(sigma(0.0))) + sigma.lipschitz * before
        else:
            largest = max(map(abs, sigma.limits)) + sigma.overshoot * abs(
                sigma.limits[1] - sigma.limits[0]
            )
        sizes = np.abs(layer.weight).sum(axis=1) * largest + np.abs(layer.bias)
        before = float(sizes.max()) * (1 + gamma(layer.weight.shape[1] + 8))
        far.append(before)
    return max(far) * UP


def _side_by_side(models: list[Model]) -> Model:
    """Join models of the same cells into one batch."""
    first = models[0]
    coefficients = np.concatenate([model.coefficients for model in models], axis=1)
    remainder = np.concatenate([model.remainder for model in models])
    return Model(first.variables, first.order, coefficients, remainder)


def _affine(layer: Affine, values: Model, cells: int) -> Model:
    """Map models by an affine layer; a sum of n products errs by γ of the sum of their sizes."""
    units, inner = layer.weight.shape
    shape = len(values.coefficients), inner, cells
    coefficients = np.matmul(layer.weight, values.coefficients.reshape(shape))
    coefficients[0] += layer.bias[:, None]
    size = values.size.reshape(inner, cells)
    remainder = np.abs(layer.weight) @ values.remainder.reshape(inner, cells) * UP
    rounded = np.abs(layer.weight) @ size + np.abs(layer.bias)[:, None]
    remainder += gamma(inner + 8) * rounded * UP
    flat = coefficients.reshape(len(coefficients), units * cells)
    return Model.sound(values.variables, values.order, flat, remainder.ravel())
