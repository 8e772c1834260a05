"""Formulas that bend along whole hyperplanes, read exactly: what one hidden layer of ReLU can equal.

Such an f is, on its box,

    f(x) = s·x + r + Σ c_k |n_k·x − t_k|,

a sum of piecewise linear functions of one linear form n·x each. Formulas are read node by node, in
rational numbers: a sum adds the c_k, and what bends, such as |u|, is read where u is a function of
one form or keeps its sign. Where |u| is not of this kind, as max(x, y, 0), one of its creases is
found to end: at p it bends along a hyperplane, and at q, on the same hyperplane, it is straight.
A unit bends along all of its hyperplane, so no sum of units equals it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from typing import Final, NamedTuple

from uat.construct.polygon.straight import CONDITIONS, RULES, Line, Pieces, is_continuous
from uat.core.domain import Domain
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.graph import Expression, in_order
from uat.numerics.low_discrepancy import low_discrepancy

__all__ = ["Crease", "Folded", "absolute", "range_on", "read_creases"]

_MOST: Final = 256  # creases; a formula of more is not read
_POINTS: Final = 32  # places where a crease is looked for; more: more refusals are told why
_TRIED: Final = 4  # of them on each side of it; the same

Point = tuple[Fraction, ...]


class Crease(NamedTuple):
    """The hyperplane normal·x = offset; the normal is primitive, its first entry positive."""

    normal: tuple[int, ...]
    offset: Fraction

    def at(self, x: Point) -> Fraction:
        """Return normal·x − offset."""
        return _dot(self.normal, x) - self.offset


@dataclass(frozen=True, slots=True)
class Folded:
    """The function slope·x + start + Σ bends[crease] |crease at x|."""

    slope: Point
    start: Fraction
    bends: dict[Crease, Fraction]

    def __add__(self, other: "Folded") -> "Folded":
        bends = dict(self.bends)
        for crease, bend in other.bends.items():
            bends[crease] = bends.get(crease, Fraction(0)) + bend
        slope = tuple(p + q for p, q in zip(self.slope, other.slope, strict=True))
        return Folded(slope, self.start + other.start, {c: b for c, b in bends.items() if b})

    def __mul__(self, factor: Fraction | int) -> "Folded":
        bends = {c: b * factor for c, b in self.bends.items()} if factor else {}
        return Folded(tuple(s * factor for s in self.slope), self.start * factor, bends)

    def __sub__(self, other: "Folded") -> "Folded":
        return self + other * -1

    def at(self, x: Point) -> Fraction:
        """Evaluate it."""
        return (
            _dot(self.slope, x)
            + self.start
            + sum((bend * abs(crease.at(x)) for crease, bend in self.bends.items()), Fraction(0))
        )

    @property
    def is_constant(self) -> bool:
        """True if it is the same everywhere."""
        return not self.bends and not any(self.slope)

    @property
    def form(self) -> tuple[int, ...] | None:
        """The normal n of a function of n·x alone; None if there are several."""
        normals = {crease.normal for crease in self.bends}
        if any(self.slope):
            normals.add(_primitive(self.slope)[0])
        return normals.pop() if len(normals) == 1 else None


def range_on(domain: Domain, slope: Sequence[Fraction | int]) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest value of slope·x on a box."""
    ends = [
        sorted((s * Fraction(a), s * Fraction(b))) for s, (a, b) in zip(slope, domain, strict=True)
    ]
    return sum((e[0] for e in ends), Fraction(0)), sum((e[1] for e in ends), Fraction(0))


def absolute(u: Folded, domain: Domain) -> Folded:
    """Return |u| of an affine function on a box.

    >>> absolute(Folded((Fraction(2),), Fraction(-1), {}), ((0.0, 1.0),)).bends
    {Crease(normal=(1,), offset=Fraction(1, 2)): Fraction(2, 1)}
    """
    return _Reader(domain).absolute(u)


@lru_cache(maxsize=64)
def read_creases(target: Target) -> Folded | None:
    """Read f as a sum of piecewise linear functions of one linear form each; None if it is none.

    Raises CannotProve, with the reason, where f bends along a part of a hyperplane.

    >>> f = read_creases(Target("maximum(x, y)", [(0, 1), (0, 1)]))
    >>> [(crease.normal, bend) for crease, bend in f.bends.items()]
    [((1, -1), Fraction(1, 2))]
    """
    if target.expression is None:
        return None
    reader = _Reader(target.domain)
    for node in in_order(target.expression):
        try:
            value = reader.read(node)
        except _SeveralForms as several:
            reason = _ending(several.function, target.domain)
            if reason is None:
                return None
            part = "f" if node is target.expression else "a part of f"
            raise CannotProve(
                f"the creases of {part} end inside the box, as {reason}; no network with one hidden "
                "layer of ReLU equals it",
                "take fejer-korovkin, or a soft σ, such as logistic",
            ) from None
        if value is None or (isinstance(value, Folded) and len(value.bends) > _MOST):
            return None
        reader.values[node] = value
    last = reader.values[target.expression]
    return last if isinstance(last, Folded) else None


