"""Linear algebra in one thread: fast on small matrices, and the same digits on every machine.

BLAS shares out every product among its threads. On a matrix of a few hundred rows they wait for
each other longer than they compute, and the number of threads decides in which order a sum is
taken, hence its last digits.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, local
from typing import Any

__all__ = ["limit_for_good", "single_threaded"]


class _Here(local):
    inside = False  # True while this Python thread is in a block, and in a process limited for good


_HERE = _Here()
_LOCK = Lock()
_FOUND: list[list[int]] = []
"""For each Python thread in a block, the numbers of threads that the first of them found."""


@contextmanager
def single_threaded() -> Iterator[None]:
    """Limit BLAS to one thread in a block or, as a decorator, in a function; then restore it.

    Blocks may be nested. OpenBLAS has one number of threads for the whole process, so it stays
    limited until the last Python thread has left its block. A limit that another Python thread
    holds by threadpoolctl's own functions goes before this one.
    """
    if _HERE.inside:
        yield
        return
    libraries = _libraries()
    with _LOCK:
        found = [library.num_threads for library in libraries]
        _FOUND.append(_FOUND[0] if _FOUND else found)
        for library in libraries:
            _limit(library, 1)
    _HERE.inside = True
    try:
        yield
    finally:
        _HERE.inside = False
        with _LOCK:
            first = _FOUND.pop()
            for library, own, shared in zip(libraries, found, first, strict=True):
                if getattr(library, "threading_layer", "pthreads") != "pthreads":
                    _limit(library, own)
                elif not _FOUND:
                    _limit(library, shared)


def limit_for_good() -> None:
    """Limit BLAS to one thread in this process from now on, whenever it is loaded.

    Then a block has nothing to do, and need not load scipy's BLAS first.
    """
    from threadpoolctl import threadpool_limits

    for library in ("OPENBLAS_NUM", "MKL_NUM", "OMP_NUM", "BLIS_NUM", "VECLIB_MAXIMUM"):
        os.environ[f"{library}_THREADS"] = "1"
    threadpool_limits(1, "blas")
    _Here.inside = True


def _limit(library: Any, threads: int) -> None:
    library.set_num_threads(threads)
    # threadpoolctl ignores all other Python threads until this one gives up control
    getattr(library, "clear_controlling_thread", lambda: None)()


@cache
def _libraries() -> list[Any]:
    """Find the BLAS of numpy and that of scipy: slow, so only once.

    A library that is loaded inside a block would escape its limit, hence scipy's is loaded here.
    """
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    libraries = ThreadpoolController().lib_controllers
    return [library for library in libraries if library.user_api == "blas"]
