"""The deck has the form that Marp reads, and shows every figure under its slide's heading."""

import re
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest
from matplotlib.font_manager import get_font

from uat.errors import FileProblem
from uat.lecture.registry import BUILT, LectureFigure, all_figures
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import DARK, LIGHT, SLIDE, Theme
from uat.publish.slides import deck_file, deck_text, write_deck

both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_figure = pytest.mark.parametrize("figure", all_figures(), ids=lambda figure: figure.id)


def steps_of(name: str) -> list[str]:
    return [f"{name}-{step}" for step in range(1, BUILT.get(name, 1))]


@cache
def deck(language: Language) -> str:
    return deck_text(language, LIGHT)


def front_of(text: str) -> str:
    """Return the front matter, between the first two rulers."""
    empty, front, _ = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    assert empty == ""
    return front


def slides_of(text: str) -> list[str]:
    """Return the slides after the front matter, as Marp divides them."""
    _, _, rest = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    return re.split(r"\n\n---\n\n", rest)


def slide_of(figure: LectureFigure, language: Language) -> str:
    (found,) = [
        slide for slide in slides_of(deck(language)) if f"({language}/{figure.id}.svg)" in slide
    ]
    return found


@both_languages
def test_the_front_matter_is_that_of_a_marp_deck(language: Language) -> None:
    front = front_of(deck(language)).splitlines()
    assert {"marp: true", "size: 16:9", "math: mathjax", f"lang: {language}"} <= set(front)
    names = [line.partition(":")[0] for line in front if not line.startswith(" ")]
    assert len(names) == len(set(names))
    assert names[-1] == "style"


@both_languages
def test_there_is_a_slide_a_figure_in_the_order_of_the_lecture(language: Language) -> None:
    first, *slides = slides_of(deck(language))
    assert "_class: lead" in first
    shown = [re.findall(rf"\({language}/([\w-]+)\.svg\)", slide) for slide in slides]
    assert shown == [
        [name] for figure in all_figures() for name in (*steps_of(figure.id), figure.id)
    ]


@both_languages
def test_the_steps_of_a_figure_are_slides_of_one_number(language: Language) -> None:
    for name in BUILT:
        steps = [
            slide
            for slide in slides_of(deck(language))
            if any(f"({language}/{shown}.svg)" in slide for shown in (*steps_of(name), name))
        ]
        first, *others = steps
        assert "_paginate: true" in first
        assert all("_paginate: hold" in slide for slide in others)
        assert len({slide.partition("\n")[0] for slide in steps}) == 1, "one heading"


@every_figure
@both_languages
def test_a_slide_has_its_heading_its_picture_and_its_caption(
    figure: LectureFigure, language: Language
) -> None:
    slide = slide_of(figure, language)
    title, caption, alternative = figure.texts(language)
    head, picture, words, notes = slide.rstrip("\n").split("\n\n", 3)
    assert head == f"# {getattr(figure.slide, language)}"
    assert picture == f"![{alternative}]({language}/{figure.id}.svg)"
    assert title in words
    low = re.sub("[₀-₉]", lambda found: f"_{ord(found[0]) - ord('₀')}", caption)
    low = re.sub(
        "(?<=[A-Za-z0-9])[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵏ]+",
        lambda found: found[0] if found[0] in "²³" else "^" + normalize("NFKC", found[0]),
        low,
    ).replace("\N{MINUS SIGN}", "-")
    shown = re.sub("[${}]", "", words).rpartition("**")[2].strip().replace("\N{MINUS SIGN}", "-")
    assert low.replace("′", "'").startswith(shown)
    assert shown.endswith(("。", "。）", ".", ".)"))
    assert notes.startswith("<!--\n")
    assert notes.removesuffix("\n\n<!-- _paginate: hold -->").endswith("\n-->")


@both_languages
def test_captions_stand_on_their_slides_as_far_as_three_lines_reach(language: Language) -> None:
    cut = [
        figure.id
        for figure in all_figures()
        if slide_of(figure, language).count(figure.texts(language)[1][-12:]) < 2
        and "_" not in figure.texts(language)[1]
    ]
    assert len(cut) <= 1
    for slide in slides_of(deck(language))[1:]:
        words = slide.split("\n\n")[2].replace("$", "")
        wide = sum(1.0 if letter > "\u2e80" else 0.5 for letter in words)
        # 19 pixels a Japanese letter, 1184 a line.
        assert 19 * wide <= 3.1 * 1184


@every_figure
def test_the_presenter_can_tell_how_a_figure_is_made(figure: LectureFigure) -> None:
    notes = slide_of(figure, "en").partition("<!--")[2]
    imports, code = figure.listing("en")
    assert "\n".join((*imports, *code)) in notes
    assert figure.formula in notes
    assert figure.caption.en in notes
    held = "\n\n<!-- _paginate: hold -->"
    assert "-->" not in notes.rstrip("\n").removesuffix(held).removesuffix("-->")


@every_figure
def test_marp_takes_no_word_of_an_alternative_text_for_an_instruction(
    figure: LectureFigure,
) -> None:
    # Outside of backgrounds these are filters and sizes.
    filters = "blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate"
    for text in figure.alternative:
        words = text.split()
        assert not {*filters.split(), "sepia", "bg"} & {word.partition(":")[0] for word in words}
        assert not any(re.match(r"(w|h|width|height):", word) for word in words)


@both_languages
def test_no_word_on_a_slide_is_under_14_points(language: Language) -> None:
    front = front_of(deck(language))
    # A slide is 720 pixels high, and an inch has 96.
    assert all(72 / 96 * int(px) >= 14 for px in re.findall(r"font-size: (\d+)px", front))
    (height,) = (int(px) for px in re.findall(r"img \{ display: block; height: (\d+)px", front))
    assert SLIDE.small * height / 720 >= 14


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_slide_has_the_background_of_its_pictures(theme: Theme) -> None:
    front = front_of(deck_text("ja", theme))
    assert f"background: {theme.background};" in front
    assert set(re.findall(r"color: (#\w+);", front)) == {theme.ink}


@both_languages
def test_the_deck_lies_beside_the_folder_of_its_pictures(
    language: Language, tmp_path: Path
) -> None:
    write_deck(tmp_path, language, LIGHT)
    beside = {"fonts"} if language == "ja" else set()
    assert {path.name for path in tmp_path.iterdir()} == {deck_file(language)} | beside
    assert (tmp_path / deck_file(language)).read_text("utf-8") == deck_text(language, LIGHT)


def test_a_japanese_deck_has_its_fonts_beside_it_under_their_licence(tmp_path: Path) -> None:
    write_deck(tmp_path, "ja", LIGHT)
    front = front_of((tmp_path / deck_file("ja")).read_text("utf-8"))
    faces = re.findall(r'@font-face \{\s+font-family: "(.+)";\s+font-weight: (\w+);\s+src: '
                       r'url\("(.+)"\);\s+\}', front)  # fmt: skip
    assert [weight for _, weight, _ in faces] == ["normal", "bold"]
    for family, weight, address in faces:
        font = get_font(str(tmp_path / address))
        assert font.family_name == family
        assert ("Bold" in font.style_name) == (weight == "bold")
        assert f'"{family}"' in front.rpartition("section {")[0] + front.partition("section {")[2]
    licence = (tmp_path / "fonts" / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_a_deck_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="cannot be written"):
        write_deck(tmp_path / "missing", "ja", LIGHT)


def test_a_prime_is_one_for_mathjax() -> None:
    assert "$L'$(5) = 10" in deck_text("en", LIGHT)
    assert "′$" not in deck_text("ja", LIGHT)
