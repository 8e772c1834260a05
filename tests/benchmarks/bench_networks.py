"""Ranges of networks that others trained: how near to the truth, and how long it takes.

Run by `pytest tests/benchmarks/bench_networks.py -n0 -s`. The network is ACAS Xu 1_1, 5 inputs and 6
layers of 50 ReLUs, its first output; the boxes are of the properties that verifiers prove of it
(G. Katz et al., Reluplex, 2017), and two around 0. The truth is taken from the corners of all
regions, where those are known, and else from the largest value that was found. Controllers of the
benchmarks of JuliaReach are compared with their affine fits by least squares on the boxes where their
loops start. The seconds are CPU time of `certify`.
"""

import sys
from time import process_time

import numpy as np
import pytest

import uat
from uat.core.outputs import one_output
from uat.interchange.formats import read_network

CASES = {
    # the box, the constant whose distance is bounded, most of bound / truth, most seconds
    "±0.005": ([(-0.005, 0.005)] * 5, -0.02112530, 1.002, 2.5),
    "±0.02": ([(-0.02, 0.02)] * 5, -0.02045587, 1.002, 10.0),
    "property 3": (
        [
            (-0.303531156, -0.298552812),
            (-0.009549297, 0.009549297),
            (0.493380324, 0.5),
            (0.3, 0.5),
            (0.3, 0.5),
        ],
        0.1407,
        1.01,
        30.0,
    ),
    "property 1": (
        [(0.6, 0.679857769), (-0.5, 0.5), (-0.5, 0.5), (0.45, 0.5), (-0.5, -0.45)],
        0.0,
        1.05,
        20.0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bound_is_near_the_truth(name: str) -> None:
    box, constant, most, seconds = CASES[name]
    whole = read_network("tests/interchange/networks/ACASXU_run2a_1_1.onnx")
    network = one_output(whole, 0)
    start = process_time()
    proof = uat.certify(uat.Target(f"{constant} + 0*x1", box), network)
    spent = process_time() - start
    sys.stdout.write(
        f"\n{name}: {proof.upper:.8f}, {proof.upper / proof.lower:.5f} times an error that occurs, "
        f"{spent:.1f} s of {seconds:g}"
    )
    assert proof.upper <= most * proof.lower


CONTROLLERS = {
    "ACC_controller_relu": [(29.9, 30.1), (1.39, 1.41), (30, 30.2), (79, 100), (1.8, 2.2)],
    "ACC_controller_tanh": [(29.9, 30.1), (1.39, 1.41), (30, 30.2), (79, 100), (1.8, 2.2)],
    "InvertedPendulum_controller": [(1.0, 1.2), (0.0, 0.2)],
    "TORA_sigmoid_controller": [(0.6, 0.7), (-0.7, -0.6), (-0.4, -0.3), (0.5, 0.6)],
}


@pytest.mark.parametrize("name", CONTROLLERS)
def test_a_controller_is_near_its_affine_fit(name: str) -> None:
    box = np.array(CONTROLLERS[name], dtype=float)
    network = read_network(f"tests/interchange/networks/{name}.polar")
    points = np.random.default_rng(0).uniform(box[:, 0], box[:, 1], (20_000, len(box)))
    columns = np.column_stack([np.ones(len(points)), points])
    constant, *slopes = np.linalg.lstsq(columns, network(points)[:, 0])[0].tolist()
    start = process_time()
    fit = "".join(f" + {slope!r}*x{i}" for i, slope in enumerate(slopes, 1))
    proof = uat.certify(uat.Target(f"{constant!r}{fit}", box), network)
    spent = process_time() - start
    sys.stdout.write(
        f"\n{name}: {proof.upper:.3g}, {proof.upper / proof.lower:.5f} times an error that occurs, "
        f"{spent:.2f} s of 20"
    )
    assert proof.upper <= 1.01 * proof.lower
