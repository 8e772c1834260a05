"""The value of a formula with many digits: mpmath on the rows of its table, no code of the package.

A value that no real number is (a pole, a root of what is below 0) is None, and None stays None; a
comparison with None is false, as numpy takes it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath  # type: ignore[import-untyped]

from tests.oracles.special import special

__all__ = ["TooLarge", "complex_formula", "contains", "exact_formula", "mp"]

Row = tuple[str, list[int], list[float]]

mp = mpmath.mp.clone()
SPECIAL = special(mp)

CONDITIONS = {"less", "less_equal", "equal", "logical_and", "logical_or", "logical_not"}


class TooLarge(Exception):
    """A number beyond what can be worked out in a moment."""


def exact_formula(table: Sequence[Row], point: Sequence[Any], digits: int = 60) -> Any:
    """Evaluate a table at a point, floats or numbers of mpmath; None where there is no value."""
    with mp.workdps(digits):
        values: list[Any] = []
        for operation, places, numbers in table:
            if operation == "coordinate":
                values.append(mp.mpf(point[int(numbers[0])]))
            elif operation == "constant":
                values.append(mp.mpf(numbers[0]))
            else:
                inner = [values[i] for i in places]
                values.append(_value(operation, inner, [mp.mpf(v) for v in numbers]))
            if values[-1] and abs(mp.mag(values[-1])) > 1 << 14:
                raise TooLarge
        return values[-1]


def contains(low: float, high: float, value: Any, digits: int = 60) -> bool:
    """Tell that low ≤ value ≤ high, up to the rounding of this oracle."""
    with mp.workdps(digits + 20):
        slack = abs(value) * mp.mpf(10) ** (20 - digits)
        return bool(low - slack <= value <= high + slack)


def _value(operation: str, inner: list[Any], numbers: list[Any]) -> Any:
    if operation == "where":
        return inner[1] if inner[0] else inner[2]
    if operation == "xlogy" and inner[0] == 0:
        return mp.mpf(0)
    if operation in CONDITIONS:
        return mp.mpf(bool(_TESTS[operation](*inner)))
    if operation in ("jump", "unknown"):
        return mp.mpf(0)
    if any(v is None for v in inner):
        return None
    return _RULES[operation](*inner, *numbers)


_TESTS: dict[str, Callable[..., Any]] = {
    "less": lambda a, b: a is not None and b is not None and a < b,
    "less_equal": lambda a, b: a is not None and b is not None and a <= b,
    "equal": lambda a, b: a is not None and b is not None and a == b,
    "logical_and": lambda a, b: a and b,
    "logical_or": lambda a, b: a or b,
    "logical_not": lambda a: not a,
}


def _power(u: Any, p: Any) -> Any:
    if p == int(p):
        return None if p < 0 and u == 0 else mp.mpf(u) ** int(p)
    if u < 0 or (u == 0 and p < 0):
        return None
    return mp.mpf(0) if u == 0 else mp.exp(p * mp.log(u))


def _exp(u: Any) -> Any:
    if abs(u) > 10_000:
        raise TooLarge
    return mp.exp(u)


def _wave(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def value(u: Any) -> Any:
        size = int(mp.mag(u)) if u else 0
        if size > 1200:
            raise TooLarge
        with mp.workprec(mp.prec + max(0, size)):
            return function(u)

    return value


def _cbrt(u: Any) -> Any:
    return mp.sign(u) * mp.root(abs(u), 3) if u else mp.mpf(0)


def _erf(u: Any) -> Any:
    return mp.sign(u) if abs(u) > 1e4 else mp.erf(u)


def _gelu(u: Any) -> Any:
    if abs(u) > 1e4:
        raise TooLarge
    with mp.workdps(mp.dps + 20):
        return u * mp.erfc(-u / mp.sqrt(2)) / 2


def _tanh(u: Any) -> Any:
    if abs(u) > 10_000:
        raise TooLarge
    return mp.tanh(u)


def _tan(u: Any) -> Any:
    cosine = _wave(mp.cos)(u)
    return _wave(mp.sin)(u) / cosine if cosine else None


def _interp(u: Any, *table: Any) -> Any:
    half = len(table) // 2
    knots, values = table[:half], table[half:]
    if u <= knots[0]:
        return values[0]
    for left, right, a, b in zip(knots, knots[1:], values, values[1:], strict=False):
        if left <= u <= right:
            return a + (u - left) / (right - left) * (b - a)
    return values[-1]


def _interp_slope(u: Any, *table: Any) -> Any:
    half = len(table) // 2
    knots, values = table[:half], table[half:]
    for left, right, a, b in zip(knots, knots[1:], values, values[1:], strict=False):
        if left <= u < right:
            return (b - a) / (right - left)
    return mp.mpf(0)


def _on(domain: Callable[[Any], Any], function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda u: function(u) if domain(u) else None


_RULES: dict[str, Callable[..., Any]] = {
    "pi": lambda: +mp.pi,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b if b else None,
    "negative": lambda u: -u,
    "power": _power,
    "sqrt": _on(lambda u: u >= 0, mp.sqrt),
    "cbrt": _cbrt,
    "exp": _exp,
    "expm1": lambda u: mp.expm1(u) if abs(u) < 10_000 else _exp(u),
    "log": _on(lambda u: u > 0, mp.log),
    "log1p": _on(lambda u: u > -1, mp.log1p),
    "xlogy": lambda factor, u: factor * mp.log(u) if u > 0 else None,
    "sin": _wave(mp.sin),
    "cos": _wave(mp.cos),
    "tan": _tan,
    "arcsin": _on(lambda u: abs(u) <= 1, mp.asin),
    "arccos": _on(lambda u: abs(u) <= 1, mp.acos),
    "arctan": mp.atan,
    "sinh": lambda u: (_exp(u) - _exp(-u)) / 2 if abs(u) > 1e-9 else mp.sinh(u),
    "cosh": lambda u: (_exp(u) + _exp(-u)) / 2,
    "tanh": _tanh,
    "arcsinh": mp.asinh,
    "arccosh": _on(lambda u: u >= 1, mp.acosh),
    "arctanh": _on(lambda u: abs(u) < 1, mp.atanh),
    "sinc": lambda u: _wave(mp.sin)(u) / u if u else mp.mpf(1),
    "expit": lambda u: 1 / (1 + _exp(-u)),
    "erf": _erf,
    "softplus": lambda u: u + mp.log1p(_exp(-u)) if u > 0 else mp.log1p(_exp(u)),
    "silu": lambda u: u / (1 + _exp(-u)),
    "gelu": _gelu,
    "elu": lambda u: u if u > 0 else mp.expm1(u) if u > -10_000 else _exp(u) - 1,
    "softsign": lambda u: u / (1 + abs(u)),
    "absolute": abs,
    "sign": mp.sign,
    "minimum": min,
    "maximum": max,
    "interp": _interp,
    "interp_slope": _interp_slope,
    **SPECIAL,
}


def complex_formula(table: Sequence[Row], point: Sequence[Any], digits: int = 40) -> Any:
    """Evaluate an analytic table at complex numbers, by principal values."""
    with mp.workdps(digits):
        values: list[Any] = []
        for operation, places, numbers in table:
            if operation == "coordinate":
                values.append(mp.mpc(point[int(numbers[0])]))
            elif operation == "constant":
                values.append(mp.mpc(numbers[0]))
            else:
                inner = [values[i] for i in places]
                values.append(mp.mpc(_COMPLEX[operation](*inner, *map(mp.mpf, numbers))))
            if values[-1] and abs(mp.mag(values[-1])) > 1 << 12:
                raise TooLarge
        return values[-1]


def _complex_power(u: Any, p: Any) -> Any:
    return u ** int(p) if p == int(p) else mp.exp(p * mp.log(u))


def _complex_cbrt(u: Any) -> Any:
    side = mp.sign(u.real)
    return side * mp.exp(mp.log(side * u) / 3)


_COMPLEX: dict[str, Callable[..., Any]] = {
    **{name: _RULES[name] for name in ("pi", "add", "subtract", "multiply", "negative")},
    "divide": lambda a, b: a / b,
    "power": _complex_power,
    "sqrt": mp.sqrt,
    "cbrt": _complex_cbrt,
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": lambda u: mp.log(1 + u),
    "xlogy": lambda factor, u: factor * mp.log(u),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "sinc": lambda u: mp.sin(u) / u if u else mp.mpc(1),
    "expit": lambda u: 1 / (1 + mp.exp(-u)),
    "erf": mp.erf,
    "softplus": lambda u: mp.log(1 + mp.exp(u)),
    "silu": lambda u: u / (1 + mp.exp(-u)),
    "gelu": lambda u: u * (1 + mp.erf(u / mp.sqrt(2))) / 2,
}
