"""The adversary against the bounds; and faults planted for it to find.

A check that no fault can fail proves nothing. So each way a bound can be wrong is put in on
purpose, and the adversary has to see it.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import uat
from tests.counterexamples.attack import attack, breaks_of
from tests.counterexamples.exact_bounds import check_bounds
from tests.oracles.activations import sigma_of
from tests.oracles.exact import exact_target
from uat import Network, Target
from uat.construct.staircase import a_priori as apriori
from uat.construct.staircase import build as staircase
from uat.construct.staircase.build import build
from uat.construct.staircase.monotone_cells import Cells
from uat.construct.staircase.step import steps

WAVE = "sin(3*x) + 0.2*cos(11*x)"
EPS = 0.05


@pytest.fixture
def no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    """The witness of the proof sees most faults by itself: here the adversary has to."""
    monkeypatch.setattr(apriori, "proved_lower", lambda *_: (0.0, (0.0,)))


def face(text: str = WAVE, name: str = "logistic", eps: float = EPS, activation: Any = None) -> int:
    """Build, with whatever fault is planted, and let the adversary check the bounds."""
    target = Target(text, (0, 1))
    network, certificate = build(target, eps, activation or sigma_of(name)[0])
    assert certificate.bound < eps
    return check_bounds(target, exact_target(text), network, certificate, sigma_of(name)[1])


@pytest.mark.parametrize("name", ["logistic", "heaviside", "relu", "gelu", "ringing"])
def test_nothing_is_found_where_nothing_is_planted(name: str) -> None:
    assert face(name=name) > 1000
    assert face("0.1 + 0.2", name) > 1000


@pytest.mark.parametrize(
    "target", ["slides", "nielsen", "runge", "kink", "sqrt_abs", "cantor", "takagi", "chirp"]
)
@pytest.mark.parametrize("name", ["logistic", "heaviside"])
def test_the_named_targets_stand(target: str, name: str) -> None:
    f = getattr(uat.examples, target)
    network, certificate = build(f, 0.05, sigma_of(name)[0])
    found = attack(f, network, f.domain[0])
    assert found.error <= certificate.bound + 1e-12
    assert found.error >= 0.9 * certificate.lower


def test_it_finds_what_there_is_to_find() -> None:
    """Where the largest error is known, it finds nearly all of it, also between two floats."""
    network = steps([0.25, 0.5, 0.75], [0.25, 0.25, 0.25], 0.125, uat.heaviside, 2.0**20)
    found = attack(lambda x: x, network, (0.0, 1.0))
    assert found.error == 0.125
    hidden = steps([1 / 3, 1 / 3 + 2.0**-40], [1.0, -1.0], 0.0, uat.heaviside, 2.0**60)
    assert attack(lambda x: 0 * x, hidden, (0.0, 1.0)).error == 1
    assert breaks_of(hidden).tolist() == [1 / 3, 1 / 3 + 2.0**-40]
    narrow = Network.from_units([1, -1], [2.0**30] * 2, [-(2.0**29), -(2.0**29) - 1], uat.logistic)
    assert attack(lambda x: 0 * x, narrow, (0.0, 1.0)).error == pytest.approx(0.2449, abs=1e-4)


@pytest.mark.usefixtures("no_witness")
def test_a_wrong_tail_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    liar = dataclasses.replace(uat.cauchy_cdf, name="liar", tail_bound=uat.logistic.tail_bound)
    with pytest.raises(uat.CannotProve, match=r"liar gives .* where it is near"):
        face(name="cauchy_cdf", activation=liar)
    monkeypatch.setattr(apriori, "check_far_out", lambda *_: None)
    with pytest.raises(AssertionError):
        face(name="cauchy_cdf", activation=liar)


@pytest.mark.usefixtures("no_witness")
def test_a_forgotten_overshoot_is_found() -> None:
    liar = dataclasses.replace(sigma_of("ringing")[0], overshoot=0.0)
    with pytest.raises(AssertionError):
        face(name="ringing", activation=liar)


def plant(monkeypatch: pytest.MonkeyPatch, change: Callable[..., Sequence[Any]]) -> None:
    """Build another network than the one that is proved about."""

    def planted(t: Any, jumps: Any, constant: float, activation: Any, slope: float) -> Network:
        places, heights, rest, steep = change(np.array(t), np.array(jumps), constant, slope)
        return steps(places, heights, rest, activation, steep)

    monkeypatch.setattr(staircase, "steps", planted)


def drop_a_jump(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    jumps[len(jumps) // 2] = 0
    return t, jumps, constant, slope


def raise_a_level(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    jumps[2] += 2 * EPS
    jumps[3] -= 2 * EPS
    return t, jumps, constant, slope


def lower_the_slope(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    return t, jumps, constant, slope / 2**24


def move_a_break(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    t[3] += 0.01 * (t[4] - t[3])
    return t, jumps, constant, slope


def swap_two_breaks(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    turn = int(np.argmax(jumps[1:] * jumps[:-1] < 0))
    t[[turn, turn + 1]] = t[[turn + 1, turn]]
    return t, jumps, constant, slope


def forget_the_constant(t: Any, jumps: Any, constant: float, slope: float) -> Any:
    return t, jumps, 0.0 * constant, slope


FAULTS = [
    drop_a_jump, raise_a_level, lower_the_slope, move_a_break, swap_two_breaks, forget_the_constant,
]  # fmt: skip


@pytest.mark.usefixtures("no_witness")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["logistic", "gompertz", "cauchy_cdf"])
def test_a_network_that_is_not_the_one_of_the_proof_is_found(
    monkeypatch: pytest.MonkeyPatch, fault: Any, name: str
) -> None:
    plant(monkeypatch, fault)
    with pytest.raises(AssertionError):
        face("3 + " + WAVE, name)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_proof_sees_it_by_its_own_witness(monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    plant(monkeypatch, fault)
    with pytest.raises(uat.CannotProve, match=r"past the bound .* a fault of this package"):
        build(Target("3 + " + WAVE, (0, 1)), EPS)


@pytest.mark.usefixtures("no_witness")
def test_pieces_shortened_instead_of_extended_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A σ that switches late keeps the level of the piece before beyond the break."""
    farthest = apriori._farthest

    def shortened(cells: Any, stairs: Any) -> Any:
        return farthest(cells, dataclasses.replace(stairs, distances=-stairs.distances))

    face("exp(x)", "late")
    monkeypatch.setattr(apriori, "_farthest", shortened)
    with pytest.raises(AssertionError):
        face("exp(x)", "late")


