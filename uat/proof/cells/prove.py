"""|f − g| bounded cell by cell: any continuous f, any σ, any depth, soft or steep.

On a cell f and g each have a model, a quadratic polynomial ± an error (`cells/target_model.py`, `cells/steep_row.py`,
`layers.py`). The models are subtracted before their range is taken, so the bound shrinks to
|f(m) − g(m)| as the cube of the cell where both are smooth; where a unit is steep its model is the
interval between its two limits, and f is near both where it switches. The worst cells are halved
(`search.py`).
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.rounding import displacements, rounding_bound
from uat.proof.cells.branch_and_bound import Examined, Search
from uat.proof.cells.layers import NetworkModels
from uat.proof.cells.quadratic import Quadratic, centres
from uat.proof.cells.relu_row import PiecewiseModels
from uat.proof.cells.steep_row import WindowModels
from uat.proof.cells.target_model import TargetModels
from uat.proof.cells.taylor_model import JetModels

__all__ = ["rests_on_modulus", "rounding_beside", "search_by_cells"]

Models = Callable[[Array, Array], Quadratic]

_FIRST: Final = {1: 64, 2: 8, 3: 4}
_SPARE: Final = 2.0**-12
_MANY: Final = 64
_LEAST_SHARE: Final = 0.1


def search_by_cells(target: Target, network: Network, *, goal: float = 0.0) -> Search:
    """Begin a proof of sup |f − g| over the box of f with the first cells, up to four a unit.

    What it proves covers floats too: |f(x) − float g(x)| is at most its bound and
    `rounding_beside`.

    Parameters
    ----------
    target : Target
    network : Network
        One output; as many inputs as f has coordinates.
    goal : float
        A bound that is small enough.

    Returns
    -------
    Search
        Its bound is inf where a cell is left on which nothing is known.

    Examples
    --------
    >>> import uat
    >>> g = uat.Network.from_units([1, 1], [0, 1e100], [0, -5e99], uat.logistic)
    >>> search = search_by_cells(uat.Target("x", (0, 1)), g)
    >>> search.look_at(1000)
    >>> 1 <= search.upper < 1.001
    True
    """
    models, lower, upper = _models_of(target, network, goal)
    return Search(_bounding(target, models), lower, upper, goal)


def rests_on_modulus(target: Target) -> bool:
    """Return whether bounds of f may rest on its declared modulus.

    Where the formula bounds f on the whole box it does so on every cell.
    """
    if target.expression is None:
        return True
    low, high = target.enclose(target.lower[None, :], target.upper[None, :])
    return target.modulus is not None and not bool(np.isfinite(high - low).all())


def rounding_beside(network: Network, domain: Any) -> float:
    """Bound what float g(x) may be off beside the bound of `search_by_cells`."""
    if _is_piecewise(network):
        return rounding_bound(network, domain)
    return displacements(network, domain).remainder


def _is_piecewise(network: Network) -> bool:
    one = network.depth == 1 and network.input_dimension == 1
    return one and network.activation.limits is None and PiecewiseModels.fits(network)


def _is_row(network: Network) -> bool:
    one = network.depth == 1 and network.input_dimension == 1
    return one and network.activation.limits is not None


def _models_of(target: Target, network: Network, goal: float) -> tuple[Models, Array, Array]:
    """Choose how g is modelled, and the first cells."""
    off = displacements(network, target.domain)
    spare = max(goal, _estimate(target, network)) * _SPARE
    models: WindowModels | PiecewiseModels
    if _is_piecewise(network):
        models = PiecewiseModels(network)
    elif _is_row(network) and network.units >= _MANY:
        models = WindowModels(network, off, spare)
    elif JetModels.fits(network):
        return JetModels(network, off, spare), *_grid(target)
    else:
        return NetworkModels(network, off), *_grid(target)
    places = [_grid(target)[0][:, 0], models.edges(*target.domain[0]), target.upper]
    edges = np.unique(np.concatenate(places))[:, None]
    return models, edges[:-1], edges[1:]


def _grid(target: Target) -> tuple[Array, Array]:
    """Cut the box into equal cells; in more than three dimensions it is one."""
    count = _FIRST.get(target.dimension)
    if count is None:
        return target.lower[None, :], target.upper[None, :]
    edges = [np.unique(np.linspace(a, b, count + 1)) for a, b in target.domain]
    lower = np.stack(np.meshgrid(*(e[:-1] for e in edges), indexing="ij"), axis=-1)
    upper = np.stack(np.meshgrid(*(e[1:] for e in edges), indexing="ij"), axis=-1)
    return lower.reshape(-1, target.dimension), upper.reshape(-1, target.dimension)


def _estimate(target: Target, network: Network) -> float:
    """Look at |f − g| on a grid: no bound, a size."""
    lower, upper = _grid(target)
    points = lower + (upper - lower) / 2
    return float(np.abs(np.asarray(target(*points.T)) - network(points)[:, 0]).max())


def _bounding(target: Target, models: Models) -> Callable[[Array, Array], Examined]:
    """Make the function that bounds |f − g| on cells."""
    of_target = TargetModels(target)
    longest = target.upper - target.lower

    def bound(lower: Array, upper: Array) -> Examined:
        radius = centres(lower, upper)[1]
        of_network = models(lower, upper)
        of_f = of_target(lower, upper)
        gaps = [model.minus(of_network) for model in of_f]
        bounds = np.minimum.reduce([gap.largest(radius) for gap in gaps])
        with np.errstate(invalid="ignore"):
            seen = np.abs(gaps[0].constant) - gaps[0].error
        most = float(np.max(seen, initial=0.0, where=np.isfinite(seen)))
        return Examined(bounds, most, radius / longest * _bent((of_f[0], of_network), radius))

    return bound


def _bent(models: tuple[Quadratic, Quadratic], radius: Array) -> Array:
    """Weigh the sides of each cell by how far f and g bend along them; none by less than a tenth."""
    if radius.shape[1] == 1:
        return np.ones_like(radius)
    with np.errstate(all="ignore"):
        bends = sum(
            np.einsum("cij,ci,cj->ci", np.abs(model.curve), radius, radius) for model in models
        )
        share = np.nan_to_num(bends / np.max(bends, axis=1, keepdims=True), nan=1.0)
    return np.asarray(np.maximum(share, _LEAST_SHARE))
