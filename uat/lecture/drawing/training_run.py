"""One training, with the network of each iteration, and pictures of its moving units."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from uat import examples
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.plotting.curves import samples
from uat.train.fitting import fit_function

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.train.history import Snapshot
    from uat.train.options import Options

__all__ = [
    "LAST",
    "draw_fitted",
    "draw_units",
    "losses_by_iteration",
    "network_at",
    "network_between",
    "places_of",
    "set_limits",
]

LAST: Final = 4000
_UNITS: Final = 8


@cache
def _movement() -> tuple[tuple[Network, ...], Array]:
    """Train 8 units on the slides' weighted sum, and keep every network and loss."""
    met: list[Network] = []

    def keep(state: Snapshot) -> None:
        met.append(state.network)

    options: Options = {"rate": 0.02, "max_iter": LAST, "callback": keep}
    found = fit_function(examples.three_sines, hidden=_UNITS, method="adam", rng=1, **options)
    return tuple(met), found.losses


def network_at(iteration: int) -> Network:
    """Return the network of an iteration; 0 is the start."""
    return _movement()[0][iteration]


def losses_by_iteration() -> Array:
    """Return the loss of every iteration: (iterations + 1,)."""
    return _movement()[1]


def network_between(iteration: float) -> Network:
    """Return the network on the straight line between two iterates, for a film without jerks.

    Examples
    --------
    >>> start, middle, end = (network_between(i).layers[0].bias[0] for i in (0, 0.5, 1))
    >>> bool(abs(start + end - 2 * middle) < 1e-12)
    True
    """
    first = network_at(int(iteration))
    after = network_at(min(int(iteration) + 1, LAST))
    part = iteration - int(iteration)
    layers = []
    for one, other in zip(first.layers, after.layers, strict=True):
        weight = (1 - part) * one.weight + part * other.weight
        layers.append(Affine(weight, (1 - part) * one.bias + part * other.bias))
    return Network(layers, first.activation)


def set_limits(top: Axes, bottom: Axes) -> None:
    """Set the limits of both panels, with room for all that moves."""
    start, stop = examples.three_sines.domain[0]
    top.set(xlim=(start, stop), ylim=(-5.6, 5.8), yticks=[-5, 0, 5])
    bottom.set(xlim=(start, stop), ylim=(-18, 18), yticks=[-15, 0, 15], xticks=[-10, 0, 10])


def draw_fitted(page: Page, axes: Axes, g: Network) -> None:
    """Draw f and the network."""
    x = samples(examples.three_sines.domain[0], g, many=401)
    axes.plot(x, examples.three_sines(x), **page.pen("target", linewidth=page.size.hero))
    axes.plot(x, g.as_function()(x), **page.pen("network", linewidth=0.8 * page.size.line))


def draw_units(page: Page, axes: Axes, g: Network) -> None:
    """Draw what each unit adds to the sum, a tanh(bx + c), and the place where it switches."""
    inner = g.layers[0]
    start, stop = examples.three_sines.domain[0]
    x = samples((start, stop), g, many=401)
    # Axes: points, units.
    units = g.activation(np.outer(x, inner.weight[:, 0]) + inner.bias) * g.layers[1].weight[0]
    axes.plot(x, units, **page.pen("unit", linewidth=0.6 * page.size.line))
    seen = places_of(g)
    size = (2.2 * page.size.line) ** 2
    axes.scatter(seen, np.zeros(len(seen)), size, page.theme.unit, zorder=5, clip_on=False)


def places_of(g: Network) -> Array:
    """Return the places −c/b where the units switch, (units,), NaN outside the interval."""
    inner = g.layers[0]
    start, stop = examples.three_sines.domain[0]
    places = -inner.bias / inner.weight[:, 0]
    return np.where((places >= start) & (places <= stop), places, np.nan)
