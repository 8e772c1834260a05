"""Analytic functions of one number on short intervals, as polynomials: interpolation with its error.

On [u − R, u + R] a function h is replaced by the polynomial through its values at the p + 1
Chebyshev points. Where |h − constant| ≤ M in the ellipse u + R cosh(s + iq), |s| < t, that is off by
4M e^−pt/(e^t − 1) at most; the ellipse reaches to u ± R cosh t along the real line and to R sinh t
above it. Values that are off by δ move the polynomial by Λδ, Λ = 1 + (2/π) log(p + 1). What is
lost where the polynomial is written in powers of t = (x − u)/R is bounded by the sizes of the terms.

The values of h are enclosed by balls; only the sizes M rest on the platform's exp, cosh and the like,
to six digits.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorems 8.2 and 15.2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from uat.enclosure.outward_rounding import TINY, UP, point_values
from uat.expression.arrays import Array
from uat.numerics.chebyshev import cosine_balls, cosines
from uat.numerics.network_rounding import ROUNDOFF, gamma
from uat.proof.joint.model import Model, constant

__all__ = ["FUNCTIONS", "Analytic", "composed", "interpolated", "power"]

_ELLIPSES: Final = (
    0.15,
    0.25,
    0.4,
    0.6,
    0.85,
    1.2,
    1.6,
    2.1,
    2.7,
    3.4,
    4.2,
    5.2,
    6.5,
    8.0,
    10.0,
    13.0,
)
"""The ellipses that are tried, by t; more: smaller errors, slower."""

_SAFELY: Final = 1 + 2.0**-20
"""Sizes in an ellipse times this are rounded up, whatever the platform's functions lose."""

_NEAR_THE_POLE: Final = 2.0**-10
"""Ellipses end at this share of the distance from a pole, so that roundings there are small."""

_PRECISION: Final = 256


class Analytic(Protocol):
    """A function of one number; u ± R are intervals, arrays of one shape."""

    def values(self, points: Array) -> tuple[Array, Array]:
        """Return the values at floats and bounds of their errors."""
        ...

    def loss(self, centre: Array, reach: Array, degree: int) -> Array:
        """Bound the error of interpolation on u ± R; inf where the function is not analytic."""
        ...

    def moved(self, centre: Array, reach: Array, by: Array) -> Array:
        """Bound how much the value changes on u ± R where the argument moves by so much."""
        ...


Size = Callable[[Array, Array, float, float], Array]
"""u, R, cosh t and sinh t → M for the ellipse; NaN or inf where the function is not analytic."""


@dataclass(frozen=True, slots=True)
class OnEllipses:
    """A function that is enclosed at points, and bounded on ellipses."""

    enclosed: Callable[[Array], tuple[Array, Array]]
    size: Size

    def values(self, points: Array) -> tuple[Array, Array]:
        """Return the middles and the half-widths of the enclosures."""
        low, high = (end.reshape(points.shape) for end in self.enclosed(points.ravel()))
        middle = low + (high - low) / 2
        return middle, np.maximum(high - middle, middle - low) * UP

    def loss(self, centre: Array, reach: Array, degree: int) -> Array:
        """Take the ellipse with the least error."""
        best = np.full_like(centre, np.inf)
        for (wide, high), share in zip(_semi_axes(), _shares(degree), strict=True):
            loss = self.size(centre, reach, wide, high) * (share * _SAFELY)
            best = np.where(loss < best, loss, best)
        return best + TINY

    def moved(self, centre: Array, reach: Array, by: Array) -> Array:
        """Bound the slope by Cauchy's estimate: M over the distance to the rim of the ellipse."""
        best = np.full_like(centre, np.inf)
        for wide, high in _semi_axes():
            away = reach * (wide - 1) - by
            slope = self.size(centre, reach, wide, high) * _SAFELY / np.where(away > 0, away, 0.0)
            best = np.where(slope < best, slope, best)
        return best * by * UP


def composed(function: Analytic, inner: Model) -> Model:
    """Put models into a function; inf is the remainder where it is not analytic on their range.

    With s = (inner − its constant term)/R, which has no term of degree 0, a polynomial Σ γ_k s^k is
    multiplied out by Horner's rule: what is multiplied by s another j times needs no term past
    degree p − j.
    """
    centre, reach, first = inner.middle, inner.spread, inner.coefficients[0]
    with np.errstate(all="ignore"):
        parts, error = interpolated(function, centre, reach, inner.order)
        share = inner.without_constant().divided(reach)
        parts, lost = _moved(parts, (first - centre) / reach, share.size + share.remainder)
        result = constant(0, parts[-1])
        for degree, part in enumerate(parts[-2::-1], 1):
            result = result.times(share, degree).shifted(part)
        return result.widened(error + lost)


