"""Time counted in moments: a moment is a small job of Python and numpy on the same machine.

What takes a moment here takes one on a machine ten times as slow, so a limit in moments fails where
the code has become slow, and not where the machine is. Only the time of this thread is counted: what
other processes do does not matter much, and where it does, the job is measured again. As in `timeit`,
garbage of other tests is not collected meanwhile.
"""

import gc
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import thread_time

import numpy as np

__all__ = ["within"]


@contextmanager
def within(moments: float) -> Iterator[None]:
    """Fail if what is done inside takes longer than so many moments."""
    limit = moments * _known_moment()
    gc.disable()
    try:
        begun = thread_time()
        yield
        taken = thread_time() - begun
    finally:
        gc.enable()
    if taken >= limit:  # perhaps the machine has become slower
        limit = max(limit, moments * _moment())
    assert taken < limit, f"{taken:.3g} s of processor time; {moments:g} moments are {limit:.3g} s"


@cache
def _known_moment() -> float:
    return _moment()


def _moment() -> float:
    """Measure the job, the median of five: about 10 ms on a machine of 2025."""
    times = []
    for _ in range(5):
        begun = thread_time()
        _job()
        times.append(thread_time() - begun)
    return sorted(times)[2]


def _job() -> float:
    texts = [str(math.sin(i)) for i in range(8000)]
    x = np.array([float(text) for text in texts])
    for _ in range(40):
        x = np.sin(np.sqrt(x * x + 1.0))
    return float(x.sum())
