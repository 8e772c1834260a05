"""The constants of an ONNX file: attributes of its operations, and arrays of numbers.

Numbers in single precision are taken as the floats that they are. No memory is taken on the word of
a file: a tensor has to bring the bytes that its shape needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MOST_AXES", "array", "attributes", "given_constant"]

MOST_AXES: Final = 8
"""Axes of a tensor; NumPy has up to 64, and no layer needs so many."""


def attributes(node: Any) -> dict[str, Any]:
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


def given_constant(own: Mapping[str, Any], folder: Path) -> Any:
    """Return the value of a Constant."""
    if "value" in own:
        return array(own["value"], folder)
    for name, kind in (
        ("value_float", np.float32),
        ("value_floats", np.float32),
        ("value_int", np.int64),
        ("value_ints", np.int64),
    ):
        if name in own:
            return np.array(own[name], dtype=kind)
    raise InputError("a Constant has no value that is read")


def array(tensor: Any, folder: Path) -> Any:
    """Return the numbers of a tensor, after a look at how many bytes it brings."""
    from onnx import TensorProto, helper, numpy_helper

    name, shape = tensor.name, tuple(tensor.dims)
    if len(shape) > MOST_AXES or any(size < 0 for size in shape):
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
