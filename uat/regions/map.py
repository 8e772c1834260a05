"""The regions of a network: their number, and as a map their patterns, affine maps and corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from uat.core.arguments import real_array
from uat.errors import InputError
from uat.expression.arrays import Array, Bools
from uat.expression.notebook import shown
from uat.regions.corners import signed_areas
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.locate import locate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from uat.core.network import Network
    from uat.regions.exact.integers import Ids

__all__ = ["RegionCount", "RegionMap"]


@dataclass(frozen=True)
class RegionCount:
    """The number of regions of a network.

    Attributes
    ----------
    activation : int
        Activation regions: maximal open sets inside the box with one pattern of units on and off.
        A unit whose pre-activation is 0 on a whole region is off there.
    linear : int
        Linear regions: maximal connected sets with one affine map; activation regions are
        connected through common facets.
    """

    activation: int
    linear: int

    _repr_mimebundle_ = shown


@dataclass(frozen=True, eq=False, repr=False)
class RegionMap:
    """All regions of a network in a box.

    Attributes
    ----------
    network : Network
        n coordinates, m values.
    box : ndarray, shape (n, 2)
        If `unbounded`, a box that contains all vertices and meets every region and every facet:
        corners, areas and points are of the parts within it.
    unbounded : bool
        True if the regions are those of the whole space.
    patterns : ndarray of bool, shape (regions, units)
        The units that are on in each region, layer after layer: those with a pre-activation > 0. A
        ramp has two entries, for a pre-activation > −½ and > ½.
    gradients : ndarray, shape (regions, m, n)
    offsets : ndarray, shape (regions, m)
        The network is x ↦ gradient x + offset on a region; activation regions of one linear region
        have the same numbers here.
    vertices : ndarray, shape (V, n)
        The vertices of all regions, rounded: within 2⁻⁴³ of each, relative to its largest coordinate.
    corner_starts, corner_index : ndarray
        The vertices of region i are `corner_index[corner_starts[i] : corner_starts[i + 1]]`; in
        one dimension from left to right, in two counter-clockwise.
    neighbours : ndarray, shape (pairs, 2)
        Regions with a common facet.
    component : ndarray of int, shape (regions,)
        The number of the linear region that a region belongs to.
    points : ndarray, shape (regions, n)
        The mean of the corners, rounded: within 2⁻⁴⁰, relative to the largest coordinate of the
        corners, of a point inside the region. A region may be thinner than that, and have no float
        in it.
    """

    network: Network
    box: Array
    unbounded: bool
    patterns: Bools
    gradients: Array
    offsets: Array
    vertices: Array
    corner_starts: Ids
    corner_index: Ids
    neighbours: Ids
    component: Ids
    points: Array

    @property
    def count(self) -> RegionCount:
        """The number of regions."""
        return RegionCount(len(self.patterns), int(self.component.max()) + 1)

    @property
    def areas(self) -> Array:
        """The area of each region, in one dimension its length: shape (regions,).

        Raises
        ------
        InputError
            There are more than two dimensions, or an area is past the range of float64.
        """
        if len(self.box) > 2:
            raise InputError(f"a map in {len(self.box)} coordinates has no areas; at most 2 have")
        if len(self.box) == 1:
            left, right = self.vertices[self.corner_index, 0].reshape(-1, 2).T
            return np.asarray(right - left)
        areas = np.abs(signed_areas(self.vertices, self.corner_starts, self.corner_index))
        if not np.isfinite(areas).all():
            raise InputError("an area is past the range of float64; a smaller box is needed")
        return areas

    def corners(self, region: int) -> Array:
        """Return the corners of one region, shape (corners, n).

        Examples
        --------
        >>> from uat import Affine, Network, map_regions, relu
        >>> corner = Network([Affine([[1, -1]], [0]), Affine([[1]], [0])], relu)
        >>> regions = map_regions(corner, (0, 1))
        >>> regions.corners(int(regions.region_of([0.9, 0.1]))).tolist()
        [[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
        """
        start, end = self.corner_starts[region : region + 2]
        return np.asarray(self.vertices[self.corner_index[start:end]])

    def region_of(self, x: ArrayLike) -> Ids:
        """Return the region that each point is in.

        Parameters
        ----------
        x : array_like, shape (..., n)

        Returns
        -------
        ndarray of int, shape (...)
            −1 outside the box; on a boundary, one of the regions that touch the point.

        Raises
        ------
        InputError
            The last axis is not n, or an entry is NaN or infinite.
        """
        points, n = real_array(x, "x"), len(self.box)
        if points.shape[-1:] != (n,):
            raise InputError(
                f"x of shape {points.shape} given; (..., {n}) is needed, with the coordinates on "
                "the last axis"
            )
        if not np.isfinite(points).all():
            raise InputError("x has NaN or infinity in it; finite coordinates are needed")
        flat = points.reshape(-1, n)
        box = np.array([[-np.inf, np.inf]] * n) if self.unbounded else self.box
        inside = ((flat >= box[:, 0]) & (flat <= box[:, 1])).all(axis=1)
        found = np.full(len(flat), -1, np.intp)
        found[inside] = locate(PiecewiseLayers(self.network), self.patterns, flat[inside], box)
        return found.reshape(points.shape[:-1])

    _repr_mimebundle_ = shown

    def __repr__(self) -> str:
        where = "the whole space" if self.unbounded else str(self.box.tolist())
        return f"RegionMap({self.network!r} on {where}: {self.count})"
