"""The Taylor coefficients of the logistic σ are as near as is said, and so is their sum."""

import numpy as np
import pytest

from tests.oracles.exact import SIGMA, mp
from uat.proof.sigma.taylor import taylor_coefficients, taylor_losses, taylor_remainders


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 5, 14])
def test_the_parts_of_the_logistic_sigma_are_as_near_as_is_said(order: int) -> None:
    z = np.concatenate([np.linspace(-9, 9, 61), [-40.0, 700.0, -800.0]])
    parts, losses = taylor_coefficients(z, order), taylor_losses(order)
    for i, point in enumerate(z):
        exact = mp.taylor(SIGMA["logistic"], mp.mpf(float(point)), order)
        for k in range(order + 1):
            assert abs(exact[k] - mp.mpf(float(parts[k][i]))) <= mp.mpf(losses[k]), (point, k)


def test_the_remainder_of_an_expansion_is_not_too_small() -> None:
    z = mp.mpf(0.7)
    for order in (2, 6, 14):
        exact = mp.taylor(SIGMA["logistic"], z, order)
        for i in (1, 8, 32, 64):
            delta = mp.mpf(i) / 64
            rest = SIGMA["logistic"](z + delta) - sum(
                part * delta**k for k, part in enumerate(exact)
            )
            assert abs(rest) <= mp.mpf(float(taylor_remainders(order)[i]))
