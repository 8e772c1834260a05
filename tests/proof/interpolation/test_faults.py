"""Faults planted in the proof by interpolation: each is caught by a claim that holds without it."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.activations import sigma_of
from tests.oracles.gaps import largest_gap
from tests.proof.interpolation import (
    test_active_units,
    test_bernstein_ellipses,
    test_between_nodes,
    test_kinks,
    test_node_values,
)
from tests.proof.sigma import test_strips as strip_claims
from uat import Network
from uat.core.target import Target
from uat.proof.interpolation import between_nodes as interpolation
from uat.proof.interpolation import kinks, one_cell
from uat.proof.interpolation import node_values as nodes
from uat.proof.interpolation.active_units import Soft
from uat.proof.interpolation.bernstein_ellipses import Ellipses
from uat.proof.interpolation.between_nodes import amplification, peak
from uat.proof.interpolation.prove import prove_by_chebyshev
from uat.proof.sigma.strips import strips

Plant = Callable[[pytest.MonkeyPatch], None]
Claim = Callable[[], Any]


def the_values_err_as_much_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of the worst signs, which hide the peak of f − g as well as errors can."""
    target, place = Target("exp(-40*(x - 0.02)**2)", (-1, 1)), 0.02
    network = Network.from_units([1e-9], [1.0], [0.0], uat.logistic)
    true, honest = float(largest_gap(target, network)), nodes.node_values

    def erring(*given: Any) -> tuple[Any, float]:
        values, error = honest(*given)
        row = test_between_nodes.at_points(len(values) - 1, np.array([place]))[0]
        return values - 0.02 * np.sign(row), error + 0.02

    monkeypatch.setattr(one_cell, "node_values", erring)
    assert prove_by_chebyshev(target, network, 1000, level=true).bounds.max() >= true


def a_wide_strip(name: str) -> None:
    found = strips(sigma_of(name)[0], 16.0)
    wide = replace(found, widths=found.widths * 1.3)
    slope = 4.0 if name == "logistic" else 1.0
    for degree in (30, 100):
        strip_claims.check_a_loss(wide, sigma_of(name)[1], slope, 0.0, degree)


def test_a_strip_too_wide_is_caught() -> None:
    for name in ("logistic", "cauchy_cdf", "algebraic"):
        with pytest.raises(AssertionError):
            a_wide_strip(name)


def test_values_may_err_as_much_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    the_values_err_as_much_as_they_say(monkeypatch)


def test_a_missing_factor_for_errors_of_values_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_cell, "amplification", lambda _degrees: 1.0)
    with pytest.raises(AssertionError):
        the_values_err_as_much_as_they_say(monkeypatch)


def a_third_of_the_distance(values: Any, fineness: int) -> float:
    """Divide by cos(πN/6M), as if the grid were three times as fine."""
    wrong = math.cos(math.pi / (2 * fineness)) / math.cos(math.pi / (6 * fineness))
    return peak(values, fineness) * float(wrong**values.ndim)


def test_a_wrong_factor_between_the_points_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_between_nodes, "peak", a_third_of_the_distance)
    with pytest.raises(AssertionError):
        test_between_nodes.test_the_largest_value_may_lie_between_the_points_of_the_grid(2)


def fine_values() -> None:
    test_between_nodes.check_fine_values(20, 5, 3)


def poles() -> None:
    for formula in ("1/(1 + 25*x**2)", "sqrt(1.3 - x)", "tan(x)"):
        for degree in (24, 48):
            test_bernstein_ellipses.check_a_loss(formula, -1.0, 1.0, degree)


def sums_in_floats() -> None:
    for seed in range(20):
        test_node_values.check_values("logistic", 2, seed, 1e6, 3.0, 1e-3)


def sums_in_balls() -> None:
    for seed in range(20):
        test_node_values.check_values("gauss_cdf", 1, seed, 1.0, 3.0, 1e-3)


def units_that_stand_still() -> None:
    for seed in range(40):
        test_active_units.check_what_stands_still("logistic", seed, 1e3, 1e-6)


def a_kink() -> None:
    test_kinks.test_a_kink_inside_is_never_overlooked("abs(x - 1/3)")


def no_error_of_sums(m: pytest.MonkeyPatch) -> None:
    m.setattr(nodes, "float_error", lambda *_: 0.0)


def no_error_of_rounding(m: pytest.MonkeyPatch) -> None:
    def middles(balls: list[Any]) -> tuple[Any, float]:
        return np.array([float(b.mid()) for b in balls]), 0.0

    m.setattr(nodes, "middles_of", middles)


def no_rounding_of_products(m: pytest.MonkeyPatch) -> None:
    m.setattr(interpolation, "_after_product", lambda *_: 0.0)


def every_ellipse_is_free(m: pytest.MonkeyPatch) -> None:
    m.setattr(Ellipses, "_is_free", lambda *_: True)


def units_stand_still_too_soon(m: pytest.MonkeyPatch) -> None:
    honest = Soft._tail

    def soon(self: Soft, tolerance: float) -> tuple[float, float]:
        bound, far = honest(self, tolerance)
        return bound, far * 0.7

    m.setattr(Soft, "_tail", soon)


def a_sign_guessed(m: pytest.MonkeyPatch) -> None:
    m.setitem(kinks._DECISIONS, "absolute", lambda _limits, _node, u: u)


FAULTS: list[tuple[Plant, Claim]] = [
    (no_error_of_sums, sums_in_floats),
    (no_error_of_rounding, sums_in_balls),
    (no_rounding_of_products, fine_values),
    (every_ellipse_is_free, poles),
    (units_stand_still_too_soon, units_that_stand_still),
    (a_sign_guessed, a_kink),
]


@pytest.mark.slow
@pytest.mark.parametrize(("plant", "claim"), FAULTS)
def test_a_planted_fault_is_caught(
    plant: Plant, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        claim()


def test_the_amplification_is_above_one() -> None:
    assert amplification((1,)) > 1.4
