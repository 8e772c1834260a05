"""A triangle stands for all rows: the same least squares, block after block, in good order."""

from fractions import Fraction

import numpy as np
import pytest

from uat.construct.ridge.dictionary import fold, pivoted
from uat.errors import InputError
from uat.expression.arrays import Array


def exact_least_squares(matrix: Array, values: Array) -> Array:
    """The normal equations in fractions, by elimination."""
    a = [[Fraction(v) for v in row] for row in matrix.tolist()]
    f = [Fraction(v) for v in values.tolist()]
    n = len(a[0])
    rows = [
        [sum((r[i] * r[j] for r in a), Fraction(0)) for j in range(n)]
        + [sum((r[i] * v for r, v in zip(a, f, strict=True)), Fraction(0))]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [v - rows[r][i] * w for v, w in zip(rows[r], rows[i], strict=True)]
    return np.array([float(row[-1]) for row in rows])


def drawn(rows: int, columns: int, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-9, 10, (rows, columns)).astype(float)
    return matrix, rng.integers(-9, 10, rows).astype(float)


@pytest.mark.parametrize("step", [1, 3, 7, 40])
def test_any_blocks_give_the_exact_least_squares(step: int) -> None:
    matrix, values = drawn(40, 6, 0)
    blocks = [(matrix[i : i + step], values[i : i + step]) for i in range(0, 40, step)]
    triangle, z = fold(blocks, 6)
    assert (np.tril(triangle, -1) == 0).all()
    assert np.linalg.solve(triangle, z) == pytest.approx(exact_least_squares(matrix, values))


def test_it_loses_no_digits_as_the_normal_equations_would() -> None:
    x = np.linspace(0, 1, 200)
    matrix, weights = np.vander(x, 12), np.arange(1.0, 13.0)
    triangle, z = fold([(matrix, matrix @ weights)], 12)
    assert np.linalg.cond(matrix) > 1e8
    assert np.linalg.solve(triangle, z) == pytest.approx(weights, rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_first_columns_in_order_are_fitted_exactly(seed: int) -> None:
    matrix, values = drawn(30, 7, seed)
    ordered = pivoted(*fold([(matrix, values)], 7))
    for count in range(1, 8):
        chosen = matrix[:, ordered.order[:count]]
        assert ordered.weights(count) == pytest.approx(exact_least_squares(chosen, values))


def test_each_next_column_is_the_one_that_is_left_longest() -> None:
    matrix, values = drawn(30, 7, 1)
    order = pivoted(*fold([(matrix, values)], 7)).order
    for count in range(1, 6):
        basis = np.linalg.qr(matrix[:, order[:count]])[0]
        left = np.linalg.norm(matrix - basis @ (basis.T @ matrix), axis=0)
        assert left[order[count]] == pytest.approx(left.max())


def test_the_first_one_keeps_its_place_and_copies_are_left_out() -> None:
    matrix, values = drawn(20, 4, 2)
    doubled = np.column_stack([0.01 * matrix[:, 0], matrix[:, 1:], matrix[:, 1:]])
    ordered = pivoted(*fold([(doubled, values)], 7))
    assert ordered.order[0] == 0
    assert sorted((ordered.order[1:] - 1) % 3) == [0, 1, 2]


def test_few_rows_are_no_harm() -> None:
    ordered = pivoted(*fold([(np.ones((2, 5)), np.ones(2))], 5))
    assert ordered.order.tolist() == [0]
    assert ordered.weights(1) == pytest.approx([1.0])


def test_blocks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match=r"shape \(3, 2\)"):
        fold([(np.ones((3, 2)), np.ones(3))], 4)
