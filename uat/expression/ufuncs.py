"""What numpy's ufuncs do on the graph, by numpy's name.

A rule is exact: the function on real numbers that numpy means, not the rounding inside it.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

import numpy as np

from uat.errors import CannotProve
from uat.expression.graph import Expression, apply, as_expression, may_be_undefined, power
from uat.expression.operations import OPERATIONS

__all__ = ["REFUSALS", "UFUNCS", "cannot", "is_known"]

_WAYS_OUT: Final = (
    "write f with numpy functions, operators and np.where, or give uat.Target(f, domain, "
    "modulus=…), or leave the proof out with prove=False"
)


# while f is traced, the errors made so far: f may catch them, and is refused all the same
REFUSALS: Final[ContextVar[list[CannotProve] | None]] = ContextVar("REFUSALS", default=None)


def cannot(reason: str) -> CannotProve:
    """Make the error that says why f cannot be followed, and the two ways out."""
    error = CannotProve(f"f cannot be followed: {reason}", _WAYS_OUT)
    refusals = REFUSALS.get()
    if refusals is not None:
        refusals.append(error)
    return error


def _skipping_nan(name: str, operation: str) -> Callable[..., Expression]:
    """Make np.fmin or np.fmax, which are the plain ones where nothing is undefined."""

    def rule(a: Any, b: Any) -> Expression:
        result = apply(operation, a, b)
        if may_be_undefined(result):
            raise cannot(
                f"np.{name} takes the other value where one is NaN; np.{operation} is known"
            )
        return result

    return rule


def _heaviside(u: Any, middle: Any) -> Expression:
    step = apply("maximum", apply("sign", u), 0)
    return apply("where", apply("equal", u, 0), middle, step)


def _square(u: Any) -> Expression:
    return apply("power", u, data=(2,))


def _degrees(u: Any) -> Expression:
    return as_expression(u) * (180 / apply("pi"))


def _radians(u: Any) -> Expression:
    return as_expression(u) * (apply("pi") / 180)


def _power(base: Any, exponent: Any) -> Expression:
    return power(as_expression(base), as_expression(exponent))


# numpy's name of a ufunc → the graph, where the table's own name differs or two nodes are needed
UFUNCS: Final[dict[str, Callable[..., Any]]] = {
    "power": _power,
    "float_power": _power,
    "square": _square,
    "reciprocal": lambda u: apply("divide", 1, u),
    "positive": as_expression,
    "conjugate": as_expression,
    "fabs": lambda u: apply("absolute", u),
    "fmin": _skipping_nan("fmin", "minimum"),
    "fmax": _skipping_nan("fmax", "maximum"),
    "exp2": lambda u: apply("exp", as_expression(u) * apply("log", 2)),
    "log2": lambda u: apply("log", u) / apply("log", 2),
    "log10": lambda u: apply("log", u) / apply("log", 10),
    "deg2rad": _radians,
    "radians": _radians,
    "rad2deg": _degrees,
    "degrees": _degrees,
    "hypot": lambda a, b: apply("sqrt", _square(a) + _square(b)),
    "logaddexp": lambda a, b: (
        apply("maximum", a, b)
        + apply("log1p", apply("exp", -apply("absolute", apply("subtract", a, b))))
    ),
    "greater": lambda a, b: apply("less", b, a),
    "greater_equal": lambda a, b: apply("less_equal", b, a),
    "not_equal": lambda a, b: apply("logical_not", apply("equal", a, b)),
    "bitwise_and": lambda a, b: apply("logical_and", a, b),
    "bitwise_or": lambda a, b: apply("logical_or", a, b),
    "invert": lambda u: apply("logical_not", u),
    "heaviside": _heaviside,
    "erfc": lambda u: 1 - apply("erf", u),
    "ndtr": lambda u: (1 + apply("erf", as_expression(u) / apply("sqrt", 2))) / 2,
}


def is_known(ufunc: np.ufunc) -> bool:
    """Tell numpy's or scipy's own ufuncs; another one may have the name of one of them."""
    name = ufunc.__name__
    homes = (np, sys.modules.get("scipy.special"))
    ours = any(getattr(home, name, None) is ufunc for home in homes)
    return ours and (name in UFUNCS or name in OPERATIONS)
