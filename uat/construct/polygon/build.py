"""A polygon within ε of f with the fewest pieces, as a network, and the proof of both.

The pieces are those of the shortest path in a tube a little narrower than f ± ε
(`shortest_path.py`); the path in one a little wider proves how many are needed at least
(`lower_bound.py`). Where f is a polygon itself, and fewer pieces would not do, its own corners are
taken. A piece costs a unit (`units.py`).

In several coordinates f has to be a function that a network of such units can equal (`creases.py`),
and the network is f (`folds.py`).
"""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from uat.construct.polygon import lower_bound
from uat.construct.polygon.a_priori import beside_others, certify_polygon
from uat.construct.polygon.chords import ChordBounds, chords_of
from uat.construct.polygon.creases import read_creases
from uat.construct.polygon.folds import certify_folds, fold
from uat.construct.polygon.hinge import Hinge, hinge_of
from uat.construct.polygon.shortest_path import shortest_path
from uat.construct.polygon.straight import at, straight_pieces
from uat.construct.polygon.units import realize
from uat.core.activations import Activation, relu
from uat.core.arguments import read_eps
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, FloatLimit, InputError, counted
from uat.expression.arrays import Array

__all__ = ["bends", "beside_others", "build", "may_build", "pieces_needed"]

_NEAR: Final = (2.0**-5, 2.0**-2)
"""How near f is to its chords at first, in parts of ε, and where that would take too many cells."""

_CELLS: Final = 50_000  # of the second look; more: a path is proved the shortest more often, slower
_NEAREST: Final = 2.0**-14  # the least distance from the chords, in parts of ε, of that look
_SLACK: Final = 2.0**-17  # of ε, left to rounding at first; smaller: fewer pieces, more tries
_TRIES: Final = 4  # polygons, each with more left to rounding; more: slower refusals


def bends(activation: Activation) -> bool:
    """Return True for a σ that this method takes: continuous, piecewise linear and with a kink."""
    return hinge_of(activation) is not None


def may_build(target: Target) -> bool:
    """Return True unless f, in several coordinates, is no function that bends along hyperplanes.

    True also where it bends along parts of them, since `build` says why that is refused.
    """
    try:
        return target.dimension == 1 or read_creases(target) is not None
    except CannotProve:
        return True


def build(target: Target, eps: float, activation: Activation = relu) -> tuple[Network, Certificate]:
    """Build the polygon of fewest pieces within ε of f as a network, and prove its error.

    σ is continuous and piecewise linear with a kink. In one coordinate there is a unit for each
    piece, and at most one more. In several, f is a sum of piecewise linear functions of one linear
    form each, such as |x − y|: the network is f itself, with a unit for each hyperplane along which
    f bends, and at most two more. The certificate, by the method "a priori", proves upper +
    rounding < ε; CannotProve says why that is not possible.

    Examples
    --------
    >>> network, certificate = build(Target("x**2", (-1, 1)), 1e-3)
    >>> network.units, certificate.bound < 1e-3
    (23, True)
    """
    eps, hinge = read_eps(eps), _hinge(activation, target.dimension)
    if target.dimension > 1:
        return _folded(target, eps, hinge, activation)
    look = _look(target, eps)
    slack = eps * _SLACK + look.rounding
    for _ in range(_TRIES):
        chords, place, value = _polygon(look, eps - slack)
        made = realize(place, value, hinge, activation)
        proof = certify_polygon(chords, place, value, made)
        if proof.bound < eps:
            return made.network, proof
        slack = 2 * (slack + proof.bound - eps)
        if not slack < eps / 2:
            break
    pieces = counted(len(place) - 1, "piece")
    raise FloatLimit(
        f"{pieces} are proved within {rounded_up(proof.bound)} only, of which rounding takes "
        f"{rounded_up(proof.rounding + made.error, 2)}",
        "take a larger eps",
    )


def _folded(
    target: Target, eps: float, hinge: Hinge, activation: Activation
) -> tuple[Network, Certificate]:
    """Build f itself, in several coordinates."""
    f = read_creases(target)
    if f is None:
        raise CannotProve("f is no sum of piecewise linear functions of one linear form each")
    made = fold(f, target.domain, hinge, activation)
    proof = certify_folds(target, made)
    if not proof.bound < eps:
        raise FloatLimit(
            f"the network is f, but is proved within {rounded_up(proof.bound)} only, by rounding",
            "take a larger eps",
        )
    return made.network, proof


