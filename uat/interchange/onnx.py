"""ONNX, the exchange format of most programs: a chain of dense layers out of a graph of operations.

The graph is followed from its output back to its input. Each operation on that way has one input
that depends on x, the others are constants; it becomes an affine map or an activation. Shapes are
followed too, for one point at a time, so that a matrix meets the coordinates that it is for.

Numbers in single precision are taken as the floats that they are. Nothing in a file is executed,
and no memory is taken on its word: a tensor has to bring the bytes that its shape needs.

Source: Open Neural Network Exchange, operator schemas of the sets 1 to 25.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import (
    absolute,
    elu,
    gelu,
    leaky_relu,
    logistic,
    relu,
    slope_below,
    softplus,
    tanh,
)
from uat.errors import InputError, WrongType, counted
from uat.interchange.chain import Chain, exactly

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network
    from uat.expression.arrays import Array

__all__ = ["read_onnx", "write_onnx"]

_VERSIONS: Final = {"ir_version": 8, "opset": 13}
"""Written files are of these versions, which programs of 2021 and later read."""

_DOMAINS: Final = ("", "ai.onnx")
"""Homes of the operations that ONNX itself defines."""

_MOST_AXES: Final = 8


def read_onnx(place: Path, content: bytes) -> Network:
    """Read the bytes of an ONNX file; tensors in files beside it are looked for in its folder."""
    return _Graph(_model(content), place.parent).network()


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
    for name, make in _ACTIVATIONS.items():
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
    known = ", ".join(sorted(make({}).name for make in _ACTIVATIONS.values()))
    raise InputError(f"{sigma!r} given for an ONNX file; it holds {known}")


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
        walk = _Walk(shape)
        for node in way:
            others = [self._constant(each) if each else None for each in node.input]
            step = _STEPS.get(node.op_type)
            assert step is not None
            try:
                step(walk, _Node(node, others))
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
            return _array(self._constants[name], self._folder)
        node = self._maker[name]
        own = _attributes(node)
        if node.op_type == "Constant":
            return _given(own, self._folder)
        inner = self._constant(node.input[0])
        if node.op_type == "Transpose":
            return np.transpose(inner, own.get("perm"))
        if node.op_type == "Flatten":
            return inner.reshape(_flat(inner.shape, own.get("axis", 1)))
        if node.op_type == "Reshape":
            wanted = own.get("shape") or self._constant(node.input[1])
            return inner.reshape(_reshaped(inner.shape, wanted))
        return inner


class _Node:
    """An operation with its attributes and constants; the input that depends on x is None there."""

    def __init__(self, node: Any, constants: list[Any]) -> None:
        self.kind, self.own = node.op_type, _attributes(node)
        self.constants, self.first_moves = constants, constants[0] is None and bool(node.input[0])

    def numbers(self, place: int, what: str) -> Array:
        """Return one of its constants in float64."""
        if place >= len(self.constants) or self.constants[place] is None:
            raise InputError(f"its {what} is missing")
        return exactly(self.constants[place], f"its {what}")

    def only(self, **needed: Any) -> None:
        """Refuse attributes of other values than these."""
        for name, value in needed.items():
            if self.own.get(name, value) != value:
                raise InputError(f"it has {name} = {self.own[name]!r}; {value!r} alone is read")


class _Walk:
    """The chain up to an operation, and the shape of its tensor."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.chain = Chain(math.prod(shape))

    @property
    def row(self) -> int:
        """The length of the last axis, all others being of length 1."""
        if not self.shape or math.prod(self.shape) != self.shape[-1]:
            raise InputError(f"its input has the shape {self.shape}; a row of values is needed")
        return self.shape[-1]

    def fitted(self, constant: Array) -> Array:
        """Return a constant with one number for each value of the tensor."""
        # a constant of more axes gives them to the values, as broadcasting does
        self.shape = (1,) * (constant.ndim - len(self.shape)) + self.shape
        behind = self.shape[len(self.shape) - constant.ndim :]
        if any(own not in (1, size) for own, size in zip(constant.shape, behind, strict=True)):
            raise InputError(f"a constant of shape {constant.shape} meets values of {self.shape}")
        return np.broadcast_to(constant, self.shape).reshape(-1)


