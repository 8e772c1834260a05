"""The a-priori bound: what it adds up, and that each part of it is needed."""

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.activations import STEPPING, sigma_of
from tests.oracles.exact import exact_target, exact_value, largest_near, mp
from uat import Certificate, Network, Target
from uat.construct.staircase import a_priori as apriori
from uat.construct.staircase.a_priori import Stairs, certify_stairs
from uat.construct.staircase.build import build
from uat.construct.staircase.pieces import cells_for
from uat.construct.staircase.step import steps

WAVE = "sin(3*x) + 0.2*cos(11*x)"


def stairs_of(breaks: Any, levels: Any, distance: float, slope: float) -> Stairs:
    t = np.array(breaks, dtype=float)
    return Stairs(t, np.array(levels, dtype=float), np.full(len(t), distance), np.inf, slope)


def network_of(stairs: Stairs, activation: Any = uat.logistic) -> Network:
    jumps, first = np.diff(stairs.levels), float(stairs.levels[0])
    return steps(stairs.breakpoints, jumps, first, activation, stairs.slope)


def certify(text: str, stairs: Stairs, activation: Any = uat.logistic) -> Certificate:
    cells = cells_for(Target(text, (0, 1)), 0.01)
    return certify_stairs(cells, stairs, network_of(stairs, activation))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "slope"),
    [(name, 2.0 ** (8, 14, 30)[i % 3]) for i, name in enumerate(STEPPING)]
    + [("logistic", 2.0**30), ("ringing", 2.0**40)],
)
def test_no_network_of_steps_is_further_from_f_than_its_bound(name: str, slope: float) -> None:
    """Whatever breaks, levels and slope: the bound holds, good approximation or not."""
    activation, oracle = sigma_of(name)
    rng = np.random.default_rng(int(slope))
    breaks = np.sort(rng.choice(np.arange(1, 64), 5, replace=False)) / 64
    stairs = stairs_of(breaks, rng.integers(-64, 64, 6) / 64, 2.0**-9, slope)
    network = network_of(stairs, activation)
    proof = certify(WAVE, stairs, activation)
    places = [Fraction(k, 97) for k in range(98)]
    for t in breaks.tolist():
        near = [Fraction(w) / Fraction(slope) for w in (-40, -4, -1, -0.3, 0, 0.3, 1, 4, 40)]
        near += [Fraction(side) * Fraction(1, 512) for side in (-1, 1)]
        places += [Fraction(t) + step for step in near]
    worst = largest_near(exact_target(WAVE), network, places, oracle)
    assert worst <= mp.mpf(proof.upper)
    assert mp.mpf(proof.lower) <= mp.mpf(proof.upper)


def test_the_bound_is_the_distance_to_the_levels_when_the_steps_are_steep() -> None:
    stairs = stairs_of([0.5], [0.25, 0.75], 2.0**-30, 2.0**60)
    proof = certify("x", stairs)
    assert proof.upper == pytest.approx(0.25, rel=1e-8)
    assert proof.upper >= 0.25
    assert proof.lower == pytest.approx(0.25, rel=1e-6)
    assert proof.method == "a priori"
    assert proof.assumptions == ()


def test_soft_steps_cost_their_tails() -> None:
    stairs = stairs_of([0.5], [0.25, 0.75], 2.0**-10, 2.0**12)
    tail = uat.logistic.tail(4.0)
    proof = certify("x", stairs)
    assert proof.upper == pytest.approx(0.25 + 2.0**-10 + tail / 2, rel=1e-9)


@pytest.mark.slow
def test_an_overshoot_costs_its_share_of_the_largest_jump() -> None:
    overshooting, _ = sigma_of("overshooting")
    stairs = stairs_of([0.25, 0.5], [0.125, 0.375, 0.75], 2.0**-30, 2.0**60)
    more = certify("x", stairs, overshooting).upper - certify("x", stairs, uat.heaviside).upper
    assert more == pytest.approx(overshooting.overshoot * 0.375, rel=1e-6)


