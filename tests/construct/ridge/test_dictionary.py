"""A dictionary: units in order, and one triangle that stands for all rows of its fit."""

from fractions import Fraction

import numpy as np
import pytest

import uat
from tests.oracles.exact import solved
from uat import Target
from uat.construct.ridge.dictionary import Values, fold, order_units, pivoted
from uat.construct.ridge.layouts import Layout, directions
from uat.core.activations import NAMED, Activation
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.activation_shape import middle_width

SMOOTH = [NAMED[name] for name in ("logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz")]
BOX = [(0.0, 1.0), (-2.0, 5.0)]
F = Target("sin(3*x + y) + y", BOX)
LAYOUT = Layout(directions(2, 7), 9, 0.6, 0.1)


@pytest.mark.parametrize("sigma", SMOOTH, ids=lambda sigma: sigma.name)
def test_what_is_measured_is_the_network(sigma: Activation) -> None:
    dictionary = order_units(F, LAYOUT, sigma, 1.0)
    points = np.random.default_rng(0).uniform((0, -2), (1, 5), (500, 2))
    weights = dictionary.fit.weights(30)
    g = dictionary.network(weights)
    values = F(*points.T)
    seen = dictionary.errors(weights[:, None], Values(points, values))[0]
    assert g.units == 30
    assert seen == pytest.approx(np.abs(g(points)[:, 0] - values).max(), rel=1e-9)
    assert seen < 0.2


def test_the_constant_unit_comes_first() -> None:
    dictionary = order_units(F, LAYOUT, uat.logistic, 1.0)
    assert (dictionary.slopes[0] == 0).all()
    assert np.count_nonzero((dictionary.slopes == 0).all(axis=1)) == 1


def test_every_unit_is_a_ridge_along_one_of_the_directions_of_the_scaled_box() -> None:
    dictionary = order_units(F, LAYOUT, uat.logistic, 1.0)
    scaled = dictionary.slopes[1:] * np.ptp(BOX, axis=1) / 2
    scaled /= np.linalg.norm(scaled, axis=1)[:, None]
    assert np.abs(scaled @ LAYOUT.ways.T).max(axis=1) == pytest.approx(1)


def test_units_stand_over_the_whole_width_and_the_margin() -> None:
    dictionary = order_units(Target("x", (2, 6)), Layout(np.eye(1), 11, 0.5, 0.25), uat.logistic, 1)
    places = np.sort(-dictionary.biases[1:] / dictionary.slopes[1:, 0])
    assert places[[0, -1]] == pytest.approx([1.0, 7.0])
    assert dictionary.slopes[1:, 0] == pytest.approx(0.5 / 0.6, rel=0.01)


@pytest.mark.parametrize("sigma", SMOOTH, ids=lambda sigma: sigma.name)
def test_another_sigma_is_taken_as_wide_as_the_logistic(sigma: Activation) -> None:
    assert sigma.limits is not None
    low, high = sigma.limits
    u = np.linspace(-20, 20, 400_001)
    share = (sigma(u) - low) / (high - low)
    quarter, most = np.interp([0.25, 0.75], share, u)
    assert middle_width(sigma) == pytest.approx((most - quarter) / (2 * np.log(3)), rel=0.01)


def test_a_box_too_small_for_float64_slopes_is_told() -> None:
    with pytest.raises(CannotProve, match="scale the coordinates"):
        order_units(Target("x", (0, 1e-310)), Layout(np.eye(1), 11, 0.5, 0.25), uat.logistic, 1.0)


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
    return np.array([float(value) for value in solved(rows)])


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
