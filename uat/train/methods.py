"""The ways to train, each from the data to the end of its iterates.

Gradient descent, Adam and L-BFGS start from small random weights, as the lecture does. Variable
projection starts from spread breakpoints: of several starts the one is taken that is best after a
few steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

import numpy as np

from uat.errors import InputError
from uat.expression.arrays import Array
from uat.train import descent
from uat.train.gradient import loss_and_gradient, outputs
from uat.train.growth import add_stage
from uat.train.history import Finished, Record
from uat.train.minimax import polish
from uat.train.options import Settings
from uat.train.projection import projection
from uat.train.remez_exchange import Exchange
from uat.train.residuals import Residuals
from uat.train.start import small_weights, spread_weights
from uat.train.weights import Shape

__all__ = ["PATIENCE", "Problem", "train"]


PATIENCE: Final = {"projection": 60, "lbfgs": 500, "adam": 2000, "descent": 2000}

_STEEPNESS: Final = (0.15, 0.3, 0.6, 1.0, 2.0)
_DEEP_STEEPNESS: Final = (1.0, 1.5)
_DRAWS: Final = 3
_FIRST_STEPS: Final = 12
_FIRST_SHARE: Final = 0.1
_MOST_NUMBERS: Final = 200_000_000
_EXCHANGES: Final = (0.4, 0.55, 0.7, 0.85)
_POLISH_ROUNDS: Final = 200
_POLISH_SHARE: Final = 0.15
_STAGES_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What to train: a shape, scaled data, (points, d) and (points, m), and how.

    With `exchange`, a target that gives more data, where they are needed.
    """

    shape: Shape
    x: Array
    y: Array
    rng: np.random.Generator
    settings: Settings
    exchange: Exchange | None = None


def train(method: str, problem: Problem, record: Record) -> str:
    """Train by a method until it ends by itself, "converged" or "stalled"; `Finished` otherwise."""
    return _METHODS[method](problem, record)


