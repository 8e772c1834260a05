"""A figure's file is the same on every run, says what it shows, and keeps its text as text."""

import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from matplotlib.figure import Figure

from uat.errors import InputError
from uat.lecture.registry import draw, find
from uat.plotting.language import LANGUAGES, Language
from uat.publish.render import FORMATS, check_format, encode, render

SVG = "{http://www.w3.org/2000/svg}"
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def files() -> dict[Language, dict[str, bytes]]:
    return {language: render(find("rectangle"), language, FORMATS) for language in LANGUAGES}


def test_two_processes_write_the_same_bytes(files: dict[Language, dict[str, bytes]]) -> None:
    code = (
        "import hashlib, sys; from uat.lecture.registry import find;"
        "from uat.publish.render import FORMATS, render;"
        "print(*(hashlib.sha256(c).hexdigest() for l in ('ja', 'en')"
        " for c in render(find('rectangle'), l, FORMATS).values()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert told == [
        hashlib.sha256(content).hexdigest()
        for language in LANGUAGES
        for content in files[language].values()
    ]


def test_a_figure_is_drawn_once_for_all_formats() -> None:
    together = render(find("step-place"), "ja", FORMATS)
    alone = {form: render(find("step-place"), "ja", (form,))[form] for form in FORMATS}
    assert together == alone


@both_languages
def test_an_svg_tells_its_title_and_what_it_shows(
    language: Language, files: dict[Language, dict[str, bytes]]
) -> None:
    root = ET.fromstring(files[language]["svg"])
    title, _, alternative = find("rectangle").texts(language)
    assert root.findtext(f"{SVG}title") == title
    assert root.findtext(f"{SVG}desc") == alternative


def test_names_inside_an_svg_are_its_own() -> None:
    marks = [
        {
            element.get("id")
            for element in ET.fromstring(render(find(name), "en", ("svg",))["svg"]).iter()
            if element.tag in (f"{SVG}clipPath", f"{SVG}path") and element.get("id", "")[:1] == "p"
        }
        for name in ("rectangle", "step-place")
    ]
    assert all(marks)
    assert marks[0].isdisjoint(marks[1])


@pytest.mark.parametrize("form", FORMATS)
def test_no_date_and_no_version_is_written(
    form: str, files: dict[Language, dict[str, bytes]]
) -> None:
    content = files["en"][form]
    for mark in (b"CreationDate", b"dc:date", b"Matplotlib v", b"Matplotlib version", b"Producer"):
        assert mark not in content


@both_languages
def test_text_in_a_pdf_stays_text(
    language: Language, files: dict[Language, dict[str, bytes]]
) -> None:
    content = files[language]["pdf"]
    kinds = Counter(line for line in content.split(b"\n") if b"/Subtype /Type" in line)
    assert not any(b"/Type3" in line for line in kinds)
    assert content.count(b"/CIDFontType2") == content.count(b"/ToUnicode") > 0


def test_a_title_with_marks_of_xml_is_written_as_text() -> None:
    figure = Figure(figsize=(1, 1))
    root = ET.fromstring(encode(figure, "svg", "a < b", "a < b & c > d"))
    assert root.findtext(f"{SVG}desc") == "a < b & c > d"


def test_a_drawn_figure_saves_the_same_after_a_reader_changed_the_settings() -> None:
    import matplotlib as mpl

    figure = draw("rectangle", "en")
    first = encode(figure, "png", "", "")
    with mpl.rc_context({"savefig.facecolor": "black", "font.size": 40, "savefig.dpi": 10}):
        assert encode(figure, "png", "", "") == first


def test_an_unknown_format_is_told_the_near_match() -> None:
    with pytest.raises(InputError, match=r"'pgn' is not known; did you mean 'png'\?"):
        check_format("pgn")
    with pytest.raises(InputError, match="give png, svg, pdf"):
        check_format("")
