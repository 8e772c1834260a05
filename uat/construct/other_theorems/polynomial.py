"""A polynomial near f, and how near: what two theorems about networks begin with.

With x = m + h cos θ the Chebyshev polynomials are cosines, so that f − p is a formula in θ,

    f(m + h cos θ) − Σ c_k cos kθ,

and `largest_value` bounds it for the stored c_k. On a cell of radius r around c,

    |h| ≤ |h(c)| + |h′(c)| r + … + sup|h^(m)| r^m/m!,

for whichever m ≤ 4 makes it least: at a kink only the enclosure of h itself is left. The cells with
the largest bounds are halved until the bound is near a value of |h|.

Source: K. Weierstraß, 1885, for the theorem; L. N. Trefethen, Approximation Theory and
Approximation Practice, 2013, chapters 3 and 4, for the interpolant; R. E. Moore, R. B. Kearfott and
M. J. Cloud, Introduction to Interval Analysis, 2009, for the bound.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.enclosure.enclose import enclose
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, constant, coordinate

__all__ = [
    "Polynomial",
    "chebyshev_coefficients",
    "distance",
    "formula_of",
    "frame",
    "largest_value",
]


_PI_UP: Final = float(np.nextafter(np.pi, 4.0))

_START: Final = 256  # cells to begin with
_CELLS: Final = 1 << 15  # more: tighter bounds, slower
_ORDER: Final = 4  # the highest derivative used
_SHARP: Final = 1.02  # a bound this near to a value is not sharpened
_NARROWEST: Final = 2.0**-40  # relative width of the narrowest cells


@dataclass(frozen=True, slots=True)
class Polynomial:
    """p(x) = Σ c_k T_k((x − middle)/half), all numbers exact, and each c_k a float.

    Examples
    --------
    >>> p = Polynomial((Fraction(1), Fraction(0), Fraction(1, 2)), 0.0, 1.0)
    >>> p(Fraction(1, 2)), p.about(Fraction(0))
    (Fraction(3, 4), (Fraction(1, 2), Fraction(0, 1), Fraction(1, 1)))
    """

    coefficients: tuple[Fraction, ...]
    middle: float
    half: float  # the interval is within [middle − half, middle + half]

    def __post_init__(self) -> None:
        for c in self.coefficients:
            # `distance` writes them into a formula, whose constants are floats
            if Fraction(float(c)) != c:
                raise InputError(f"coefficient {c} given; one that is a float is needed")

    @property
    def degree(self) -> int:
        """The highest k."""
        return len(self.coefficients) - 1

    def __call__(self, x: Fraction) -> Fraction:
        """Return the exact value, by Clenshaw's recurrence."""
        t = (x - Fraction(self.middle)) / Fraction(self.half)
        this, after = Fraction(0), Fraction(0)
        for c in reversed(self.coefficients[1:]):
            this, after = 2 * t * this - after + c, this
        return t * this - after + self.coefficients[0]

    def about(self, centre: Fraction) -> tuple[Fraction, ...]:
        """Return the coefficients of the powers of x − centre, exactly."""
        slope = 1 / Fraction(self.half)
        t = [(centre - Fraction(self.middle)) * slope, slope]
        total = [Fraction(0)] * len(self.coefficients)
        before, this = [Fraction(0)], [Fraction(1)]
        for c in self.coefficients:
            for k, value in enumerate(this):
                total[k] += c * value
            grown = [Fraction(0)] * (len(this) + 1)
            for k, value in enumerate(this):
                grown[k] += 2 * t[0] * value
                grown[k + 1] += 2 * t[1] * value
            for k, value in enumerate(before):
                grown[k] -= value
            if len(this) == 1:
                grown = list(t)
            before, this = this, grown
        return tuple(total)


def frame(target: Target) -> tuple[float, float]:
    """Return floats m and h with [m − h, m + h] ⊇ the domain, as narrow as floats allow."""
    if target.dimension != 1:
        raise InputError(f"{target!r} given; a function of one coordinate is needed")
    a, b = target.domain[0]
    middle = a + (b - a) / 2
    needed = max(Fraction(b) - Fraction(middle), Fraction(middle) - Fraction(a))
    half = float(needed)
    return middle, half if Fraction(half) >= needed else float(np.nextafter(half, np.inf))


