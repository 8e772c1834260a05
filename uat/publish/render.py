"""A figure as the bytes of a PNG, SVG or PDF, the same on every run with the same Matplotlib."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from uat.errors import InputError, near_match
from uat.plotting.page import clean_settings
from uat.plotting.style import Style, rc

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from uat.lecture.registry import LectureFigure
    from uat.plotting.language import Language

__all__ = ["FORMATS", "check_format", "encode", "render"]

FORMATS = ("png", "svg", "pdf")

# Matplotlib's own entries carry the date and its version; None leaves them out.
_SILENCED: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_DESCRIPTION = {"png": "Description", "svg": "Description", "pdf": "Subject"}


def check_format(given: str) -> str:
    """Return `given` back when figures can be written in that format."""
    if given not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(f"format {given!r} is not known{near_match(given, FORMATS)}; give {known}")
    return given


def render(
    figure: LectureFigure,
    language: Language,
    formats: tuple[str, ...],
    style: Style | None = None,
    columns: int | None = None,
) -> dict[str, bytes]:
    """Draw a figure once and return its file in each format, with title and description.

    A PNG that is to be `columns` pixels wide has a palette of 256 colours, if these are enough.
    """
    title, _, alternative = figure.texts(language)
    drawn = figure.draw(language, style)
    dpi = drawn.dpi if columns is None else columns / drawn.get_figwidth()
    files = {
        form: encode(drawn, form, title, alternative, salt=figure.id, dpi=dpi) for form in formats
    }
    if columns is not None and "png" in files:
        from uat.plotting.picture import with_palette

        files["png"] = with_palette(files["png"])
    return files


def encode(
    figure: Figure,
    form: str,
    title: str,
    description: str,
    *,
    salt: str = "uat",
    dpi: float | None = None,
) -> bytes:
    """Return the bytes of a figure in one format, without dates or version numbers.

    Readers of a screen hear title and description. The salt keeps the names inside an SVG apart
    when several stand on one page.
    """
    written = BytesIO()
    metadata: dict[str, Any] = {"Title": title, _DESCRIPTION[form]: description}
    with clean_settings(rc(Style(), salt=salt)):
        figure.savefig(
            written, format=form, dpi=dpi or "figure", metadata=metadata | _SILENCED[form]
        )
    if form == "svg":
        return _described(written.getvalue(), description)
    return written.getvalue()


def _described(svg: bytes, description: str) -> bytes:
    """Add the element that browsers read aloud; Matplotlib writes the title only."""
    head, mark, rest = svg.partition(b"</title>")
    return head + mark + b"\n <desc>" + escape(description).encode() + b"</desc>" + rest
