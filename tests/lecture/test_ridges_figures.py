"""The figures of ridges: what they say is what is built and proved."""

import numpy as np
import pytest

import uat
from uat import examples
from uat.construct import ridge, tower
from uat.lecture.digits import at_most
from uat.lecture.language import LANGUAGES, Language
from uat.lecture.registry import draw, find
from uat.lecture.ridges import chosen, ways
from uat.network import Network

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def ridges() -> Network:
    stored = chosen()
    return Network.from_units(stored["weights"], stored["slopes"], stored["biases"], uat.logistic)


@both_languages
def test_towers_and_ridges_have_the_units_and_bounds_that_are_written(
    language: Language, ridges: Network
) -> None:
    figure = draw("no-hidden-tower", language)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    for network, g, error in ((tower.build(examples.franke, 16), 2, 3), (ridges, 5, 6)):
        bound = uat.certify(examples.franke, network).bound
        assert " + ".join(map(str, network.widths)) in titles[g]
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
    network, _ = ridge.build(examples.franke, 0.01)
    assert network.units == ridges.units
    assert np.allclose(network.slopes, ridges.slopes)


@both_languages
def test_the_bump_is_proved_and_its_maps_are_of_its_parts(language: Language) -> None:
    figure = draw("ridge-directions", language)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert "8" in titles[0]
    assert "73" in titles[2]
    assert r"|f-g|\leq 0.0" in titles[5]
    unit, profile = (np.asarray(figure.axes[i].get_images()[0].get_array()) for i in (3, 4))
    # a ridge along x is the same in every row; the unit beside it is monotone along x
    assert np.ptp(profile, axis=0).max() < 1e-9
    steps = np.diff(unit, axis=1)
    assert (steps > 0).all() or (steps < 0).all()


def test_units_of_one_direction_are_found_together() -> None:
    g = Network.from_units([1.0] * 3, [[1, 1], [0, 0], [3, 3]], [0.0] * 3, uat.logistic)
    found, which = ways(g)
    assert np.allclose(found, [[2**-0.5, 2**-0.5]])
    assert which.tolist() == [0, -1, 0]
