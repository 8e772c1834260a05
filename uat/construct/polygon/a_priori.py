"""The error of a network that is a polygon, from what f does between the corners.

On a cell without a corner the polygon g is straight. With P the chord of f there, f − g = (f − P) +
(P − g): the first is bounded (`chords.py`), and the second, which is straight, by its values at the
ends of the cell. The stored weights move the network from the polygon by what `units.py` counts.
"""

from dataclasses import replace

import numpy as np

from uat.construct.polygon.chords import ChordBounds
from uat.construct.polygon.units import Realized
from uat.core.certificate import Certificate, Evidence
from uat.core.network import Network
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import rounding_bound
from uat.numerics.witness import proved_lower, refuse_contradiction

__all__ = ["beside_others", "certify_polygon"]

_SHOWN = 16  # the worst points, about which a witness is looked for


def certify_polygon(chords: ChordBounds, place: Array, value: Array, made: Realized) -> Certificate:
    """Prove the error of the network made of the polygon with corners (place, value)."""
    target, network = chords.target, made.network
    chords = chords.cut_at(place)
    over, under = _differences(chords, place, value)
    bounds = np.maximum(
        np.maximum(over[:-1], over[1:]) + chords.above,
        np.maximum(under[:-1], under[1:]) + chords.below,
    )
    bounds = (np.maximum(bounds, 0.0) + made.error) * UP + TINY
    # a piece is a cell of the evidence
    first = np.searchsorted(chords.x, place[:-1])
    evidence = Evidence(
        place[:-1, None], place[1:, None], np.maximum.reduceat(bounds, first), target, network
    )
    upper = float(bounds.max())
    worst = np.argsort(-np.maximum(over, under))[:_SHOWN]
    candidates = np.concatenate([chords.x[worst], np.linspace(place[0], place[-1], 33)])
    lower, witness = proved_lower(target, network, candidates)
    assumptions = (target.modulus_assumption,) if chords.by_modulus else ()
    assumptions = (*assumptions, *network.activation.assumptions)
    refuse_contradiction(lower, witness, upper, assumptions)
    rounding = rounding_bound(network, target.domain)
    return Certificate(upper, lower, witness, rounding, "a priori", assumptions, evidence)


def beside_others(proof: Certificate, network: Network) -> Certificate | None:
    """Restate a certificate for its network with units of weight 0 added; None for another one.

    In real numbers nothing changes; only the rounding grows.
    """
    assert proof.evidence is not None
    evidence = replace(proof.evidence, network=network)
    alone = proof.evidence.network
    if network.activation != alone.activation or not np.array_equal(_units(network), _units(alone)):
        return None
    return replace(
        proof, rounding=rounding_bound(network, evidence.target.domain), evidence=evidence
    )


def _units(network: Network) -> Array:
    """Return the units of one output that count, (units, 3), in order; −0 is 0."""
    rows = np.column_stack(
        [network.layers[1].weight[0], network.layers[0].weight, network.layers[0].bias]
    )
    rows = rows[rows[:, 0] != 0] + 0.0
    return np.asarray(rows[np.lexsort(rows.T)])


def _differences(chords: ChordBounds, place: Array, value: Array) -> tuple[Array, Array]:
    """Bound f − g and g − f from above at the ends of the cells."""
    piece = np.clip(np.searchsorted(place, chords.x, side="right") - 1, 0, len(place) - 2)
    share = (chords.x - place[piece]) / (place[piece + 1] - place[piece])
    step = value[piece + 1] - value[piece]
    g = value[piece] + step * share
    # seven roundings at most, of g and of the difference
    lost = 2.0**-49 * (np.abs(value[piece]) + np.abs(value[piece + 1])) + TINY
    over, under = chords.high - g, g - chords.low
    return over + lost + 2.0**-51 * np.abs(over), under + lost + 2.0**-51 * np.abs(under)
