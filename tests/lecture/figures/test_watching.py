"""A training watched: what is drawn are iterates of a real training, counted and measured."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture
from uat.lecture.drawing.training_run import LAST, losses_by_iteration, network_at
from uat.lecture.figures.watching import (
    FREQUENCIES,
    ripple,
    spectra,
    spectral_errors,
    trained_regions,
)
from uat.plotting.language import LANGUAGES, Language

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def test_every_iterate_is_kept_and_the_last_is_close_to_f() -> None:
    f, x = uat.examples.three_sines, np.linspace(-10, 10, 501)
    assert len(losses_by_iteration()) == LAST + 1
    first, last = (np.mean((network_at(i).as_function()(x) - f(x)) ** 2) for i in (0, LAST))
    assert last < 0.02
    assert first > 1
    assert losses_by_iteration()[LAST] == pytest.approx(last, rel=0.5)


@both_languages
def test_the_units_are_those_of_the_network_above_them(language: Language) -> None:
    panels = np.reshape(np.array(picture("training-watch", language).axes, dtype=object), (2, -1))
    for (top, bottom), iteration in zip(panels.T, (0, 200, 400, LAST), strict=True):
        g = network_at(iteration)
        assert f"{iteration:,}" in top.get_title(loc="left")
        x, y = top.get_lines()[1].get_data()
        units, (switches,) = bottom.get_lines(), bottom.collections
        weights = g.layers[-1].weight[0]
        assert len(units) == len(weights)
        total = sum(a * unit.get_ydata() for a, unit in zip(weights, units, strict=True))
        assert total + g.layers[-1].bias == pytest.approx(y)
        for unit, place in zip(units, switches.get_offsets()[:, 0], strict=True):
            if abs(place) < 9:
                assert np.interp(place, x, unit.get_ydata()) == pytest.approx(0, abs=0.01)


def test_a_unit_keeps_its_shade_and_no_other_has_it() -> None:
    bottoms = picture("training-watch", "en").axes[4:]
    shades = [[tuple(line.get_color()) for line in axes.get_lines()] for axes in bottoms]
    assert all(row == shades[0] for row in shades)
    assert len(set(shades[0])) == len(shades[0])


def test_low_frequencies_come_first_in_descent() -> None:
    data = spectra()
    iterations, errors = data["descent_iterations"], data["descent_errors"]
    halved = [iterations[np.flatnonzero(errors[:, k] > 0.5)[-1]] for k in range(len(FREQUENCIES))]
    assert halved == sorted(halved)
    assert halved[-1] > 30 * halved[0]
    assert (data["projection_errors"][-1] < 1e-10).all()


def test_every_curve_bears_its_frequency() -> None:
    axes = picture("spectral-bias", "en").axes[0]
    drawn = [np.asarray(line.get_data(), dtype=float) for line in axes.lines]
    curves = [(x, y) for x, y in drawn if len(x) > 2]
    named = [text for text in axes.texts if text.get_position()[1] == 0.5]
    assert [text.get_text() for text in named] == ["$k=1$", "$2$", "$4$", "$6$", "$8$"]
    for (x, y), text in zip(curves, named, strict=True):
        assert np.interp(text.get_position()[0], x, y) == pytest.approx(0.5, abs=0.1)


def test_the_spectra_are_measured_again() -> None:
    data, again = spectra(), spectral_errors("descent", most=100)
    many = len(again["iterations"])
    assert many > 20
    assert np.array_equal(again["iterations"], data["descent_iterations"][:many])
    assert again["errors"] == pytest.approx(data["descent_errors"][:many], rel=1e-2)
    assert (spectral_errors("projection")["errors"][-1] < 1e-10).all()


def test_training_multiplies_the_regions() -> None:
    before, soon, after = (uat.count_regions(g, (-1, 1)).linear for g in trained_regions())
    assert before < 40
    assert min(soon, after) > 2 * before
    x, y = np.random.default_rng(1).uniform(-1, 1, (2, 500))
    gap = trained_regions()[-1](np.stack([x, y], axis=-1))[..., 0] - ripple(x, y)
    assert np.sqrt(np.mean(gap**2)) < 0.1


@both_languages
def test_the_counts_are_printed(language: Language) -> None:
    figure = picture("regions-training", language)
    said = " ".join(axes.get_xlabel() for axes in figure.axes)
    for g in trained_regions():
        assert str(uat.count_regions(g, (-1, 1)).linear) in said
