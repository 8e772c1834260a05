"""Units are dropped in the order of what they are worth."""

import numpy as np
import pytest

import uat
from uat.construct.free.prune import dropped, fewest_near, harms, without
from uat.construct.free.samples import Samples
from uat.expression.arrays import Array
from uat.train.gradient import features

ROW = uat.Network.from_units(
    [1.0, -2.0, 1.5, 1.0], [3.0, 5.0, 4.0, 0.0], [1.0, -2.0, 3.0, 40.0], uat.logistic
)
TARGET = uat.Target("sin(2*x) + x", (-1, 1))


def squares(samples: Samples, hidden: Array) -> float:
    """Compute the least sum of squares in many digits' worth of rank: by lstsq."""
    phi = features(samples.shape_of(hidden), hidden, samples.x)
    heights = np.linalg.lstsq(phi, samples.y, rcond=None)[0]
    return float(np.sum((samples.y - phi @ heights) ** 2))


def test_the_harm_of_a_unit_is_how_much_the_best_fit_without_it_is_worse() -> None:
    samples = Samples.around(TARGET, ROW)
    hidden = samples.hidden(ROW)
    before = squares(samples, hidden)
    worse = [squares(samples, without(samples, hidden, i)) - before for i in range(3)]
    np.testing.assert_allclose(harms(samples, hidden), worse, rtol=1e-6)


def test_a_unit_that_stands_twice_is_dropped_first() -> None:
    samples = Samples.around(TARGET, ROW)
    slopes, biases = np.split(samples.hidden(ROW), 2)
    twice = np.concatenate([slopes, slopes[:1], biases, biases[:1]])
    left = dropped(samples, twice, 3)
    assert squares(samples, left) == pytest.approx(squares(samples, samples.hidden(ROW)))


def test_a_network_comes_back_from_its_scaled_units() -> None:
    samples = Samples.around(uat.Target("sin(2*x) + x", (10, 13)), ROW)
    units = samples.hidden(ROW)
    again = samples.network(np.concatenate([units, np.zeros(4)]), 3)
    np.testing.assert_allclose(np.abs(again.slopes), np.abs(ROW.slopes))
    place, wanted = (network.biases[:3] / network.slopes[:3] for network in (again, ROW))
    np.testing.assert_allclose(place, wanted, rtol=1e-12)


def test_units_are_counted_that_can_go_before_the_mean_error_is_too_large() -> None:
    samples = Samples.around(TARGET, ROW)
    hidden, points = samples.hidden(ROW), len(samples.x)
    errors = [np.sqrt(squares(samples, dropped(samples, hidden, keep)) / points) for keep in (1, 2)]
    assert errors[0] > errors[1]
    assert [fewest_near(samples, hidden, 1.01 * error) for error in errors] == [1, 2]
    assert fewest_near(samples, hidden, 0.99 * errors[1]) == 3


@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh, uat.gauss_cdf, uat.gompertz, uat.gelu])
def test_turned_units_are_the_same_function(sigma: uat.Activation) -> None:
    samples = Samples.around(
        TARGET, uat.Network.from_units([1.0, -2.0], [3.0, -5.0], [1.0, 2.0], sigma)
    )
    weights = np.array([3.0, -5.0, -4.0, 1.0, 2.0, -3.0, 0.5, -2.0, 1.5, 0.25])
    network = samples.network(weights, 3)
    x = np.linspace(-1, 1, 50)
    t = samples.scaling.points(x[:, None])[:, 0]
    scale, mean = samples.scaling.scale[0], samples.scaling.mean[0]
    values = sigma(np.outer(t, weights[:3]) + weights[3:6]) @ weights[6:9] + weights[9]
    np.testing.assert_allclose(network(x[:, None])[:, 0], mean + scale * values, atol=1e-13)
    mirrored = sigma not in (uat.gompertz, uat.gelu)
    assert (network.biases[:3] <= 0).all() == mirrored
