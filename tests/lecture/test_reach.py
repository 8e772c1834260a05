"""Every figure as a drawing: the same bytes on every run, its fonts inside, its words as text."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from tests.lecture.words import picture
from tests.publish.pdf import fonts_of, pages_of, text_of
from uat.lecture.registry import LectureFigure, all_figures
from uat.plotting.language import LANGUAGES, Language
from uat.publish.render import encode

every_figure = pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: figure.id)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every figure, drawn as a user does, by processes whose hashes start from a seed of their own."""
    folder = tmp_path_factory.mktemp("figures")
    asked = ["figures", "--language", "ja", "--format", "svg", "--out", str(folder)]
    told = subprocess.run(
        [sys.executable, "-m", "uat", *asked],
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


@every_figure
def test_a_pdf_brings_its_fonts_and_lets_its_words_be_copied(figure: LectureFigure) -> None:
    pdf = encode(picture(figure.id, "ja"), "pdf", *figure.texts("ja")[::2])
    fonts = fonts_of(pdf)
    # The last resort would show that a letter is missing.
    assert all(name.startswith(("UatGothic-", "DejaVuSansMono", "STIX")) for name in fonts)
    assert all(fonts.values())
    assert len(pages_of(pdf)) == 1
    copied = text_of(pdf)
    assert "\N{REPLACEMENT CHARACTER}" not in copied
    assert len(copied) > 8
    if any("぀" <= letter <= "鿿" for letter in copied):
        assert "UatGothic-Regular" in fonts or "UatGothic-Bold" in fonts


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
