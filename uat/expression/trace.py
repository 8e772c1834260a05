"""From a numpy lambda to its graph: f is called once, with a tracer for each coordinate.

A tracer answers numpy's ufuncs, operators and a few functions by adding a node. What it cannot
follow (a branch on x, `math.sin`, an unknown function) raises `CannotProve` with the two ways out.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from uat.errors import CannotProve, UatError, WrongType
from uat.expression.graph import Expression, apply, as_expression, constant, coordinate
from uat.expression.operations import OPERATIONS
from uat.expression.ufuncs import EXACT, KEEPING, TESTS, UFUNCS, cannot, is_known

__all__ = ["Tracer", "trace"]


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
        result = _unwrap(f(*(Tracer(coordinate(i)) for i in range(dimension))))
    except CannotProve:
        raise
    except RecursionError as error:
        raise cannot("it calls itself too deeply") from error
    except Exception as error:
        if _is_of_the_call(error):
            raise WrongType(
                f"f cannot be called with {dimension} coordinate(s): {error}"
            ) from error
        name = "" if isinstance(error, UatError) else f"{type(error).__name__}: "
        raise cannot(name + " ".join(str(error).split())) from error
    try:
        return as_expression(result)
    except WrongType as error:
        raise cannot(f"it gave {type(result).__name__} for one point") from error
    except UatError as error:
        raise cannot(str(error)) from error


class Tracer(NDArrayOperatorsMixin):
    """A coordinate, or what f made of it, on the way through f."""

    __slots__ = ("boolean", "expression")

    def __init__(self, expression: Expression, *, boolean: bool = False) -> None:
        self.expression = expression
        self.boolean = boolean

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method != "__call__" or options:
            raise cannot(f"np.{name} was called with .{method} or with options {[*options]}")
        if not is_known(ufunc):
            raise cannot(f"np.{name} is not among the operations it knows")
        if any(isinstance(v, np.ndarray) and v.shape != () for v in inputs):
            return _each(partial(_answer, name), inputs)
        return _answer(name, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        if name not in _FUNCTIONS or getattr(np, name, None) is not function:
            raise cannot(f"np.{name} is not among the functions it knows")
        kept = {"where": args[1:], "real": args[:1], "copy": args[:1]}.get(name, ())
        boolean = len(kept) > 0 and all(map(_is_boolean, kept))
        return Tracer(as_expression(_FUNCTIONS[name](*args, **kwargs)), boolean=boolean)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a single point."""
        return ()

    @property
    def ndim(self) -> int:
        """The number of axes of a single point."""
        return 0

    def __getitem__(self, key: Any) -> Any:
        """Answer x[..., None] and the like: the tracer stands for one point."""
        keys = key if isinstance(key, tuple) else (key,)
        if any(k is not None and k is not Ellipsis for k in keys):
            raise cannot("it takes x apart with an index")
        array = np.empty((), dtype=object)
        array[()] = self
        return array[key]

    def __bool__(self) -> bool:
        raise cannot("it branches on x (if, and, or, min, max, or a comparison used as True)")

    def __float__(self) -> float:
        raise cannot("it turns x into a Python number (float(x), math.sin, …)")

    def __int__(self) -> int:
        raise cannot("it turns x into an int")

    def __iter__(self) -> Any:
        raise cannot("it runs through x as if x were a list")

    __hash__ = None  # type: ignore[assignment]


def _answer(name: str, *inputs: Any) -> Tracer:
    """Return what the ufunc of this name makes of single values."""
    boolean = all(map(_is_boolean, inputs))
    if boolean and name not in EXACT:
        raise cannot(
            f"np.{name} of comparisons alone is done in logic or half precision (multiply them by "
            "1.0 first)"
        )
    node = UFUNCS.get(name, partial(apply, name))(*map(_unwrap, inputs))
    return Tracer(node, boolean=name in TESTS or (boolean and name in KEEPING))


def _is_boolean(value: Any) -> bool:
    """Tell what numpy would keep as True or False."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    return value.boolean if isinstance(value, Tracer) else isinstance(value, bool | np.bool_)


def _object_method(name: str) -> Callable[[Tracer], Tracer]:
    """Make the method that numpy calls on the elements of an object array."""
    return lambda self: _answer(name, self)


for _name, _rule in OPERATIONS.items():
    if _rule.arity == 1 and isinstance(_rule.value, np.ufunc):
        setattr(Tracer, _name, _object_method(_name))


def _clip(u: Any, a_min: Any = None, a_max: Any = None, **names: Any) -> Expression:
    low, high = names.pop("min", a_min), names.pop("max", a_max)
    if names:
        raise cannot(f"np.clip was called with {', '.join(names)}")
    result = as_expression(_unwrap(u))
    if low is not None:
        result = apply("maximum", result, _unwrap(low))
    if high is not None:
        result = apply("minimum", result, _unwrap(high))
    return result


def _where(condition: Any, *branches: Any) -> Expression:
    if len(branches) != 2:
        raise cannot("np.where was called with a condition alone")
    return apply("where", _unwrap(condition), *map(_unwrap, branches))


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Expression:
    result = as_expression(_unwrap(default))
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = _where(condition, choice, result)
    return result


def _interp(
    u: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Expression:
    xs, ys = np.asarray(xp, dtype=np.float64), np.asarray(fp, dtype=np.float64)
    if any(option is not None for option in (left, right, period)):
        raise cannot("np.interp was called with left, right or period")
    good = xs.ndim == 1 and xs.shape == ys.shape and len(xs) >= 1
    if not good or not np.isfinite([xs, ys]).all() or (np.diff(xs) <= 0).any():
        raise cannot("the table of np.interp is not finite and strictly increasing")
    return apply("interp", _unwrap(u), data=(*xs, *ys))


def _polyval(p: Any, u: Any) -> Expression:
    x = as_expression(_unwrap(u))
    first, *rest = [as_expression(_unwrap(coefficient)) for coefficient in p] or [constant(0.0)]
    result = first
    for coefficient in rest:
        result = result * x + coefficient
    return result


def _sinc(u: Any) -> Expression:
    return apply("sinc", as_expression(_unwrap(u)) * apply("pi"))


def _filled(value: float) -> Callable[..., Expression]:
    return lambda _, **options: constant(value)


def _full_like(_: Any, fill_value: Any, **_options: Any) -> Any:
    return _unwrap(fill_value)


def _unwrap(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    return value.expression if isinstance(value, Tracer) else value


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "where": _where,
    "clip": _clip,
    "interp": _interp,
    "select": _select,
    "polyval": _polyval,
    "sinc": _sinc,
    "zeros_like": _filled(0.0),
    "ones_like": _filled(1.0),
    "full_like": _full_like,
    "real": _unwrap,
    "copy": _unwrap,
}


def _each(rule: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    """Apply a scalar rule over broadcast arrays: f may sum over an axis of its own."""
    arrays = []
    for value in inputs:
        array = np.empty((), dtype=object) if isinstance(value, Tracer) else np.asarray(value)
        if isinstance(value, Tracer):
            array[()] = value
        arrays.append(array)
    return np.frompyfunc(rule, len(arrays), 1)(*arrays)


def _is_of_the_call(error: Exception) -> bool:
    """Tell that f was never entered: it takes another number of coordinates."""
    trace = error.__traceback__
    outside = trace is not None and trace.tb_next is None
    return isinstance(error, TypeError) and outside and "argument" in str(error)
