"""A ReLU network learns a ripple: its exact creases move to where f bends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.lecture.figures.watching import learnt_ripple, ripple
from uat.lecture.films.film import Film, Paint, eased
from uat.plotting.maps import draw_value_map, map_points, span
from uat.plotting.regions import draw_creases
from uat.regions.count import map_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.plotting.page import Page

__all__ = ["LEARNT_CREASES", "network_of"]

_LAST: Final = 1500
_BOX: Final = ((-1.0, 1.0), (-1.0, 1.0))
_POINTS: Final = 240  # on a side of a map: more are sharper, slower
_HASTE: Final = 5.0  # how much faster iterations pass at the end: more shows the start longer


def network_of(iteration: int) -> Network:
    """Return the network of an iteration; 0 is the start."""
    return learnt_ripple()[0][iteration]


def _iteration(time: float) -> float:
    part = eased(time, ((0.04, 0.0), (0.92, 1.0)))
    return float(round(_LAST * np.expm1(_HASTE * part) / np.expm1(_HASTE)))


def _learnt_creases(page: Page) -> Paint:
    """Draw the network with its creases at an iteration, and beside it f, the loss and counts."""
    share = page.size.height / page.size.width
    large = page.figure.add_axes((0.03, 0.04, 0.82 * share, 0.82))
    small = page.figure.add_axes((0.56, 0.5, 0.36 * share, 0.36))
    curve = page.figure.add_axes((0.62, 0.13, 0.35, 0.27))
    x, y = map_points(_BOX, _POINTS)
    wanted = ripple(x, y)
    limits = span(wanted)
    draw_value_map(page, small, wanted, _BOX, limits)
    for axes in (large, small):
        axes.set(xticks=[], yticks=[])
    large.set(xlim=_BOX[0], ylim=_BOX[1])
    small.set_title("$f$", color=page.theme.target, loc="left")
    _prepare_losses(page, curve)
    page.headline(page.say("折り目が、$f$ の曲がる所へ動く", "Creases move to where $f$ bends"))

    def paint(iteration: float) -> None:
        done = int(iteration)
        g, losses = network_of(done), learnt_ripple()[1]
        found = map_regions(g, (-1, 1))
        draw_value_map(page, large, g.as_function()(x, y), _BOX, limits, "network")
        large.set(xticks=[], yticks=[])
        draw_creases(page, large, found, line=0.35)
        curve.plot(losses[: done + 1], **page.pen("error"))
        curve.plot([done], losses[done : done + 1], **page.dot("error", clip_on=False))
        _write(page, small, found.count.linear, float(losses[done]))

    return paint


def _prepare_losses(page: Page, axes: Axes) -> None:
    losses, say = learnt_ripple()[1], page.say
    axes.set(xlim=(0, _LAST), yscale="log", ylim=(0.5 * losses.min(), 2 * losses.max()))
    axes.set_xticks([0, 500, 1000, 1500], ["0", "500", "1,000", "1,500"])
    axes.set_yticks([1, 0.1, 0.01], ["1", "0.1", "0.01"])
    axes.minorticks_off()
    axes.set_xlabel(say("反復回数", "iteration"))
    axes.set_title(say("損失", "loss"), color=page.theme.error)


def _write(page: Page, axes: Axes, regions: int, loss: float) -> None:
    """Write the exact number of regions and the loss beside f."""
    say, words = page.say, {"transform": axes.transAxes, "va": "baseline"}
    large: dict[str, Any] = {"fontsize": 3.2 * page.size.text, "color": page.theme.network}
    page.note(axes, 1.12, 0.56, f"{regions:,}", **large, **words)
    named: dict[str, Any] = {"fontsize": page.size.text, **words}
    page.note(axes, 1.12, 0.36, say("線形領域", "linear regions"), **named)
    said = say("損失", "loss") + f" {loss:.4f}"
    page.note(axes, 1.12, 0.0, said, color=page.theme.error, **named)


LEARNT_CREASES = Film("regions-training", 12.0, _iteration, _learnt_creases, (0.0, 0.4, 1.0))
