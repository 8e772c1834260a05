"""Every method, in one to three dimensions: what it answers is proved, and no adversary beats it."""

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.exact_bounds import is_of_the_theorem
from uat.testing import assert_within_eps, continuous_targets, sigmoidal_activations
from uat.theorem.methods import METHODS

MOST = {"ridge": 100, "comb": 200}
"""More units are not tried here: what takes them takes long, and is proved in the same way."""

SHARES = {1: [0.05, 0.15, 0.4], 2: [0.1, 0.2, 0.4], 3: [0.4]}
"""The ε that are tried, in parts of the range of f: in more dimensions a proof takes longer."""

CASES = [
    (name, dimension)
    for name, method in METHODS.items()
    for dimension in (1, 2, 3)
    # in several coordinates a polygon is for few f; test_polygons.py draws those
    if method.takes(dimension) and (name != "polygon" or dimension == 1)
]


@pytest.mark.parametrize(("name", "dimension"), CASES)
@settings(max_examples=2)
@given(st.data())
def test_every_method_answers_with_a_proof(name: str, dimension: int, data: st.DataObject) -> None:
    method = METHODS[name]
    f = data.draw(continuous_targets([(-1, 1)] * dimension, dimension=dimension))
    soft_or_steep = st.one_of(st.just(uat.logistic), sigmoidal_activations())
    sigma = data.draw(st.just(uat.relu) if name == "polygon" else soft_or_steep)
    x = np.random.default_rng(0).uniform(-1, 1, (dimension, 500))
    size = float(np.ptp(np.asarray(f(*x)))) or 1.0
    eps = size * data.draw(st.sampled_from(SHARES[dimension]))
    try:
        assume(method.units_needed(f, eps, sigma, 1000) <= 1000)
        network, certificate = method.prove(f, eps, sigma, MOST.get(name))
    except (uat.CannotProve, uat.InputError):
        reject()
    assert is_of_the_theorem(network)
    assert certificate.bound < eps
    assert_within_eps(f, network, None, certificate.bound)
