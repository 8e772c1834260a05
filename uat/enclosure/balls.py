"""The value of a formula in ball arithmetic: real balls of any precision, complex ones.

Real balls (`arb`) know the kinks; on complex balls (`acb`) an expression is analytic or refused:
√, log and real powers give a value without meaning (not finite) on their branch cut, and an
operation that is not analytic raises `CannotProve`.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, Final

from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression, in_order

__all__ = ["ball", "is_analytic"]

_METHODS: Final[dict[str, str]] = {
    "exp": "exp", "expm1": "expm1", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "sinc": "sinc",
    "erf": "erf",
}  # fmt: skip

_ON_CUTS: Final = frozenset(
    {"log1p", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"}
)

_ANALYTIC: Final[dict[str, Callable[..., Any]]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negative": lambda u: -u,
    "expit": lambda u: 1 / (1 + (-u).exp()),
}


def ball(expression: Expression, *coordinates: Any) -> Any:
    """Evaluate on balls, all real (`flint.arb`) or some complex (`flint.acb`).

    Parameters
    ----------
    expression : Expression
    *coordinates : flint.arb or flint.acb
        At the precision that `flint.ctx.prec` sets.

    Returns
    -------
    flint.arb or flint.acb
        A ball that contains the values; not finite where nothing is known.

    Raises
    ------
    CannotProve
        On complex balls, for an expression that is not analytic.

    Examples
    --------
    >>> from flint import arb
    >>> from uat.expression.parse import parse
    >>> ball(parse("x**2 + 1"), arb(3))
    10.0000000000000
    """
    from flint import acb, arb

    if len(coordinates) < expression.dimension:
        raise InputError(
            f"{len(coordinates)} balls given; this expression needs {expression.dimension}"
        )
    values: dict[Expression, Any] = {}
    for node in in_order(expression):
        if node.operation == "coordinate":
            values[node] = coordinates[int(node.data[0])]
        elif node.operation == "constant":
            values[node] = arb(node.data[0])
        elif node.operation == "pi":
            values[node] = arb.pi()
        else:
            inner = [values[a] for a in node.arguments]
            complex_ball = any(isinstance(v, acb) for v in inner)
            values[node] = (_complex if complex_ball else _real)(node, inner)
    return values[expression]


def is_analytic(expression: Expression) -> bool:
    """Return whether every operation of the expression is analytic (off its branch cuts)."""
    smooth = _ANALYTIC.keys() | _METHODS.keys()
    smooth |= {"coordinate", "constant", "pi", "power", "sqrt", "log", "xlogy", "cbrt"}
    return all(node.operation in smooth for node in in_order(expression))


def _smooth(name: str, inner: list[Any]) -> Any:
    if name in _ANALYTIC:
        return _ANALYTIC[name](*inner)
    # Arb bounds a few functions of what is no number, which has no value here
    return inner[0] if _is_nothing(inner[0]) else getattr(inner[0], _METHODS[name])()


def _is_nothing(u: Any) -> bool:
    from flint import arb

    return isinstance(u, arb) and u.is_nan()


def _complex(node: Expression, inner: list[Any]) -> Any:
    from flint import acb

    name = node.operation
    if name == "power":
        exponent = node.data[0]
        if exponent == int(exponent):
            return inner[0] ** int(exponent)
        return (acb(exponent) * inner[0].log(analytic=True)).exp()
    if name in ("sqrt", "log"):
        return getattr(acb(inner[0]), name)(analytic=True)
    if name == "xlogy":
        return inner[0] * acb(inner[1]).log(analytic=True)
    if name == "cbrt":
        return _complex_cbrt(inner[0])
    if name not in _ANALYTIC and name not in _METHODS:
        raise CannotProve(f"{name} is not analytic: no complex enclosure; use real boxes")
    if name in _ON_CUTS and not _off_cut(name, inner[0]):
        return acb("nan")
    return _smooth(name, inner)


def _complex_cbrt(u: Any) -> Any:
    """Continue the real cube root: into the right half plane, and into the left one as odd."""
    from flint import acb, fmpq

    if u.real > 0:
        return (u.log() * acb(fmpq(1, 3))).exp()
    return -_complex_cbrt(-u) if u.real < 0 else acb("nan")


def _off_cut(name: str, u: Any) -> bool:
    """Tell that a ball stays off the branch cut of an inverse function."""
    real, imaginary = u.real, u.imag
    if name in ("arctan", "arcsinh"):
        return not real.contains(0) or bool(abs(imaginary) < 1)
    if not imaginary.contains(0):
        return True
    if name == "log1p":
        return bool(real > -1)
    return bool(real > 1) if name == "arccosh" else bool(abs(real) < 1)


def _real(node: Expression, inner: list[Any]) -> Any:
    from flint import arb

    name = node.operation
    if name == "power":
        exponent = node.data[0]
        whole = exponent == int(exponent)
        return _whole_power(inner[0], int(exponent)) if whole else inner[0] ** arb(exponent)
    if name in ("sqrt", "log"):
        return getattr(inner[0], name)()
    if name in _ANALYTIC or name in _METHODS:
        return _smooth(name, inner)
    rule = _REAL.get(name)
    if rule is None:
        raise CannotProve(f"{name} has no rule on balls; use real boxes")
    return rule(*inner, *node.data)


def _absolute(u: Any) -> Any:
    from flint import arb

    return u if u > 0 else -u if u < 0 else arb(0).union(u.abs_upper())


def _whole_power(u: Any, exponent: int) -> Any:
    """Raise a real ball to a power by its ends; Arb's own power gives up on balls around 0."""
    if exponent < 0:
        return 1 / _whole_power(u, -exponent)
    base = u if exponent % 2 else _absolute(u)
    if base.is_exact():
        return _repeated(base, exponent)
    return _repeated(base.lower(), exponent).union(_repeated(base.upper(), exponent))


