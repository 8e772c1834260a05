"""Confirm a certificate again without trusting the program that wrote it: read this file instead.

The file of a certificate says: f and σ by their formulas, a box, a network g, and cells, each with
a number that |f − g| does not exceed on it. From top to bottom, this is proved once more, by other
means than those that found it. Numbers of the file are exact; numbers computed from them are balls
of 256 bits, or intervals rounded outward, that hold the truth.

1. The cells cover the box, and no bound is above the claim (`check`, `_cover`).
2. On a cell with centre c, f − g is a polynomial in y = x − c and a remainder: a smooth function
   is f(c + y) = Σ_{|α|<N} f_α(c) y^α + Σ_{|α|=N} f_α(ξ) y^α, where the power series over the whole
   cell bounds f_α(ξ) (`taylor`). A polynomial lies between its least and its greatest Bernstein
   coefficient (`stays`). A cell of which this proves too little is halved (`Proof`).
3. Units that switch elsewhere are summed in advance: on a half line σ is nearly constant (or, as
   ReLU is, exactly linear). Those that are soft on the cell make a polynomial (`Ridges`).
4. A steep unit, or a kink of f, is bounded by intervals, operation by operation (`intervals`).

f − g is bounded wherever f has a real value, and nothing is taken on trust but the formulas. What
floating-point evaluation adds (`rounding`) is not part of it. Nothing of `uat` is imported: with
python-flint the file runs alone, as `python checker.py certificate.json`.

Sources: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009;
R. T. Farouki, The Bernstein polynomial basis: a centennial retrospective, 2012, section 5.1;
F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise, product, zip_longest
from math import comb, log10, prod
from operator import add, ge, le, lt, mul, neg, sub, truediv
from pathlib import Path
from typing import Any, Final, NamedTuple

from flint import arb, arb_mat, arb_series, ctx, fmpq

__all__ = ["Claim", "Refused", "Unreadable", "check", "read"]

BITS: Final = 256
HALVINGS: Final = 150
MOST_PARTS: Final = 20_000
MOST_TERMS: Final = 28
MOST_CUTS: Final = 40
INF: Final = arb("inf")

Table = list[tuple[str, list[int], list[float]]]
Terms = dict[tuple[int, ...], Any]


class Unreadable(Exception):
    """The file is no certificate of this format: damaged, cut off or foreign."""


class Refused(Exception):
    """The claim is false, or could not be proved; the message names the cell."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says; a formula is rows of (operation, rows it takes, its own numbers)."""

    formula: Table
    domain: list[list[float]]
    sigma: Table
    layers: list[tuple[list[list[float]], list[float]]]
    upper: float
    lower: float
    witness: list[float]
    cells: list[tuple[list[float], list[float], float]]
    rounding: float = 0.0
    trusted: tuple[str, ...] = ()


def check(claim: Claim, progress: Callable[[int, int], None] | None = None) -> None:
    """Prove the claim of a file again.

    Raises
    ------
    Refused
    """
    if not claim.formula:
        raise Refused(
            "f has no formula in the file, only a modulus on trust: nothing can be checked"
        )
    for number, (_, _, bound) in enumerate(claim.cells):
        if not bound <= claim.upper:
            raise Refused(f"cell {number} has the bound {bound!r}, above the claim {claim.upper!r}")
    with _exactly():
        _cover(claim)
        proof, box = Proof(claim), zip(claim.domain, claim.witness, strict=True)
        seen = proof.gap(list(map(arb, claim.witness)), arb(claim.lower) / 2**80).low
        if not (seen >= claim.lower and all(a <= x <= b for (a, b), x in box)):
            raise Refused(f"|f − g| is not proved to reach {claim.lower!r} at {claim.witness}")
        for number in range(len(claim.cells)):
            proof.confirm(number)
            if progress:
                progress(number + 1, len(claim.cells))


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


