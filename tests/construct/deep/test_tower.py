"""Towers: blocks of the heights of f, with no hole where four of them meet."""

import numpy as np
import pytest

import uat
from uat import Affine, Network, Target
from uat.construct.deep import tower
from uat.errors import InputError

F = Target("sin(3*x) + x*y", [(-1, 2), (0, 1)])


@pytest.mark.parametrize("many", [2, 5, 9])
def test_inside_each_cell_it_is_f_in_the_middle(many: int) -> None:
    g = tower.build(F, many, 2.0**20).as_function()
    rng = np.random.default_rng(0)
    for i in range(many):
        for j in range(many):
            x, y = (np.array([i, j]) + rng.uniform(0.05, 0.95, 2)) / many * [3, 1] + [-1, 0]
            middle = F(-1 + 3 * (i + 0.5) / many, (j + 0.5) / many)
            assert g(x, y) == pytest.approx(middle, abs=1e-9)


def test_its_width_is_as_said() -> None:
    assert tower.build(F, 7).widths == (12, 49)


def test_where_four_cells_meet_it_stays_between_them() -> None:
    f = Target("2 + x + y", [(0, 1), (0, 1)])
    g = tower.build(f, 4).as_function()
    near = 0.5 + np.linspace(-1e-2, 1e-2, 101)
    values = g(*np.meshgrid(near, near))
    assert values.min() > 2.5
    assert values.max() < 3.5


def test_towers_of_single_units_have_holes_there() -> None:
    # four steps that ask for more than 1½: at a corner of the cell x and y give ½ each
    slope, sides = 2.0**12, np.array([0.25, 0.5])
    steps = Affine([[slope, 0]] * 2 + [[0, slope]] * 2, -slope * np.tile(sides, 2))
    single = Network(
        (steps, Affine([[64.0, -64, 64, -64]], [-96.0]), Affine([[1.0]], [0.0])), uat.logistic
    )
    g = single.as_function()
    assert g(0.3, 0.3) == pytest.approx(1)
    assert g(0.5, 0.5) == pytest.approx(0)


@pytest.mark.slow
def test_its_error_is_proved() -> None:
    f = Target("sin(2*x + y)", [(0, 1), (0, 1)])
    certificate = uat.certify(f, tower.build(f, 8))
    assert 0.05 < certificate.lower <= certificate.upper < 0.25


def test_one_coordinate_or_one_cell_is_refused() -> None:
    for f, many in ((Target("x", (0, 1)), 4), (F, 1)):
        with pytest.raises(InputError, match="at least 2 along each of two"):
            tower.build(f, many)
