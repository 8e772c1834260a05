"""How long the independent checker takes to confirm a certificate.

Run by `pytest tests/benchmarks/bench_verify.py -n0 -s`. Times are those of the processor, without
the making of the certificate and the reading of its file.
"""

import sys
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

import uat
from tests.benchmarks.bench_chebyshev import comb, ridges
from uat import checker


def measure(name: str, certificate: Any, folder: Path) -> float:
    """The time that the confirmation of a certificate takes."""
    certificate.save(folder / "proof.json")
    claim = checker.read(folder / "proof.json")
    start = process_time()
    checker.check(claim)
    seconds = process_time() - start
    sys.stdout.write(
        f"\n{name}: |f − g| ≤ {claim.upper:.4g}, seen {claim.lower:.4g}, {len(claim.cells)} cells, "
        f"confirmed in {seconds:.2f} s of the processor\n"
    )
    return seconds


def deep(*widths: int) -> uat.Network:
    rng = np.random.default_rng(1)
    layers = [
        uat.Affine(rng.normal(size=(m, n)) / np.sqrt(n), rng.normal(size=m) / 2)
        for n, m in pairwise(widths)
    ]
    return uat.Network(layers, uat.tanh)


def test_a_staircase_of_ten_thousand_units(tmp_path: Path) -> None:
    g = uat.approximate(uat.examples.nielsen, eps=1e-4, method="staircase")
    assert g.units > 10_000
    assert measure(f"Nielsen, {g.units} steep units", g.certificate, tmp_path) < 20


def test_a_staircase_of_relu(tmp_path: Path) -> None:
    f, sigma = uat.examples.nielsen, uat.relu
    g = uat.approximate(f, eps=1e-3, activation=sigma, method="staircase")
    assert measure(f"Nielsen, {g.units} ReLU units", g.certificate, tmp_path) < 5


def test_soft_units_to_fourteen_digits(tmp_path: Path) -> None:
    f = uat.examples.nielsen
    certificate = uat.certify(f, comb(f, 81))
    assert measure("Nielsen, 81 soft units", certificate, tmp_path) < 2


def test_deep_networks(tmp_path: Path) -> None:
    for widths in ((1, 16, 16, 1), (2, 5, 5, 1)):
        formula = "sin(3*x)" + "*y" * (widths[0] - 1)
        certificate = uat.certify(formula, deep(*widths), [(-1, 1)] * widths[0])
        assert measure(f"{formula}, layers of {widths}", certificate, tmp_path) < 3


def test_ridges_for_frankes_function(tmp_path: Path) -> None:
    f = uat.examples.franke
    for directions, each, most in ((16, 24, 30), (20, 30, 60)):
        network = ridges(f, directions, each)
        seconds = measure(f"Franke, {network.units} units", uat.certify(f, network), tmp_path)
        assert seconds < most
