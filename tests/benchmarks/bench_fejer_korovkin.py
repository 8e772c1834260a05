"""The a-priori theorem in figures: degrees, directions, units planned and built, and their bounds.

Run by `pytest tests/benchmarks/bench_fejer_korovkin.py -n0 -s`. Directions, units and bounds are
claims; the seconds of the processor depend on the machine, and only a very long time fails.
"""

import itertools
import sys
from time import process_time
from typing import Any

import numpy as np
import pytest

import uat
from uat import Target
from uat.construct.fejer_korovkin.build import build, plan
from uat.construct.fejer_korovkin.cosine_mean import coefficients, damped
from uat.construct.fejer_korovkin.degrees import mean_error, samples_for
from uat.construct.fejer_korovkin.directions import count_directions
from uat.construct.fejer_korovkin.partial_moduli import partial_moduli

MAXIMUM, PLANE = "maximum(x, y)", "abs(x + y - z - 0.3)"
MEANS = [(MAXIMUM, 2, 8, 88, 0.162), (MAXIMUM, 2, 16, 320, 0.089), (PLANE, 3, 5, 577, 0.353)]
NETWORKS = [
    (MAXIMUM, 2, 0.2),
    (MAXIMUM, 2, 0.1),
    (MAXIMUM, 2, 0.05),
    (PLANE, 3, 0.6),
    (PLANE, 3, 0.45),
    ("sqrt((x - 0.5)**2 + (y - 0.5)**2)", 2, 0.1),
    ("sqrt((x - 0.5)**2 + (y - 0.5)**2)", 2, 0.05),
    ("sin(2*pi*x)*sin(2*pi*y)", 2, 0.3),
    ("exp(-x**2 - y**2 - z**2)", 3, 0.2),
]


def mean_at(a: np.ndarray, shares: list[np.ndarray]) -> np.ndarray:
    """The mean on a grid of shares of the sides, as products of cosines."""
    value = a
    for n, u in zip(a.shape, shares, strict=True):
        k = np.arange(n)
        waves = np.where(k == 0, 1, 2)[:, None] * np.cos(np.pi * k[:, None] * u)
        value = np.tensordot(value, waves, axes=(0, 0))
    return value


@pytest.mark.parametrize(("text", "d", "degree", "directions", "bound"), MEANS, ids=str)
def test_the_mean_of_a_given_degree(
    text: str, d: int, degree: int, directions: int, bound: float
) -> None:
    target, degrees = Target(text, [(0, 1)] * d), (degree,) * d
    samples = samples_for(degrees)
    c, lost = coefficients(target, degrees, samples)
    proved = mean_error(partial_moduli(target), degrees, samples) + lost
    shares = [np.linspace(0, 1, 401 if d == 2 else 61)] * d
    grid = np.meshgrid(*shares, indexing="ij")
    seen = float(np.abs(mean_at(damped(c), shares) - np.asarray(target(*grid))).max())
    sys.stdout.write(
        f"\n{text}, N = {degree}: {count_directions(degrees)} directions, seen {seen:.4f}, "
        f"proved {proved:.4f}"
    )
    assert count_directions(degrees) == directions
    assert 0.5 * proved < seen <= proved <= bound


@pytest.mark.parametrize(("text", "d", "eps"), NETWORKS, ids=str)
def test_planned_and_built(text: str, d: int, eps: float) -> None:
    target = Target(text, [(0, 1)] * d)
    start = process_time()
    made = plan(target, eps)
    middle = process_time()
    network, certificate = build(target, eps)
    end = process_time()
    sys.stdout.write(
        f"\n{text}, eps {eps:g}: {made} in {middle - start:.2f} s; built {network.units} units in "
        f"{end - middle:.2f} s, proved {certificate.bound:.4f}, seen {certificate.lower:.4f}"
    )
    assert network.units == made.units
    assert certificate.bound < eps
    assert end - start < 60


@pytest.mark.parametrize("eps", [0.2, 0.1])
def test_certify_proves_less_than_was_planned(eps: float) -> None:
    target: Any = Target(MAXIMUM, [(0, 1), (0, 1)])
    network, certificate = build(target, eps)
    proved = uat.certify(target, network)
    sys.stdout.write(
        f"\n{MAXIMUM}, eps {eps:g}, {network.units} units: a priori {certificate.upper:.6f}, "
        f"certify {proved.upper:.6f}, witness {proved.lower:.6f}"
    )
    assert proved.lower <= proved.upper <= certificate.upper < eps


def test_the_count_in_one_dimension_needs_no_coefficients() -> None:
    target = uat.examples.nielsen
    plan(target, 0.1)
    counts = []
    for k in itertools.chain([0.1, 0.01], (10.0**-n for n in range(3, 13))):
        start = process_time()
        made = plan(target, k, most=None)
        taken = process_time() - start
        counts.append(made.units)
        sys.stdout.write(f"\neps {k:g}: {made} in {1000 * taken:.1f} ms")
        assert taken < 0.1
    assert counts == sorted(counts)
