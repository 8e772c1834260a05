"""Step 3: the fewest pieces, one unit a break or two a piece, and a proof below ε."""

import dataclasses
import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import uat
from tests.counterexamples.exact_bounds import check_bounds, is_of_the_theorem
from tests.oracles.activations import STEPPING, sigma_of
from tests.oracles.exact import exact_target
from tests.oracles.pieces import (
    fewest_on_samples,
    fewest_pieces_of_monotone,
    fewest_pieces_of_polyline,
)
from uat import Target
from uat.construct.staircase.build import build, build_from_samples, partition, pieces_needed
from uat.core.activations import NAMED

NIELSEN = "0.2 + 0.4*x**2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)"


@pytest.mark.slow
@pytest.mark.parametrize(("eps", "pieces"), [(0.1, 7), (0.05, 17), (0.02, 47), (0.01, 95)])
def test_nielsens_function_needs_as_many_pieces_as_the_lecture_says(
    eps: float, pieces: int
) -> None:
    cut = partition(Target(NIELSEN, (0, 1)), eps)
    x = np.linspace(0, 1, 200_001)
    assert cut.pieces == pieces == fewest_on_samples(cut_values(x).tolist(), eps)


def cut_values(x: Any) -> Any:
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x)


@cache
def least_at_a_ten_thousandth() -> int:
    return fewest_on_samples(cut_values(np.linspace(0, 1, 2_000_001)).tolist(), 1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["logistic", "cauchy_cdf", "heaviside"])
def test_at_a_ten_thousandth_a_monotone_sigma_needs_at_most_1_percent_more(name: str) -> None:
    network, certificate = build(Target(NIELSEN, (0, 1)), 1e-4, NAMED[name])
    assert 9_900 < least_at_a_ten_thousandth() <= network.units
    assert network.units <= 1.01 * least_at_a_ten_thousandth() + 1
    assert certificate.bound < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "domain"),
    [("x**3", (-1, 2)), ("exp(x)", (0, 3)), ("-arctan(5*x)", (-2, 1)), ("sqrt(x)", (0, 1))],
)
@pytest.mark.parametrize("eps", [0.31, 0.0123, 0.00123])
def test_a_monotone_function_needs_its_change_over_2_eps(
    text: str, domain: Any, eps: float
) -> None:
    target, exact = Target(text, domain), exact_target(text)
    first, last = (float(exact(end)) for end in domain)
    assert partition(target, eps).pieces == fewest_pieces_of_monotone(first, last, eps)


@pytest.mark.parametrize("pieces", [4, 7, 30, 61])
def test_each_flat_place_costs_at_most_one_piece_more_than_is_needed(pieces: int) -> None:
    """x − sin x rises by 14 − 2 sin 7 in all, with slope 0 at three places."""
    eps = (14 - 2 * math.sin(7)) / pieces / 2 * (1 + 1e-6)
    assert pieces <= partition(Target("x - sin(x)", (-7, 7)), eps).pieces <= pieces + 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["logistic", "algebraic", "heaviside"])
def test_a_box_as_wide_as_floats_go_gets_its_staircase(name: str) -> None:
    target = Target("exp(-x**2)", (-1e308, 7e307))
    network, certificate = build(target, 0.01, getattr(uat, name))
    assert certificate.bound < 0.01
    x = np.array([-1e308, -1.0, 0.0, 0.5, 1.0, 7e307])
    assert np.abs(target(x) - network.as_function()(x)).max() <= certificate.bound


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_polyline_needs_the_fewest_pieces_found_in_fractions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    knots = np.unique(rng.integers(0, 4096, 9)) / 4096
    values = rng.integers(-64, 65, len(knots)) / 64
    domain = (float(knots[0]), float(knots[-1]))
    target = Target(lambda x: np.interp(x, knots, values), domain)
    for eps in (0.37, 0.11, 0.0123):
        cut = partition(target, eps)
        least = fewest_pieces_of_polyline(values.tolist(), eps)
        assert least <= cut.pieces <= least + math.ceil(0.01 * least)


