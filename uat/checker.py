"""Confirm a certificate again, without trusting the program that wrote it: read this file instead.

The file of a certificate says: f and σ by their formulas, a box, a network, and cells that cover
the box, each with a number that |f − g| does not exceed on it. Here that is proved once more, by
other means than those which found it. A number of the file is an exact rational; a number computed
from them is a ball of 256 bits, or a pair of ends rounded outward, that holds the truth.

- Over a cell, f is a Taylor polynomial about the centre c and a remainder, which the power series
  over the whole cell bounds: f(c + y) = Σ_{k<N} f_k(c) yᵏ + f_N(ξ) yᴺ. So is a unit that is soft
  there, and a network of more layers.
- A steep unit, or a kink of f, is bounded by its ends: each operation maps intervals to intervals.
- Units that switch elsewhere are summed in advance: σ over a half line is nearly a constant.
- A cell of which this proves too little is halved.

f − g is bounded at each point of the box at which f has a real value. What floating-point
evaluation adds (`rounding`) is not part of it. Nothing of `uat` is imported: the file runs alone,
`python checker.py certificate.json`, with python-flint.

Sources: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009;
F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

import json
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import lt
from pathlib import Path
from typing import Any, Final

from flint import arb, arb_poly, arb_series, ctx

__all__ = ["Claim", "Refused", "Unreadable", "check", "read"]

FORMAT: Final = "uat certificate 1"
LARGEST: Final = 100_000_000
BITS: Final = 256
HALVINGS: Final = 150
MOST_PARTS: Final = 20_000
MOST_TERMS: Final = 24

Interval = tuple[Any, Any]
Table = list[tuple[str, list[int], list[float]]]
Model = tuple[Any, Interval]
"""A polynomial in y = x − c, and an interval: their sum holds the function on the cell."""


class Unreadable(Exception):
    """The file is no certificate of this format: damaged, cut off or foreign."""


class Refused(Exception):
    """The claim is false or could not be proved; the message names the cell."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says; a formula is rows of (operation, rows it takes, its own numbers)."""

    formula: Table
    domain: list[tuple[float, ...]]
    sigma: Table
    layers: list[tuple[list[list[float]], list[float]]]
    upper: float
    lower: float
    witness: list[float]
    cells: list[tuple[list[float], list[float], float]]
    trusted: list[str]


