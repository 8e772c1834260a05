"""f on cells as one polynomial of high degree: its formula, walked through in models.

Each node of the formula is modelled in the coordinates that it depends on and no others. A kink is
one of its branches on the cells where that is known; on the others nothing is, and how far the walk
came tells whether a smaller cell is nearer to a model.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from uat.enclosure.balls import ball
from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array, Bools
from uat.expression.graph import Expression, in_order, last_uses
from uat.expression.graph import constant as constant_of
from uat.proof.joint.functions import FUNCTIONS, composed, power
from uat.proof.joint.model import Model, constant, whole_power

__all__ = ["can_be_modelled", "halving_gains", "target_model"]

_PRECISION: Final = 128
"""Bits of the balls for constants, which are rounded to floats then."""

_HIGHEST: Final = 64
"""Whole powers past this are not multiplied out."""

Rule = Callable[..., Model]


def can_be_modelled(f: Expression) -> bool:
    """Return True if every operation of a formula has a rule here."""
    return all(
        node.dimension == 0
        or node.operation in _RULES
        or node.operation in ("coordinate", "power")
        or node.operation in FUNCTIONS
        for node in in_order(f)
    )


def target_model(f: Expression, coordinates: Sequence[Model]) -> tuple[Model, Array]:
    """Model f on the cells on which its coordinates are modelled.

    Returns also how far the walk came, (cells,): the number of operations before the first one that
    failed, and between 0 and 1 more the farther its argument is from 0 beside its spread; inf where
    none failed.
    """
    cells, order = len(coordinates[0].remainder), coordinates[0].order
    reached = np.full(cells, np.inf)
    values: dict[Expression, Model] = {}
    for number, (node, last_used) in enumerate(last_uses(f)):
        inner = [values[a] for a in node.arguments]
        if node.operation == "coordinate":
            values[node] = coordinates[int(node.data[0])]
        elif node.dimension == 0:
            values[node] = _number(node, order, cells)
        else:
            values[node] = _applied(node, inner)
            failed = np.isinf(values[node].remainder) & np.isinf(reached)
            if failed.any():
                reached[failed] = number + _clearance(node, [a.at(failed) for a in inner])
        for argument in last_used:
            del values[argument]
    return values[f].on(tuple(range(len(coordinates)))), reached


def halving_gains(model: Model, dimension: int) -> Array:
    """Bound how much each axis has in the spread of a model that a halving takes away, (d, cells)."""
    gains = np.zeros((dimension, len(model.remainder)))
    share = 1 - 0.5**model.basis.exponents.T
    gains[list(model.variables)] = share @ np.abs(model.in_chebyshev)
    return gains


def _number(node: Expression, order: int, cells: int) -> Model:
    """Round a constant of the formula to floats; where it is no number nothing is known."""
    from flint import ctx

    with ctx.workprec(_PRECISION):
        value = ball(node)
        middle = float(value.mid())
        error = float((value - middle).abs_upper()) * UP if value.is_finite() else np.inf
    return constant(order, np.full(cells, middle), error)


def _applied(node: Expression, inner: list[Model]) -> Model:
    if node.operation == "power":
        return _power(inner[0], node.data[0])
    if node.operation == "divide" and node.arguments[1].dimension == 0:
        number = constant_of(1.0) / node.arguments[1]
        return inner[0] * _number(number, inner[0].order, len(inner[0].remainder))
    if node.operation in _RULES:
        return _RULES[node.operation](*inner)
    return composed(FUNCTIONS[node.operation], inner[0])


def _power(base: Model, exponent: float) -> Model:
    if exponent != int(exponent) or abs(exponent) > _HIGHEST:
        return composed(power(exponent), base)
    if exponent == 0:
        return constant(base.order, np.ones(len(base.remainder)))
    result = whole_power(base, abs(int(exponent)))
    return result if exponent > 0 else composed(FUNCTIONS["inverse"], result)


def _clearance(node: Expression, inner: list[Model]) -> Array:
    """Return how far the argument of an operation is from 0, as a share between 0 and 1."""
    choice = node.operation in ("minimum", "maximum")
    argument = inner[0] - inner[1] if choice else inner[-1]
    away = np.abs(argument.middle)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(away / (away + argument.spread))


def _divide(a: Model, b: Model) -> Model:
    return a * composed(FUNCTIONS["inverse"], b)


def _tan(u: Model) -> Model:
    return _divide(composed(FUNCTIONS["sin"], u), composed(FUNCTIONS["cos"], u))


def _xlogy(factor: Model, u: Model) -> Model:
    return factor * composed(FUNCTIONS["log"], u)


def _sides(u: Model) -> tuple[Bools, Bools]:
    """Return where a model is at least 0, and where it is at most 0."""
    with np.errstate(invalid="ignore"):
        return u.middle >= u.spread, u.middle <= -u.spread


def _chosen(first: Bools, a: Model, second: Bools, b: Model) -> Model:
    """Take a on some cells and b on others; on the rest nothing is known."""
    variables = tuple(sorted({*a.variables, *b.variables}))
    a, b = a.on(variables), b.on(variables)
    coefficients = np.where(first, a.coefficients, np.where(second, b.coefficients, 0.0))
    remainder = np.where(first, a.remainder, np.where(second, b.remainder, np.inf))
    return Model(variables, a.order, coefficients, remainder)


def _absolute(u: Model) -> Model:
    right, left = _sides(u)
    return _chosen(right, u, left, -u)


def _sign(u: Model) -> Model:
    with np.errstate(invalid="ignore"):
        right, left = u.middle > u.spread, u.middle < -u.spread
    one = constant(u.order, np.ones(len(u.remainder)))
    return _chosen(right, one, left, -one)


def _maximum(a: Model, b: Model) -> Model:
    right, left = _sides(a - b)
    return _chosen(right, a, left, b)


def _minimum(a: Model, b: Model) -> Model:
    right, left = _sides(a - b)
    return _chosen(left, a, right, b)


_RULES: Final[dict[str, Rule]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negative": lambda u: -u,
    "divide": _divide,
    "tan": _tan,
    "xlogy": _xlogy,
    "absolute": _absolute,
    "sign": _sign,
    "minimum": _minimum,
    "maximum": _maximum,
}
"""The operations that are no function of one number, or made of others."""
