"""A σ of one's own: what can be proved of it is proved, what is declared is tried."""

import math
import pickle
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.activations import OWN
from uat.errors import CannotProve, InputError, UatError, WrongType
from uat.expression.graph import apply, constant, coordinate


def plainly(u: Any) -> Any:
    """A logistic that cannot be followed."""
    return np.vectorize(lambda v: 1 / (1 + math.exp(-min(max(v, -700), 700))), otypes=[float])(u)


@pytest.mark.slow
def test_a_logistic_written_out_is_as_good_as_the_named_one() -> None:
    own = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)))
    assert own.monotone
    assert own.overshoot == 0.0
    assert own.lipschitz == pytest.approx(0.25, rel=0.01)
    assert own.tail(20.0) == pytest.approx(uat.logistic.tail(20.0), rel=1e-5)
    assert own.tail(1e6) < 1e-15
    assert own.assumptions == ()
    assert own(np.array([-np.inf, -1e308, 0.0, 1e308])).tolist() == [0.0, 0.0, 0.5, 1.0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula",
    [
        lambda u: 1 / (1 + np.exp(-u)), lambda u: 1 / (np.exp(-u) + 1), lambda u: np.exp(u) / (1 + np.exp(u)),
        lambda u: 0.5 / (1 + np.exp(-u)) * 2, uat.logistic, lambda u: (1 + np.tanh(u / 2)) / 2,
    ],
    ids=["quotient", "turned", "both", "half", "named", "tanh"],
)  # fmt: skip
def test_every_way_to_write_a_logistic_has_a_slope(formula: Any) -> None:
    own = uat.sigmoidal(formula)
    assert own.monotone
    assert own.lipschitz == pytest.approx(0.25, rel=0.01)


@pytest.mark.slow
def test_other_quotients_are_left_as_they_are() -> None:
    own = uat.sigmoidal(
        lambda u: np.where(u > 0, 1 - np.exp(-np.abs(u)) / (2 + np.exp(-np.abs(u))), 0)
    )
    assert own.limits == (0.0, 1.0)
    steep = uat.sigmoidal(lambda u: (1 + 0 * u) / (1 + np.exp(-u)))
    assert steep.overshoot < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_each_of_ones_own_is_an_activation(name: str) -> None:
    own = OWN[name][0]()
    assert repr(own) == f"<activation {name}>"
    assert own.name == name
    assert own == OWN[name][0]() or own.function is not None or own.assumptions
    assert hash(own) == hash(own)
    assert own.tail(own.tail_inverse(1e-4)) <= 1e-4
    assert (own.assumptions != ()) == (name in ("slow", "untraced"))


@pytest.mark.slow
def test_a_proved_one_is_equal_by_value_and_pickles() -> None:
    first, second = OWN["swinging"][0](), OWN["swinging"][0]()
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first
    assert first != OWN["ringing"][0]()


def test_a_step_that_is_neither_0_nor_1_at_0_has_a_tail_past_0() -> None:
    own = uat.sigmoidal(lambda u: np.heaviside(u, 0.5))
    assert own.tail(0.0) >= 0.5
    assert own.tail(1e-9) == 0.0
    assert own.tail_inverse(1e-3) < 1e-15
    assert own.overshoot == 0.0
    assert not own.monotone


def test_limits_may_descend_and_may_be_any_two_numbers() -> None:
    own = uat.sigmoidal(lambda u: 3 - 0.7 * np.tanh(u), limits=(3.7, 2.3))
    assert own.limits == (3.7, 2.3)
    assert own.tail(1.0) == pytest.approx(uat.tanh.tail(1.0), rel=1e-9)
    assert own.overshoot < 1e-14
    assert not own.monotone


@pytest.mark.slow
def test_an_overshoot_is_bounded_where_it_is_largest() -> None:
    own = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + 2 * np.exp(-((u - 3) ** 2)))
    u = np.linspace(-10, 10, 100_001)
    seen = float(np.max(own(u)) - 1)
    assert seen <= own.overshoot <= seen + 2e-3
    far = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + np.exp(-((u - 1e4) ** 2)))
    assert 0.999 < far.overshoot < 1.001


@pytest.mark.slow
def test_an_overshoot_below_the_rounding_of_1_is_not_lost() -> None:
    own = uat.sigmoidal(
        lambda u: 1 / (1 + np.exp(-u)) + 1e-18 * np.where(u < 50, 0, 50 / u),
        lambda s: np.exp(-s) + 5e-17 / max(s, 50),
    )
    # σ(60) = 1 + 8.33e-19 − 8.76e-27
    assert 8.3e-19 < own.overshoot < 1e-15


@pytest.mark.slow
def test_a_saw_between_its_limits_is_not_taken_for_rising() -> None:
    own = uat.sigmoidal(
        lambda u: np.where(u > 9, 1.0, np.where(u < -9, 0.0, 0.5 + np.arctan(np.tan(u)) / np.pi))
    )
    assert not own.monotone
    assert own.lipschitz == np.inf


