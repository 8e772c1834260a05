"""Cells in the coordinates of a form still cover the domain, and its coordinates are right."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from tests.proof.joint.values_in_balls import check
from uat.proof.joint.chart import Chart


@pytest.fixture
def chart() -> Chart:
    weights = np.array([0.5, -1 / 3, 1.0])
    return Chart(np.array([-1.0, 0.25, 0.0]), np.array([1.0, 4.0, 0.5]), 2, weights)


@pytest.mark.slow
def test_no_point_of_the_domain_is_lost_where_cells_are_shrunk(chart: Chart) -> None:
    rng = np.random.default_rng(0)
    low, high = chart.box()
    ends = np.sort(low + (high - low) * rng.random((2, 400, 3)), axis=0)
    lower, upper, some = chart.shrunk(*ends)
    x = chart.lower + (chart.upper - chart.lower) * rng.random((4000, 3))
    x[:1000] = np.where(rng.random((1000, 3)) < 0.5, chart.lower, chart.upper)
    assert chart.weights is not None
    weights = [Fraction(w) for w in chart.weights.tolist()]
    for row in x.tolist():
        u = sum(w * Fraction(v) for w, v in zip(weights, row, strict=True))
        assert Fraction(low[2]) <= u <= Fraction(high[2])
        y = np.array([row[0], row[1], float(u)])
        strictly = ((ends[0] < y) & (y < ends[1])).all(axis=1)
        strictly &= (np.nextafter(ends[0][:, 2], 9) < y[2]) & (
            y[2] < np.nextafter(ends[1][:, 2], -9)
        )
        for i in np.flatnonzero(strictly).tolist():
            assert some[i]
            assert (lower[i, :2] <= y[:2]).all()
            assert (y[:2] <= upper[i, :2]).all()
            assert Fraction(lower[i, 2]) <= u <= Fraction(upper[i, 2])
    assert not some.all()
    assert (upper - lower <= ends[1] - ends[0]).all()


def test_the_replaced_coordinate_is_modelled_with_its_rounding(chart: Chart) -> None:
    rng = np.random.default_rng(1)
    centre, radius = rng.uniform(-1, 1, (50, 3)), 10.0 ** rng.uniform(-9, 0, (50, 3))
    model = chart.coordinates(centre, radius, 2)[2]
    assert chart.weights is not None
    first, second, _ = map(arb, chart.weights.tolist())
    check(model, lambda y: y[2] - first * y[0] - second * y[1], centre, radius, 3)
    assert (model.remainder < 1e-14).all()


def test_points_are_turned_back(chart: Chart) -> None:
    x = chart.lower + (chart.upper - chart.lower) * np.random.default_rng(2).random((20, 3))
    y = x.copy()
    assert chart.weights is not None
    y[:, 2] = x @ chart.weights
    np.testing.assert_allclose(chart.points(y), x, atol=1e-14)
    assert chart.holds(y * 1.0).mean() > 0.8
    y[:, 2] += 9
    assert not chart.holds(y).any()


def test_without_a_form_the_coordinates_stay() -> None:
    plain = Chart(np.zeros(2), np.ones(2))
    slopes = np.array([[1.0, 2.0]])
    assert plain.slopes(slopes)[0] is slopes
    assert plain.box()[1] is plain.upper
    assert plain.shrunk(plain.lower[None], plain.upper[None])[2].all()
