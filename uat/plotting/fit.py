"""The picture of a training: the network that it found, and the fall of its residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.plotting.language import Pair
from uat.plotting.network_graph import draw_graph, has_graph, view, widths_text
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.train.fitting import Fit

__all__ = ["plot_training"]

_REASONS = {
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
    said = f"{widths_text(page, found.network)}{page.say('、', '; ')}{reason_text(page, found)}"
    if domain is None and not has_graph(found.network):
        _above(page, said)
        draw_losses(page, page.figure.subplots(), found)
        return
    box = view(found.network, found.domain if domain is None else domain)
    if len(box) == 1:
        graph, losses = page.figure.subplots(2, 1, height_ratios=(3, 2))
        graph.set_title(said)
    else:
        graph, losses = page.figure.subplots(1, 2, width_ratios=(6, 5))
        _above(page, said)
    draw_graph(page, graph, found.network, box)
    draw_losses(page, losses, found, columns=1 if len(box) == 2 else 2)


def _above(page: Page, said: str) -> None:
    page.figure.suptitle(said, x=0.02, ha="left", fontsize=page.size.text)


def reason_text(page: Page, found: Fit) -> str:
    """Write the number of iterations of a training, and why it stopped."""
    count = len(found.losses) - 1
    reason = page.say(*_REASONS[found.reason])
    return page.say(
        f"反復 {count:,} 回で終了：{reason}",
        f"{count:,} iteration{'s' * (count != 1)}: {reason}",
    )


def draw_losses(page: Page, axes: Axes, found: Fit, columns: int = 2) -> None:
    """Draw loss and largest residual of each iteration; the legend has those of the network."""
    from matplotlib.ticker import MaxNLocator

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
        axes.plot(shown, label=f"{name} ${about(kept, 2)}$", **page.pen(meaning, **changes))
    axes.set(yscale="log", xlim=(-0.5, 0.5) if last == 0 else (0, last))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_xlabel(say("反復", "iteration"))
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=0.0,
        ncols=columns,
        handlelength=1.4,
        columnspacing=1.2,
    )
