"""Which directions, how many units, how steep: chosen by what is measured, not by rule.

Layouts of growing size are fitted until the first units of one are within ε of f. From there the
search moves to a neighbouring layout that needs fewer units, as long as there is one. Where the
error falls too slowly (`construct/decay.py`), no larger layouts are tried. The error is the largest
|f − g| at a few thousand points, on faces and corners too; the budget is counted in fits, so that
the same f always gets the same network.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uat.construct.decay import Decay, measure
from uat.construct.ridge.dictionary import Dictionary, Values, order_units
from uat.construct.ridge.layouts import Layout, LayoutRule, active_directions, first_rules, sizes
from uat.construct.ridge.points import compared, on_the_box
from uat.core.activations import Activation
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array

__all__ = ["Choice", "RidgeProblem", "fewest", "measured", "nearest_sum", "scaled_problem"]


_LEAST: Final = 12  # the smallest layout that is tried, however few units are allowed

_ALL_SHAPES: Final = 300
_MOST_SHAPES: Final = 1000
"""Up to these sizes all rules are fitted, for an f that is followed and one that is not yet;
beyond, only the best one. Larger: fewer units, slower."""

_RESOLVED: Final = 0.3
"""The relative error above which f is too wavy for the layouts so far, and nothing is decided."""

_FOLLOWED: Final = 1 / 16  # the relative error below which the decay of the error is taken to go on

_PATIENCE: Final = 5
_HARDLY: Final = 0.7
"""The search ends if this many sizes do not bring the error below this part of it."""

_COUNTS: Final = 24
_FIRST_OF: Final = (0.7, 0.8, 0.9, 1.0)
"""Numbers of first units tried at once: between two bounds, or as parts of the most."""

_SPARE: Final = 1.5
"""Layouts may have more units than are allowed in the network, the first of which are taken."""

_TRIES: Final = 24.0
_CHEAP: Final = 400
"""The budget of the walk, in fits of layouts up to this size; a larger one costs in proportion."""

_OVERHEAD: Final = 40  # roundings of one unit, beyond one for each term of the sum


@dataclass(frozen=True, slots=True, eq=False)
class RidgeProblem:
    """The scaled problem: f / max|f|, the relative ε, and the points where errors are measured."""

    target: Target
    activation: Activation
    size: float
    eps: float
    most: int
    seen: Values

    def dictionary(self, layout: Layout) -> Dictionary:
        """Fit all units of a layout and put them in order."""
        return order_units(self.target, layout, self.activation, self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The first `count` units of a layout, with their error relative to the size of f.

    If the search was given up, `decay` is how the error fell until then.
    """

    rule: LayoutRule
    layout: Layout
    count: int
    error: float
    decay: Decay | None = None


def scaled_problem(target: Target, eps: float, activation: Activation, most: int) -> RidgeProblem:
    """Sample f and set up the search for at most `most` units."""
    points = on_the_box(target, compared(target.dimension))
    values = np.asarray(target(*points.T))
    size = float(np.abs(values).max()) or 1.0
    return RidgeProblem(target, activation, size, eps / size, most, Values(points, values / size))


def fewest(problem: RidgeProblem, wanted: float) -> Choice:
    """Find few units with an error below `wanted`, else those with the least error.

    Raises CannotProve where so few units are allowed that no layout has room.
    """
    best: Choice | None = None
    reached: list[tuple[int, float]] = []
    rules = _first_rules(problem, wanted)
    for size in sizes(max(problem.most, _LEAST)):
        tried = list(_fitted(problem, (replace(rule, size=size) for rule in rules), wanted))
        enough = [choice for choice in tried if choice.error < wanted]
        if enough:
            return _walked(problem, min(enough, key=lambda choice: choice.count), wanted)
        if tried:
            nearer = min(tried, key=lambda choice: choice.error)
            resolved = nearer.error < _RESOLVED
            if size > (_ALL_SHAPES if resolved else _MOST_SHAPES):
                rules = [nearer.rule]
            best = nearer if best is None or nearer.error < best.error else best
            reached.append((size, best.error))
            if resolved and size > _ALL_SHAPES and _is_hopeless(reached, wanted, problem.most):
                return replace(best, decay=measure(reached))
    return _found(best, problem)


def _is_hopeless(reached: list[tuple[int, float]], wanted: float, most: int) -> bool:
    """Return True if the error hardly falls, or too slowly to come below `wanted`."""
    error, decay = reached[-1][1], measure(reached)
    if error > _HARDLY * reached[-_PATIENCE:][0][1]:
        return True
    return error < _FOLLOWED and decay is not None and decay.at_best(most) > wanted


