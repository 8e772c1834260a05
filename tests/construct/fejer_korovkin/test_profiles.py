"""A profile and its pieces: the bounds hold at every place of a fine grid."""

import numpy as np
import pytest

from uat import CannotProve
from uat.construct.fejer_korovkin import profiles
from uat.construct.fejer_korovkin.directions import Family
from uat.construct.fejer_korovkin.profiles import cut_profile, profile_ranges

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
