"""A point at which the error is proved to be that large: what no bound can go below.

Among candidates the floats choose; at the few best ones f and the network's real-arithmetic sum
are evaluated in balls of 128 bits.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.balls import ball
from uat.target import Target

if TYPE_CHECKING:
    from uat.network import Network

__all__ = ["difference", "proved_lower"]

Array = NDArray[np.float64]

_TRIED: Final = 4
_PRECISION: Final = 128


def proved_lower(
    target: Target, network: "Network", candidates: Array
) -> tuple[float, tuple[float, ...]]:
    """Find the candidate with the largest |f − g| and prove a bound below it.

    Parameters
    ----------
    target : Target
    network : Network
        One hidden layer, one output.
    candidates : ndarray, (points,) or (points, d)

    Returns
    -------
    lower : float
        |f(x) − g(x)| ≥ lower; 0 where nothing could be proved.
    witness : tuple of float
        That x.
    """
    points = candidates[:, None] if candidates.ndim == 1 else candidates
    error = np.abs(np.asarray(target(*points.T)) - network(points)[:, 0])
    order = np.argsort(error)[::-1][:_TRIED]
    best, place = 0.0, points[order[0]]
    for i in order:
        found = difference(target, network, points[i])
        if found > best:
            best, place = found, points[i]
        if best >= error[i] * (1 - 1e-9):
            break  # the floats were right: no later candidate is better
    return best, tuple(place.tolist())


def difference(target: Target, network: "Network", point: Array) -> float:
    """Bound |f(x) − g(x)| from below at one point, (d,); 0 where nothing is known."""
    from flint import arb, ctx

    if network.activation.expression is None:
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
    from flint import arb

    expression = network.activation.expression
    assert expression is not None
    hidden, outer = network.layers
    x = [arb(v) for v in point.tolist()]
    total = arb(float(outer.bias[0]))
    rows = zip(outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True)
    for weight, slopes, bias in rows:
        inner = arb(bias)
        for slope, coordinate in zip(slopes, x, strict=True):
            inner += arb(slope) * coordinate
        total += arb(weight) * ball(expression, inner)
    return total
