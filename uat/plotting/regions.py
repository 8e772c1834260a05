"""Pictures of regions: each in the colour of its gradient, with lines where the gradient changes.

One coordinate of the gradient runs from blue to orange, the other from dark to light, and a flat
region is grey. These two axes are the ones that every common kind of colour blindness keeps apart.
Colours are mixed in OKLab, where equal steps look equal (B. Ottosson, "A perceptual color space for
image processing", 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.plotting.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

__all__ = [
    "LINES",
    "Flat",
    "colours_of",
    "draw_creases",
    "draw_key",
    "draw_map",
    "draw_regions",
    "line_share",
    "plot_regions",
]


_POLYGONS = 20_000
"""Polygons drawn one by one: more are smaller than a slide shows, and pixels are faster."""
_PIXELS = 900
"""Pixels along each side of a map that is drawn as pixels: more of them are sharper, slower."""
_VECTORS = 4_000
"""Polygons that stay lines in an SVG or PDF: more of them make large files."""

# Regions have the same colours on dark slides, so their lines have too.
LINES = LIGHT.ink

_WARM = np.array([0.055, 0.13])
"""The a and b, of OKLab, of the steepest slope to the right, and negative to the left: larger ones
are stronger colours, of which sRGB lacks more."""
_MIDDLE, _LIGHT = 0.66, 0.26
"""The lightness of a flat region, and what the steepest slope upward adds: more tells slopes apart
better, and lines on dark regions worse."""
_FAINTEST = 0.4
"""The strength of the colour of the least slope: more is told from grey better, from steep ones
worse."""

# From OKLab to the cube roots of cone responses, and from these responses to linear sRGB.
_CONES = np.array(
    [
        [1, 0.3963377774, 0.2158037573],
        [1, -0.1055613458, -0.0638541728],
        [1, -0.0894841775, -1.291485548],
    ]
)
_SRGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


def colours_of(gradients: Array, typical: float | None = None) -> Array:
    """Return the sRGB colours, (k, 3), of gradients in one or two coordinates, (k, n).

    A gradient of the typical length, without it the median, is half of the way from grey to full
    colour.
    """
    length = np.linalg.norm(gradients, axis=1)
    moving = length > 0
    if typical is None:
        typical = float(np.median(length[moving])) if moving.any() else 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        strength = np.where(moving, _FAINTEST + (1 - _FAINTEST) * length / (length + typical), 0)
        along = np.where(moving[:, None], gradients / length[:, None], 0) * strength[:, None]
    upward = along[:, 1] if along.shape[1] > 1 else np.zeros(len(along))
    lab = np.column_stack([_MIDDLE + _LIGHT * upward, along[:, :1] * _WARM])
    linear = np.clip((lab @ _CONES.T) ** 3 @ _SRGB.T, 0, 1)
    gamma = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, gamma))


def draw_regions(
    page: Page, axes: Axes, found: RegionMap, colours: Array | None = None, *, line: float = 0.25
) -> None:
    """Draw a map in two coordinates, in the colours of the gradients of the first output.

    Other colours are of shape (regions, 3); `line` is the width of the lines between linear
    regions, as a share of the theme's line.
    """
    if colours is None:
        colours = colours_of(found.gradients[:, 0])
    (left, right), (low, high) = found.box.tolist()
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.spines[["top", "right"]].set_visible(True)
    if len(colours) > _POLYGONS:
        _draw_pixels(axes, found, colours)
        return
    from matplotlib.collections import PolyCollection

    fine = len(colours) > _VECTORS
    polygons = [found.corners(i) for i in range(len(colours))]
    # A hair of its own colour closes the seams between polygons.
    inside: dict[str, Any] = {"facecolors": colours, "edgecolors": colours, "linewidths": 0.3}
    axes.add_collection(PolyCollection(polygons, rasterized=fine, zorder=1, **inside))
    draw_creases(page, axes, found, line=line)


def draw_creases(page: Page, axes: Axes, found: RegionMap, *, line: float = 0.25) -> None:
    """Draw the lines between linear regions, `line` times as wide as the theme's line."""
    from matplotlib.collections import LineCollection

    pen: dict[str, Any] = {"colors": LINES, "linewidths": line * page.size.line}
    fine = len(found.gradients) > _VECTORS
    axes.add_collection(LineCollection(list(_borders(found)), rasterized=fine, zorder=2, **pen))


