"""A training watched: what is drawn are iterates of a real training, counted and measured."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture
from uat.lecture.drawing.training_run import LAST, losses_by_iteration, network_at, places_of
from uat.lecture.figures.watching import (
    TIMES,
    heard,
    ripple,
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
    *panels, _ = picture("training-watch", language).axes
    columns = zip(panels[::2], panels[1::2], strict=True)
    for (top, bottom), iteration in zip(columns, (0, 200, 400, LAST), strict=True):
        g = network_at(iteration)
        assert f"{iteration:,}" in top.get_title(loc="left")
        x, y = top.get_lines()[1].get_data()
        (_, *lines), (switches,) = bottom.get_lines(), bottom.collections
        units = [np.asarray(line.get_ydata(), dtype=float) for line in lines]
        assert len(units) == len(g.layers[-1].weight[0])
        total = np.sum(units, axis=0)
        assert total + g.layers[-1].bias == pytest.approx(y)
        for unit, place in zip(units, np.asarray(switches.get_offsets())[:, 0], strict=True):
            if abs(place) < 9:
                assert np.interp(place, np.asarray(x, dtype=float), unit) == pytest.approx(
                    0, abs=0.1
                )


def test_the_ways_of_the_units_end_where_they_switch() -> None:
    ways = picture("training-watch", "en").axes[-1].get_lines()
    ends = np.array([np.asarray(line.get_ydata(), dtype=float)[-1] for line in ways])
    assert ends == pytest.approx(places_of(network_at(LAST)), nan_ok=True)


def test_slow_waves_are_learned_first() -> None:
    data = heard()
    assert data["iterations"].tolist() == list(TIMES)
    # Axes: times, frequencies.
    learned = np.array([spectral_errors(values) for values in data["values"]]) < 0.5
    for row in learned:
        assert (np.diff(row.astype(int)) <= 0).all()
    assert learned.sum(axis=1).tolist() == [1, 2, 4, 5]


def test_the_titles_name_the_waves_that_are_learned() -> None:
    said = [axes.get_title("left") for axes in picture("spectral-bias", "en").axes]
    assert [word.rpartition("k=")[2].strip("$") for word in said] == [
        "1", "1, 2", "1, 2, 4, 6", "1, 2, 4, 6, 8"
    ]  # fmt: skip


def test_the_values_are_measured_again() -> None:
    again = heard.compute(TIMES[0])  # type: ignore[call-arg]
    assert again["values"][0] == pytest.approx(heard()["values"][0], rel=1e-2, abs=1e-2)


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
