"""The gallery shows the figures as they are drawn today.

Two pictures are compared after averaging over squares of 5 pixels, 8 of the slide. That forgives
other antialiasing and hinting, which move edges by a part of a pixel, and the colours of a palette,
and nothing that a reader sees: a label moved by 2 pixels, 3 of the slide, and another digit in the
smallest text are both found.
"""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray
from PIL import Image

from tests.lecture.words import picture
from uat.lecture.films.catalogue import all_films
from uat.lecture.films.film import Film
from uat.lecture.registry import all_figures, draw, find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.page import clean_settings
from uat.plotting.style import Style, rc
from uat.publish.gallery import COLUMNS, PAGES, page_text
from uat.publish.render import render
from uat.publish.stills import stills_file, stills_style, three_stills

GALLERY = Path(__file__).parents[2] / "figures"
SQUARE = 5
ALLOWED = 0.25
"""Half a pixel moves an edge of a square's average by up to 0.1, hinting up to 0.2."""

Pixels = NDArray[np.int16]
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def pixels(figure: Figure) -> Pixels:
    """Return a figure as the command draws it for the gallery, before its colours are reduced."""
    written = BytesIO()
    # The settings of letters count when pixels are made.
    with clean_settings(rc(Style())):
        figure.savefig(written, format="rgba", dpi=COLUMNS / figure.get_figwidth())
    shape = round(COLUMNS * figure.get_figheight() / figure.get_figwidth()), COLUMNS, 4
    return np.frombuffer(written.getvalue(), np.uint8).reshape(shape)[..., :3].astype(np.int16)


def kept(file: Path) -> Pixels:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"), dtype=np.int16)


def averaged(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of every square of pixels, by sums along both axes."""
    for axis in (0, 1):
        sums = np.cumsum(image, axis=axis)
        sums = np.concatenate([np.zeros_like(sums.take([0], axis)), sums], axis=axis)
        ends = np.arange(SQUARE, sums.shape[axis])
        image = (sums.take(ends, axis) - sums.take(ends - SQUARE, axis)) / SQUARE
    return image


def difference(one: Pixels, other: Pixels) -> float:
    """Return the largest difference of the averages of a square."""
    assert one.shape == other.shape
    gap = one - other
    differing = [np.flatnonzero(gap.any(axis=(1 - axis, 2))) for axis in (0, 1)]
    if not len(differing[0]):
        return 0.0
    # Squares farther out hold no difference.
    rows, columns = (slice(found[0], found[-1] + 1) for found in differing)
    around = [(SQUARE - 1, SQUARE - 1), (SQUARE - 1, SQUARE - 1), (0, 0)]
    return float(np.abs(averaged(np.pad(gap[rows, columns] / 255, around))).max())


def labels_of(figure: Figure) -> list[Text]:
    return [
        text
        for axes in figure.axes
        for text in (*axes.texts, axes.xaxis.label, *axes.get_children())
        if isinstance(text, Text) and text.get_text().strip()
    ]


@both_languages
@pytest.mark.parametrize("name", [figure.id for figure in all_figures()])
def test_the_gallery_shows_what_is_drawn(name: str, language: Language) -> None:
    before = kept(GALLERY / language / f"{name}.png")
    assert difference(before, pixels(picture(name, language))) < ALLOWED


@both_languages
@pytest.mark.parametrize("film", all_films(), ids=lambda film: film.figure)
def test_the_gallery_shows_the_moments_of_a_film(film: Film, language: Language) -> None:
    before = kept(GALLERY / language / stills_file(film))
    drawn = three_stills(film, language, stills_style(Style(), COLUMNS))
    assert difference(before, drawn.astype(np.int16)) < ALLOWED


def test_the_gallery_is_small_enough_to_be_cloned() -> None:
    assert sum(file.stat().st_size for file in GALLERY.rglob("*.png")) < 8e6


def test_the_pictures_of_the_gallery_say_what_they_show() -> None:
    shown = find("rectangle")
    title, _, alternative = shown.texts("ja")
    with Image.open(BytesIO(render(shown, "ja", ("png",), columns=COLUMNS)["png"])) as image:
        assert (image.mode, image.size) == ("P", (COLUMNS, 720))
        assert image.info["Title"] == title
        assert image.info["Description"] == alternative
        assert set(image.info) == {"Title", "Description"}
        # The page of a figure stays as white as that of the slide.
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "mode", "language"),
    [
        ("rectangle-sum", "P", "ja"),
        ("no-hidden-tower", "RGB", "en"),
        ("regions-plane", "P", "en"),
    ],
)
def test_a_palette_is_chosen_where_256_colours_are_enough(
    name: str, mode: str, language: Language
) -> None:
    files = render(find(name), language, ("png",), columns=COLUMNS)
    with Image.open(BytesIO(files["png"])) as image:
        assert image.mode == mode
        reduced = np.asarray(image.convert("RGB"), dtype=np.int16)
    full = pixels(picture(name, language))
    assert np.abs(reduced - full).mean() < 0.5
    assert difference(reduced, full) < ALLOWED / 4


@both_languages
def test_the_pages_are_those_that_the_command_writes(language: Language) -> None:
    assert (GALLERY / PAGES[language]).read_text("utf-8") == page_text(language)


def test_the_gallery_holds_nothing_else() -> None:
    names = [f"{figure.id}.png" for figure in all_figures()]
    names += [stills_file(film) for film in all_films()]
    pictures = {f"{language}/{name}" for name in names for language in LANGUAGES}
    held = {path.relative_to(GALLERY).as_posix() for path in GALLERY.rglob("*.*")}
    assert {file for file in held if file.endswith(".png")} == pictures


@pytest.mark.parametrize(
    ("name", "language"), [("rectangle-sum", "ja"), ("universal", "en"), ("sigmoidal-def", "ja")]
)
def test_a_moved_label_would_be_found(name: str, language: Language) -> None:
    figure = draw(name, language)
    before = pixels(figure)
    for label in labels_of(figure)[::5]:
        place = label.get_transform()
        label.set_transform(place + Affine2D().translate(2, 0))
        assert difference(before, pixels(figure)) > ALLOWED, label.get_text()
        label.set_transform(place)


@pytest.mark.parametrize(
    ("name", "language"), [("rectangle-sum", "ja"), ("universal", "en"), ("sigmoidal-def", "ja")]
)
def test_a_changed_digit_would_be_found(name: str, language: Language) -> None:
    figure = draw(name, language)
    before = pixels(figure)
    smallest = [text for text in labels_of(figure) if re.search(r"\d", text.get_text())]
    for label in sorted(smallest, key=Text.get_fontsize)[:2]:
        said = label.get_text()
        place = [found.start() for found in re.finditer(r"\d", said)][-1]
        digit = str((int(said[place]) + 1) % 10)
        label.set_text(said[:place] + digit + said[place + 1 :])
        assert difference(before, pixels(figure)) > ALLOWED, said
        label.set_text(said)


def test_another_hinting_of_the_letters_would_be_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    def hinted(style: Style) -> dict[Any, Any]:
        return rc(style) | {"text.hinting": "force_autohint"}

    before = pixels(picture("rectangle-sum", "en"))
    monkeypatch.setattr("uat.plotting.page.rc", hinted)
    assert 0 < difference(before, pixels(draw("rectangle-sum", "en"))) < ALLOWED
