"""The models of σ, and the tables of ranges they rest on, hold at every point of every interval."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.activations import EVERY_KIND, sigma_of
from tests.oracles.exact import mp, to_mp
from uat.core.activations import NAMED
from uat.expression.parse import parse
from uat.proof.sigma.model import BestModels, Local
from uat.proof.sigma.near import DERIVATIVES, near

WITH_LIMITS = sorted(name for name, sigma in NAMED.items() if sigma.limits is not None)

places = st.one_of(st.floats(-4, 4), st.floats(-50, 50), st.floats(-1e6, 1e6), st.just(0.0))
reaches = st.one_of(st.floats(-12, 3).map(lambda e: 10.0**e), st.sampled_from([0.0, 1e50, 1e300]))
parts = st.lists(st.fractions(-1, 1, max_denominator=1000), min_size=1, max_size=5)


def model_at(name: str, z: float, reach: float) -> Local:
    return near(sigma_of(name)[0])(np.array([z]), np.array([reach]))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_KIND)
@settings(max_examples=20)
@given(z=places, reach=reaches, inner=parts)
def test_sigma_stays_within_its_model(
    name: str, z: float, reach: float, inner: list[Fraction]
) -> None:
    model, oracle = model_at(name, z, reach), sigma_of(name)[1]
    value, slope, curve, error = (
        float(part[0]) for part in (model.value, model.slope, model.curve, model.error)
    )
    if not math.isfinite(error):
        assert name in ("relu", "slow") or reach > 1e6
        return
    for part in [*inner, Fraction(-1), Fraction(0), Fraction(1)]:
        delta = to_mp(part * Fraction(reach))
        said = mp.mpf(value) + mp.mpf(slope) * delta + mp.mpf(curve) * delta * delta
        off = abs(oracle(mp.mpf(z) + delta) - said)
        assert off <= mp.mpf(error) * (1 + mp.mpf(10) ** -40) + mp.mpf(10) ** -60, (part, off)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(a.name for a in DERIVATIVES))
@pytest.mark.parametrize("z", [-1.3, 0.0, 0.4, 2.5])
def test_the_error_of_a_smooth_sigma_falls_with_the_cube_of_the_interval(
    name: str, z: float
) -> None:
    wide, narrow = (float(model_at(name, z, reach).error[0]) for reach in (2.0**-4, 2.0**-8))
    if name in ("elu", "softsign") and z == 0:  # where σ″ jumps
        assert narrow < wide / 16
        assert wide < 2.0**-7
        return
    assert narrow < max(wide / 2000, 1e-13)  # elu is linear for u > 0
    assert wide < 2.0**-12


@pytest.mark.parametrize("name", WITH_LIMITS)
def test_of_a_step_nothing_is_said_but_its_two_limits(name: str) -> None:
    model, (left, right) = model_at(name, 1e80, 1e90), NAMED[name].limits or (0, 0)
    assert model.slope[0] == model.curve[0] == 0
    assert model.value[0] == (left + right) / 2
    assert model.error[0] == pytest.approx((right - left) / 2)


@pytest.mark.parametrize("name", WITH_LIMITS)
def test_what_is_no_number_is_anywhere_between_the_limits(name: str) -> None:
    model = near(NAMED[name])(np.array([np.nan, np.inf, 0.0]), np.array([1.0, np.nan, np.inf]))
    left, right = NAMED[name].limits or (0, 0)
    assert (model.value - model.error <= left).all()
    assert (model.value + model.error >= right).all()


@pytest.mark.parametrize("name", ["logistic", "tanh", "heaviside", "ramp", "gauss_cdf"])
def test_a_settled_unit_is_nearly_exact(name: str) -> None:
    assert model_at(name, 1e3, 900.0).error[0] < 2e-18
    assert model_at(name, -1e3, 900.0).error[0] < 2e-18


def test_a_hinge_is_exact_off_its_kink() -> None:
    on, off = (near(uat.relu)(np.array([z]), np.array([1.0])) for z in (1.5, -1.5))
    assert (on.value[0], on.slope[0], on.error[0]) == (1.5, 1, 0)
    assert (off.value[0], off.slope[0], off.error[0]) == (0, 0, 0)
    around = near(uat.relu)(np.array([0.0]), np.array([1.0]))
    assert around.error[0] == pytest.approx(0.25)


def test_a_declared_tail_that_fails_far_out_is_used_as_far_as_it_goes() -> None:
    def tail(s: float) -> float:
        if s > 100:
            raise OverflowError("too far")
        return math.exp(-s)

    sigma = uat.sigmoidal(
        lambda u: np.vectorize(math.tanh)(u) / 2 + 0.5, tail=lambda s: math.exp(-2 * s)
    )
    model = near(replace(sigma, tail_bound=tail))(np.array([50.0, 500.0]), np.array([1.0, 1.0]))
    assert (model.error < 1e-14).all()


def test_the_better_model_of_each_unit_is_kept_and_none_is_changed() -> None:
    wide = Local.constant(np.zeros(3), np.array([1.0, 1.0, np.nan]))
    sharp = Local.constant(np.full(2, 0.25), np.array([0.5, 3.0]))
    best = BestModels(wide)
    best.offer(np.array([0, 1]), sharp)
    found = best.models()
    assert found.value.tolist()[:2] == [0.375, 0.5]
    assert found.error[2] == np.inf
    assert wide.value.tolist()[:2] == [0.5, 0.5]


def hump() -> uat.Activation:
    """Make a σ that the package names, with two limits, which rises and falls."""
    formula = parse("expit(x) + x*exp(-x**2)")
    return replace(uat.logistic, name="hump", expression=formula, overshoot=0.5, monotone=False)


@pytest.mark.slow
def test_a_named_sigma_is_bounded_by_its_ends_only_where_it_is_nondecreasing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sigma = hump()
    monkeypatch.setitem(NAMED, sigma.name, sigma)
    model = near(sigma)(np.array([0.0]), np.array([3.0]))
    assert model.error[0] >= abs(float(sigma(0.8)) - model.value[0] - model.slope[0] * 0.8)


@pytest.mark.parametrize("formula", ["log1p(exp(x))", "3*sin(x)", "x**2"])
def test_a_sigma_without_limits_is_bounded_by_its_formula(formula: str) -> None:
    sigma = uat.Activation(formula, parse(formula), None, None, 0.0, False, math.inf)
    for z, reach in ((5.0, 1e-3), (5.0, 2.0), (-3.0, 0.5)):
        model = near(sigma)(np.array([z]), np.array([reach]))
        for s in (-reach, 0.0, reach):
            said = model.value[0] + model.slope[0] * s + model.curve[0] * s**2
            assert abs(float(sigma(z + s)) - said) <= model.error[0] + 1e-12


def test_an_unbounded_sigma_known_by_no_formula_has_no_bound() -> None:
    sigma = uat.Activation("square", None, None, None, 0.0, False, math.inf, function=np.square)
    assert np.isinf(near(sigma)(np.array([5.0]), np.array([1.0])).error[0])
