"""What the theorem does not say: bounds of other families are proved, and gaps are real."""

from collections.abc import Callable

import numpy as np
import pytest

import uat
from tests.lecture.words import picture, words_of
from uat.construct.other_theorems import barron
from uat.lecture.figures.limits import (
    Family,
    barron_units,
    by_cosines,
    by_network,
    by_polynomial,
    by_spline,
    cells,
    trained_on_few,
)
from uat.lecture.figures.theorems import waves

NIELSEN = uat.examples.nielsen
FAMILIES = (by_polynomial, by_cosines, by_spline, by_network)


@pytest.mark.parametrize("make", FAMILIES)
def test_every_family_is_proved_within_eps(make: Callable[[float], Family]) -> None:
    family, x = make(0.1), np.linspace(0, 1, 4001)
    assert np.abs(family.values(x) - NIELSEN(x)).max() <= family.bound <= 0.85 * 0.1


def test_their_parameters_are_counted() -> None:
    polynomial, cosines, spline, network = (make(0.1) for make in FAMILIES)
    assert polynomial.parameters == len(polynomial.values.coef)
    assert network.parameters == 3 * network.values.units
    assert cosines.parameters < network.parameters, "the headline says so"
    words = [word.text for word in words_of(picture("other-families"))]
    for family in (polynomial, cosines, spline, network):
        assert str(family.parameters) in words


def test_a_spline_is_a_line_between_its_knots() -> None:
    spline = by_spline(0.1)
    knots = np.linspace(0, 1, spline.parameters)
    x = np.linspace(0, 1, 999)
    assert spline.values(x) == pytest.approx(np.interp(x, knots, NIELSEN(knots)), abs=1e-12)


def test_the_trained_network_meets_the_data_and_misses_f_between_them() -> None:
    data, network = trained_on_few()
    g, x = network.as_function(), np.linspace(0, 1, 2001)
    assert np.abs(g(data) - NIELSEN(data)).max() < 1e-9
    assert np.abs(g(x) - NIELSEN(x)).max() > 0.2


def test_a_continuous_function_misses_a_jump_by_half_of_it() -> None:
    jump = picture("what-it-does-not-say").axes[0]
    bar = max(jump.get_lines(), key=lambda line: line.get_zorder())
    low, high = (float(np.asarray(line.get_ydata())[0]) for line in jump.get_lines()[:2])
    assert np.ptp(np.asarray(bar.get_ydata(), dtype=float)) == pytest.approx((high - low) / 2)


def test_cells_are_a_power_of_the_dimension_and_units_are_not() -> None:
    assert [cells(d, 0.1) for d in (1, 2, 3, 20)] == [10, 100, 1000, 10**20]
    for d in (1, 5):
        _, bound = barron.build(waves(d), [(-1.0, 1.0)] * d, barron_units(0.1), rng=0)
        assert bound**0.5 == pytest.approx(0.1)