def _cover(claim: Claim) -> None:
    """Check that the cells cover the box: cut it at their sides until each part lies in one."""
    cells = [(low, high, number) for number, (low, high, _) in enumerate(claim.cells)]
    parts = [([a for a, _ in claim.domain], [b for _, b in claim.domain], cells)]
    while parts:
        low, high, around = parts.pop()
        near = [c for c in around if all(map(lt, c[0], high)) and all(map(lt, low, c[1]))]
        if any(all(map(le, p, low)) and all(map(ge, q, high)) for p, q, _ in near):
            continue
        sides = [[v[j] for cell in near for v in cell[:2]] for j in range(len(low))]
        inner = [[v for v in s if p < v < q] for s, p, q in zip(sides, low, high, strict=True)]
        axis = max(range(len(low)), key=lambda j: len(inner[j]))
        if not near:
            beside = [n for p, q, n in around if all(map(le, p, high)) and all(map(le, low, q))]
            raise Refused(
                f"no cell covers the part of the box from {_place(low)} to {_place(high)}"
                + (f", beside cell {min(beside)}" if beside else "")
            )
        middle = sorted(inner[axis])[len(inner[axis]) // 2]
        cut = [[*end[:axis], middle, *end[axis + 1 :]] for end in (low, high)]
        parts += [(low, cut[1], near), (cut[0], high, near)]


def _place(point: Sequence[Any]) -> str:
    return "(" + ", ".join(f"{float(v):.17g}" for v in point) + ")"


class Proof:
    """The proof of a claim, cell by cell."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.network: Ridges | Deep = (Ridges if len(claim.layers) == 2 else Deep)(claim)

    def confirm(self, number: int) -> None:
        """Prove |f − g| ≤ bound on a cell, in parts where need be."""
        low, high, limit = self.claim.cells[number]
        bound, name = arb(limit), f"cell {number}, {_place(low)} to {_place(high)}"
        order = max(6, (14 - int(log10(limit))) // len(low)) if limit > 1e-14 else MOST_TERMS
        parts = [(Cell.of(list(map(arb, low)), list(map(arb, high))), 0)]
        budget = MOST_PARTS // 4 ** (len(low) - 1)
        for _ in range(budget):
            if not parts:
                return
            cell, depth = parts.pop()
            least = self._failure(cell, order, bound, bound / 2 ** (10 + depth))
            if least is None:
                continue
            at = _place(cell.centre)
            if least > bound:
                raise Refused(
                    f"{name}: |f − g| ≥ {float(least)!r} at {at}, past its bound {limit!r}"
                )
            if depth == HALVINGS:
                raise Refused(f"{name}: no proof of its bound {limit!r} was found about {at}")
            halves = cell.halves(self.network.kink(cell))
            parts.extend((half, depth + 1) for half in reversed(halves))
        raise Refused(f"{name}: no proof of its bound {limit!r} was found in {budget:,} parts")

    def _failure(self, cell: Cell, order: int, bound: Any, blur: Any) -> Any:
        """Prove it without halving the cell; else tell how large |f − g| is at the centre."""
        formula, start = self.claim.formula, (0,) * len(cell.low)
        rows = intervals(formula, cell.sides)
        g = self.network.model(cell, order, blur)
        least = arb(0)
        for f in (taylor(cell, order, lambda x: series(formula, x, rows)), Model({}, rows[-1])):
            if f is None:
                continue
            rest = f.rest - g.rest
            h = f.plus(Model({k: -c for k, c in g.terms.items()}, g.rest)).terms
            scaled = {start: arb(0)} | {k: c * _monomial(cell.radius, k) for k, c in h.items()}
            if stays(scaled, -bound - rest.low, bound - rest.high):
                return None
            least = max(least, abs(rest + Interval(scaled[start])).low)
        return least

    def gap(self, x: list[Any], blur: Any) -> Interval:
        """Bound |f(x) − g(x)| at a point."""
        value = intervals(self.claim.formula, list(map(Interval, x)))[-1]
        g = self.network.model(Cell.of(x, x), 1, blur)
        return abs(value - g.rest - Interval(g.terms.get((0,) * len(x), arb(0))))


def stays(p: Terms, bottom: Any, top: Any) -> bool:
    """Prove bottom ≤ p(t) ≤ top for |t_j| ≤ 1: Bernstein coefficients are bounds, also by halves.

    The polynomial is the tensor of its coefficients along each variable, first variable first.
    """
    dimension, size = len(next(iter(p))), 1 + max(max(powers) for powers in p)
    tensor = [p.get(powers, 0) for powers in product(range(size), repeat=dimension)]
    for _ in range(dimension):
        tensor = _along(_bernstein(size), tensor)
    ends = [sum(place) for place in product(*((0, (size - 1) * size**j) for j in range(dimension)))]
    parts = [(tensor, 0)]
    while parts:
        tensor, depth = parts.pop()
        if all(bottom <= c <= top for c in tensor):
            continue
        # what stands in the corners are values
        if depth == MOST_CUTS or not all(bottom <= tensor[i] <= top for i in ends):
            return False
        parts += [(_along(half, tensor), depth + 1) for half in _halves(size)]
    return True


def _along(matrix: Any, tensor: list[Any]) -> list[Any]:
    """Apply a matrix along the first variable of a tensor, which then becomes the last."""
    size = matrix.ncols()
    moved = (matrix * arb_mat(size, len(tensor) // size, tensor)).transpose()
    entries: list[Any] = moved.entries()
    return entries


@lru_cache(maxsize=64)
def _bernstein(size: int) -> Any:
    """Make Bernstein coefficients of those of 1, t, t², …: t = 2s − 1 for 0 ≤ s ≤ 1."""
    m = size - 1
    rows = [
        [
            sum(
                comb(j, i) * 2**i * (-1) ** (j - i) * fmpq(comb(k, i), comb(m, i))
                for i in range(j + 1)
            )
            for j in range(size)
        ]
        for k in range(size)
    ]
    return arb_mat(rows)


@lru_cache(maxsize=64)
def _halves(size: int) -> list[Any]:
    """Make Bernstein coefficients of each half of an interval of those of the whole."""
    left = [[fmpq(comb(k, i), 2**k) for i in range(size)] for k in range(size)]
    return [arb_mat(left), arb_mat([row[::-1] for row in left[::-1]])]


class Cell(NamedTuple):
    """A box: exact corners, a centre, and radii rounded up."""

    low: list[Any]
    high: list[Any]
    centre: list[Any]
    radius: list[Any]

    @classmethod
    def of(cls, low: list[Any], high: list[Any]) -> Cell:
        """Take the centre, rounded to 256 bits."""
        centre = [((p + q) / 2).mid() for p, q in zip(low, high, strict=True)]
        corners = zip(low, centre, high, strict=True)
        return cls(
            low, high, centre, [max((q - c).upper(), (c - p).upper()) for p, c, q in corners]
        )

    @property
    def sides(self) -> list[Interval]:
        """The box as intervals."""
        return [Interval(p, q) for p, q in zip(self.low, self.high, strict=True)]

    def halves(self, place: Any = None) -> list[Cell]:
        """Cut the longest side, at the centre if at no other place."""
        axis = self.radius.index(max(self.radius))
        place = self.centre[axis] if place is None else place
        low, high = ([*end[:axis], place, *end[axis + 1 :]] for end in (self.low, self.high))
        return [Cell.of(self.low, high), Cell.of(low, self.high)]


class Model(NamedTuple):
    """A polynomial in y = x − c, and an interval: for x in the cell, the sum holds the value."""

    terms: Terms
    rest: Interval

    def plus(self, other: Model) -> Model:
        """Add two of them."""
        terms = dict(self.terms)
        for powers, c in other.terms.items():
            terms[powers] = terms.get(powers, 0) + c
        return Model(terms, self.rest + other.rest)


def taylor(cell: Cell, order: int, function: Callable[[list[Any]], Any]) -> Model | None:
    """Enclose a function on a cell by its Taylor polynomial and the remainder."""
    expansion = expand(function, cell.centre, [side.ball for side in cell.sides], order)
    if expansion is None:
        return None
    terms, last = expansion
    size = sum((abs(c) * _monomial(cell.radius, powers) for powers, c in last.items()), arb(0))
    return Model(terms, Interval(-size.upper(), size.upper()))


def _monomial(values: Sequence[Any], powers: Sequence[int]) -> Any:
    return prod((v**k for v, k in zip(values, powers, strict=True)), start=arb(1))


def expand(
    function: Callable[[list[Any]], Any], points: Sequence[Any], balls: Sequence[Any], order: int
) -> tuple[Terms, Terms] | None:
    """Give the terms below an order about a point, and those of that order over a whole cell."""
    at, over = function(_variables(points, order)), function(_variables(balls, order + 1))
    if at is None or over is None:
        return None
    try:
        terms, last = _terms(at, len(points), order), _terms(over, len(points), order + 1)
    except ValueError:
        return None
    last = {powers: c for powers, c in last.items() if sum(powers) == order}
    finite = all(c.is_finite() for c in (*terms.values(), *last.values()))
    return (terms, last) if finite else None


class Ridges:
    """A network of one hidden layer: g(x) = Σ a_i σ(b_i·x + c_i) and a bias."""

    def __init__(self, claim: Claim) -> None:
        (slopes, biases), ((weights,), (last,)) = claim.layers
        merged: dict[tuple[float, ...], dict[float, Any]] = {}
        for slope, bias, weight in zip(slopes, biases, weights, strict=True):
            group = merged.setdefault(tuple(b + 0.0 for b in slope), {})
            group[bias + 0.0] = group.get(bias + 0.0, arb(0)) + arb(weight)
        self.sigma, self.constant = Sigma(claim.sigma), Interval(arb(last))
        for bias, weight in merged.pop((0.0,) * len(claim.domain), {}).items():
            self.constant += self.sigma.over(Interval(arb(bias))) * Interval(weight)
        self.groups = [Group(slope, list(units.items())) for slope, units in merged.items()]

    def model(self, cell: Cell, order: int, blur: Any) -> Model:
        """Enclose g on a cell; what is summed in advance blurs it by no more than is asked for."""
        model = Model({}, self.constant)
        for group in self.groups:
            reach = 0.0
            while True:
                far, near = self._split(group, cell, reach)
                if far.rest.width <= blur or len(near) == len(group.biases):
                    break
                reach = max(4 * reach, 1.0)
            model = model.plus(far).plus(group.near(self.sigma, cell, near, order))
        return model

    def kink(self, cell: Cell) -> Any:
        """Find where a unit such as ReLU, in one coordinate, is best cut."""
        if len(cell.low) == 1 and self.sigma.straight:
            for group in self.groups:
                for i in self._split(group, cell, 0.0)[1]:
                    place = (-arb(group.biases[i]) / group.slope[0]).mid()
                    if cell.low[0] < place < cell.high[0]:
                        return place
        return None

    def _split(self, group: Group, cell: Cell, reach: float) -> tuple[Model, range]:
        """Sum the units whose arguments are past ±reach on the cell, and give the others."""
        base, biases = _total(group.slope, cell.sides), group.biases
        first = bisect_left(biases, float(-base.high - reach))
        last = max(bisect_right(biases, float(reach - base.low)), first)
        sums = Model({}, Interval(arb(0)))
        if first > 0:
            left = Interval(-INF, base.high + biases[first - 1])
            sums = sums.plus(group.far(self.sigma, left, 0, first, cell.centre))
        if last < len(biases):
            right = Interval(base.low + biases[last], INF)
            sums = sums.plus(group.far(self.sigma, right, last, len(biases), cell.centre))
        return sums, range(first, last)


class Group:
    """Units of one slope b in the order of their biases, with the sums of those before each."""

    def __init__(self, slope: tuple[float, ...], units: list[tuple[float, Any]]) -> None:
        units.sort(key=lambda unit: unit[0])
        self.slope, self.biases = [arb(v) for v in slope], [bias for bias, _ in units]
        self.weights = [weight for _, weight in units]
        raised, lowered = ([max(s * w, arb(0)) for w in self.weights] for s in (1, -1))
        shifted = [weight * arb(bias) for bias, weight in units]
        columns = (raised, lowered, self.weights, shifted)
        self.sums = [list(accumulate(column, initial=arb(0))) for column in columns]
        self._expanded: dict[int, Terms] = {}

    def far(self, sigma: Sigma, u: Interval, first: int, last: int, centre: list[Any]) -> Model:
        """Sum the units from first to last, whose arguments all lie in the half line u."""
        slope, rest = sigma.tail(u)
        raised, lowered, weight, shifted = (s[last] - s[first] for s in self.sums)
        rest = rest * Interval(raised) - rest * Interval(lowered)
        if slope == 0:
            return Model({}, rest)
        line = {k: slope * weight * b for k, b in zip(_units(len(centre)), self.slope, strict=True)}
        line[(0,) * len(centre)] = slope * (weight * _dot(self.slope, centre) + shifted)
        return Model(line, rest)

    def near(self, sigma: Sigma, cell: Cell, which: range, order: int) -> Model:
        """Sum the units that may switch on the cell: as a polynomial those that are soft there."""
        base, middle = _total(self.slope, cell.sides), _dot(self.slope, cell.centre)
        sums, last, rest = [arb(0)] * order, arb(0), Interval(arb(0))
        for i in which:
            u, weight = base + Interval(arb(self.biases[i])), self.weights[i]
            unit = sigma.expand(middle + self.biases[i], u, order)
            if unit is not None:
                sums = [s + weight * c for s, c in zip(sums, unit[0].values(), strict=True)]
                last += abs(weight * unit[1][(order,)])
            else:
                rest += sigma.over(u) * Interval(weight)
        size = (last * _dot([abs(b) for b in self.slope], cell.radius) ** order).upper()
        terms = {powers: m * sums[sum(powers)] for powers, m in self._powers(order).items()}
        return Model(terms if which else {}, rest + Interval(-size, size))

    def _powers(self, order: int) -> Terms:
        """Expand (b·y)^k into powers of y, for each k below an order."""
        if order not in self._expanded:
            rows = product(range(order), repeat=len(self.slope))
            self._expanded[order] = {
                powers: _monomial(self.slope, powers) * _multinomial(powers)
                for powers in rows
                if sum(powers) < order
            }
        return self._expanded[order]


def _multinomial(powers: Sequence[int]) -> int:
    return prod(comb(total, k) for total, k in zip(accumulate(powers), powers, strict=True))


def _dot(u: Sequence[Any], v: Sequence[Any]) -> Any:
    return sum((q * p for p, q in zip(u, v, strict=True)), arb(0))


def _total(weights: Sequence[Any], values: Sequence[Interval]) -> Interval:
    terms = (v * Interval(w) for w, v in zip(weights, values, strict=True))
    return sum(terms, Interval(arb(0)))


def _units(dimension: int) -> list[tuple[int, ...]]:
    """List the powers of the single variables."""
    return [tuple(int(i == j) for i in range(dimension)) for j in range(dimension)]


class Sigma:
    """σ over intervals and half lines."""

    def __init__(self, rows: Table) -> None:
        self.rows = rows
        fixed = [name in ("constant", "pi") for name, _, _ in rows]
        self.straight = all(
            name in STRAIGHT
            or (name == "multiply" and (fixed[places[0]] or fixed[places[1]]))
            or (name == "divide" and fixed[places[1]])
            for name, places, _ in rows
        )

    def over(self, u: Interval) -> Interval:
        """Bound σ on an interval; on a wide one by its range over the whole line too."""
        value = intervals(self.rows, [u])[-1]
        return value if u.width < 1 else value.cut(self.whole.low, self.whole.high)

    @cached_property
    def whole(self) -> Interval:
        """The range of σ over the whole line, to within 2^−14 where that is finite."""
        return Interval(-self._most(-1), self._most(1))

    def _most(self, sign: int) -> Any:
        """Bound sup ±σ from above: halve the intervals on which it may exceed what was seen."""
        ends = [-INF, *map(arb, range(-1024, 1025, 32)), INF]
        pieces, seen, most = [Interval(p, q) for p, q in pairwise(ends)], -INF, -INF
        while pieces:
            halves = []
            for u in pieces:
                middle = ((u.low + u.high) / 2).mid()
                values = [intervals(self.rows, [v])[-1] for v in (u, Interval(middle))]
                top, value = (v.high if sign > 0 else -v.low for v in values)
                finite = bool(middle.is_finite())
                seen = max(seen, value - values[1].width) if finite else seen
                if top - seen < 2.0**-14 or not finite or len(pieces) > 4096:
                    most = max(most, top)
                else:
                    halves += [Interval(u.low, middle), Interval(middle, u.high)]
            pieces = halves
        return most

    def expand(self, middle: Any, u: Interval, order: int) -> tuple[Terms, Terms] | None:
        """Expand σ about the middle of an interval, where it is soft enough."""
        if not u.width < 4:
            return None
        rows = intervals(self.rows, [u])
        return expand(lambda v: series(self.rows, v, rows), [middle], [u.ball], order)

    def tail(self, u: Interval) -> tuple[Any, Interval]:
        """Give α and R so that σ(v) lies in αv + R on a half line; α is 0 but for straight ends."""
        rows = intervals(self.rows, [u])
        line = series(self.rows, [arb_series([0, 1], 2)], rows) if self.straight else None
        if line is None:
            return arb(0), rows[-1]
        start, slope = _coefficients(line, 2)
        return slope, Interval(start)


class Deep:
    """A network of more hidden layers."""

    def __init__(self, claim: Claim) -> None:
        self.sigma = claim.sigma
        self.layers = [
            ([list(map(arb, row)) for row in weight], list(map(arb, bias)))
            for weight, bias in claim.layers
        ]

    def model(self, cell: Cell, order: int, _blur: Any) -> Model:
        """Enclose g on a cell, by a polynomial where σ is smooth on what its units get there."""
        rows: list[list[list[Interval]]] = []
        values = cell.sides
        for weight, bias in self.layers:
            sums = [_total(row, values) + Interval(b) for row, b in zip(weight, bias, strict=True)]
            rows.append([intervals(self.sigma, [u]) for u in sums])
            values = [row[-1] for row in rows[-1]]
        model = taylor(cell, order, lambda x: self._series(x, rows))
        return model or Model({}, sums[0])

    def kink(self, _cell: Cell) -> Any:
        """Know no better place to cut than the centre."""
        return None

    def _series(self, x: list[Any], rows: list[list[list[Interval]]]) -> Any:
        """Put power series through the layers."""
        for (weight, bias), ranges in zip(self.layers, rows, strict=True):
            sums = [_dot(row, x) + b for row, b in zip(weight, bias, strict=True)]
            x = [series(self.sigma, [u], row) for u, row in zip(sums, ranges, strict=True)]
            if any(v is None for v in x):
                return None
        return sums[0]


def intervals(table: Table, box: Sequence[Interval]) -> list[Interval]:
    """Bound every row of a formula over a box.

    A comparison stays open where one of its sides may have no real value.
    """
    values: list[Interval] = []
    partial: set[int] = set()
    for row, (name, places, own) in enumerate(table):
        given = [values[i] for i in places]
        unsure = not partial.isdisjoint(places)
        twice = len(places) == 2 and places[0] == places[1]
        if name == "coordinate":
            value = box[int(own[0])]
        elif name == "constant":
            value = Interval(arb(own[0]))
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
    """Tell whether an operation is real for all values of its arguments."""
    if name in ("divide", "xlogy") or (name == "power" and own[0] < 0 and own[0] % 1 == 0):
        return bool(given[-1].low > 0 or (given[-1].high < 0 and name != "xlogy"))
    if name == "power":
        return own[0] % 1 == 0 or bool(given[0].low > 0 or (given[0].low == 0 and own[0] > 0))
    *_, first, last = RISING.get("arcsin" if name == "arccos" else name, (-INF, INF))
    return name != "tan" and all(u.low >= first and u.high <= last for u in given)


def series(table: Table, inputs: Sequence[Any], ranges: Sequence[Interval]) -> Any:
    """Make a power series of a formula, from those of its coordinates; None where it has none."""
    values: list[Any] = []
    for name, places, own in table:
        given, value = [values[i] for i in places], None
        if name == "coordinate":
            value = inputs[int(own[0])]
        elif name in ("constant", "pi"):
            value = arb(own[0]) if own else arb.pi()
        elif name in CHOICES:
            value = _chosen(name, given, [ranges[i] for i in places], own)
        elif all(v is not None for v in given):
            with suppress(ValueError, ZeroDivisionError):
                value = _smooth(name, given, own)
        values.append(value)
    return values[-1]


def _smooth(name: str, given: list[Any], own: list[float]) -> Any:
    if name in ARITHMETIC or not isinstance(given[-1], Jet):
        return SMOOTH[name](*given, *own)
    if name == "xlogy":
        return given[0] * given[1].of(SMOOTH["log"])
    return given[0].of(lambda u: SMOOTH[name](u, *own))


def _chosen(name: str, given: list[Any], ranges: list[Interval], own: list[float]) -> Any:
    """Give the branch that holds on the whole cell; None where that is open."""
    first, second = ranges[0], ranges[-1]
    if name == "where":
        return given[1] if first.low == 1 else given[2] if first.high == 0 else None
    if name in ("minimum", "maximum"):
        less, more = given if name == "minimum" else given[::-1]
        return less if first.high <= second.low else more if second.high <= first.low else None
    if name == "sign":
        return first.low.sgn() if first.low.sgn() == first.high.sgn() else None
    if name == "absolute" and given[0] is not None:
        return given[0] if first.low >= 0 else -given[0] if first.high <= 0 else None
    if name == "interp" and given[0] is not None:
        half = len(own) // 2
        inside = bisect_right(own, first.low, 0, half) < bisect_left(own, first.high, 0, half)
        middle = (first.low + first.high) / 2
        return None if inside or first.low == first.high else _line(own, middle, given[0])
    return None


class Interval:
    """All numbers from low to high, which may be infinite; each operation rounds outward."""

    __slots__ = ("high", "low")

    def __init__(self, low: Any, high: Any = None) -> None:
        self.low, self.high = low.lower(), (low if high is None else high).upper()
        if self.low.is_nan() or self.high.is_nan():
            self.low, self.high = -INF, INF

    @staticmethod
    def hull(*balls: Any) -> Interval:
        """Give the least interval that holds some balls."""
        if any(ball.is_nan() for ball in balls):
            return Interval(-INF, INF)
        return Interval(min(ball.lower() for ball in balls), max(ball.upper() for ball in balls))

    def __contains__(self, value: Any) -> bool:
        return bool(self.low <= value <= self.high)

    @property
    def width(self) -> Any:
        """What it is long, rounded up."""
        return (self.high - self.low).upper()

    @property
    def ball(self) -> Any:
        """A ball that holds it."""
        return self.low.union(self.high)

    def cut(self, low: Any, high: Any) -> Interval:
        """Leave out what is known not to be reached."""
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
        return Interval(arb(0) if 0 in self else min(ends), max(ends))

    def __pow__(self, exponent: float) -> Interval:
        if exponent < 0:
            return Interval(arb(1)) / self ** (-exponent)
        if exponent % 1:
            return _rising(lambda u: u ** arb(exponent), self, RISING["sqrt"])
        base = abs(self) if exponent % 2 == 0 else self
        return Interval(
            _whole_power(base.low, int(exponent)), _whole_power(base.high, int(exponent))
        )


def _rising(function: Callable[[Any], Any], u: Interval, known: tuple[Any, ...]) -> Interval:
    """Bound an increasing function by its values at the ends and by what is known of it."""
    least, most, first, last = known
    if u.high < first or u.low > last:
        return Interval(-INF, INF)
    inside = u.cut(first, last)
    low, high = Interval(function(inside.low)), Interval(function(inside.high))
    return Interval(low.low, high.high).cut(least, most)


def _entropy(u: Interval) -> Interval:
    """Bound u log u, which is 0 at 0 and has its least value at 1/e."""
    u, least = u.cut(0, INF), (-arb(1)).exp()
    ends = (arb(0) if v == 0 else v * v.log() for v in (u.low, u.high))
    bottom = [] if u.high < least or u.low > least else [-least]
    return Interval.hull(*ends, *bottom)


def _interp(u: Interval, *numbers: float) -> Interval:
    """Bound a piecewise linear function, knots and then values, by its ends and inner knots."""
    half = len(numbers) // 2
    inner = range(bisect_right(numbers, u.low, 0, half), bisect_left(numbers, u.high, 0, half))
    ends = (_line(numbers, end, end) for end in (u.low, u.high))
    return Interval.hull(*ends, *(arb(numbers[half + i]) for i in inner))


def _line(numbers: Sequence[float], place: Any, u: Any) -> Any:
    """Give the linear piece at a place as a function of u, a ball or a series."""
    half = len(numbers) // 2
    i = bisect_right(numbers, place, 0, half)
    if i in (0, half):
        return arb(numbers[half if i == 0 else -1])
    left, right, start, end = (arb(numbers[j]) for j in (i - 1, i, half + i - 1, half + i))
    return (u - left) * ((end - start) / (right - left)) + start


def _truth(yes: bool, no: bool) -> Interval:
    return Interval(arb(int(yes)), arb(int(not no)))


def _whole_power(u: Any, exponent: int) -> Any:
    """Multiply a ball or a series by itself, n > 0 times in all."""
    result: Any = 1
    while exponent:
        result = result * u if exponent % 2 else result
        u, exponent = u * u, exponent // 2
    return result


def _power(u: Any, exponent: float) -> Any:
    if isinstance(u, Interval):
        return u**exponent
    if exponent % 1:
        return (u.log() * arb(exponent)).exp()
    return _whole_power(u, int(exponent)) if exponent > 0 else 1 / _whole_power(u, int(-exponent))


def _positive(u: Any) -> bool:
    return bool((u if isinstance(u, arb) else u[0]) > 0)


def _expit(u: Any) -> Any:
    return 1 / (1 + (-u).exp()) if _positive(u) else u.exp() / (1 + u.exp())


def _cbrt(u: Any) -> Any:
    if isinstance(u, arb):
        return u.root(3) if u >= 0 else -(-u).root(3)
    return (u.log() / 3).exp() if _positive(u) else -((-u).log() / 3).exp()


def _arcsinh(u: Any) -> Any:
    return (u + (u * u + 1).sqrt()).log() if _positive(u) else -((u * u + 1).sqrt() - u).log()


SMOOTH: Final[dict[str, Callable[..., Any]]] = {
    "add": add,
    "subtract": sub,
    "multiply": mul,
    "divide": truediv,
    "negative": neg,
    "power": _power,
    "sqrt": lambda u: u.sqrt(),
    "cbrt": _cbrt,
    "exp": lambda u: u.exp(),
    "expm1": lambda u: u.exp() - 1,
    "log": lambda u: u.log(),
    "log1p": lambda u: (u + 1).log(),
    "xlogy": lambda u, v: u * v.log(),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "tan": lambda u: u.tan(),
    "arcsin": lambda u: u.asin(),
    "arccos": lambda u: u.acos(),
    "arctan": lambda u: u.atan(),
    "sinh": lambda u: (u.exp() - (-u).exp()) / 2,
    "cosh": lambda u: (u.exp() + (-u).exp()) / 2,
    "tanh": lambda u: _expit(2 * u) * 2 - 1,
    "arcsinh": _arcsinh,
    "arccosh": lambda u: (u + (u * u - 1).sqrt()).log(),
    "arctanh": lambda u: ((1 + u) / (1 - u)).log() / 2,
    "sinc": lambda u: u.sin() / u,
    "expit": _expit,
    "erf": lambda u: u.erf(),
}
"""Smooth operations, of balls and of power series alike."""

ARITHMETIC: Final = ("add", "subtract", "multiply", "divide", "negative")

RISING: Final[dict[str, tuple[Any, Any, Any, Any]]] = {
    **dict.fromkeys(("cbrt", "arctan", "sinh", "arcsinh"), (-INF, INF, -INF, INF)),
    **dict.fromkeys(("arcsin", "arctanh"), (-INF, INF, -1, 1)),
    **dict.fromkeys(("tanh", "erf"), (-1, 1, -INF, INF)),
    "sqrt": (0, INF, 0, INF),
    "exp": (0, INF, -INF, INF),
    "expm1": (-1, INF, -INF, INF),
    "log": (-INF, INF, 0, INF),
    "log1p": (-INF, INF, -1, INF),
    "arccosh": (0, INF, 1, INF),
    "expit": (0, 1, -INF, INF),
}
"""Those that increase: their least and most value, and from where to where they are real."""

RULES: Final[dict[str, Callable[..., Interval]]] = {
    **{name: SMOOTH[name] for name in (*ARITHMETIC, "power")},
    **{name: lambda u, n=name: _rising(SMOOTH[n], u, RISING[n]) for name in RISING},
    "pi": lambda: Interval(arb.pi()),
    "xlogy": lambda u, v: u * RULES["log"](v),
    "sin": lambda u: Interval(u.ball.sin()).cut(-1, 1),
    "cos": lambda u: Interval(u.ball.cos()).cut(-1, 1),
    "tan": lambda u: Interval(u.ball.tan()),
    "arccos": lambda u: Interval(arb.pi() / 2) - RULES["arcsin"](u),
    "cosh": lambda u: _rising(SMOOTH["cosh"], abs(u), (1, INF, 0, INF)),
    "sinc": lambda u: Interval(u.ball.sinc()).cut(-0.25, 1),
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
}
"""What each operation makes of intervals."""

COMPARISONS: Final = {"less", "less_equal", "equal"}
CONDITIONS: Final = {*COMPARISONS, "logical_and", "logical_or", "logical_not"}
CHOICES: Final = {*CONDITIONS, "absolute", "sign", "minimum", "maximum", "where", "interp"}
STRAIGHT: Final = {"coordinate", "constant", "pi", "add", "subtract", "negative", *CHOICES}
ARITY: Final = {
    **dict.fromkeys(RULES, 1),
    **dict.fromkeys(["add", "subtract", "multiply", "divide", "xlogy", "minimum", "maximum"], 2),
    **dict.fromkeys([*COMPARISONS, "logical_and", "logical_or"], 2),
    "where": 3,
    **dict.fromkeys(["pi", "coordinate", "constant"], 0),
}


class Jet:
    """A power series in several variables, as one in the last whose coefficients are in the others.

    Terms from the power `order` of a variable on are left out.
    """

    def __init__(self, terms: Sequence[Any], order: int) -> None:
        self.terms, self.order = list(terms[:order]), order

    def __add__(self, other: Any) -> Jet:
        terms = other.terms if isinstance(other, Jet) else [other]
        return Jet([p + q for p, q in zip_longest(self.terms, terms, fillvalue=0)], self.order)

    def __mul__(self, other: Any) -> Jet:
        terms: list[Any] = [0] * self.order
        factor = other.terms if isinstance(other, Jet) else [other]
        for i, p in enumerate(self.terms):
            for j, q in enumerate(factor[: self.order - i]):
                terms[i + j] += p * q
        return Jet(terms, self.order)

    def __neg__(self) -> Jet:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __truediv__(self, other: Any) -> Any:
        return self * (other.of(lambda u: 1 / u) if isinstance(other, Jet) else 1 / other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __rtruediv__(self, other: Any) -> Any:
        return self.of(lambda u: 1 / u) * other

    __radd__, __rmul__ = __add__, __mul__

    def of(self, function: Callable[[Any], Any]) -> Jet:
        """Put it into a function of one variable, given by what that makes of a series."""
        start = self.terms[0]
        while not isinstance(start, arb):
            start = start.terms[0] if isinstance(start, Jet) else start[0]
        outer = _coefficients(function(arb_series([start, 1], self.order)), self.order)
        result, rest = Jet([outer[-1]], self.order), _varying(self)
        for coefficient in reversed(outer[:-1]):
            result = result * rest + coefficient
        return result


def _varying(series: Any) -> Any:
    """Leave out the constant term."""
    if isinstance(series, Jet):
        return Jet([_varying(series.terms[0]), *series.terms[1:]], series.order)
    return arb(0) if isinstance(series, arb) else arb_series([0, *series.coeffs()[1:]], series.prec)


def _coefficients(series: Any, order: int) -> list[Any]:
    """List that many coefficients of a series in one variable, or of a constant."""
    given = [series] if isinstance(series, arb | int) else series.coeffs()
    if isinstance(series, arb_series) and series.prec < order:
        raise ValueError("a series cut off too early")
    return [*map(arb, given[:order]), *[arb(0)] * (order - len(given))]


def _terms(value: Any, dimension: int, order: int) -> Terms:
    """List the coefficients of all powers below a total degree."""
    if dimension == 1:
        return {(k,): c for k, c in enumerate(_coefficients(value, order))}
    rows = value.terms if isinstance(value, Jet) else [value]
    inner = (_terms(row, dimension - 1, order - k).items() for k, row in enumerate(rows))
    return {(*powers, k): c for k, row in enumerate(inner) for powers, c in row}


def _variables(points: Sequence[Any], order: int) -> list[Any]:
    """Expand the coordinates about a point, or about all points of some balls."""
    if len(points) == 1:
        return [arb_series([points[0], 1], order)]
    inner = [Jet([v], order) for v in _variables(points[:-1], order)]
    return [*inner, Jet([points[-1], 1], order)]


FORMAT: Final = "uat certificate 1"
LARGEST: Final = 50_000_000

FORMLESS: Final = (
    LookupError, TypeError, ValueError, OverflowError, RecursionError, MemoryError,
)  # fmt: skip
"""What reading raises on what is no certificate."""


def read(path: str | Path) -> Claim:
    """Read the file of a certificate; its form is checked, nothing in it is believed.

    Raises
    ------
    Unreadable
    """
    try:
        if Path(path).stat().st_size > LARGEST:
            raise Unreadable(f"{path} is larger than {LARGEST:,} bytes")
        return _claim(json.loads(Path(path).read_text("utf-8")))
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
    except FORMLESS as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise Unreadable(f"{path} is damaged or no certificate: {reason:.150}") from None


def _claim(words: dict[str, Any]) -> Claim:
    if words["format"] != FORMAT:
        raise ValueError(f"it does not say {FORMAT!r}")
    network, domain = words["network"], [_numbers(pair) for pair in words["domain"]]
    layers = [
        ([_numbers(w) for w in rows["weight"]], _numbers(rows["bias"]))
        for rows in network["layers"]
    ]
    widths = [len(domain), *(len(bias) for _, bias in layers)]
    for (weight, bias), width in zip(layers, widths, strict=False):
        if len(weight) != len(bias) or any(len(row) != width for row in weight):
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
    formula = _table(words["target"]["expression"] or [], len(domain))
    sigma = _table(network["activation"]["expression"], 1)
    upper, lower = _number(words["upper"]), _number(words["lower"])
    rounding, trusted = _number(words["rounding"]), tuple(map(str, words["assumptions"]))
    return Claim(formula, domain, sigma, layers, upper, lower, witness, cells, rounding, trusted)


def _number(text: str) -> float:
    """Read a finite float, in hexadecimal as `float.hex` writes it."""
    if not re.fullmatch(r"-?0x[01]\.[0-9a-f]{1,13}p[+-]\d{1,4}", text, re.ASCII):
        raise ValueError(f"{text!r:.40} is no float in hexadecimal")
    return float.fromhex(text)


def _numbers(texts: list[str]) -> list[float]:
    return [_number(text) for text in texts]


def _table(rows: list[Any], dimension: int) -> Table:
    table: Table = []
    for row, (name, places, texts) in enumerate(rows):
        own = _numbers(texts)
        fits = name in ARITY and len(places) == ARITY[name]
        fits = fits and all(type(i) is int and 0 <= i < row for i in places)
        tested = places if "logical" in name else places[:1] if name == "where" else []
        fits = fits and all(table[i][0] in CONDITIONS for i in tested)
        if name == "interp":
            knots = own[: len(own) // 2]
            fits = fits and 0 < 2 * len(knots) == len(own) and all(map(lt, knots, knots[1:]))
        else:
            fits = fits and len(own) == (name in ("coordinate", "constant", "power"))
        if not fits or (name == "coordinate" and own[0] not in range(dimension)):
            raise ValueError(f"row {row} of a formula, {name!r:.40}, is not known or does not fit")
        table.append((name, places, own))
    return table


def main() -> int:
    """Check the file that is named on the command line."""
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
