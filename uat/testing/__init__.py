"""Tests of approximation for everyone: what to draw, and an adversary that tries to refute.

The strategies are those of Hypothesis (in the extra `test`); draw f, σ, ε and the box, build
whatever is to be tested, and let `assert_within_eps` look for the x where it is wrong.
"""

from uat.testing.adversary import Attack, assert_within_eps, attack
from uat.testing.strategies import (
    boxes,
    continuous_targets,
    eps_values,
    networks,
    sigmoidal_activations,
)

__all__ = [
    "Attack",
    "assert_within_eps",
    "attack",
    "boxes",
    "continuous_targets",
    "eps_values",
    "networks",
    "sigmoidal_activations",
]
