"""A chain of dense layers out of the graph of operations in an ONNX file.

The graph is followed from its output back to its input. Each operation on that way has one input
that depends on x, the others are constants; it becomes an affine map or an activation
(`onnx/operations.py`). Nothing in a file is executed, and no memory is taken on its word
(`onnx/tensors.py`).

Source: Open Neural Network Exchange, operator schemas of the sets 1 to 25.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.errors import InputError, WrongType, counted
from uat.interchange.onnx.operations import OPERATIONS, Node, Walk, flat, reshaped
from uat.interchange.onnx.tensors import MOST_AXES, array, attributes, given_constant

if TYPE_CHECKING:
    from pathlib import Path

    from uat.core.network import Network

__all__ = ["read_onnx"]

_DOMAINS: Final = ("", "ai.onnx")
"""Homes of the operations that ONNX itself defines."""

_CONSTANT_STEPS: Final = ("Identity", "Transpose", "Reshape", "Flatten")
"""Operations that are also done on constants."""


def read_onnx(place: Path, content: bytes) -> Network:
    """Read the bytes of an ONNX file; tensors in files beside it are looked for in its folder."""
    return _Graph(_model(content), place.parent).network()


def _model(content: bytes) -> Any:
    import onnx
    from google.protobuf.message import DecodeError

    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError:
        raise InputError("it is no ONNX model, or was cut off") from None
    if not model.HasField("graph") or not model.graph.node:
        raise InputError("it is no ONNX model: it has no graph of operations")
    return model


class _Graph:
    """The graph of a model: its constants, and the way from its input to its output."""

    def __init__(self, model: Any, folder: Path) -> None:
        graph = model.graph
        if graph.sparse_initializer:
            raise InputError("it has sparse tensors, which are not read; store them dense")
        self._folder, self._graph = folder, graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._values: dict[str, Any] = {}  # constants that were read
        self._fixed: dict[str, bool] = {}  # whether a tensor is a constant, as far as was asked
        made = [(name, node) for node in graph.node for name in node.output if name]
        self._maker = dict(made)
        names = [*self._maker, *self._constants]
        if len(made) > len(self._maker) or len({*names}) < len(names):
            raise InputError("two of its operations or constants give a tensor of one name")
        if any(function.domain in _DOMAINS for function in model.functions):
            raise InputError("it defines operations of ONNX anew, which are not read")

    def network(self) -> Network:
        """Follow the way from the input to the output."""
        name, way = self._way()
        shape = _shape_of(next(each for each in self._graph.input if each.name == name))
        walk = Walk(shape)
        for node in way:
            others = [self._constant(each) if each else None for each in node.input]
            step = OPERATIONS.get(node.op_type)
            assert step is not None
            try:
                step(walk, Node(node, others))
            except (InputError, WrongType) as problem:
                raise InputError(f"{_called(node)}: {problem}") from problem
        return walk.chain.network()

    def _way(self) -> tuple[str, list[Any]]:
        """Return the name of the input, and the operations from it to the output."""
        inputs = {each.name for each in self._graph.input} - self._constants.keys()
        outputs = [each.name for each in self._graph.output]
        if len(inputs) != 1 or len(outputs) != 1:
            raise InputError(
                f"it has {counted(len(inputs), 'input')} and {counted(len(outputs), 'output')}; one "
                "tensor each is needed"
            )
        name: str = outputs[0]
        way: list[Any] = []
        while name not in inputs:
            node = self._maker.get(name)
            if node is None or len(way) > len(self._graph.node):
                raise InputError(f"its operations do not lead from an input to {outputs[0]!r:.40}")
            if self._is_constant(name) or node.output[0] != name:
                raise InputError(
                    f"{_called(node)} gives an output that does not depend on the input"
                )
            _check_known(node)
            moving = [each for each in node.input if each and not self._is_constant(each)]
            if len(moving) != 1:
                raise InputError(
                    f"{_called(node)} joins {len(moving)} tensors that depend on the input; a skip "
                    "connection or a product of two is not read, only a chain of layers"
                )
            way.append(node)
            name = moving[0]
        return name, way[::-1]

    def _is_constant(self, name: str) -> bool:
        """Return whether a tensor does not depend on the input."""
        passed: list[str] = []
        while name not in self._fixed:
            passed.append(name)
            # a tensor that depends on itself is none
            self._fixed[name] = name in self._constants
            node = self._maker.get(name)
            if self._fixed[name] or node is None or node.domain not in _DOMAINS:
                break
            if node.op_type not in _CONSTANT_STEPS:
                self._fixed[name] = node.op_type == "Constant"
                break
            name = node.input[0]
        answer = self._fixed[name]
        self._fixed.update(dict.fromkeys(passed, answer))
        return answer

    def _constant(self, name: str) -> Any:
        """Return the array of a constant tensor; None for one that depends on the input."""
        if not self._is_constant(name):
            return None
        if name not in self._values:
            self._values[name] = self._computed(name)
        return self._values[name]

    def _computed(self, name: str) -> Any:
        if name in self._constants:
            return array(self._constants[name], self._folder)
        node = self._maker[name]
        own = attributes(node)
        if node.op_type == "Constant":
            return given_constant(own, self._folder)
        inner = self._constant(node.input[0])
        if node.op_type == "Transpose":
            return np.transpose(inner, own.get("perm"))
        if node.op_type == "Flatten":
            return inner.reshape(flat(inner.shape, own.get("axis", 1)))
        if node.op_type == "Reshape":
            wanted = own.get("shape") or self._constant(node.input[1])
            return inner.reshape(reshaped(inner.shape, wanted))
        return inner


def _check_known(node: Any) -> None:
    if node.op_type in OPERATIONS and node.domain in _DOMAINS:
        return
    kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
    raise InputError(
        f"{_called(node)} is an operation {kind!r:.60}, which is not read; read are Constant, "
        f"{', '.join(OPERATIONS)}: a chain of dense layers, without convolution, pooling or skip connection"
    )


def _called(node: Any) -> str:
    name = node.name or (node.output[0] if node.output else "")
    return f"{node.op_type or 'a node'} {name!r:.40}"


def _shape_of(given: Any) -> tuple[int, ...]:
    """Return the shape of the input for one point: a first axis of any length is that of points."""
    kind = given.type.tensor_type
    axes = [axis.dim_value if axis.HasField("dim_value") else 0 for axis in kind.shape.dim]
    if len(axes) > 1 and axes[0] <= 0:
        axes[0] = 1
    written = ", ".join(axis.dim_param or str(axis.dim_value) for axis in kind.shape.dim)
    if not kind.HasField("shape") or not 0 < len(axes) <= MOST_AXES or min(axes) < 1:
        raise InputError(
            f"its input {given.name!r:.40} has the shape ({written[:60]}); all lengths but the first "
            "have to be numbers: export it with fixed ones"
        )
    if len(axes) > 1 and axes[0] > 1 and math.prod(axes) != axes[0]:
        raise InputError(
            f"its input {given.name!r:.40} has the shape ({written[:60]}), {axes[0]} points at once; "
            "export it for one point, or for any number of them"
        )
    return tuple(axes)
