"""How far the value of a network in floats can be from its value in real numbers, proved.

A sum of k terms errs by at most γ_k Σ|terms|, γ_k = ku/(1 - ku), u = 2^-53, in any order; the
activation carries an error e on as min(Lipschitz·e, oscillation) and adds its own. Source: Higham,
"Accuracy and Stability of Numerical Algorithms", 2nd ed., 2002, lemma 3.1 and section 4.2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.domain import check_domain
from uat.core.evaluate import CHUNK, constant_units, find_windows, supports
from uat.enclosure.balls import is_analytic
from uat.enclosure.outward_rounding import TINY
from uat.enclosure.range_table import RangeTable
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = [
    "ACTIVATION_ROUNDINGS",
    "ROUNDOFF",
    "Displacements",
    "activation_error",
    "backward_rounding",
    "displacements",
    "gamma",
    "read_box",
    "rounded_upward",
    "rounding_bound",
]


_ABOVE: Final = 1 + 1e-6
"""Rounds up the bounds of this file, whose sums may have up to 10^9 terms: UP covers only 4 096."""

ROUNDOFF: Final = 2.0**-53
"""The largest relative error of one rounding to nearest."""

_SUBNORMAL: Final = 2.0**-1074
"""More than one rounding changes a value below the normal floats."""

ACTIVATION_ROUNDINGS: Final = 16.0
"""The accuracy that is trusted of the platform: σ(u) in floats is this many roundings off, of max|σ|.

