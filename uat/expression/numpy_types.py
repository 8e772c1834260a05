"""The numpy type of each value of f: the formula holds for float64 and for exact integers.

The graph is about real numbers. numpy's integers wrap round, and its single and half precision are
coarser than float64, so that f would not be its formula. Each value of f therefore carries the type
that numpy gives it (NEP 50), and an integer the range that it cannot leave.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.expression.ufuncs import cannot

__all__ = ["FLOAT", "Kind", "check_floats", "choice_kind", "number_kind", "ufunc_kind"]

_LARGEST: Final = 2**53
_ADVICE: Final = "write its numbers as 1.0 or np.float64(…)"


@dataclass(frozen=True, slots=True)
class Kind:
    """The numpy type of a value (`int` or `float` for Python numbers) and an integer's range."""

    type: Any
    least: int = 0
    most: int = 0


FLOAT: Final = Kind(np.dtype(np.float64))
_BOOL: Final = Kind(np.dtype(np.bool_), 0, 1)


def number_kind(value: Any) -> Kind:
    """Return the kind of a number that f contains."""
    if isinstance(value, int | float) and not isinstance(value, bool | np.generic):
        return Kind(int, int(value), int(value)) if isinstance(value, int) else Kind(float)
    dtype = np.asarray(value).dtype
    whole = int(value) if dtype.kind in "biu" else 0
    return Kind(dtype, whole, whole)


def ufunc_kind(ufunc: np.ufunc, kinds: Sequence[Kind]) -> Kind:
    """Return the kind of a ufunc's result; refuse one that may wrap or is coarser than float64.

    >>> condition = ufunc_kind(np.less, [FLOAT, FLOAT])
    >>> ufunc_kind(np.subtract, [ufunc_kind(np.multiply, [condition, Kind(int, 2, 2)]), condition])
    Kind(type=dtype('int64'), least=-1, most=2)
    """
    name = ufunc.__name__
    loop = _loop(ufunc, tuple(kind.type for kind in kinds))
    if name == "power" and kinds[0].type == np.bool_ and kinds[1].type is int:
        # numpy's operator ** takes a condition to the power 2 in int8
        loop = (np.dtype(np.int8),) * 3
    result = loop[-1] if loop and _EXACT.issuperset(loop) else None
    if result == np.float64:
        return FLOAT
    if result == np.bool_ and name in _TESTS | _KEEPING:
        return _BOOL
    if result is None or result == np.bool_ or name not in _RANGES:
        raise cannot(_inexact(name, kinds, loop))
    for kind in kinds:
        _check_range(f"np.{name}", result, kind.least, kind.most)
    return _check_range(f"np.{name}", result, *_RANGES[name](*kinds))


def _inexact(name: str, kinds: Sequence[Kind], loop: tuple[Any, ...]) -> str:
    if all(kind.type == np.bool_ for kind in kinds):
        return (
            f"np.{name} of comparisons alone is done in logic or half precision (multiply them by "
            "1.0 first)"
        )
    types = " and ".join(getattr(kind.type, "__name__", str(kind.type)) for kind in kinds)
    coarse = [dtype for dtype in loop if dtype not in _EXACT] or loop[-1:]
    done = f"is done in {coarse[0]}, not in float64" if coarse else "is not defined"
    return f"np.{name} of {types} {done} ({_ADVICE})"


def choice_kind(name: str, kinds: Sequence[Kind]) -> Kind:
    """Return the kind of np.where, np.select and np.clip, which choose one of several values."""
    examples = [kind.type() if isinstance(kind.type, type) else kind.type for kind in kinds]
    result = np.result_type(*examples)
    if result not in _EXACT:
        raise cannot(f"np.{name} is done in {result}, not in float64 ({_ADVICE})")
    if result == np.float64:
        return FLOAT
    least, most = min(kind.least for kind in kinds), max(kind.most for kind in kinds)
    return _BOOL if result == np.bool_ else _check_range(f"np.{name}", result, least, most)


def check_floats(name: str, kinds: Sequence[Kind]) -> None:
    """Refuse values that numpy would compute in another type than float64."""
    for kind in kinds:
        if kind.type not in (int, float, np.float64):
            raise cannot(f"{name} is done in {kind.type}, not in float64 ({_ADVICE})")


def _check_range(what: str, dtype: Any, least: int, most: int) -> Kind:
    """Refuse integers that may leave their type or are too large for float64."""
    info = np.iinfo(dtype)
    if least < max(info.min, -_LARGEST) or most > min(info.max, _LARGEST):
        raise cannot(
            f"{what} is done in {dtype}, where its values from {least:.6g} to {most:.6g} may wrap "
            f"round or pass 2**53 ({_ADVICE})"
        )
    return Kind(dtype, least, most)


@lru_cache(maxsize=1024)
def _loop(ufunc: np.ufunc, types: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return numpy's types of the arguments and of the result; () where there are none."""
    try:
        return ufunc.resolve_dtypes((*types, *[None] * ufunc.nout))
    except TypeError:
        return ()


_EXACT: Final = frozenset(map(np.dtype, "d?bBhHiIlLqQ"))

# ufuncs whose result is True or False
_TESTS: Final = frozenset(
    {
        "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and",
        "logical_or", "logical_not", "bitwise_and", "bitwise_or", "invert",
    }
)  # fmt: skip

# ufuncs that map True and False to True and False as they map 1 and 0
_KEEPING: Final = frozenset({"multiply", "minimum", "maximum", "fmin", "fmax", "absolute"})


def _product(a: Kind, b: Kind) -> tuple[int, int]:
    ends = [p * q for p in (a.least, a.most) for q in (b.least, b.most)]
    return min(ends), max(ends)


def _power(a: Kind, b: Kind) -> tuple[int, int]:
    """Bound a^b; a bound beyond 64 bits is refused, however large."""
    if b.least < 0:
        raise cannot(f"np.power of integers has no exponent {b.least} ({_ADVICE})")
    size = max(abs(a.least), abs(a.most))
    most = 2**64 if size > 1 and b.most > 64 else max(size, 1) ** min(b.most, 64)
    return -most if a.least < 0 else 0, most


def _size(a: Kind) -> tuple[int, int]:
    return max(0, a.least, -a.most), max(abs(a.least), abs(a.most))


def _smaller(a: Kind, b: Kind) -> tuple[int, int]:
    return min(a.least, b.least), min(a.most, b.most)


def _larger(a: Kind, b: Kind) -> tuple[int, int]:
    return max(a.least, b.least), max(a.most, b.most)


# ufuncs that are exact on integers → the range of the result
_RANGES: Final[dict[str, Callable[..., tuple[int, int]]]] = {
    "add": lambda a, b: (a.least + b.least, a.most + b.most),
    "subtract": lambda a, b: (a.least - b.most, a.most - b.least),
    "multiply": _product,
    "negative": lambda a: (-a.most, -a.least),
    "positive": lambda a: (a.least, a.most),
    "conjugate": lambda a: (a.least, a.most),
    "absolute": _size,
    "sign": lambda a: (-1, 1) if a.least < 0 else (0, 1),
    "square": lambda a: _power(a, Kind(int, 2, 2)),
    "power": _power,
    "minimum": _smaller,
    "fmin": _smaller,
    "maximum": _larger,
    "fmax": _larger,
}