def test_levels_are_the_middles_and_pieces_vary_by_2_eps() -> None:
    eps = 0.03
    cut = partition(Target(NIELSEN, (0, 1)), eps)
    assert len(cut.levels) == cut.pieces == len(cut.breakpoints) + 1
    ends = np.concatenate([[0], cut.breakpoints, [1]])
    for left, right, level in zip(ends[:-1], ends[1:], cut.levels, strict=True):
        values = cut_values(np.linspace(left, right, 3001))
        assert np.ptp(values) <= 2 * eps * (1 + 1e-9)
        assert level == pytest.approx((values.max() + values.min()) / 2, abs=eps / 64)
    whole = [np.ptp(cut_values(np.linspace(p, q, 999))) for p, q in pairwise(ends[:-1])]
    assert min(whole) > 2 * eps * (1 - 1 / 64)


def test_no_more_pieces_than_the_variation_over_2_eps() -> None:
    for target in (uat.examples.nielsen, uat.examples.runge, uat.examples.kink):
        assert target.variation is not None
        for eps in (0.1, 0.01, 0.003):
            assert partition(target, eps).pieces <= max(
                1, math.ceil(1.01 * target.variation / 2 / eps)
            )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "form"),
    [*((name, "steps") for name in STEPPING)]
    + [(name, "rectangles") for name in ("logistic", "heaviside", "relu", "softplus", "ringing")],
)
def test_every_sigma_gets_a_network_of_the_theorem_within_eps(name: str, form: Any) -> None:
    activation, oracle = sigma_of(name)
    text = "sin(3*x) + abs(x - 0.3)"
    target = Target(text, (-1, 2))
    network, certificate = build(target, 0.1, activation, form)
    assert is_of_the_theorem(network)
    assert certificate.bound < 0.1
    assert network.activation == activation
    check_bounds(target, exact_target(text), network, certificate, oracle)


@pytest.mark.slow
def test_one_unit_a_break_and_two_units_a_piece() -> None:
    target = Target(NIELSEN, (0, 1))
    for name, a_break, a_piece in (("logistic", 1, 2), ("tanh", 1, 2), ("relu", 2, 4)):
        steps, _ = build(target, 0.01, NAMED[name])
        rectangles, _ = build(target, 0.01, NAMED[name], "rectangles")
        assert (steps.units - 1) % a_break == 0
        assert (steps.units - 1) // a_break + 1 == rectangles.units // a_piece == 95
        x = np.linspace(0, 1, 2001)
        assert rectangles.as_function()(x) == pytest.approx(steps.as_function()(x), abs=1e-4)


@pytest.mark.slow
def test_an_overshooting_sigma_is_built_for_eps_over_1_plus_2_kappa() -> None:
    activation, _ = sigma_of("ringing")
    kappa = activation.overshoot
    target = Target(NIELSEN, (0, 1))
    network, certificate = build(target, 0.05, activation)
    assert certificate.bound < 0.05
    assert network.units == partition(target, 0.998 * 0.05 / (1 + 2 * kappa)).pieces


def test_built_for_eps_alone_its_error_tends_to_eps_times_1_plus_2_kappa() -> None:
    """The levels of a monotone σ would not do: near a break the overshoot leaves the band."""
    from uat.construct.staircase.step import steps

    activation, _ = sigma_of("ringing")
    u = np.linspace(0, 3, 100_001)
    kappa = float(activation(u).max() - 1)
    eps = 0.05
    cut = partition(Target("x", (0, 1)), eps)
    network = steps(cut.breakpoints, np.diff(cut.levels), cut.levels[0], activation, 2.0**24)
    x = (cut.breakpoints[:, None] + np.linspace(0, 3, 2001) / 2.0**24).ravel()
    error = np.abs(x - network.as_function()(x)).max()
    assert error == pytest.approx(eps * (1 + 2 * kappa), rel=1e-3)
    assert kappa <= activation.overshoot < kappa * 1.01


