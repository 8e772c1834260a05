"""f − g at a point with many digits, and a search for where it is largest; any dimension."""

from collections.abc import Callable, Iterator
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
    place = [mp.mpf(float(v)) for v in point]
    hidden, outer = network.layers
    with mp.workdps(60):
        value = exact_formula(target.expression.to_table(), place)
        value -= mp.mpf(float(outer.bias[0]))
        for a, b, c in zip(
            outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True
        ):
            z = mp.mpf(c)
            for v, x in zip(b, place, strict=True):
                z = mp.fadd(z, mp.fmul(v, x, exact=True), exact=True)
            value -= a * sigma(to_mp(z))
        return abs(value)


def largest_gap(target: Any, network: Any, seed: int = 0, sigma: Function | None = None) -> Any:
    """The largest |f − g| found: floats climb from the best of many places, then exact steps."""
    rng = np.random.default_rng(seed)
    lower, upper = np.array(target.lower), np.array(target.upper)
    points = np.concatenate(list(_places(rng, network, lower, upper)))

    def error(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(np.nan_to_num(np.abs(target(*x.T) - network(x)[:, 0])))

    points = points[np.argsort(error(points))[::-1][:32]]
    step = (upper - lower) / 64
    for _ in range(30):
        near = points[:, None] + step * rng.normal(size=(len(points), 8, len(lower)))
        tried = np.concatenate([points[:, None], np.clip(near, lower, upper)], axis=1)
        values = error(tried.reshape(-1, len(lower))).reshape(tried.shape[:2])
        points = tried[np.arange(len(points)), values.argmax(axis=1)]
        step = step / 2**0.5
    best = mp.mpf(0)
    for i in np.argsort(error(points))[::-1][:2]:
        place, value = points[i], gap(target, network, points[i], sigma)
        step = (upper - lower) / 64
        for _ in range(5):
            moved = np.clip(place + step * rng.normal(size=len(place)), lower, upper)
            found = gap(target, network, moved, sigma)
            place, value, step = (moved, found, step) if found > value else (place, value, step / 8)
        best = max(best, value)
    return best


def _places(rng: np.random.Generator, network: Any, lower: Array, upper: Array) -> Iterator[Array]:
    """Points all over the box, at its corners and edges, and along the breaks of the units."""
    d = len(lower)
    yield rng.uniform(size=(4000, d)) * (upper - lower) + lower
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
