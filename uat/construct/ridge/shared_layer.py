"""One hidden layer for several outputs, where that takes fewer units than a layer for each.

Functions on the same box can do with the same soft units, and differ in the output weights only:

    g_i(x) = Σ a_ik σ(b_k·x + c_k).

So the layer of the hardest output, the one with the most units, is taken, and the others are fitted
on it, a right-hand side each of one least squares. Where some miss ε there, the layer is built for a
smaller ε of the hardest, which costs a few units, about log 1/ε where f is smooth, and may save those
of another output. Outputs that miss it still, as at kinks elsewhere, share among themselves. The
error is looked at on a grid: what holds is proved afterwards, of each output.

Source: as for `comb/build.py` and `ridge/build.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.ridge.points import compared, fitted, on_the_box
from uat.core.network import Affine, Network
from uat.core.outputs import side_by_side
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.least_squares import Factored, factor, smallest

__all__ = ["shared"]

Build = Callable[[Target, float], tuple[Network, float]]

_SHARE: Final = 0.95
_SMALLER: Final = 0.25
_TRIES: Final = 5
_MOST: Final = 2000
_PER_UNIT: Final = 3
_FINER: Final = 8
_OVERHEAD: Final = 40


def shared(
    targets: Sequence[Target],
    eps: float,
    apart: Sequence[Network],
    build: Build,
) -> Network:
    """Put networks together into the one that is found to have the fewest units.

    Parameters
    ----------
    targets : sequence of Target
        On the same box.
    eps : float
    apart : sequence of Network
        Of each target one within eps, with one hidden layer, the same σ and no output bias.
    build : callable
        (target, eps) → a network like these, and its estimate.

    Returns
    -------
    Network
        With an output for each target. Side by side it has all units of all.

    Examples
    --------
    >>> from uat.construct.comb import build as comb
    >>> waves = [Target(f, (0, 6)) for f in ("cos(x)", "sin(x)")]
    >>> apart = [comb.build(f, 1e-6)[0] for f in waves]
    >>> side_by_side(apart).units, shared(waves, 1e-6, apart, comb.build).units
    (21, 12)
    """
    return side_by_side(_parts(targets, eps, apart, build))


def _parts(
    targets: Sequence[Target], eps: float, apart: Sequence[Network], build: Build
) -> list[Network]:
    """Return a network for each output: of one layer where it can be, and the rest among themselves."""
    if len(targets) == 1:
        return list(apart)
    hardest = max(range(len(apart)), key=lambda i: apart[i].units)
    parts = _with_the_hardest(hardest, targets, eps, apart, build)
    rest = [i for i, part in enumerate(parts) if i != hardest and part is apart[i]]
    if rest:
        inner = _parts([targets[i] for i in rest], eps, [apart[i] for i in rest], build)
        for i, part in zip(rest, inner, strict=True):
            parts[i] = part
    return parts


def _with_the_hardest(
    hardest: int, targets: Sequence[Target], eps: float, apart: Sequence[Network], build: Build
) -> list[Network]:
    """Try layers of the hardest output for smaller and smaller ε, and take the fewest units."""
    best, fewest = list(apart), side_by_side(apart).units
    layer, wanted = apart[hardest], eps
    for _ in range(_TRIES):
        if layer.units >= min(fewest, _MOST):
            break
        parts = _on_the_layer(layer, hardest, targets, apart, eps)
        units = side_by_side(parts).units
        if units < fewest:
            best, fewest = parts, units
        if units == layer.units:
            break
        wanted *= _SMALLER
        try:
            layer, _ = build(targets[hardest], wanted)
        except CannotProve:
            break
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """Units at the points of the fit, factored, and at those where the error is looked at."""

    network: Network
    points: Array
    factored: Factored
    finely: Array
    units: Array

    def fit(self, target: Target, eps: float) -> Network | None:
        """Find the smallest weights with which the layer is within ε; None where there are none."""
        expected = np.asarray(target(*self.finely.T))

        def errors(weights: Array) -> Array:
            off = np.abs(self.units @ weights - expected[:, None]).max(axis=0)
            rounding = (len(weights) + _OVERHEAD) * 2.0**-53 * np.abs(weights).sum(axis=0)
            return np.asarray(off + rounding)

        found = smallest(self.factored, np.asarray(target(*self.points.T)), errors, eps)
        if not found.error < eps:
            return None
        last = Affine(found.weights[None, :], np.zeros(1))
        return Network((self.network.layers[0], last), self.network.activation)


def _on_the_layer(
    layer: Network, hardest: int, targets: Sequence[Target], apart: Sequence[Network], eps: float
) -> list[Network]:
    """Fit each output on the layer, but for the one it was built for; else keep its own network."""
    at, finely = _points(layer, targets[0], _PER_UNIT), _looked_at(layer, targets[0])
    placed = _Layer(layer, at, factor(_units(layer, at)), finely, _units(layer, finely))
    return [
        layer if i == hardest else placed.fit(target, _SHARE * eps) or apart[i]
        for i, target in enumerate(targets)
    ]


def _units(network: Network, points: Array) -> Array:
    hidden = network.layers[0]
    return np.asarray(network.activation(points @ hidden.weight.T + hidden.bias))


def _looked_at(network: Network, target: Target) -> Array:
    if target.dimension > 1:
        return on_the_box(target, compared(target.dimension))
    return _points(network, target, _FINER * _PER_UNIT)


def _points(network: Network, target: Target, each: int) -> Array:
    """Return this many points a unit: crowded at the faces and, on a line, where the units are."""
    spread = on_the_box(target, fitted(target.dimension, max(each * network.units, 64)))
    if target.dimension > 1:
        return spread
    hidden, ((a, b),) = network.layers[0], target.domain
    moving = hidden.weight[:, 0] != 0
    centres = -hidden.bias[moving] / hidden.weight[moving, 0]
    edges = np.unique(np.concatenate([[a], np.clip(centres, a, b), [b]]))
    between = np.interp(np.arange(each * (len(edges) - 1) + 1) / each, np.arange(len(edges)), edges)
    return np.union1d(spread[:, 0], between)[:, None]
