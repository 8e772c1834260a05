"""f and g in 60 digits: errors found in floats are computed again without rounding errors.

An expression is evaluated in mpmath, node by node. The argument b·x + c of a unit of the first
layer is a fraction, so that a slope of 2^1000 loses no digit. The evaluation shares only the graph
with the enclosures of the proofs. Without mpmath, or for an operation that is not in the table,
there is no value, and the error in floats is taken.
"""

import operator as op
from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from uat.core.network import Network
from uat.core.target import Target
from uat.expression.graph import Expression, in_order

__all__ = ["Multiprecision"]

_DIGITS: Final = 60
_FAR: Final = 2000  # e^−2000 is far below the last of 60 digits of any number in float64

_SAME_NAME: Final = (
    "sqrt", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "sign", "sinc",
)  # fmt: skip
_OTHER_NAME: Final = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh",
}  # fmt: skip


class Multiprecision:
    """A target and a network in 60 digits; None stands for a value that is not known."""

    def __init__(self, target: Target, network: Network | None) -> None:
        try:
            import mpmath  # type: ignore[import-untyped]
        except ModuleNotFoundError:
            self.mp: Any = None
        else:
            self.mp = mpmath.mp.clone()
            self.mp.dps = _DIGITS
            self.rules = _rules(self.mp)
        self._f, self._network = target.expression, network

    @property
    def knows_network(self) -> bool:
        """True if both f and g can be evaluated at real points."""
        if self._network is None or self._f is None or self.mp is None:
            return False
        return all(sigma.expression is not None for sigma in self._network.activations)

    def target(self, point: Sequence[Any]) -> Any:
        """Return f(x) for coordinates that are floats or fractions; None if it is not known."""
        if self._f is None or self.mp is None:
            return None
        return self._value(self._f, [self._number(c) for c in point])

    def network(self, point: Sequence[Any]) -> Any:
        """Return g(x) of the stored weights in real arithmetic; None if it is not known."""
        assert self._network is not None
        values: list[Any] = [Fraction(c) for c in point]
        for number, layer in enumerate(self._network.layers):
            of: Callable[[float], Any] = self.mp.mpf if number else Fraction
            rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
            sums = [
                sum((of(w) * v for w, v in zip(row, values, strict=True) if w), of(bias))
                for row, bias in rows
            ]
            values = [self._number(v) for v in sums]
            if number < self._network.depth:
                sigma = self._network.activations[number].expression
                assert sigma is not None
                values = [self._value(sigma, [v]) for v in values]
                if any(v is None for v in values):
                    return None
        return values[0]

    def distance(self, exact: Any, other: Any) -> float:
        """Return |exact − other|, rounded to the nearest float; ∞ if other is not finite."""
        gap = abs(exact - self.mp.mpf(other))
        return float(gap) if self.mp.isfinite(gap) else float("inf")

    def compare(self, point: tuple[Fraction, ...]) -> Any:
        """Return (error, x, f(x), g(x)) at a real point, rounded to floats; None if not known."""
        f, g = self.target(point), self.network(point)
        if f is None or g is None:
            return None
        return self.distance(f, g), tuple(map(float, point)), float(f), float(g)

    def _number(self, value: Any) -> Any:
        if isinstance(value, Fraction):
            return self.mp.mpf(value.numerator) / value.denominator
        return self.mp.mpf(value)

    def _value(self, expression: Expression, point: Sequence[Any]) -> Any:
        """Evaluate the graph; None for NaN, ∞ and complex values."""
        values: dict[Expression, Any] = {}
        try:
            for node in in_order(expression):
                values[node] = self._node(node, [values[a] for a in node.arguments], point)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None
        result = self.mp.mpmathify(values[expression])
        return result if isinstance(result, self.mp.mpf) and self.mp.isfinite(result) else None

    def _node(self, node: Expression, inner: list[Any], point: Sequence[Any]) -> Any:
        if node.operation == "coordinate":
            return point[int(node.data[0])]
        if node.operation == "constant":
            return self.mp.mpf(node.data[0])
        if node.operation == "where":
            return inner[1] if inner[0] else inner[2]
        if any(isinstance(v, self.mp.mpc) for v in inner):
            return self.mp.nan
        return self.rules[node.operation](*inner, *map(self.mp.mpf, node.data))


