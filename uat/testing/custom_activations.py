"""Examples of custom activations, made by `uat.sigmoidal`: one of each kind that is allowed."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation
from uat.core.sigmoidal import sigmoidal

__all__ = ["CUSTOM", "custom"]


def _logistic(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


def _point_by_point(u: Any) -> Any:
    return np.vectorize(lambda v: 0.5 + 0.5 * math.tanh(v), otypes=[float])(u)


CUSTOM: Final[dict[str, Callable[[str], Activation]]] = {
    "lopsided": lambda name: sigmoidal(
        lambda u: np.where(u < 2, 0, 1 - 1 / (1 + np.maximum(u, 0))), name=name
    ),
    "slow": lambda name: sigmoidal(
        lambda u: (1 + u / (1 + np.abs(u))) / 2, lambda s: 0.5 / (1 + s), name=name
    ),
    "slower": lambda name: sigmoidal(
        lambda u: (1 + np.sign(u) * (1 - 1 / np.sqrt(1 + np.abs(u)))) / 2,
        lambda s: 0.5 if s == 0 else 0.5 / math.sqrt(1 + s),
        name=name,
    ),
    "swinging": lambda name: sigmoidal(lambda u: _logistic(u) + np.sin(u) / (1 + u**2), name=name),
    "ringing": lambda name: sigmoidal(
        lambda u: np.where(u < 0, 0, 1 + np.exp(-u) * np.sin(5 * u)), name=name
    ),
    "overshooting": lambda name: sigmoidal(lambda u: _logistic(u) + 2 * np.exp(-(u**2)), name=name),
    "late": lambda name: sigmoidal(lambda u: np.where(u >= 3, 1, 0), name=name),
    "two steps": lambda name: sigmoidal(
        lambda u: np.where(u < -1, 0, np.where(u <= 2, 0.3, 1)), name=name
    ),
    "clipped": lambda name: sigmoidal(lambda u: np.clip(u, 0, 1), name=name),
    "falling": lambda name: sigmoidal(lambda u: 1 / (1 + np.exp(u)), limits=(1, 0), name=name),
    "elsewhere": lambda name: sigmoidal(
        lambda u: 3 - 0.7 * np.tanh(u / 3), limits=(3.7, 2.3), name=name
    ),
    "point by point": lambda name: sigmoidal(
        _point_by_point, lambda s: math.exp(-2 * s), name=name
    ),
}
"""For each name, the function that makes the activation of this name."""


@cache
def custom(name: str) -> Activation:
    """Make an activation of `CUSTOM`; each is made only once.

    Examples
    --------
    >>> custom("late"), custom("late").monotone, custom("late")([2.9, 3.0])
    (<activation late>, False, array([0., 1.]))
    """
    return CUSTOM[name](name)
