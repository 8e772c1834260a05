"""The models of an activation near points, chosen by its kind."""

from functools import lru_cache

from uat.core.activations import NAMED, Activation, ramp, relu
from uat.proof.sigma.custom import Own
from uat.proof.sigma.hinges import hinge, ramp_near
from uat.proof.sigma.model import Near
from uat.proof.sigma.monotone import Monotone

__all__ = ["near"]


@lru_cache(maxsize=64)
def near(activation: Activation) -> Near:
    """Return the function that models an activation around points.

    Examples
    --------
    >>> import numpy as np
    >>> import uat
    >>> model = near(uat.logistic)(np.array([0.0]), np.array([1e200]))
    >>> float(model.value[0]), float(model.error[0].round(6))
    (0.5, 0.5)
    """
    if activation is relu:
        return hinge
    if activation is ramp:
        return ramp_near
    known = NAMED.get(activation.name) is activation
    if known and activation.monotone and activation.limits is not None:
        return Monotone(activation)
    return Own(activation)
