"""The formula of each of numpy's ufuncs, by numpy's name.

A formula is exact: it is the function of real numbers that numpy approximates.
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
    "write {}, or give uat.Target(f, domain, modulus=…), or leave the proof out with prove=False"
)
_FOLLOWED: Final = (
    "f with operators, np.where, numpy functions and those of scipy.special that have a formula, as gamma "
    "and ndtr have"
)


# The errors made so far while f is traced: f is refused even if it catches them.
REFUSALS: Final[ContextVar[list[CannotProve] | None]] = ContextVar("REFUSALS", default=None)


def cannot(reason: str, instead: str = "") -> CannotProve:
    """Return the error for an f that cannot be followed: the reason, what to write, two ways out."""
    error = CannotProve(f"f cannot be followed: {reason}", _WAYS_OUT.format(instead or _FOLLOWED))
    refusals = REFUSALS.get()
    if refusals is not None:
        refusals.append(error)
    return error


def _skipping_nan(name: str, operation: str) -> Callable[..., Expression]:
    """Return np.fmin or np.fmax: np.minimum or np.maximum where nothing is undefined."""

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


def _bessel(kind: str, order: int | None = None) -> Callable[..., Expression]:
    """Return the rule of a function of a known order, or of one whose order comes first."""
    if order is not None:
        return lambda u: apply(f"bessel_{kind}", u, data=(order,))

    def rule(first: Any, u: Any) -> Expression:
        n = as_expression(first)
        if n.operation != "constant" or not OPERATIONS[f"bessel_{kind}"].has_order(n.data[0]):
            raise cannot(
                "a Bessel function of an order that is not a number 0, 1, …, 100 is called"
            )
        return apply(f"bessel_{kind}", u, data=n.data)

    return rule


# Only ufuncs that have another name than the operation, several values, or need two nodes.
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
    "erfcinv": lambda u: apply("erfinv", 1 - as_expression(u)),
    "ndtri": lambda u: apply("sqrt", 2) * apply("erfinv", 2 * as_expression(u) - 1),
    "psi": lambda u: apply("digamma", u),
    "_riemann_zeta": lambda u, *_: apply("zeta", u),
    "exp1": lambda u: apply(
        "where", apply("less", 0, u), -apply("expi", -as_expression(u)), apply("sqrt", -1)
    ),
    "j0": _bessel("j", 0),
    "j1": _bessel("j", 1),
    "y0": _bessel("y", 0),
    "y1": _bessel("y", 1),
    "i0": _bessel("i", 0),
    "i1": _bessel("i", 1),
    "k0": _bessel("k", 0),
    "k1": _bessel("k", 1),
    "jv": _bessel("j"),
    "yv": _bessel("y"),
    "yn": _bessel("y"),
    "iv": _bessel("i"),
    "kv": _bessel("k"),
    "kn": _bessel("k"),
    "airy": lambda u: tuple(
        apply(name, u) for name in ("airy_ai", "airy_ai_slope", "airy_bi", "airy_bi_slope")
    ),
    "sici": lambda u: (apply("sine_integral", u), apply("cosine_integral", u)),
    "fresnel": lambda u: (apply("fresnel_s", u), apply("fresnel_c", u)),
    "ndtr": lambda u: (1 + apply("erf", as_expression(u) / apply("sqrt", 2))) / 2,
}


def is_known(ufunc: np.ufunc) -> bool:
    """Return True for numpy's or scipy's own ufunc, not for another one of the same name."""
    name = ufunc.__name__
    homes = (np, *map(sys.modules.get, ("scipy.special", "scipy.special._ufuncs")))
    ours = any(getattr(home, name, None) is ufunc for home in homes)
    return ours and (name in UFUNCS or name in OPERATIONS)