def _repeated(u: Any, exponent: int) -> Any:
    from flint import arb

    result = arb(1)
    while exponent:
        result = result * u if exponent & 1 else result
        u = u * u
        exponent >>= 1
    return result


def _unless(true: bool, false: bool) -> Any:
    from flint import arb

    return arb(1) if true else arb(0) if false else arb(0.5, 0.5)


def _where(condition: Any, a: Any, b: Any) -> Any:
    if condition == 0:
        return b
    return a.union(b) if condition.contains(0) else a


def _cbrt(u: Any) -> Any:
    from flint import arb

    if u > 0:
        return u.root(3)
    if u < 0:
        return -((-u).root(3))
    size = u.abs_upper().root(3)
    return arb(0).union(size).union(-size)


def _interp(u: Any, *table: float) -> Any:
    """Unite the pieces of a piecewise linear function that a ball may touch."""
    from flint import arb

    half = len(table) // 2
    knots, values = [arb(v) for v in table[:half]], [arb(v) for v in table[half:]]
    if not u.is_finite():
        return arb("nan") if u.is_nan() else reduce(arb.union, values)
    pieces = []
    if not u > knots[0]:
        pieces.append(values[0])
    if not u < knots[-1]:
        pieces.append(values[-1])
    for i in range(half - 1):
        if u < knots[i] or u > knots[i + 1]:
            continue
        part = u.max(knots[i]).min(knots[i + 1]) - knots[i]
        slope = (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])
        pieces.append(values[i] + part * slope)
    return reduce(arb.union, pieces)


_REAL: Final[dict[str, Callable[..., Any]]] = {
    "absolute": _absolute,
    "sign": lambda u: u if _is_nothing(u) else u.sgn(),
    "minimum": lambda a, b: a.min(b),
    "maximum": lambda a, b: a.max(b),
    "less": lambda a, b: _unless(a < b, a >= b),
    "less_equal": lambda a, b: _unless(a <= b, a > b),
    "equal": lambda a, b: _unless(a == b, not a.overlaps(b)),
    "logical_and": lambda a, b: _unless(not (a * b).contains(0), a == 0 or b == 0),
    "logical_or": lambda a, b: _unless(not a.contains(0) or not b.contains(0), a == 0 and b == 0),
    "logical_not": lambda a: _unless(a == 0, not a.contains(0)),
    "where": _where,
    "interp": _interp,
    "cbrt": _cbrt,
    "xlogy": lambda factor, u: factor * u.log(),
}
