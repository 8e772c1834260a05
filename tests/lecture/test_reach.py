"""Every figure as a drawing: the same bytes on every run, its fonts inside, its words as text."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from tests.lecture.words import picture, words_of
from tests.publish.pdf import fonts_of, pages_of, texts_of
from uat.lecture.registry import LectureFigure, all_figures
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.page import clean_settings
from uat.plotting.style import Style, rc
from uat.publish.render import encode

# What a user types, but by one process that draws: each has to build the same networks.
COMMAND = "from uat.publish import publish; publish.WORKERS = 1; from uat.cli import main; main()"

every_figure = pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: figure.id)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every figure, drawn as a user does, by a process whose hashes start from a seed of its own."""
    folder = tmp_path_factory.mktemp("figures")
    asked = ["figures", "--language", "ja", "--format", "svg", "--out", str(folder)]
    told = subprocess.run(
        [sys.executable, "-c", COMMAND, *asked],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    )
    # Warnings of a missing letter would be here, beside the progress.
    assert "Warning" not in told.stderr
    return folder


@cache
def svg(figure: LectureFigure) -> bytes:
    title, _, alternative = figure.texts("ja")
    return encode(picture(figure.id, "ja"), "svg", title, alternative, salt=figure.id)


def test_every_figure_is_drawn(folder: Path) -> None:
    assert {path.stem for path in folder.glob("ja/*.svg")} == {
        figure.id for figure in all_figures()
    }


@every_figure
def test_another_process_writes_the_same_bytes(figure: LectureFigure, folder: Path) -> None:
    assert svg(figure) == (folder / "ja" / f"{figure.id}.svg").read_bytes()


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """Every figure on a page of one file, into which each font is written once."""
    written = BytesIO()
    with clean_settings(rc(Style())), PdfPages(written) as pages:
        for figure in all_figures():
            pages.savefig(picture(figure.id, "ja"))
    return written.getvalue()


def test_a_pdf_brings_its_fonts(pdf: bytes) -> None:
    fonts = fonts_of(pdf)
    # The last resort would show that a letter is missing.
    assert all(name.startswith(("UatGothic-", "DejaVuSansMono", "STIX")) for name in fonts)
    assert {"UatGothic-Regular", "UatGothic-Bold"} <= set(fonts)
    assert all(fonts.values())


def test_the_words_of_a_pdf_can_be_copied(pdf: bytes) -> None:
    figures, copied = all_figures(), texts_of(pdf)
    assert len(pages_of(pdf)) == len(copied) == len(figures)
    for figure, text in zip(figures, copied, strict=True):
        assert "\N{REPLACEMENT CHARACTER}" not in text, figure.id
        assert len(text) > 8, figure.id
        plain = [word.text for word in words_of(picture(figure.id, "ja")) if "$" not in word.text]
        for line in "\n".join(plain).split("\n"):
            assert line.replace(" ", "") in text, figure.id


@every_figure
@both_languages
def test_an_svg_is_well_formed_and_says_what_it_shows(
    figure: LectureFigure, language: Language
) -> None:
    title, _, alternative = figure.texts(language)
    # what an English picture says is beside the picture, which may be any
    drawn = svg(figure) if language == "ja" else encode(Figure(), "svg", title, alternative)
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == title
    assert root.findtext(f"{space}desc") == alternative
