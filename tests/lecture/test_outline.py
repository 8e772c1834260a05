"""Every figure stands under the heading of one slide, in the order of the lecture."""

from uat.lecture.outline import SLIDES, heading, shown
from uat.lecture.registry import entries, find


def test_every_figure_is_on_one_slide_in_the_order_of_the_lecture() -> None:
    assert [name for slide in SLIDES for name in slide.figures] == [e.id for e in entries()]


def test_a_slide_shows_its_figures_below_its_heading() -> None:
    for slide in SLIDES:
        assert tuple(entry.id for entry in shown(slide)) == slide.figures
        assert all(heading(find(name)) == slide.heading for name in slide.figures)


def test_a_heading_stands_once_and_in_both_languages() -> None:
    for column in zip(*(slide.heading for slide in SLIDES), strict=True):
        assert len(set(column)) == len(column)
    for slide in SLIDES:
        assert any("぀" <= letter <= "鿿" for letter in slide.heading.ja)
        assert slide.heading.en.isascii()
