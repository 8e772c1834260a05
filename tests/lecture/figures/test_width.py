"""What an ε costs: the stored counts are those of networks that are built and proved anew."""

import numpy as np
import pytest
from matplotlib.axes import Axes

import uat
from tests.lecture.words import picture
from uat.construct.staircase import build as staircase
from uat.lecture.figures.width import counts, ladder, steps_enough
from uat.lecture.networks import comb_within
from uat.plotting.language import LANGUAGES, Language

NIELSEN = uat.examples.nielsen

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def dots(axes: Axes) -> list[np.ndarray]:
    """Give the dots of a panel, (dots, 2) each: those of the steps, then those of the combs."""
    return [np.asarray(line.get_xydata()) for line in axes.get_lines() if line.get_marker() == "o"]


def test_every_stored_network_is_proved_within_its_eps() -> None:
    data = counts()
    for kind, last in (("steps", 1e-5), ("comb", 1e-12)):
        assert np.array_equal(data[f"{kind}_eps"], ladder(last))
        assert (data[f"{kind}_bound"] < data[f"{kind}_eps"]).all()
        assert (data[f"{kind}_units"] >= 1).all()


def test_one_point_of_each_curve_is_measured_again() -> None:
    data = counts()
    at = int(np.flatnonzero(data["steps_eps"] == 1e-2)[0])
    network, certificate = staircase.build(NIELSEN, 1e-2)
    assert network.units == data["steps_units"][at]
    assert certificate.bound == pytest.approx(data["steps_bound"][at], rel=1e-6)
    at = int(np.flatnonzero(data["comb_eps"] == 1e-6)[0])
    network, certificate = comb_within(NIELSEN, 1e-6)
    assert network.units == pytest.approx(data["comb_units"][at], abs=1)
    assert certificate.bound < 1e-6


def test_steps_cost_one_over_eps_and_soft_units_a_few_a_digit() -> None:
    data = counts()
    product = data["steps_units"] * data["steps_eps"]
    assert (np.abs(product[-6:] - 1) < 0.01).all()
    assert data["comb_units"].max() == 69, "the headline says so"
    assert 1e12 < steps_enough(1e-12) < 1.001e12, "so does it of the steps"
    rough = data["comb_units"][data["comb_eps"] == 1e-3][0]
    fine = data["comb_units"][data["comb_eps"] == 1e-9][0]
    assert fine < 2 * rough


@both_languages
def test_the_dots_are_what_is_stored(language: Language) -> None:
    data = counts()
    (axes,) = picture("units-vs-epsilon", language).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    steps, combs = dots(axes)
    assert np.array_equal(steps, np.stack([data["steps_eps"], data["steps_units"]], axis=1))
    assert np.array_equal(combs, np.stack([data["comb_eps"], data["comb_units"]], axis=1))
    assert axes.get_xlim()[0] > axes.get_xlim()[1], "ε falls to the right"
