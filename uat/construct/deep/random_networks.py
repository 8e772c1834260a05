"""Networks drawn at random, for experiments: what a network is like before it is trained.

He: weights N(0, 2/n) for a layer of n inputs, so that the size of the values stays the same from
layer to layer (He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015). Orthogonal: √2 times
a matrix with orthonormal rows or columns (Saxe, McClelland and Ganguli, "Exact solutions to the
nonlinear dynamics of learning in deep linear neural networks", 2013). Biases N(0, spread²).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from uat.core.activations import Activation, relu
from uat.core.arguments import Rng, one_of, read_rng, read_widths, whole_number
from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["Weights", "random_network"]

Weights = Literal["he", "orthogonal"]

_KINDS: Final = ("he", "orthogonal")


def random_network(
    n0: int,
    widths: Sequence[int],
    *,
    rng: Rng,
    weights: Weights = "he",
    spread: float = 0.5,
    activation: Activation = relu,
) -> Network:
    """Draw a network of n0 inputs, hidden layers of these widths, and one output.

    `spread` is the standard deviation of the biases of hidden layers; the output has none. The same
    seed gives the same network.

    Examples
    --------
    >>> g = random_network(2, (32, 32), rng=0)
    >>> g
    Network(2 → 32 → 32 → 1, uat.relu)
    >>> g == random_network(2, (32, 32), rng=0)
    True
    """
    sizes = [whole_number(n0, "n0"), *read_widths(widths)]
    kind = one_of(weights, _KINDS, "weights")
    if not 0 <= spread < np.inf:
        raise InputError(f"spread {spread} given; a finite number ≥ 0 is needed")
    generator = read_rng(rng)
    draw = _he if kind == "he" else _orthogonal
    layers = [
        Affine(draw(generator, outer, inner), spread * generator.normal(size=outer))
        for inner, outer in pairwise(sizes)
    ]
    return Network((*layers, Affine(draw(generator, 1, sizes[-1]), [0.0])), activation)


def _he(generator: np.random.Generator, outer: int, inner: int) -> Array:
    return generator.normal(scale=np.sqrt(2 / inner), size=(outer, inner))


def _orthogonal(generator: np.random.Generator, outer: int, inner: int) -> Array:
    tall = generator.normal(size=(max(outer, inner), min(outer, inner)))
    q, r = np.linalg.qr(tall)
    # The signs make q uniform among all such matrices.
    q = q * np.sign(np.diag(r))
    return np.asarray(np.sqrt(2) * (q if outer >= inner else q.T))
