"""Splines and piecewise polynomials of scipy.interpolate, with their very breakpoints and coefficients.

A PPoly has on [x_i, x_(i+1)] the polynomial Σ c_(m, i) (x − x_i)^(k − m), a BPoly the one of Bernstein
coefficients. A BSpline Σ c_j B_j is, between two knots, de Boor's pyramid of k + 1 coefficients. All
are written in exact arithmetic from the floats that scipy holds. Nothing is extrapolated.

Source: C. de Boor, A Practical Guide to Splines, 2001, chapters VII and X.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any, Final

import numpy as np

from uat.errors import InputError, WrongType, counted
from uat.expression.arrays import Array
from uat.expression.brought.formula import Brought, exactly
from uat.expression.graph import Expression, apply, constant, coordinate
from uat.expression.ufuncs import cannot

__all__ = ["piecewise", "read"]

_MOST: Final = 1000
"""Pieces that are read; more: longer splines, and proofs that take minutes."""

_READ: Final = (
    "it as a BSpline (make_interp_spline), CubicSpline, PchipInterpolator, Akima1DInterpolator, "
    "UnivariateSpline, PPoly or BPoly"
)

_Pieces = tuple[Array, list[Expression]]
"""The ends of the pieces, (n + 1,), and the formula of each, in x."""


def read(spline: Any, dimension: int) -> Brought:
    """Read a spline of one coordinate with one value at each point.

    >>> from scipy.interpolate import make_interp_spline
    >>> read(make_interp_spline([0, 1, 2], [0, 1, 0], k=1), 1).expression
    <Expression where((x < 1), x, 2 - x)>
    """
    from scipy import interpolate as of

    name = type(spline).__name__
    rules: tuple[tuple[type, Callable[[Any], _Pieces]], ...] = (
        (of.PPoly, lambda s: _of_powers(s.x, s.c)),
        (of.BPoly, lambda s: _of_bernstein(s.x, s.c)),
        (of.BSpline, lambda s: _of_basis(s.t, s.c, s.k)),
        (of.UnivariateSpline, _of_fitpack),
        (of.interp1d, _of_line),
    )
    if not str(type(spline).__module__).startswith("scipy."):
        raise cannot(
            f"a {name}, which is derived from a class of scipy, may have other values", _READ
        )
    rule = next((rule for kind, rule in rules if isinstance(spline, kind)), None)
    if rule is None:
        raise cannot(f"a {name} of scipy.interpolate is not read as a formula", _READ)
    if dimension != 1:
        raise InputError(f"a {name} given for {counted(dimension, 'coordinate')}; it has one")
    ends, formulas = rule(spline)
    box = (float(ends[0]), float(ends[-1]))
    return Brought(piecewise(ends[1:-1].tolist(), formulas), f"a {name}", (box,))


def piecewise(breaks: Sequence[float], formulas: Sequence[Expression]) -> Expression:
    """Choose between formulas by a search: each holds from a break up to the next."""
    if len(formulas) == 1:
        return formulas[0]
    half = len(formulas) // 2
    left = piecewise(breaks[: half - 1], formulas[:half])
    right = piecewise(breaks[half:], formulas[half:])
    return apply("where", apply("less", coordinate(0), breaks[half - 1]), left, right)


def _checked(ends: Any, coefficients: Any) -> tuple[Array, Array]:
    """Return breakpoints that rise and real coefficients, (degree + 1, pieces), as float64."""
    for numbers in (ends, coefficients):
        if np.asarray(numbers).dtype.kind not in "biuf":
            raise WrongType("a spline with complex numbers given; real ones are needed")
        if np.asarray(numbers).dtype == np.longdouble:
            raise WrongType("a spline of longdouble numbers given; those of float64 are needed")
    x, c = np.asarray(ends, dtype=np.float64), np.asarray(coefficients, dtype=np.float64)
    if c.ndim > 2:
        raise InputError(
            f"a spline with values of shape {c.shape[2:]} given; one number at each point is "
            "needed: a list of one spline for each"
        )
    if not (np.isfinite(x).all() and np.isfinite(c).all()):
        raise InputError("a spline with a number that is not finite given")
    if len(x) - 1 > _MOST:
        raise cannot(
            f"it is a spline of {len(x) - 1:,} pieces, and at most {_MOST:,} are read",
            "it with fewer pieces (make_smoothing_spline, make_lsq_spline)",
        )
    if not (np.diff(x) > 0).all():
        raise InputError("a spline whose breakpoints do not rise given")
    return x, c


def _of_powers(ends: Any, coefficients: Any) -> _Pieces:
    """Sum each polynomial by Horner's rule, in x − x_i."""
    x, c = _checked(ends, coefficients)
    formulas = []
    for start, column in zip(x[:-1].tolist(), c.T.tolist(), strict=True):
        t = _less(coordinate(0), start)
        total = constant(column[0])
        for number in column[1:]:
            total = _plus(_times(total, t), number)
        formulas.append(total)
    return x, formulas


