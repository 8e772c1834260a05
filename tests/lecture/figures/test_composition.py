"""Composition and sums on the slides are those of the formulas that they show."""

import numpy as np
import pytest
from matplotlib.axes import Axes

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


def bend(axes: Axes) -> float:
    (line,) = (line for line in axes.lines if len(np.asarray(line.get_xdata())) > 2)
    return float(np.abs(np.diff(np.asarray(line.get_ydata(), dtype=float), 2)).max())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_composed_lines_stay_lines_until_a_sine_is_between_them(language: str) -> None:
    *lines, two, three, sine_two, sine_three = picture("linear-collapse", language).axes
    assert len(lines) == 3
    assert max(bend(axes) for axes in (*lines, two, three)) < 1e-12
    assert min(bend(axes) for axes in (sine_two, sine_three)) > 1e-6


def test_what_the_composed_lines_come_to_is_written_above_them() -> None:
    straight = picture("linear-collapse", "en").axes[4]
    x = np.asarray(straight.lines[-1].get_xdata(), dtype=float)
    assert straight.get_title(loc="left") == r"$f_1(f_2(f_3(x)))=-1.5\,x+4$"
    assert straight.lines[-1].get_ydata() == pytest.approx(-1.5 * x + 4)


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
