"""Ranges of networks: never too narrow, and as near to the truth as they say."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from uat import Activation, Affine, Network
from uat.core.activations import NAMED
from uat.core.outputs import written_out
from uat.expression.arrays import Array
from uat.numerics.network_rounding import rounding_bound


def random_network(rng: np.random.Generator, sizes: list[int], sigma: Any) -> Network:
    layers = [Affine(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)]
    return Network(layers, sigma)


def exact_ends(network: Network, box: Array) -> tuple[Array, Array]:
    """The range of a ReLU network: it is attained at a corner of a region."""
    regions = uat.map_regions(network, box)
    values = network(np.clip(regions.vertices, box[:, 0], box[:, 1]))
    return values.min(axis=0), values.max(axis=0)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[1, 7, 1], [2, 4, 4, 2], [3, 4, 3, 3, 1]])
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32))
def test_ranges_of_relu_networks_are_those_of_their_regions(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, box = random_network(rng, sizes, uat.relu), np.array([[-1.0, 1.5]] * sizes[0])
    found, (least, largest) = uat.enclose(network, box, cells=4000), exact_ends(network, box)
    tiny = 1e-9 * (1 + np.abs(least) + np.abs(largest))
    # where a value is the least one along a whole plane of kinks, the budget ends before the gap
    gap = 2 * 2.0**-9 if sizes[0] < 3 else 0.03
    near = gap * (largest - least) + tiny
    assert np.all((found.low <= least + tiny) & (least - near <= found.low))
    assert np.all((found.high >= largest - tiny) & (largest + near >= found.high))


@pytest.mark.slow
@pytest.mark.parametrize("sigma", ["tanh", "logistic", "leaky_relu(0.1)", "ramp", ("relu", "tanh")])
def test_nothing_found_by_ascents_is_outside(sigma: Any) -> None:
    rng = np.random.default_rng(5)
    network = random_network(rng, [2, 6, 6, 1], sigma)
    found = uat.enclose(network, [(-1, 1)] * 2, cells=500)
    points = rng.uniform(-1, 1, (4000, 2))
    for way in (-1.0, 1.0):
        x = points
        for step in 0.5 ** np.arange(12):
            tried = np.clip(x + step * rng.normal(size=x.shape), -1, 1)
            better = way * network(tried)[:, 0] > way * network(x)[:, 0]
            x = np.where(better[:, None], tried, x)
        values = network(x)
        assert np.all(values >= found.low - found.rounding)
        assert np.all(values <= found.high + found.rounding)
    ends = [network(found.low_at[0])[0], network(found.high_at[0])[0]]
    assert found.low[0] <= ends[0] <= ends[1] <= found.high[0]


def test_a_network_that_is_constant_has_a_range_of_a_point() -> None:
    network = Network.from_units([1.0, 1.0], [0.0, 0.0], [1.0, -2.0], uat.relu)
    found = uat.enclose(network, (0, 1))
    assert found.low[0] <= 1.0 <= found.high[0]
    assert found.high[0] - found.low[0] < 1e-12


@pytest.mark.slow
def test_the_rounding_of_a_range_is_that_of_single_precision_where_asked_for() -> None:
    network = random_network(np.random.default_rng(3), [2, 5, 5, 2], uat.relu)
    double, single = (
        uat.enclose(network, (-1, 1), cells=100, evaluation=e) for e in ("float64", "float32")
    )
    assert np.array_equal(double.low, single.low)
    assert np.all((double.rounding > 1e-15) & (double.rounding < 1e-12))
    assert np.all((single.rounding > 1e-7) & (single.rounding < 1e-3))


@pytest.mark.slow
def test_one_pair_is_the_box_of_all_coordinates() -> None:
    network = random_network(np.random.default_rng(3), [2, 3, 2], uat.relu)
    one, each = (uat.enclose(network, box, cells=100) for box in ((-1, 1), [(-1, 1)] * 2))
    assert np.array_equal(one.low, each.low)
    assert np.array_equal(one.high, each.high)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"box": [(0, 1)] * 3}, "box of 3 coordinates given"),
        ({"gap": 0.0}, "gap=0.0 given"),
        ({"gap": "small"}, "gap='small' given"),
        ({"cells": 0}, "cells"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], said: str) -> None:
    network = random_network(np.random.default_rng(0), [2, 3, 1], uat.relu)
    with pytest.raises(uat.UatError, match=said):
        uat.enclose(**{"network": network, "box": [(0, 1), (0, 1)], **given})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("goal", "decided"), [(1e-3, False), (0.0199, False), (0.0201, True), (0.5, True)]
)
def test_a_goal_ends_a_proof(goal: float, decided: bool) -> None:
    """The goals are seen in parts of the error, here 0.02."""
    network = uat.approximate("x**2", (0, 1), 0.02, uat.relu, "polygon").network
    sharp = uat.certify("x**2", network, (0, 1))
    found = uat.certify("x**2", network, (0, 1), goal=goal * sharp.upper / 0.02)
    assert found.decided is decided
    assert found.lower <= sharp.upper
    assert sharp.decided is None


def test_a_goal_between_bound_and_witness_stays_open() -> None:
    step = Network.from_units([1.0], [1e100], [-5e99], uat.logistic)
    found = uat.certify("x", step, (0, 1), goal=0.5 + 1e-17)
    assert found.decided is None


@pytest.mark.parametrize("goal", [0.0, -1.0, np.nan, np.inf, "0.1"])
def test_a_goal_that_is_no_number_above_0_is_refused(goal: Any) -> None:
    step = Network.from_units([1.0], [1e100], [-5e99], uat.logistic)
    with pytest.raises(uat.UatError, match="goal="):
        uat.certify("x", step, (0, 1), goal=goal)


@pytest.mark.slow
def test_a_gap_says_how_near_the_bound_comes() -> None:
    network = uat.fit_function(
        "sin(3*x)*y", [(-1, 1)] * 2, hidden=(8, 8), activation="relu"
    ).network
    loose, sharp = (
        uat.certify("sin(3*x)*y", network, [(-1, 1)] * 2, gap=gap) for gap in (0.2, 1e-4)
    )
    assert loose.evidence is not None
    assert sharp.evidence is not None
    assert sharp.upper <= loose.upper <= 1.2 * loose.lower + 1e-9
    assert sharp.upper <= (1 + 1e-3) * sharp.lower
    assert len(loose.evidence.bounds) < len(sharp.evidence.bounds)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "sigma", "near"),
    [
        ([1, 6, 1], "tanh", 1.02),
        ([2, 6, 6, 1], "relu", 1.01),
        ([1, 4, 4, 1], ("relu", "tanh"), 1.05),
    ],
)
def test_two_networks_are_compared(sizes: list[int], sigma: Any, near: float) -> None:
    rng = np.random.default_rng(2)
    g = random_network(rng, sizes, sigma)
    h = Network([Affine(v.weight * (1 + 1e-7), v.bias) for v in g.layers], sigma)
    box = [(-1, 1)] * sizes[0]
    found = uat.certify(g, h, box)
    points = rng.uniform(-1, 1, (20_000, sizes[0]))
    seen = np.abs(g(points) - h(points)).max()
    assert seen <= found.bound
    assert found.upper <= near * found.lower
    at = np.array(found.witness)
    assert abs(g(at) - h(at))[0] == pytest.approx(found.lower, rel=1e-5)
    assert uat.certify(g, g, box).upper < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "sigma", "others", "other", "near"),
    [
        # layers of ReLUs are added
        ([2, 8, 8, 1], "relu", [2, 8, 1], "relu", 1.01),
        ([2, 1], (), [2, 5, 1], "relu", 1.01),
        # one of both is taken for a formula
        ([2, 6, 6, 1], "relu", [2, 5, 1], "tanh", 1.01),
        ([1, 4, 1], ("gelu",), [1, 4, 4, 1], ("relu", "tanh"), 1.01),
        ([1, 4, 1], "heaviside", [1, 5, 1], "relu", 1.01),
        ([2, 1], (), [2, 1], (), 1.01),
    ],
)
def test_networks_of_other_layers_are_compared(
    sizes: list[int], sigma: Any, others: list[int], other: Any, near: float
) -> None:
    rng = np.random.default_rng(3)
    g, h = random_network(rng, sizes, sigma), random_network(rng, others, other)
    box = [(-1, 1)] * sizes[0]
    points = rng.uniform(-1, 1, (20_000, sizes[0]))
    seen = np.abs(g(points) - h(points)).max()
    lost = sum(rounding_bound(network, box) for network in (g, h))
    for found in (uat.certify(g, h, box), uat.certify(h, g, box)):
        assert found.rounding >= lost * (1 - 1e-12)
        assert seen <= found.bound
        assert found.upper <= near * found.lower
        at = np.array([found.witness])
        assert abs(g(at) - h(at))[0] == pytest.approx(found.lower, rel=1e-9)


@pytest.mark.parametrize("sigma", NAMED.values(), ids=NAMED)
def test_a_network_is_written_out_for_any_activation(sigma: Activation) -> None:
    rng = np.random.default_rng(4)
    network = random_network(rng, [2, 3, 2, 1], sigma)
    formula = written_out(network)
    points = rng.uniform(-1, 1, (100, 2))
    assert formula(*points.T) == pytest.approx(network(points)[:, 0], rel=1e-12, abs=1e-12)


@pytest.mark.slow
def test_the_rounding_of_two_networks_is_that_of_both_as_they_are_run() -> None:
    f = Network.from_units([1.0], [1.0], [0.0], uat.relu)
    biased = Network((Affine([[1.0]], [0.0]), Affine([[1.0]], [1000000.3])), uat.relu)
    lost = Network.from_units([2.0**24 + 1, -(2.0**24)], [1.0, 1.0], [0.0, 0.0], uat.tanh)
    for other, apart in ((biased, 1000000.3125), (lost, 1.0)):
        for pair in ((f, other), (other, f)):
            found = uat.certify(*pair, (0, 1), evaluation="float32", goal=apart)
            assert found.bound >= apart
            assert found.decided is not True


def test_networks_that_do_not_fit_each_other_are_refused() -> None:
    rng = np.random.default_rng(0)
    g = random_network(rng, [1, 3, 1], uat.tanh)
    with pytest.raises(uat.InputError, match="both have to take as many coordinates"):
        uat.certify(g, random_network(rng, [2, 3, 1], uat.tanh), (0, 1))
    wide = [random_network(rng, [1, 33, 33, 1], sigma) for sigma in ("relu", "tanh")]
    with pytest.raises(uat.InputError, match="one of them at most 1,000 weights"):
        uat.certify(wide[0], wide[1], (0, 1))
    with pytest.raises(uat.InputError, match="2 outputs; two networks are compared by one"):
        uat.certify(g, random_network(rng, [1, 3, 2], uat.tanh), (0, 1))


@pytest.mark.slow
def test_what_was_built_and_what_was_trained_are_compared() -> None:
    built = uat.approximate("sin(3*x)", (0, 1), 1e-1, uat.tanh, method="comb")
    trained = uat.fit_function("sin(3*x)", (0, 1), hidden=3, max_iter=30)
    apart = uat.certify(built, trained, (0, 1))
    bounds = [uat.certify("sin(3*x)", g, (0, 1)).upper for g in (built, trained)]
    assert apart.upper <= 1.02 * sum(bounds)


@pytest.mark.parametrize(
    ("f", "hidden", "outer"),
    [
        ("x+y", [[1e300, 1.0]], 1e300),
        ("x+0.4*y", [[1.7e308, 1.7e308]], 1.0),
        ("abs(x*1e-200*1e-200 - 1)*y", [[1.0, 1.0]], 1.0),
    ],
)
def test_numbers_past_the_range_of_floats_are_no_crash(
    f: str, hidden: list[list[float]], outer: float
) -> None:
    network = Network((Affine(hidden, [0.0]), Affine([[outer]], [0.0])), uat.tanh)
    found = uat.certify(f, network, [(0, 1)] * 2, cells=20)
    assert found.lower <= found.upper


@pytest.mark.slow
def test_layers_of_several_activations_have_a_range() -> None:
    network = random_network(np.random.default_rng(3), [2, 4, 4, 1], ("relu", "tanh"))
    found = uat.enclose(network, [(-1, 1)] * 2)
    values = network(np.random.default_rng(0).uniform(-1, 1, (20_000, 2)))
    assert found.low[0] <= values.min() <= values.max() <= found.high[0]
    assert found.high[0] - found.low[0] <= 1.05 * np.ptp(values)


@pytest.mark.slow
def test_a_deep_network_of_absolute_values_has_a_range() -> None:
    network = random_network(np.random.default_rng(5), [2, 5, 4, 1], "absolute")
    found = uat.enclose(network, [(-1, 1)] * 2)
    values = network(np.random.default_rng(0).uniform(-1, 1, (20_000, 2)))
    assert found.low[0] <= values.min() <= values.max() <= found.high[0]
    assert found.high[0] - found.low[0] <= 1.05 * np.ptp(values)


@pytest.mark.slow
def test_progress_says_that_its_numbers_are_widths_and_of_which_output() -> None:
    heard: list[str] = []
    rng = np.random.default_rng(0)
    below = [Affine(rng.normal(size=(4, n)), rng.normal(size=4)) for n in (2, 4)]
    for outputs, named in ((1, ""), (2, " of output 1")):
        above = Affine(rng.normal(size=(outputs, 4)), np.zeros(outputs))
        network = Network((*below, above), "relu")
        uat.enclose(network, (-1, 1), progress=lambda *told: heard.append(told[2]))
        assert heard[-1].startswith(f"width of the range{named} proved ≤ ")
