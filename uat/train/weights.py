"""All weights of a network as one vector, which training moves and a network is made of.

A layer's block is its weight, row by row, then its bias; the blocks follow each other in the order
of evaluation.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from uat.core.activations import Activation
from uat.expression.arrays import Array

__all__ = ["Shape"]

Layers = list[tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network is but for its weights.

    Attributes
    ----------
    sizes : tuple of int
        The input dimension, the widths, the output dimension.
    activation : Activation

    Examples
    --------
    >>> import uat
    >>> Shape((1, 50, 1), uat.tanh).count
    151
    """

    sizes: tuple[int, ...]
    activation: Activation

    @property
    def count(self) -> int:
        """The number of weights, biases included."""
        return sum((inner + 1) * outer for inner, outer in pairwise(self.sizes))

    @property
    def hidden_count(self) -> int:
        """The number of weights before the last layer."""
        return self.count - (self.sizes[-2] + 1) * self.sizes[-1]

    @property
    def charged(self) -> Array:
        """1 for each weight that a penalty is for, 0 for biases: (count,)."""
        parts = [(np.ones(n * m), np.zeros(m)) for n, m in pairwise(self.sizes)]
        return np.concatenate([part for pair in parts for part in pair])

    def layers(self, weights: Array) -> Layers:
        """See the vector as layers, (out, in) and (out,) each: views, nothing is copied."""
        found, start = [], 0
        for inner, outer in pairwise(self.sizes):
            end = start + inner * outer
            found.append((weights[start:end].reshape(outer, inner), weights[end : end + outer]))
            start = end + outer
        return found
