"""The models of an activation near points, chosen by its kind."""

from functools import lru_cache

from uat.core.activations import NAMED, Activation, ramp, relu
from uat.proof.sigma.custom import Custom
from uat.proof.sigma.hinges import hinge, ramp_near
from uat.proof.sigma.model import Near
from uat.proof.sigma.monotone import Monotone

__all__ = ["near"]


@lru_cache(maxsize=64)
def near(activation: Activation) -> Near:
    """Return the function that models an activation around points."""
    if activation is relu:
        return hinge
    if activation is ramp:
        return ramp_near
    if NAMED.get(activation.name) is activation:
        return Monotone(activation)
    return Custom(activation)
