"""A network as an ONNX file: a Gemm for each layer, and activations between them.

Source: Open Neural Network Exchange, operator schemas of the sets 13 and 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import slope_below
from uat.errors import InputError
from uat.interchange.onnx.operations import ACTIVATIONS

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = ["write_onnx"]

_VERSIONS: Final = {"ir_version": 8, "opset": 13}
"""Written files are of these versions, which programs of 2021 and later read."""


def write_onnx(network: Network) -> bytes:
    """Write a network as Gemm and activations, from input x, (N, d), to output y, (N, m).

    It is in single precision if all its numbers are, else in double precision: no digit is lost.
    """
    from onnx import TensorProto, helper, numpy_helper

    parts = [part for layer in network.layers for part in (layer.weight, layer.bias)]
    with np.errstate(over="ignore"):
        single = all(np.array_equal(part, part.astype(np.float32)) for part in parts)
    kind = np.float32 if single else np.float64
    nodes, tensors, value = [], [], "x"
    for i, layer in enumerate(network.layers, 1):
        last = i == len(network.layers)
        names = [f"weight_{i}", f"bias_{i}"]
        tensors += [
            numpy_helper.from_array(part.astype(kind), name)
            for part, name in zip((layer.weight, layer.bias), names, strict=True)
        ]
        out = "y" if last else f"z_{i}"
        nodes.append(helper.make_node("Gemm", [value, *names], [out], transB=1))
        if not last:
            value = f"v_{i}"
            operation, own = _operation(network.activations[i - 1])
            nodes.append(helper.make_node(operation, [out], [value], **own))
    numbers = TensorProto.FLOAT if single else TensorProto.DOUBLE
    ends = [("x", network.input_dimension), ("y", network.output_dimension)]
    given, found = (
        [helper.make_tensor_value_info(name, numbers, ["N", size])] for name, size in ends
    )
    # Gelu came to ONNX with set 20
    newer = any(node.op_type == "Gelu" for node in nodes)
    model = helper.make_model(
        helper.make_graph(nodes, "network", given, found, tensors),
        producer_name="uat",
        ir_version=9 if newer else _VERSIONS["ir_version"],
        opset_imports=[helper.make_opsetid("", 20 if newer else _VERSIONS["opset"])],
    )
    return bytes(model.SerializeToString())


def _operation(sigma: Activation) -> tuple[str, dict[str, Any]]:
    """Return the operation of an activation and its attributes."""
    for name, make in ACTIVATIONS.items():
        if name != "LeakyRelu" and make({}) == sigma:
            return name, {}
    slope = slope_below(sigma)
    if slope is not None:
        if float(np.float32(slope)) != slope:
            raise InputError(
                f"{sigma!r} given for an ONNX file, which holds slopes in single precision; "
                f"leaky_relu({float(np.float32(slope))!r}) is the nearest"
            )
        return "LeakyRelu", {"alpha": slope}
    known = ", ".join(sorted(make({}).name for make in ACTIVATIONS.values()))
    raise InputError(f"{sigma!r} given for an ONNX file; it holds {known}")
