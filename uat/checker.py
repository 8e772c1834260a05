"""Prove the bound in a certificate's file again, independently of the program that wrote it.

The file holds f and σ as formulas, a box, a network g, and cells, each with a bound of |f − g| on
it. These bounds are proved once more, by an argument that this file follows from top to bottom.

1. What a file says. Its numbers are exact (`read`).
2. Enclosures. Numbers computed from those of the file are balls of 256 bits, or intervals rounded
   outward, that contain the true value (`intervals`). Where an operation chooses one branch on a
   cell, as |u| = u where u ≥ 0, that branch is continued to complex numbers (`branch`).
3. On a cell f − g is a sum of parts and of a number in an interval R. R encloses steep units, kinks
   of f, and units that switch elsewhere: σ is nearly constant there or, like ReLU, exactly linear,
   and they are summed in advance. The other units and f are parts: analytic in an ellipse
   c + r cosh z, |Re z| ≤ t, around each side c ± r, and bounded there (`Part`, `OneLayer`, `Deep`).
   A network of several layers and straight σ lies between two affine functions instead: each unit
   between two lines, of which the sign of its weight takes one (`Bent`).
4. Let s be the sum of the parts, and p the polynomial of degree N in each coordinate with the
   values of s at Chebyshev's points c + r cos(πk/N). If |s| ≤ M_j where x_j is in its ellipse, the
   others being real, then |s − p| ≤ Σ_j Λ^(j−1) · 4 M_j e^(−N t_j)/(e^t_j − 1) with
   Λ = 1 + (2/π) log(N + 1): the coordinates are interpolated one after the other, and each later
   one magnifies the errors before it by at most Λ (`interpolate`). p lies between its least and its
   greatest Bernstein coefficient; halving the cell tightens this (`polynomial_within`).
5. In several coordinates f and σ may be straight but for hyperplanes that cross the whole box. Then
   f − g = s·x + r + Σ c |n·x + t| in rational numbers, and |s·x + r| + Σ |c (n·x + t)| bounds it on
   a cell (`difference`, `largest_fold`).
6. If f and the units see x only through one u = n·x, in rational numbers, then a cell in x is an
   interval of u, and the claim one of a single coordinate (`on_a_line`). If f − g is a sum of functions
   of one such u each, as x y = ((x + y)² − (x − y)²)/4 is, then their bounds, proved one by one, add up
   to one of f − g (`bound_along_forms`).
7. A cell whose bound is not proved in one step is halved (`Proof`).
8. The cells cover the box, and no bound is above the claim (`cover`, `check`).

f − g is bounded wherever f has a real value, and nothing is trusted but the formulas. Rounding
errors of floating-point evaluation (`rounding`) are not part of it. Nothing of `uat` is imported:
with python-flint the file runs alone, as `python checker.py certificate.json`. It is one long file on
purpose: who doubts the program can copy it, read it once from top to bottom in the order of these
steps, and need nothing else.

Sources: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorems 8.2, 15.2;
H. Zhang et al., Efficient neural network robustness certification, 2018 (`Bent`);
E. Fischer, Sums of like powers of multivariate linear forms, 1994 (`signed_sums`);
R. T. Farouki, The Bernstein polynomial basis: a centennial retrospective, 2012, section 5.1;
R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009;
F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017;
T. M. Chan, Klee's measure problem made easy, 2013.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import accumulate, compress, pairwise, product
from math import ceil, comb, factorial, inf, nan
from operator import add, itemgetter, le, lt, methodcaller, mul, neg, sub, truediv
from pathlib import Path
from typing import Any, Final, NamedTuple

from flint import acb, acb_mat, acb_series, arb, arb_mat, arb_series, ctx, fmpq

__all__ = ["Claim", "Refused", "Unreadable", "check", "read"]

FORMAT: Final = "uat certificate 1"
LARGEST: Final = 50_000_000  # bytes of a file
BITS, ROUGH = 256, 64  # precision of the proof; and on ellipses, where only the size counts
SIZES: Final = [8 / 2 ** (k / 2) for k in range(11)]  # the t of the ellipses that are tried
PATIENCE: Final = 24  # parts of an ellipse for one bound; more: tighter, slower
HIGHEST, MOST_NODES = 64, 65**2  # degree, and Chebyshev's points; more: fewer, slower parts
HALVINGS, MOST_CUTS = 150, 40  # depth to which a cell is halved, and a polynomial
TRIES: Final = 4  # tolerances for a part of a cell, before it is halved
LOW: Final = 3  # degree below which no other is looked for
MOST_PARTS: Final = 20_000  # of a cell of one coordinate; more: slower to give up
NARROW, SOFT = 4, 16  # widths of the arguments of a unit below which it is a part: always, perhaps
FAR: Final = 64  # distance from 0 past which they may be as wide as they are far
MOST_WORK: Final = 1 << 22  # values of units for a cell of several; larger: the same
LINEAR: Final = ("add", "subtract", "negative", "multiply", "divide")
STEEPEST: Final[dict[str, Any]] = {
    "expit": fmpq(1, 4),
    "tanh": 1,
    "sin": 1,
    "softplus": 1,
    "arctan": 1,
}  # |σ'|
MOST_UNITS: Final = 4096  # that are taken apart by the forms they see; more: slower
MOST_FOLDS, ALIKE = (
    1000,
    fmpq(1, 2**45),
)  # compared in pairs, and how near forms are that count as one
MOST_FACTORS: Final = (
    4  # forms of a product; more: other polynomials, of 2^(factors − 1) forms each
)
FINE: Final = 24, 64  # digits of a bound to which f is interpolated where g lies between lines
GRAIN: Final = 2.0**-14  # accuracy of the range of σ
INF, NAN = arb("inf"), arb("nan")
LINE: Final = (-INF, INF)

Row = Sequence[Any]
Form = tuple[Any, ...]
Table = list[tuple[str, list[int], list[float]]]
Sides = list[tuple[Any, Any]]
Strips = list[list[int]]
Places = list[list[tuple[int, int]]]
Patch = tuple[Strips, Places]
Function = Callable[[list[Any]], Any]
Sum = tuple[list["Part"], "Interval"]


# 1. What a file says.
class Unreadable(Exception):
    """The file is not a certificate of this format, or is damaged."""


class Refused(Exception):
    """The claim is false or could not be proved; the message names the cell."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of a file; a formula is rows of (operation, rows it takes, its own numbers)."""

    formula: Table
    domain: list[list[float]]
    sigmas: list[Table]  # of each hidden layer
    layers: list[tuple[list[list[float]], list[float]]]
    upper: float
    lower: float
    witness: list[float]
    cells: list[tuple[list[float], list[float], float]]
    rounding: float = 0.0
    trusted: tuple[str, ...] = ()
    doubt: str = ""  # what the writer said of its chance to be confirmed
    # n, α, β and a bound for each form, see `bound_along_forms`
    along: tuple[list[float], ...] = ()


