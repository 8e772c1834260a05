"""Depth folds space: each layer lays many copies of the box on top of one another.

A zigzag of p units, p x₊ − 2(p x − 1)₊ + 2(p x − 2)₊ − …, runs p times from one end of [0, 1] to
the other. One along each of the n coordinates folds the cube onto itself, p^n pieces on top of one
another; whatever the layers above draw on the cube appears in each piece, mirrored. So L − 1
folding layers make ∏ ⌊n_l/n⌋^n copies of what the last layer draws: the arrangement of its n_L
hyperplanes, with Σ_{j≤n} C(n_L, j) cells. That product is the number of activation regions.

Sources: Montúfar, Pascanu, Cho and Bengio, "On the number of linear regions of deep neural
networks", 2014, theorem 5; Telgarsky, "Benefits of depth in neural networks", 2016 (the tent map).
All weights are dyadic, so that the network of the proof is the network in floats.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from uat.core.activations import relu
from uat.core.arguments import read_widths, whole_number
from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["folding", "folds", "tent"]


_DIGITS: Final = 2**53  # whole numbers below it are floats


def folding(n0: int, widths: Sequence[int], last: Affine | None = None) -> Network:
    """Make the ReLU network that has Montúfar's number of activation regions on [0, 1]^n0.

    Without `last` it has on the unit cube exactly ∏_{l<L} ⌊n_l/n0⌋^n0 · Σ_{j≤n0} C(n_L, j)
    activation regions. With n_L > n0 it has as many linear regions: in no cell are all units of the
    last layer off, and the output weights double from unit to unit, so no component of the gradient
    is 0, and the gradients on the two sides of every facet differ. With n_L = n0 the cells where
    all are off have the gradient 0 and touch across the folds.

    The widths are at least n0 each; units left over by ⌊n_l/n0⌋ are always off. `last` are
    hyperplanes of your own, n_L of them, to be drawn on the folded cube: there are then
    ∏ ⌊n_l/n0⌋^n0 times as many activation regions as cells that these cut the cube into.

    Source: Montúfar, Pascanu, Cho and Bengio, 2014, theorem 5.

    Examples
    --------
    >>> g = folding(2, (4, 4))
    >>> g
    Network(2 → 4 → 4 → 1, uat.relu)
    >>> g.layers[0].weight[:2]
    array([[2., 0.],
           [4., 0.]])
    """
    layers = read_widths(widths, least=whole_number(n0, "n0"))
    folded, places = folds(n0, layers[:-1])
    drawn = last or Affine(*_general_arrangement(n0, layers[-1]))
    if drawn.weight.shape != (layers[-1], n0):
        raise InputError(f"last = {drawn!r} given; Affine({n0} → {layers[-1]}) is needed")
    doubling = np.ldexp(1.0, np.arange(layers[-1]) - layers[-1])
    above = Affine(drawn.weight @ places, drawn.bias), Affine(doubling[None, :], [0.0])
    return Network((*folded, *above), relu)


def folds(n0: int, widths: Sequence[int]) -> tuple[tuple[Affine, ...], Array]:
    """Make hidden layers that fold the unit cube onto itself, the last one to be read by `places`.

    Returns the layers, and an array (n0, units of the last layer) that takes relu(last layer) to
    where a point of the cube lies after all folds.
    """
    layers, places = [], np.eye(n0)
    for width in widths:
        pieces = width // n0
        zigzag = np.arange(pieces)
        slopes = np.where(zigzag == 0, pieces, 2 * pieces)
        weight, bias, after = np.zeros((width, n0)), np.zeros(width), np.zeros((n0, width))
        for k in range(n0):
            units = k * pieces + zigzag
            weight[units, k], bias[units] = slopes, -2 * zigzag
            after[k, units] = np.where(zigzag % 2 == 0, 1, -1)
        layers.append(Affine(weight @ places, bias))
        places = after
    return tuple(layers), places


def tent(k: int) -> Network:
    """Compose the tent map x ↦ 2x₊ − 4(x − ½)₊ of [0, 1] with itself: 2^k pieces from 2k units.

    k, 1 to 1000, is the number of hidden layers, of two units each. One hidden layer needs 2^k − 1
    units for as many pieces.

    Source: Telgarsky, "Benefits of depth in neural networks", 2016.

    Examples
    --------
    >>> tent(3).as_function()([0.0, 0.125, 0.25, 0.375, 1.0])
    array([0., 1., 0., 1., 0.])
    """
    times = whole_number(k, "k")
    if times > 1000:
        raise InputError(f"k {k} given; at most 1000 is needed")
    first = Affine([[1.0], [1.0]], [0.0, -0.5])
    again = Affine([[2.0, -4.0], [2.0, -4.0]], [0.0, -0.5])
    return Network((first, *(again for _ in range(times - 1)), Affine([[2.0, -4.0]], [0.0])), relu)


def _general_arrangement(n: int, units: int) -> tuple[Array, Array]:
    """Return hyperplanes in general position, all their vertices inside the unit cube.

    The i-th is t^n = Σ_k y_k t^{k−1} at t = t_i > 0: y are the coefficients of a monic polynomial
    that has t_i as a root. n of them meet in one point, the polynomial with these n roots, whose
    coefficients alternate in sign: y_k = ± e_{n−k+1}(roots). No n + 1 meet, since the degree is n.
    So the arrangement is simple and its Σ_{j≤n} C(units, j) cells each have a vertex. The
    coordinate x_k = |y_k| / s_k, s_k above the largest e_{n−k+1}, brings the vertices into the
    cube.

    The sign of unit i alternates with i. All units off would make the polynomial change its sign
    between any two of the t_i and past the last: more than n times when there are more than n.
    """
    t = _few_digits(units, n)
    roots = list(accumulate(t[-n:], _times_root, initial=[1]))[-1]
    powers = [[root**k for k in range(n + 1)] for root in t]
    sizes = [1 + e for e in roots[:0:-1]]
    if any(power * size >= _DIGITS for power, size in zip(powers[-1], sizes, strict=False)):
        sizes = [2 ** size.bit_length() for size in sizes]
    signs = [(-1) ** (n - k) for k in range(n)]
    rows = [
        [sign * power * size for sign, power, size in zip(signs, row, sizes, strict=False)]
        for row in powers
    ]
    side = [(-1) ** (units - i) for i in range(1, units + 1)]
    try:
        weight = np.array([[s * float(w) for w in row] for s, row in zip(side, rows, strict=True)])
        bias = np.array([s * float(row[n]) for s, row in zip(side, powers, strict=True)])
    except OverflowError:
        raise InputError(
            f"{units} units on {n} inputs given for the last layer; their weights are past the "
            "range of float64"
        ) from None
    return weight, bias


def _few_digits(units: int, n: int) -> list[int]:
    """Return the least whole numbers t > 0 whose n-th powers are floats: few digits, then zeros."""
    if units**n < _DIGITS:
        return list(range(1, units + 1))
    odd = [r for r in range(1, 2 * units, 2) if r**n < _DIGITS]
    most = units // len(odd) + 54
    return sorted(r << shift for r in odd for shift in range(most))[:units]


def _times_root(symmetric: list[int], root: int) -> list[int]:
    """Add a root to the elementary symmetric sums e_0, e_1, … of others."""
    return [a + root * b for a, b in zip([*symmetric, 0], [0, *symmetric], strict=True)]
