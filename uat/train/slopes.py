"""σ and its slope at once, as backpropagation needs them.

For the usual activations the slope is a polynomial in the value, σ′ = σ(1 − σ) for the logistic
one and 1 − σ² for tanh, and costs nothing more; for any other one it is the derivative of its
formula. Where σ has a kink the slope is one of the two, where it jumps it is 0.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic, relu, tanh
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["check_differentiable", "value_and_slope"]


def value_and_slope(activation: Activation, z: Array) -> tuple[Array, Array]:
    """Return σ(z) and σ′(z), each in the shape of z.

    Raises
    ------
    InputError
        For an activation without a formula.

    Examples
    --------
    >>> import uat
    >>> value_and_slope(uat.logistic, np.zeros(1))
    (array([0.5]), array([0.25]))
    """
    known = _KNOWN.get(id(activation))
    if known is not None:
        return known(z)
    check_differentiable(activation)
    assert activation.expression is not None
    slope = activation.expression.derivative()(z)
    return activation(z), np.where(np.isfinite(slope), slope, 0.0)


def check_differentiable(activation: Activation) -> None:
    """Refuse an activation that has no formula, hence no slope."""
    if activation.expression is None:
        raise InputError(
            f"{activation!r} given for training; it has no formula, so no slope: "
            "give uat.sigmoidal plain numpy code"
        )


def _logistic(z: Array) -> tuple[Array, Array]:
    # by tanh, which numpy computes faster than exp followed by a division, and never overflows
    value = np.multiply(z, 0.5)
    np.tanh(value, out=value)
    value *= 0.5
    value += 0.5
    return value, value * (1 - value)


def _tanh(z: Array) -> tuple[Array, Array]:
    value = np.tanh(z)
    slope = value * value
    return value, np.subtract(1.0, slope, out=slope)


def _relu(z: Array) -> tuple[Array, Array]:
    return np.maximum(z, 0.0), (z > 0).astype(np.float64)


_KNOWN: Final[dict[int, Callable[[Array], tuple[Array, Array]]]] = {
    id(logistic): _logistic,
    id(tanh): _tanh,
    id(relu): _relu,
}
