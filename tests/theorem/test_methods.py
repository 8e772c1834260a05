"""The count of steps, on which the choice of a method rests, is that of the slow loop."""

import numpy as np
import pytest

from uat.theorem.methods import _greedy_pieces


def counted_slowly(values: list[float], width: float) -> int:
    """Walk along the lines through the values; begin a piece wherever one gets too high or low."""
    pieces, low, high = 1, values[0], values[0]
    for value in values:
        while value > low + width:
            pieces, low, high = pieces + 1, low + width, low + width
        while value < high - width:
            pieces, low, high = pieces + 1, high - width, high - width
        low, high = min(low, value), max(high, value)
    return pieces


@pytest.mark.parametrize("width", [0.25, 0.5, 1.0, 2.0, 5.0])
def test_pieces_are_counted_as_by_walking_through_all_values(width: float) -> None:
    rng = np.random.default_rng(0)
    for length in range(1, 60):
        for values in (
            rng.integers(-5, 6, length).astype(float),
            np.cumsum(rng.integers(-3, 4, length) / 8),
            np.rint(100 * np.sin(np.linspace(0, 0.3 * length, length))),
            np.full(length, 0.5),
        ):
            assert _greedy_pieces(values, width) == counted_slowly(values.tolist(), width)


def test_an_f_too_large_for_any_staircase_is_counted_at_once() -> None:
    assert _greedy_pieces(np.array([0.0, 1e300, -1e300]), 1e-300) > 10**300
    assert _greedy_pieces(np.array([1.0, np.nextafter(1, 2)]), 1e-30) > 10**13
