"""Composition and sums on the slides are those of the formulas that they show."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from tests.lecture.words import picture
from uat import Target, examples
from uat.lecture.figures.composition import BASIS, COMPOSED, WEIGHTS, chained, terms
from uat.lecture.registry import find

X = np.linspace(-10.0, 10.0, 401)


def test_the_three_simple_functions_compose_to_the_one_below_them() -> None:
    assert chained(*COMPOSED) is examples.exp_sin.expression


def test_the_three_waves_with_their_weights_sum_to_the_curve_over_them() -> None:
    (f1, f2, f3), (a, b, c) = BASIS, WEIGHTS
    assert examples.three_sines(X) == pytest.approx(a * f1(X) + b * f2(X) + c * f3(X))
    assert f2(X) == pytest.approx(np.cos(0.8 * X))


def glyphs(language: str) -> list[Axes]:
    return [axes for axes in picture("linear-collapse", language).axes if axes.lines]


def bend(axes: Axes) -> float:
    (line,) = (line for line in axes.lines if len(np.asarray(line.get_xdata())) > 2)
    return float(np.abs(np.diff(np.asarray(line.get_ydata(), dtype=float), 2)).max())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_composed_lines_stay_lines_until_a_sine_is_between_them(language: str) -> None:
    f2, f1, line, *again, wave = glyphs(language)
    assert max(bend(axes) for axes in (f2, f1, line, again[0], again[2])) < 1e-12
    assert min(bend(axes) for axes in (again[1], wave)) > 1e-6


def test_what_the_composed_lines_come_to_is_written_above_them() -> None:
    straight = glyphs("en")[2]
    x = np.asarray(straight.lines[-1].get_xdata(), dtype=float)
    assert straight.get_title(loc="center") == r"$f_1(f_2(x))=-3\,x+1$"
    assert straight.lines[-1].get_ydata() == pytest.approx(-3 * x + 1)


def test_the_arrows_at_one_x_are_the_terms_and_end_on_the_sum() -> None:
    axes = picture("sum-trig", "en").axes[0]
    arrows = [text for text in axes.texts if isinstance(text, Annotation)]
    ends = [(text.xyann[1], text.xy[1]) for text in arrows]
    x, f = float(arrows[0].xy[0]), examples.three_sines
    heights = [weight * part(x) for weight, part in zip(WEIGHTS, BASIS, strict=True)]
    assert [end - start for start, end in ends] == pytest.approx(heights)
    assert [start for start, _ in ends[1:]] == pytest.approx([end for _, end in ends[:-1]])
    assert ends[-1][1] == pytest.approx(f(x))


def test_both_sums_of_five_sines_have_the_same_axes() -> None:
    one, other = (picture(name, "en").axes[0] for name in ("sine-sum-a", "sine-sum-b"))
    assert one.get_ylim() == other.get_ylim()
    assert one.get_position().bounds == pytest.approx(other.get_position().bounds, abs=1e-6)


def test_one_x_goes_through_the_composition_to_the_curve() -> None:
    figure = picture("compose-exp-sin", "en")
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    passed = [2.0, np.sin(2.0), np.exp(np.sin(2.0))]
    for value in passed:
        assert any(f"{value:.3g}" in word for word in words)


@pytest.mark.parametrize(
    ("f", "listed"),
    [
        (examples.sine_sum_a, [0.29, -0.55, 0.56, -0.22, -0.22]),
        (examples.sine_sum_b, [-0.76, -0.34, 0.75, 1.56, 2.03]),
    ],
    ids=["a", "b"],
)
def test_the_five_terms_sum_to_the_true_curve(f: Target, listed: list[float]) -> None:
    assert f.expression is not None
    parts = terms(f.expression)
    assert len(parts) == 5
    assert sum(part(X) for part in parts) == pytest.approx(f(X))
    assert f(np.array([-10.0, -5.0, 0.0, 5.0, 10.0])).round(2).tolist() == listed


@pytest.mark.parametrize("name", ["sine-sum-a", "sine-sum-b"])
def test_the_caption_says_that_the_slide_showed_another_curve(name: str) -> None:
    assert "スライドの図は" in find(name).caption.ja
    assert "picture on the slide" in find(name).caption.en
