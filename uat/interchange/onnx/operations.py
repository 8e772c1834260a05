"""The operations of ONNX that a chain of dense layers is made of, one function each.

Each has one input that depends on x, the others are constants. Shapes are followed too, for one point
at a time, so that a matrix meets the coordinates that it is for.

Source: Open Neural Network Exchange, operator schemas of the sets 1 to 25.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import (
    absolute,
    elu,
    gelu,
    leaky_relu,
    logistic,
    relu,
    softplus,
    tanh,
)
from uat.errors import InputError
from uat.interchange.chain import Chain, exactly
from uat.interchange.onnx.tensors import MOST_AXES, attributes

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.expression.arrays import Array

__all__ = ["ACTIVATIONS", "OPERATIONS", "Node", "Walk", "flat", "reshaped"]


class Node:
    """An operation with its attributes and constants; the input that depends on x is None there."""

    def __init__(self, node: Any, constants: list[Any]) -> None:
        self.kind, self.own = node.op_type, attributes(node)
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


class Walk:
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


def _gemm(walk: Walk, node: Node) -> None:
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


def _matmul(walk: Walk, node: Node) -> None:
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


def _add(walk: Walk, node: Node) -> None:
    constant = walk.fitted(_aligned(walk, node))
    walk.chain.apart(np.ones(()), constant)


def _sub(walk: Walk, node: Node) -> None:
    constant, sign = walk.fitted(_aligned(walk, node)), 1.0 if node.first_moves else -1.0
    walk.chain.apart(np.array(sign), -sign * constant)


def _mul(walk: Walk, node: Node) -> None:
    walk.chain.apart(walk.fitted(_aligned(walk, node)), np.zeros(()))


def _div(walk: Walk, node: Node) -> None:
    constant = walk.fitted(_aligned(walk, node))
    if not node.first_moves or not constant.all():
        raise InputError("only a division by constants other than 0 is read")
    walk.chain.apart(1 / constant, np.zeros(()))


def _aligned(walk: Walk, node: Node) -> Array:
    """Return the constant of an operation on two tensors, as old files broadcast it."""
    constant = node.numbers(1 if node.first_moves else 0, "constant")
    axis = node.own.get("axis")
    if axis is None:
        return constant
    behind = len(walk.shape) - int(axis) - constant.ndim
    if not 0 <= behind < MOST_AXES:
        raise InputError(f"its axis {axis} does not fit a constant of shape {constant.shape}")
    return constant.reshape(constant.shape + (1,) * behind)


def _batch_normalization(walk: Walk, node: Node) -> None:
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


def _transpose(walk: Walk, node: Node) -> None:
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


def _flatten(walk: Walk, node: Node) -> None:
    walk.shape = flat(walk.shape, node.own.get("axis", 1))


def _reshape(walk: Walk, node: Node) -> None:
    wanted = node.own.get("shape")
    sizes = node.numbers(1, "shape") if wanted is None else np.array(wanted)
    if node.own.get("allowzero", 0) and not sizes.all():
        raise InputError("its shape has a 0, which with allowzero leaves no value")
    walk.shape = reshaped(walk.shape, sizes)


def _identity(_walk: Walk, _node: Node) -> None:
    pass


def flat(shape: tuple[int, ...], axis: int) -> tuple[int, int]:
    """Return the shape of a matrix whose rows end before an axis."""
    return math.prod(shape[:axis]), math.prod(shape[axis:])


def reshaped(shape: tuple[int, ...], wanted: Any) -> tuple[int, ...]:
    """Return the shape that Reshape makes: 0 keeps the length of an axis, −1 takes what is left."""
    sizes = [int(size) for size in np.asarray(wanted).reshape(-1)[: MOST_AXES + 1]]
    kept = [shape[i] if size == 0 and i < len(shape) else size for i, size in enumerate(sizes)]
    rest = math.prod(size for size in kept if size != -1)
    if kept.count(-1) == 1 and rest > 0 and math.prod(shape) % rest == 0:
        kept[kept.index(-1)] = math.prod(shape) // rest
    if len(kept) > MOST_AXES or min(kept, default=1) < 1 or math.prod(kept) != math.prod(shape):
        raise InputError(f"values of {shape} cannot take the shape {sizes}")
    return tuple(kept)


def _activation(make: Callable[[Mapping[str, Any]], Activation]) -> Callable[[Walk, Node], None]:
    return lambda walk, node: walk.chain.activate(make(node.own))


def _plain(sigma: Activation, **needed: Any) -> Callable[[Mapping[str, Any]], Activation]:
    """Make an activation whose attributes may have these values alone."""

    def make(own: Mapping[str, Any]) -> Activation:
        for name, value in needed.items():
            if own.get(name, value) != value:
                raise InputError(f"it has {name} = {own[name]!r}; {value!r} alone is read")
        return sigma

    return make


ACTIVATIONS: Final[dict[str, Callable[[Mapping[str, Any]], Activation]]] = {
    "Relu": _plain(relu),
    "Abs": _plain(absolute),
    "LeakyRelu": lambda own: leaky_relu(float(own.get("alpha", np.float32(0.01)))),
    "Sigmoid": _plain(logistic),
    "Tanh": _plain(tanh),
    "Softplus": _plain(softplus),
    "Gelu": _plain(gelu, approximate=b"none"),
    "Elu": _plain(elu, alpha=1.0),
}

OPERATIONS: Final[dict[str, Callable[[Walk, Node], None]]] = {
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
    **{name: _activation(make) for name, make in ACTIVATIONS.items()},
}