def _gemm(walk: _Walk, node: _Node) -> None:
    node.only(transA=0)
    if not node.first_moves:
        raise InputError("its first input is a constant; the values have to come first")
    weight = node.numbers(1, "matrix")
    weight = weight if node.own.get("transB", 0) else weight.T
    alpha, beta = (node.own.get(name, 1.0) for name in ("alpha", "beta"))
    bias = np.zeros(len(weight))
    if len(node.constants) > 2 and node.constants[2] is not None:
        given = node.numbers(2, "bias")
        if given.size not in (1, len(weight)):
            raise InputError(f"its bias has the shape {given.shape} for {len(weight)} values")
        bias = np.broadcast_to(given.reshape(-1), (len(weight),))
    # older programs give Gemm a tensor of more axes, which it flattens
    if math.prod(walk.shape[:1]) != 1 and len(walk.shape) > 1:
        raise InputError(f"its input has the shape {walk.shape}; a row of values is needed")
    walk.chain.affine(_times(alpha, weight), _times(beta, bias))
    walk.shape = (1, len(weight))


def _times(factor: float, values: Array) -> Array:
    return values if factor == 1 else factor * values


def _matmul(walk: _Walk, node: _Node) -> None:
    if node.first_moves:
        weight = node.numbers(1, "matrix")
        while weight.ndim > 2 and weight.shape[0] == 1:
            weight = weight[0]
        if weight.ndim == 1:
            weight = weight[:, None]
        if weight.ndim != 2 or weight.shape[0] != walk.row:
            raise InputError(f"a matrix of shape {weight.shape} meets values of {walk.shape}")
        walk.chain.affine(weight.T, np.zeros(weight.shape[1]))
        walk.shape = (*walk.shape[:-1], weight.shape[1])
        return
    weight = node.numbers(0, "matrix")
    column = walk.shape[-2:] if len(walk.shape) > 1 else (*walk.shape, 1)
    if weight.ndim != 2 or column != (weight.shape[1], 1) or math.prod(walk.shape) != column[0]:
        raise InputError(f"a matrix of shape {weight.shape} meets values of {walk.shape}")
    walk.chain.affine(weight, np.zeros(len(weight)))
    flat = len(walk.shape) == 1
    walk.shape = (len(weight),) if flat else (*walk.shape[:-2], len(weight), 1)


def _add(walk: _Walk, node: _Node) -> None:
    constant = walk.fitted(_aligned(walk, node))
    walk.chain.apart(np.ones(()), constant)


def _sub(walk: _Walk, node: _Node) -> None:
    constant, sign = walk.fitted(_aligned(walk, node)), 1.0 if node.first_moves else -1.0
    walk.chain.apart(np.array(sign), -sign * constant)


def _mul(walk: _Walk, node: _Node) -> None:
    walk.chain.apart(walk.fitted(_aligned(walk, node)), np.zeros(()))


def _div(walk: _Walk, node: _Node) -> None:
    constant = walk.fitted(_aligned(walk, node))
    if not node.first_moves or not constant.all():
        raise InputError("only a division by constants other than 0 is read")
    walk.chain.apart(1 / constant, np.zeros(()))


def _aligned(walk: _Walk, node: _Node) -> Array:
    """Return the constant of an operation on two tensors, as old files broadcast it."""
    constant = node.numbers(1 if node.first_moves else 0, "constant")
    axis = node.own.get("axis")
    if axis is None:
        return constant
    behind = len(walk.shape) - int(axis) - constant.ndim
    if not 0 <= behind < _MOST_AXES:
        raise InputError(f"its axis {axis} does not fit a constant of shape {constant.shape}")
    return constant.reshape(constant.shape + (1,) * behind)


def _batch_normalization(walk: _Walk, node: _Node) -> None:
    node.only(training_mode=0, spatial=1, is_test=1)
    scale, shift, mean, variance = (
        node.numbers(i, name) for i, name in enumerate(("scale", "bias", "mean", "variance"), 1)
    )
    channels = (len(scale),) if scale.ndim == 1 else ()
    shapes = {part.shape for part in (scale, shift, mean, variance)}
    if len(walk.shape) < 2 or shapes != {channels} or walk.shape[1] != len(scale):
        raise InputError(f"constants of shape {scale.shape} meet values of {walk.shape}")
    if not (variance >= 0).all():
        raise InputError("a variance is below 0")
    with np.errstate(all="ignore"):
        factor = scale / np.sqrt(variance + node.own.get("epsilon", float(np.float32(1e-5))))
        shift = shift - factor * mean
    behind = (-1,) + (1,) * (len(walk.shape) - 2)
    walk.chain.apart(*(walk.fitted(part.reshape(behind)) for part in (factor, shift)))


