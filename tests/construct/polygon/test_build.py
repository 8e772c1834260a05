"""The polygon of fewest pieces: known optima, units, corners of its own, hard f, refusals."""

from typing import Any

import numpy as np
import pytest
from mpmath import mp  # type: ignore[import-untyped]

import uat
from tests.clock import within
from tests.oracles.polygons import fewest_for_convex
from uat.checker import check, read
from uat.construct.polygon.build import build, pieces_needed
from uat.errors import FloatLimit
from uat.testing import assert_within_eps


def proved(f: Any, domain: Any, eps: Any, sigma: Any = uat.relu) -> Any:
    """Build, and check what every answer promises."""
    target = f if isinstance(f, uat.Target) else uat.Target(f, domain)
    network, certificate = build(target, eps, sigma)
    assert certificate.evidence is not None
    pieces, least = len(certificate.evidence.bounds), pieces_needed(target, eps)
    assert certificate.bound < eps
    assert certificate.method == "a priori"
    assert least <= pieces
    assert network.units <= pieces + 1
    assert_within_eps(target, network, None, certificate.bound)
    return network, certificate, pieces, least


CONVEX = [
    ("x**2", lambda x: x**2, (-1, 1), 1e-3),
    ("x**2", lambda x: x**2, (-1, 1), 1e-4),
    ("exp(x)", mp.exp, (0, 3), 1e-3),
    ("1/(1 + x)", lambda x: 1 / (1 + x), (0, 9), 1e-4),
    ("-sqrt(x)", lambda x: -mp.sqrt(x), (0.01, 1), 1e-4),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "f", "domain", "eps"), CONVEX)
def test_convex_functions_get_the_optimum_and_its_proof(
    formula: Any, f: Any, domain: Any, eps: Any
) -> None:
    network, _, pieces, least = proved(formula, domain, eps)
    assert pieces == least == fewest_for_convex(f, domain[0], domain[1], eps)
    assert network.units == pieces


def test_the_optimum_for_a_parabola_is_known() -> None:
    assert pieces_needed(uat.Target("x**2", (-1, 1)), 1e-3) == np.ceil(2 / np.sqrt(8e-3)) == 23


@pytest.mark.slow
@pytest.mark.parametrize("eps", [1e-2, 1e-4, 1e-5])
def test_a_wave_gets_as_few_pieces_as_are_proved_to_be_needed(eps: Any) -> None:
    network, _, pieces, least = proved("sin(x)", (0, 6), eps)
    assert pieces == least
    assert network.units <= least + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "domain", "pieces", "sigma"),
    [
        ("abs(x - 0.3)", (0, 1), 2, uat.relu),
        (lambda x: np.interp(x, [0, 0.2, 0.3, 0.7], [1, 0, 5, 2]), (0, 1), 4, uat.relu),
        (lambda x: np.interp(x, [0, 0.2, 0.3, 0.7], [1, 0, 5, 2]), (0, 1), 4, uat.ramp),
        ("abs(3*x - 1) - abs(x + 0.2)", (-1, 1), 3, uat.ramp),
        ("2*x - 7", (1, 3), 1, uat.ramp),
        ("5 + 0*x", (0, 1), 1, uat.relu),
    ],
)
def test_a_polygon_is_met_at_its_own_corners(f: Any, domain: Any, pieces: Any, sigma: Any) -> None:
    _, certificate, built, least = proved(f, domain, 1e-3, sigma)
    assert built == least == pieces
    assert certificate.bound < 1e-11


@pytest.mark.slow
def test_a_kink_on_zero_takes_no_line() -> None:
    network, *_ = proved("abs(x - 0.3)", (0, 1), 1e-3)
    assert sorted(network.slopes) == [-1, 1]
    assert proved("maximum(x, 0)", (-1, 1), 1e-3)[0].units == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "domain", "eps", "sigma"),
    [
        ("sqrt(x)", (0, 1), 1e-3, uat.relu),
        ("cbrt(x)", (-1, 1), 1e-2, uat.ramp),
        ("1e6 + sin(x)", (0, 6), 1e-3, uat.relu),
        ("sin(1e9*x)", (0, 6e-9), 1e-3, uat.ramp),
        ("sin(x)", (1e6, 1e6 + 3), 1e-3, uat.relu),
        ("tanh(1000*x)", (-1, 1), 1e-2, uat.ramp),
        ("sin(1/x)", (0.05, 1), 1e-2, uat.relu),
        ("maximum(0, x)**2", (-3, 1), 1e-3, uat.ramp),
        ("1e-200*x**2", (-1, 1), 1e-203, uat.relu),
    ],
)
def test_hard_functions_are_proved(f: Any, domain: Any, eps: Any, sigma: Any) -> None:
    assert proved(f, domain, eps, sigma)[3] > 1


@pytest.mark.slow
def test_a_declared_modulus_is_enough() -> None:
    f = uat.Target(lambda x: float(x) and x * x, (0, 2), modulus=4.0, traced=False)
    _, certificate, pieces, least = proved(f, None, 1e-2)
    assert certificate.assumptions
    assert least <= fewest_for_convex(lambda x: x**2, 0, 2, 1e-2) <= pieces <= least + 2


@pytest.mark.slow
def test_a_function_without_a_derivative_is_met() -> None:
    proved(uat.examples.takagi, None, 0.1)


@pytest.mark.parametrize(
    ("f", "sigma"),
    [("sin(x)", "relu"), ("sqrt(x)", "ramp"), ("abs(x - 1/3)", "relu"), ("exp(x)", "ramp")],
)
def test_the_checker_confirms_the_proof(f: Any, sigma: Any, tmp_path: Any) -> None:
    g = uat.approximate(f, (0, 1), 1e-2, activation=sigma, method="polygon")
    assert g.certificate is not None
    g.certificate.save(tmp_path / "proof.json")
    check(read(tmp_path / "proof.json"))


def test_what_is_not_piecewise_linear_is_refused_in_one_line() -> None:
    with pytest.raises(
        uat.InputError, match=r"polygon needs .* and logistic is none; take uat.relu"
    ):
        build(uat.Target("x", (0, 1)), 0.1, uat.logistic)
    with pytest.raises(uat.InputError, match="2 coordinates given; a polygon needs one"):
        pieces_needed(uat.Target("x + y", [(0, 1), (0, 1)]), 0.1)
    with pytest.raises(uat.InputError, match="eps"):
        build(uat.Target("x", (0, 1)), -1.0)


def test_an_eps_below_rounding_is_refused_with_the_bound() -> None:
    with pytest.raises(FloatLimit, match="take a larger eps"):
        build(uat.Target("1e12 + x", (0, 1)), 1e-5)


def test_a_jump_is_refused() -> None:
    with pytest.raises(uat.CannotProve, match="continuous"):
        build(uat.Target("sign(x - 0.3)", (0, 1)), 0.1)


@pytest.mark.slow
def test_a_polygon_through_two_hundred_points_is_built_in_moments() -> None:
    x = np.linspace(-1, 1, 200)
    y = np.sin(37 * np.arange(200.0))
    target = uat.Target(lambda u: np.interp(u, x, y), (-1, 1))
    with within(60):
        network, proof = build(target, 1e-6)
    assert proof.bound < 1e-6
    assert network.units <= 200
