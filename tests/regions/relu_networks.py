"""ReLU networks drawn by Hypothesis, mostly in special position, and their exact affine maps."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

import uat
from uat import Affine, Network

__all__ = ["affine_map", "boxes", "networks", "pattern_at", "random_network"]

Row = list[Fraction]


@st.composite
def networks(draw: st.DrawFn, dimensions: tuple[int, ...] = (1, 2, 3)) -> Network:
    """Draw up to three hidden layers of up to five units; the weights are a few small numbers."""
    n = draw(st.sampled_from(dimensions))
    sizes = [n, *draw(st.lists(st.integers(1, 6 - n // 2), min_size=1, max_size=3 - n // 3))]
    sizes.append(draw(st.integers(1, 2)))
    scale = draw(st.sampled_from([1.0, 0.5, 0.1]))
    number = st.integers(-2, 2).map(lambda k: k * scale)
    layers = []
    for inner, outer in pairwise(sizes):
        rows = draw(
            st.lists(
                st.lists(number, min_size=inner + 1, max_size=inner + 1),
                min_size=outer,
                max_size=outer,
            )
        )
        layers.append(Affine([row[:-1] for row in rows], [row[-1] for row in rows]))
    return Network(layers, uat.relu)


boxes = st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (-1.5, 1.25), (0.1, 0.7)])


def random_network(rng: int, *sizes: int) -> Network:
    """Draw He-normal weights and small biases: in general position."""
    draw = np.random.default_rng(rng).normal
    return Network(
        [
            Affine(draw(0, np.sqrt(2 / inner), (outer, inner)), draw(0, 0.1, outer))
            for inner, outer in pairwise(sizes)
        ],
        uat.relu,
    )


def pattern_at(network: Network, x: Any) -> tuple[list[bool], bool]:
    """Return the units that are on at a point, in exact numbers, and True if none is at 0."""
    values = [Fraction(float(v)) for v in x]
    on: list[bool] = []
    clear = True
    for layer in network.layers[:-1]:
        h = [
            sum((Fraction(w) * v for w, v in zip(row, values, strict=True)), Fraction(bias))
            for row, bias in zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        ]
        clear = clear and 0 not in h
        on += [value > 0 for value in h]
        values = [max(value, Fraction(0)) for value in h]
    return on, clear


def affine_map(network: Network, on: Any) -> list[Row]:
    """Return the rows (gradient, offset) of the outputs where these units are on, exactly."""
    n = network.input_dimension
    forms = [[Fraction(int(i == j)) for j in range(n + 1)] for i in range(n)]
    left = list(on)
    for layer in network.layers:
        forms = [
            [
                sum((Fraction(w) * z[j] for w, z in zip(row, forms, strict=True)), Fraction(0))
                + (Fraction(bias) if j == n else 0)
                for j in range(n + 1)
            ]
            for row, bias in zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        ]
        if layer is not network.layers[-1]:
            here, left = left[: len(forms)], left[len(forms) :]
            forms = [[z * int(u) for z in form] for form, u in zip(forms, here, strict=True)]
    return forms
