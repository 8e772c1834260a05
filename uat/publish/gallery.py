"""Pages that show every figure under the heading of its slide, one in each language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from uat.core.files import whole_file
from uat.lecture.films.catalogue import all_films
from uat.lecture.registry import slides
from uat.plotting.language import LANGUAGES, Language, Say
from uat.publish.stills import stills_file

if TYPE_CHECKING:
    from uat.lecture.films.film import Film

__all__ = ["COLUMNS", "PAGES", "page_text", "write_pages"]

COLUMNS = 1280
"""Pixels across of a picture: more of them are sharper, and the folder is larger."""

PAGES: dict[Language, str] = {"ja": "README.ja.md", "en": "README.md"}


def write_pages(folder: Path) -> None:
    """Write the page of each language into `folder`, beside the pictures in ``ja/`` and ``en/``."""
    for language in LANGUAGES:
        with whole_file(folder / PAGES[language]) as file:
            file.write(page_text(language).encode())


def page_text(language: Language) -> str:
    """Return the Markdown page of one language."""
    say = Say(language)
    lines = [
        say("# 講義の図", "# The figures of the lecture"),
        "",
        say("[English](README.md)", "[日本語](README.ja.md)"),
        "",
        say(
            "スライドの順に並んでいます。このページと図は `uat figures --gallery figures` で作られます。",
            "In the order of the slides. `uat figures --gallery figures` makes this page and its "
            "pictures.",
        ),
    ]
    films = {film.figure: film for film in all_films()}
    for slide in slides():
        lines += ["", f"## {say(*slide.heading)}"]
        for figure in slide.figures:
            title, caption, alternative = figure.texts(language)
            picture = f"![{alternative}]({language}/{figure.id}.png)"
            lines += ["", f"### {title}", "", f"`{figure.id}`", "", picture, "", caption]
            if figure.id in films:
                lines += ["", *_moments(films[figure.id], language)]
    return "\n".join(lines) + "\n"


def _moments(film: Film, language: Language) -> list[str]:
    """Return the lines that show three moments of a film, and the command that writes it."""
    say, id_ = Say(language), film.figure
    alternative = say("動画の三つの場面", "Three moments of the film")
    command = f"`uat animate {id_} --language {language} --out {id_}.mp4`"
    picture = f"![{alternative}]({language}/{stills_file(film)})"
    length = f"{film.seconds:g}"
    said = say(f"動画（{length} 秒）：{command}", f"The film, {length} seconds: {command}")
    return [picture, "", *((say(*film.about), "") if film.about else ()), said]
