"""A title and the key of the curves above a panel, where no curve can run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from uat.plotting.curves import named

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

    from uat.core.target import Target
    from uat.plotting.page import Page

__all__ = ["COMPACT", "draw_heading", "draw_named"]

COMPACT: Final[dict[str, Any]] = {"handlelength": 1.4, "columnspacing": 1.2, "borderaxespad": 0.0}
"""The shape of every key, in sizes of its letters; longer handles show dashes, but take room."""

_BESIDE: Final = 0.89
"""Share of the width of a page that a title and a key may take together on one line."""

_INSIDE: Final = 0.6
"""Share of the width of axes that a key inside them may take."""

_FORMULA = re.compile(r"^\$(\w+)(\(.*|\$:.*)$")
"""A label with a formula or name: "f(x) = …" or "f: …"."""

_BREAK = re.compile(r"(?<=[,;]) |(?<=、)")
"""Where a title may be broken: at a space after a comma or semicolon, and after 、."""


def draw_heading(
    page: Page, axes: Axes, said: str, curves: Sequence[Artist], *, alone: bool = True
) -> None:
    """Write a title and a key of labelled curves, whose formula is left out if it is too long.

    A panel that is `alone` on its page has the key above it, beside the title if there is room; the
    axes of a reader's own figure have it inside.
    """
    room = _BESIDE * page.figure.bbox.width if alone else axes.bbox.width
    key = _key(axes, curves, alone)
    if key.get_window_extent().width > room * (1.0 if alone else _INSIDE):
        for curve in curves:
            curve.set_label(_FORMULA.sub(r"$\1$", str(curve.get_label())))
        key = _key(axes, curves, alone)
    taken = key.get_window_extent()
    title = axes.set_title(said)
    if title.get_window_extent().width > room:
        title.set_text(said := _BREAK.sub("\n", said))
    if alone and title.get_window_extent().width + taken.width > room:
        axes.set_title(said, pad=72 * taken.height / page.figure.dpi)


def draw_named(page: Page, axes: Axes, f: Target, symbol: str, bound: str = "") -> None:
    """Write f with its name or formula, if there is room, above one of three panels side by side.

    A bound stands below it, or alone.
    """
    title = axes.set_title(f"{named(f, symbol)}\n{bound}".rstrip())
    if title.get_window_extent().width > page.figure.bbox.width / 3.6:
        title.set_text(bound or f"${symbol}$")


def _key(axes: Axes, curves: Sequence[Artist], alone: bool) -> Legend:
    place: dict[str, Any] = {"loc": "best"}
    if alone:
        place = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": len(curves)}
    size = axes.xaxis.label.get_fontsize()
    return axes.legend(handles=list(curves), **place, **COMPACT, fontsize=size)
