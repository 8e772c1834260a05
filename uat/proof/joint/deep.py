"""A network on cells as one polynomial: all units of a layer at once.

The arguments of the second hidden layer, or the output if there is none, are sums of units of x
(`units.py`). σ of each of them is a composition, as any function in a formula, and a further affine
layer maps coefficients. The units of a layer stand beside the cells, as if each were a cell.
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
from uat.proof.joint.units import UnitSum

__all__ = ["LayeredNetwork"]


class LayeredNetwork:
    """A network with one output and analytic σ, of any depth, in the coordinates of a chart.

    The remainders of the units of a single layer together need not be below `tolerated`.
    """

    def __init__(self, network: Network, chart: Chart, order: int, tolerated: float) -> None:
        (first, second, *others), (sigma, *sigmas) = network.layers, network.activations
        enough = 0.0 if others else tolerated
        self._sums = UnitSum((first, second), sigma, chart, order, enough)
        self._others = others
        farthest = farthest_argument(network, chart)
        known = {sigma: OfActivation(sigma, farthest) for sigma in sigmas}
        self._sigmas = [known[sigma] for sigma in sigmas]

    def __call__(self, centre: Array, radius: Array) -> tuple[Model, Array]:
        """Model the network on cells, (cells, d) each.

        Return also by how much each axis makes the remainder, roughly: (d, cells).
        """
        values, blame = self._sums(centre, radius)
        cells, d = centre.shape
        with np.errstate(all="ignore"):
            for layer, sigma in zip(self._others, self._sigmas, strict=True):
                linear = np.abs(values.coefficients[1 : 1 + d])
                values = composed(sigma, values)
                each = np.nan_to_num(linear / linear.sum(axis=0)) * values.remainder
                blame = np.abs(layer.weight[0]) @ each.reshape(d, -1, cells)
                values = _affine(layer, values, cells)
        return values, blame


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
