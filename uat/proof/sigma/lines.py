"""σ between two lines on a range of its argument: slope z + shift below it and above it.

The lines of a model of `sigma/near.py` are parallel. A ReLU and a leaky ReLU are the larger one of
their two branches, so that each branch is a line below, and so is every line through the kink with a
slope between theirs; the branch that leaves less is taken.

Source: G. Singh, T. Gehr, M. Püschel and M. Vechev, An abstract domain for certifying neural
networks, 2019, section 4.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from uat.core.activations import Activation, absolute, leaky_relu, relu
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.proof.sigma.model import LOST
from uat.proof.sigma.near import near

__all__ = ["Line", "Lines", "branches_of", "lines_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """slope z + shift, arrays of one shape."""

    slope: Array
    shift: Array

    def __call__(self, z: Array) -> Array:
        """Evaluate at z, in floats."""
        return np.asarray(self.slope * z + self.shift)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """below(z) ≤ σ(z) ≤ above(z) for low ≤ z ≤ high.

    The line below may have every slope between the two of `turns`, with the same shift.
    """

    below: Line
    above: Line
    low: Array
    high: Array
    turns: tuple[Array, Array] | None = None

    def can_turn(self) -> bool:
        """Return True if some line below may have another slope."""
        return self.turns is not None and bool((self.turns[0] < self.turns[1]).any())

    def values(self) -> tuple[Array, Array]:
        """Bound σ(z), rounded outward."""
        bottom = np.minimum(self.below(self.low), self.below(self.high))
        top = np.maximum(self.above(self.low), self.above(self.high))
        size = np.maximum(np.abs(self.low), np.abs(self.high))
        lost = [
            np.where(
                (v.slope == 0) & (v.shift == 0),
                0.0,
                LOST * (np.abs(v.slope) * size + np.abs(v.shift)) + TINY,
            )
            for v in (self.below, self.above)
        ]
        return bottom - lost[0], top + lost[1]

    def gap(self) -> Array:
        """Return how far the lines are from each other in the middle of the range."""
        z = self.low / 2 + self.high / 2
        return np.asarray(self.above(z) - self.below(z))


@lru_cache(maxsize=64)
def lines_of(activation: Activation) -> Callable[[Array, Array], Lines]:
    """Return the function that puts σ between lines on ranges, two arrays of one shape.

    >>> lines = lines_of(relu)(np.array([-1.0, -1.0, 2.0]), np.array([1.0, 3.0, 3.0]))
    >>> lines.below.slope, lines.above.slope
    (array([0., 1., 1.]), array([0.5 , 0.75, 1.  ]))
    """
    models, branches = near(activation), branches_of(activation)

    def lines(low: Array, high: Array) -> Lines:
        with np.errstate(all="ignore"):
            z, reach = centres(low.ravel(), high.ravel())
            local = models(z, reach)
            sag = local.curve * reach * reach
            shift = local.value + sag / 2 - local.slope * z
            error = local.error + np.abs(sag) / 2
            sizes = np.abs(local.value) + np.abs(sag) + np.abs(local.slope * z) + error
            rounded = LOST * sizes + TINY
            # a line through 0 and a constant are exact
            exact = (sag == 0) & ((local.slope == 0) | ((local.slope == 1) & (local.value == z)))
            error = error + np.where(exact & (error == 0), 0.0, rounded)
            slope, bottom, top = (
                v.reshape(low.shape) for v in (local.slope, shift - error, shift + error)
            )
            below, above = Line(slope, bottom), Line(slope, top)
            if branches is None:
                return Lines(below, above, low, high)
            bent = (low < 0) & (high > 0)
            below = _best_branch(below, branches, low, high)
            turns = [np.where(bent, branch, slope) for branch in branches]
        return Lines(below, above, low, high, (turns[0], turns[1]))

    return lines


def branches_of(activation: Activation) -> tuple[float, float] | None:
    """Return the slopes of the two branches of a ReLU or |u|; None for another σ."""
    if activation is relu:
        return 0.0, 1.0
    if activation is absolute:
        return -1.0, 1.0
    step = activation.difference
    left = None if step is None or step.limits is None else step.limits[0]
    if left is not None and -1 < left < 1 and activation == leaky_relu(left):
        return left, 1.0
    return None


def _best_branch(line: Line, branches: tuple[float, float], low: Array, high: Array) -> Line:
    """Take, where the kink lies within, the branch that is the larger one in the middle."""
    bent = (low < 0) & (high > 0)
    branch = np.where(high > -low, branches[1], branches[0])
    return Line(np.where(bent, branch, line.slope), np.where(bent, 0.0, line.shift))
