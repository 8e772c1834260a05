"""Pages that show every figure under the heading of its slide, one in each language."""

from __future__ import annotations

from pathlib import Path

from uat.core.files import whole_file
from uat.lecture.registry import slides
from uat.plotting.language import LANGUAGES, Language, Say

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
    for slide in slides():
        lines += ["", f"## {say(*slide.heading)}"]
        for figure in slide.figures:
            title, caption, alternative = figure.texts(language)
            picture = f"![{alternative}]({language}/{figure.id}.png)"
            lines += ["", f"### {title}", "", f"`{figure.id}`", "", picture, "", caption]
    return "\n".join(lines) + "\n"
