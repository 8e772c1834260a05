"""The search: it keeps to its goal and its budget, and its cells cover the first ones."""

from typing import NamedTuple

import numpy as np

from uat.expression.arrays import Array
from uat.proof.cells.branch_and_bound import Bound, CellSearch, Examined


class Cells(NamedTuple):
    lower: Array
    upper: Array
    bounds: Array


def widths(lower: Array, upper: Array) -> Examined:
    """A bound that is the longest side: halving it to a goal costs what it must."""
    return Examined((upper - lower).max(axis=1), 0.0, upper - lower)


def halve_the_worst(
    bound: Bound, lower: Array, upper: Array, budget: int, goal: float = 0.0
) -> Cells:
    search = CellSearch(bound, lower, upper, goal)
    search.go_on(budget)
    assert search.upper == search.cells[2].max()
    return Cells(*search.cells)


def test_the_search_stops_at_the_goal_and_covers_the_box() -> None:
    lower, upper = np.zeros((1, 2)), np.ones((1, 2))
    evidence = halve_the_worst(widths, lower, upper, 10_000, goal=0.125)
    assert evidence.bounds.max() == 0.125
    assert len(evidence.bounds) == 64
    assert np.prod(evidence.upper - evidence.lower, axis=1).sum() == 1


def test_the_search_keeps_to_its_budget_and_gives_the_best_so_far() -> None:
    looked = []

    def counted(lower: Array, upper: Array) -> Examined:
        looked.append(len(lower))
        return widths(lower, upper)

    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    evidence = halve_the_worst(counted, lower, upper, 100)
    assert sum(looked[1:]) <= 100
    assert evidence.bounds.max() <= 1 / 16
    assert np.sum(evidence.upper - evidence.lower) == 1


def test_a_cell_between_neighbouring_floats_is_not_halved() -> None:
    lower = np.array([[1.0]])
    evidence = halve_the_worst(widths, lower, np.nextafter(lower, 2.0), 100)
    assert len(evidence.bounds) == 1


def test_a_looser_bound_of_a_half_does_not_count() -> None:
    def growing(lower: Array, upper: Array) -> Examined:
        return Examined(1 / (upper - lower).max(axis=1), 0.0, upper - lower)

    evidence = halve_the_worst(growing, np.zeros((1, 1)), np.ones((1, 1)), 64)
    assert evidence.bounds.max() == 1


def test_cells_on_which_nothing_is_known_are_halved_first() -> None:
    def unknown_at_first(lower: Array, upper: Array) -> Examined:
        sides = upper - lower
        known = (sides[:, 0] < 0.1) | (lower[:, 0] > 0)
        return Examined(np.where(known, sides[:, 0], np.inf), 0.0, sides)

    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    evidence = halve_the_worst(unknown_at_first, lower, upper, 100, goal=0.5)
    assert evidence.bounds.max() == 0.5


def test_a_search_goes_on_where_it_stopped() -> None:
    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    search = CellSearch(widths, lower, upper)
    uppers = []
    for i in range(4):
        search.go_on(62 * (i + 1))
        uppers.append(search.upper)
    assert uppers == sorted(uppers, reverse=True)
    assert uppers[-1] <= uppers[0] / 2
