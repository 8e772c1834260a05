"""Every figure has its place in the lecture and its words in both languages."""

import re
import subprocess
import sys

import pytest

from uat.errors import InputError
from uat.lecture.registry import PARTS, Entry, draw, entries, figure, find
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

every_figure = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)


def test_the_figures_stand_in_the_order_of_the_slides() -> None:
    assert [entry.id for entry in entries() if entry.id in PROOF] == list(PROOF)


def test_every_figure_belongs_to_a_part_of_the_lecture() -> None:
    assert {entry.part for entry in entries()} == set(PARTS)


@every_figure
def test_a_figure_is_found_by_its_id(entry: Entry) -> None:
    assert find(entry.id) is entry


@every_figure
def test_captions_and_alternative_texts_are_whole_sentences(entry: Entry) -> None:
    for pair in (entry.caption, entry.alternative):
        assert pair.ja.endswith(("。", "。）"))
        assert pair.en.endswith((".", ".)"))
        assert pair.en[0].isupper() or not pair.en[0].isascii() or pair.en[0] in "xfg("


@every_figure
def test_no_text_holds_a_word_that_was_left_to_be_written(entry: Entry) -> None:
    for text in (*entry.title, *entry.caption, *entry.alternative):
        assert not re.search(r"XX|\?\?|\.\.\.|TBD", text)


@every_figure
def test_each_language_has_its_own_words(entry: Entry) -> None:
    for pair in (entry.title, entry.caption, entry.alternative):
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
    again = figure("rectangle", part="proof", title=pair, caption=pair, alternative=pair)
    with pytest.raises(InputError, match="two figures are called 'rectangle'"):
        again(lambda _: None)


def test_a_reader_picks_one_of_two_texts() -> None:
    assert [Say(language)("誤差", "error") for language in LANGUAGES] == ["誤差", "error"]


def test_looking_figures_up_does_not_load_matplotlib() -> None:
    code = (
        "import sys; from uat.lecture.registry import entries; entries();"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
