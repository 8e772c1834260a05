"""How sharp a proof in two to eight coordinates is, and how long it takes: CPU seconds of `certify`.

Run by `pytest tests/benchmarks/bench_many_coordinates.py -n0 -s`. The networks are ridges, random
units with weights of least squares, units along a kink, and a trained deep one. Their true errors are
not known: a bound is compared with the largest error proved to occur.
"""

import resource
import sys
from collections.abc import Callable
from time import process_time
from typing import Final

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.expression.arrays import Array
from uat.expression.parse import parse

GAUSSIANS: Final = (
    "exp(-3*((x1 - 0.3)**2 + (x2 - 0.4)**2 + (x3 - 0.5)**2 + (x4 - 0.6)**2))"
    " + exp(-4*((x1 - 0.7)**2 + (x2 - 0.6)**2 + (x3 - 0.5)**2 + (x4 - 0.3)**2))"
)
FRIEDMAN: Final = "10*sin(pi*x1*x2) + 20*(x3 - 0.5)**2 + 10*x4 + 5*x5"
WAVE: Final = "exp(-(x1 + x2*x3)/2)*cos(x4 - x5*x6)"
BOREHOLE: Final = (
    "2*pi*(290 + 120*x1 - 120*x2)/(log((100 + 49900*x3)/(0.05 + 0.1*x4))"
    "*(1/(63070 + 52530*x5) + 1/(63.1 + 52.9*x6))"
    " + 2*(1120 + 560*x7)/((0.05 + 0.1*x4)**2*(9855 + 2190*x8)))"
)


def ridges(f: str, d: int, eps: float) -> Network:
    return uat.approximate(f, [(0, 1)] * d, eps, method="ridge", prove=False).network


def random_units(f: str, d: int, units: int, steepness: float) -> Network:
    """Random units whose weights least squares chose on points of the unit cube."""
    rng = np.random.default_rng(0)
    slopes = rng.normal(size=(units, d))
    slopes *= steepness * rng.uniform(0.3, 1, (units, 1)) / np.linalg.norm(slopes, axis=1)[:, None]
    biases = -(slopes * rng.random((units, d))).sum(axis=1)
    x = rng.random((4 * units, d))
    table = np.column_stack([uat.logistic(x @ slopes.T + biases), np.ones(len(x))])
    weights = np.linalg.lstsq(table, parse(f)(*x.T), rcond=1e-13)[0]
    return Network([Affine(slopes, biases), Affine(weights[None, :-1], weights[-1:])], uat.logistic)


def along_a_kink(f: str, d: int) -> Network:
    """Units of |x| along x1 − x2 beside random ones."""
    g = random_units(f, d, 150, 2.0)
    kink = uat.approximate("abs(x)", (-1, 1), 1e-3, method="comb", prove=False).network
    slopes = kink.layers[0].weight * np.array([1.0, -1.0] + [0.0] * (d - 2))
    hidden = Affine(
        np.vstack([g.layers[0].weight, slopes]), np.append(g.layers[0].bias, kink.layers[0].bias)
    )
    weights = np.append(g.layers[1].weight[0], kink.layers[1].weight[0])[None]
    return Network([hidden, Affine(weights, g.layers[1].bias + kink.layers[1].bias)], uat.logistic)


def trained(f: str, d: int, hidden: list[int], steps: int) -> Network:
    x = np.clip(np.random.default_rng(0).uniform(-0.2, 1.2, (1500, d)), 0, 1)
    found = uat.fit(x, parse(f)(*x.T), hidden=hidden, activation="tanh", max_iter=steps, rng=0)
    return found.network


DEEP: Final = "exp(-(x1*x2 + x3)/2)*cos(x4 - x1)"
KINK: Final = "x2*x3 + sin(2*x1 + x2)"
SUM: Final = "sin(x1 + x2 + x3 + x4 + x5 + x6)"


def combs(eps: float) -> Network:
    """Units of |u| along x − y."""
    comb = uat.approximate("abs(x)", (-1, 1), eps, method="comb", prove=False).network
    first, second = comb.layers
    return Network([Affine(first.weight * np.array([1.0, -1.0]), first.bias), second], uat.logistic)


