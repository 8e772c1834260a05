"""Numbers for slides: few digits, and a bound is never rounded to the wrong side.

They are written for mathtext, to stand between dollars.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from math import inf

__all__ = ["about", "as_given", "at_least", "at_most"]


def at_most(value: float, digits: int = 3, *, below: float = inf) -> str:
    r"""Write an upper bound with `digits` significant digits, rounded up.

    It has more digits where rounding would take it up to the limit that it is `below`.

    Examples
    --------
    >>> at_most(0.09971), at_most(1 / 3, 2), at_most(2.5e-7, 2), at_most(0.09998, below=0.1)
    ('0.0998', '0.34', '2.5 \\times 10^{-7}', '0.09998')
    """
    # The limit as a reader sees it: 0.05, not the double nearest to it.
    limit = Decimal(repr(float(below)))
    while digits < 17 and value < limit <= _rounded(value, digits, ROUND_CEILING):
        digits += 1
    return _written(value, digits, ROUND_CEILING)


def at_least(value: float, digits: int = 3) -> str:
    """Write a lower bound with `digits` significant digits, rounded down."""
    return _written(value, digits, ROUND_FLOOR)


def about(value: float, digits: int = 3) -> str:
    """Write a number with at most `digits` significant digits, rounded to nearest."""
    return _written(value, digits, ROUND_HALF_EVEN)


def as_given(value: float) -> str:
    """Write a number as a person gave it; past 6 significant digits it is rounded up.

    Examples
    --------
    >>> as_given(0.1), as_given(3.0), as_given(2 / 3)
    ('0.1', '3', '0.666667')
    """
    return _plain(Context(prec=6, rounding=ROUND_CEILING).create_decimal(repr(float(value))))


def _rounded(value: float, digits: int, rounding: str) -> Decimal:
    # A float's Decimal is exact, so that rounding up cannot land below the value.
    return Context(prec=digits, rounding=rounding).create_decimal(Decimal(value)).normalize()


def _written(value: float, digits: int, rounding: str) -> str:
    return _plain(_rounded(value, digits, rounding))


def _plain(number: Decimal) -> str:
    number = number.normalize()
    if number and not -4 <= number.adjusted() <= 4:
        mantissa, _, power = f"{number:e}".partition("e")
        return rf"{Decimal(mantissa).normalize():f} \times 10^{{{int(power)}}}"
    return f"{number:f}"
