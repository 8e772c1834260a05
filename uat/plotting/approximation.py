"""Pictures of an approximation: f, its ε band and g with the error below; maps over the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.errors import InputError, counted
from uat.plotting.curves import (
    draw_error,
    draw_fit,
    named,
    proved,
    samples,
    units_and_bound,
    units_text,
)
from uat.plotting.heading import draw_heading, draw_named
from uat.plotting.maps import draw_error_map, draw_value_map, map_points, span
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.theorem.approximation import Approximation

__all__ = ["check_shown", "draw_approximation", "page_of"]

_PLAIN: Final = (-2, 5)
"""Powers of ten that are written out at ticks; past them 10^k stands beside the axis."""


def check_shown(dimension: int, outputs: int) -> None:
    """Refuse an approximation of more coordinates or outputs than a picture has room for."""
    if dimension > 2:
        raise InputError(
            f"an approximation in {dimension} coordinates given; plot shows one in one or two"
        )
    if outputs > (3 if dimension == 1 else 1):
        raise InputError(
            f"an approximation with {outputs} outputs in {counted(dimension, 'coordinate')} given; plot "
            "shows three in one coordinate, and one in two; plot(g.output(0)) shows one"
        )


def page_of(g: Approximation) -> Callable[[Page], None]:
    """Choose how to draw an approximation on a page of its own."""
    check_shown(g.target.dimension, len(g.targets))
    if len(g.targets) > 1:
        return lambda page: _outputs(page, g)
    return lambda page: _graph(page, g) if g.target.dimension == 1 else _maps(page, g)


def _graph(page: Page, g: Approximation) -> None:
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    draw_approximation(page, top, g)
    draw_error(page, bottom, g, samples(g.target.domain[0], g.network))
    bottom.set_xlabel("$x$")
    _shorten(top, bottom)
    bottom.set_title(page.say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error)


def draw_approximation(page: Page, axes: Axes, g: Approximation, *, alone: bool = True) -> None:
    """Draw f, its ε band and g in one panel, which is `alone` on its page or one of others."""
    draw_fit(page, axes, g, samples(g.target.domain[0], g.network))
    curves: list[Artist] = [
        axes.plot([], [], label=named(g.target), **page.pen("target"))[0],
        axes.fill_between([], [], label=r"$f\pm\varepsilon$", **page.fill("band")),
        axes.plot([], [], label="$g$", **page.pen("network"))[0],
    ]
    draw_heading(page, axes, units_and_bound(page, g), curves, alone=alone)
    axes.set_xlabel("" if alone else "$x$")


def _outputs(page: Page, g: Approximation) -> None:
    """Draw each output with its error below it."""
    x = samples(g.target.domain[0], g.network)
    columns = page.figure.subplots(2, len(g.targets), sharex=True, height_ratios=(5, 2)).T
    for i, (top, bottom) in enumerate(columns):
        one = g.output(i)
        draw_fit(page, top, one, x)
        draw_error(page, bottom, one, x)
        bound = "" if one.certificate is None else rf"$|f_{i + 1}-g_{i + 1}|\leq {proved(one)}$"
        draw_named(page, top, one.target, f"f_{i + 1}", bound)
        bottom.set_xlabel("$x$")
        _shorten(top, bottom)
    error = page.say("誤差", "error")
    columns[0][1].set_title(error, color=page.theme.error)
    page.figure.suptitle(units_text(page, g), x=0.02, ha="left", fontsize=page.size.text)


def _maps(page: Page, g: Approximation) -> None:
    """Draw f, g and the error, each in its colour; those of f and g have the same scale."""
    from matplotlib.ticker import MaxNLocator

    panels = page.figure.subplots(1, 3)
    box = g.target.domain
    x, y = map_points(box)
    f, values = g.target(x, y), g(x, y)
    limits = span(f, values)
    shown = [
        draw_value_map(page, panels[0], f, box, limits),
        draw_value_map(page, panels[1], values, box, limits, "network"),
        draw_error_map(page, panels[2], np.abs(f - values), box),
    ]
    bar: dict[str, Any] = {"orientation": "horizontal", "shrink": 0.9, "aspect": 30}
    page.figure.colorbar(shown[0], ax=panels[:2], **bar).locator = MaxNLocator(5)
    most = float(np.abs(f - values).max())
    scale = page.figure.colorbar(shown[2], ax=panels[2], **(bar | {"aspect": 15}))
    scale.set_ticks([0.0, most], labels=["0", f"${about(most, 2)}$"])
    for axes, name in zip(panels, ("$f$", "$g$", "$|f-g|$"), strict=True):
        axes.set_title(name)
        axes.set_xlabel("$x$", labelpad=-page.size.text / 2)
    draw_named(page, panels[0], g.target, "f")
    panels[0].set_ylabel("$y$", labelpad=-page.size.text / 2)
    panels[2].title.set_color(page.theme.error)
    page.figure.suptitle(units_and_bound(page, g), x=0.02, ha="left", fontsize=page.size.text)


def _shorten(top: Axes, bottom: Axes) -> None:
    """Write large and small numbers at the ticks of f and of x with few digits."""
    top.ticklabel_format(axis="y", scilimits=_PLAIN)
    bottom.ticklabel_format(axis="x", scilimits=_PLAIN)
