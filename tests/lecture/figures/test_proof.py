"""The proof of the lecture in pictures: errors stay visibly below ε, on one scale."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat import examples
from uat.core.target import Target
from uat.lecture.networks import staircase_within

SHOWN = [
    (examples.slides, 3.0, "rectangles"),
    (examples.slides, 1.0, "rectangles"),
    (examples.slides, 0.3, "rectangles"),
    (examples.cantor, 0.05, "steps"),
    (examples.takagi, 0.05, "steps"),
    (examples.chirp, 0.05, "steps"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("f", "eps", "form"), SHOWN)
def test_what_is_said_to_be_below_eps_leaves_air(f: Target, eps: float, form: str) -> None:
    g = staircase_within(f, eps, form)
    assert g.certificate is not None
    assert g.certificate.bound <= 0.85 * eps


@pytest.mark.slow
def test_a_smaller_eps_is_seen_to_have_a_smaller_error() -> None:
    errors = picture("rectangle-sum", "en").axes[3:]
    assert len({axes.get_ylim() for axes in errors}) == 1
    highest = [
        max(np.max(np.asarray(line.get_ydata())) for line in axes.lines[1:]) for axes in errors
    ]
    assert highest[0] > 2 * highest[1] > 4 * highest[2]
    assert all(top <= 0.85 * eps for top, eps in zip(highest, (3, 1, 0.3), strict=True))


def test_the_steps_that_are_added_stand_above_their_sum() -> None:
    up, down, total = picture("rectangle", "en").axes
    assert up.get_xlim() == down.get_xlim() == total.get_xlim()
    steps = [np.asarray(axes.lines[0].get_ydata(), dtype=float) for axes in (up, down)]
    thin, bold = (np.asarray(line.get_ydata(), dtype=float) for line in total.lines[:2])
    assert thin == pytest.approx(np.sum(steps, axis=0))
    assert bold == pytest.approx(thin - 1)


@pytest.mark.slow
def test_the_magnified_part_is_the_framed_one() -> None:
    panels = picture("universal", "en").axes
    for above, below in zip(panels[:3], panels[3:], strict=True):
        (frame,) = above.patches
        box = frame.get_extents().transformed(above.transData.inverted())
        assert (box.x0, box.x1) == pytest.approx(below.get_xlim())
        assert (box.y0, box.y1) == pytest.approx(below.get_ylim())
