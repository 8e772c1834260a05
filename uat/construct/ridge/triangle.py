"""Least squares with more rows than memory holds: one triangle stands for all of them.

With [A | f] = Q [R | z], Q with orthonormal columns and R upper triangular,

    |A a − f|² = |R a − z|² + rest²   for every a,

so R and z, as large as the number of columns says, are all that a fit needs of any number of rows.
The rows come in blocks; each is folded into the triangle by reflections, which lose no digits, as
sums of squares (the normal equations) would.

The columns can then be put in order: each next one is the one that those before it make worst,
so that the first k are good columns for every k (QR with column pivoting).

Sources: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., 2013, sections 5.4.2 and 5.6;
J. Demmel, L. Grigori, M. Hoemmen, J. Langou, Communication-optimal parallel and sequential QR and
LU factorizations, 2012.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["Ordered", "fold", "pivoted"]


_PANEL: Final = 64  # columns folded at a time, for speed


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