def units_of(share: float) -> Network:
    """The 16 units of f, moved a little."""
    rng = np.random.default_rng(1)
    a, b, c = LIKE
    return Network.from_units(
        a * (1 + share * rng.normal(size=16)),
        b * (1 + share * rng.normal(size=b.shape)),
        c,
        uat.tanh,
    )


def written(a: Array, b: Array, c: Array) -> str:
    """Units of tanh as a formula."""
    forms = [
        " + ".join(f"({w!r})*x{j + 1}" for j, w in enumerate(row)) + f" + ({bias!r})"
        for row, bias in zip(b.tolist(), c.tolist(), strict=True)
    ]
    return " + ".join(f"({w!r})*tanh({z})" for w, z in zip(a.tolist(), forms, strict=True))


def drawn_units() -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(0)
    return rng.normal(size=16), rng.normal(size=(16, 4)), rng.normal(size=16)


LIKE: Final = drawn_units()
UNITS: Final = written(*LIKE)

CASES: Final[dict[str, tuple[str, int, Callable[[], Network], float, float]]] = {
    "sin(x1 + … + x6), 1e-9": (SUM, 6, lambda: ridges(SUM, 6, 1e-9), 1.001, 1),
    "|x − y|, 1e-3": ("abs(x - y)", 2, lambda: ridges("abs(x - y)", 2, 1e-3), 1.02, 1),
    "|x − y|, 1e-4, comb": ("abs(x - y)", 2, lambda: combs(1e-4), 1.02, 3),
    "|x1 − x2| + smooth, 3-D": (
        f"abs(x1 - x2) + {KINK}",
        3,
        lambda: along_a_kink(KINK, 3),
        1.02,
        1,
    ),
    "x1 x2 + x3 x4, 1e-4": (
        "x1*x2 + x3*x4",
        4,
        lambda: ridges("x1*x2 + x3*x4", 4, 1e-4),
        1.02,
        0.5,
    ),
    "two Gaussians, 4-D, 1e-2": (GAUSSIANS, 4, lambda: ridges(GAUSSIANS, 4, 1e-2), 1.02, 1),
    "two Gaussians, 4-D, 2e-3": (GAUSSIANS, 4, lambda: ridges(GAUSSIANS, 4, 2e-3), 1.02, 2),
    "Friedman, 5-D, 1e-2": (FRIEDMAN, 5, lambda: ridges(FRIEDMAN, 5, 1e-2), 1.02, 3),
    "exp·cos, 6-D, 1e-2": (WAVE, 6, lambda: ridges(WAVE, 6, 1e-2), 1.02, 2),
    "borehole, 8-D": (BOREHOLE, 8, lambda: random_units(BOREHOLE, 8, 500, 2.0), 1.05, 20),
    "tanh 4-16-16-1": (DEEP, 4, lambda: trained(DEEP, 4, [16, 16], 300), 1.02, 2),
    "tanh 4-16-16-1, short": (DEEP, 4, lambda: trained(DEEP, 4, [16, 16], 20), 1.02, 2),
    "tanh 6-32-32-1, short": (WAVE, 6, lambda: trained(WAVE, 6, [32, 32], 6), 1.1, 30),
    "f a network of like units": (UNITS, 4, lambda: units_of(1e-3), 1.02, 2),
}
"""f, coordinates, the network, and at most: bound over error seen, and CPU seconds that were set."""


@pytest.mark.parametrize("name", CASES)
def test_a_bound_in_many_coordinates(name: str) -> None:
    text, d, build, most, limit = CASES[name]
    network = build()
    start = process_time()
    certificate = uat.certify(text, network, [(0, 1)] * d)
    seconds = process_time() - start
    ratio = certificate.upper / certificate.lower
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"\n{name:26} {network.units:4} units  {certificate.upper:.3e}"
        f"  bound/seen {ratio:.4f} (at most {most})  {seconds:5.2f} s (at most {limit})"
        f"  {memory} MB so far"
    )
    assert ratio <= most
    assert memory < 1024
