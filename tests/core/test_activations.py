"""Activations: values without noise, limits, tails and their inverses, names."""

import copy
import math
import pickle
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest

import uat
from uat.core.activations import NAMED, Activation, as_activation
from uat.errors import CannotProve, InputError, WrongType

EVERY = list(NAMED.values())
SIGMOIDAL = [a for a in EVERY if a.limits is not None]


def names(value: Any) -> str:
    return value.name if isinstance(value, Activation) else str(value)


@pytest.mark.parametrize("activation", EVERY, ids=names)
def test_far_out_the_values_are_the_limits_and_nothing_warns(activation: Activation) -> None:
    u = np.array([-np.inf, -1.7e308, -1e308, 1e308, 1.7e308, np.inf])
    value = activation(u)
    if activation is uat.sin:
        assert (np.abs(value[1:-1]) <= 1).all()
    elif activation == uat.leaky_relu(0.01):
        assert value.tolist() == [-np.inf, -1.7e306, -1e306, 1e308, 1.7e308, np.inf]
    elif activation is uat.absolute:
        assert value.tolist() == [np.inf, 1.7e308, 1e308, 1e308, 1.7e308, np.inf]
    elif activation.limits is None:
        left = -1.0 if activation is uat.elu else 0.0
        assert value.tolist() == [left, left, left, 1e308, 1.7e308, np.inf]
    else:
        left, right = activation.limits
        assert value.tolist() == pytest.approx([left] * 3 + [right] * 3, abs=1e-16)


@pytest.mark.parametrize("activation", EVERY, ids=names)
def test_a_value_has_the_shape_of_the_argument(activation: Activation) -> None:
    assert isinstance(activation(0.5), float)
    assert activation(np.zeros((2, 3, 0))).shape == (2, 3, 0)
    assert activation([[0, 1]]).dtype == np.float64
    assert np.isnan(activation(np.nan))
    assert activation(np.float32(0.5)) == activation(0.5)


@pytest.mark.parametrize(
    ("name", "u", "value"),
    [
        ("logistic", 1.0, 1 / (1 + math.exp(-1))),
        ("tanh", 1.0, math.tanh(1)),
        ("relu", -2.0, 0.0),
        ("relu", 2.0, 2.0),
        ("heaviside", 0.0, 0.0),
        ("heaviside", 5e-324, 1.0),
        ("ramp", -0.25, 0.25),
        ("ramp", 3.0, 1.0),
        ("cauchy_cdf", 1.0, 0.75),
        ("gauss_cdf", 1.0, 0.8413447460685429),
        ("gompertz", 0.0, math.exp(-1)),
        ("algebraic", 1.0, 0.5 + 0.5 / math.sqrt(2)),
        ("softsign", -3.0, -0.75),
        ("sin", 1.0, math.sin(1)),
        ("softplus", 1.0, math.log(1 + math.e)),
        ("elu", -1.0, 1 / math.e - 1),
        ("elu", 2.0, 2.0),
        ("silu", 1.0, 1 / (1 + math.exp(-1))),
        ("gelu", 1.0, 0.8413447460685429),
    ],
)
def test_each_is_the_function_of_its_name(name: str, u: float, value: float) -> None:
    assert getattr(uat, name)(u) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("activation", SIGMOIDAL, ids=names)
def test_a_tail_falls_to_zero(activation: Activation) -> None:
    bounds = [activation.tail(s) for s in (0.0, 0.1, 1.0, 10.0, 1e3, 1e100, 1e300, np.inf)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] <= 1.0
    assert bounds[-2] < 1e-299


@pytest.mark.slow
@pytest.mark.parametrize("activation", SIGMOIDAL, ids=names)
@pytest.mark.parametrize("bound", [0.3, 1e-3, 1e-9, 1e-100, 1e-300])
def test_the_inverse_of_a_tail_is_near_the_least_one(activation: Activation, bound: float) -> None:
    s = activation.tail_inverse(bound)
    assert activation.tail(s) <= bound
    assert s == 0 or activation.tail(s * 0.998) > bound


def test_a_tail_that_reaches_zero_has_an_inverse_there() -> None:
    assert uat.heaviside.tail_inverse(0.0) == 0.0
    assert 0.5 <= uat.ramp.tail_inverse(0.0) < 0.51
    with pytest.raises(CannotProve, match="the tail of cauchy_cdf does not fall to 0"):
        uat.cauchy_cdf.tail_inverse(0.0)


@pytest.mark.parametrize("s", [-1.0, np.nan, -np.inf])
def test_a_tail_is_asked_for_numbers_from_zero_on(s: float) -> None:
    with pytest.raises(InputError, match="s ≥ 0 is needed"):
        uat.logistic.tail(s)
    with pytest.raises(InputError, match="a number ≥ 0 is needed"):
        uat.logistic.tail_inverse(s)


def test_relu_has_no_limits_and_no_tail() -> None:
    assert uat.relu.limits is None
    with pytest.raises(InputError, match="relu has no limits, so it has no tail"):
        uat.relu.tail(1.0)


