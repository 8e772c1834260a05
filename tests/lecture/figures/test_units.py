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
TERMS = ("$W_{i1}x_1$", "$+W_{i2}x_2$", "$+W_{i3}x_3$")


def test_the_terms_and_the_bias_add_up_to_the_sum(curves: dict[str, np.ndarray]) -> None:
    terms = [curves[name] for name in TERMS]
    assert curves[f"$={SUM}$"] == pytest.approx(sum(terms) + curves["$+b_i$"])


def test_the_result_is_the_sum_passed_through_the_activation(
    curves: dict[str, np.ndarray],
) -> None:
    result = curves[rf"$y_i=\sigma(\,{SUM}\,)$"]
    assert result == pytest.approx(uat.logistic(curves[f"$={SUM}$"]))


def test_every_term_is_a_nonlinear_function(curves: dict[str, np.ndarray]) -> None:
    for name in TERMS:
        assert np.abs(np.diff(curves[name], 2)).max() > 1e-5


def test_the_bias_is_constant(curves: dict[str, np.ndarray]) -> None:
    assert np.ptp(curves["$+b_i$"]) == 0.0


def test_the_sum_moves_with_each_term_in_its_strip(curves: dict[str, np.ndarray]) -> None:
    panels = {axes.get_title("left"): axes for axes in picture("unit-sum", "en").axes}
    x = np.asarray(panels["$+b_i$"].lines[-1].get_xdata(), dtype=float)
    strips = [
        patch.get_extents().transformed(panels[f"$={SUM}$"].transData.inverted())
        for patch in panels[f"$={SUM}$"].patches
    ]
    assert len(strips) == 3
    for name, strip in zip(TERMS, strips, strict=True):
        term = curves[name]
        steepest = np.argmax(np.abs(np.gradient(term, x)))
        assert strip.x0 < x[steepest] < strip.x1
        inside = (x > strip.x0) & (x < strip.x1)
        moved = np.ptp(term[inside]) / np.ptp(term)
        assert moved > 0.8
        rise = np.diff(curves[f"$={SUM}$"][inside][[0, -1]])
        assert np.sign(rise) == np.sign(np.diff(term[[0, -1]]))


def test_the_terms_and_their_sum_have_one_scale() -> None:
    panels = {axes.get_title("left"): axes for axes in picture("unit-sum", "en").axes}
    scales = [
        float(np.diff(panels[name].transData.transform([(0, 0), (0, 1)])[:, 1])[0])
        for name in (*TERMS, "$+b_i$", f"$={SUM}$")
    ]
    assert scales == pytest.approx([scales[0]] * 5, rel=1e-3)
