"""Combs in one dimension: units, sup error and seconds of four targets, each proved.

Run by `pytest tests/benchmarks/bench_comb.py -n0 -s`. Units count the constant one. The error is
looked at on a grid ten times finer than the fit and proved by `uat.certify`; the seconds are CPU
time.
"""

import sys
from time import process_time

import numpy as np
import pytest

import uat
from uat.construct.comb.build import build

TARGETS = {
    "nielsen": uat.examples.nielsen,
    "three sines": uat.examples.three_sines,
    "runge": uat.examples.runge,
    "exp sin": uat.Target("exp(sin(x**2 + x))", (-3, 3)),
}
ROWS = [
    ("nielsen", 41, 1e-6),
    ("nielsen", 51, 1e-10),
    ("nielsen", 81, 1e-12),
    ("three sines", 21, 1e-6),
    ("three sines", 61, 1e-12),
    ("runge", 51, 1e-6),
    ("runge", 151, 1e-12),
    ("exp sin", 101, 1e-6),
    ("exp sin", 151, 1e-9),
]


def say(name: str, eps: float, network: uat.Network, estimate: float, start: float) -> None:
    made = process_time()
    certificate = uat.certify(TARGETS[name], network)
    end = process_time()
    size = np.abs(network.output_weights).sum()
    sys.stdout.write(
        f"\n{name}, {network.units} units: seen {estimate:.3g}, proved {certificate.upper:.4g} + "
        f"{certificate.rounding:.2g} < {eps:g}, Σ|a| = {size:.3g}; built in {made - start:.2f} s, "
        f"proved in {end - made:.2f} s"
    )
    assert estimate < eps
    assert certificate.bound < eps


@pytest.mark.parametrize(("name", "units", "eps"), ROWS)
def test_so_many_units_are_enough(name: str, units: int, eps: float) -> None:
    start = process_time()
    network, estimate = build(TARGETS[name], eps, units=units)
    assert network.units == units
    say(name, eps, network, estimate, start)


@pytest.mark.parametrize(("name", "units", "eps"), ROWS)
def test_the_fewest_found_are_no_more(name: str, units: int, eps: float) -> None:
    start = process_time()
    network, estimate = build(TARGETS[name], eps)
    assert network.units <= units
    say(name, eps, network, estimate, start)


@pytest.mark.parametrize("exactly", [True, False], ids=["units given", "fewest"])
def test_three_networks_for_nielsen_in_two_seconds(exactly: bool) -> None:
    uat.certify("x", uat.Network.from_units([1.0], [1.0], [0.0], uat.logistic), (0, 1))
    start = process_time()
    for units, eps in ((41, 1e-6), (51, 1e-10), (81, 1e-12)):
        network, _ = build(uat.examples.nielsen, eps, units=units if exactly else None)
        assert uat.certify(uat.examples.nielsen, network).bound < eps
    taken = process_time() - start
    sys.stdout.write(f"\nthree networks built and proved in {taken:.2f} s")
    assert taken < 2
