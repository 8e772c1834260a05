"""A user's own activations of all kinds, each beside the same function in mpmath."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import uat
from tests.oracles.exact import SIGMA, mp
from uat.core.activations import NAMED, Activation

__all__ = ["EVERY_KIND", "GROWING", "OWN", "SIGMOIDAL", "STEPPING", "sigma_of"]

Pair = tuple[Callable[[], Activation], Callable[[Any], Any]]


def _logistic(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


def _swinging(u: Any) -> Any:
    return SIGMA["logistic"](u) + mp.sin(u) / (1 + u * u)


def _ringing(u: Any) -> Any:
    return mp.mpf(0) if u < 0 else 1 + mp.exp(-u) * mp.sin(5 * u)


def _lopsided(u: Any) -> Any:
    return mp.mpf(0) if u < 2 else 1 - 1 / (1 + u)


def _late(u: Any) -> Any:
    return mp.mpf(1 if u >= 3 else 0)


def _overshooting(u: Any) -> Any:
    return SIGMA["logistic"](u) + 2 * mp.exp(-u * u)


def _slow(u: Any) -> Any:
    return (1 + u / (1 + abs(u))) / 2


def _clipped(u: Any) -> Any:
    return min(max(u, mp.mpf(0)), mp.mpf(1))


def _plainly(u: Any) -> Any:
    """A function that numpy cannot be followed through."""
    return np.vectorize(lambda v: 0.5 + 0.5 * math.tanh(v), otypes=[float])(u)


OWN: dict[str, Pair] = {
    "swinging": (
        lambda: uat.sigmoidal(lambda u: _logistic(u) + np.sin(u) / (1 + u**2), name="swinging"),
        _swinging,
    ),
    "ringing": (
        lambda: uat.sigmoidal(
            lambda u: np.where(u < 0, 0, 1 + np.exp(-u) * np.sin(5 * u)), name="ringing"
        ),
        _ringing,
    ),
    "lopsided": (
        lambda: uat.sigmoidal(
            lambda u: np.where(u < 2, 0, 1 - 1 / (1 + np.maximum(u, 0))), name="lopsided"
        ),
        _lopsided,
    ),
    "late": (lambda: uat.sigmoidal(lambda u: np.where(u >= 3, 1, 0), name="late"), _late),
    "overshooting": (
        lambda: uat.sigmoidal(lambda u: _logistic(u) + 2 * np.exp(-(u**2)), name="overshooting"),
        _overshooting,
    ),
    "slow": (
        lambda: uat.sigmoidal(
            lambda u: (1 + u / (1 + np.abs(u))) / 2, lambda s: 0.5 / (1 + s), name="slow"
        ),
        _slow,
    ),
    "clipped": (lambda: uat.sigmoidal(lambda u: np.clip(u, 0, 1), name="clipped"), _clipped),
    "descending": (
        lambda: uat.sigmoidal(lambda u: 1 / (1 + np.exp(u)), limits=(1, 0), name="descending"),
        lambda u: SIGMA["logistic"](-u),
    ),
    "elsewhere": (
        lambda: uat.sigmoidal(
            lambda u: 3 - 0.7 * np.tanh(u / 3), limits=(3.7, 2.3), name="elsewhere"
        ),
        lambda u: 3 - mp.mpf(0.7) * SIGMA["tanh"](u / 3),
    ),
    "untraced": (
        lambda: uat.sigmoidal(_plainly, lambda s: math.exp(-2 * s), name="untraced"),
        lambda u: (1 + SIGMA["tanh"](u)) / 2,
    ),
}

EVERY_KIND = [*NAMED, *OWN]
GROWING = [name for name, sigma in NAMED.items() if sigma.difference is not None]
STEPPING = [name for name in EVERY_KIND if name != "sin"]
SIGMOIDAL = [name for name in STEPPING if name not in GROWING]


@cache
def sigma_of(name: str) -> tuple[Activation, Callable[[Any], Any]]:
    """An activation of the package or of a user, and the oracle of it."""
    name = "leaky_relu" if name == "leaky_relu(0.01)" else name
    if name in NAMED:
        return NAMED[name], SIGMA[name]
    make, oracle = OWN[name]
    return make(), oracle