def _draw_pixels(axes: Axes, found: RegionMap, colours: Array) -> None:
    (left, right), (low, high) = found.box.tolist()
    across, up = ((np.arange(_PIXELS) + 0.5) / _PIXELS * (b - a) + a for a, b in found.box)
    owner = found.region_of(np.stack(np.meshgrid(across, up), axis=-1))
    axes.imshow(
        colours[owner],
        origin="lower",
        extent=(left, right, low, high),
        aspect="auto",
        interpolation="nearest",
    )


def _borders(found: RegionMap) -> Array:
    """Return the segments between different linear regions, (segments, 2 ends, 2 coordinates)."""
    starts, index = found.corner_starts, found.corner_index
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    after = np.arange(1, len(index) + 1)
    after[starts[1:] - 1] = starts[:-1]
    sides = np.sort(np.column_stack([index, index[after]]), axis=1)
    order = np.lexsort(sides.T)
    sides, region = sides[order], found.component[owner[order]]
    shared = (sides[1:] == sides[:-1]).all(axis=1)
    between = np.flatnonzero(shared & (region[1:] != region[:-1]))
    return np.asarray(found.vertices[sides[between]])


def draw_pieces(page: Page, axes: Axes, found: RegionMap) -> None:
    """Draw the graph of a network in one coordinate, and below it each piece in its colour."""
    lines = found.gradients[..., 0], found.offsets
    ends = found.vertices[found.corner_index, 0].reshape(-1, 2)
    order = np.argsort(ends[:, 0])
    x = np.append(ends[order, 0], ends[order[-1:], 1])
    # Axes: breakpoints, values; each from the piece on its right, the last from the left.
    owner = np.append(order, order[-1:])
    y = lines[0][owner] * x[:, None] + lines[1][owner]
    axes.plot(x, y, **page.pen("network", linewidth=0.6 * page.size.line))
    bottom, top = float(y.min()), float(y.max())
    height = (top - bottom) or 1.0
    strip = bottom - 0.28 * height, bottom - 0.1 * height
    colours = colours_of(found.gradients[order, 0])
    axes.bar(
        x[:-1],
        strip[1] - strip[0],
        np.diff(x),
        strip[0],
        align="edge",
        color=colours,
        linewidth=0,
        rasterized=len(order) > _VECTORS,
    )
    turns = np.flatnonzero(np.diff(found.component[order])) + 1
    axes.vlines(x[turns], *strip, color=LINES, linewidth=0.15 * page.size.line)
    if len(turns) <= 60:
        dot = page.dot("network", markersize=1.3 * page.size.line)
        axes.plot(x[turns], y[turns], **dot)
    axes.set(xlim=(x[0], x[-1]), ylim=(bottom - 0.3 * height, top + 0.06 * height))


def draw_key(page: Page, axes: Axes) -> None:
    """Draw a disc of gradients in their colours."""
    from matplotlib.patches import Circle

    side = (np.arange(201) - 100) / 100
    points = np.stack(np.meshgrid(side, side), axis=-1)
    distance = np.linalg.norm(points, axis=-1)
    # The length that makes the share s of full colour, s = length/(length + 1).
    length = distance / np.maximum(1e-9, 1.02 - distance)
    shown = points / np.maximum(distance, 1e-9)[..., None] * length[..., None]
    colours = colours_of(shown.reshape(-1, 2), typical=1.0).reshape(*distance.shape, 3)
    image = axes.imshow(colours, origin="lower", extent=(-1, 1, -1, 1), interpolation="bilinear")
    image.set_clip_path(Circle((0.0, 0.0), 1.0, transform=axes.transData))
    for end in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        page.arrow(axes, (0.25 * end[0], 0.25 * end[1]), end, color=LINES)
    axes.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal")
    axes.set_axis_off()