def _transpose(walk: _Walk, node: _Node) -> None:
    axes = tuple(node.own.get("perm") or reversed(range(len(walk.shape))))
    if sorted(axes) != [*range(len(walk.shape))]:
        raise InputError(f"its axes {axes} do not fit values of {walk.shape}")
    moved = [axis for axis in axes if walk.shape[axis] > 1]
    if moved != sorted(moved):
        raise InputError(
            f"it turns values of {walk.shape} around; only a transposition that keeps their order is "
            "read: transpose the weights instead"
        )
    walk.shape = tuple(walk.shape[axis] for axis in axes)


def _flatten(walk: _Walk, node: _Node) -> None:
    walk.shape = _flat(walk.shape, node.own.get("axis", 1))


def _reshape(walk: _Walk, node: _Node) -> None:
    wanted = node.own.get("shape")
    sizes = node.numbers(1, "shape") if wanted is None else np.array(wanted)
    if node.own.get("allowzero", 0) and not sizes.all():
        raise InputError("its shape has a 0, which with allowzero leaves no value")
    walk.shape = _reshaped(walk.shape, sizes)


def _identity(_walk: _Walk, _node: _Node) -> None:
    pass


def _flat(shape: tuple[int, ...], axis: int) -> tuple[int, int]:
    return math.prod(shape[:axis]), math.prod(shape[axis:])


def _reshaped(shape: tuple[int, ...], wanted: Any) -> tuple[int, ...]:
    """Return the shape that Reshape makes: 0 keeps the length of an axis, −1 takes what is left."""
    sizes = [int(size) for size in np.asarray(wanted).reshape(-1)[: _MOST_AXES + 1]]
    kept = [shape[i] if size == 0 and i < len(shape) else size for i, size in enumerate(sizes)]
    rest = math.prod(size for size in kept if size != -1)
    if kept.count(-1) == 1 and rest > 0 and math.prod(shape) % rest == 0:
        kept[kept.index(-1)] = math.prod(shape) // rest
    if len(kept) > _MOST_AXES or min(kept, default=1) < 1 or math.prod(kept) != math.prod(shape):
        raise InputError(f"values of {shape} cannot take the shape {sizes}")
    return tuple(kept)


def _activation(make: Callable[[Mapping[str, Any]], Activation]) -> Callable[[_Walk, _Node], None]:
    return lambda walk, node: walk.chain.activate(make(node.own))


def _plain(sigma: Activation, **needed: Any) -> Callable[[Mapping[str, Any]], Activation]:
    """Make an activation whose attributes may have these values alone."""

    def make(own: Mapping[str, Any]) -> Activation:
        for name, value in needed.items():
            if own.get(name, value) != value:
                raise InputError(f"it has {name} = {own[name]!r}; {value!r} alone is read")
        return sigma

    return make


_ACTIVATIONS: Final[dict[str, Callable[[Mapping[str, Any]], Activation]]] = {
    "Relu": _plain(relu),
    "Abs": _plain(absolute),
    "LeakyRelu": lambda own: leaky_relu(float(own.get("alpha", np.float32(0.01)))),
    "Sigmoid": _plain(logistic),
    "Tanh": _plain(tanh),
    "Softplus": _plain(softplus),
    "Gelu": _plain(gelu, approximate=b"none"),
    "Elu": _plain(elu, alpha=1.0),
}

_CONSTANT_STEPS: Final = ("Identity", "Transpose", "Reshape", "Flatten")
"""Operations that are also done on constants."""

_STEPS: Final[dict[str, Callable[[_Walk, _Node], None]]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Add": _add,
    "Sub": _sub,
    "Mul": _mul,
    "Div": _div,
    "BatchNormalization": _batch_normalization,
    "Transpose": _transpose,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Identity": _identity,
    **{name: _activation(make) for name, make in _ACTIVATIONS.items()},
}


def _check_known(node: Any) -> None:
    if node.op_type in _STEPS and node.domain in _DOMAINS:
        return
    kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
    raise InputError(
        f"{_called(node)} is an operation {kind!r:.60}, which is not read; read are Constant, "
        f"{', '.join(_STEPS)}: a chain of dense layers, without convolution, pooling or skip connection"
    )


