"""Many soft units along many directions, put in order: the first k are good units for every k.

Along each of J directions stand n units, evenly placed over the whole width of the box,

    σ(β_j (w_j·u − t)),   t from −r_j to r_j,   r_j = Σ_i |w_ji|,   u the box scaled to [−1, 1]^d,

β_j times the spacing being the same for all. Their least squares have more rows than memory holds,
and one triangle stands for all of them: with [A | f] = Q [R | z], Q with orthonormal columns and R
upper triangular,

    |A a − f|² = |R a − z|² + rest²   for every a.

The rows come in blocks; each is folded into the triangle by reflections, which lose no digits, as
sums of squares (the normal equations) would.

Ridges of J directions make all polynomials of degree J − 1 in the plane, twice over: so about half
of the units carry nothing that the others do not. QR with column pivoting tells which: each next
column is the one that those before it make worst. The others are left out.

Sources: A. Pinkus, Ridge Functions, 2015, chapters 2 and 5; G. H. Golub and C. F. Van Loan, Matrix
Computations, 4th ed., 2013, sections 5.4.2 and 5.6; J. Demmel, L. Grigori, M. Hoemmen, J. Langou,
Communication-optimal parallel and sequential QR and LU factorizations, 2012; for the order,
P. Businger and G. H. Golub, Linear least squares solutions by Householder transformations, 1965.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.ridge.layouts import Layout
from uat.construct.ridge.points import along, fitted, on_the_box
from uat.construct.staircase.step import constant_unit
from uat.core.activations import Activation
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.activation_shape import middle_width

__all__ = ["Dictionary", "Values", "fold", "order_units", "pivoted"]


_PANEL: Final = 64  # columns folded at a time, for speed
_FINE: Final = 2.5  # points of the fit a unit; more: steadier, slower
_ON_LINES: Final = 1.5  # points on each long line a unit along it
_BLOCK: Final = 1 << 22  # numbers held at a time


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A triangle with its columns in order, the good ones first."""

    order: NDArray[np.intp]  # (rank,), places of the columns in the matrix it was made of
    triangle: Array  # R, whose first k rows and columns are the fit of the first k columns
    values: Array  # z, (rank,)

    def weights(self, count: int) -> Array:
        """Solve the least squares of the first columns: (count,)."""
        from scipy.linalg import solve_triangular

        solved: Array = solve_triangular(self.triangle[:count, :count], self.values[:count])
        return solved


def fold(blocks: Iterable[tuple[Array, Array]], columns: int) -> tuple[Array, Array]:
    """Fold blocks of rows into a triangle.

    The blocks are rows of A and of f, used one after the other. Returns R, upper triangular, its
    last rows 0 where there are fewer rows than columns, and z.
    """
    from scipy.linalg.lapack import dtpqrt

    whole = np.zeros((columns + 1, columns + 1), order="F")
    for rows, values in blocks:
        if rows.shape != (len(values), columns):
            raise InputError(
                f"rows of shape {rows.shape} and values of shape {values.shape} given; "
                f"(rows, {columns}) and (rows,) are needed"
            )
        below = np.empty((len(values), columns + 1), order="F")
        below[:, :-1], below[:, -1] = rows, values
        whole, *_ = dtpqrt(0, min(_PANEL, columns + 1), whole, below, overwrite_a=1, overwrite_b=1)
    return np.triu(whole[:-1, :-1]), np.array(whole[:-1, -1])


