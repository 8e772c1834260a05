"""The Taylor series of a formula at a point, with its coefficients in balls.

The graph is run once on power series: σ(c + z) = Σ s_k z^k, s_k = σ^(k)(c)/k!. With a ball for c
the k-th coefficient contains σ^(k)/k! at every point of it, which is what the remainder of Taylor's
theorem asks for.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from collections.abc import Callable
from typing import Any, Final

from uat.errors import CannotProve
from uat.expression.graph import Expression, in_order

__all__ = ["is_polynomial", "taylor"]

_SAME: Final[dict[str, str]] = {
    "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "erf": "erf", "sqrt": "sqrt",
}  # fmt: skip

_RULES: Final[dict[str, Callable[..., Any]]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negative": lambda u: -u,
    "expit": lambda u: 1 / (1 + (-u).exp()),
    "expm1": lambda u: u.exp() - 1,
    "log1p": lambda u: (1 + u).log(),
    "tanh": lambda u: 1 - 2 / (1 + (2 * u).exp()),
    "sinh": lambda u: (u.exp() - (-u).exp()) / 2,
    "cosh": lambda u: (u.exp() + (-u).exp()) / 2,
    "arcsinh": lambda u: (u + (u * u + 1).sqrt()).log(),
}

_POLYNOMIAL: Final = {"coordinate", "constant", "pi", "add", "subtract", "multiply", "negative"}


def taylor(expression: Expression, centre: Any, count: int) -> list[Any]:
    """Return the first Taylor coefficients of an expression of one coordinate.

    Parameters
    ----------
    expression : Expression
    centre : flint.arb
        A point, or a ball of points.
    count : int
        How many coefficients.

    Returns
    -------
    list of flint.arb
        The k-th contains f^(k)(c)/k! for every c of the ball; not finite where nothing is known.

    Raises
    ------
    CannotProve
        For an expression with a kink or a jump, or another operation without a series.

    Examples
    --------
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
            except ValueError:  # a quotient by what may be 0
                return [arb("nan")] * count
        values[node] = series
    coefficients: list[Any] = values[expression].coeffs()[:count]
    return coefficients + [arb(0)] * (count - len(coefficients))


def _applied(node: Expression, inner: list[Any], count: int) -> Any:
    from flint import ctx

    name, before = node.operation, ctx.cap
    ctx.cap = count
    try:
        if name in _RULES:
            return _RULES[name](*inner)
        if name in _SAME:
            return getattr(inner[0], _SAME[name])()
        if name == "power":
            return _power(inner[0], node.data[0])
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
    """Tell that a formula is written as a polynomial of its coordinates.

    Examples
    --------
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