def _by_projection(problem: Problem, record: Record) -> str:
    """Search, then spend what is kept of the budget on the polish or the stages."""
    _check_size(problem)
    settings, rounds = problem.settings, 0
    if settings.polish:
        rounds = min(_POLISH_ROUNDS, settings.max_iter // 4)
    kept = _STAGES_SHARE if settings.stages else _POLISH_SHARE if settings.polish else 0.0
    limit, deadline = settings.max_iter - rounds, settings.seconds * (1 - kept)
    problem, reason = _search(problem, record, limit, deadline)
    record.limit, record.deadline = settings.max_iter, settings.seconds
    if settings.polish:
        assert record.best is not None
        record.rest()
        _until(record, polish(problem.shape, record.best, problem.x, problem.y))
    for units in settings.stages:
        assert record.best is not None
        wider, weights = add_stage(
            record.best_shape, record.best, problem.x, problem.y, units, problem.rng
        )
        record.shape = wider
        record.take(weights, Residuals.of(outputs(wider, weights, problem.x) - problem.y))
        record.evaluations += 1
    return reason


def _check_size(problem: Problem) -> None:
    """Refuse what would fill the memory: a Jacobian and two copies of it."""
    numbers = problem.y.size * problem.shape.hidden_count
    if numbers > _MOST_NUMBERS:
        raise InputError(
            f"projection of {len(problem.x)} points and {problem.shape.count} weights needs "
            f"{24e-9 * numbers:.0f} GB; take method='lbfgs' or 'adam', or fewer points"
        )


def _search(problem: Problem, record: Record, limit: int, deadline: float) -> tuple[Problem, str]:
    """Search until the limits; where points can be added, add some after each part of it."""
    iterates, start = _best_start(problem, record), record.seconds
    parts = _EXCHANGES if problem.exchange is not None else ()
    for part in parts:
        record.limit = max(1, int(part * limit))
        record.deadline = start + part * (deadline - start)
        _until(record, iterates)
        assert problem.exchange is not None
        assert record.best is not None
        more, values = problem.exchange.missed(problem.shape, record.best, problem.x, problem.y)
        if len(more):
            x, y = np.concatenate([problem.x, more]), np.concatenate([problem.y, values])
            problem, record.points = replace(problem, x=x, y=y), x
            hidden = record.best[: problem.shape.hidden_count]
            record.restart(record.best, Residuals.of(outputs(problem.shape, record.best, x) - y))
            iterates = projection(problem.shape, hidden, x, y, problem.settings.penalty)
    record.limit, record.deadline = limit, deadline
    return problem, _until(record, iterates)


def _until(record: Record, iterates: Iterator[descent.Iterate]) -> str:
    """Follow the iterates to their end or to that of their part of the budget."""
    try:
        record.check_budget()
        for weights, residuals in iterates:
            record.evaluations += 1
            record(weights, residuals)
    except Finished as end:
        if end.reason in ("iterations", "seconds", "stalled"):
            return end.reason
        raise
    return "converged"


def _best_start(problem: Problem, record: Record) -> Iterator[descent.Iterate]:
    """Take a few steps from the best of many starts; give all iterates from the one to follow."""
    shape, x, y, settings = problem.shape, problem.x, problem.y, problem.settings
    deep = len(shape.sizes) > 3
    follow = partial(projection, shape, x=x, y=y, penalty=settings.penalty)
    begun = []
    for steepness in np.repeat(_DEEP_STEEPNESS if deep else _STEEPNESS, _DRAWS).tolist():
        iterates = follow(spread_weights(shape, x, problem.rng, steepness))
        begun.append(([next(iterates)], iterates))
        record.evaluations += 1
        record.consider(*begun[-1][0][0])
        if record.seconds > settings.seconds:
            break
    begun.sort(key=lambda start: start[0][0][1].loss)
    begun = begun[: settings.starts or (1 if deep else 4)]
    until = record.seconds + _FIRST_SHARE * settings.seconds
    for path, iterates in begun if len(begun) > 1 else []:
        for iterate in islice(iterates, _FIRST_STEPS):
            path.append(iterate)
            record.evaluations += 1
            record.consider(*iterate)
            if record.seconds > until:
                break
    path, iterates = min(begun, key=lambda start: min(r.loss for _, r in start[0]))
    yield from path
    yield from iterates


def _by_lbfgs(problem: Problem, record: Record) -> str:
    start = small_weights(problem.shape, problem.rng)
    return descent.lbfgs(_Loss(problem, record), start, record)


def _by_adam(problem: Problem, record: Record) -> str:
    return _one_by_one(problem, record, partial(descent.adam, rate=problem.settings.rate))


def _by_descent(problem: Problem, record: Record) -> str:
    rate, momentum = problem.settings.rate, problem.settings.momentum
    go = partial(descent.gradient_descent, rate=rate, momentum=momentum)
    return _one_by_one(problem, record, go)


def _one_by_one(
    problem: Problem,
    record: Record,
    go: Callable[[descent.Loss, Array], Iterator[descent.Iterate]],
) -> str:
    """Follow the iterates; of minibatches, those after each pass over the points."""
    start, loss = small_weights(problem.shape, problem.rng), _Loss(problem, record)
    size = problem.settings.batch
    if size is None or size >= len(problem.x):
        for weights, residuals in go(loss, start):
            record(weights, residuals)
    passes = -(-len(problem.x) // (size or 1))
    for number, (weights, _) in enumerate(go(_Batches(problem, record), start)):
        if number % passes == 0:
            record(weights, loss(weights)[0])
    raise AssertionError("descent goes on for as long as it is asked")


class _Loss:
    """weights → residuals and gradient, over all points, with the penalty of the settings."""

    def __init__(self, problem: Problem, record: Record) -> None:
        self.problem, self.record = problem, record
        self.penalty = problem.settings.penalty
        self.charged = problem.shape.charged if self.penalty else np.zeros(0)

    def __call__(self, weights: Array) -> tuple[Residuals, Array]:
        self.record.evaluations += 1
        return self.over(weights, self.problem.x, self.problem.y)

    def over(self, weights: Array, x: Array, y: Array) -> tuple[Residuals, Array]:
        residuals, gradient = loss_and_gradient(self.problem.shape, weights, x, y)
        if not self.penalty:
            return residuals, gradient
        heavy = self.charged * weights
        charge = self.penalty * float(heavy @ weights)
        gradient += 2 * self.penalty * heavy
        return Residuals(residuals.squares, residuals.largest, charge), gradient


class _Batches(_Loss):
    """The same over one batch after the other; in each pass every point occurs once."""

    def __init__(self, problem: Problem, record: Record) -> None:
        super().__init__(problem, record)
        self.waiting = np.empty(0, dtype=np.int64)

    def __call__(self, weights: Array) -> tuple[Residuals, Array]:
        problem = self.problem
        if not len(self.waiting):
            self.waiting = problem.rng.permutation(len(problem.x))
        size = problem.settings.batch
        rows, self.waiting = self.waiting[:size], self.waiting[size:]
        self.record.evaluations += 1
        return self.over(weights, problem.x[rows], problem.y[rows])


_METHODS: Final[dict[str, Callable[[Problem, Record], str]]] = {
    "projection": _by_projection,
    "lbfgs": _by_lbfgs,
    "adam": _by_adam,
    "descent": _by_descent,
}