def read(path: str | Path) -> Claim:
    """Read the file of a certificate and check its form, or raise `Unreadable`."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise Unreadable(f"{path} is larger than {LARGEST:,} bytes")
        return _claim(_words(Path(path).read_bytes()))
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError, MemoryError) as odd:
        kind = "" if isinstance(odd, ValueError) else f"{type(odd).__name__}: "
        reason = f"{odd} is missing" if isinstance(odd, KeyError) else f"{kind}{odd}"
        line = " ".join(reason.split())
        raise Unreadable(f"{path} is damaged or no certificate: {line:.150}") from None


def _words(content: bytes) -> dict[str, Any]:
    """Read the JSON of a file, or say what the file is instead."""
    if content.startswith(b"PK"):
        raise ValueError("it is an archive, such as the .npz of a network; a proof is in JSON")
    if not content.strip():
        raise ValueError("it is empty")
    try:
        words = json.loads(content.decode())
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    except json.JSONDecodeError as odd:
        raise ValueError(f"it is no JSON, or was cut off: {odd}") from None
    says = words.get("format") if isinstance(words, dict) else None
    if not isinstance(words, dict) or says != FORMAT:
        but = f", but {says!r:.40}" if isinstance(says, str) else ""
        raise ValueError(f"it is JSON that does not say {FORMAT!r}{but}")
    return words


def _claim(words: dict[str, Any]) -> Claim:
    network, domain = words["network"], [_numbers(pair) for pair in words["domain"]]
    given = [(layer["weight"], layer["bias"]) for layer in network["layers"]]
    layers = [([_numbers(row) for row in weight], _numbers(bias)) for weight, bias in given]
    widths = [len(domain), *(len(bias) for _, bias in layers)]
    for (weight, bias), width in zip(layers, widths, strict=False):
        if not bias or len(weight) != len(bias) or any(len(row) != width for row in weight):
            raise ValueError("weights and biases that do not fit")
    cells = [(_numbers(low), _numbers(high), _number(bound)) for low, high, bound in words["cells"]]
    witness = _numbers(words["witness"])
    points = [witness, *(corner for cell in cells for corner in cell[:2])]
    if len(layers) < 2 or widths[-1] != 1 or any(len(p) != len(domain) for p in points):
        raise ValueError("parts of different dimensions")
    if not cells or not domain or any(len(pair) != 2 or not pair[0] < pair[1] for pair in domain):
        raise ValueError("an empty box, or no cells")
    if not all(p <= q for low, high, _ in cells for p, q in zip(low, high, strict=True)):
        raise ValueError("a cell with its ends reversed")
    rows = words["target"]["expression"]
    formula = [] if rows is None else _table(rows, len(domain))
    sigma = network["activation"]  # of all hidden layers, or a list with that of each
    several = sigma if isinstance(sigma, list) else [sigma] * (len(layers) - 1)
    sigmas = [_table(each["expression"], 1) for each in several]
    if len(sigmas) != len(layers) - 1:
        raise ValueError("activations that do not fit the layers")
    upper, lower = _number(words["upper"]), _number(words["lower"])
    rounding, trusted = _number(words["rounding"]), tuple(map(str, words["assumptions"]))
    if min(upper, lower, rounding) < 0:
        raise ValueError("a bound below 0")
    along = tuple(map(_numbers, words.get("along", [])))
    if any(len(row) != len(domain) + 3 for row in along):
        raise ValueError("a form that does not fit the box")
    told = rounding, trusted, str(words.get("doubt", "")), along
    return Claim(formula, domain, sigmas, layers, upper, lower, witness, cells, *told)


def _table(rows: list[Any], dimension: int) -> Table:
    if not rows:
        raise ValueError("a formula without rows")
    table: Table = []
    for row, (name, places, texts) in enumerate(rows):
        own = _numbers(texts)
        fits = name in ARITY and isinstance(places, list) and len(places) == ARITY[name]
        fits = fits and all(type(i) is int and 0 <= i < row for i in places)
        tested = places if "logical" in name else places[:1] if name == "where" else []
        fits = fits and all(table[i][0] in CONDITIONS for i in tested)
        if name == "interp":
            knots = own[: len(own) // 2]
            fits = fits and 0 < 2 * len(knots) == len(own) and all(map(lt, knots, knots[1:]))
        else:
            fits = fits and len(own) == (name in ("coordinate", "constant", "power", *ORDERED))
            fits = fits and (name not in ORDERED or own[0] in ORDERED[name])
        if not fits or (name == "coordinate" and own[0] not in range(dimension)):
            raise ValueError(f"row {row} of a formula, {name!r:.40}, is not known or does not fit")
        table.append((name, places, own))
    return table


def _numbers(texts: list[str]) -> list[float]:
    if not isinstance(texts, list):
        raise TypeError(f"{texts!r:.40} is no list of floats")
    return [_number(text) for text in texts]


def _number(text: str) -> float:
    """Read a finite float, in hexadecimal as `float.hex` writes it."""
    if not re.fullmatch(r"-?0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,4}", text, re.ASCII):
        raise ValueError(f"{text!r:.40} is no float in hexadecimal")
    return float.fromhex(text)


# 2. Enclosures, of formulas over intervals and over complex balls.
class Interval:
    """All numbers from low to high, which may be infinite; each operation rounds outward."""

    __slots__ = ("high", "low")

    def __init__(self, low: Any, high: Any = None) -> None:
        self.low, self.high = low.lower(), (low if high is None else high).upper()
        if self.low.is_nan() or self.high.is_nan():
            self.low, self.high = -INF, INF

    @staticmethod
    def hull(*balls: Any) -> Interval:
        """Return the least interval that contains some balls."""
        if any(ball.is_nan() for ball in balls):
            return Interval(-INF, INF)
        return Interval(min(ball.lower() for ball in balls), max(ball.upper() for ball in balls))

    @property
    def width(self) -> Any:
        """The length, rounded up."""
        return (self.high - self.low).upper()

    @property
    def ball(self) -> Any:
        """A ball that contains the interval."""
        return self.low.union(self.high)

    def cut(self, low: Any, high: Any) -> Interval:
        """Intersect the interval with bounds that are known to hold."""
        return Interval(max(self.low, arb(low)), min(self.high, arb(high)))

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = product((self.low, self.high), (other.low, other.high))
        return Interval.hull(*(arb(0) if p == 0 or q == 0 else p * q for p, q in ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low < 0 < other.high or other.low == other.high == 0:
            return Interval(-INF, INF)
        least = -INF if other.high == 0 else 1 / other.high
        return self * Interval(least, INF if other.low == 0 else 1 / other.low)

    def __abs__(self) -> Interval:
        ends = abs(self.low), abs(self.high)
        return Interval(arb(0) if self.low <= 0 <= self.high else min(ends), max(ends))

    def __pow__(self, exponent: float) -> Interval:
        if exponent < 0:
            return Interval(arb(1)) / self ** (-exponent)
        if exponent % 1:
            return _rising("sqrt", self, lambda u: u ** arb(exponent))
        base, n = abs(self) if exponent % 2 == 0 else self, int(exponent)
        return Interval(*(v**n if v >= 0 else -(abs(v) ** n) for v in (base.low, base.high)))


def _rising(name: str, u: Interval, function: Callable[[Any], Any]) -> Interval:
    """Bound an increasing function by its values at the ends and by its range."""
    first, last = DOMAIN.get(name, LINE)
    if u.high < first or u.low > last:
        return Interval(*LINE)
    inside = u.cut(first, last)
    low, high = Interval(function(inside.low)), Interval(function(inside.high))
    return Interval(low.low, high.high).cut(*RISING[name])


def _entropy(u: Interval) -> Interval:
    """Bound u log u, which is 0 at 0 and has its least value at 1/e."""
    u, least = u.cut(0, INF), (-arb(1)).exp()
    ends = (arb(0) if v == 0 else v * v.log() for v in (u.low, u.high))
    bottom = [] if u.high < least or u.low > least else [-least]
    return Interval.hull(*ends, *bottom)


def _valley(u: Interval, function: Callable[[Any], Any], place: float, least: float) -> Interval:
    """Bound a function that falls from 0 to its only minimum, within 2^−40 of place, then rises."""
    ends = [Interval(v) for v in (u.low, u.high) if v.is_finite()]
    limits = [arb(0)] * (not u.low.is_finite()) + [INF] * (not u.high.is_finite())
    lowest = u.low < place + 2.0**-40 and u.high > place - 2.0**-40
    inside = [v for end in ends for v in (function(end.low).lower(), function(end.low).upper())]
    return Interval.hull(*inside, *limits, *([arb(least)] if lowest else []))


def _interp(u: Interval, *numbers: float) -> Interval:
    """Bound a piecewise linear function, knots and then values, by its ends and inner knots."""
    half = len(numbers) // 2
    inner = range(bisect_right(numbers, u.low, 0, half), bisect_left(numbers, u.high, 0, half))
    ends = (_line(numbers, end, end) for end in (u.low, u.high))
    return Interval.hull(*ends, *(arb(numbers[half + i]) for i in inner))


def _line(numbers: Sequence[float], place: Any, u: Any) -> Any:
    """Evaluate at u the linear piece around a place."""
    half = len(numbers) // 2
    i = bisect_right(numbers, place, 0, half)
    if i in (0, half):
        return arb(numbers[half if i == 0 else -1])
    left, right, start, end = (arb(numbers[j]) for j in (i - 1, i, half + i - 1, half + i))
    return (u - left) * ((end - start) / (right - left)) + start


def _truth(yes: bool, no: bool) -> Interval:
    return Interval(arb(int(yes)), arb(int(not no)))


def _cbrt(u: Any) -> Any:
    if u.real < 0:
        return -_cbrt(-u)
    return u.root(3) if isinstance(u, arb) else (u.log() / 3).exp()


def _softplus(u: Any) -> Any:
    return (1 + u.exp()).log() if u.real < 0 else u + (1 + (-u).exp()).log()


def _silu(u: Any) -> Any:
    return u * u.exp() / (1 + u.exp()) if u.real < 0 else u / (1 + (-u).exp())


def _gelu(u: Any) -> Any:
    return u * (-u / arb(2).sqrt()).erfc() / 2


def _elu(u: Any) -> Any:
    return u.expm1() if u < 0 else u


def _softsign(u: Any) -> Any:
    return u.sgn() * (1 - 1 / (1 + abs(u)))


def _expi(u: Any) -> Any:
    return u.ei() if isinstance(u, arb) or u.real > 0 else -((-u).expint(1))


def _zeta_slope(u: Any, order: float) -> Any:
    before, ctx.cap = ctx.cap, int(order) + 1
    try:
        series = (arb_series if isinstance(u, arb) else acb_series)([u, 1], prec=ctx.cap)
        return series.zeta()[int(order)] * factorial(int(order))
    finally:
        ctx.cap = before


def _polygamma(u: Any, order: float) -> Any:
    n = int(order)
    return type(u)(n + 1).zeta(u) * ((-1) ** (n + 1) * factorial(n))


def _bessel(kind: str) -> Callable[..., Any]:
    def value(u: Any, order: float) -> Any:
        # Of a wide ball Arb takes seconds with many bits, and needs few.
        with ctx.workprec(min(ctx.prec, max(53, u.rel_accuracy_bits() + 53))):
            return getattr(u, f"bessel_{kind}")(type(u)(int(order)))

    return value


SPECIAL: Final[dict[str, Callable[..., Any]]] = {
    **{name: methodcaller(name) for name in (
        "gamma", "digamma", "zeta", "erfi", "airy_ai", "airy_bi", "fresnel_s", "fresnel_c",
    )},
    **{f"airy_{k}_slope": methodcaller(f"airy_{k}", derivative=1) for k in ("ai", "bi")},
    **{f"bessel_{kind}": _bessel(kind) for kind in "jyik"},
    "gammaln": methodcaller("lgamma"), "sine_integral": methodcaller("si"),
    "cosine_integral": methodcaller("ci"), "polygamma": _polygamma, "zeta_slope": _zeta_slope,
    "erfcx": lambda u: (u * u).exp() * u.erfc(), "expi": _expi,
    "erfinv": lambda u: u.erfinv() if isinstance(u, arb) else NAN,
}  # fmt: skip
"""Special functions, enclosed by Arb's own balls alone."""

ORDERED: Final = {
    **{f"bessel_{kind}": range(101) for kind in "jyik"},
    "polygamma": range(1, 101), "zeta_slope": range(1, 101),
}  # fmt: skip
"""Functions with an order, and the orders that are known."""

SMOOTH: Final[dict[str, Callable[..., Any]]] = {
    "add": add, "subtract": sub, "multiply": mul, "divide": truediv, "negative": neg,
    **{name: methodcaller(name) for name in (
        "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sinc",
        "erf",
    )},
    **{"arc" + name: methodcaller("a" + name) for name in (
        "sin", "cos", "tan", "sinh", "cosh", "tanh",
    )},
    "pi": arb.pi, "constant": arb, "power": lambda u, p: u ** arb(p), "cbrt": _cbrt,
    "xlogy": lambda u, v: u * v.log(),
    "expit": lambda u: u.exp() / (1 + u.exp()) if u.real < 0 else 1 / (1 + (-u).exp()),
    "softplus": _softplus, "silu": _silu, "gelu": _gelu, **SPECIAL,
}  # fmt: skip
"""Smooth operations, of real and complex balls alike."""

RISING: Final[dict[str, tuple[Any, Any]]] = {
    "cbrt": LINE, "arctan": LINE, "sinh": LINE, "arcsinh": LINE, "arcsin": LINE, "arctanh": LINE,
    "log": LINE, "log1p": LINE, "sqrt": (0, INF), "exp": (0, INF), "arccosh": (0, INF),
    "expm1": (-1, INF), "expit": (0, 1), "tanh": (-1, 1), "erf": (-1, 1), "softplus": (0, INF),
}  # fmt: skip
"""Operations that increase, and their ranges."""

DOMAIN: Final[dict[str, tuple[Any, Any]]] = {
    "sqrt": (0, INF), "log": (0, INF), "log1p": (-1, INF), "arccosh": (1, INF),
    "arcsin": (-1, 1), "arccos": (-1, 1), "arctanh": (-1, 1), "erfinv": (-1, 1),
    "zeta": (1, INF), "zeta_slope": (1, INF), **dict.fromkeys(
        ("gammaln", "polygamma", "bessel_y", "bessel_k", "cosine_integral"), (0, INF)
    ),
}  # fmt: skip
"""Real domains; the operations are analytic where the real part lies inside."""

BRANCHED: Final = {*DOMAIN, "arctan", "arcsinh", "cbrt", "expi", "power", "xlogy", "softplus"}

RULES: Final[dict[str, Callable[..., Interval]]] = {
    **{name: SMOOTH[name] for name in ("add", "subtract", "multiply", "divide", "negative")},
    **{name: lambda u, n=name: _rising(n, u, SMOOTH[n]) for name in RISING},
    "power": Interval.__pow__,
    "pi": lambda: Interval(arb.pi()),
    "constant": lambda value: Interval(arb(value)),
    "xlogy": lambda u, v: u * RULES["log"](v),
    "sin": lambda u: Interval(u.ball.sin()).cut(-1, 1),
    "cos": lambda u: Interval(u.ball.cos()).cut(-1, 1),
    "tan": lambda u: Interval(u.ball.tan()),
    "arccos": lambda u: Interval(arb.pi() / 2) - RULES["arcsin"](u),
    "cosh": lambda u: _rising("exp", abs(u), SMOOTH["cosh"]),
    "sinc": lambda u: Interval(u.ball.sinc()).cut(-0.25, 1),
    "silu": lambda u: _valley(u, _silu, -1.2784645427610738, -0.27846454276107385),
    "gelu": lambda u: _valley(u, _gelu, -0.7517915246935645, -0.16997120747990372),
    "elu": lambda u: Interval(_elu(u.low), _elu(u.high)),
    "softsign": lambda u: Interval(_softsign(u.low), _softsign(u.high)).cut(-1, 1),
    "absolute": abs,
    "sign": lambda u: Interval(u.low.sgn(), u.high.sgn()),
    "minimum": lambda u, v: Interval(min(u.low, v.low), min(u.high, v.high)),
    "maximum": lambda u, v: Interval(max(u.low, v.low), max(u.high, v.high)),
    "less": lambda u, v: _truth(u.high < v.low, u.low >= v.high),
    "less_equal": lambda u, v: _truth(u.high <= v.low, u.low > v.high),
    "equal": lambda u, v: _truth(
        u.low == u.high == v.low == v.high, u.high < v.low or v.high < u.low
    ),
    "logical_and": lambda u, v: Interval(min(u.low, v.low), min(u.high, v.high)),
    "logical_or": lambda u, v: Interval(max(u.low, v.low), max(u.high, v.high)),
    "logical_not": lambda u: Interval(1 - u.high, 1 - u.low),
    "where": lambda c, u, v: (
        u if c.low == 1 else v if c.high == 0 else Interval.hull(u.low, u.high, v.low, v.high)
    ),
    "interp": _interp,
    **{name: lambda u, *own, n=name: Interval(SPECIAL[n](u.ball, *own)) for name in SPECIAL},
}
"""Operations on intervals."""

COMPARISONS: Final = {"less", "less_equal", "equal"}
CONDITIONS: Final = {*COMPARISONS, "logical_and", "logical_or", "logical_not"}
PIECES: Final = {*CONDITIONS, "absolute", "sign", "minimum", "maximum", "where", "interp"}
CHOICES: Final = {*PIECES, "elu", "softsign"}
SAME: Final[Table] = [("coordinate", [], [0.0])]  # after the last layer
STRAIGHT: Final = {"coordinate", "constant", "pi", "add", "subtract", "negative", *PIECES}
REFLECTED: Final = {"softplus", "silu", "gelu"}
"""σ with σ(u) = u + σ(−u)."""

ARITY: Final = {
    **dict.fromkeys(RULES, 1),
    **dict.fromkeys(["add", "subtract", "multiply", "divide", "xlogy", "minimum", "maximum"], 2),
    **dict.fromkeys([*COMPARISONS, "logical_and", "logical_or"], 2),
    **dict.fromkeys(["pi", "coordinate", "constant"], 0),
    "where": 3,
}


