"""The pictures of layers and activations show what their captions say."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from tests.lecture.words import picture


def curve(axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    x, y = max((line.get_data() for line in axes.lines), key=lambda data: len(np.ravel(data[0])))
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


@pytest.mark.parametrize(("column", "steepest"), [(0, 0.25), (1, 1.0), (2, 1.0)])
def test_below_each_activation_stands_its_derivative(column: int, steepest: float) -> None:
    panels = picture("activations", "en").axes
    x, y = curve(panels[column])
    places, slope = curve(panels[3 + column])
    smooth = np.abs(x) > 0.01
    assert places == pytest.approx(x)
    assert slope[smooth] == pytest.approx(np.gradient(y, x)[smooth], abs=1e-4)
    assert np.nanmax(slope) == pytest.approx(steepest, abs=1e-9)


def test_all_activations_are_on_one_scale() -> None:
    panels = picture("activations", "en").axes
    for row in (panels[:3], panels[3:]):
        assert len({axes.get_ylim() for axes in row}) == 1
