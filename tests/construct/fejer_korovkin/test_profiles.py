"""A profile, its pieces and its steps across the box: the bounds hold at every place."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import uat
from uat import CannotProve
from uat.construct.fejer_korovkin import profiles
from uat.construct.fejer_korovkin.directions import Family, signed
from uat.construct.fejer_korovkin.profiles import (
    ProfilePieces,
    Ridge,
    cut_profile,
    displaced,
    make_ridge,
    network_of,
    profile_ranges,
    units_error,
)

S = np.linspace(0, 1, 200_001)
HARMONICS = [1, 2, 7, 40]


def drawn(harmonics: int, seed: int = 0, decay: float = 1.0) -> np.ndarray:
    m = np.arange(1, harmonics + 1)
    return np.asarray(np.random.default_rng(seed).normal(size=harmonics) / m**decay)


def values(amplitudes: np.ndarray, s: np.ndarray) -> np.ndarray:
    total = np.zeros_like(s)
    for m, a in enumerate(amplitudes, 1):
        total += a * np.cos(np.pi * m * s)
    return total


@pytest.mark.slow
@pytest.mark.parametrize("harmonics", HARMONICS)
def test_ranges_are_not_below_what_is_seen_and_near_it(harmonics: int) -> None:
    rows = np.stack([drawn(harmonics, seed) for seed in range(3)])
    found = profile_ranges(Family(np.array([[1, 0]] * 3), rows))
    for i, row in enumerate(rows):
        q = values(row, S)
        variation = float(np.abs(np.diff(q)).sum())
        assert variation <= found.variation[i] * (1 + 1e-12)
        assert found.variation[i] <= 1.05 * variation
        assert np.abs(q - found.middle[i]).max() <= found.extent[i] / 2 + 1e-12
        assert found.extent[i] <= 1.02 * np.ptp(q)


@pytest.mark.slow
@pytest.mark.parametrize("harmonics", HARMONICS)
@pytest.mark.parametrize("count", [1, 2, 3, 17, 400])
def test_every_place_is_within_the_error_of_its_level(harmonics: int, count: int) -> None:
    amplitudes = drawn(harmonics, seed=count)
    variation = float(np.abs(np.diff(values(amplitudes, S))).sum())
    pieces = cut_profile(amplitudes, variation, count)
    assert len(pieces.levels) == len(pieces.breakpoints) + 1 == count
    assert (np.diff(pieces.breakpoints) > 0).all()
    seen = np.abs(values(amplitudes, S) - pieces.levels[np.searchsorted(pieces.breakpoints, S)])
    assert seen.max() <= pieces.error
    assert pieces.error <= variation / (2 * count) * (1 + 2.0**-8) + 1e-12
    assert float(np.abs(np.diff(values(amplitudes, S))).max()) * 2e5 <= pieces.steepest


def test_a_break_is_within_the_error_of_both_levels() -> None:
    pieces = cut_profile(drawn(9), 3.0, 11)
    q = values(drawn(9), pieces.breakpoints)
    assert np.abs(q - pieces.levels[:-1]).max() <= pieces.error
    assert np.abs(q - pieces.levels[1:]).max() <= pieces.error


def test_the_gap_is_the_shortest_also_across_the_mirror() -> None:
    pieces = cut_profile(np.array([1.0]), 2.0, 3)
    everywhere = np.sort(
        np.concatenate([pieces.breakpoints, -pieces.breakpoints, 2 - pieces.breakpoints])
    )
    assert pieces.gap == pytest.approx(np.diff(everywhere).min())
    assert cut_profile(np.array([1.0]), 2.0, 1).gap == np.inf


def test_a_grid_too_fine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_LARGEST_GRID", 1 << 10)
    with pytest.raises(CannotProve, match="larger eps"):
        cut_profile(drawn(40), 3.0, 10_000)


BOXES = [((0.0, 1.0), (0.0, 1.0)), ((-3.0, 0.5), (2.0, 2.25)), ((1e6, 1e6 + 3), (-0.1, 0.2))]
SIGMAS = ["logistic", "tanh", "relu", "heaviside", "cauchy_cdf", "ramp"]
AMPLITUDES = [[0.5, 0.25, -0.1], [0.3], [0.0, 0.2]]
DIRECTIONS = [(1, 2), (3, 1), (0, 1)]


def ridges_for(activation: uat.Activation) -> list[Ridge]:
    made = []
    for direction, harmonics, count in zip(DIRECTIONS, AMPLITUDES, (7, 3, 4), strict=True):
        pieces = cut_profile(np.array(harmonics), 2.0, count)
        made.append(make_ridge(np.array(direction), pieces, activation, 1e-6, 1e-3))
    return made


def profile(harmonics: list[float], s: np.ndarray) -> np.ndarray:
    return sum((a * np.cos(np.pi * m * s) for m, a in enumerate(harmonics, 1)), np.zeros_like(s))


def signed_sum(shares: np.ndarray) -> np.ndarray:
    """The sum of the profiles over all directions and signs, at shares (points, 2) of the sides."""
    total = np.full(len(shares), 0.75)
    for direction, harmonics in zip(DIRECTIONS, AMPLITUDES, strict=True):
        for sign in (1, -1) if all(direction) else (1,):
            total += profile(harmonics, shares @ np.array([direction[0], sign * direction[1]]))
    return total


def places(box: Any, ridges: list[Ridge], rng: np.random.Generator) -> np.ndarray:
    """Points all over the box, and many within a few widths of a break."""
    shares = rng.random((4000, 2))
    for ridge in ridges:
        for t in ridge.pieces.breakpoints:
            off = rng.normal(size=200) * rng.choice([1e-9, 1e-5, ridge.distance, 1e-2], 200)
            i = int(np.argmax(ridge.direction))
            some = rng.random((200, 2))
            rest = some[:, 1 - i] * ridge.direction[1 - i]
            some[:, i] = np.mod(t + off - rest, 2) / ridge.direction[i]
            shares = np.concatenate([shares, np.clip(some, 0, 1)])
    a, b = np.array(box).T
    return np.asarray(a + (b - a) * shares)


@pytest.mark.slow
@pytest.mark.parametrize("box", BOXES, ids=str)
@pytest.mark.parametrize("name", SIGMAS)
def test_no_place_is_further_from_the_profiles_than_the_bound(box: Any, name: str) -> None:
    activation = getattr(uat, name)
    ridges = ridges_for(activation)
    network = network_of(ridges, 0.75, box, activation)
    error, rounding = units_error(ridges, network, box, 0.75)
    x = places(box, ridges, np.random.default_rng(0))
    a, b = np.array(box).T
    # what floats lose in the shares of a box far from 0, times |q'|
    lost = 40 * float(max(displaced(r.direction, box) for r in ridges))
    far = np.abs(network(x)[:, 0] - signed_sum((x - a) / (b - a))).max()
    assert far <= error + rounding + lost
    assert far >= 0.7 * error
    assert rounding < (1e-3 if name == "relu" else 1e-9)


@pytest.mark.parametrize("name", SIGMAS)
def test_there_is_one_unit_a_step_and_one_for_the_constant(name: str) -> None:
    activation = getattr(uat, name)
    ridges = ridges_for(activation)
    network = network_of(ridges, 0.75, BOXES[0], activation)
    steps = sum(r.copies * r.half_periods * (len(r.pieces.levels) - 1) for r in ridges)
    assert steps == 2 * 3 * 6 + 2 * 4 * 2 + 1 * 1 * 3
    assert network.units == 1 + steps * (2 if name == "relu" else 1)
    assert network_of([], 3.0, BOXES[0], activation).units == 1


def test_steps_stand_where_the_profile_says() -> None:
    """In exact numbers: b·x + c = w(p·u − t) for the break of each unit, on [0, 1]²."""
    pieces = cut_profile(np.array([1.0]), 2.0, 2)
    ridge = make_ridge(np.array([1, 2]), pieces, uat.logistic, 1e-6, 1e-3)
    network = network_of([ridge], 0.0, BOXES[0], uat.logistic)
    found = []
    for (p, q), c in zip(network.slopes.tolist(), network.biases.tolist(), strict=True):
        if p:
            found.append((round(q / p), -Fraction(c) / Fraction(p)))
    places = [(2, k + 0.5) for k in range(3)] + [(-2, k + 0.5) for k in range(-2, 1)]
    assert [p for p, _ in found] == [p for p, _ in places]
    assert [float(t) for _, t in found] == pytest.approx([t for _, t in places], abs=1e-14)


@pytest.mark.slow
def test_a_bound_without_the_overshoot_would_be_wrong() -> None:
    sigma = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + 2 * np.exp(-(u**2)), name="overshooting")
    ridges = ridges_for(sigma)
    network = network_of(ridges, 0.75, BOXES[0], sigma)
    error, _ = units_error(ridges, network, BOXES[0], 0.75)
    x = places(BOXES[0], ridges, np.random.default_rng(1))
    far = np.abs(network(x)[:, 0] - signed_sum(x)).max()
    assert far <= error
    assert (
        far
        > units_error(ridges, network_of(ridges, 0.75, BOXES[0], uat.logistic), BOXES[0], 0.75)[0]
    )


def test_a_missed_sign_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "signed", lambda p: signed(p)[:1] * len(signed(p)))
    ridges = ridges_for(uat.logistic)
    network = network_of(ridges, 0.75, BOXES[0], uat.logistic)
    error, _ = units_error(ridges, network, BOXES[0], 0.75)
    x = np.random.default_rng(0).random((2000, 2))
    assert np.abs(network(x)[:, 0] - signed_sum(x)).max() > 1.5 * error


def test_breaks_too_near_for_the_box_are_refused() -> None:
    ridges = ridges_for(uat.logistic)
    box = ((1e14, 1e14 + 1), (0.0, 1.0))
    network = network_of(ridges, 0.0, box, uat.logistic)
    with pytest.raises(CannotProve, match="nearer 0"):
        units_error(ridges, network, box, 0.0)


def test_relu_steps_past_float64_are_refused() -> None:
    pieces = ProfilePieces(np.array([0.5]), np.array([0.0, 1.0]), 0.0, 1.0)
    ridge = Ridge(np.array([1, 1]), pieces, 2.0**-60, 2.0**60)
    with pytest.raises(CannotProve, match="steps of two units are too steep"):
        network_of([ridge], 0.0, BOXES[0], uat.relu)


def test_a_sigma_whose_floats_leave_its_limits_is_refused() -> None:
    sigma = uat.sigmoidal(
        lambda u: np.where(u > 0, u**2 / (1 + u**2), 0.0), tail=lambda s: 1 / (1 + s * s)
    )
    pieces = ProfilePieces(np.array([0.5]), np.array([0.0, 1.0]), 0.0, 1.0)
    ridge = Ridge(np.array([1, 1]), pieces, 0.1, 2.0**600)
    network = network_of([ridge], 0.0, BOXES[0], sigma)
    with pytest.raises(CannotProve, match="overflows"):
        units_error([ridge], network, BOXES[0], 0.0)
