"""Bounds of σ on strips |Im z| ≤ v beside the real line that are free of its singularities.

The error of interpolating a unit aσ(b·x + c) with degree N along x_i rests on them. Where x_i runs
through the ellipse of parameter ρ = e^t around a side of half-length r, |Im z| ≤ |b_i| r sinh t;
where σ is within M of a constant for |Im z| ≤ v, the loss is at most 4|a|M ρ^−N/(ρ − 1) with
t = asinh(v/|b_i| r).

The sizes M(v) of the package's own σ, each about the constant that suits it (z = x + iy, |y| ≤ v):

    logistic    |σ − 1/2|² = (sinh² x/2 + sin² y/2)/(4 sinh² x/2 + 4 cos² y/2)  ≤ max(1, tan² v/2)/4
    Cauchy      π(σ − 1/2) = atan z; |Re atan z| ≤ π/2, |Im atan z| ≤ atanh v        for v < 1
    algebraic   w = z/√(1 + z²): |w|⁴ = (x² + y²)²/((x² + (1 + y)²)(x² + (1 − y)²)), so
                |w|² ≤ max(1, v²/(1 − v²))                                           for v < 1
    Gauss       |σ(x + iy) − σ(x)| ≤ ∫₀^v e^{s²/2} ds/√2π ≤ min(v, 1) e^{v²/2}/√2π
    Gompertz    |σ| = exp(−e^−x cos y) ≤ 1                                           for v ≤ π/2

The integral: Dawson's D(x) = e^{−x²} ∫₀^x e^{s²} ds has D ≤ x and, where it is largest, D = 1/2x.
Your own analytic σ is bounded by complex balls.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorem 8.2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation, algebraic, cauchy_cdf, gauss_cdf, gompertz, logistic
from uat.enclosure.balls import ball, is_analytic
from uat.enclosure.outward_rounding import DOWN, TINY, UP
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.proof.sigma.maximum import Box, largest

__all__ = ["Strips", "ellipse_loss", "strips"]

_NEAREST: Final = 64.0
"""A σ of your own that is bounded on no strip is refused where its arguments stay within this."""

_FARTHEST: Final = 4096.0
"""For arguments past this a σ without a formula here is bounded by its spread alone; larger: slower."""

_MARGINS: Final = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Strips end at edge·(1 − 1/m) for these m; more: lower degrees are enough, slower."""

_BANDS: Final = tuple(0.1 * 1.35**k for k in range(18))
"""Heights at which the strips of a σ of your own may end; more: lower degrees, slower."""

_LOG_ERROR: Final = 2.0**-36
"""More than `ellipse_loss` loses in its logarithms. A result that is not 0 in floats has terms
below 2^11 in size; four of them, each off by 8 roundings of the platform's log and asinh and some
of its own, are off by less than 2^11 · 4 · 16 · 2^-53 together. UP alone covers no more than
2^-40."""


def ellipse_loss(log_size: Array, t: Array, degree: int) -> Array:
    """Bound the error of interpolation, 4M e^−Nt/(e^t − 1), the least over the last axis.

    log M and t ≥ 0, (…, ellipses) each: the function is within M of a constant in the ellipse e^t.
    """
    with np.errstate(over="ignore", divide="ignore"):
        logs = log_size + math.log(4) - degree * t - np.log(np.expm1(t))
        return np.asarray(np.exp(logs.min(axis=-1) + _LOG_ERROR) * UP + TINY)


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """|σ(z) − m| ≤ exp(log_sizes[i]) for |Im z| ≤ widths[i]; the constant m may depend on i."""

    widths: Array  # (strips,)
    log_sizes: Array  # (strips,)
    spread: float  # |σ(u) − m| is at most this for the real u

    def loss(self, reach: Array, degree: int) -> Array:
        """Bound the error of interpolating σ over intervals of half-lengths `reach`, (units,)."""
        # a quotient and an asinh, off by 9 roundings
        t = np.arcsinh(self.widths / np.maximum(reach, 1e-9)[:, None]) * DOWN
        by_ellipse = ellipse_loss(self.log_sizes, t, degree)
        trivial = (2 + 2 / math.pi * math.log(degree + 1)) * self.spread * UP
        return np.asarray(np.minimum(by_ellipse, trivial))


