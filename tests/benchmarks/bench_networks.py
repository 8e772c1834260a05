"""Ranges of networks that others trained: how near to the truth, and how long it takes.

Run by `pytest tests/benchmarks/bench_networks.py -n0 -s`. The network is ACAS Xu 1_1, 5 inputs and 6
layers of 50 ReLUs, its first output; the boxes are of the properties that verifiers prove of it
(G. Katz et al., Reluplex, 2017), and two around 0. The truth is taken from the corners of all
regions, where those are known, and else from the largest value that was found. The seconds are CPU
time of `certify`.
"""

import sys
from time import process_time

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
