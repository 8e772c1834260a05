"""Step 1: a steep unit is a step, at t = −c/b and nowhere else, also in float64."""

from collections.abc import Callable

import numpy as np
import pytest

import uat
from tests.oracles.activations import GROWING, SIGMOIDAL, STEPPING, sigma_of
from tests.oracles.exact import exact_value, mp
from uat import Network
from uat.construct.staircase.step import (
    check_slope,
    constant_error,
    constant_unit,
    on_exact_grid,
    slope_for,
    step,
    steps,
)
from uat.core.activations import NAMED
from uat.numerics.network_rounding import rounding_bound


def slope_of(name: str) -> float:
    return 2.0**24 if name in GROWING else 1e100


@pytest.mark.parametrize("name", STEPPING)
def test_a_steep_unit_is_0_before_its_place_and_1_after_it(name: str) -> None:
    g = step(2.0, sigma_of(name)[0], slope_of(name)).as_function()
    assert g([-9.0, 1.9, 2.1, 1e3]) == pytest.approx([0, 0, 1, 1], abs=1e-6)


@pytest.mark.parametrize("name", STEPPING)
def test_a_negative_slope_reverses_it(name: str) -> None:
    network = step(-3.0, sigma_of(name)[0], slope_of(name), descending=True)
    assert network.as_function()([-9.0, -3.1, -2.9, 8.0]) == pytest.approx([1, 1, 0, 0], abs=1e-6)
    assert (network.slopes[network.slopes != 0] < 0).all()


def test_slope_1e100_and_bias_2e100_switch_at_minus_2() -> None:
    """Not at 2: σ(bx + c) switches where bx + c = 0."""
    unit = uat.Network.from_units([1], [1e100], [2e100], uat.logistic).as_function()
    assert unit([-3.0, np.nextafter(-2, -3), -2.0, np.nextafter(-2, 0), 1.9]).tolist() == [
        0, 0, 0.5, 1, 1,
    ]  # fmt: skip
    mended = step(2.0, uat.logistic, 1e100)
    assert mended.slopes.tolist() == [1e100]
    assert mended.biases.tolist() == [-2e100]
    assert mended.as_function()([1.9, 2.1]).tolist() == [0, 1]


def test_a_steep_logistic_step_is_a_half_at_its_place_and_a_step_one_float_beside_it() -> None:
    for t in (2.0, -3.0, 0.3, 1e-300, 1e200, 0.0):
        g = step(t, uat.logistic, 1e100).as_function()
        before, after = np.nextafter(t, -np.inf), np.nextafter(t, np.inf)
        assert g(t) == 0.5
        if t not in (0.0, 1e-300):
            assert (g(before), g(after)) == (0, 1)


def test_a_heaviside_step_is_0_at_its_place() -> None:
    g = step(2.0, uat.heaviside, 1.0).as_function()
    assert g([np.nextafter(2, 0), 2.0, np.nextafter(2, 3)]).tolist() == [0, 0, 1]


def test_growing_slopes_make_a_growing_step() -> None:
    values = [step(0.0, uat.logistic, slope).as_function()(0.1) for slope in (1, 5, 20, 100, 1e100)]
    assert values == sorted(values)
    assert values[0] < 0.53
    assert values[-1] == 1