def nearest_sum(problem: RidgeProblem) -> Choice:
    """Find the layout whose first `most` units have the least error.

    Raises CannotProve where so few units are allowed that no layout has room.
    """
    size = min(max(problem.most, _LEAST), _ALL_SHAPES)
    rules = [replace(rule, size=size) for rule in _first_rules(problem, problem.eps)]
    best = min(_fitted(problem, rules), key=lambda choice: choice.error, default=None)
    best = _found(best, problem)
    larger = replace(best.rule, size=math.ceil(_SPARE * max(problem.most, _LEAST)))
    return _walked(
        problem, min([best, *_fitted(problem, [larger])], key=lambda choice: choice.error)
    )


def measured(problem: RidgeProblem, dictionary: Dictionary, weights: Array) -> Array:
    """Measure max |f − g| for several g, and what rounding may add: (first units, k) → (k,)."""
    rounding = (len(weights) + _OVERHEAD) * 2.0**-53 * np.abs(weights).sum(axis=0)
    return np.asarray(dictionary.errors(weights, problem.seen) + rounding)


def _first_rules(problem: RidgeProblem, wanted: float) -> list[LayoutRule]:
    basis = active_directions(problem.target, problem.size * wanted / 10)
    return first_rules(basis, _LEAST)


def _found(choice: Choice | None, problem: RidgeProblem) -> Choice:
    if choice is None:
        raise CannotProve(
            f"{problem.most} units are too few for ridges in {problem.target.dimension} "
            "coordinates",
            "allow more",
        )
    return choice


def _walked(problem: RidgeProblem, best: Choice, wanted: float | None = None) -> Choice:
    """Move to a neighbouring rule that is better, while there is one and budget is left.

    Better means fewer units within `wanted`, or a smaller error where `wanted` is None.
    """

    def worth(choice: Choice) -> tuple[float, float]:
        if wanted is None:
            return choice.error, choice.count
        return (choice.count if choice.error < wanted else math.inf), choice.error

    largest = math.ceil(_SPARE**2 * problem.most) if wanted is None else problem.most
    left, improved = _TRIES, True
    while improved:
        improved = False
        for rule in best.rule.neighbours():
            if rule.size > largest or left <= 0:
                continue
            left -= max(1.0, rule.size / _CHEAP)
            for choice in _fitted(problem, [rule], wanted):
                if worth(choice) < worth(best):
                    best, improved = choice, True
    return best


def _fitted(
    problem: RidgeProblem,
    rules: Sequence[LayoutRule] | Iterator[LayoutRule],
    wanted: float | None = None,
) -> Iterator[Choice]:
    """Fit the layout of each rule that has room for one, and choose the number of its units."""
    for rule in rules:
        layout = rule.layout()
        if layout is not None:
            yield _first_units(problem, rule, layout, wanted)


def _first_units(
    problem: RidgeProblem, rule: LayoutRule, layout: Layout, wanted: float | None
) -> Choice:
    """Find the fewest first units with an error below `wanted`, else those with the least error."""
    dictionary = problem.dictionary(layout)
    low, high = 0, min(len(dictionary.biases), problem.most)
    while True:
        counts = _counts(low, high, wanted is None)
        errors = _errors(problem, dictionary, counts)
        near = np.flatnonzero(errors < (0.0 if wanted is None else wanted))
        i = int(near[0]) if len(near) else int(np.argmin(errors))
        if len(near) == 0 or i == 0 or counts[i] == counts[i - 1] + 1:
            return Choice(rule, layout, counts[i], float(errors[i]))
        low, high = counts[i - 1], counts[i]


def _counts(low: int, high: int, only_most: bool) -> list[int]:
    """Return numbers of units to try: from low + 1 to high, or just below the most."""
    tried = high * np.array(_FIRST_OF) if only_most else np.geomspace(low + 1, high, _COUNTS)
    return [int(count) for count in np.unique(np.rint(tried).clip(1))]


def _errors(problem: RidgeProblem, dictionary: Dictionary, counts: Sequence[int]) -> Array:
    """Measure the error of the first units for several counts: (counts,)."""
    weights = np.zeros((max(counts), len(counts)))
    for column, count in enumerate(counts):
        weights[:count, column] = dictionary.fit.weights(count)
    return measured(problem, dictionary, weights)
