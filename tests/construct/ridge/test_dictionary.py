"""A dictionary: units in order, whose first ones make the same g as the network made of them."""

import numpy as np
import pytest

import uat
from uat import Target
from uat.construct.ridge.dictionary import Values, order_units, relative_width
from uat.construct.ridge.layouts import Layout, directions
from uat.core.activations import NAMED, Activation
from uat.errors import CannotProve

SMOOTH = [NAMED[name] for name in ("logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz")]
BOX = [(0.0, 1.0), (-2.0, 5.0)]
F = Target("sin(3*x + y) + y", BOX)
LAYOUT = Layout(directions(2, 7), 9, 0.6, 0.1)


@pytest.mark.parametrize("sigma", SMOOTH, ids=lambda sigma: sigma.name)
def test_what_is_measured_is_the_network(sigma: Activation) -> None:
    dictionary = order_units(F, LAYOUT, sigma, 1.0)
    points = np.random.default_rng(0).uniform((0, -2), (1, 5), (500, 2))
    weights = dictionary.fit.weights(30)
    g = dictionary.network(weights)
    values = F(*points.T)
    seen = dictionary.errors(weights[:, None], Values(points, values))[0]
    assert g.units == 30
    assert seen == pytest.approx(np.abs(g(points)[:, 0] - values).max(), rel=1e-9)
    assert seen < 0.2


def test_the_constant_unit_comes_first() -> None:
    dictionary = order_units(F, LAYOUT, uat.logistic, 1.0)
    assert (dictionary.slopes[0] == 0).all()
    assert np.count_nonzero((dictionary.slopes == 0).all(axis=1)) == 1


def test_every_unit_is_a_ridge_along_one_of_the_directions_of_the_scaled_box() -> None:
    dictionary = order_units(F, LAYOUT, uat.logistic, 1.0)
    scaled = dictionary.slopes[1:] * np.ptp(BOX, axis=1) / 2
    scaled /= np.linalg.norm(scaled, axis=1)[:, None]
    assert np.abs(scaled @ LAYOUT.ways.T).max(axis=1) == pytest.approx(1)


def test_units_stand_over_the_whole_width_and_the_margin() -> None:
    dictionary = order_units(Target("x", (2, 6)), Layout(np.eye(1), 11, 0.5, 0.25), uat.logistic, 1)
    places = np.sort(-dictionary.biases[1:] / dictionary.slopes[1:, 0])
    assert places[[0, -1]] == pytest.approx([1.0, 7.0])
    assert dictionary.slopes[1:, 0] == pytest.approx(0.5 / 0.6, rel=0.01)


@pytest.mark.parametrize("sigma", SMOOTH, ids=lambda sigma: sigma.name)
def test_another_sigma_is_taken_as_wide_as_the_logistic(sigma: Activation) -> None:
    assert sigma.limits is not None
    low, high = sigma.limits
    u = np.linspace(-20, 20, 400_001)
    share = (sigma(u) - low) / (high - low)
    quarter, most = np.interp([0.25, 0.75], share, u)
    assert relative_width(sigma) == pytest.approx((most - quarter) / (2 * np.log(3)), rel=0.01)


def test_a_box_too_small_for_float64_slopes_is_told() -> None:
    with pytest.raises(CannotProve, match="scale the coordinates"):
        order_units(Target("x", (0, 1e-310)), Layout(np.eye(1), 11, 0.5, 0.25), uat.logistic, 1.0)
