"""A network grows from a few units until it is within ε, or says that so many are not enough."""

import numpy as np
import pytest

import uat
from uat.construct.free.grow import grown
from uat.construct.free.refine import Aim, Budget
from uat.construct.free.samples import Samples
from uat.numerics.sampled_error import errors_at

WAVE = uat.Target("sin(6*x) + x**2", (-1, 2))
ROW = uat.Network.from_units(np.ones(12), np.full(12, 4.0), 4 - np.arange(12.0), uat.logistic)


def aim(samples: Samples, eps: float, work: float = 1e9) -> Aim:
    return Aim(samples.scaled(eps), 1e-2, Budget(work))


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.logistic, uat.gauss_cdf, uat.softplus])
def test_a_grown_network_is_within_eps_between_the_points_too(sigma: uat.Activation) -> None:
    row = uat.Network.from_units(
        ROW.output_weights, ROW.layers[0].weight, ROW.layers[0].bias, sigma
    )
    samples = Samples.around(WAVE, row)
    with np.errstate(all="ignore"):
        found = grown(samples, aim(samples, 1e-3), 30)
    assert found is not None
    assert found.units <= 30
    x = np.linspace(-1, 2, 5001)[:, None]
    assert errors_at(WAVE, found.network, x).max() < 1.02e-3


def test_too_few_units_do_not_grow_into_a_network_within_eps() -> None:
    samples = Samples.around(WAVE, ROW)
    assert grown(samples, aim(samples, 1e-6), 5) is None


def test_growth_ends_with_the_work() -> None:
    samples = Samples.around(WAVE, ROW)
    spent = aim(samples, 1e-9, work=1e7)
    assert grown(samples, spent, 100) is None
    assert spent.budget.remaining > -1e8