@pytest.mark.slow
def test_a_constant_needs_one_unit() -> None:
    for name in STEPPING:
        network, certificate = build(Target("3", (-1, 1)), 0.01, sigma_of(name)[0])
        assert (network.units, certificate.bound < 1e-5) == (1, True)
        network, certificate = build(Target("0", (-1, 1)), 0.01, sigma_of(name)[0], "rectangles")
        assert certificate.bound < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "domain", "eps"),
    [
        ("abs(x)**0.1", (-1, 1), 0.01),
        ("sqrt(abs(x))", (-1, 1), 0.001),
        ("abs(x)**0.01", (-1, 1), 0.01),
        ("tanh(1e12*(x - 0.25))", (0, 1), 0.01),
        ("x", (1e6, 1e6 + 1e-3), 1e-6),
        ("x", (-1e300, 1e300), 1e299),
        ("exp(x)", (0, 680), 1e292),
        ("x", (0, 1e-260), 1e-262),
        ("sin(x)", (1e9, 1e9 + 1), 1e-3),
        ("max(x, 0)*1e-200", (-1, 1), 1e-203),
    ],
)
def test_cusps_cliffs_and_boxes_of_any_size(text: str, domain: Any, eps: float) -> None:
    target = Target(text, domain)
    network, certificate = build(target, eps)
    assert certificate.bound < eps
    if "**0.0" not in text:
        check_bounds(target, exact_target(text), network, certificate, sigma_of("logistic")[1])


def test_a_declared_modulus_is_enough_and_is_listed() -> None:
    target = Target(lambda x: np.abs(x - 0.3), (0, 1), traced=False, modulus=1.0, name="kink")
    network, certificate = build(target, 0.01)
    assert certificate.bound < 0.01
    assert "kink" in certificate.assumptions[0]
    assert network.units <= 1.05 * fewest_pieces_of_polyline([0.3, 0, 0.7], 0.01) + 1


@pytest.mark.slow
def test_many_flat_cells_are_cut_in_a_moment() -> None:
    target = Target(lambda x: x, (0, 1), modulus=1.0, traced=False)
    assert 50_000 <= partition(target, 1e-5).pieces < 60_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "eps", "words"),
    [
        (Target("where(x < 0.3, 0, 1)", (0, 1)), 0.1, "not proved continuous near x = 0.29999"),
        (Target("x", (0, 1)), 1e-9, "more than 4,000,000 pieces"),
        (
            Target("tanh(1e16*(x - 0.5))", (0, 1)),
            0.1,
            "near x = 0.5: pieces too narrow for float64",
        ),
        (Target("x", (1e6, 1e6 + 1e-6)), 1e-9, "rounding alone is up to"),
        (Target("sin(1e8*x)", (0, 1)), 0.1, "varies too fast"),
        (Target("1e-300*x", (0, 1)), 1e-303, "too small for sums of steps in float64"),
        (Target("1e300*x", (0, 1e8)), 1e306, "too large for sums of steps in float64"),
        (Target(lambda x: np.where(x, x, x), (0, 1), traced=False), 0.1, "modulus"),
    ],
)
def test_what_cannot_be_proved_is_refused_with_the_reason(
    target: Target, eps: float, words: str
) -> None:
    with pytest.raises(uat.CannotProve, match=words) as error:
        build(target, eps)
    assert "\n" not in str(error.value)


def test_an_overshoot_without_bound_is_refused() -> None:
    wild = dataclasses.replace(uat.logistic, overshoot=math.inf, monotone=False)
    with pytest.raises(uat.CannotProve, match="no finite overshoot"):
        build(Target("x", (0, 1)), 0.1, wild)


def test_two_coordinates_are_refused() -> None:
    plane = Target("x*y", [(0, 1), (0, 1)])
    for builder in (build, partition, build_from_samples):
        with pytest.raises(uat.InputError, match="2 coordinates given; a staircase needs one"):
            builder(plane, 0.1)


@pytest.mark.slow
def test_samples_build_the_same_network_without_a_proof() -> None:
    traced, scalar = (
        Target("sin(3*x)", (0, 2)),
        Target(np.vectorize(lambda x: math.sin(3 * x)), (0, 2)),
    )
    for form in ("steps", "rectangles"):
        proved, _ = build(traced, 0.01, form=form)
        sampled, estimate = build_from_samples(scalar, 0.01, form=form)
        assert abs(sampled.units - proved.units) <= 2
        assert 0.0099 < estimate < 0.0101


def test_the_fewest_pieces_are_proved_to_the_last_one() -> None:
    target = Target("x**2 + sin(x)", (-1, math.pi))
    assert pieces_needed(target, 0.1) == partition(target, 0.1).pieces == 52
