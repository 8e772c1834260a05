"""Pieces, units and seconds of the staircase for Nielsen's f, ε from 0.1 to 1e-5.

Run by `pytest tests/benchmarks/bench_staircase.py -n0 -s`. The counts are claims; the seconds
depend on the machine, and only a very long time fails.
"""

import sys
from time import perf_counter

import numpy as np
import pytest

import uat
from tests.oracles.pieces import fewest_on_samples
from uat.construct.staircase.build import build, partition
from uat.core.activations import NAMED

EVERY = (0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5)
SIGMOIDAL = [name for name, a in NAMED.items() if a.limits is not None]


def nielsen(x: np.ndarray) -> np.ndarray:
    return np.asarray(0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x))


@pytest.mark.parametrize("eps", EVERY)
def test_pieces_units_and_seconds(eps: float) -> None:
    target = uat.examples.nielsen
    start = perf_counter()
    pieces = partition(target, eps).pieces
    middle = perf_counter()
    network, certificate = build(target, eps)
    end = perf_counter()
    sys.stdout.write(
        f"\neps {eps:g}: {pieces} pieces in {middle - start:.3f} s; {network.units} units in "
        f"{end - middle:.3f} s, bound {certificate.bound / eps:.4f} eps"
    )
    assert network.units <= 1.01 * pieces + 1
    assert end - start < 120


@pytest.mark.parametrize("name", SIGMOIDAL)
def test_each_monotone_sigma_at_a_ten_thousandth(name: str) -> None:
    least = fewest_on_samples(nielsen(np.linspace(0, 1, 4_000_001)).tolist(), 1e-4)
    start = perf_counter()
    network, certificate = build(uat.examples.nielsen, 1e-4, NAMED[name])
    taken = perf_counter() - start
    sys.stdout.write(
        f"\n{name}: {network.units} units, {network.units / least:.4f} of the fewest pieces "
        f"({least}), {taken:.3f} s, bound {certificate.bound / 1e-4:.4f} eps"
    )
    assert network.units <= 1.01 * least + 1
    assert taken < 60
