"""The adversary of `uat.testing` for one hidden layer in one dimension.

It returns the places with the largest errors, and real points around the breaks, most of them no
floats, so that f and g can be compared there in exact numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from uat.core.evaluate import evaluate_directly
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.testing.error_search import ErrorSearch

__all__ = ["Attack", "attack", "breaks_of", "real_places"]

Function = Callable[[Array], Any]


@dataclass(frozen=True)
class Attack:
    """The largest error found, the places with the largest errors, and the number of trials."""

    error: float
    places: Array
    trials: int


def breaks_of(network: Network) -> Array:
    """Return the sorted points at which units switch."""
    moving = network.slopes != 0
    return np.unique(-network.biases[moving] / network.slopes[moving])


def attack(
    f: Function, network: Network, domain: tuple[float, float], seed: int = 0, effort: int = 1
) -> Attack:
    """Search for the largest |f − g| in floats, with g evaluated in both ways."""
    target = Target(f, domain)
    search = ErrorSearch(target, network, np.random.default_rng(seed), effort)
    search.run()
    places = np.array([point[0] for _, point in search.best])
    everywhere = np.linspace(*domain, max(16, min(2000, 200_000 // network.units)))
    both = np.concatenate([places, everywhere])
    slow = evaluate_directly(network, both[:, None])[:, 0]
    worst = max(search.best[0][0], float(np.abs(np.asarray(target(both)) - slow).max()))
    return Attack(worst, places, search.points + len(both))


def real_places(network: Network, domain: tuple[float, float], seed: int = 0) -> list[Fraction]:
    """Return real points around some breaks, at multiples of the width of the transition."""
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
