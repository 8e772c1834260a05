"""One σ, two units, weights that never change: every continuous function of one variable.

The number n, in binary after its first digit, spells whole numbers m_0, m_1, …, and
u_n(t) = Σ m_k T_k(2t − 1). Each n ≥ 1 spells some polynomial, and each with such coefficients has a
number. With S_n = Σ|m_k| ≥ sup|u_n| and a gap γ_n = λ/(1 + bits of 2n + 1), which falls to 0 as
slowly as the inverse of a logarithm, σ carries a small copy of the n-th on its n-th cell,

    σ(x) = a_n + b_n u_n(x − 2n + 1),   a_n = 1 − γ_n/2,   b_n = γ_n/(4 S_n),   2n − 1 ≤ x ≤ 2n;

between two cells the polynomials are faded out and a_n rises to a_{n+1}, all by the smooth step
e^{−1/s}/(e^{−1/s} + e^{−1/(1−s)}); left of 1, σ(x) = a_1 exp(−s e^{−1/s}), s = 1 − x. So σ has all
derivatives, tends to 0 and to 1, lies in (0, 1), and is within λ of a strictly increasing function,
since it is above 1 − λ from x = 1 on and strictly increasing before. As u_1 = 0, two units give

    c_1 σ(t + 2n − 1) + c_2 σ(t + 1) = 2^−q u_n(t),   c_1 = 2^−q/b_n,   c_2 = −c_1 a_n/a_1,

exactly, and t = (x − a)/(b − a) carries the domain to [0, 1]: the slope of both units is 1/(b − a)
for every f. All that is to be known of f is in the integer n, hundreds of digits long. So x
cannot be a float; it is kept as an integer and a fraction.

Source: N. J. Guliyev and V. E. Ismailov, On the approximation by single hidden layer feedforward
neural networks with fixed weights, Neural Networks 98 (2018) 296-304. There σ depends on b − a and
the slope is 1; here σ is one and the slope is 1/(b − a), which is the same network. They number the
monic polynomials with rational coefficients by the Calkin-Wilf sequence; the order of the
polynomials here, of shorter numbers, the gap and the fading are chosen here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    formula_of,
    frame,
)
from uat.core.arguments import read_eps, real_array, whole_number
from uat.core.certificate import Certificate
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.chebyshev import chebyshev_points
from uat.numerics.network_rounding import ROUNDOFF

__all__ = ["Entry", "Sigma", "TwoUnits", "build", "entry_of", "number_of"]

_WINDOW: Final = 16  # polynomials fade out over 1/(16 N²), N the degree
_FAR: Final = 1 << 20  # σ is 0 to the last float from there to the left
_HIGHEST: Final = 1000  # the highest degree
_SAMPLES: Final = 2048  # points at which polynomials are tried
_LONGER: Final = 4  # degrees tried beyond the least
_DIGITS: Final = 10  # binary digits tried beyond the fewest
_PROVABLE: Final = 0.97  # the part of eps allowed on samples; the proof has the rest


@dataclass(frozen=True, slots=True)
class Entry:
    """The polynomial u(t) = Σ m_k T_k(2t − 1), its m_k whole numbers."""

    numbers: tuple[int, ...]

    @property
    def size(self) -> int:
        """S = Σ|m_k|, a bound of |u| on [0, 1]."""
        return sum(map(abs, self.numbers))

    @property
    def degree(self) -> int:
        """The highest k, at least 0."""
        return max(len(self.numbers) - 1, 0)

    def __call__(self, t: Fraction) -> Fraction:
        """Return the exact value."""
        s, this, after = 2 * t - 1, Fraction(0), Fraction(0)
        for m in reversed(self.numbers[1:]):
            this, after = 2 * s * this - after + m, this
        return s * this - after + (self.numbers[0] if self.numbers else 0)

    def scaled(self, t: Array) -> Array:
        """Evaluate u/S in floats; 0 for the polynomial 0."""
        shares = [m / self.size for m in self.numbers] if self.size else [0.0]
        return np.asarray(np.polynomial.chebyshev.chebval(2 * t - 1, shares), dtype=np.float64)


def number_of(entry: Entry) -> int:
    """Return the number n of a polynomial.

    The changes of length from one m_k to the next are written in Elias's gamma code, and after
    each the digits of m_k but the first, and its sign.
    """
    digits, before = ["1"], 0
    for m in entry.numbers:
        length = abs(m).bit_length()
        change = length - before
        digits.append(_gamma(2 * change if change > 0 else 1 - 2 * change))
        if m:
            digits.append(f"{abs(m):b}"[1:] + ("1" if m < 0 else "0"))
        before = length
    return int("".join(digits), 2)


def entry_of(n: int) -> Entry:
    """Return the polynomial that a number ≥ 1 spells: no m_k is longer than the digits left."""
    text = f"{whole_number(n, 'the number of a polynomial'):b}"[1:]
    place, length = 0, 0
    numbers: list[int] = []
    while place < len(text):
        code, place = _read_gamma(text, place)
        length += code // 2 if code % 2 == 0 else -(code // 2)
        length = min(max(length, 0), len(text) - place)
        spelt = text[place : place + length]
        place += length
        size = int("1" + spelt[:-1], 2) if spelt else 0
        numbers.append(-size if spelt.endswith("1") else size)
    return Entry(tuple(numbers))


@dataclass(frozen=True, slots=True)
class Sigma:
    """The σ of a rise λ, at x = whole + fraction: a whole number of any length and a float.

    Examples
    --------
    >>> sigma = Sigma(Fraction(1, 4))
    >>> sigma(-50, 0.5), round(sigma(2**2000, 0.5), 6)
    (3.0176442344511273e-22, 0.999938)
    """

    rise: Fraction = Fraction(1, 4)

    def __post_init__(self) -> None:
        if not 0 < self.rise <= 1:
            raise InputError(f"rise = {self.rise} given; 0 < λ ≤ 1 is needed")

    def gap(self, n: int) -> Fraction:
        """Return γ_n: σ is between 1 − γ_n and 1 on cell n."""
        return Fraction(self.rise) / (1 + (2 * n + 1).bit_length())

    def affine(self, n: int) -> tuple[Fraction, Fraction]:
        """Return a_n and b_n; b_n = 0 for the polynomial 0."""
        size = entry_of(n).size
        return self._level(n), self.gap(n) / (4 * size) if size else Fraction(0)

    def _level(self, n: int) -> Fraction:
        return 1 - self.gap(n) / 2

    def on_cell(self, n: int, t: Fraction) -> Fraction:
        """Return the exact σ(2n − 1 + t) for a rational t from 0 to 1."""
        if not 0 <= t <= 1:
            raise InputError(f"t = {float(t):g} given; a place from 0 to 1 in the cell is needed")
        a, b = self.affine(n)
        return a + b * entry_of(n)(t)

    def __call__(self, whole: int, fraction: ArrayLike) -> Any:
        """Evaluate σ(whole + fraction) in float64, the fraction from 0 to 1 and of any shape."""
        r = np.asarray(fraction, dtype=np.float64)
        if not ((r >= 0) & (r <= 1)).all():
            raise InputError("a fraction outside of [0, 1] given; put its whole part into `whole`")
        if whole < 1:
            values = self._left(float(min(1 - whole, _FAR)) - r)
        elif whole % 2:
            values = self._copy((whole + 1) // 2, r)
        else:
            values = self._between(whole // 2, r)
        return float(values) if values.shape == () else values

    def _left(self, s: Array) -> Array:
        """Rise from 0 at −∞ to a_1 at s = 0, where all derivatives are 0."""
        with np.errstate(divide="ignore", under="ignore"):
            return np.asarray(float(self._level(1)) * np.exp(-s * np.exp(-1 / s)))

    def _copy(self, n: int, t: Array) -> Array:
        return float(self._level(n)) + float(self.gap(n) / 4) * entry_of(n).scaled(t)

    def _between(self, n: int, r: Array) -> Array:
        """Fade polynomial n out and n + 1 in; between them a_n rises to a_{n+1}."""
        a, after = float(self._level(n)), float(self._level(n + 1))
        level = a + (after - a) * _smooth_step(2 * r - 0.5)
        return level + self._faded(n, r, 1.0) + self._faded(n + 1, 1 - r, 0.0)

    def _faded(self, n: int, beyond: Array, end: float) -> Array:
        """Return b_n u_n at a distance beyond an end of its cell, faded to 0 within its window.

        In a window of 1/(16 N²), N the degree, |u_n| grows by less than cosh ½ = 1.13.
        """
        entry = entry_of(n)
        window = 1 / (_WINDOW * max(entry.degree, 1) ** 2)
        near = np.minimum(beyond, window)
        values = entry.scaled(end + near if end else -near)
        return float(self.gap(n) / 4) * values * (1 - _smooth_step(beyond / window))


def _smooth_step(s: Array) -> Array:
    """Rise from 0 at s ≤ 0 to 1 at s ≥ 1, with all derivatives."""
    inside = np.clip(s, 0.0, 1.0)
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1 / (1 + np.exp(1 / inside - 1 / (1 - inside))))


def _gamma(value: int) -> str:
    """Spell a number ≥ 1 in Elias's gamma code: as many zeros as digits follow its first one."""
    return "0" * (value.bit_length() - 1) + f"{value:b}"


def _read_gamma(text: str, place: int) -> tuple[int, int]:
    first = text.find("1", place)
    if first < 0:
        return 1, len(text)
    zeros = first - place
    end = first + zeros + 1
    return int(text[first:end].ljust(zeros + 1, "0"), 2), min(end, len(text))


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
    """Round the coefficients to ever more binary digits, and yield those within ε on samples."""
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
    x = chebyshev_points(a, b, _SAMPLES, ends=True)
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
