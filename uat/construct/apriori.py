"""Why a staircase is within ε, in numbers: the bound that holds before any point is tried.

Let the breaks be more than 2δ apart. At x at most one of them is within δ; all other units are
within τ(wδ) of 0 or 1, so that up to Σ|jump| τ(wδ) only the unit near x counts, with a value s in
[−κ, 1 + κ]. For s in [0, 1] g lies between the two levels, and f is near both since it is
continuous. So the transition does no harm:

    sup|f − g| ≤ max_k sup{|f − c_k| on [t_k − δ, t_{k+1} + δ]} + κ max|jump| + Σ|jump| τ(wδ).

Rounding moves the x that a unit sees by no more than a shift, which is taken from δ in the tail,
and adds a remainder to the sum (`numerics/rounding.py`).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.activations import ramp, relu
from uat.certificate import Certificate
from uat.construct.step import constant_unit
from uat.network import Network
from uat.numerics.monotone import Cells
from uat.numerics.rounding import backward_rounding, rounding_bound
from uat.numerics.witness import proved_lower

__all__ = ["Stairs", "certify_stairs"]

Array = NDArray[np.float64]

_UP: Final = 1 + 2.0**-40


@dataclass(frozen=True, slots=True, eq=False)
class Stairs:
    """What the network of a staircase was built from.

    Attributes
    ----------
    breakpoints : ndarray, (pieces − 1,)
    levels : ndarray, (pieces,)
        On a dyadic grid: their differences and sums are exact floats.
    slope : float
        A power of two, w.
    distance : float
        δ, less than half the smallest gap between breaks.
    form : "steps" or "rectangles"
    """

    breakpoints: Array
    levels: Array
    slope: float
    distance: float
    form: str


def certify_stairs(cells: Cells, stairs: Stairs, network: Network) -> Certificate:
    """Prove the error of a staircase's network from its breaks and levels alone."""
    target, activation = cells.target, network.activation
    domain = target.domain[0]
    if activation is relu:
        shift, rounding = 0.0, rounding_bound(network, domain)
    else:
        shift, rounding = backward_rounding(network, domain)
    sigmoid = ramp if activation is relu else activation
    reach = stairs.slope * (stairs.distance - shift) * (1 - 2.0**-50)
    tail = sigmoid.tail(reach) if reach >= 0 else math.inf
    if len(stairs.breakpoints) == 0 and stairs.form == "steps":
        tail = 0.0
    jumps = np.diff(stairs.levels)
    heights = 2 * np.abs(stairs.levels) if stairs.form == "rectangles" else np.abs(jumps)
    total = math.fsum(heights.tolist()) * _UP
    largest = float(np.abs(jumps).max(initial=0.0))
    upper = _farthest(cells, stairs) + sigmoid.overshoot * largest + total * tail
    upper = (upper + _coefficients(network, total, float(stairs.levels[0]))) * _UP
    assumptions = (target.modulus_assumption,) if cells.by_modulus else ()
    lower, witness = proved_lower(target, network, _candidates(stairs, domain))
    return Certificate(
        upper, min(lower, upper), witness, rounding, "a priori",
        (*assumptions, *activation.assumptions),
    )  # fmt: skip


def _farthest(cells: Cells, stairs: Stairs) -> float:
    """Bound |f − c_k| on the extended pieces [t_k − δ, t_{k+1} + δ], for all k."""
    a, b = cells.target.domain[0]
    left = np.concatenate([[a], stairs.breakpoints - stairs.distance])
    right = np.concatenate([stairs.breakpoints + stairs.distance, [b]])
    left, right = np.nextafter(left, -np.inf), np.nextafter(right, np.inf)
    lo, hi = cells.ranges(np.clip(left, a, b), np.clip(right, a, b))
    away = np.maximum(hi - stairs.levels, stairs.levels - lo)
    return float(np.nextafter(away, np.inf).max())


def _coefficients(network: Network, total: float, constant: float) -> float:
    """Bound what the stored weights lose beside jumps and levels.

    Nothing where the limits are 0, 1 or −1, 1: halves are exact. The constant unit is near its
    limit only to within the tail at its bias.
    """
    activation = network.activation
    if activation.limits is None:
        return 0.0
    left, right = activation.limits
    span = abs(right - left)
    still = network.slopes == 0
    held = float(np.abs(network.output_weights[still]).sum())
    _, bias = constant_unit(activation)
    lost = held * span * activation.tail(abs(bias))
    if (left, right) not in ((0.0, 1.0), (-1.0, 1.0)):
        size = total * (1 + (abs(left) + abs(right)) / span) + abs(constant)
        lost += size * 2.0**-50
    return lost


def _candidates(stairs: Stairs, domain: tuple[float, float]) -> Array:
    """Give the points where the error is likely largest: ends of pieces, and around breaks."""
    a, b = domain
    t = stairs.breakpoints
    around = [t - stairs.distance, t, t + stairs.distance, t - 3 * stairs.distance]
    grid = np.linspace(a, b, 2049)
    return np.unique(np.clip(np.concatenate([*around, grid]), a, b))
