"""What is proved by joint models holds, and is near what is seen."""

from collections.abc import Sequence

import numpy as np
import pytest

import uat
from uat import Affine, Network, certify
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.proof.joint.prove import search_jointly


def fitted(
    text: str, d: int, units: int, steepness: float, sigma: uat.Activation = uat.logistic
) -> Network:
    """Random units whose weights least squares chose on points of the unit cube."""
    rng, f = np.random.default_rng(units), parse(text)
    slopes = rng.normal(size=(units, d))
    slopes *= steepness * rng.uniform(0.3, 1, (units, 1)) / np.linalg.norm(slopes, axis=1)[:, None]
    biases = -(slopes * rng.random((units, d))).sum(axis=1)
    x = np.clip(rng.uniform(-0.2, 1.2, (8 * units, d)), 0, 1)
    table = np.column_stack([sigma(x @ slopes.T + biases), np.ones(len(x))])
    weights = np.linalg.lstsq(table, np.broadcast_to(f(*x.T), len(x)), rcond=1e-12)[0]
    return Network([Affine(slopes, biases), Affine(weights[None, :-1], weights[-1:])], sigma)


def with_units(g: Network, along: Sequence[float], more: Network) -> Network:
    """Add units of one coordinate along a form."""
    slopes = more.layers[0].weight * np.array(along)
    hidden = Affine(
        np.vstack([g.layers[0].weight, slopes]), np.append(g.layers[0].bias, more.layers[0].bias)
    )
    weights = np.append(g.layers[1].weight[0], more.layers[1].weight[0])[None]
    return Network([hidden, Affine(weights, g.layers[1].bias + more.layers[1].bias)], g.activation)


def no_point_beats(certificate: uat.Certificate, f: Target, g: Network, points: Array) -> None:
    """Compare with values in floats at many points, and at those of an ascent from the worst."""
    rng, error = np.random.default_rng(0), np.abs(f(*points.T) - g(points)[:, 0])
    best, step = points[np.argsort(-error)[:20]], (f.upper - f.lower) / 8
    for _ in range(60):
        tried = np.clip(best + step * rng.normal(size=(8, *best.shape)), f.lower, f.upper)
        tried = np.concatenate([best[None], tried]).reshape(-1, best.shape[1])
        error = np.abs(f(*tried.T) - g(tried)[:, 0]).reshape(9, -1)
        best = tried.reshape(9, *best.shape)[error.argmax(axis=0), np.arange(len(best))]
        step = step * 0.85
    most = np.abs(f(*best.T) - g(best)[:, 0]).max()
    assert most <= certificate.upper + certificate.rounding
    assert certificate.lower <= certificate.upper


CASES = [
    ("x1*x2 + x3", 3, 20, 2.0, uat.logistic),
    ("exp(-(x1 - x2)**2) + sin(3*x3)", 3, 60, 3.0, uat.tanh),
    ("1/(1 + x1**2 + x2*x3 + x4/2)", 4, 60, 2.0, uat.logistic),
    ("cos(2*x1 + x2*x3 + 3*x4)*exp(-x5*x6)", 6, 80, 2.0, uat.logistic),
    ("exp(-(x1*x2 + x3*x4 + x5*x6 + x7*x8)/4)", 8, 60, 1.5, uat.logistic),
    ("sqrt(x1 + x2*x3 + 0.1) - log(2 + x1*x4)", 4, 60, 2.0, uat.gauss_cdf),
    ("x1*x2 - x3", 3, 30, 2.0, uat.softplus),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "d", "units", "steepness", "sigma"), CASES)
def test_bounds_in_many_coordinates_are_sharp_and_hold(
    text: str, d: int, units: int, steepness: float, sigma: uat.Activation
) -> None:
    f, g = Target(text, [(0, 1)] * d), fitted(text, d, units, steepness, sigma)
    certificate = certify(f, g, cells=8000)
    assert certificate.upper <= 1.02 * certificate.lower
    points = np.clip(np.random.default_rng(1).uniform(-0.3, 1.3, (20_000, d)), 0, 1)
    no_point_beats(certificate, f, g, points)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kink", "text", "along", "d"),
    [
        ("abs(x1 - x2)", "x1*x2", (1.0, -1.0), 2),
        ("abs(x1 - x2)", "x2*x3 + sin(2*x1 + x2)", (1.0, -1.0, 0.0), 3),
        ("abs(2*x1 + x3 - 1)", "x2*x3", (2.0, 0.0, 1.0), 3),
    ],
)
def test_kinks_along_a_form_cost_no_more_than_smooth_functions(
    kink: str, text: str, along: tuple[float, ...], d: int
) -> None:
    steps = uat.approximate("abs(x)", (-2, 2), 0.01, method="comb", prove=False).network
    shift = -1.0 if "- 1" in kink else 0.0
    hidden, outer = steps.layers
    steps = Network(
        [Affine(hidden.weight, hidden.bias + shift * hidden.weight[:, 0]), outer], steps.activation
    )
    f = Target(f"{kink} + {text}", [(0, 1)] * d)
    g = with_units(fitted(text, d, 40, 2.0), along, steps)
    certificate = certify(f, g, cells=4000)
    assert certificate.upper <= 1.02 * certificate.lower
    rng = np.random.default_rng(2)
    points = rng.random((20_000, d))
    points[:5000, 1] = np.clip(points[:5000, 0] + rng.normal(size=5000) * 1e-2, 0, 1)
    no_point_beats(certificate, f, g, points)


