"""Exchanged units lead out of minima; they end with the work, in vain where too few units are given."""

import numpy as np
import pytest
from scipy.special import expit

import uat
from uat.construct.free.exchange import _with_one_more, exchanged
from uat.construct.free.refine import Aim, Budget, least_squares
from uat.construct.free.samples import Samples
from uat.expression.arrays import Array
from uat.numerics.sampled_error import errors_at

WAVE = uat.Target("sin(6*x) + x**2", (-1, 2))


def samples_of(sigma: uat.Activation) -> Samples:
    slopes, places = np.full(12, 4.0), np.linspace(-1, 2, 12)
    return Samples.around(WAVE, uat.Network.from_units(slopes, slopes, -slopes * places, sigma))


def crowded(units: int) -> Array:
    """Slopes and biases of units all in the left third of the box."""
    slopes = np.linspace(4, 12, units)
    return np.concatenate([slopes, slopes * np.linspace(0.4, 1, units)])


def aim(samples: Samples, eps: float, work: float = 1e9) -> Aim:
    return Aim(samples.scaled(eps), 1e-4, Budget(work))


@pytest.mark.parametrize(
    ("sigma", "eps"),
    [
        (uat.logistic, 2e-2),
        pytest.param(uat.gauss_cdf, 1e-2, marks=pytest.mark.slow),
        pytest.param(uat.softplus, 1e-2, marks=pytest.mark.slow),
    ],
)
def test_exchanges_lead_out_of_a_minimum_to_within_eps_between_the_points_too(
    sigma: uat.Activation, eps: float
) -> None:
    samples = samples_of(sigma)
    toward = aim(samples, eps)
    with np.errstate(all="ignore"):
        assert least_squares(samples, crowded(5), toward, 300).largest > toward.goal
        found = exchanged(samples, crowded(5), toward, 12, 60)
    assert found is not None
    assert found.units == 5
    x = np.linspace(-1, 2, 5001)[:, None]
    assert errors_at(WAVE, found.network, x).max() < 1.02 * eps


def test_too_few_units_are_not_exchanged_into_a_network_within_eps() -> None:
    samples = samples_of(uat.logistic)
    assert exchanged(samples, crowded(2), aim(samples, 1e-3), 2, 30) is None


def test_exchanges_end_with_the_work() -> None:
    samples = samples_of(uat.logistic)
    spent = aim(samples, 1e-9, work=1e7)
    assert exchanged(samples, crowded(5), spent, 100, 30) is None
    assert spent.budget.remaining > -1e8


def test_the_unit_that_joins_is_the_one_that_is_missing() -> None:
    samples = samples_of(uat.logistic)
    t = samples.x[:, 0]
    missing = Samples(
        WAVE, uat.logistic, samples.scaling, samples.x, expit(9 * (t - 0.31))[:, None]
    )
    found = _with_one_more(missing, np.array([2.0, -1.0]), aim(missing, 1e-3))
    slopes, biases = np.split(found, 2)
    assert slopes[-1] == pytest.approx(9, rel=0.4)
    assert -biases[-1] / slopes[-1] == pytest.approx(0.31, abs=0.02)
