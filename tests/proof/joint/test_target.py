"""Models of formulas hold on every cell that has one, and bad cells do not touch the others."""

import numpy as np
import pytest

from tests.proof.joint.values_in_balls import check, formula
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.proof.joint import target as targets
from uat.proof.joint.chart import Chart
from uat.proof.joint.target import can_be_modelled, target_model

# each operation, on arguments that reach its poles, kinks and overflow on some of the cells
FORMULAS = [
    "x*y + 3*x - y/7",
    "(x - y)**7 + x**0",
    "1/(x - y)",
    "(x + y)**-2",
    "x**0.3 * (x + y)**-2.5",
    "sqrt(x + y) - cbrt(x*y)",
    "exp(x*y) + expm1(x - y)",
    "exp(400*x)",
    "log(x + y) + log1p(x)",
    "sin(3*x + y) + cos(x*y)",
    "sin(1e9*x)",
    "tan(x) - sinc(y)",
    "sinh(x) * cosh(y)",
    "tanh(5*x - y) + expit(30*y)",
    "arctan(x + 2*y) + arcsinh(x)",
    "erf(x + y) + gelu(x)",
    "silu(x) + softplus(x + y)",
    "abs(x - y) + max(x, 2*y) - min(y, 0.3)",
    "sign(x - 0.5)",
    "pi*x - 0.1/3",
]


def drawn_cells(seed: int, count: int, d: int = 2) -> tuple[Array, Array]:
    """Centres in [−3, 3]^d and radii from 10^−9 to 1, some 0."""
    rng = np.random.default_rng(seed)
    radius = 10.0 ** rng.uniform(-9, 0, (count, 1)) * rng.random((count, d))
    return rng.uniform(-3, 3, (count, d)), np.where(rng.random((count, d)) < 0.05, 0.0, radius)


def boxes(d: int) -> Chart:
    return Chart(np.full(d, -4.0), np.full(d, 4.0))


@pytest.mark.slow
@pytest.mark.parametrize("text", FORMULAS)
def test_models_of_formulas_hold(text: str) -> None:
    f = parse(text)
    for order in (3, 8):
        centre, radius = drawn_cells(order, 24)
        model, _ = target_model(f, boxes(2).coordinates(centre, radius, order))
        assert check(model, formula(f), centre, radius, order) <= 1
        assert np.isfinite(model.remainder).any()


@pytest.mark.slow
@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_has_the_same_model_whatever_cells_stand_beside_it(text: str) -> None:
    f = parse(text)
    centre, radius = drawn_cells(1, 40)
    centre[::4], radius[::4] = np.nan, 1.0
    centre[1::4] *= 1e200
    together, _ = target_model(f, boxes(2).coordinates(centre, radius, 5))
    for i in range(2, 40, 4):
        alone, _ = target_model(f, boxes(2).coordinates(centre[i : i + 1], radius[i : i + 1], 5))
        assert np.isfinite(alone.remainder[0]) == np.isfinite(together.remainder[i])
        if np.isfinite(alone.remainder[0]):
            apart = np.abs(together.coefficients[:, i] - alone.coefficients[:, 0]).sum()
            assert apart <= alone.remainder[0]
            np.testing.assert_allclose(together.remainder[i], alone.remainder[0], rtol=1e-6)
    assert np.isinf(together.remainder[::4]).all()


def test_coefficients_are_finite_where_nothing_is_known() -> None:
    centre = np.array([[0.0, 0.0], [1.0, 1.0]])
    model, reached = target_model(
        parse("1/x + 1/y"), boxes(2).coordinates(centre, np.array([[0.1, 1e-9], [0.1, 0.1]]), 4)
    )
    assert np.isinf(model.remainder).tolist() == [True, False]
    assert np.isfinite(model.coefficients).all()
    assert np.isfinite(reached).tolist() == [True, False]


def test_the_walk_comes_farther_where_an_argument_is_farther_from_its_pole() -> None:
    f = parse("x + 1/(x + y)")
    centre, radius = np.full((3, 2), 0.5), np.array([[2.0, 1.0], [1.0, 1.0], [1.0, 0.5]])
    _, reached = target_model(f, boxes(2).coordinates(centre, radius, 4))
    assert np.isfinite(reached).all()
    assert (np.diff(reached) > 0).all()
    assert reached.max() - reached.min() < 1


def test_an_operation_without_a_rule_is_known_beforehand() -> None:
    assert can_be_modelled(parse("exp(x)*abs(y)**3"))
    assert not can_be_modelled(parse("arcsin(x)"))
    assert can_be_modelled(parse("x + arcsin(0.5)"))
    assert set(targets._RULES).isdisjoint({"where", "interp"})
