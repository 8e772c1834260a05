"""Readers of arguments: each returns the value that it was given as a number, a word or an array.

A value in the wrong range raises InputError and one of the wrong kind WrongType, with a message of
one line that names the argument, what was given and what is needed.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from inspect import signature
from numbers import Real
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from uat.errors import InputError, WrongType, near_match
from uat.expression.arrays import Array

__all__ = [
    "Progress", "Rng", "brief", "called_as", "hold_real", "is_data", "one_of", "read_eps", "read_progress", "read_rng",
    "read_widths", "real_array", "real_number", "short", "truth_value", "whole_number",
]  # fmt: skip

Progress = Callable[[int, int, str], object]
"""Called from time to time as progress(done, total, message)."""

P = ParamSpec("P")
R = TypeVar("R")

Rng = int | np.random.SeedSequence | np.random.Generator | None


def whole_number(value: Any, name: str, least: int = 1) -> int:
    """Read a whole number of at least `least`; a float or a bool is refused."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise WrongType(f"{name} = {brief(value)} given; a whole number is needed")
    if value < least:
        raise InputError(f"{name} = {value} given; at least {least} is needed")
    return int(value)


def truth_value(value: Any, name: str) -> bool:
    """Read True or False; nothing else is taken for either."""
    if not isinstance(value, bool):
        raise WrongType(f"{name} {brief(value)} given; True or False is needed")
    return value


def read_widths(widths: Any, least: int = 1, what: str = "width") -> tuple[int, ...]:
    """Read the numbers of units of one or more hidden layers; `what` names one in messages.

    >>> read_widths([4, 4])
    (4, 4)
    """
    if isinstance(widths, str) or not np.iterable(widths):
        raise WrongType(f"{what}s {brief(widths)} given; a width for each hidden layer is needed")
    layers = [whole_number(width, f"{what} {i}", least) for i, width in enumerate(widths, 1)]
    if not layers:
        raise InputError(f"no {what}s given; at least one hidden layer is needed")
    return tuple(layers)


def read_eps(eps: Any, name: str = "eps") -> float:
    """Read an ε, a finite number > 0."""
    return real_number(eps, name, "a finite number > 0", lambda size: 0 < size < math.inf)


def real_number(value: Any, name: str, needed: str, allowed: Callable[[float], bool]) -> float:
    """Read a real number in the range that `needed` describes and `allowed` checks."""
    message = f"{name}={value!r:.60} given; {needed} is needed"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise WrongType(message)
    try:
        number = float(value)
    except OverflowError:
        number = -math.inf if value < 0 else math.inf
    if not allowed(number):
        raise InputError(message)
    return number


def read_rng(rng: Rng) -> np.random.Generator:
    """Read a seed, a SeedSequence or a generator; None is another seed at every call.

    >>> read_rng(0).random() == read_rng(np.random.SeedSequence(0)).random()
    True
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise InputError(
            f"rng={rng!r:.80} given; a whole number ≥ 0, a SeedSequence or a Generator is needed"
        ) from None


def read_progress(progress: Progress | None) -> Progress | None:
    """Read a progress callback, or None.

    >>> read_progress(0.5)
    Traceback (most recent call last):
    uat.errors.WrongType: progress 0.5 given; a function of (done, total, words) is needed
    """
    if progress is None or callable(progress):
        return progress
    raise WrongType(
        f"progress {brief(progress)} given; a function of (done, total, words) is needed"
    )


def one_of(word: Any, known: Iterable[str], what: str) -> str:
    """Read one of the known words; the error for another names the nearest and all of them."""
    words = list(known)
    if isinstance(word, str) and word in words:
        return word
    near = near_match(str(word)[:60], words)
    raise InputError(f"no {what} {brief(word)}{near}; there are {', '.join(words)}")


def real_array(value: ArrayLike, name: str) -> Array:
    """Read anything array-like as float64, without a copy where it is that; NaN and ∞ pass.

    Refused are ragged rows, masked entries, numbers beyond the range of float64, complex numbers,
    text and whatever else is no real number.

    >>> real_array([1, 2], "x")
    array([1., 2.])
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise InputError(f"{name} is ragged; rows of equal length are needed") from None
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise InputError(f"{name} has masked entries; fill them or leave them out")
    kind = array.dtype.kind
    if kind not in "biuf" and not hold_real(array):
        what = {"c": "complex numbers", "U": "text", "S": "text"}.get(kind, brief(value))
        raise WrongType(f"{name} holds {what}; real numbers are needed")
    try:
        with np.errstate(over="ignore"):
            return array.astype(np.float64, order="C", copy=False)
    except OverflowError:
        raise InputError(f"{name} holds a number past the range of float64") from None


def hold_real(array: Any) -> bool:
    """Return True if an array of Python objects has only real numbers, such as fractions.

    >>> from fractions import Fraction
    >>> hold_real(np.array([Fraction(1, 3)])), hold_real(np.array(["1/3"]))
    (True, False)
    """
    return array.dtype.kind == "O" and all(isinstance(v, Real) for v in array.flat)


def is_data(value: object) -> bool:
    """Return True for numbers, lists, and what numpy and pandas hold data in.

    >>> is_data([1.0, 2.0]), is_data(np.ones(3)), is_data("x**2"), is_data(np.sin)
    (True, True, False, False)
    """
    return isinstance(value, Real | list | tuple) or hasattr(value, "__array__")


def brief(value: object) -> str:
    """Write a value for a message: itself where that is short, else its type.

    >>> brief("a"), brief(list(range(100))), brief(np.zeros(100))
    ("'a'", 'a list', 'an array')
    """
    text = " ".join(repr(value).split())
    kind = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return text if len(text) <= 40 else f"a{'n' * (kind[0] in 'AEIOUaeio')} {kind}"


def short(value: Any) -> str:
    """Write a value in one line of at most 80 characters.

    >>> len(short(list(range(1000))))
    80
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:79] + "…"


def called_as(call: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a decorator that answers wrong arguments of a function with a call of it that is right.

    >>> @called_as("area(width, height)")
    ... def area(width, height):
    ...     return width * height
    >>> area(2, heights=3)
    Traceback (most recent call last):
    uat.errors.WrongType: area(2, heights=3) given; did you mean 'height'?; it is called as area(width, height)
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def checked(*given: P.args, **named: P.kwargs) -> R:
            try:
                return function(*given, **named)
            except TypeError:
                try:
                    signature(function).bind(*given, **named)
                except TypeError:
                    raise _wrong_call(function, call, given, named) from None
                raise

        return checked

    return decorate


def _wrong_call(
    function: Callable[..., Any], call: str, given: Sequence[Any], named: Mapping[str, Any]
) -> WrongType:
    known, values = list(signature(function).parameters), list(given)
    if known[0] in ("self", "cls"):
        known, values = known[1:], values[1:]
    shown = [brief(value) for value in values]
    shown += [f"{name}={brief(value)}" for name, value in named.items()]
    near = "".join(
        near_match(name, known) or f"; its arguments are {', '.join(known)}"
        for name in named
        if name not in known
    )
    return WrongType(
        f"{call.partition('(')[0]}({', '.join(shown)}) given{near}", f"it is called as {call}"
    )
