"""Linear forms in a formula, found exactly: those in which it has kinks, and those that it sees.

Nodes that are affine in the coordinates are found in rational arithmetic. If |u|, min, max and sign
only have arguments that are multiples of one form w·x up to a constant, then f is made of branches
without a kink, one between each two neighbouring places on the axis of w·x.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, constant, in_order

__all__ = [
    "AffineForm",
    "Kinks",
    "affine_forms",
    "has_kinks",
    "is_float",
    "kinks_along_one_form",
    "nearest",
    "number",
    "settled",
]

_SMALL = Fraction(1, 2**900)  # numbers below it may have denominators past the range of float64
_KINKS = {"absolute", "sign", "minimum", "maximum"}


@dataclass(frozen=True, slots=True)
class AffineForm:
    """weights·x + constant, in rational numbers."""

    weights: tuple[Fraction, ...]
    constant: Fraction

    def plus(self, other: "AffineForm", share: Fraction) -> "AffineForm":
        """Return self + share · other."""
        pairs = zip(self.weights, other.weights, strict=True)
        weights = (a + share * b if b else a for a, b in pairs)
        return AffineForm(tuple(weights), self.constant + share * other.constant)

    @property
    def lead(self) -> int:
        """The first coordinate of the largest weight."""
        return max(range(len(self.weights)), key=lambda j: (abs(self.weights[j]), -j))

    @property
    def direction(self) -> tuple[Fraction, ...]:
        """The weights, that of the lead scaled to 1."""
        scale = self.weights[self.lead]
        return tuple(weight / scale for weight in self.weights)


@dataclass(frozen=True, slots=True)
class Kinks:
    """Where f has kinks, places of direction·x in increasing order, and its branches between."""

    direction: tuple[Fraction, ...]
    lead: int
    places: tuple[Fraction, ...]
    branches: tuple[Expression, ...]  # one more than places
    at: tuple[Expression, ...]  # f at each place, where the sign of 0 is 0


def affine_forms(f: Expression, dimension: int) -> dict[Expression, AffineForm]:
    """Find the nodes of a formula that are affine in the coordinates, constants among them."""
    found: dict[Expression, AffineForm] = {}
    none = (Fraction(0),) * dimension
    for node in in_order(f):
        inner = [found[a] for a in node.arguments if a in found]
        if node.operation == "coordinate":
            j = int(node.data[0])
            found[node] = AffineForm(
                tuple(Fraction(int(i == j)) for i in range(dimension)), Fraction(0)
            )
        elif node.operation == "constant":
            found[node] = AffineForm(none, Fraction(node.data[0]))
        elif inner and len(inner) == len(node.arguments):
            form = _combined(node.operation, inner)
            if form is not None:
                found[node] = form
    return found


def nearest(value: Fraction | int) -> float:
    """Return the nearest float, infinite past the range of floats."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def is_float(value: Fraction) -> bool:
    """Return True if a number is a float."""
    near = nearest(value)
    return math.isfinite(near) and Fraction(near) == value


def number(value: Fraction) -> Expression:
    """Write a rational number as a float, or as the quotient of two sums of floats.

    >>> number(Fraction(1, 3)), number(Fraction(2**60 + 1))
    (<Expression 1/3>, <Expression 1.152921504606847e+18 + 1>)
    """
    if is_float(value):
        return constant(float(value))
    if abs(value) < _SMALL:
        return apply("divide", number(value / _SMALL), constant(float(_SMALL.denominator)))
    top = _whole(value.numerator)
    return top if value.denominator == 1 else apply("divide", top, _whole(value.denominator))


def _whole(value: int) -> Expression:
    """Write an integer as a sum of floats."""
    first = nearest(value)
    if math.isinf(first):
        raise CannotProve("a weight of a form passes the range of float64")
    rest = value - int(first)
    return apply("add", constant(first), _whole(rest)) if rest else constant(first)


def has_kinks(f: Expression) -> bool:
    """Return True if an operation of a formula has a kink."""
    return any(node.operation in _KINKS for node in in_order(f))


