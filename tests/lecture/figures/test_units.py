"""The picture of a unit adds up."""

import numpy as np
import pytest

import uat
from tests.lecture.words import picture


@pytest.fixture(scope="module")
def curves() -> dict[str, np.ndarray]:
    """The curve of each panel of `unit-sum`, by the title above it."""
    panels = [axes for axes in picture("unit-sum", "en").axes if axes.get_title("left")]
    return {
        axes.get_title("left"): np.asarray(axes.lines[-1].get_ydata(), dtype=float)
        for axes in panels
    }


SUM = r"\sum_j W_{ij}x_j+b_i"


def test_the_terms_and_the_bias_add_up_to_the_sum(curves: dict[str, np.ndarray]) -> None:
    terms = [curves[f"$W_{{i{j}}}x_{j}$"] for j in (1, 2, 3)]
    assert curves[f"${SUM}$"] == pytest.approx(sum(terms) + curves["$b_i$"])


def test_the_result_is_the_sum_passed_through_the_activation(
    curves: dict[str, np.ndarray],
) -> None:
    result = curves[rf"$y_i=\sigma(\,{SUM}\,)$"]
    assert result == pytest.approx(uat.logistic(curves[f"${SUM}$"]))


def test_every_term_is_a_nonlinear_function(curves: dict[str, np.ndarray]) -> None:
    for j in (1, 2, 3):
        assert np.abs(np.diff(curves[f"$W_{{i{j}}}x_{j}$"], 2)).max() > 1e-5


def test_the_bias_is_constant(curves: dict[str, np.ndarray]) -> None:
    assert np.ptp(curves["$b_i$"]) == 0.0


def test_the_sum_moves_with_each_term_in_its_strip(curves: dict[str, np.ndarray]) -> None:
    panels = {axes.get_title("left"): axes for axes in picture("unit-sum", "en").axes}
    x = np.asarray(panels["$b_i$"].lines[-1].get_xdata(), dtype=float)
    strips = [
        patch.get_extents().transformed(panels[f"${SUM}$"].transData.inverted())
        for patch in panels[f"${SUM}$"].patches
    ]
    assert len(strips) == 3
    for j, strip in enumerate(strips, 1):
        term = curves[f"$W_{{i{j}}}x_{j}$"]
        steepest = np.argmax(np.abs(np.gradient(term, x)))
        assert strip.x0 < x[steepest] < strip.x1
        inside = (x > strip.x0) & (x < strip.x1)
        moved = np.ptp(term[inside]) / np.ptp(term)
        assert moved > 0.8
        rise = np.diff(curves[f"${SUM}$"][inside][[0, -1]])
        assert np.sign(rise) == np.sign(np.diff(term[[0, -1]]))
