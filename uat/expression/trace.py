"""From a numpy lambda to its graph: f is called with a tracer for each coordinate.

A tracer answers numpy's ufuncs, operators and a few functions by adding a node. Where it cannot
follow f (a branch on x, `math.sin`, an unknown function), it raises `CannotProve`, which names the
two ways out.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from uat.errors import CannotProve, UatError, WrongType, counted
from uat.expression import advice
from uat.expression.graph import Expression, apply, as_expression, coordinate
from uat.expression.numpy_types import (
    FLOAT,
    Kind,
    check_floats,
    choice_kind,
    number_kind,
    ufunc_kind,
)
from uat.expression.operations import OPERATIONS
from uat.expression.ufuncs import REFUSALS, UFUNCS, cannot, is_known

__all__ = ["FUNCTIONS", "Tracer", "answer", "objects", "refusing", "trace"]


def trace(f: Callable[..., Any], dimension: int) -> Expression:
    """Find the graph of a function of `dimension` coordinates.

    The function is called twice, with tracers that look like one point and like an array. It is
    refused by `CannotProve` where it does something that a graph cannot hold.

    >>> trace(lambda x: x**2 + np.sin(x), 1)
    <Expression x**2 + sin(x)>
    """
    if isinstance(f, Expression):
        return f
    first = _call(f, dimension, ())
    if _call(f, dimension, (1,)) is not first:
        raise cannot(
            "a second call gives another formula (it draws random numbers, keeps a state, or asks "
            "for the type or the shape of x)"
        )
    return first


# the value of x.shape during a call of f
_SHAPE: Final[ContextVar[tuple[int, ...]]] = ContextVar("_SHAPE", default=())


def _call(f: Callable[..., Any], dimension: int, shape: tuple[int, ...]) -> Expression:
    """Call f with tracers; f is refused for a refusal of a tracer even if it caught the error."""
    refusals: list[CannotProve] = []
    tokens = REFUSALS.set(refusals), _SHAPE.set(shape)
    try:
        result = f(*(Tracer(coordinate(i)) for i in range(dimension)))
        if not refusals:
            return _formula(result)
    except CannotProve as error:
        refusals.append(error)
    except Exception as error:
        if _is_of_the_call(error):
            names = "x, y, …" if dimension <= 3 else "x1, x2, …"
            raise WrongType(
                f"f cannot be called with {counted(dimension, 'coordinate')}: {error}; "
                f"there is one for each pair of the domain{f': lambda {names}' * (dimension > 1)}"
            ) from error
        if not refusals:
            raise _refusal(error) from error
    finally:
        REFUSALS.reset(tokens[0])
        _SHAPE.reset(tokens[1])
    raise refusals[0]


def _formula(result: Any) -> Expression:
    try:
        return as_expression(_unwrap(result))
    except WrongType as error:
        raise cannot(f"it gave {type(result).__name__} for one point") from error


def _refusal(error: Exception) -> CannotProve:
    """Return the refusal of f for an error of any kind."""
    if isinstance(error, RecursionError):
        return cannot("it calls itself too deeply")
    name = "" if isinstance(error, UatError) else f"{type(error).__name__}: "
    return cannot(name + " ".join(str(error).split()))


def refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn every error of a method into a refusal."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except CannotProve:
            raise
        except Exception as error:
            raise _refusal(error) from error

    return call


class Tracer(NDArrayOperatorsMixin):
    """A coordinate, or a value that f computed from it, with its numpy type."""

    __slots__ = ("expression", "kind")

    def __init__(self, expression: Expression, kind: Kind = FLOAT) -> None:
        self.expression = expression
        self.kind = kind

    @refusing
    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = f"{'np.' * hasattr(np, ufunc.__name__)}{ufunc.__name__}"
        if method != "__call__" or options:
            raise cannot(f"{name} was called with .{method} or with options {[*options]}")
        if not is_known(ufunc):
            raise cannot(f"{name} is not among the operations it knows")
        values = [_plain(value) for value in inputs]
        if any(not isinstance(v, Tracer) and isinstance(v, np.ndarray) for v in values):
            return np.frompyfunc(partial(_answer_in_array, ufunc), len(values), 1)(
                *map(objects, values)
            )
        return answer(ufunc, *values)

    @refusing
    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        if name not in FUNCTIONS or getattr(np, name, None) is not function:
            raise cannot(f"np.{name} is not among the functions it knows")
        return FUNCTIONS[name](*args, **kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Stand in an array of objects."""
        if dtype not in (None, np.dtype(object)):
            raise cannot(f"it turns x into an array of {dtype}")
        if self.kind != FLOAT:
            raise cannot(f"it puts {self.kind.type} values into an array (multiply them by 1.0)")
        array = np.empty((), dtype=object)
        array[()] = self
        return array

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of x in this call of f."""
        return _SHAPE.get()

    @property
    def ndim(self) -> int:
        """The number of axes of x in this call of f."""
        return len(_SHAPE.get())

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """The type of x for isinstance: a number in one call of f, an array in the other."""
        if REFUSALS.get() is None:
            return Tracer
        return np.ndarray if _SHAPE.get() else np.float64

    def __getattr__(self, name: str) -> Any:
        # numpy itself looks for its own protocols
        asked = hasattr(np.ndarray, name) or hasattr(np.float64, name)
        if asked and not name.startswith("__array_"):
            raise cannot(f"it asks for x.{name}")
        raise AttributeError(f"x has no attribute {name!r}")

    def __getitem__(self, key: Any) -> Any:
        """Answer x[..., None] and the like: the tracer stands for one point."""
        keys = key if isinstance(key, tuple) else (key,)
        if any(k is not None and k is not Ellipsis for k in keys):
            raise cannot("it takes x apart with an index")
        return self.__array__()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise cannot("it writes into x")

    def __bool__(self) -> bool:
        raise cannot(
            "it branches on x (if, and, or, min, max, or a comparison used as True)",
            advice.of_branch(),
        )

    def __float__(self) -> float:
        raise cannot("it turns x into a Python number (float(x), math.sin, …)", advice.of_number())

    def __int__(self) -> int:
        raise cannot("it turns x into an int")

    def __len__(self) -> int:
        raise cannot("it asks for len(x)")

    def __iter__(self) -> Any:
        raise cannot("it runs through x as if x were a list")

    __hash__ = None  # type: ignore[assignment]


def answer(ufunc: np.ufunc, *values: Any) -> Any:
    """Apply a ufunc to single values; one of several values, as airy, returns a tuple."""
    name = ufunc.__name__
    node = UFUNCS.get(name, partial(apply, name))(*map(_unwrap, values))
    kind = ufunc_kind(ufunc, list(map(_kind, values)))
    return tuple(Tracer(n, kind) for n in node) if isinstance(node, tuple) else Tracer(node, kind)


def _answer_in_array(ufunc: np.ufunc, *values: Any) -> Tracer:
    """Apply a ufunc to elements of an array, where numpy drops their types."""
    result = answer(ufunc, *values)
    if not isinstance(result, Tracer):
        raise cannot(f"{ufunc.__name__} of an array of x is called; call it with x itself")
    if result.kind != FLOAT:
        raise cannot(f"np.{ufunc.__name__} gives an array of {result.kind.type} (multiply by 1.0)")
    return result


def _plain(value: Any) -> Any:
    """Replace an array with the shape of one point by its element."""
    if not isinstance(value, Tracer) and isinstance(value, np.ndarray):
        return value.reshape(())[()] if value.shape in ((), _SHAPE.get()) else value
    return value


def _unwrap(value: Any) -> Any:
    value = _plain(value)
    return value.expression if isinstance(value, Tracer) else value


def _kind(value: Any) -> Kind:
    value = _plain(value)
    return value.kind if isinstance(value, Tracer) else number_kind(value)


def _tracer(value: Any) -> Tracer:
    return Tracer(as_expression(_unwrap(value)), _kind(value))


def objects(value: Any) -> Any:
    """Make an array of objects, whose numbers keep their types."""
    array = np.asarray(value)
    return np.fromiter(array.flat, dtype=object, count=array.size).reshape(array.shape)


def _object_method(ufunc: np.ufunc) -> Callable[[Tracer], Tracer]:
    return lambda self: answer(ufunc, self)


# On an array of objects numpy's ufuncs call the method of their name on each element.
for _name, _rule in OPERATIONS.items():
    if _rule.arity == 1 and isinstance(_rule.value, np.ufunc):
        setattr(Tracer, _name, _object_method(_rule.value))


def _clip(u: Any, a_min: Any = None, a_max: Any = None, **names: Any) -> Tracer:
    low, high = names.pop("min", a_min), names.pop("max", a_max)
    if names:
        raise cannot(f"np.clip was called with {', '.join(names)}")
    bounded = as_expression(_unwrap(u))
    if low is not None:
        bounded = apply("maximum", bounded, _unwrap(low))
    if high is not None:
        bounded = apply("minimum", bounded, _unwrap(high))
    kinds = [_kind(value) for value in (u, low, high) if value is not None]
    return Tracer(bounded, choice_kind("clip", kinds))


def _where(condition: Any, *branches: Any) -> Tracer:
    if len(branches) != 2:
        raise cannot("np.where was called with a condition alone")
    chosen = apply("where", _unwrap(condition), *map(_unwrap, branches))
    return Tracer(chosen, choice_kind("where", list(map(_kind, branches))))


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Tracer:
    result = as_expression(_unwrap(default))
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = apply("where", _unwrap(condition), _unwrap(choice), result)
    return Tracer(result, choice_kind("select", list(map(_kind, [*choicelist, default]))))


def _interp(
    u: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Tracer:
    xs, ys = np.asarray(xp, dtype=np.float64), np.asarray(fp, dtype=np.float64)
    if any(option is not None for option in (left, right, period)):
        raise cannot("np.interp was called with left, right or period")
    good = xs.ndim == 1 and xs.shape == ys.shape and len(xs) >= 1
    if not good or not np.isfinite([xs, ys]).all() or (np.diff(xs) <= 0).any():
        raise cannot("the table of np.interp is not finite and strictly increasing")
    return Tracer(apply("interp", _unwrap(u), data=(*xs, *ys)))


def _polyval(p: Any, u: Any) -> Tracer:
    first, *rest = list(p) or [0.0]
    check_floats("np.polyval", [_kind(v) for v in (*p, u) if isinstance(v, Tracer)])
    result = _tracer(first)
    for coefficient in rest:
        result = answer(np.add, answer(np.multiply, result, u), coefficient)
    return result


def _sinc(u: Any) -> Tracer:
    return Tracer(apply("sinc", as_expression(_unwrap(u)) * apply("pi")))


def _filled(value: float) -> Callable[..., Tracer]:
    return lambda like, dtype=None: _full_like(like, value, dtype)


def _full_like(like: Any, fill_value: Any, dtype: Any = None) -> Tracer:
    check_floats("np.full_like", [_kind(like) if dtype is None else Kind(np.dtype(dtype))])
    return Tracer(as_expression(_unwrap(fill_value)))


FUNCTIONS: Final[dict[str, Callable[..., Tracer]]] = {
    "where": _where,
    "clip": _clip,
    "interp": _interp,
    "select": _select,
    "polyval": _polyval,
    "sinc": _sinc,
    "zeros_like": _filled(0.0),
    "ones_like": _filled(1.0),
    "full_like": _full_like,
    "i0": lambda u: Tracer(apply("bessel_i", _unwrap(u), data=(0,))),
    "real": _tracer,
    "copy": _tracer,
}


def _is_of_the_call(error: Exception) -> bool:
    """Return True if f was never entered, since it takes another number of coordinates."""
    trace = error.__traceback__
    outside = trace is not None and trace.tb_next is None
    return isinstance(error, TypeError) and outside and "argument" in str(error)
