"""How few units a sum of ridges needs, what is proved of it, and what that takes.

Run by `pytest tests/benchmarks/bench_ridge.py -n0 -s`. Times are those of the processor.
"""

import subprocess
import sys
from time import process_time

import pytest

import uat
from uat import Target
from uat.construct.ridge.build import build

WAVES = Target("sin(2*pi*x)*sin(2*pi*y)", [(0, 1), (0, 1)])
THREE = Target(
    "exp(-4*((x-.6)**2+(y-.6)**2+(z-.5)**2)) - .7*exp(-6*((x-.3)**2+(y-.7)**2+(z-.4)**2))"
    "+ .8*exp(-5*((x-.5)**2+(y-.2)**2+(z-.7)**2))",
    [(0, 1)] * 3,
    name="three Gaussians in three dimensions",
)
FOUR = Target(
    "exp(-4*((x1-.6)**2+(x2-.6)**2+(x3-.5)**2+(x4-.4)**2))"
    "- .7*exp(-6*((x1-.3)**2+(x2-.7)**2+(x3-.4)**2+(x4-.6)**2))",
    [(0, 1)] * 4,
    name="two Gaussians in four dimensions",
)


def report(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


def built(target: Target, eps: float, units: int | None = None) -> uat.Network:
    start = process_time()
    network, estimate = build(target, eps, units=units)
    report(
        f"{target.name or target!r}, eps {eps:g}, {units or 'fewest'} units asked for: "
        f"{network.units} units, estimate {estimate:.3g}, {process_time() - start:.1f} s"
    )
    assert estimate < eps
    return network


def proved(target: Target, network: uat.Network) -> float:
    start = process_time()
    certificate = uat.certify(target, network)
    assert certificate.evidence is not None
    report(
        f"    proved {certificate.bound:.4g}, seen {certificate.lower:.4g}, {certificate.method}, "
        f"{len(certificate.evidence.bounds)} cells, {process_time() - start:.1f} s"
    )
    return certificate.bound


@pytest.mark.parametrize(("eps", "units"), [(1e-3, 385), (1e-4, 601), (1e-8, 1281)])
@pytest.mark.parametrize("asked", [True, False], ids=["at most", "fewest"])
def test_frankes_function_is_proved(eps: float, units: int, asked: bool) -> None:
    network = built(uat.examples.franke, eps, units if asked else None)
    assert network.units <= units
    assert proved(uat.examples.franke, network) < eps


@pytest.mark.parametrize(("eps", "units"), [(1e-5, 241), (1e-8, 385)])
@pytest.mark.parametrize("asked", [True, False], ids=["at most", "fewest"])
def test_a_product_of_waves_is_proved(eps: float, units: int, asked: bool) -> None:
    network = built(WAVES, eps, units if asked else None)
    assert network.units <= units
    assert proved(WAVES, network) < eps


@pytest.mark.parametrize(("eps", "units"), [(1e-2, 150), (1e-3, 300), (1e-4, 450), (1e-5, 900)])
def test_three_dimensions_are_proved(eps: float, units: int) -> None:
    # the proof by interpolation may be up to a fifteenth above what is seen
    network = built(THREE, eps / 1.08)
    assert network.units <= units
    assert proved(THREE, network) < eps


@pytest.mark.parametrize(("eps", "units"), [(1e-1, 150), (1e-2, 600), (1e-3, 1200)])
def test_four_dimensions(eps: float, units: int) -> None:
    assert built(FOUR, eps).units <= units


def test_memory_stays_below_a_gigabyte() -> None:
    program = (
        "import resource, numpy as np, uat\n"
        "from uat.construct.ridge.choice import Choice, scaled_problem\n"
        "from uat.construct.ridge.layouts import LayoutRule\n"
        "from uat.construct.ridge.build import _network\n"
        "f = uat.Target('exp(-4*((x1-.6)**2+(x2-.6)**2+(x3-.5)**2+(x4-.4)**2))', [(0, 1)] * 4)\n"
        "rule = LayoutRule(np.eye(4), None, 4000, steepness=1.0)\n"
        "problem = scaled_problem(f, 1e-3, uat.logistic, 4000)\n"
        "_network(problem, Choice(rule, rule.layout(), 3000, 0.0), 1e-3)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    report(f"a dictionary of 4000 units, 3000 of them factored: {int(answer) / 1024:.0f} MB")
    assert int(answer) / 1024 < 1000
