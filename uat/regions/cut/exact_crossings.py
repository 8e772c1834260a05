"""Places on edges and chords as fractions, for the few that floats leave in doubt."""

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.regions.cut.crossings import Chords, Crossings
from uat.regions.subdivision import Subdivision

__all__ = ["chord_places", "edge_places"]

Ids = NDArray[Any]
Point = list[Fraction]


def edge_places(start: Subdivision, edge: Ids, unit: Ids) -> list[Fraction]:
    """Return where units are 0 on edges, from the first end at 0 to the second at 1."""
    h, g = (_heights(start, _vertices(start, start.edges[edge, end]), unit) for end in (0, 1))
    return _places(h, g)


def chord_places(
    start: Subdivision, crossings: Crossings, chords: Chords, chord: Ids, unit: Ids
) -> list[Fraction]:
    """Return where units are 0 on chords, from the first end at 0 to the second at 1."""
    h, g = (
        _heights(start, _crossing_points(start, crossings, chords.ends[chord, end]), unit)
        for end in (0, 1)
    )
    return _places(h, g)


def _places(h: list[Fraction], g: list[Fraction]) -> list[Fraction]:
    return [a / (a - b) for a, b in zip(h, g, strict=True)]


def _vertices(start: Subdivision, vertices: Ids) -> list[Point]:
    needed, place = np.unique(vertices, return_inverse=True)
    points = start.exact(needed).tolist()
    return [[Fraction(x, points[i][-1]) for x in points[i][:-1]] for i in place.tolist()]


def _crossing_points(start: Subdivision, crossings: Crossings, which: Ids) -> list[Point]:
    edge, unit = crossings.edge[which], crossings.unit[which]
    first, second = (_vertices(start, start.edges[edge, end]) for end in (0, 1))
    places = edge_places(start, edge, unit)
    return [
        [x + t * (y - x) for x, y in zip(a, b, strict=True)]
        for a, b, t in zip(first, second, places, strict=True)
    ]


def _heights(start: Subdivision, points: list[Point], unit: Ids) -> list[Fraction]:
    """Evaluate one unit of the next layer at each point."""
    rows = {}
    for point in points:
        scale = lcm(*(x.denominator for x in point))
        rows[tuple(point)] = [int(x * scale) for x in point] + [scale]
    lineage = start.planes.lineage
    values = lineage.forms.exact_values(np.array(list(rows.values()), object), lineage.layer)
    at = dict(zip(rows, values.tolist(), strict=True))
    return [
        Fraction(at[tuple(point)][u], at[tuple(point)][-1])
        for point, u in zip(points, unit.tolist(), strict=True)
    ]
