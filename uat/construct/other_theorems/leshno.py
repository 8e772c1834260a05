"""Why any σ but a polynomial will do, and why floats cannot live on it.

The units x ↦ σ(wx + β) for slopes w close to 0 differ by little, and what is left after the right
differences is a power of x (`other_theorems/differences.py`), so that

    g(x) = Σ_{j=0}^{n} a_j σ(w_j x + β)

is a polynomial of degree n to within an error that falls with the spread of the w_j. It takes n + 1
units however small ε is, and a β at which no σ^(k), k ≤ n, is 0; were there none, σ would be a
polynomial itself, and its units would add up to polynomials of its own degree only. But a_j grows
like 1/w^n, and the terms cancel to the digits of the polynomial: the output weights need more
digits than a float has.

Source: M. Leshno, V. Ya. Lin, A. Pinkus and S. Schocken, Multilayer feedforward networks with a
nonpolynomial activation function can approximate any function, Neural Networks 6 (1993) 861-867.
"""

import math
from fractions import Fraction
from typing import Any, Final

import numpy as np

from uat.construct.other_theorems.differences import (
    LongNetwork,
    Powers,
    remainder,
    smooth_formula,
    spread_units,
)
from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    frame,
)
from uat.core.activations import Activation, as_activation, logistic
from uat.core.arguments import read_eps, whole_number
from uat.core.certificate import Certificate
from uat.core.target import Target
from uat.enclosure.balls import ball
from uat.enclosure.series import taylor
from uat.errors import CannotProve, InputError

__all__ = ["build"]

_BIASES: Final = tuple(k / 8 for k in range(-24, 25))  # tried in this order of size of the weights
_HIGHEST: Final = 40  # the highest degree; beyond it thousands of digits
_MOST_DIGITS: Final = 2000  # of the output weights
_FINEST: Final = 240  # halvings of the spread
_SHARE: Final = Fraction(3, 4)  # of the error left, for the spread; the digits have the rest


def build(
    target: Target,
    degree: int,
    eps: float,
    activation: Activation | str = logistic,
    bias: float | None = None,
) -> tuple[LongNetwork, Certificate]:
    """Build degree + 1 units within ε of f, with as few digits in the output weights as do.

    The units follow a polynomial through f, which has one coordinate and a formula. σ is smooth,
    sigmoidal or not, and no polynomial; `bias` is β, without it one at which few digits do. The
    certificate, by the method "divided differences" (Leshno et al., 1993), proves upper < ε for the
    network with its long weights; `rounding` is that of its own evaluation, in long numbers. Raises
    CannotProve where the polynomial alone is not within ε, or σ has no series.

    Examples
    --------
    >>> long, certificate = build(Target("exp(x)", (-1, 1)), 6, 5e-6, "tanh")
    >>> long.units, certificate.upper < 5e-6
    (7, True)
    """
    eps, activation = read_eps(eps), as_activation(activation)
    degree = whole_number(degree, "degree", least=0)
    if degree > _HIGHEST:
        raise InputError(f"degree = {degree} given; at most {_HIGHEST} is needed")
    smooth_formula(activation)
    polynomial = _polynomial(target, degree, eps)
    away, _, _ = distance(target, polynomial, enough=eps * 2.0**-6)
    left = (Fraction(eps) - Fraction(away)) * Fraction(2**20 - 1, 2**20)
    if not left > 0:
        raise CannotProve(
            f"a polynomial of degree {degree} is {away:.2g} from f, not within eps = {eps:g}; "
            "take a higher degree"
        )
    centre, reach = _place(target)
    powers = polynomial.about(Fraction(centre))
    if bias is None:
        bias = _best_bias(activation, powers, reach, float(left))
    long = _spread_for(powers, centre, reach, left, activation, float(bias))
    rest = remainder(long, powers, reach)
    upper = float(np.nextafter(float(Fraction(away) + rest), np.inf))
    return long, _certificate(target, long, upper)


