"""Sums of ridges: one hidden layer, few units, within ε as far as a fine grid shows."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import uat
from uat import Network, Target
from uat.construct.comb.build import build as build_comb
from uat.construct.ridge.build import build
from uat.core.activations import NAMED, Activation
from uat.errors import CannotProve, FloatLimit, InputError

SQUARE = [(0, 1), (0, 1)]
SMOOTH = ("logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic")
WAVES = Target("sin(2*pi*x)*sin(2*pi*y)", SQUARE)


def largest_gap(target: Target, network: Network, many: int = 20_000) -> float:
    """|f − g| at random points, then uphill from the worst ones."""
    box = np.array(target.domain)
    points = np.random.default_rng(5).uniform(box[:, 0], box[:, 1], (many, len(box)))
    gaps = np.abs(target(*points.T) - network(points)[:, 0])

    def downhill(x: Any) -> float:
        return -abs(float(target(*x)) - float(network(x)[0]))

    how: Any = {"method": "Nelder-Mead", "bounds": target.domain, "options": {"maxfev": 200}}
    for start in points[np.argsort(gaps)[-3:]]:
        climb = minimize(downhill, start, **how)
        gaps = np.append(gaps, -climb.fun)
    return float(gaps.max())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "dimension", "eps"),
    [
        ("sin(5*x)", 1, 1e-8),
        ("1/(1+25*(2*x-1)**2)", 1, 1e-4),
        ("exp(x)*cos(4*y)", 2, 1e-4),
        ("exp(-(x-.5)**2-(y-.4)**2-(z-.6)**2)", 3, 1e-3),
        ("x1*x2 + x3*x4", 4, 1e-3),
    ],
)
def test_a_function_of_any_dimension_gets_a_network_within_eps(
    formula: str, dimension: int, eps: float
) -> None:
    target = Target(formula, [(0, 1)] * dimension)
    network, estimate = build(target, eps)
    assert estimate < eps
    assert network.depth == 1
    assert (network.layers[1].bias == 0).all()
    assert largest_gap(target, network) < 1.05 * max(estimate, 0.5 * eps)


@pytest.mark.slow
def test_few_directions_do_for_a_product_of_waves() -> None:
    network, estimate = build(WAVES, 1e-8)
    assert estimate < 1e-8
    assert network.units < 60
    assert uat.certify(WAVES, network).bound < 1e-8


@pytest.mark.slow
def test_one_direction_does_for_a_ridge_in_six_dimensions() -> None:
    target = Target("exp(-(x1 - 2*x2 + x3 + x4 - x5 + 0.5*x6)**2)", [(0, 1)] * 6)
    network, estimate = build(target, 1e-6)
    moving = network.slopes[np.any(network.slopes != 0, axis=1)]
    assert estimate < 1e-6
    assert np.linalg.matrix_rank(moving, tol=1e-6 * np.abs(moving).max()) == 1


def test_a_constant_is_one_unit() -> None:
    network, estimate = build(Target("3 + 0*x*y", SQUARE), 1e-6)
    assert network.units == 1
    assert (network.slopes == 0).all()
    assert estimate < 1e-6
    assert build(Target("0*x*y", SQUARE), 1e-6)[1] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", SMOOTH)
def test_every_smooth_activation_will_do(name: str) -> None:
    target = Target("cos(3*x - y)", SQUARE)
    network, estimate = build(target, 1e-5, NAMED[name])
    assert estimate < 1e-5
    assert network.activation is NAMED[name]
    assert network.units < 60


@pytest.mark.slow
def test_your_own_activation_will_do() -> None:
    own: Activation = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u - np.exp(-(u**2)))))
    assert build(Target("cos(3*x - y)", SQUARE), 1e-3, own)[1] < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "side", "height"),
    [
        (0.0, 1e-150, 1.0),
        (0.0, 1e150, 1.0),
        (-1e4, 1.0, 1.0),
        (0.0, 1.0, 1e200),
        (3.0, 5.0, 1e-200),
    ],
)
def test_boxes_and_values_of_any_size_and_place(place: float, side: float, height: float) -> None:
    target = Target(
        lambda x, y: height * np.sin(3 * (x - place) / side) * (y - 7.0),
        [(place, place + side), (7.0, 8.0)],
    )
    network, estimate = build(target, 1e-4 * height)
    assert estimate < 1e-4 * height
    assert network.units < 100


@pytest.mark.slow
def test_at_most_so_many_units_and_the_smallest_weights_that_do() -> None:
    network, estimate = build(WAVES, 1e-5, units=150)
    fewest, _ = build(WAVES, 1e-5)
    assert fewest.units < network.units <= 150
    assert estimate < 1e-5
    assert np.abs(network.output_weights).sum() < np.abs(fewest.output_weights).sum()


@pytest.mark.slow
def test_the_same_call_gives_the_same_network() -> None:
    once, again = (build(WAVES, 1e-2)[0] for _ in range(2))
    assert once == again


@pytest.mark.parametrize(("units", "most"), [(20, 4000), (None, 60), (1, 4000), (None, 1)])
def test_what_was_reached_is_said_where_it_is_not_enough(units: int | None, most: int) -> None:
    with pytest.raises(CannotProve, match=r"eps = 1e-06 .*: \d+ units of \d+ allowed .* within \d"):
        build(Target("abs(x - y)", SQUARE), 1e-6, units=units, most=most)


@pytest.mark.slow
def test_an_eps_below_what_floats_keep_is_not_reached() -> None:
    with pytest.raises(CannotProve, match="come within"):
        build(WAVES, 1e-19, most=60)
    with pytest.raises(FloatLimit, match=r"float64 evaluation of g ends near \de-1\d for this f"):
        build(Target("x*y", SQUARE), 1e-15)


@pytest.mark.parametrize("name", ["relu", "heaviside", "ramp"])
def test_an_activation_with_an_edge_is_refused_and_what_takes_it_is_said(name: str) -> None:
    with pytest.raises(InputError, match=r"soft.*fejer-korovkin takes it, or take uat.logistic"):
        build(WAVES, 1e-2, NAMED[name])
    with pytest.raises(InputError, match="staircase"):
        build(Target("x", (0, 1)), 1e-2, NAMED[name])


@pytest.mark.slow
def test_softsign_is_as_soft_for_ridges_as_for_combs() -> None:
    softsign = uat.sigmoidal(
        lambda u: (1 + u / (1 + abs(u))) / 2, tail=lambda s: 0.5 / (1 + s), name="softsign"
    )
    network, estimate = build(Target("cos(3*x - y)", SQUARE), 1e-2, softsign)
    assert estimate < 1e-2
    assert network.activation is softsign
    assert build_comb(Target("cos(3*x)", (0, 1)), 1e-2, softsign)[1] < 1e-2


def test_an_activation_that_jumps_by_a_comparison_alone_is_refused() -> None:
    with pytest.raises(InputError, match="has a jump or a kink"):
        build(WAVES, 1e-2, uat.sigmoidal(lambda u: (u > 0) * 1.0))


def test_nine_coordinates_are_refused_with_what_they_would_take() -> None:
    target = Target(lambda *x: x[0] * x[8], [(0, 1)] * 9)
    with pytest.raises(InputError, match=r"9 coordinates; .* 8 at most.* 495 directions"):
        build(target, 1e-2)


@pytest.mark.parametrize(("units", "most"), [(0, 4000), (-3, 4000), (None, 0)])
def test_no_units_are_refused(units: int | None, most: int) -> None:
    with pytest.raises(InputError, match="at least 1"):
        build(WAVES, 1e-2, units=units, most=most)


@pytest.mark.slow
def test_an_f_without_a_formula_is_built_for_as_well() -> None:
    target = Target(lambda x, y: np.cos(3 * x * y), SQUARE, modulus=4.5, traced=False)
    assert build(target, 1e-4)[1] < 1e-4
