"""The handout is one PDF: a figure a page, every word of it legible and copied as it is read."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tests.lecture.words import outside, overlapping, picture, words_of
from tests.publish.pdf import fonts_of, pages_of, text_of
from uat.errors import FileProblem
from uat.lecture.registry import all_figures, find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.regions import LINES
from uat.plotting.style import DARK, LIGHT, Theme
from uat.publish import handout
from uat.publish.handout import draw_page, write_handout

SAMPLE = tuple(find(name) for name in ("line-limits", "rectangle", "dense-row"))
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, bytes]:
    folder = tmp_path_factory.mktemp("handouts")
    for language in LANGUAGES:
        write_handout(folder / f"lecture-{language}.pdf", SAMPLE, language, LIGHT)
    return {spoken: (folder / f"lecture-{spoken}.pdf").read_bytes() for spoken in LANGUAGES}


@both_languages
def test_there_is_a_page_a_figure(language: Language, written: dict[Language, bytes]) -> None:
    pages = pages_of(written[language])
    assert len(pages) == len(SAMPLE)
    assert all(b"/MediaBox [ 0 0 595 842 ]" in page for page in pages)


@both_languages
def test_a_page_says_what_its_figure_shows_and_how_it_is_made(
    language: Language, written: dict[Language, bytes]
) -> None:
    copied = text_of(written[language])
    for figure in SAMPLE:
        title, caption, _ = figure.texts(language)
        said = [getattr(figure.slide, language), title]
        said += [line for part in figure.listing(language) for line in part]
        if "_" not in caption:
            said.append(caption)
        for words in said:
            assert words.replace(" ", "") in copied


@both_languages
def test_its_fonts_are_inside_it_and_its_text_is_text(
    language: Language, written: dict[Language, bytes]
) -> None:
    fonts = fonts_of(written[language])
    assert all(fonts.values())
    families = ("UatGothic-", "DejaVuSansMono", "STIX")
    assert all(name.startswith(families) for name in fonts), fonts
    assert "UatGothic-Regular" in fonts


def test_no_date_and_no_version_is_written(written: dict[Language, bytes]) -> None:
    for mark in (b"CreationDate", b"Producer", b"Creator", b"Matplotlib"):
        assert mark not in written["en"]


def test_another_process_writes_the_same_bytes(
    written: dict[Language, bytes], tmp_path: Path
) -> None:
    file = tmp_path / "again-ja.pdf"
    asked = ("figures", *(figure.id for figure in SAMPLE), "--handout", str(file))
    told = subprocess.run(
        [sys.executable, "-m", "uat", *asked], check=True, capture_output=True, text=True
    )
    assert told.stdout == f"{file}: 3 pages\n"
    again = hashlib.sha256(file.read_bytes()).hexdigest()
    assert again == hashlib.sha256(written["ja"]).hexdigest()


@pytest.mark.parametrize(("language", "theme"), [("en", LIGHT), ("ja", DARK)], ids=LANGUAGES)
@pytest.mark.parametrize("name", [figure.id for figure in all_figures()])
def test_every_page_can_be_read_in_the_colours_of_its_theme(
    name: str, language: Language, theme: Theme, caplog: pytest.LogCaptureFixture
) -> None:
    page = draw_page(find(name), language, theme, "27 / 27")
    # on a map words have the colour of its lines
    known = {colour for value in vars(theme).values() for colour in np.ravel(value)} | {LINES}
    assert to_hex(page.get_facecolor()) == theme.background.lower()
    assert {word.colour for word in words_of(page)} <= known
    assert min(word.size for word in words_of(page)) >= 8
    assert outside(page) == []
    assert overlapping(page) == []
    assert caplog.records == []
    assert 36 < lowest(page) < 145
    # a picture may show the formula too
    shown = [word for word in words_of(page) if word.text == f"${find(name).formula}$"]
    assert all(42 <= word.box.x0 < word.box.x1 <= 595 - 42 for word in shown)
    assert max(word.size for word in shown) > 11


def lowest(page: Figure) -> float:
    """Return the height of the lowest word of a page above its lower edge, in points."""
    return min(842 * text.get_position()[1] for text in page.texts)


def test_the_picture_is_that_of_the_slide_but_smaller() -> None:
    page, slide = draw_page(SAMPLE[0], "en", LIGHT), picture(SAMPLE[0].id, "en")
    drawn = {word.text: word.size for word in words_of(page)}
    for word in words_of(slide):
        assert drawn[word.text] == pytest.approx(word.size * (595 - 84) / 960)


def test_a_page_may_be_dark() -> None:
    page = draw_page(SAMPLE[0], "en", DARK)
    assert {text.get_color() for text in page.texts} <= {DARK.ink, DARK.faint}


def test_progress_is_told_after_each_page(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    file = tmp_path / "lecture-en.pdf"
    write_handout(file, SAMPLE[:1], "en", LIGHT, lambda *told: heard.append(told))
    assert heard == [(1, 1, "line-limits")]


def test_a_handout_that_cannot_be_finished_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lecture-en.pdf"
    file.write_bytes(b"the old one")

    def interrupted(*_: object) -> Figure:
        raise KeyboardInterrupt

    monkeypatch.setattr(handout, "draw_page", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_handout(file, SAMPLE, "en", LIGHT)
    assert file.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(handout, "draw_page")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_handout(tmp_path / "missing" / "lecture-en.pdf", SAMPLE, "en", LIGHT)
