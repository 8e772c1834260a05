"""Numbers as a reader of a slide takes them in: few digits, and never on the wrong side."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

__all__ = ["about", "at_least", "at_most"]


def at_most(value: float, digits: int = 3) -> str:
    r"""Write an upper bound with `digits` significant digits, rounded up.

    Examples
    --------
    >>> at_most(0.09971), at_most(1 / 3, 2), at_most(2.5e-7, 2)
    ('0.0998', '0.34', '$2.5 \\times 10^{-7}$')
    """
    return _written(value, digits, ROUND_CEILING)


def at_least(value: float, digits: int = 3) -> str:
    """Write a lower bound with `digits` significant digits, rounded down.

    Examples
    --------
    >>> at_least(0.09979)
    '0.0997'
    """
    return _written(value, digits, ROUND_FLOOR)


def about(value: float, digits: int = 3) -> str:
    """Write a number with at most `digits` significant digits, rounded to nearest.

    Examples
    --------
    >>> about(3.14159), about(100.0), about(-2.0)
    ('3.14', '100', '-2')
    """
    return _written(value, digits, ROUND_HALF_EVEN)


def _written(value: float, digits: int, rounding: str) -> str:
    # A float's Decimal is exact, so that rounding up cannot land below the value.
    number = Context(prec=digits, rounding=rounding).create_decimal(Decimal(value)).normalize()
    if number and not -4 <= number.adjusted() <= 4:
        mantissa, _, power = f"{number:e}".partition("e")
        return rf"${Decimal(mantissa).normalize():f} \times 10^{{{int(power)}}}$"
    return f"{number:f}"
