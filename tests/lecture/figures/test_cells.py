"""The bars of a proof: they hold, and they sink."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat import examples
from uat.lecture.figures.cells import cells_after
from uat.lecture.figures.claim import few_units


@pytest.mark.parametrize("halved", [0, 16, 36])
def test_no_error_sticks_out_of_its_bar(halved: int) -> None:
    lower, upper, bounds = cells_after(halved)
    g, f = few_units(0.1), examples.nielsen
    # Axes: points, cells.
    x = np.linspace(lower[:, 0], upper[:, 0], 501)
    assert (np.abs(f(x) - g(x)).max(axis=0) <= bounds).all()
    assert np.sort(lower[:, 0])[1:] == pytest.approx(np.sort(upper[:, 0])[:-1])


def test_the_bars_sink_until_none_is_above_eps() -> None:
    tallest = [cells_after(halved)[2].max() for halved in (0, 16, 36)]
    assert tallest[0] > tallest[1] > 0.1 > tallest[2]


def test_the_picture_has_a_bar_for_every_cell() -> None:
    for axes, many in zip(picture("proof-cells", "en").axes, (8, 16, 26), strict=True):
        assert len(axes.patches) == many == len(cells_after({8: 0, 16: 16, 26: 36}[many])[2])
        assert axes.get_title("left").startswith(f"{many} cells")
