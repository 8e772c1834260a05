"""A proof is the same to the last digit, whoever bounds its cells, and whoever dies on the way."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import uat
from tests.numerics.executors import Killing, Mortal
from uat import Certificate, Network, Target, WrongType
from uat.construct.deep.random_networks import random_network
from uat.numerics.workers import Workers, cluster
from uat.proof.cells import blocks

RIDGES = Network.from_units([1.0, -0.5, 0.3], np.diag([2.0, 1.0, 3.0]), [0.0, 1.0, 0.2], uat.tanh)


def slow(u: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-u / 3))


OWN = uat.sigmoidal(slow, name="mine")

PROBLEMS = {
    "kinks": (Target("x*y", [(-1, 1)] * 2), random_network(2, [6, 5], rng=1)),
    "steep": (Target("sin(9*x)", (0, 1)), uat.approximate("sin(9*x)", (0, 1), eps=0.04,
        method="staircase").network),
    "soft": (Target("sin(3*x*y)", [(-1, 1)] * 2), Network(random_network(2, [4, 4], rng=0).layers,
        uat.logistic)),
    "joint": (Target("sin(x + y*z) + y", [(-1, 1)] * 3), RIDGES),
    "own": (Target("abs(x) - x**2", (-1, 1)), Network.from_units([1.0, 2.0], [3.0, 9.0], [0.1, -2],
        OWN)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of few cells."""
    kept = blocks.InBlocks.__init__

    def small_ones(self: Any, bound: Any, _cells: int, *others: Any) -> None:
        kept(self, bound, 16, *others)

    monkeypatch.setattr(blocks.InBlocks, "__init__", small_ones)


def same(one: Certificate, two: Certificate) -> bool:
    a, b = one.evidence, two.evidence
    assert a is not None
    assert b is not None
    parts = [(a.lower, b.lower), (a.upper, b.upper), (a.bounds, b.bounds)]
    return repr(one) == repr(two) and all(np.array_equal(*pair) for pair in parts)


def certified(name: str, executor: Executor | None = None) -> Certificate:
    target, network = PROBLEMS[name]
    method = "auto" if name == "joint" else "cells"
    return uat.certify(target, network, cells=200, method=method, executor=executor)


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_threads_prove_the_same(name: str, threads: Executor) -> None:
    assert same(certified(name), certified(name, threads))


@pytest.mark.slow
def test_what_a_dying_worker_was_bounding_is_bounded_again() -> None:
    mortal = Mortal()
    assert same(certified("kinks", mortal), certified("kinks"))
    assert mortal.tasks >= 5


@pytest.mark.slow
def test_processes_prove_the_same() -> None:
    with Workers(2) as workers:
        for name in PROBLEMS:
            assert same(certified(name), certified(name, workers)), name


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_proves_the_same() -> None:
    distributed = pytest.importorskip("dask.distributed", reason="the extra distributed brings it")
    local = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(processes=True, silence_logs=50, **local) as machines,
        cluster(machines.scheduler_address) as executor,
    ):
        for name in ("kinks", "joint"):
            killing = Killing(executor)
            assert same(certified(name), certified(name, killing)), name
            assert killing.tasks >= 3


def test_what_cannot_be_sent_or_is_no_executor_is_refused(threads: Executor) -> None:
    f = Target("x", (0, 1), modulus=lambda h: h)
    with pytest.raises(WrongType, match="cannot be sent what they need"):
        uat.certify(f, PROBLEMS["steep"][1], executor=threads)
    with pytest.raises(WrongType, match=r"executor 2 given; a concurrent\.futures\.Executor"):
        uat.certify("x", PROBLEMS["steep"][1], (0, 1), executor=2)  # type: ignore[arg-type]
