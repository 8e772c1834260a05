"""Functions of two coordinates on the page: f and g in the same colours, the error in its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.expression.arrays import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

    from uat.core.domain import Domain
    from uat.plotting.page import Page

__all__ = ["VALUES", "draw_error_map", "draw_surface", "draw_value_map", "map_points", "span"]

_PIXELS = 300
"""Points along each side of a map: more of them are sharper, slower."""

VALUES = "viridis"
"""The colours of values: told apart with every common kind of colour blindness, and in grey."""


def map_points(box: Domain, many: int = _PIXELS) -> tuple[Array, Array]:
    """Return the coordinates of the points of a map, rows from below: two (many, many) arrays."""
    x, y = np.meshgrid(*(np.linspace(a, b, many) for a, b in box))
    return x, y


def span(*values: Array) -> tuple[float, float]:
    """Return the least and the largest of all values, for maps that share their colours."""
    return min(float(v.min()) for v in values), max(float(v.max()) for v in values)


def draw_value_map(
    page: Page, axes: Axes, values: Array, box: Domain, limits: tuple[float, float]
) -> AxesImage:
    """Draw values over a box; the colours run through `limits`."""
    return _draw(page, axes, values, box, cmap=VALUES, vmin=limits[0], vmax=limits[1])


def draw_error_map(
    page: Page, axes: Axes, error: Array, box: Domain, *, most: float | None = None
) -> AxesImage:
    """Draw |f − g| over a box, from the background's colour to that of errors.

    Maps that are given the same `most` share their colours. These then follow the square root of
    the error, so that a small error is still seen beside a large one.
    """
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm

    colours: Sequence[str] = (page.theme.background, page.theme.error)
    cmap = LinearSegmentedColormap.from_list("error", list(colours))
    if most is not None:
        return _draw(page, axes, error, box, cmap=cmap, norm=PowerNorm(0.5, 0.0, most))
    return _draw(page, axes, error, box, cmap=cmap, vmin=0.0, vmax=float(error.max()) or 1.0)


def draw_surface(
    axes: Any,
    points: tuple[Array, Array],
    heights: Array,
    limits: tuple[float, float],
    *,
    elev: float = 32.0,
    azim: float = -62.0,
) -> None:
    """Draw the graph of a function over a box, in the colours of its values, without axes.

    Points and heights are arrays of one shape; `limits` are those of all values that share their
    colours, and the angles of the view are in degrees.
    """
    low, high = limits
    rows, columns = heights.shape
    surface = axes.plot_surface(
        *points,
        heights,
        cmap=VALUES,
        vmin=low,
        vmax=high,
        rcount=rows,
        ccount=columns,
        linewidth=0.3,
        rasterized=True,
    )
    # A hair of its own colour closes the seams between polygons.
    surface.set_edgecolor("face")
    surface.set_clip_on(False)
    axes.set(xlim=span(points[0]), ylim=span(points[1]), zlim=(low - 0.3 * (high - low), high))
    axes.view_init(elev=elev, azim=azim)
    axes.set_box_aspect((1, 1, 0.8), zoom=1.2)
    axes.set_axis_off()


def _draw(page: Page, axes: Axes, values: Array, box: Domain, **colours: Any) -> AxesImage:
    extent = (*box[0], *box[1])
    shown = axes.imshow(values, origin="lower", extent=extent, aspect="auto", **colours)
    axes.spines[["top", "right"]].set_visible(True)
    axes.set(xticks=box[0], yticks=box[1])
    axes.tick_params(length=page.size.line)
    return shown
