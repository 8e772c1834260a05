"""Every figure in every format: the same bytes on every run, its fonts inside, its words as text."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.publish.pdf import fonts_of, pages_of, text_of
from uat.lecture.registry import Entry, entries
from uat.plotting.language import LANGUAGES, Language
from uat.publish.render import FORMATS

every_figure = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def published(folder: Path, seed: str, *asked: str) -> Path:
    """Draw figures as a user does, in processes whose hashes start from another seed."""
    command = [sys.executable, "-m", "uat", "figures", *asked, "--out", str(folder)]
    told = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    # Warnings of a missing letter would be here.
    assert told.stderr == ""
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("figures"), "1")


def test_every_figure_is_there_in_every_format_and_language(folder: Path) -> None:
    wanted = {
        f"{language}/{entry.id}.{form}"
        for entry in entries()
        for language in LANGUAGES
        for form in FORMATS
    }
    drawn = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    assert drawn == wanted


def test_a_second_run_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = published(tmp_path, "2", "--language", "ja")
    for path in sorted(again.glob("ja/*")):
        assert path.read_bytes() == (folder / "ja" / path.name).read_bytes(), path.name


@every_figure
@both_languages
def test_a_pdf_brings_its_fonts_and_lets_its_words_be_copied(
    entry: Entry, language: Language, folder: Path
) -> None:
    pdf = (folder / language / f"{entry.id}.pdf").read_bytes()
    fonts = fonts_of(pdf)
    # The last resort would show that a letter is missing.
    assert all(name.startswith(("BIZUDPGothicSubset-", "DejaVuSans", "STIX")) for name in fonts)
    assert all(fonts.values())
    assert len(pages_of(pdf)) == 1
    copied = text_of(pdf)
    assert "\N{REPLACEMENT CHARACTER}" not in copied
    assert len(copied) > 8
    # Numbers alone, as beside a formula, are set in the Japanese font too.
    assert language == "ja" or "BIZUDPGothicSubset-Regular" not in fonts
    if any("぀" <= letter <= "鿿" for letter in copied):
        assert "BIZUDPGothicSubset-Regular" in fonts or "BIZUDPGothicSubset-Bold" in fonts


@every_figure
@both_languages
def test_an_svg_is_well_formed_and_says_what_it_shows(
    entry: Entry, language: Language, folder: Path
) -> None:
    root = ET.parse(folder / language / f"{entry.id}.svg").getroot()
    title, _, alternative = entry.texts(language)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == title
    assert root.findtext(f"{space}desc") == alternative
