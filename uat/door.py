"""What may come in: a box, coordinates, a modulus, a variation, and what f gives back.

Each is read as what it should be, or refused in one line.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uat.errors import InputError, WrongType

__all__ = [
    "Domain",
    "Modulus",
    "brief",
    "check_domain",
    "read_coordinates",
    "read_modulus",
    "read_values",
    "read_variation",
    "read_widths",
    "real_array",
    "short",
    "whole_number",
]

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]
Modulus = Callable[[Any], Any]


def check_domain(domain: Any, name: str = "domain") -> Domain:
    """Read a box, (a, b) or one pair a coordinate, as a tuple of pairs of floats.

    Raises
    ------
    InputError, WrongType
        Where it is not a box with finite ends and a < b.

    Examples
    --------
    >>> check_domain((0, 1)), check_domain([(0, 1), (-1, 1)])
    (((0.0, 1.0),), ((0.0, 1.0), (-1.0, 1.0)))
    """
    given = f"{name} {short(domain)} given"
    what = f"{given}; (a, b) with a < b is needed, or one pair a coordinate"
    try:
        array = np.array(domain)
    except (TypeError, ValueError):
        raise InputError(what) from None
    if array.dtype.kind not in "biuf" and not _all_real(array):
        raise WrongType(what)
    try:
        box = np.atleast_2d(array.astype(np.float64))
    except OverflowError:
        box = np.full((1, 2), np.inf)
    if array.ndim not in (1, 2) or box.shape[1] != 2 or len(box) == 0:
        raise InputError(what)
    with np.errstate(all="ignore"):
        length = box[:, 1] - box[:, 0]
    if not (np.isfinite(box).all() and np.isfinite(length).all()):
        raise InputError(f"{given}; finite ends and a finite length are needed")
    if not (box[:, 0] < box[:, 1]).all():
        raise InputError(what)
    return tuple((float(a), float(b)) for a, b in box)


def read_coordinates(coordinates: tuple[Any, ...]) -> list[Array]:
    """Read coordinates as float64 arrays of one shape.

    Examples
    --------
    >>> [x.shape for x in read_coordinates((1, [2.0, 3.0]))]
    [(2,), (2,)]
    """
    try:
        arrays = [real_array(c, f"coordinate {i}") for i, c in enumerate(coordinates, 1)]
        return list(np.broadcast_arrays(*arrays))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        shapes = " and ".join(str(np.shape(c)) for c in coordinates)
        raise InputError(
            f"coordinates of shapes {shapes} given; shapes that broadcast are needed"
        ) from None


def read_values(value: Any, shape: tuple[int, ...]) -> Any:
    """Refuse what f gives unless it is real and one number for each point.

    Examples
    --------
    >>> read_values(3, (2,))
    array([3., 3.])
    """
    value = np.asarray(value)
    if value.dtype.kind not in "biuf":
        raise WrongType(f"f gives {value.dtype} values; real numbers are needed")
    if value.shape not in ((), shape):
        raise InputError(
            f"f gives shape {value.shape} for coordinates of shape {shape}; "
            "the same shape is needed"
        )
    value = np.broadcast_to(value, shape).astype(np.float64)
    return float(value) if shape == () else value


@dataclass(frozen=True, slots=True)
class _Lipschitz:
    """The modulus h ↦ constant · h."""

    constant: float

    def __call__(self, h: Any) -> Any:
        return self.constant * h


def read_modulus(modulus: Any) -> Modulus | None:
    """Read a Lipschitz constant as its modulus, and leave a function as it is.

    Examples
    --------
    >>> read_modulus(3)(0.5)
    1.5
    """
    if modulus is None or (callable(modulus) and not isinstance(modulus, type)):
        return modulus
    if not isinstance(modulus, Real):
        raise WrongType(
            f"modulus={short(modulus)} given; a Lipschitz constant or a function h ↦ ω(h) is needed"
        )
    constant = float(modulus)
    if not 0 <= constant < math.inf:
        raise InputError(f"modulus={modulus} given; a finite number ≥ 0 is needed")
    return _Lipschitz(constant)


def read_variation(variation: Any, dimension: int) -> float | None:
    """Read a total variation, ∞ allowed; it belongs to one coordinate.

    Examples
    --------
    >>> read_variation(2, 1)
    2.0
    """
    if variation is None:
        return None
    if dimension != 1:
        raise InputError(f"variation given for {dimension} coordinates; it is for one coordinate")
    if not isinstance(variation, Real):
        raise WrongType(f"variation={short(variation)} given; a number is needed")
    number = float(variation)
    if not number >= 0:
        raise InputError(f"variation={variation} given; a number ≥ 0 is needed")
    return number


def short(value: Any) -> str:
    """Write a value in one line of at most 80 characters.

    Examples
    --------
    >>> len(short(list(range(1000))))
    80
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:79] + "…"


def whole_number(value: Any, name: str, least: int = 1) -> int:
    """Read a whole number; a float is none, nor is a truth value.

    Raises
    ------
    InputError
        Below the least.
    WrongType

    Examples
    --------
    >>> whole_number(3, "depth")
    3
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise WrongType(f"{name} = {brief(value)} given; a whole number is needed")
    if value < least:
        raise InputError(f"{name} = {value} given; at least {least} is needed")
    return int(value)


def read_widths(widths: Any, least: int = 1) -> tuple[int, ...]:
    """Read the numbers of units of the hidden layers, one or more of them.

    Raises
    ------
    InputError, WrongType

    Examples
    --------
    >>> read_widths([4, 4])
    (4, 4)
    """
    if isinstance(widths, str) or not np.iterable(widths):
        raise WrongType(f"widths {brief(widths)} given; a width for each hidden layer is needed")
    layers = [whole_number(width, f"width {i}", least) for i, width in enumerate(widths, 1)]
    if not layers:
        raise InputError("no widths given; at least one hidden layer is needed")
    return tuple(layers)


def _all_real(array: Any) -> bool:
    """Tell whether an array of Python objects holds real numbers, such as fractions, alone."""
    return array.dtype.kind == "O" and all(isinstance(v, Real) for v in array.flat)


def brief(value: object) -> str:
    """Show a value in a message: itself where that is short, else its type.

    Examples
    --------
    >>> brief("a"), brief(list(range(100)))
    ("'a'", 'a list')
    """
    text = repr(value)
    return text if len(text) <= 40 else f"a {type(value).__name__}"


def real_array(value: ArrayLike, name: str) -> Array:
    """Take anything array-like as float64, not copied where it is; NaN and infinity pass.

    Raises
    ------
    InputError
        Ragged rows, masked entries, a number past the range of float64.
    WrongType
        Complex numbers, text, anything else that is no real number.

    Examples
    --------
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
    if kind not in "biuf" and not _all_real(array):
        what = {"c": "complex numbers", "U": "text", "S": "text"}.get(kind, brief(value))
        raise WrongType(f"{name} holds {what}; real numbers are needed")
    try:
        with np.errstate(over="ignore"):
            return array.astype(np.float64, order="C", copy=False)
    except OverflowError:
        raise InputError(f"{name} holds a number past the range of float64") from None
