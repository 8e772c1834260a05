"""Where f is looked at, and the units there: both scaled as training scales them.

On a line the points lie between the places of the units of a network that is within ε already, so
they are dense where f is rough, and Chebyshev's points join them; in more coordinates they are those
of training. A network is a vector of weights: slopes and biases of its units, then their heights
and the constant.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uat.construct.staircase.step import constant_unit
from uat.core.activations import Activation
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.chebyshev import chebyshev_points
from uat.train.data import Scaling
from uat.train.gradient import outputs
from uat.train.parameters import Shape
from uat.train.remez_exchange import points_between
from uat.train.sampling import sample, unscaled

__all__ = ["Samples"]

_BETWEEN_UNITS: Final = 4
"""Points from one unit to the next; more: fewer errors between them are missed, slower."""

_CHEBYSHEV: Final = (100, 2)
"""Chebyshev's points, at least and for each unit; more: as above."""

_MIRRORED: Final = np.array([0.0, 0.3, 1.0, 3.0, 11.0])
"""A σ whose values here and at their mirrors add up to one constant is taken to be symmetric."""

_SAME: Final = 1e-14
"""Sums that differ less are one constant; larger: a σ that is not quite symmetric is turned too."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Scaled points, (points, d), and values, (points, 1), of f."""

    target: Target
    activation: Activation
    scaling: Scaling
    x: Array
    y: Array

    @classmethod
    def around(cls, target: Target, network: Network) -> "Samples":
        """Sample f where a network that is near to it has its units."""
        x = (
            _between_units(target, network)
            if target.dimension == 1
            else sample(target, (max(1, network.units // 2),))
        )
        y = np.asarray(target(*x.T), dtype=np.float64)[:, None]
        scaling = Scaling.of(x, y)
        return cls(target, network.activation, scaling, scaling.points(x), scaling.values(y))

    def shape(self, units: int) -> Shape:
        """Return the shape of a network of so many units, the constant one left out."""
        return Shape((self.x.shape[1], units, 1), self.activation)

    def shape_of(self, hidden: Array) -> Shape:
        """Return the shape of a network with these slopes and biases, units · (d + 1) in all."""
        return self.shape(len(hidden) // (self.x.shape[1] + 1))

    def hidden(self, network: Network) -> Array:
        """Return the slopes and biases of a network, scaled, without the constant unit."""
        slopes, biases = network.layers[0].weight, network.layers[0].bias
        moving = np.any(slopes != 0, axis=1)
        slopes, biases = slopes[moving], biases[moving]
        biases = biases + slopes @ self.scaling.shift
        return np.concatenate([(slopes * self.scaling.unit).ravel(), biases])

    def network(self, weights: Array, units: int) -> Network:
        """Make the network of scaled weights; a unit of slope 0 stands for the constant.

        Where σ(−u) = c − σ(u), units are turned round so that a logistic one, say, is small in the
        middle of the box: then few are large at any one point, and their sum is rounded less.
        """
        folded = self.scaling.fold(self.shape(units), _turned(self.activation, weights, units))
        value, place = constant_unit(self.activation)
        (slopes, biases), (heights, constant) = (
            (layer.weight, layer.bias) for layer in folded.layers
        )
        return Network.from_units(
            np.append(heights[0], constant / value),
            np.concatenate([slopes, np.zeros((1, slopes.shape[1]))]),
            np.append(biases, place),
            self.activation,
        )

    def turned(self, network: Network) -> Network:
        """Turn round the units of a network, as `network` does; its constant may change."""
        moving = np.any(network.layers[0].weight != 0, axis=1)
        heights = network.output_weights[moving] / self.scaling.scale[0]
        weights = np.concatenate([self.hidden(network), heights, [0.0]])
        return self.network(weights, len(heights))

    def scaled(self, size: float) -> float:
        """Scale an error."""
        return float(size / self.scaling.scale[0])

    def between(self, weights: Array, units: int) -> "Samples":
        """Return the points between these, the largest |f − g| first, with the residuals as y."""
        t = points_between(self.x)
        values = np.asarray(self.target(*unscaled(self.target, self.scaling, t).T))[:, None]
        y = self.scaling.values(values)
        order = np.argsort(-np.abs(y - outputs(self.shape(units), weights, t))[:, 0], kind="stable")
        return replace(self, x=t[order], y=y[order])

    def with_points(self, points: Array) -> "Samples":
        """Add points of the box of f, (points, d)."""
        y = np.asarray(self.target(*points.T), dtype=np.float64)[:, None]
        x, y = self.scaling.points(points), self.scaling.values(y)
        return self.joined(replace(self, x=x, y=y), len(x))

    def residual(self, weights: Array, units: int) -> Array:
        """Return f − g at the points: (points,)."""
        return np.asarray((self.y - outputs(self.shape(units), weights, self.x))[:, 0])

    def joined(self, more: "Samples", count: int) -> "Samples":
        """Add the first points of other samples."""
        x, y = (
            np.concatenate(pair) for pair in ((self.x, more.x[:count]), (self.y, more.y[:count]))
        )
        return replace(self, x=x, y=y)


def _turned(activation: Activation, weights: Array, units: int) -> Array:
    """Turn round the units that are past their centres at 0, where σ is a constant less its mirror."""
    if activation.limits is None:
        return weights
    both = activation(_MIRRORED) + activation(-_MIRRORED)
    if np.abs(both - sum(activation.limits)).max() > _SAME:
        return weights
    d = (len(weights) - 1) // units - 2
    slopes, biases, heights, constant = np.split(weights, units * np.array([d, d + 1, d + 2]))
    past = biases > 0
    signs = np.where(past, -1.0, 1.0)
    constant = constant + sum(activation.limits) * heights[past].sum()
    return np.concatenate([np.repeat(signs, d) * slopes, signs * biases, signs * heights, constant])


def _between_units(target: Target, network: Network) -> Array:
    ((a, b),) = target.domain
    slopes, biases = network.layers[0].weight[:, 0], network.layers[0].bias
    moving = slopes != 0
    places = np.unique(-biases[moving] / slopes[moving])
    places = np.concatenate([[a], places[(a < places) & (places < b)], [b]])
    parts = np.arange(_BETWEEN_UNITS) / _BETWEEN_UNITS
    inside = (places[:-1, None] + np.diff(places)[:, None] * parts).ravel()
    least, each = _CHEBYSHEV
    even = chebyshev_points(a, b, max(least, each * network.units), ends=True)
    return np.unique(np.concatenate([inside, even]))[:, None]
