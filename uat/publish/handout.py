"""The handout: one PDF of the lecture, on each page a figure, its caption, its formula, its code.

A page is A4. Its picture is that of the slide, drawn smaller with its words and lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uat.core.files import whole_file
from uat.plotting.language import Language, Say
from uat.plotting.page import Page, clean_settings
from uat.plotting.style import MONOSPACED, SLIDE, Style, rc, register_fonts
from uat.publish.typography import with_formulas, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from uat.core.arguments import Progress
    from uat.lecture.registry import LectureFigure
    from uat.plotting.style import Theme

__all__ = ["draw_page", "write_handout"]


# In points, from the lower left corner.
_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 42.0
_ROOM = _WIDTH - 2 * _MARGIN
_PICTURE_TOP = _HEIGHT - 118.0
_PICTURE_HEIGHT = _ROOM * SLIDE.height / SLIDE.width

_SMALL, _TEXT, _CODE, _FORMULA, _TITLE = 9.0, 11.5, 9.0, 14.0, 21.0
_LEADING = 1.75


def write_handout(
    file: Path,
    chosen: Sequence[LectureFigure],
    language: Language,
    theme: Theme,
    progress: Progress | None = None,
) -> int:
    """Write a PDF with a page for each figure, whole or not at all; return the number of pages.

    `progress` is called with (done, total, id) after each page.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    say = Say(language)
    title = say("講義の図", "The figures of the lecture")
    silenced = {"CreationDate": None, "Creator": None, "Producer": None}
    with (
        whole_file(file) as opened,
        clean_settings(rc(Style(theme), language)),
        PdfPages(opened, metadata={"Title": title, **silenced}) as pdf,
    ):
        for number, one in enumerate(chosen, 1):
            pdf.savefig(draw_page(one, language, theme, f"{number} / {len(chosen)}"))
            if progress is not None:
                progress(number, len(chosen), one.id)
    return len(chosen)


def draw_page(shown: LectureFigure, language: Language, theme: Theme, number: str = "") -> Figure:
    """Draw the page of one figure."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    register_fonts()
    style = Style(theme, replace(SLIDE.scaled(_ROOM / 72), dpi=72))
    with clean_settings(rc(style, language)):
        pad = 0.03 * style.size.line
        bottom = _PICTURE_TOP - _PICTURE_HEIGHT
        place = _MARGIN / _WIDTH, bottom / _HEIGHT, _ROOM / _WIDTH, _PICTURE_HEIGHT / _HEIGHT
        engine = ConstrainedLayoutEngine(w_pad=pad, h_pad=pad, rect=place)
        figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72), dpi=72, layout=engine)
        picture = figure.add_subfigure(figure.add_gridspec()[0])
        shown.make(Page(picture, language, style))
        engine.execute(figure)
        figure.set_layout_engine(None)
        _write_words(figure, shown, language, theme, number)
    return figure


def _write_words(
    figure: Figure, shown: LectureFigure, language: Language, theme: Theme, number: str
) -> None:
    write = partial(_write_line, figure)
    title, caption, _ = shown.texts(language)
    faint: dict[str, Any] = {"color": theme.faint, "fontsize": _SMALL}
    top = _HEIGHT - _MARGIN
    write(_MARGIN, top, Say(language)(*shown.slide), **faint)
    write(_WIDTH - _MARGIN, top, number, ha="right", **faint)
    write(_MARGIN, top - 38, title, fontsize=_TITLE, fontweight="bold")

    y = _PICTURE_TOP - _PICTURE_HEIGHT - 36
    for line in wrapped(with_formulas(caption), _ROOM, _ruler(figure)):
        write(_MARGIN, y, line, fontsize=_TEXT)
        y -= _LEADING * _TEXT
    y -= 34
    write(_WIDTH / 2, y, f"${shown.formula}$", fontsize=_FORMULA, ha="center")
    _write_code(figure, shown.listing(language), theme, y - 48)


def _write_code(
    figure: Figure, listing: tuple[tuple[str, ...], tuple[str, ...]], theme: Theme, top: float
) -> None:
    """Write a figure's imports and code on a shaded panel that hangs from `top`."""
    from matplotlib.patches import Rectangle

    imports, code = listing
    how: dict[str, Any] = {"fontsize": _CODE, "family": MONOSPACED, "parse_math": False}
    step = _LEADING * _CODE
    height = step * (len(imports) + len(code) + 1.5)
    place = _MARGIN / _WIDTH, (top - height) / _HEIGHT
    panel = Rectangle(place, _ROOM / _WIDTH, height / _HEIGHT, facecolor=theme.faint, alpha=0.12)
    panel.set(transform=figure.transFigure, edgecolor="none")
    figure.add_artist(panel)
    for number, line in enumerate((*imports, *code), 1):
        y = top - step * (number + (0.3 if line in imports else 0.8))
        _write_line(figure, _MARGIN + step / 2, y, line, **how)


def _write_line(figure: Figure, x: float, y: float, text: str, **how: Any) -> None:
    figure.text(x / _WIDTH, y / _HEIGHT, text, **({"va": "baseline"} | how))


def _ruler(figure: Figure) -> Callable[[str], float]:
    """Return the function that measures the width of a piece of a caption in points."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.text import Text

    renderer = RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]

    @cache
    def width(text: str) -> float:
        written = Text(0, 0, text, fontsize=_TEXT, figure=figure)
        return float(written.get_window_extent(renderer).width)

    return width
