"""BLAS in one thread: what the limit promises, and that no answer depends on the machine's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread
from time import process_time

import pytest

from uat.numerics import one_thread
from uat.numerics.one_thread import single_threaded


def set_all(threads: int) -> None:
    for library in one_thread._libraries():
        one_thread._limit(library, threads)


def threads() -> set[int]:
    return {library.num_threads for library in one_thread._libraries()}


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    found = [library.num_threads for library in one_thread._libraries()]
    set_all(2)
    yield
    for library, before in zip(one_thread._libraries(), found, strict=True):
        one_thread._limit(library, before)


def test_a_block_has_one_thread_and_then_as_many_as_before() -> None:
    with single_threaded():
        assert threads() == {1}
        with single_threaded():
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == {2}


def test_an_error_leaves_as_many_as_before() -> None:
    @single_threaded()
    def outer() -> None:
        with pytest.raises(ZeroDivisionError), single_threaded():
            raise ZeroDivisionError
        assert threads() == {1}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert threads() == {2}


def test_the_last_of_several_python_threads_takes_the_limit_back() -> None:
    first_in, second_in, first_out = Event(), Event(), Event()
    seen: list[set[int]] = []

    def first() -> None:
        with single_threaded():
            first_in.set()
            assert second_in.wait(60)
        first_out.set()

    def second() -> None:
        assert first_in.wait(60)
        with single_threaded():
            second_in.set()
            assert first_out.wait(60)
            seen.append(threads())

    both = [Thread(target=first), Thread(target=second)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert seen == [{1}]
    assert threads() == {2}


def test_a_block_costs_next_to_nothing() -> None:
    @single_threaded()
    def nothing() -> None: ...

    times = []
    for _ in range(30):
        start = process_time()
        for _ in range(100):
            nothing()
        times.append((process_time() - start) / 100)
    assert min(times) < 50e-6


FIRST_TRAINING = """
import numpy as np, uat
from threadpoolctl import threadpool_info

def blas():
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]

before, seen, x = blas(), [], np.linspace(0, 1, 20)
uat.fit(x, x**2, hidden=3, max_iter=3, callback=lambda _: seen.append(blas()))
assert seen and all(set(threads) <= {1} for threads in seen), seen
assert set(blas()) == set(before), (before, blas())
"""

# At these sizes OpenBLAS uses its threads.
ANSWERS = """
from hashlib import sha256
import numpy as np, uat
from uat.train.methods import TRAINERS

def show(name, *arrays):
    print(name, sha256(b"".join(np.asarray(array).tobytes() for array in arrays)).hexdigest())

def numbers(network):
    return [part for layer in network.layers for part in (layer.weight, layer.bias)]

x = np.random.default_rng(0).uniform(-1, 1, (300, 2))
y = np.sin(3 * x[:, 0]) * x[:, 1]
for trainer in TRAINERS:
    steps = 5 if trainer.name == "projection" else 30
    found = uat.fit(x, y, (24, 24), method=trainer.name, max_iter=steps)
    show(trainer.name, found.losses, *numbers(found.network))
show("fit_function", *numbers(uat.fit_function("sin(8*x)", (0, 2), 20, max_iter=12).network))
square = [(0, 1), (0, 1)]
for method, f, box, eps in (
    ("comb", "sin(9*x)", (0, 2), 1e-3),
    ("staircase", "sin(8*x)", (0, 2), 0.05),
    ("ridge", "sin(2*x)*cos(y)", square, 1e-2),
    ("fejer-korovkin", "x*y", square, 0.3),
):
    g = uat.approximate(f, box, eps, method=method)
    show(method, g.certificate.lower, g.certificate.upper, *numbers(g.network))
network = uat.fit(x, y, 24, max_iter=5).network
proof = uat.certify("sin(3*x)*y", network, [(-1, 1), (-1, 1)], cells=100)
show("certify", proof.lower, proof.upper, proof.rounding)
network = uat.fit(x, y, (16, 16), uat.relu, method="adam", max_iter=2).network
regions = uat.map_regions(network, (-1, 1))
show("map_regions", regions.vertices, regions.gradients, regions.offsets, regions.patterns)
count = uat.count_regions(network, (-1, 1))
show("count_regions", count.activation, count.linear)
"""


def run(code: str, threads: int) -> str:
    """Run code in a new Python whose BLAS starts with this number of threads."""
    limits = {f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "MKL", "OMP")}
    child = subprocess.run(
        [sys.executable, "-c", code],
        check=False, capture_output=True, text=True, env={**os.environ, **limits},
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    return child.stdout


@pytest.mark.slow
def test_a_first_training_also_limits_the_blas_that_scipy_brings() -> None:
    run(FIRST_TRAINING, 2)


FOR_GOOD = """
import sys
from uat.numerics.one_thread import limit_for_good, single_threaded
limit_for_good()
with single_threaded():
    pass
assert "scipy" not in sys.modules
import scipy.linalg
from threadpoolctl import threadpool_info
found = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
assert found and set(found) == {1}, found
"""


@pytest.mark.slow
def test_a_process_that_is_limited_for_good_limits_what_it_loads_later() -> None:
    run(FOR_GOOD, 2)


@pytest.mark.slow
def test_no_answer_depends_on_the_number_of_threads() -> None:
    alone = run(ANSWERS, 1)
    assert alone.count("\n") == 12
    assert run(ANSWERS, 16) == alone
