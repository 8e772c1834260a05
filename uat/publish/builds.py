"""Figures that a lecturer reveals step by step: one file a step, all on the same geometry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uat.core.files import whole_file
from uat.errors import InputError
from uat.lecture.registry import BUILT
from uat.publish.manifest import prepare
from uat.publish.render import encode

if TYPE_CHECKING:
    from uat.lecture.registry import LectureFigure
    from uat.plotting.language import Language
    from uat.plotting.style import Style

__all__ = ["write_builds"]


def write_builds(
    chosen: Sequence[LectureFigure],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    style: Style | None = None,
    *,
    whole: bool = True,
) -> tuple[str, ...]:
    """Write each figure as ``folder/language/id-1.format``, ``id-2.format``, …; return the names.

    The last one is the `whole` figure, which can be left out. A figure that appears at once is
    refused before any file is written.
    """
    drawn = [(one, language, one.draw(language, style)) for one in chosen for language in languages]
    for one, _, picture in drawn:
        if picture.builds < 2:
            raise InputError(
                f"{one.id} appears at once; leave out --builds to draw it, or name some of "
                f"{', '.join(BUILT)}"
            )
    prepare(folder, languages)
    written = []
    for one, language, picture in drawn:
        title, _, alternative = one.texts(language)
        for step in range(1, picture.builds + whole):
            picture.show_build(step)
            for form in formats:
                name = f"{language}/{one.id}-{step}.{form}"
                with whole_file(folder / name) as file:
                    file.write(encode(picture, form, title, alternative, salt=f"{one.id}-{step}"))
                written.append(name)
    return tuple(written)
