"""Which directions, how many units, how steep: chosen by what is measured, not by rule.

Layouts of growing size are fitted until the first units of one are near enough to f. From there
the choice walks to the layout beside it that does with fewer units, as long as there is one. Where
the error falls too slowly for what is allowed (`construct/decay.py`), no larger ones are tried. What
is measured is the largest |f − g| at a few thousand points, faces and corners with them; the
budget is counted in fits, so that the same f always gets the same network.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uat.construct.decay import Decay, measure
from uat.construct.ridge.active import active_directions
from uat.construct.ridge.dictionary import Dictionary, Values, order_units
from uat.construct.ridge.layouts import Layout, Plan, first_plans, sizes
from uat.construct.ridge.points import compared, on_the_box
from uat.core.activations import Activation
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array

__all__ = ["Choice", "Question", "ask", "fewest", "measured", "nearest"]


_LEAST: Final = 12
_ALL_SHAPES: Final = 300
_MOST_SHAPES: Final = 1000
_RESOLVED: Final = 0.3
"""An error in parts of f; above it f is too wavy for what was tried, and nothing is decided yet."""

_FOLLOWED: Final = 1 / 16
"""Below it the error falls as it will go on to, and where that leads decides."""

_PATIENCE: Final = 5
_HARDLY: Final = 0.7
_COUNTS: Final = 24
_FIRST_OF: Final = (0.7, 0.8, 0.9, 1.0)
_SPARE: Final = 1.5
_TRIES: Final = 24.0
_CHEAP: Final = 400
_OVERHEAD: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """f divided by its size, so that ε counts in parts of it, and where the error is looked at."""

    target: Target
    activation: Activation
    size: float
    eps: float
    most: int
    seen: Values

    def dictionary(self, layout: Layout) -> Dictionary:
        """Fit the units of a layout, in order."""
        return order_units(self.target, layout, self.activation, self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The first `count` units of a layout, and their error in parts of the size of f.

    Where the search was given up, `decay` tells how the error fell until then.
    """

    plan: Plan
    layout: Layout
    count: int
    error: float
    decay: Decay | None = None


def ask(target: Target, eps: float, activation: Activation, most: int) -> Question:
    """Look at f, and put the question how it is within eps with at most so many units."""
    points = on_the_box(target, compared(target.dimension))
    values = np.asarray(target(*points.T))
    size = float(np.abs(values).max()) or 1.0
    return Question(target, activation, size, eps / size, most, Values(points, values / size))


def fewest(question: Question, wanted: float) -> Choice:
    """Find few units with an error below `wanted`; where none are found, those that come nearest.

    Raises
    ------
    CannotProve
        Where so few units are allowed that no layout has room.
    """
    best: Choice | None = None
    reached: list[tuple[int, float]] = []
    plans = _first_plans(question, wanted)
    for size in sizes(max(question.most, _LEAST)):
        tried = list(_fitted(question, (replace(plan, size=size) for plan in plans), wanted))
        enough = [choice for choice in tried if choice.error < wanted]
        if enough:
            return _walked(question, min(enough, key=lambda choice: choice.count), wanted)
        if tried:
            nearer = min(tried, key=lambda choice: choice.error)
            resolved = nearer.error < _RESOLVED
            if size > (_ALL_SHAPES if resolved else _MOST_SHAPES):
                plans = [nearer.plan]
            best = nearer if best is None or nearer.error < best.error else best
            reached.append((size, best.error))
            if resolved and size > _ALL_SHAPES and _is_hopeless(reached, wanted, question.most):
                return replace(best, decay=measure(reached))
    return _found(best, question)


def _is_hopeless(reached: list[tuple[int, float]], wanted: float, most: int) -> bool:
    """Return whether the error hardly falls, or not so that it could come below `wanted`."""
    error, decay = reached[-1][1], measure(reached)
    if error > _HARDLY * reached[-_PATIENCE:][0][1]:
        return True
    return error < _FOLLOWED and decay is not None and decay.at_best(most) > wanted


