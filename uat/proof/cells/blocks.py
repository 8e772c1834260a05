"""Bounds of many cells, block by block, by one process or by many.

In its last digits what is computed of a cell may depend on the cells beside it, since BLAS sums them
together. So the blocks are the same whoever computes them, and so is the proof.
"""

import pickle
from collections.abc import Callable
from concurrent.futures import Executor
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.one_thread import single_threaded
from uat.numerics.workers import answers, packed
from uat.proof.cells.branch_and_bound import Bound, Examined

__all__ = ["InBlocks"]

_MANY: Final = 8
"""Blocks that are enough; more: less waiting for the last of them, smaller ones, which are slower."""


class InBlocks:
    """A bound on cells that is computed on some cells at a time.

    In another process the bound is made again, by `make(*arguments)`.
    """

    def __init__(
        self,
        bound: Bound,
        cells: int,
        make: Callable[..., Bound | None],
        arguments: tuple[Any, ...],
        executor: Executor | None = None,
    ) -> None:
        self._bound, self._cells, self._executor = bound, cells, executor
        self._told = b"" if executor is None else packed(make, arguments)

    def __call__(self, lower: Array, upper: Array) -> Examined:
        """Bound |f − g| on cells, (cells, d) ends."""
        count = self._count(len(lower))
        if count < 2:
            return self._bound(lower, upper)
        blocks = [*zip(np.array_split(lower, count), np.array_split(upper, count), strict=True)]
        if self._executor is None:
            return _joined([self._bound(*block) for block in blocks])
        tasks = [(self._told, *block) for block in blocks]
        return _joined(answers(_examine, tasks, self._executor))

    def _count(self, cells: int) -> int:
        """Choose the number of blocks: smaller ones, if not too small, where there would be few."""
        large, small = max(1, self._cells // 2), max(1, self._cells // 8)
        return max(-(-cells // large), min(_MANY, -(-cells // small)))


@single_threaded()
def _examine(task: tuple[bytes, Array, Array]) -> Examined:
    """Bound |f − g| on a block, in another process."""
    told, lower, upper = task
    return _made(told)(lower, upper)


@lru_cache(maxsize=2)
def _made(told: bytes) -> Bound:
    make, arguments = pickle.loads(told)  # noqa: S301 - from the process that waits for the answer
    bound: Bound = make(*arguments)
    return bound


def _joined(blocks: list[Examined]) -> Examined:
    bounds = np.concatenate([block.bounds for block in blocks])
    sides = np.concatenate([block.sides for block in blocks])
    most = max(blocks, key=lambda block: block.seen)
    return Examined(bounds, most.seen, sides, most.place)
