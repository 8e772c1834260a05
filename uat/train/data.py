"""Data for training: checked, scaled for the training, and the scaling folded into the network.

Inputs are scaled to about [−1, 1], outputs to a mean of 0 and a standard deviation of about 1. All
factors are powers of two, so folding them into the network changes no digit of a weight; only the
shifts of biases are rounded.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from uat.core.arguments import real_array
from uat.core.network import Affine, Network
from uat.core.target import Target
from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.train.options import Settings
from uat.train.parameters import Shape

__all__ = ["Problem", "Scaling", "read_outputs", "read_points"]


def read_points(x: Any) -> Array:
    """Read points, (k, d) or (k,), at least two and all finite, as (k, d)."""
    return _read(x, "x", "d")


def read_outputs(y: Any, points: int) -> Array:
    """Read one row of values a point, (k, m) or (k,), as (k, m)."""
    values = _read(y, "y", "m")
    if len(values) != points:
        raise InputError(
            f"x has {points} points and y has {len(values)}; one row of y a point is needed"
        )
    return values


def _read(given: Any, name: str, columns: str) -> Array:
    array = real_array(given, name)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] == 0):
        raise InputError(f"{name} of shape {array.shape} given; (k, {columns}) or (k,) is needed")
    if len(array) < 2:
        raise InputError(f"{name} has {counted(len(array), 'point')}; at least 2 are needed")
    bad = ~np.isfinite(array)
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        where = place[0] if len(place) == 1 else place
        raise InputError(f"{name}[{where}] is {array[place]}; finite numbers are needed")
    return array[:, None] if array.ndim == 1 else array


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The scaling t = (x − shift)/unit of points and s = (y − mean)/scale of values."""

    shift: Array  # (d,)
    unit: Array  # (d,), powers of two
    mean: Array  # (m,)
    scale: Array  # (m,), powers of two

    @classmethod
    def of(cls, x: Array, y: Array) -> Self:
        """Choose the scaling of data, (k, d) and (k, m)."""
        low, high = x.min(axis=0), x.max(axis=0)
        middle, half = low / 2 + high / 2, high / 2 - low / 2
        # a box around 0 is not shifted: then no bias is rounded
        shift = np.where(np.abs(middle) <= half / 4, 0.0, middle)
        mean = np.mean(y / 2, axis=0) * 2
        far = np.abs(y - mean).max(axis=0)
        spread = far * np.sqrt(np.mean(((y - mean) / np.where(far > 0, far, 1.0)) ** 2, axis=0))
        return cls(shift, _power(np.maximum(high - shift, shift - low)), mean, _power(spread))

    def points(self, x: Array) -> Array:
        """Scale points, (k, d)."""
        return np.asarray((x - self.shift) / self.unit)

    def values(self, y: Array) -> Array:
        """Scale values, (k, m)."""
        return np.asarray((y - self.mean) / self.scale)

    def fold(self, shape: Shape, weights: Array) -> Network:
        """Build the network on unscaled points and values; its weights have to be finite."""
        layers = [(weight.copy(), bias.copy()) for weight, bias in shape.layers(weights)]
        with np.errstate(all="ignore"):
            first, bias = layers[0]
            first /= self.unit
            bias -= first @ self.shift
            last, bias = layers[-1]
            last *= self.scale[:, None]
            bias *= self.scale
            bias += self.mean
        if not all(np.isfinite(numbers).all() for layer in layers for numbers in layer):
            raise InputError(
                f"x within {self.unit.min():.3g} and y within {self.scale.max():.3g} given; weights "
                "past the range of float64 would be needed, so take other units of x and y"
            )
        return Network([Affine(*layer) for layer in layers], shape.activations)


def _power(size: Array) -> Array:
    """Return powers of two within a factor 2 above the sizes, 1 for 0."""
    exponents = np.minimum(np.frexp(size)[1], 1023)
    return np.where(size > 0, np.ldexp(1.0, exponents), 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The shape of a network, the scaled data to train it on, and the options."""

    shape: Shape
    x: Array  # (points, d)
    y: Array  # (points, m)
    scaling: Scaling
    rng: np.random.Generator
    settings: Settings
    target: Target | None = None  # the function behind the data: it has values at further points
