"""Share work out: a function of many tasks, here, by processes of this machine or on a cluster.

A task may turn out to be several, so tasks are given as they come. The answers are taken in any
order; what is computed must not depend on it.
"""

import pickle
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children, get_context
from multiprocessing.resource_tracker import ensure_running
from types import TracebackType
from typing import Any, Final, TypeVar

from uat.core.arguments import brief
from uat.errors import FileProblem, InputError, WrongType
from uat.numerics.one_thread import limit_for_good

__all__ = [
    "Workers", "answers", "cluster", "interrupts_held", "packed", "prepare", "read_executor", "share",
]  # fmt: skip

Task = TypeVar("Task")
Answer = TypeVar("Answer")

# Tasks handed out at a time. Larger: more workers are kept busy, more tasks have to be kept.
_OUTSTANDING: Final = 64
# A task that was lost so often with the process that computed it ends the work.
_LOSSES: Final = 3


def read_executor(executor: Any) -> Executor | None:
    """Read an executor of `concurrent.futures`, or None.

    >>> read_executor(2)
    Traceback (most recent call last):
    uat.errors.WrongType: executor 2 given; a concurrent.futures.Executor is needed, such as ProcessPoolExecutor(2)
    """
    if executor is None or isinstance(executor, Executor):
        return executor
    raise WrongType(
        f"executor {brief(executor)} given; a concurrent.futures.Executor is needed, such as "
        "ProcessPoolExecutor(2)"
    )


def share(
    work: Callable[[Task], Answer],
    tasks: Iterable[Task],
    take: Callable[[Task, Answer], Iterable[Task]],
    executor: Executor | None = None,
) -> None:
    """Call take(task, work(task)) for each task, and for all that it returns.

    `work` runs in the executor, without one here; `take` runs here. What a process that died was
    computing is computed again: by the executor if it takes more work, else here.
    """
    waiting, running, losses = list(tasks), dict[Future[Answer], Task](), 0
    try:
        while waiting or running:
            while waiting and executor is not None and len(running) < _OUTSTANDING:
                try:
                    running[executor.submit(work, waiting[-1])] = waiting[-1]
                except BrokenExecutor:
                    executor = None
                else:
                    waiting.pop()
            if not running:
                task = waiting.pop()
                waiting += take(task, work(task))
                continue
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                try:
                    answer = future.result()
                except BrokenExecutor:
                    losses += 1
                    if losses > _LOSSES * _OUTSTANDING:
                        raise
                    waiting.append(task)
                else:
                    waiting += take(task, answer)
    finally:
        for future in running:
            future.cancel()


def packed(*things: Any) -> bytes:
    """Pickle what goes to other processes; refuse what cannot go there."""
    try:
        return pickle.dumps(things)
    except (pickle.PicklingError, AttributeError, TypeError) as problem:
        raise WrongType(
            f"executor given, and its processes cannot be sent what they need ({problem}); define "
            "the functions of f and σ in a module, or leave the executor out"
        ) from None


def answers(
    work: Callable[[Task], Answer], tasks: Iterable[Task], executor: Executor | None = None
) -> list[Answer]:
    """Return work(task) for each task, in their order; `work` runs where it does for `share`.

    >>> answers(abs, [-2, 1])
    [2, 1]
    """
    found = dict[int, Answer]()

    def take(task: tuple[int, Task], answer: Answer) -> tuple[()]:
        found[task[0]] = answer
        return ()

    numbered = [*enumerate(tasks)]
    share(partial(_second, work), numbered[::-1], take, executor)
    return [found[number] for number, _ in numbered]


def _second(work: Callable[[Task], Answer], task: tuple[int, Task]) -> Answer:
    return work(task[1])


class Workers(Executor):
    """Processes of this machine, which start at once, and anew when one of them dies at work.

    >>> with Workers(1) as workers:
    ...     workers.submit(divmod, 7, 2).result()
    (3, 1)
    """

    def __init__(self, processes: int) -> None:
        self._others = set(active_children())
        self._processes = processes
        with interrupts_held():
            self._start()

    def _start(self) -> None:
        # A fork of a process with threads may hang.
        self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), initializer=prepare)
        # A process starts when there is something to do: so they load while their work is made.
        self._started = [self._pool.submit(int) for _ in range(self._processes)]

    def submit(self, fn: Callable[..., Answer], /, *args: Any, **kwargs: Any) -> "Future[Answer]":
        """Hand out a call."""
        with interrupts_held():
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pool.shutdown(wait=False)
                # Where none has ever started none will: a script without a main guard, say.
                if not any(each.done() and not each.exception() for each in self._started):
                    raise
                self._start()
                return self._pool.submit(fn, *args, **kwargs)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; after an error at once, since nobody waits for what they compute."""
        if kind is not None:
            # In this order what was cancelled is forgotten before the processes are missed.
            self._pool.shutdown(wait=False, cancel_futures=True)
            ending = set(active_children()) - self._others
            for process in ending:
                process.terminate()
            for process in ending:
                process.join()
        super().__exit__(kind, error, trace)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def prepare() -> None:
    """Compute in one thread in a worker, and end it silently at Ctrl-C: its owner tells the user."""
    limit_for_good()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start, which would print where they were."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    ensure_running()  # which would let Ctrl-C through at its own start
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def cluster(scheduler: str) -> Iterator[Executor]:
    """Connect to the scheduler of a cluster of Dask, and yield its executor."""
    try:
        from dask.distributed import Client
    except ImportError:
        raise FileProblem(
            'a cluster needs the package distributed: pip install "universal-approximation[distributed]"'
        ) from None
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError, TypeError) as problem:
        words = " ".join(str(problem).split())
        raise InputError(f"no scheduler found at {scheduler!r:.80}: {words:.120}") from None
    with client, client.get_executor() as executor:
        yield executor
