"""The figures of ridges: what they say is what is built and proved."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture
from uat import examples
from uat.construct.deep import tower
from uat.construct.ridge.build import build as build_ridges
from uat.core.network import Network
from uat.lecture.figures.ridges import directions_of, found_ridges
from uat.lecture.networks import even_ridges
from uat.lecture.registry import find
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.maps import map_points
from uat.plotting.numbers import at_most

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def ridges() -> Network:
    stored = found_ridges()
    return Network.from_units(stored["weights"], stored["slopes"], stored["biases"], uat.logistic)


@both_languages
def test_towers_and_ridges_have_the_units_and_bounds_that_are_written(
    language: Language, ridges: Network
) -> None:
    figure = picture("no-hidden-tower", language)
    titles = [axes.get_title() for axes in figure.axes]
    heads = [text.get_text() for text in figure.texts]
    rows = zip((tower.build(examples.franke, 16), ridges), heads, (3, 6), strict=True)
    for network, head, error in rows:
        bound = uat.certify(examples.franke, network).bound
        assert " + ".join(map(str, network.widths)) in head
        assert str(network.depth) in head
        assert at_most(bound, 2) in titles[error]


def test_the_caption_of_the_towers_is_true(ridges: Network) -> None:
    towers = tower.build(examples.franke, 16)
    for caption in find("no-hidden-tower").caption:
        assert "286" in caption
    assert towers.units == 286
    assert 2 * ridges.units < towers.units
    assert ridges.depth == 1
    bounds = [uat.certify(examples.franke, g).bound for g in (towers, ridges)]
    assert bounds[0] > 10 * bounds[1]


def test_the_stored_ridges_are_those_that_are_found(ridges: Network) -> None:
    network, _ = build_ridges(examples.franke, 0.01)
    assert network.units == ridges.units
    assert np.allclose(network.slopes, ridges.slopes)


@both_languages
def test_the_bump_has_the_units_and_bounds_that_are_written(language: Language) -> None:
    figure = picture("ridge-directions", language)
    bump = uat.Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
    said = [axes.get_title() + " ".join(t.get_text() for t in axes.texts) for axes in figure.axes]
    bounds = []
    for column, many in enumerate((1, 2, 4, 8)):
        network = even_ridges(bump, many, 9, 0.02)
        bounds.append(uat.certify(bump, network).bound)
        above, below = said[2 * column : 2 * column + 2]
        assert str(many) in above
        assert str(network.units) in below
        assert rf"|f-g|\leq {at_most(bounds[-1], 2)}" in below
        assert network.depth == 1
    assert bounds == sorted(bounds, reverse=True)


def test_units_along_one_direction_make_a_ridge() -> None:
    bump = uat.Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
    x, y = map_points(bump.domain, 41)
    ridge_along_x = even_ridges(bump, 1, 9, 0.02).as_function()(x, y)
    assert np.ptp(ridge_along_x, axis=0).max() < 1e-9
    assert np.ptp(ridge_along_x, axis=1).min() > 0.1


def test_units_of_one_direction_are_found_together() -> None:
    g = Network.from_units([1.0] * 3, [[1, 1], [0, 0], [3, 3]], [0.0] * 3, uat.logistic)
    found, which = directions_of(g)
    assert np.allclose(found, [[2**-0.5, 2**-0.5]])
    assert which.tolist() == [0, -1, 0]
