"""A formula of numbers that is a double is written as that double: 1/2 is 0.5, 1/3 stays 1/3.

The rational number that a short formula without coordinates is, is worked out exactly, so that
nothing is rounded.
"""

import operator
from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import Any, Final

__all__ = ["exact_value"]

_DEEPEST: Final = 16
_MOST_DIGITS: Final = 4096


def exact_value(node: Any) -> float | None:
    """Return the double that a formula without coordinates is exactly; None where it is none.

    Examples
    --------
    >>> from uat.expression.graph import constant
    >>> exact_value(constant(3) / constant(4)), exact_value(constant(1) / constant(3))
    (0.75, None)
    """
    value = None if node.dimension else _rational(node, _DEEPEST)
    try:
        return float(value) if value is not None and float(value) == value else None
    except OverflowError:
        return None


def _rational(node: Any, depth: int) -> Fraction | None:
    """Work out a short formula of constants."""
    if node.operation == "constant":
        return Fraction(node.data[0])
    if node.operation not in _EXACT or depth == 0:
        return None
    inner = [_rational(argument, depth - 1) for argument in node.arguments]
    if None in inner:
        return None
    try:
        return _EXACT[node.operation](*inner, *node.data)
    except ZeroDivisionError:
        return None


def _power(base: Fraction, exponent: float) -> Fraction | None:
    digits = (base.numerator.bit_length() + base.denominator.bit_length()) * abs(exponent)
    return base ** int(exponent) if exponent % 1 == 0 and digits <= _MOST_DIGITS else None


def _sqrt(u: Fraction) -> Fraction | None:
    if u < 0:
        return None
    root = Fraction(isqrt(u.numerator), isqrt(u.denominator))
    return root if root * root == u else None


_EXACT: Final[dict[str, Callable[..., Fraction | None]]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
    "absolute": abs,
    "minimum": min,
    "maximum": max,
    "power": _power,
    "sqrt": _sqrt,
}
