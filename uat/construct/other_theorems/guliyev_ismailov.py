"""One σ, two units, weights that never change: every continuous function of one variable.

Number all polynomials with whole coefficients, u_1, u_2, …, and let σ carry a small copy of the
n-th on its n-th cell,

    σ(x) = a_n + b_n u_n(x − 2n + 1)   for 2n − 1 ≤ x ≤ 2n,

with smooth and almost rising pieces between (`other_theorems/catalogue.py`). As u_1 = 0, two units give

    c_1 σ(t + 2n − 1) + c_2 σ(t + 1) = 2^−q u_n(t),   c_1 = 2^−q/b_n,   c_2 = −c_1 a_n/a_1,

exactly, and t = (x − a)/(b − a) carries the domain to [0, 1]: the slope of both units is 1/(b − a)
for every f. All that is to be known of f is in the integer n, hundreds of digits long. So x
cannot be a float; it is kept as an integer and a fraction.

Source: N. J. Guliyev and V. E. Ismailov, On the approximation by single hidden layer feedforward
neural networks with fixed weights, Neural Networks 98 (2018) 296-304. There σ depends on b − a and
the slope is 1; here σ is one and the slope is 1/(b − a), which is the same network. They number the
monic polynomials with rational coefficients by the Calkin-Wilf sequence; here another order, of
shorter numbers, takes its place.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.construct.other_theorems.catalogue import Entry, Sigma, number_of
from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    formula_of,
    frame,
)
from uat.core.arguments import read_eps, real_array
from uat.core.certificate import Certificate
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.rounding import ROUNDOFF

__all__ = ["TwoUnits", "build"]


_HIGHEST: Final = 1000  # the highest degree
_SAMPLES: Final = 2048  # points at which polynomials are tried
_LONGER: Final = 4  # degrees tried beyond the least
_DIGITS: Final = 10  # binary digits tried beyond the fewest
_PROVABLE: Final = 0.97  # the part of eps allowed on samples; the proof has the rest


@dataclass(frozen=True, slots=True)
class TwoUnits:
    """g(x) = c_1 σ(slope·x + θ_1) + c_2 σ(slope·x + θ_2).

    Examples
    --------
    >>> g, _ = build(Target("x**2", (-1, 1)), 0.01)
    >>> abs(g(0.5) - 0.25) < 0.01, g.units, g.slope
    (True, 2, Fraction(1, 2))
    """

    output_weights: tuple[Fraction, Fraction]
    cells: tuple[int, int]  # of σ, that the units read: [2n − 1, 2n] and [1, 2]
    start: Fraction  # of the domain
    length: Fraction
    sigma: Sigma

    @property
    def units(self) -> int:
        """The number of terms of the sum."""
        return len(self.cells)

    @property
    def slope(self) -> Fraction:
        """The weight of x in both units; it depends on the domain alone."""
        return 1 / self.length

    @property
    def shifts(self) -> tuple[Fraction, Fraction]:
        """The biases θ_1 and θ_2."""
        first, second = (2 * n - 1 - self.start / self.length for n in self.cells)
        return first, second

    def __call__(self, x: ArrayLike) -> Any:
        """Evaluate at points of the domain, of any shape, in float64 but for the integers."""
        points = real_array(x, "x")
        t = (points - float(self.start)) / float(self.length)
        if points.size and not (np.abs(t - 0.5) <= 0.5 + 1e-9).all():
            end = float(self.start + self.length)
            raise InputError(
                f"x outside of [{float(self.start):g}, {end:g}] given; the two units follow f "
                "only there"
            )
        t = np.clip(t, 0.0, 1.0)
        values = sum(
            float(c) * self.sigma(2 * n - 1, t)
            for c, n in zip(self.output_weights, self.cells, strict=True)
        )
        return float(values) if np.ndim(values) == 0 else values

    def exact(self, x: Fraction) -> Fraction:
        """Return the exact value at a rational point of the domain."""
        t = (x - self.start) / self.length
        return sum(
            (c * self.sigma.on_cell(n, t)
             for c, n in zip(self.output_weights, self.cells, strict=True)), Fraction(0),
        )  # fmt: skip


def build(
    target: Target, eps: float, rise: Fraction = Fraction(1, 4)
) -> tuple[TwoUnits, Certificate]:
    """Find the cell of σ that carries a polynomial within ε of f, and the two units that read it.

    f has one coordinate and a formula; `rise` is the λ of σ. The certificate, by the method
    "Guliyev–Ismailov" (Guliyev and Ismailov, 2018), proves upper < ε for the exact sum of the two
    units. Raises CannotProve where no polynomial of degree up to 1000 is proved to be within ε.

    Examples
    --------
    >>> g, certificate = build(Target("exp(x)", (0, 1)), 1e-3)
    >>> certificate.upper < 1e-3, g.cells[0].bit_length()
    (True, 63)
    """
    eps = read_eps(eps)
    spelling, (upper, lower, witness) = _nearby(target, eps)
    sigma = Sigma(Fraction(rise))
    n = number_of(spelling.entry)
    a, b = sigma.affine(n)
    first = Fraction(1, 1 << spelling.precision) / b if b else Fraction(0)
    weights = first, -first * a / sigma.affine(1)[0]
    middle, half = map(Fraction, frame(target))
    network = TwoUnits(weights, (n, 1), middle - half, 2 * half, sigma)
    rounding = _rounding(network, spelling)
    return network, Certificate(upper, lower, (witness,), rounding, "Guliyev–Ismailov")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The polynomial 2^−precision u."""

    entry: Entry
    precision: int

    def polynomial(self, target: Target) -> Polynomial:
        numbers = self.entry.numbers or (0,)
        return Polynomial(tuple(Fraction(m, 1 << self.precision) for m in numbers), *frame(target))


