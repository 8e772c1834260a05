"""Free units beside rational functions: how many numbers each has within the same ε.

Run by `pytest tests/benchmarks/bench_free.py -n0 -s`. n units, the constant one included, have 3n
numbers; a rational function of degree m has 2m + 1. Its degree is that of AAA, which is near the
best one and has no proof: Y. Nakatsukasa, O. Sète and L. N. Trefethen, The AAA algorithm for
rational approximation, 2018. The seconds are CPU time.
"""

import sys
from time import process_time

import numpy as np
import pytest
from scipy.interpolate import AAA

import uat

TARGETS = {
    "nielsen": uat.examples.nielsen,
    "runge": uat.examples.runge,
    "abs": uat.Target("abs(x - 0.5)", (0, 1)),
    "exp sin": uat.Target("exp(sin(x**2 + x))", (-3, 3)),
}
ROWS = [
    *(("nielsen", eps) for eps in (1e-3, 1e-4, 1e-6, 1e-8, 1e-12)),
    *(("runge", eps) for eps in (1e-6, 1e-12)),
    *(("abs", eps) for eps in (1e-3, 1e-4, 1e-6, 1e-8)),
    ("exp sin", 1e-6),
]


def degree_of_aaa(target: uat.Target, eps: float) -> int:
    """Count the poles of the first rational function of AAA within ε at the points."""
    ((a, b),) = target.domain
    # dense at the ends and in the middle, where |x − ½| has its kink
    even = np.cos(np.linspace(0, np.pi, 2001))
    near = np.geomspace(1e-14, 1, 500)
    x = (a + b) / 2 + (b - a) / 2 * np.unique([*even, *near, *-near])
    y = np.asarray(target(x), dtype=np.float64)
    rational = AAA(x, y, rtol=eps / float(np.abs(y).max()), max_terms=200, clean_up=False)
    return len(rational.support_points) - 1


@pytest.mark.parametrize("effort", ["normal", "thorough"])
@pytest.mark.parametrize(("name", "eps"), ROWS)
def test_free_units_beside_a_rational_function(name: str, eps: float, effort: str) -> None:
    start, degree = process_time(), degree_of_aaa(TARGETS[name], eps)
    g = uat.approximate(TARGETS[name], eps=eps, method="free", effort=effort)
    comb = uat.approximate(TARGETS[name], eps=eps, method="comb")
    sys.stdout.write(
        f"\n{name}, ε = {eps:g}, {effort}: {g.units} units, 3·{g.units} = {3 * g.units} numbers; "
        f"AAA of degree {degree}, 2·{degree} + 1 = {2 * degree + 1}; comb {comb.units} units; "
        f"{process_time() - start:.1f} s"
    )
    assert g.certificate is not None
    assert g.certificate.bound < eps
    assert g.units <= comb.units
