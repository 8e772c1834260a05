"""Any continuous f on a box, any σ, any ε: the planned units are built and no adversary beats them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from uat import CannotProve, Target
from uat.construct.fejer_korovkin.build import build, plan
from uat.testing import (
    assert_within_eps,
    boxes,
    continuous_targets,
    eps_values,
    sigmoidal_activations,
)

FINEST = {1: 1e-3, 2: 0.04, 3: 0.15}
SOME = settings(max_examples=6)
LIMIT = 3000


def size_of(target: Target) -> float:
    points = np.random.default_rng(0).random((2000, target.dimension))
    values = np.asarray(target(*(target.lower + (target.upper - target.lower) * points).T))
    return float(np.ptp(values)) or 1.0


@pytest.mark.parametrize("dimension", [1, 2, 3])
@SOME
@given(data=st.data())
def test_no_adversary_beats_what_was_planned(dimension: int, data: st.DataObject) -> None:
    target = data.draw(continuous_targets(data.draw(boxes(dimension)), dimension=dimension))
    eps = data.draw(eps_values(size_of(target), finest=FINEST[dimension], coarsest=1.5))
    sigma: Any = data.draw(sigmoidal_activations() | st.just(uat.relu))
    made = plan(target, eps, sigma, most=None)
    if not made.buildable or made.units > LIMIT:
        return
    reason = ""
    try:
        network, certificate = build(target, eps, sigma)
    except CannotProve as refusal:
        reason = str(refusal)
    # only float64 may stand in the way of what was planned
    if "float64" in reason:
        return
    assert reason == ""
    assert network.units == made.units
    assert network.depth == 1
    assert network.layers[-1].bias.tolist() == [0.0]
    assert made.bound < eps
    assert certificate.bound < eps
    assert certificate.upper <= made.bound + eps / 64
    assert certificate.assumptions == made.assumptions
    assert_within_eps(target, network, None, certificate.bound)


@pytest.mark.parametrize("dimension", [1, 2])
@settings(max_examples=5)
@given(data=st.data())
def test_a_smaller_eps_needs_more(dimension: int, data: st.DataObject) -> None:
    target = data.draw(continuous_targets(data.draw(boxes(dimension)), dimension=dimension))
    eps = data.draw(eps_values(size_of(target), finest=1e-4, coarsest=1.0))
    small, large = (plan(target, e, most=None).units for e in (eps / 4, eps))
    assert large <= 1.5 * small
