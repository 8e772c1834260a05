"""Count the linear regions of a piecewise linear network exactly, or compute all of them as a map.

The function is that in real arithmetic whose weights are the stored floats. One coordinate is cut
by sorted breakpoints, two by a whole layer at a time, more by one unit at a time.
Source: G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural
networks, NIPS 2014.
"""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import kinks
from uat.core.arguments import Progress, called_as, read_progress, whole_number
from uat.core.domain import check_domain
from uat.core.network import Network, as_network
from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.numerics.one_thread import single_threaded
from uat.numerics.workers import read_executor
from uat.regions.corners import corners, means_of_corners
from uat.regions.cut.box import cut_box
from uat.regions.exact.integers import Ids, rounded
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.journal import Journal
from uat.regions.map import RegionCount, RegionMap
from uat.regions.merge import linear_regions
from uat.regions.space import cut_space, essential_network
from uat.regions.subdivision import UNLIMITED, DoesNotFit, Monitor, Subdivision
from uat.regions.tiles import count_in_tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from uat.regions.exact.affine_forms import AffineForms

__all__ = ["count_regions", "map_regions"]

_MOST_COORDINATES: Final = 8
"""A box of n coordinates has 3^n faces before anything is cut."""
_DEFAULT_LIMITS: Final = {
    1: 10**7,
    2: 2 * 10**6,
    3: 10**6,
    4: 4 * 10**5,
    5: 10**5,
    6: 5 * 10**4,
    7: 2 * 10**4,
    8: 10**4,
}
"""For each dimension, the regions that fit in about 4 GB: the more coordinates, the more faces."""
_MEMORY: Final = 2**32
"""Bytes that the widest layer may take."""
_BYTES: Final = 24
"""Of a unit of that layer and a region, for each of n + 2 numbers: a form on the region, a value at a
vertex, their errors and what is worked out from them. Measured: 70 to 85 in the plane, 110 in space."""
_LEAST: Final = 1000
"""Regions that a tile may have, whatever a layer takes; fewer: less memory, more tiles."""
# Vertices with a larger relative error are computed exactly. Smaller: sharper corners, slower.
_SHARP: Final = 2.0**-44
# Vertices computed exactly at a time. Smaller: less memory.
_BLOCK: Final = 1 << 14


@single_threaded()
@called_as("count_regions(network, (0, 1))")
def count_regions(
    network: Any,
    box: Any = None,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    resume: str | os.PathLike[str] | None = None,
) -> RegionCount:
    """Count the activation regions and the linear regions of a piecewise linear network, exactly.

    Regions in a box that do not fit in memory at once are counted in tiles; the count is the same.

    Parameters
    ----------
    network : Network, Approximation, Fit or trained regressor
        Of `uat.relu`, `uat.leaky_relu`, `uat.absolute` and `uat.ramp`, one a layer; any depth, any
        number of outputs, at most 8 coordinates: see `Network.along` for more.
    box : (a, b) or one pair per coordinate, optional
        One pair is for all coordinates; without a box, the whole space.
    limit : int, optional
        The most activation regions; without it, in the whole space and for a map as many as fit in
        about 4 GB, which are fewer the wider the layers are (300 000 in the plane with 150 units a
        layer, 30 000 with 1500), in a box any number.
    progress : callable, optional
        Called with (units done, units, text) now and then, or with tiles.
    executor : concurrent.futures.Executor, optional
        Counts the tiles of a box, such as ``ProcessPoolExecutor(2)``, or
        ``dask.distributed.Client(...).get_executor()`` on a cluster. Tiles of a process that dies
        are counted again.
    resume : path, optional
        A file to which the counts of tiles of a box are written. If it is there, those in it are
        taken from it.

    Returns
    -------
    RegionCount

    Raises
    ------
    InputError, WrongType
        Another activation, a box that does not fit, more than 8 coordinates or `limit` regions; an
        executor or a file without a box, a file of another network or box.
    FileProblem
        A file that cannot be used.

    Examples
    --------
    >>> from uat import Affine, relu
    >>> cross = Network([Affine([[1, 0], [0, 1]], [0, 0]), Affine([[1, 0]], [0])], relu)
    >>> count_regions(cross, (-1, 1))
    RegionCount(activation=4, linear=2)
    """
    task, workers = _Task.read(network, box, limit, progress), read_executor(executor)
    in_tiles = workers is not None or resume is not None
    if in_tiles and task.box is None:
        raise InputError("executor or resume given without a box; the tiles are those of a box")
    if not in_tiles:
        try:
            cells = task.at_once().cut_reduced()
        except DoesNotFit:
            pass
        else:
            count, _ = linear_regions(cells.forms, cells.neighbours())
            return RegionCount(cells.count, count)
    return task.count_in_tiles(workers, resume)


