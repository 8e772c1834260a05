"""A small vocabulary for diagrams: unit, layer, block, arrow, span, label.

What is drawn, and where it stands, follows from the shapes of a network: one column a layer, one
circle a unit, one line a weight. Lengths are points of the page, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network
    from uat.plotting.page import Page

__all__ = ["Area", "Diagram", "DrawnLayer", "Place", "Role", "arrange", "layer_sizes"]

Points = NDArray[np.float64]
Place = tuple[float, float]
Role = Literal["input", "hidden", "output", "plain", "pale output"]

# role: (colour of the face, of the edge, of the words on it), each a field of `Theme`
_COLOURS: dict[Role, tuple[str, str, str]] = {
    "input": ("background", "ink", "ink"),
    "hidden": ("unit", "unit", "background"),
    "output": ("network", "network", "background"),
    "plain": ("unit", "unit", "ink"),
    "pale output": ("network", "network", "ink"),
}


@dataclass(frozen=True)
class Area:
    """A rectangle of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def centre(self) -> Place:
        """Its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True)
class DrawnLayer:
    """A layer on the page: its role and the centres of its units, (units, 2), the first on top."""

    role: Role
    units: Points
    radius: float

    def box(self, width: float, margin: float = 0.0) -> Area:
        """Return a box of some width around its units, `margin` above and below them."""
        x, top = self.units[0]
        reach = self.radius + margin
        return Area(x - width / 2, self.units[-1, 1] - reach, x + width / 2, top + reach)


def layer_sizes(network: Network) -> tuple[int, ...]:
    """Return the size of every layer, the inputs first."""
    return (network.input_dimension, *network.widths, network.output_dimension)


def arrange(network: Network, box: Area) -> tuple[DrawnLayer, ...]:
    """Place the layers of a network in a box: columns from left to right, units evenly spread.

    Each layer has a slot of the same width, and the largest one fills the height; circles are as
    large as their neighbours allow.
    """
    sizes = layer_sizes(network)
    slot = (box.right - box.left) / len(sizes)
    spread = (box.top - box.bottom) / max(sizes)
    layers = []
    for number, size in enumerate(sizes):
        x = box.left + slot * (number + 0.5)
        heights = box.centre[1] + spread * ((size - 1) / 2 - np.arange(size))
        units = np.column_stack([np.full(size, x), heights])
        layers.append(DrawnLayer(_role(number, len(sizes)), units, min(0.39 * spread, 0.25 * slot)))
    return tuple(layers)


def _role(number: int, layers: int) -> Role:
    if number == 0:
        return "input"
    return "output" if number == layers - 1 else "hidden"


class Diagram:
    """The whole page as one panel without axes; its width and height are in points."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Not one of the panels whose words the layout makes room for: what is drawn stays in place.
        self.axes = page.figure.add_axes((0.015, 0.015, 0.97, 0.97))
        self.width, self.height = 72.0 * page.size.width, 72.0 * page.size.height
        self.axes.set(xlim=(0, self.width), ylim=(0, self.height), aspect="equal")
        self.axes.set_axis_off()

    def network(self, layers: tuple[DrawnLayer, ...], *, lit: int | None = None) -> None:
        """Draw layers with a line from every unit to every unit of the next.

        Those to the unit `lit` of the first hidden layer have its colour.
        """
        for number, (below, above) in enumerate(pairwise(layers)):
            self.weights(below, above, lit=None if number else lit)
        for layer in layers:
            self.layer(layer)

    def weights(self, below: DrawnLayer, above: DrawnLayer, *, lit: int | None = None) -> None:
        """Draw one line a weight between two layers, those of the unit `lit` in its colour."""
        from matplotlib.collections import LineCollection

        start, stop = np.broadcast_arrays(below.units[None, :], above.units[:, None])
        # Axes: weights, ends, coordinates.
        lines = np.stack([start.reshape(-1, 2), stop.reshape(-1, 2)], axis=1)
        units = np.repeat(np.arange(len(above.units)), len(below.units)) == lit
        theme, line = self.page.theme, self.page.size.line
        pen: dict[str, Any] = {
            "colors": np.where(units, self.colour(above.role), theme.faint).tolist(),
            "linewidths": np.where(units, 0.9 * line, 0.3 * line),
        }
        self.axes.add_collection(LineCollection(list(lines), zorder=1, **pen), autolim=False)

    def layer(self, layer: DrawnLayer) -> None:
        """Draw the units of a layer."""
        for x, y in layer.units:
            self.unit((x, y), layer.radius, layer.role)

    def unit(self, at: Place, radius: float, role: Role) -> None:
        """Draw one unit as a circle."""
        from matplotlib.patches import Circle

        self.axes.add_patch(Circle(at, radius, **self._pen(role)))

    def block(self, box: Area, role: Role) -> None:
        """Draw a layer as one box."""
        from matplotlib.patches import FancyBboxPatch

        sides = box.right - box.left, box.top - box.bottom
        style = f"round,pad=0,rounding_size={0.5 * self.page.size.small}"
        pen = self._pen(role) | {"zorder": 1}
        self.axes.add_patch(FancyBboxPatch((box.left, box.bottom), *sides, boxstyle=style, **pen))

    def pieces(self, end: Place, texts: Sequence[tuple[str, str]], size: float) -> None:
        """Write pieces of text in colours, one after another, up to an end on the right."""
        from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea

        words: list[Any] = [
            TextArea(text, textprops={"color": ink, "size": size}) for text, ink in texts
        ]
        row = HPacker(children=words, pad=0, sep=0)
        place: dict[str, Any] = {"frameon": False, "pad": 0, "box_alignment": (1.0, 0.5)}
        self.axes.add_artist(AnnotationBbox(row, end, **place))

    def arrow(self, start: Place, end: Place, **changes: Any) -> None:
        """Draw an arrow."""
        width = 0.8 * self.page.size.line
        kept: dict[str, Any] = {"linewidth": width, "mutation_scale": 8 * width}
        self.page.arrow(self.axes, start, end, **(kept | changes))

    def span(self, start: Place, end: Place, text: str = "", **changes: Any) -> None:
        """Draw a bracket from `start` to `end`, its text on the left in that direction."""
        ends = np.array([start, end])
        along = ends[1] - ends[0]
        left = np.array([-along[1], along[0]]) / np.hypot(*along)
        feet = ends - 0.3 * self.page.size.small * left
        colour = changes.get("color", self.page.theme.ink)
        pen = self.page.pen("guide", color=colour, linestyle="-")
        self.axes.plot(*np.array([feet[0], *ends, feet[1]]).T, **pen)
        if text:
            x, y = ends.mean(axis=0) + self.page.size.text * left
            self.label((x, y), text, **changes)

    def label(self, at: Place, text: str, **changes: Any) -> None:
        """Write, centred at a place."""
        kept: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": self.page.size.text}
        self.axes.text(*at, text, **(kept | changes))

    def names(self, layer: DrawnLayer, texts: Iterable[str], **changes: Any) -> None:
        """Write a name into each unit of a layer."""
        for (x, y), text in zip(layer.units, texts, strict=True):
            self.label((x, y), text, color=self.ink(layer.role), **changes)

    def curves(self, layer: DrawnLayer, activation: Activation) -> None:
        """Draw the graph of the activation into each unit of a layer."""
        u = np.linspace(-5.0, 5.0, 101)
        value = activation(u)
        # Both from −1 to 1, then as large as the circle has room for.
        y = 2.0 * (value - value.min()) / np.ptp(value) - 1.0
        shape = 0.55 * layer.radius * np.column_stack([u / 5.0, y])
        pen = self.page.pen("unit", color=self.ink(layer.role))
        for centre in layer.units:
            self.axes.plot(*(centre + shape).T, **pen)

    def colour(self, role: Role) -> str:
        """Return the colour of a role for words beside it."""
        return str(getattr(self.page.theme, _COLOURS[role][1]))

    def ink(self, role: Role) -> str:
        """Return the colour of words on a role's face."""
        return str(getattr(self.page.theme, _COLOURS[role][2]))

    def _pen(self, role: Role) -> dict[str, Any]:
        from matplotlib.colors import to_rgba

        face = getattr(self.page.theme, _COLOURS[role][0])
        return {
            "facecolor": to_rgba(face, 0.15) if role in ("plain", "pale output") else face,
            "edgecolor": self.colour(role),
            "linewidth": 0.8 * self.page.size.line,
            "zorder": 2,
        }
