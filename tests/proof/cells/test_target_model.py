"""The models of f hold on every cell: smooth, kinked, steep, or known by a modulus alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.targets import boxes, formulas
from tests.oracles.exact import exact_target, mp
from tests.oracles.formulas import exact_formula
from tests.proof.cells.test_models import off_by
from tests.proof.networks_and_cells import points_in
from uat import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.proof.cells.quadratic import Quadratic
from uat.proof.cells.target_model import TargetModels

seeds = st.integers(0, 2**32)
PLANE = [
    "sin(3*x)*cos(2*y)",
    "exp(x*y) - x**3",
    "max(x, y)",
    "abs(x - y/3)",
    "sqrt(x**2 + y**2)",
    "where(x + y > 0, x + y, sin(x + y))",
    "1/(1 + x**2 + 3*y**2)",
    "min(x*y, sin(x))",
    "sqrt(abs(x*y))",
]


def cells_in(box: list[tuple[float, float]], seed: int, count: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    low, high = np.array(box).T
    centre = low + rng.random((count, len(box))) * (high - low)
    centre[::3] = np.clip(0.0, low, high)
    size = (high - low) * 10.0 ** rng.uniform(-12, 0.3, (count, 1)) * rng.random((count, len(box)))
    return np.clip(centre - size, low, high), np.clip(centre + size / 3, low, high)


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data(), box=boxes(), seed=seeds)
def test_models_of_any_formula_hold(
    data: st.DataObject, box: tuple[float, float], seed: int
) -> None:
    text = data.draw(formulas(box))
    target, exact = Target(text, box), exact_target(text)
    lower, upper = cells_in([box], seed, 6)
    centre, rng = centres(lower, upper)[0], np.random.default_rng(seed)
    for model in TargetModels(target)(lower, upper):
        for i in np.flatnonzero(np.isfinite(model.error)).tolist():
            for point in points_in(lower[i], upper[i], rng):
                assert off_by(model, i, centre, point, exact(point[0])) <= mp.mpf(10) ** -50, text


@pytest.mark.slow
@pytest.mark.parametrize("text", PLANE)
def test_models_hold_in_the_plane(text: str) -> None:
    target = Target(text, [(-1, 1), (-1, 1)])
    assert target.expression is not None
    table, rng = target.expression.to_table(), np.random.default_rng(0)
    lower, upper = cells_in([(-1, 1), (-1, 1)], 1, 40)
    centre = centres(lower, upper)[0]
    for model in TargetModels(target)(lower, upper):
        for i in np.flatnonzero(np.isfinite(model.error)).tolist():
            for point in points_in(lower[i], upper[i], rng):
                inner = [mp.mpf(x.numerator) / x.denominator for x in point]
                value = exact_formula(table, inner)
                assert off_by(model, i, centre, point, value) <= mp.mpf(10) ** -50, point


def error_of(target: Target, m: float, r: float) -> float:
    models = TargetModels(target)(np.array([[m - r]]), np.array([[m + r]]))
    return min(float(model.error[0]) for model in models)


def test_the_error_of_a_smooth_f_falls_with_the_cube_of_the_cell() -> None:
    f = Target("sin(3*x)", (-1, 1))
    assert error_of(f, 0.3, 2.0**-9) < error_of(f, 0.3, 2.0**-5) / 2000


def test_a_kink_costs_half_of_what_f_varies() -> None:
    assert error_of(uat.examples.kink, 0.5, 2.0**-5) == pytest.approx(2.0**-6)
    assert error_of(uat.examples.kink, 0.7, 2.0**-5) < 1e-12


def test_what_is_known_by_a_modulus_is_a_constant_and_an_error() -> None:
    target = Target(np.vectorize(abs), (-1, 1), modulus=1.0, traced=False)
    (model,) = TargetModels(target)(np.array([[0.25]]), np.array([[0.5]]))
    assert isinstance(model, Quadratic)
    assert model.error[0] == pytest.approx(0.125)
    assert off_by(model, 0, np.array([[0.375]]), [Fraction(1, 2)], mp.mpf(0.5)) <= 0
