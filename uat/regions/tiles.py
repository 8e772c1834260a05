"""Count the regions of a box tile by tile, so that memory is bounded and the work can be shared.

Each tile counts its own regions (`tile.py`). What tiles share is told apart by patterns, and joined,
at the end.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.core.network import Network
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.numerics.workers import share
from uat.regions.exact.integers import Ids
from uat.regions.journal import Journal
from uat.regions.map import RegionCount
from uat.regions.subdivision import Monitor
from uat.regions.tile import Overfull, Tile, TileCount, TileTask, count_tile, halves

__all__ = ["Tally", "count_in_tiles"]

# A tile that was halved more often may have more regions, twice as many for each three times: they
# may meet in one point.
_DEEP: Final = 8


def count_in_tiles(
    network: Network,
    box: Array,
    most: int,
    monitor: Monitor,
    executor: Executor | None = None,
    journal: Journal | None = None,
) -> RegionCount:
    """Count the regions in tiles of at most about `most` regions each.

    Tiles whose counts the journal has are taken from it.
    """
    tally = Tally(network, box, most, monitor, journal)
    tasks, known = [], [tally.task(Tile.whole(box))]
    while known:
        task = known.pop()
        answer = None if journal is None else journal.known.get(task[1].path)
        if answer is None:
            tasks.append(task)
        else:
            known += tally.add(task, answer)
    share(count_tile, tasks, tally.take, executor)
    return tally.total()


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    network: Network
    box: Array
    most: int
    monitor: Monitor
    journal: Journal | None = None
    regions: int = 0
    linear: int = 0
    done: int = 0
    waiting: int = 1
    patterns: list[NDArray[np.uint8]] = field(default_factory=list)
    group: list[Ids] = field(default_factory=list)
    groups: int = 0

    def task(self, tile: Tile) -> TileTask:
        """Return the task to count a tile."""
        more = 2.0 ** (max(0, len(tile.path) - _DEEP) / 3)
        return self.network, tile, Monitor(self.monitor.limit, fitting=int(self.most * more))

    def take(self, task: TileTask, answer: TileCount | Overfull) -> Iterable[TileTask]:
        """Write the answer of a tile down, and add it."""
        if self.journal is not None:
            self.journal.write(task[1].path, answer)
        return self.add(task, answer)

    def add(self, task: TileTask, answer: TileCount | Overfull) -> Iterable[TileTask]:
        """Add the count of a tile, or return the tasks of its parts."""
        _, tile, _ = task
        if isinstance(answer, TileCount):
            self._add(answer)
            return []
        parts = [tile]
        for _ in range(answer.halvings):
            parts = [half for part in parts for half in halves(part, self.box) or (part,)]
        if len(parts) == 1:
            raise InputError(
                f"more than {self.most:,} regions in the box {tile.box.tolist()}, which floats do "
                "not divide; take a larger limit"
            )
        self.waiting += len(parts) - 1
        return [self.task(part) for part in reversed(parts)]

    def _add(self, found: TileCount) -> None:
        self.regions += found.regions
        self.linear += found.linear
        if len(found.group):
            self.patterns.append(found.patterns)
            self.group.append(found.group + self.groups)
            self.groups += int(found.group.max()) + 1
        self.done += 1
        self.waiting -= 1
        self.monitor.check(self.regions)
        self.monitor.tell(self.done, self.done + self.waiting, self.regions)

    def total(self) -> RegionCount:
        """Count what tiles share, and return the number of all."""
        if not self.groups:
            return RegionCount(self.regions, self.linear)
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        # A byte 1 at the end, since numpy takes zeros at the end of a row of bytes away.
        rows = np.concatenate(self.patterns)
        packed = np.hstack([rows, np.ones((len(rows), 1), np.uint8)])
        distinct, place = np.unique(packed.view(f"S{packed.shape[1]}")[:, 0], return_inverse=True)
        group = np.concatenate(self.group)
        self.monitor.check(self.regions + len(distinct))
        # Groups and patterns are the two sides of a graph.
        size = self.groups + len(distinct)
        links = (np.ones(len(group), np.int8), (group, self.groups + place))
        sets, _ = connected_components(coo_array(links, shape=(size, size)), directed=False)
        return RegionCount(self.regions + len(distinct), self.linear + int(sets))
