"""Every figure has its place in the lecture and its words in both languages."""

import pickle
import re
import subprocess
import sys

import pytest

from uat.errors import InputError
from uat.lecture.registry import PARTS, LectureFigure, all_figures, draw, figure, find, slides
from uat.plotting.language import LANGUAGES, Pair, Say, check_language

PROOF = (
    "activations",
    "sigmoidal-def",
    "epsilon-band",
    "step-steepness",
    "step-place",
    "rectangle",
    "rectangle-sum",
    "universal",
    "proof-cells",
)

every_figure = pytest.mark.parametrize("shown", all_figures(), ids=lambda shown: shown.id)


def test_the_figures_stand_in_the_order_of_the_slides() -> None:
    assert [shown.id for shown in all_figures() if shown.id in PROOF] == list(PROOF)


def test_every_figure_belongs_to_a_part_of_the_lecture() -> None:
    assert {shown.part for shown in all_figures()} == set(PARTS)


@every_figure
def test_a_figure_is_found_by_its_id(shown: LectureFigure) -> None:
    assert find(shown.id) is shown


@every_figure
def test_captions_and_alternative_texts_are_whole_sentences(shown: LectureFigure) -> None:
    for pair in (shown.caption, shown.alternative):
        assert pair.ja.endswith(("。", "。）"))
        assert pair.en.endswith((".", ".)"))
        assert pair.en[0].isupper() or not pair.en[0].isascii() or pair.en[0] in "xfg("


@every_figure
def test_no_text_holds_a_word_that_was_left_to_be_written(shown: LectureFigure) -> None:
    for text in (*shown.title, *shown.caption, *shown.alternative):
        assert not re.search(r"XX|\?\?|\.\.\.|TBD", text)


@every_figure
def test_each_language_has_its_own_words(shown: LectureFigure) -> None:
    for pair in (shown.title, shown.caption, shown.alternative):
        assert any("぀" <= letter <= "鿿" for letter in pair.ja)
        assert not any("぀" <= letter <= "鿿" for letter in pair.en)


def test_a_misspelt_figure_is_told_the_near_match() -> None:
    with pytest.raises(InputError, match=r"'rectangel'; did you mean 'rectangle'\?"):
        find("rectangel")
    with pytest.raises(InputError, match="uat figures --list"):
        find("§")


@pytest.mark.parametrize("wrong", ["jp", "JA", "", "english"])
def test_an_unknown_language_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="give 'ja' or 'en'"):
        check_language(wrong)
    with pytest.raises(InputError, match="give 'ja' or 'en'"):
        draw("rectangle", wrong)


def test_an_id_names_one_figure() -> None:
    pair = Pair("図", "Figure")
    texts = {"slide": pair, "title": pair, "caption": pair, "alternative": pair}
    again = figure("rectangle", **texts, formula="x", code="x = 1")
    with pytest.raises(InputError, match="two figures are called 'rectangle'"):
        again(lambda _: None)


def test_a_reader_picks_one_of_two_texts() -> None:
    assert [Say(language)("誤差", "error") for language in LANGUAGES] == ["誤差", "error"]


def test_looking_figures_up_does_not_load_matplotlib() -> None:
    code = (
        "import sys; from uat.lecture.registry import all_figures; all_figures();"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_slide_shows_figures_that_follow_each_other_under_one_heading() -> None:
    assert [shown for slide in slides() for shown in slide.figures] == list(all_figures())
    assert all(shown.slide == slide.heading for slide in slides() for shown in slide.figures)


def test_a_heading_stands_once_and_in_both_languages() -> None:
    headings = [slide.heading for slide in slides()]
    for column in zip(*headings, strict=True):
        assert len(set(column)) == len(column)
    for heading in headings:
        assert any("぀" <= letter <= "鿿" for letter in heading.ja)
        assert heading.en.isascii()


def test_another_process_finds_the_same_figure() -> None:
    assert all(pickle.loads(pickle.dumps(shown)) is shown for shown in all_figures())
