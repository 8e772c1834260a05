"""Kinked units in several coordinates: f as a sum of functions of one linear form each.

Each of these functions is a polygon on the range of its form, within a part of ε, and the network is
their sum. A product of forms is a sum of powers of forms, as x y = ((x + y)² − (x − y)²)/4 is:

    2^(k−1) k! u_1 ⋯ u_k = Σ s_2 ⋯ s_k (u_1 + s_2 u_2 + … + s_k u_k)^k over all signs s_i = ±1.

Source: E. Fischer, Sums of like powers of multivariate linear forms, 1994.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import factorial, prod
from typing import Final, NamedTuple

import numpy as np

from uat.construct.free.build import Proved
from uat.construct.polygon import build as polygon
from uat.construct.polygon.creases import Folded, absolute, range_on, read_creases
from uat.construct.polygon.folds import certify_folds, fold
from uat.construct.polygon.hinge import hinge_of
from uat.core.activations import Activation
from uat.core.domain import Domain
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, UatError
from uat.expression.graph import Expression, constant, coordinate
from uat.proof.joint.forms import AffineForm, affine_forms, number
from uat.proof.joint.reduce import in_one_form, interval_along

__all__ = ["build_along_forms"]

_FACTORS: Final = 4
"""Factors of a product of forms; more: other polynomials, of 2^(factors − 1) forms each."""

_GOAL: Final = 1 - 2.0**-7
"""The part of ε that polygons may take; the rest is for the rounding of the weights."""

_LEAST: Final = 2.0**-6
"""The least part of ε, of an equal one, for a polygon; it matters where f is straight along a form."""

_MOST: Final = 2000
"""Units; more: smaller ε, slower."""

_ROUNDED: Final = Fraction(1, 2**48)
"""A part of the sizes of polygons for the rounding of their forms, in addition to that of weights."""

_ON_THE_END: Final = Fraction(1, 2**50)
"""Kinks this near to an end of a form, for its size, take no unit; larger: fewer units, looser."""

Terms = list[tuple[Fraction, Expression]]
Direction = tuple[Fraction, ...]
_Powers = dict[tuple[tuple[Expression, ...], Fraction, int], Fraction]
"""The factor of each product of constants and of a power of u + shift."""


class _Product(NamedTuple):
    """A product of a number, of constants such as π, and of forms."""

    size: Fraction
    constants: tuple[Expression, ...]
    forms: list[AffineForm]


@dataclass(frozen=True, slots=True, eq=False)
class _Along:
    """A function of u = direction·x, on the range of u over the box."""

    line: Target
    direction: Direction


def build_along_forms(target: Target, eps: float, activation: Activation) -> Proved:
    """Build a network of kinked units within ε of a sum of functions of one form each, and prove it.

    CannotProve says that f is no such sum, or that too many units would be needed.

    >>> import uat
    >>> network, certificate = build_along_forms(Target("x*y", [(0, 1), (0, 1)]), 1e-2, uat.relu)
    >>> network.units, certificate.bound < 1e-2
    (10, True)
    """
    total, parts = _split(target)
    along, lost = [], 0.0
    for part, (network, proof) in zip(parts, _polygons(parts, eps * _GOAL), strict=True):
        folded = _as_folds(network, part.direction, target.domain)
        rounding = float(_size(folded, target.domain) * _ROUNDED)
        along.append(_row(folded, part.direction, proof.upper + rounding))
        total, lost = total + folded, lost + rounding
    hinge = hinge_of(activation)
    assert hinge is not None
    made = fold(total, target.domain, hinge, activation)
    made = replace(made, error=made.error + lost)
    proof = certify_folds(target, made, np.array(along) if along else None)
    if not proof.bound < eps:
        raise CannotProve(
            f"polygons along the forms of f are proved within {proof.bound:g}, rounding included, "
            f"not within {eps:g}",
            "take a larger eps",
        )
    return made.network, proof


def _row(polygon: Folded, direction: Direction, upper: float) -> list[float]:
    """Return the row of a certificate for a form: n, α and β, and a bound of f − g along it.

    The form n is scaled so that its first entry other than 0 is 1; the polygon is αu + β + Σ c |u + t|.
    """
    lead = next(j for j, w in enumerate(direction) if w)
    form = (float(w / direction[lead]) for w in direction)
    return [*form, float(polygon.slope[lead]), float(polygon.start), upper]


def _size(polygon: Folded, domain: Domain) -> Fraction:
    """Bound the sum of the sizes of the terms of a polygon."""
    size = _reach(polygon.slope, domain) + abs(polygon.start)
    for crease, bend in polygon.bends.items():
        size += abs(bend) * (_reach(map(Fraction, crease.normal), domain) + abs(crease.offset))
    return size


def _reach(form: Iterable[Fraction], domain: Domain) -> Fraction:
    """Return Σ |w_j| max |x_j|."""
    farthest = (Fraction(max(abs(p), abs(q))) for p, q in domain)
    return sum((abs(w) * x for w, x in zip(form, farthest, strict=True)), Fraction(0))


def _polygons(parts: list[_Along], eps: float) -> list[Proved]:
    """Build a polygon along each form; ε is shared so that all together have few pieces.

    A polygon has about c/√ε pieces, and Σ c_i/√ε_i is least where ε_i is in proportion to c_i^(2/3).
    """
    equal = [eps / max(len(parts), 1)] * len(parts)
    found = _built(parts, equal)
    if len(parts) < 2:
        return found
    sizes = [network.units for network, _ in found]
    wanted = [(n * n * e) ** (1 / 3) for n, e in zip(sizes, equal, strict=True)]
    shares = np.maximum(np.array(wanted) / sum(wanted), _LEAST / len(parts))
    better = _built(parts, (eps * shares / shares.sum() * (1 - 2.0**-40)).tolist())
    return min(found, better, key=lambda polygons: sum(network.units for network, _ in polygons))


def _built(parts: list[_Along], shares: list[float]) -> list[Proved]:
    found = []
    for part, share in zip(parts, shares, strict=True):
        found.append(polygon.build(part.line, share))
        if sum(network.units for network, _ in found) > _MOST:
            raise CannotProve(f"more than {_MOST:,} units would be needed", "take a larger eps")
    return found


def _as_folds(network: Network, direction: Direction, domain: Domain) -> Folded:
    """Return a network of ReLUs along a form as a function that bends along hyperplanes.

    It is exact, but for units at the ends.
    """
    total = Folded((Fraction(0),) * len(domain), Fraction(float(network.layers[-1].bias[0])), {})
    rows = zip(network.output_weights, np.ravel(network.slopes), network.biases, strict=True)
    for a, b, c in (map(Fraction, map(float, row)) for row in rows):
        u = Folded(tuple(b * w for w in direction), c, {})
        low, high = (c + end for end in range_on(domain, u.slope))
        near = _ON_THE_END * (_reach(u.slope, domain) + abs(c))
        if low >= -near:
            total += u * a
        elif high > near:
            total += (u + absolute(u, domain)) * (a / 2)
    return total


def _split(target: Target) -> tuple[Folded, list[_Along]]:
    """Write f as one that bends along hyperplanes and functions of one form each, all different."""
    f = target.expression
    refused = CannotProve(
        "f is not read as a sum of functions of one linear form each, such as sin(x + y) or x*y",
        "take fejer-korovkin, or a soft σ, such as logistic",
    )
    if f is None:
        raise refused
    forms = affine_forms(f, target.dimension)
    folded = [Folded((Fraction(0),) * target.dimension, Fraction(0), {})]
    along: dict[Direction, Terms] = {}
    powers: dict[Direction, _Powers] = {}
    for factor, term in _terms(f, forms):
        if term in forms:
            folded.append(Folded(forms[term].weights, forms[term].constant, {}) * factor)
            continue
        found = _factors(term, forms)
        if found is not None:
            _add_product(powers, found, factor, target.domain)
        elif (seen := in_one_form(term, target.dimension)) is not None:
            function, direction = seen
            along.setdefault(direction, []).append((factor, function))
        elif (creased := _read_creases(term, target.domain)) is not None:
            folded.append(creased * factor)
        else:
            raise refused
    for direction, polynomial in powers.items():
        along.setdefault(direction, []).extend(_written(polynomial))
    parts = []
    for direction, terms in along.items():
        function = sum((number(c) * u for c, u in terms), start=constant(0.0))
        parts.append(_Along(Target(function, interval_along(target, direction)), direction))
    return sum(folded[1:], start=folded[0]), parts


def _read_creases(term: Expression, domain: Domain) -> Folded | None:
    try:
        return read_creases(Target(term, domain))
    except UatError:
        return None


def _terms(f: Expression, forms: dict[Expression, AffineForm]) -> Terms:
    """List the terms of a sum, each with its factor."""
    waiting, found = [(Fraction(1), f)], list[tuple[Fraction, Expression]]()
    while waiting:
        factor, node = waiting.pop()
        match node.operation, node.arguments:
            case "add", (u, v):
                waiting += [(factor, v), (factor, u)]
            case "subtract", (u, v):
                waiting += [(-factor, v), (factor, u)]
            case "negative", (u,):
                waiting.append((-factor, u))
            case "multiply", (u, v) if _is_number(u, forms):
                waiting.append((factor * forms[u].constant, v))
            case "multiply", (u, v) if _is_number(v, forms):
                waiting.append((factor * forms[v].constant, u))
            case "divide", (u, v) if _is_number(v, forms) and forms[v].constant:
                waiting.append((factor / forms[v].constant, u))
            case _:
                found.append((factor, node))
    return found


def _is_number(node: Expression, forms: dict[Expression, AffineForm]) -> bool:
    return node in forms and not any(forms[node].weights)


def _add_product(
    powers: dict[Direction, _Powers], found: _Product, factor: Fraction, domain: Domain
) -> None:
    """Add a product to sums of powers of forms; what is constant is one of the first coordinate."""
    zero, first = [Fraction(0)] * len(domain), (Fraction(1), *[Fraction(0)] * (len(domain) - 1))
    factors, scale = _balanced(found.forms, domain)
    power = len(factors)
    for signs in product((1, -1), repeat=max(power - 1, 0)):
        form = AffineForm(tuple(zero), Fraction(0))
        for sign, each in zip((1, *signs), factors, strict=False):
            form = form.plus(each, Fraction(sign))
        share = factor * found.size * scale * prod(signs) / (2 ** len(signs) * factorial(power))
        if any(form.weights):
            slope = form.weights[form.lead]
            key, value = (found.constants, form.constant / slope, power), share * slope**power
        else:
            key, value = (found.constants, Fraction(0), 0), share * form.constant**power
        sums = powers.setdefault(form.direction if any(form.weights) else first, {})
        sums[key] = sums.get(key, Fraction(0)) + value


def _written(powers: _Powers) -> Terms:
    """Write each Σ c · constants · (u + shift)^power."""
    terms, u = Terms(), coordinate(0)
    for (constants, shift, power), c in powers.items():
        base = (u + number(shift) if shift else u) ** power
        terms += [(c, prod(constants, start=base))] if c else []
    return terms


def _balanced(factors: list[AffineForm], domain: Domain) -> tuple[list[AffineForm], Fraction]:
    """Scale factors so that each varies by 1 to 2 on the box; return what their product lost by it.

    A sum of forms of unlike sizes has powers that cancel, and their polygons need more pieces.
    """
    scaled, scale = list[AffineForm](), Fraction(1)
    for form in factors:
        sides = zip(form.weights, domain, strict=True)
        width = sum((abs(w) * (Fraction(b) - Fraction(a)) for w, (a, b) in sides if w), Fraction(0))
        power = Fraction(2) ** (width.numerator.bit_length() - width.denominator.bit_length())
        scaled.append(AffineForm((Fraction(0),) * len(domain), Fraction(0)).plus(form, 1 / power))
        scale *= power
    return scaled, scale


def _factors(node: Expression, forms: dict[Expression, AffineForm]) -> _Product | None:
    """Return the factors of a product; None if others are among them, or too many forms."""
    size, constants, found, todo = Fraction(1), list[Expression](), list[AffineForm](), [(node, 1)]
    while todo:
        node, power = todo.pop()
        if _is_number(node, forms):
            size *= forms[node].constant ** power
        elif node in forms:
            found += [forms[node]] * power
        elif node.dimension == 0:
            constants += [node] * power
        elif node.operation == "multiply":
            todo += [(argument, power) for argument in node.arguments]
        elif node.operation == "power" and node.data[0] in range(2, _FACTORS + 1):
            todo.append((node.arguments[0], power * int(node.data[0])))
        else:
            return None
        if max(len(found), power) > _FACTORS:
            return None
    return _Product(size, tuple(constants), found)