def test_cells_of_the_proof_cover_the_box_and_bound_the_error_each() -> None:
    network, proof = build(Target(WAVE, (0, 1)), 0.1)
    cells = proof.evidence
    assert cells is not None
    assert (cells.lower[0, 0], cells.upper[-1, 0]) == (0, 1)
    assert (cells.lower[1:] == cells.upper[:-1]).all()
    assert cells.bounds.max() == proof.upper
    exact = exact_target(WAVE)
    for low, high, bound in zip(cells.lower[:, 0], cells.upper[:, 0], cells.bounds, strict=True):
        for x in np.clip(np.linspace(low, high, 5), low, high).tolist():
            assert abs(exact(x) - exact_value(network, x)) <= mp.mpf(float(bound))


def test_where_breaks_are_neighbouring_floats_every_cell_has_the_whole_bound() -> None:
    t = [0.5, np.nextafter(0.5, 1), np.nextafter(np.nextafter(0.5, 1), 1)]
    stairs = stairs_of(t, [0.0, 1.0, -1.0, 0.5], 2.0**-70, 2.0**80)
    proof = certify("x", stairs)
    assert proof.evidence is not None
    assert (proof.evidence.bounds == proof.upper).all()
    network = network_of(stairs)
    for x in t:
        error = abs(mp.mpf(x) - exact_value(network, x))
        assert error <= mp.mpf(proof.upper)


def test_a_step_that_underflows_has_no_bound() -> None:
    stairs = stairs_of([0.5], [0.25, 0.75], 2.0**-500, 2.0**-450)
    assert certify("x", stairs).upper == np.inf


def test_wrong_levels_give_a_large_bound_not_a_small_one() -> None:
    good = stairs_of([0.5], [0.25, 0.75], 2.0**-12, 2.0**20)
    bad = dataclasses.replace(good, levels=np.array([0.25, 0.125]))
    assert certify("x", bad).upper > 0.8
    assert certify("x", good).upper < 0.26


def test_what_contradicts_the_trust_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    spike = Target(
        lambda x: np.where(np.abs(x - 0.31234567) < 2.0**-30, 1.0, 0.0),
        (0, 1),
        modulus=1.0,
        traced=False,
    )
    monkeypatch.setattr(apriori, "_candidates", lambda *_: np.array([0.25, 0.31234567]))
    cells = cells_for(spike, 0.01)
    hidden = dataclasses.replace(cells, lo=cells.lo * 0 - 0.01, hi=cells.hi * 0 + 0.01)
    stairs = stairs_of([], [0.0], 1.0, 1.0)
    with pytest.raises(uat.CannotProve, match=r"on trust does not hold \(the modulus"):
        certify_stairs(hidden, stairs, network_of(stairs))


def test_a_sigma_that_overflows_is_refused() -> None:
    rough = uat.sigmoidal(
        lambda u: u / np.sqrt(1 + u**2), lambda s: 0.5 / (1 + min(s, 1e150) ** 2), limits=(-1, 1)
    )
    stairs = stairs_of([0.5], [0.25, 0.75], 2.0**-12, 2.0**600)
    with pytest.raises(uat.CannotProve, match="write it so that nothing overflows"):
        certify("x", stairs, rough)
    assert certify("x", dataclasses.replace(stairs, slope=2.0**40), rough).upper < 0.26


def test_trust_is_listed() -> None:
    target = Target(np.abs, (-1, 2), modulus=1.0, name="a kink", traced=False)
    _, proof = build(target, 0.1, sigma_of("slow")[0])
    assert [words[:12] for words in proof.assumptions] == ["the modulus ", "the tail dec"]
    assert "a kink" in proof.assumptions[0]


def test_constants_of_odd_limits_are_bounded_too() -> None:
    """With limits 2.3 and 3.7 the stored weights cannot be exact."""
    activation, oracle = sigma_of("elsewhere")
    stairs = stairs_of([0.25, 0.5, 0.75], [1000.0, 1000.5, 999.0, 1001.0], 2.0**-12, 2.0**30)
    network, proof = network_of(stairs, activation), certify("1000", stairs, activation)
    for x in (0.0, 0.3, 0.6, 1.0):
        error = abs(1000 - exact_value(network, x, oracle))
        assert error <= mp.mpf(proof.upper)
