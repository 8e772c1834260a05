"""The picture of a unit adds up."""

import numpy as np
import pytest

import uat
from uat.lecture.registry import draw


@pytest.fixture(scope="module")
def curves() -> dict[str, np.ndarray]:
    """The curve of each panel of `unit-sum`, by the title above it."""
    panels = [axes for axes in draw("unit-sum", "en").axes if axes.get_title("left")]
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
