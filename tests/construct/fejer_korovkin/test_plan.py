"""The split of an error over staircases: within it, and with the fewest breaks."""

import numpy as np
import pytest

from uat.construct.fejer_korovkin.plan import Staircases, share_out


def drawn(seed: int, wiggly: bool = True) -> tuple[Staircases, float]:
    rng = np.random.default_rng(seed)
    variation = 3 * rng.random(3)
    extent = variation * (rng.uniform(0.4, 1, 3) if wiggly else 1)
    periods, copies = rng.integers(1, 5, 3).astype(float), rng.integers(1, 3, 3).astype(float)
    return Staircases(variation, extent, periods, copies, 0.0), float(rng.uniform(0.3, 1.5))


def fewest_of_all(staircases: Staircases, error: float, numbers: range) -> float:
    """The fewest units of all choices for three profiles."""
    tried = [np.full(3, n, dtype=float) for n in numbers]
    missed = np.stack([staircases.copies * staircases.errors(n) for n in tried], axis=1)
    units = np.stack([staircases.copies * staircases.units(n) for n in tried], axis=1)
    all_missed = missed[0][:, None, None] + missed[1][:, None] + missed[2]
    all_units = units[0][:, None, None] + units[1][:, None] + units[2]
    return float(all_units[all_missed <= error].min())


@pytest.mark.parametrize("seed", range(12))
def test_nearly_no_split_has_fewer_breaks(seed: int) -> None:
    """All splits are tried. Whole numbers may cost a break or two of one profile."""
    staircases, error = drawn(seed)
    found = share_out(staircases, error)
    assert found is not None
    assert staircases.total_error(found) <= error
    fewest = fewest_of_all(staircases, error, range(1, 120))
    assert staircases.total_units(found) <= fewest + 2 * float(
        (staircases.copies * staircases.half_periods).max()
    )


@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
def test_for_small_errors_the_breaks_are_those_of_the_formula(error: float) -> None:
    staircases, _ = drawn(5, wiggly=False)
    found = share_out(staircases, error)
    assert found is not None
    root = float(staircases.copies @ np.sqrt(staircases.variation * staircases.half_periods))
    assert staircases.total_units(found) == pytest.approx(root**2 / (2 * error), rel=20 * error)


def test_what_hardly_moves_gets_no_break() -> None:
    staircases, _ = drawn(1)
    assert share_out(staircases, 100.0) == pytest.approx(np.ones(3))


def test_nothing_is_left_for_an_error_of_nothing() -> None:
    staircases, _ = drawn(1)
    assert share_out(staircases, 0.0) is None
    assert share_out(staircases, -1.0) is None
