"""Units that differ by little: their divided differences in the slope are powers of x.

With s_k = σ^(k)(β)/k!, slopes w_0 … w_n and output weights a such that Σ_j a_j w_j^k = p_k/s_k for
k ≤ n, Taylor's theorem at β gives

    Σ_j a_j σ(w_j x + β) = Σ_{k≤n} p_k x^k + R(x),
    |R| ≤ Σ_{n<k<m} |s_k Σ_j a_j w_j^k| X^k + Σ_j |a_j| |w_j X|^m sup|σ^(m)|/m!   for |x| ≤ X.

The output weights a have more digits than a float holds, because the sum cancels. So a `LongNetwork`
keeps them as fractions and evaluates in balls of enough bits.

Source: M. Leshno, V. Ya. Lin, A. Pinkus and S. Schocken, 1993 (see `leshno.py`); the remainder is
derived here.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation
from uat.core.arguments import real_array
from uat.core.network import Network
from uat.enclosure.balls import ball
from uat.enclosure.series import is_polynomial, taylor
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression

__all__ = ["LongNetwork", "Powers", "exact_ball", "remainder", "smooth_formula", "spread_units"]

Powers = tuple[Fraction, ...]

_EXTRA: Final = 12  # terms of Taylor's sum beyond twice the degree; more: tighter, slower


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
    """Return σ's formula, or refuse a σ with which the theorem, or this proof of it, does not hold.
    """
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
