"""The operations of expressions: all that is known of an operation is one record.

A new increasing function is one record here: `increasing` gives its enclosures, `arb` its balls and
series, `names` its place in text formulas. Only an operation whose enclosure is made in another way
has code of its own in `uat.enclosure`.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import isqrt
from operator import add, mul, neg, sub, truediv
from typing import Any, Final

import numpy as np

from uat.expression.operation import REGULARITIES, Operation, RealDomain, Regularity
from uat.expression.special_functions import SPECIAL

__all__ = [
    "CONDITIONS", "OPERATIONS", "REGULARITIES", "Operation", "Regularity", "has_pole",
    "real_domain", "takes",
]  # fmt: skip


def takes(operation: str, numbers: Sequence[float]) -> bool:
    """Return True if a node of this operation may have these numbers of its own.

    >>> takes("power", [0.5]), takes("sin", [0.5]), takes("interp", [0, 1, 5, 6])
    (True, False, True)
    """
    if operation in ("interp", "interp_slope"):
        half, odd = divmod(len(numbers), 2)
        rising = bool((np.diff(numbers[:half]) > 0).all())
        return half > 0 and not odd and bool(np.isfinite(numbers).all()) and rising
    if operation == "coordinate":
        return len(numbers) == 1 and 0 <= numbers[0] < 2**31 and numbers[0] == int(numbers[0])
    if operation in ("constant", "power"):
        return len(numbers) == 1 and bool(np.isfinite(numbers[0]))
    rule = OPERATIONS.get(operation)
    if rule is not None and rule.order is not None:
        return len(numbers) == 1 and rule.has_order(numbers[0])
    return not numbers


def _expit(u: Any) -> Any:
    from scipy.special import expit

    return expit(u)


def _erf(u: Any) -> Any:
    from scipy.special import erf

    return erf(u)


def _arb_silu(u: Any) -> Any:
    return u * u.exp() / (1 + u.exp()) if u.real < 0 else u / (1 + (-u).exp())


def _gelu(u: Any) -> Any:
    from scipy.special import ndtr

    return np.maximum(u, _VANISHED) * ndtr(u)


def _gelu_slope(do: Any, u: Any, _y: Any) -> tuple[Any, ...]:
    """Return Φ(u) + u φ(u), φ the slope of Φ."""
    below = (1 + do("erf", u / do("sqrt", 2))) / 2
    return (below + u * do("exp", -(u**2) / 2) / do("sqrt", 2 * do("pi")),)


@cache
def _one() -> Any:
    """Return the ball 1: with a ball, sums are twice as fast as with an int."""
    from flint import arb

    return arb(1)


def _arb_expit(u: Any) -> Any:
    return _one() / (_one() + (-u).exp())


def _arb_gelu(u: Any) -> Any:
    from flint import arb

    return u * (-u * arb(0.5).sqrt()).erfc() / 2


def _arb_softplus(u: Any) -> Any:
    """Bound log(1 + e^u), continued from the real line to where 1 + e^u is not 0."""
    from flint import arb

    if isinstance(u, arb):
        return u + (-u).exp().log1p() if u > 0 else u.exp().log1p()
    if u.real > 0:
        return u + (1 + (-u).exp()).log(analytic=True)
    known = u.real < 0 or abs(u.imag) < 3  # less than π, where the logarithm has its cut
    return (1 + u.exp()).log(analytic=True) if known else u * arb("nan")


def _elu(u: Any) -> Any:
    return np.where(np.greater(u, 0), u, np.expm1(np.minimum(u, 0.0)))


def _arb_elu(u: Any) -> Any:
    return u if u >= 0 else u.max(u.min(0 * u).expm1())


def _softsign(u: Any) -> Any:
    return np.where(np.isinf(u), np.sign(u), u / (1 + np.abs(u)))


def _arb_softsign(u: Any) -> Any:
    return (
        u / (1 + u) if u >= 0 else u / (1 - u) if u <= 0 else u / (1 + u.abs_upper().union(0 * u))
    )


def _power(u: Any, exponent: float) -> Any:
    return np.square(u) if exponent == 2 else np.power(u, exponent)


def _power_slope(_do: Any, u: Any, y: Any) -> tuple[Any, ...]:
    """Return p·u^(p−1), as p·y/u where p − 1 is no float or where u^p has a pole."""
    p = y.data[0]
    if p == 0:
        return (0,)
    if p < 0 or Fraction(p) - 1 != Fraction(p - 1):
        return (p * y / u,)
    return (p * u ** (p - 1),)


def _tan_slope(do: Any, u: Any, _y: Any) -> tuple[Any, ...]:
    """Return 1/cos² as two quotients: around a pole even its sign is not known."""
    cosine = do("cos", u)
    return (1 / cosine / cosine,)


def _xlogy(factor: Any, u: Any) -> Any:
    """Return factor · log u, and 0 where the factor is 0: so 0^0 is 1, as in numpy."""
    return np.where(np.equal(factor, 0), 0.0, factor * np.log(u))


def _arb_cbrt(u: Any) -> Any:
    if u > 0:
        return u.root(3)
    if u < 0:
        return -((-u).root(3))
    if u == 0:
        return u
    size = u.abs_upper().root(3)
    return (-size).union(size)


def _sinc(u: Any) -> Any:
    at_zero = np.equal(u, 0)
    return np.where(at_zero, 1.0, np.sin(u) / np.where(at_zero, 1.0, u))


def _sinc_slope(do: Any, u: Any, y: Any) -> tuple[Any, ...]:
    """Return (cos u − sinc u)/u, which is at most |u|/3 in size and so 0 at 0."""
    most = do("absolute", u) / 3
    slope = do("minimum", do("maximum", (do("cos", u) - y) / u, -most), most)
    return (do("where", do("equal", u, 0), 0, slope),)


def _interpolate(u: Any, *table: float) -> Any:
    half = len(table) // 2
    return np.interp(u, table[:half], table[half:])


def _interpolation_slope(u: Any, *table: float) -> Any:
    half = len(table) // 2
    knots, slopes = np.array(table[:half]), np.diff(table[half:]) / np.diff(table[:half])
    padded = np.concatenate([[0.0], slopes, [0.0]])
    return np.where(np.isnan(u), np.nan, padded[np.searchsorted(knots, u, side="right")])


def _condition(test: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: np.asarray(test(*values), dtype=np.float64)


def _zero(*values: Any) -> Any:
    return np.zeros(np.broadcast_shapes(*(np.shape(v) for v in values)))


def _comparison(test: Callable[..., Any], latex: str, plain: str) -> Operation:
    def chain(do: Any, slopes: Any, a: Any, b: Any, _y: Any) -> Any:
        return do("jump", do("subtract", a, b), do("subtract", *slopes))

    return Operation(
        2, _condition(test), chain=chain, regularity="jump",
        latex=f"{{}} {latex} {{}}", plain=f"({{}} {plain} {{}})",
    )  # fmt: skip


def _logic(arity: int, test: np.ufunc, latex: str, plain: str) -> Operation:
    return Operation(
        arity, _condition(test), lambda *_nodes: (1,) * arity, conditions=arity,
        regularity="jump", names=(test.__name__,), latex=latex, plain=plain,
    )  # fmt: skip


def _choice(exact: Any, value: np.ufunc, first: Callable[..., Any]) -> Operation:
    def chain(do: Any, slopes: Any, a: Any, b: Any, _y: Any) -> Any:
        return do("where", first(do, a, b), slopes[0], slopes[1])

    short = exact.__name__
    return Operation(
        2, value, chain=chain, exact=exact, regularity="kink",
        names=(short, value.__name__), latex=f"\\{short}",
    )  # fmt: skip


def _where_slope(do: Any, slopes: Any, c: Any, *_nodes: Any) -> Any:
    chosen = do("where", c, slopes[1], slopes[2])
    constant = slopes[0].operation == "constant"
    return chosen if constant else slopes[0] + chosen


def real_domain(operation: str, numbers: Sequence[float]) -> RealDomain | None:
    """Return where an operation with these numbers is real; None: on the whole line, but at poles."""
    if operation == "power":
        return RealDomain(0.0, np.inf, numbers[0] < 0) if numbers[0] % 1 != 0 else None
    return OPERATIONS[operation].domain if operation in OPERATIONS else None


def has_pole(operation: str, numbers: Sequence[float]) -> bool:
    """Return True if an operation with these numbers may be infinite for finite arguments."""
    if operation == "power":
        return numbers[0] < 0
    rule = OPERATIONS.get(operation)
    return rule is not None and (rule.poles or (rule.domain is not None and rule.domain.open))


def _exact_power(base: Fraction, exponent: float) -> Fraction | None:
    digits = (base.numerator.bit_length() + base.denominator.bit_length()) * abs(exponent)
    return base ** int(exponent) if exponent % 1 == 0 and digits <= _MOST_DIGITS else None


def _exact_sqrt(u: Fraction) -> Fraction | None:
    if u < 0:
        return None
    root = Fraction(isqrt(u.numerator), isqrt(u.denominator))
    return root if root * root == u else None


_MOST_DIGITS: Final = 4096
"""Binary digits of an exact power; more: folds longer constants, slower."""

_WIDE: Final = 1.7e308  # nearly the largest double
_VANISHED: Final = -1e3  # left of it the logistic function and Φ are 0 in floats
_HALF_PI: Final = 1.5707963267948968  # π/2, rounded up
_UNIT: Final = RealDomain(-1.0, 1.0)

OPERATIONS: Final[dict[str, Operation]] = {
    "pi": Operation(0, lambda: np.pi),
    "add": Operation(2, np.add, lambda do, a, b, y: (1, 1), exact=add, arb=add),
    "subtract": Operation(2, np.subtract, lambda do, a, b, y: (1, -1), exact=sub, arb=sub),
    "multiply": Operation(2, np.multiply, lambda do, a, b, y: (b, a), exact=mul, arb=mul),
    "divide": Operation(
        2, np.divide, lambda do, a, b, y: (1 / b, -y / b), exact=truediv, poles=True, arb=truediv
    ),
    "negative": Operation(1, np.negative, lambda do, u, y: (-1,), exact=neg, arb=neg),
    "power": Operation(1, _power, _power_slope, exact=_exact_power),
    "sqrt": Operation(
        1, np.sqrt, lambda do, u, y: (0.5 / y,), exact=_exact_sqrt, domain=RealDomain(0.0, np.inf),
        arb="sqrt", names=("sqrt",), latex=r"\sqrt{{{}}}",
    ),
    "cbrt": Operation(
        1, np.cbrt, lambda do, u, y: (1 / (3 * y**2),), increasing=(_WIDE, -np.inf, np.inf),
        arb=_arb_cbrt, names=("cbrt",),
    ),
    "exp": Operation(
        1, np.exp, lambda do, u, y: (y,), increasing=(1e4, 0.0, np.inf), arb="exp",
        names=("exp",), latex=r"\exp",
    ),
    "expm1": Operation(
        1, np.expm1, lambda do, u, y: (do("exp", u),), increasing=(1e4, -1.0, np.inf), arb="expm1",
        series=lambda u: u.exp() - 1, names=("expm1",),
    ),
    "log": Operation(
        1, np.log, lambda do, u, y: (1 / u,), domain=RealDomain(0.0, np.inf, open=True),
        increasing=(_WIDE, -np.inf, np.inf), arb="log", names=("log", "ln"), latex=r"\log",
    ),
    "log1p": Operation(
        1, np.log1p, lambda do, u, y: (1 / (1 + u),), domain=RealDomain(-1.0, np.inf, open=True),
        increasing=(_WIDE, -np.inf, np.inf), arb="log1p", series=lambda u: (1 + u).log(),
        names=("log1p",),
    ),
    "xlogy": Operation(
        2, _xlogy, lambda do, v, u, y: (do("log", u), v / u),
        domain=RealDomain(0.0, np.inf, open=True), arb=lambda factor, u: factor * u.log(),
        names=("xlogy",), latex=r"\left({}\right) \log\left({}\right)",
    ),
    "sin": Operation(
        1, np.sin, lambda do, u, y: (do("cos", u),), arb="sin", names=("sin",), latex=r"\sin"
    ),
    "cos": Operation(
        1, np.cos, lambda do, u, y: (-do("sin", u),), arb="cos", names=("cos",), latex=r"\cos"
    ),
    "tan": Operation(1, np.tan, _tan_slope, poles=True, arb="tan", names=("tan",), latex=r"\tan"),
    "arcsin": Operation(
        1, np.arcsin, lambda do, u, y: (1 / do("sqrt", 1 - u**2),), domain=_UNIT,
        increasing=(1.0, -_HALF_PI, _HALF_PI), arb="asin", names=("arcsin", "asin"),
        latex=r"\arcsin",
    ),
    "arccos": Operation(
        1, np.arccos, lambda do, u, y: (-1 / do("sqrt", 1 - u**2),), domain=_UNIT, arb="acos",
        names=("arccos", "acos"), latex=r"\arccos",
    ),
    "arctan": Operation(
        1, np.arctan, lambda do, u, y: (1 / (1 + u**2),), imaginary_cuts=True,
        increasing=(1e300, -_HALF_PI, _HALF_PI), arb="atan", names=("arctan", "atan"),
        latex=r"\arctan",
    ),
    "sinh": Operation(
        1, np.sinh, lambda do, u, y: (do("cosh", u),), increasing=(1e4, -np.inf, np.inf),
        arb="sinh", series=lambda u: (u.exp() - (-u).exp()) / 2, names=("sinh",), latex=r"\sinh",
    ),
    "cosh": Operation(
        1, np.cosh, lambda do, u, y: (do("sinh", u),), arb="cosh",
        series=lambda u: (u.exp() + (-u).exp()) / 2, names=("cosh",), latex=r"\cosh",
    ),
    "tanh": Operation(
        1, np.tanh, lambda do, u, y: (1 / do("cosh", u) ** 2,), increasing=(1e4, -1.0, 1.0),
        arb="tanh", series=lambda u: 1 - 2 / (1 + (2 * u).exp()), names=("tanh",), latex=r"\tanh",
    ),
    "arcsinh": Operation(
        1, np.arcsinh, lambda do, u, y: (1 / do("sqrt", 1 + u**2),), imaginary_cuts=True,
        increasing=(_WIDE, -np.inf, np.inf), arb="asinh",
        series=lambda u: (u + (u * u + 1).sqrt()).log(), names=("arcsinh", "asinh"),
    ),
    "arccosh": Operation(
        1, np.arccosh, lambda do, u, y: (1 / (do("sqrt", u - 1) * do("sqrt", u + 1)),),
        domain=RealDomain(1.0, np.inf), increasing=(_WIDE, 0.0, np.inf), arb="acosh",
        names=("arccosh", "acosh"),
    ),
    "arctanh": Operation(
        1, np.arctanh, lambda do, u, y: (1 / (1 - u**2),),
        domain=RealDomain(-1.0, 1.0, open=True), increasing=(1.0, -np.inf, np.inf), arb="atanh",
        names=("arctanh", "atanh"),
    ),
    "sinc": Operation(1, _sinc, _sinc_slope, arb="sinc"),
    "expit": Operation(
        1, _expit, lambda do, u, y: (y * do("expit", -u),), increasing=(1e4, 0.0, 1.0),
        arb=_arb_expit, names=("expit", "sigmoid"),
    ),
    "erf": Operation(
        1, _erf, lambda do, u, y: (2 * do("exp", -(u**2)) / do("sqrt", do("pi")),),
        increasing=(1e4, -1.0, 1.0), arb="erf", names=("erf",),
    ),
    "softplus": Operation(
        1, lambda u: np.logaddexp(0.0, u), lambda do, u, y: (do("expit", u),),
        increasing=(_WIDE, 0.0, np.inf), arb=_arb_softplus, series=lambda u: (1 + u.exp()).log(),
        names=("softplus",),
    ),
    "silu": Operation(
        1, lambda u: np.maximum(u, _VANISHED) * _expit(u),
        lambda do, u, y: (do("expit", u) * (1 - do("silu", -u)),), arb=_arb_silu,
        series=lambda u: u / (1 + (-u).exp()), names=("silu",),
    ),
    "gelu": Operation(1, _gelu, _gelu_slope, arb=_arb_gelu, names=("gelu",)),
    "elu": Operation(
        1, _elu, lambda do, u, y: (do("exp", do("minimum", u, 0)),), regularity="kink",
        increasing=(_WIDE, -1.0, np.inf), arb=_arb_elu, names=("elu",),
    ),
    "softsign": Operation(
        1, _softsign, lambda do, u, y: (1 / (1 + do("absolute", u)) ** 2,), regularity="kink",
        increasing=(_WIDE, -1.0, 1.0), arb=_arb_softsign, names=("softsign",),
    ),
    "absolute": Operation(
        1, np.abs, lambda do, u, y: (do("sign", u),), exact=abs, regularity="kink",
        names=("abs", "absolute"), latex=r"\left|{}\right|",
    ),
    "sign": Operation(
        1, np.sign, chain=lambda do, slopes, u, y: do("jump", u, slopes[0]), regularity="jump",
        names=("sign",),
    ),
    "minimum": _choice(min, np.minimum, lambda do, a, b: do("less_equal", a, b)),
    "maximum": _choice(max, np.maximum, lambda do, a, b: do("less_equal", b, a)),
    "less": _comparison(np.less, "<", "<"),
    "less_equal": _comparison(np.less_equal, r"\leq", "<="),
    "equal": _comparison(np.equal, "=", "=="),
    "logical_and": _logic(2, np.logical_and, r"{} \wedge {}", "({} & {})"),
    "logical_or": _logic(2, np.logical_or, r"{} \vee {}", "({} | {})"),
    "logical_not": _logic(1, np.logical_not, r"\neg \left({}\right)", ""),
    "where": Operation(
        3, np.where, chain=_where_slope, conditions=1, regularity="jump", names=("where",)
    ),
    "interp": Operation(
        1, _interpolate, lambda do, u, y: (do("interp_slope", u, data=y.data),), regularity="kink"
    ),
    "interp_slope": Operation(
        1, _interpolation_slope, lambda do, u, y: (do("unknown", u),), regularity="jump"
    ),
    "jump": Operation(
        2, _zero, lambda do, u, s, y: (do("unknown", u), do("unknown", s)), regularity="jump"
    ),
    "unknown": Operation(1, _zero, lambda do, u, y: (do("unknown", u),), regularity="jump"),
    **SPECIAL,
}  # fmt: skip

CONDITIONS: Final = frozenset(
    {"less", "less_equal", "equal", "logical_and", "logical_or", "logical_not"}
)
