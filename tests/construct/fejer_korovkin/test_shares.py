"""The split of an error over staircases: within it, and with the fewest breaks."""

from dataclasses import replace

import numpy as np
import pytest

from uat.construct.fejer_korovkin.shares import Moving, share_out


def drawn(seed: int, wiggly: bool = True) -> tuple[Moving, float]:
    rng = np.random.default_rng(seed)
    variation = 3 * rng.random(3)
    extent = variation * (rng.uniform(0.4, 1, 3) if wiggly else 1)
    periods, copies = rng.integers(1, 5, 3).astype(float), rng.integers(1, 3, 3).astype(float)
    no = np.empty((3, 0))
    return Moving(variation, extent, periods, copies, 0.0, no, no), float(rng.uniform(0.3, 1.5))


def fewest_of_all(moving: Moving, error: float, numbers: range) -> float:
    """The fewest units of all choices for three profiles."""
    tried = [np.full(3, n, dtype=float) for n in numbers]
    missed = np.stack([moving.copies * moving.missed(n) for n in tried], axis=1)
    units = np.stack([moving.copies * moving.units(n) for n in tried], axis=1)
    all_missed = missed[0][:, None, None] + missed[1][:, None] + missed[2]
    all_units = units[0][:, None, None] + units[1][:, None] + units[2]
    return float(all_units[all_missed <= error].min())


@pytest.mark.parametrize("seed", range(12))
def test_nearly_no_split_has_fewer_breaks(seed: int) -> None:
    """All splits are tried. Whole numbers may cost a break or two of one profile."""
    moving, error = drawn(seed)
    found = share_out(moving, error)
    assert found is not None
    assert moving.error(found) <= error
    fewest = fewest_of_all(moving, error, range(1, 120))
    assert moving.total(found) <= fewest + 2 * float((moving.copies * moving.half_periods).max())


@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
def test_for_small_errors_the_breaks_are_those_of_the_formula(error: float) -> None:
    moving, _ = drawn(5, wiggly=False)
    found = share_out(moving, error)
    assert found is not None
    root = float(moving.copies @ np.sqrt(moving.variation * moving.half_periods))
    assert moving.total(found) == pytest.approx(root**2 / (2 * error), rel=20 * error)


def test_what_hardly_moves_gets_no_break() -> None:
    moving, _ = drawn(1)
    assert share_out(moving, 100.0) == pytest.approx(np.ones(3))


def test_nothing_is_left_for_an_error_of_nothing() -> None:
    moving, _ = drawn(1)
    assert share_out(moving, 0.0) is None
    assert share_out(moving, -1.0) is None


@pytest.mark.parametrize("seed", range(6))
def test_other_ways_are_taken_where_they_are_cheaper(seed: int) -> None:
    """Three profiles with two other ways each: all choices are tried."""
    moving, error = drawn(seed)
    rng = np.random.default_rng(seed)
    errors = moving.extent[:, None] / 2 * np.array([0.3, 0.05])
    units = np.sort(rng.integers(1, 8, (3, 2)), axis=1).astype(float)
    moving = replace(moving, other_errors=errors, other_units=units)
    found = share_out(moving, error / 4)
    assert found is not None
    assert moving.error(found) <= error / 4
    fewest = fewest_of_all(moving, error / 4, range(-1, 120))
    largest = float((moving.copies * units.max(axis=1)).max())
    assert moving.total(found) <= fewest + largest