def regions_text(page: Page, linear: int, activation: int | None = None) -> str:
    """Write the number of linear regions, and that of activation regions if it differs."""
    said = page.say(f"線形領域 {linear:,} 個", counted(linear, "linear region"))
    if activation in (None, linear):
        return said
    return said + page.say(f"（活性化領域 {activation:,} 個）", f" ({activation:,} activation)")


@dataclass(frozen=True, slots=True)
class Flat:
    """The line, plane or space through named points of so many inputs.

    >>> print(Flat(784, ("a", "b", "c")))
    a plane in 784 inputs
    """

    inputs: int
    names: tuple[str, ...]

    @property
    def dimension(self) -> int:
        """The number of coordinates on it."""
        return len(self.names) - 1

    @property
    def places(self) -> Array:
        """Where the points are on it, (points, dimension): at 0, and at 1 on an axis each."""
        return np.vstack([np.zeros(self.dimension), np.eye(self.dimension)])

    def __str__(self) -> str:
        """Return it in words."""
        kind = {1: "a line", 2: "a plane"}.get(self.dimension, f"{self.dimension} dimensions")
        return f"{kind} in {counted(self.inputs, 'input')}"


def plot_regions(page: Page, found: RegionMap, flat: Flat | None = None) -> None:
    """Draw a map in one or two coordinates on a page of its own, and the points of its flat."""
    if len(found.box) != 2:
        axes = page.figure.subplots()
        draw_map(page, axes, found)
        _mark_points(page, axes, found, flat)
        return
    axes, key = page.figure.subplots(1, 2, width_ratios=(3, 1))
    draw_map(page, axes, found)
    _mark_points(page, axes, found, flat)
    axes.set(anchor="E")
    draw_key(page, key)
    key.set(anchor="W")
    key.set_title(page.say("勾配", "gradient"), loc="center")


def _mark_points(page: Page, axes: Axes, found: RegionMap, flat: Flat | None) -> None:
    """Mark the points that a flat was laid through, those in the box, and say what is shown."""
    if flat is None:
        return
    places = flat.places
    kind = "直線" if flat.dimension == 1 else "平面"
    axes.set_xlabel(page.say(f"{flat.inputs} 入力の中の{kind}", str(flat)))
    if flat.dimension == 1:
        places = np.column_stack([places, found.network(places)[:, 0]])
    else:
        axes.set_ylabel("")
    low, high = found.box.T
    for place, name in zip(places, flat.names, strict=True):
        if ((place[: len(low)] >= low) & (place[: len(low)] <= high)).all():
            x, y = place.tolist()
            axes.plot([x], [y], **page.dot("data", clip_on=False, zorder=8))
            words = name.replace("$", r"\$")
            page.note(axes, x, y, f"  {words}", va="bottom", ha="left")


def draw_map(page: Page, axes: Axes, found: RegionMap) -> None:
    """Draw a map in one or two coordinates in one panel, with the number of its regions."""
    if len(found.box) > 2:
        raise InputError(
            f"a map in {len(found.box)} coordinates given; plot shows regions in one or two"
        )
    count = found.count
    said = regions_text(page, count.linear, count.activation)
    if len(found.box) == 1:
        draw_pieces(page, axes, found)
        axes.set(title=said, xlabel="$x$")
        return
    draw_regions(page, axes, found, line=line_share(count.linear))
    (left, right), (low, high) = found.box.tolist()
    ticks = {"xticks": [left, (left + right) / 2, right], "yticks": [low, (low + high) / 2, high]}
    axes.set(aspect="equal", title=said, xlabel="$x$", ylabel="$y$", **ticks)


def line_share(regions: int) -> float:
    """Return the width of lines as a share of the theme's line, less for more regions."""
    return float(np.clip(4 / np.sqrt(max(regions, 1)), 0.05, 0.4))
