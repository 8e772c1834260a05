"""f − g written another way, exactly, so that what f and g have in common meets before it is bounded.

Terms a σ(b·x + c) of f become units of the network, where they cancel in the coefficients of one
sum. Where σ has kinks the units become terms of f: its kinks and theirs, along one linear form, are
ends of cells then. A kink past the box is none.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic
from uat.core.network import Affine, Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.graph import Expression, constant, coordinate
from uat.proof.joint.forms import (
    AffineForm,
    Kinks,
    affine_forms,
    has_kinks,
    is_float,
    kinks_along_one_form,
    number,
    settled,
)

__all__ = ["rewritten"]

_MOST_UNITS: Final = 128
"""More units with a kink are left in the network; larger: the branches of f take longer to write."""

_Unit = tuple[tuple[Fraction, ...], Fraction]
"""b and c."""


def rewritten(
    target: Target, f: Expression, network: Network
) -> tuple[Expression, Network, Kinks | None]:
    """Return another f and another network of the same difference, and the kinks of that f."""
    f = settled(f, target.lower, target.upper)
    kinks = kinks_along_one_form(f, target.dimension)
    if network.depth != 1 or network.activation.expression is None:
        return f, network, kinks
    sigma = network.activation.expression
    if has_kinks(sigma):
        if network.units <= _MOST_UNITS:
            whole = settled(f - _formula(network, sigma), target.lower, target.upper)
            of_both = kinks_along_one_form(whole, target.dimension)
            if of_both is not None:
                return whole, _nothing(target.dimension), of_both
        return f, network, kinks
    try:
        rest, network = _with_units_of(f, network)
    except CannotProve:
        return f, network, kinks
    return rest, network, kinks_along_one_form(rest, target.dimension)


def _formula(network: Network, sigma: Expression) -> Expression:
    hidden, outer = network.layers
    total = constant(float(outer.bias[0]))
    units = zip(outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True)
    for a, slopes, bias in units:
        z = constant(bias)
        for j, b in enumerate(slopes):
            z = z + b * coordinate(j) if b else z
        total = total + a * sigma.compose(z)
    return total


def _nothing(dimension: int) -> Network:
    """Make a network of value 0."""
    return Network.from_units([0.0], [[0.0] * dimension], [0.0], logistic)


def _with_units_of(f: Expression, network: Network) -> tuple[Expression, Network]:
    """Move the terms of f that are units of floats into the network, with the other sign."""
    sigma, d = network.activation, network.input_dimension
    forms = affine_forms(f, d)
    rest, units = constant(0.0), defaultdict[_Unit, list[Fraction]](list)
    for share, node in _terms(f, forms):
        form = _argument(node, sigma, forms)
        if form is None or not all(map(is_float, (share, form.constant, *form.weights))):
            rest = rest + (node if share == 1 else number(share) * node)
        else:
            units[form.weights, form.constant].append(-share)
    if not units:
        return f, network
    hidden, outer = network.layers
    for a, slopes, bias in zip(
        outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True
    ):
        units[tuple(map(Fraction, slopes)), Fraction(bias)].append(Fraction(a))
    kept = [(a, *unit) for unit, weights in units.items() for a in _added(weights)]
    if not kept:
        return rest - constant(float(outer.bias[0])), _nothing(d)
    a, b, c = (np.array(part, dtype=np.float64) for part in zip(*kept, strict=True))
    return rest, Network((Affine(b, c), Affine(a[None], outer.bias)), sigma)


def _added(weights: list[Fraction]) -> list[Fraction]:
    """Add up weights if the sum is a float; none is left of a sum of 0."""
    total = sum(weights, Fraction(0))
    if not is_float(total):
        return weights
    return [total] if total else []


def _argument(
    node: Expression, sigma: Activation, forms: dict[Expression, AffineForm]
) -> AffineForm | None:
    """Return b·x + c if a node is σ(b·x + c)."""
    if len(node.arguments) != 1 or sigma.expression is None:
        return None
    form = forms.get(node.arguments[0])
    alike = Expression(node.operation, (coordinate(0),), node.data) == sigma.expression
    return form if alike and form is not None and any(form.weights) else None


def _terms(
    f: Expression, forms: dict[Expression, AffineForm]
) -> Iterator[tuple[Fraction, Expression]]:
    """Write f as a sum of multiples of other formulas."""
    waiting = [(Fraction(1), f)]
    while waiting:
        share, node = waiting.pop()
        inner = node.arguments
        fixed = [a in forms and not any(forms[a].weights) for a in inner]
        if node in forms:
            yield share, node
        elif node.operation in ("add", "subtract"):
            sign = 1 if node.operation == "add" else -1
            waiting += [(share, inner[0]), (sign * share, inner[1])]
        elif node.operation == "negative":
            waiting.append((-share, inner[0]))
        elif node.operation == "multiply" and any(fixed):
            factor, other = inner if fixed[0] else inner[::-1]
            waiting.append((share * forms[factor].constant, other))
        elif node.operation == "divide" and fixed[1] and forms[inner[1]].constant:
            waiting.append((share / forms[inner[1]].constant, inner[0]))
        else:
            yield share, node
