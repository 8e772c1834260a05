"""Units moved until all errors are below a goal: least squares first, then the largest error.

Variable projection moves places and slopes by steps of Levenberg and Marquardt, with the heights of
the units always the best ones (`train/variable_projection.py`); minimax steps then lower the largest
error (`train/minimax.py`). A unit is written about a point p of its own ridge,

    σ(w·x + b) = σ(w·(x − p) + c),   p = −b w/|w|², drawn into the box,

so that a step that turns or sharpens it (w) does not also shift it, as (w, b) would far from 0. Steep
units far from 0 can only be moved so: the columns of w and b are nearly parallel there, and rounding
would lose their difference.

Weights that are large beside f cancel, and then every step has to be short. A ridge penalty, (λ ·
goal)² times the sum of their squares, keeps them small; no one λ is the best for every f
(`build.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from uat.construct.free.samples import Samples
from uat.core.network import Network
from uat.expression.arrays import Array
from uat.train.minimax import polish
from uat.train.variable_projection import FIRST_DAMPING, LinearModel, Objective, Projected

__all__ = ["Aim", "Budget", "Found", "least_squares", "refine"]

_SLOW: Final = 1e-3
"""A step that gains less than this part is slow; smaller: more steps."""

_PATIENCE: Final = 6
"""So many slow steps end the least squares; more: slower."""

_LOOKED_BACK: Final = 15
"""Steps from which the fall of the error is judged; more: fewer networks are given up, slower."""

_NEAR: Final = 4.0
"""Minimax steps follow where the largest error is below this many goals; larger: slower."""

_LEAST_PENALTY: Final = 1e-28
"""The ridge penalty that keeps the heights out of the reach of rounding; larger: larger errors."""

_STEP: Final = 1e6
"""The work of a step that does not grow with its size, in products of two numbers."""

_ROUNDS: Final = 4
"""How often points join between those of the fit; more: fewer networks are given up, slower."""

_BETWEEN: Final = 1.01
"""Errors between the points may be this much larger than the goal."""


class Budget:
    """The work that remains, counted in products of two numbers and so the same everywhere.

    With `needed` or more from the beginning no part of it would have been larger than its share.
    """

    def __init__(self, work: float) -> None:
        self.remaining = self._begun = work
        self.needed = 0.0

    @property
    def spent(self) -> float:
        """The work that is done."""
        return self._begun - self.remaining

    @contextmanager
    def part(self, share: float) -> Iterator["Budget"]:
        """Yield a budget with a share of the work, and take back what of it is left."""
        before, given = self.spent, Budget(share * self.remaining)
        self.remaining -= given.remaining
        yield given
        self.remaining += given.remaining
        self.needed = max(self.needed, before + given.spent / share)

    def spend(self, samples: Samples, units: int) -> None:
        """Take off the work of one step."""
        points, d = samples.x.shape
        self.remaining -= points * ((d + 1.0) * units) ** 2 + _STEP


@dataclass(frozen=True, slots=True)
class Aim:
    """The scaled error to come below, the λ of the ridge penalty, and the work that remains."""

    goal: float
    penalty: float
    budget: Budget

    def objective(self, samples: Samples, hidden: Array) -> "_LocalObjective":
        """Return the sum of squares at the points, with the ridge penalty."""
        x, least = samples.x, max((self.penalty * self.goal) ** 2, _LEAST_PENALTY)
        return _LocalObjective(samples.shape_of(hidden), x, samples.y, 0.0, np.ones(len(x)), least)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Slopes, biases, heights and constant, scaled, and the samples that they are fitted to."""

    samples: Samples
    hidden: Array  # (units · (d + 1),)
    weights: Array  # (units · (d + 2) + 1,)
    largest: float  # |f − g| at the points, scaled

    @property
    def units(self) -> int:
        """The number of units, without the constant one."""
        return self.samples.shape_of(self.hidden).sizes[1]

    @property
    def mean(self) -> float:
        """The root of the mean square of f − g at the points, scaled."""
        return _mean(self.samples.residual(self.weights, self.units))

    @property
    def network(self) -> Network:
        """The network, in the coordinates of f."""
        return self.samples.network(self.weights, self.units)