@pytest.mark.parametrize(
    ("name", "constant"),
    [
        ("logistic", mpmath.mpf(1) / 4), ("tanh", 1), ("relu", 1), ("ramp", 1),
        ("cauchy_cdf", 1 / mpmath.mp.pi), ("gauss_cdf", 1 / mpmath.sqrt(2 * mpmath.mp.pi)),
        ("gompertz", 1 / mpmath.mp.e), ("algebraic", mpmath.mpf(1) / 2), ("softsign", 1),
        ("sin", 1), ("softplus", 1), ("elu", 1), ("leaky_relu", 1),
        ("silu", "1.0998393201288669169581843245"), ("gelu", "1.1289041451851547867867404443"),
    ],
)  # fmt: skip
def test_a_lipschitz_constant_is_the_least_one_rounded_up(name: str, constant: Any) -> None:
    with mpmath.mp.workdps(50):
        exact = {
            "cauchy_cdf": 1 / mpmath.mp.pi,
            "gauss_cdf": 1 / mpmath.sqrt(2 * mpmath.mp.pi),
            "gompertz": 1 / mpmath.mp.e,
        }.get(name, mpmath.mpf(constant))
        given = mpmath.mpf(NAMED[name].lipschitz)
        assert exact <= given <= exact * (1 + mpmath.mpf(2) ** -51)


def test_a_step_has_no_lipschitz_constant() -> None:
    assert uat.heaviside.lipschitz == np.inf


@pytest.mark.parametrize("activation", EVERY, ids=names)
def test_a_named_one_is_known_by_its_name(activation: Activation) -> None:
    assert repr(activation) == f"uat.{activation.name}"
    assert pickle.loads(pickle.dumps(activation)) is activation
    assert as_activation(activation.name) is as_activation(activation) is activation
    assert copy.deepcopy(activation) == activation
    assert len({activation, copy.copy(activation)}) == 1
    assert activation.monotone == (activation.name not in ("silu", "gelu", "sin", "absolute"))
    assert activation.overshoot == 0.0
    assert activation.assumptions == ()


def test_different_activations_are_different() -> None:
    assert len(set(EVERY)) == 17
    assert uat.logistic != uat.tanh


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("tahn", InputError, "no activation 'tahn'; did you mean 'tanh'"),
        ("", InputError, "no activation ''; there are logistic, tanh, relu"),
        (np.tanh, WrongType, "given as an activation"),
        (None, WrongType, "None given as an activation"),
        ("x" * 1000, InputError, "no activation"),
    ],
)
def test_what_is_no_activation_is_refused(value: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        as_activation(value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["leaky_relu(0.2)", "leaky_relu( 2e-1 )", "leaky_relu(.2)"])
def test_a_text_names_the_slope_of_a_leaky_relu(text: str) -> None:
    sigma = as_activation(text)
    assert sigma is uat.leaky_relu(0.2)
    assert (repr(sigma), sigma.name) == ("uat.leaky_relu(0.2)", "leaky_relu(0.2)")
    assert pickle.loads(pickle.dumps(sigma)) == sigma
    assert sigma([-2.0, 0.0, 3.0]).tolist() == [-0.4, 0.0, 3.0]
    assert uat.leaky_relu(-0.5).monotone is False


def test_plain_leaky_relu_leaks_a_hundredth_and_0_is_relu() -> None:
    assert as_activation("leaky_relu") is as_activation(uat.leaky_relu) is uat.leaky_relu()
    assert uat.leaky_relu() == uat.leaky_relu(0.01)
    assert uat.leaky_relu(0) is uat.relu


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("leaky_relu(1)", InputError, r"slope=1.0 given; a number > −1 and < 1 is needed"),
        ("leaky_relu(nan)", InputError, r"slope=nan given; a number > −1 and < 1 is needed"),
        ("leaky_relu(a bit)", InputError, r"leaky_relu\(a bit\) given; its slope, .* is needed"),
        ("leaky_relu()", InputError, r"as in leaky_relu\(0.01\)"),
        ("leaky_relu(0.1", InputError, "no activation 'leaky_relu"),
        ("sigmoid", InputError, "no activation 'sigmoid'; did you mean 'logistic'"),
        ("swish", InputError, "no activation 'swish'; did you mean 'silu'"),
    ],
)
def test_a_text_without_a_slope_or_another_name_is_told_what_to_say(
    value: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        as_activation(value)
    assert "\n" not in str(caught.value)


WRONG: list[Any] = [None, True, 1j]


@pytest.mark.parametrize("slope", [1, -1, 2.5, np.inf, np.nan, "much"])
def test_a_leak_is_a_number_between_minus_1_and_1(slope: Any) -> None:
    with pytest.raises(InputError, match="> −1 and < 1"):
        uat.leaky_relu(slope)
    for wrong in WRONG:
        with pytest.raises(WrongType, match="> −1 and < 1 is needed"):
            uat.leaky_relu(wrong)


def test_a_tail_that_never_falls_is_found_out() -> None:
    flat = Activation("flat", uat.logistic.expression, (0.0, 1.0), lambda s: 0.5, 0.0, True, 1.0)
    with pytest.raises(CannotProve, match=r"does not fall to 0\.001"):
        flat.tail_inverse(1e-3)
    declared = Activation(
        "flat", uat.logistic.expression, (0.0, 1.0), lambda s: 0.5, 0.0, True, 1.0, ("a tail",)
    )
    with pytest.raises(CannotProve, match=r"give uat\.sigmoidal a sharper tail=…"):
        declared.tail_inverse(1e-3)


def test_a_tail_that_fails_is_said_to_fail() -> None:
    broken = Activation("broken", None, (0.0, 1.0), lambda s: 1 // 0, 0.0, False, np.inf)
    with pytest.raises(InputError, match="the tail of broken fails at s = 1: ZeroDivisionError"):
        broken.tail(1.0)


def test_an_activation_without_formula_and_function_has_no_values() -> None:
    with pytest.raises(InputError, match="neither a formula nor a function"):
        Activation("empty", None, None, None, 0.0, False, np.inf)(0.0)
