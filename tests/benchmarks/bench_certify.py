"""How tight a proof is and how long it takes: staircases, all examples, trained deep networks.

Run by `pytest tests/benchmarks/bench_certify.py -n0 -s`. Networks are trained here, from a seed, by
L-BFGS on gradients in numpy; their true sup error is taken from a fine grid.
"""

import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np
import pytest

import uat
from uat import Affine, Network, Target
from uat.expression.arrays import Array


def report(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    answer = run()
    return perf_counter() - start, answer


def train(target: Target, widths: list[int], points: int, steps: int) -> Network:
    """Fit a tanh network to samples on [−1, 1]^d by least squares."""
    from scipy.optimize import minimize

    rng, d = np.random.default_rng(0), target.dimension
    shapes = list(pairwise([d, *widths, 1]))
    x = rng.uniform(-1, 1, (points, d))
    y = np.asarray(target(*x.T))

    def layers(p: Array) -> list[tuple[Array, Array]]:
        parts = np.split(p, np.cumsum([n for m, k in shapes for n in (m * k, k)])[:-1])
        return [(parts[2 * i].reshape(k, m), parts[2 * i + 1]) for i, (m, k) in enumerate(shapes)]

    def loss(p: Array) -> tuple[float, Array]:
        *hidden, (last, bias) = layers(p)
        values = [x]
        for weight, c in hidden:
            values.append(np.tanh(values[-1] @ weight.T + c))
        gap = (values[-1] @ last.T + bias)[:, 0] - y
        back, slopes = 2 * gap[:, None] / points, []
        for i, (weight, _) in reversed(list(enumerate([*hidden, (last, bias)]))):
            slopes += [back.sum(axis=0), (back.T @ values[i]).ravel()]
            if i:
                back = (back @ weight) * (1 - values[i] ** 2)
        return float(np.mean(gap**2)), np.concatenate(slopes[::-1])

    start = np.concatenate(
        [v for m, k in shapes for v in (rng.normal(size=m * k) * 2 / m**0.5, rng.normal(size=k))]
    )
    options: Any = {"maxiter": steps, "maxfun": 2 * steps, "ftol": 1e-15, "gtol": 1e-10}
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return Network([Affine(weight, bias) for weight, bias in layers(best.x)], uat.tanh)


def sup_error(target: Target, network: Network, count: int) -> float:
    axes = [np.linspace(a, b, count) for a, b in target.domain]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, target.dimension)
    return float(np.abs(np.asarray(target(*points.T)) - network(points)[:, 0]).max())


@pytest.mark.parametrize(
    ("formula", "widths", "points", "steps", "grid", "ratio", "limit"),
    [
        ("sin(3*x) + 0.3*cos(11*x)", [16, 16], 400, 2000, 100_001, 2, 30),
        ("sin(2*x + y)*cos(2*y - x)", [16, 16], 1500, 1500, 701, 3, 120),
        ("abs(x - 0.3*y)", [16, 16], 1500, 800, 701, 3, 120),
        ("sin(2*x + y)*cos(z - x)", [16, 16], 2000, 500, 81, 3, 120),
    ],
)
def test_a_trained_deep_network_is_proved_tightly(
    formula: str, widths: list[int], points: int, steps: int, grid: int, ratio: float, limit: float
) -> None:
    d = 3 if "z" in formula else 2 if "y" in formula else 1
    target = Target(formula, [(-1, 1)] * d)
    network = train(target, widths, points, steps)
    true = sup_error(target, network, grid)
    time, certificate = timed(lambda: uat.certify(target, network))
    cells = len(certificate.evidence.bounds)
    report(
        f"{network!r}, {formula}: proved {certificate.upper:.6g}, true {true:.6g}, ratio "
        f"{certificate.upper / true:.4f}, {cells} cells, {time:.2f} s"
    )
    assert certificate.upper <= ratio * true
    assert time < limit