@lru_cache(maxsize=64)
def pieces_needed(target: Target, eps: float) -> int:
    """Prove a lower bound on the pieces of any polygon within ε of f.

    Examples
    --------
    >>> pieces_needed(Target("x**2", (-1, 1)), 1e-3)
    23
    """
    return _look(target, read_eps(eps)).needed


def _hinge(activation: Activation, dimension: int) -> Hinge:
    hinge = hinge_of(activation)
    if hinge is None:
        others = "comb or staircase" if dimension == 1 else "ridge"
        raise InputError(
            f"polygon needs a continuous, piecewise linear σ with a kink, and {activation.name} is "
            "none",
            f"take uat.relu or uat.ramp, or the method {others}",
        )
    return hinge


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The chords of f, fine enough for ε, and how many pieces a polygon needs at least."""

    chords: ChordBounds
    needed: int
    rounding: float  # a guess at what the network will lose


@lru_cache(maxsize=1)
def _look(target: Target, eps: float) -> _Look:
    """Look at f, and once more finely if the path is not yet proved the shortest."""
    if target.dimension != 1:
        raise InputError(f"a target of {target.dimension} coordinates given; a polygon needs one")
    chords = _chords(target, eps)
    place, value = _path(chords, eps * (1 - _SLACK))
    pieces, rounding = len(place) - 1, _rounding(place, value)
    look = _Look(chords, lower_bound.pieces_needed(chords, eps), rounding)
    # where f is smooth, its path and the lower bound then differ by about an eighth of a piece; and
    # √(2/near) cells a piece, with a quarter more for halving, are no more than _CELLS
    near = max(1 / (8 * pieces), 2.5 * (pieces / _CELLS) ** 2, _NEAREST)
    if pieces > look.needed and near < _NEAR[0] / 2:
        try:
            chords = chords_of(target, near * eps)
        except CannotProve:
            return look
        look = _Look(chords, max(look.needed, lower_bound.pieces_needed(chords, eps)), rounding)
    return look


def _rounding(place: Array, value: Array) -> float:
    """Guess what floats lose in a network of this polygon: an addition a unit, and 32 for the rest."""
    bends = np.abs(np.diff(np.diff(value) / np.diff(place))).sum()
    return float((len(place) + 32) * 2.0**-53 * (np.abs(value).max() + bends * np.ptp(place)))


def _chords(target: Target, eps: float) -> ChordBounds:
    try:
        return chords_of(target, _NEAR[0] * eps)
    except FloatLimit:
        return chords_of(target, _NEAR[1] * eps)


def _polygon(look: _Look, goal: float) -> tuple[ChordBounds, Array, Array]:
    """Return the corners of the path within `goal` of f, or those of f if it has no more."""
    chords = look.chords
    place, value = _path(chords, goal)
    own = _own_corners(chords.target)
    if own is None or len(own[0]) > len(place):
        return chords, place, value
    # f is straight on both sides of the floats about a corner
    apart = 4 * np.spacing(own[0])
    beside = np.concatenate([own[0] - apart, own[0], own[0] + apart])
    a, b = chords.target.domain[0]
    return chords.cut_at(beside[(a < beside) & (beside < b)]), *own


def _path(chords: ChordBounds, goal: float) -> tuple[Array, Array]:
    """Return the corners of the path of fewest pieces within `goal` of f."""
    low = chords.high + chords.around(chords.above) - goal
    high = chords.low - chords.around(chords.below) + goal
    if not (low < high).all():
        raise FloatLimit(
            f"f is known in float64 only to within {rounded_up(float((low - high).max()) + goal)}",
            "take a larger eps",
        )
    return shortest_path(chords.x, low, high).corners(*chords.target.domain[0])


def _own_corners(target: Target) -> tuple[Array, Array] | None:
    """Return the corners of an f that is a polygon, and the ends of the domain."""
    pieces = None if target.expression is None else straight_pieces(target.expression)
    if pieces is None:
        return None
    (a, b), (ends, lines) = target.domain[0], pieces
    place = np.unique([a, *(min(max(float(end), a), b) for end in ends), b])
    exact = [Fraction(x) for x in place.tolist()]
    value = [float(at(lines[bisect_left(ends, x)], x)) for x in exact]
    return place, np.array(value)
