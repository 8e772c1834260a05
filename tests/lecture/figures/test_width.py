"""What an ε costs: the stored counts are those of networks that are built and proved anew."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from tests.lecture.words import picture
from uat.lecture.figures.width import LADDERS, built, counts, pieces_enough, steps_enough
from uat.lecture.registry import find
from uat.plotting.language import LANGUAGES, Language

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def dots(axes: Axes) -> list[np.ndarray]:
    """Give the dots of a panel, (dots, 2) each, of one kind after another."""
    return [np.asarray(line.get_xydata()) for line in axes.get_lines() if line.get_marker() == "o"]


def test_every_stored_network_is_proved_within_its_eps() -> None:
    data = counts()
    assert set(data) == {f"{kind}_{what}" for kind in LADDERS for what in ("eps", "units", "bound")}
    for kind, eps in LADDERS.items():
        assert np.array_equal(data[f"{kind}_eps"], eps)
        assert (data[f"{kind}_bound"] < data[f"{kind}_eps"]).all()
        assert (data[f"{kind}_units"] >= 1).all()


@pytest.mark.parametrize(("kind", "eps"), [("steps", 1e-2), ("polygon", 1e-3), ("comb", 1e-6)])
def test_one_point_of_each_curve_is_measured_again(kind: str, eps: float) -> None:
    data = counts()
    at = int(np.flatnonzero(data[f"{kind}_eps"] == eps)[0])
    network, certificate = built(kind, eps)
    # Where a comb ends depends on the last digits of its weights.
    assert network.units == pytest.approx(data[f"{kind}_units"][at], abs=kind == "comb")
    assert certificate.bound < eps
    if kind != "comb":
        assert certificate.bound == pytest.approx(data[f"{kind}_bound"][at], rel=1e-6)


@pytest.mark.slow
def test_one_point_of_the_free_units_is_measured_again() -> None:
    # A search of this length ends one unit earlier or later with other last digits.
    network, certificate = built("free", 1e-3)
    data = counts()
    stored = data["free_units"][data["free_eps"] == 1e-3][0]
    assert network.units == pytest.approx(stored, abs=1)
    assert certificate.bound < 1e-3


def test_each_kind_grows_as_its_line_says() -> None:
    data = counts()
    product = data["steps_units"] * data["steps_eps"]
    assert (np.abs(product[-6:] - 1) < 0.01).all()
    enough = [pieces_enough(eps) for eps in data["polygon_eps"][-3:]]
    assert data["polygon_units"][-3:] == pytest.approx(enough, rel=0.05)
    assert 1e12 < steps_enough(1e-12) < 1.001e12, "the headline says so"
    assert pieces_enough(1e-12) == pytest.approx(2e6, rel=0.2), "so does the description"
    rough = data["comb_units"][data["comb_eps"] == 1e-3][0]
    fine = data["comb_units"][data["comb_eps"] == 1e-9][0]
    assert fine < 2 * rough
    both = np.isin(data["comb_eps"], data["free_eps"])
    assert (data["free_units"] <= data["comb_units"][both]).all()


def test_the_description_has_the_last_counts() -> None:
    data = counts()
    for text in find("units-vs-epsilon").alternative:
        assert all(str(data[f"{kind}_units"][-1]) in text for kind in ("comb", "free"))


@both_languages
def test_the_dots_are_what_is_stored(language: Language) -> None:
    data = counts()
    (axes,) = picture("units-vs-epsilon", language).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    for kind, drawn in zip(LADDERS, dots(axes), strict=True):
        stored = np.stack([data[f"{kind}_eps"], data[f"{kind}_units"]], axis=1)
        assert np.array_equal(drawn, stored)
    assert axes.get_xlim()[0] > axes.get_xlim()[1], "ε falls to the right"
