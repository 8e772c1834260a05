"""Soft is what has neither a jump nor a kink, however steep or flat, by any name."""

import numpy as np
import pytest

import uat
from uat.core.activations import NAMED, Activation
from uat.errors import InputError
from uat.numerics.activation_shape import check_soft, is_soft, steepness

SOFT = (
    "logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic", "softsign", "softplus",
    "silu", "gelu", "elu", "sin",
)  # fmt: skip
HARD = ("heaviside", "ramp", "relu", "leaky_relu")


@pytest.mark.parametrize("name", SOFT)
def test_smooth_sigmas_are_soft(name: str) -> None:
    assert is_soft(NAMED[name])


@pytest.mark.parametrize("name", HARD)
def test_jumps_and_kinks_are_refused_with_what_remains(name: str) -> None:
    assert not is_soft(NAMED[name])
    with pytest.raises(InputError, match=rf"comb needs a soft σ, and {name}.*staircase"):
        check_soft(NAMED[name], "comb")
    with pytest.raises(InputError, match="polygon, staircase and rectangles take it"):
        check_soft(NAMED[name], "free", also=("polygon",))


def own(kind: str) -> Activation:
    formulas = {
        "steep": lambda u: 1 / (1 + np.exp(-1000 * u)),
        "flat": lambda u: 1 / (1 + np.exp(-u / 1000)),
        "swing": lambda u: 1 / (1 + np.exp(-u)) + np.sin(u) / (1 + u**2),
        "falling": lambda u: 1 / (1 + np.exp(u)),
        "small step": lambda u: 1 / (1 + np.exp(-u)) + np.where((u > 1) & (u < 2), 1e-3, 0.0),
        "bent far out": lambda u: np.minimum(1 / (1 + np.exp(-u)), 0.99) / 0.99,
        "stairs": lambda u: np.where(u > 0, 1.0, 0.0),
    }
    limits = (1.0, 0.0) if kind == "falling" else (0.0, 1.0)
    return uat.sigmoidal(formulas[kind], limits=limits, name="own")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["steep", "flat", "swing", "falling"])
def test_your_own_smooth_sigma_is_soft(kind: str) -> None:
    assert is_soft(own(kind))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["small step", "bent far out", "stairs"])
def test_your_own_sigma_with_a_kink_or_jump_is_not(kind: str) -> None:
    assert not is_soft(own(kind))
    with pytest.raises(InputError, match="jump or a kink"):
        check_soft(own(kind), "comb")


def test_a_function_that_cannot_be_followed_is_not_known_to_be_soft() -> None:
    def branching(u: object) -> object:
        values = np.asarray(u, dtype=float)
        return 1 / (1 + np.exp(-values.clip(-700, 700))) if values.size else values

    sigma = uat.sigmoidal(branching, tail=lambda s: 1 / (1 + np.exp(s)), name="branching")
    if sigma.expression is None:
        with pytest.raises(InputError, match="no formula"):
            check_soft(sigma, "comb")


@pytest.mark.slow
def test_steepness_is_measured_by_the_logistic() -> None:
    assert steepness(uat.logistic) == 1
    assert steepness(uat.tanh) == 2
    assert steepness(own("steep")) == pytest.approx(1000, rel=1e-2)
    assert steepness(own("falling")) == pytest.approx(1, rel=1e-2)


def test_a_jump_that_finer_points_miss_is_found() -> None:
    late = uat.sigmoidal(lambda u: np.where(u < 2, 0, 1 - 1 / (1 + np.maximum(u, 0))))
    assert steepness(late) == np.inf
    assert not is_soft(late)
