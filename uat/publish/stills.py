"""Three moments of a film beside each other, as a picture for pages that cannot move."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from uat.core.files import whole_file
from uat.lecture.films.catalogue import all_films
from uat.plotting.language import LANGUAGES
from uat.plotting.style import SLIDE, Style
from uat.publish.film import screening
from uat.publish.manifest import Manifest, prepare

if TYPE_CHECKING:
    from uat.core.arguments import Progress
    from uat.lecture.films.film import Film
    from uat.plotting.language import Language
    from uat.publish.film import Pixels

__all__ = ["stills_file", "stills_style", "three_stills", "write_stills"]

_GAP = 8  # pixels between two moments

_LOST = 0.3
"""Mean error of a palette, of 255: more than in whole figures, since bands are narrow here."""


def stills_file(film: Film) -> str:
    """Return the name of the picture of a film's moments."""
    return f"{film.figure}-film.png"


def stills_style(style: Style, columns: int) -> Style:
    """Return the style in which three moments are about `columns` pixels wide together."""
    dpi = int((columns - 2 * _GAP) / (3 * SLIDE.width))
    return replace(style, size=replace(SLIDE, dpi=dpi))


def three_stills(film: Film, language: Language, style: Style) -> Pixels:
    """Draw three moments of a film, with a gap in the colour of the ink between them."""
    shown = screening(film, language, style)
    first, *others = [shown(time) for time in film.stills]
    gap = np.full((len(first), _GAP, 3), 128, dtype=np.uint8)
    return np.hstack([first, *(part for other in others for part in (gap, other))])


def write_stills(
    folder: Path, style: Style, columns: int, progress: Progress | None = None
) -> None:
    """Write the moments of each film as ``folder/language/id-film.png``, where they have changed."""
    from PIL import Image

    from uat.plotting.picture import with_palette

    prepare(folder, LANGUAGES)
    small = stills_style(style, columns)
    manifest = Manifest.read(folder, f"stills {small}")
    wanted = [(film, language) for film in all_films() for language in LANGUAGES]
    for done, (film, language) in enumerate(wanted, 1):
        name = f"{language}/{stills_file(film)}"
        if not manifest.is_current(name):
            written = BytesIO()
            Image.fromarray(three_stills(film, language, small)).save(written, "PNG", optimize=True)
            content = with_palette(written.getvalue(), _LOST)
            with whole_file(folder / name) as file:
                file.write(content)
            manifest.record(name, content)
        if progress is not None:
            progress(done, len(wanted), film.figure)
    manifest.write()
