"""From a numpy lambda to its graph: f is called once, with a tracer for each coordinate.

A tracer answers numpy's ufuncs, operators and a few functions by adding a node. What it cannot
follow (a branch on x, `math.sin`, an unknown function) raises `CannotProve` with the two ways out.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from uat.errors import CannotProve, UatError, WrongType
from uat.expression.graph import Expression, apply, as_expression, coordinate, power
from uat.expression.operations import OPERATIONS

__all__ = ["Tracer", "trace"]

_WAYS_OUT: Final = (
    "write f with numpy functions, operators and np.where, or give uat.Target(f, domain, "
    "modulus=…), or leave the proof out with prove=False"
)

# numpy's name of a ufunc → the graph, where the table's own name differs or two nodes are needed
_UFUNCS: Final[dict[str, Callable[..., Any]]] = {
    "true_divide": lambda a, b: apply("divide", a, b),
    "power": lambda a, b: power(as_expression(a), as_expression(b)),
    "float_power": lambda a, b: power(as_expression(a), as_expression(b)),
    "square": lambda u: apply("power", u, data=(2,)),
    "reciprocal": lambda u: apply("divide", 1, u),
    "positive": as_expression,
    "conjugate": as_expression,
    "fabs": lambda u: apply("absolute", u),
    "fmin": lambda a, b: apply("minimum", a, b),
    "fmax": lambda a, b: apply("maximum", a, b),
    "clip": lambda u, low, high: _clip(u, low, high),
    "exp2": lambda u: apply("exp", as_expression(u) * apply("log", 2)),
    "log2": lambda u: apply("log", u) / apply("log", 2),
    "log10": lambda u: apply("log", u) / apply("log", 10),
    "deg2rad": lambda u: as_expression(u) * (np.pi / 180),
    "radians": lambda u: as_expression(u) * (np.pi / 180),
    "hypot": lambda a, b: apply(
        "sqrt", apply("power", a, data=(2,)) + apply("power", b, data=(2,))
    ),
    "greater": lambda a, b: apply("less", b, a),
    "greater_equal": lambda a, b: apply("less_equal", b, a),
    "not_equal": lambda a, b: apply("logical_not", apply("equal", a, b)),
    "bitwise_and": lambda a, b: apply("logical_and", a, b),
    "bitwise_or": lambda a, b: apply("logical_or", a, b),
    "invert": lambda u: apply("logical_not", u),
    "heaviside": lambda u, middle: apply(
        "where", apply("equal", u, 0), middle, apply("where", apply("less", 0, u), 1, 0)
    ),
    "erfc": lambda u: 1 - apply("erf", u),
    "ndtr": lambda u: (1 + apply("erf", as_expression(u) / apply("sqrt", 2))) / 2,
}


def trace(f: Callable[..., Any], dimension: int) -> Expression:
    """Find the graph of a function by calling it once.

    Parameters
    ----------
    f : callable
        Takes `dimension` coordinates and computes with numpy.
    dimension : int
        The number of coordinates.

    Returns
    -------
    Expression

    Raises
    ------
    CannotProve
        Where f does what a graph cannot hold; the message says the two ways out.

    Examples
    --------
    >>> trace(lambda x: x**2 + np.sin(x), 1)
    <Expression x**2 + sin(x)>
    """
    if isinstance(f, Expression):
        return f
    try:
        result = f(*(Tracer(coordinate(i)) for i in range(dimension)))
    except UatError:
        raise
    except RecursionError as error:
        raise _cannot("it calls itself too deeply") from error
    except Exception as error:
        if _counts_arguments(error):
            raise WrongType(
                f"f cannot be called with {dimension} coordinate(s): {error}"
            ) from error
        raise _cannot(f"{type(error).__name__}: {error}") from error
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result.item()
    if isinstance(result, Tracer):
        return result.expression
    try:
        return as_expression(result)
    except UatError as error:
        raise _cannot(f"it gave {type(result).__name__} for one point") from error


class Tracer(NDArrayOperatorsMixin):
    """A coordinate, or what f made of it, on the way through f."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method != "__call__" or options:
            raise _cannot(f"np.{name} was called with .{method} or with options {[*options]}")
        rule = _UFUNCS.get(name)
        if rule is None and name in OPERATIONS:
            rule = lambda *nodes: apply(name, *nodes)  # noqa: E731 - the table is of functions
        if rule is None:
            raise _cannot(f"np.{name} is not among the operations it knows")
        if any(isinstance(v, np.ndarray) and v.shape != () for v in inputs):
            return _each(lambda *values: Tracer(rule(*map(_unwrap, values))), inputs)
        return Tracer(rule(*map(_unwrap, inputs)))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        rule = _FUNCTIONS.get(function.__name__)
        if rule is None:
            raise _cannot(f"np.{function.__name__} is not among the functions it knows")
        return Tracer(as_expression(rule(*args, **kwargs)))

    def __getitem__(self, key: Any) -> Any:
        """Answer x[..., None] and the like: the tracer stands for one point."""
        keys = key if isinstance(key, tuple) else (key,)
        if any(k is not None and k is not Ellipsis for k in keys):
            raise _cannot("it takes x apart with an index")
        array = np.empty((), dtype=object)
        array[()] = self
        return array[key]

    def __bool__(self) -> bool:
        raise _cannot("it branches on x (if, and, or, min, max, or a comparison used as True)")

    def __float__(self) -> float:
        raise _cannot("it turns x into a Python number (float(x), math.sin, …)")

    def __int__(self) -> int:
        raise _cannot("it turns x into an int")

    def __iter__(self) -> Any:
        raise _cannot("it runs through x as if x were a list")

    __hash__ = None  # type: ignore[assignment]