def nearest(question: Question) -> Choice:
    """Find the layout of which the most units that are allowed come nearest to f.

    Raises
    ------
    CannotProve
        Where so few units are allowed that no layout has room.
    """
    size = min(max(question.most, _LEAST), _ALL_SHAPES)
    plans = [replace(plan, size=size) for plan in _first_plans(question, question.eps)]
    best = min(_fitted(question, plans), key=lambda choice: choice.error, default=None)
    best = _found(best, question)
    larger = replace(best.plan, size=math.ceil(_SPARE * max(question.most, _LEAST)))
    return _walked(
        question, min([best, *_fitted(question, [larger])], key=lambda choice: choice.error)
    )


def measured(question: Question, dictionary: Dictionary, weights: Array) -> Array:
    """Measure max |f − g| for several g, and what rounding may add: (first units, k) → (k,)."""
    rounding = (len(weights) + _OVERHEAD) * 2.0**-53 * np.abs(weights).sum(axis=0)
    return np.asarray(dictionary.errors(weights, question.seen) + rounding)


def _first_plans(question: Question, wanted: float) -> list[Plan]:
    basis = active_directions(question.target, question.size * wanted / 10)
    return first_plans(basis, _LEAST)


def _found(choice: Choice | None, question: Question) -> Choice:
    if choice is None:
        raise CannotProve(
            f"{question.most} units are too few for ridges in {question.target.dimension} "
            "coordinates",
            "allow more",
        )
    return choice


def _walked(question: Question, best: Choice, wanted: float | None = None) -> Choice:
    """Go to the plan beside the best one that is better, as long as there is one and budget left.

    Without an error that is wanted, to the smallest error; with one, to the fewest units.
    """

    def worth(choice: Choice) -> tuple[float, float]:
        if wanted is None:
            return choice.error, choice.count
        return (choice.count if choice.error < wanted else math.inf), choice.error

    largest = math.ceil(_SPARE**2 * question.most) if wanted is None else question.most
    left, improved = _TRIES, True
    while improved:
        improved = False
        for plan in best.plan.neighbours():
            if plan.size > largest or left <= 0:
                continue
            left -= max(1.0, plan.size / _CHEAP)
            for choice in _fitted(question, [plan], wanted):
                if worth(choice) < worth(best):
                    best, improved = choice, True
    return best


def _fitted(
    question: Question, plans: Sequence[Plan] | Iterator[Plan], wanted: float | None = None
) -> Iterator[Choice]:
    """Fit the layout of each plan that has room for one, and choose how many of its units."""
    for plan in plans:
        layout = plan.layout()
        if layout is not None:
            yield _first_units(question, plan, layout, wanted)


def _first_units(question: Question, plan: Plan, layout: Layout, wanted: float | None) -> Choice:
    """Find the fewest first units with an error below `wanted`, else those that come nearest."""
    dictionary = question.dictionary(layout)
    low, high = 0, min(len(dictionary.biases), question.most)
    while True:
        counts = _counts(low, high, wanted is None)
        errors = _errors(question, dictionary, counts)
        near = np.flatnonzero(errors < (0.0 if wanted is None else wanted))
        i = int(near[0]) if len(near) else int(np.argmin(errors))
        if len(near) == 0 or i == 0 or counts[i] == counts[i - 1] + 1:
            return Choice(plan, layout, counts[i], float(errors[i]))
        low, high = counts[i - 1], counts[i]


def _counts(low: int, high: int, only_most: bool) -> list[int]:
    """Return numbers of units to try: from low + 1 to high, or just below the most."""
    tried = high * np.array(_FIRST_OF) if only_most else np.geomspace(low + 1, high, _COUNTS)
    return [int(count) for count in np.unique(np.rint(tried).clip(1))]


def _errors(question: Question, dictionary: Dictionary, counts: Sequence[int]) -> Array:
    """Measure the error of the first units for several counts: (counts,)."""
    weights = np.zeros((max(counts), len(counts)))
    for column, count in enumerate(counts):
        weights[:count, column] = dictionary.fit.weights(count)
    return measured(question, dictionary, weights)
