"""The count of steps, on which the choice of a method rests, is that of the slow loop."""

import math

import numpy as np
import pytest

from uat.theorem.methods import _greedy_pieces


def counted_slowly(values: list[float], width: float) -> int:
    """Begin a piece at each value that is too far from one of those before it."""
    pieces, low, high = 1, math.inf, -math.inf
    for value in values:
        low, high = min(low, value), max(high, value)
        if high - low > width:
            pieces, low, high = pieces + 1, value, value
    return pieces


@pytest.mark.parametrize("width", [0.25, 0.5, 1.0, 2.0, 5.0])
def test_pieces_are_counted_as_by_going_through_all_values(width: float) -> None:
    rng = np.random.default_rng(0)
    for length in range(1, 60):
        for values in (
            rng.integers(-5, 6, length).astype(float),
            np.cumsum(rng.integers(-3, 4, length) / 8),
            np.sin(np.linspace(0, 0.3 * length, length)),
            np.full(length, 0.5),
        ):
            assert _greedy_pieces(values, width) == counted_slowly(values.tolist(), width)
