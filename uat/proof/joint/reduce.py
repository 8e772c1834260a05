"""f and a network that see x through one linear form only: a problem of one coordinate.

If f = F(w·x) and every unit has b_i = β_i w + δ_i, then over the box f − g is F − G over the interval
of w·x, G(u) = Σ a_i σ(β_i u + c_i), but for Σ |a_i| Lip(σ) Σ_j |δ_ij| max|x_j|. The form, the interval and
the δ are found in rational arithmetic.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from uat.core.network import Affine, Network
from uat.core.target import Target
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, UatError
from uat.expression.arrays import Array
from uat.expression.graph import Expression, coordinate, in_order
from uat.proof.joint.forms import AffineForm, affine_forms, nearest, number

__all__ = ["OneForm", "along", "in_one_form", "interval_along", "of_one_form", "through_one_form"]


@dataclass(frozen=True, eq=False)
class OneForm:
    """F and G of one coordinate, and by how much more than |F − G| the other difference may be."""

    target: Target
    network: Network
    extra: float
    box: tuple[Array, Array]
    rising: Array  # (d,): 1 where the form rises along the coordinate, else −1

    def lifted(self, places: Array) -> Array:
        """Return points of the box with such values of the form, but for rounding: (points, d)."""
        ((low, high),) = self.target.domain
        share = np.clip((places - low) / (high - low), 0.0, 1.0)[:, None]
        share = np.where(self.rising > 0, share, 1 - share)
        return np.asarray(np.clip(self.box[0] * (1 - share) + self.box[1] * share, *self.box))


def of_one_form(target: Target) -> tuple[Target, tuple[Fraction, ...]] | None:
    """Return f as one of u = w·x and its w, of which an entry is 1; None where f sees more of x.

    >>> inner, direction = of_one_form(Target("sin(x + y)", [(0, 1), (0, 1)]))
    >>> inner, *map(float, direction)
    (<Target sin(x) on [0, 2]>, 1.0, 1.0)
    """
    if target.dimension == 1 or target.expression is None:
        return None
    found = in_one_form(target.expression, target.dimension)
    if found is None:
        return None
    f, direction = found
    try:
        return Target(f, interval_along(target, direction)), direction
    except UatError:  # no interval of floats
        return None


def interval_along(target: Target, direction: Sequence[Fraction]) -> tuple[float, float]:
    """Return an interval of floats that holds direction·x for all x of the box.

    >>> interval_along(Target("x*y", [(0, 1), (-1, 2)]), (Fraction(1), Fraction(-1)))
    (-2.0, 2.0)
    """
    box = zip(direction, target.lower.tolist(), target.upper.tolist(), strict=True)
    ends = [sorted((w * Fraction(a), w * Fraction(b))) for w, a, b in box]
    zero = Fraction(0)
    return (
        _below(sum((low for low, _ in ends), zero)),
        -_below(-sum((high for _, high in ends), zero)),
    )


def along(network: Network, direction: Sequence[Fraction]) -> Network:
    """Return the network of w·x, of one of a single coordinate.

    >>> import uat
    >>> along(Network.from_units([1.0], [2.0], [0.0], uat.tanh), (Fraction(1), Fraction(-3))).slopes
    array([[ 2., -6.]])
    """
    first, *others = network.layers
    slopes = first.weight * np.array(list(map(float, direction)))
    return Network((Affine(slopes, first.bias), *others), network.activations)


def through_one_form(target: Target, network: Network) -> OneForm | None:
    """Reduce a problem to one coordinate; None where f or a unit sees more of x."""
    found = of_one_form(target)
    if found is None:
        return None
    inner, direction = found
    sizes = [Fraction(float(v)) for v in np.maximum(np.abs(target.lower), np.abs(target.upper))]
    betas, extra = _along(network, direction, sizes)
    if not math.isfinite(extra):
        return None
    first, *others = network.layers
    try:
        reduced = Network((Affine(betas[:, None], first.bias), *others), network.activations)
    except UatError:
        return None
    rising = np.array([1 if w >= 0 else -1 for w in direction])
    return OneForm(inner, reduced, extra, (target.lower, target.upper), rising)


def in_one_form(f: Expression, dimension: int) -> tuple[Expression, tuple[Fraction, ...]] | None:
    """Write a formula in one form u of the coordinates; None where it sees several, or large numbers."""
    try:
        return _rewritten(f, dimension)
    except CannotProve:
        return None


def _rewritten(f: Expression, dimension: int) -> tuple[Expression, tuple[Fraction, ...]] | None:
    forms = affine_forms(f, dimension)
    values: dict[Expression, Expression] = {}
    directions = set()
    for node in _seen(f, forms):
        form = forms.get(node)
        if form is None:
            inner = tuple(values[a] for a in node.arguments)
            values[node] = Expression(node.operation, inner, node.data)
        elif any(form.weights):
            directions.add(form.direction)
            values[node] = _of_the_form(form)
        else:
            values[node] = node
    if len(directions) != 1:
        return None
    return values[f], directions.pop()


def _seen(f: Expression, forms: dict[Expression, AffineForm]) -> list[Expression]:
    """List the nodes that are not inside an affine one, arguments first."""
    needed, every = {f}, in_order(f)
    for node in reversed(every):
        if node in needed and node not in forms:
            needed.update(node.arguments)
    return [node for node in every if node in needed]


def _of_the_form(form: AffineForm) -> Expression:
    """Write scale · u + constant, its numbers as quotients of whole ones that are floats."""
    u = coordinate(0)
    scale = form.weights[form.lead]
    part = u if scale == 1 else number(scale) * u
    return part if form.constant == 0 else part + number(form.constant)


def _along(
    network: Network, direction: tuple[Fraction, ...], sizes: list[Fraction]
) -> tuple[Array, float]:
    """Return β of each unit, and the bound of what the δ make; inf where they are in a deep one."""
    hidden = network.layers[0]
    square = sum(w * w for w in direction)
    betas, lost = [], []
    for row in hidden.weight.tolist():
        slopes = list(map(Fraction, row))
        along = sum((b * w for b, w in zip(slopes, direction, strict=True)), Fraction(0))
        beta = nearest(along / square)
        if not math.isfinite(beta):
            return np.zeros(len(hidden.weight)), math.inf
        off = (
            abs(b - Fraction(beta) * w) * size
            for b, w, size in zip(slopes, direction, sizes, strict=True)
        )
        betas.append(beta)
        lost.append(sum(off, Fraction(0)))
    if not any(lost):
        return np.array(betas), 0.0
    if network.depth != 1:
        return np.array(betas), math.inf
    weights = map(Fraction, network.layers[1].weight[0].tolist())
    total = sum((abs(a) * off for a, off in zip(weights, lost, strict=True)), Fraction(0))
    return np.array(betas), nearest(total) * network.activation.lipschitz * UP


def _below(value: Fraction) -> float:
    """Return a float at or below a rational number."""
    near = nearest(value)
    if math.isinf(near):
        return near if near < 0 else sys.float_info.max
    return near if Fraction(near) <= value else math.nextafter(near, -math.inf)