def strips(activation: Activation, argument: float) -> Strips:
    """Return the strips of an activation for arguments whose real part is within ±argument.

    If none is known, as for arguments far out, the result is one strip of width 0. A σ that is not
    known to be analytic is refused.
    """
    expression, limits = activation.expression, activation.limits
    if expression is None or not is_analytic(expression):
        raise CannotProve(
            f"{activation.name} is not known to be analytic, as the proof by interpolation needs; "
            'method="cells" takes any activation'
        )
    reach = 2.0 ** math.ceil(math.log2(min(max(argument, 1.0), 2.0**1000)))
    if limits is None:
        spread = (abs(activation(0.0)) + activation.lipschitz * max(reach, argument)) * UP
    else:
        jump = abs(limits[1] - limits[0])
        spread = (jump / 2 + activation.overshoot * jump) * UP
    if expression in _FORMULAS:
        return _by_formula(expression, spread)
    if not argument <= _FARTHEST:
        return Strips(np.zeros(1), np.zeros(1), spread)
    return _by_balls(expression, reach, spread)


def _below(edge: float) -> tuple[float, ...]:
    return tuple(edge * (1 - 1 / m) for m in _MARGINS)


def _logistic_size(v: Any) -> Any:
    return (v / 2).tan().max(1) / 2


def _cauchy_size(v: Any) -> Any:
    pi = v.pi()
    return (pi * pi / 4 + v.atanh() ** 2).sqrt() / pi


def _algebraic_size(v: Any) -> Any:
    return (v / (1 - v * v).sqrt()).max(1) / 2


def _gauss_size(v: Any) -> Any:
    return v.min(1) * (v * v / 2).exp() / (2 * v.pi()).sqrt() + 0.5


_FORMULAS: Final[dict[Expression | None, tuple[tuple[float, ...], Callable[[Any], Any]]]] = {
    logistic.expression: (_below(math.pi), _logistic_size),
    cauchy_cdf.expression: (_below(1.0), _cauchy_size),
    algebraic.expression: (_below(1.0), _algebraic_size),
    gauss_cdf.expression: (tuple(0.25 * 1.2**k for k in range(28)), _gauss_size),
    gompertz.expression: ((math.pi / 2,), lambda v: v / v),
}


@lru_cache(maxsize=64)
def _by_formula(expression: Expression, spread: float) -> Strips:
    from flint import arb, ctx

    widths, size = _FORMULAS[expression]
    with ctx.workprec(128):
        logs = [math.nextafter(float(size(arb(v)).log().upper()), math.inf) for v in widths]
    return Strips(np.array(widths), np.array(logs), spread)


@lru_cache(maxsize=64)
def _by_balls(expression: Expression, reach: float, spread: float) -> Strips:
    """Bound |σ| over |Re z| ≤ reach, a band of the strip after the other until one holds a pole.

    σ is real on the real line, so the upper half of the strip is enough. The ends of an ellipse
    reach past its interval by less than the strip is wide: √(s² + v²) < s + v.
    """
    from flint import ctx

    widths: list[float] = []
    logs: list[float] = []
    low, size = 0.0, 0.0
    with ctx.workprec(64):
        for high in _BANDS:
            for end in (high, low + (high - low) / 2, low + (high - low) / 4):
                found = _on_band(expression, reach + high, low, end)
                if found < math.inf:
                    break
            else:
                break
            low, size = end, max(size, found)
            widths.append(low)
            logs.append(math.log(size + TINY))
            if end < high:
                break
    if not widths and reach <= _NEAREST:
        raise CannotProve("σ was not bounded on any strip around the real line")
    return Strips(np.array(widths or [0.0]), np.array(logs or [0.0]), spread)


def _on_band(expression: Expression, reach: float, low: float, high: float) -> float:
    """Bound |σ| for |Re z| ≤ reach, low ≤ Im z ≤ high; columns widen away from 0."""
    from flint import acb, arb

    def bounds(box: Box) -> tuple[float, float]:
        real, imaginary = (arb(a).union(arb(b)) for a, b in box)
        value = ball(expression, acb(real, imaginary))
        return 0.0, float(value.abs_upper()) * UP if value.is_finite() else math.inf

    edges = [0.0]
    while edges[-1] < reach:
        edges.append(edges[-1] + min(max(0.5, edges[-1] / 8), 16.0))
    columns = [(-b, -a) for a, b in pairwise(edges)]
    columns += [(-b, -a) for a, b in columns]
    boxes: list[Box] = [(column, (low, high)) for column in columns]
    return largest(bounds, boxes, evaluations=len(boxes) + 100, patience=len(boxes) + 2000)
