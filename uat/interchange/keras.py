"""Keras: a `Sequential` of dense layers, with whatever backend.

A layer is known by its class and home, and its activation by its name there. Layers that differ
between training and use are read as in use. Keras itself is not loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import elu, leaky_relu, relu
from uat.errors import InputError, WrongType
from uat.interchange.chain import Chain, exactly, refuse_layer, sigma_called

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = ["is_model", "of_model"]

_PASSED: Final = ("InputLayer", "Flatten", "Dropout", "GaussianNoise", "GaussianDropout")
"""Layers that change no value of one point in use."""

_READ: Final = ("Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "BatchNormalization", *_PASSED)


def is_model(thing: Any) -> bool:
    """Return True for a model of Keras."""
    return any(_is_of_keras(kind) and kind.__name__ == "Model" for kind in type(thing).__mro__)


def of_model(model: Any) -> Network:
    """Return the network of a Sequential of dense layers and activations."""
    if not _is_of_keras(type(model)) or type(model).__name__ != "Sequential":
        raise WrongType(
            f"a {type(model).__name__} of Keras given; a keras.Sequential of dense layers is needed"
        )
    if not getattr(model, "built", True):
        raise InputError("a Sequential without weights given; build it first, with its input shape")
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    if not dense:
        raise InputError("a Sequential without a Dense layer given; a dense network is needed")
    chain = Chain(int(np.prod(model.input_shape[1:])))
    for layer in model.layers:
        _add(chain, layer)
    return chain.network()


def _add(chain: Chain, layer: Any) -> None:
    """Add what a layer computes."""
    kind, where = type(layer).__name__, f"layer {layer.name!r:.40}"
    if not _is_of_keras(type(layer)) or kind not in _READ:
        raise refuse_layer(kind, where, _READ)
    if kind == "Dense":
        weight, *bias = (exactly(part, f"the weights of {where}") for part in layer.get_weights())
        chain.affine(weight.T, bias[0] if bias else np.zeros(weight.shape[1]))
    if kind == "BatchNormalization":
        _normalise(chain, layer)
    sigma = _sigma(layer, kind, where)
    if sigma is not None:
        chain.activate(sigma)


def _sigma(layer: Any, kind: str, where: str) -> Activation | None:
    """Return the activation of a layer, if it has one."""
    if kind in ("Dense", "Activation"):
        function = layer.activation
        name = getattr(function, "__name__", "")
        if not _is_of_keras(function):
            raise InputError(
                f"{where} has an activation of your own, {name!r:.40}, which is not read"
            )
        return sigma_called(name)
    if kind == "ReLU":
        if layer.max_value is not None or layer.threshold:
            raise InputError(f"{where} has a threshold or a largest value; neither is read")
        return leaky_relu(float(layer.negative_slope)) if layer.negative_slope else relu
    if kind == "LeakyReLU":
        return leaky_relu(float(getattr(layer, "negative_slope", getattr(layer, "alpha", 0.0))))
    if kind == "ELU":
        if float(layer.alpha) != 1:
            raise InputError(f"{where} has alpha = {layer.alpha}; 1 is needed")
        return elu
    return None


def _normalise(chain: Chain, layer: Any) -> None:
    """Map (x − mean)/√(variance + ε) · γ + β, as in use."""
    parts = [exactly(part, f"the weights of {layer.name!r:.40}") for part in layer.get_weights()]
    *scales, mean, variance = parts
    factor, shift = np.ones(len(mean)), np.zeros(len(mean))
    if layer.scale:
        factor = scales.pop(0)
    if layer.center:
        shift = scales.pop(0)
    factor = factor / np.sqrt(variance + layer.epsilon)
    chain.apart(factor, shift - factor * mean)


def _is_of_keras(thing: Any) -> bool:
    home = str(getattr(thing, "__module__", "")).partition(".")[0]
    return home in ("keras", "tf_keras", "tensorflow")
