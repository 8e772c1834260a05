"""Networks of any shape, cells of any size, and points in them, for the tests of proofs."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.oracles.activations import OWN, sigma_of
from uat import Affine, Network
from uat.core.activations import NAMED, Activation
from uat.expression.arrays import Array

__all__ = ["activations", "cells_of_a_box", "networks", "one_layer", "points_in"]


STEEP = [1.0, 3.0, 30.0, 1e3, 1e6, 1e30, 1e100]


def activations(own: bool = False) -> st.SearchStrategy[Activation]:
    names = [*NAMED, *OWN] if own else [*NAMED]
    return st.sampled_from(names).map(lambda name: sigma_of(name)[0])


@st.composite
def networks(
    draw: st.DrawFn, d: int, depth: int, sigma: Activation | None = None, most: int = 6
) -> Network:
    """Random layers; each unit of the first one may be steep, some have their breaks in the box.

    Without a σ each layer may have its own.
    """
    kinds = activations() if sigma is None else st.just(sigma)
    chosen = draw(kinds | st.lists(kinds, min_size=depth, max_size=depth))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [d, *(draw(st.integers(1, most)) for _ in range(depth)), 1]
    layers = []
    for i, (inner, outer) in enumerate(pairwise(sizes)):
        weight, bias = rng.normal(size=(outer, inner)), rng.normal(size=outer)
        if i < depth:
            steep = rng.choice(STEEP if i == 0 else STEEP[:5], size=outer) ** draw(
                st.sampled_from([0, 1])
            )
            weight, bias = weight * steep[:, None], bias * steep
        layers.append(Affine(weight, bias))
    return Network(layers, chosen)


@st.composite
def one_layer(draw: st.DrawFn, sigma: Activation | None = None, most: int = 12) -> Network:
    """One coordinate: breaks that coincide, units that repeat, pairs that cancel, slopes of 0."""
    sigma = sigma or draw(activations())
    count = draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    slopes = rng.choice(STEEP, size=count) * rng.choice([-1, 1], size=count)
    slopes = np.where(rng.random(count) < 0.1, 0.0, slopes)
    breaks = rng.choice(np.append(rng.uniform(-1, 1, 4), [-1, 0, 0.5]), size=count)
    a, c = rng.normal(size=count), np.where(slopes == 0, rng.normal(size=count), -slopes * breaks)
    if draw(st.booleans()):
        a, slopes, c = (np.concatenate([v, v * f]) for v, f in ((a, -1.0), (slopes, 1), (c, 1)))
    if draw(st.booleans()):
        c = c + rng.choice([0.0, 0.5, -0.5], size=len(c))
    return Network.from_units(a, slopes, c, sigma)


def cells_of_a_box(network: Network, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Cells in [−1, 1]^d: wide and narrow ones, many around the breaks of the first layer."""
    d = network.input_dimension
    centre = rng.uniform(-1, 1, (count, d))
    first = network.layers[0]
    for i in range(0, count, 2):
        row = rng.integers(len(first.bias))
        b, c = first.weight[row], first.bias[row]
        axis = int(np.argmax(np.abs(b)))
        if b[axis] != 0:
            others = np.delete(np.arange(d), axis)
            with np.errstate(over="ignore"):
                x = (-c - b[others] @ centre[i, others]) / b[axis]
            if abs(x) <= 1:
                centre[i, axis] = x
    size = 10.0 ** rng.uniform(-17, 0.3, (count, 1)) * rng.random((count, d))
    lower, upper = centre - size * rng.random((count, d)), centre + size * rng.random((count, d))
    return np.clip(lower, -1, 1), np.clip(upper, -1, 1)


def points_in(
    lower: Any, upper: Any, rng: np.random.Generator, count: int = 4
) -> list[list[Fraction]]:
    """Points of a cell: two corners, and others that are mostly no floats."""
    ends = [(Fraction(a), Fraction(b)) for a, b in zip(lower, upper, strict=True)]
    shares = [[Fraction(0)] * len(ends), [Fraction(1)] * len(ends)]
    shares += [
        [Fraction(int(v), 997) for v in rng.integers(0, 998, len(ends))] for _ in range(count)
    ]
    return [[a + (b - a) * s for (a, b), s in zip(ends, share, strict=True)] for share in shares]
