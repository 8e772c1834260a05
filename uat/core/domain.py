"""Readers of a box, of coordinates, of a modulus, of a variation and of the values of f.

Each returns what it was given in the form that is needed, or refuses it as in `arguments.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from uat.core.arguments import hold_real, real_array, real_number, short
from uat.errors import InputError, WrongType, counted
from uat.expression.arrays import Array

__all__ = [
    "Domain",
    "Modulus",
    "check_count",
    "check_domain",
    "read_coordinates",
    "read_modulus",
    "read_values",
    "read_variation",
]

Domain = tuple[tuple[float, float], ...]
Modulus = Callable[[Any], Any]


def check_domain(domain: Any, name: str = "domain") -> Domain:
    """Read a box, (a, b) or one pair for each coordinate, as a tuple of pairs of floats.

    Its ends must be finite, with a < b.

    >>> check_domain((0, 1)), check_domain([(0, 1), (-1, 1)])
    (((0.0, 1.0),), ((0.0, 1.0), (-1.0, 1.0)))
    """
    given = f"{name} {short(domain)} given"
    if isinstance(domain, Real):
        raise InputError(f"{given}; both ends are needed, in one pair such as (0, 1)")
    what = f"{given}; (a, b) with a < b is needed, or one pair for each coordinate"
    try:
        array = np.array(domain)
    except (TypeError, ValueError):
        raise InputError(what) from None
    if array.dtype.kind not in "biuf" and not hold_real(array):
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


def check_count(coordinates: tuple[Any, ...], needed: int, whose: str) -> None:
    """Refuse another number of coordinates than is needed, and points (…, d) given as one.

    >>> check_count((np.ones((5, 2)),), 2, "g takes")
    Traceback (most recent call last):
    uat.errors.InputError: points of shape (5, 2) given; g takes 2 coordinates one by one: g(*X.T)
    """
    if len(coordinates) == needed:
        return
    wanted = f"{whose} {counted(needed, 'coordinate')}"
    shape = np.shape(coordinates[0]) if len(coordinates) == 1 else ()
    if shape[-1:] == (needed,):
        # iterating over the transpose of a DataFrame gives its labels, not its columns
        points = "X" if isinstance(coordinates[0], np.ndarray) else "np.asarray(X)"
        raise InputError(f"points of shape {shape} given; {wanted} one by one: g(*{points}.T)")
    raise InputError(f"{counted(len(coordinates), 'coordinate')} given; {wanted}")


def read_coordinates(coordinates: tuple[Any, ...]) -> list[Array]:
    """Read coordinates as float64 arrays of one shape.

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
    """Read the values of f: real, and one number for each point.

    >>> read_values(3, (2,))
    array([3., 3.])
    """
    if value is None:
        raise WrongType("f gives None; a return of its value is needed")
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
    """Read a modulus: a Lipschitz constant as h ↦ constant · h, a function as it is.

    >>> read_modulus(3)(0.5)
    1.5
    """
    if modulus is None or (callable(modulus) and not isinstance(modulus, type)):
        return modulus
    if not isinstance(modulus, Real):
        raise WrongType(
            f"modulus={short(modulus)} given; a Lipschitz constant or a function h ↦ ω(h) is needed"
        )
    finite = "a finite number ≥ 0"
    return _Lipschitz(real_number(modulus, "modulus", finite, lambda c: 0 <= c < math.inf))


def read_variation(variation: Any, dimension: int) -> float | None:
    """Read a total variation, ∞ allowed, of an f of one coordinate.

    >>> read_variation(2, 1)
    2.0
    """
    if variation is None:
        return None
    if dimension != 1:
        raise InputError(f"variation given for {dimension} coordinates; it is for one coordinate")
    return real_number(variation, "variation", "a number ≥ 0", lambda number: number >= 0)
