"""Existence against training: stored figures are those of networks built and trained anew."""

import numpy as np
import pytest
from matplotlib.axes import Axes

import uat
from tests.lecture.words import picture
from uat.lecture.figures.training import (
    MARKS,
    SEEDS,
    WIDTHS,
    errors,
    losses,
    losses_at,
    proved_training,
)
from uat.lecture.networks import comb_of, staircase_of
from uat.plotting.language import LANGUAGES, Language

NIELSEN = uat.examples.nielsen

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def curves(axes: Axes) -> list[np.ndarray]:
    return [np.asarray(line.get_ydata(), dtype=float) for line in axes.get_lines()]


def test_one_point_of_each_built_curve_is_measured_again() -> None:
    data = errors()
    at = WIDTHS.index(10)
    assert staircase_of(NIELSEN, 10)[1].bound == pytest.approx(data["staircase"][at], rel=1e-6)
    assert comb_of(NIELSEN, 10)[1].bound == pytest.approx(data["comb"][at], rel=1e-2)


@pytest.mark.parametrize("method", ["descent", "adam", "projection"])
def test_one_point_of_each_trained_curve_is_measured_again(method: str) -> None:
    stored = errors()[method]
    assert stored.shape == (len(SEEDS), len(WIDTHS))
    # Thousands of steps multiply a last bit that another processor rounds differently.
    assert proved_training(NIELSEN, method, 5, 0) == pytest.approx(stored[0, 0], rel=0.05)


def test_descent_stays_behind_what_is_proved_to_exist() -> None:
    data = errors()
    for method in ("descent", "adam"):
        assert (data[method][:, -1] > 3 * data["staircase"][-1]).all()
        assert (data[method][:, -1] > 1e9 * data["comb"][-1]).all()
    assert (data["projection"][:, -1] < 1e-9).all()


def test_the_losses_of_each_method_are_measured_again() -> None:
    data = losses()
    assert np.array_equal(data["iterations"], MARKS)
    again = losses_at("projection", 0)
    assert np.nanmin(again) < 1e-10
    assert again[0] == pytest.approx(data["projection"][0, 0], rel=1e-2)
    for method in ("descent", "adam", "lbfgs"):
        start = losses_at(method, 1, most=20)
        ran = np.isfinite(start)
        assert ran.sum() > 10
        assert start[ran] == pytest.approx(data[method][1, ran], rel=1e-2)


def test_gradient_descent_never_loses_what_it_has_gained() -> None:
    for curve in losses()["descent"]:
        assert (np.diff(curve) < 1e-6).all()


@both_languages
def test_the_panel_shows_medians_within_their_spread(language: Language) -> None:
    data = errors()
    (axes,) = picture("existence-vs-training", language).axes
    shown = curves(axes)
    for name in ("staircase", "comb"):
        assert any(np.array_equal(y, data[name]) for y in shown)
    for name in ("descent", "adam", "projection"):
        assert any(np.array_equal(y, np.median(data[name], axis=0)) for y in shown)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    low, high = axes.get_ylim()
    assert all(
        low < np.min(data[name]) and np.max(data[name]) < high for name in data if name != "units"
    )


@both_languages
def test_every_loss_curve_is_drawn(language: Language) -> None:
    data = losses()
    (axes,) = picture("loss-curves", language).axes
    shown = curves(axes)
    assert len(shown) == 4 * len(SEEDS)
    assert all(
        np.array_equal(y, data["adam"][i], equal_nan=True)
        for i, y in zip(SEEDS, shown[5:10], strict=True)
    )
