"""Nielsen's towers: a second layer that computes "and" makes blocks of any height in the plane.

A first layer of steep units computes X_i = [x > s_i] and Y_j = [y > t_j]; a unit of the second
layer that adds two of them with the threshold 1½ computes X_i and Y_j, a quadrant. A tower over a
cell is four quadrants, and a sum of towers of the heights v_ij is

    g = v_00 + Σ_i (v_i0 − v_{i−1,0}) X_i + Σ_j (v_0j − v_{0,j−1}) Y_j
        + Σ_ij (v_ij − v_{i−1,j} − v_{i,j−1} + v_{i−1,j−1}) (X_i and Y_j).

The quadrants matter: where the corners of four cells meet, each step is ½, so that no tower that
is a single unit reaches its threshold and g falls to 0 there, however steep the units are. The
terms of this sum are small there.

Source: M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4.
"""

from typing import Final

import numpy as np

from uat.construct.staircase.step import check_slope
from uat.core.activations import logistic
from uat.core.network import Affine, Network
from uat.core.target import Target
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["build"]


_AND: Final = 64.0  # the slope of the second layer: σ(±32) is 0 or 1 to 14 digits
_ONE: Final = 128.0  # the bias of the constant unit


def build(target: Target, many: int, slope: float = 2.0**12) -> Network:
    """Make the sum of many × many towers, each as high as f in the middle of its cell.

    f has two coordinates, and `slope` is that of the first layer, in parts of the side. The two
    hidden layers have 2(many − 1) and many² logistic units. Source: Nielsen, 2015, chapter 4.

    Examples
    --------
    >>> g = build(Target("x + y", [(0, 1), (0, 1)]), 4)
    >>> g, round(g.as_function()(0.4, 0.6), 12)
    (Network(2 → 6 → 16 → 1, uat.logistic), 1.0)
    """
    if target.dimension != 2 or many < 2:
        raise InputError(
            f"{many} towers along each of {target.dimension} coordinates asked for; at least 2 "
            "along each of two are needed"
        )
    check_slope(slope, logistic)
    lower, side = target.lower, target.upper - target.lower
    edges, middles = np.arange(1, many) / many, (np.arange(many) + 0.5) / many
    x, y = (low + s * middles for low, s in zip(lower, side, strict=True))
    heights = np.asarray(target(*np.meshgrid(x, y, indexing="ij")))  # (cells along x, along y)
    steps = np.kron(np.diag(slope / side), np.ones((many - 1, 1)))
    places = np.concatenate([low + s * edges for low, s in zip(lower, side, strict=True)])
    first = Affine(steps, -steps.sum(axis=1) * places)
    last = Affine([_jumps(heights)], [0.0])
    return Network((first, _and(many - 1), last), logistic)


def _and(steps: int) -> Affine:
    """Make the second layer, (s + s + s² + 1, 2 s): steps, pairs of steps, and a constant."""
    x, y = np.eye(2 * steps).reshape(2, steps, 2 * steps)
    both = (x[:, None] + y[None, :]).reshape(-1, 2 * steps)
    asked = np.concatenate([x, y, both, np.zeros((1, 2 * steps))])
    thresholds = np.concatenate([np.full(2 * steps, 0.5), np.full(steps**2, 1.5)])
    return Affine(_AND * asked, np.append(-_AND * thresholds, _ONE))


def _jumps(heights: Array) -> Array:
    """Return the output weights of the second layer."""
    along_x, along_y = np.diff(heights[:, 0]), np.diff(heights[0])
    mixed = np.diff(np.diff(heights, axis=0), axis=1).ravel()
    return np.concatenate([along_x, along_y, mixed, heights[:1, 0]])
