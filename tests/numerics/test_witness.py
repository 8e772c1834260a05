"""A witness: a point at which the error is that large, in exact numbers."""

import numpy as np
import pytest

import uat
from tests.oracles.activations import EVERY_KIND, sigma_of
from tests.oracles.exact import exact_target, exact_value, mp
from uat import Network, Target
from uat.numerics.witness import difference, proved_lower


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in EVERY_KIND if n != "untraced"])
def test_the_error_there_is_no_smaller(name: str) -> None:
    activation, oracle = sigma_of(name)
    text = "sin(3*x) + x"
    rng = np.random.default_rng(3)
    slopes = rng.choice([0.0, 1.0, 30.0, 2.0**40, 1e100], 70)
    breaks = rng.uniform(-1, 2, 70)
    if name in ("relu", "sin"):  # the sine of a rounded 10^100 is any number
        slopes = np.minimum(slopes, 1e3)
    network = Network.from_units(rng.normal(size=70), slopes, -slopes * breaks, activation)
    x = rng.uniform(-1, 2, 50)
    lower, witness = proved_lower(Target(text, (-1, 2)), network, np.append(x, breaks[:5]))
    exact = exact_target(text)
    at_witness = abs(exact(witness[0]) - exact_value(network, witness[0], oracle))
    assert mp.mpf(lower) <= at_witness
    seen = np.abs(Target(text, (-1, 2))(x) - network.as_function()(x)).max()
    assert lower >= seen * (1 - 1e-6)


def test_at_a_point_the_bound_is_sharp() -> None:
    network = Network.from_units([1, 0.5], [8, 0], [-2, 3], uat.tanh)
    target, exact = Target("exp(x)", (0, 1)), exact_target("exp(x)")
    for x in (0.0, 0.25, 0.3, 1.0):
        true = abs(exact(x) - exact_value(network, x))
        lower = difference(target, network, np.array([x]))
        assert mp.mpf(lower) <= true <= mp.mpf(lower) * (1 + mp.mpf(2) ** -45)


def test_far_units_count_as_their_limits_to_within_their_tails() -> None:
    a, breaks = np.ones(400), np.linspace(-1, 1, 400)
    network = Network.from_units(a, np.full(400, 1e6), -1e6 * breaks, uat.cauchy_cdf)
    target = Target("x", (-1, 1))
    lower = difference(target, network, np.array([0.3]))
    true = abs(mp.mpf(0.3) - exact_value(network, 0.3))
    assert 0 <= true - mp.mpf(lower) < 1e-9


def test_in_two_dimensions_and_for_soft_units_too() -> None:
    plane = Network.from_units([2.0], [[1.0, -1.0]], [0.5], uat.logistic)
    lower, witness = proved_lower(
        Target("x*y", [(0, 1), (0, 1)]), plane, np.array([[0.5, 0.5], [1.0, 0.25]])
    )
    true = abs(0.25 - 2 / (1 + np.exp(-1.25)))
    assert witness == (1.0, 0.25)
    assert lower == pytest.approx(true, rel=1e-12)
    assert lower <= true * (1 + 1e-15)


def test_a_modulus_knows_values_to_a_few_roundings() -> None:
    target = Target(lambda x: x, (0, 1), modulus=1.0, traced=False)
    step = Network.from_units([1], [1e100], [-5e99], uat.heaviside)
    lower = difference(target, step, np.array([0.75]))
    assert 0.25 - 1e-14 < lower <= 0.25


def test_nothing_is_proved_of_an_activation_without_a_formula() -> None:
    network = Network.from_units([1], [1], [0], sigma_of("untraced")[0])
    assert difference(Target("x", (0, 1)), network, np.array([0.5])) == 0
    assert proved_lower(Target("x", (0, 1)), network, np.array([0.25, 0.5])) == (0, (0.25,))


def test_equal_values_prove_nothing() -> None:
    network = Network.from_units([1], [0], [1e9], uat.heaviside)
    assert difference(Target("1", (0, 1)), network, np.array([0.5])) == 0


def test_an_f_that_is_not_finite_at_a_candidate_is_refused() -> None:
    step = Network.from_units([1], [1], [0], uat.logistic)
    target = Target(lambda x: np.where(x == 0.123, np.nan, x), (0, 1), modulus=1.0, traced=False)
    with pytest.raises(uat.InputError, match=r"f is nan at x = 0\.123"):
        proved_lower(target, step, np.array([0.0, 0.123]))
