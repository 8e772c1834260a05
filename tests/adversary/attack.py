"""The adversary: it looks for the x with the largest |f(x) − g(x)|, by every means it has.

It samples, steps one, two and three floats off each break and each end, tries the width of the
transitions, bisects each break until it stands between two floats, climbs between the breaks by
golden section, and last walks at random from its best points.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.evaluate import evaluate_directly, find_windows
from uat.network import Network

__all__ = ["Attack", "attack", "breaks_of", "real_places"]

Array = NDArray[np.float64]
Function = Callable[[Array], Any]

_GOLDEN = (np.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Attack:
    """The largest error found, the places with the largest errors, and the number of trials."""

    error: float
    places: Array
    trials: int


def breaks_of(network: Network) -> Array:
    """Where the units switch, in order."""
    moving = network.slopes != 0
    return np.unique(-network.biases[moving] / network.slopes[moving])


def attack(
    f: Function, network: Network, domain: tuple[float, float], seed: int = 0, effort: int = 1
) -> Attack:
    """Look for the largest |f − g|, g evaluated both ways."""
    rng, (a, b) = np.random.default_rng(seed), domain
    t = breaks_of(network)
    t = t[(t >= a) & (t <= b)]
    quick = network.units < 100 or find_windows(network) is not None
    most = 300 * effort if quick else max(4, 30_000 * effort // network.units)
    if len(t) > most:
        t = np.sort(rng.choice(t, most, replace=False))
    g = network.as_function()

    def error(x: Array) -> Array:
        return np.asarray(np.abs(np.asarray(f(x)) - g(x)))

    places, found, trials = np.empty(0), np.empty(0), 0
    samples = 5000 * effort if quick else 200 * effort
    for points in _trials(rng, error, g, t, network, domain, samples):
        x = np.unique(np.clip(points, a, b))
        places, found = np.append(places, x), np.append(found, error(x))
        trials += len(x)
    best = np.argsort(found)[::-1][:16]
    places, largest = places[best], float(found[best[0]])
    for _ in range(20 * effort):
        step = (
            (b - a) * 10.0 ** rng.uniform(-17, -1, places.size) * rng.choice([-1, 1], places.size)
        )
        tried = np.clip(places + step, a, b)
        better = error(tried) > error(places)
        places = np.where(better, tried, places)
        trials += len(places)
    direct = evaluate_directly(network, places[:, None])[:, 0]
    everywhere = np.linspace(a, b, max(16, min(2000, 200_000 // network.units)))
    slow = evaluate_directly(network, everywhere[:, None])[:, 0]
    worst = max(
        largest,
        float(error(places).max()),
        float(np.abs(np.asarray(f(places)) - direct).max()),
        float(np.abs(np.asarray(f(everywhere)) - slow).max()),
    )
    places = places[np.argsort(error(places))[::-1]]
    return Attack(worst, places, trials + len(everywhere))


def _trials(
    rng: np.random.Generator,
    error: Function,
    g: Function,
    t: Array,
    network: Network,
    domain: tuple[float, float],
    samples: int,
) -> Iterator[Array]:
    a, b = domain
    yield a + (b - a) * rng.random(samples)
    yield np.linspace(a, b, samples // 4 + 1)
    corners = np.concatenate([t, [a, b]])
    yield _floats_near(corners)
    slope = float(np.abs(network.slopes).max(initial=0.0))
    if len(t) == 0 or slope == 0:
        return
    gaps = np.diff(np.concatenate([[a], t, [b]]))
    near = np.minimum(gaps[:-1], gaps[1:])
    for part in (1, 0.5, 2.0**-5, 2.0**-10, 2.0**-11, 2.0**-12, 2.0**-20):
        yield np.concatenate([t - part * near, t + part * near])
    for width in (0.1, 0.5, 1, 3, 10, 40, 1e3, 1e6, 1e9):
        yield np.concatenate([t - width / slope, t + width / slope])
    left, right = t - near / 4, t + near / 4
    for _ in range(64):
        middle = left + (right - left) / 2
        before = np.abs(g(middle) - g(left)) <= np.abs(g(right) - g(middle))
        left, right = np.where(before, middle, left), np.where(before, right, middle)
    yield _floats_near(np.concatenate([left, right]))
    ends = np.concatenate([[a], t, [b]])
    yield _climb(error, ends[:-1], ends[1:])


def _floats_near(x: Array) -> Array:
    """x, and one, two and three floats off it on both sides."""
    rows = [x]
    for towards in (-np.inf, np.inf):
        row = x
        for _ in range(3):
            row = np.nextafter(row, towards)
            rows.append(row)
    return np.concatenate(rows)


def _climb(error: Function, left: Array, right: Array) -> Array:
    """Golden section for the largest error, in all intervals at once."""
    for _ in range(40):
        low, high = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        lower = error(np.clip(low, left, right)) > error(np.clip(high, left, right))
        left, right = np.where(lower, left, low), np.where(lower, high, right)
    return np.concatenate([left, right])


def real_places(network: Network, domain: tuple[float, float], seed: int = 0) -> list[Fraction]:
    """Real points, most of them no floats: around some breaks in units of the transition's width."""
    rng, (a, b) = np.random.default_rng(seed), domain
    t = breaks_of(network)
    t = t[(t >= a) & (t <= b)]
    some = t if len(t) <= 3 else rng.choice(t, 3, replace=False)
    places = [Fraction(a), Fraction(b), (Fraction(a) + Fraction(b)) / 2]
    slope = Fraction(float(np.abs(network.slopes).max(initial=1.0)))
    for place in some:
        widths = [side * Fraction(w) for w in (0.0, 0.2, 1.0, 4.0, 40.0, 1e4) for side in (-1, 1)]
        places.extend(Fraction(float(place)) + width / slope for width in widths)
    return [x for x in places if a <= x <= b]