@pytest.mark.usefixtures("no_witness")
def test_swapped_ends_of_a_monotone_cell_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Cells._parts

    def swapped(self: Cells, cell: Any, left: Any, right: Any) -> Any:
        return parts(self, cell, right, left)

    face("exp(x)", eps=0.002)
    monkeypatch.setattr(Cells, "_parts", swapped)
    with pytest.raises(AssertionError):
        face("exp(x)", eps=0.002)


@pytest.mark.usefixtures("no_witness")
def test_enclosures_without_outward_rounding_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.1 + 0.2 is not 0.30000000000000004, and the check knows it to 80 digits."""
    oracle, found = sigma_of("heaviside")[1], 0
    for text in ("0.1 + 0.2", "0.7 + 0.1", "0.3 + 0.6", "1.1 + 2.2", "0.4 + 0.7", "0.6 + 0.7"):
        target, exact = Target(text, (0, 1)), exact_target(text)
        check_bounds(target, exact, *build(target, EPS, uat.heaviside), oracle)
        with monkeypatch.context() as patch:
            patch.setattr(np, "nextafter", lambda x, towards: x + 0 * np.sign(towards))
            # another target, since the cells of the first one are remembered
            network, certificate = build(Target(text, (0, 1)), EPS, uat.heaviside)
        try:
            check_bounds(target, exact, network, certificate, oracle)
        except AssertionError:
            found += 1
    assert found > 0
