"""Layouts: even directions and the units along each grow together; a rule makes every size."""

import math
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from uat import Target
from uat.construct.ridge.layouts import (
    LayoutRule,
    active_directions,
    directions,
    first_rules,
    sizes,
)
from uat.construct.ridge.points import diagonals
from uat.errors import InputError
from uat.numerics.low_discrepancy import low_discrepancy


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


def nearest_angles(ways: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle from each line to the nearest other one, in radians."""
    angles = [
        min(math.acos(min(1.0, abs(math.fsum(u * v)))) for j, v in enumerate(ways) if j != i)
        for i, u in enumerate(ways)
    ]
    return np.array(angles)


@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 5, 6])
def test_they_are_unit_vectors_that_nobody_can_change(dimension: int) -> None:
    ways = directions(dimension, 20)
    assert ways.shape == ((1, 1) if dimension == 1 else (20, dimension))
    assert np.allclose(np.linalg.norm(ways, axis=1), 1, atol=1e-14)
    assert not ways.flags.writeable


def test_in_the_plane_all_angles_between_neighbours_are_equal() -> None:
    assert np.allclose(nearest_angles(directions(2, 12)), math.pi / 12)


@pytest.mark.parametrize(("dimension", "many"), [(3, 40), (4, 60), (6, 80)])
def test_no_two_are_much_nearer_than_most(dimension: int, many: int) -> None:
    angles = nearest_angles(directions(dimension, many))
    random = np.random.default_rng(0).normal(size=(many, dimension))
    random /= np.linalg.norm(random, axis=1)[:, None]
    assert angles.min() > 0.8 * np.median(angles)
    assert angles.min() > 2 * nearest_angles(random).min()


@pytest.mark.parametrize("dimension", [3, 4, 6])
def test_they_leave_no_large_hole(dimension: int) -> None:
    many = 100
    ways = directions(dimension, many)
    asked = np.random.default_rng(1).normal(size=(5000, dimension))
    asked /= np.linalg.norm(asked, axis=1)[:, None]
    farthest = np.arccos(np.abs(asked @ ways.T).max(axis=1).clip(max=1)).max()
    assert farthest < 1.6 * np.median(nearest_angles(ways))


def test_six_directions_in_space_are_those_of_the_icosahedron() -> None:
    # six lines with all angles equal to arctan 2, the best there are (Fejes Tóth 1965)
    assert np.allclose(nearest_angles(directions(3, 6)), math.atan(2), atol=0.05)


@pytest.mark.slow
def test_another_process_gets_the_same() -> None:
    program = "from uat.construct.ridge.layouts import directions; print(directions(4, 30).tobytes().hex())"
    command = [sys.executable, "-c", program]
    other = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert other.strip() == directions(4, 30).tobytes().hex()


@pytest.mark.parametrize("dimension", [1, 2, 3, 6])
def test_diagonals_are_unit_vectors(dimension: int) -> None:
    assert diagonals(dimension).shape == (2 ** (dimension - 1), dimension)
    assert np.allclose(np.abs(diagonals(dimension)), dimension**-0.5)


@pytest.mark.parametrize("dimension", [1, 2, 3, 6])
def test_points_of_low_discrepancy_fill_every_slab_evenly(dimension: int) -> None:
    points = low_discrepancy(dimension, 1000)
    assert (points > 0).all()
    assert (points < 1).all()
    for column in points.T:
        counts = np.histogram(column, bins=20, range=(0, 1))[0]
        assert np.abs(counts - 50).max() <= 8


@pytest.mark.parametrize(("dimension", "many"), [(0, 3), (3, 0), (-1, 1)])
def test_none_at_all_are_refused(dimension: int, many: int) -> None:
    with pytest.raises(InputError, match="at least 1"):
        directions(dimension, many)
