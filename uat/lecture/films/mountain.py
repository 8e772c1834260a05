"""Ridges along more and more directions add up to a mountain, while it turns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.lecture.figures.ridges import BUMP, bound_of, ridges_of
from uat.lecture.films.camera import Camera, draw_faces, lit, quads
from uat.lecture.films.film import Film, Paint, eased
from uat.plotting.maps import map_points, value_colours
from uat.plotting.numbers import at_most

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.expression.arrays import Array
    from uat.plotting.page import Page

__all__ = ["GROWING_MOUNTAIN", "WAYS"]

WAYS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32)
"""The numbers of directions that follow each other."""
_POINTS: Final = 41  # along a side of the surface: more are smoother, slower
_STOPS: Final = (
    (0.06, 0), (0.14, 1), (0.17, 1), (0.25, 2), (0.28, 2), (0.36, 3), (0.44, 4), (0.51, 5),
    (0.58, 6), (0.64, 7), (0.7, 8), (0.76, 9), (0.82, 10), (0.88, 11), (1.0, 11),
)  # fmt: skip
"""Times, and the places among the numbers of directions then."""


@cache
def _heights(many: int) -> Array:
    return np.asarray(ridges_of(many).as_function()(*map_points(BUMP.domain, _POINTS)))


def _growing_mountain(page: Page) -> Paint:
    """Draw the sum of ridges, its directions below it, and its proved bound beside it."""
    scene = page.figure.add_axes((0.0, 0.0, 0.66, 0.88))
    beside = page.figure.add_axes((0.74, 0.14, 0.23, 0.34))
    scene.set_axis_off()
    scene.set(xlim=(-1.6, 1.6), ylim=(-1.35, 1.25), aspect="equal")
    say = page.say
    beside.set(xscale="log", yscale="log", xlim=(0.85, 40), ylim=(4e-7, 3))
    beside.set_xticks([1, 4, 32], ["1", "4", "32"])
    beside.set_yticks([1, 1e-3, 1e-6])
    beside.minorticks_off()
    beside.tick_params(axis="y", labelsize=page.size.text)
    beside.set_xlabel(say("向きの数", "directions"))
    page.headline(say("尾根を重ねると、山になる", "Ridges add up to a mountain"))

    def paint(time: float) -> None:
        place = eased(time, _STOPS)
        first = min(int(place), len(WAYS) - 2)
        part = place - first
        before, after = WAYS[first], WAYS[first + 1]
        heights = (1 - part) * _heights(before) + part * _heights(after)
        camera = Camera(-62.0 + 150.0 * time, 30.0, (0.0, 0.0, 0.25), distance=9.0)
        for many, share in ((before, 1 - part), (after, part)):
            _draw_ways(page, scene, camera, many, share)
        _draw_mountain(page, scene, camera, heights)
        _write(page, scene, beside, first if part < 0.5 else first + 1)

    return paint


def _draw_mountain(page: Page, axes: Axes, camera: Camera, heights: Array) -> None:
    x, y = map_points(BUMP.domain, _POINTS)
    faces = quads(x, y, 0.9 * heights)
    shares = np.clip(faces[:, :, 2].mean(axis=1) / 0.9, 0.0, 1.0)
    tints = value_colours(page.theme.network)(0.15 + 0.6 * shares)
    draw_faces(axes, camera, faces, lit(faces, tints), zorder=3)


def _draw_ways(page: Page, axes: Axes, camera: Camera, many: int, share: float) -> None:
    """Draw a line on the floor for each direction, as strong as its share."""
    angles = np.pi * np.arange(many) / many
    ends = np.stack([np.cos(angles), np.sin(angles)], axis=1)[:, None] * [[[-1.45], [1.45]]]
    places = camera(np.concatenate([ends, np.full((many, 2, 1), -0.35)], axis=2))[0]
    pen = page.pen("unit", linewidth=0.6 * page.size.line, alpha=share, zorder=1, clip_on=False)
    axes.plot(*places.transpose(2, 1, 0), **pen)


def _write(page: Page, axes: Axes, beside: Axes, place: int) -> None:
    """Write the number of directions and the bound, and mark the bounds so far."""
    many, say = WAYS[place], page.say
    words: dict[str, Any] = {"transform": axes.transAxes, "va": "baseline"}
    page.note(axes, 1.06, 0.84, f"{many}", fontsize=3.2 * page.size.text,
              color=page.theme.unit, **words)  # fmt: skip
    ways = say("方向の尾根", "direction" if many == 1 else "directions")
    page.note(axes, 1.065, 0.755, ways, fontsize=page.size.text, color=page.theme.unit, **words)
    bound = rf"$|f-g|\leq {at_most(bound_of(many), 2)}$"
    bound = say(f"{bound}（証明済み）", f"proved: {bound}")
    page.note(axes, 1.065, 0.64, bound, fontsize=page.size.text, color=page.theme.error, **words)
    so_far = [bound_of(met) for met in WAYS[: place + 1]]
    beside.plot(WAYS[: place + 1], so_far, **page.pen("error", linewidth=page.size.thin))
    beside.plot(WAYS[: place + 1], so_far, **page.dot("error"))


def _same(time: float) -> float:
    return time


GROWING_MOUNTAIN = Film("ridge-directions", 10.0, _same, _growing_mountain, (0.0, 0.2, 1.0))
