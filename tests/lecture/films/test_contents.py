"""What films show is what networks of the package are: proved, counted and trained."""

import numpy as np
import pytest

from uat import examples
from uat.lecture.figures.ridges import directions_of, ridges_of
from uat.lecture.figures.width import counts
from uat.lecture.films.creases import LEARNT_CREASES, network_of
from uat.lecture.films.lens import DECADES, ZOOMING_LENS, comb_of_decade
from uat.lecture.films.mountain import WAYS
from uat.lecture.films.plateau import LAST, descent_of, loss_of_one_unit
from uat.proof.certify import certify


def test_creases_are_those_of_every_iterate_in_turn() -> None:
    iterations = [LEARNT_CREASES.value(time) for time in np.linspace(0, 1, 300)]
    assert iterations == sorted(iterations)
    assert all(iteration == int(iteration) for iteration in iterations)
    first, last = (network_of(int(iterations[i])) for i in (0, -1))
    assert first.widths == last.widths == (8, 8)


@pytest.mark.parametrize("many", WAYS[:4])
def test_the_mountain_has_as_many_directions_as_it_says(many: int) -> None:
    assert len(directions_of(ridges_of(many))[0]) == many


def test_the_lens_rests_at_every_power_of_ten() -> None:
    steps = [ZOOMING_LENS.value(time) for time in np.linspace(0, 1, 361)]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (1.0, DECADES)
    for decade in range(1, DECADES + 1):
        assert steps.count(decade) >= 4


def test_under_the_lens_is_a_network_proved_to_be_within_eps() -> None:
    for decade in (1, 6, DECADES):
        network, _ = comb_of_decade(decade)
        assert certify(examples.nielsen, network).bound < 10.0**-decade
        data = counts()
        assert network.units == data["comb_units"][data["comb_eps"] == float(f"1e-{decade}")][0]


def test_the_ball_follows_the_gradient_of_the_landscape() -> None:
    at, step = np.array([1.0, -2.0, 1.0, 0.0]), 1e-6
    gradient = loss_of_one_unit(at)[1]
    for i in range(2):
        ends = [loss_of_one_unit(at + sign * step * np.eye(4)[i])[0].loss for sign in (1, -1)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)
    assert gradient[2:].tolist() == [0.0, 0.0]


def test_descent_stays_on_the_plateau_and_adam_leaves_it() -> None:
    (stuck, high), (free, low) = descent_of("descent"), descent_of("adam")
    assert len(stuck) == LAST + 1
    far, near = (np.linalg.norm(way[-1] - way[0]) for way in (free, stuck))
    assert near < 0.05 * far
    assert high[-1] > 0.95 * high[0]
    assert low[-1] < 1e-3
