"""The a-priori theorem: what is planned is what is built, and it is within ε."""

import dataclasses
from typing import Any

import numpy as np
import pytest

import uat
from tests.clock import within
from uat import CannotProve, InputError, Target, WrongType, checker
from uat.construct.fejer_korovkin import plan as plans
from uat.construct.fejer_korovkin import profiles
from uat.construct.fejer_korovkin.build import MOST, build, fewest_units, plan
from uat.construct.fejer_korovkin.directions import families
from uat.core.activations import NAMED
from uat.testing import assert_within_eps

CASES = [
    ("maximum(x, y)", [(0, 1), (0, 1)], 0.15),
    ("abs(x + y - z - 0.3)", [(0, 1)] * 3, 0.6),
    ("sqrt(abs(x - 0.3))", [(0, 1)], 0.1),
    ("0.2+0.4*x**2+0.3*x*sin(15*x)+0.05*cos(50*x)", [(0, 1)], 0.05),
    ("sin(2*x)*y", [(0, 1), (-1, 1)], 0.25),
    ("exp(x)", [(-2, 1)], 0.01),
]
SIGMAS = ["relu", "heaviside", "cauchy_cdf", "gompertz", "gelu"]
NAMES = [text for text, _, _ in CASES]


def maximum(box: Any = ((0, 1), (0, 1))) -> Target:
    return Target("maximum(x, y)", box)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "box", "eps"), CASES, ids=NAMES)
def test_what_is_planned_is_built_and_within_eps(text: str, box: Any, eps: float) -> None:
    target = Target(text, box)
    made = plan(target, eps)
    network, certificate = build(target, eps)
    assert network.units == made.units
    assert network.depth == 1
    assert network.layers[-1].bias.tolist() == [0.0]
    assert certificate.bound < eps
    assert made.bound < eps
    assert certificate.method == "a priori"
    assert certificate.assumptions == made.assumptions == ()
    assert_within_eps(target, network, None, certificate.bound)
    assert certificate.lower > 0.3 * certificate.upper or target.dimension == 3 or eps > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGMAS)
def test_any_sigma_will_do(name: str) -> None:
    activation = getattr(uat, name)
    network, certificate = build(maximum(), 0.2, activation)
    assert network.activation is activation
    assert network.units == plan(maximum(), 0.2, activation).units
    assert certificate.bound < 0.2
    assert_within_eps(maximum(), network, None, certificate.bound)


@pytest.mark.slow
def test_a_sigma_that_jumps_and_swings_costs_its_overshoot() -> None:
    sigma = uat.sigmoidal(
        lambda u: np.where(u < 0, 0, 1 + np.exp(-u) * np.sin(5 * u)), name="ringing"
    )
    network, certificate = build(maximum(), 0.2, sigma)
    assert network.units > plan(maximum(), 0.2).units
    assert_within_eps(maximum(), network, None, certificate.bound)


@pytest.mark.slow
def test_relu_takes_two_units_a_step() -> None:
    assert plan(maximum(), 0.2, uat.relu).units % 2 == 1


@pytest.mark.slow
def test_a_declared_modulus_is_named_and_enough() -> None:
    target = Target(np.maximum, [(0, 1), (0, 1)], 1.0, traced=False)
    network, certificate = build(target, 0.2)
    assert certificate.assumptions == (target.modulus_assumption,)
    assert network.units == plan(target, 0.2).units
    assert_within_eps(target, network, None, certificate.bound)


@pytest.mark.slow
def test_a_wrong_modulus_is_found_out_by_a_witness() -> None:
    """Samples at the door do not see this peak; the proof's witness may."""
    target = Target(
        lambda x: np.maximum(0, 1 - 1000 * abs(x - 0.5)), (0, 1), traced=False, modulus=1000.0
    )
    network, certificate = build(target, 0.4)
    assert_within_eps(target, network, None, certificate.bound)


@pytest.mark.parametrize("text", ["x**2", "exp(sin(x**2 + x))"])
def test_in_one_dimension_the_count_takes_no_time(text: str) -> None:
    target = Target(text, (-3, 3))
    plan(target, 0.1)
    for eps in (1.0, 1e-3, 1e-6, 1e-12):
        with within(8):
            units = plan(target, eps, most=None).units
        assert isinstance(units, int)
    assert units > 10**12


