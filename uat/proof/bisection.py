"""The largest value over some boxes, by halving the box that looks worst, again and again."""

import heapq
import math
from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

__all__ = ["Box", "largest"]

_SMALL: Final = 2.0**-9

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
        So many at most while some bound is inf, for boxes not yet small beside all of them.
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
    tie, given = count(), list(boxes)
    scale = [
        max(high for _, high in side) - min(low for low, _ in side)
        for side in zip(*given, strict=True)
    ]
    heap = [(-bound(box), next(tie), box) for box in given]
    heapq.heapify(heap)
    asked = len(heap)
    while -heap[0][0] > enough and asked < (patience if heap[0][0] == -math.inf else evaluations):
        value, _, box = heapq.heappop(heap)
        halvings = list(_halvings(box, scale))[: 1 if value == -math.inf else None]
        if not halvings or (value == -math.inf and _is_small(box, scale)):
            return -value
        tried = [[(bound(part), part) for part in parts] for parts in halvings]
        asked += 2 * len(tried)
        for size, part in min(tried, key=lambda pair: sorted((v for v, _ in pair), reverse=True)):
            heapq.heappush(heap, (-size, next(tie), part))
    return -heap[0][0]


def _is_small(box: Box, scale: list[float]) -> bool:
    return all(b - a <= _SMALL * size for (a, b), size in zip(box, scale, strict=True))


def _halvings(box: Box, scale: list[float]) -> Iterable[tuple[Box, Box]]:
    """Halve a box along each side that is not a point, that longest for its scale first."""
    for i in sorted(range(len(box)), key=lambda i: (box[i][0] - box[i][1]) / (scale[i] or 1.0)):
        low, high = box[i]
        middle = low + (high - low) / 2
        if low < middle < high:
            yield (
                (*box[:i], (low, middle), *box[i + 1 :]),
                (*box[:i], (middle, high), *box[i + 1 :]),
            )