@pytest.mark.parametrize("name", STEPPING)
def test_a_power_of_two_puts_the_step_exactly_where_it_belongs(name: str) -> None:
    activation, _ = sigma_of(name)
    for t in (0.1, -7.3, 3.141592653589793):
        network = steps([t], [1.0], 0.0, activation, 2.0**20)
        moving = network.slopes != 0
        places = -network.biases[moving] / network.slopes[moving]
        if name in GROWING:
            places = places[: len(places) // 2 * 2]
            assert places.mean() == pytest.approx(t, abs=1e-15)
        else:
            assert places.tolist() == [t]


def test_one_unit_makes_a_step_and_two_make_it_where_sigma_grows() -> None:
    units = {name: step(0.5, NAMED[name], 8.0).units for name in NAMED if name in STEPPING}
    grown = dict.fromkeys(GROWING, 2)
    with_a_constant = {"tanh": 2, "softsign": 2, "leaky_relu": 3, "absolute": 3}
    assert units == dict.fromkeys(units, 1) | grown | with_a_constant


def test_a_sine_makes_no_steps() -> None:
    with pytest.raises(uat.InputError, match=r"sin makes no steps.*; comb and ridge take it"):
        step(0.0, uat.sin)


@pytest.mark.parametrize("name", [*GROWING, "sin"])
def test_the_value_of_a_constant_unit_is_known(name: str) -> None:
    activation, oracle = sigma_of(name)
    value, bias = constant_unit(activation)
    assert abs(oracle(mp.mpf(bias)) - mp.mpf(value)) <= mp.mpf(constant_error(activation))
    assert constant_error(activation) < 1e-15


@pytest.mark.parametrize("name", STEPPING)
def test_steps_add_up_to_the_constant_and_the_jumps(name: str) -> None:
    activation, oracle = sigma_of(name)
    network = steps([0.0, 1.0, 2.0], [1.0, -3.0, 0.25], 5.0, activation, 2.0**30)
    exact = [float(exact_value(network, x, oracle)) for x in (-1.0, 0.5, 1.5, 3.0)]
    assert exact == pytest.approx([5, 6, 3, 3.25], abs=1e-6)
    near = max(1e-12, rounding_bound(network, (-1, 3)) if name == "leaky_relu" else 0.0)
    assert network.as_function()([-1.0, 0.5, 1.5, 3.0]) == pytest.approx(exact, abs=near)
    assert network.layers[-1].bias.tolist() == [0]


@pytest.mark.parametrize("name", STEPPING)
def test_a_constant_is_a_unit_of_slope_0(name: str) -> None:
    activation, oracle = sigma_of(name)
    value, bias = constant_unit(activation)
    assert activation(bias) == pytest.approx(value, abs=1e-6)
    assert abs(value) >= 0.5
    network = steps([], [], 7.0, activation, 1.0)
    assert (network.units, network.slopes.tolist()) == (1, [0])
    assert float(exact_value(network, 123.0, oracle)) == pytest.approx(7, abs=1e-6)


@pytest.mark.parametrize("slope", [0.0, -1.0, np.nan, np.inf])
def test_a_slope_that_makes_no_step_is_refused(slope: float) -> None:
    with pytest.raises(uat.InputError, match="a finite number > 0 is needed"):
        step(0.0, uat.logistic, slope)


def test_a_relu_step_is_refused_where_rounding_would_eat_it() -> None:
    with pytest.raises(uat.InputError, match=r"up to 2\^40"):
        step(0.0, uat.relu, 1e100)
    with pytest.raises(uat.InputError, match="½ is no float"):
        step(1e10, uat.relu, 2.0**40)
    check_slope(2.0**40, uat.relu)
    assert step(0.0, uat.relu, 2.0**40).as_function()([-1.0, 1.0]).tolist() == [0, 1]


def test_what_is_no_place_height_or_slope_is_refused_in_one_line() -> None:
    cases: list[Callable[[], Network]] = [
        lambda: step(np.nan),
        lambda: step(np.inf),
        lambda: steps([0.0], [np.nan], 0.0, uat.logistic, 1.0),
        lambda: steps([0.0, 1.0], [1.0], 0.0, uat.logistic, 1.0),
        lambda: steps([0.0], [1.0], np.inf, uat.logistic, 1.0),
        lambda: steps([0.0], [1.0], 0.0, uat.logistic, 0.0),
        lambda: step(1e300, uat.logistic, 1e100),
    ]
    for wrong in cases:
        with pytest.raises(uat.InputError) as error:
            wrong()
        assert "\n" not in str(error.value)
    with pytest.raises(uat.WrongType):
        steps(["a"], [1.0], 0.0, uat.logistic, 1.0)


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


def test_relu_steps_are_moved_to_where_they_are_exact() -> None:
    t = np.array([0.1, 1 / 3, -2.7182818])
    moved = on_exact_grid(t, 2.0**20)
    assert np.abs(moved - t).max() < 2.0**-30
    up, down = 0.5 - moved * 2.0**20, -0.5 - moved * 2.0**20
    assert (up - down == 1).all()
    with pytest.raises(uat.CannotProve, match="too narrow for float64"):
        on_exact_grid([0.3], 2.0**50)
