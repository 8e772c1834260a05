"""PyTorch: a `Sequential` of dense layers, its state, a file of its state, and back again.

A layer is known by its exact class, since a class of your own may compute anything. Layers that
differ between training and evaluation are read as in evaluation. PyTorch takes softplus(u) for u
from u = 20 on; the network here does not, which differs by less than 3e-9.

A file is read with `weights_only`: pickled code in it is never executed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from uat.core.activations import (
    elu,
    gelu,
    leaky_relu,
    logistic,
    relu,
    silu,
    slope_below,
    softplus,
    softsign,
    tanh,
)
from uat.core.network import Affine, Network
from uat.errors import FileProblem, InputError, WrongType, counted
from uat.interchange.chain import Chain, exactly, refuse_layer

if TYPE_CHECKING:
    from uat.core.activations import Activation, Activations
    from uat.expression.arrays import Array

__all__ = ["is_module", "is_state", "of_module", "of_state", "read_torch", "to_torch"]

_SIGMAS: Final[dict[str, Callable[[Any], Activation]]] = {
    "ReLU": lambda _: relu,
    "LeakyReLU": lambda layer: leaky_relu(float(layer.negative_slope)),
    "Sigmoid": lambda _: logistic,
    "Tanh": lambda _: tanh,
    "Softplus": lambda layer: _with(layer, softplus, beta=1),
    "Softsign": lambda _: softsign,
    "ELU": lambda layer: _with(layer, elu, alpha=1.0),
    "SiLU": lambda _: silu,
    "GELU": lambda layer: _with(layer, gelu, approximate="none"),
}
"""Activations by the names of their modules."""

_PASSED: Final = ("Identity", "Dropout", "Flatten")
"""Modules that change no value of one point in evaluation."""

_READ: Final = ("Linear", "BatchNorm1d", *_SIGMAS, *_PASSED)


def is_module(thing: Any) -> bool:
    """Return True for a module of PyTorch, without loading it."""
    return any(kind.__module__ == "torch.nn.modules.module" for kind in type(thing).__mro__)


def is_state(thing: Any) -> bool:
    """Return True for what may be the state of a module: arrays by their names."""
    return isinstance(thing, Mapping) and all(isinstance(name, str) for name in thing)


def of_module(module: Any) -> Network:
    """Return the network of a Sequential of dense layers and activations."""
    layers = [*_flat(module, "")]
    first = next((layer for _, layer in layers if type(layer).__name__ == "Linear"), None)
    if first is None:
        raise InputError("a Sequential without a Linear layer given; a dense network is needed")
    chain = Chain(int(first.in_features))
    for name, layer in layers:
        kind = type(layer).__name__
        if kind == "Linear":
            chain.affine(*_affine(layer.weight, layer.bias, name))
        elif kind == "BatchNorm1d":
            _normalised(chain, layer, name)
        elif kind in _SIGMAS:
            chain.activate(_SIGMAS[kind](layer))
    return chain.network()


def of_state(state: Mapping[str, Any], activation: Activations | None) -> Network:
    """Return the network of a state: weights and biases by name, in the order of the layers.

    A state holds no activations: they have to be given, as those of a `Network`.
    """
    state = state.get("state_dict", state)
    layers: dict[str, dict[str, Any]] = {}
    for name, value in state.items():
        layer, _, part = name.rpartition(".")
        if part not in ("weight", "bias") or len(getattr(value, "shape", ())) != 1 + (
            part == "weight"
        ):
            raise InputError(
                f"a state with {name!r:.60} given; weights (out, in) and biases (out,) of dense "
                "layers are read alone"
            )
        layers.setdefault(layer, {})[part] = value
    first = next(iter(layers.values()), {}).get("weight")
    if first is None:
        raise InputError("a state without weights given; those of dense layers are needed")
    if activation is None:
        raise InputError(
            f"a state of {counted(len(layers), 'layer')} given; it holds no activation: give "
            "activation=, one for all hidden layers or a tuple with one for each"
        )
    made = [_affine(parts.get("weight"), parts.get("bias"), name) for name, parts in layers.items()]
    return Network([Affine(*pair) for pair in made], activation)


def read_torch(_place: Path, content: bytes, *, activation: Activations | None = None) -> Network:
    """Read the bytes of a .pt file that holds a state; nothing in it is executed."""
    if not content.startswith(b"PK"):
        raise InputError("it is no file of torch.save, of PyTorch 1.6 or later")
    with ZipFile(BytesIO(content)) as archive:
        # torch.save does not compress, so no member can be larger than the file
        if any(member.compress_type != ZIP_STORED for member in archive.infolist()):
            raise InputError("its members are compressed, which those of torch.save are not")
    import torch

    try:
        found = torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise InputError(
            "it holds pickled code, which is never executed; save the state alone, with "
            "torch.save(model.state_dict(), path)"
        ) from None
    except RuntimeError as problem:
        reason = str(problem).strip().partition("\n")[0]
        raise InputError(f"PyTorch cannot read it: {reason:.120}") from None
    if not is_state(found):
        raise InputError(f"it holds a {type(found).__name__}; the state of a network is needed")
    inner = found.get("state_dict", found)
    sizes = [value.numel() for value in inner.values() if isinstance(value, torch.Tensor)]
    if sum(sizes) > len(content):
        raise InputError(f"its tensors have {sum(sizes):,} numbers, which the file does not hold")
    return of_state(found, activation)


def to_torch(network: Network) -> Any:
    """Return a Sequential in double precision with the same weights."""
    try:
        import torch
        from torch import nn
    except ImportError as missing:
        raise FileProblem("to_torch needs PyTorch: pip install torch") from missing
    modules: list[Any] = []
    for i, layer in enumerate(network.layers):
        outputs, inputs = layer.weight.shape
        dense = nn.Linear(inputs, outputs, dtype=torch.float64)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(layer.weight.copy()))
            dense.bias.copy_(torch.from_numpy(layer.bias.copy()))
        modules.append(dense)
        if i < network.depth:
            modules.append(_module(network.activations[i], nn))
    return nn.Sequential(*modules)


def _module(sigma: Activation, nn: Any) -> Any:
    """Return the module of an activation."""
    slope = slope_below(sigma)
    if slope:
        return nn.LeakyReLU(slope)
    for name in _SIGMAS:
        if _SIGMAS[name](module := getattr(nn, name)()) == sigma:
            return module
    raise InputError(f"{sigma!r} given for PyTorch, which has no module of it")


def _flat(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    """List the layers of a Sequential, and of those inside it."""
    kind, home = type(module).__name__, type(module).__module__
    if module._forward_hooks or module._forward_pre_hooks:
        raise InputError(f"{kind} {name!r:.40} has hooks, which may compute anything; remove them")
    if home.startswith("torch.nn.modules.") and kind == "Sequential":
        for inner, layer in module.named_children():
            yield from _flat(layer, f"{name}.{inner}" if name else inner)
    elif not name:
        raise WrongType(
            f"a {kind} of PyTorch given; a torch.nn.Sequential of dense layers is needed"
        )
    elif not home.startswith("torch.nn.modules.") or kind not in _READ:
        raise refuse_layer(kind, f"layer {name!r:.40}", _READ)
    elif kind not in _PASSED:
        yield name, module


def _with(layer: Any, sigma: Activation, **needed: Any) -> Activation:
    """Return an activation whose module may have these settings alone."""
    for name, value in needed.items():
        if getattr(layer, name) != value:
            raise InputError(
                f"{type(layer).__name__} has {name} = {getattr(layer, name)!r}; {value!r} is needed"
            )
    return sigma


def _affine(weight: Any, bias: Any, name: str) -> tuple[Array, Array]:
    if weight is None:
        raise InputError(f"layer {name!r:.40} has a bias and no weight")
    matrix = exactly(weight, f"the weights of layer {name!r:.40}")
    if bias is None:
        return matrix, np.zeros(len(matrix))
    return matrix, exactly(bias, f"the biases of layer {name!r:.40}")


def _normalised(chain: Chain, layer: Any, name: str) -> None:
    """Map (x − mean)/√(variance + ε) · weight + bias, as in evaluation."""
    if layer.running_mean is None:
        raise InputError(
            f"layer {name!r:.40} normalises by the points given; it has no mean of its own"
        )
    mean, variance = (
        exactly(part, "its statistics") for part in (layer.running_mean, layer.running_var)
    )
    factor = 1 / np.sqrt(variance + layer.eps)
    shift = np.zeros(len(mean))
    if layer.weight is not None:
        factor, shift = factor * exactly(layer.weight, "weights"), exactly(layer.bias, "biases")
    chain.apart(factor, shift - factor * mean)
