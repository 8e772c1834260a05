"""The figures of ridges: what they say is what is built and proved."""

import numpy as np
import pytest

import uat
from tests.lecture.lines import made_by
from tests.lecture.words import picture
from uat import examples
from uat.construct.deep import tower
from uat.core.network import Network
from uat.lecture.figures.ridges import BUMP, directions_of, found_ridges
from uat.lecture.networks import even_ridges, proved
from uat.lecture.registry import find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.maps import map_points
from uat.plotting.numbers import at_most

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def ridges() -> Network:
    stored = found_ridges()
    return Network.from_units(stored["weights"], stored["slopes"], stored["biases"], uat.logistic)


@pytest.fixture(scope="module")
def towers_and_ridges(ridges: Network) -> list[tuple[Network, float]]:
    """Return the towers and the ridges, each with its bound."""
    networks = (tower.build(examples.franke, 16), ridges)
    return [(g, proved(examples.franke, g).bound) for g in networks]


@pytest.fixture(scope="module")
def bumps() -> list[tuple[int, Network, float]]:
    """Return the numbers of directions, each with its network and its bound."""
    networks = [(many, even_ridges(BUMP, many, 16, 1e-7)) for many in (1, 2, 4, 8)]
    return [(many, g, proved(BUMP, g).bound) for many, g in networks]


@both_languages
def test_towers_and_ridges_have_the_units_and_bounds_that_are_written(
    language: Language, towers_and_ridges: list[tuple[Network, float]]
) -> None:
    figure = picture("no-hidden-tower", language)
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    for (network, bound), (error, head) in zip(
        towers_and_ridges, (said[:2], said[2:]), strict=True
    ):
        assert " + ".join(map(str, network.widths)) in head
        assert str(network.depth) in head
        assert at_most(bound, 2) in error


def test_the_caption_of_the_towers_is_true(towers_and_ridges: list[tuple[Network, float]]) -> None:
    (towers, towers_bound), (ridges, ridges_bound) = towers_and_ridges
    for caption in find("no-hidden-tower").caption:
        assert "286" in caption
    assert towers.units == 286
    assert 2 * ridges.units < towers.units
    assert ridges.depth == 1
    assert 19 < towers_bound / ridges_bound < 21, "twenty times, says the caption"


def test_the_stored_ridges_are_those_that_are_found(ridges: Network) -> None:
    network = made_by("no-hidden-tower")["ridges"]
    assert network.units == ridges.units
    assert np.allclose(network.slopes, ridges.slopes)


@both_languages
def test_the_bump_has_the_units_and_bounds_that_are_written(
    language: Language, bumps: list[tuple[int, Network, float]]
) -> None:
    figure = picture("ridge-directions", language)
    heads = " ".join(text.get_text() for text in figure.texts)
    bars = [axes for axes in figure.axes if axes.texts]
    for axes, (many, network, bound) in zip(bars, bumps, strict=True):
        below = " ".join(text.get_text() for text in axes.texts)
        assert f"{many} " in heads
        assert str(network.units) in below
        assert rf"|f-g|\leq {at_most(bound, 2)}" in below
        assert network.depth == 1
    assert [bound for *_, bound in bumps] == sorted((b for *_, b in bumps), reverse=True)


def test_units_along_one_direction_make_a_ridge() -> None:
    x, y = map_points(BUMP.domain, 41)
    assert np.allclose(BUMP(x, y), np.exp(-4 * (x**2 + y**2)))
    ridge_along_x = even_ridges(BUMP, 1, 9, 0.02).as_function()(x, y)
    assert np.ptp(ridge_along_x, axis=0).max() < 1e-9
    assert np.ptp(ridge_along_x, axis=1).min() > 0.1


def test_units_of_one_direction_are_found_together() -> None:
    g = Network.from_units([1.0] * 3, [[1, 1], [0, 0], [3, 3]], [0.0] * 3, uat.logistic)
    found, which = directions_of(g)
    assert np.allclose(found, [[2**-0.5, 2**-0.5]])
    assert which.tolist() == [0, -1, 0]
