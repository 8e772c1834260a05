"""The bars of a proof: they hold, and they sink."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat import examples
from uat.lecture.figures.cells import rounds
from uat.lecture.figures.claim import few_units


@pytest.mark.parametrize("number", [0, 1, -1])
def test_no_error_sticks_out_of_its_bar(number: int) -> None:
    lower, upper, bounds = rounds()[number]
    g, f = few_units(0.1), examples.nielsen
    # Axes: points, cells.
    x = np.linspace(lower[:, 0], upper[:, 0], 501)
    assert (np.abs(f(x) - g(x)).max(axis=0) <= bounds).all()
    assert np.sort(lower[:, 0])[1:] == pytest.approx(np.sort(upper[:, 0])[:-1])


def test_the_bars_sink_until_all_are_below_eps() -> None:
    tallest = [bounds.max() for *_, bounds in rounds()]
    assert tallest == sorted(tallest, reverse=True)
    assert tallest[-2] >= 0.1 > 1.03 * tallest[-1], "with air between them and the line"


def test_each_round_halves_the_tall_cells() -> None:
    for (*_, before), (*_, after) in zip(rounds()[:-1], rounds()[1:], strict=True):
        assert len(after) == len(before) + np.count_nonzero(before >= 0.1)


def test_the_picture_has_a_bar_for_every_cell() -> None:
    for axes, (*_, bounds) in zip(picture("proof-cells", "en").axes, rounds(), strict=True):
        many, tall = len(bounds), np.count_nonzero(bounds >= 0.1)
        assert len(axes.patches) == many
        assert axes.get_title("left").startswith(f"{many} cells")
        assert (f"{tall} above" if tall else "proved") in axes.get_title("left")