def refine(samples: Samples, hidden: Array, aim: Aim, steps: int) -> Found | None:
    """Move units until every error is below the goal; None where that does not come about."""
    for _ in range(_ROUNDS):
        found = _minimax(least_squares(samples, hidden, aim, steps), aim, steps)
        if not found.largest < aim.goal:
            return None
        between = samples.between(found.weights, found.units)
        sizes = np.abs(between.residual(found.weights, found.units))
        if sizes[0] < _BETWEEN * aim.goal:
            return found
        count = min(int((sizes > aim.goal).sum()), len(samples.x) // 4)
        samples, hidden = samples.joined(between, count), found.hidden
    return None


def least_squares(samples: Samples, hidden: Array, aim: Aim, steps: int) -> Found:
    """Move units by steps of least squares until they are below the goal, or no longer gain."""
    objective = aim.objective(samples, hidden)
    now = objective.project(hidden, objective.least_ridge)
    damping, lengths, slow, means = FIRST_DAMPING, None, 0, [_mean(now.residual)]
    for steps_left in range(steps, 0, -1):
        if np.abs(now.residual).max() < aim.goal or aim.budget.remaining < 0 or slow == _PATIENCE:
            break
        if _is_hopeless(means, aim.goal, steps_left):
            break
        model = objective.model(now, lengths)
        lengths = model.lengths
        aim.budget.spend(samples, objective.shape.sizes[1])
        found, damping = objective.step(now, model, damping)
        if found is None:
            break
        slow = slow + 1 if 1 - found.value / now.value < _SLOW else 0
        now = found
        means.append(_mean(now.residual))
    largest = float(np.abs(now.residual).max())
    return Found(samples, objective.hidden(now), now.weights, largest)


def _minimax(start: Found, aim: Aim, rounds: int) -> Found:
    """Lower the largest error, where it is not below the goal but near to it."""
    samples, best = start.samples, start
    if start.largest < aim.goal or not (start.mean < aim.goal and start.largest < _NEAR * aim.goal):
        return start
    objective = aim.objective(samples, start.hidden)
    hidden = objective.shape.hidden_count
    fallen = [best.largest]
    for weights, residuals in islice(polish(objective, start.weights), rounds):
        aim.budget.spend(samples, start.units)
        if residuals.max < best.largest:
            best = Found(samples, weights[:hidden], weights, residuals.max)
        fallen.append(best.largest)
        if best.largest < aim.goal or aim.budget.remaining < 0:
            break
        if _is_hopeless(fallen, aim.goal, rounds - len(fallen) + 1):
            break
    return best


def _is_hopeless(errors: list[float], goal: float, steps_left: int) -> bool:
    """Return True if the error would not reach the goal, should it fall twice as fast as now."""
    if len(errors) <= _LOOKED_BACK:
        return False
    fall = (errors[-1] / errors[-1 - _LOOKED_BACK]) ** (2 * steps_left / _LOOKED_BACK)
    return bool(errors[-1] * fall > goal)


def _mean(residual: Array) -> float:
    return float(np.sqrt(np.mean(residual**2)))


@dataclass(frozen=True, slots=True, eq=False)
class _LocalModel(LinearModel):
    """The model in the coordinates (w, c) of each unit; its step is one of (w, b)."""

    places: Array  # (units, d)

    def step(self, damping: float) -> tuple[Array, float]:
        step, fall = LinearModel.step(self, damping)
        units, d = self.places.shape
        turned = step[: units * d].reshape(units, d)
        moved = step[units * d :] - np.einsum("ud,ud->u", self.places, turned)
        return np.concatenate([step[: units * d], moved]), fall


@dataclass(frozen=True, slots=True, eq=False)
class _LocalObjective(Objective):
    """Variable projection of units that are written about points of their own ridges."""

    ridge: float

    @property
    def least_ridge(self) -> float:
        return self.ridge * len(self.x)

    def model(self, now: Projected, lengths: Array | None) -> LinearModel:
        (slopes, biases), *_ = self.shape.layers(now.weights)
        units, d = slopes.shape
        squares = np.maximum(np.einsum("ud,ud->u", slopes, slopes), 1e-300)
        places = np.clip(-(biases / squares)[:, None] * slopes, -1, 1)
        found = self._jacobian(now)
        shifts = found[:, units * d :]
        turns = found[:, : units * d].reshape(-1, units, d) - shifts[:, :, None] * places
        local = np.concatenate([turns.reshape(len(found), -1), shifts], axis=1)
        model = LinearModel.of(local, now.augmented.T.ravel(), lengths)
        return _LocalModel(model.lengths, model.normal, model.right_side, places)
