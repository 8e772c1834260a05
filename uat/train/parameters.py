"""The weights of a network as one vector, and the residuals that a network leaves.

Training moves a vector. The block of a layer is its weight matrix, row by row, then its bias; the
blocks follow each other in the order of evaluation. What training lowers is a mean of squares of
the residuals g(x) − y; the largest residual is what a sup error is about.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from uat.core.activations import Activation
from uat.expression.arrays import Array

__all__ = ["Layers", "Residuals", "Shape"]

Layers = list[tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes and the activations of a network: all of it except its weights."""

    sizes: tuple[int, ...]  # input dimension, widths of the hidden layers, output dimension

    activation: Activation | tuple[Activation, ...]  # one for all hidden layers, or one for each

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activation of each hidden layer."""
        if isinstance(self.activation, tuple):
            return self.activation
        return (self.activation,) * (len(self.sizes) - 2)

    @property
    def count(self) -> int:
        """Number of weights, biases included."""
        return sum((inner + 1) * outer for inner, outer in pairwise(self.sizes))

    @property
    def hidden_count(self) -> int:
        """Number of weights before the last layer."""
        return self.count - (self.sizes[-2] + 1) * self.sizes[-1]

    @property
    def penalised(self) -> Array:
        """1 for each weight that a penalty applies to, 0 for each bias: (count,)."""
        parts = [(np.ones(n * m), np.zeros(m)) for n, m in pairwise(self.sizes)]
        return np.concatenate([part for pair in parts for part in pair])

    def layers(self, weights: Array) -> Layers:
        """Return views of the vector as layers, (out, in) and (out,) each."""
        found, start = [], 0
        for inner, outer in pairwise(self.sizes):
            end = start + inner * outer
            found.append((weights[start:end].reshape(outer, inner), weights[end : end + outer]))
            start = end + outer
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Sizes of the residuals of a network, one of each kind for each of its m outputs."""

    squares: Array  # (m,), mean squared residuals
    largest: Array  # (m,), largest absolute residuals
    penalty: float = 0.0  # part of the loss that large weights cost

    @classmethod
    def of(cls, residual: Array, penalty: float = 0.0) -> Self:
        """Measure residuals, (points, m); the result is NaN where a residual is NaN."""
        squares = np.einsum("km,km->m", residual, residual) / len(residual)
        return cls(squares, np.abs(residual).max(axis=0), penalty)

    @property
    def loss(self) -> float:
        """Mean squared residual over points and outputs, plus the penalty."""
        return float(self.squares.mean()) + self.penalty

    @property
    def max(self) -> float:
        """Largest absolute residual."""
        return float(self.largest.max())
