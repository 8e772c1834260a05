"""A formula that was read from an object, and its exact numbers."""

from fractions import Fraction
from typing import Final, NamedTuple

from uat.errors import InputError
from uat.expression.graph import Expression, constant

__all__ = ["Brought", "exactly"]

_DIGITS: Final = 53  # of a double
_LONGEST: Final = 1023  # the exponent of the largest double


class Brought(NamedTuple):
    """The formula of an object, what it is called in messages, and where it is defined."""

    expression: Expression
    what: str
    box: tuple[tuple[float, float], ...] | None = None
    """One pair for each coordinate; None: everywhere."""


def exactly(number: Fraction | float) -> Expression:
    """Write a rational number as a formula of doubles: a sum, or a quotient of sums.

    >>> exactly(Fraction(1, 3)), exactly(0.5), exactly(2**60 + 1)
    (<Expression 1/3>, <Expression 0.5>, <Expression 1 + 1.152921504606847e+18>)
    """
    value = Fraction(number)
    if value.denominator == 1:
        return _whole(value.numerator)
    if _is_double(value):
        return constant(float(value))
    return _whole(value.numerator) / _whole(value.denominator)


def _is_double(value: Fraction) -> bool:
    try:
        return Fraction(float(value)) == value
    except OverflowError:
        return False


def _whole(number: int) -> Expression:
    """Write a whole number as the sum of its digits in base 2^53."""
    if number.bit_length() > _LONGEST:
        raise InputError("a number beyond the largest double given in a formula")
    if _is_double(Fraction(number)):
        return constant(float(number))
    sign, rest, scale = (-1 if number < 0 else 1), abs(number), 1
    total = constant(0.0)
    while rest:
        rest, digits = divmod(rest, 1 << _DIGITS)
        if digits:
            term = constant(float(sign * digits * scale))
            total = term if total is constant(0.0) else total + term
        scale <<= _DIGITS
    return total
