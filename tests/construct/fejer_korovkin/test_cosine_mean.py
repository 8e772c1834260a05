"""The Fejér–Korovkin mean: its kernel, its distance from f, and its coefficients."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.oracles.cosines import kernel, mean_distance, midpoint_mean, mp
from uat import Target
from uat.construct.fejer_korovkin import cosine_mean
from uat.construct.fejer_korovkin.cosine_mean import coefficients, damped, damping, reach

TARGETS: list[tuple[str, Any, Callable[..., Any]]] = [
    ("maximum(x, y)", [(0, 1), (0, 1)], max),
    ("exp(x)*sin(2*y)", [(-1, 2), (0.5, 3)], lambda x, y: mp.exp(x) * mp.sin(2 * y)),
]


@pytest.mark.parametrize("degree", [0, 1, 2, 7, 40])
def test_the_factors_are_those_of_the_kernel_in_closed_form(degree: int) -> None:
    rho = damping(degree)
    for t in (0.01, 0.3, 1.7, 3.0):
        series = 1 + 2 * sum(float(rho[k]) * math.cos(k * t) for k in range(1, degree + 1))
        assert series == pytest.approx(float(kernel(degree, mp.mpf(t))), rel=1e-9, abs=1e-12)


def test_a_larger_degree_damps_less() -> None:
    for degree in [*range(60), 200, 1000, 5000]:
        for larger in (degree + 1, 3 * degree + 2):
            assert (damping(degree) <= damping(larger)[: degree + 1] + 2.0**-49).all()


@pytest.mark.slow
@pytest.mark.parametrize("degree", [0, 1, 5, 16, 63])
def test_reach_is_the_integral_when_midpoints_are_many(degree: int) -> None:
    exact = float(mean_distance(degree))
    assert exact <= reach(degree, 10**9) <= exact * (1 + 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("degree", [0, 1, 2, 5, 8, 20])
@pytest.mark.parametrize("often", [0.5, 1, 2, 8])
def test_no_place_among_the_midpoints_has_a_larger_mean(degree: int, often: float) -> None:
    samples = math.ceil(often * (degree + 2))
    tau = (np.arange(2 * samples) + 0.5) * math.pi / samples
    theta = np.linspace(0, math.pi, 4001)[:, None]
    t = (theta - tau + math.pi) % (2 * math.pi) - math.pi
    k = np.arange(1, degree + 1)
    weights = (1 + 2 * np.cos(t[..., None] * k) @ damping(degree)[1:]) / (2 * samples)
    mean = (np.abs(t) * weights).sum(axis=1).max() / math.pi
    assert mean <= reach(degree, samples)
    assert mean > reach(degree, samples) / 1.3


def test_the_bound_for_large_degrees_goes_on_where_the_sum_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    summed = 65_500
    with_sum = reach(summed, 8 * summed)
    reach.cache_clear()
    monkeypatch.setattr(cosine_mean, "_SUMMED", 100)
    without = reach(summed, 8 * summed)
    reach.cache_clear()
    assert with_sum <= without <= 1.02 * with_sum


@pytest.mark.slow
def test_the_constant_of_the_limit_is_not_below_the_integral() -> None:
    """(8/π²) ∫_0^∞ x cos²(πx/2)/(1 − x²)² dx: up to 101 by integration, then cos² ≤ 1 by halves."""

    def inner(x: Any) -> Any:
        if abs(x - 1) < mp.mpf(10) ** -8:
            return mp.pi**2 / 16
        return x * mp.cos(mp.pi * x / 2) ** 2 / (1 - x * x) ** 2

    body = sum(mp.quad(inner, [k, k + 1]) for k in range(101))
    tail = 1 / mp.mpf(2 * (101**2 - 1))  # ∫ x/(x² − 1)²
    assert 8 / mp.pi**2 * (body + tail) <= cosine_mean._LIMIT
    assert 8 / mp.pi**2 * body >= cosine_mean._LIMIT - 2e-4


@pytest.mark.parametrize(("text", "box", "exact"), TARGETS, ids=[t[0] for t in TARGETS])
def test_the_coefficients_give_the_mean_with_its_kernel(
    text: str, box: list[tuple[float, float]], exact: Callable[..., Any]
) -> None:
    degrees, samples = (3, 2), (6, 4)
    c, error = coefficients(Target(text, box), degrees, samples)
    a = damped(c)
    for point in ((0.6, 0.7), (0.9, 0.55)):
        shares = [(x - p) / (q - p) for x, (p, q) in zip(point, box, strict=True)]
        rows = [np.cos(np.pi * s * np.arange(n + 1)) for s, n in zip(shares, degrees, strict=True)]
        twice = [np.where(np.arange(n + 1) == 0, 1, 2) for n in degrees]
        value = np.einsum("ij,i,j", a, rows[0] * twice[0], rows[1] * twice[1])
        truth = midpoint_mean(exact, box, degrees, samples, point)
        assert abs(value - truth) <= error + 1e-13
    assert error < 1e-11


@pytest.mark.parametrize("degree", [4, 9])
def test_a_wrong_factor_is_found_out(degree: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one ρ_k off by a hundredth the mean is another than the kernel's."""
    true = damping(degree)

    def wrong(n: int) -> np.ndarray:
        rho = damping(n).copy()
        rho[2] += 0.01
        return rho

    monkeypatch.setattr(cosine_mean, "damping", wrong)
    f = Target("cos(2*pi*x)", (0, 1))
    c, _ = coefficients(f, (degree,), (degree + 2,))
    found = 2 * damped(c)[2]
    exact = midpoint_mean(lambda x: mp.cos(2 * mp.pi * x), [(0, 1)], [degree], [degree + 2], [0])
    assert abs(found - float(exact)) > 0.009
    assert abs(2 * c[2] * true[2] - float(exact)) < 1e-12


def test_a_lipschitz_function_is_met_to_nine_tenths_of_l_over_n() -> None:
    assert [round(reach(n, 10**9) * (n + 2), 3) for n in (1, 2, 8, 64)] == [
        0.892,
        0.854,
        0.792,
        0.774,
    ]
