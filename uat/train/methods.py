"""The training methods: one `Trainer` each, and how each goes from the data to its iterates.

Gradient descent, Adam and L-BFGS start from small random weights, as in the lecture. Variable
projection starts from breakpoints spread over the box: of many random starts it follows the one that
is best after a few steps.
"""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any, Final

import numpy as np

from uat.core.arguments import one_of
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.numerics.one_thread import single_threaded
from uat.numerics.workers import answers, packed
from uat.train import descent
from uat.train.data import Problem
from uat.train.gradient import loss_and_gradient, outputs
from uat.train.growth import add_stage
from uat.train.history import Budget, Training
from uat.train.minimax import polish
from uat.train.options import Options, Settings, read_options
from uat.train.parameters import Residuals
from uat.train.remez_exchange import remez_exchange
from uat.train.start import small_weights, spread_weights
from uat.train.variable_projection import Objective, projection

__all__ = ["TRAINERS", "Trainer", "read_trainer"]


_STEEPNESS: Final = (0.15, 0.3, 0.6, 1.0, 2.0)
_DEEP_STEEPNESS: Final = (1.0, 1.5)
"""Steepness of the units of the starts: soft ones suit smooth functions, steep ones kinks."""

_DRAWS: Final = 3
"""Random starts of each steepness: more is slower and depends less on luck."""

_FOLLOWED: Final = 4
"""Starts that are followed for some steps, without `starts`; in a deep network just one."""

_FIRST_STEPS: Final = 12
"""Steps after which starts are compared: more is slower and chooses better."""

_FIRST_SHARE: Final = 0.1
"""Most of the time that may go into comparing starts."""

_MOST_NUMBERS: Final = 200_000_000
"""Largest Jacobian, in numbers: three arrays of that size are 5 GB."""

_EXCHANGES: Final = (0.4, 0.55, 0.7, 0.85)
"""Parts of the budget after which points are added: early ones meet a fit that is still poor."""

_POLISH_ROUNDS: Final = 200
"""Most iterations kept for the polish, at most a quarter of all."""

_POLISH_SHARE: Final = 0.15
_STAGES_SHARE: Final = 0.3
"""Part of the time kept back from the search for the polish or, where there are any, the stages."""


@dataclass(frozen=True, slots=True)
class Trainer:
    """A training method."""

    name: str  # value of `method=` that selects it
    run: Callable[[Problem, Training], str]
    """Hands its iterates to the `Training` and returns "converged" or "stalled" at their end."""
    max_iter: int  # default of the maximum number of iterations
    patience: int  # iterations without progress after which the training has stalled
    help: str  # when to use it, for `uat train --help`
    rate: float = 0.0  # default of the learning rate; 0 for a method without one
    options: tuple[str, ...] = ()  # those that not every method has

    def read_options(self, options: Options) -> Settings:
        """Read and complete the options of this method; refuse those of other methods."""
        for name in options:
            owners = [trainer.name for trainer in TRAINERS if name in trainer.options]
            if owners and self.name not in owners:
                raise InputError(f"{name}= given for {self.name}; it is for {' and '.join(owners)}")
        return read_options(options, max_iter=self.max_iter, rate=self.rate)


def read_trainer(method: Any) -> Trainer:
    """Return the training method of this name."""
    trainers = {trainer.name: trainer for trainer in TRAINERS}
    return trainers[one_of(method, trainers, "method")]