def intervals(table: Table, box: Sequence[Interval]) -> list[Interval]:
    """Bound every row of a formula over a box.

    A comparison is undecided where one of its sides may have no real value.
    """
    values: list[Interval] = []
    partial: set[int] = set()
    for row, (name, places, own) in enumerate(table):
        given = [values[i] for i in places]
        unsure = not partial.isdisjoint(places)
        twice = len(places) == 2 and places[0] == places[1]
        if name == "coordinate":
            value = box[int(own[0])]
        elif name in COMPARISONS and unsure:
            value = _truth(False, False)
        elif twice and name in ("multiply", "xlogy"):
            value = given[0] ** 2 if name == "multiply" else _entropy(given[0])
        else:
            value = RULES[name](*given, *own)
        if name not in COMPARISONS and (unsure or not _is_real(name, given, own)):
            partial.add(row)
        values.append(value)
    return values


def _is_real(name: str, given: Sequence[Interval], own: Sequence[float]) -> bool:
    """Return whether an operation is real for all values of its arguments."""
    if name in ("divide", "expi") or (name == "power" and own[0] < 0 and own[0] % 1 == 0):
        return bool(given[-1].low > 0 or given[-1].high < 0)
    if name == "xlogy":
        none = given[0].low == given[0].high == 0
        return bool(given[1].low > 0 or (none and given[1].low >= 0))
    if name == "power":
        return own[0] % 1 == 0 or bool(given[0].low > 0 or (given[0].low == 0 and own[0] > 0))
    if name == "tan":
        cosine = RULES["cos"](*given)
        return bool(cosine.low > 0 or cosine.high < 0)
    if name in ("gamma", "digamma"):
        return bool(given[0].low > 0 or given[0].low.ceil() > given[0].high)
    first, last = DOMAIN.get(name, LINE)
    return all(u.low >= first and u.high <= last for u in given)


def has_real_value(table: Table, values: Sequence[Interval]) -> bool:
    """Return whether a formula whose rows have such values is real: of `where`, what is chosen."""
    real = list[bool]()
    for name, places, own in table:
        given = [values[i] for i in places]
        if name == "where":
            chosen = (
                places[:2] if given[0].low == 1 else places[::2] if given[0].high == 0 else places
            )
        else:
            chosen = places
        real.append(all(real[i] for i in chosen) and _is_real(name, given, own))
    return real[-1]


def branch(table: Table, inputs: Sequence[Any], ranges: Sequence[Interval]) -> Any:
    """Evaluate a formula at real or complex balls, with the choices its rows make in these ranges.

    NaN where a choice is undecided, or where an operation may not be analytic.
    """
    values: list[Any] = []
    for name, places, own in table:
        given = [values[i] for i in places]
        if name == "coordinate":
            value = inputs[int(own[0])]
        elif name in CHOICES:
            value = _chosen(name, given, [ranges[i] for i in places], own)
        elif name in BRANCHED and not _is_analytic(name, given[-1], own):
            value = NAN
        else:
            value = SMOOTH[name](*given, *own)
        values.append(value)
    return values[-1]


def _is_analytic(name: str, u: Any, own: Sequence[float]) -> bool:
    """Return whether an operation has no branch point and no cut in a complex ball.

    At a pole its value is not a finite ball.
    """
    if isinstance(u, arb) or (name == "power" and own[0] % 1 == 0):
        return True
    if name == "softplus":
        return bool(abs(u.imag) < 3)  # 1 + e^u is not in (−∞, 0] for |Im u| < π
    if name in ("arctan", "arcsinh"):
        return bool(abs(u.imag) < 1 or u.real != 0)
    first, last = DOMAIN.get(name, (0, INF))
    return bool(first < u.real < last) or (name in ("cbrt", "expi") and bool(u.real < 0))


def _chosen(name: str, given: list[Any], ranges: list[Interval], own: list[float]) -> Any:
    """Return the branch that is chosen on the whole cell; NaN where that is undecided."""
    first, second = ranges[0], ranges[-1]
    if name == "where":
        return given[1] if first.low == 1 else given[2] if first.high == 0 else NAN
    if name in ("minimum", "maximum"):
        less, more = given if name == "minimum" else given[::-1]
        return less if first.high <= second.low else more if second.high <= first.low else NAN
    if name == "sign":
        return first.low.sgn() if first.low.sgn() == first.high.sgn() else NAN
    if name == "absolute":
        return given[0] if first.low >= 0 else -given[0] if first.high <= 0 else NAN
    if name in ("elu", "softsign") and (first.low >= 0 or first.high <= 0):
        u, right = given[0], first.low >= 0
        return u if name == "elu" and right else u.expm1() if name == "elu" else _half(u, right)
    if name == "interp":
        half = len(own) // 2
        inside = bisect_right(own, first.low, 0, half) < bisect_left(own, first.high, 0, half)
        middle = (first.low + first.high) / 2
        return NAN if inside or first.low == first.high else _line(own, middle, given[0])
    return NAN


def _half(u: Any, right: bool) -> Any:
    """Return the right or the left branch of u/(1 + |u|)."""
    return u / (1 + u) if right else u / (1 - u)


# 3. f − g on a cell: analytic parts, bounded on ellipses, and an interval.
class Cell:
    """A box: exact corners, a centre of 256 bits, radii rounded up, and the sides c ± r."""

    def __init__(self, low: list[Any], high: list[Any]) -> None:
        self.low, self.high = low, high
        self.centre = [((p + q) / 2).mid() for p, q in zip(low, high, strict=True)]
        corners = list(zip(low, self.centre, high, strict=True))
        self.radius = [max((q - c).upper(), (c - p).upper()) for p, c, q in corners]
        self.sides = [Interval(c - r, c + r) for c, r in zip(self.centre, self.radius, strict=True)]

    @property
    def place(self) -> Any:
        """The coordinates, and 1, as affine functions of half-widths seen from the centre."""
        rows = [
            [*(r if i == j else 0 for i in range(len(self.radius))), c]
            for j, (c, r) in enumerate(zip(self.centre, self.radius, strict=True))
        ]
        return _with_one(rows)

    def halves(self, place: Any = None) -> list[Cell]:
        """Cut the longest side, at the centre if no place is given."""
        axis = self.radius.index(max(self.radius))
        place = self.centre[axis] if place is None else place
        low, high = ([*end[:axis], place, *end[axis + 1 :]] for end in (self.low, self.high))
        return [Cell(self.low, high), Cell(low, self.high)]


class Part(NamedTuple):
    """A function on a cell, and its bound where one coordinate is in its ellipse, by axis and t.

    It is analytic there if the bound is finite. The other coordinates are real in the cell. Along an
    axis it is a polynomial of a degree, if that is finite.
    """

    at: Function
    most: Callable[[int, Any], Any]
    degree: Callable[[int], float] = lambda _axis: inf


def smooth(
    function: Function, cell: Cell, level: Any, degree: Callable[[int], float] = lambda _axis: inf
) -> Part:
    """Bound a formula, or a network of more layers, on the rectangle around its ellipse."""
    middle = function(cell.centre)

    @cache
    def most(axis: int, t: Any) -> Any:
        if not middle.is_finite():
            return INF
        box = [(side.low, side.high) for side in cell.sides]
        c, r = cell.centre[axis], cell.radius[axis]
        box[axis] = (c - r * t.cosh(), c + r * t.cosh())
        box.append((arb(0), r * t.sinh()))
        return largest(function, axis, box, t, level + abs(middle))

    return Part(function, most, degree)


def degrees(table: Table) -> Callable[[int], float]:
    """Return the degree of a formula along each axis: ∞ where it may be no polynomial."""

    @cache
    def degree(axis: int) -> float:
        found: list[float] = []
        for name, places, own in table:
            given = [found[i] for i in places]
            if name == "multiply":
                value = sum(given)
            elif name == "power" and own[0] >= 0 and own[0] % 1 == 0:
                value = own[0] * given[0] if own[0] > 0 else 0.0
            elif name in LINEAR and (name != "divide" or given[1] == 0):
                value = max(given)
            else:
                value = inf if any(given) else float(name == "coordinate" and own[0] == axis)
            found.append(value)
        return found[-1]

    return degree


def unit(weight: Any, of: Function, slope: list[Any], bias: Any, cell: Cell) -> Part:
    """Bound a unit a σ(b·x + c) on the rectangle around its arguments."""
    u = _total(slope, cell.sides) + Interval(bias)

    @cache
    def most(axis: int, t: Any) -> Any:
        reach = abs(slope[axis]) * cell.radius[axis]
        more = reach * (t.cosh() - 1)
        box = [(u.low - more, u.high + more), (arb(0), reach * t.sinh())]
        return abs(weight) * largest(of, 0, box, t, arb(1))

    return Part(lambda x: weight * of([_dot(slope, x) + bias]), most)


def largest(function: Function, axis: int, box: Sides, t: Any, level: Any) -> Any:
    """Bound |function| on a box, the last side of which is the imaginary part along an axis.

    A function that is real on the real line has the same bound below it. The part with the
    greatest bound is halved while that may gain much: less for large t, where one degree more makes
    up for a factor of e^t. A part whose bound stays infinite may contain a pole.
    """
    with ctx.workprec(ROUGH):
        parts = [(*_size(function, axis, box), box)]
        for _ in range(ceil(PATIENCE / (1 + float(t)))):
            most, least, worst = max(parts, key=itemgetter(0))
            hopeless = most == INF and len(parts) > PATIENCE / 3
            if hopeless or most <= 4 * t.exp() * max(least, level):
                break
            parts = [part for part in parts if part[2] is not worst]
            j = max(range(len(worst)), key=lambda j: float(worst[j][1] - worst[j][0]))
            low, high = worst[j]
            middle = ((low + high) / 2).mid()
            for side in ((low, middle), (middle, high)):
                half = [*worst[:j], side, *worst[j + 1 :]]
                parts.append((*_size(function, axis, half), half))
        return max(most for most, *_ in parts)


def _size(function: Function, axis: int, box: Sides) -> tuple[Any, Any]:
    """Bound |function| on a box in one step, from above and from below."""
    *z, y = (p.union(q) for p, q in box)
    value = acb(function([acb(x, y) if j == axis else acb(x) for j, x in enumerate(z)]))
    return (value.abs_upper(), value.abs_lower()) if value.is_finite() else (INF, arb(0))


def _linear(ascent: list[Any], constant: Any) -> Part:
    """Make a part of degree 1, which is interpolated without error."""
    return Part(lambda x: _dot(ascent, x) + constant, lambda _axis, _t: arb(0), lambda _axis: 1)


class Sigma:
    """Bound σ over intervals and half lines."""

    def __init__(self, rows: Table) -> None:
        self.rows = rows
        self.single = len(rows) == 2 and rows[0][0] == "coordinate" and rows[1][1] == [0]
        fixed = [name in ("constant", "pi") for name, _, _ in rows]
        self.straight = all(
            name in STRAIGHT
            or (name == "multiply" and (fixed[places[0]] or fixed[places[1]]))
            or (name == "divide" and fixed[places[1]])
            for name, places, _ in rows
        )

    def over(self, u: Interval) -> Interval:
        """Bound σ on an interval; on a wide one also by its range over the whole line."""
        value = intervals(self.rows, [u])[-1]
        return value if u.width < 1 else value.cut(self.whole.low, self.whole.high)

    @cached_property
    def whole(self) -> Interval:
        """Bound σ over the whole line, to within 2^−14 where the range is finite."""
        ends = [-INF, *map(arb, range(-1024, 1025, 32)), INF]
        pieces, whole = [Interval(p, q) for p, q in pairwise(ends)], []
        seen = intervals(self.rows, [Interval(arb(0))])[-1]
        while pieces:
            u = pieces.pop()
            value, middle = intervals(self.rows, [u])[-1], ((u.low + u.high) / 2).mid()
            fits = value.low >= seen.low - GRAIN and value.high <= seen.high + GRAIN
            if fits or u.width < GRAIN or not middle.is_finite():
                whole += [value.low, value.high]
            else:
                found = intervals(self.rows, [Interval(middle)])[-1]
                seen = Interval.hull(seen.low, seen.high, found.low, found.high)
                pieces += [Interval(u.low, middle), Interval(middle, u.high)]
        return Interval.hull(*whole)

    def soft(self, u: Interval) -> Function | None:
        """Return σ as a function on an interval, or None if it is too wide or σ not analytic there."""
        rows = intervals(self.rows, [u]) if u.width < SOFT or _is_far(u) else []
        if not rows or not branch(self.rows, [acb(u.ball)], rows).is_finite():
            return None
        return lambda v: branch(self.rows, v, rows)

    def beside_line(self, u: Interval) -> Interval | None:
        """Bound σ(v) − v on a short interval around 0 if σ is elu or softsign, else return None."""
        name = self.rows[-1][0]
        if not self.single or name not in ("elu", "softsign") or not u.width < 1:
            return None
        left, right = (RULES[name](Interval(v)) - Interval(v) for v in (u.low, u.high))
        # elu(v) − v falls to 0 at 0 and stays there, softsign(v) − v falls everywhere
        return Interval.hull(left.low, left.high, right.low, right.high, arb(0))

    def tail(self, u: Interval) -> tuple[Any, Interval]:
        """Find α and R so that σ(v) lies in αv + R on a half line; α is 0 unless σ is nearly linear."""
        name = self.rows[-1][0]
        if self.single and u.low > 0 and name in REFLECTED:
            return arb(1), RULES[name](-u)
        if self.single and u.low > 0 and name == "elu":
            return arb(1), Interval(arb(0))
        rows = intervals(self.rows, [u])
        if self.straight:
            start, end = (branch(self.rows, [arb(v)], rows) for v in (0, 1))
            if start.is_finite():
                return end - start, Interval(start)
        return arb(0), rows[-1]


