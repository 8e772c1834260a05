"""A page for one figure: words in one language, pens with a meaning, a layout solved once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.plotting.language import Language, Say
from uat.plotting.style import SLIDE, Size, Style, Theme, rc, register_fonts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.text import Text

    from uat.plotting.picture import Picture

__all__ = ["Page", "clean_settings", "draw_on", "lay_out"]

Place = tuple[float, float]

# pen: (colour in the theme, width against the theme's line, dash, height above other pens)
_PENS: dict[str, tuple[str, float, str | tuple[float, tuple[float, ...]], float]] = {
    "target": ("target", 1.4, "-", 3),
    "network": ("network", 0.9, "-", 4),
    "error": ("error", 0.9, "-", 3),
    "unit": ("unit", 1.0, "-", 3),
    "constant": ("constant", 1.0, "-", 3),
    "derivative": ("ink", 0.7, "-", 4),
    "data": ("ink", 1.0, "-", 5),
    # A limit or ε is dashed, and nothing else is; the line at 0 is thin and solid.
    "guide": ("faint", 0.45, (0, (4.0, 2.5)), 1),
    "zero": ("faint", 0.3, "-", 0.5),
    "aside": ("faint", 0.45, "-", 2),
}

_HALO = 1.5
"""Width of the background around words against the line's: wider is clearer, hides more curve."""


class Page:
    """The page that a figure is drawn on; `say` returns the Japanese or the English text."""

    def __init__(self, figure: Figure | SubFigure, language: Language, style: Style) -> None:
        self.figure = figure
        self.say = Say(language)
        self.style = style

    @property
    def theme(self) -> Theme:
        """Colours by meaning."""
        return self.style.theme

    @property
    def size(self) -> Size:
        """Text sizes and line widths in points."""
        return self.style.size

    def pen(self, meaning: str, **changes: Any) -> dict[str, Any]:
        """Return the keywords of ``Axes.plot`` for a curve that means `meaning`."""
        colour, width, dash, height = _PENS[meaning]
        return {
            "color": getattr(self.theme, colour),
            "linewidth": width * self.size.line,
            "linestyle": dash,
            "zorder": height,
        } | changes

    def fill(self, meaning: str, **changes: Any) -> dict[str, Any]:
        """Return the keywords of ``Axes.fill_between`` for an area that means `meaning`."""
        colour = getattr(self.theme, _PENS[meaning][0] if meaning in _PENS else meaning)
        alpha = 1.0 if meaning == "band" else 0.35
        return {"color": colour, "alpha": alpha, "linewidth": 0, "zorder": 0} | changes

    def dot(self, meaning: str, *, hollow: bool = False, **changes: Any) -> dict[str, Any]:
        """Return the keywords of ``Axes.plot`` for points, hollow ones for values left out."""
        named, _, _, height = _PENS[meaning]
        colour = changes.pop("color", getattr(self.theme, named))
        return {
            "linestyle": "none",
            "marker": "o",
            "markersize": 2.6 * self.size.line,
            "markeredgewidth": 0.6 * self.size.line,
            "markeredgecolor": colour,
            "markerfacecolor": self.theme.background if hollow else colour,
            "zorder": height + 2,
        } | changes

    def headline(self, text: str, colour: str = "ink") -> None:
        """Write what the figure finds above all its panels."""
        named = getattr(self.theme, colour)
        large: dict[str, Any] = {"fontsize": self.size.headline, "fontweight": "bold"}
        self.figure.suptitle(text, x=0.02, ha="left", color=named, **large)

    @contextmanager
    def reveal(self, step: int, *panels: Artist) -> Iterator[None]:
        """Let what is drawn inside, and whole panels, appear with a step when a figure is built up."""
        before = {id(artist) for artist in self.figure.findobj()}
        yield
        drawn = [artist for artist in self.figure.findobj() if id(artist) not in before]
        # A figure of the reader's own, or a part of a page, is never built up.
        appear = getattr(self.figure, "appear", None)
        if appear is not None:
            appear(step, [artist for artist in drawn if artist.get_visible()] + list(panels))

    def note(self, axes: Axes, x: float, y: float, text: str, **changes: Any) -> Text:
        """Write into a panel at data coordinates, with a halo that keeps it readable on curves."""
        from matplotlib.patheffects import Stroke

        from uat.plotting.halo import Haloed

        outline = Stroke(linewidth=_HALO * self.size.line, foreground=self.theme.background)
        kept: dict[str, Any] = {"fontsize": self.size.small, "zorder": 9}
        words = Haloed(x, y, text, outline, **(kept | {"transform": axes.transData} | changes))
        axes.add_artist(words)
        words.set_clip_on(False)
        return words

    def follow(self, axes: Axes, x: float, y: float, *, foot: float = 0.0) -> None:
        """Mark the one x that a figure follows: a dot at its value, and a thin line from `foot`."""
        axes.plot([x, x], [foot, y], **self.pen("derivative", linewidth=self.size.thin, zorder=6))
        axes.plot([x], [y], **self.dot("data", zorder=8, clip_on=False))

    def stack(self, axes: Axes, x: float, heights: Sequence[float], colours: Sequence[str]) -> None:
        """Add up the terms of a sum at one x: arrows on end, the last one at the sum."""
        ends = np.cumsum([0.0, *heights])
        for start, end, colour in zip(ends[:-1], ends[1:], colours, strict=True):
            thick = {"color": colour, "linewidth": 1.2 * self.size.line, "zorder": 6}
            self.arrow(axes, (x, start), (x, end), **thick)

    def arrow(self, axes: Axes, start: Place, end: Place, **changes: Any) -> None:
        """Draw an arrow between two points in data coordinates, with a head as wide as its line."""
        style = {
            "arrowstyle": "-|>,head_width=0.3,head_length=0.6",
            "color": self.theme.ink,
            "linewidth": 0.6 * self.size.line,
            "shrinkA": 0,
            "shrinkB": 0,
            # A round end would reach into what the arrow comes from.
            "capstyle": "butt",
            "joinstyle": "miter",
        }
        axes.annotate("", end, start, arrowprops=style | changes, annotation_clip=False)

    def corner(self, axes: Axes, text: str, place: str = "upper left", **changes: Any) -> None:
        """Write into a corner of a panel."""
        vertical, horizontal = place.split()
        x = {"left": 0.02, "center": 0.5, "right": 0.98}[horizontal]
        y = {"upper": 0.97, "lower": 0.04}[vertical]
        aligned = {"va": "top" if vertical == "upper" else "bottom", "ha": horizontal}
        self.note(axes, x, y, text, **({"transform": axes.transAxes} | aligned | changes))


