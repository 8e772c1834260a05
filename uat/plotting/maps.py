"""Functions of two coordinates on the page: f blue, g orange, a unit green, each from light to dark.

Surfaces are lit from the left, on a floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.expression.arrays import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.image import AxesImage

    from uat.core.domain import Domain
    from uat.plotting.page import Page

__all__ = [
    "draw_error_map",
    "draw_surface",
    "draw_value_map",
    "map_points",
    "span",
    "value_colours",
]

_PIXELS = 300
"""Points along each side of a map: more of them are sharper, slower."""

_LIGHTEST, _DARKEST = 0.88, 0.5
"""Share of white in the colour of the least value, and of black in that of the largest: larger ones
tell values apart better, and leave less of the colour."""

_LIGHT = (250.0, 50.0)
"""Degrees of the lamp around and above a surface: lower ones show slopes better, and valleys worse."""

_VIEW = (32.0, -62.0)
"""Degrees of the view of a surface above and around it."""


def map_points(box: Domain, many: int = _PIXELS) -> tuple[Array, Array]:
    """Return the coordinates of the points of a map, rows from below: two (many, many) arrays."""
    x, y = np.meshgrid(*(np.linspace(a, b, many) for a, b in box))
    return x, y


def span(*values: Array) -> tuple[float, float]:
    """Return the least and the largest of all values, for maps that share their colours."""
    return min(float(v.min()) for v in values), max(float(v.max()) for v in values)


def value_colours(colour: str) -> LinearSegmentedColormap:
    """Return the colours of values: one hue from light to dark, so that grey tells them apart too."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    hue = np.array(to_rgb(colour))
    ends = _LIGHTEST + (1 - _LIGHTEST) * hue, (1 - _DARKEST) * hue
    return LinearSegmentedColormap.from_list("values", [ends[0], hue, ends[1]])


def draw_value_map(
    page: Page,
    axes: Axes,
    values: Array,
    box: Domain,
    limits: tuple[float, float],
    meaning: str = "target",
) -> AxesImage:
    """Draw values over a box in the colour of what they mean, light at the lower of the limits."""
    cmap = value_colours(getattr(page.theme, meaning))
    return _draw(page, axes, values, box, cmap=cmap, vmin=limits[0], vmax=limits[1])


def draw_error_map(
    page: Page, axes: Axes, error: Array, box: Domain, *, most: float | None = None
) -> AxesImage:
    """Draw |f − g| over a box, from the background's colour to that of errors.

    Maps that are given the same `most` share their colours, in proportion to the error.
    """
    from matplotlib.colors import LinearSegmentedColormap

    colours: Sequence[str] = (page.theme.background, page.theme.error)
    cmap = LinearSegmentedColormap.from_list("error", list(colours))
    top = most or float(error.max()) or 1.0
    return _draw(page, axes, error, box, cmap=cmap, vmin=0.0, vmax=top)


def draw_surface(
    page: Page,
    axes: Any,
    points: tuple[Array, Array],
    heights: Array,
    limits: tuple[float, float],
    meaning: str = "network",
    *,
    drop: float = 0.3,
) -> None:
    """Draw the graph of a function over a box as a lit surface above a floor, without axes.

    Points and heights are arrays of one shape; `limits` are those of all values that share their
    colours. The floor is at the lower limit of ``zlim``, `drop` times the span of `limits` below them.
    """
    from matplotlib.colors import LightSource
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

    low, high = limits
    shares = np.clip((heights - low) / (high - low or 1.0), 0.0, 1.0)
    colours = value_colours(getattr(page.theme, meaning))(0.15 + 0.6 * shares)
    # Cells at once: `plot_surface` goes from one to the next where each has a colour of its own.
    grid = np.stack([*points, heights], axis=-1)
    around = (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1])
    surface = Poly3DCollection(
        np.stack(around, axis=2).reshape(-1, 4, 3),
        facecolors=colours[:-1, :-1].reshape(-1, 4),
        shade=True,
        lightsource=LightSource(*_LIGHT),
        linewidth=0,
        # Smoothed edges of polygons side by side would let the background through.
        antialiased=False,
        rasterized=True,
        zorder=2,
    )
    axes.add_collection3d(surface)
    surface.set_clip_on(False)
    (left, right), (near, far) = span(points[0]), span(points[1])
    floor = low - drop * (high - low)
    # What lies on the floor is hidden by what is above it, wherever its middle is.
    axes.computed_zorder = False
    corners = [left, right, right, left, left], [near, near, far, far, near]
    pen = page.pen("zero", linewidth=page.size.thin, clip_on=False)
    axes.plot(*corners, floor, **pen)[0].set_in_layout(False)
    axes.set(xlim=(left, right), ylim=(near, far), zlim=(floor, high))
    axes.view_init(*_VIEW)
    axes.set_box_aspect((1, 1, 0.8 * (1.0 + drop) / 1.3), zoom=1.14)
    axes.set_axis_off()


def _draw(page: Page, axes: Axes, values: Array, box: Domain, **colours: Any) -> AxesImage:
    extent = (*box[0], *box[1])
    shown = axes.imshow(values, origin="lower", extent=extent, aspect="auto", **colours)
    axes.spines[["top", "right"]].set_visible(True)
    axes.set(xticks=box[0], yticks=box[1])
    axes.tick_params(length=page.size.line)
    return shown
