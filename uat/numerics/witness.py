"""A witness: a point at which |f − g| is proved to be large, so that no bound can be smaller.

The few candidates with the largest |f − g| in floats are evaluated again in balls of 128 bits, f
and the network in real arithmetic.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.evaluate import settled_from
from uat.core.target import Target
from uat.core.target_checks import at
from uat.enclosure.balls import ball
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array, Bools
from uat.numerics.settled import settled_sum

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = ["difference", "proved_lower", "refuse_contradiction"]

_TRIED: Final = 4
"""Candidates evaluated in balls; larger: where floats mislead, a larger error is found, slower."""

_PRECISION: Final = 128
"""Bits of the balls; larger: smaller errors are proved to be above 0, slower."""

_TAILS: Final = (2.0**-100, 2.0**-45)
"""Tails past which a unit counts as settled: the second where σ is too slow for the first."""


def proved_lower(
    target: Target, network: "Network", candidates: Array
) -> tuple[float, tuple[float, ...]]:
    """Find the candidate, of (points,) or (points, d), with the largest |f − g|, and bound it.

    The result is a proved lower bound, 0 where nothing could be proved, and the candidate. An f
    without a finite value at a candidate is refused.
    """
    points = candidates[:, None] if candidates.ndim == 1 else candidates
    values = np.asarray(target(*points.T))
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values)))
        raise InputError(
            f"f is {values[i]} at {at(points[i])}; a function finite on the whole box is needed"
        )
    error = np.abs(values - network(points)[:, 0])
    order = np.argsort(error)[::-1][:_TRIED]
    best, place = 0.0, points[order[0]]
    for i in order:
        found = difference(target, network, points[i])
        if found > best:
            best, place = found, points[i]
        if best >= error[i] * (1 - 1e-9):
            break  # the floats were right: no later candidate is better
    return best, tuple(place.tolist())


def refuse_contradiction(
    lower: float, witness: tuple[float, ...], upper: float, assumptions: tuple[str, ...]
) -> None:
    """Refuse an upper bound below a proved lower one; name what was taken on trust.

    >>> refuse_contradiction(0.5, (1.0,), 0.25, ("the tail declared for σ",))
    Traceback (most recent call last):
    uat.errors.CannotProve: |f − g| is at least 0.5 at x = 1.0, past the bound 0.25: what is taken \
on trust does not hold (the tail declared for σ)
    """
    if lower > upper:
        trust = f"what is taken on trust does not hold ({'; '.join(assumptions)})"
        raise CannotProve(
            f"|f − g| is at least {lower:.6g} at {at(np.array(witness))}, past the bound "
            f"{upper:.6g}: {trust if assumptions else 'a fault of this package, please report it'}"
        )


def difference(target: Target, network: "Network", point: Array) -> float:
    """Return a lower bound of |f(x) − g(x)| at one point, (d,); 0 where nothing is known."""
    from flint import arb, ctx

    if any(sigma.expression is None for sigma in network.activations):
        return 0.0
    with ctx.workprec(_PRECISION):
        gap = abs(_value_of_target(target, point) - _value_of_network(network, point))
        if not gap.is_finite():
            return 0.0
        lower = float(gap.lower())
        below = lower if arb(lower) <= gap.lower() else float(np.nextafter(lower, -np.inf))
    return max(below, 0.0)


def _value_of_target(target: Target, point: Array) -> Any:
    from flint import arb

    if target.expression is not None:
        return ball(target.expression, *(arb(v) for v in point.tolist()))
    lo, hi = target.enclose_by_modulus(point[None, :], point[None, :])
    return arb(float(lo[0])).union(arb(float(hi[0])))


def _value_of_network(network: "Network", point: Array) -> Any:
    """Sum the units at a point: the settled ones as their limits, the others one by one."""
    from flint import arb

    if network.depth != 1:
        return _through_layers(network, point)
    hidden, outer = network.layers
    far, settled = _settled(network, point)
    some = np.flatnonzero(~far)
    units = (outer.weight[0][some], hidden.weight[some], hidden.bias[some])
    return add_units(arb(float(outer.bias[0])) + settled, network.activation, *units, point)


def add_units(
    start: Any, activation: "Activation", weights: Array, slopes: Array, biases: Array, point: Array
) -> Any:
    """Add Σ a_i σ(b_i·x + c_i) at one point, (d,), to a ball, in the precision that is set."""
    from flint import arb

    assert activation.expression is not None
    x, total = [arb(v) for v in point.tolist()], start
    for weight, slope, bias in zip(weights.tolist(), slopes.tolist(), biases.tolist(), strict=True):
        inner = arb(bias)
        for b, coordinate in zip(slope, x, strict=True):
            inner += arb(b) * coordinate
        total += arb(weight) * ball(activation.expression, inner)
    return total


def _through_layers(network: "Network", point: Array) -> Any:
    """Evaluate a network of any depth in balls, layer by layer."""
    from flint import arb, arb_mat

    *hidden, last = network.layers
    values = arb_mat([[arb(v)] for v in point.tolist()])
    for layer, sigma in zip(hidden, network.activations, strict=True):
        assert sigma.expression is not None
        bias = arb_mat([[arb(v)] for v in layer.bias.tolist()])
        inner = arb_mat(layer.weight.tolist()) * values + bias
        values = arb_mat([[ball(sigma.expression, v)] for v in inner.entries()])
    return (arb_mat(last.weight.tolist()) * values)[0, 0] + arb(float(last.bias[0]))


def _settled(network: "Network", point: Array) -> tuple[Bools, Any]:
    """Return the units that are next to a limit of σ at a point, and what they add up to."""
    from flint import arb

    activation, (hidden, outer) = network.activation, network.layers
    tail, start = _tail(activation)
    if activation.limits is None or start == np.inf:
        return np.zeros(len(hidden.bias), dtype=bool), arb(0)
    with np.errstate(over="ignore", invalid="ignore"):
        argument = hidden.weight @ point + hidden.bias
        size = np.abs(hidden.weight) @ np.abs(point) + np.abs(hidden.bias)
        # the sum of d + 1 terms errs by less, for up to 4 000 coordinates
        far = np.abs(argument) - 2.0**-40 * size > start
    total, lost = settled_sum(activation, outer.weight[0][far], argument[far] > 0, tail)
    return far, total + arb(0, lost)


def _tail(activation: "Activation") -> tuple[float, float]:
    """Return a small bound of the tail, and from where on it holds."""
    for tail in _TAILS:
        start = settled_from(activation, tail)
        if start < np.inf:
            break
    return tail, start
