"""What is kept of a training while it runs: each loss, the best weights, and when to stop.

It stops for the first of these reasons: "eps" (the largest residual is small enough), "iterations",
"seconds", "diverged" (the loss is no number any more, or a thousand times that of the start),
"stalled" (it has not fallen by 0.1 % for long), "callback" (the caller says so).
"""

import math
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Literal

import numpy as np

from uat.core.network import Network
from uat.expression.arrays import Array
from uat.train.data import Scaling
from uat.train.options import Settings
from uat.train.residuals import Residuals
from uat.train.weights import Shape

__all__ = ["Finished", "Record", "Snapshot"]


_WILD: Final = 1e3
_STEADY: Final = 1e-3


class Finished(Exception):
    """The end of a training, with its reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A training as a callback sees it, once an iteration.

    Attributes
    ----------
    iteration : int
        0 is the start.
    loss : float
        Mean squared residual.
    max_residual : float
    seconds : float
    """

    iteration: int
    loss: float
    max_residual: float
    seconds: float
    shape: Shape = field(repr=False)
    weights: Array = field(repr=False)
    scaling: Scaling = field(repr=False)

    @property
    def network(self) -> Network:
        """The network of this iteration."""
        return self.scaling.fold(self.shape, self.weights)


class Record:
    """Called with each iterate; raises `Finished` where training is to end.

    Attributes
    ----------
    losses, max_residuals : list of float
        In the units of the data, one an iteration.
    best : ndarray or None
        The weights of the smallest loss, or of the smallest largest residual.
    best_shape : Shape
        Theirs: stages make it wider.
    points : ndarray or None
        All points, scaled, where some were added.
    evaluations : int
        How often a network was evaluated at all points or at a batch, but for steps not taken.
    """

    def __init__(self, shape: Shape, scaling: Scaling, settings: Settings, patience: int) -> None:
        self.shape, self.scaling, self.settings = shape, scaling, settings
        self.losses: list[float] = []
        self.max_residuals: list[float] = []
        self.best: Array | None = None
        self.best_shape = shape
        self.points: Array | None = None
        self.evaluations = 0
        self.patience = patience
        self.limit, self.deadline = settings.max_iter, settings.seconds
        self._by: Literal["loss", "largest"] = "largest" if settings.polish else "loss"
        self._least = math.inf
        self._first = math.inf
        self._steady = (math.inf, 0)
        self._began = perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return perf_counter() - self._began

    @property
    def iterations(self) -> int:
        """How many iterations there were after the start."""
        return len(self.losses) - 1

    def restart(self, weights: Array, residuals: Residuals) -> None:
        """Take weights as the best: the data have changed, what was better on others is past."""
        self._least = math.inf
        self.consider(weights, residuals)
        self.rest()

    def rest(self) -> None:
        """Forget how long nothing has changed: another way of descent begins."""
        self._steady = (math.inf, len(self.losses))

    def __call__(self, weights: Array, residuals: Residuals) -> None:
        """Take in an iterate, and end the training where that is due."""
        self.take(weights, residuals)
        self._check(residuals.loss, self.max_residuals[-1])

    def check_budget(self) -> None:
        """End the training where iterations or time are used up, and there is a network to give."""
        if self.best is None:
            return
        if self.iterations >= self.limit:
            raise Finished("iterations")
        if self.seconds >= self.deadline:
            raise Finished("seconds")

    def take(self, weights: Array, residuals: Residuals) -> None:
        """Take in an iterate, scaled as the data are."""
        scale = self.scaling.scale
        loss = float(np.mean(residuals.squares * scale**2))
        largest = float(np.max(residuals.largest * scale))
        self.losses.append(loss)
        self.max_residuals.append(largest)
        self.consider(weights, residuals)
        self._tell(weights, loss, largest)

    def consider(self, weights: Array, residuals: Residuals) -> None:
        """Keep weights that are better than all before, though no iterate of this training."""
        largest = float(np.max(residuals.largest * self.scaling.scale))
        value = {"loss": residuals.loss, "largest": largest}[self._by]
        if value < self._least:
            self._least, self.best, self.best_shape = value, weights, self.shape

    def _tell(self, weights: Array, loss: float, largest: float) -> None:
        settings = self.settings
        if settings.progress is not None:
            said = f"loss {loss:.3g}, largest residual {largest:.3g}"
            settings.progress(self.iterations, settings.max_iter, said)
        if settings.callback is not None:
            state = (self.iterations, loss, largest, self.seconds)
            if settings.callback(Snapshot(*state, self.shape, weights, self.scaling)) is True:
                raise Finished("callback")

    def _check(self, value: float, largest: float) -> None:
        if largest <= self.settings.eps:
            raise Finished("eps" if self.settings.eps else "converged")
        if not self.iterations:
            self._first = max(1.0, value)
        if not math.isfinite(value) or value > _WILD * self._first:
            raise Finished("diverged")
        self.check_budget()
        if value < self._steady[0] * (1 - _STEADY):
            self._steady = (value, len(self.losses))
        elif len(self.losses) - self._steady[1] >= self.patience:
            raise Finished("stalled")
