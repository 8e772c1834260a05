"""Why any σ but a polynomial will do, and why floats cannot live on it.

The units x ↦ σ(wx + β) for slopes w close to 0 differ by little, and what is left after the right
differences is a power of x. With s_k = σ^(k)(β)/k!, slopes w_0 … w_n and output weights a such that
Σ_j a_j w_j^k = p_k/s_k for k ≤ n, Taylor's theorem at β gives

    Σ_j a_j σ(w_j x + β) = Σ_{k≤n} p_k x^k + R(x),
    |R| ≤ Σ_{n<k<m} |s_k Σ_j a_j w_j^k| X^k + Σ_j |a_j| |w_j X|^m sup|σ^(m)|/m!   for |x| ≤ X,

a polynomial of degree n to within an error that falls with the spread of the w_j. It takes n + 1
units however small ε is, and a β at which no σ^(k), k ≤ n, is 0; were there none, σ would be a
polynomial itself, and its units would add up to polynomials of its own degree only. But a_j grows
like 1/w^n, and the terms cancel to the digits of the polynomial: the output weights need more
digits than a float has. So a `LongNetwork` keeps them as fractions and evaluates in balls of enough
bits.

Source: M. Leshno, V. Ya. Lin, A. Pinkus and S. Schocken, Multilayer feedforward networks with a
nonpolynomial activation function can approximate any function, Neural Networks 6 (1993) 861-867;
the remainder is derived here.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    frame,
)
from uat.core.activations import Activation, as_activation, logistic
from uat.core.arguments import read_eps, real_array, whole_number
from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.enclosure.balls import ball
from uat.enclosure.series import is_polynomial, taylor
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression
from uat.numerics.chebyshev import chebyshev_points

__all__ = ["LongNetwork", "build"]

Powers = tuple[Fraction, ...]

_EXTRA: Final = 12  # terms of Taylor's sum beyond twice the degree; more: tighter, slower
_BIASES: Final = tuple(k / 8 for k in range(-24, 25))  # tried in this order of size of the weights
_HIGHEST: Final = 40  # the highest degree; beyond it thousands of digits
_MOST_DIGITS: Final = 2000  # of the output weights
_FINEST: Final = 240  # halvings of the spread
_SHARE: Final = Fraction(3, 4)  # of the error left, for the spread; the digits have the rest


@dataclass(frozen=True, slots=True)
class LongNetwork:
    """g(x) = Σ a_j σ(w_j (x − centre) + β), one hidden layer, its a_j longer than floats.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> a = Fraction(10**30 + 1), Fraction(-(10**30))
    >>> long = LongNetwork(a, (Fraction(1), Fraction(1)), 0.0, 0.0, logistic, 31)
    >>> long(0.0), long.in_float64().as_function()(0.0)
    (0.5, 0.0)
    """

    output_weights: tuple[Fraction, ...]  # the a_j
    slopes: tuple[Fraction, ...]  # the w_j, each of them a float
    bias: float  # β
    centre: float
    activation: Activation
    digits: int  # significant decimal digits of the output weights

    @property
    def units(self) -> int:
        """The number of terms of the sum."""
        return len(self.slopes)

    def __call__(self, x: ArrayLike) -> Any:
        """Evaluate to the last bit of float64, in as many digits as the sum needs; any shape."""
        from flint import arb, ctx

        points = real_array(x, "x")
        values = np.empty(points.shape)
        with ctx.workprec(self.precision):
            for place, point in np.ndenumerate(points):
                values[place] = float(self.at(arb(float(point))).mid())
        return float(values) if values.shape == () else values

    def at(self, x: Any) -> Any:
        """Return a ball, `flint.arb`, that contains g(x), at the precision of the moment."""
        sigma, y = smooth_formula(self.activation), x - self.centre
        terms = zip(self.output_weights, self.slopes, strict=True)
        return sum(exact_ball(a) * ball(sigma, exact_ball(w) * y + self.bias) for a, w in terms)

    def in_float64(self) -> Network:
        """Return the network that is left when all numbers are rounded to floats.

        Raises InputError where a weight is past the range of float64.
        """
        shift = Fraction(self.centre)
        biases = [float(Fraction(self.bias) - w * shift) for w in self.slopes]
        try:
            a = [float(value) for value in self.output_weights]
        except OverflowError:
            raise InputError("an output weight is past the range of float64") from None
        return Network.from_units(a, [float(w) for w in self.slopes], biases, self.activation)

    @property
    def precision(self) -> int:
        """Bits with which the sum is exact to far below the last digit of its weights."""
        largest = max(map(abs, self.output_weights), default=Fraction(1))
        return 128 + 2 * math.ceil(largest).bit_length() + 4 * self.digits


def smooth_formula(activation: Activation) -> Expression:
    """Return σ's formula, or refuse a σ for which the theorem, or this proof, does not hold."""
    expression = activation.expression
    if expression is None:
        raise CannotProve(f"{activation.name} has no formula, so its derivatives are unknown")
    if is_polynomial(expression):
        raise InputError(
            f"{activation.name} is a polynomial: then so is every sum of its units, of the same "
            "degree, and no width leaves that degree (Leshno et al., 1993); take any other σ"
        )
    return expression


def exact_ball(value: Fraction) -> Any:
    """Return a fraction as a ball, `flint.arb`, at the precision of the moment."""
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))


