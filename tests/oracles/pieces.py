"""The fewest pieces of a piecewise constant function within ε of f: slowly, and in fractions.

Shares no code with the package: a greedy walk over exact numbers.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

__all__ = ["fewest_on_samples", "fewest_pieces_of_monotone", "fewest_pieces_of_polyline"]


def fewest_pieces_of_monotone(first: float, last: float, eps: float) -> int:
    """f monotone: each piece but the last can hold a change of 2ε."""
    change = abs(Fraction(last) - Fraction(first))
    return max(1, ceil(change / (2 * Fraction(eps))))


def fewest_pieces_of_polyline(values: Sequence[float], eps: float) -> int:
    """f linear between its knots: only the values at the knots matter, not where they stand."""
    most, pieces = 2 * Fraction(eps), 1
    low = high = Fraction(values[0])
    for knot in values[1:]:
        end = Fraction(knot)
        while max(high, end) - min(low, end) > most:
            # go on until the range is full; there the next piece begins
            start = low + most if end > high else high - most
            low = high = start
            pieces += 1
        low, high = min(low, end), max(high, end)
    return pieces


def fewest_on_samples(values: Iterable[float], eps: float) -> int:
    """No more pieces than f needs, since samples vary no more than f does."""
    most, pieces = 2 * eps, 1
    low, high = float("inf"), float("-inf")
    for value in values:
        low, high = min(low, value), max(high, value)
        if high - low > most:
            low = high = value
            pieces += 1
    return pieces