exp, tanh, erf and arctan of numpy and scipy are within 4 units in the last place of their values,
8 roundings, and each named σ adds a few operations on values of the size of σ to them; your own σ
is trusted to be written as carefully. All else in these bounds rests on IEEE 754 arithmetic alone.
"""


_CELLS: Final = 128
"""Cells of a line on which rounding is bounded; more: a little smaller bounds, slower."""

_MOST_ENCLOSED: Final = 2**14
"""Units times cells, at most: beyond it a smaller bound is not worth its time."""


def rounding_bound(network: "Network", domain: Any) -> float:
    """Bound |float g(x) - g(x)| over all float x of a box, g the real-arithmetic network.

    The domain is (a, b) or one pair per coordinate; the bound holds for each output. It is as large
    as the jump of a unit so steep that one rounding of b·x + c takes it from one limit to the
    other, and inf where g may pass the range of float64.

    >>> import uat
    >>> g = uat.Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)
    >>> 0 < rounding_bound(g, (0, 1)) < 1e-12
    True
    """
    lower, upper = read_box(domain, network.input_dimension)
    weights = np.abs(network.layers[-1].weight)
    with np.errstate(over="ignore", invalid="ignore"):
        size, argument, carried, own = _errors(network, lower, upper)
        fixed = weights @ own + _summing_error(network, size + carried + own)
        if network.depth == 1 and len(lower) == 1 and network.activation.limits is not None:
            moved = _carried_at_once(network, carried, lower[0], upper[0])
        else:
            moved = weights @ carried
        bound = fixed + moved
        if _fits_on_cells(network):
            errors = size, argument, carried, own
            bound = np.fmin(bound, _on_cells(network, lower[0], upper[0], errors))
    return rounded_upward(bound)


def backward_rounding(network: "Network", domain: Any) -> tuple[float, float]:
    """Take float g(x) for an exact value: of units that see x a little displaced.

    For one hidden layer in one dimension, float g(x) = Σ a_i σ(b_i x_i + c_i) + r with every
    |x_i - x| ≤ shift and |r| ≤ remainder, at every float x of the domain; shift and remainder are
    returned. Unlike `rounding_bound` both stay small however steep the units are.

    >>> import uat
    >>> g = uat.Network.from_units([1], [1e100], [-5e99], uat.logistic)
    >>> shift, remainder = backward_rounding(g, (0, 1))
    >>> shift < 1e-15, remainder < 1e-14, rounding_bound(g, (0, 1)) > 1
    (True, True, True)
    """
    if network.depth != 1 or network.input_dimension != 1:
        raise InputError(f"{network!r} given; one hidden layer in one dimension is needed")
    lower, upper = read_box(domain, 1)
    weights, slopes = np.abs(network.layers[1].weight), np.abs(network.layers[0].weight[:, 0])
    with np.errstate(over="ignore", invalid="ignore"):
        size, argument_error, carried, own = _errors(network, lower, upper)
        remainder = weights @ own + _summing_error(network, size + carried + own)
        shift = argument_error[slopes > 0] / slopes[slopes > 0]
    return rounded_upward(np.append(shift, 0.0)), rounded_upward(remainder)


@dataclass(frozen=True, slots=True, eq=False)
class Displacements:
    """Errors of the arguments and values of all units in floats, (units,) for each hidden layer.

    `arguments` bound the errors of b·x + c; `values`, without the last hidden layer, those that σ
    adds in floats; `remainder` bounds what else the value of the network is off by.
    """

    arguments: tuple[Array, ...]
    values: tuple[Array, ...]
    remainder: float


def displacements(network: "Network", domain: Any) -> Displacements:
    """Bound how far the units of an exact network have to be moved to give float g(x).

    At every float x of the box float g(x) is the value of the real-arithmetic network with some
    |δ_i| ≤ arguments_i added to the argument of each unit and |δ'_i| ≤ values_i to its value, up
    to the remainder, which holds the errors of the values of the last hidden layer. Unlike
    `rounding_bound` all of these stay small however steep the units are.
    """
    lower, upper = read_box(domain, network.input_dimension)
    size, error = np.maximum(np.abs(lower), np.abs(upper)), np.zeros(len(lower))
    arguments, values = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, sigma in zip(network.layers[:-1], network.activations, strict=True):
            largest, moved = _affine_error(layer.weight, layer.bias, size, error)
            made = gamma(_roundings(layer.weight.shape[1])) * largest + TINY
            arguments.append(np.where(largest < 2.0**1020, made * _ABOVE, np.inf))
            size, carried, own = activation_error(sigma, largest, moved)
            error = carried + own
            values.append(own * _ABOVE)
        lost = _summing_error(network, size + error)
        if values:
            lost = lost + np.abs(network.layers[-1].weight) @ values.pop()
    return Displacements(tuple(arguments), tuple(values), rounded_upward(lost))


def read_box(domain: Any, dimension: int) -> tuple[Array, Array]:
    """Return the ends of a box of so many coordinates, (d,) each."""
    box = np.array(check_domain(domain))
    if len(box) != dimension:
        raise InputError(
            f"domain {domain!r:.80} given for a network of {dimension} coordinates; one pair (a, b) "
            "each is needed"
        )
    return box[:, 0], box[:, 1]


def rounded_upward(bounds: Array) -> float:
    """Return the largest bound, rounded up; inf where one is no number."""
    largest = float(np.max(bounds)) * _ABOVE
    return np.inf if np.isnan(largest) else largest


def gamma(terms: int) -> float:
    """Bound the relative error of a sum of products, γ_k of Higham, for k below 10^9."""
    return terms * ROUNDOFF * _ABOVE


def _roundings(width: int) -> int:
    """Count the roundings that a term of `_affine` goes through at most, for this many inputs."""
    return min(width, CHUNK) + -(-width // CHUNK) + 1


def _affine_error(weight: Array, bias: Array, size: Array, error: Array) -> tuple[Array, Array]:
    """Bound |weight x + bias| and its error, given |x| ≤ size and the error of x.

    Where all weights are 0 the bias is the value, and nothing is rounded.
    """
    largest = np.abs(weight) @ (size + error) + np.abs(bias)
    made = gamma(_roundings(weight.shape[1])) * largest + np.abs(weight) @ error + TINY
    made = np.where(weight.any(axis=1), made, 0.0)
    return largest, np.where(largest < 2.0**1020, made, np.inf)


def activation_error(
    activation: "Activation", size: Array, error: Array
) -> tuple[Array, Array, Array]:
    """Bound |σ(z)|, the error carried on from z, and the one that σ adds in floats.

    A unit of slope 0 may have a subnormal argument, exactly, and the next weight may be huge.
    """
    if activation.limits is None:
        largest = abs(float(activation(0.0))) + activation.lipschitz * (size + error)
        oscillation = np.inf
    else:
        jump = abs(activation.limits[1] - activation.limits[0])
        overshoot = activation.overshoot * jump
        largest = np.full_like(size, max(map(abs, activation.limits)) + overshoot)
        oscillation = jump + 2 * overshoot
    carried = np.fmin(activation.lipschitz * error, oscillation)
    return largest, carried, ACTIVATION_ROUNDINGS * (ROUNDOFF * largest + _SUBNORMAL)


def _errors(network: "Network", lower: Array, upper: Array) -> tuple[Array, Array, Array, Array]:
    """Follow the rounding to the last hidden layer: |values|, errors of b·x + c, carried, own."""
    size = np.maximum(np.abs(lower), np.abs(upper))
    argument = carried = own = np.zeros_like(size)
    for layer, sigma in zip(network.layers[:-1], network.activations, strict=True):
        size, argument = _affine_error(layer.weight, layer.bias, size, carried + own)
        size, carried, own = activation_error(sigma, size, argument)
    return size, argument, carried, own


def _summing_error(network: "Network", size: Array) -> Array:
    """Bound the error of the last layer, summed either way, for values of that size.

    The sizes are (units,) or (units, cells), the bounds (m,) or (m, cells).
    """
    last, windows, still = network.layers[-1], find_windows(network), constant_units(network)
    roundings, once = _roundings(int(np.count_nonzero(~still))), 4
    if windows is not None:
        # A level adds two prefix sums, each 2 roundings off for up to 2^26 units, the units of
        # slope 0 and the bias; the units whose window holds x and the wide ones are added to it.
        inside = int(np.max(windows.last - windows.first))
        once = 10
        roundings = max(roundings, inside + _roundings(len(windows.wide[0][1])))
    # Saturated units differ from their limits, in floats and in truth, by less than one rounding.
    moving: Array = np.abs(last.weight[:, ~still]) @ size[~still]
    # units of slope 0 are summed by themselves, and the sum and the bias are added once
    constant: Array = (np.abs(last.weight[:, still]) @ size[still]).T + np.abs(last.bias)
    return gamma(roundings + once + 1) * moving + gamma(once) * constant.T + TINY


def _fits_on_cells(network: "Network") -> bool:
    """Return True for a few analytic units on a line, all summed directly."""
    sigma = network.activations[-1] if network.depth else None
    return (
        sigma is not None
        and sigma.expression is not None
        and (network.depth, network.input_dimension) == (1, 1)
        and network.units * _CELLS <= _MOST_ENCLOSED
        and find_windows(network) is None
        and is_analytic(sigma.expression)
    )


def _on_cells(
    network: "Network", lower: float, upper: float, errors: tuple[Array, Array, Array, Array]
) -> Array:
    """Bound the rounding cell by cell on a line, given the `_errors` anywhere on it: (m,).

    A unit counts with its largest |σ| and |σ′| on the cell: on most cells it is flat or near 0.
    """
    hidden, sigma = network.layers[0], network.activation
    assert sigma.expression is not None
    size, error, most, own = errors
    edges = np.linspace(lower, upper, _CELLS + 1)
    at = hidden.weight * edges + hidden.bias[:, None]  # (units, edges), off by `error` at most
    # the argument in floats and the one in real numbers lie between these: (units, cells)
    low = np.minimum(at[:, :-1], at[:, 1:]) - 3 * error[:, None]
    high = np.maximum(at[:, :-1], at[:, 1:]) + 3 * error[:, None]
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return np.full(network.output_dimension, np.inf)
    # σ in floats is off by `own` at most
    value = np.maximum(np.abs(sigma(low)), np.abs(sigma(high))) + own[:, None]
    value = np.fmin(value, size[:, None]) if sigma.monotone else size[:, None]
    slope = _slopes(sigma.expression).size(low, high)
    carried = np.fmin(slope * error[:, None], most[:, None])
    moved = np.abs(network.layers[1].weight) @ (carried + own[:, None])
    summed = _summing_error(network, value + own[:, None])
    largest_of_cells: Array = (moved + summed).max(axis=1)
    return largest_of_cells


@lru_cache(maxsize=64)
def _slopes(sigma: Expression) -> RangeTable:
    return RangeTable(sigma.derivative())


def _carried_at_once(network: "Network", carried: Array, lower: float, upper: float) -> Array:
    """Bound Σ|a_i| carried_i over the units whose windows can hold one x together: (m,)."""
    hidden, outer = network.layers
    start, end = supports(network.activation, hidden.weight[:, 0], hidden.bias)
    seen = np.flatnonzero((hidden.weight[:, 0] != 0) & (start <= upper) & (end >= lower))
    error = np.abs(outer.weight[:, seen]) * carried[seen]
    place = np.concatenate([start[seen], end[seen]])
    order = np.lexsort((np.repeat([0, 1], len(seen)), place))  # where both meet, starts first
    running = np.cumsum(np.concatenate([error, -error], axis=1)[:, order], axis=1)
    largest: Array = running.max(axis=1, initial=0.0)
    largest += gamma(2 * len(seen)) * error.sum(axis=1)
    return largest
