"""How much faster windows are than the direct sum, and what a million points take.

Run by `pytest tests/benchmarks/bench_evaluate.py -n0 -s`: both ways in one run, side by side.
"""

import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
import pytest

import uat
from uat import Network
from uat.core.evaluate import evaluate, evaluate_directly, find_windows
from uat.expression.arrays import Array


def staircase(units: int, slope: float) -> Network:
    rng = np.random.default_rng(0)
    slopes = np.full(units, slope)
    return Network.from_units(
        rng.normal(size=units), slopes, -slopes * np.sort(rng.random(units)), uat.logistic
    )


def seconds(run: Callable[[], Array], repeat: int) -> tuple[float, Array]:
    """The shortest of some runs, and what they give."""
    times, values = [], np.empty(0)
    for _ in range(repeat):
        start = perf_counter()
        values = run()
        times.append(perf_counter() - start)
    return min(times), values


def report(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


@pytest.mark.parametrize("slope", [2e5, 1e6, 1e100])
def test_windows_are_300_times_faster_than_the_direct_sum(slope: float) -> None:
    network = staircase(10_000, slope)
    x = np.random.default_rng(1).random((100_000, 1))  # in no order
    first, _ = seconds(partial(evaluate, network, x), 1)
    fast, ours = seconds(partial(evaluate, network, x), 5)
    slow, theirs = seconds(partial(evaluate_directly, network, x), 1)
    apart = float(np.abs(ours - theirs).max() / np.abs(network.output_weights).sum())
    report(
        f"10^4 units, 10^5 points, slope {slope:g}: windows {fast:.4f} s ({first:.4f} s the first "
        f"time), direct {slow:.2f} s, ratio {slow / fast:.0f}, apart by {apart:.1e} of Σ|a|"
    )
    assert apart <= 1e-12
    assert slow / fast >= 300


def test_a_million_points_take_little_memory() -> None:
    x = np.random.default_rng(2).random((1_000_000, 1))
    for name, slope, points in (("windows", 1e8, len(x)), ("direct", 1.0, 100)):
        network = staircase(100_000, slope)
        assert (find_windows(network) is None) == (name == "direct")
        time, _ = seconds(partial(evaluate, network, x[:points]), 1)
        tracemalloc.start()
        values = evaluate(network, x[:points])
        peak = (tracemalloc.get_traced_memory()[1] - values.nbytes) / 1e6
        tracemalloc.stop()
        report(
            f"10^5 units, {points} points, {name}: {time:.2f} s, {peak:.1f} MB beside the values"
        )
        assert peak < 64
