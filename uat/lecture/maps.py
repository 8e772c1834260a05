"""Functions of two coordinates on the page: f and g in the same colours, the error in its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

    from uat.door import Domain
    from uat.lecture.page import Page

__all__ = ["draw_error_map", "draw_value_map", "map_points", "span"]

Array = NDArray[np.float64]

PIXELS = 300


def map_points(box: Domain, many: int = PIXELS) -> tuple[Array, Array]:
    """Give the coordinates of the points of a map, rows from below: two (many, many) arrays.

    Examples
    --------
    >>> x, y = map_points(((0.0, 1.0), (2.0, 4.0)), 3)
    >>> x[0].tolist(), y[:, 0].tolist()
    ([0.0, 0.5, 1.0], [2.0, 3.0, 4.0])
    """
    x, y = np.meshgrid(*(np.linspace(a, b, many) for a, b in box))
    return x, y


def span(*values: Array) -> tuple[float, float]:
    """Give the least and the largest of all values, for maps that share their colours.

    Examples
    --------
    >>> span(np.array([1.0, 2.0]), np.array([0.0]))
    (0.0, 2.0)
    """
    return min(float(v.min()) for v in values), max(float(v.max()) for v in values)


def draw_value_map(
    page: Page, axes: Axes, values: Array, box: Domain, limits: tuple[float, float]
) -> AxesImage:
    """Draw values over a box; the colours run through `limits`."""
    return _draw(page, axes, values, box, cmap="cividis", vmin=limits[0], vmax=limits[1])


def draw_error_map(page: Page, axes: Axes, error: Array, box: Domain) -> AxesImage:
    """Draw |f − g| over a box, from the background's colour to that of errors."""
    from matplotlib.colors import LinearSegmentedColormap

    colours: Sequence[str] = (page.theme.background, page.theme.error)
    most = float(error.max()) or 1.0
    cmap = LinearSegmentedColormap.from_list("error", list(colours))
    return _draw(page, axes, error, box, cmap=cmap, vmin=0.0, vmax=most)


def _draw(page: Page, axes: Axes, values: Array, box: Domain, **colours: Any) -> AxesImage:
    extent = (*box[0], *box[1])
    shown = axes.imshow(values, origin="lower", extent=extent, aspect="auto", **colours)
    axes.spines[["top", "right"]].set_visible(True)
    axes.set(xticks=box[0], yticks=box[1])
    axes.tick_params(length=page.size.line)
    return shown
