"""The Taylor series of a formula at a point, with its coefficients in balls.

The formula is evaluated once on power series: f(c + z) = Σ s_k z^k with s_k = f^(k)(c)/k!. Where c
is a ball, the k-th coefficient contains f^(k)/k! at each of its points, as the remainder of
Taylor's theorem needs it.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from contextlib import suppress
from operator import methodcaller
from typing import Any, Final

from uat.errors import CannotProve
from uat.expression.graph import Expression, in_order
from uat.expression.operations import OPERATIONS

__all__ = ["is_polynomial", "taylor"]

_POLYNOMIAL: Final = {"coordinate", "constant", "pi", "add", "subtract", "multiply", "negative"}


def taylor(expression: Expression, centre: Any, count: int) -> list[Any]:
    """Return the first `count` Taylor coefficients of an expression of one coordinate, as balls.

    `centre` is a ball of points c (flint.arb); the k-th coefficient contains f^(k)(c)/k! for each
    of them, and is not finite where nothing is known. An operation with a kink or a jump, or
    another one without a series, raises CannotProve.

    >>> from flint import arb
    >>> from uat.expression.parse import parse
    >>> taylor(parse("x**3"), arb(2), 4)
    [8.00000000000000, 12.0000000000000, 6.00000000000000, 1.00000000000000]
    """
    from flint import arb, arb_series

    values: dict[Expression, Any] = {}
    for node in in_order(expression):
        if node.operation == "coordinate":
            series = arb_series([arb(centre), arb(1)], prec=count)
        elif node.operation in ("constant", "pi"):
            number = arb.pi() if node.operation == "pi" else arb(node.data[0])
            series = arb_series([number], prec=count)
        else:
            try:
                series = _applied(node, [values[a] for a in node.arguments], count)
            except CannotProve:
                raise
            except (ValueError, ZeroDivisionError):  # a quotient by what may be 0
                return [arb("nan")] * count
        values[node] = series
    coefficients: list[Any] = values[expression].coeffs()[:count]
    return coefficients + [arb(0)] * (count - len(coefficients))


def _applied(node: Expression, inner: list[Any], count: int) -> Any:
    from flint import ctx

    name, before = node.operation, ctx.cap
    function = OPERATIONS[name].series or OPERATIONS[name].arb
    if isinstance(function, str):
        function = methodcaller(function)
    ctx.cap = count
    try:
        if name == "power":
            return _power(inner[0], node.data[0])
        if function is not None and OPERATIONS[name].order is None:
            with suppress(AttributeError, TypeError):  # Arb has balls of it, but no series
                return function(*inner)
    finally:
        ctx.cap = before
    raise CannotProve(f"{name} has no power series; a smooth formula is needed")


def _power(base: Any, exponent: float) -> Any:
    if exponent != int(exponent):
        return (base.log() * exponent).exp()
    result = base**0
    for _ in range(abs(int(exponent))):
        result = result * base
    return result if exponent >= 0 else 1 / result


def is_polynomial(expression: Expression) -> bool:
    """Return True if a formula is written as a polynomial of its coordinates.

    >>> from uat.expression.parse import parse
    >>> is_polynomial(parse("(x + 1)**3/2 - x")), is_polynomial(parse("sin(x)"))
    (True, False)
    """
    for node in in_order(expression):
        if node.dimension == 0 or node.operation in _POLYNOMIAL:
            continue
        if node.operation == "divide" and node.arguments[1].dimension == 0:
            continue
        if node.operation == "power" and node.data[0] >= 0 and node.data[0] == int(node.data[0]):
            continue
        return False
    return True
