"""An executor that dies, as a pool does whose process is killed, and one that kills a process."""

import os
import signal
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

__all__ = ["Killing", "Mortal"]


class Mortal(Executor):
    """Works here, and dies at the third task, as a pool does whose process is killed."""

    def __init__(self) -> None:
        self.tasks = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += 1
        if self.tasks > 4:
            raise BrokenProcessPool
        future: Future[Any] = Future()
        if self.tasks < 3:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenProcessPool())
        return future


class Killing(Executor):
    """Hands out to another executor, and kills one of its processes at the third task."""

    def __init__(self, others: Executor) -> None:
        self.others, self.victim, self.tasks = others, others.submit(os.getpid).result(), 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += 1
        future: Future[Any] = self.others.submit(fn, *args, **kwargs)
        if self.tasks == 3:
            os.kill(self.victim, signal.SIGKILL)
        return future
