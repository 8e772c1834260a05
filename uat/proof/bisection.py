"""The largest value over some boxes, by halving the box that looks worst, again and again."""

import heapq
import math
from collections.abc import Callable, Iterable
from itertools import count

__all__ = ["Box", "largest"]

Box = tuple[tuple[float, float], ...]


def largest(
    bound: Callable[[Box], float],
    boxes: Iterable[Box],
    *,
    evaluations: int,
    patience: int,
    enough: float = -math.inf,
) -> float:
    """Bound a function over the union of boxes, from a bound over each box.

    Parameters
    ----------
    bound : callable
        A box ↦ a bound of the function over it, inf where none is known.
    boxes : iterable of tuples of (low, high)
    evaluations : int
        So many bounds are asked for while all are finite.
    patience : int
        So many at most while some bound is inf.
    enough : float
        A bound that needs no sharpening.

    Returns
    -------
    float
        inf where no bound was found.

    Examples
    --------
    >>> square = lambda box: max(v * v for v in box[0]) + (box[0][1] - box[0][0])
    >>> largest(square, [((-1.0, 2.0),)], evaluations=1, patience=1)
    7.0
    >>> largest(square, [((-1.0, 2.0),)], evaluations=60, patience=60) < 4.01
    True
    """
    tie = count()
    heap = [(-bound(box), next(tie), box) for box in boxes]
    heapq.heapify(heap)
    asked = len(heap)
    while -heap[0][0] > enough and asked < (patience if heap[0][0] == -math.inf else evaluations):
        value, _, box = heapq.heappop(heap)
        best: list[tuple[float, Box]] = [(-value, box)]
        for half in _halvings(box):
            tried = sorted(((bound(part), part) for part in half), reverse=True)
            asked += 2
            if len(best) == 1 or [v for v, _ in tried] < [v for v, _ in best]:
                best = tried
        for size, part in best:
            heapq.heappush(heap, (-size, next(tie), part))
        if len(best) == 1:
            break
    return -heap[0][0]


def _halvings(box: Box) -> Iterable[tuple[Box, Box]]:
    """Halve a box along each side that is not a point."""
    for i, (low, high) in enumerate(box):
        middle = low + (high - low) / 2
        if low < middle < high:
            yield (
                (*box[:i], (low, middle), *box[i + 1 :]),
                (*box[:i], (middle, high), *box[i + 1 :]),
            )
