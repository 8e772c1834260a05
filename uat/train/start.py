"""Starts of a training: small random weights, or breakpoints spread over the box.

Small weights keep every unit near the middle of its activation (Glorot and Bengio). Spread weights
give each unit σ(w·x + b) of the first layer a breakpoint of its own, w·x + b = 0, and a rise about
as long as the distance to the next breakpoints, times a factor. If the last layer is then computed
by least squares, that start alone is a good approximation.

Sources: X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
networks, 2010; D. Nguyen and B. Widrow, Improving the learning speed of 2-layer neural networks by
choosing initial values of the adaptive weights, 1990.
"""

import math
from itertools import pairwise

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.activation_shape import rise_length
from uat.train.parameters import Shape

__all__ = ["small_weights", "spread_breakpoints", "spread_weights"]


def small_weights(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw weights of standard deviation √(2/(in + out)) and biases 0: (count,)."""
    parts = []
    for inner, outer in pairwise(shape.sizes):
        parts.append(rng.standard_normal(inner * outer) * math.sqrt(2 / (inner + outer)))
        parts.append(np.zeros(outer))
    return np.concatenate(parts)


def spread_weights(shape: Shape, x: Array, rng: np.random.Generator, steepness: float) -> Array:
    """Spread the units of the first layer over the points, draw the others: (hidden_count,).

    With steepness 1 a unit rises over about the distance of two breakpoints; less is softer.
    """
    first, *others = (rise_length(sigma) / 2 for sigma in shape.activations)
    parts = list(spread_breakpoints(x, shape.sizes[1], rng, steepness * first))
    for (inner, outer), gain in zip(pairwise(shape.sizes[1:-1]), others, strict=True):
        parts.append(rng.standard_normal((outer, inner)) * (1.2 * gain / math.sqrt(inner)))
        parts.append(rng.uniform(-0.5, 0.5, outer) * gain)
    return np.concatenate([part.ravel() for part in parts])


def spread_breakpoints(
    x: Array, units: int, rng: np.random.Generator, steepness: float
) -> tuple[Array, Array]:
    """Draw weights, (units, d), and biases, (units,), whose breakpoints are spread over x."""
    d = x.shape[1]
    if d == 1:
        low, high = float(x.min()), float(x.max())
        half = (high - low) / 2 or 1.0
        even = np.linspace(-1, 1, units) * (1 + 1 / units) + rng.uniform(-0.3, 0.3, units) / units
        places = (low + high) / 2 + half * (even if units > 1 else np.zeros(1))
        weight = steepness * units / 2 / half * np.exp(rng.uniform(-0.15, 0.15, units))
        weight = weight * rng.choice([-1.0, 1.0], units)
        return weight[:, None], -weight * places
    directions = rng.standard_normal((units, d))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    size = steepness * units ** (1 / d) * np.exp(rng.uniform(-0.5, 0.5, (units, 1)))
    weights, centres = directions * size, x[rng.integers(len(x), size=units)]
    return weights, -np.einsum("ud,ud->u", weights, centres)
