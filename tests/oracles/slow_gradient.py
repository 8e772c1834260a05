"""The gradient of a loss by differences of numbers with 80 digits: no chain rule, no numpy."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from mpmath import mp, mpf  # type: ignore[import-untyped]

Number = Any
Function = Callable[[Number], Number]

SIGMAS: dict[str, Function] = {
    "logistic": lambda u: 1 / (1 + mp.exp(-u)),
    "tanh": mp.tanh,
    "relu": lambda u: max(u, mpf(0)),
    "ramp": lambda u: min(max(u + mpf(1) / 2, mpf(0)), mpf(1)),
    "cauchy_cdf": lambda u: mp.atan(u) / mp.pi + mpf(1) / 2,
    "gauss_cdf": mp.ncdf,
    "gompertz": lambda u: mp.exp(-mp.exp(-u)),
    "algebraic": lambda u: (1 + u / mp.sqrt(1 + u * u)) / 2,
}


def output(
    sizes: Sequence[int], weights: Sequence[Number], sigma: Function, x: Sequence[float]
) -> list[Number]:
    """Evaluate a network whose weights stand row by row, each layer's biases after them."""
    values, rest = [mpf(v) for v in x], list(weights)
    for layer, (inner, outer) in enumerate(pairwise(sizes)):
        matrix, biases = rest[: inner * outer], rest[inner * outer : (inner + 1) * outer]
        rest = rest[(inner + 1) * outer :]
        sums = [
            mp.fdot(matrix[i * inner : (i + 1) * inner], values) + biases[i] for i in range(outer)
        ]
        values = sums if layer == len(sizes) - 2 else [sigma(z) for z in sums]
    return values


def mean_square(
    sizes: Sequence[int],
    weights: Sequence[Number],
    sigma: Function,
    x: Sequence[Sequence[float]],
    y: Sequence[Sequence[float]],
) -> Number:
    gaps = [
        (g - mpf(v)) ** 2
        for point, row in zip(x, y, strict=True)
        for g, v in zip(output(sizes, weights, sigma, point), row, strict=True)
    ]
    return mp.fsum(gaps) / len(gaps)


def slow_gradient(
    sizes: Sequence[int],
    weights: Sequence[float],
    name: str,
    x: Sequence[Sequence[float]],
    y: Sequence[Sequence[float]],
) -> tuple[float, list[float]]:
    with mp.workdps(80):
        start, step = [mpf(w) for w in weights], mpf(10) ** -30
        sigma, found = SIGMAS[name], []
        for i in range(len(start)):
            ends = [
                mean_square(sizes, [*start[:i], start[i] + h, *start[i + 1 :]], sigma, x, y)
                for h in (step, -step)
            ]
            found.append(float((ends[0] - ends[1]) / (2 * step)))
        return float(mean_square(sizes, start, sigma, x, y)), found
