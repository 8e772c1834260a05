"""The picture of a training: the network that it found, and the fall of its residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.errors import counted
from uat.plotting.curves import samples, with_formula
from uat.plotting.heading import COMPACT, draw_heading
from uat.plotting.language import Pair
from uat.plotting.network_graph import draw_graph, has_graph, shown_box, widths_text
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from uat.core.domain import Domain
    from uat.plotting.page import Page
    from uat.train.fitting import Fit

__all__ = ["REASONS", "draw_found", "draw_trained_on", "plot_training"]

REASONS = {
    "converged": Pair("収束", "converged"),
    "stalled": Pair("停滞", "stalled"),
    "eps": Pair("目標の誤差に到達", "close enough"),
    "iterations": Pair("反復の上限に到達", "budget used up"),
    "seconds": Pair("時間切れ", "time used up"),
    "diverged": Pair("発散（最良のものを残した）", "diverged, the best is kept"),
    "callback": Pair("呼び出し側が停止", "stopped by the callback"),
    "interrupted": Pair("中断", "interrupted"),
}
_LEAST = 1e-100
"""Losses below it and above its inverse are left out: a logarithmic axis has no room for them."""


def plot_training(page: Page, found: Fit, domain: Any = None) -> None:
    """Draw the network and its losses; the losses alone for a network that has no graph."""
    if domain is None and not has_graph(found.network):
        _above(page, _said(page, found))
        draw_losses(page, page.figure.subplots(), found)
        return
    if found.network.input_dimension == 1:
        graph, losses = page.figure.subplots(2, 1, height_ratios=(3, 2))
        draw_found(page, graph, found, domain)
    else:
        graph, losses = page.figure.subplots(1, 2, width_ratios=(6, 5))
        draw_found(page, graph, found, domain)
        graph.set_title("")
        _above(page, _said(page, found))
    draw_losses(page, losses, found, columns=found.network.input_dimension % 2 + 1)


def draw_found(
    page: Page, axes: Axes, found: Fit, domain: Any = None, *, alone: bool = True
) -> None:
    """Draw a trained network in one panel before the function or the data it was trained on."""
    box = shown_box(found.network, found.domain if domain is None else domain)
    if len(box) == 2:
        draw_graph(page, axes, found.network, box)
        _draw_values(page, axes, found, box)
        axes.set_title(_said(page, found))
        return
    curves = draw_trained_on(page, axes, found)
    draw_graph(page, axes, found.network, box)
    curves += axes.plot([], [], label="$g$", **page.pen("network"))
    draw_heading(page, axes, _said(page, found), curves, alone=alone)


def draw_trained_on(page: Page, axes: Axes, found: Fit) -> list[Artist]:
    """Draw the function or else the data behind a training in one coordinate, with a label."""
    if found.function is not None:
        x = samples(found.domain[0])
        drawn = axes.plot(x, found.function(x), **page.pen("target"))
        drawn[0].set_label(with_formula(found.function, 1))
    elif found.data is not None:
        drawn = axes.plot(*found.data, **page.dot("target", markersize=_dot(page, found), zorder=3))
        drawn[0].set_label(page.say("データ", "data"))
    else:
        return []
    return list(drawn[:1])


def _draw_values(page: Page, axes: Axes, found: Fit, box: Domain) -> None:
    """Draw the data over the map of a network: dots in the colours of their own values."""
    if found.data is None or found.function is not None:
        return
    (colours,) = axes.get_images()
    low, high = colours.get_clim()
    (x, y), values = found.data[0].T, found.data[1][:, 0]
    dots: dict[str, Any] = {"edgecolor": page.theme.ink, "linewidth": 0.2 * page.size.line}
    axes.scatter(
        x, y, _dot(page, found) ** 2, values, cmap=colours.get_cmap(), vmin=low, vmax=high, **dots
    )
    axes.set(xlim=box[0], ylim=box[1])


def _dot(page: Page, found: Fit) -> float:
    """Return the diameter of dots of data, smaller where there are many."""
    many = 1 if found.data is None else len(found.data[0])
    return float(page.size.line * min(2.0, 25 / np.sqrt(many)))


def _said(page: Page, found: Fit) -> str:
    return f"{widths_text(page, found.network)}{page.say('、', '; ')}{reason_text(page, found)}"


def _above(page: Page, said: str) -> None:
    page.figure.suptitle(said, x=0.02, ha="left", fontsize=page.size.text)


def reason_text(page: Page, found: Fit) -> str:
    """Write the number of iterations of a training, and why it stopped."""
    count = len(found.losses) - 1
    reason = page.say(*REASONS[found.reason])
    return page.say(
        f"反復 {count:,} 回で終了：{reason}",
        f"{counted(count, 'iteration')}: {reason}",
    )


def draw_losses(page: Page, axes: Axes, found: Fit, columns: int = 2) -> None:
    """Draw loss and largest residual of each iteration; the legend has those of the network."""
    from matplotlib.ticker import LogFormatterMathtext, MaxNLocator

    say, last = page.say, len(found.losses) - 1
    changes: dict[str, Any] = {"linewidth": 0.7 * page.size.line}
    if last == 0:
        changes |= {"marker": "o"}
    for values, name, kept, meaning in (
        (found.losses, say("損失", "loss"), found.loss, "error"),
        (
            found.max_residuals,
            say("最大の残差", "largest residual"),
            found.max_residual,
            "derivative",
        ),
    ):
        shown = np.where((values > _LEAST) & (values < 1 / _LEAST), values, np.nan)
        if np.isfinite(shown).any():
            # the curve goes down to the edge where nothing is left
            shown[values <= _LEAST] = 0.0
        axes.plot(shown, label=f"{name} ${about(kept, 2)}$", **page.pen(meaning, **changes))
    axes.set(yscale="log", xlim=(-0.5, 0.5) if last == 0 else (0, last))
    # Between powers of ten there are labels only where there is one power or none.
    axes.yaxis.set_minor_formatter(LogFormatterMathtext(minor_thresholds=(0.6, 0.3)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_xlabel(say("反復", "iteration"))
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=columns,
        **COMPACT,
    )