def _called(node: Any) -> str:
    name = node.name or (node.output[0] if node.output else "")
    return f"{node.op_type or 'a node'} {name!r:.40}"


def _attributes(node: Any) -> dict[str, Any]:
    """Read the attributes of a node; tensors and graphs stay as they are."""
    from onnx import AttributeProto

    kinds: dict[int, Callable[[Any], Any]] = {
        AttributeProto.FLOAT: lambda a: a.f,
        AttributeProto.INT: lambda a: a.i,
        AttributeProto.STRING: lambda a: a.s,
        AttributeProto.INTS: lambda a: [*a.ints],
        AttributeProto.FLOATS: lambda a: [*a.floats],
        AttributeProto.TENSOR: lambda a: a.t,
    }
    return {a.name: kinds[a.type](a) for a in node.attribute if a.type in kinds}


def _given(own: Mapping[str, Any], folder: Path) -> Any:
    """Return the value of a Constant."""
    if "value" in own:
        return _array(own["value"], folder)
    for name, kind in (
        ("value_float", np.float32),
        ("value_floats", np.float32),
        ("value_int", np.int64),
        ("value_ints", np.int64),
    ):
        if name in own:
            return np.array(own[name], dtype=kind)
    raise InputError("a Constant has no value that is read")


def _array(tensor: Any, folder: Path) -> Any:
    """Return the numbers of a tensor, after a look at how many bytes it brings."""
    from onnx import TensorProto, helper, numpy_helper

    name, shape = tensor.name, tuple(tensor.dims)
    if len(shape) > _MOST_AXES or any(size < 0 for size in shape):
        raise InputError(f"tensor {name!r:.40} has the shape {shape[:9]}, which none has")
    if tensor.data_type not in (
        TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16,
        TensorProto.INT32, TensorProto.INT64,
    ):  # fmt: skip
        raise InputError(f"tensor {name!r:.40} has numbers of a kind that is not read; floats are")
    count = math.prod(shape)
    size = count * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    copy = TensorProto()
    copy.CopyFrom(tensor)
    if tensor.data_location == TensorProto.EXTERNAL:
        copy.raw_data = _beside(tensor, folder, size)
        copy.ClearField("data_location")
        copy.ClearField("external_data")
    held = max(
        len(part)
        for part in (tensor.float_data, tensor.double_data, tensor.int32_data, tensor.int64_data)
    )
    if len(copy.raw_data) != size if copy.HasField("raw_data") else held != count:
        brings = (
            f"{len(copy.raw_data):,} bytes" if copy.HasField("raw_data") else f"{held:,} numbers"
        )
        raise InputError(f"tensor {name!r:.40} of shape {shape} brings {brings}; it was cut off")
    return numpy_helper.to_array(copy).astype(
        np.int64 if tensor.data_type in (TensorProto.INT32, TensorProto.INT64) else np.float64
    )


def _beside(tensor: Any, folder: Path, size: int) -> bytes:
    """Read a tensor from a file in the folder of the model, and from no other place."""
    facts = {entry.key: entry.value for entry in tensor.external_data}
    where, name = facts.get("location", ""), f"tensor {tensor.name!r:.40}"
    place = (folder / where).resolve()
    if not where or "\0" in where or folder.resolve() not in place.parents:
        raise InputError(f"{name} is in {where!r:.60}; a file in the folder of the model is needed")
    if not place.is_file():
        raise InputError(f"{name} is in the file {where!r:.60}, which is missing beside the model")
    start = facts.get("offset", "0")
    told = facts.get("length", str(size))
    if not (start.isdigit() and told == str(size) and int(start) + size <= place.stat().st_size):
        raise InputError(f"{name} needs {size:,} bytes of {where!r:.60}, which does not hold them")
    with place.open("rb") as file:
        file.seek(int(start))
        content: bytes = file.read(size)
    return content


def _shape_of(given: Any) -> tuple[int, ...]:
    """Return the shape of the input for one point: a first axis of any length is that of points."""
    kind = given.type.tensor_type
    axes = [axis.dim_value if axis.HasField("dim_value") else 0 for axis in kind.shape.dim]
    if len(axes) > 1 and axes[0] <= 0:
        axes[0] = 1
    written = ", ".join(axis.dim_param or str(axis.dim_value) for axis in kind.shape.dim)
    if not kind.HasField("shape") or not 0 < len(axes) <= _MOST_AXES or min(axes) < 1:
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