@pytest.mark.slow
def test_the_count_grows_as_eps_falls() -> None:
    target = Target("x**2", (0, 1))
    counts = [plan(target, 10.0**-k, most=None).units for k in range(1, 15)]
    assert counts == sorted(counts)
    many = [plan(maximum(), 10.0**-k, most=None).units for k in range(2, 9)]
    assert many == sorted(many)
    assert many[-1] > 10**30


@pytest.mark.slow
def test_past_the_limit_the_figures_are_said() -> None:
    target = Target("exp(-x**2-y**2-z**2)", [(-1, 1)] * 3)
    with pytest.raises(CannotProve) as refused:
        plan(target, 0.01, most=30)
    words = str(refused.value)
    assert "\n" not in words
    assert "more than the limit of 30 units" in words
    assert "degree 497 × 497 × 497" in words
    assert "directions" in words
    eps = float(words.rpartition("eps = ")[2].partition(" ")[0])
    assert plan(target, eps, most=30).units <= 30
    with pytest.raises(CannotProve, match="more than the limit"):
        build(Target("x", (0, 1)), 0.01, most=10)


@pytest.mark.slow
def test_a_limit_is_kept_to_the_unit() -> None:
    units = plan(maximum(), 0.3).units
    assert plan(maximum(), 0.3, most=units).units == units
    with pytest.raises(CannotProve, match="limit"):
        plan(maximum(), 0.3, most=units - 1)


@pytest.mark.slow
@pytest.mark.parametrize(("case", "name"), [(0, "relu"), (1, "gompertz"), (2, "tanh"), (4, "relu")])
def test_a_count_is_exact_up_to_the_limit_and_no_more_beyond(case: int, name: str) -> None:
    text, box, eps = CASES[case]
    target, sigma = Target(text, box), NAMED[name]
    units = plan(target, eps, sigma, most=None).units
    assert 1 < fewest_units(target, eps, sigma, most=1) <= units
    assert fewest_units(target, eps, sigma, most=units) == units


@pytest.mark.parametrize("f", ["1 + 0*x*y", "x + 0*y", "1/(1 - x*y)"])
def test_a_count_stops_for_degrees_of_zero_and_values_that_are_not_finite(f: str) -> None:
    target = Target(f, [(0, 0.5)] * 2)
    assert fewest_units(target, 0.2, most=1) <= plan(target, 0.2).units


@pytest.mark.slow
def test_past_the_limit_no_enclosure_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(plans, "coefficients", refused)
    waves = Target("sin(3*x)*cos(2*y)", [(-1, 1)] * 2)
    assert [fewest_units(waves, eps, most=17) > 17 for eps in (0.3, 0.1)] == [True, True]


def test_a_count_without_refusal_may_be_past_building() -> None:
    target = Target("x**2", (0, 1))
    assert not plan(target, 1e-9, most=None).buildable
    with pytest.raises(CannotProve, match="larger eps"):
        build(target, 1e-9, most=None)
    with pytest.raises(CannotProve, match="too many coefficients"):
        plan(target, 1e-9, most=10**12)


@pytest.mark.parametrize("eps", [0, -1.0, np.nan, np.inf])
def test_no_eps_is_no_answer(eps: float) -> None:
    with pytest.raises(InputError, match="finite number > 0"):
        plan(maximum(), eps)


@pytest.mark.parametrize("given", ["0.1", None, 1j], ids=repr)
def test_what_is_no_number_is_no_eps(given: Any) -> None:
    with pytest.raises(WrongType, match="eps"):
        plan(maximum(), given)
    with pytest.raises(WrongType, match="most"):
        plan(maximum(), 0.1, most=True if given is None else given)


def test_an_eps_past_all_degrees_is_told_from_a_jump() -> None:
    with pytest.raises(CannotProve, match="past 2\\^100"):
        plan(maximum(), 1e-40, most=None)


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(InputError, match="most = 0"):
        build(maximum(), 0.1, most=0)


@pytest.mark.parametrize("box", [[], [(0, 1), (2, 2)], [(0, 1), (1, 0)]], ids=str)
def test_what_is_no_box_is_refused(box: Any) -> None:
    with pytest.raises(InputError, match="a < b"):
        Target(lambda x, y: x + y, box)


def test_neither_formula_nor_modulus_is_refused() -> None:
    with pytest.raises(CannotProve, match="modulus"):
        plan(Target(np.maximum, [(0, 1), (0, 1)], traced=False), 0.1)


def test_a_jump_is_refused() -> None:
    with pytest.raises(CannotProve, match="jump"):
        plan(Target("sign(x - 0.5) + y", [(0, 1), (0, 1)]), 0.1)