def _by_projection(problem: Problem, training: Training) -> str:
    """Search, then use the rest of the budget for the polish or the stages."""
    _check_memory(problem)
    settings, rounds = problem.settings, 0
    if settings.polish:
        rounds = min(_POLISH_ROUNDS, settings.max_iter // 4)
    kept = _STAGES_SHARE if settings.stages else _POLISH_SHARE if settings.polish else 0.0
    budget = Budget(settings.max_iter - rounds, settings.seconds * (1 - kept))
    problem, reason = _search(problem, training, budget)
    if settings.polish:
        training.change_method()
        objective = Objective(problem.shape, problem.x, problem.y, 0.0, np.ones(len(problem.x)))
        training.follow(polish(objective, training.best.weights))
    for units in settings.stages:
        shape, weights = add_stage(*training.best.network, problem.x, problem.y, units, problem.rng)
        residual = outputs(shape, weights, problem.x) - problem.y
        training.record(weights, Residuals.of(residual), shape)
    return reason


def _check_memory(problem: Problem) -> None:
    """Refuse a Jacobian that, with two copies, would fill the memory."""
    numbers = problem.y.size * problem.shape.hidden_count
    if numbers > _MOST_NUMBERS:
        raise InputError(
            f"projection of {len(problem.x)} points and {problem.shape.count} weights needs "
            f"{24e-9 * numbers:.0f} GB; take method='lbfgs' or 'adam', or fewer points"
        )


def _search(problem: Problem, training: Training, budget: Budget) -> tuple[Problem, str]:
    """Search within the budget; with a target, add points where they are needed on the way."""
    start = training.history.seconds
    iterates = _best_start(problem, training, budget.iterations)
    for part in _EXCHANGES if problem.target is not None else ():
        seconds = start + part * (budget.seconds - start)
        training.follow(iterates, Budget(max(1, int(part * budget.iterations)), seconds))
        best = training.best.weights
        points, values = remez_exchange(problem, best)
        if len(points):
            x, y = np.concatenate([problem.x, points]), np.concatenate([problem.y, values])
            problem = replace(problem, x=x, y=y)
            training.change_points(x, Residuals.of(outputs(problem.shape, best, x) - y))
            hidden = best[: problem.shape.hidden_count]
            iterates = projection(problem.shape, hidden, x, y, problem.settings.penalty)
    return problem, training.follow(iterates, budget)


def _best_start(problem: Problem, training: Training, most: int) -> Iterator[descent.Iterate]:
    """Follow several starts for a few steps, at most so many; record those of the best, and go on."""
    shape, settings, history = problem.shape, problem.settings, training.history
    deep = len(shape.sizes) > 3
    follow = partial(projection, shape, x=problem.x, y=problem.y, penalty=settings.penalty)
    starts = []
    for steepness in np.repeat(_DEEP_STEEPNESS if deep else _STEEPNESS, _DRAWS).tolist():
        hidden = spread_weights(shape, problem.x, problem.rng, steepness)
        iterates = follow(hidden)
        path = [next(iterates)]
        starts.append((path, iterates, hidden))
        training.consider(*path[0])
        if history.seconds > settings.seconds:
            break
    starts.sort(key=lambda start: start[0][0][1].loss)
    starts = starts[: settings.starts or (1 if deep else _FOLLOWED)]
    if len(starts) > 1:
        seconds = _FIRST_SHARE * settings.seconds
        if settings.executor is None:
            until = history.seconds + seconds
            for path, iterates, _ in starts:
                path.extend(_first_steps(iterates, most, lambda: history.seconds > until))
        else:
            told = packed(follow, most, seconds)
            tasks = [(told, hidden) for _, _, hidden in starts]
            for i, path in enumerate(answers(_followed, tasks, settings.executor)):
                # here they are computed again if they are to go on
                hidden = starts[i][2]
                starts[i] = path, islice(follow(hidden), len(path), None), hidden
    path, iterates, _ = min(starts, key=lambda start: min(r.loss for _, r in start[0]))
    for other, _, _ in starts:
        for iterate in other[1:] if other is not path else ():
            training.consider(*iterate)
    # these steps are taken, so that none of them ends the training before the others
    for iterate in path[:-1]:
        training.record(*iterate)
    yield path[-1]
    yield from iterates


def _first_steps(
    iterates: Iterator[descent.Iterate], most: int, is_late: Callable[[], bool]
) -> Iterator[descent.Iterate]:
    """Yield some iterates, the last one when time is up."""
    for iterate in islice(iterates, min(most, _FIRST_STEPS)):
        yield iterate
        if is_late():
            break


@single_threaded()
def _followed(task: tuple[bytes, Array]) -> list[descent.Iterate]:
    """Follow a start for a few steps, in another process."""
    told, hidden = task
    follow, most, seconds = pickle.loads(told)  # noqa: S301 - from the process that waits for the answer
    until = perf_counter() + seconds
    with np.errstate(all="ignore"):
        iterates = follow(hidden)
        return [next(iterates), *_first_steps(iterates, most, lambda: perf_counter() > until)]


def _by_lbfgs(problem: Problem, training: Training) -> str:
    start = small_weights(problem.shape, problem.rng)
    return descent.lbfgs(_Loss(problem, training), start, training)


def _by_adam(problem: Problem, training: Training) -> str:
    return _by_iterates(problem, training, partial(descent.adam, rate=problem.settings.rate))


def _by_descent(problem: Problem, training: Training) -> str:
    rate, momentum = problem.settings.rate, problem.settings.momentum
    method = partial(descent.gradient_descent, rate=rate, momentum=momentum)
    return _by_iterates(problem, training, method)


def _by_iterates(
    problem: Problem,
    training: Training,
    method: Callable[[descent.Loss, Array], Iterator[descent.Iterate]],
) -> str:
    """Take in all iterates; with minibatches, those after each pass over the points."""
    start, loss = small_weights(problem.shape, problem.rng), _Loss(problem, training)
    size = problem.settings.batch
    if size is None or size >= len(problem.x):
        for weights, residuals in method(loss, start):
            training(weights, residuals)
    batches = -(-len(problem.x) // (size or 1))
    for number, (weights, _) in enumerate(method(_BatchLoss(problem, training), start)):
        if number % batches == 0:
            training(weights, loss(weights)[0])
    raise AssertionError("descent has no last iterate")


class _Loss:
    """The function weights → residuals and gradient over all points, with the penalty."""

    def __init__(self, problem: Problem, training: Training) -> None:
        self.problem, self.training = problem, training
        self.penalty = problem.settings.penalty
        self.penalised = problem.shape.penalised if self.penalty else np.zeros(0)

    def __call__(self, weights: Array) -> tuple[Residuals, Array]:
        return self.over(weights, self.problem.x, self.problem.y)

    def over(self, weights: Array, x: Array, y: Array) -> tuple[Residuals, Array]:
        self.training.history.evaluations += 1
        residuals, gradient = loss_and_gradient(self.problem.shape, weights, x, y)
        if not self.penalty:
            return residuals, gradient
        penalised = self.penalised * weights
        gradient += 2 * self.penalty * penalised
        return replace(residuals, penalty=self.penalty * float(penalised @ weights)), gradient


class _BatchLoss(_Loss):
    """The same over one batch after the other; in each pass every point occurs once."""

    def __init__(self, problem: Problem, training: Training) -> None:
        super().__init__(problem, training)
        self.waiting = np.empty(0, dtype=np.int64)

    def __call__(self, weights: Array) -> tuple[Residuals, Array]:
        problem = self.problem
        if not len(self.waiting):
            self.waiting = problem.rng.permutation(len(problem.x))
        size = problem.settings.batch
        rows, self.waiting = self.waiting[:size], self.waiting[size:]
        return self.over(weights, problem.x[rows], problem.y[rows])


TRAINERS: Final = (
    Trainer(
        "projection",
        _by_projection,
        max_iter=300,
        patience=60,
        help="variable projection, most accurate, for up to a few thousand weights",
        options=("starts", "polish", "stages", "executor"),
    ),
    Trainer("lbfgs", _by_lbfgs, max_iter=5000, patience=500, help="L-BFGS, for many weights"),
    Trainer(
        "adam",
        _by_adam,
        max_iter=5000,
        patience=2000,
        help="Adam, for many points in minibatches",
        rate=0.01,
        options=("rate", "batch"),
    ),
    Trainer(
        "descent",
        _by_descent,
        max_iter=5000,
        patience=2000,
        help="gradient descent, as in the lecture",
        rate=0.1,
        options=("rate", "batch", "momentum"),
    ),
)
"""All training methods."""
