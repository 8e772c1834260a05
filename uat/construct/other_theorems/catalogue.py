"""A σ that carries every polynomial: the n-th one, made small, on the cell [2n − 1, 2n].

The number n, in binary after its first digit, spells whole numbers m_0, m_1, …, and
u_n(t) = Σ m_k T_k(2t − 1). Each n ≥ 1 spells some polynomial, and each polynomial with such
coefficients has a number. With S_n = Σ|m_k| ≥ sup|u_n| and a gap γ_n = λ/(1 + bits of 2n + 1), which
falls to 0 as slowly as the inverse of a logarithm,

    σ(x) = a_n + b_n u_n(x − 2n + 1),   a_n = 1 − γ_n/2,   b_n = γ_n/(4 S_n),   2n − 1 ≤ x ≤ 2n;

between two cells the polynomials are faded out and a_n rises to a_{n+1}, all by the smooth step
e^{−1/s}/(e^{−1/s} + e^{−1/(1−s)}); left of 1, σ(x) = a_1 exp(−s e^{−1/s}), s = 1 − x. So σ has all
derivatives, tends to 0 and to 1, lies in (0, 1), and is within λ of a strictly increasing function,
since it is above 1 − λ from x = 1 on and strictly increasing before.

Source: N. J. Guliyev and V. E. Ismailov, 2018 (see `guliyev_ismailov.py`), section 2; the order of
the polynomials, the gap and the fading are chosen here.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from uat.core.arguments import whole_number
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["Entry", "Sigma", "entry_of", "number_of"]


_WINDOW: Final = 16  # polynomials fade out over 1/(16 N²), N the degree
_FAR: Final = 1 << 20  # σ is 0 to the last float from there to the left


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
