"""Where training starts: small random weights, or breakpoints spread over the box.

Small weights keep every unit in the middle of its activation (Glorot and Bengio). Spread ones make
the first layer a comb: the unit σ(w·x + b) has its breakpoint, where w·x + b = 0, at a place of
its own, and is about as wide as its neighbours are apart, times a factor. Where the last layer is
solved for, that start alone is a good approximation.

Sources: X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
networks, 2010; D. Nguyen and B. Widrow, Improving the learning speed of 2-layer neural networks by
choosing initial values of the adaptive weights, 1990.
"""

import math
from itertools import pairwise

import numpy as np

from uat.core.activations import Activation
from uat.expression.arrays import Array
from uat.train.weights import Shape

__all__ = ["small_weights", "spread_units", "spread_weights"]


def small_weights(shape: Shape, rng: np.random.Generator) -> Array:
    """Draw weights of deviation √(2/(in + out)), biases 0: (count,)."""
    parts = []
    for inner, outer in pairwise(shape.sizes):
        parts.append(rng.standard_normal(inner * outer) * math.sqrt(2 / (inner + outer)))
        parts.append(np.zeros(outer))
    return np.concatenate(parts)


def spread_weights(shape: Shape, x: Array, rng: np.random.Generator, steepness: float) -> Array:
    """Spread the first layer over the points, draw deeper ones: (hidden_count,).

    Parameters
    ----------
    steepness : float
        1: a unit rises over about the distance of two breakpoints; less is softer.
    """
    gain = width(shape.activation) / 2
    parts = list(spread_units(x, shape.sizes[1], rng, steepness * gain))
    for inner, outer in pairwise(shape.sizes[1:-1]):
        parts.append(rng.standard_normal((outer, inner)) * (1.2 * gain / math.sqrt(inner)))
        parts.append(rng.uniform(-0.5, 0.5, outer) * gain)
    return np.concatenate([part.ravel() for part in parts])


def spread_units(
    x: Array, units: int, rng: np.random.Generator, steepness: float
) -> tuple[Array, Array]:
    """Return slopes, (units, d), and biases, (units,), with a breakpoint at each of many places."""
    d = x.shape[1]
    if d == 1:
        low, high = float(x.min()), float(x.max())
        half = (high - low) / 2 or 1.0
        even = np.linspace(-1, 1, units) * (1 + 1 / units) + rng.uniform(-0.3, 0.3, units) / units
        places = (low + high) / 2 + half * (even if units > 1 else np.zeros(1))
        slope = steepness * units / 2 / half * np.exp(rng.uniform(-0.15, 0.15, units))
        slope = slope * rng.choice([-1.0, 1.0], units)
        return slope[:, None], -slope * places
    ways = rng.standard_normal((units, d))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    slopes = ways * (steepness * units ** (1 / d) * np.exp(rng.uniform(-0.5, 0.5, (units, 1))))
    centres = x[rng.integers(len(x), size=units)]
    return slopes, -np.einsum("ud,ud->u", slopes, centres)


def width(activation: Activation) -> float:
    """Return over what distance σ rises from one limit to the other: 2 for tanh, 4 for logistic."""
    if activation.limits is None or not 0 < activation.lipschitz < math.inf:
        return 2.0
    low, high = activation.limits
    return abs(high - low) / activation.lipschitz
