"""σ beside the real line: bounds that hold in the whole strip and are not far from the truth."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.activations import sigma_of
from tests.oracles.exact import SIGMA
from tests.oracles.formulas import complex_formula, mp
from tests.oracles.losses import measured_loss
from uat.core.activations import NAMED, Activation
from uat.errors import CannotProve
from uat.proof.sigma.strips import Strips, strips

SMOOTH = ["logistic", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic"]
OWN = ["swinging", "overshooting", "descending", "elsewhere"]
EDGES = {"logistic": math.pi, "cauchy_cdf": 1.0, "algebraic": 1.0, "gompertz": math.pi / 2}
CENTRES = {"gompertz": 0.0}


def size_on_line(activation: Activation, height: float, centre: float, reach: float = 30) -> float:
    """The largest |σ(x + iy) − m| found along a line beside the real one."""
    assert activation.expression is not None
    table = activation.expression.to_table()
    reach = min(reach, 6.0) if activation.name == "gompertz" else reach
    places = [*np.linspace(-reach, reach, 61), *np.linspace(-2, 2, 41), 0.0]
    values = [complex_formula(table, [mp.mpc(float(x), height)]) for x in places]
    return max(float(abs(v - centre)) for v in values)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMOOTH)
def test_no_value_in_a_strip_is_larger_than_is_said(name: str) -> None:
    activation, found = NAMED[name], strips(NAMED[name], 10.0)
    for width, log_size in zip(found.widths[::3], found.log_sizes[::3], strict=True):
        if width > 12:
            continue
        sizes = [
            size_on_line(activation, float(width) * part, CENTRES.get(name, 0.5))
            for part in (0.0, 0.5, 0.9, 1.0)
        ]
        assert max(sizes) <= math.exp(log_size) * (1 + 1e-12)
        assert math.exp(log_size) <= 4 * max(1, width**2) * max(sizes)


@pytest.mark.parametrize("name", EDGES)
def test_no_strip_reaches_what_it_must_not(name: str) -> None:
    """Poles of the logistic σ at ±πi, branch points of two at ±i, Gompertz past ±πi/2 unbounded."""
    found = strips(NAMED[name], 10.0)
    assert found.widths.max() <= EDGES[name]
    assert found.widths.max() >= 0.99 * EDGES[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_your_own_sigma_is_bounded_on_the_strips_found(name: str) -> None:
    activation, _ = sigma_of(name)
    found = strips(activation, 20.0)
    assert (np.diff(found.widths) > 0).all()
    for width, log_size in zip(found.widths[::2], found.log_sizes[::2], strict=True):
        sizes = [size_on_line(activation, float(width) * part, 0.0, 20) for part in (0.3, 1.0)]
        assert max(sizes) <= math.exp(log_size) * (1 + 1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "edge"), [("descending", math.pi), ("swinging", 1.0)])
def test_strips_of_your_own_sigma_end_before_its_poles(name: str, edge: float) -> None:
    found = strips(sigma_of(name)[0], 20.0)
    assert 0.5 * edge < found.widths.max() < edge


@pytest.mark.parametrize("name", SMOOTH)
def test_the_spread_bounds_sigma_on_the_real_line(name: str) -> None:
    values = NAMED[name](np.linspace(-1e3, 1e3, 4001))
    assert np.abs(values - 0.5).max() <= strips(NAMED[name], 10.0).spread


def check_a_loss(found: Strips, sigma: Any, b: float, middle: float, degree: int) -> None:
    lost = measured_loss(lambda x: sigma(mp.mpf(b) * x), middle, 1.0, degree)
    said = float(found.loss(np.array([b]), degree)[0])
    assert lost <= said * (1 + mp.mpf("1e-9")) + mp.mpf("1e-47")


@pytest.mark.slow
@settings(max_examples=30)
@given(
    st.sampled_from([*SMOOTH, "swinging", "descending"]),
    st.floats(0.05, 8),
    st.floats(-1, 1),
    st.sampled_from([1, 2, 3, 5, 9, 16, 30]),
)
def test_interpolation_loses_no_more_than_is_said(
    name: str, b: float, middle: float, degree: int
) -> None:
    activation, sigma = sigma_of(name)
    check_a_loss(strips(activation, 16.0), sigma, b, middle, degree)


@pytest.mark.parametrize("name", ["logistic", "algebraic", "cauchy_cdf"])
def test_a_loss_falls_about_as_fast_as_it_can(name: str) -> None:
    """The nearest singularity sets the speed: with its ellipse known, no degree is wasted."""
    found, sigma = strips(NAMED[name], 10.0), SIGMA[name]
    for degree in (20, 40):
        lost = measured_loss(lambda x: sigma(3 * x), 0.0, 1.0, degree + 1)
        assert found.loss(np.array([3.0]), degree + 1)[0] <= 1e3 * float(lost)


@pytest.mark.parametrize("degree", [1, 5, 50])
def test_losses_stay_bounded_for_any_reach(degree: int) -> None:
    found = strips(uat.logistic, 10.0)
    said = found.loss(np.array([0.0, 1e-300, 1e-9, 1.0, 1e3, 1e300, np.inf]), degree)
    assert (said[1:] >= said[:-1]).all()
    assert said[-1] <= (2 + math.log(degree + 1)) * 0.5 * (1 + 1e-6)
    assert said[0] < 1e-8


@pytest.mark.parametrize("name", ["relu", "ramp", "heaviside"])
def test_what_is_not_analytic_has_no_strip(name: str) -> None:
    with pytest.raises(CannotProve, match=name):
        strips(NAMED[name], 10.0)


def test_far_out_nothing_but_the_spread_is_known_of_your_own_sigma() -> None:
    found = strips(sigma_of("swinging")[0], 1e7)
    assert found.loss(np.array([1e-3]), 9)[0] == pytest.approx(
        (2 + 2 / np.pi * np.log(10)) * found.spread
    )


@pytest.mark.slow
def test_a_sigma_with_a_root_at_0_has_no_strip() -> None:
    rough = uat.sigmoidal(lambda u: (1 + u / (1 + np.sqrt(u**2))) / 2, lambda s: 0.5 / (1 + s))
    with pytest.raises(CannotProve, match="strip"):
        strips(rough, 10.0)
