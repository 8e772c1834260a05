"""What lines and other small families cannot become, measured."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat import Target, examples
from uat.expression.graph import Expression
from uat.lecture.figures.families import FAMILIES, best_line, fitted_parameters

TARGETS = (examples.slides, examples.nielsen, examples.runge, examples.three_sines)

every_target = pytest.mark.parametrize("f", TARGETS, ids=repr)


def sup_error(f: Target, slope: float, intercept: float) -> float:
    x = np.linspace(*f.domain[0], 20_001)
    return float(np.abs(f(x) - slope * x - intercept).max())


@every_target
def test_the_error_of_the_best_line_alternates_at_three_points(f: Target) -> None:
    slope, intercept, farthest = best_line(f)
    missed = f(farthest) - slope * farthest - intercept
    assert len(farthest) == 3
    assert np.sign(missed[:-1]).tolist() == (-np.sign(missed[1:])).tolist()
    assert np.abs(missed) == pytest.approx(sup_error(f, slope, intercept), rel=1e-4)


@every_target
def test_no_other_line_is_nearer(f: Target) -> None:
    slope, intercept, _ = best_line(f)
    least = sup_error(f, slope, intercept)
    random = np.random.default_rng(0)
    for scale in (1.0, 0.1, 0.01):
        for up, along in random.normal(0.0, scale, (50, 2)):
            assert sup_error(f, slope + up, intercept + along) > least * (1 - 1e-5)


def test_the_best_line_of_a_convex_curve_has_the_slope_of_its_chord() -> None:
    start, stop = examples.slides.domain[0]
    chord = (examples.slides(stop) - examples.slides(start)) / (stop - start)
    slope, _, farthest = best_line(examples.slides)
    assert slope == pytest.approx(chord)
    assert farthest[[0, 2]].tolist() == [start, stop]


def test_the_picture_claims_no_more_than_three_points_prove() -> None:
    f = examples.slides
    _, _, (left, middle, right) = best_line(f)
    # Any line's value in the middle is this mean of its values at the ends.
    weight = (middle - left) / (right - left)
    proved = abs((1 - weight) * f(left) + weight * f(right) - f(middle)) / 2
    title = picture("line-limits", "en").get_suptitle()
    claimed = float(title.rpartition(" ")[2].strip("$"))
    assert 0.99 * proved < claimed <= proved


def test_the_three_errors_that_are_marked_are_those_of_the_best_line() -> None:
    axes = picture("line-limits", "en").axes[0]
    slope, intercept, farthest = best_line(examples.slides)
    drawn = [np.asarray(line.get_data(), dtype=float) for line in axes.lines]
    bars = [(x[0], *sorted(y)) for x, y in drawn if len(x) == 2 and x[0] == x[1]]
    assert [bar[0] for bar in bars] == pytest.approx(farthest)
    for x, low, high in bars:
        assert sorted([examples.slides(x), slope * x + intercept]) == pytest.approx([low, high])
        assert f"${high - low:.2f}$" in [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("number", range(3))
def test_every_curve_belongs_to_the_family_above_it(number: int) -> None:
    axes = picture("simple-families", "en").axes[number]
    drawn = [np.asarray(line.get_data(), dtype=float) for line in axes.lines]
    curves = [(x, y) for x, y in drawn if len(x) > 2]
    assert len(curves) == 4
    for x, y in curves:
        found = fitted_parameters(FAMILIES[number], x, y)
        assert FAMILIES[number](x, *found) == pytest.approx(y, abs=1e-6)


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_the_nearest_of_a_family_beats_a_crowd_of_others(family: Expression) -> None:
    x = np.linspace(0.0, 20.0, 401)
    y = np.sin(x) + 0.5 * np.cos(2.3 * x) + 0.5
    best = np.square(family(x, *fitted_parameters(family, x, y)) - y).sum()
    crowd = np.random.default_rng(0).uniform(-2.0, 2.0, (family.dimension - 1, 5000, 1))
    assert best <= np.square(family(x, *crowd) - y).sum(axis=1).min()


def test_the_nearest_quadratic_is_the_one_of_linear_algebra() -> None:
    x = np.linspace(0.0, 20.0, 401)
    y = np.cos(x) + 0.1 * x
    assert fitted_parameters(FAMILIES[0], x, y) == pytest.approx(np.polyfit(x, y, 2), rel=1e-5)


def test_the_curve_that_none_can_make_is_far_from_the_nearest_of_each() -> None:
    target, *others = picture("wiggly-target", "en").axes[0].lines
    f = np.asarray(target.get_ydata(), dtype=float)
    assert len(others) == len(FAMILIES)
    for line in others:
        assert np.abs(f - np.asarray(line.get_ydata(), dtype=float)).max() > 0.25 * np.ptp(f)