def _spread_for(
    powers: Powers, centre: float, reach: Fraction, left: Fraction, activation: Activation,
    bias: float,
) -> LongNetwork:  # fmt: skip
    """Find the widest spread, and then the fewest digits, that leave the error within `left`."""

    def enough(spread: Fraction, digits: int, allowed: Fraction) -> LongNetwork | None:
        long = spread_units(powers, centre, spread, activation, bias, digits)
        try:
            return long if remainder(long, powers, reach) <= allowed else None
        except CannotProve:
            return None

    steps = range(_FINEST)
    first = _first(steps, lambda i: enough(_spread(i, reach), _MOST_DIGITS // 4, left * _SHARE))
    if first is None:
        raise CannotProve(f"no spread of the slopes leaves an error below {float(left):.2g}")
    spread = _spread(first, reach)
    digits = _first(range(1, _MOST_DIGITS), lambda d: enough(spread, d, left))
    if digits is None:
        raise CannotProve(f"{_MOST_DIGITS} digits are too few for an error of {float(left):.2g}")
    return spread_units(powers, centre, spread, activation, bias, digits)


def _first(numbers: range, good: Any) -> int | None:
    """Find the first number from which on things are good, by doubling and halving."""
    low, step = numbers.start - 1, 1
    while not good(min(low + step, numbers.stop - 1)):
        if low + step >= numbers.stop - 1:
            return None
        low, step = low + step, 2 * step
    high = min(low + step, numbers.stop - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


def _spread(i: int, reach: Fraction) -> Fraction:
    """Return the i-th spread: from 2/reach down, four in each halving, a float of few bits."""
    power = math.floor(math.log2(float(reach)))
    return Fraction(7 - i % 4, 4) * Fraction(2) ** (-power - i // 4)


def _best_bias(activation: Activation, powers: Powers, reach: Fraction, left: float) -> float:
    """Find the β, of a few, at which the weights are likely to need the fewest digits."""
    from flint import arb, ctx

    n, best = len(powers) - 1, (math.inf, math.nan)
    with ctx.workprec(128):
        for bias in _BIASES:
            series = taylor(smooth_formula(activation), arb(bias), n + 3)
            if any(p and (s.contains(0) or not s.is_finite()) for p, s in
                   zip(powers, series[: n + 1], strict=True)):  # fmt: skip
                continue
            best = min(best, (_digits_near(series, powers, float(reach), left), bias))
    if math.isnan(best[1]):
        raise CannotProve(
            f"no β was found at which the first {n} derivatives of {activation.name} are proved "
            "to be other than 0; give bias=…"
        )
    return best[1]


def _digits_near(series: list[Any], powers: Powers, reach: float, left: float) -> float:
    """Estimate the logarithm of the largest output weight: a guide for the choice of β alone."""
    size = [abs(float(s.mid())) for s in series]
    used = [k for k, p in enumerate(powers) if p]
    if not used:
        return 0.0
    top = used[-1]
    bend = size[top + 2] / size[top] * abs(float(powers[top])) * reach**top
    width = min(1.0, math.sqrt(left / max(bend, 1e-300)))
    heights = (math.log(abs(float(powers[k])) * reach**k / size[k]) for k in used)
    return max(h - k * math.log(width) for k, h in zip(used, heights, strict=True))


def _polynomial(target: Target, degree: int, eps: float) -> Polynomial:
    """Return a polynomial through f; what is far below ε in it is left out."""
    grid = 2.0 ** (math.floor(math.log2(eps)) - 24)
    coefficients = chebyshev_coefficients(target, degree)
    with np.errstate(over="ignore"):
        rounded = np.round(coefficients / grid) * grid
    kept = rounded if np.isfinite(rounded).all() else coefficients
    return Polynomial(tuple(map(Fraction, kept.tolist())), *frame(target))


def _place(target: Target) -> tuple[float, Fraction]:
    """Return a centre of few bits near the middle of the domain, and how far the ends are."""
    a, b = target.domain[0]
    grid = 2.0 ** (math.floor(math.log2(b - a)) - 12)
    centre = round((a + (b - a) / 2) / grid) * grid
    return centre, max(Fraction(b) - Fraction(centre), Fraction(centre) - Fraction(a))


def _certificate(target: Target, long: LongNetwork, upper: float) -> Certificate:
    """Look for the worst point, and bound the gap there from below."""
    from flint import arb, ctx

    assert target.expression is not None
    a, b = target.domain[0]
    x = (a + b) / 2 - (b - a) / 2 * np.cos(np.linspace(0, np.pi, 257))
    x = np.clip(x, a, b)
    values = long(x)
    witness = float(x[np.argmax(np.abs(values - np.asarray(target(x))))])
    with ctx.workprec(long.precision):
        gap = abs(ball(target.expression, arb(witness)) - long.at(arb(witness)))
        lower = max(float(np.nextafter(float(gap.lower()), 0.0)), 0.0) if gap.is_finite() else 0.0
    # a polynomial of degree 40 is hardly larger between these points (`interpolation/between_nodes.py`)
    rounding = float(np.spacing(np.abs(values).max() + 2 * upper))
    return Certificate(upper, lower, (witness,), rounding, "divided differences")