def _nearby(target: Target, eps: float) -> tuple[_Spelling, tuple[float, float, float]]:
    """Find a polynomial of a short number that is proved to be within ε."""
    formula_of(target)
    start = _degree_for(target, eps * _PROVABLE)
    spellings = [
        spelling
        for degree in range(start, start + _LONGER)
        for spelling in _spellings(target, chebyshev_coefficients(target, degree), eps)
    ]
    for spelling in sorted(spellings, key=lambda one: number_of(one.entry)):
        found = distance(target, spelling.polynomial(target), enough=eps * 2.0**-6)
        if found[0] < eps:
            return spelling, found
    raise CannotProve(
        f"no polynomial of degree up to {start + _LONGER - 1} was proved to be within {eps:g} of f"
    )


def _degree_for(target: Target, eps: float) -> int:
    """Find a degree, by doubling and halving, from which on samples are within ε."""
    low, high = -1, 1
    while not _seen(target, chebyshev_coefficients(target, high)) <= eps:
        low, high = high, 2 * high
        if high > _HIGHEST:
            raise CannotProve(f"no polynomial of degree up to {low} comes within {eps:g} of f")
    while high - low > 1:
        middle = (low + high) // 2
        near = _seen(target, chebyshev_coefficients(target, middle)) <= eps
        low, high = (low, middle) if near else (middle, high)
    return high


def _spellings(target: Target, coefficients: Array, eps: float) -> Iterator[_Spelling]:
    """Round the coefficients to more and more binary digits, and yield those within ε on samples."""
    coarse = max(0, -math.floor(math.log2(eps)) - 1)
    for precision in range(coarse, coarse + _DIGITS):
        numbers = np.round(np.ldexp(coefficients, precision))
        if not np.abs(numbers).max() < 2.0**53:
            return
        kept = np.trim_zeros(numbers, "b")
        if _seen(target, np.ldexp(numbers, -precision)) <= eps * _PROVABLE:
            yield _Spelling(Entry(tuple(int(m) for m in kept)), precision)


def _seen(target: Target, coefficients: Array) -> float:
    """Return the largest |f − p| on samples: a guide, no bound."""
    (a, b), (middle, half) = target.domain[0], frame(target)
    x = np.clip(middle - half * np.cos(np.linspace(0.0, np.pi, _SAMPLES)), a, b)
    values = np.polynomial.chebyshev.chebval((x - middle) / half, coefficients)
    return float(np.abs(np.asarray(target(x)) - values).max())


def _rounding(network: TwoUnits, spelling: _Spelling) -> float:
    """Bound what float64 adds: in t, in Clenshaw's recurrence, in σ next to 1, in the two terms.

    With S and N the size and degree of the polynomial: |u′| ≤ 2N²S carries the error of t, at
    most 4 roundings and what the start loses as a float, and
    each of the N + 1 steps of the recurrence loses at most 12 (N + 1) S roundings.
    """
    count = spelling.entry.degree + 2
    size = float(Fraction(spelling.entry.size, 1 << spelling.precision))
    shift = float(abs(network.start - Fraction(float(network.start))) / network.length) / ROUNDOFF
    heights = sum(float(abs(c)) for c in network.output_weights)
    return ROUNDOFF * (size * count**2 * (40 + 4 * shift) + 16 * heights) * 1.01