@single_threaded()
@called_as("map_regions(network, (0, 1))")
def map_regions(
    network: Any, box: Any = None, *, limit: int | None = None, progress: Progress | None = None
) -> RegionMap:
    """Find the regions of a piecewise linear network: patterns, affine maps, corners, neighbours.

    The map is in memory as a whole. What does not fit is mapped in parts of the box, each by itself;
    regions in two parts with the same pattern are parts of one.

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
    task = _Task.read(network, box, limit, progress)
    cells = task.in_memory().cut()
    vertices, neighbours = _sharp_vertices(cells), cells.neighbours()
    _, component = linear_regions(cells.forms, neighbours)
    gradients, offsets = _affine_maps(cells.forms, component)
    starts, index = corners(replace(cells, vertices=vertices))
    arrays = {
        "box": cells.planes.box,
        "patterns": cells.forms.patterns(np.arange(cells.count)),
        "gradients": gradients,
        "offsets": offsets,
        "vertices": vertices,
        "corner_starts": starts,
        "corner_index": index,
        "neighbours": neighbours,
        "component": component,
        "points": means_of_corners(vertices, starts, index),
    }
    read_only = {name: _read_only(array) for name, array in arrays.items()}
    return RegionMap(network=network, unbounded=task.box is None, **read_only)


@dataclass(frozen=True, slots=True)
class _Task:
    """A network and a box that have been checked; no box stands for the whole space."""

    network: Network
    box: Array | None
    monitor: Monitor

    @classmethod
    def read(cls, network: Any, box: Any, limit: Any, progress: Progress | None) -> _Task:
        """Check the arguments."""
        network = as_network(network)
        if any(kinks(sigma) is None for sigma in network.activations):
            raise InputError(
                f"{network!r} given; regions are those of uat.relu, uat.leaky_relu, uat.absolute "
                "and uat.ramp"
            )
        n = network.input_dimension
        if n > _MOST_COORDINATES:
            raise InputError(
                f"a network of {n} coordinates given; at most {_MOST_COORDINATES} are possible: "
                "the box alone has 3^n faces, and k hyperplanes make up to about k^n/n! cells; "
                "network.along(origin, directions) is the network on a line or plane of its inputs"
            )
        most = UNLIMITED if limit is None else whole_number(limit, "limit")
        return cls(network, _read_box(box, n), Monitor(most, read_progress(progress)))

    def in_memory(self) -> _Task:
        """Return the task with a limit: without one, as many as fit."""
        if self.monitor.limit < UNLIMITED:
            return self
        return replace(self, monitor=replace(self.monitor, limit=self.fitting()))

    def at_once(self) -> _Task:
        """Return the task to count all regions at once, or those of a box if they fit."""
        if self.box is None:
            return self.in_memory()
        return replace(self, monitor=replace(self.monitor, fitting=self.fitting()))

    def fitting(self, share: int = 1) -> int:
        """Return how many regions fit in a share of the memory, however wide the layers are."""
        n = self.network.input_dimension
        widest = max(len(layer.bias) for layer in self.network.layers)
        most = max(_MEMORY // (_BYTES * (n + 2) * widest * share), _LEAST)
        return min(_DEFAULT_LIMITS[n] // share, most)

    def count_in_tiles(
        self, executor: Executor | None, resume: str | os.PathLike[str] | None
    ) -> RegionCount:
        """Count the regions in tiles, as small as several processes need."""
        assert self.box is not None
        most = self.fitting(share=8 if len(self.box) < 3 else 2)
        journal = None if resume is None else Journal(resume, self.network, self.box)
        return count_in_tiles(self.network, self.box, most, self.monitor, executor, journal)

    def cut(self) -> Subdivision:
        """Cut the box; for the whole space, a box that meets all regions."""
        box = self.box
        if box is None:
            reduced = self.cut_reduced().planes.box
            box = np.repeat(reduced[:1], self.network.input_dimension, axis=0)
        return cut_box(PiecewiseLayers(self.network), box, self.monitor)

    def cut_reduced(self) -> Subdivision:
        """Cut the box; for the whole space, in as few coordinates as have the same regions."""
        if self.box is not None:
            return self.cut()
        network, reach = essential_network(self.network)
        layers = PiecewiseLayers(network)
        return cut_space(layers, reach, lambda box: cut_box(layers, box, self.monitor))


def _read_box(box: Any, n: int) -> Array | None:
    if box is None:
        return None
    pairs = check_domain(box, "box")
    if len(pairs) not in (1, n):
        needed = "one pair is needed" if n == 1 else f"one for all or {n} are needed"
        raise InputError(
            f"box of {counted(len(pairs), 'pair')} given for {counted(n, 'coordinate')}; {needed}"
        )
    return np.array(pairs * (n // len(pairs)))


def _sharp_vertices(cells: Subdivision) -> Array:
    """Return the vertices as floats, rounded from the exact ones where their errors are large."""
    x = cells.vertices.copy()
    coarse = np.flatnonzero(~(cells.errors <= _SHARP * np.abs(x).max(axis=1)))
    for start in range(0, len(coarse), _BLOCK):
        some = coarse[start : start + _BLOCK]
        x[some] = rounded(cells.exact(some))
    return x


def _affine_maps(forms: AffineForms, component: Ids) -> tuple[Array, Array]:
    """Compute gradients and offsets, for all cells of a linear region those of its first."""
    _, first = np.unique(component, return_index=True)
    cells = first[component]
    maps, errors = forms.outputs()
    # Coefficients that overflow, or that cancel until no digit of them is known; a slope of 0 is
    # known beside a larger one.
    size = np.abs(maps)
    beside = np.broadcast_to(size[:, :-1].max(axis=1, keepdims=True), size.shape).copy()
    beside[:, -1] = size.max(axis=1)
    known = np.isfinite(maps) & np.where(
        maps == 0, beside >= errors[:, None], size > errors[:, None]
    )
    lost = np.intersect1d(first, np.flatnonzero(~known.all(axis=(1, 2))))
    if len(lost):
        maps[lost] = forms.exact_outputs(lost)
    maps = maps[cells]
    _check_range(maps)
    return np.swapaxes(maps[:, :-1], 1, 2), maps[:, -1]


def _check_range(maps: Array) -> None:
    """Refuse gradients and offsets that float64 cannot hold."""
    if not np.isfinite(maps).all():
        raise InputError(
            "a gradient or an offset is past the range of float64: count_regions counts these "
            "regions, but no map of them is possible"
        )


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