def _moved(parts: Array, by: Array, size: Array) -> tuple[Array, Array]:
    """Write Σ γ_k (s + by)^k in powers of s, |s| ≤ size; bound what rounding takes from the sum.

    Each term goes through 2p roundings, and `by` may be off by two itself.
    """
    degree, moved = len(parts) - 1, parts.copy()
    for k in range(degree):
        for j in range(degree - 1, k - 1, -1):
            moved[j] += by * moved[j + 1]
    total = np.abs(parts[-1])
    for part in parts[-2::-1]:
        total = total * (np.abs(by) + size) + np.abs(part)
    return moved, gamma(4 * degree + 16) * total * UP + degree * degree * TINY * (
        1 + size
    ) ** degree


def interpolated(
    function: Analytic, centre: Array, reach: Array, degree: int
) -> tuple[Array, Array]:
    """Return γ, (degree + 1, …), and the error of h(u + R t) = Σ γ_k t^k for |t| ≤ 1."""
    nodes = cosines(degree)[: degree + 1].reshape((-1,) + (1,) * centre.ndim)
    values, own = function.values(centre + nodes * reach)
    base = values[degree // 2]
    rest = values - base
    matrix, columns = _to_powers(degree)
    parts = np.tensordot(matrix, rest, axes=1)
    parts[0] += base
    # a node is off by 4 roundings of |u| + R, before the function is taken
    off = function.moved(centre, reach, 4 * ROUNDOFF * (np.abs(centre) + reach))
    off = off + own.max(axis=0) + 2 * ROUNDOFF * np.abs(rest).max(axis=0)
    spread = 1 + 2 / math.pi * math.log(degree + 1)
    made = gamma(degree + 8) * np.tensordot(columns, np.abs(rest), axes=1)
    made = made + 2 * ROUNDOFF * np.abs(parts[0])
    error = function.loss(centre, reach, degree) + spread * off * UP + made * UP
    return parts, error * UP


@lru_cache(maxsize=32)
def _to_powers(degree: int) -> tuple[Array, Array]:
    """Make the matrix from values at cos(πj/p) to coefficients of t^k; sum up its columns' sizes."""
    from flint import arb_mat, ctx

    with ctx.workprec(_PRECISION):
        nodes = cosine_balls(degree)
        table = arb_mat([[node**k for k in range(degree + 1)] for node in nodes]).inv()
        matrix = np.array([float(v.mid()) for v in table.entries()])
    matrix = matrix.reshape(degree + 1, degree + 1)
    return matrix, np.abs(matrix).sum(axis=0) * UP


@lru_cache(maxsize=1)
def _semi_axes() -> list[tuple[float, float]]:
    """Return cosh t and sinh t of the ellipses, rounded up."""
    from flint import arb

    return [(float(arb(t).cosh()) * UP, float(arb(t).sinh()) * UP) for t in _ELLIPSES]


@lru_cache(maxsize=32)
def _shares(degree: int) -> list[float]:
    """Return 4 e^−pt/(e^t − 1) of the ellipses, rounded up."""
    from flint import arb

    return [float(4 * (-degree * arb(t)).exp() / arb(t).expm1()) * UP for t in _ELLIPSES]


def _named(name: str, size: Size) -> OnEllipses:
    return OnEllipses(lambda points: _enclosed(name, points), size)


def _enclosed(name: str, points: Array, exponent: float | None = None) -> tuple[Array, Array]:
    """Enclose a function by balls; NaN where the point is no number."""
    known = np.isfinite(points)
    low, high = point_values(name, np.where(known, points, 0.0), exponent)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _apart(u: Array, r: Array, wide: float) -> tuple[Array, Array]:
    """Bound |z| in an ellipse from both sides; NaN for one that comes too near to 0."""
    low, high = np.abs(u) - r * wide, np.abs(u) + r * wide
    return np.where(low > _NEAR_THE_POLE * np.abs(u), low, np.nan), high


def _power_size(exponent: float) -> Size:
    """|z^e| = |z|^e in the right half plane, and in the left one for odd and even powers."""

    def size(u: Array, r: Array, wide: float, _high: float) -> Array:
        low, most = _apart(u, r, wide)
        return np.where(np.isnan(low), np.nan, (low if exponent < 0 else most) ** exponent)

    return size


def power(exponent: float) -> OnEllipses:
    """Return z^e for numbers above 0, e no whole number; |e| is below 2^10 or nothing is known."""
    size = _power_size(exponent if abs(exponent) < 2**10 else math.nan)

    def above(u: Array, r: Array, wide: float, high: float) -> Array:
        return np.where(u > 0, size(u, r, wide, high), np.nan)

    def enclosed(points: Array) -> tuple[Array, Array]:
        some = points > 0
        low, high = _enclosed("power", np.where(some, points, 1.0), exponent)
        return np.where(some, low, np.nan), np.where(some, high, np.nan)

    return OnEllipses(enclosed, above)


def _around(value: Array) -> tuple[Array, Array]:
    """Enclose the result of one rounding."""
    return np.nextafter(value, -np.inf), np.nextafter(value, np.inf)


def _log_size(u: Array, r: Array, wide: float, _high: float) -> Array:
    """|log z − log u| ≤ |log |z|/u| + π/2."""
    low, high = _apart(u, r, wide)
    return np.where(u > 0, np.maximum(np.log(high / u), np.log(u / low)) + 1.571, np.nan)


def _above(high: Array, edge: float) -> Array:
    """Return heights below the edge, NaN for others."""
    return np.where(high < edge, high, np.nan)


def _logistic_size(_u: Array, r: Array, _wide: float, high: float) -> Array:
    """|σ − ½| ≤ max(1, tan v/2)/2 for |Im z| ≤ v < π (`sigma/strips.py`)."""
    return np.maximum(np.tan(_above(r * high, 3.14) / 2), 1.0) / 2


def _gauss_size(v: Array) -> Array:
    """|Φ(x + iy) − Φ(x)| ≤ v e^(v²/2)/√2π, and Φ(x) ≤ 1."""
    return 1 + 0.4 * v * np.exp(v * v / 2)


FUNCTIONS: Final[dict[str, OnEllipses]] = {
    "exp": _named("exp", lambda u, r, a, b: np.exp(u + r * a)),
    "expm1": _named("expm1", lambda u, r, a, b: np.exp(u + r * a)),
    "sin": _named("sin", lambda u, r, a, b: np.cosh(r * b)),
    "cos": _named("cos", lambda u, r, a, b: np.cosh(r * b)),
    "sinc": _named("sinc", lambda u, r, a, b: np.cosh(r * b)),
    "sinh": _named("sinh", lambda u, r, a, b: np.cosh(np.abs(u) + r * a)),
    "cosh": _named("cosh", lambda u, r, a, b: np.cosh(np.abs(u) + r * a)),
    "log": _named("log", _log_size),
    "log1p": _named("log1p", lambda u, r, a, b: _log_size(1 + u, r, a, b)),
    "inverse": OnEllipses(lambda x: _around(1 / x), _power_size(-1.0)),
    "sqrt": OnEllipses(
        lambda x: _around(np.sqrt(x)),
        lambda u, r, a, b: np.where(u > 0, _power_size(0.5)(u, r, a, b), np.nan),
    ),
    "cbrt": _named("cbrt", _power_size(1 / 3)),
    "expit": _named("expit", _logistic_size),
    "tanh": _named("tanh", lambda u, r, a, b: 2 * _logistic_size(u, 2 * r, a, b)),
    "arctan": _named("arctan", lambda u, r, a, b: 1.571 + np.arctanh(_above(r * b, 0.99))),
    "arcsinh": _named(
        "arcsinh",
        lambda u, r, a, b: 3.2 + np.arcsinh(np.abs(u) + r * a) + 0 * _above(r * b, 0.99),
    ),
    "erf": _named("erf", lambda u, r, a, b: 2 * _gauss_size(1.4143 * r * b)),
    "gelu": _named("gelu", lambda u, r, a, b: (np.abs(u) + r * a) * _gauss_size(r * b)),
    "silu": _named(
        "silu", lambda u, r, a, b: (np.abs(u) + r * a) * (0.5 + _logistic_size(u, r, a, b))
    ),
    "softplus": _named(
        "softplus", lambda u, r, a, b: 2.3 + np.abs(u) + r * a + 0 * _above(r * b, 1.57)
    ),
}  # fmt: skip
"""The functions that formulas are made of, where their size on ellipses is known."""
