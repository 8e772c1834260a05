"""The words of a drawn figure, and their places; the figures of the lecture, each drawn once."""

import gc
import itertools
import warnings
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from uat.lecture.registry import find
from uat.plotting.language import check_language

_looked_at: list[Figure] = []


def picture(name: str, language: str = "en") -> Figure:
    """Return a figure of the lecture on the light slide, drawn once for all tests that look at it."""
    figure = _drawn(name, language)
    if figure not in _looked_at:
        # A text keeps what it was last drawn with, all the pixels of a page.
        for text in [text for earlier in _looked_at for text in earlier.findobj(Text)]:
            text._renderer = None  # type: ignore[attr-defined]
        _looked_at[:] = [figure]
    return figure


@cache
def _drawn(name: str, language: str) -> Figure:
    figure = find(name).draw(check_language(language))
    # Kept to the end: a search for garbage need not go through all figures each time.
    gc.collect(1)
    gc.freeze()
    return figure


@dataclass(frozen=True)
class Word:
    """A text that is drawn, and the pixels that it covers."""

    text: str
    size: float
    colour: object
    font: FontProperties
    box: Bbox


_known: WeakKeyDictionary[Figure, list[Word]] = WeakKeyDictionary()


def words_of(figure: Figure) -> list[Word]:
    """Return every text that is drawn, found once; ticks out of view and empty labels are not.

    A warning while it is drawn, as of a letter that no font has, is an error.
    """
    if figure not in _known:
        # One renderer for both: it remembers the size of each text.
        renderer = RendererAgg(*figure.bbox.size, figure.dpi)  # type: ignore[no-untyped-call]
        # An annotation's own extent holds its arrow too.
        _known[figure] = [
            Word(
                text.get_text(),
                float(text.get_fontsize()),
                text.get_color(),
                text.get_fontproperties(),
                Text.get_window_extent(text, renderer),
            )
            for text in texts_of(figure, renderer)
        ]
    return _known[figure]


def texts_of(figure: Figure, renderer: RendererAgg) -> list[Text]:
    seen: dict[int, Text] = {}
    draw_text = Text.draw

    def noted(text: Text, *given: object, **named: object) -> None:
        if text.get_visible() and text.get_text().strip():
            # A text with a halo is drawn twice.
            seen[id(text)] = text
        draw_text(text, *given, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")
        patch.setattr(Text, "draw", noted)
        with renderer._draw_disabled():  # type: ignore[attr-defined]
            figure.draw(renderer)
    return list(seen.values())


def outside(figure: Figure) -> list[str]:
    """Return the texts that leave the picture."""
    page = figure.bbox
    return [
        word.text
        for word in words_of(figure)
        if word.box.x0 < 0
        or word.box.y0 < 0
        or word.box.x1 > page.width
        or word.box.y1 > page.height
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie on each other, by a point of a slide or more."""
    least = figure.bbox.width / 960
    pairs = []
    for one, other in itertools.combinations(words_of(figure), 2):
        overlap = Bbox.intersection(one.box, other.box)
        if overlap is not None and min(overlap.width, overlap.height) >= least:
            pairs.append((one.text, other.text))
    return pairs
