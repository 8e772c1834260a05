"""ReLU networks in special position, drawn at random: plain lists of numbers and a box.

Units repeat, are parallel, concurrent, dead or identically 0, output weights cancel, hyperplanes
pass through corners of the box. Weights are whole, dyadic, decimal (0.1·3 is not 0.3 in floats, so
that hyperplanes miss a common point by a hair) or, now and then, random floats. On request weights
and boxes go to both ends of the range of floats, where products overflow or vanish.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.expression.arrays import Array

__all__ = ["DIMENSIONS", "Box", "Rows", "draw"]

Rows = list[tuple[list[list[float]], list[float]]]
Box = list[tuple[float, float]]

DIMENSIONS: Final = (1, 2, 3, 4)
_WIDEST: Final = {1: (12, 10, 8), 2: (10, 9, 8), 3: (8, 7, 4), 4: (7, 6, 3)}
_BOXES: Final = (
    *((-1.0, 1.0), (0.0, 1.0), (-1.5, 1.25), (-2.0, 3.0), (0.1, 0.7)),
    *((-1024.0, 1024.0), (-1e6, 3e6), (-0.001, 0.002)),
)


_FAR_BOXES: Final = (
    *((-1.0, 1.0), (-1e308, 7e307), (0.0, 1e308), (1e307, 1e308), (-(2.0**500), 2.0**501)),
    *((1e15, 1e15 + 1), (1.0, 1 + 2.0**-52), (-1e-300, 1e-300), (-1e-323, 2e-323)),
)
_HUGE: Final = (8e307, 2.0**1023, 9e307, 1e308, 1.7e308)


def draw(rng: np.random.Generator, dimension: int, *, extreme: bool = False) -> tuple[Rows, Box]:
    """Draw a network of one to three hidden layers, one or two outputs, and a box."""
    with np.errstate(all="ignore"):
        return _draw(rng, dimension, extreme)


def _draw(rng: np.random.Generator, dimension: int, extreme: bool) -> tuple[Rows, Box]:
    number, boxes = _numbers(rng), _FAR_BOXES if extreme else _BOXES
    depth = int(rng.integers(1, 4))
    widest = [most // 2 if extreme else most for most in _WIDEST[dimension][:depth]]
    widths = [int(rng.integers(1 + most // 3, most + 1)) for most in widest]
    sizes = [dimension, *widths]
    layers: Rows = []
    for inner, outer in zip(sizes, widths, strict=False):
        number = _extremes(rng) if extreme else number
        weight, bias = number((outer, inner)), number((outer,))
        for _ in range(int(rng.integers(0, 4))):
            _MISHAPS[int(rng.integers(len(_MISHAPS)))](rng, weight, bias)
        layers.append((np.nan_to_num(weight).tolist(), np.nan_to_num(bias).tolist()))
    outputs = int(rng.integers(1, 3))
    last = number((outputs, sizes[-1])) if rng.random() < 0.5 else _signs(rng, outputs, sizes[-1])
    layers.append((last.tolist(), [0.0] * outputs))
    sides = [boxes[int(rng.integers(len(boxes)))]]
    if rng.random() < 0.3:
        sides = [boxes[int(k)] for k in rng.integers(len(boxes), size=dimension)]
    return layers, (sides * dimension)[:dimension]


def _numbers(rng: np.random.Generator) -> Callable[[Any], Array]:
    kind = rng.choice(
        ["whole", "quarters", "halves", "tenths", "any"], p=[0.4, 0.2, 0.2, 0.15, 0.05]
    )
    most = int(rng.integers(1, 4))
    if kind == "any":
        return lambda shape: rng.normal(size=shape)
    scale = {"whole": 1.0, "halves": 0.5, "quarters": 0.25, "tenths": 0.1}[str(kind)]
    return lambda shape: rng.integers(-most, most + 1, size=shape) * scale


def _extremes(rng: np.random.Generator) -> Callable[[Any], Array]:
    """Numbers at the ends of the range of floats, powers of two near them, and small ones."""
    odds = ((1, 0, 0, 0, 0), (0, 0.5, 0.5, 0, 0), (0, 0, 0, 1, 0), (0.35, 0.25, 0.15, 0.2, 0.05))
    chance = odds[int(rng.integers(len(odds)))]

    def one() -> float:
        power = 2.0 ** int(rng.integers(500, 1024))
        kinds = [rng.choice(_HUGE), power, 1 / power, rng.choice([0.0, 0.5, 1.0, 3.0]), 5e-324]
        return float(rng.choice([-1, 1]) * rng.choice(kinds, p=chance))

    return lambda shape: np.array([one() for _ in range(np.prod(shape))]).reshape(shape)


def _signs(rng: np.random.Generator, outputs: int, units: int) -> Array:
    """Output weights that cancel."""
    return rng.integers(-1, 2, size=(outputs, units)).astype(float)


def _two(rng: np.random.Generator, bias: Array) -> tuple[int, int]:
    i, j = rng.integers(len(bias), size=2)
    return int(i), int(j)


def _repeated(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    i, j = _two(rng, bias)
    factor = rng.choice([1.0, 1.0, -1.0, -1.0, 2.0, 0.5, 3.0])
    weight[i], bias[i] = factor * weight[j], factor * bias[j]


def _parallel(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    i, j = _two(rng, bias)
    weight[i] = weight[j] * rng.choice([1.0, -1.0, 2.0])


def _dead(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    """Never on where its inputs are not negative."""
    i, _ = _two(rng, bias)
    weight[i], bias[i] = -np.abs(weight[i]), -abs(bias[i])


def _constant(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    """A constant unit, mostly identically 0."""
    i, _ = _two(rng, bias)
    weight[i], bias[i] = 0.0, rng.choice([0.0, 0.0, 1.0, -1.0])


def _concurrent(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    """All hyperplanes through one point, often a corner or the middle of the box."""
    point = rng.choice([-1.0, -0.5, 0.0, 0.0, 0.25, 0.5, 1.0], size=weight.shape[1])
    bias[:] = -(weight @ point)


def _central(_rng: np.random.Generator, _weight: Array, bias: Array) -> None:
    bias[:] = 0.0


def _difference(rng: np.random.Generator, weight: Array, bias: Array) -> None:
    """The difference of two inputs: identically 0 wherever these are equal or off."""
    i, _ = _two(rng, bias)
    a, b = rng.integers(weight.shape[1], size=2)
    weight[i], bias[i] = 0.0, 0.0
    weight[i, a] += 1.0
    weight[i, b] -= 1.0


_MISHAPS: Final = (
    _repeated,
    _repeated,
    _parallel,
    _dead,
    _constant,
    _concurrent,
    _concurrent,
    _central,
    _difference,
)
