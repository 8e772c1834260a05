"""Minimax polish: lower the largest residual, where least squares has lowered the mean one.

Pay more attention to the points where the residual is large, fit by least squares again, and so
on, until all peaks are equally high. Each point has a weight, multiplied in each round by a power
of its residual,

    w_i ← w_i (|r_i| / max |r|)^γ,   minimise Σ w_i r_i²,

which for a linear family of functions converges to its best uniform approximation. Here the
hidden weights take a step of variable projection (`projection.py`) in each round, too.

Source: C. L. Lawson, Contributions to the theory of linear least maximum approximation, 1961;
J. R. Rice and K. H. Usow, The Lawson algorithm and extensions, 1968.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.levenberg import FIRST_DAMPING
from uat.train.projection import Projected, Search
from uat.train.residuals import Residuals
from uat.train.weights import Shape

__all__ = ["polish"]


_LEAST: Final = 1e-5
"""No point is forgotten: its weight stays above this part of the largest one."""

_POWERS: Final = (0.1, 0.05, 0.025, 0.0125)
"""By which powers of the residuals the weights are multiplied; small ones keep the peaks calm."""

_PATIENCE: Final = 30
_GAINED: Final = 1e-3


def polish(shape: Shape, weights: Array, x: Array, y: Array) -> Iterator[tuple[Array, Residuals]]:
    """Lower the largest residual, (points, d) and (points, m).

    Yields
    ------
    weights, Residuals
        Of each round; the largest residual need not fall in each.
    """
    best, attention, least = weights[: shape.hidden_count], np.ones(len(x)), np.inf
    for power in _POWERS:
        waited = 0
        for hidden, now, seen in _rounds(shape, best, x, y, attention, power):
            yield hidden.weights, seen
            waited += 1
            if seen.max < least * (1 - _GAINED):
                waited = 0
            if seen.max < least:
                best, attention, least = hidden.weights[: shape.hidden_count], now, seen.max
            if waited >= _PATIENCE:
                break


def _rounds(
    shape: Shape, hidden: Array, x: Array, y: Array, attention: Array, power: float
) -> Iterator[tuple[Projected, Array, Residuals]]:
    """Fit, look where the residual is large, fit again: with the attention of each round."""
    lengths, damping = None, FIRST_DAMPING
    while True:
        search = Search(shape, x, y, 0.0, np.sqrt(attention))
        now = search.project(hidden, search.least)
        model = search.model(now, lengths)
        lengths = model.lengths
        found, damping = search.step(now, model, damping)
        if found is None:
            damping = FIRST_DAMPING
        else:
            now = found
        yield now, attention, search.seen(now)
        hidden, size = now.weights[: shape.hidden_count], np.abs(now.left).max(axis=1)
        if not size.max() > 0:
            return
        attention = attention * (size / size.max()) ** power
        attention = np.maximum(attention / attention.max(), _LEAST)
