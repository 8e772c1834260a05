"""The graph of a network: a curve over one coordinate, a map over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.core.domain import Domain, check_domain
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.plotting.curves import samples
from uat.plotting.maps import value_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.plotting.page import Page

__all__ = ["draw_graph", "has_graph", "shown_box", "widths_text"]

_PIXELS = 400
"""Points along each side of a map: more of them are sharper, slower."""


def has_graph(network: Network) -> bool:
    """Return True if a picture has room for the coordinates and values of a network."""
    dimension, values = network.input_dimension, network.output_dimension
    return dimension == 1 or (dimension == 2 and values == 1)


def shown_box(network: Network, domain: Any = None) -> Domain:
    """Return the box to show: the given one, or one around the switches of the first layer.

    A network of more coordinates or values than a picture has room for is refused.
    """
    dimension = network.input_dimension
    if not has_graph(network):
        raise InputError(
            f"a network of {dimension} coordinates and {network.output_dimension} values given; "
            "plot shows one coordinate, or two with one value"
        )
    if domain is not None:
        box = check_domain(domain)
        if len(box) != dimension:
            raise InputError(
                f"a domain of {len(box)} coordinates given; this network has {dimension}"
            )
        return box
    weight, bias = network.layers[0].weight, network.layers[0].bias
    moving = np.any(weight != 0.0, axis=1)
    scale = np.abs(weight[moving]).max(axis=1, keepdims=True, initial=0.0)
    # Scaled first: the square of a slope of 10^200 is no float.
    direction = weight[moving] / scale
    nearest = -(bias[moving, None] / scale) * direction / (direction**2).sum(axis=1, keepdims=True)
    low, high = nearest.min(axis=0, initial=0.0), nearest.max(axis=0, initial=0.0)
    margin = max(1.0, 0.25 * float((high - low).max(initial=0.0)))
    return tuple((float(a - margin), float(b + margin)) for a, b in zip(low, high, strict=True))


def draw_graph(page: Page, axes: Axes, network: Network, box: Domain) -> None:
    """Draw a network over its box."""
    from matplotlib.ticker import MaxNLocator

    if len(box) == 1:
        x = samples(box[0], network if network.depth == 1 else None)
        axes.plot(x, network(x[:, None]), **page.pen("network"))
        axes.set(xlim=box[0], xlabel="$x$")
        return
    rows, columns = (np.linspace(a, b, _PIXELS) for a, b in (box[1], box[0]))
    grid: Array = np.stack(np.meshgrid(columns, rows), axis=-1)
    extent = (*box[0], *box[1])
    colours = value_colours(page.theme.network)
    shown = axes.imshow(
        network(grid)[..., 0], origin="lower", extent=extent, cmap=colours, aspect="auto"
    )
    page.figure.colorbar(shown, ax=axes)
    # Long numbers of a narrow map would run into each other.
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set(xlabel="$x$", ylabel="$y$")


def widths_text(page: Page, network: Network) -> str:
    """Write the widths of the hidden layers in words."""
    widths = "–".join(map(str, network.widths)) or "0"
    return page.say(f"隠れ層の幅 {widths}", f"hidden width {widths}")