REFUSED = [
    (np.tanh, None, (0, 1), CannotProve, "not proved to have the limits 0 and 1; give its limits=…"),
    (np.tanh, lambda s: 0.5, (-1, 1), CannotProve, "not proved to have the limits -1 and 1"),
    (np.sin, None, (0, 1), CannotProve, "not proved to have the limits"),
    (lambda u: 1.0, None, (0, 1), CannotProve, "not proved to have the limits"),
    (lambda u: 1 / (1 + np.exp(u)), None, (0, 1), CannotProve, "not proved to have the limits"),
    (lambda u: u, None, (0, 1), CannotProve, "could not be bounded for u from -inf to -1e"),
    (np.sqrt, None, (0, 1), CannotProve, "could not be bounded"),
    (lambda u: 0.5 + u / (2 + 2 * abs(u)), None, (0, 1), CannotProve, "or give tail=…"),
    (lambda u: np.where(u == 0, np.sqrt(-1 - u**2), np.where(u > 0, 1, 0)), None, (0, 1), CannotProve,
     "could not be bounded"),
    (plainly, None, (0, 1), CannotProve, r"σ: f cannot be followed: .*np.where, or give tail=…"),
    (plainly, lambda s: math.exp(-2 * s), (0, 1), InputError, r"the tail of own is 0.367879 at s = 0.5, but σ\(-?0.5"),
    (np.tanh, lambda s: math.exp(-3 * s), (-1, 1), InputError, r"is 0.22313 at s = 0.5, but σ\(-0.5"),
    (np.tanh, lambda s: 0.0, (-1, 1), InputError, r"is 0 at s = 0, but σ\(-1e-300\) is 0.5 from its limit"),
    (np.tanh, lambda s: -1.0, (-1, 1), InputError, "is 0 at s = 0"),
    (np.tanh, lambda s: math.nan, (-1, 1), InputError, "is nan at s = 0"),
    (np.tanh, lambda s: 1 / 0, (-1, 1), InputError, "fails at s = .*: ZeroDivisionError"),
    (plainly, lambda s: 1 / s, (0, 1), InputError, "is inf at s = 0; a finite number is needed"),
    (plainly, math.exp, (0, 1), InputError, "fails at s = .*: OverflowError"),
    (plainly, lambda s: "a", (0, 1), InputError, "fails at s = 0: ValueError"),
    (plainly, lambda s: 0.5, (0.25, 1), InputError, "from its limit"),
    (plainly, 0.5, (0, 1), WrongType, "a function s ↦ bound is needed"),
    (lambda u: np.float64(0.5) if np.ndim(u) else math.nan, lambda s: 1.0, (0, 1), InputError, "gives shape|not proved"),
    (np.vectorize(lambda v: math.nan if v < -1 else 0.5), lambda s: 1.0, (0, 1), InputError, "σ is nan at u = -1"),
    (lambda u: 1e6 + 1 / (1 + np.exp(-u)) - 1e6, None, (0, 1), CannotProve,
     "in floats is .* from its value, more than 16 roundings; write σ so"),
    (5, None, (0, 1), WrongType, "5 given as σ; a function of one coordinate is needed"),
    ("logistic", None, (0, 1), WrongType, "given as σ"),
    (lambda u, v: u, None, (0, 1), WrongType, "f cannot be called with 1 coordinate"),
    (coordinate(1), None, (0, 1), InputError, "σ of 2 coordinates given; one is needed"),
    (np.tanh, None, (1, 1), InputError, "two different finite numbers are needed"),
    (np.tanh, None, (0, np.inf), InputError, "two different finite numbers are needed"),
    (np.tanh, None, 5, WrongType, "a pair of numbers is needed"),
    (np.tanh, None, (0, 1, 2), WrongType, "a pair of numbers is needed"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "tail", "limits", "error", "message"),
    REFUSED,
    ids=[str(i) for i in range(len(REFUSED))],
)
def test_what_is_no_sigmoidal_function_is_refused(
    f: Any, tail: Any, limits: Any, error: type[UatError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        uat.sigmoidal(f, tail, limits=limits, name="own")
    assert "\n" not in str(caught.value)


def test_a_declared_tail_is_named_in_the_assumptions() -> None:
    own = uat.sigmoidal(plainly, lambda s: 1 / (1 + np.exp(s)), name="mine")
    assert own.assumptions == ("the tail declared for mine",)
    assert own.expression is None
    assert own.overshoot == pytest.approx(0.5)
    assert own(np.zeros((2, 2))).shape == (2, 2)
    assert isinstance(own(0.0), float)


def test_a_tail_may_be_unbounded_at_0_where_the_formula_is_known() -> None:
    own = uat.sigmoidal(lambda u: 0.5 + np.arctan(u) / np.pi, lambda s: 1 / (np.pi * s))
    assert own.overshoot < 1e-15
    assert own.tail(0.0) == np.inf


@pytest.mark.slow
def test_a_formula_is_taken_too() -> None:
    own = uat.sigmoidal(apply("expit", 2 * coordinate(0)) * constant(1.0))
    assert own(0.0) == 0.5
