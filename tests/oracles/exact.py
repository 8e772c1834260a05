"""Networks and targets with many digits: mpmath and fractions, no code of the package.

The argument b·x + c of a unit is a fraction, so a slope of 2^1000 loses nothing.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]

__all__ = ["SIGMA", "exact_target", "exact_value", "largest_near", "solved", "to_mp"]

Function = Callable[[Any], Any]

DIGITS = 80
mp = mpmath.mp.clone()
mp.dps = DIGITS


def to_mp(value: Any) -> Any:
    """Take a float or a fraction as the number it is."""
    if isinstance(value, Fraction):
        return mp.mpf(value.numerator) / value.denominator
    return mp.mpf(value)


def _settled(reach: float, sigma: Function, left: float, right: float) -> Function:
    """σ where it is not yet at a limit to 200 digits."""
    return lambda u: sigma(u) if abs(u) < reach else mp.mpf(left if u < 0 else right)


def _grown(reach: float, sigma: Function, left: float) -> Function:
    """σ that is near `left` on the left and near u on the right, where it is not yet that."""
    return lambda u: sigma(u) if abs(u) < reach else mp.mpf(left) if u < 0 else u


def _many_digits(wave: Function, u: Any) -> Any:
    with mp.workdps(mp.dps + max(0, int(mp.mag(u)) if u else 0) // 3):
        return wave(u)


SIGMA: dict[str, Function] = {
    "logistic": _settled(1e3, lambda u: 1 / (1 + mp.exp(-u)), 0, 1),
    "tanh": _settled(1e3, mp.tanh, -1, 1),
    "relu": lambda u: max(u, mp.mpf(0)),
    "heaviside": lambda u: mp.mpf(1 if u > 0 else 0),
    "ramp": lambda u: min(max(u + mp.mpf(0.5), mp.mpf(0)), mp.mpf(1)),
    "cauchy_cdf": lambda u: mp.atan(u) / mp.pi + mp.mpf(0.5),
    "gauss_cdf": _settled(50, mp.ncdf, 0, 1),
    "gompertz": _settled(1e3, lambda u: mp.exp(-mp.exp(-u)), 0, 1),
    "algebraic": lambda u: (1 + u / mp.sqrt(1 + u * u)) / 2,
    "softsign": lambda u: u / (1 + abs(u)),
    "sin": lambda u: _many_digits(mp.sin, u),
    "softplus": _grown(1e3, lambda u: mp.log1p(mp.exp(u)), 0),
    "elu": _grown(1e3, lambda u: mp.expm1(u) if u < 0 else u, -1),
    "silu": _grown(1e3, lambda u: u / (1 + mp.exp(-u)), 0),
    "gelu": _grown(50, lambda u: u * mp.ncdf(u), 0),
    "leaky_relu": lambda u: max(u, mp.mpf(0.01) * u),
    "absolute": abs,
}
SIGMA["leaky_relu(0.01)"] = SIGMA["leaky_relu"]


def exact_value(network: Any, x: Fraction | float, sigma: Function | None = None) -> Any:
    """g(x) of a network with one hidden layer and one coordinate, from its weights."""
    sigma = sigma or SIGMA[network.activation.name]
    point, total = Fraction(x), mp.mpf(0)
    hidden, outer = network.layers
    units = zip(
        outer.weight[0].tolist(), hidden.weight[:, 0].tolist(), hidden.bias.tolist(), strict=True
    )
    for a, b, c in units:
        total += mp.mpf(a) * sigma(to_mp(Fraction(b) * point + Fraction(c)))
    return total + mp.mpf(float(outer.bias[0]))


_NAMES: dict[str, Any] = {
    "sin": mp.sin,
    "cos": mp.cos,
    "exp": mp.exp,
    "tanh": mp.tanh,
    "arctan": mp.atan,
    "sqrt": mp.sqrt,
    "abs": abs,
    "min": min,
    "max": max,
    "pi": mp.pi,
}


class _Doubles(dict[str, Any]):
    """Names of a formula, its coordinate among them."""

    def __missing__(self, name: str) -> Any:
        raise KeyError(f"{name} is not in the oracle")


def exact_target(formula: str) -> Function:
    """Read a formula of x as mpmath does; its decimal numbers are the doubles they stand for."""
    code = compile(_with_doubles(formula), "formula", "eval")
    return lambda x: mp.mpf(
        eval(code, {"__builtins__": {}}, _Doubles(_NAMES, x=to_mp(x), D=mp.mpf))
    )


def _with_doubles(formula: str) -> str:
    """Wrap the numbers, so that 0.1 is a double and 1/3 is not divided as one."""
    import ast

    class Wrap(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> Any:
            return ast.Call(ast.Name("D", ast.Load()), [node], [])

    return ast.unparse(ast.fix_missing_locations(Wrap().visit(ast.parse(formula, mode="eval"))))


def largest_near(
    f: Function, network: Any, places: Iterable[Fraction], sigma: Function | None = None
) -> Any:
    """The largest |f − g| at these places: sup|f − g| is no smaller."""
    return max(abs(f(x) - exact_value(network, x, sigma)) for x in places)


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Solve linear equations in fractions: rows of n coefficients and the right-hand side."""
    n = len(rows)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n] for row in rows]
