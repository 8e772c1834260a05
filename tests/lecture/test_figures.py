"""Every figure can be shown to a hall: large text, nothing over the edge, nothing overlapping."""

import warnings

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

from tests.lecture.words import outside, overlapping, words_of
from uat.lecture.registry import draw, entries
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import DARK, SLIDE, Style

every_figure = pytest.mark.parametrize("name", [entry.id for entry in entries()])
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, Language], Figure]:
    names = [entry.id for entry in entries()]
    return {(name, spoken): draw(name, spoken) for name in names for spoken in LANGUAGES}


@every_figure
@both_languages
def test_it_fills_a_slide(
    name: str, language: Language, drawn: dict[tuple[str, Language], Figure]
) -> None:
    figure = drawn[name, language]
    width, height = figure.get_size_inches() * figure.dpi
    assert (round(width), round(height)) == (1920, 1080)


@every_figure
@both_languages
def test_no_text_is_under_18_points(
    name: str, language: Language, drawn: dict[tuple[str, Language], Figure]
) -> None:
    # 14 points on the slide, when the picture takes four fifths of it.
    words = words_of(drawn[name, language])
    assert words
    assert min(float(text.get_fontsize()) for text in words) >= 18


@every_figure
@both_languages
def test_no_text_leaves_the_picture(
    name: str, language: Language, drawn: dict[tuple[str, Language], Figure]
) -> None:
    assert outside(drawn[name, language]) == []


@every_figure
@both_languages
def test_no_two_texts_overlap(
    name: str, language: Language, drawn: dict[tuple[str, Language], Figure]
) -> None:
    assert overlapping(drawn[name, language]) == []


@every_figure
@both_languages
def test_every_glyph_is_in_the_fonts(
    name: str, language: Language, drawn: dict[tuple[str, Language], Figure]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn[name, language].draw_without_rendering()


@every_figure
def test_formulas_can_be_selected_and_copied(
    name: str, drawn: dict[tuple[str, Language], Figure]
) -> None:
    # The Computer Modern fonts that Matplotlib takes for some signs say "0" for a prime.
    parser = MathTextParser("path")
    for text in words_of(drawn[name, "en"]):
        if "$" in text.get_text():
            for line in text.get_text().split("\n"):
                parsed = parser.parse(line, 72, text.get_fontproperties())
                fonts = {glyph[0].family_name for glyph in parsed.glyphs}
                assert not any(font.startswith("cm") for font in fonts), line


@every_figure
def test_the_title_is_left_to_the_caption(
    name: str, drawn: dict[tuple[str, Language], Figure]
) -> None:
    title = {entry.id: entry.title for entry in entries()}[name]
    for language in LANGUAGES:
        said = [text.get_text() for text in words_of(drawn[name, language])]
        assert getattr(title, language) not in said


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(mpl.rcParams)
    draw("rectangle", "ja")
    assert dict(mpl.rcParams) == before


def test_a_readers_own_settings_change_no_figure() -> None:
    with mpl.rc_context({"font.size": 3, "axes.grid": True, "lines.linewidth": 11}):
        figure = draw("rectangle", "en")
    assert min(float(text.get_fontsize()) for text in words_of(figure)) >= 18
    assert not any(line.get_visible() for axes in figure.axes for line in axes.get_xgridlines())


def test_a_dark_slide_differs_in_colours_only() -> None:
    light, dark = draw("rectangle", "ja"), draw("rectangle", "ja", Style(theme=DARK, size=SLIDE))
    assert light.get_facecolor() != dark.get_facecolor()
    assert [text.get_text() for text in words_of(light)] == [
        text.get_text() for text in words_of(dark)
    ]
