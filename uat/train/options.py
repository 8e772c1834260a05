"""What can be said about how to train, each read as what it should be or refused in one line."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any, Final, TypedDict

from uat.core.arguments import Progress, brief, one_of, truth_value, whole_number
from uat.errors import InputError, WrongType, near_match

__all__ = ["METHODS", "Options", "Settings", "read_hidden", "read_method", "read_settings"]

METHODS: Final = ("projection", "lbfgs", "adam", "descent")

_RATES: Final = {"adam": 1e-2, "descent": 0.1}
_ITERATIONS: Final = {"projection": 300, "lbfgs": 5000, "adam": 5000, "descent": 5000}
_ONLY: Final = {
    "rate": ("adam", "descent"),
    "batch": ("adam", "descent"),
    "momentum": ("descent",),
    "stages": ("projection",),
    "polish": ("projection",),
    "starts": ("projection",),
}


class Options(TypedDict, total=False):
    """The keywords of `fit` and `fit_function` beside the ones they name."""

    max_iter: int
    seconds: float
    eps: float
    penalty: float
    rate: float
    momentum: float
    batch: int
    starts: int
    polish: bool
    stages: Sequence[int]
    progress: Progress
    callback: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Settings:
    """The same, complete and checked."""

    max_iter: int
    seconds: float = math.inf
    eps: float = 0.0
    penalty: float = 0.0
    rate: float = 0.1
    momentum: float = 0.0
    batch: int | None = None
    starts: int | None = None
    polish: bool = False
    stages: tuple[int, ...] = ()
    progress: Progress | None = None
    callback: Callable[[Any], object] | None = None


def read_settings(method: str, given: Options) -> Settings:
    """Complete the options of a method.

    Raises
    ------
    InputError, WrongType
        For a value out of range, an unknown option, one that the method does not have.

    Examples
    --------
    >>> read_settings("adam", {"max_iter": 10}).rate
    0.01
    """
    known = [field.name for field in fields(Settings)]
    for name in given:
        if name not in known:
            raise WrongType(
                f"no option {name!r}{near_match(name, known)}; there are {', '.join(known)}"
            )
        if method not in _ONLY.get(name, METHODS):
            raise InputError(f"{name}= given for {method}; it is for {' and '.join(_ONLY[name])}")
    chosen: dict[str, Any] = {"max_iter": _ITERATIONS[method], "rate": _RATES.get(method, 0.1)}
    chosen |= {name: value for name, value in given.items() if value is not None}
    return Settings(**{name: _READERS[name](value, name) for name, value in chosen.items()})


def read_method(method: Any) -> str:
    """Read the name of a method.

    Examples
    --------
    >>> read_method("adam")
    'adam'
    """
    return one_of(method, METHODS, "method")


def read_hidden(hidden: Any) -> tuple[int, ...]:
    """Read the widths of the hidden layers; one number is one layer.

    Examples
    --------
    >>> read_hidden(50), read_hidden([32, 32])
    ((50,), (32, 32))
    """
    widths = _widths(hidden, "hidden")
    if not widths:
        raise InputError("hidden=() given; the width of at least one hidden layer is needed")
    return widths


def _widths(given: Any, name: str) -> tuple[int, ...]:
    try:
        widths = (given,) if isinstance(given, Integral) else tuple(given)
    except TypeError:
        raise WrongType(f"{name}={brief(given)} given; widths such as (50,) are needed") from None
    return tuple(whole_number(width, f"a width of {name}") for width in widths)


def _positive(value: Any, name: str) -> float:
    return _number(value, name, "> 0", lambda v: v > 0)


def _rate(value: Any, name: str) -> float:
    return _number(value, name, "> 0 and finite", lambda v: 0 < v < math.inf)


def _nonnegative(value: Any, name: str) -> float:
    return _number(value, name, "≥ 0", lambda v: 0 <= v < math.inf)


def _part(value: Any, name: str) -> float:
    return _number(value, name, "in [0, 1)", lambda v: 0 <= v < 1)


def _function(value: Any, name: str) -> Any:
    if not callable(value):
        raise WrongType(f"{name} {brief(value)} given; a function is needed")
    return value


def _number(value: Any, name: str, needed: str, allowed: Callable[[float], bool]) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise WrongType(f"{name} {brief(value)} given; a number {needed} is needed")
    if not allowed(float(value)):
        raise InputError(f"{name} {value} given; a number {needed} is needed")
    return float(value)


_READERS: Final[dict[str, Callable[[Any, str], Any]]] = {
    "max_iter": whole_number,
    "seconds": _positive,
    "eps": _nonnegative,
    "penalty": _nonnegative,
    "rate": _rate,
    "momentum": _part,
    "batch": whole_number,
    "starts": whole_number,
    "polish": truth_value,
    "stages": _widths,
    "progress": _function,
    "callback": _function,
}
