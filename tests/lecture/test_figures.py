"""Every figure can be shown to a hall: large text, nothing over the edge, nothing overlapping."""

import matplotlib as mpl
import pytest
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from tests.lecture.words import outside, overlapping, picture, words_of
from uat.lecture.registry import all_figures, draw, find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import DARK, SLIDE, Style

every_figure = pytest.mark.parametrize("name", [figure.id for figure in all_figures()])
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@every_figure
@both_languages
def test_it_fills_a_slide(name: str, language: Language) -> None:
    figure = picture(name, language)
    width, height = figure.get_size_inches() * figure.dpi
    assert (round(width), round(height)) == (1920, 1080)


@every_figure
@both_languages
def test_no_text_is_under_18_points(name: str, language: Language) -> None:
    # 14 points on the slide, when the picture takes four fifths of it.
    words = words_of(picture(name, language))
    assert words
    assert min(word.size for word in words) >= 18


@every_figure
@both_languages
def test_no_text_leaves_the_picture(name: str, language: Language) -> None:
    assert outside(picture(name, language)) == []


@every_figure
@both_languages
def test_no_two_texts_overlap(name: str, language: Language) -> None:
    assert overlapping(picture(name, language)) == []


@every_figure
@both_languages
def test_no_box_of_a_text_hides_data(name: str, language: Language) -> None:
    texts = picture(name, language).findobj(lambda artist: isinstance(artist, Text))
    assert not any(getattr(text, "get_bbox_patch")() for text in texts)  # noqa: B009


@every_figure
@both_languages
def test_every_glyph_is_in_the_fonts(name: str, language: Language) -> None:
    # A letter that no font has is a warning, and a warning while words are found is an error.
    assert words_of(picture(name, language))


@every_figure
def test_formulas_can_be_selected_and_copied(name: str) -> None:
    # The Computer Modern fonts that Matplotlib takes for some signs say "0" for a prime.
    parser = MathTextParser("path")
    for word in words_of(picture(name, "en")):
        if "$" in word.text:
            for line in word.text.split("\n"):
                parsed = parser.parse(line, 72, word.font)
                fonts = {glyph[0].family_name for glyph in parsed.glyphs}
                assert not any(font.startswith("cm") for font in fonts), line


@every_figure
def test_the_title_is_left_to_the_caption(name: str) -> None:
    for language in LANGUAGES:
        said = [word.text for word in words_of(picture(name, language))]
        assert getattr(find(name).title, language) not in said


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(mpl.rcParams)
    draw("rectangle", "ja")
    assert dict(mpl.rcParams) == before


def test_a_readers_own_settings_change_no_figure() -> None:
    with mpl.rc_context({"font.size": 3, "axes.grid": True, "lines.linewidth": 11}):
        figure = draw("rectangle", "en")
    assert min(word.size for word in words_of(figure)) >= 18
    assert not any(line.get_visible() for axes in figure.axes for line in axes.get_xgridlines())


def test_a_dark_slide_differs_in_colours_only() -> None:
    light, dark = picture("rectangle", "ja"), draw("rectangle", "ja", Style(theme=DARK, size=SLIDE))
    assert light.get_facecolor() != dark.get_facecolor()
    assert [word.text for word in words_of(light)] == [word.text for word in words_of(dark)]