def test_the_maximum_is_proved_where_its_branches_meet() -> None:
    f = Target("max(x, y)", [(0, 1), (0, 1)])
    corner = Network.from_units(
        [0.05, -0.05, 4.0], [[20.0, -20.0], [-20.0, 20.0], [0.2, 0.2]], [0, 0, -0.2], uat.logistic
    )
    joint = search_jointly(f, corner, size=1.0)
    assert joint is not None
    joint.search.go_on(400)
    x = np.random.default_rng(3).random((20_000, 2))
    x[:5000, 1] = x[:5000, 0]
    most = np.abs(f(*x.T) - corner(x)[:, 0]).max()
    assert most <= joint.search.upper <= 1.03 * most


def test_a_value_at_the_place_of_a_jump_is_not_overlooked() -> None:
    # sign² is 1, but 0 where x = y; g is 1 everywhere
    f = Target("x3*0 + sign(x1 - x2)**2", [(0, 1)] * 3, modulus=lambda h: 1 + 0 * h)
    g = Network([Affine([[0.0, 0.0, 0.0]], [0.0]), Affine([[0.0]], [1.0])], uat.logistic)
    joint = search_jointly(f, g, size=0.1)
    assert joint is not None
    joint.search.go_on(300)
    assert joint.search.upper >= 1


@pytest.mark.slow
def test_one_form_in_six_coordinates_is_as_sharp_as_one_coordinate() -> None:
    text = "+".join(f"x{j}" for j in range(1, 7))
    on_the_axis = uat.approximate("sin(x)", (0, 6), 1e-6, method="comb").network
    slopes = on_the_axis.layers[0].weight * np.ones(6)
    g = Network([Affine(slopes, on_the_axis.layers[0].bias), on_the_axis.layers[1]], uat.logistic)
    certificate = certify(f"sin({text})", g, [(0, 1)] * 6)
    assert 0 < certificate.lower <= certificate.upper <= 1.005 * certificate.lower
    assert certificate.evidence is not None
    assert len(certificate.evidence.bounds) == 1


@pytest.mark.slow
def test_deep_smooth_networks_are_proved_sharply() -> None:
    rng = np.random.default_rng(0)
    shapes = [(6, 3), (6, 6), (1, 6)]
    g = Network(
        [Affine(rng.normal(size=s) / np.sqrt(s[1]), rng.normal(size=s[0])) for s in shapes],
        uat.tanh,
    )
    f = Target("sin(x1 + x2*x3)/2", [(-1, 1)] * 3)
    certificate = certify(f, g, cells=3000)
    assert certificate.upper <= 1.02 * certificate.lower
    no_point_beats(certificate, f, g, rng.uniform(-1, 1, (20_000, 3)))


@pytest.mark.parametrize(
    ("text", "d", "why"),
    [
        ("x + y", 2, "no kink in two coordinates"),
        ("arcsin(x1/2) + x2 + x3", 3, "no rule"),
        ("sin(x1)", 9, "too many coordinates"),
    ],
)
def test_other_problems_are_left_to_the_other_proofs(text: str, d: int, why: str) -> None:
    g = Network([Affine(np.ones((1, d)), [0.0]), Affine([[1.0]], [0.0])], uat.logistic)
    assert search_jointly(Target(text, [(0, 1)] * d), g, size=0.1) is None, why


def test_steep_and_kinked_units_are_left_to_the_other_proofs() -> None:
    f = Target("x1 + x2*x3", [(0, 1)] * 3)
    steep = Network(
        [Affine(1e6 * np.eye(3), np.zeros(3)), Affine(np.ones((1, 3)), [0.0])], uat.logistic
    )
    assert search_jointly(f, steep, size=0.1) is None
    bent = Network([Affine(np.eye(3), np.zeros(3)), Affine(np.ones((1, 3)), [0.0])], uat.relu)
    assert search_jointly(f, bent, size=0.1) is None


@pytest.mark.slow
def test_kinks_of_several_forms_are_bounded_as_before() -> None:
    text = "abs(x1 - 0.3) + abs(x2 - x3)"
    f, g = Target(text, [(0, 1)] * 3), fitted(text, 3, 60, 6.0)
    certificate = certify(f, g, cells=6000)
    no_point_beats(certificate, f, g, np.random.default_rng(4).random((20_000, 3)))
    assert certificate.upper < 4 * certificate.lower