@pytest.mark.parametrize(("eps", "limit"), [(1e-4, 3), (1e-5, 30)])
def test_a_fine_staircase_is_built_and_proved(eps: float, limit: float) -> None:
    building, g = timed(lambda: uat.approximate(uat.examples.nielsen, eps=eps, method="staircase"))
    assert g.certificate is not None
    proving, certificate = timed(lambda: uat.certify(uat.examples.nielsen, g.network))
    report(
        f"Nielsen's function, eps {eps:g}: {g.units} units, built in {building:.2f} s with bound "
        f"{g.certificate.upper:.6g}, certified in {proving:.2f} s: {certificate.upper:.6g}"
    )
    assert certificate.upper <= 1.01 * g.certificate.upper
    assert certificate.bound < eps
    assert building + proving < limit


def test_all_examples_are_built_and_proved() -> None:
    total = 0.0
    for name in uat.examples.__all__:
        target = getattr(uat.examples, name)
        if target.dimension > 1:
            continue
        eps = 0.05 if name == "weierstrass" else 0.01
        building, g = timed(partial(uat.approximate, target, eps=eps))
        proving, certificate = timed(partial(uat.certify, target, g.network))
        total += building + proving
        report(
            f"{name}: {g.units} units in {building:.2f} s, certified {certificate.bound:.6g} in "
            f"{proving:.2f} s, {certificate.method}"
        )
        assert certificate.bound < eps
    report(f"together {total:.1f} s")
    assert total < 30


def ridges(target: Target, ways: int, each: int, kept: float) -> Network:
    """Fit soft units along several directions by one least squares, as a ridge network."""
    from scipy.special import expit

    angles = np.pi * (np.arange(ways) + 0.5) / ways
    w = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    reach = 1.1 * np.abs(w).sum(axis=1) / 2
    t = reach[:, None] * np.linspace(-1, 1, each)
    steep = 0.5 * (each - 1) / (2 * reach)
    b = np.repeat(steep[:, None] * w, each, axis=0)
    c = (-steep[:, None] * (w.sum(axis=1)[:, None] / 2 + t)).ravel()
    nodes = 0.5 - 0.5 * np.cos(np.pi * (np.arange(48) + 0.5) / 48)
    x = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    a = np.linalg.lstsq(expit(x @ b.T + c), np.asarray(target(*x.T)), rcond=kept)[0]
    return Network.from_units(a, b, c, uat.logistic)


@pytest.mark.parametrize("name", ["cone", "maximum"])
@pytest.mark.parametrize(("ways", "each", "kept"), [(16, 24, 1e-6), (16, 24, 1e-10)])
def test_kinks_under_soft_units_that_cancel_are_proved_tightly(
    name: str, ways: int, each: int, kept: float
) -> None:
    target = getattr(uat.examples, name)
    network = ridges(target, ways, each, kept)
    time, certificate = timed(partial(uat.certify, target, network))
    report(
        f"{name}, {network.units} units, Σ|a| = {np.abs(network.output_weights).sum():.1e}: proved "
        f"{certificate.upper:.6g}, ratio {certificate.upper / certificate.lower:.4f} in {time:.2f} s"
    )
    assert certificate.upper <= 1.02 * certificate.lower
    assert time < 30


@pytest.mark.parametrize("d", [1, 2, 3])
def test_steepness_costs_nothing(d: int) -> None:
    rng = np.random.default_rng(d)
    b, a = rng.normal(size=(200, d)), rng.normal(size=200) / 14
    c = -np.sum(b * rng.uniform(-1, 1, (200, d)), axis=1)
    target = Target("sin(3*x)" + "*y" * (d > 1), [(-1, 1)] * d)
    times = []
    for slope in (1e6, 1e100):
        network = Network.from_units(a, slope * b, slope * c, uat.logistic)
        time, certificate = timed(partial(uat.certify, target, network, cells=5000))
        times.append(time)
        report(
            f"{d} dimension(s), 200 units of slope {slope:g}: ratio "
            f"{certificate.upper / certificate.lower:.4f} in {time:.2f} s"
        )
        assert certificate.upper < 1.1 * certificate.lower
    assert times[1] < 3 * times[0] + 0.5
