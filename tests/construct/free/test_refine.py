"""Units are moved until every error is below the goal, at the points and between them."""

import numpy as np

import uat
from uat.construct.free.refine import Aim, Budget, refine
from uat.construct.free.samples import Samples
from uat.numerics.sampled_error import errors_at

TARGET = uat.Target("2*expit(7*x - 3) - expit(4*x + 1) + 0.5", (-1, 1))
NEAR = uat.Network.from_units([1.0, 1.0, 1.0], [5.0, 3.0, 0.0], [-2.0, 0.0, 40.0], uat.logistic)


def aim(goal: float, work: float = 1e9) -> Aim:
    return Aim(goal, 1e-4, Budget(work))


def test_moved_units_find_a_network_of_their_number() -> None:
    samples = Samples.around(TARGET, NEAR)
    found = refine(samples, samples.hidden(NEAR), aim(samples.scaled(1e-8)), 200)
    assert found is not None
    assert found.network.units == 3
    x = np.linspace(-1, 1, 5001)[:, None]
    assert errors_at(TARGET, found.network, x).max() < 1.05e-8


def test_a_goal_that_is_out_of_reach_is_given_up() -> None:
    samples = Samples.around(uat.Target("sin(9*x)", (-1, 1)), NEAR)
    assert refine(samples, samples.hidden(NEAR), aim(1e-6), 200) is None


def test_without_work_left_no_unit_is_moved() -> None:
    samples = Samples.around(TARGET, NEAR)
    assert refine(samples, samples.hidden(NEAR), aim(1e-6, work=-1.0), 200) is None


def test_units_far_from_the_middle_are_turned_about_their_own_places() -> None:
    steep = uat.Target("expit(1e5*(x - 0.9))", (-1, 1))
    near = uat.Network.from_units([1.0, 0.1], [8e4, 0.0], [-7.2e4, 40.0], uat.logistic)
    samples = Samples.around(steep, near)
    found = refine(samples, samples.hidden(near), aim(1e-7), 60)
    assert found is not None
