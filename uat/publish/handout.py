"""The handout: one PDF of the lecture, on each page a figure, its caption, its formula, its code.

A page is A4. Its picture is that of the slide with smaller words and lines, and as high as the page
has room for.
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
_PICTURE_TOP = _HEIGHT - 100.0
_ABOVE_CAPTION, _AROUND_FORMULA = 36.0, 82.0

_SMALL, _TEXT, _CODE, _FORMULA, _TITLE = 9.0, 11.5, 9.0, 14.0, 21.0
_LEADING = 1.75

_TALLEST = 0.8
"""Height of a picture at most, as a share of its width: the figures are made for 0.56."""


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
        clean_settings(rc(Style(theme))),
        PdfPages(opened, metadata={"Title": title, **silenced}) as pdf,
    ):
        for number, one in enumerate(chosen, 1):
            pdf.savefig(draw_page(one, language, theme, f"{number} / {len(chosen)}"))
            if progress is not None:
                progress(number, len(chosen), one.id)
    return len(chosen)


def draw_page(shown: LectureFigure, language: Language, theme: Theme, number: str = "") -> Figure:
    """Draw the page of one figure; its picture takes the height that the words leave."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    register_fonts()
    size = replace(SLIDE.scaled(_ROOM / 72), dpi=72)
    with clean_settings(rc(Style(theme, size))):
        figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72), dpi=72)
        bottom = _write_words(figure, shown, language, theme, number)
        height = _PICTURE_TOP - bottom
        place = _MARGIN / _WIDTH, bottom / _HEIGHT, _ROOM / _WIDTH, height / _HEIGHT
        pad = 0.03 * size.line
        engine = ConstrainedLayoutEngine(w_pad=pad, h_pad=pad, rect=place)
        figure.set_layout_engine(engine)
        picture = figure.add_subfigure(figure.add_gridspec()[0])
        shown.make(Page(picture, language, Style(theme, replace(size, height=height / 72))))
        engine.execute(figure)
        figure.set_layout_engine(None)
    return figure


def _write_words(
    figure: Figure, shown: LectureFigure, language: Language, theme: Theme, number: str
) -> float:
    """Write all words of a page; return the height at which its picture ends."""
    write, width = partial(_write_line, figure), _ruler(figure)
    title, caption, _ = shown.texts(language)
    faint: dict[str, Any] = {"color": theme.faint, "fontsize": _SMALL}
    top = _HEIGHT - _MARGIN
    write(_MARGIN, top, Say(language)(*shown.slide), **faint)
    write(_WIDTH - _MARGIN, top, number, ha="right", **faint)
    write(_MARGIN, top - 38, title, fontsize=_TITLE, fontweight="bold")

    imports, code = shown.listing(language)
    lines = wrapped(with_formulas(caption), _ROOM, width)
    panel = _LEADING * _CODE * (len(imports) + len(code) + 1.5)
    words = _ABOVE_CAPTION + _LEADING * _TEXT * len(lines) + _AROUND_FORMULA + panel
    bottom = max(_MARGIN + words, _PICTURE_TOP - _TALLEST * _ROOM)
    y = bottom - _ABOVE_CAPTION
    for line in lines:
        write(_MARGIN, y, line, fontsize=_TEXT)
        y -= _LEADING * _TEXT
    formula = f"${shown.formula}$"
    fitting = min(_FORMULA, _TEXT * _ROOM / width(formula))
    write(_WIDTH / 2, y - 0.4 * _AROUND_FORMULA, formula, fontsize=fitting, ha="center")
    _write_code(figure, (*imports, *code), len(imports), theme, y - _AROUND_FORMULA)
    return bottom


def _write_code(
    figure: Figure, lines: tuple[str, ...], imports: int, theme: Theme, top: float
) -> None:
    """Write the lines of a figure's code, imports first, on a shaded panel that hangs from `top`."""
    from matplotlib.patches import Rectangle

    how: dict[str, Any] = {"fontsize": _CODE, "family": MONOSPACED, "parse_math": False}
    step = _LEADING * _CODE
    height = step * (len(lines) + 1.5)
    place = _MARGIN / _WIDTH, (top - height) / _HEIGHT
    panel = Rectangle(place, _ROOM / _WIDTH, height / _HEIGHT, facecolor=theme.faint, alpha=0.12)
    panel.set(transform=figure.transFigure, edgecolor="none")
    figure.add_artist(panel)
    for number, line in enumerate(lines, 1):
        y = top - step * (number + (0.3 if number <= imports else 0.8))
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
