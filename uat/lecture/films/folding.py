"""A sheet is folded by two layers, cut by a third, and unfolded: each fold doubles what is cut."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.construct.deep.folding import folding
from uat.core.activations import relu
from uat.core.network import Affine, Network
from uat.lecture.figures.depth import (
    CUBE,
    CUTS,
    _by_last_layer,
    _last_patterns,
    even_output,
)
from uat.lecture.films.camera import Camera, draw_faces
from uat.lecture.films.film import Film, Paint, eased
from uat.plotting.regions import LINES
from uat.regions.count import count_regions, map_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from uat.expression.arrays import Array
    from uat.plotting.page import Page

__all__ = ["PAPER_FOLDING", "folded", "panels_of", "unfolded_counts"]

_CREASES: Final = ((0, 0.5), (1, 0.5), (0, 0.25), (1, 0.25))
"""The coordinate and the place of each fold: two of the first layer, two of the second."""
_GAP: Final = 0.003  # between two sheets on top of each other
_CUT, _INKED, _LAST = 4.0, 8.0, 13.0
"""The moments when folding is done, when four lines are cut, and when all is unfolded."""
_STOPS: Final = (
    (0.3, 0), (1.25, 1), (2.2, 2), (3.15, 3), (4.1, 4), (4.25, 4), (4.65, 5), (5.05, 6), (5.45, 7),
    (5.85, 8), (6.25, 9), (6.35, 9), (7.4, 10), (8.45, 11), (8.65, 11), (9.7, 12), (10.8, 13),
    (12.0, 13),
)  # fmt: skip
"""Seconds, and how far things are then."""


def panels_of(points: Array) -> NDArray[np.intp]:
    """Return which of the 16 panels between the creases each point of the sheet, (n, 2), is on."""
    column, row = np.clip((4 * points).astype(int), 0, 3).T
    return np.asarray(4 * row + column, dtype=np.intp)


def folded(
    points: Array, owner: NDArray[np.intp], angles: Array, towards: Array
) -> tuple[Array, Array]:
    """Fold points of the sheet, (n, 3), each on its panel, along the creases in turn.

    Returns them with the order, (16,), in which the panels are drawn for a camera in the direction
    `towards`: those that nothing hides come last.
    """
    points, thick = points.copy(), 0.0
    row, column = np.divmod(np.arange(16), 4)
    middles = np.column_stack([(column + 0.5) / 4, (row + 0.5) / 4, np.zeros(16)])
    order = middles[:, 2].copy()
    for (k, place), angle in zip(_CREASES, angles, strict=True):
        if angle == 0:
            break
        moves, hinge = middles[:, k] > place, thick + _GAP / 2
        facing = -np.sin(angle) * towards[k] + np.cos(angle) * towards[2]
        order = np.where(moves, 1.0 + np.copysign(1.0, facing) * middles[:, 2], middles[:, 2])
        for some, which in ((points, moves[owner]), (middles, moves)):
            across, up = some[which, k] - place, some[which, 2] - hinge
            some[which, k] = place + np.cos(angle) * across - np.sin(angle) * up
            some[which, 2] = hinge + np.sin(angle) * across + np.cos(angle) * up
        thick = 2 * thick + _GAP
    return points, order


@cache
def _sheet() -> tuple[list[Array], NDArray[np.intp], Array]:
    """Return the regions of the network: their corners, (corners, 3), panels and colours."""
    networks = [even_output(folding(2, (4,) * folds + (4,), CUTS)) for folds in (2, 0)]
    found, last = (map_regions(network, CUBE) for network in networks)
    tints = _by_last_layer(last, networks[1])
    colours = np.array([tints[key] for key in _last_patterns(found, 4)])
    faces = [np.pad(found.corners(i), ((0, 0), (0, 1))) for i in range(len(colours))]
    middles = np.array([face.mean(axis=0)[:2] for face in faces])
    return faces, panels_of(middles), colours


@cache
def unfolded_counts() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Count the regions after each cut, and those of the part of the sheet that is unfolded."""
    network = even_output(folding(2, (4, 4, 4), CUTS))
    parts = ((0.25, 0.25), (0.25, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0))
    opened = tuple(count_regions(network, [(0, x), (0, y)]).linear for x, y in parts)
    return (1, *(_cells_of(k) for k in (1, 2, 3)), opened[0]), opened


def _cells_of(many: int) -> int:
    """Count the cells that the first lines of the last layer cut the square into."""
    lines = CUTS
    first = Affine(lines.weight[:many], lines.bias[:many])
    out = Affine(1.0 + np.arange(many)[None, :] / 64, [0.0])
    return count_regions(Network((first, out), relu), CUBE).activation


def _moment(time: float) -> float:
    return eased(time, [(seconds / 12.0, moment) for seconds, moment in _STOPS])


def _camera(moment: float) -> Camera:
    """Look at the sheet, and nearer at the packet while it is small."""
    near = eased(moment, ((1.8, 0.0), (4.0, 1.0), (8.6, 1.0), (10.2, 0.3), (12.5, 0.0)))
    middle = 0.5 + near * (0.13 - 0.5)
    return Camera(-112.0 + 2.4 * moment, 50.0, (middle, middle, 0.03), 1.0 + 1.2 * near, 4.0)