def chebyshev_coefficients(target: Target, degree: int) -> Array:
    """Return the coefficients, (degree + 1,), of a polynomial through f at Chebyshev's points."""
    middle, half = frame(target)
    (a, b), count = target.domain[0], degree + 1
    angles = (np.arange(count) + 0.5) * (np.pi / count)
    values = np.asarray(target(np.clip(middle + half * np.cos(angles), a, b)))
    # (degrees, nodes): the transform that makes values into coefficients
    coefficients = np.cos(np.outer(np.arange(count), angles)) @ values * (2 / count)
    coefficients[0] /= 2
    return np.asarray(coefficients, dtype=np.float64)


def distance(
    target: Target, polynomial: Polynomial, enough: float = 0.0
) -> tuple[float, float, float]:
    """Bound sup |f − p| over the domain.

    Returns (above, below, witness), both bounds proved, the lower one at the witness. A bound as
    small as `enough` is not sharpened. Raises CannotProve for an f without a formula.
    """
    f = formula_of(target)
    angle, middle, half = coordinate(0), polynomial.middle, polynomial.half
    near: Expression = constant(0.0)
    for k, c in enumerate(polynomial.coefficients):
        near = near + float(c) * apply("cos", k * angle) if c else near
    gap = f.compose(middle + half * apply("cos", angle)) - near
    above, _, place = largest_value(gap, 0.0, _PI_UP, enough=enough)
    a, b = target.domain[0]
    witness = float(np.clip(middle + half * np.cos(place), a, b))
    return above, min(_gap_at(f, polynomial, witness), above), witness


def formula_of(target: Target) -> Expression:
    """Return the formula of f, or say that it is needed."""
    if target.expression is None:
        raise CannotProve(f"{target.untraced}; this theorem is proved for an f with a formula")
    return target.expression


def _gap_at(f: Expression, polynomial: Polynomial, x: float) -> float:
    """Bound |f − p| from below at a float."""
    lo, hi = enclose(f, [[x]], [[x]])
    value = polynomial(Fraction(x))
    if not np.isfinite([lo[0], hi[0]]).all():
        return 0.0
    gap = max(Fraction(float(lo[0])) - value, value - Fraction(float(hi[0])), Fraction(0))
    return float(np.nextafter(float(gap), 0.0))


def largest_value(
    h: Expression, lower: float, upper: float, enough: float = 0.0
) -> tuple[float, float, float]:
    """Bound sup |h| over an interval, to within two hundredths where that takes few cells.

    Returns (above, below, place): |h| ≤ above on the interval, inf where nothing is known, and |h|
    ≥ below at the place. A bound as small as `enough` is not sharpened.
    """
    slopes = [h]
    for _ in range(_ORDER):
        slopes.append(slopes[-1].derivative())
    ends = np.linspace(lower, upper, _START + 1)
    left, right = ends[:-1], ends[1:]
    above, below, place, looked = 0.0, 0.0, lower, 0
    while len(left):
        bounds, floors, centres = _bounds(slopes, left, right)
        best = int(np.argmax(floors))
        if floors[best] > below:
            below, place = float(floors[best]), float(centres[best])
        looked += len(left)
        settled = bounds <= max(below * _SHARP, enough)
        settled |= (right - left <= _NARROWEST * (upper - lower)) | (centres <= left)
        if looked + 2 * np.count_nonzero(~settled) > _CELLS:
            settled[:] = True
        above = max(above, float(bounds[settled].max(initial=0.0)))
        some = bounds > above
        middle = centres[some]
        left, right = np.append(left[some], middle), np.append(middle, right[some])
    return above, below, place


def _bounds(slopes: list[Expression], left: Array, right: Array) -> tuple[Array, Array, Array]:
    """Bound |h| on each cell from above and at its centre from below."""
    centre = left + (right - left) / 2
    radius = np.maximum(right - centre, centre - left) * UP
    at, cell = (centre[:, None],) * 2, (left[:, None], right[:, None])
    least, reached = np.full(len(left), np.inf), np.zeros(len(left))
    floor = reached
    with np.errstate(over="ignore", invalid="ignore"):
        for order, slope in enumerate(slopes):
            share = radius**order / math.factorial(order) * UP
            there = np.maximum(*map(np.abs, enclose(slope, *cell)))
            least = np.fmin(least, (reached + there * share) * UP)
            lo, hi = enclose(slope, *at)
            reached = reached + np.maximum(np.abs(lo), np.abs(hi)) * share
            floor = floor if order else np.maximum(np.maximum(lo, -hi), 0.0)
    return least, floor, centre
