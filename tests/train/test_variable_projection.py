"""The last layer is always the best one; the search, the polish and the stages lower residuals."""

from functools import cache
from itertools import islice

import numpy as np
import pytest

import uat
from uat.expression.arrays import Array
from uat.train.gradient import features, loss_and_gradient, outputs
from uat.train.growth import add_stage
from uat.train.minimax import polish
from uat.train.parameters import Shape
from uat.train.start import small_weights, spread_weights
from uat.train.variable_projection import LinearModel, Objective, projection

SHALLOW = Shape((1, 12, 1), uat.tanh)
DEEP = Shape((2, 6, 5, 2), uat.logistic)
SHAPES = pytest.mark.parametrize("shape", [SHALLOW, DEEP], ids=["shallow", "deep"])


def data(shape: Shape, points: int = 150) -> tuple[Array, Array]:
    x = np.random.default_rng(0).uniform(-1, 1, (points, shape.sizes[0]))
    y = np.stack([np.sin(3 * x.sum(axis=1) + k) for k in range(shape.sizes[-1])], axis=1)
    return x, y


def start(shape: Shape, x: Array) -> Array:
    return spread_weights(shape, x, np.random.default_rng(1), 1.0)


@cache
def searched(shape: Shape) -> list[tuple[Array, float, float]]:
    """The weights, the loss and the largest residual at the first sixty steps of a search."""
    x, y = data(shape)
    path = islice(projection(shape, start(shape, x), x, y), 60)
    return [(weights, residuals.loss, residuals.max) for weights, residuals in path]


def squares(shape: Shape, x: Array, y: Array) -> Objective:
    return Objective(shape, x, y, 0.0, np.ones(len(x)))


@SHAPES
def test_no_last_layer_is_better_than_the_projected_one(shape: Shape) -> None:
    x, y = data(shape)
    now = squares(shape, x, y).project(start(shape, x), 1e-12)
    phi = features(shape, now.weights, x)
    best = np.linalg.lstsq(phi, y, rcond=None)[0]
    np.testing.assert_allclose(now.residual, y - outputs(shape, now.weights, x), atol=1e-9)
    assert np.linalg.norm(now.residual) <= np.linalg.norm(y - phi @ best) * (1 + 1e-6)


@SHAPES
def test_the_gradient_of_the_model_is_that_of_the_loss(shape: Shape) -> None:
    """Where the last layer is the best one, Jᵀr is the gradient of the loss of θ alone."""
    x, y = data(shape)
    objective = squares(shape, x, y)
    now = objective.project(start(shape, x), 1e-30)
    model = objective.model(now, None)
    _, gradient = loss_and_gradient(shape, now.weights, x, y)
    expected = -gradient[: shape.hidden_count] * y.size / 2
    size = np.abs(expected).max()
    np.testing.assert_allclose(model.right_side * model.lengths, expected, atol=1e-6 * size)


@SHAPES
def test_the_search_ends_far_below_its_start(shape: Shape) -> None:
    path = searched(shape)
    assert path[-1][1] < 1e-4 * path[0][1]


def test_a_penalty_keeps_weights_small_and_stays_the_loss_that_falls() -> None:
    x, y = data(SHALLOW)
    path = {
        penalty: list(islice(projection(SHALLOW, start(SHALLOW, x), x, y, penalty), 40))
        for penalty in (0.0, 1e-4)
    }
    sizes = [SHALLOW.penalised @ steps[-1][0] ** 2 for steps in path.values()]
    assert sizes[1] < sizes[0]
    losses = [r.loss for _, r in path[1e-4]]
    assert losses == sorted(losses, reverse=True)
    weights, residuals = path[1e-4][-1]
    penalty = 1e-4 * float(SHALLOW.penalised @ weights**2)
    residual = y - outputs(SHALLOW, weights, x)
    assert residuals.loss == pytest.approx(np.mean(residual**2) + penalty, rel=1e-6)


def test_a_damped_step_is_that_of_the_stacked_least_squares() -> None:
    rng = np.random.default_rng(2)
    jacobian, residual = rng.normal(size=(30, 7)), rng.normal(size=30)
    model = LinearModel.of(jacobian, residual)
    for damping in (1e-9, 1e-3, 10.0):
        step, gain = model.step(damping)
        stacked = np.concatenate([jacobian, np.sqrt(damping) * np.diag(model.lengths)])
        wanted = np.concatenate([residual, np.zeros(7)])
        np.testing.assert_allclose(step, np.linalg.lstsq(stacked, wanted)[0], rtol=1e-8)
        after = residual - jacobian @ step
        assert gain == pytest.approx(residual @ residual - after @ after, rel=1e-8)


@pytest.mark.slow
@SHAPES
def test_the_polish_lowers_the_largest_residual(shape: Shape) -> None:
    x, y = data(shape)
    weights, _, before = searched(shape)[-1]
    after = min(r.max for _, r in islice(polish(squares(shape, x, y), weights), 100))
    assert after < 0.9 * before


@pytest.mark.slow
def test_the_polish_comes_near_the_best_uniform_step_function() -> None:
    """Four steps come within 1/8 of x on [0, 1]; the mean of uneven points leaves more."""
    shape, x = Shape((1, 3, 1), uat.heaviside), np.linspace(0, 1, 401)[:, None] ** 1.5
    weights = np.array([1.0, 1, 1, -0.25, -0.5, -0.75, 0, 0, 0, 0])
    path = [r.max for _, r in islice(polish(squares(shape, x, x), weights), 400)]
    assert path[0] > 0.145
    assert min(path) == pytest.approx(1 / 8, rel=0.01)


@SHAPES
def test_a_stage_adds_units_to_each_layer_and_lowers_the_residual(shape: Shape) -> None:
    x, y = data(shape, 300)
    weights = small_weights(shape, np.random.default_rng(3))
    before = np.abs(y - outputs(shape, weights, x)).max()
    wider, found = add_stage(shape, weights, x, y, 80, np.random.default_rng(4))
    assert wider.sizes[1:-1] == tuple(n + 80 for n in shape.sizes[1:-1])
    assert np.abs(y - outputs(wider, found, x)).max() < 1e-2 * before
    old, new = shape.layers(weights)[0], wider.layers(found)[0]
    np.testing.assert_array_equal(new[0][: len(old[0])], old[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["logistic", "tanh", "relu", "gauss_cdf", "heaviside"])
def test_breakpoints_are_spread_over_the_box(name: str) -> None:
    x = np.linspace(-1, 3, 50)[:, None]
    shape = Shape((1, 20, 1), getattr(uat, name))
    hidden = spread_weights(shape, x, np.random.default_rng(0), 0.5)
    places = np.sort(-hidden[20:] / hidden[:20])
    assert places[0] < -0.6
    assert places[-1] > 2.6
    assert np.diff(places).max() < 2.5 * 4 / 19
