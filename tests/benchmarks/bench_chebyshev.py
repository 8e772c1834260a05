"""How sharp the proof by interpolation is, and how long it takes.

Run by `pytest tests/benchmarks/bench_chebyshev.py -n0 -s`. The networks are made here by least
squares: a comb of soft units in one dimension, ridges in evenly spread directions in two.
"""

import sys
from time import process_time

import numpy as np
import pytest
from scipy.linalg import lstsq

import uat
from uat import Network, Target
from uat.core.activations import NAMED
from uat.expression.arrays import Array
from uat.numerics.sampled_error import largest_error
from uat.numerics.witness import difference
from uat.proof.interpolation.prove import prove_by_chebyshev


def fitted(
    target: Target, points: Array, slopes: Array, biases: Array, cutoff: float, activation: str
) -> Network:
    """The output weights of least squares; singular values below the cutoff are left out."""
    sigma = NAMED[activation]
    matrix = sigma(points @ slopes.T + biases)
    weights = lstsq(matrix, target(*points.T), cond=cutoff, lapack_driver="gelsd")[0]
    return Network.from_units(weights, slopes, biases, sigma)


def comb(target: Target, units: int, activation: str = "logistic") -> Network:
    """Equally spaced centres, slope half the inverse spacing, a tenth of margin; a constant unit."""
    ((a, b),) = target.domain
    margin = 0.1 * (b - a)
    centres = np.linspace(a - margin, b + margin, units - 1)
    slopes = np.append(np.full(units - 1, 0.5 / (centres[1] - centres[0])), 0.0)
    biases = np.append(-slopes[:-1] * centres, 0.0)
    angles = np.pi * (np.arange(800) + 0.5) / 800
    points = (a + b) / 2 - (b - a) / 2 * np.cos(angles)
    return fitted(target, points[:, None], slopes[:, None], biases, 3e-15, activation)


def ridges(target: Target, directions: int, each: int) -> Network:
    """Units along each of many directions of the unit square; a constant unit."""
    angles = np.pi * (np.arange(directions) + 0.5) / directions
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    reach = np.abs(ways).sum(axis=1) / 2 * 1.1
    centres = reach[:, None] * np.linspace(-1, 1, each)
    steepness = 0.5 / (centres[:, 1] - centres[:, 0])
    slopes = np.repeat(steepness[:, None] * ways, each, axis=0)
    biases = -(steepness[:, None] * (centres + ways.sum(axis=1)[:, None] / 2)).ravel()
    line = 0.5 - 0.5 * np.cos(np.pi * (np.arange(48) + 0.5) / 48)
    points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    slopes, biases = np.append(slopes, [[0.0, 0.0]], axis=0), np.append(biases, 0.0)
    return fitted(target, points, slopes, biases, 1e-13, "logistic")


def seen_on_a_grid(target: Target, network: Network) -> float:
    lines = [np.linspace(a, b, 4001 if target.dimension == 1 else 101) for a, b in target.domain]
    points = np.stack(np.meshgrid(*lines), axis=-1).reshape(-1, target.dimension)
    return float(np.abs(target(*points.T) - network(points)[:, 0]).max())


def measure(name: str, target: Target, network: Network, repeat: int = 3) -> tuple[float, float]:
    """The ratio of the bound to the witnessed error, and the shortest time."""
    level, times = seen_on_a_grid(target, network), []
    for _ in range(repeat):
        start = process_time()
        cells = prove_by_chebyshev(target, network, 50_000, level=level)
        times.append(process_time() - start)
    points, upper = largest_error(target, network)[1][:5], float(cells.bounds.max())
    lower = max(difference(target, network, point) for point in points)
    sys.stdout.write(
        f"\n{name}, {network.units} units, Σ|a| = {np.abs(network.output_weights).sum():.1e}: "
        f"≤ {upper:.5e}, ≥ {lower:.5e}, ratio {upper / lower:.4f}, "
        f"{len(cells.bounds)} cells, {min(times):.2f} s of the processor\n"
    )
    assert lower <= upper
    return upper / lower, min(times)


def test_a_comb_for_nielsens_function_within_a_hundredth_in_a_second() -> None:
    target = uat.examples.nielsen
    ratio, seconds = measure("Nielsen", target, comb(target, 81))
    assert ratio <= 1.01
    assert seconds < 1


@pytest.mark.parametrize(
    ("directions", "each", "most"), [(16, 24, 1.0), (20, 30, 1.0), (32, 40, 15.0)]
)
def test_ridges_for_frankes_function_within_a_fiftieth(
    directions: int, each: int, most: float
) -> None:
    target = uat.examples.franke
    ratio, seconds = measure("Franke", target, ridges(target, directions, each))
    assert ratio <= 1.02
    assert seconds < most


@pytest.mark.parametrize("activation", ["tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic"])
def test_every_smooth_activation_within_a_hundredth_in_a_second(activation: str) -> None:
    target = uat.examples.nielsen
    ratio, seconds = measure(activation, target, comb(target, 81, activation))
    assert ratio <= 1.01
    assert seconds < 1


@pytest.mark.parametrize(("slope", "most"), [(200.0, 2.0), (1000.0, 20.0)])
def test_steep_units_cost_cells(slope: float, most: float) -> None:
    target = uat.examples.nielsen
    centres = np.linspace(0, 1, 81)
    slopes, biases = np.full((81, 1), slope), -slope * centres
    points = np.linspace(0, 1, 1000)[:, None]
    network = fitted(target, points, slopes, biases, 1e-13, "logistic")
    ratio, seconds = measure(f"slope {slope:g}", target, network, repeat=1)
    assert ratio <= 1.01
    assert seconds < most
