"""Layouts: directions and units along each grow together; a plan makes one for every size."""

import math

import numpy as np
import pytest

from uat.construct.ridge.layouts import Plan, first_plans, sizes


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("size", [12, 100, 1000, 4000])
def test_no_layout_has_more_units_than_it_may(rank: int, size: int) -> None:
    for plan in first_plans(np.eye(rank), size):
        layout = plan.layout()
        if layout is not None:
            assert layout.size <= size
            assert layout.each >= 2


@pytest.mark.parametrize("rank", [2, 3, 4])
def test_directions_and_units_along_each_make_about_the_same_degree(rank: int) -> None:
    layout = Plan(np.eye(rank), None, 3000).layout()
    assert layout is not None
    degree = round(layout.each / 1.25 - 1)
    monomials = math.comb(degree + rank - 1, rank - 1)
    assert 0.7 < len(layout.ways) / monomials < 1.4


def test_one_direction_is_enough_for_a_ridge() -> None:
    basis = np.array([[0.6, 0.8]])
    (plan,) = first_plans(basis, 40)
    layout = plan.layout()
    assert layout is not None
    assert (layout.ways == basis).all()


def test_directions_stay_among_those_that_count() -> None:
    basis = np.eye(5)[:2]
    for plan in first_plans(basis, 200):
        layout = plan.layout()
        assert layout is not None
        assert (layout.ways[:, 2:] == 0).all()
        assert np.allclose(np.linalg.norm(layout.ways, axis=1), 1)


def test_a_neighbour_differs_in_one_thing() -> None:
    plan = Plan(np.eye(2), None, 100, margin=0.1)
    for other in plan.neighbours():
        names = ("size", "stretch", "steepness", "margin")
        assert sum(getattr(other, name) != getattr(plan, name) for name in names) == 1
        assert other.margin >= 0


def test_sizes_grow_to_the_most() -> None:
    grown = list(sizes(4000))
    assert grown == sorted(set(grown))
    assert grown[-1] == 4000
