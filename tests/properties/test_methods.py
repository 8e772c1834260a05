"""Every method, in one to three dimensions: what it answers is proved, and no adversary beats it."""

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

import uat
from tests.adversary.judge import is_of_the_theorem
from uat.methods import METHODS
from uat.testing import assert_within_eps, continuous_targets, sigmoidal_activations

CASES = [
    (name, dimension)
    for name, method in METHODS.items()
    for dimension in (1, 2, 3)
    if method.takes(dimension)
]


@pytest.mark.parametrize(("name", "dimension"), CASES)
@settings(max_examples=4)
@given(st.data())
def test_every_method_answers_with_a_proof(name: str, dimension: int, data: st.DataObject) -> None:
    method = METHODS[name]
    f = data.draw(continuous_targets([(-1, 1)] * dimension, dimension=dimension))
    sigma = data.draw(st.one_of(st.just(uat.logistic), sigmoidal_activations()))
    x = np.random.default_rng(0).uniform(-1, 1, (dimension, 500))
    size = float(np.ptp(np.asarray(f(*x)))) or 1.0
    eps = size * data.draw(st.sampled_from([0.05, 0.15, 0.4]))
    try:
        assume(method.at_least(f, eps, sigma) <= 1000)
        g = uat.approximate(f, eps=eps, activation=sigma, method=name)
    except (uat.CannotProve, uat.InputError):
        reject()
    assert g.method == name
    assert is_of_the_theorem(g.network)
    assert g.certificate is not None
    assert g.certificate.bound < eps
    assert_within_eps(f, g.network, None, g.certificate.bound)
