"""The theorem: for every continuous f, every σ, every ε and every box, a network within ε.

Drawn are f, σ, ε and the box. The answer has one hidden layer and a proved error below ε, and an
adversary finds no x that refutes it; or the answer is a reason that float64 gives.
"""

from hypothesis import given, reject, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.run import Problem, problems, solve
from uat import Network, Target
from uat.errors import FloatLimit
from uat.testing import assert_within_eps, continuous_targets, networks


@settings(max_examples=20)
@given(problems(), st.integers(0, 2**32 - 1))
def test_every_continuous_function_gets_a_network_within_eps(problem: Problem, rng: int) -> None:
    answer = solve(problem)
    if isinstance(answer, uat.CannotProve):
        assert isinstance(answer, FloatLimit), answer
        return
    network, certificate = answer.network, answer.certificate
    assert network.depth == 1
    assert network.layers[-1].bias.tolist() == [0.0]
    assert certificate is not None
    assert certificate.bound < problem.eps
    on_trust = bool(problem.sigma.assumptions) or problem.f.expression is None
    assert bool(certificate.assumptions) == on_trust
    found = assert_within_eps(problem.f, answer, None, certificate.bound, rng=rng)
    assert found.places > 20


@settings(max_examples=15)
@given(st.data(), st.integers(1, 2))
def test_no_adversary_beats_what_is_proved_of_any_network(
    data: st.DataObject, dimension: int
) -> None:
    network: Network = data.draw(networks(dimension, 1, width=4))
    f: Target = data.draw(continuous_targets([(-1, 1)] * dimension, dimension=dimension))
    try:
        certificate = uat.certify(f, network, cells=200)
    except uat.CannotProve:
        reject()
    assert_within_eps(f, network, None, certificate.bound)
