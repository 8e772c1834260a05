"""Points are added where a trained network is wrong between the points it was trained on."""

import numpy as np
import pytest

import uat
from uat.expression.arrays import Array
from uat.train.data import Problem, Scaling
from uat.train.methods import read_trainer
from uat.train.parameters import Shape
from uat.train.remez_exchange import remez_exchange


def problem(target: uat.Target, shape: Shape, t: Array, s: Array, scaling: Scaling) -> Problem:
    settings = read_trainer("projection").read_options({})
    return Problem(shape, t, s, scaling, np.random.default_rng(0), settings, target)


@pytest.mark.parametrize("domain", [(0, 1), (-7, 5)], ids=str)
def test_a_spike_between_two_points_is_found(domain: tuple[float, float]) -> None:
    """Two steep units make a spike of height 1 and width 0.002, on a function that is 0."""
    target = uat.Target("0*x", domain)
    x = np.linspace(*domain, 200)[:, None]
    scaling = Scaling.of(x, x)
    t = scaling.points(x)
    low = (t[90, 0] + 0.3 * (t[91, 0] - t[90, 0])) * 1e6
    high = (t[90, 0] + 0.7 * (t[91, 0] - t[90, 0])) * 1e6
    y = scaling.values(np.zeros((200, 1)))
    shape = Shape((1, 2, 1), uat.logistic)
    weights = np.array([1e6, 1e6, -low, -high, 1.0, -1.0, y[0, 0]])
    more, values = remez_exchange(problem(target, shape, t, y, scaling), weights)
    assert len(more) == 2
    assert ((more > t[90]) & (more < t[91])).all()
    np.testing.assert_allclose(values, y[0, 0])


def test_nothing_is_added_where_all_is_well() -> None:
    target = uat.Target("x - y", [(0, 1), (0, 1)])
    x = np.random.default_rng(0).random((500, 2))
    y = x[:, :1] - x[:, 1:]
    scaling = Scaling.of(x, y)
    shape = Shape((2, 3, 1), uat.tanh)
    weights = np.random.default_rng(1).normal(size=shape.count)
    t, s = scaling.points(x), scaling.values(y) + 9.0
    assert len(remez_exchange(problem(target, shape, t, s, scaling), weights)[0]) == 0


@pytest.mark.slow
def test_a_kink_is_followed_between_the_points_too() -> None:
    found = uat.fit_function(uat.examples.kink, hidden=50, activation=uat.logistic, max_iter=200)
    certificate = uat.certify(uat.examples.kink, found)
    assert certificate.upper + certificate.rounding < 8e-4