def _combined(operation: str, inner: list[AffineForm]) -> AffineForm | None:
    zero = AffineForm((Fraction(0),) * len(inner[0].weights), Fraction(0))
    fixed = [not any(form.weights) for form in inner]
    if operation == "negative":
        return zero.plus(inner[0], Fraction(-1))
    if operation in ("add", "subtract"):
        return inner[0].plus(inner[1], Fraction(1 if operation == "add" else -1))
    if operation == "multiply" and any(fixed):
        number, form = inner if fixed[0] else inner[::-1]
        return zero.plus(form, number.constant)
    if operation == "divide" and fixed[1] and inner[1].constant:
        return zero.plus(inner[0], 1 / inner[1].constant)
    return None


def kinks_along_one_form(f: Expression, dimension: int) -> Kinks | None:
    """Find the kinks of f along one linear form, and its branches; None where that is not so.

    >>> from uat.expression.parse import parse
    >>> kinks_along_one_form(parse("max(x, y)"), 2).branches
    (<Expression y>, <Expression x>)
    """
    bends = _bends(f, dimension)
    if bends is None:
        return None
    directions = {form.direction for form in bends.values()}
    if len(directions) != 1:
        return None
    lead = next(iter(bends.values())).lead
    place = {node: -form.constant / form.weights[lead] for node, form in bends.items()}
    places = tuple(sorted(set(place.values())))
    right = {node: 1 if bends[node].weights[lead] > 0 else -1 for node in bends}

    def branch(i: int, here: Fraction | None = None) -> Expression:
        signs = {
            node: 0
            if place[node] == here
            else right[node] * (1 if place[node] in places[:i] else -1)
            for node in bends
        }
        return _branch(f, signs)

    branches = tuple(branch(i) for i in range(len(places) + 1))
    at = tuple(branch(i, here) for i, here in enumerate(places))
    return Kinks(directions.pop(), lead, places, branches, at)


def settled(f: Expression, lower: Array, upper: Array) -> Expression:
    """Replace the kinks of f whose argument has one sign on a box, (d,) ends.

    >>> from uat.expression.parse import parse
    >>> import numpy as np
    >>> settled(parse("abs(x - 2*y)"), np.array([2.0, 0.0]), np.array([3.0, 1.0]))
    <Expression x - 2*y>
    """
    signs = {}
    for node, form in (_bends(f, len(lower)) or {}).items():
        ends = [
            sorted((w * Fraction(a), w * Fraction(b)))
            for w, a, b in zip(form.weights, lower.tolist(), upper.tolist(), strict=True)
        ]
        low, high = (form.constant + sum(end, Fraction(0)) for end in zip(*ends, strict=True))
        # at 0 both branches of |u|, min and max are equal
        if low > 0 or (low == 0 and node.operation != "sign"):
            signs[node] = 1
        elif high < 0 or (high == 0 and node.operation != "sign"):
            signs[node] = -1
    return _branch(f, signs) if signs else f


def _bends(f: Expression, dimension: int) -> dict[Expression, AffineForm] | None:
    """Find the form whose sign decides each kink; None where an argument is not affine."""
    forms, bends = affine_forms(f, dimension), {}
    for node in in_order(f):
        if node.operation in _KINKS and node.dimension:
            arguments = [forms[a] for a in node.arguments if a in forms]
            if len(arguments) < len(node.arguments):
                return None
            form = arguments[0]
            if len(arguments) == 2:
                form = form.plus(arguments[1], Fraction(-1))
            if not any(form.weights):
                return None
            bends[node] = form
    return bends


def _branch(f: Expression, signs: dict[Expression, int]) -> Expression:
    """Put one of its branches in the place of each kink, by the sign of its argument."""
    values: dict[Expression, Expression] = {}
    for node in in_order(f):
        inner = tuple(values[a] for a in node.arguments)
        if node not in signs:
            values[node] = Expression(node.operation, inner, node.data)
        elif node.operation == "absolute":
            values[node] = inner[0] if signs[node] > 0 else -inner[0]
        elif node.operation == "sign":
            values[node] = constant(float(signs[node]))
        else:
            first = (signs[node] > 0) == (node.operation == "maximum")
            values[node] = inner[0] if first else inner[1]
    return values[f]
