"""The figures of the other theorems show what is proved, and name what is measured."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.lecture.words import picture
from uat import examples
from uat.construct.other_theorems import barron, guliyev_ismailov, leshno
from uat.core.activations import logistic
from uat.core.target import Target
from uat.lecture.figures.theorems import (
    SIGMAS,
    barron_measured,
    eps_for,
    fitted,
    leshno_measured,
    waves,
)
from uat.lecture.registry import find
from uat.plotting.language import LANGUAGES


def curves(figure: Figure, panel: int) -> list[tuple[np.ndarray, np.ndarray]]:
    lines = figure.axes[panel].get_lines()
    return [tuple(map(np.asarray, line.get_data())) for line in lines]  # type: ignore[misc]


def test_the_stored_degrees_are_those_of_the_construction() -> None:
    found, x = leshno_measured(), np.linspace(-1, 1, 2001)
    target = Target("exp(x)", (-1, 1))
    for degree in (2, 6):
        place = found["degree"].tolist().index(degree)
        long, certificate = leshno.build(target, degree, eps_for(degree), logistic)
        assert found["upper"][0, place] == pytest.approx(certificate.upper, rel=1e-9)
        assert found["digits"][0, place] == long.digits
    floats = np.abs(target(x) - long.in_float64().as_function()(x)).max()
    assert found["floats"][0, place] == pytest.approx(floats, rel=0.5)


def test_long_weights_get_better_and_floats_worse_with_the_degree() -> None:
    found = leshno_measured()
    assert (np.diff(found["upper"], axis=1) < 0).all()
    assert (found["upper"] < [eps_for(n) for n in found["degree"]]).all()
    assert (found["digits"][:, -1] > 30).all()
    worst, degree = found["floats"][0], found["degree"]
    assert (worst[degree >= 8] > 1).all()
    assert (worst[degree <= 6] < [eps_for(n) for n in degree[degree <= 6]]).all()


def test_the_stored_draws_are_made_again() -> None:
    found = barron_measured()
    i, j = found["dimension"].tolist().index(2), found["steps"].tolist().index(16)
    f, box = waves(2), [(-1.0, 1.0)] * 2
    for k in (0, 5):
        g, bound = barron.build(f, box, 16, rng=k)
        error = barron.mean_squared_error(f, g, box, 1 << 11, rng=k)
        assert found["squares"][i, j, k] == pytest.approx(error, rel=1e-9)
        assert found["bounds"][i, j] == pytest.approx(bound, rel=1e-12)


def test_the_mean_of_the_draws_is_below_the_bound_in_every_dimension() -> None:
    found = barron_measured()
    assert (found["squares"].mean(axis=2) < found["bounds"]).all()
    assert found["bounds"] == pytest.approx(np.tile(4 / found["steps"], (4, 1)))


def test_the_band_of_the_random_units_is_below_the_bound() -> None:
    found = barron_measured()
    (band,) = picture("barron", "en").axes[0].collections
    (path,) = band.get_paths()
    vertices = np.asarray(path.vertices)
    for n, bound in zip(found["steps"], np.sqrt(found["bounds"][0]), strict=True):
        heights = vertices[vertices[:, 0] == n, 1]
        assert len(heights) >= 2
        assert heights.max() < bound


def test_the_two_units_are_drawn_on_f_and_the_number_is_their_shift() -> None:
    g, certificate = guliyev_ismailov.build(examples.nielsen, 4.3e-5)
    for language in LANGUAGES:
        (x, f), (_, drawn) = curves(picture("guliyev-ismailov", language), 3)
        assert np.abs(f - examples.nielsen(x)).max() == 0
        assert np.abs(f - drawn).max() <= certificate.bound < 4.3e-5
    shift = str(2 * g.cells[0] - 1)
    _, block = (text.get_text() for text in picture("guliyev-ismailov", "en").axes[2].texts)
    assert block.replace("\n", "") == shift
    _, caption, _ = find("guliyev-ismailov").texts("en")
    assert f"{len(shift)} digits" in caption


def test_polynomials_stay_far_from_f_and_the_others_come_near() -> None:
    f, x = examples.nielsen, np.linspace(0, 1, 2001)
    for _, formula, polynomial in SIGMAS:
        gap = float(np.abs(f(x) - fitted(formula).as_function()(x)).max())
        assert (gap > 0.15) if polynomial else (gap < 0.05), formula


def test_the_fan_of_the_grids_opens_above_the_random_units() -> None:
    found = barron_measured()
    mean = np.sqrt(found["squares"].mean(axis=2))
    slope = np.log(mean[:, -1] / mean[:, 0]) / np.log(found["steps"][-1] / found["steps"][0])
    assert slope == pytest.approx(-0.5, abs=0.06)
