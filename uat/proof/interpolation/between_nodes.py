"""The largest value of a polynomial on a box, from its values at Chebyshev points.

On [−1, 1] the points of degree N are cos(πj/N), j = 0 … N; on a box they are all the combinations.
The polynomial of degree N through such values is evaluated at the M + 1 points of a finer grid,
where it can exceed no value by much: |p| ≤ max over the grid / cos(πN/2M), for each coordinate.

Sources: H. Ehlich and K. Zeller, Schwankung von Polynomen zwischen Gitterpunkten, 1964;
L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorem 15.2;
N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.5.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array
from uat.numerics.chebyshev import cosines
from uat.numerics.network_rounding import ROUNDOFF, gamma

__all__ = ["amplification", "peak"]

_BLOCK: Final = 1 << 21
"""Values of the finer grid in one array; larger: more memory, hardly faster."""


def amplification(degrees: tuple[int, ...]) -> float:
    """Bound how much errors at the points grow between them: ∏ (1 + (2/π) log(N + 1))."""
    # with log off by 8 roundings a factor is off by 16, and there are a few factors
    return math.prod(1 + 2 / math.pi * math.log(degree + 1) for degree in degrees) * UP


def peak(values: Array, fineness: int) -> float:
    """Bound |p| on [−1, 1]^d, p the polynomial through values at Chebyshev's points.

    The values, (N_1 + 1, …, N_d + 1), are taken as exact; where one is not finite the bound is inf.
    A fineness M/N ≥ 2 of 4, 8, 16 and 32 loses 8 %, 2 %, 0.5 % and 0.12 % a coordinate.

    >>> 1 <= peak(np.array([1.0, 0.5, -0.5, -1.0]), 32) < 1.002  # p(x) = x
    True
    """
    if not np.isfinite(values).all():
        return math.inf
    degrees = tuple(n - 1 for n in values.shape)
    fine = tuple(fineness * degree for degree in degrees)
    largest = max(
        float(np.abs(block).max()) + error for block, error in _on_fine_grid(values, degrees, fine)
    )
    # the angles are at most π/4, so each cosine is off by a few roundings
    between = math.prod(math.cos(math.pi * n / (2 * m)) for n, m in zip(degrees, fine, strict=True))
    return largest / between * UP


def _on_fine_grid(
    values: Array, degrees: tuple[int, ...], fine: tuple[int, ...]
) -> Iterator[tuple[Array, float]]:
    """Evaluate on the fine grid, some rows at a time: values, and a bound of their errors.

    One product with a matrix a coordinate, P ↦ AP. An error e grows to r e for the largest row
    sum r of |A|; the error of A itself adds row(|δA|)·max|P|, and rounding γ_n r max|P|.
    """
    rows, error = values, 0.0
    for axis in range(values.ndim - 1, 0, -1):
        matrix, wrong = _refining(degrees[axis], fine[axis])
        size = float(np.abs(rows).max())
        rows = np.moveaxis(np.tensordot(matrix, rows, axes=(1, axis)), 0, axis)
        error = _after_product(matrix, wrong, size, error)
    matrix, wrong = _refining(degrees[0], fine[0])
    error = _after_product(matrix, wrong, float(np.abs(rows).max()), error)
    step = max(1, _BLOCK // (rows.size // len(rows)))
    for start in range(0, len(matrix), step):
        yield np.tensordot(matrix[start : start + step], rows, axes=(1, 0)), error


def _after_product(matrix: Array, wrong: float, size: float, error: float) -> float:
    row = float(np.max(np.abs(matrix).sum(axis=1))) * UP
    made = gamma(matrix.shape[1]) * row * size
    return float((row * error + wrong * (size + error) + made) * UP + TINY)


@lru_cache(maxsize=8)
def _refining(degree: int, fine: int) -> tuple[Array, float]:
    """Make the matrix from values at cos(πj/N) to values at cos(πm/M), and bound its error.

    A = TD with T_mk = cos(πmk/M) and D_kj = (2/N) w_k w_j cos(πkj/N), w = 1 but 1/2 at both ends,
    Σw = N. Cosines err by u at most and D_kj by 3.1u (2/N) w_k w_j, so A_mj errs by at most
    2 w_j (N + 1 + 4.1) u, a row of it by 2N(N + 5.1) u; terms in u² are inside the margin.
    """
    k, weights = np.arange(degree + 1), np.ones(degree + 1)
    weights[[0, -1]] = 0.5
    waves = cosines(fine)[np.outer(np.arange(fine + 1), k) % (2 * fine)]
    transform = cosines(degree)[np.outer(k, k) % (2 * degree)] * np.outer(weights, weights)
    matrix: Array = waves @ (transform * (2.0 / degree))
    matrix.setflags(write=False)
    return matrix, 2 * degree * (degree + 8) * ROUNDOFF * UP