class Group:
    """Units of one slope b, sorted by bias, with prefix sums of their weights."""

    def __init__(self, sigma: Sigma, slope: tuple[float, ...], units: dict[float, Any]) -> None:
        self.sigma, self.slope, self.biases = sigma, list(map(arb, slope)), sorted(units)
        self.units = [(arb(bias), units[bias]) for bias in self.biases]
        columns = [(max(w, arb(0)), min(w, arb(0)), w, w * bias) for bias, w in self.units]
        self.sums = [list(accumulate(c, initial=arb(0))) for c in zip(*columns, strict=True)]

    def summed(self, base: Interval, tolerance: Any) -> tuple[Sum, list[tuple[Any, Any]]]:
        """Sum the units whose arguments are far from 0 where b·x is in base; return also the others.

        The sum is linear parts and an interval, no wider than the tolerance where possible.
        """
        reach, none = 0.0, Interval(arb(0))
        while True:
            first = bisect_left(self.biases, float(-base.high - reach))
            last = max(bisect_right(self.biases, float(reach - base.low)), first)
            ends = []
            if first > 0:
                ends.append((Interval(-INF, base.high + self.biases[first - 1]), 0, first))
            if last < len(self.biases):
                ends.append((Interval(base.low + self.biases[last], INF), last, len(self.biases)))
            sums = [self._sum(*end) for end in ends]
            rest = sum((interval for _, interval in sums), none)
            if rest.width <= tolerance or not ends:
                return ([line for lines, _ in sums for line in lines], rest), self.units[first:last]
            reach = max(4 * reach, 1.0)

    def _sum(self, u: Interval, first: int, last: int) -> Sum:
        """Sum the units from first to last - 1, whose arguments lie in u."""
        slope, rest = self.sigma.tail(u)
        raised, lowered, weight, shifted = (s[last] - s[first] for s in self.sums)
        line = [_linear([slope * weight * b for b in self.slope], slope * shifted)]
        spread = rest * Interval(raised) + rest * Interval(lowered)
        return line if slope != 0 else [], spread


class OneLayer:
    """A network of one hidden layer: g(x) = Σ a_i σ(b_i·x + c_i) and a bias."""

    def __init__(self, claim: Claim) -> None:
        self.sigma, self.constant = Sigma(claim.sigmas[0]), Interval(-arb(claim.layers[1][1][0]))
        merged = {
            slope: {bias: arb(-weight) for bias, weight in units.items()}
            for slope, units in _by_slope(claim).items()
        }
        for bias, weight in merged.pop((0.0,) * len(claim.domain), {}).items():
            self.constant += self.sigma.over(Interval(arb(bias))) * Interval(weight)
        self.groups = [Group(self.sigma, slope, units) for slope, units in merged.items()]

    def split(self, cell: Cell, bound: Any) -> Callable[[Any], Sum]:
        """Split −g on a cell into analytic parts and an interval, as a function of a tolerance.

        Units summed in advance widen the interval by at most the tolerance; steep units are
        enclosed by intervals only while their total width stays below 2·bound.
        """
        bases = [(group, _total(group.slope, cell.sides)) for group in self.groups]

        def minus(tolerance: Any) -> Sum:
            rest, wide = self.constant, Interval(arb(0))
            parts: list[Part] = []
            steep: list[Part] = []
            for group, base in bases:
                (lines, far), near = group.summed(base, tolerance / len(bases))
                rest, parts = rest + far, parts + lines
                for bias, weight in near:
                    u = base + Interval(bias)
                    of, beside = self.sigma.soft(u), self.sigma.beside_line(u)
                    if of is None and beside is not None:
                        parts.append(_linear([weight * b for b in group.slope], weight * bias))
                        rest += beside * Interval(weight)
                    elif of is None:
                        rest += self.sigma.over(u) * Interval(weight)
                    elif u.width < NARROW or _is_far(u):
                        parts.append(unit(weight, of, group.slope, bias, cell))
                    else:
                        steep.append(unit(weight, of, group.slope, bias, cell))
                        wide += self.sigma.over(u) * Interval(weight)
            return (parts, rest + wide) if wide.width <= 2 * bound else (parts + steep, rest)

        return minus

    def kink(self, cell: Cell) -> Any:
        """Return the kink of a unit such as ReLU on a cell of one coordinate, if there is one."""
        for group in self.groups if len(cell.low) == 1 and self.sigma.straight else ():
            for bias, _ in group.summed(_total(group.slope, cell.sides), INF)[1]:
                place = (-bias / group.slope[0]).mid()
                if cell.low[0] < place < cell.high[0]:
                    return place
        return None


class Polygon:
    """Units of one slope b and a piecewise linear σ: −Σ a σ(s + c), a polygon in s = b·x."""

    def __init__(self, slope: tuple[float, ...], units: dict[float, Any], sigma: Folds) -> None:
        self.slope = list(map(arb, slope))
        ascent, start = sigma.affine
        knots: dict[Any, Any] = {}
        first = [fmpq(0), fmpq(0)]  # the slope and the start of the first piece
        for bias, weight in units.items():
            first[0] -= weight * ascent
            first[1] -= weight * (ascent * _exact(bias) + start)
            for (_, offset), bend in sigma.bends.items():
                place = -offset - _exact(bias)
                first[0] += weight * bend
                first[1] -= weight * bend * place
                knots[place] = knots.get(place, fmpq(0)) - 2 * weight * bend
        self.lines = [first]
        for place, bend in sorted(knots.items()):
            slope_before, start_before = self.lines[-1]
            self.lines.append([slope_before + bend, start_before - bend * place])
        self.places = list(map(arb, sorted(knots)))

    def inside(self, base: Interval) -> tuple[int, int]:
        """Return the first and the last but one of the knots that may lie inside an interval."""
        first = bisect_left(self.places, True, key=lambda place: not place <= base.low)
        last = bisect_left(self.places, True, lo=first, key=lambda place: bool(place >= base.high))
        return first, last

    def summed(self, base: Interval) -> tuple[Any, Any, Interval]:
        """Find α, β and R so that the polygon lies in αs + β + R on an interval, R being narrow."""
        first, last = self.inside(base)
        if first == last:
            slope, start = self.lines[first]
            return arb(slope), arb(start), Interval(arb(0))
        # each value at the end of its line
        places = [base.low, *self.places[first:last], base.high]
        lines = [self.lines[first], *self.lines[first : last + 1]]
        values = [arb(a) * s + arb(b) for (a, b), s in zip(lines, places, strict=True)]
        whole, slope = Interval.hull(*values), (values[-1] - values[0]) / (base.high - base.low)
        rest = Interval.hull(*(v - slope * s for v, s in zip(values, places, strict=True)))
        if rest.width < whole.width:
            return slope, arb(0), rest
        return arb(0), arb(0), whole


