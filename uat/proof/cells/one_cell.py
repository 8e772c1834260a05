"""|f − g| bounded on each of many cells, from a model of f and a model of g there.

Both models are quadratic polynomials in s, the place seen from the centre of the cell, ± an error.
|f − g| is at most the largest value of their difference, plus both errors; f may have two models,
of which the one with the smaller bound counts.
"""

from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.proof.cells.branch_and_bound import Bound, Examined
from uat.proof.cells.quadratic import NetworkModel, Quadratic
from uat.proof.cells.target_model import TargetModels

__all__ = ["bounding"]

_LEAST_SHARE: Final = 0.1
"""The least weight of a side when the one to halve is chosen; smaller: longer thin cells."""


def bounding(target: Target, model: NetworkModel) -> Bound:
    """Make the function that bounds |f − g| on cells."""
    of_target = TargetModels(target)
    longest = target.upper - target.lower

    def bound(lower: Array, upper: Array) -> Examined:
        radius = centres(lower, upper)[1]
        of_network = model(lower, upper)
        of_f = of_target(lower, upper)
        gaps = [each.minus(of_network) for each in of_f]
        bounds = np.minimum.reduce([gap.largest(radius) for gap in gaps])
        with np.errstate(invalid="ignore"):
            seen = np.abs(gaps[0].constant) - gaps[0].error
        most = float(np.max(seen, initial=0.0, where=np.isfinite(seen)))
        return Examined(bounds, most, radius / longest * _bent((of_f[0], of_network), radius))

    return bound


def _bent(models: tuple[Quadratic, Quadratic], radius: Array) -> Array:
    """Weigh the sides of each cell by how far f and g bend along them."""
    if radius.shape[1] == 1:
        return np.ones_like(radius)
    with np.errstate(all="ignore"):
        bends = sum(
            np.einsum("cij,ci,cj->ci", np.abs(model.curve), radius, radius) for model in models
        )
        share = np.nan_to_num(bends / np.max(bends, axis=1, keepdims=True), nan=1.0)
    return np.asarray(np.maximum(share, _LEAST_SHARE))
