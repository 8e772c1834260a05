"""A mountain by steps: the bounds are proved, and no line does as well."""

import numpy as np
import pytest

from uat.lecture.figures.anything import MOUNTAIN, even_steps
from uat.lecture.figures.families import best_line


@pytest.mark.parametrize("units", [10, 100, 1000])
def test_the_bound_of_a_staircase_holds(units: int) -> None:
    network, certificate = even_steps(units)
    x = np.linspace(0, 1, 5001)
    assert network.units == units
    assert np.abs(network.as_function()(x) - MOUNTAIN(x)).max() <= certificate.bound


def test_ten_times_the_units_are_much_nearer() -> None:
    bounds = [even_steps(units)[1].bound for units in (10, 100, 1000)]
    assert bounds[0] > 4 * bounds[1] > 16 * bounds[2]


def test_every_line_is_further_away_than_ten_steps() -> None:
    slope, intercept, farthest = best_line(MOUNTAIN)
    gaps = MOUNTAIN(farthest) - slope * farthest - intercept
    assert np.abs(gaps) == pytest.approx(np.abs(gaps[0]))
    assert np.abs(gaps[0]) > even_steps(10)[1].bound
