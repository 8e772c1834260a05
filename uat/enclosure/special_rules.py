"""Interval rules of the special functions.

A monotone function is bounded by its values at the ends, one with a single minimum as in
`smooth_rules.py`. Any other f is bounded by the chord over a range of length w: it lies between the
values at the ends, widened by w²/8 times a bound of |f''|. For that bound

* J_n(x) = (1/π) ∫ cos(nt − x sin t) dt, hence |J_n''| ≤ ½ and |J_n| ≤ 1;
* Y_n'' = ((n² + n)/x² − 1) Y_n − Y_(n−1)/x, Y_0'' = −Y_0 + Y_1/x, and J_n² + Y_n² decreases
  (Nicholson); beyond its first maximum |Y_n| < 0.6;
* Ai'' = x Ai, and Ai'² − x Ai² decreases at the rate Ai², hence |Ai'|² ≤ 0.068 + 0.29 |x| for x ≤ 0;
  likewise |Bi'|² ≤ 0.202 + 0.379 |x| there, and |Ai| < 0.5357, |Bi| < 0.615;
* Si'' = sinc', Ci'' = −sin x/x − cos x/x², S'' = πx cos(πx²/2), C'' = −πx sin(πx²/2).

Source: NIST Digital Library of Mathematical Functions, 6.2, 7.2, 9.2, 9.8, 10.6, 10.9 and 10.18; G. N.
Watson, A Treatise on the Theory of Bessel Functions, 1944, 13.73 and 15.31.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.enclosure.edge_rules import divide, has_no_pole
from uat.enclosure.outward_rounding import UP, point_values
from uat.enclosure.smooth_rules import Range, add, multiply, negative, pick, unsure, wave, whole
from uat.expression.arrays import Array

__all__ = ["SPECIAL_RULES"]

_SMALL: Final = 1e-300
_LARGE: Final = 1e300
_HALF: Final = 0.5 * UP

_Rule = Callable[..., Range]


def _at(name: str, x: Array, *order: float) -> Range:
    """Bound a function at points."""
    low, high = point_values(name, np.ravel(x), *order)
    return low.reshape(np.shape(x)), high.reshape(np.shape(x))


def _monotone(
    name: str, side: int, first: float, last: float, limits: tuple[float, float]
) -> _Rule:
    """Return the rule of a function that rises (side 1) or falls (−1) from one limit to the other.

    Arb is asked between `first` and `last` only. A cell that ends below `first` is out of the domain,
    or there is nothing more to be known of it than the limits.
    """
    bottom, top = min(limits), max(limits)

    def rule(a: Range, *order: float) -> Range:
        least, most = a if side > 0 else a[::-1]
        low = _at(name, np.clip(least, first, last), *order)[0]
        high = _at(name, np.clip(most, first, last), *order)[1]
        low = np.where(least < first if side > 0 else least > last, bottom, low)
        high = np.where(most > last if side > 0 else most < first, top, high)
        return unsure((np.clip(low, bottom, top), np.clip(high, bottom, top)))

    return rule


def _by_order(even: _Rule, odd: _Rule) -> _Rule:
    return lambda a, order: (odd if order % 2 else even)(a, order)


def _chord(a: Range, ends: tuple[Range, Range], bend: Any, least: Any, most: Any) -> Range:
    """Bound f by its values at the ends of a range, |f''| ≤ bend and least ≤ f ≤ most."""
    first, last = ends
    length = np.nextafter(a[1] - a[0], np.inf)
    sag = np.where(length > 0, bend * length * length * (UP / 8), 0.0)
    sag = np.where((a[0] == a[1]) | np.isnan(sag), np.where(a[0] == a[1], 0.0, np.inf), sag)
    low = np.nextafter(np.minimum(first[0], last[0]) - sag, -np.inf)
    high = np.nextafter(np.maximum(first[1], last[1]) + sag, np.inf)
    return unsure((np.maximum(low, least), np.minimum(high, most)))


def _both(name: str, a: Range, first: float, last: float, *order: float) -> tuple[Range, Range]:
    """Bound a function at both ends, which are moved between `first` and `last`; whole beyond."""
    ends = [_at(name, np.clip(end, first, last), *order) for end in a]
    outside = [(end < first) | (end > last) for end in a]
    one, two = (pick(o, whole(e), e) for o, e in zip(outside, ends, strict=True))
    return one, two


def _bessel_j(a: Range, order: float) -> Range:
    ends = _both("bessel_j", a, -_LARGE, _LARGE, order)
    return _chord(a, ends, _HALF, -1.0, 1.0)


def _bessel_y(a: Range, order: float) -> Range:
    """Bound Y_n, which rises from −∞ at 0."""
    start = np.clip(a[0], _SMALL, _LARGE)
    sizes = [_modulus(start, n) for n in ((order, order - 1) if order else (0.0, 1.0))]
    bend = ((order * order + order) / start / start + 1) * sizes[0] + sizes[1] / start
    ends = _both("bessel_y", a, _SMALL, _LARGE, order)
    least = np.minimum(ends[0][0], -0.6)
    return pick(a[1] <= 0, whole(a), _chord(a, ends, bend * UP, least, 0.6))


def _modulus(x: Array, order: float) -> Array:
    """Bound √(J_n² + Y_n²) from above."""
    parts = [np.maximum(-low, high) for low, high in (_at(k, x, order) for k in _JY)]
    size: Array = np.hypot(*parts) * UP
    return size


_JY: Final = ("bessel_j", "bessel_y")


def _even(rule: _Rule) -> _Rule:
    """Return the rule of an even function that rises on the right."""

    def of_size(a: Range, order: float) -> Range:
        sizes = np.abs(a[0]), np.abs(a[1])
        around = (a[0] <= 0) & (a[1] >= 0)
        return rule((np.where(around, 0.0, np.minimum(*sizes)), np.maximum(*sizes)), order)

    return of_size


def _below_zero(a: Range) -> Array:
    return np.maximum(-a[0], 0.0)


def _airy_ai(a: Range) -> Range:
    ends = _both("airy_ai", a, -_LARGE, 1e15)
    chord = _chord(a, ends, np.maximum(0.5357 * _below_zero(a), 0.2), -0.4191, 0.5357)
    return pick(a[0] >= 0, _AI_RIGHT(a), chord)


def _airy_ai_slope(a: Range) -> Range:
    n = _below_zero(a)
    most = np.sqrt(0.068 + 0.29 * n) * UP
    ends = _both("airy_ai_slope", a, -_LARGE, 1e15)
    chord = _chord(a, ends, (0.6 + n * most) * UP, -most, most)
    return pick(a[0] >= 0, _AI_SLOPE_RIGHT(a), chord)


def _airy_bi(a: Range) -> Range:
    top = np.maximum(a[1], 0.0)
    right = _BI_RIGHT((top, top))[1]
    bend = np.maximum(0.615 * _below_zero(a), top * right) * UP
    ends = _both("airy_bi", a, -_LARGE, 1e3)
    chord = _chord(a, ends, bend, -0.4550, np.maximum(right, 0.615))
    return pick(a[0] >= 0, _BI_RIGHT(a), chord)


def _airy_bi_slope(a: Range) -> Range:
    n, top = _below_zero(a), np.maximum(a[1], 0.0)
    left = np.sqrt(0.202 + 0.379 * n) * UP
    value, right = _BI_RIGHT((top, top))[1], _BI_SLOPE_RIGHT((top, top))[1]
    bend = np.maximum(0.615 + n * left, value + top * right) * UP
    ends = _both("airy_bi_slope", a, -_LARGE, 1e3)
    chord = _chord(a, ends, bend, -left, np.maximum(left, right))
    return pick(a[0] >= 0, _BI_SLOPE_RIGHT(a), chord)


_AI_RIGHT: Final = _monotone("airy_ai", -1, 0.0, 1e4, (0.0, 0.3551))
_AI_SLOPE_RIGHT: Final = _monotone("airy_ai_slope", 1, 0.0, 1e4, (-0.2589, 0.0))
_BI_RIGHT: Final = _monotone("airy_bi", 1, 0.0, 1e3, (0.614, np.inf))
_BI_SLOPE_RIGHT: Final = _monotone("airy_bi_slope", 1, 0.0, 1e3, (0.448, np.inf))


def _sine_integral(a: Range) -> Range:
    return _chord(a, _both("sine_integral", a, -_LARGE, _LARGE), _HALF, -1.852, 1.852)


def _cosine_integral(a: Range) -> Range:
    start = np.maximum(a[0], _SMALL)
    ends = _both("cosine_integral", a, _SMALL, _LARGE)
    least = np.minimum(ends[0][0], -0.1985)
    chord = _chord(a, ends, (1 / start + 1 / start / start) * UP, least, 0.4721)
    return pick(a[1] <= 0, whole(a), chord)


def _fresnel(name: str, most: float) -> _Rule:
    def rule(a: Range) -> Range:
        bend = 3.1416 * np.maximum(np.abs(a[0]), np.abs(a[1])) * UP
        return _chord(a, _both(name, a, -1e15, 1e15), bend, -most, most)

    return rule


_PLACE, _LEAST = 1.4616321449683623, {"gamma": 0.8856031944108886, "gammaln": -0.12148629053584963}


def _valley(name: str, last: float, a: Range) -> Range:
    """Bound Γ or log Γ over u > 0, which fall from ∞ to one minimum and rise to ∞."""
    ends = [_at(name, np.clip(end, _SMALL, last)) for end in a]
    around = (a[0] < _PLACE + 2.0**-40) & (a[1] > _PLACE - 2.0**-40)
    low = np.where(around, _LEAST[name], np.minimum(ends[0][0], ends[1][0]))
    high = np.maximum(ends[0][1], ends[1][1])
    high = np.where((a[0] < _SMALL) | (a[1] > last), np.inf, high)
    return pick(a[1] <= 0, whole(a), unsure((np.maximum(low, _LEAST[name]), high)))


def _gamma(a: Range) -> Range:
    """Bound Γ; at u < 0 it is π/(sin(πu) Γ(1 − u))."""
    one, pi = np.ones_like(a[0]), (np.array(np.pi), np.nextafter(np.array(np.pi), np.inf))
    mirror = _valley("gamma", 1e4, add((one, one), negative(a)))
    left = divide(pi, multiply(_sine(multiply(pi, a)), mirror))
    inside = pick(a[0] > 0, _valley("gamma", 1e4, a), pick(a[1] < 0, left, whole(a)))
    return pick(has_no_pole(a), inside, whole(a))


_sine: Final = wave("sin", 1.0)


def _digamma(a: Range) -> Range:
    """Bound ψ, which rises between its poles."""
    ends = [_at("digamma", np.clip(end, -1e15, _LARGE)) for end in a]
    low = np.where(a[0] < -1e15, -np.inf, ends[0][0])
    high = np.where((a[1] > _LARGE) | (a[1] < -1e15), np.inf, ends[1][1])
    return pick(has_no_pole(a), unsure((low, high)), whole(a))


def _expi(a: Range) -> Range:
    """Bound Ei, which falls from 0 to −∞ on the left of 0, and rises from −∞ to ∞ on its right."""
    right, left = _EI_RIGHT(a), _EI_LEFT(a)
    across = np.full_like(right[0], -np.inf), np.maximum(right[1], 0.0)
    return pick(a[0] > 0, right, pick(a[1] < 0, left, across))


_EI_RIGHT: Final = _monotone("expi", 1, _SMALL, 1e4, (-np.inf, np.inf))
_EI_LEFT: Final = _monotone("expi", -1, -1e4, -_SMALL, (0.0, -np.inf))

_DOWN_TO_0: Final = (np.inf, 0.0)
_UP_TO_0: Final = (-np.inf, 0.0)
_ABOVE_1: Final = float(np.nextafter(1.0, 2.0))


def _inside(left: float, rule: _Rule) -> _Rule:
    """Leave cells outside of a domain open."""
    return lambda a, *order: pick(a[1] <= left, whole(a), rule(a, *order))


def _polygamma(a: Range, order: float) -> Range:
    """Bound ψ^(n) over u ≥ 0 only: ψ, whose slope it is, has values below 0 too."""
    inside = (_POLYGAMMA_EVEN if order % 2 == 0 else _POLYGAMMA_ODD)(a, order)
    return pick(a[0] < 0, whole(a), inside)


def _over_positive(name: str, side: int, limits: tuple[float, float]) -> _Rule:
    return _inside(0.0, _monotone(name, side, _SMALL, _LARGE, limits))


_POLYGAMMA_EVEN: Final = _over_positive("polygamma", 1, _UP_TO_0)
_POLYGAMMA_ODD: Final = _over_positive("polygamma", -1, _DOWN_TO_0)

SPECIAL_RULES: Final[dict[str, _Rule]] = {
    "gamma": _gamma,
    "gammaln": lambda a: _valley("gammaln", _LARGE, a),
    "digamma": _digamma,
    "polygamma": _polygamma,
    "zeta": _inside(1.0, _monotone("zeta", -1, _ABOVE_1, 1e4, (np.inf, 1.0))),
    "zeta_slope": _inside(
        1.0,
        _by_order(
            _monotone("zeta_slope", -1, _ABOVE_1, 1e4, _DOWN_TO_0),
            _monotone("zeta_slope", 1, _ABOVE_1, 1e4, _UP_TO_0),
        ),
    ),
    "bessel_j": _bessel_j,
    "bessel_y": _bessel_y,
    "bessel_i": _by_order(
        _even(_monotone("bessel_i", 1, 0.0, 1e4, (0.0, np.inf))),
        _monotone("bessel_i", 1, -1e4, 1e4, (-np.inf, np.inf)),
    ),
    "bessel_k": _over_positive("bessel_k", -1, _DOWN_TO_0),
    "airy_ai": _airy_ai,
    "airy_ai_slope": _airy_ai_slope,
    "airy_bi": _airy_bi,
    "airy_bi_slope": _airy_bi_slope,
    "erfcx": _monotone("erfcx", -1, -1e2, 1e4, _DOWN_TO_0),
    "expi": _expi,
    "sine_integral": _sine_integral,
    "cosine_integral": _cosine_integral,
    "fresnel_s": _fresnel("fresnel_s", 0.714),
    "fresnel_c": _fresnel("fresnel_c", 0.78),
}
"""The rule of each function; erfi and erfinv increase, as their records say."""