class _SeveralForms(Exception):
    """|u| is asked for, and u changes its sign and is no function of one form."""

    def __init__(self, function: Folded) -> None:
        super().__init__()
        self.function = function


@dataclass(frozen=True, slots=True)
class _Condition:
    """A comparison: 1 or 0 on each piece along a form."""

    form: tuple[int, ...]
    pieces: Pieces


class _Reader:
    """Reads the nodes of a formula on a box, each after its arguments."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.values: dict[Expression, Folded | _Condition] = {}

    def read(self, node: Expression) -> Folded | _Condition | None:
        """Read one node; None if it is not piecewise linear or not of this kind."""
        if node.operation == "constant":
            return self.constant(Fraction(node.data[0]))
        if node.operation == "coordinate":
            slope = [Fraction(0)] * len(self.domain)
            slope[int(node.data[0])] = Fraction(1)
            return Folded(tuple(slope), Fraction(0), {})
        given = [self.values[argument] for argument in node.arguments]
        if node.operation == "where" and isinstance(given[0], _Condition):
            return self.where(*given)  # type: ignore[arg-type]
        parts = [value for value in given if isinstance(value, Folded)]
        rule = _SUMS.get(node.operation)
        if len(parts) < len(given) or (rule is None and node.operation not in _BENDS):
            return None
        if rule is not None:
            return rule(*parts)
        if node.operation in ("maximum", "minimum"):
            u, v = parts
            side = 1 if node.operation == "maximum" else -1
            return (u + v + self.absolute(u - v) * side) * Fraction(1, 2)
        return self.along_one_form(node, *parts)

    def constant(self, value: Fraction) -> Folded:
        """Return a constant function."""
        return Folded((Fraction(0),) * len(self.domain), value, {})

    def absolute(self, u: Folded) -> Folded:
        """Return |u|."""
        low, high = self.range(u)
        if low >= 0 or high <= 0:
            return u * (1 if low >= 0 else -1)
        if u.form is None:
            raise _SeveralForms(u)
        pieces = RULES["absolute"](self.along(u, u.form))
        assert pieces is not None
        return self.across(pieces, u.form)

    def along_one_form(self, node: Expression, *parts: Folded) -> Folded | _Condition | None:
        """Apply an operation to a function of one form."""
        if node.operation == "absolute":
            return self.absolute(parts[0])
        u = parts[0] if len(parts) == 1 else parts[0] - parts[1]
        # a constant is a function of any form
        form = (1, *[0] * (len(self.domain) - 1)) if u.is_constant else u.form
        if form is None:
            return None
        given = [self.along(u, form)]
        if len(parts) == 2:
            given.append(([], [Line(Fraction(0), Fraction(0))]))
        pieces = RULES[node.operation](*given, *node.data)
        if pieces is None or len(pieces[0]) > _MOST:
            return None
        if node.operation in CONDITIONS:
            return _Condition(form, pieces)
        return self.across(pieces, form)

    def where(self, condition: _Condition, yes: Folded, no: Folded) -> Folded | None:
        """Choose between two functions that meet where the condition changes."""
        ends, truth = condition.pieces
        if not ends:
            return yes if truth[0].start else no
        more = yes - no
        if not more.is_constant and more.form != condition.form:
            return None
        zero: Pieces = [], [Line(Fraction(0), Fraction(0))]
        chosen = RULES["where"](condition.pieces, self.along(more, condition.form), zero)
        if chosen is None or not is_continuous(*chosen):
            return None
        return no + self.across(chosen, condition.form)

    def range(self, u: Folded) -> tuple[Fraction, Fraction]:
        """Bound u on the box, term by term."""
        low, high = range_on(self.domain, u.slope)
        low, high = low + u.start, high + u.start
        for crease, bend in u.bends.items():
            start, end = range_on(self.domain, crease.normal)
            most = bend * max(abs(start - crease.offset), abs(end - crease.offset))
            low, high = (low, high + most) if most > 0 else (low + most, high)
        return low, high

    def along(self, u: Folded, form: tuple[int, ...]) -> Pieces:
        """Return u as a function of its form."""
        first = next(i for i, n in enumerate(form) if n)
        places = sorted((crease.offset, bend) for crease, bend in u.bends.items())
        slope = u.slope[first] / form[first] - sum(bend for _, bend in places)
        lines = [Line(slope, u.start + sum(bend * place for place, bend in places))]
        for place, bend in places:
            slope, start = lines[-1]
            lines.append(Line(slope + 2 * bend, start - 2 * bend * place))
        return [place for place, _ in places], lines

    def across(self, pieces: Pieces, form: tuple[int, ...]) -> Folded:
        """Return a function of one form as one of x, without the creases outside the box."""
        low, high = range_on(self.domain, form)
        ends, lines = pieces
        inside = [i for i, end in enumerate(ends) if low < end < high]
        lines = [lines[sum(end <= low for end in ends)], *(lines[i + 1] for i in inside)]
        bends = {
            Crease(form, ends[i]): (q.slope - p.slope) / 2
            for i, (p, q) in zip(inside, pairwise(lines), strict=True)
            if p.slope != q.slope
        }
        slope = (lines[0].slope + lines[-1].slope) / 2
        start = lines[0].start - sum(bend * crease.offset for crease, bend in bends.items())
        return Folded(tuple(slope * n for n in form), start, bends)


def _times(u: Folded, v: Folded) -> Folded | None:
    if u.is_constant:
        return v * u.start
    return u * v.start if v.is_constant else None


def _over(u: Folded, v: Folded) -> Folded | None:
    return u * (1 / v.start) if v.is_constant and v.start else None


_SUMS: Final[dict[str, Callable[..., Folded | None]]] = {
    "add": Folded.__add__,
    "subtract": Folded.__sub__,
    "negative": lambda u: u * -1,
    "multiply": _times,
    "divide": _over,
}
_BENDS: Final = {"absolute", "maximum", "minimum", "interp", *CONDITIONS}


def _dot(u: Sequence[Fraction | int], v: Point) -> Fraction:
    return sum((p * q for p, q in zip(u, v, strict=True)), Fraction(0))


def _primitive(slope: Point) -> tuple[tuple[int, ...], Fraction]:
    """Return the primitive normal of a linear form, and the form's multiple of it."""
    common = math.lcm(*(s.denominator for s in slope))
    whole = [int(s * common) for s in slope]
    factor = math.gcd(*whole) * (1 if next(filter(None, whole)) > 0 else -1)
    return tuple(n // factor for n in whole), Fraction(factor, common)


def _ending(u: Folded, domain: Domain) -> str | None:
    """Find a crease of |u| that ends, and say where it is; None if none was found."""
    inside = [
        tuple(
            Fraction(a) + (Fraction(b) - Fraction(a)) * Fraction(share)
            for share, (a, b) in zip(row, domain, strict=True)
        )
        for row in low_discrepancy(len(domain), _POINTS).tolist()
    ]
    for p in _zeros(u, inside):
        slope = list(u.slope)
        for crease, bend in u.bends.items():
            side = 1 if crease.at(p) > 0 else -1
            slope = [s + side * bend * n for s, n in zip(slope, crease.normal, strict=True)]
        if not any(slope):
            continue
        line = Folded(tuple(slope), -_dot(tuple(slope), p), {})
        # no crease at q, and u is not 0 there: |u| is straight about q
        for q in _zeros(line, inside):
            if u.at(q) and all(crease.at(q) for crease in u.bends):
                place = ", ".join(f"{float(v):.3g}" for v in p)
                return f"the one through ({place}) does"
    return None


def _zeros(u: Folded, points: list[Point]) -> list[Point]:
    """Find zeros of u between points where it has different signs, none of them on a crease."""
    over = [x for x in points if u.at(x) > 0][:_TRIED]
    under = [x for x in points if u.at(x) < 0][:_TRIED]
    found = []
    for x, y in product(over, under):
        shares = {Fraction(0), Fraction(1)}
        for crease in u.bends:
            start, end = crease.at(x), crease.at(y)
            if start * end < 0:
                shares.add(start / (start - end))
        between = [_between(x, y, share) for share in sorted(shares)]
        for p, q in pairwise(between):
            start, end = u.at(p), u.at(q)
            if start > 0 > end:
                zero = _between(p, q, start / (start - end))
                if all(crease.at(zero) for crease in u.bends):
                    found.append(zero)
    return found


def _between(x: Point, y: Point, share: Fraction) -> Point:
    return tuple(p + (q - p) * share for p, q in zip(x, y, strict=True))