def _paper_folding(page: Page) -> Paint:
    """Draw the sheet at each moment, and beside it the number of regions."""
    scene = page.figure.add_axes((0.0, 0.0, 0.68, 0.88))
    beside = page.figure.add_axes((0.68, 0.0, 0.32, 0.88))
    for axes in (scene, beside):
        axes.set_axis_off()
    scene.set(xlim=(-0.82, 0.82), ylim=(-0.58, 0.62), aspect="equal")
    page.headline(
        page.say("層は平面を折り、最後の層が切る", "Layers fold the plane; the last one cuts")
    )

    def paint(moment: float) -> None:
        _draw_sheet(page, scene, moment)
        _write(page, beside, moment)

    return paint


def _draw_sheet(page: Page, axes: Axes, moment: float) -> None:
    """Draw the panels from the lowest to the one on top, each with its regions, and the cuts."""
    from matplotlib.colors import to_rgb

    faces, panels, tints = _sheet()
    turned = np.clip(moment - np.arange(4), 0, 1) - np.clip(moment - 12 + np.arange(4), 0, 1)
    camera = _camera(moment)
    corners = np.concatenate(faces)
    owner = np.repeat(panels, [len(face) for face in faces])
    placed, order = folded(corners, owner, np.pi * turned, camera.axes[2])
    ends = np.cumsum([len(face) for face in faces])[:-1]
    split = np.split(placed, ends)
    first = np.argsort(order[panels], kind="stable")
    ink = float(np.clip(moment - _INKED, 0, 1))
    paper = np.array(to_rgb(page.theme.band))
    colours = _shaded(split, (1 - ink) * paper + ink * tints)
    edge = (1 - ink) * colours + ink * np.array(to_rgb(LINES))
    look: dict[str, Any] = {"edgecolors": edge[first], "linewidths": 0.2 * page.size.line}
    draw_faces(axes, camera, [split[i] for i in first], colours[first], **look)
    _draw_cuts(page, axes, camera, moment)


def _shaded(faces: list[Array], colours: Array) -> Array:
    """Darken the faces that are turned away from the lamp."""
    normals = np.array([np.cross(face[1] - face[0], face[2] - face[0]) for face in faces])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    light = np.abs(normals @ np.array([-0.3, -0.2, 0.93]))
    return np.asarray(colours * (0.6 + 0.4 * light)[:, None])


def _draw_cuts(page: Page, axes: Axes, camera: Camera, moment: float) -> None:
    """Draw the lines of the last layer on the packet, as far as they are cut."""
    if not _CUT < moment < _INKED + 1:
        return
    for k, (start, end) in enumerate(_ends_of_lines()):
        part = float(np.clip(moment - _CUT - k, 0, 1))
        line = np.stack([start, start + part * (end - start)]) / 4
        top = np.full((2, 1), 15 * _GAP + 0.5 * _GAP)
        places = camera(np.hstack([line, top]))[0]
        if part:
            axes.plot(*places.T, color=LINES, linewidth=page.size.line, zorder=5)


@cache
def _ends_of_lines() -> list[tuple[Array, Array]]:
    """Return where each line of the last layer enters and leaves the unit square."""
    lines, found = CUTS, []
    for normal, bias in zip(lines.weight, lines.bias, strict=True):
        foot, way = -bias * normal / (normal @ normal), np.array([-normal[1], normal[0]])
        times = np.sort(np.concatenate([-foot / way, (1 - foot) / way]))
        found.append((foot + times[1] * way, foot + times[2] * way))
    return found


def _write(page: Page, axes: Axes, moment: float) -> None:
    """Write what is being done, and the number of regions."""
    say = page.say
    steps = (
        (2.0, say("第 1 層が折る", "layer 1 folds")),
        (_CUT, say("第 2 層が折る", "layer 2 folds")),
        (_INKED + 1, say("第 3 層が 4 本の線で切る", "layer 3 cuts: 4 lines")),
        (_LAST, say("開く", "unfold")),
    )
    doing = next((name for until, name in steps if moment < until), steps[-1][1])
    words: dict[str, Any] = {"va": "baseline", "transform": axes.transAxes}
    if moment < _LAST:
        page.note(axes, 0.0, 0.8, doing, fontsize=page.size.text, **words)
    cuts, opened = unfolded_counts()
    if moment < _CUT:
        return
    done = int(moment - 9 + 1e-9) if moment >= 9 else 0
    count = cuts[min(int(moment - _CUT + 1e-9), 4)] if moment < _INKED else opened[done]
    large: dict[str, Any] = {"color": page.theme.network, **words}
    page.note(axes, 0.0, 0.5, f"{count:,}", fontsize=4.0 * page.size.text, **large)
    page.note(axes, 0.02, 0.4, say("線形領域", "linear regions"), fontsize=page.size.text, **words)
    ladder = [str(opened[0])] + [rf"$\times\,4={opened[i]}$" for i in (2, 4) if done >= i]
    if done >= 2:
        text = "  ".join(ladder)
        page.note(axes, 0.02, 0.24, text, fontsize=page.size.text, **words)


PAPER_FOLDING = Film("depth-fold", 12.0, _moment, _paper_folding, (0.144, 0.5, 1.0))
