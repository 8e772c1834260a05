"""What each operation of the graph computes and how it is differentiated, side by side.

A rule's `partials` gets `do`, which makes a node, the arguments of the node and last the node
itself, and gives one derivative an argument. `jump(u, slope)` stands where the value changes at
once when u passes 0, `unknown(u)` where no slope is known: numerically 0, in a proof the whole
line (`jump` only where u may be 0 or undefined and does not stand still).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

__all__ = ["CONDITIONS", "OPERATIONS", "PARTIAL", "Operation", "takes"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its number of arguments, its value in numpy, its partial derivatives.

    `value` takes the values of the arguments and then the node's own numbers. `chain`, where
    given, makes the slope of the node from the slopes of its arguments in place of `partials`:
    for the operations that choose or jump, so that the slope chooses too.
    """

    arity: int
    value: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]
    chain: Callable[..., Any] | None = None


def takes(operation: str, numbers: Sequence[float]) -> bool:
    """Return whether a node of this operation may have these numbers of its own.

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
    return not numbers


def _expit(u: Any) -> Any:
    from scipy.special import expit

    return expit(u)


def _erf(u: Any) -> Any:
    from scipy.special import erf

    return erf(u)


def _power(u: Any, exponent: float) -> Any:
    return np.square(u) if exponent == 2 else np.power(u, exponent)


def _power_slope(_do: Any, u: Any, y: Any) -> tuple[Any, ...]:
    """p·u^(p−1); written p·y/u where p − 1 is no float, or where u^p has a pole to jump across."""
    p = y.data[0]
    if p == 0:
        return (0,)
    if p < 0 or Fraction(p) - 1 != Fraction(p - 1):
        return (p * y / u,)
    return (p * u ** (p - 1),)


def _tan_slope(do: Any, u: Any, _y: Any) -> tuple[Any, ...]:
    """1/cos², as two quotients: around a pole they know nothing, not even the sign."""
    cosine = do("cos", u)
    return (1 / cosine / cosine,)


def _xlogy(factor: Any, u: Any) -> Any:
    """Return factor · log u, and 0 where the factor is 0: so 0^0 is 1, as numpy has it."""
    return np.where(np.equal(factor, 0), 0.0, factor * np.log(u))


def _sinc(u: Any) -> Any:
    at_zero = np.equal(u, 0)
    return np.where(at_zero, 1.0, np.sin(u) / np.where(at_zero, 1.0, u))


def _sinc_slope(do: Any, u: Any, y: Any) -> tuple[Any, ...]:
    """(cos u − sinc u)/u, which is at most |u|/3 and so 0 at 0."""
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


def _none(*_nodes: Any) -> tuple[Any, ...]:
    return ()


def _comparison(test: Callable[..., Any]) -> Operation:
    def chain(do: Any, slopes: Any, a: Any, b: Any, _y: Any) -> Any:
        return do("jump", do("subtract", a, b), do("subtract", *slopes))

    return Operation(2, _condition(test), _none, chain)


def _choice(value: Callable[..., Any], first: Callable[..., Any]) -> Operation:
    def chain(do: Any, slopes: Any, a: Any, b: Any, _y: Any) -> Any:
        return do("where", first(do, a, b), slopes[0], slopes[1])

    return Operation(2, value, _none, chain)


def _where_slope(do: Any, slopes: Any, c: Any, *_nodes: Any) -> Any:
    chosen = do("where", c, slopes[1], slopes[2])
    constant = slopes[0].operation == "constant"
    return chosen if constant else slopes[0] + chosen


CONDITIONS: Final = frozenset(
    {"less", "less_equal", "equal", "logical_and", "logical_or", "logical_not"}
)

# operations that are undefined for some arguments; so are powers with an exponent below 0 or broken
PARTIAL: Final = frozenset(
    {"divide", "sqrt", "log", "log1p", "xlogy", "tan", "arcsin", "arccos", "arccosh", "arctanh"}
)

OPERATIONS: Final[dict[str, Operation]] = {
    "pi": Operation(0, lambda: np.pi, _none),
    "add": Operation(2, np.add, lambda do, a, b, y: (1, 1)),
    "subtract": Operation(2, np.subtract, lambda do, a, b, y: (1, -1)),
    "multiply": Operation(2, np.multiply, lambda do, a, b, y: (b, a)),
    "divide": Operation(2, np.divide, lambda do, a, b, y: (1 / b, -y / b)),
    "negative": Operation(1, np.negative, lambda do, u, y: (-1,)),
    "power": Operation(1, _power, _power_slope),
    "sqrt": Operation(1, np.sqrt, lambda do, u, y: (0.5 / y,)),
    "cbrt": Operation(1, np.cbrt, lambda do, u, y: (1 / (3 * y**2),)),
    "exp": Operation(1, np.exp, lambda do, u, y: (y,)),
    "expm1": Operation(1, np.expm1, lambda do, u, y: (do("exp", u),)),
    "log": Operation(1, np.log, lambda do, u, y: (1 / u,)),
    "log1p": Operation(1, np.log1p, lambda do, u, y: (1 / (1 + u),)),
    "xlogy": Operation(2, _xlogy, lambda do, v, u, y: (do("log", u), v / u)),
    "sin": Operation(1, np.sin, lambda do, u, y: (do("cos", u),)),
    "cos": Operation(1, np.cos, lambda do, u, y: (-do("sin", u),)),
    "tan": Operation(1, np.tan, _tan_slope),
    "arcsin": Operation(1, np.arcsin, lambda do, u, y: (1 / do("sqrt", 1 - u**2),)),
    "arccos": Operation(1, np.arccos, lambda do, u, y: (-1 / do("sqrt", 1 - u**2),)),
    "arctan": Operation(1, np.arctan, lambda do, u, y: (1 / (1 + u**2),)),
    "sinh": Operation(1, np.sinh, lambda do, u, y: (do("cosh", u),)),
    "cosh": Operation(1, np.cosh, lambda do, u, y: (do("sinh", u),)),
    "tanh": Operation(1, np.tanh, lambda do, u, y: (1 / do("cosh", u) ** 2,)),
    "arcsinh": Operation(1, np.arcsinh, lambda do, u, y: (1 / do("sqrt", 1 + u**2),)),
    "arccosh": Operation(
        1, np.arccosh, lambda do, u, y: (1 / (do("sqrt", u - 1) * do("sqrt", u + 1)),)
    ),
    "arctanh": Operation(1, np.arctanh, lambda do, u, y: (1 / (1 - u**2),)),
    "sinc": Operation(1, _sinc, _sinc_slope),
    "expit": Operation(1, _expit, lambda do, u, y: (y * do("expit", -u),)),
    "erf": Operation(1, _erf, lambda do, u, y: (2 * do("exp", -(u**2)) / do("sqrt", do("pi")),)),
    "absolute": Operation(1, np.abs, lambda do, u, y: (do("sign", u),)),
    "sign": Operation(1, np.sign, _none, lambda do, slopes, u, y: do("jump", u, slopes[0])),
    "minimum": _choice(np.minimum, lambda do, a, b: do("less_equal", a, b)),
    "maximum": _choice(np.maximum, lambda do, a, b: do("less_equal", b, a)),
    "less": _comparison(np.less),
    "less_equal": _comparison(np.less_equal),
    "equal": _comparison(np.equal),
    "logical_and": Operation(2, _condition(np.logical_and), lambda do, a, b, y: (1, 1)),
    "logical_or": Operation(2, _condition(np.logical_or), lambda do, a, b, y: (1, 1)),
    "logical_not": Operation(1, _condition(np.logical_not), lambda do, a, y: (1,)),
    "where": Operation(3, np.where, _none, _where_slope),
    "interp": Operation(1, _interpolate, lambda do, u, y: (do("interp_slope", u, data=y.data),)),
    "interp_slope": Operation(1, _interpolation_slope, lambda do, u, y: (do("unknown", u),)),
    "jump": Operation(2, _zero, lambda do, u, s, y: (do("unknown", u), do("unknown", s))),
    "unknown": Operation(1, _zero, lambda do, u, y: (do("unknown", u),)),
}
