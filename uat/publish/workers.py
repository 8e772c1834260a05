"""Processes that draw: started afresh, silent at Ctrl-C, and gone when their work is.

Workers write into a temporary folder, and the process that started them reads from there, so that a
worker that ends early leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from uat.errors import UatError
from uat.numerics.workers import Workers

__all__ = ["workers"]


@contextmanager
def workers(many: int) -> Iterator[tuple[Callable[..., Future[Any]], Path]]:
    """Start `many` workers; return what gives them a function to call, and a folder for answers."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        try:
            with Workers(many) as pool:
                yield pool.submit, Path(temporary)
        except BrokenProcessPool as problem:
            raise UatError("a process that draws ended early; run the command again") from problem
