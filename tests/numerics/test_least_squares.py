"""Least squares of nearly equal columns: small weights, and no more error than was allowed."""

from fractions import Fraction

import numpy as np
import pytest

from uat.errors import InputError
from uat.expression.arrays import Array
from uat.numerics.least_squares import factor, smallest


def soft_units(x: Array, centres: Array, slope: float) -> Array:
    return np.asarray(1 / (1 + np.exp(-slope * (x[:, None] - centres))))


def exact_solution(rows: list[list[int]], values: list[int]) -> list[float]:
    """Solve the normal equations of full rank in fractions."""
    n = len(rows[0])
    table = [
        [Fraction(sum(r[i] * r[j] for r in rows)) for j in range(n)]
        + [Fraction(sum(r[i] * v for r, v in zip(rows, values, strict=True)))]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(k for k in range(i, n) if table[k][i] != 0)
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [v / table[i][i] for v in table[i]]
        for k in range(n):
            if k != i:
                table[k] = [a - table[k][i] * b for a, b in zip(table[k], table[i], strict=True)]
    return [float(row[-1]) for row in table]


@pytest.mark.parametrize("seed", range(4))
def test_a_matrix_of_full_rank_is_solved_as_fractions_solve_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, values = rng.integers(-9, 10, (9, 4)), rng.integers(-99, 100, 9)
    expected = exact_solution(rows.tolist(), values.tolist())
    damped = factor(rows).damped(values.astype(float), [1e-12])
    np.testing.assert_allclose(damped[:, 0], expected, rtol=1e-9)


def test_damped_weights_solve_the_system_with_lambda_times_the_identity_below() -> None:
    rng = np.random.default_rng(1)
    matrix, values, damping = rng.normal(size=(20, 6)), rng.normal(size=20), 0.3
    factored = factor(matrix)
    below = np.vstack([matrix, damping * factored.singular[0] * np.eye(6)])
    expected = np.linalg.lstsq(below, np.append(values, np.zeros(6)), rcond=None)[0]
    np.testing.assert_allclose(factored.damped(values, [damping])[:, 0], expected, rtol=1e-11)


@pytest.mark.parametrize("eps", [1e-1, 1e-3, 1e-5, 1e-7])
def test_the_smallest_weights_below_eps_are_found(eps: float) -> None:
    x, fine = np.linspace(0, 1, 120), np.linspace(0, 1, 1201)
    centres = np.linspace(-0.3, 1.3, 30)
    units, check = soft_units(x, centres, 12.0), soft_units(fine, centres, 12.0)

    def errors(weights: Array) -> Array:
        return np.asarray(np.abs(check @ weights - np.cos(9 * fine)[:, None]).max(axis=0))

    fit = smallest(units, np.cos(9 * x), errors, eps)
    assert fit.error < eps
    assert fit.error == errors(fit.weights[:, None])[0]
    assert fit.size == pytest.approx(np.abs(fit.weights).sum())
    # a long list of dampings finds hardly smaller ones
    weights = factor(units).damped(np.cos(9 * x), np.geomspace(0.1, 1e-16, 2000))
    below = np.abs(weights).sum(axis=0)[errors(weights) < eps]
    assert fit.size <= 1.15 * below.min()


def test_what_cannot_be_met_gives_the_least_error() -> None:
    x = np.linspace(-1, 1, 50)
    units = soft_units(x, np.linspace(-1, 1, 5), 4.0)

    def errors(weights: Array) -> Array:
        return np.asarray(np.abs(units @ weights - np.abs(x)[:, None]).max(axis=0))

    fit = smallest(factor(units), np.abs(x), errors, 1e-9)
    assert fit.error >= 1e-9
    some = errors(np.asarray(np.linalg.lstsq(units, np.abs(x)[:, None], rcond=None)[0], float))[0]
    assert fit.error <= some * 1.001


def test_an_error_that_is_no_number_is_too_large() -> None:
    fit = smallest(np.eye(3), np.ones(3), lambda w: np.where(w[0] > 0.999, 0.1, np.nan), 1.0)
    assert fit.error == 0.1


def test_zero_fits_zero() -> None:
    fit = smallest(np.zeros((3, 2)), np.zeros(3), lambda w: np.abs(w).max(axis=0), 1e-3)
    assert fit.size == 0


def one_number(_: Array) -> Array:
    return np.zeros(1)


@pytest.mark.parametrize(
    ("matrix", "values", "words"),
    [
        (np.ones(3), np.ones(3), "shape"),
        (np.ones((3, 0)), np.ones(3), "shape"),
        (np.full((2, 2), np.nan), np.ones(2), "finite"),
        (np.ones((3, 2)), np.ones(2), "one a row"),
        (np.ones((2, 2)), np.array([1.0, np.inf]), "finite"),
        (np.eye(2), np.eye(2), "one a row"),
    ],
    ids=["vector", "empty", "nan", "rows", "inf", "outputs"],
)
def test_bad_input_is_told(matrix: Array, values: Array, words: str) -> None:
    with pytest.raises(InputError, match=words):
        smallest(matrix, values, one_number, 1e-3)


def test_errors_that_do_not_fit_the_candidates_are_told() -> None:
    with pytest.raises(InputError, match="one number each"):
        smallest(np.eye(2), np.ones(2), one_number, 1e-3)
