"""Steps in float64: slopes are steep enough, and ReLU steps exact."""

import numpy as np
import pytest

import uat
from tests.oracles.activations import EVERY_KIND, sigma_of
from uat.construct.staircase.step import on_exact_grid, power_of_two, slope_for

SIGMOIDAL = [name for name in EVERY_KIND if name != "relu"]


@pytest.mark.parametrize("name", SIGMOIDAL)
def test_the_slope_found_is_steep_enough_and_a_power_of_two(name: str) -> None:
    activation, _ = sigma_of(name)
    for distance, error in ((0.01, 1e-3), (1e-9, 1e-6), (1e6, 0.1)):
        slope = slope_for(activation, distance, error)
        assert np.frexp(slope)[0] == 0.5
        assert activation.tail(slope * distance) <= error


def test_no_slope_is_found_past_the_range_of_float64() -> None:
    with pytest.raises(uat.CannotProve, match=r"2\^1000"):
        slope_for(uat.logistic, 1e-305, 1e-3)
    with pytest.raises(uat.CannotProve, match=r"2\^1000"):
        slope_for(uat.logistic, 0.0, 1e-3)
    lazy = uat.sigmoidal(
        lambda u: np.where(u < 0, 0, 1 - (1 + np.abs(u)) ** -0.015), lambda s: (1 + s) ** -0.015
    )
    with pytest.raises(uat.CannotProve, match="does not fall to 1e-06"):
        slope_for(lazy, 1.0, 1e-6)


def test_powers_of_two_are_rounded_up() -> None:
    assert [power_of_two(v) for v in (1.0, 1.0000001, 3, 0.3, 5e-324, 2.0**1023)] == [
        1, 2, 4, 0.5, 5e-324, 2.0**1023,
    ]  # fmt: skip
    assert [power_of_two(v) for v in (0.0, -1.0, 1.1e308, np.inf)] == [np.inf] * 4


def test_relu_steps_are_moved_to_where_they_are_exact() -> None:
    t = np.array([0.1, 1 / 3, -2.7182818])
    moved = on_exact_grid(t, 2.0**20)
    assert np.abs(moved - t).max() < 2.0**-30
    up, down = 0.5 - moved * 2.0**20, -0.5 - moved * 2.0**20
    assert (up - down == 1).all()
    with pytest.raises(uat.CannotProve, match="too narrow for float64"):
        on_exact_grid([0.3], 2.0**50)
