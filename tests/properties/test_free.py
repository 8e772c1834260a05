"""Free units: proved like any others, never more than the start, and no less for more effort."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import uat
from uat.construct.free.build import EFFORTS
from uat.testing import assert_within_eps, continuous_targets


@settings(max_examples=3)
@given(continuous_targets([(-1, 1)]), st.sampled_from([0.01, 0.05, 0.1]))
def test_free_units_are_proved_and_no_more_than_those_of_a_comb(
    f: uat.Target, share: float
) -> None:
    eps = share * (float(np.ptp(np.asarray(f(np.linspace(-1, 1, 500))))) or 1.0)
    try:
        comb = uat.approximate(f, eps=eps, method="comb")
    except (uat.CannotProve, uat.InputError):
        reject()
    quick = uat.approximate(f, eps=eps, method="free", effort="quick")
    free = uat.approximate(f, eps=eps, method="free")
    assert free.units <= comb.units == quick.units
    assert free.certificate is not None
    assert free.certificate.bound < eps
    assert_within_eps(f, free.network, None, free.certificate.bound)


@settings(max_examples=3)
@given(continuous_targets([(-1, 1)]))
def test_auto_needs_no_more_units_with_an_effort_and_answers_alike_again(f: uat.Target) -> None:
    eps = 0.05 * (float(np.ptp(np.asarray(f(np.linspace(-1, 1, 500))))) or 1.0)
    try:
        quick = uat.approximate(f, eps=eps, effort="quick")
    except (uat.CannotProve, uat.InputError):
        reject()
    normal = uat.approximate(f, eps=eps)
    assert normal.units <= quick.units
    assert normal.network == uat.approximate(f, eps=eps).network


@settings(max_examples=3)
@given(continuous_targets([(-1, 1)]), st.sampled_from([uat.logistic, uat.gauss_cdf, uat.softplus]))
def test_networks_of_exchanged_units_are_proved_like_any_other(
    f: uat.Target, sigma: uat.Activation
) -> None:
    eps = 0.02 * (float(np.ptp(np.asarray(f(np.linspace(-1, 1, 500))))) or 1.0)
    exchanging = replace(EFFORTS["normal"], work=(1e8,) * 3, penalties=(1e-4,), exchanges=2)
    try:
        comb = uat.approximate(f, eps=eps, activation=sigma, method="comb")
        with patch.dict(EFFORTS, {"normal": exchanging}):
            free = uat.approximate(f, eps=eps, activation=sigma, method="free")
    except (uat.CannotProve, uat.InputError):
        reject()
    assert free.units <= comb.units
    assert free.certificate is not None
    assert free.certificate.bound < eps
    assert_within_eps(f, free.network, None, free.certificate.bound)