def _object_method(name: str) -> Callable[[Tracer], Tracer]:
    """Make the method that numpy calls on the elements of an object array."""
    return lambda self: Tracer(apply(name, self.expression))


for _name, _rule in OPERATIONS.items():
    if _rule.arity == 1 and isinstance(_rule.value, np.ufunc):
        setattr(Tracer, _name, _object_method(_name))


def _clip(u: Any, low: Any = None, high: Any = None, **names: Any) -> Expression:
    low, high = names.get("a_min", names.get("min", low)), names.get("a_max", names.get("max", high))
    result = as_expression(_unwrap(u))
    if low is not None:
        result = apply("maximum", result, _unwrap(low))
    if high is not None:
        result = apply("minimum", result, _unwrap(high))
    return result


def _where(condition: Any, *branches: Any) -> Expression:
    if len(branches) != 2:
        raise _cannot("np.where was called with a condition alone")
    return apply("where", _unwrap(condition), *map(_unwrap, branches))


def _select(conditions: Any, choices: Any, default: Any = 0) -> Expression:
    result = as_expression(_unwrap(default))
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        result = _where(condition, choice, result)
    return result


def _interp(u: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> (
    Expression
):
    xs, ys = np.asarray(xp, dtype=np.float64), np.asarray(fp, dtype=np.float64)
    if any(option is not None for option in (left, right, period)):
        raise _cannot("np.interp was called with left, right or period")
    good = xs.ndim == 1 and xs.shape == ys.shape and len(xs) >= 1
    if not good or not np.isfinite([xs, ys]).all() or (np.diff(xs) <= 0).any():
        raise _cannot("the table of np.interp is not finite and strictly increasing")
    return apply("interp", _unwrap(u), data=(*xs, *ys))


def _polyval(p: Any, u: Any) -> Expression:
    x, result = as_expression(_unwrap(u)), as_expression(0.0)
    for coefficient in p:
        result = result * x + as_expression(_unwrap(coefficient))
    return result


def _sinc(u: Any) -> Expression:
    return apply("sinc", as_expression(_unwrap(u)) * np.pi)


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "where": _where,
    "clip": _clip,
    "interp": _interp,
    "select": _select,
    "polyval": _polyval,
    "sinc": _sinc,
    "real": lambda u: _unwrap(u),
    "copy": lambda u: _unwrap(u),
}


def _unwrap(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    return value.expression if isinstance(value, Tracer) else value


def _each(rule: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    """Apply a scalar rule over broadcast arrays: f may sum over an axis of its own."""
    arrays = []
    for value in inputs:
        array = np.empty((), dtype=object) if isinstance(value, Tracer) else np.asarray(value)
        if isinstance(value, Tracer):
            array[()] = value
        arrays.append(array)
    return np.frompyfunc(rule, len(arrays), 1)(*arrays)


def _counts_arguments(error: Exception) -> bool:
    return isinstance(error, TypeError) and "positional argument" in str(error)


def _cannot(reason: str) -> CannotProve:
    return CannotProve(f"f cannot be followed: {reason}; {_WAYS_OUT}")
