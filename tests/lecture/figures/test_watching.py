"""A training watched: what is drawn are iterates of a real training, counted and measured."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture
from uat.lecture.drawing.training_run import LAST, losses_by_iteration, network_at, places_of
from uat.lecture.figures.watching import (
    TIMES,
    heard,
    learnt_ripple,
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


def test_the_ways_of_the_units_end_below_the_dots_on_f() -> None:
    f = uat.examples.three_sines
    top, below = picture("training-watch").axes
    assert top.get_xlim() == below.get_xlim()
    ways = [np.asarray(line.get_xydata(), dtype=float) for line in below.get_lines()]
    last = places_of(network_at(LAST))
    assert np.array([way[-1, 0] for way in ways]) == pytest.approx(last, nan_ok=True)
    assert {way[-1, 1] for way in ways} == {LAST + 1}
    some = len(ways[0]) // 2
    iteration = int(ways[0][some, 1]) - 1
    places = np.array([way[some, 0] for way in ways])
    assert places == pytest.approx(places_of(network_at(iteration)), nan_ok=True)
    dots = np.array(
        [
            np.asarray(line.get_xydata(), dtype=float)[0]
            for line in top.get_lines()
            if line.get_marker() == "o"
        ]
    )
    seen = np.isfinite(last)
    assert dots[seen] == pytest.approx(np.stack([last[seen], f(last[seen])], axis=1))


def test_the_losses_that_are_written_are_those_of_the_training() -> None:
    networks, losses = learnt_ripple()
    points = np.random.default_rng(0).uniform(-1, 1, (600, 2))
    for g, i in zip(trained_regions(), (0, 100, 1500), strict=True):
        assert g is networks[i]
        assert np.mean((g(points)[:, 0] - ripple(*points.T)) ** 2) == pytest.approx(losses[i])


def test_slow_waves_are_learned_first() -> None:
    data = heard()
    assert data["iterations"].tolist() == list(TIMES)
    # Axes: times, frequencies.
    learned = np.array([spectral_errors(values) for values in data["values"]]) < 0.5
    for values in data["values"]:
        assert (np.diff(spectral_errors(values)) > 0).all(), "the faster, the less is learned"
    assert learned.sum(axis=1).tolist() == [2, 3, 4, 5]


def test_the_titles_name_the_iterations() -> None:
    said = [axes.get_title("left") for axes in picture("spectral-bias", "en").axes[::2]]
    assert said == [f"iteration {time:,}" for time in (300, 1_000, 3_000, 20_000)]


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
