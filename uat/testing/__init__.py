"""A test kit for approximations: Hypothesis strategies, and an adversary that tries to refute them.

Draw f, σ, ε and the box by the strategies (Hypothesis is in the extra `test`), build the network
under test, and let `assert_within_eps` search for a point where its error exceeds ε.
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


def __dir__() -> list[str]:
    return sorted(__all__)
