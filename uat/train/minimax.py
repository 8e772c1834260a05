"""Minimax polish: lower the largest residual, after least squares has lowered the mean one.

Weight the points with large residuals more, fit by least squares again, and so on, until all peaks
of the residual are equally high. In each round the weight of a point is multiplied by a power of
its residual (Lawson's iteration),

    w_i ← w_i (|r_i| / max |r|)^γ,   minimise Σ w_i r_i²,

which for a linear family of functions converges to its best uniform approximation. Here the hidden
weights of the network also take a step of variable projection (`variable_projection.py`) in each round.

Sources: C. L. Lawson, Contributions to the theory of linear least maximum approximation, 1961;
J. R. Rice and K. H. Usow, The Lawson algorithm and extensions, 1968.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.parameters import Residuals
from uat.train.variable_projection import FIRST_DAMPING, Objective, Projected

__all__ = ["polish"]


_LEAST_WEIGHT: Final = 1e-5
"""Smallest weight of a point beside the largest: larger is steadier, with less equal peaks."""

_POWERS: Final = (0.1, 0.05, 0.025, 0.0125)
"""The powers γ, one after the other: large ones are fast, small ones keep the peaks steady."""

_PATIENCE: Final = 30
"""Rounds without a gain after which the next power begins: more is slower."""

_LEAST_GAIN: Final = 1e-3
"""Relative fall of the largest residual that counts as a gain."""


def polish(objective: Objective, weights: Array) -> Iterator[tuple[Array, Residuals]]:
    """Lower the largest residual at the points of the objective, by its steps.

    Those of each round are yielded; the largest residual need not fall in every round.
    """
    hidden = objective.shape.hidden_count
    best, point_weights, least = weights[:hidden], np.ones(len(objective.x)), np.inf
    for power in _POWERS:
        waited = 0
        for now, current, residuals in _rounds(objective, best, point_weights, power):
            yield now.weights, residuals
            waited += 1
            if residuals.max < least * (1 - _LEAST_GAIN):
                waited = 0
            if residuals.max < least:
                best, point_weights = now.weights[:hidden], current
                least = residuals.max
            if waited >= _PATIENCE:
                break


def _rounds(
    unweighted: Objective, hidden: Array, point_weights: Array, power: float
) -> Iterator[tuple[Projected, Array, Residuals]]:
    """Fit and change the point weights, in turn; yield each fit with its point weights."""
    lengths, damping = None, FIRST_DAMPING
    while True:
        objective = replace(unweighted, factors=np.sqrt(point_weights))
        now = objective.project(hidden, objective.least_ridge)
        model = objective.model(now, lengths)
        lengths = model.lengths
        found, damping = objective.step(now, model, damping)
        if found is None:
            damping = FIRST_DAMPING
        else:
            now = found
        yield now, point_weights, objective.residuals(now)
        hidden, size = objective.hidden(now), np.abs(now.residual).max(axis=1)
        if not size.max() > 0:
            return
        point_weights = point_weights * (size / size.max()) ** power
        point_weights = np.maximum(point_weights / point_weights.max(), _LEAST_WEIGHT)