def read(path: str | Path) -> Claim:
    """Read the file of a certificate; everything in it is checked for its form.

    Raises
    ------
    Unreadable
    """
    try:
        if Path(path).stat().st_size > LARGEST:
            raise Unreadable(f"{path} is larger than {LARGEST:,} bytes")
        words = json.loads(Path(path).read_text("utf-8"))
        return _claim(words)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
    except (KeyError, TypeError, ValueError, IndexError, RecursionError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise Unreadable(f"{path} is damaged or no certificate: {reason:.150}") from None


def _claim(words: dict[str, Any]) -> Claim:
    if words["format"] != FORMAT:
        raise ValueError(f"it does not say {FORMAT!r}")
    domain = [tuple(_numbers(pair)) for pair in words["domain"]]
    dimension, network = len(domain), words["network"]
    cells = [(_numbers(p), _numbers(q), _number(bound)) for p, q, bound in words["cells"]]
    layers = [
        ([_numbers(row) for row in w["weight"]], _numbers(w["bias"])) for w in network["layers"]
    ]
    widths = [dimension, *(len(bias) for _, bias in layers)]
    for (weight, bias), width in zip(layers, widths, strict=False):
        if len(weight) != len(bias) or any(len(row) != width for row in weight):
            raise ValueError("weights and biases that do not fit")
    witness = _numbers(words["witness"])
    points = [witness, *(p for cell in cells for p in cell[:2])]
    if len(layers) < 2 or widths[-1] != 1 or any(len(p) != dimension for p in points):
        raise ValueError("parts of different dimensions")
    if not cells or any(len(pair) != 2 or not pair[0] < pair[1] for pair in domain):
        raise ValueError("an empty box, or no cells")
    if not all(p <= q for low, high, _ in cells for p, q in zip(low, high, strict=True)):
        raise ValueError("a cell with its ends reversed")
    return Claim(
        _table(words["target"]["expression"] or [], dimension),
        domain,
        _table(network["activation"]["expression"], 1),
        layers,
        _number(words["upper"]),
        _number(words["lower"]),
        witness,
        cells,
        [str(text) for text in words["assumptions"]],
    )


def _number(text: str) -> float:
    """Read a finite float in hexadecimal, spelt as `float.hex` spells it."""
    if not re.fullmatch(r"-?0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,4}", text, re.ASCII):
        raise ValueError(f"{text!r:.40} is no float in hexadecimal")
    return float.fromhex(text)


def _numbers(texts: list[str]) -> list[float]:
    return [_number(text) for text in texts]


def _table(rows: list[Any], dimension: int) -> Table:
    table: Table = []
    for name, places, texts in rows:
        own = _numbers(texts)
        if name not in RULES and name not in ("coordinate", "constant"):
            raise ValueError(f"the operation {name!r:.40} is not known")
        fits = len(places) == ARITY.get(name, 2 if name in BINARY else 1)
        fits = fits and all(type(i) is int and 0 <= i < len(table) for i in places)
        tested = places if name.startswith("logical") else places[:1] if name == "where" else []
        fits = fits and all(table[i][0] in CONDITIONS for i in tested)
        if name == "interp":
            knots, values = own[: len(own) // 2], own[len(own) // 2 :]
            fits = fits and len(knots) == len(values) > 0 and all(map(lt, knots, knots[1:]))
        else:
            fits = fits and len(own) == (name in ("coordinate", "constant", "power"))
        if not fits or (name == "coordinate" and own[0] not in range(dimension)):
            raise ValueError(f"row {len(table)} of a formula, {name}, does not fit")
        table.append((name, places, own))
    return table


INF: Final = arb("inf")
WHOLE: Final = (-INF, INF)
ZERO: Final = (arb(0), arb(0))


def _hull(balls: Sequence[Any], floor: Any = -INF, ceiling: Any = INF) -> Interval:
    """Give the least interval that holds some balls, cut to what is known anyway."""
    if any(ball.is_nan() for ball in balls):
        return floor, ceiling
    low, high = min(b.lower() for b in balls), max(b.upper() for b in balls)
    return max(low, floor), min(high, ceiling)


def _add(u: Interval, v: Interval) -> Interval:
    return (u[0] + v[0]).lower(), (u[1] + v[1]).upper()


def _negative(u: Interval) -> Interval:
    return -u[1], -u[0]


def _multiply(u: Interval, v: Interval) -> Interval:
    return _hull([arb(0) if p == 0 or q == 0 else p * q for p in u for q in v])


def _divide(u: Interval, v: Interval) -> Interval:
    if v[0] < 0 < v[1] or v[0] == v[1] == 0:
        return WHOLE
    ends = ((1 / v[1]).lower() if v[1] != 0 else -INF, (1 / v[0]).upper() if v[0] != 0 else INF)
    return _multiply(u, ends)


def _power(u: Interval, exponent: float) -> Interval:
    if exponent < 0:
        return _divide((arb(1), arb(1)), _power(u, -exponent))
    if exponent % 1:
        return _rising(lambda v: v ** arb(exponent), arb(0), INF, (arb(0), INF))(u)
    if exponent % 2 == 0:
        u = _absolute(u)
    ends = [v ** int(exponent) if v.is_finite() else v for v in u]
    return _hull(ends, *((arb(0), INF) if exponent % 2 == 0 else WHOLE))


def _absolute(u: Interval) -> Interval:
    least = arb(0) if u[0] <= 0 <= u[1] else min(abs(u[0]), abs(u[1]))
    return least, max(abs(u[0]), abs(u[1]))


def _rising(
    function: Callable[[Any], Any], floor: Any = -INF, ceiling: Any = INF, inside: Interval = WHOLE
) -> Callable[[Interval], Interval]:
    """Make the rule of an increasing function from its values at the ends."""

    def rule(u: Interval) -> Interval:
        if u[1] < inside[0] or u[0] > inside[1]:
            return WHOLE
        low, high = function(max(u[0], inside[0])), function(min(u[1], inside[1]))
        return _hull([low], floor, ceiling)[0], _hull([high], floor, ceiling)[1]

    return rule


def _sine(u: Interval) -> Interval:
    """Bound sin: by its ends, and ±1 where cos may change its sign between them."""
    if not u[1] - u[0] < 3:
        return arb(-1), arb(1)
    first, last = u[0].cos(), u[1].cos()
    low, high = _hull([u[0].sin(), u[1].sin()], arb(-1), arb(1))
    trough, crest = not (first > 0 or last < 0), not (first < 0 or last > 0)
    return arb(-1) if trough else low, arb(1) if crest else high


def _cosine(u: Interval) -> Interval:
    half = arb.pi() / 2
    return _sine(((u[0] + half).lower(), (u[1] + half).upper()))


def _tangent(u: Interval) -> Interval:
    cosine = _cosine(u)
    return WHOLE if cosine[0] <= 0 <= cosine[1] else _hull([u[0].tan(), u[1].tan()])


def _sinc(u: Interval) -> Interval:
    least, most = _absolute(u)
    if most < 3:
        return _hull([least.sinc(), most.sinc()])
    low, high = _divide(_sine(u), u)
    return max(low, arb(-0.22)), min(high, arb(1))


def _interp(u: Interval, *numbers: float) -> Interval:
    """Bound a piecewise linear function by its ends and the knots between them."""
    knots, values = _knots(numbers)
    inner = [v for k, v in zip(knots, values, strict=True) if u[0] <= k <= u[1]]
    return _hull([*inner, *(_piece(end, end, knots, values) for end in u)])


def _knots(numbers: Sequence[float]) -> tuple[list[Any], list[Any]]:
    half = len(numbers) // 2
    return [arb(v) for v in numbers[:half]], [arb(v) for v in numbers[half:]]


def _piece(u: Any, at: Any, knots: list[Any], values: list[Any]) -> Any:
    """Give the linear function of the piece in which `at` lies, at u."""
    if not knots[0] < at < knots[-1]:
        return values[0] if at <= knots[0] else values[-1]
    i = max(i for i, knot in enumerate(knots[:-1]) if knot <= at)
    return values[i] + (u - knots[i]) * ((values[i + 1] - values[i]) / (knots[i + 1] - knots[i]))


def _truth(yes: bool, no: bool) -> Interval:
    return arb(int(yes)), arb(int(not no))


def _expit(u: Any) -> Any:
    return 1 / (1 + (-u).exp()) if u > 0 else u.exp() / (1 + u.exp())


def _less(u: Interval, v: Interval) -> Interval:
    return _truth(u[1] < v[0], u[0] >= v[1])


_log: Final = _rising(arb.log, -INF, INF, (arb(0), INF))

RULES: Final[dict[str, Callable[..., Interval]]] = {
    "pi": lambda: _hull([arb.pi()]),
    "add": _add,
    "subtract": lambda u, v: _add(u, _negative(v)),
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "sqrt": _rising(arb.sqrt, arb(0), INF, (arb(0), INF)),
    "cbrt": _rising(lambda u: u.root(3) if u >= 0 else -((-u).root(3))),
    "exp": _rising(arb.exp, arb(0)),
    "expm1": _rising(arb.expm1, arb(-1)),
    "log": _log,
    "xlogy": lambda factor, u: _multiply(factor, _log(u)),
    "log1p": _rising(arb.log1p, -INF, INF, (arb(-1), INF)),
    "sin": _sine,
    "cos": _cosine,
    "tan": _tangent,
    "arcsin": _rising(arb.asin, -INF, INF, (arb(-1), arb(1))),
    "arccos": lambda u: _hull([u[0].acos(), u[1].acos()]),
    "arctan": _rising(arb.atan),
    "sinh": _rising(arb.sinh),
    "cosh": lambda u: _rising(arb.cosh, arb(1))(_absolute(u)),
    "tanh": _rising(arb.tanh, arb(-1), arb(1)),
    "arcsinh": _rising(arb.asinh),
    "arccosh": _rising(arb.acosh, arb(0), INF, (arb(1), INF)),
    "arctanh": _rising(arb.atanh, -INF, INF, (arb(-1), arb(1))),
    "sinc": _sinc,
    "expit": _rising(_expit, arb(0), arb(1)),
    "erf": _rising(arb.erf, arb(-1), arb(1)),
    "absolute": _absolute,
    "sign": lambda u: (u[0].sgn(), u[1].sgn()),
    "minimum": lambda u, v: (min(u[0], v[0]), min(u[1], v[1])),
    "maximum": lambda u, v: (max(u[0], v[0]), max(u[1], v[1])),
    "less": lambda u, v: _truth(u[1] < v[0], u[0] >= v[1]),
    "less_equal": lambda u, v: _truth(u[1] <= v[0], u[0] > v[1]),
    "equal": lambda u, v: _truth(u[0] == u[1] == v[0] == v[1], u[1] < v[0] or v[1] < u[0]),
    "logical_and": lambda u, v: (min(u[0], v[0]), min(u[1], v[1])),
    "logical_or": lambda u, v: (max(u[0], v[0]), max(u[1], v[1])),
    "logical_not": lambda u: (1 - u[1], 1 - u[0]),
    "where": lambda c, u, v: u if c[0] == 1 else v if c[1] == 0 else _hull([*u, *v]),
    "interp": _interp,
}
"""How each operation maps intervals to an interval, outward."""

COMPARISONS: Final = {"less", "less_equal", "equal"}
CONDITIONS: Final = {*COMPARISONS, "logical_and", "logical_or", "logical_not"}
CHOICES: Final = {*CONDITIONS, "absolute", "sign", "minimum", "maximum", "where", "interp"}
LINEAR: Final = {"coordinate", "constant", "pi", "add", "subtract", "negative", *CHOICES}
BINARY: Final = {
    "add", "subtract", "multiply", "divide", "minimum", "maximum", "xlogy", *CONDITIONS,
}  # fmt: skip
ARITY: Final = {"pi": 0, "coordinate": 0, "constant": 0, "where": 3, "logical_not": 1}
REAL: Final = {
    "sqrt": (0, INF), "log": (0, INF), "log1p": (-1, INF), "arcsin": (-1, 1), "arccos": (-1, 1),
    "arccosh": (1, INF), "arctanh": (-1, 1),
}  # fmt: skip


def _is_real(name: str, given: Sequence[Interval], own: Sequence[float]) -> bool:
    """Tell whether an operation is real for all values of its arguments."""
    if name == "divide" or (name == "power" and own[0] < 0 and own[0] % 1 == 0):
        return bool(given[-1][0] > 0 or given[-1][1] < 0)
    if name == "power":
        return own[0] % 1 == 0 or bool(given[0][0] > 0 or (given[0][0] == 0 and own[0] > 0))
    if name == "xlogy":
        return bool(given[1][0] > 0)
    low, high = REAL.get(name, WHOLE)
    return name != "tan" and all(u[0] >= low and u[1] <= high for u in given)


def intervals(table: Table, box: Sequence[Interval]) -> list[Interval]:
    """Bound every row of a formula over a box.

    A comparison is left open where one of its sides may have no real value.
    """
    values: list[Interval] = []
    partial: set[int] = set()
    for row, (name, places, own) in enumerate(table):
        given = [values[i] for i in places]
        open_ = not partial.isdisjoint(places)
        if name == "coordinate":
            value = box[int(own[0])]
        elif name == "constant":
            value = arb(own[0]), arb(own[0])
        elif name in COMPARISONS and open_:
            value = arb(0), arb(1)
        elif name == "multiply" and places[0] == places[1]:
            value = _power(given[0], 2)
        else:
            value = RULES[name](*given, *own)
        if name not in COMPARISONS and (open_ or not _is_real(name, given, own)):
            partial.add(row)
        values.append(WHOLE if value[0].is_nan() or value[1].is_nan() else value)
    return values


def _primitive(u: Any, value: Callable[[Any], Any], slope: Any) -> Any:
    return (u.derivative() * slope).integral() + value(u[0])


def _series_power(u: Any, exponent: float) -> Any:
    if exponent % 1:
        return (arb(exponent) * u.log()).exp()
    return u ** int(exponent) if exponent > 0 else 1 / u ** int(-exponent)


SERIES: Final[dict[str, Callable[..., Any]]] = {
    "add": lambda u, v: u + v,
    "subtract": lambda u, v: u - v,
    "multiply": lambda u, v: u * v,
    "divide": lambda u, v: u / v,
    "negative": lambda u: -u,
    "power": _series_power,
    "sqrt": arb_series.sqrt,
    "cbrt": lambda u: (u.log() / 3).exp() if u[0] > 0 else -((-u).log() / 3).exp(),
    "exp": arb_series.exp,
    "expm1": lambda u: u.exp() - 1,
    "log": arb_series.log,
    "log1p": lambda u: (1 + u).log(),
    "xlogy": lambda factor, u: factor * u.log(),
    "sin": arb_series.sin,
    "cos": arb_series.cos,
    "tan": arb_series.tan,
    "arcsin": arb_series.asin,
    "arccos": arb_series.acos,
    "arctan": arb_series.atan,
    "sinh": lambda u: (u.exp() - (-u).exp()) / 2,
    "cosh": lambda u: (u.exp() + (-u).exp()) / 2,
    "tanh": lambda u: 2 / (1 + (-2 * u).exp()) - 1,
    "arcsinh": lambda u: _primitive(u, arb.asinh, 1 / (1 + u * u).sqrt()),
    "arccosh": lambda u: _primitive(u, arb.acosh, 1 / (u * u - 1).sqrt()),
    "arctanh": lambda u: _primitive(u, arb.atanh, 1 / (1 - u * u)),
    "sinc": lambda u: u.sin() / u,
    "expit": lambda u: 1 / (1 + (-u).exp()),
    "erf": arb_series.erf,
}
"""The same operations on power series."""


def _chosen(name: str, given: list[Any], ranges: list[Interval], own: list[float]) -> Any:
    """Give the branch that holds on the whole cell; None where that is open."""
    first, second = ranges[0], ranges[-1]
    if name == "where":
        return given[1] if first[0] == 1 else given[2] if first[1] == 0 else None
    if name in ("minimum", "maximum"):
        below = given if name == "minimum" else given[::-1]
        return below[0] if first[1] <= second[0] else below[1] if second[1] <= first[0] else None
    if name == "interp":
        knots, values = _knots(own)
        apart = all(first[1] <= k or k <= first[0] for k in knots)
        middle = (first[0] + first[1]) / 2
        return (
            _piece(given[0], middle.mid(), knots, values)
            if apart and given[0] is not None
            else None
        )
    if name == "absolute" and given[0] is not None:
        return given[0] if first[0] >= 0 else -given[0] if first[1] <= 0 else None
    if name == "sign":
        signs = first[0].sgn(), first[1].sgn()
        return signs[0] if signs[0] == signs[1] else None
    return None


def series(table: Table, inputs: Sequence[Any], ranges: Sequence[Interval]) -> Any:
    """Expand a formula in powers of y, given those of its coordinates; None where it has none."""
    order = inputs[0].prec
    values: list[Any] = []
    for name, places, own in table:
        given = [values[i] for i in places]
        value: Any = None
        if name == "coordinate":
            value = inputs[int(own[0])]
        elif name in ("constant", "pi"):
            value = arb(own[0]) if own else arb.pi()
        elif name in CHOICES:
            value = _chosen(name, given, [ranges[i] for i in places], own)
        elif all(v is not None for v in given):
            try:
                value = SERIES[name](*given, *own)
            except (ValueError, ZeroDivisionError):
                value = None
        if isinstance(value, arb):
            value = arb_series([value], order)
        values.append(value)
    return values[-1]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of one coordinate: exact ends, centre, and a radius rounded up."""

    low: Any
    high: Any
    centre: Any
    radius: Any

    @classmethod
    def of(cls, low: Any, high: Any) -> "Cell":
        """Take the centre, rounded to 256 bits."""
        centre = ((low + high) / 2).mid()
        return cls(low, high, centre, max((high - centre).upper(), (centre - low).upper()))

    def halves(self) -> "list[Cell]":
        """Cut at the centre."""
        return [Cell.of(self.low, self.centre), Cell.of(self.centre, self.high)]


def taylor(cell: Cell, order: int, expanded: Callable[[Any], Any]) -> Model | None:
    """Expand about the centre, and bound the remainder by the series over the whole cell."""
    at = expanded(arb_series([cell.centre, 1], order))
    over = expanded(arb_series([cell.low.union(cell.high), 1], order + 1))
    if at is None or over is None or at.prec < order or over.prec <= order:
        return None
    last = over.coeffs()[order] if len(over.coeffs()) > order else arb(0)
    size = (abs(last) * cell.radius**order).upper()
    if not size.is_finite() or not all(c.is_finite() for c in at.coeffs()):
        return None
    return arb_poly(at.coeffs()), (-size, size)


def _linear(rows: Table) -> bool:
    """Tell whether a formula is piecewise linear."""
    fixed = [name in ("constant", "pi") for name, _, _ in rows]
    return all(
        name in LINEAR
        or (name == "multiply" and (fixed[places[0]] or fixed[places[1]]))
        or (name == "divide" and fixed[places[1]])
        for name, places, _ in rows
    )


class Sigma:
    """σ over cells and half lines."""

    def __init__(self, rows: Table) -> None:
        self.rows, self.linear = rows, _linear(rows)
        self._whole: Interval | None = None

    def over(self, u: Interval) -> Interval:
        """Bound σ on an interval; on a wide one by its range over the whole line too."""
        low, high = intervals(self.rows, [u])[-1]
        if u[1] - u[0] < 1:
            return low, high
        whole = self.whole()
        return max(low, whole[0]), min(high, whole[1])

    def whole(self) -> Interval:
        """Bound σ on the whole line, to within 2^−14 where that is finite."""
        if self._whole is None:
            self._whole = -self._most(-1), self._most(1)
        return self._whole

    def _most(self, sign: int) -> Any:
        """Bound sup ±σ from above: halve the intervals on which it may be larger than seen."""
        ends = [-INF, *map(arb, range(-1024, 1025, 32)), INF]
        pieces, seen, most = list(pairwise(ends)), -INF, -INF
        while pieces:
            halves = []
            for u in pieces:
                middle = (u[0] + u[1]) / 2
                tops = [intervals(self.rows, [v])[-1] for v in (u, (middle, middle))]
                top, value = (v[1] if sign > 0 else -v[0] for v in tops)
                seen = max(seen, value if middle.is_finite() else seen)
                if top - seen < 2.0**-14 or not middle.is_finite() or len(pieces) > 4096:
                    most = max(most, top)
                else:
                    halves += [(u[0], middle), (middle, u[1])]
            pieces = halves
        return most

    def tail(self, u: Interval) -> tuple[Any, Interval]:
        """Give α and R so that σ(v) lies in αv + R on a half line; α is 0 but for straight ends."""
        rows = intervals(self.rows, [u])
        if self.linear:
            line = series(self.rows, [arb_series([0, 1], 2)], rows)
            if line is not None:
                start, slope = (*line.coeffs(), arb(0), arb(0))[:2]
                return slope, _hull([start])
        return arb(0), rows[-1]


class _Group:
    """Units of one slope b in the order of their biases, with the sums of those before each."""

    def __init__(self, slope: float, units: list[tuple[float, Any]]) -> None:
        units.sort(key=lambda unit: unit[0])
        self.slope, self.biases = arb(slope), [bias for bias, _ in units]
        self.weights = [weight for _, weight in units]
        shifted = [weight * arb(bias) for bias, weight in units]
        raised, lowered = ([max(s * w, arb(0)) for w in self.weights] for s in (1, -1))
        columns = (raised, lowered, self.weights, shifted)
        self.sums = [list(accumulate(column, initial=arb(0))) for column in columns]

    def far(self, sigma: Sigma, u: Interval, first: int, last: int, centre: Any) -> Model:
        """Sum the units from first to last, all of whose arguments lie in the half line u."""
        if first == last:
            return arb_poly(), ZERO
        slope, rest = sigma.tail(u)
        raised, lowered, weight, shifted = (s[last] - s[first] for s in self.sums)
        total = _add(_scaled(rest, raised), _negative(_scaled(rest, lowered)))
        if slope == 0:
            return arb_poly(), total
        line = [slope * (weight * self.slope * centre + shifted), slope * weight * self.slope]
        return arb_poly(line), total


def _scaled(u: Interval, ball: Any) -> Interval:
    return _multiply(u, (ball.lower(), ball.upper()))


class Ridges:
    """A network of one hidden layer, f(x) = Σ a_i σ(b_i x + c_i) and a bias, in one coordinate."""

    def __init__(self, claim: Claim) -> None:
        (hidden, biases), (weights, last) = claim.layers
        merged: dict[tuple[float, float], Any] = {}
        for (slope,), bias, weight in zip(hidden, biases, weights[0], strict=True):
            key = slope + 0.0, bias + 0.0
            merged[key] = merged.get(key, arb(0)) + arb(weight)
        groups: dict[float, list[tuple[float, Any]]] = {}
        for (slope, bias), weight in merged.items():
            groups.setdefault(slope, []).append((bias, weight))
        self.sigma = Sigma(claim.sigma)
        self.constant: Interval = (arb(last[0]), arb(last[0]))
        for bias, weight in groups.pop(0.0, []):
            value = self.sigma.over((arb(bias), arb(bias)))
            self.constant = _add(self.constant, _scaled(value, weight))
        self.groups = [_Group(*group) for group in groups.items()]

    def model(self, cell: Cell, order: int, blur: Any) -> Model:
        """Enclose g on a cell; the units taken together blur it by no more than that, if so."""
        polynomial, rest = arb_poly(), self.constant
        for group in self.groups:
            reach = 0.0
            while True:
                far, near = self._far(group, cell, reach)
                if far[1][1] - far[1][0] <= blur or len(near) == len(group.biases):
                    break
                reach = max(4 * reach, 1.0)
            for part in (far, *(self._unit(group, i, cell, order) for i in near)):
                polynomial, rest = polynomial + part[0], _add(rest, part[1])
        return polynomial, rest

    def _far(self, group: _Group, cell: Cell, reach: float) -> tuple[Model, range]:
        """Sum the units whose arguments are past ±reach on the cell, and name the others."""
        low, high = _hull([group.slope * cell.low, group.slope * cell.high])
        first = bisect_left(group.biases, float(-high - reach))
        last = max(bisect_right(group.biases, float(reach - low)), first)
        end = len(group.biases)
        left = (-INF, (high + group.biases[first - 1]).upper()) if first else ZERO
        right = ((low + group.biases[last]).lower(), INF) if last < end else ZERO
        p, u = group.far(self.sigma, left, 0, first, cell.centre)
        q, v = group.far(self.sigma, right, last, end, cell.centre)
        return (p + q, _add(u, v)), range(first, last)

    def _unit(self, group: _Group, i: int, cell: Cell, order: int) -> Model:
        """Enclose a unit that may switch on the cell: as a polynomial where it is soft there."""
        slope, bias, weight = group.slope, group.biases[i], group.weights[i]
        ends = _hull([slope * cell.low + bias, slope * cell.high + bias])
        if ends[1] - ends[0] < 4:
            rows = intervals(self.sigma.rows, [ends])
            model = taylor(cell, order, lambda x: series(self.sigma.rows, [slope * x + bias], rows))
            if model is not None:
                return model[0] * weight, _scaled(model[1], weight)
        return arb_poly(), _scaled(self.sigma.over(ends), weight)


class Deep:
    """A network of more hidden layers, in one coordinate."""

    def __init__(self, claim: Claim) -> None:
        self.sigma = Sigma(claim.sigma)
        self.layers = [
            ([[arb(v) for v in row] for row in weight], [arb(v) for v in bias])
            for weight, bias in claim.layers
        ]

    def model(self, cell: Cell, order: int, _blur: Any) -> Model:
        """Enclose g on a cell, as a polynomial where that is possible."""
        rows: list[list[list[Interval]]] = []
        values: list[Interval] = [(cell.low, cell.high)]
        for depth, (weight, bias) in enumerate(self.layers):
            if depth:
                rows.append([intervals(self.sigma.rows, [u]) for u in values])
                values = [row[-1] for row in rows[-1]]
            values = [_total(row, values, b) for row, b in zip(weight, bias, strict=True)]
        model = taylor(cell, order, lambda x: self._series(x, rows))
        return (arb_poly(), values[0]) if model is None else model

    def _series(self, x: Any, rows: list[list[list[Interval]]]) -> Any:
        values = [x]
        for depth, (weight, bias) in enumerate(self.layers):
            if depth:
                units = zip(values, rows[depth - 1], strict=True)
                values = [series(self.sigma.rows, [v], row) for v, row in units]
                if any(v is None for v in values):
                    return None
            values = [
                sum(
                    (w * v for w, v in zip(row, values, strict=True)), start=arb_series([b], x.prec)
                )
                for row, b in zip(weight, bias, strict=True)
            ]
        return values[0]


def _total(weights: list[Any], values: list[Interval], bias: Any) -> Interval:
    total: Interval = (bias, bias)
    for weight, value in zip(weights, values, strict=True):
        total = _add(total, _scaled(value, weight))
    return total


def stays(p: Any, radius: Any, bottom: Any, top: Any, depth: int = 40) -> bool:
    """Prove bottom ≤ p(y) ≤ top for |y| ≤ radius: by balls, by a slope of one sign, by halves."""
    around = arb(0, radius)
    value = p(around)
    if bottom <= value <= top:
        return True
    if not all(bottom <= p(y) and p(y) <= top for y in (-radius, radius)):
        return False
    slope = p.derivative()(around)
    if slope > 0 or slope < 0:
        return True
    half = radius / 2
    return depth > 0 and all(
        stays(p(arb_poly([side, 1])), half, bottom, top, depth - 1) for side in (-half, half)
    )


class Proof:
    """The proof of one claim in one dimension, cell by cell."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.network = (Ridges if len(claim.layers) == 2 else Deep)(claim)
        self.linear = _linear(claim.formula)

    def confirm(self, number: int) -> None:
        """Prove |f − g| ≤ bound on a cell, by parts of it where need be."""
        (low,), (high,), limit = self.claim.cells[number]
        bound, name = arb(limit), f"cell {number}, [{low:.17g}, {high:.17g}]"
        order = MOST_TERMS if limit < 1e-8 else 10
        parts = [(Cell.of(arb(low), arb(high)), 0)]
        for _ in range(MOST_PARTS):
            if not parts:
                return
            cell, depth = parts.pop()
            blur = bound / 2.0 ** min(10 + depth, 900)
            if self._holds(cell, order, bound, blur):
                continue
            at = self.gap(cell.centre, blur)
            if not at[0] <= bound:
                raise Refused(
                    f"{name}: |f − g| is at least {float(at[0]):.6g} at x = "
                    f"{float(cell.centre):.17g}, more than its bound {limit:.6g}"
                )
            if depth == HALVINGS:
                raise Refused(
                    f"{name}: no proof of its bound {limit:.6g} near x = {float(cell.centre):.17g}"
                )
            parts.extend((half, depth + 1) for half in reversed(cell.halves()))
        raise Refused(f"{name}: no proof of its bound {limit:.6g} by {MOST_PARTS:,} parts of it")

    def _holds(self, cell: Cell, order: int, bound: Any, blur: Any) -> bool:
        formula = self.claim.formula
        rows = intervals(formula, [(cell.low, cell.high)])
        g, rest = self.network.model(cell, order, blur)
        smooth = taylor(cell, order, lambda x: series(formula, [x], rows))
        for f, other in filter(None, (smooth, (arb_poly(), rows[-1]))):
            low, high = _add(other, _negative(rest))
            if stays(f - g, cell.radius, -bound - low, bound - high):
                return True
        return False

    def gap(self, x: Any, blur: Any) -> Interval:
        """Bound |f(x) − g(x)| at a point."""
        value = intervals(self.claim.formula, [(x, x)])[-1]
        g, rest = self.network.model(Cell.of(x, x), 2, blur)
        at = g(arb(0))
        return _absolute(_add(value, _negative(_add(rest, (at.lower(), at.upper())))))


@contextmanager
def _exactly() -> Iterator[None]:
    """Compute with 256 bits, and with as many terms of a series as are asked for."""
    cap = ctx.cap
    with ctx.workprec(BITS):
        ctx.cap = 2 * MOST_TERMS
        try:
            yield
        finally:
            ctx.cap = cap


def check(claim: Claim, progress: Callable[[int, int], None] | None = None) -> None:
    """Prove the claim of a file again.

    Raises
    ------
    Refused
    """
    with _exactly():
        if not claim.formula:
            raise Refused("f has no formula in the file, only a declared modulus: nothing to check")
        if len(claim.domain) > 1:
            raise Refused("a box of more than one dimension: not checked by this version")
        _cover(claim)
        proof = Proof(claim)
        low, high = claim.domain[0]
        seen = proof.gap(arb(claim.witness[0]), arb(claim.lower) / 2**80)
        if not (low <= claim.witness[0] <= high and seen[0] >= claim.lower):
            raise Refused(
                f"|f − g| is not at least {claim.lower:.6g} at the witness {claim.witness}"
            )
        for number in range(len(claim.cells)):
            proof.confirm(number)
            if progress:
                progress(number + 1, len(claim.cells))


def _cover(claim: Claim) -> None:
    """Check that the cells go from end to end of the box, and that no bound is above the claim."""
    place, end = claim.domain[0]
    for number, ((low,), (high,), bound) in enumerate(claim.cells):
        if low != place:
            what = "leaves out" if low > place else "overlaps"
            raise Refused(f"cell {number} begins at {low!r} and so {what} what follows {place!r}")
        if bound > claim.upper:
            raise Refused(f"cell {number} has the bound {bound!r}, above the claim {claim.upper!r}")
        place = high
    if place != end:
        raise Refused(f"the cells end with cell {number} at {place!r}; the box ends at {end!r}")


def main() -> int:
    """Check the file that is named on the command line."""
    try:
        claim = read(sys.argv[1])
        check(claim)
    except (Refused, Unreadable) as problem:
        sys.stderr.write(f"not confirmed: {problem}\n")
        return 1 if isinstance(problem, Refused) else 2
    sys.stdout.write(f"confirmed: |f − g| ≤ {claim.upper!r} on {claim.domain}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
