"""Every figure can be printed in a two-column paper; styles have names."""

import pytest

from tests.lecture.words import outside, overlapping, words_of
from uat.errors import InputError
from uat.lecture.registry import all_figures, draw, find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import LIGHT, PAPER, SIZES, SLIDE, THEMES, Style, check_style

every_figure = pytest.mark.parametrize("name", [figure.id for figure in all_figures()])


@every_figure
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_printed_in_one_column_or_across_both(name: str, language: Language) -> None:
    printed = draw(name, language, Style(size=PAPER))
    width, height = printed.get_size_inches()
    assert width == (7.16 if find(name).wide else 3.5)
    assert height < 4
    assert min(word.size for word in words_of(printed)) >= 6.5
    assert outside(printed) == []
    assert overlapping(printed) == []


def test_a_style_has_a_name() -> None:
    for theme in THEMES:
        for size in SIZES:
            assert check_style(theme, size) == Style(THEMES[theme], SIZES[size])
    assert check_style() == Style(LIGHT, SLIDE)


@pytest.mark.parametrize(
    ("theme", "size", "said"),
    [
        ("drak", "slide", r"theme 'drak' is not known; did you mean 'dark'\?"),
        ("", "slide", "give 'light' or 'dark'"),
        ("dark", "papper", r"size 'papper' is not known; did you mean 'paper'\?"),
    ],
)
def test_an_unknown_style_is_refused(theme: str, size: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_style(theme, size)
