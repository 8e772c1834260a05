"""An f of points, f(X) with X of shape (points, d), as a function of coordinates.

It is traced with a block of tracers, a row for each point. The block has one point at one call and
four at the other, so that an f whose value at a point depends on other points is refused.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from uat.errors import InputError, WrongType, counted
from uat.expression.arrays import Array
from uat.expression.graph import coordinate
from uat.expression.numpy_types import FLOAT
from uat.expression.trace import FUNCTIONS, Tracer, answer, objects, refusing
from uat.expression.ufuncs import cannot, is_known

__all__ = ["PointFunction", "of_coordinates"]

_BY_POINT: Final = {"where", "clip", "sinc", "interp"}
"""Functions of numpy, by the names of their tracing rules, that work on each entry by itself."""

_USUAL: Final = {"where": True, "casting": "unsafe", "subok": False, "dtype": None}
"""Options as numpy itself gives them, which change nothing for float64."""

_WHOLE: Final = {"sum", "prod", "mean", "amax", "amin", "max", "min", "stack", "concatenate"}
"""Functions of numpy that only apply ufuncs, or only move entries."""


def of_coordinates(f: Callable[..., Any], points: Array) -> Callable[..., Any]:
    """Return f as it is, or an f of points, tried at some of these, (k, d), as one of coordinates.

    >>> f = of_coordinates(lambda X: X[:, 0] + X[:, 1], np.eye(9)[:, :2])
    >>> f(1.0, np.array([2.0, 3.0]))
    array([3., 4.])
    """
    dimension = points.shape[1]
    block = points[: dimension + 2]
    if not _takes(f, 1) or (dimension > 1 and _takes(f, dimension)):
        return f
    if dimension == 1 and not _fault(f, block[:, 0]):
        return f
    fault = _fault(f, block)
    if fault and dimension > 1:
        raise WrongType(
            f"f cannot be called with {counted(dimension, 'coordinate')}, one for each pair of the "
            f"domain: lambda {'x, y, …' if dimension <= 3 else 'x1, x2, …'}; and as f(X) {fault}"
        )
    return f if fault else PointFunction(f)


def _fault(f: Callable[..., Any], argument: Array) -> str:
    """Say why f does not give a number for each entry or row of an array; empty if it does."""
    given, needed = f"with X of shape {argument.shape} it", (len(argument),)
    try:
        with np.errstate(all="ignore"):
            shape = np.shape(f(argument.copy()))
    except Exception as error:  # noqa: BLE001 - f is anybody's code
        return f"{given} fails: {' '.join(str(error).split()) or type(error).__name__}"
    return "" if shape == needed else f"{given} gives shape {shape}; {needed} is needed"


def _takes(f: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(f).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class PointFunction:
    """The function of coordinates (x, y, …) ↦ f([[x, y, …]])[0]."""

    f: Callable[[Any], Any]

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate at coordinates that broadcast, or at tracers."""
        if isinstance(coordinates[0], Tracer):
            return _traced(self.f, list(coordinates))
        arrays = np.broadcast_arrays(*coordinates)
        points = np.stack([np.ravel(array) for array in arrays], axis=-1)
        values = np.asarray(self.f(points))
        if values.shape != points.shape[:1]:
            raise InputError(
                f"f gives shape {values.shape} for points of shape {points.shape}; "
                f"{points.shape[:1]} is needed"
            )
        return values.reshape(arrays[0].shape)


def _traced(f: Callable[[Any], Any], point: list[Any]) -> Any:
    """Return f at a point of tracers: among other points where they look like an array."""
    dimension, place = len(point), len(point[0].shape)
    rows = [[Tracer(coordinate(i + k * dimension)) for i in range(dimension)] for k in (1, 2, 3)]
    rows = [rows[0], point, *rows[1:]] if place else [point]
    block = np.empty((len(rows), dimension), dtype=object).view(_Block)
    for i, row in enumerate(rows):
        for j, tracer in enumerate(row):
            block[i, j] = tracer
    values = f(block)
    if not isinstance(values, np.ndarray) or values.shape != (len(rows),):
        raise cannot("it gave something else than one number for each point")
    return values[place]


class _Block(np.ndarray[Any, Any]):
    """An array of tracers, whose ufuncs add a node to each of them."""

    @refusing
    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        target = options.pop("out", (None,))[0]
        given = {n: v for n, v in options.items() if n not in _USUAL or _USUAL[n] is not v}
        if method not in ("__call__", "reduce") or not given.keys() <= {"axis", "keepdims"}:
            raise cannot(
                f"np.{ufunc.__name__} was called with .{method} or with options {[*given]}"
            )
        values = [_entries(value) for value in inputs]
        if ufunc is np.matmul:
            return np.asarray(np.matmul(*values)).view(_Block)
        if not is_known(ufunc):
            raise cannot(f"np.{ufunc.__name__} is not among the operations it knows")
        count = 2 if method == "reduce" else len(values)
        on_each = np.frompyfunc(partial(answer, ufunc), count, 1)
        return _written(_as_block(getattr(on_each, method)(*values, **given)), target)

    @refusing
    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        of_numpy = getattr(np, name, None) is function
        if of_numpy and name in _WHOLE:
            return super().__array_function__(function, types, args, kwargs)
        if of_numpy and name in _BY_POINT:
            count = 3 if name == "where" else 1
            rule = partial(_with_options, FUNCTIONS[name], args[count:], kwargs)
            return _as_block(np.frompyfunc(rule, count, 1)(*map(_entries, args[:count])))
        if function is np.linalg.norm and set(kwargs) == {"axis"} and len(args) == 1:
            return np.sqrt(np.sum(np.square(args[0]), **kwargs))
        raise cannot(f"np.{name} of points is not among the functions it knows")


def _entries(value: Any) -> Any:
    """Return an array of objects; a Python number stays one, since numpy gives it no type."""
    if isinstance(value, _Block):
        return value.view(np.ndarray)
    return value if type(value) in (int, float, bool) else objects(value)


def _with_options(rule: Any, more: Sequence[Any], options: dict[str, Any], *entries: Any) -> Any:
    return rule(*entries, *more, **options)


def _written(result: Any, target: Any) -> Any:
    """Write the result of an operation in place, as X -= 1, where both are of float64."""
    if target is None:
        return result
    if any(getattr(v, "kind", None) != FLOAT for array in (result, target) for v in array.flat):
        raise cannot("it changes an array of other numbers than float64 in place")
    target[...] = result
    return target


def _as_block(result: Any) -> Any:
    return result.view(_Block) if isinstance(result, np.ndarray) else result
