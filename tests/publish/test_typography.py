"""Captions are set as a book would set them."""

import pytest

from uat.lecture.registry import LectureFigure, all_figures
from uat.plotting.language import LANGUAGES, Language
from uat.publish.typography import with_formulas, wrapped

every_figure = pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: figure.id)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("y_i", "$y_{i}$"),
        ("W_ij、b_i", "$W_{ij}$、$b_{i}$"),
        ("W_i1 x_1", "$W_{i1}$ $x_{1}$"),
        ("b^(n)", "$b^{(n)}$"),
        ("2 × 10^100", "2 × $10^{100}$"),
        ("3f₁ − 2f₂", "3$f_{1}$ − 2$f_{2}$"),
        ("x² + sin x, f(x)", "x² + sin x, f(x)"),
        ("L′(2) = 4", "$L′$(2) = 4"),
        ("2 × 10¹⁰⁰、10⁻¹²", "2 × $10^{100}$、$10^{-12}$"),
        ("2ᵏ − 1", "$2^{k}$ − 1"),
        ("no formula", "no formula"),
    ],
)
def test_indices_and_powers_become_formulas(plain: str, typeset: str) -> None:
    assert with_formulas(plain) == typeset


@every_figure
@both_languages
@pytest.mark.parametrize("room", [20, 40, 75])
def test_no_word_is_lost_and_no_line_is_too_wide(
    figure: LectureFigure, language: Language, room: int
) -> None:
    caption = with_formulas(figure.texts(language)[1])
    lines = wrapped(caption, room, len)
    assert "".join(lines).replace(" ", "") == caption.replace(" ", "")
    assert all(len(line) <= room or " " not in line[:room] for line in lines)


@every_figure
def test_no_japanese_line_starts_with_what_closes_or_ends_with_what_opens(
    figure: LectureFigure,
) -> None:
    for line in wrapped(with_formulas(figure.caption.ja), 30, len):
        assert line[0] not in "、。）」：；ーっゃゅょッャュョ"
        assert line[-1] not in "（「"


def test_a_line_does_not_start_with_a_sign() -> None:
    assert wrapped("the value x + y is 1", 11, len) == ["the value", "x + y is 1"]
    assert wrapped("the value x + y is 1", 13, len) == ["the value x +", "y is 1"]


def test_a_formula_is_not_broken() -> None:
    assert wrapped("値 $a + b$", 4, len) == ["値", "$a + b$"]


def test_a_last_line_of_one_letter_is_given_more() -> None:
    assert wrapped("一二三四五六七八九十一二三四五六七八九十。", 20, len)[1] != "十。"


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrapped("", 10, len) == [""]
