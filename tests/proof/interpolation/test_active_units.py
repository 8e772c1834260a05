"""A network on a cell: what is left out of the sum is within the error that is said."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.activations import sigma_of
from tests.oracles.exact import exact_value, mp
from uat import Affine, Network
from uat.errors import CannotProve, InputError
from uat.proof.interpolation.active_units import Active, Cell, soft

KINDS = ["logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic", "descending"]


def cell(*sides: tuple[float, float]) -> Cell:
    lower, upper = np.array(sides, dtype=float).T
    return Cell.between(lower, upper)


def value(active: Active, x: float, name: str) -> object:
    """The sum of what is kept, and the constant."""
    sigma = sigma_of("logistic" if name == "tanh" else name)[1]
    man, exponent = active.constant.mid().man_exp()
    total = mp.mpf(int(man)) * mp.mpf(2) ** int(exponent)
    for a, (b,), c in zip(
        active.weights.tolist(), active.slopes.tolist(), active.biases.tolist(), strict=True
    ):
        total += mp.mpf(a) * sigma(mp.mpf(b) * mp.mpf(x) + mp.mpf(c))
    return total


@pytest.mark.slow
@settings(max_examples=30)
@given(
    st.sampled_from(KINDS),
    st.integers(0, 2**32),
    st.sampled_from([1.0, 30.0, 1e3, 1e6]),
    st.sampled_from([1e-2, 1e-6, 1e-12]),
)
def test_what_stands_still_is_a_constant_within_the_error(
    name: str, seed: int, slope: float, tolerance: float
) -> None:
    check_what_stands_still(name, seed, slope, tolerance)


def check_what_stands_still(name: str, seed: int, slope: float, tolerance: float) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=6) * 10.0 ** rng.uniform(-2, 4), rng.normal(size=6) * slope
    network = Network.from_units(a, b, -b * rng.uniform(-1, 2, 6), sigma_of(name)[0])
    sigma = sigma_of(name)[1]
    low = rng.uniform(0, 0.9)
    active = soft(network).on_cell(cell((low, low + 0.1)), tolerance)
    assert active.error <= tolerance / 8 * (1 + 1e-6)
    for x in np.linspace(low, low + 0.1, 5).tolist():
        off = abs(value(active, x, name) - exact_value(network, x, sigma))
        assert off <= active.error + 1e-60
    assert (np.abs(active.slopes * 0.05) <= active.reach).all()
    argument = np.abs(active.slopes[:, 0] * np.array([[low], [low + 0.1]]) + active.biases)
    assert argument.max(initial=0.0) <= active.farthest


def test_steep_units_away_from_the_cell_are_left_out() -> None:
    network = Network.from_units([1, 2, 4], [1e3, 1e3, 1e3], [-100, -500, -900], uat.logistic)
    active = soft(network).on_cell(cell((0.45, 0.55)), 1e-9)
    assert active.weights.tolist() == [2.0]
    assert active.constant == 1


def test_the_output_bias_is_part_of_the_constant() -> None:
    layers = (Affine([[1.0], [1.0]], [0.0, 1.0]), Affine([[1.0, 2.0]], [0.1]))
    assert soft(Network(layers, uat.logistic)).constant == 0.1
    assert float(soft(Network(layers, uat.tanh)).constant.mid()) == pytest.approx(-2.9)
    assert soft(Network(layers, uat.tanh)).slopes.ravel().tolist() == [2.0, 2.0]


def test_units_without_weight_are_dropped() -> None:
    network = Network.from_units([0.0, 1.0], [1e300, 1.0], [0.0, 0.0], uat.logistic)
    assert soft(network).slopes.tolist() == [[1.0]]


@pytest.mark.parametrize(("degree", "ratio"), [(5, 1.0), (30, 1.0)])
def test_equal_reaches_are_counted_together(degree: int, ratio: float) -> None:
    network = Network.from_units([1, -2, 3], [2, -2, 5], [0, 1, 2], uat.logistic)
    active = soft(network).on_cell(cell((-1.0, 1.0)), 1e-9)
    one_by_one = sum(
        abs(a) * float(active.strips.loss(np.array([r]), degree)[0])
        for a, r in zip(active.weights.tolist(), active.reach[:, 0].tolist(), strict=True)
    )
    assert active.loss(0, degree) == pytest.approx(ratio * one_by_one, rel=1e-6)
    assert active.loss(0, degree) >= one_by_one


def test_other_networks_are_refused() -> None:
    deep = Network(
        (Affine([[1.0]], [0.0]), Affine([[1.0]], [0.0]), Affine([[1.0]], [0.0])), uat.tanh
    )
    with pytest.raises(CannotProve, match="one hidden layer"):
        soft(deep)
    kinked = soft(Network.from_units([1.0], [1.0], [0.0], uat.relu))
    with pytest.raises(CannotProve, match="relu is not known to be analytic"):
        kinked.on_cell(Cell.between(np.array([-1.0]), np.array([1.0])), 1e-6)
    two = Network((Affine([[1.0]], [0.0]), Affine([[1.0], [2.0]], [0.0, 0.0])), uat.tanh)
    with pytest.raises(InputError, match="one output"):
        soft(two)
    with pytest.raises(CannotProve, match="too large"):
        soft(Network.from_units([1.7e308], [1.0], [0.0], uat.tanh))


def test_a_cell_reaches_both_its_ends() -> None:
    rng = np.random.default_rng(3)
    for scale in (1e-300, 1e-6, 1.0, 1e9, 1e308):
        low, high = np.sort(rng.uniform(-1, 1, size=(2, 200)) * scale, axis=0)
        made = Cell.between(low, high)
        for lower, upper, middle, radius in zip(
            low.tolist(), high.tolist(), made.centre.tolist(), made.radius.tolist(), strict=True
        ):
            assert mp.mpf(middle) - mp.mpf(radius) <= lower
            assert mp.mpf(middle) + mp.mpf(radius) >= upper
            assert radius <= (upper - lower) * 0.5 * (1 + 1e-12) + math.ulp(abs(upper) + abs(lower))


def test_a_cell_between_two_floats_has_no_halves() -> None:
    assert cell((1.0, math.nextafter(1.0, 2))).halves(0) == []
