"""Layouts: directions and units along each grow together; a rule makes one for every size."""

import math

import numpy as np
import pytest

from uat import Target
from uat.construct.ridge.layouts import LayoutRule, active_directions, first_rules, sizes


@pytest.mark.slow
@pytest.mark.parametrize("rank", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("size", [12, 100, 1000, 4000])
def test_no_layout_has_more_units_than_it_may(rank: int, size: int) -> None:
    for rule in first_rules(np.eye(rank), size):
        layout = rule.layout()
        if layout is not None:
            assert layout.size <= size
            assert layout.each >= 2


@pytest.mark.parametrize("rank", [2, 3, 4])
def test_directions_and_units_along_each_make_about_the_same_degree(rank: int) -> None:
    layout = LayoutRule(np.eye(rank), None, 3000).layout()
    assert layout is not None
    degree = round(layout.each / 1.25 - 1)
    monomials = math.comb(degree + rank - 1, rank - 1)
    assert 0.7 < len(layout.ways) / monomials < 1.4


def test_one_direction_is_enough_for_a_ridge() -> None:
    basis = np.array([[0.6, 0.8]])
    (rule,) = first_rules(basis, 40)
    layout = rule.layout()
    assert layout is not None
    assert (layout.ways == basis).all()


def test_directions_stay_among_those_that_count() -> None:
    basis = np.eye(5)[:2]
    for rule in first_rules(basis, 200):
        layout = rule.layout()
        assert layout is not None
        assert (layout.ways[:, 2:] == 0).all()
        assert np.allclose(np.linalg.norm(layout.ways, axis=1), 1)


def test_a_neighbour_differs_in_one_thing() -> None:
    rule = LayoutRule(np.eye(2), None, 100, margin=0.1)
    for other in rule.neighbours():
        names = ("size", "stretch", "steepness", "margin")
        assert sum(getattr(other, name) != getattr(rule, name) for name in names) == 1
        assert other.margin >= 0


def test_sizes_grow_to_the_most() -> None:
    grown = list(sizes(4000))
    assert grown == sorted(set(grown))
    assert grown[-1] == 4000


def test_a_ridge_in_six_coordinates_has_one() -> None:
    w = np.array([1.0, -2.0, 0.0, 0.5, 3.0, 1.0])
    f = Target(lambda *x: np.sin(sum(c * v for c, v in zip(w, x, strict=True))), [(-1, 1)] * 6)
    (way,) = active_directions(f, 1e-6)
    assert abs(way @ w) / np.linalg.norm(w) == pytest.approx(1, abs=1e-10)


def test_it_is_a_direction_of_the_scaled_box() -> None:
    (way,) = active_directions(Target("exp(x/10 + 2*y)", [(0, 20), (0, 1)]), 1e-6)
    assert np.abs(way) == pytest.approx(np.array([1, 1]) / np.sqrt(2))


def test_all_count_where_f_changes_along_all() -> None:
    assert (active_directions(Target("x*y*z", [(0, 1)] * 3), 1e-6) == np.eye(3)).all()


def test_what_changes_f_by_less_than_asked_for_does_not_count() -> None:
    f = Target("sin(x) + 1e-5*cos(y)", [(0, 1), (0, 1)])
    assert len(active_directions(f, 1e-3)) == 1
    assert len(active_directions(f, 1e-8)) == 2


def test_a_constant_has_one_too() -> None:
    assert active_directions(Target("3 + 0*x*y", [(0, 1), (0, 1)]), 1e-6).shape == (1, 2)


def test_it_need_not_have_a_formula_or_a_common_size() -> None:
    f = Target(lambda x, y: 1e-290 * x**2 + 0 * y, [(0, 1e-200), (0, 1)], modulus=1.0, traced=False)
    assert active_directions(f, 0.0).shape[1] == 2