def pivoted(triangle: Array, values: Array, first: int = 1, cutoff: float = 1e-13) -> Ordered:
    """Put the columns in order, the first ones kept in their places.

    The triangle and the values are those of `fold`. Columns of which those before them leave less
    than the part `cutoff` are left out.

    Examples
    --------
    Two equal columns and a short one: the second of the equal ones is left out.

    >>> pivoted(np.diag([2.0, 0, 1]) + np.diag([2.0, 0], 1), np.ones(3)).order
    array([0, 2])
    """
    from scipy.linalg import qr

    rest, places = qr(triangle[first:, first:], mode="r", pivoting=True, check_finite=False)
    left = np.abs(np.concatenate([np.diag(triangle)[:first], np.diag(rest)]))
    rank = int(np.count_nonzero(left > cutoff * left.max(initial=0.0)))
    order = np.concatenate([np.arange(first), first + places])[: max(rank, first)]
    chosen = np.column_stack([triangle[:, order], values])
    whole: Array = np.linalg.qr(chosen, mode="r")  # type: ignore[assignment]
    return Ordered(order, whole[: len(order), :-1], whole[: len(order), -1])


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """f at points of its box, (points, d), divided by its size: (points,)."""

    points: Array
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """Units in order, the constant one first, and the least squares of the first k for all k."""

    slopes: Array  # (units, d)
    biases: Array  # (units,)
    fit: Ordered
    activation: Activation

    def errors(self, weights: Array, at: Values) -> Array:
        """Measure max |f − g| at points for several g: (first units, k) → (k,)."""
        count = len(weights)
        most = np.zeros(weights.shape[1])
        for block in _blocks(len(at.points), count):
            units = self.activation(at.points[block] @ self.slopes[:count].T + self.biases[:count])
            gaps = np.abs(units @ weights - at.values[block, None])
            most = np.maximum(most, gaps.max(axis=0))
        return most

    def network(self, weights: Array) -> Network:
        """Make the network of the first units with these weights, (count,)."""
        count = len(weights)
        chosen = self.slopes[:count], self.biases[:count]
        return Network.from_units(weights, *chosen, self.activation)


def order_units(target: Target, layout: Layout, activation: Activation, size: float) -> Dictionary:
    """Fit f / size by all units of a layout at once, and put them in order.

    `size` is the divisor of f. Raises CannotProve where float64 does not hold the slopes that the
    box needs.
    """
    slopes, biases = _units(target, layout, activation)
    at = on_the_box(target, _points(layout))
    values = np.asarray(target(*at.T)) / size

    def rows() -> Iterator[tuple[Array, Array]]:
        for block in _blocks(len(at), len(slopes)):
            yield activation(at[block] @ slopes.T + biases), values[block]

    # the constant unit comes first: it is the one the others are told apart from
    _, bias = constant_unit(activation)
    slopes = np.concatenate([np.zeros((1, target.dimension)), slopes])
    biases = np.concatenate([[bias], biases])
    fit = pivoted(*fold(rows(), len(slopes)))
    return Dictionary(slopes[fit.order], biases[fit.order], fit, activation)


def _points(layout: Layout) -> Array:
    """Return the points of the fit, in [−1, 1]^d: more than units, also along each line."""
    spread = fitted(layout.ways.shape[1], max(math.ceil(_FINE * layout.size), 64))
    return np.concatenate([spread, along(layout.ways, math.ceil(_ON_LINES * layout.each))])


def _units(target: Target, layout: Layout, activation: Activation) -> tuple[Array, Array]:
    """Place the units: slopes (units, d) and biases (units,) for the coordinates of f."""
    lower, upper = target.lower, target.upper
    half, middle = (upper - lower) / 2, lower + (upper - lower) / 2
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        steep, places = _profile(layout, activation)
        slopes = (steep[:, :, None] * (layout.ways / half)[:, None]).reshape(-1, len(half))
        biases = -(places.ravel() + slopes @ middle)
    if not (np.isfinite(slopes).all() and np.isfinite(biases).all()):
        raise CannotProve(
            f"sides of {float(half.min()) * 2:g} would need slopes past the range of float64",
            "scale the coordinates",
        )
    return slopes, biases


def _profile(layout: Layout, activation: Activation) -> tuple[Array, Array]:
    """Return the slope and the place of each unit along each direction, (J, n): σ(slope·s − place).

    Those of a sine are a Fourier series along s, of a period that is longer than the box.
    """
    reach = (1 + 2 * layout.margin) * np.abs(layout.ways).sum(axis=1)[:, None]  # (J, 1)
    each = np.arange(layout.each)
    if activation.sigmoid is None:
        slopes = (each // 2 + 1) * (math.pi * layout.steepness / reach)
        return slopes, np.broadcast_to((each % 2) * (math.pi / 2), slopes.shape)
    steep = middle_width(activation) * layout.steepness * (layout.each - 1) / (2 * reach)
    places = steep * reach * np.linspace(-1, 1, layout.each)
    return np.broadcast_to(steep, places.shape), places


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    step = max(_BLOCK // columns, 1)
    return (slice(i, i + step) for i in range(0, rows, step))
