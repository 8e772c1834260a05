"""|f − g| bounded cell by cell: any continuous f, any σ, any depth, soft or steep.

On a cell f and g each have a model, a quadratic polynomial ± an error (`cells/target_model.py`;
`MODELS` for g). The models are subtracted before their range is taken (`cells/one_cell.py`), so the
bound shrinks to |f(m) − g(m)| as the cube of the cell where both are smooth; where a unit is steep its model is the
interval between its two limits, and f is near both where it switches. The worst cells are halved
(`cells/branch_and_bound.py`).
"""

from concurrent.futures import Executor
from typing import Any, Final

import numpy as np

from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import equal_cells
from uat.proof.cells.backward import Backward
from uat.proof.cells.blocks import InBlocks
from uat.proof.cells.branch_and_bound import Bound, CellSearch
from uat.proof.cells.expanded_sum import ExpandedSum
from uat.proof.cells.layers import Layers
from uat.proof.cells.one_cell import bounding
from uat.proof.cells.paired import Paired
from uat.proof.cells.quadratic import NetworkModel
from uat.proof.cells.relu_row import ReluRow
from uat.proof.cells.steep_row import SteepRow

__all__ = ["MODELS", "model_of", "rests_on_modulus", "search_by_cells"]

MODELS: Final[tuple[type[NetworkModel], ...]] = (
    ReluRow,
    SteepRow,
    Paired,
    ExpandedSum,
    Backward,
    Layers,
)
"""From the most special model to that of every network; a network gets the first that fits."""

_FIRST: Final = {1: 64, 2: 8, 3: 4}
"""First cells along each axis, 1 in more than three dimensions; more: time is spent on cells that
a coarse one would have settled."""

_SPARE: Final = 2.0**-12
"""Models of g may err by this share of the goal; larger: faster, less sharp."""


def search_by_cells(
    target: Target,
    network: Network,
    *,
    size: float,
    gap: float,
    executor: Executor | None = None,
) -> tuple[CellSearch, float]:
    """Begin a proof of sup |f − g| over the box of f; return the search and the rounding.

    It ends where the bound is as near to `size`, or to the error seen, as half the gap, or below
    the rounding.
    search.upper bounds |f − g|, and with the rounding also |f(x) − g(x)| for g in float64; it is
    inf while some cell has no bound.
    """
    nearly = 1 + gap / 2
    made_of = target, network, nearly * size * _SPARE
    model = model_of(network, target.domain, made_of[2])
    bound = InBlocks(bounding(target, model), model.cells, _bound_of, made_of, executor)
    cells, goal = _first_cells(target, model), max(nearly * size, model.rounding)
    return CellSearch(bound, *cells, goal, nearly), model.rounding


def _bound_of(target: Target, network: Network, tolerated: float) -> Bound:
    return bounding(target, model_of(network, target.domain, tolerated))


def model_of(network: Network, domain: Any, tolerated: float) -> NetworkModel:
    """Make the first model that fits."""
    fitting = next(model for model in MODELS if model.fits(network))
    return fitting(network, domain, tolerated)


def rests_on_modulus(target: Target) -> bool:
    """Return True if bounds of f may rest on its declared modulus.

    The modulus is not needed if the formula gives a finite range on the whole box, since a smaller
    cell has a smaller range.
    """
    if target.expression is None:
        return True
    low, high = target.enclose(target.lower[None, :], target.upper[None, :])
    return target.modulus is not None and not bool(np.isfinite(high - low).all())


def _first_cells(target: Target, model: NetworkModel) -> tuple[Array, Array]:
    """Cut the box into equal cells, on a line also where the model asks for it."""
    count = _FIRST.get(target.dimension, 1)
    lower, upper = equal_cells(target.lower, target.upper, count)
    if target.dimension > 1:
        return lower, upper
    places = [lower[:, 0], model.edges(*target.domain[0]), target.upper]
    edges = np.unique(np.concatenate(places))[:, None]
    return edges[:-1], edges[1:]