def _rules(mp: Any) -> dict[str, Callable[..., Any]]:
    """Return the function of each operation; past ±2000 exponentials have their limits."""

    def exp(u: Any) -> Any:
        if abs(u) < _FAR:
            return mp.exp(u)
        return mp.inf if u > 0 else mp.mpf(0)

    def power(u: Any, p: Any) -> Any:
        return u ** int(p) if p == int(p) else u**p

    def saturated(function: Callable[[Any], Any], reach: float) -> Callable[[Any], Any]:
        return lambda u: function(u) if abs(u) < reach else mp.sign(u)

    def interp(u: Any, *table: Any) -> Any:
        half = len(table) // 2
        knots, values = table[:half], table[half:]
        i = bisect_left(knots, u)  # u is above knot i − 1, and at most knot i
        if i in (0, half):
            return values[min(i, half - 1)]
        (p, q), (v, w) = knots[i - 1 : i + 1], values[i - 1 : i + 1]
        return v + (u - p) / (q - p) * (w - v)

    rules: dict[str, Callable[..., Any]] = {
        "pi": lambda: +mp.pi,
        "add": op.add,
        "subtract": op.sub,
        "multiply": op.mul,
        "divide": op.truediv,
        "negative": op.neg,
        "power": power,
        "cbrt": lambda u: mp.sign(u) * mp.cbrt(abs(u)),
        "exp": exp,
        "xlogy": lambda factor, u: factor * mp.log(u) if factor else factor,
        "expit": lambda u: 1 / (1 + exp(-u)),
        "tanh": saturated(mp.tanh, _FAR),
        "erf": saturated(mp.erf, 100),
        "softplus": lambda u: mp.log1p(exp(u)) if u < _FAR else u,
        "silu": lambda u: u / (1 + exp(-u)),
        "gelu": lambda u: u * mp.erfc(-u / mp.sqrt(2)) / 2 if abs(u) < 100 else max(u, mp.mpf(0)),
        "elu": lambda u: u if u > 0 else mp.expm1(u) if u > -_FAR else mp.mpf(-1),
        "softsign": lambda u: u / (1 + abs(u)),
        "absolute": abs,
        "minimum": min,
        "maximum": max,
        "less": op.lt,
        "less_equal": op.le,
        "equal": op.eq,
        "logical_and": lambda a, b: bool(a) and bool(b),
        "logical_or": lambda a, b: bool(a) or bool(b),
        "logical_not": op.not_,
        "interp": interp,
    }
    rules |= _special(mp) | {name: getattr(mp, name) for name in _SAME_NAME}
    return rules | {name: getattr(mp, other) for name, other in _OTHER_NAME.items()}


def _special(mp: Any) -> dict[str, Callable[..., Any]]:
    """Return the special functions; one that has no value at a point raises ValueError there."""

    def over(left: float, function: Callable[..., Any]) -> Callable[..., Any]:
        def value(u: Any, *order: Any) -> Any:
            if not u > left:
                raise ValueError
            return function(u, *map(int, order))

        return value

    def bessel(name: str) -> Callable[..., Any]:
        return lambda u, order: getattr(mp, name)(int(order), u)

    return {
        "gamma": mp.gamma,
        "gammaln": over(0, mp.loggamma),
        "digamma": mp.digamma,
        "polygamma": over(0, lambda u, n: mp.polygamma(n, u)),
        "zeta": over(1, mp.zeta),
        "zeta_slope": over(1, lambda u, n: mp.zeta(u, 1, n)),
        "bessel_j": bessel("besselj"),
        "bessel_y": over(0, lambda u, n: mp.bessely(n, u)),
        "bessel_i": bessel("besseli"),
        "bessel_k": over(0, lambda u, n: mp.besselk(n, u)),
        "airy_ai": mp.airyai,
        "airy_ai_slope": lambda u: mp.airyai(u, derivative=1),
        "airy_bi": mp.airybi,
        "airy_bi_slope": lambda u: mp.airybi(u, derivative=1),
        "erfi": mp.erfi,
        "erfcx": lambda u: mp.exp(u * u) * mp.erfc(u),
        "erfinv": mp.erfinv,
        "expi": mp.ei,
        "sine_integral": mp.si,
        "cosine_integral": over(0, mp.ci),
        "fresnel_s": mp.fresnels,
        "fresnel_c": mp.fresnelc,
    }