class Straight:
    """A network of one hidden layer with a piecewise linear σ: a polygon along each slope b."""

    def __init__(self, constant: Interval, polygons: list[Polygon]) -> None:
        self.constant, self.polygons = constant, polygons

    @staticmethod
    def of(claim: Claim, sigma: Folds) -> Straight:
        """Read the network of a claim."""
        polygons = [Polygon(slope, units, sigma) for slope, units in _by_slope(claim).items()]
        return Straight(Interval(-arb(claim.layers[1][1][0])), polygons)

    def split(self, cell: Cell, _bound: Any) -> Callable[[Any], Sum]:
        """Split −g on a cell into a linear part and an interval; no tolerance is needed."""
        ascent, constant, rest = [arb(0)] * len(cell.low), arb(0), self.constant
        for polygon in self.polygons:
            slope, start, range_ = polygon.summed(_total(polygon.slope, cell.sides))
            ascent = [a + slope * b for a, b in zip(ascent, polygon.slope, strict=True)]
            constant, rest = constant + start, rest + range_
        if all(a == 0 for a in ascent):
            return lambda _tolerance: ([], rest + Interval(constant))
        line = _linear(ascent, constant)
        return lambda _tolerance: ([line], rest)

    def kink(self, cell: Cell) -> Any:
        """Return the middle one of the kinks of g inside a cell of one coordinate, if there is one."""
        for polygon in self.polygons if len(cell.low) == 1 else ():
            first, last = polygon.inside(_total(polygon.slope, cell.sides))
            if first < last and polygon.slope[0] != 0:
                place = (polygon.places[(first + last) // 2] / polygon.slope[0]).mid()
                if cell.low[0] < place < cell.high[0]:
                    return place
        return None


def _by_slope(claim: Claim) -> dict[tuple[float, ...], dict[float, Any]]:
    """Gather the units by their slopes b and biases c, with the sums of their weights."""
    (slopes, biases), ((weights,), _) = claim.layers
    merged: dict[tuple[float, ...], dict[float, Any]] = {}
    for slope, bias, weight in zip(slopes, biases, weights, strict=True):
        group = merged.setdefault(tuple(b + 0.0 for b in slope), {})
        group[bias + 0.0] = group.get(bias + 0.0, fmpq(0)) + _exact(weight)
    return merged


class Deep:
    """A network of several hidden layers."""

    def __init__(self, claim: Claim) -> None:
        self.sigmas = [*claim.sigmas, SAME]
        layers = (zip(*layer, strict=True) for layer in claim.layers)
        self.layers = [arb_mat([[*weight, bias] for weight, bias in layer]) for layer in layers]

    def split(self, cell: Cell, bound: Any) -> Callable[[Any], Sum]:
        """Return −g on a cell as one part where it is analytic, otherwise as an interval.

        An infinite tolerance asks for the interval.
        """
        rows, values = [], cell.sides
        for matrix, sigma in zip(self.layers, self.sigmas, strict=True):
            sums = [_total(row, [*values, Interval(arb(1))]) for row in matrix.tolist()]
            rows.append([intervals(sigma, [u]) for u in sums])
            values = [row[-1] for row in rows[-1]]
        g = smooth(lambda x: self._value(x, rows), cell, bound)
        whole = g.at([acb(side.ball) for side in cell.sides])
        analytic: Sum = ([g], Interval(arb(0)))
        enclosed: Sum = ([], -sums[0])
        return lambda tolerance: analytic if whole.is_finite() and tolerance < INF else enclosed

    def _value(self, x: list[Any], rows: list[list[list[Interval]]]) -> Any:
        """Evaluate −g at a point."""
        kind = acb_mat if isinstance(x[0], acb) else arb_mat
        for matrix, sigma, chosen in zip(self.layers, self.sigmas, rows, strict=True):
            sums = (kind(matrix) * kind(len(x) + 1, 1, [*x, 1])).entries()
            x = [branch(sigma, [u], row) for u, row in zip(sums, chosen, strict=True)]
        return -sums[0]


class Bent:
    """A network of several hidden layers and piecewise linear σ: between affine functions on a cell.

    From a layer down to the coordinates units are replaced by lines, so that what they have in
    common cancels before any range is taken. An affine function is a row of its slopes and its
    constant; a matrix has such rows, and a last one for the constant 1.
    """

    def __init__(self, claim: Claim, sigmas: list[Folds]) -> None:
        self.polygons = [Polygon((1.0,), {0.0: fmpq(-1)}, sigma) for sigma in sigmas]
        layers = (zip(*layer, strict=True) for layer in claim.layers)
        self.layers = [_with_one([*weight, bias] for weight, bias in layer) for layer in layers]
        self.sizes = [arb_mat([list(map(abs, row)) for row in m.tolist()]) for m in self.layers]

    def between(self, cell: Cell) -> tuple[Any, Any]:
        """Bound g on a cell from below and from above by affine functions of its half-widths."""
        first, values = self.layers[0] * cell.place, [*map(Interval, cell.low, cell.high)]
        below = above = first
        passed = list[list[Lines]]()
        for i, polygon in enumerate(self.polygons):
            boxes = zip(ends(below, above), self._sums(i, values), strict=True)
            lines = [lines_around(polygon, u.cut(v.low, v.high)) for u, v in boxes]
            passed, values = [*passed, lines], [line.values for line in lines]
            below = above = self.layers[i + 1]
            for lines, under in zip(passed[::-1], [*self.layers[i:0:-1], first], strict=True):
                below, above = replaced(below, above, lines, under)
        return below, above

    def _sums(self, i: int, values: Sequence[Interval]) -> list[Interval]:
        """Bound the arguments of a layer by the ranges of the values before it."""
        middles = [*(((u.low + u.high) / 2).mid() for u in values), arb(1)]
        pairs = zip(values, middles, strict=False)
        radii = [*(max((u.high - m).upper(), (m - u.low).upper()) for u, m in pairs), arb(0)]
        size = len(middles)
        sums = (self.layers[i] * arb_mat(size, 1, middles)).entries()[:-1]
        reach = (self.sizes[i] * arb_mat(size, 1, radii)).entries()
        return [Interval(v - r, v + r) for v, r in zip(sums, reach, strict=False)]

    def split(self, cell: Cell, _bound: Any) -> Callable[[Any], Sum]:
        """Return an interval that holds −g on a cell."""
        (values,) = ends(*self.between(cell))
        return lambda _tolerance: ([], -values)

    def kink(self, _cell: Cell) -> Any:
        """Return None: cells are halved in the middle."""
        return None


class Lines(NamedTuple):
    """σ(z) lies in slope z + start ± (more z + apart), and among the values, on an interval."""

    slope: Any
    start: Any
    more: Any
    apart: Any
    values: Interval


def lines_around(polygon: Polygon, u: Interval) -> Lines:
    """Put a piecewise linear function between two lines; of some the closest in the middle."""
    first, last = polygon.inside(u)
    pieces = [(arb(slope), arb(start)) for slope, start in polygon.lines[first : last + 1]]
    if first == last:
        slope, start = pieces[0]
        values = [slope * u.low + start, slope * u.high + start]
        return Lines(slope, start, arb(0), arb(0), Interval.hull(*values))
    places = [u.low, *polygon.places[first:last], u.high]
    values = [a * s + b for (a, b), s in zip([pieces[0], *pieces], places, strict=True)]
    chord = ((values[-1] - values[0]) / (u.high - u.low)).mid()
    middle = ((u.low + u.high) / 2).mid()
    above, below = [], []
    for slope in (chord, *(slope for slope, _ in pieces)):
        rest = Interval.hull(*(v - slope * s for v, s in zip(values, places, strict=True)))
        above.append((float(slope * middle + rest.high), slope, rest.high))
        below.append((float(slope * middle + rest.low), slope, rest.low))
    # the chord where several are as close
    (_, p, top), (_, q, bottom) = min(above, key=itemgetter(0)), max(below, key=itemgetter(0))
    span = Interval.hull(*values)
    return Lines((p + q) / 2, (top + bottom) / 2, (p - q) / 2, (top - bottom) / 2, span)


def replaced(below: Any, above: Any, lines: Sequence[Lines], under: Any) -> tuple[Any, Any]:
    """Put lines in the place of units, below and above weighted sums of them; `under` has their z.

    Σ a σ(z) is at most Σ a (slope z + start) + |a| (more z + apart).
    """
    table, wide = under.tolist(), []
    for line, row in zip(lines, table[:-1], strict=True):
        wide.append([line.more * v for v in row] if line.more != 0 or line.apart != 0 else [])
        if wide[-1]:
            wide[-1][-1] += line.apart
    middle = [[line.slope * v for v in row] for line, row in zip(lines, table[:-1], strict=True)]
    for line, row in zip(lines, middle, strict=True):
        row[-1] += line.start
    straight = arb_mat([*middle, table[-1]])
    some = [j for j, row in enumerate(wide) if row]
    if not some:
        both = above * straight
        return both if above is below else below * straight, both
    beside = arb_mat([wide[j] for j in some])
    sizes = (
        arb_mat([[abs(row[j]) for j in some] for row in rows.tolist()]) for rows in (below, above)
    )
    less, more = (size * beside for size in sizes)
    return below * straight - less, above * straight + more


def ends(below: Any, above: Any) -> list[Interval]:
    """Bound what lies between affine functions on a cell, but for the constant 1."""
    least = [constant - sum(map(abs, row), arb(0)) for *row, constant in below.tolist()[:-1]]
    most = [constant + sum(map(abs, row), arb(0)) for *row, constant in above.tolist()[:-1]]
    return list(map(Interval, least, most))


def _with_one(rows: Iterable[Row]) -> Any:
    """Make a matrix of affine functions, and of the constant 1."""
    table = [list(map(arb, row)) for row in rows]
    return arb_mat([*table, [*[arb(0)] * (len(table[0]) - 1), arb(1)]])


def _is_far(u: Interval) -> bool:
    """Return whether an interval is so far from 0, for its width, that σ is soft on it."""
    return bool(abs(u).low > max(u.width, FAR))


def _dot(u: Sequence[Any], v: Sequence[Any]) -> Any:
    return sum(map(mul, u, v), arb(0))


def _total(weights: Sequence[Any], values: Sequence[Interval]) -> Interval:
    return sum(map(mul, map(Interval, weights), values), Interval(arb(0)))


# 4. A sum of parts on a cell: a polynomial, its error, and its Bernstein coefficients.
def interpolate(
    parts: Sequence[Part], cell: Cell, tolerance: Any
) -> tuple[list[Any], Any, tuple[Any, Any]] | None:
    """Interpolate the sum of some parts by a polynomial; None if the degree would be too high.

    Return its Bernstein coefficients, a bound of the error, and the least and the greatest value at
    Chebyshev's points.
    """
    dimension = len(cell.low)
    chosen = [_ellipse(parts, axis, tolerance) for axis in range(dimension)]
    most = max(best[0] for best in chosen)
    if most > min(HIGHEST, MOST_NODES ** (1 / dimension) - 1):
        return None
    degree = int(most)
    lebesgue = 1 + 2 / arb.pi() * arb(degree + 1).log()
    losses = [4 * size * (-degree * t).exp() / t.expm1() for _, t, size in chosen]
    error = sum(lebesgue**j * loss for j, loss in enumerate(losses))
    circles = zip(cell.centre, cell.radius, strict=True)
    lines = [[c + r * s for s in _chebyshev(degree)] for c, r in circles]
    values = [sum((part.at(list(x)) for part in parts), arb(0)) for x in product(*lines)]
    return bernstein(values, dimension), error.upper(), (min(values), max(values))


def _ellipse(parts: Sequence[Part], axis: int, tolerance: Any) -> tuple[float, Any, Any]:
    """Find the ellipse that needs the least degree; return the degree, t and M.

    A polynomial of a lower degree is interpolated without error.
    """
    own = max((1.0, *(part.degree(axis) for part in parts)))
    exact = own, arb(1), arb(0)
    if own <= LOW:
        return exact

    @lru_cache
    def most(t: float) -> Any:
        total = arb(0)
        for part in parts:
            if total.is_finite():
                total += part.most(axis, arb(t))
        return total

    def finite(t: float) -> bool:
        return bool(most(t).is_finite())

    # most cells are small, and the largest ellipse serves them
    first = 0 if finite(SIZES[0]) else bisect_left(SIZES, True, key=finite)
    best: tuple[float, Any, Any] = (inf, INF, INF)
    for t in SIZES[first:]:
        needed = float((4 * most(t) / (tolerance * arb(t).expm1()) + 1).log())
        degree = max(1, ceil(needed / t)) if needed < inf else inf
        if degree >= best[0]:
            break
        best = (degree, arb(t), most(t))
        if degree <= 5:
            break
    return exact if own <= best[0] < inf else best


def bernstein(values: list[Any], dimension: int) -> list[Any]:
    """Compute Bernstein coefficients from values at Chebyshev's points, first variable first."""
    matrix, tensor = _basis(round(len(values) ** (1 / dimension)) - 1), values
    for _ in range(dimension):
        tensor = _along(matrix, tensor)
    return tensor


def polynomial_within(tensor: list[Any], dimension: int, bottom: Any, top: Any) -> bool:
    """Prove by Bernstein coefficients that a polynomial lies within bounds, halving where needed."""
    size = round(len(tensor) ** (1 / dimension))
    ends = [sum(place) for place in product(*((0, (size - 1) * size**j) for j in range(dimension)))]
    parts = [(tensor, 0)]
    while parts:
        tensor, depth = parts.pop()
        if all(bottom <= c <= top for c in tensor):
            continue
        # the coefficients at the corners are values of the polynomial
        if depth == MOST_CUTS or not all(bottom <= tensor[i] <= top for i in ends):
            return False
        parts += [(_along(half, tensor), depth + 1) for half in _halves(size)]
    return True


def _along(matrix: Any, tensor: list[Any]) -> list[Any]:
    """Apply a matrix along the first variable of a tensor, which then becomes the last."""
    size = matrix.ncols()
    return list((matrix * arb_mat(size, len(tensor) // size, tensor)).transpose().entries())


@lru_cache(maxsize=64)
def _chebyshev(degree: int) -> list[Any]:
    return [arb.cos_pi_fmpq(fmpq(k, degree)) for k in range(degree + 1)]


@lru_cache(maxsize=64)
def _basis(degree: int) -> Any:
    """Solve Σ_j c_j B_j(s_k) = v_k for the c_j, the s_k being Chebyshev's points of [0, 1]."""
    with ctx.workprec(4 * BITS):
        places = [(1 + arb.cos_pi_fmpq(fmpq(k, degree))) / 2 for k in range(degree + 1)]
        basis = [(comb(degree, j), j, degree - j) for j in range(degree + 1)]
        return arb_mat([[c * s**j * (1 - s) ** m for c, j, m in basis] for s in places]).inv()


@lru_cache(maxsize=64)
def _halves(size: int) -> list[Any]:
    """Return the matrices from Bernstein coefficients on an interval to those on its halves."""
    left = [[fmpq(comb(k, i), 2**k) for i in range(size)] for k in range(size)]
    return [arb_mat(left), arb_mat([row[::-1] for row in left[::-1]])]


# 5. f − g in one piece, where both are straight but for whole hyperplanes.
class Folds:
    """The function s·x + r + Σ c |n·x + t|, in rational numbers.

    `affine` is (s, r), and `bends` has c for each (n, t); the first entry of n that is not 0 is 1.
    """

    __slots__ = ("affine", "bends")

    def __init__(self, affine: Iterable[Any], bends: dict[Form, Any]) -> None:
        self.affine, self.bends = tuple(affine), {k: c for k, c in bends.items() if c != 0}

    def __add__(self, other: Any) -> Folds:
        if isinstance(other, Folds):
            return summed([self, other])
        return Folds([*self.affine[:-1], self.affine[-1] + other], self.bends)

    def __mul__(self, factor: Any) -> Folds:
        return Folds(
            [v * factor for v in self.affine], {k: c * factor for k, c in self.bends.items()}
        )

    def __sub__(self, other: Folds) -> Folds:
        return self + other * fmpq(-1)

    def __call__(self, x: Sequence[Any]) -> Any:
        """Evaluate it at a point with a last coordinate 1."""
        return sum(
            (c * abs(_product(k, x)) for k, c in self.bends.items()), _product(self.affine, x)
        )

    def between(self, cell: Cell) -> tuple[Any, Any]:
        """Bound it on a cell from below and from above by affine functions of its half-widths."""
        straight = _with_one([self.affine]) * cell.place
        if not self.bends:
            return straight, straight
        under = _with_one(self.bends) * cell.place
        lines = [lines_around(ABSOLUTE, u) for u in ends(under, under)]
        weights = arb_mat([[*map(arb, self.bends.values()), arb(0)], [arb(0)] * (len(lines) + 1)])
        below, above = replaced(weights, weights, lines, under)
        return straight + below, straight + above

    @property
    def level(self) -> Any:
        """The value of a constant; None for any other function."""
        return None if self.bends or any(v != 0 for v in self.affine[:-1]) else self.affine[-1]

    @property
    def normals(self) -> set[Form]:
        """All n, and that of s·x."""
        found = {form[:-1] for form in self.bends}
        return found | ({_monic(self.affine)[1][:-1]} if any(self.affine[:-1]) else set())


def summed(parts: Sequence[Folds]) -> Folds:
    """Add such functions."""
    bends: dict[Form, Any] = {}
    for form, bend in (item for part in parts for item in part.bends.items()):
        bends[form] = bends.get(form, 0) + bend
    return Folds(
        (sum(column) for column in zip(*(part.affine for part in parts), strict=True)), bends
    )


def folds_of(table: Table, inputs: Sequence[Folds], low: Row = (), high: Row = ()) -> Folds | None:
    """Read a formula in coordinates that are such functions on a box; None where that is not possible."""
    return all_folds(table, inputs, low, high)[-1]


def all_folds(
    table: Table, inputs: Sequence[Folds], low: Row = (), high: Row = ()
) -> list[Folds | None]:
    """Read every row of a formula so."""
    values: list[Any] = []
    value: Any = None
    for name, places, own in table:
        given = [values[i] for i in places]
        if name == "coordinate":
            value = inputs[int(own[0])]
        elif name == "constant":
            value = inputs[0] * fmpq(0) + _exact(own[0])
        elif name == "where" and list(map(type, given)) == [tuple, Folds, Folds]:
            (test, apart), yes, no = given
            if apart.level is not None:
                value = yes if _applied(test, [apart.level, fmpq(1)], own) else no
            else:
                chosen = _along_form(test, [apart, yes - no], own)
                value = None if chosen is None else no + chosen
        elif not all(isinstance(u, Folds) for u in given):
            value = None
        elif name in ("less", "less_equal"):
            value = (name, given[0] - given[1])
        else:
            value = _combined(name, given, own, low, high)
        values.append(value)
    return [value if isinstance(value, Folds) else None for value in values]


def _combined(name: str, given: list[Folds], own: list[float], low: Row, high: Row) -> Folds | None:
    """Apply an operation that keeps such functions; None for any other."""
    if name in ("add", "subtract"):
        return given[0] + given[1] if name == "add" else given[0] - given[1]
    if name == "negative":
        return given[0] * fmpq(-1)
    if name in ("multiply", "divide"):
        u, v = given if given[1].level is not None or name == "divide" else given[::-1]
        if v.level is None or (name == "divide" and v.level == 0):
            return None
        scaled: Folds = u * (v.level if name == "multiply" else 1 / v.level)
        return scaled
    if name in ("maximum", "minimum"):
        u, v = given
        apart = _absolute(u - v, low, high)
        sign = fmpq(1 if name == "maximum" else -1)
        return None if apart is None else (u + v + apart * sign) * fmpq(1, 2)
    if name == "absolute":
        return _absolute(given[0], low, high)
    return _along_form(name, given, own) if name == "interp" else None


def _absolute(u: Folds, low: Row, high: Row) -> Folds | None:
    """Return |u|, which is u or −u if u keeps its sign on the box; no box is the whole space."""
    least = most = u.level
    if low:
        least, most = _range(u.affine, low, high)
        for form, bend in u.bends.items():
            size = bend * max(map(abs, _range(form, low, high)))
            least, most = least + min(size, fmpq(0)), most + max(size, fmpq(0))
    if least is not None and (least >= 0 or most <= 0):
        return u * fmpq(1 if least >= 0 else -1)
    if u.bends:
        return _along_form("absolute", [u], [])
    factor, form = _monic(u.affine)
    return Folds([fmpq(0)] * len(form), {form: abs(factor)})


def _along_form(name: str, given: list[Folds], own: list[float]) -> Folds | None:
    """Apply an operation to functions of one n·x: find where it may bend, and its lines between."""
    normals = set().union(*(u.normals for u in given))
    if len(normals) > 1:
        return None
    # a constant is a function of any form
    normal = (
        normals.pop() if normals else tuple(fmpq(not i) for i in range(len(given[0].affine) - 1))
    )
    first = normal.index(1)

    def point(t: Any) -> Row:
        return [*(t if i == first else fmpq(0) for i in range(len(normal))), fmpq(1)]

    def value(t: Any) -> Any:
        return _applied(name, [u(point(t)) for u in given], own)

    levels = [_exact(v) for v in own[: len(own) // 2]] or [fmpq(0)]
    knots = {-form[-1] for u in given for form in u.bends}
    for p, q in pairwise([None, *sorted(knots), None]):
        s, t = _inside(p, q)
        start, end = given[0](point(s)), given[0](point(t))
        if start != end:
            knots |= {s + (level - start) * (t - s) / (end - start) for level in levels}
    places, lines = sorted(knots), []
    for p, q in pairwise([None, *places, None]):
        s, t = _inside(p, q)
        slope = (value(t) - value(s)) / (t - s)
        start = value(s) - slope * s
        if any(end is not None and slope * end + start != value(end) for end in (p, q)):
            return None  # it jumps
        lines.append((slope, start))
    bends = [(q[0] - p[0]) / 2 for p, q in pairwise(lines)]
    slope, start = lines[0][0] + sum(bends, fmpq(0)), lines[0][1] - _product(bends, places)
    forms = {(*normal, -place): bend for place, bend in zip(places, bends, strict=True)}
    return Folds([*(slope * n for n in normal), start], forms)


def _applied(name: str, given: list[Any], own: list[float]) -> Any:
    """Apply an operation to rational numbers; a comparison with 0 keeps the second or makes it 0."""
    if name == "absolute":
        return abs(given[0])
    if name in ("less", "less_equal"):
        u, more = given
        return more if u < 0 or (u == 0 and name == "less_equal") else fmpq(0)
    half = len(own) // 2
    knots, heights = list(map(_exact, own[:half])), list(map(_exact, own[half:]))
    i = bisect_right(knots, given[0])
    if i in (0, half):
        return heights[0 if i == 0 else -1]
    share = (given[0] - knots[i - 1]) / (knots[i] - knots[i - 1])
    return heights[i - 1] + share * (heights[i] - heights[i - 1])


def _inside(p: Any, q: Any) -> tuple[Any, Any]:
    """Return two places between two ends, None for an end at infinity."""
    if p is None or q is None:
        start = q - 2 if p is None and q is not None else p + 1 if p is not None else fmpq(0)
        return start, start + 1
    return p + (q - p) / 3, q - (q - p) / 3


def _monic(form: Row) -> tuple[Any, Form]:
    """Divide a form by its first entry that is not 0; return that, too."""
    factor = next(v for v in form[:-1] if v != 0)
    return factor, tuple(v / factor for v in form)


def _product(u: Iterable[Any], v: Iterable[Any]) -> Any:
    return sum(map(mul, u, v), fmpq(0))


def _exact(value: Any) -> Any:
    return value if isinstance(value, fmpq) else fmpq(*value.as_integer_ratio())


ABSOLUTE: Final = Polygon(
    (1.0,), {0.0: fmpq(-1)}, Folds([fmpq(0)] * 2, {(fmpq(1), fmpq(0)): fmpq(1)})
)


def folds_of_f(claim: Claim) -> list[Folds | None]:
    """Read the rows of f as such functions."""
    low, high = _corners(claim)
    rows = [[fmpq(int(i == j)) for i in range(len(low))] for j in range(len(low) - 1)]
    return all_folds(claim.formula, [Folds(row, {}) for row in rows], low, high)


class Apart(NamedTuple):
    """A function as the sum of one that bends along hyperplanes and of multiples of rows of f."""

    folded: Folds
    terms: list[tuple[Any, int]]  # a factor and a row
    read: list[Folds | None]  # the rows of f


def taken_apart(claim: Claim) -> Apart:
    """Split f into what bends along hyperplanes and the rows that remain."""
    read, terms = folds_of_f(claim), list[tuple[Any, int]]()
    known = [Folds([fmpq(0)] * (len(claim.domain) + 1), {})]
    todo = [(fmpq(1), len(read) - 1)] * bool(read)
    while todo:
        factor, i = todo.pop()
        (name, places, _), value = claim.formula[i], read[i]
        levels: list[Any] = [None if u is None else u.level for u in (read[j] for j in places)]
        if value is not None:
            known.append(value * factor)
        elif name in ("add", "subtract", "negative"):
            signs = {"add": (1, 1), "subtract": (1, -1), "negative": (-1,)}[name]
            todo += [(factor * by, j) for by, j in zip(signs, places, strict=True)]
        elif name == "multiply" and levels != [None, None]:
            of = 0 if levels[0] is None else 1
            todo.append((factor * levels[1 - of], places[of]))
        elif name == "divide" and levels[1]:
            todo.append((factor / levels[1], places[0]))
        else:
            terms.append((factor, i))
    return Apart(summed(known), terms, read)


def weighted_sum(rows: Table, terms: Sequence[tuple[Any, int]]) -> Table:
    """Return the rows of a formula with Σ factor · row after them; none for a sum without terms."""
    rows = [*rows, ("constant", [], [0.0])] if terms else []
    for factor, i in terms:
        last = len(rows) - 1
        if abs(factor) == 1:
            rows.append(("add" if factor > 0 else "subtract", [last, i], []))
        else:
            rows += [("constant", [], [factor]), ("multiply", [last + 1, i], [])]
            rows.append(("add", [last, last + 2], []))
    return rows


def _corners(claim: Claim) -> tuple[Row, Row]:
    """Return the least and the largest corner of the box, with a last coordinate 1."""
    low, high = ([*map(_exact, ends), fmpq(1)] for ends in zip(*claim.domain, strict=True))
    return low, high


def difference(claim: Claim) -> Apart | None:
    """Split f − g so; None if σ does not bend along hyperplanes, or if g is deep or large."""
    (slopes, biases), ((weights, *_), (last, *_)) = claim.layers[0], claim.layers[-1]
    if len(claim.layers) != 2 or len(weights) > MOST_UNITS:
        return None
    low, high = _corners(claim)
    f = taken_apart(claim)
    parts = [f.folded + _exact(-last)]
    for slope, bias, weight in zip(slopes, biases, weights, strict=True):
        inner = Folds([*map(_exact, slope), _exact(bias)], {})
        unit = folds_of(claim.sigmas[0], [inner], low, high)
        if unit is None:
            return None
        parts.append(unit * _exact(-weight))
    return f._replace(folded=summed(parts))


def largest_fold(u: Folds, low: Row, high: Row) -> Any:
    """Bound |u| on a box, by ∞ where it bends too often; two forms that differ little are taken for one.

    |p| differs from |q| by |p − q| at most.
    """
    if len(u.bends) > MOST_FOLDS:
        return INF
    sizes, lost = _sizes(low, high), fmpq(0)
    kept: dict[Form, Any] = {}
    for form, bend in u.bends.items():
        near = ALIKE * _product(map(abs, form), sizes)
        same = next((k for k in kept if _distance(k, form, low, high) <= near), form)
        lost += abs(bend) * _distance(same, form, low, high)
        kept[same] = kept.get(same, fmpq(0)) + bend
    straight, more = straightened(Folds(u.affine, kept), low, high)
    for form, bend in straight.bends.items():
        lost += abs(bend) * max(map(abs, _range(form, low, high)))
    return lost + more + max(map(abs, _range(straight.affine, low, high)))


def straightened(u: Folds, low: Row, high: Row) -> tuple[Folds, Any]:
    """Take forms that hardly change their sign on a box for ones that do not; bound what it changes.

    |p| differs from ±p by twice what p is past 0.
    """
    sizes, lost, parts, bends = _sizes(low, high), fmpq(0), [Folds(u.affine, {})], {}
    for form, bend in u.bends.items():
        least, most = _range(form, low, high)
        sign, past = (1, -least) if abs(least) <= abs(most) else (-1, most)
        if past <= ALIKE * _product(map(abs, form), sizes):
            parts.append(Folds(form, {}) * (bend * sign))
            lost += 2 * abs(bend) * max(past, fmpq(0))
        else:
            bends[form] = bend
    return Folds(summed(parts).affine, bends), lost


def _sizes(low: Row, high: Row) -> Row:
    return [max(abs(p), abs(q)) for p, q in zip(low, high, strict=True)]


def _distance(u: Row, v: Row, low: Row, high: Row) -> Any:
    return max(map(abs, _range(list(map(sub, u, v)), low, high)))


def _range(form: Row, low: Row, high: Row) -> tuple[Any, Any]:
    """Return the least and the greatest value of n·x + t on a box."""
    ends = [(v * p, v * q) for v, p, q in zip(form, low, high, strict=True)]
    return sum(map(min, ends), fmpq(0)), sum(map(max, ends), fmpq(0))


# 6. The forms of the coordinates that f and g see.
def on_a_line(claim: Claim) -> Claim | None:
    """Read a claim in several coordinates as one in u = n·x; None where f or g sees more of x.

    A unit with b = βn + δ has β for its slope along u, and δ moves its argument by Σ|δ_j| max|x_j|
    at most; the bounds are smaller by what that may make of σ.
    """
    line = Line(len(claim.domain))
    if not line.reads(claim.formula):
        return None
    n = line.form
    axis = n.index(1)
    (slopes, biases), *above = claim.layers
    # what a unit of a deep network is worth is not asked: it has to see u alone
    weights = above[0][0][0] if len(above) == 1 else [1.0] * len(slopes)
    sizes, moved = [max(map(abs, map(_exact, side))) for side in claim.domain], fmpq(0)
    for slope, weight in zip(slopes, weights, strict=True):
        off = [abs(_exact(b) - _exact(slope[axis]) * w) for b, w in zip(slope, n, strict=True)]
        moved += abs(_exact(weight)) * _product(off, sizes)
    sigma = claim.sigmas[0] if claim.sigmas else []
    steepest = STEEPEST.get(sigma[-1][0], INF) if len(sigma) == 2 else INF
    if moved != 0 and (len(above) != 1 or steepest == INF):
        return None
    lost = arb(0) if moved == 0 else moved * steepest
    cells: list[Any] = []
    for low, high, bound in claim.cells:
        u = _range([*n, fmpq(0)], *([*map(_exact, end), fmpq(1)] for end in (low, high)))
        cells.append(([arb(u[0]).lower()], [arb(u[1]).upper()], (arb(bound) - lost).lower()))
    layers = [([[row[axis]] for row in slopes], biases), *above]
    box = [list(_range([*n, fmpq(0)], *_corners(claim)))]
    return replace(claim, formula=line.table, domain=box, layers=layers, cells=cells)


class _SeesMore(Exception):
    """A formula depends on more of x than one form."""


class Line:
    """A formula written in u = n·x, `form` being n, of which an entry is 1.

    Its rows that are affine in x are written in u where another row, or the result, needs them.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension, self.form = dimension, list[Any]()
        self.table: Table = [("coordinate", [], [0.0])]
        self.values: list[Folds | None] = []  # of the rows in x, where they are affine
        self.places: list[int] = []  # of the others, in the table

    def reads(self, rows: Table) -> bool:
        """Write the rows of a formula, or return False if it sees more of x than u."""
        unit = [fmpq(0)] * (self.dimension + 1)
        try:
            for name, inner, own in rows:
                given = [self.values[i] for i in inner]
                value = None
                if name == "coordinate":
                    j = int(own[0])
                    value = Folds([*unit[:j], fmpq(1), *unit[j + 1 :]], {})
                elif name == "constant":
                    value = Folds([*unit[:-1], _exact(own[0])], {})
                elif name in LINEAR:
                    known = [u for u in given if u is not None]
                    same = len(known) == len(given)
                    value = _combined(name, known, own, (), ()) if same else None
                self.values.append(value)
                place = -1 if value else self._append(name, *map(self._place, inner), own=own)
                self.places.append(place)
            self._place(len(rows) - 1)
        except _SeesMore:
            return False
        return bool(self.form)

    def _append(self, name: str, *inner: int, own: Sequence[float] = ()) -> int:
        self.table.append((name, list(inner), list(own)))
        return len(self.table) - 1

    def _place(self, i: int) -> int:
        """Return where a row of x stands in the table; an affine one is slope · u + start there."""
        value = self.values[i]
        if value is None:
            return self.places[i]
        *slope, start = value.affine
        if not self.form and any(slope):
            self.form = list(_monic(value.affine)[1][:-1])
        along = slope[self.form.index(1)] if self.form else fmpq(0)
        if any(b != along * w for b, w in zip(slope, self.form, strict=False)):
            raise _SeesMore
        return self._append(
            "add", self._append("multiply", self._number(along), 0), self._number(start)
        )

    def _number(self, value: Any) -> int:
        return self._append("constant", own=[value])


def bound_along_forms(claim: Claim, apart: Apart) -> Any:
    """Bound f − g on the box by a sum of bounds along forms, which are proved; None if it is no such sum.

    A row of the file says of a form u = n·x that g is p(u) = αu + β + Σ c |u + t| along it, and by how
    much that differs from what f is along it. α and β are not trusted: what all the rows leave of f − g is
    added to the bounds, and it is small only if they fit.
    """
    functions, (low, high) = functions_along(claim, apart), _corners(claim)
    if functions is None:
        return None
    left, lost = straightened(apart.folded, low, high)
    names = {_nearest(form): form for form in functions}
    forms = [names.get(tuple(row[:-3]), tuple(map(_exact, row[:-3]))) for row in claim.along]
    kinks, others, more = by_form(left.bends, forms, low, high)
    left, bound, proofs = Folds(left.affine, others), lost + more, []
    for row, n in zip(claim.along, forms, strict=True):
        slope, start, most = map(_exact, row[-3:])
        left += Folds([*(slope * w for w in n), start], {})
        polygon = Folds([-slope, -start], {(fmpq(1), t): c for t, c in kinks.pop(n, {}).items()})
        ends = _range([*n, fmpq(0)], low, high)
        rows = functions.pop(n, [("constant", [], [0.0])])
        proofs.append(_on_form(claim, rows, ends, most, polygon))
        bound += most
    if functions:
        return None
    bound += largest_fold(left, low, high)
    if not bound <= _exact(claim.upper):
        return None
    for row, proof in zip(claim.along, proofs, strict=True):
        try:
            proof.prove_cell(0)
        except Refused as problem:
            raise Refused(f"along the form {_place(row[:-3])}, {problem}") from None
    return bound


def _on_form(claim: Claim, rows: Table, ends: tuple[Any, Any], most: Any, polygon: Folds) -> Proof:
    """Claim |formula − polygon| ≤ `most` on an interval."""
    cells: list[Any] = [([arb(ends[0]).lower()], [arb(ends[1]).upper()], arb(most).lower())]
    plus = Polygon((1.0,), {0.0: fmpq(-1)}, polygon)
    given = replace(claim, formula=rows, domain=[list(ends)], cells=cells)
    return Proof(given, Straight(Interval(arb(0)), [plus]))


def by_form(
    bends: dict[Form, Any], forms: Sequence[Form], low: Row, high: Row
) -> tuple[dict[Form, dict[Any, Any]], dict[Form, Any], Any]:
    """Move bends to the first form near them; return c for each form and t, the others, and what it changes."""
    kinks: dict[Form, dict[Any, Any]] = {}
    others, lost = dict[Form, Any](), fmpq(0)
    floats, found = [(_nearest(n), n) for n in forms], dict[Form, Form | None]()
    for form, bend in bends.items():
        normal, t = form[:-1], form[-1]
        if normal not in found:
            own = _nearest(normal)
            found[normal] = next((n for v, n in floats if _are_near(own, v)), None)
        n = found[normal]
        if n is None:
            others[form] = bend
            continue
        lost += abs(bend) * _distance(form, (*n, t), low, high)
        along = kinks.setdefault(n, {})
        along[t] = along.get(t, fmpq(0)) + bend
    return kinks, others, lost


def _are_near(u: Sequence[float], v: Sequence[float]) -> bool:
    return all(abs(p - q) <= 2.0**-40 * abs(q) for p, q in zip(u, v, strict=True))


def _nearest(form: Row) -> tuple[float, ...]:
    """Round to the nearest floats; numbers past their range become nan, which is near to none."""
    try:
        return tuple(int(v.p) / int(v.q) for v in form)
    except OverflowError:
        return (nan,) * len(form)


def functions_along(claim: Claim, apart: Apart) -> dict[Form, Table] | None:
    """Write rows of f as a sum of functions of one form n·x each; None if they are no such sum.

    What is constant is a function of the first coordinate.
    """
    formula, first = claim.formula, tuple(fmpq(not j) for j in range(len(claim.domain)))
    free = _constants(formula)
    tables: dict[Form, list[tuple[Any, Table]]] = {}
    powers: dict[Form, dict[tuple[int, ...], list[Any]]] = {}
    for factor, i in apart.terms:
        found = factors(formula, i, apart.read, free)
        if found is None:
            line = Line(len(first))
            if not line.reads(_part(formula, i)):
                return None
            tables.setdefault(tuple(line.form), []).append((factor, line.table))
            continue
        size, constants, forms = found
        for share, form in signed_sums(forms, claim.domain):
            ascent, n = (fmpq(0), first) if form.level is not None else _monic(form.affine)
            along = powers.setdefault(n[: len(first)], {})
            sums = along.setdefault(tuple(constants), [fmpq(0)] * (MOST_FACTORS + 1))
            for j in range(len(forms) + 1):  # (ascent · u + start)^k
                start = form.affine[-1] ** (len(forms) - j)
                sums[j] += factor * size * share * comb(len(forms), j) * ascent**j * start
    for n, along in powers.items():
        tables.setdefault(n, []).extend(
            (fmpq(1), _power_sum(formula, *item)) for item in along.items()
        )
    return {n: _joined(terms) for n, terms in tables.items()}


def factors(
    formula: Table, i: int, read: Sequence[Folds | None], free: Sequence[bool]
) -> tuple[Any, list[int], list[Folds]] | None:
    """Write a row as a product of a number, of constant rows, and of a few forms; None if it is none."""
    size, constants, forms, todo = fmpq(1), list[int](), list[Folds](), [(i, 1)]
    while todo:
        i, power = todo.pop()
        (name, places, own), value = formula[i], read[i]
        if value is not None and value.level is not None:
            size *= value.level**power
        elif value is not None and not value.bends:
            forms += [value] * power
        elif free[i]:
            constants += [i] * power
        elif name == "multiply":
            todo += [(j, power) for j in places]
        elif name == "power" and own[0] in range(2, MOST_FACTORS + 1):
            todo.append((places[0], power * int(own[0])))
        else:
            return None
        if len(forms) > MOST_FACTORS or power > MOST_FACTORS:
            return None
    return size, constants, forms


def signed_sums(
    forms: Sequence[Folds], domain: Sequence[Sequence[float]]
) -> Iterable[tuple[Any, Folds]]:
    """Write a product of k forms as Σ share · form^k.

    2^(k−1) k! u_1 ⋯ u_k = Σ s_2 ⋯ s_k (u_1 + s_2 u_2 + … + s_k u_k)^k over all signs, where each u varies
    by 1 to 2 on the box, times a power of two.
    """
    if not forms:
        yield fmpq(1), Folds([fmpq(0)] * (len(domain) + 1), {})
        return
    scaled, scale = list[Folds](), fmpq(1)
    for form in forms:
        sides = zip(form.affine, domain, strict=False)
        width = sum((abs(w) * (_exact(q) - _exact(p)) for w, (p, q) in sides), fmpq(0))
        power = fmpq(2) ** (int(width.p).bit_length() - int(width.q).bit_length())
        scaled.append(form * (1 / power))
        scale *= power
    k = len(forms)
    for signs in product((1, -1), repeat=k - 1):
        share, form = scale / (2 ** (k - 1) * factorial(k)), scaled[0]
        for sign, other in zip(signs, scaled[1:], strict=True):
            share, form = share * sign, form + other * fmpq(sign)
        yield share, form


def _power_sum(formula: Table, constants: tuple[int, ...], sums: list[Any]) -> Table:
    """Write a polynomial, times constant rows of a formula, in the coordinate of its first row."""
    rows: Table = [("coordinate", [], [0.0]), ("constant", [], [sums[-1]])]
    for value in sums[-2::-1]:
        last = len(rows) - 1
        rows += [
            ("multiply", [last, 0], []),
            ("constant", [], [value]),
            ("add", [last + 1, last + 2], []),
        ]
    for i in constants:
        last, part = len(rows) - 1, _part(formula, i)
        rows += _shifted(part, len(rows))
        rows.append(("multiply", [last, len(rows) - 1], []))
    return rows


def _joined(terms: list[tuple[Any, Table]]) -> Table:
    """Write Σ factor · formula, of formulas that begin with their coordinate."""
    rows, ends = list[Any](), []
    for factor, table in terms:
        rows += _shifted(table, len(rows))
        ends.append((factor, len(rows) - 1))
    return weighted_sum(rows, ends)


def _shifted(rows: Table, by: int) -> Table:
    return [(name, [i + by for i in places], own) for name, places, own in rows]


def _part(rows: Table, i: int) -> Table:
    """Return the rows that a row takes, and itself."""
    needed, todo = {i}, [i]
    while todo:
        new = [j for j in rows[todo.pop()][1] if j not in needed]
        needed.update(new)
        todo += new
    place = {j: at for at, j in enumerate(sorted(needed))}
    return [(rows[j][0], [place[k] for k in rows[j][1]], rows[j][2]) for j in place]


def _constants(rows: Table) -> list[bool]:
    """Return which rows have no coordinate in them."""
    free: list[bool] = []
    for name, places, _ in rows:
        free.append(name != "coordinate" and all(free[i] for i in places))
    return free


# 7. The bounds of the cells.
class Proof:
    """Prove a claim cell by cell."""

    def __init__(self, claim: Claim, network: Straight | None = None) -> None:
        self.claim, self.work, self.degree = claim, 0, degrees(claim.formula)
        self.apart: Apart | None = None
        self.network: Straight | OneLayer | Bent | Deep
        if network is not None:
            self.network = network
            return
        read = (folds_of(sigma, [Folds([fmpq(1), fmpq(0)], {})]) for sigma in claim.sigmas)
        sigmas = [sigma for sigma in read if sigma is not None]
        straight = len(sigmas) == len(claim.sigmas) > 0
        if len(claim.layers) == 2:
            self.network = Straight.of(claim, *sigmas) if straight else OneLayer(claim)
        elif straight:
            self.network, (self.folded, terms, _) = Bent(claim, sigmas), taken_apart(claim)
            self.rest = weighted_sum(claim.formula, terms)
            self.degree = degrees(self.rest)
        else:
            self.network = Deep(claim)
        # in one coordinate the cells end where f and g bend
        self.apart = difference(claim) if len(claim.domain) > 1 else None

    def prove_cell(self, number: int) -> None:
        """Prove |f − g| ≤ bound on a cell, in parts where need be."""
        low, high, limit = self.claim.cells[number]
        if self.apart is not None and not self.apart.terms:
            corners = ([*map(_exact, end), fmpq(1)] for end in (low, high))
            if largest_fold(self.apart.folded, *corners) <= _exact(limit):
                return
        bound, name = arb(limit), f"cell {number}, {_place(low)} to {_place(high)}"
        unproved = f"{name}: no proof of its bound {float(limit)!r} was found"
        parts = [(Cell(list(map(arb, low)), list(map(arb, high))), 0)]
        looked, most, self.work = 0, MOST_PARTS // 4 ** (len(low) - 1), 0
        while parts:
            if looked == most or (len(low) > 1 and self.work > MOST_WORK):
                raise Refused(f"{unproved} in {looked:,} parts")
            looked += 1
            cell, depth = parts.pop()
            proved, room = self.prove_part(cell, bound, depth)
            if proved:
                continue
            at, tolerance = _place(cell.centre), bound / 2 ** (12 + depth)
            least = arb(0) if room > 0 else self.gap(cell.centre, tolerance)
            if least > bound:
                raise Refused(
                    f"{name}: |f − g| ≥ {float(least)!r} at {at}, past its bound {float(limit)!r}"
                )
            if depth == HALVINGS:
                raise Refused(f"{unproved} about {at}")
            kink = None if isinstance(self.network, Deep) else self.network.kink(cell)
            parts += [(half, depth + 1) for half in cell.halves(kink)]

    def prove_part(self, cell: Cell, bound: Any, depth: int) -> tuple[bool, Any]:
        """Prove |f − g| ≤ bound on a part of a cell, with f as it is or else with its range there.

        The result is that of `prove_sum`. Where the room is less than the errors of the proof,
        smaller errors take less time than smaller parts.
        """
        if isinstance(self.network, Bent):
            return self._prove_between(self.network, cell, bound), -INF
        formula, split = self.claim.formula, self.network.split(cell, bound)
        rows = intervals(formula, cell.sides)
        f = smooth(lambda x: branch(formula, x, rows), cell, bound, self.degree)
        tolerance, room = bound / 2 ** (12 + depth), -INF
        for _ in range(TRIES):
            parts, rest = split(tolerance)
            if not parts and abs(rest + rows[-1]).high <= bound:
                return True, INF
            proved, room = self._prove_sum([f, *parts], rest, cell, bound, tolerance)
            if not room.is_finite():
                proved, room = self._prove_sum(parts, rest + rows[-1], cell, bound, tolerance)
            if not room.is_finite() and isinstance(self.network, Deep):
                parts, rest = split(INF)
                proved, room = self._prove_sum(parts, rest + rows[-1], cell, bound, tolerance)
            if proved or not 0 < room < 4 * tolerance:
                return proved, room
            tolerance = room / 16
        return False, room

    def _prove_between(self, network: Bent, cell: Cell, bound: Any) -> bool:
        """Prove |f − g| ≤ bound on a part of a cell by affine functions below and above g."""
        (below, above), (least, most) = network.between(cell), self.folded.between(cell)
        below, above = below - most, above - least
        if not self.rest:
            (gap,) = ends(below, above)
            return bool(abs(gap).high <= bound)
        below, above = below.tolist()[0], above.tolist()[0]
        formula, rows = self.rest, intervals(self.rest, cell.sides)
        f = smooth(lambda x: branch(formula, x, rows), cell, bound, self.degree)
        for digits in FINE:
            fitted = interpolate([f], cell, bound / 2**digits)
            tensor, error, _ = fitted or ([rows[-1].ball] * 2 ** len(cell.low), arb(0), None)
            proved, near = (_within(tensor, below, above, bound - lost) for lost in (error, -error))
            if proved or not (near and fitted):
                return proved
        return False

    def gap(self, x: list[Any], tolerance: Any) -> Any:
        """Bound |f(x) − g(x)| at a point of the box from below."""
        if self.apart is not None and not self.apart.terms:
            exact = (fmpq(man) * fmpq(2) ** int(exp) for man, exp in (v.man_exp() for v in x))
            return arb(abs(self.apart.folded([*exact, fmpq(1)]))).lower()
        formula = self.claim.formula
        values = intervals(formula, list(map(Interval, x)))
        if not has_real_value(formula, values):
            return -INF
        parts, rest = self.network.split(Cell(x, x), arb(0))(tolerance)
        return abs(values[-1] + rest + Interval(sum((part.at(x) for part in parts), arb(0)))).low

    def _prove_sum(
        self, parts: Sequence[Part], rest: Interval, cell: Cell, bound: Any, tolerance: Any
    ) -> tuple[bool, Any]:
        """Prove that the sum of analytic parts and of a number in `rest` lies within ±bound on a cell.

        Return True if that is proved, and the room: the least distance from ±bound to the sum at
        Chebyshev's points that a smaller tolerance may leave, −∞ where no polynomial was found.
        """
        self.work += PATIENCE * len(parts)
        fitted = interpolate(parts, cell, tolerance) if rest.width <= 2 * bound else None
        if fitted is None:
            return False, -INF
        tensor, error, (least, most) = fitted
        self.work += len(tensor) * len(parts)
        bottom, top = error - bound - rest.low, bound - error - rest.high
        proved = polynomial_within(tensor, len(cell.low), bottom, top)
        room = min(bound + least + rest.low, bound - most - rest.high)
        return proved, (room + min(rest.width, tolerance)).lower()


def _within(tensor: list[Any], below: Row, above: Row, bound: Any) -> bool:
    """Prove |f − g| ≤ bound where g lies between affine functions, from f's Bernstein coefficients."""
    dimension = len(below) - 1
    degree = round(len(tensor) ** (1 / dimension)) - 1
    places = [arb(fmpq(2 * i - degree, degree)) for i in range(degree + 1)]
    grid = [[*x, arb(1)] for x in product(*[places] * dimension)]
    for line, bottom, top in ((below, -INF, bound), (above, -bound, INF)):
        rest = [v - _dot(line, x) for v, x in zip(tensor, grid, strict=True)]
        if not polynomial_within(rest, dimension, bottom, top):
            return False
    return True


def _place(point: Sequence[Any]) -> str:
    return "(" + ", ".join(f"{float(v):.17g}" for v in point) + ")"


# 8. The cover and the verdict.
def check(claim: Claim, progress: Callable[[int, int], None] | None = None) -> None:
    """Prove the claim of a file again, or raise `Refused`."""
    if not claim.formula:
        raise Refused("f has no formula in the file, only a modulus on trust: it cannot be checked")
    for number, (_, _, bound) in enumerate(claim.cells):
        if not bound <= claim.upper:
            raise Refused(f"cell {number} has the bound {bound!r}, above the claim {claim.upper!r}")
    with ctx.workprec(BITS):
        for sigma in claim.sigmas:
            if not has_real_value(sigma, intervals(sigma, [Interval(*LINE)])):
                raise Refused("an activation is not seen to have a real value on the whole line")
        cover(claim)
        proof, box = Proof(claim), zip(claim.domain, claim.witness, strict=True)
        seen = proof.gap(list(map(arb, claim.witness)), arb(claim.lower) / 2**80)
        if not (seen >= _exact(claim.lower) and all(a <= x <= b for (a, b), x in box)):
            raise Refused(f"|f − g| is not proved to reach {claim.lower!r} at {claim.witness}")
        apart, most = proof.apart, None
        if apart is not None and claim.along:
            most = bound_along_forms(claim, apart)
        if most is None and len(claim.domain) > 1 and (apart is None or apart.terms):
            along = on_a_line(claim)
            proof = proof if along is None else Proof(along)
        for number in range(len(claim.cells)):
            if most is None or not most <= _exact(claim.cells[number][2]):
                proof.prove_cell(number)
            if progress:
                progress(number + 1, len(claim.cells))


def cover(claim: Claim) -> None:
    """Check that the cells cover the box, by comparing their ends alone.

    Along each axis the ends cut the box into strips. What a cell covers across a whole part of the
    box is cut out of the part, which is then halved (Chan 2013).
    """
    ends = []
    for j, (a, b) in enumerate(claim.domain):
        inner = {v for low, high, _ in claim.cells for v in (low[j], high[j]) if a < v < b}
        ends.append([a, *sorted(inner), b])
    sides = (zip(ends, low, high, strict=True) for low, high, _ in claim.cells)
    cells = [[(bisect_left(e, p), bisect_right(e, q) - 1) for e, p, q in cell] for cell in sides]
    cells = [cell for cell in cells if all(p < q for p, q in cell)]
    parts = [([list(range(len(e) - 1)) for e in ends], cells)]
    while parts:
        strips, near = _uncovered(*parts.pop())
        if not all(strips):
            continue
        if not near:
            raise Refused(_gap(claim, ends, strips))
        inside = [
            sorted(v for cell in near for v in cell[j] if 0 < v < len(strip))
            for j, strip in enumerate(strips)
        ]
        axis = max(range(len(strips)), key=lambda j: len(inside[j]))
        if inside[axis]:  # otherwise each of these cells is the whole part
            middle, size = inside[axis][len(inside[axis]) // 2], len(strips[axis])
            parts.append(_restricted(strips, near, axis, [i < middle for i in range(size)]))
            parts.append(_restricted(strips, near, axis, [i >= middle for i in range(size)]))


def _uncovered(strips: Strips, cells: Places) -> Patch:
    """Cut out of a part the strips that a cell covers from end to end."""
    for axis in range(len(strips)):
        change = [0] * (len(strips[axis]) + 1)
        for cell in cells:
            if all(i == axis or side == (0, len(strips[i])) for i, side in enumerate(cell)):
                change[cell[axis][0]] += 1
                change[cell[axis][1]] -= 1
        if any(change):
            open_strips = [count == 0 for count in accumulate(change[:-1])]
            strips, cells = _restricted(strips, cells, axis, open_strips)
    return strips, cells


def _restricted(strips: Strips, cells: Places, axis: int, kept: list[bool]) -> Patch:
    """Restrict a part to some strips of an axis, and the cells to what they cover there."""
    place = list(accumulate(kept, initial=0))
    strips = [*strips[:axis], list(compress(strips[axis], kept)), *strips[axis + 1 :]]
    sides = ((cell, (place[cell[axis][0]], place[cell[axis][1]])) for cell in cells)
    moved = [[*cell[:axis], (p, q), *cell[axis + 1 :]] for cell, (p, q) in sides if p < q]
    return strips, moved


def _gap(claim: Claim, ends: list[list[float]], strips: Strips) -> str:
    """Name a part of the box that no cell covers, and a cell beside it."""
    low, high = [], []
    for e, strip in zip(ends, strips, strict=True):
        together = next((i for i, pair in enumerate(pairwise(strip)) if pair[1] - pair[0] > 1), -1)
        low.append(e[strip[0]])
        high.append(e[strip[together] + 1])
    touching = (all(map(le, p, high)) and all(map(le, low, q)) for p, q, _ in claim.cells)
    beside = next((f", beside cell {i}" for i, touches in enumerate(touching) if touches), "")
    return f"no cell covers the part of the box from {_place(low)} to {_place(high)}{beside}"


def main() -> int:
    """Check the file that is named on the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("one file is needed: python checker.py certificate.json\n")
        return 2
    try:
        claim = read(sys.argv[1])
        check(claim)
    except (Refused, Unreadable) as problem:
        sys.stderr.write(f"not confirmed: {problem}\n")
        return 1 if isinstance(problem, Refused) else 2
    sys.stdout.write(
        f"confirmed: |f − g| ≤ {claim.upper!r} on {claim.domain}\n"
        f"not checked: that floating-point evaluation adds no more than {claim.rounding!r}\n"
        + "".join(f"not needed: {text}\n" for text in claim.trusted)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
