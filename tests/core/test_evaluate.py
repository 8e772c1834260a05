"""The value of a network: two ways to one number, for any slope, any point, in little memory."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.core.activations import NAMED, Activation
from uat.core.evaluate import BLOCK, FEW, constant_units, evaluate, evaluate_directly, find_windows
from uat.expression.arrays import Array
from uat.numerics.network_rounding import rounding_bound

SATURATING = [activation for activation in NAMED.values() if activation.limits is not None]


def staircase(
    units: int, slope: float, activation: Activation = uat.logistic, seed: int = 0
) -> Network:
    """Units of one slope at random places of [0, 1], rising and falling ones."""
    rng = np.random.default_rng(seed)
    slopes = slope * rng.choice([-1.0, 1.0], units)
    return Network.from_units(
        rng.normal(size=units), slopes, -slopes * rng.random(units), activation
    )


def apart(network: Network, x: Array) -> float:
    """The largest difference of the two ways, in units of Σ|a|."""
    both = evaluate(network, x[:, None]) - evaluate_directly(network, x[:, None])
    return float(np.abs(both).max() / np.abs(network.layers[1].weight).sum())


@pytest.mark.slow
@pytest.mark.parametrize("activation", SATURATING, ids=lambda a: a.name)
def test_windows_agree_with_the_direct_sum(activation: Activation) -> None:
    rng = np.random.default_rng(1)
    slope = 1e3 * activation.tail_inverse(2.0**-60) + 1e3
    network = staircase(1000, slope, activation)
    assert find_windows(network) is not None
    assert apart(network, rng.uniform(-0.5, 1.5, 2000)) < 1e-12


def test_windows_agree_one_float_either_side_of_every_breakpoint() -> None:
    for slope in (1e4, 1e12, 1e16, 1e100, 2.0**1000):
        network = staircase(200, slope)
        t = -network.biases / network.slopes
        x = np.concatenate([t, np.nextafter(t, -np.inf), np.nextafter(t, np.inf)])
        assert apart(network, x) < 1e-12


def test_slopes_of_every_size_and_sign_go_together() -> None:
    rng = np.random.default_rng(2)
    slopes = rng.choice([-1.0, 1.0], 600) * 10.0 ** rng.uniform(4, 200, 600)
    slopes[:7] = [0, 0, 1e-300, -1e-3, 1, 0, 5e-324]
    network = Network.from_units(
        rng.normal(size=600), slopes, -slopes * rng.random(600) + (slopes == 0), uat.tanh
    )
    windows = find_windows(network)
    assert windows is not None
    assert len(windows.wide[0][1]) >= 4
    assert apart(network, rng.uniform(-1, 2, 3000)) < 1e-12


def test_a_steep_network_evaluates_few_units_at_a_point() -> None:
    windows = find_windows(staircase(10_000, 1e7))
    assert windows is not None
    assert float(np.mean(windows.last - windows.first)) < 2


def test_where_every_window_is_wide_the_sum_is_direct() -> None:
    assert find_windows(staircase(1000, 1.0)) is None
    assert find_windows(staircase(1000, 1e9, uat.cauchy_cdf)) is None
    assert find_windows(staircase(1000, 1e9, uat.relu)) is None
    assert find_windows(staircase(FEW - 1, 1e9)) is None
    slow = uat.sigmoidal(
        lambda u: (1 + u / (1 + abs(u))) / 2, tail=lambda s: 0.5 / (1 + np.log1p(s))
    )
    assert find_windows(staircase(1000, 1e9, slow)) is None
    constant = Network.from_units(np.ones(100), np.zeros(100), np.zeros(100), uat.logistic)
    assert find_windows(constant) is None
    assert constant([0.0]).tolist() == [50]


def test_windows_are_found_once_and_shared_by_equal_networks() -> None:
    one, same = staircase(100, 1e6), staircase(100, 1e6)
    assert one is not same
    assert find_windows(one) is find_windows(same)


def test_several_outputs_have_windows_of_their_own() -> None:
    rng = np.random.default_rng(3)
    slopes = np.full(300, -1e6)
    hidden = Affine(slopes[:, None], -slopes * rng.random(300))
    network = Network((hidden, Affine(rng.normal(size=(3, 300)), [1, 2, 3])), uat.gompertz)
    assert find_windows(network) is not None
    x = rng.random(500)
    assert network(x[:, None]).shape == (500, 3)
    assert apart(network, x) < 1e-12


def test_a_point_has_one_value_alone_or_among_others() -> None:
    network = staircase(500, 1e4)
    x = np.random.default_rng(4).random(50)
    alone = [float(network(value)[0]) for value in x[:, None]]
    assert network(x[:, None])[:, 0].tolist() == alone


def test_levels_of_a_dyadic_grid_are_exact() -> None:
    jumps = np.random.default_rng(5).integers(-(2**30), 2**30, 2000) * 2.0**-20
    t = np.arange(2000.0)
    network = Network.from_units(jumps, np.full(2000, 1e6), -1e6 * t, uat.logistic)
    assert network((t + 0.5)[:, None])[:, 0].tolist() == np.cumsum(jumps).tolist()


def test_prefix_sums_keep_what_cancels() -> None:
    a = np.ones(300)
    a[0], a[-1] = 1e17, -1e17
    network = Network.from_units(a, np.full(300, 1e6), -1e6 * np.arange(300.0), uat.logistic)
    assert network([1000.0])[0] == 298


def test_a_slope_past_any_need_gives_a_clean_step() -> None:
    for slope in (10.0**100, 2.0**1000, 1.7e308):
        step = Network.from_units([1], [slope], [-0.25 * slope], uat.logistic).as_function()
        x = np.array([-9.0, np.nextafter(0.25, 0), 0.25, np.nextafter(0.25, 1), 9.0])
        assert step(x).tolist() == [0, 0, 0.5, 1, 1]


@pytest.mark.parametrize("units", [1, 2 * FEW])
@pytest.mark.parametrize("activation", SATURATING, ids=lambda a: a.name)
def test_infinite_points_see_the_limits(activation: Activation, units: int) -> None:
    network = Network.from_units(
        np.ones(units + 1), [*np.full(units, 1e300), 0], np.zeros(units + 1), activation
    )
    assert activation.limits is not None
    left, right = activation.limits
    still = float(activation(0.0))
    values = network([[-np.inf], [np.inf]])[:, 0]
    np.testing.assert_allclose(values, [units * left + still, units * right + still], rtol=1e-15)


@pytest.mark.parametrize("units", [1, 2 * FEW])
def test_nan_gives_nan_at_its_own_point_only(units: int) -> None:
    network = staircase(units, 1e9)
    values = network([[0.5], [np.nan], [0.5]])[:, 0]
    assert np.isnan(values).tolist() == [False, True, False]
    plane = Network.from_units([1], [[0, 1]], [0], uat.logistic)
    points = np.array([[np.nan, 0], [0, np.nan], [0, 0]])
    assert np.isnan(plane(points)).tolist() == [[True], [True], [False]]


def test_products_past_the_range_cancel_instead_of_turning_into_nan() -> None:
    corner = Network.from_units([1], [[1e308, 1e308]], [0], uat.heaviside).as_function()
    assert corner([10, 9, -10], [-9, -10, 10.5]).tolist() == [1, 0, 1]
    assert corner([1e308, -1e308, 5.0], [-1e307, 1e307, -5.0]).tolist() == [1, 0, 0]
    shifted = Network.from_units([1], [[1e308, -1e308]], [1.5e308], uat.heaviside).as_function()
    assert shifted([9.0, 9.0], [10.0, 11.0]).tolist() == [1, 0]


def test_infinite_coordinates_decide_and_meet_in_nan() -> None:
    ridge = Network.from_units([1], [[1e308, 2.0]], [0], uat.ramp).as_function()
    assert ridge([9.0, -9.0, np.inf], [-np.inf, np.inf, 3.0]).tolist() == [0, 1, 1]
    assert np.isnan(ridge(np.inf, -np.inf))
    blind = Network.from_units([1], [[0.0, 2.0]], [0], uat.ramp).as_function()
    assert blind([np.inf, -np.inf], [9.0, 0.0]).tolist() == [1, 0.5]


def test_output_weights_past_the_range_cancel_too() -> None:
    a = np.resize([1.5e308, 1.5e308, -1.5e308, -1.5e308], 2 * FEW)
    network = Network.from_units(a, np.full(2 * FEW, 1e9), np.zeros(2 * FEW), uat.logistic)
    assert network([[1.0], [-1.0]])[:, 0].tolist() == [0, 0]


def test_relu_says_infinity_where_its_value_is_that_large() -> None:
    network = Network.from_units([1, -1], [1e308, 0], [0, 1], uat.relu)
    assert network([[1e5], [-1e5]])[:, 0].tolist() == [np.inf, -1]


@pytest.mark.slow
def test_points_past_one_block_are_all_evaluated() -> None:
    x = np.linspace(-1, 2, BLOCK // 4 + 5)
    windowed = staircase(FEW, 1e6)
    assert find_windows(windowed) is not None
    assert apart(windowed, x) < 1e-12
    crowd = Network.from_units(np.ones(400), np.full(400, 1e5), np.linspace(-1, 1, 400), uat.tanh)
    crowd_and_rest = Network(
        (
            Affine(
                np.vstack([crowd.layers[0].weight, np.full((4000, 1), 1e5)]),
                np.concatenate([crowd.biases, -1e5 * np.linspace(1, 9, 4000)]),
            ),
            Affine(np.ones((1, 4400)), [0]),
        ),
        uat.tanh,
    )
    assert find_windows(crowd_and_rest) is not None
    assert apart(crowd_and_rest, np.full(3000, 1e-5)) < 1e-12


def peak_of(network: Network, points: Array) -> float:
    """The most memory in use while evaluating, beyond the values, in megabytes."""
    evaluate(network, points[:1])
    tracemalloc.start()
    values = evaluate(network, points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - values.nbytes) / 1e6


@pytest.mark.slow
def test_a_hundred_thousand_units_fit_in_memory_at_a_million_points() -> None:
    windowed, direct = staircase(100_000, 1e8), staircase(100_000, 1.0)
    assert find_windows(windowed) is not None
    assert find_windows(direct) is None
    x = np.random.default_rng(6).random((1_000_000, 1))
    assert peak_of(windowed, x) < 64
    # Blocks do not depend on the number of points: a few blocks show the peak.
    assert peak_of(direct, x[:40]) < 64


@pytest.mark.slow
def test_deep_networks_fit_in_memory_too() -> None:
    rng = np.random.default_rng(7)
    widths = [2, 1000, 3000, 1]
    layers = [
        Affine(rng.normal(size=(out, into)), rng.normal(size=out)) for into, out in pairwise(widths)
    ]
    assert peak_of(Network(layers, uat.relu), rng.normal(size=(1000, 2))) < 64


def test_a_large_constant_does_not_coarsen_the_sum_of_the_others() -> None:
    units, t = 2000, np.linspace(0, 1, 2000)
    a, b, c = np.full(units, 2.0**-11), np.full(units, 2.0**20), -(2.0**20) * t
    large = Network.from_units(np.append(a, 1e9), np.append(b, 0), np.append(c, 50), uat.logistic)
    x = np.linspace(-0.5, 1.5, 257)
    small = evaluate_directly(Network.from_units(a, b, c, uat.logistic), x[:, None])
    assert np.abs(evaluate_directly(large, x[:, None]) - 1e9 - small).max() <= 2.0**-23
    assert rounding_bound(large, (-0.5, -0.25)) < 40 * 2.0**-53 * 1e9


def test_constants_alone_and_beside_others_are_summed() -> None:
    still = Network.from_units([1, 2, 3], [0, 0, 0], [9, 9, 9], uat.ramp)
    assert evaluate_directly(still, np.array([[0.5], [np.inf]])).tolist() == [[6], [6]]
    assert np.isnan(evaluate_directly(still, np.array([[np.nan]]))).all()
    plane = Network.from_units([1, 2, 3], [[0, 0], [0, 1], [0, 0]], [9, 0, -9], uat.heaviside)
    assert evaluate_directly(plane, np.array([[5.0, 1.0], [5.0, -1.0]])).tolist() == [[3], [1]]
    assert constant_units(plane).tolist() == [True, False, True]
    assert not constant_units(still).any()


@pytest.mark.parametrize(
    ("weights", "value"),
    [([1e308] * 3, np.inf), ([1e308, 1e308, -1e308], 1e308), ([-1e308] * 4, -np.inf)],
)
def test_constant_units_may_add_up_past_the_range_of_floats(
    weights: list[float], value: float
) -> None:
    ones = np.ones(len(weights))
    network = Network.from_units([*weights, 1.0], [*(0 * ones), 1.0], [*ones, -0.5], uat.heaviside)
    assert network(np.array([[0.25]]))[0, 0] == value
