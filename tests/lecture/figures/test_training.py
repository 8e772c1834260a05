"""Existence against training: stored figures are those of networks built and trained anew."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture
from uat.lecture.figures.training import (
    MARKS,
    SEEDS,
    UNITS,
    found,
    kept_weights,
    losses,
    losses_at,
    median_seed,
    shown_networks,
)
from uat.lecture.networks import staircase_of
from uat.plotting.language import LANGUAGES, Language

NIELSEN = uat.examples.nielsen

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def test_all_three_networks_have_the_same_size_and_the_built_one_wins() -> None:
    bounds = {}
    for name, network in shown_networks().items():
        assert network.units in (UNITS, UNITS + 1), "the trained ones have an output bias"
        bounds[name] = uat.certify(NIELSEN, network).bound
    assert bounds["built"] < 0.005
    assert 10 * bounds["built"] < bounds["adam"] < bounds["descent"] / 2
    assert staircase_of(NIELSEN, UNITS)[1].bound < bounds["adam"]


def test_the_trained_networks_are_the_medians_of_their_seeds() -> None:
    stored = found()
    for name, said in (("adam", 0.071), ("descent", 0.23)):
        bounds = stored[f"{name}_bounds"]
        assert len(bounds) == len(SEEDS)
        bound = uat.certify(NIELSEN, shown_networks()[name]).bound
        assert bound == pytest.approx(np.median(bounds), rel=1e-6)
        assert said - 0.01 < bound <= said


def test_kept_weights_make_the_same_network() -> None:
    rng = np.random.default_rng(0)
    hidden = uat.Affine(rng.normal(size=(3, 1)), rng.normal(size=3))
    network = uat.Network((hidden, uat.Affine(rng.normal(size=(1, 3)), [0.7])), uat.tanh)
    a, b, c = kept_weights(network)
    again = uat.Network.from_units(a, b, c, uat.tanh)
    x = np.linspace(-3, 3, 101)
    assert again.as_function()(x) == pytest.approx(network.as_function()(x), abs=1e-12)


def test_the_losses_are_measured_again() -> None:
    data = losses()
    assert np.array_equal(data["iterations"], MARKS)
    for method in ("descent", "adam"):
        start = losses_at(method, 1, most=20)
        ran = np.isfinite(start)
        assert ran.sum() > 10
        assert start[ran] == pytest.approx(data[method][1, ran], rel=1e-2)


def test_gradient_descent_never_loses_what_it_has_gained_and_stalls() -> None:
    for curve in losses()["descent"]:
        assert (np.diff(curve) < 1e-6).all()
    late = losses()["descent"][:, MARKS > 1000]
    assert (late[:, -1] > 0.3 * late[:, 0]).all()


@both_languages
def test_the_bars_are_as_long_as_the_bounds(language: Language) -> None:
    bars = picture("existence-vs-training", language).axes[1::2]
    for axes, network in zip(bars, shown_networks().values(), strict=True):
        (bar,) = axes.patches
        box = bar.get_extents().transformed(axes.transData.inverted())
        assert box.width == pytest.approx(uat.certify(NIELSEN, network).bound, rel=1e-6)
    assert len({axes.get_xlim() for axes in bars}) == 1


@both_languages
def test_the_run_of_the_median_bound_is_drawn_and_its_last_loss_written(
    language: Language,
) -> None:
    (axes,) = picture("loss-curves", language).axes
    shown = [np.asarray(line.get_ydata()) for line in axes.lines]
    words = " ".join(text.get_text() for text in axes.texts)
    for method in ("descent", "adam"):
        seed, bounds = median_seed(method), found()[f"{method}_bounds"]
        assert sorted(bounds)[len(SEEDS) // 2] == bounds[seed]
        curve = losses()[method][seed]
        assert any(np.array_equal(curve, y) for y in shown)
        assert f"{curve[-1]:.2g}" in words