def _of_bernstein(ends: Any, coefficients: Any) -> _Pieces:
    """Sum each polynomial in s = (x − x_i)/(x_(i+1) − x_i) and 1 − s."""
    x, c = _checked(ends, coefficients)
    degree = len(c) - 1
    formulas = []
    for i, column in enumerate(c.T.tolist()):
        left, right = _shares(float(x[i]), float(x[i + 1]))
        total = constant(0.0)
        for j, number in enumerate(column):
            weight = _times(left ** (degree - j), right**j)
            choices = exactly(Fraction(comb(degree, j)))
            total = _plus(total, _times(constant(number) * choices, weight))
        formulas.append(total)
    return x, formulas


def _of_basis(knots: Any, coefficients: Any, degree: int) -> _Pieces:
    """Build de Boor's pyramid over each span between two knots, from t_k to t_n."""
    t = np.asarray(knots, dtype=np.float64)
    count = len(t) - degree - 1
    spans = [i for i in range(degree, count) if t[i] < t[i + 1]]
    ends, c = _checked([*(t[i] for i in spans), t[count]], np.asarray(coefficients)[None])
    numbers = [constant(number) for number in c[0, :count].tolist()]
    return ends, [_pyramid(t.tolist(), numbers, degree, span) for span in spans]


def _pyramid(t: list[float], c: list[Expression], degree: int, span: int) -> Expression:
    row = c[span - degree : span + 1]
    for level in range(1, degree + 1):
        pairs = pairwise(row)
        starts = range(span - degree + level, span + 1)
        row = [
            _plus(_times(a, left), _times(b, right))
            for (a, b), (left, right) in zip(
                pairs, (_shares(t[i], t[i + degree + 1 - level]) for i in starts), strict=True
            )
        ]
    return row[0]


def _of_fitpack(spline: Any) -> _Pieces:
    """Read a spline of FITPACK: its end knots count k + 1 times."""
    inner, coefficients = spline.get_knots(), spline.get_coeffs()
    degree = len(coefficients) - len(inner) + 1
    ends = [np.repeat(inner[i], degree) for i in (0, -1)]
    return _of_basis(np.concatenate([ends[0], inner, ends[1]]), coefficients, degree)


def _of_line(line: Any) -> _Pieces:
    """Read the polygon of interp1d; its other kinds have a spline of their own."""
    if getattr(line, "_kind", "") != "linear":
        raise cannot("an interp1d of another kind than 'linear' is not read as a formula", _READ)
    x, c = _checked(line.x, np.asarray(line.y)[None])
    table = apply("interp", coordinate(0), data=(*x, *c[0]))
    return x[[0, -1]], [table]


def _shares(start: float, stop: float) -> tuple[Expression, Expression]:
    """Return 1 − s and s for s = (x − start)/(stop − start)."""
    x, length = coordinate(0), constant(stop) - start
    one = length is constant(1.0)
    parts = constant(stop) - x, _less(x, start)
    return parts if one else (parts[0] / length, parts[1] / length)


def _less(u: Expression, number: float) -> Expression:
    return u - number if number else u


def _plus(a: Expression, b: Any) -> Expression:
    zero = constant(0.0)
    b = b if isinstance(b, Expression) else constant(b)
    return b if a is zero else a if b is zero else a + b


def _times(a: Expression, b: Expression) -> Expression:
    zero, one = constant(0.0), constant(1.0)
    if zero in (a, b):
        return zero
    return b if a is one else a if b is one else a * b