def lay_out(
    make: Callable[[Page], None], language: Language, style: Style | None = None
) -> Picture:
    """Let `make` draw on a fresh page and solve its layout once.

    The layout is then fixed, so that saving in several formats does not solve it again.
    """
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    from uat.plotting.picture import Picture

    style = style or Style()
    register_fonts()
    with clean_settings(rc(style)):
        size = style.size
        engine = ConstrainedLayoutEngine(w_pad=0.03 * size.line, h_pad=0.03 * size.line)
        figure = Picture(figsize=(size.width, size.height), dpi=size.dpi, layout=engine)
        make(Page(figure, language, style))
        _keep_tick_sizes(figure, size)
        if any(axes.get_subplotspec() for axes in figure.axes):
            engine.execute(figure)
        # The solver's last bits differ from run to run, and names in an SVG are made of them.
        for axes in figure.axes:
            axes.set_position(np.round(axes.get_position(original=True).bounds, 9).tolist())
        # None, since the placeholder that "none" leaves has every file drawn twice.
        figure.set_layout_engine(None)
    return figure


def draw_on(
    axes: Axes, make: Callable[[Page, Axes], None], language: Language, theme: Theme
) -> Figure:
    """Let `make` draw on axes of a reader's own figure, and return that figure.

    Words are as large as the labels of these axes. Ticks, colours of axes and all other settings
    stay those of the reader.
    """
    from matplotlib.text import Text

    size = SLIDE.scaled(SLIDE.width * float(axes.xaxis.label.get_fontsize()) / SLIDE.text)
    style = Style(theme, size)
    register_fonts()
    settings = rc(style)
    for axis in (axes.xaxis, axes.yaxis):
        # A list of ticks is made when it is first asked for, with the settings of that moment.
        axis.get_major_ticks()
        axis.get_minor_ticks()
    # The texts of a title or label have the reader's font, which may not know Japanese.
    before = {text: (text.get_text(), text.get_fontfamily()) for text in axes.findobj(Text)}
    for text in before:
        text.set_fontfamily(settings["font.family"])
    with clean_settings(settings):
        make(Page(axes.figure, language, style), axes)
    for text, (words, family) in before.items():
        if text.get_text() == words:
            text.set_fontfamily(family)
    return axes.figure.figure


def _keep_tick_sizes(figure: Figure, size: Size) -> None:
    """Fix the size of the tick labels.

    The number of ticks depends on it, and the figure may be saved under other settings.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if "labelsize" not in axis.get_tick_params():
                axis.set_tick_params(labelsize=size.small)


@contextmanager
def clean_settings(settings: dict[Any, Any]) -> Iterator[None]:
    """Use only these settings of Matplotlib: a reader's matplotlibrc must not change a figure."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield
