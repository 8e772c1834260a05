"""Regions of networks by clipping convex polytopes in exact integers: slow, and no code of uat.

A network is a list of (weight, bias), plain rows of numbers, the last pair its output. All numbers
are scaled to integers: the values of a layer are s > 0 times those of the network, and with them its
biases and the breakpoints of σ. σ is a Bent, a broken line; without one it is ReLU. A polytope is its vertices, integers (X, D) for X/D with D > 0, each with the set of
half-spaces that it is tight in. A hyperplane that has vertices on both sides cuts the polytope in
two; the new vertices lie on its edges. Two vertices are the ends of an edge when no other vertex is
tight in all half-spaces that these two share (Motzkin, Raiffa, Thompson and Thrall, "The double
description method", 1953).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm
from typing import Any

__all__ = [
    "ABSOLUTE",
    "RAMP",
    "RELU",
    "Bent",
    "Layers",
    "box_of",
    "cells",
    "count",
    "leaky",
    "linear_regions",
    "regions",
]

Layers = Sequence[tuple[Any, Any]]
Row = tuple[int, ...]
Vertices = dict[Row, frozenset[int]]

# Beyond every vertex of the small networks of the tests.
FAR = 2**300


@dataclass(frozen=True)
class Bent:
    """A broken line: slope · u + start on each of its pieces, from left to right."""

    breaks: tuple[Fraction, ...]
    pieces: tuple[tuple[Fraction, Fraction], ...]


HALF, ONE, NIL = Fraction(1, 2), Fraction(1), Fraction(0)
RELU = Bent((NIL,), ((NIL, NIL), (ONE, NIL)))
ABSOLUTE = Bent((NIL,), ((-ONE, NIL), (ONE, NIL)))
RAMP = Bent((-HALF, HALF), ((NIL, NIL), (ONE, HALF), (NIL, ONE)))


def leaky(slope: float) -> Bent:
    return Bent((NIL,), ((Fraction(slope), NIL), (ONE, NIL)))


@dataclass(frozen=True)
class Cell:
    """A full-dimensional polytope on which every unit is affine."""

    vertices: Vertices
    pattern: tuple[bool, ...]
    values: tuple[Row, ...]
    """What the last layer gives here, one row (gradient, offset) a value."""


def count(layers: Layers, box: Any = None, sigmas: Sequence[Bent] = ()) -> tuple[int, int]:
    """The numbers of activation regions and of linear regions; without a box in the whole space."""
    found = cells(layers, box, sigmas)
    return len(found), len(set(linear_regions(found)))


def regions(layers: Layers, box: Any = None) -> tuple[list[Cell], list[int]]:
    """The activation regions, and the number of the linear region of each."""
    found = cells(layers, box)
    return found, linear_regions(found)


def cells(layers: Layers, box: Any = None, sigmas: Sequence[Bent] = ()) -> list[Cell]:
    """The activation regions inside a box, one pair (a, b) a coordinate."""
    bent = list(sigmas) or [RELU] * (len(layers) - 1)
    *hidden, last = _integers(layers, bent)
    dimension = len(hidden[0][0][0]) if hidden else len(last[0][0])
    one = tuple(tuple(int(i == j) for j in range(dimension + 1)) for i in range(dimension))
    start = box_of([(-FAR, FAR)] * dimension if box is None else box)
    found = [Cell(start, (), one)]
    names = iter(range(2 * dimension, 10**9))
    for (weight, bias), sigma in zip(hidden, _scaled(layers, bent), strict=True):
        found = [part for cell in found for part in _layer(cell, weight, bias, sigma, names)]
    return [
        Cell(cell.vertices, cell.pattern, _affine(cell.values, *last, dimension)) for cell in found
    ]


def linear_regions(found: list[Cell]) -> list[int]:
    """Join cells with the same output that have a common facet; give a number to each cell."""
    parent = list(range(len(found)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    sides: dict[frozenset[Row], list[int]] = {}
    for i, cell in enumerate(found):
        for facet in _facets(cell.vertices):
            sides.setdefault(facet, []).append(i)
    for owners in sides.values():
        for i, j in combinations(owners, 2):
            if found[i].values == found[j].values:
                parent[root(i)] = root(j)
    return [root(i) for i in range(len(found))]


def box_of(box: Any) -> Vertices:
    """The corners of a box; half-spaces 2k and 2k + 1 are the two sides of coordinate k."""
    corners: Vertices = {}
    for sides in product((0, 1), repeat=len(box)):
        point = [Fraction(box[k][side]) for k, side in enumerate(sides)]
        shared = lcm(*(x.denominator for x in point))
        tight = frozenset(2 * k + side for k, side in enumerate(sides))
        corners[(*(int(x * shared) for x in point), shared)] = tight
    return corners


def _integers(layers: Layers, sigmas: Sequence[Bent]) -> list[tuple[list[Row], Row]]:
    exact = _fractions(layers)
    s = _scale(layers, sigmas)
    whole, scale = [], 1
    for (weight, bias), sigma in zip(exact, [*sigmas, RELU], strict=True):
        scale *= s
        rows = [tuple(int(w * s) for w in row) for row in weight]
        whole.append((rows, tuple(int(b * scale) for b in bias)))
        scale *= _divisor(sigma)
    return whole


def _scaled(layers: Layers, sigmas: Sequence[Bent]) -> list[tuple[Row, list[tuple[int, int]]]]:
    """The breakpoints and pieces of each σ, in the scale of its layer, the pieces in whole numbers."""
    s, scale, found = _scale(layers, sigmas), 1, []
    for sigma in sigmas:
        scale *= s
        times = _divisor(sigma)
        breaks = tuple(int(place * scale) for place in sigma.breaks)
        pieces = [(int(a * times), int(c * times * scale)) for a, c in sigma.pieces]
        found.append((breaks, pieces))
        scale *= times
    return found


def _fractions(layers: Layers) -> Any:
    return [
        ([[Fraction(w) for w in row] for row in weight], [Fraction(b) for b in bias])
        for weight, bias in layers
    ]


def _scale(layers: Layers, sigmas: Sequence[Bent]) -> int:
    numbers = [
        x
        for weight, bias in _fractions(layers)
        for x in (*(w for row in weight for w in row), *bias)
    ]
    return lcm(*(x.denominator for x in (*numbers, *(t for sigma in sigmas for t in sigma.breaks))))


def _divisor(sigma: Bent) -> int:
    return lcm(*(x.denominator for piece in sigma.pieces for x in piece))


def _affine(values: Sequence[Row], weight: list[Row], bias: Row, dimension: int) -> tuple[Row, ...]:
    """Put affine forms into an affine layer."""
    rows = []
    for weights, constant in zip(weight, bias, strict=True):
        row = [
            sum(w * z[j] for w, z in zip(weights, values, strict=True)) for j in range(dimension)
        ]
        shift = sum(w * z[-1] for w, z in zip(weights, values, strict=True))
        rows.append((*row, shift + constant))
    return tuple(rows)


def _layer(cell: Cell, weight: list[Row], bias: Row, sigma: Any, names: Any) -> list[Cell]:
    """Cut a cell by every unit of a layer, one after the other, at each break of σ."""
    dimension = len(next(iter(cell.vertices))) - 1
    forms = _affine(cell.values, weight, bias, dimension)
    breaks, pieces = sigma
    parts: list[tuple[Vertices, tuple[bool, ...]]] = [(cell.vertices, ())]
    for *slopes, start in forms:
        for place in breaks:
            name = next(names)
            parts = [
                (vertices, (*on, side))
                for whole, on in parts
                for vertices, side in _cut(whole, (*slopes, start - place), name)
            ]

    def passed(form: Row, beyond: tuple[bool, ...]) -> Row:
        slope, start = pieces[sum(beyond)]
        return (*(slope * a for a in form[:-1]), slope * form[-1] + start)

    k = len(breaks)
    return [
        Cell(
            vertices,
            cell.pattern + on,
            tuple(passed(form, on[k * i : k * i + k]) for i, form in enumerate(forms)),
        )
        for vertices, on in parts
    ]


def _cut(vertices: Vertices, form: Row, name: int) -> list[tuple[Vertices, bool]]:
    """Give the off part and the on part of a polytope, where they have an interior."""
    height = {v: sum(a * x for a, x in zip(form, v, strict=True)) for v in vertices}
    above = [v for v in vertices if height[v] > 0]
    below = [v for v in vertices if height[v] < 0]
    touched = {v: s | {name} if height[v] == 0 else s for v, s in vertices.items()}
    if not above or not below:
        return [(touched, bool(above))]
    crossings: Vertices = {}
    for u, v in product(above, below):
        common = vertices[u] & vertices[v]
        if any(common <= tight for w, tight in vertices.items() if w not in (u, v)):
            continue
        point = [height[u] * y - height[v] * x for x, y in zip(u, v, strict=True)]
        shared = gcd(*point)
        crossings[tuple(x // shared for x in point)] = common | {name}
    on = {v: s for v, s in touched.items() if height[v] >= 0} | crossings
    off = {v: s for v, s in touched.items() if height[v] <= 0} | crossings
    return [(off, False), (on, True)]


def _facets(vertices: Vertices) -> set[frozenset[Row]]:
    """The facets, each as the set of its vertices."""
    dimension = len(next(iter(vertices))) - 1
    names = frozenset().union(*vertices.values())
    faces = {frozenset(v for v, tight in vertices.items() if name in tight) for name in names}
    return {face for face in faces if _rank(list(face)) == dimension}


def _rank(rows: list[Row]) -> int:
    """The rank of homogeneous points: one more than the dimension of their hull."""
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rank += 1
        rows = [
            tuple(pivot[column] * x - row[column] * y for x, y in zip(row, pivot, strict=True))
            for row in rows
            if row is not pivot
        ]
    return rank
