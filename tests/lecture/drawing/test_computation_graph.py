"""The drawn graph of a formula: the derivatives are right, no node hides another."""

import numpy as np
import pytest

from uat.expression.graph import Expression, in_order
from uat.expression.parse import parse
from uat.lecture.drawing.computation_graph import chain_rule, node_positions

FORMULAS = ("(x*y + z - 2)**2", "x*x", "exp(x*y)*x + sin(x)/z", "x + y", "tanh(x*y)*tanh(x*y) - x")

every_formula = pytest.mark.parametrize("whole", [*map(parse, FORMULAS)], ids=FORMULAS)


def difference(whole: Expression, point: np.ndarray, index: int) -> float:
    """The derivative by differences, of the fourth order."""
    step = 1e-3 * np.eye(3)[index]
    near, far = (
        (whole(*(point + k * step)) - whole(*(point - k * step))) / (2e-3 * k) for k in (1, 2)
    )
    return float((4 * near - far) / 3)


@every_formula
def test_the_chain_rule_finds_the_derivative_by_every_input(whole: Expression) -> None:
    point = np.array([0.7, -1.3, 1.9])
    slopes, _ = chain_rule(whole, tuple(point))
    for index, name in enumerate("xyz"):
        found = slopes.get(parse(name), 0.0)
        assert found == pytest.approx(difference(whole, point, index), rel=1e-8, abs=1e-9)


@every_formula
def test_what_comes_back_along_the_edges_adds_up_at_each_node(whole: Expression) -> None:
    slopes, edges = chain_rule(whole, (0.7, -1.3, 1.9))
    for node in in_order(whole):
        if node is not whole:
            parts = [part for (argument, _), part in edges.items() if argument is node]
            assert slopes[node] == pytest.approx(sum(parts))


@every_formula
def test_every_node_has_a_place_of_its_own_left_of_what_uses_it(whole: Expression) -> None:
    at = node_positions(whole)
    assert set(at) == set(in_order(whole))
    assert len(set(at.values())) == len(at)
    assert all(at[argument][0] < at[node][0] for node in at for argument in node.arguments)
