"""Directions: unit vectors, spread evenly over the half sphere, always the same."""

import math
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from uat.construct.ridge.directions import axes, diagonals, directions
from uat.errors import InputError
from uat.numerics.low_discrepancy import low_discrepancy


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
    program = "from uat.construct.ridge.directions import directions; print(directions(4, 30).tobytes().hex())"
    command = [sys.executable, "-c", program]
    other = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert other.strip() == directions(4, 30).tobytes().hex()


@pytest.mark.parametrize("dimension", [1, 2, 3, 6])
def test_axes_and_diagonals_are_unit_vectors(dimension: int) -> None:
    assert axes(dimension).shape == (dimension, dimension)
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