def test_a_sigma_without_a_finite_overshoot_is_refused() -> None:
    sigma = dataclasses.replace(uat.logistic, overshoot=np.inf)
    with pytest.raises(CannotProve, match="overshoot"):
        plan(maximum(), 0.1, sigma)


@pytest.mark.slow
def test_an_eps_that_floats_do_not_keep_is_refused() -> None:
    far = Target("x - 1e15", (1e15, 1e15 + 8))
    with pytest.raises(CannotProve, match="float64"):
        build(far, 0.01)


def test_a_constant_is_one_unit() -> None:
    network, certificate = build(Target("0*x + 0*y + 7", [(0, 1), (0, 1)]), 1e-6)
    assert network.units == 1
    assert network([[0.3, 0.4]])[0, 0] == pytest.approx(7.0, abs=1e-12)
    assert certificate.bound < 1e-6


def test_a_coordinate_that_does_not_count_costs_no_degree() -> None:
    assert plan(Target("abs(x - 0.5) + 0*y", [(0, 1), (0, 5)]), 0.1).degrees[1] == 0


def _built_and_attacked(eps: float) -> None:
    network, certificate = build(maximum(), eps)
    assert_within_eps(maximum(), network, None, certificate.bound)


def mean_of(dimension: int) -> Target:
    names = " + ".join(f"x{i + 1}" for i in range(dimension))
    return Target(f"({names})/{dimension}", [(0, 1)] * dimension)


@pytest.mark.slow
def test_no_dimension_is_too_high_for_an_eps_that_is_large_enough() -> None:
    g = uat.approximate(mean_of(8), eps=0.6, method="fejer-korovkin")
    assert g.certificate is not None
    assert g.certificate.bound < 0.6
    assert_within_eps(mean_of(8), g, None, g.certificate.bound)


@pytest.mark.parametrize("dimension", [16, 32])
def test_the_count_is_known_where_nothing_can_be_built(dimension: int) -> None:
    made = plan(mean_of(dimension), 0.3, most=None)
    assert len(made.degrees) == dimension
    assert made.units > 10**20
    assert made.bound < 0.3


def test_more_coordinates_than_arrays_have_axes_are_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="33 coordinates; the mean is made in 32 at most"):
        plan(mean_of(33), 0.6)
    with pytest.raises(CannotProve, match="33 coordinates"):
        uat.approximate(mean_of(33), eps=0.6)


@pytest.mark.slow
def test_a_dropped_direction_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the diagonal the network is not within what its certificate would say."""

    def without(coefficients: np.ndarray) -> Any:
        found = families(coefficients)
        for family in found:
            family.amplitudes[(family.directions == [1, 1]).all(axis=1)] = 0.0
        return found

    monkeypatch.setattr("uat.construct.fejer_korovkin.plan.families", without)
    with pytest.raises((AssertionError, CannotProve)):
        _built_and_attacked(0.15)


@pytest.mark.slow
def test_steps_misplaced_by_a_hundredth_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = profiles._steps

    def misplaced(ridge: Any, p: Any, domain: Any) -> Any:
        level, jumps, slope, bias = steps(ridge, p, domain)
        return level, jumps, slope, bias - 0.05 * ridge.slope

    monkeypatch.setattr(profiles, "_steps", misplaced)
    with pytest.raises((AssertionError, CannotProve)):
        _built_and_attacked(0.15)


@pytest.mark.slow
def test_a_certificate_in_a_file_is_confirmed(tmp_path: Any) -> None:
    _, certificate = build(maximum(), 0.3)
    path = tmp_path / "certificate.json"
    certificate.save(path)
    checker.check(checker.read(path))


def test_a_plan_reads_in_one_line() -> None:
    text = str(plan(maximum(), 0.3))
    assert "\n" not in text
    assert "10 units" in text
    assert MOST == 200_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "dimension", "units"),
    [("0*x1 + 7", 12, 1), ("x1", 9, 2), ("0*x1 + 7", 32, 1), ("x1*x2", 32, 9), ("x1 + x32", 32, 4)],
)
def test_coordinates_on_which_f_does_not_depend_cost_nothing(
    formula: str, dimension: int, units: int
) -> None:
    network, certificate = build(Target(formula, [(0, 1)] * dimension), 0.5)
    assert network.units <= units
    assert certificate.bound < 0.5
    assert certificate.lower <= certificate.upper
