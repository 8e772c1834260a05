"""The split of an error over staircases: within it, and with the fewest breaks."""

from itertools import product

import numpy as np
import pytest

from uat.construct.shares import Moving, share_out


def drawn(seed: int, wiggly: bool = True) -> tuple[Moving, float]:
    rng = np.random.default_rng(seed)
    variation = 3 * rng.random(3)
    extent = variation * (rng.uniform(0.4, 1, 3) if wiggly else 1)
    periods, copies = rng.integers(1, 5, 3).astype(float), rng.integers(1, 3, 3).astype(float)
    return Moving(variation, extent, periods, copies, 0.0), float(rng.uniform(0.3, 1.5))


@pytest.mark.parametrize("seed", range(12))
def test_nearly_no_split_has_fewer_breaks(seed: int) -> None:
    """All splits are tried. Whole numbers may cost a break or two of one profile."""
    moving, error = drawn(seed)
    found = share_out(moving, error)
    assert found is not None
    assert moving.error(found) <= error
    all_splits = (np.array(n, dtype=float) for n in product(range(1, 40), repeat=3))
    fewest = min(moving.breaks(n) for n in all_splits if moving.error(n) <= error)
    assert moving.breaks(found) <= fewest + 2 * float((moving.copies * moving.half_periods).max())


@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
def test_for_small_errors_the_breaks_are_those_of_the_formula(error: float) -> None:
    moving, _ = drawn(5, wiggly=False)
    found = share_out(moving, error)
    assert found is not None
    root = float(moving.copies @ np.sqrt(moving.variation * moving.half_periods))
    assert moving.breaks(found) == pytest.approx(root**2 / (2 * error), rel=20 * error)


def test_what_hardly_moves_gets_no_break() -> None:
    moving, _ = drawn(1)
    assert share_out(moving, 100.0) == pytest.approx(np.ones(3))


def test_nothing_is_left_for_an_error_of_nothing() -> None:
    moving, _ = drawn(1)
    assert share_out(moving, 0.0) is None
    assert share_out(moving, -1.0) is None
