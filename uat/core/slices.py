"""A network on a line, a plane or a box inside its inputs: x = origin + t·directions.

The slice is again a network. Its first layer is that of the whole network behind the affine way in,
weight Dᵀ and weight·origin + bias, each number rounded once from the exact one. So it is exact
where the products are short, as of whole numbers, and else half a unit in the last place off.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.core.arguments import real_array
from uat.errors import InputError, counted
from uat.expression.arrays import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["flat_through", "plane_through", "read_slice", "way_in"]


def plane_through(x0: "ArrayLike", x1: "ArrayLike", x2: "ArrayLike") -> tuple[Array, Array]:
    """Return the plane through three points, for `Network.along`: its origin and its directions.

    On it the points are at (0, 0), (1, 0) and (0, 1): the directions are x1 − x0 and x2 − x0,
    rounded once.

    Parameters
    ----------
    x0, x1, x2 : array_like, of one shape
        Points, or images, whose numbers are taken row by row.

    Returns
    -------
    origin : ndarray, shape (d,)
    directions : ndarray, shape (2, d)

    Raises
    ------
    InputError
        Points of different shapes, on one line, or with NaN or infinity.

    Examples
    --------
    >>> plane_through([1, 1, 0], [2, 1, 0], [1, 3, 5])
    (array([1., 1., 0.]), array([[1., 0., 0.],
           [0., 2., 5.]]))
    """
    return flat_through([x0, x1, x2])


def flat_through(points: "list[ArrayLike]") -> tuple[Array, Array]:
    """Return the line, plane or space through two or more points, as `plane_through` does.

    >>> flat_through([[0, 0], [3, 4]])
    (array([0., 0.]), array([[3., 4.]]))
    """
    places = [_finite(point, f"x{i}") for i, point in enumerate(points)]
    for i, place in enumerate(places[1:], 1):
        if place.shape != places[0].shape:
            raise InputError(
                f"x0 of shape {places[0].shape} and x{i} of shape {place.shape} given; points of "
                "one shape are needed"
            )
    origin, *others = (place.ravel() for place in places)
    with np.errstate(over="ignore"):
        directions = np.array(others) - origin
    if not np.isfinite(directions).all():
        raise InputError("two points given further apart than the range of float64")
    if _rank(directions) < len(directions):
        flat = {1: "two different points are", 2: "three points that are not on one line are"}
        needed = flat.get(len(directions), "points of which none is in the flat of the others are")
        raise InputError(
            f"{counted(len(points), 'point')} in special position given; {needed} needed"
        )
    return origin, directions


def read_slice(origin: Any, directions: Any, inputs: int) -> tuple[Array, Array]:
    """Read the origin, (d,), and the directions, (k, d), of a slice of d inputs."""
    start, rows = _finite(origin, "origin"), _finite(directions, "directions")
    if start.shape != (inputs,):
        raise InputError(
            f"origin of shape {start.shape} given for a network of {counted(inputs, 'coordinate')}; "
            f"({inputs},) is needed"
        )
    if rows.ndim != 2 or rows.shape[1:] != (inputs,) or not len(rows):
        raise InputError(
            f"directions of shape {rows.shape} given for a network of "
            f"{counted(inputs, 'coordinate')}; (k, {inputs}) is needed, a row for each direction"
        )
    return start, rows


def way_in(weight: Array, bias: Array, origin: Array, directions: Array) -> tuple[Array, Array]:
    """Return weight Dᵀ and weight·origin + bias, each number rounded once; ±∞ past float64."""
    w, w_shift = _whole(weight)
    x, x_shift = _whole(np.vstack([directions, origin]))
    c, c_shift = _whole(bias)
    products = w @ x.T
    below = max(c_shift, w_shift + x_shift)
    products *= 1 << (below - w_shift - x_shift)
    products[:, -1] += c << (below - c_shift)
    rows = np.vectorize(lambda n: _divided(n, 1 << below), otypes=[np.float64])(products)
    return rows[:, :-1], rows[:, -1]


def _finite(value: Any, name: str) -> Array:
    array = real_array(value, name)
    if not np.isfinite(array).all():
        raise InputError(f"{name} has NaN or infinity in it; finite numbers are needed")
    return array


def _whole(array: Array) -> tuple[NDArray[Any], int]:
    """Return Python's integers N and a shift s ≥ 0 with array = N / 2^s exactly."""
    mantissa, exponent = np.frexp(array)
    shift = int(max(0, (53 - exponent[mantissa != 0]).max(initial=0)))
    whole = np.ldexp(mantissa, 53).astype(np.int64).astype(object)
    up = exponent.astype(np.int64) - 53 + shift
    return whole << np.where(mantissa == 0, 0, up).astype(object), shift


def _divided(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        return np.inf if numerator > 0 else -np.inf


def _rank(rows: Array) -> int:
    """Return the rank of a few rows of floats, exactly."""
    left, rank = [[Fraction(v) for v in row] for row in rows.tolist()], 0
    while left:
        row = left.pop()
        pivot = next((i for i, v in enumerate(row) if v), None)
        if pivot is None:
            continue
        rank += 1
        factors = [other[pivot] / row[pivot] for other in left]
        left = [
            [a - factor * b for a, b in zip(other, row, strict=True)] if factor else other
            for factor, other in zip(factors, left, strict=True)
        ]
    return rank
