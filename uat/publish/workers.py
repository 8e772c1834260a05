"""Processes that draw: started afresh, silent at Ctrl-C, and gone when their work is.

Workers write into a temporary folder, and the process that started them reads from there, so that a
worker that ends early leaves nothing behind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from uat.errors import UatError
from uat.numerics.workers import end_at_once, interrupts_held

__all__ = ["workers"]

Submit = Callable[..., Future[Any]]


@contextlib.contextmanager
def workers(many: int) -> Iterator[tuple[Submit, Path]]:
    """Start `many` workers; return what gives them a function to call, and a folder for answers."""
    others = set(active_children())
    # Started afresh, not forked: a copy of a process with threads may hang.
    pool = ProcessPoolExecutor(many, get_context("spawn"), initializer=end_at_once)
    temporary = TemporaryDirectory(ignore_cleanup_errors=True)

    def submit(function: Callable[..., Any], *given: Any) -> Future[Any]:
        with interrupts_held():
            return pool.submit(function, *given)

    try:
        yield submit, Path(temporary.name)
    except BrokenProcessPool as problem:
        raise UatError("a process that draws ended early; run the command again") from problem
    except BaseException:
        # Nobody waits for what the workers are still drawing.
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        temporary.cleanup()
