"""Units are dropped in the order of what they are worth."""

import numpy as np
import pytest

import uat
from uat.construct.free.prune import dropped, harms, without
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
    np.testing.assert_allclose(again.slopes, ROW.slopes)
    np.testing.assert_allclose(again.biases[:-1], ROW.biases[:-1], rtol=1e-12)
