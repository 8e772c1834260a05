"""The recap shows a true least-squares line, a true tangent, true descent, true derivatives."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tests.lecture.words import picture
from uat.plotting.style import LIGHT


def drawn(axes: Axes, colour: str, marker: str = "None") -> list[Line2D]:
    """The curves of one colour, or the points."""
    return [
        line
        for line in axes.lines
        if colour in (line.get_color(), line.get_markeredgecolor()) and line.get_marker() == marker
    ]


def values(line: Line2D) -> np.ndarray:
    """x and y of a curve, (2, k)."""
    return np.array([line.get_xdata(), line.get_ydata()], dtype=float)


def test_the_line_of_the_regression_leaves_residuals_that_nothing_linear_explains() -> None:
    axes = picture("recap-line", "en").axes[0]
    (x, y), (line_x, line_y) = (
        values(drawn(axes, LIGHT.ink, "o")[0]),
        values(drawn(axes, LIGHT.network)[0]),
    )
    residuals = y - np.interp(x, line_x, line_y)
    assert abs(residuals.sum()) < 1e-6 * np.abs(residuals).sum()
    assert abs(residuals @ x) < 1e-6 * np.abs(residuals * x).sum()


def test_the_vertical_segments_are_those_residuals() -> None:
    axes = picture("recap-line", "en").axes[0]
    points = values(drawn(axes, LIGHT.ink, "o")[0])
    segments = [values(line) for line in drawn(axes, LIGHT.error)]
    assert len(segments) == points.shape[1]
    for (x, y), segment in zip(points.T, segments, strict=True):
        assert segment[0].tolist() == [x, x]
        assert segment[1, 0] == y


def test_every_point_of_the_data_is_in_the_picture() -> None:
    axes = picture("recap-line", "ja").axes[0]
    x, y = values(drawn(axes, LIGHT.ink, "o")[0])
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left < x.min() < x.max() < right
    assert bottom < y.min() < y.max() < top


@pytest.mark.parametrize(("number", "place", "slope"), [(0, -9.0, -18.0), (1, 5.0, 10.0)])
def test_the_tangents_touch_the_loss_with_its_slope(
    number: int, place: float, slope: float
) -> None:
    axes = picture("recap-descent", "en").axes[0]
    x, y = values(drawn(axes, LIGHT.ink)[number])
    assert np.interp(place, x, y) == pytest.approx(place**2)
    assert np.diff(y) / np.diff(x) == pytest.approx(slope)
    assert any(f"={slope:g}$" in text.get_text() for text in axes.texts)


def test_the_squares_are_square_and_make_the_loss() -> None:
    figure = picture("recap-line", "en")
    axes = figure.axes[0]
    axes.apply_aspect()
    squares = [area.get_paths()[0].get_extents() for area in axes.collections]
    sides = np.array([[box.width, box.height] for box in squares])
    scale = np.diag(axes.transData.transform([[1, 0], [0, 1]]) - axes.transData.transform((0, 0)))
    assert sides[:, 0] * scale[0] == pytest.approx(sides[:, 1] * scale[1], rel=1e-3)
    assert f"{np.square(sides[:, 1]).sum():.1e}" == "8.6e+03"


def test_each_step_of_the_descent_goes_against_the_slope() -> None:
    axes = picture("recap-descent", "en").axes[0]
    x, y = values(drawn(axes, LIGHT.network, "o")[0])
    assert x[0] == -9.0
    assert y == pytest.approx(x**2)
    assert x[1:] == pytest.approx(x[:-1] - 0.15 * 2 * x[:-1])
    assert abs(x[-1]) < 0.15


def test_the_graph_ends_in_the_gradient_of_the_loss() -> None:
    a, x, b, y = 2.0, 3.0, 1.0, 5.0
    words = " ".join(text.get_text() for text in picture("recap-autodiff", "en").axes[0].texts)
    assert rf"\partial a}}={2 * (a * x + b - y) * x:g}" in words
    assert rf"\partial b}}={2 * (a * x + b - y):g}" in words