def spread_units(
    powers: Powers,
    centre: float,
    spread: Fraction,
    activation: Activation,
    bias: float,
    digits: int,
) -> LongNetwork:
    """Make the units whose slopes are the multiples (2j − n)·spread, j = 0 … n.

    `powers` are the p_0 … p_n of p(x) = Σ p_k (x − centre)^k, and `bias` is a β at which σ^(k) is
    not 0 wherever p_k is not 0; CannotProve is raised where that is not proved. `spread` is half
    the distance of neighbouring slopes, and the output weights are rounded to `digits` decimal
    digits.
    """
    from flint import arb, ctx

    n = len(powers) - 1
    slopes = tuple((2 * j - n) * spread for j in range(n + 1))
    basis = _lagrange(slopes)
    size = max(abs(v) for row in basis for v in row)
    with ctx.workprec(192 + 4 * digits + 2 * math.ceil(size).bit_length()):
        series = taylor(smooth_formula(activation), arb(bias), n + 1)
        wanted = [_quotient(p, s, k, activation, bias) for k, (p, s) in
                  enumerate(zip(powers, series, strict=True))]  # fmt: skip
        exact = [sum((exact_ball(v) * d for v, d in zip(row, wanted, strict=True) if v), arb(0))
                 for row in basis]  # fmt: skip
        weights = tuple(_decimal(a, digits) for a in exact)
    return LongNetwork(weights, slopes, bias, centre, activation, digits)


def remainder(network: LongNetwork, powers: Powers, reach: Fraction) -> Fraction:
    """Bound |g − p| over |x − centre| ≤ reach, for the digits that the network has.

    `powers` are those of p about the network's centre. The bound is proved: Taylor's theorem at β,
    derivatives of σ in balls, all sums exact.
    """
    from flint import arb, ctx

    n, last = len(powers) - 1, 2 * len(powers) + _EXTRA
    weights, slopes = network.output_weights, network.slopes
    farthest = max(map(abs, slopes), default=Fraction(0)) * reach
    with ctx.workprec(network.precision):
        sigma = smooth_formula(network.activation)
        series = taylor(sigma, arb(network.bias), last)
        around = arb(network.bias, float(np.nextafter(float(farthest), np.inf)))
        top = abs(taylor(sigma, around, last + 1)[last])
        total, moments, span = arb(0), list(weights), Fraction(1)
        for k in range(last):
            p = powers[k] if k <= n else Fraction(0)
            total += abs(
                series[k] * exact_ball(sum(moments, Fraction(0))) - exact_ball(p)
            ) * exact_ball(span)
            moments = [m * w for m, w in zip(moments, slopes, strict=True)]
            span *= reach
        total += exact_ball(sum(map(abs, moments), Fraction(0)) * span) * top
        if not total.is_finite():
            raise CannotProve("σ could not be followed over the arguments of the units")
        return _above(total)


def _lagrange(slopes: tuple[Fraction, ...]) -> list[list[Fraction]]:
    """Return the coefficients of the powers of w of each ℓ_j: 1 at w_j and 0 at the others."""
    rows = []
    for j, here in enumerate(slopes):
        row = [Fraction(1)]
        for i, other in enumerate(slopes):
            if i != j:
                scale = 1 / (here - other)
                row = [
                    scale * (before - other * this)
                    for before, this in zip([Fraction(0), *row], [*row, Fraction(0)], strict=True)
                ]
        rows.append(row)
    return rows


def _quotient(p: Fraction, s: Any, k: int, activation: Activation, bias: float) -> Any:
    """Return p_k/s_k, or say that the derivative may be 0."""
    from flint import arb

    if not p:
        return arb(0)
    if s.contains(0) or not s.is_finite():
        raise CannotProve(
            f"derivative {k} of {activation.name} at β = {bias:g} is not proved to be other than "
            f"0, and x^{k} is made of it; take another bias"
        )
    return exact_ball(p) / s


def _decimal(value: Any, digits: int) -> Fraction:
    """Round the middle of a ball to a number of significant decimal digits."""
    mantissa, exponent = value.mid().man_exp()
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    if not exact:
        return exact
    place = len(str(math.floor(abs(exact)))) if abs(exact) >= 1 else _leading(exact)
    scale = Fraction(10) ** (digits - place)
    return Fraction(round(exact * scale)) / scale


def _leading(exact: Fraction) -> int:
    """Return the decimal exponent of a number below 1, as a count of digits before the point."""
    return 1 - len(str(math.floor(1 / abs(exact))))


def _above(value: Any) -> Fraction:
    mantissa, exponent = value.upper().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


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
    x = chebyshev_points(*target.domain[0], 257, ends=True)
    values = long(x)
    witness = float(x[np.argmax(np.abs(values - np.asarray(target(x))))])
    with ctx.workprec(long.precision):
        gap = abs(ball(target.expression, arb(witness)) - long.at(arb(witness)))
        lower = max(float(np.nextafter(float(gap.lower()), 0.0)), 0.0) if gap.is_finite() else 0.0
    # a polynomial of degree 40 is hardly larger between (`interpolation/between_nodes.py`)
    rounding = float(np.spacing(np.abs(values).max() + 2 * upper))
    return Certificate(upper, lower, (witness,), rounding, "divided differences")
