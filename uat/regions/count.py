"""How many linear regions a ReLU network has, exactly; and all of them, as a map.

The count is that of the function in real arithmetic whose weights are the stored floats. One
coordinate is cut by sorted breakpoints, two by a whole layer at a time, more by one unit at a time.
Source: G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural
networks, NIPS 2014.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.core.activations import relu
from uat.core.arguments import Progress, brief, read_progress, whole_number
from uat.core.domain import check_domain
from uat.core.network import Network
from uat.errors import InputError, WrongType
from uat.expression.arrays import Array
from uat.regions.corners import corners, outlines
from uat.regions.cut import lattice, line, plane
from uat.regions.cut.preactivations import Unsure
from uat.regions.exact.affine_forms import Lineage
from uat.regions.exact.integers import rounded
from uat.regions.exact.signs import Forms
from uat.regions.map import RegionCount, RegionMap
from uat.regions.merge import linear_regions
from uat.regions.space import cut_space, essential
from uat.regions.subdivision import Subdivision, uncut
from uat.regions.watch import Watch

__all__ = ["count_regions", "map_regions"]

Ids = NDArray[Any]

_MOST_COORDINATES: Final = 8
# Regions that fit in about 4 GB; a cell of n coordinates has many more faces than one of two.
_FITTING: Final = {
    1: 10**7,
    2: 2 * 10**6,
    3: 10**6,
    4: 4 * 10**5,
    5: 10**5,
    6: 5 * 10**4,
    7: 2 * 10**4,
    8: 10**4,
}
_COARSE: Final = 2.0**-44


def count_regions(
    network: Network, box: Any = None, *, limit: int | None = None, progress: Progress | None = None
) -> RegionCount:
    """Count the activation regions and the linear regions of a ReLU network, exactly.

    Parameters
    ----------
    network : Network
        Any depth, any number of outputs; at most 8 coordinates.
    box : (a, b) or one pair per coordinate, optional
        One pair is for all coordinates; without a box, the whole space.
    limit : int, optional
        The most activation regions; by default as many as fit in about 4 GB.
    progress : callable, optional
        Called with (units done, units, text) now and then.

    Returns
    -------
    RegionCount

    Raises
    ------
    InputError, WrongType
        Another activation, a box that does not fit, more than 8 coordinates or `limit` regions.

    Examples
    --------
    >>> from uat import Affine, relu
    >>> cross = Network([Affine([[1, 0], [0, 1]], [0, 0]), Affine([[1, 0]], [0])], relu)
    >>> count_regions(cross, (-1, 1))
    RegionCount(activation=4, linear=2)
    """
    task = _read(network, box, limit, progress)
    cells = task.cut_reduced()
    count, _ = linear_regions(cells.planes.lineage, cells.neighbours())
    return RegionCount(cells.cells, count)


def map_regions(
    network: Network, box: Any = None, *, limit: int | None = None, progress: Progress | None = None
) -> RegionMap:
    """Find the regions of a ReLU network: patterns, affine maps, corners, neighbours.

    Parameters
    ----------
    network, box, limit, progress
        As in `count_regions`. Without a box the map shows a box with all vertices inside.

    Returns
    -------
    RegionMap

    Raises
    ------
    InputError, WrongType
        As in `count_regions`; a gradient or an offset past the range of float64.

    Examples
    --------
    >>> from uat import Affine, relu
    >>> hat = Network([Affine([[1], [1]], [0, -1]), Affine([[1, -2]], [0])], relu)
    >>> found = map_regions(hat, (-1, 3))
    >>> found.count
    RegionCount(activation=3, linear=3)
    >>> found.gradients[found.region_of([[0.5], [2.0]])].ravel().tolist()
    [1.0, -1.0]
    """
    task = _read(network, box, limit, progress)
    cells = task.cut()
    cells = replace(cells, vertices=_vertices(cells))
    planes, neighbours = cells.planes, cells.neighbours()
    count, component = linear_regions(planes.lineage, neighbours)
    first = np.empty(count, np.intp)
    first[component[::-1]] = np.arange(cells.cells)[::-1]
    maps, vertices = _maps(planes.lineage, first[component]), cells.vertices
    starts, index = outlines(cells) if planes.lineage.forms.dimension == 2 else corners(cells)
    if planes.lineage.forms.dimension == 1:
        pairs = index.reshape(-1, 2)
        index = np.take_along_axis(pairs, vertices[pairs, 0].argsort(axis=1), axis=1).ravel()
    sizes = np.diff(starts)
    shares = vertices[index] / np.repeat(sizes, sizes)[:, None]
    patterns = planes.lineage.patterns(planes.lineage.layer, np.arange(cells.cells))
    gradients = np.swapaxes(maps[:, :-1], 1, 2)
    points = np.add.reduceat(shares, starts[:-1], axis=0)
    arrays = (patterns, gradients, maps[:, -1], vertices, starts, index)
    fields = (planes.box, *arrays, neighbours, component, points)
    box_used, *rest = (_read_only(array) for array in fields)
    return RegionMap(network, box_used, task.box is None, *rest)


@dataclass(frozen=True, slots=True)
class _Task:
    """A network and a box that have been checked; no box is the whole space."""

    network: Network
    box: Array | None
    watch: Watch

    def cut(self) -> Subdivision:
        """Cut the box; for the whole space one that meets all regions."""
        box = self.box
        if box is None:
            reduced = self.cut_reduced().planes.box
            box = np.repeat(reduced[:1], self.network.input_dimension, axis=0)
        return _subdivide(Forms(self.network), box, self.watch)

    def cut_reduced(self) -> Subdivision:
        """Cut the box; for the whole space, in fewer coordinates if there the regions are alike."""
        if self.box is not None:
            return self.cut()
        network, reach = essential(self.network)
        forms = Forms(network)
        return cut_space(forms, reach, lambda box: _subdivide(forms, box, self.watch))


def _subdivide(forms: Forms, box: Array, watch: Watch) -> Subdivision:
    """Cut a box by all hidden layers."""
    if forms.dimension == 1:
        short = line.cut_short(uncut(forms, box), watch)
        if short is not None:
            return short
    cells = uncut(forms, box)
    for _ in forms.widths:
        cells = _cut_by_layer(cells, watch)
    return cells


def _cut_by_layer(cells: Subdivision, watch: Watch) -> Subdivision:
    """Cut by one layer in the fastest way that is sure."""
    fast = {1: line.cut_by_layer, 2: plane.cut_by_layer}.get(cells.planes.lineage.forms.dimension)
    if fast is not None:
        try:
            return fast(cells, watch)
        except Unsure:
            pass
    return lattice.cut_by_layer(cells, watch)


def _vertices(cells: Subdivision) -> Array:
    """Return the vertices as floats, computed anew from integers where they are not sharp."""
    x = cells.vertices.copy()
    coarse = np.flatnonzero(~(cells.errors <= _COARSE * np.abs(x).max(axis=1)))
    for start in range(0, len(coarse), 1 << 14):
        some = coarse[start : start + (1 << 14)]
        x[some] = rounded(cells.exact(some))
    return x


def _maps(lineage: Lineage, cells: Ids) -> Array:
    """Compute the affine maps of the network on cells, from integers where floats overflow."""
    maps = lineage.outputs()[0][cells]
    lost = np.flatnonzero(~np.isfinite(maps).all(axis=(1, 2)))
    if len(lost):
        distinct, place = np.unique(cells[lost], return_inverse=True)
        maps[lost] = lineage.exact_outputs(distinct)[place]
    if not np.isfinite(maps).all():
        raise InputError(
            "a gradient or an offset is past the range of float64: count_regions counts these "
            "regions, but no map of them is possible"
        )
    return maps


def _read(network: Any, box: Any, limit: Any, progress: Progress | None) -> _Task:
    """Check what was given."""
    if not isinstance(network, Network):
        raise WrongType(f"{brief(network)} given; a uat.Network is needed")
    if network.activation != relu:
        raise InputError(f"activation {network.activation!r} given; regions are those of uat.relu")
    n = network.input_dimension
    if n > _MOST_COORDINATES:
        raise InputError(
            f"a network of {n} coordinates given; at most {_MOST_COORDINATES} are possible: the "
            f"box alone has 3^n faces, here {3**n}, and k hyperplanes make up to about k^n/n! cells"
        )
    most = _FITTING[n] if limit is None else whole_number(limit, "limit")
    return _Task(network, _read_box(box, n), Watch(most, read_progress(progress)))


def _read_box(box: Any, n: int) -> Array | None:
    if box is None:
        return None
    pairs = check_domain(box, "box")
    if len(pairs) not in (1, n):
        raise InputError(f"box of {len(pairs)} pairs given for {n} coordinates; 1 or {n} is needed")
    return np.array(pairs * (n // len(pairs)))


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
