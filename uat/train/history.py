"""A training while it runs: its history, its best weights, and when it stops.

It stops for the first of these reasons: "eps" (the largest residual is small enough), "diverged"
(the loss is not finite, or a thousand times the loss of the start), "iterations", "seconds",
"stalled" (for many iterations the loss has not fallen by 0.1 %), "callback" (the caller says so).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import numpy as np

from uat.core.network import Network
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.train.data import Scaling
from uat.train.options import Settings
from uat.train.parameters import Residuals, Shape

__all__ = ["Budget", "Finished", "Snapshot", "Training"]


_DIVERGED: Final = 1e3
"""Growth of the loss that ends a training: larger waits longer for a loss that falls again."""

_LEAST_GAIN: Final = 1e-3
"""Relative fall of the loss that counts as progress: larger stops a slow training earlier."""


class Finished(Exception):
    """The end of a training, with its reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The state of a training after an iteration, as a callback receives it."""

    iteration: int  # 0 for the start
    loss: float  # mean squared residual
    max_residual: float  # largest absolute residual
    seconds: float  # since the start
    shape: Shape = field(repr=False)
    weights: Array = field(repr=False)
    scaling: Scaling = field(repr=False)

    @property
    def network(self) -> Network:
        """The network of this iteration."""
        return self.scaling.fold(self.shape, self.weights)

    def report(self, settings: Settings) -> None:
        """Call `progress` and `callback`, which ends the training by returning True."""
        if settings.progress is not None:
            text = f"loss {self.loss:.3g}, largest residual {self.max_residual:.3g}"
            settings.progress(self.iteration, settings.max_iter, text)
        if settings.callback is not None and settings.callback(self) is True:
            raise Finished("callback")


@dataclass(frozen=True, slots=True)
class Budget:
    """Iterations and seconds that a training may use, counted from its start."""

    iterations: int
    seconds: float

    def check(self, iterations: int, seconds: float) -> None:
        """Raise `Finished` once the iterations or the seconds are used up."""
        if iterations >= self.iterations:
            raise Finished("iterations")
        if seconds >= self.seconds:
            raise Finished("seconds")


class History:
    """The losses and the largest residuals of all iterates, in the units of the data."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.max_residuals: list[float] = []
        self.evaluations = 0
        self._start = perf_counter()

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return perf_counter() - self._start

    @property
    def iterations(self) -> int:
        """Number of iterations after the start."""
        return len(self.losses) - 1


class BestWeights:
    """The weights of the smallest value so far; `found` once there are some of a finite value."""

    def __init__(self) -> None:
        self._value = math.inf
        self.found: tuple[Shape, Array] | None = None

    def offer(self, value: float, shape: Shape, weights: Array) -> None:
        """Keep these weights if their value is smaller than all before."""
        if value < self._value:
            self._value, self.found = value, (shape, weights)

    def forget_value(self) -> None:
        """Let the next offer replace the weights whatever its value is."""
        self._value = math.inf

    @property
    def network(self) -> tuple[Shape, Array]:
        """The best shape and its weights; refused if no network had a finite loss."""
        if self.found is None:
            raise InputError("no network with a finite loss was found; take another activation")
        return self.found

    @property
    def weights(self) -> Array:
        """The best weights."""
        return self.network[1]


class StoppingRule:
    """Raises `Finished` for an iterate that is good enough, diverges, or falls no more."""

    def __init__(self, eps: float, patience: int) -> None:
        self.eps, self.patience = eps, patience
        self._bound = math.inf
        self.restart(0)

    def restart(self, iterates: int) -> None:
        """Begin to count anew, after this number of iterates, how long the loss has not fallen."""
        self._level, self._since = math.inf, iterates

    def check(self, loss: float, history: History, budget: Budget) -> None:
        """Check the last iterate of the history; `loss` is that of the scaled data."""
        if history.max_residuals[-1] <= self.eps:
            raise Finished("eps" if self.eps else "converged")
        if math.isinf(self._bound):
            self._bound = _DIVERGED * max(1.0, loss)
        if not math.isfinite(loss) or loss > self._bound:
            raise Finished("diverged")
        budget.check(history.iterations, history.seconds)
        iterates = len(history.losses)
        if loss < self._level * (1 - _LEAST_GAIN):
            self._level, self._since = loss, iterates
        elif iterates - self._since >= self.patience:
            raise Finished("stalled")


class Training:
    """Takes in each iterate of a training and raises `Finished` where it is to end.

    `best` are the weights of the smallest loss, with `polish` of the smallest largest residual;
    `points`, (points, d), are all points, scaled, once some were added.
    """

    def __init__(self, shape: Shape, scaling: Scaling, settings: Settings, patience: int) -> None:
        self.history, self.best = History(), BestWeights()
        self.points: Array | None = None
        self._shape, self._scaling, self._settings = shape, scaling, settings
        self._budget = Budget(settings.max_iter, settings.seconds)
        self._rule = StoppingRule(settings.eps, patience)

    def __call__(self, weights: Array, residuals: Residuals, budget: Budget | None = None) -> None:
        """Take in an iterate, and end the training where that is due."""
        self._record(self._shape, weights, residuals)
        self._rule.check(residuals.loss, self.history, budget or self._budget)

    def follow(
        self, iterates: Iterable[tuple[Array, Residuals]], budget: Budget | None = None
    ) -> str:
        """Take in iterates up to their end, "converged", or to that of a part of the budget."""
        budget = budget or self._budget
        try:
            if self.best.found:
                budget.check(self.history.iterations, self.history.seconds)
            for weights, residuals in iterates:
                self.history.evaluations += 1
                self(weights, residuals, budget)
        except Finished as end:
            if end.reason in ("iterations", "seconds", "stalled"):
                return end.reason
            raise
        return "converged"

    def consider(self, weights: Array, residuals: Residuals) -> None:
        """Keep evaluated weights if they are the best so far, without recording an iteration."""
        self.history.evaluations += 1
        self._offer(self._shape, weights, residuals)

    def record(self, weights: Array, residuals: Residuals, shape: Shape | None = None) -> None:
        """Record an iterate, maybe of another shape, after which the training goes on."""
        self.history.evaluations += 1
        self._record(shape or self._shape, weights, residuals)

    def change_points(self, points: Array, residuals: Residuals) -> None:
        """Go on with other points, at which the best weights leave these residuals."""
        self.points = points
        self.best.forget_value()
        self._offer(self._shape, self.best.weights, residuals)
        self.change_method()

    def change_method(self) -> None:
        """Forget for how long the loss has not fallen."""
        self._rule.restart(len(self.history.losses))

    def _record(self, shape: Shape, weights: Array, residuals: Residuals) -> None:
        loss = float(np.mean(residuals.squares * self._scaling.scale**2))
        self.history.losses.append(loss)
        self.history.max_residuals.append(self._largest(residuals))
        self._offer(shape, weights, residuals)
        history = self.history
        state = (history.iterations, loss, history.max_residuals[-1], history.seconds)
        Snapshot(*state, shape, weights, self._scaling).report(self._settings)

    def _offer(self, shape: Shape, weights: Array, residuals: Residuals) -> None:
        value = self._largest(residuals) if self._settings.polish else residuals.loss
        self.best.offer(value, shape, weights)

    def _largest(self, residuals: Residuals) -> float:
        return float(np.max(residuals.largest * self._scaling.scale))
