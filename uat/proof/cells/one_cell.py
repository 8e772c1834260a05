"""|f − g| bounded on each of many cells, from a model of f and a model of g there.

Both models are quadratic polynomials in s, the place seen from the centre of the cell, ± an error.
|f − g| is at most the largest value of their difference, plus both errors; f may have two models,
of which the one with the smaller bound counts.
"""

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.proof.cells.branch_and_bound import Bound, Examined
from uat.proof.cells.quadratic import NetworkModel
from uat.proof.cells.target_model import TargetModels

__all__ = ["bounding"]


def bounding(target: Target, model: NetworkModel) -> Bound:
    """Make the function that bounds |f − g| on cells."""
    of_target = TargetModels(target)
    longest = target.upper - target.lower

    def bound(lower: Array, upper: Array) -> Examined:
        centre, radius = centres(lower, upper)
        of_f = of_target(lower, upper)
        of_network = model.beside(of_f[0], lower, upper)
        with np.errstate(invalid="ignore", over="ignore"):
            gaps = [of_network.gap(each, radius) for each in of_f]
        bounds, (_, seen, places) = np.minimum.reduce([gap[0] for gap in gaps]), gaps[0]
        seen = np.where(np.isfinite(seen), seen, 0.0)
        best = int(np.argmax(seen))
        place = np.clip(centre[best] + places[best], lower[best], upper[best])
        sides = of_network.sides(of_f[0], radius, longest)
        return Examined(bounds, max(float(seen[best]), 0.0), sides, place)

    return bound
