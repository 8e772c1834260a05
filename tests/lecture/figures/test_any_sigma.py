"""Any sigmoidal σ: the networks are proved, and the tails are those of the formulas."""

import math

import numpy as np
import pytest

from uat.core.activations import Activation, algebraic, cauchy_cdf, logistic, ramp
from uat.lecture.figures.any_sigma import close_from, tail, within
from uat.lecture.figures.statement import swinging
from uat.lecture.registry import find


@pytest.mark.parametrize("sigma", [logistic, ramp, swinging()], ids=lambda sigma: sigma.name)
def test_every_sigma_has_a_network_that_is_proved_within_eps(sigma: Activation) -> None:
    g, x = within(sigma, 0.05), np.linspace(0, 1, 2001)
    assert g.network.activation == sigma
    assert g.certificate is not None
    assert np.abs(g.target(x) - g(x)).max() <= g.certificate.bound <= 0.85 * 0.05


def test_tails_are_near_the_limits_from_where_their_inverse_says() -> None:
    assert close_from(ramp, 1e-3) == pytest.approx(0.499)
    assert close_from(logistic, 1e-3) == pytest.approx(math.log(999))
    assert close_from(cauchy_cdf, 1e-3) == pytest.approx(math.tan(math.pi * 0.499))
    for sigma in (logistic, algebraic, cauchy_cdf):
        u = close_from(sigma, 1e-3) * np.array([0.999, 1.001])
        assert (tail(sigma, u) > 1e-3).tolist() == [True, False]


def test_the_caption_has_the_drawn_numbers() -> None:
    caption = find("sigmoid-tails").caption
    for sigma in (logistic, cauchy_cdf):
        for text in caption:
            assert f"{close_from(sigma, 1e-3):.3g}" in text
