"""f − g at a point with many digits, and a search for where it is largest; any dimension."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from tests.oracles.exact import SIGMA, to_mp
from tests.oracles.formulas import exact_formula, mp
from uat.expression.arrays import Array

__all__ = ["gap", "largest_gap"]

Function = Callable[[Any], Any]


def gap(target: Any, network: Any, point: Any, sigma: Function | None = None) -> Any:
    """|f − g| for one hidden layer, from the table of f and the weights of g; 60 digits."""
    sigma = sigma or SIGMA[network.activation.name]
    place = [Fraction(float(v)) for v in point]
    hidden, outer = network.layers
    with mp.workdps(60):
        value = exact_formula(target.expression.to_table(), [to_mp(v) for v in place])
        value -= mp.mpf(float(outer.bias[0]))
        for a, b, c in zip(
            outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True
        ):
            z = Fraction(c) + sum(
                (Fraction(v) * x for v, x in zip(b, place, strict=True)), Fraction()
            )
            value -= mp.mpf(a) * sigma(to_mp(z))
        return abs(value)


def largest_gap(
    target: Any, network: Any, seed: int = 0, sigma: Function | None = None, effort: int = 1
) -> Any:
    """The largest |f − g| found: floats choose places, and from the best of them exact steps climb."""
    rng = np.random.default_rng(seed)
    lower, upper = np.array(target.lower), np.array(target.upper)
    points = np.concatenate(list(_places(rng, network, lower, upper, effort)))
    error = np.abs(target(*points.T) - network(points)[:, 0])
    best = mp.mpf(0)
    for i in np.argsort(error)[::-1][: 3 * effort]:
        place, value = points[i], gap(target, network, points[i], sigma)
        step = (upper - lower) / 64
        for _ in range(12 * effort):
            tried = np.clip(place + step * rng.normal(size=len(place)), lower, upper)
            found = gap(target, network, tried, sigma)
            place, value, step = (tried, found, step) if found > value else (place, value, step / 2)
        best = max(best, value)
    return best


def _places(
    rng: np.random.Generator, network: Any, lower: Array, upper: Array, effort: int
) -> Iterator[Array]:
    """Points all over the box, at its corners and edges, and along the breaks of the units."""
    d = len(lower)
    yield rng.uniform(size=(2000 * effort, d)) * (upper - lower) + lower
    lattice = np.stack(np.meshgrid(*[np.linspace(0, 1, 9 if d > 1 else 257)] * d), axis=-1)
    yield np.clip(lattice.reshape(-1, d) * (upper - lower) + lower, lower, upper)
    hidden = network.layers[0]
    moving = np.flatnonzero(np.abs(hidden.weight).sum(axis=1))
    start = rng.uniform(size=(20, d)) * (upper - lower) + lower
    for unit in moving[:20]:
        b, c = hidden.weight[unit], hidden.bias[unit]
        scale = np.abs(b).max()
        across = b / scale
        away = (start @ across + c / scale) / float(across @ across)
        yield np.clip(start - away[:, None] * across, lower, upper)
