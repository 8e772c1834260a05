"""Powers of two next to a number: factors that multiply floats without rounding."""

import math

__all__ = ["power_of_two_at_least", "power_of_two_at_most"]


def power_of_two_at_least(value: float) -> float:
    """Round a positive number up to a power of two; ∞ for any that has none among the floats.

    >>> power_of_two_at_least(3.0), power_of_two_at_least(4.0), power_of_two_at_least(0.0)
    (4.0, 4.0, inf)
    """
    if not 0 < value <= 2.0**1023:
        return math.inf
    mantissa, exponent = math.frexp(value)
    return math.ldexp(1.0, exponent - 1 if mantissa == 0.5 else exponent)


def power_of_two_at_most(value: float) -> float:
    """Round a positive number down to a power of two; ∞ stays, and 0 becomes ½.

    >>> power_of_two_at_most(3.0), power_of_two_at_most(4.0)
    (2.0, 4.0)
    """
    return math.ldexp(0.5, math.frexp(value)[1]) if value < math.inf else math.inf
