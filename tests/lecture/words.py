"""What is written in a drawn figure, and where."""

import itertools

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def words_of(figure: Figure) -> list[Text]:
    """Give every text that is drawn; ticks out of view and empty labels are not."""
    seen: list[Text] = []
    draw_text = Text.draw

    def noted(text: Text, *given: object, **named: object) -> None:
        if text.get_visible() and text.get_text().strip():
            seen.append(text)
        draw_text(text, *given, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", noted)
        figure.draw_without_rendering()
    return seen


def boxes_of(figure: Figure) -> list[tuple[str, Bbox]]:
    """Give every text that is drawn with the pixels it covers."""
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)  # type: ignore[no-untyped-call]
    # An annotation's own extent holds its arrow too.
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in words_of(figure)]


def outside(figure: Figure) -> list[str]:
    """Give the texts that leave the picture."""
    page = figure.bbox
    return [
        text
        for text, box in boxes_of(figure)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.width or box.y1 > page.height
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Give the pairs of texts that lie on each other, by a point of a slide or more."""
    least = figure.bbox.width / 960
    pairs = []
    for (one, first), (other, second) in itertools.combinations(boxes_of(figure), 2):
        overlap = Bbox.intersection(first, second)
        if overlap is not None and min(overlap.width, overlap.height) >= least:
            pairs.append((one, other))
    return pairs
