"""Networks with one hidden layer are bounded on every cell, however steep their units are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.activations import OWN, sigma_of
from tests.proof.exact_cells import check_certificate, exact_f
from tests.proof.networks_and_cells import networks, one_layer
from uat import Affine, Certificate, Network, Target
from uat.core.certificate import Evidence
from uat.numerics.boxes import equal_cells
from uat.numerics.sampled_error import errors_at
from uat.numerics.witness import proved_lower
from uat.proof.cells.prove import model_of, rests_on_modulus, search_by_cells
from uat.proof.certify import GAP, near_the_worst

LINE = ["x", "sin(7*x) + x**2", "abs(x - 0.3)", "sqrt(abs(x))", "exp(x)/3", "max(x, 0.2) - x**3"]
PLANE = ["x*y", "sin(3*x)*cos(2*y)", "max(x, y)", "sqrt(x**2 + y**2)"]
SPACE = ["x*y*z", "sin(x + 2*y - z)", "abs(x) + y*z"]

seeds = st.integers(0, 2**32)


def by_cells(
    target: Target, network: Network, budget: int, goal: float | None = None
) -> tuple[float, Evidence]:
    """A proof down to a goal, else to the largest error at a few points."""
    points = equal_cells(target.lower, target.upper, 5)[1]
    size = float(errors_at(target, network, points).max())
    search, _ = search_by_cells(target, network, size=size if goal is None else goal, gap=GAP)
    search.go_on(budget)
    return search.upper, Evidence(*search.cells, target, network)


def proved(target: Target, network: Network, budget: int) -> Certificate:
    """A certificate by cells alone, down to the last cell of the budget."""
    upper, evidence = by_cells(target, network, budget)
    lower, witness = proved_lower(target, network, near_the_worst(evidence))
    rounding = model_of(network, target.domain, 0.0).rounding
    return Certificate(upper, lower, witness, rounding, "cells", (), evidence)


@pytest.mark.slow
@settings(max_examples=20)
@given(data=st.data(), text=st.sampled_from(LINE), budget=st.integers(1, 400), seed=seeds)
def test_nothing_beats_the_bounds_on_a_line(
    data: st.DataObject, text: str, budget: int, seed: int
) -> None:
    most = data.draw(st.sampled_from([3, 12, 40]))
    network, target = data.draw(one_layer(most=most)), Target(text, (-1, 1))
    check_certificate(target, exact_f(target), network, proved(target, network, budget), seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OWN))
@settings(max_examples=3)
@given(data=st.data(), budget=st.integers(1, 100), seed=seeds)
def test_nothing_beats_the_bounds_of_your_own_sigma(
    name: str, data: st.DataObject, budget: int, seed: int
) -> None:
    sigma = sigma_of(name)[0]
    network, target = data.draw(one_layer(sigma, 40)), Target("sin(5*x)", (-1, 1))
    upper, evidence = by_cells(target, network, budget)
    certificate = Certificate(
        upper, 0.0, (0.0,), model_of(network, (-1, 1), 0.0).rounding, "cells", (), evidence
    )
    check_certificate(target, exact_f(target), network, certificate, seed)


@pytest.mark.slow
@settings(max_examples=12)
@given(data=st.data(), text=st.sampled_from(PLANE + SPACE), budget=st.integers(1, 300), seed=seeds)
def test_nothing_beats_the_bounds_in_more_dimensions(
    data: st.DataObject, text: str, budget: int, seed: int
) -> None:
    target = Target(text, [(-1, 1)] * (2 + (text in SPACE)))
    network = data.draw(networks(target.dimension, 1, most=12))
    check_certificate(target, exact_f(target), network, proved(target, network, budget), seed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sigma"),
    [
        ("slides", uat.logistic),
        ("nielsen", uat.cauchy_cdf),
        ("kink", uat.heaviside),
        ("sqrt_abs", uat.ramp),
        ("chirp", uat.relu),
        ("chirp", uat.logistic),
    ],
)
def test_a_staircase_is_bounded_as_tightly_as_by_its_construction(
    name: str, sigma: uat.Activation
) -> None:
    g = uat.approximate(getattr(uat.examples, name), eps=0.02, activation=sigma, method="staircase")
    assert g.certificate is not None
    upper, _ = by_cells(g.target, g.network, 20_000)
    assert upper <= 1.001 * g.certificate.upper


def test_rectangles_that_meet_cancel() -> None:
    g = uat.approximate(uat.examples.slides, eps=0.05, method="rectangles")
    assert g.certificate is not None
    upper, _ = by_cells(g.target, g.network, 20_000)
    assert upper <= 1.001 * g.certificate.upper


@pytest.mark.slow
@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_bound_does_not_degrade_as_units_grow_steep(d: int) -> None:
    rng = np.random.default_rng(d)
    b = rng.normal(size=(80, d))
    c, a = -np.sum(b * rng.uniform(-1, 1, (80, d)), axis=1), rng.normal(size=80) / 9
    ratios = []
    for slope in (1e6, 1e100):
        network = Network.from_units(a, slope * b, slope * c, uat.logistic)
        certificate = proved(Target("sin(3*x)" + "*y" * (d > 1), [(-1, 1)] * d), network, 3000)
        ratios.append(certificate.upper / certificate.lower)
    assert max(ratios) < 1.1
    assert ratios[1] < 1.1 * ratios[0]


def test_a_budget_that_ends_gives_a_larger_bound_and_no_wrong_one() -> None:
    network = Network.from_units([1, -1, 0.5], [5, 9, 200], [1, -2, 3], uat.tanh)
    target = Target("abs(x - 0.3)*sin(9*x)", (-1, 1))
    uppers = [by_cells(target, network, budget)[0] for budget in (1, 10, 100, 1000)]
    assert uppers == sorted(uppers, reverse=True)
    assert uppers[-1] < uppers[0]


def test_a_goal_that_is_met_ends_the_search() -> None:
    network, target = Network.from_units([1.0], [1.0], [0.0], uat.tanh), Target("x", (-1, 1))
    _, few = by_cells(target, network, 10_000, goal=0.5)
    _, many = by_cells(target, network, 10_000)
    assert len(few.bounds) == 64 <= len(many.bounds)


def test_what_rests_on_a_modulus() -> None:
    assert rests_on_modulus(uat.examples.cantor)
    assert not rests_on_modulus(uat.examples.nielsen)
    assert rests_on_modulus(
        Target("where(x > 0, x*log(x), 0*x)", (0, 1), modulus=lambda h: 3 * h**0.5)
    )


@pytest.mark.slow
def test_far_from_0_and_on_tiny_boxes_bounds_are_as_tight() -> None:
    for a, b in ((1e6, 1e6 + 1), (0.0, 1e-6), (-1e9, 1e9)):
        f = f"sin((x - {a!r})/{b - a!r})"
        g = uat.approximate(f, (a, b), eps=0.02, method="staircase")
        assert g.certificate is not None
        upper, _ = by_cells(g.target, g.network, 20_000)
        assert upper <= 1.001 * g.certificate.upper


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh])
def test_large_weights_that_cancel_do_no_harm(sigma: uat.Activation) -> None:
    angles = np.pi * (np.arange(12) + 0.5) / 12
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    b = np.repeat(6 * ways, 16, axis=0)
    c = np.tile(-6 * np.linspace(-1.6, 1.6, 16), 12)
    x = np.stack(np.meshgrid(*[np.cos(np.linspace(0, np.pi, 30))] * 2), axis=-1).reshape(-1, 2)
    a = np.linalg.lstsq(sigma(x @ b.T + c), x.max(axis=1), rcond=1e-12)[0]
    assert np.abs(a).sum() > 1e3
    certificate = uat.certify("max(x, y)", Network.from_units(a, b, c, sigma), [(-1, 1)] * 2)
    assert certificate.upper <= 1.02 * certificate.lower


@pytest.mark.parametrize("dimension", [4, 33])
def test_any_number_of_coordinates_is_proved_about(dimension: int) -> None:
    """f = Σ x_i/d and g = σ(f): the error is largest at 0, by ½."""
    names = " + ".join(f"x{i + 1}" for i in range(dimension))
    target = Target(f"({names})/{dimension}", [(0, 1)] * dimension)
    unit = Network.from_units([1.0], np.full((1, dimension), 1 / dimension), [0.0], uat.logistic)
    certificate = uat.certify(target, unit, cells=200)
    assert 0.49 < certificate.lower <= 0.5 <= certificate.upper < 0.52


@pytest.mark.parametrize("sigma", ["relu", "tanh"])
def test_the_error_that_a_search_has_seen_occurs_at_its_place(sigma: str) -> None:
    rng = np.random.default_rng(0)
    layers = [
        Affine(rng.normal(size=(n, m)), rng.normal(size=n)) for n, m in [(8, 2), (8, 8), (1, 8)]
    ]
    target, network = Target("sin(x)*y", [(-1, 1)] * 2), Network(layers, sigma)
    search, _ = search_by_cells(target, network, size=0.0, gap=2.0**-9)
    for cells in (0, 200):
        search.go_on(cells)
        assert search.place is not None
        assert (np.abs(search.place) <= 1).all()
        error = abs(target(*search.place) - network(search.place)[0])
        assert search.seen <= error * (1 + 1e-9) <= search.upper * (1 + 2e-9)
