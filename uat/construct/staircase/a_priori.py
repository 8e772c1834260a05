"""The error of a staircase, bounded before any point is tried.

Let τ be the tail of σ, κ its overshoot and b the slope of the units. Choose for each break t_k a
distance δ_k so small that the intervals [t_k − δ_k, t_k + δ_k] do not meet, and let δ = min δ_k. At
x every unit but the nearest is within τ(bδ) of 0 or 1. The nearest has a value s in [−κ, 1 + κ]:
for s in [0, 1] g lies between two neighbouring levels, and f(x) is near both since f is continuous.
Hence

    sup|f − g| ≤ max_k sup{|f − c_k|: [t_k − δ_k, t_{k+1} + δ_{k+1}]} + κ max|jump| + Σ|jump| τ(bδ).

The slope b is a power of two, so bx and bt are floats and b(x − t) in floats has a relative error
of one rounding: a unit never mistakes the side on which x lies, however near t is. The rounding of
the sum and of σ is a remainder (`numerics/network_rounding.py`). The two units at a common side of
rectangles have the same b and t, hence in floats the same argument: they count as one unit, with
the jump as its height. For a σ that grows, such as ReLU, all this is said of σ(u + ½) − σ(u − ½);
the rounding of its two units grows with b, and b is kept small instead.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.staircase.monotone_cells import Cells
from uat.construct.staircase.step import check_far_out, constant_error, sigmoid_of
from uat.core.activations import Activation
from uat.core.certificate import Certificate, Evidence
from uat.core.network import Network
from uat.enclosure.outward_rounding import DOWN, UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import backward_rounding, rounding_bound
from uat.numerics.witness import proved_lower, refuse_contradiction

__all__ = ["Stairs", "certify_stairs", "float_rounding"]


_LEAST_REACH: Final = 2.0**-900  # below it b(x − t) may underflow
_SHOWN: Final = 64  # the worst pieces, about which a witness is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Stairs:
    """The breaks, levels and slope from which a staircase was built.

    The levels lie on a dyadic grid: their differences, and halves of their sums, are exact floats.
    """

    breakpoints: Array  # (pieces − 1,)
    levels: Array  # (pieces,)
    distances: Array  # δ_k, (pieces − 1,), at most a quarter of the gap to the next break
    margin: float  # half the distance from the domain to the ends of all rectangles; inf for steps
    slope: float  # b, a power of two


def float_rounding(network: Network, domain: tuple[float, float]) -> float:
    """Bound what floats lose in the network of a staircase, beside what `certify_stairs` proves."""
    if network.activation.limits is None:
        return rounding_bound(network, domain)
    return backward_rounding(network, domain)[1]


def certify_stairs(
    cells: Cells, stairs: Stairs, network: Network, rounding: float | None = None
) -> Certificate:
    """Prove the error of a staircase's network from its breaks and levels alone.

    `rounding` is the `float_rounding` of the network, where it is known. Raises CannotProve where
    the error at some point contradicts an assumption.
    """
    target, activation = cells.target, network.activation
    domain = target.domain[0]
    if rounding is None:
        rounding = float_rounding(network, domain)
    away = _farthest(cells, stairs)
    evidence = _evidence(cells, stairs, network, away)
    upper = float(evidence.bounds.max())
    lower, witness = proved_lower(target, network, _candidates(stairs, away, domain))
    assumptions = (target.modulus_assumption,) if cells.by_modulus else ()
    assumptions = (*assumptions, *activation.assumptions)
    refuse_contradiction(lower, witness, upper, assumptions)
    return Certificate(upper, lower, witness, rounding, "a priori", assumptions, evidence)


def _evidence(cells: Cells, stairs: Stairs, network: Network, away: Array) -> Evidence:
    """List the pieces, cut short by δ at each break, and what lies between them."""
    target = cells.target
    a, b = target.domain[0]
    ends = np.stack([stairs.breakpoints - stairs.distances, stairs.breakpoints + stairs.distances])
    inner = np.nextafter(ends, [[-np.inf], [np.inf]]).T.ravel()
    edges = np.maximum.accumulate(np.clip(np.concatenate([[a], inner, [b]]), a, b))
    # piece, break, piece, …, piece
    bounds = np.insert(np.maximum(away[:-1], away[1:]), np.arange(len(away)), away)
    bounds = (bounds + _transitions(stairs, network.activation, b - a)) * UP
    bounds = (bounds + _coefficients(network, stairs)) * UP
    if (np.diff(inner) < 0).any():
        bounds[:] = bounds.max()  # breaks so near each other that rounding lets their cells meet
    some = edges[:-1] < edges[1:]
    lower, upper = edges[:-1, None], edges[1:, None]
    return Evidence(lower[some], upper[some], bounds[some], target, network)


def _farthest(cells: Cells, stairs: Stairs) -> Array:
    """Bound |f − c_k| on the extended piece [t_k − δ_k, t_{k+1} + δ_{k+1}], for each k."""
    a, b = cells.target.domain[0]
    left = np.concatenate([[a], stairs.breakpoints - stairs.distances])
    right = np.concatenate([stairs.breakpoints + stairs.distances, [b]])
    left, right = np.nextafter(left, -np.inf), np.nextafter(right, np.inf)
    lo, hi = cells.ranges(np.clip(left, a, b), np.clip(right, a, b))
    return np.nextafter(np.maximum(hi - stairs.levels, stairs.levels - lo), np.inf)


def _heights(stairs: Stairs) -> float:
    """Bound Σ|jump| over all units, two for each rectangle."""
    rectangles = math.isfinite(stairs.margin)
    heights = 2 * np.abs(stairs.levels) if rectangles else np.abs(np.diff(stairs.levels))
    return math.fsum(heights.tolist()) * UP


def _transitions(stairs: Stairs, activation: Activation, width: float) -> float:
    """Bound what units add off 0 and 1: κ max|jump| near a break, Σ|jump| τ(wδ) elsewhere."""
    sigmoid = sigmoid_of(activation)
    nearest = min(stairs.distances.min(initial=np.inf), stairs.margin)
    if nearest == np.inf:
        return 0.0
    reach = stairs.slope * float(nearest) * DOWN
    if not reach >= _LEAST_REACH:
        return math.inf  # w(x − t) may underflow
    check_far_out(activation, reach, stairs.slope * width)
    largest = float(np.abs(np.diff(stairs.levels)).max(initial=0.0))
    return sigmoid.overshoot * largest + _heights(stairs) * sigmoid.tail(reach)


def _coefficients(network: Network, stairs: Stairs) -> float:
    """Bound what the stored weights lose beside jumps and levels.

    Nothing where the limits are 0, 1 or −1, 1: halves are exact. The constant unit is near its
    value only to within `constant_error`.
    """
    sigmoid = sigmoid_of(network.activation)
    assert sigmoid.limits is not None
    left, right = sigmoid.limits
    still = network.slopes == 0
    held = float(np.abs(network.output_weights[still]).sum())
    lost = held * constant_error(network.activation)
    if (left, right) not in ((0.0, 1.0), (-1.0, 1.0)):
        relative = 1 + sigmoid.overshoot + (abs(left) + abs(right)) / abs(right - left)
        lost += (_heights(stairs) * relative + abs(float(stairs.levels[0]))) * 2.0**-49
    return lost


def _candidates(stairs: Stairs, away: Array, domain: tuple[float, float]) -> Array:
    """Return the points where the error is likely largest: about the ends of the worst pieces."""
    a, b = domain
    worst = np.argsort(away)[::-1][:_SHOWN]
    breaks = np.flatnonzero(np.isin(np.arange(len(away) + 1), np.append(worst, worst + 1)))
    breaks = breaks[(breaks > 0) & (breaks < len(away))] - 1
    t, distance = stairs.breakpoints[breaks], stairs.distances[breaks]
    around = [t - distance, t, t + distance, t - 3 * distance, t + 3 * distance]
    grid = np.linspace(a, b, 257)
    return np.unique(np.clip(np.concatenate([*around, grid]), a, b))
