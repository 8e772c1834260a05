"""The largest value over some boxes, by halving the box of the largest bound again and again."""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Final

__all__ = ["Box", "largest"]

_SMALL: Final = 2.0**-12
"""A box without a bound is given up where its sides are this share of all; smaller: slower."""

Box = tuple[tuple[float, float], ...]


def largest(
    bounds: Callable[[Box], tuple[float, float]],
    boxes: Sequence[Box],
    *,
    evaluations: int,
    patience: int,
    ratio: float = 1.0,
) -> float:
    """Bound a function over the union of boxes, from bounds over each box.

    The bounds of a box are a lower and an upper one of the largest value on it, 0 and inf where
    unknown; where they are within `ratio` they are sharp enough. As long as all boxes have a bound
    `evaluations` of them are looked at, `patience` while one has none and is not small beside all.
    """
    tie, scale = count(), _extent(boxes)
    found = [(*bounds(box), box) for box in boxes]
    reached = max(low for low, _, _ in found)
    heap = [(-high, next(tie), box) for _, high, box in found]
    heapq.heapify(heap)
    asked = len(heap)
    while asked < (patience if heap[0][0] == -math.inf else evaluations):
        top, _, box = heapq.heappop(heap)
        halvings = list(_halvings(box, scale))[: 1 if top == -math.inf else None]
        hopeless = top == -math.inf and _is_small(box, scale)
        if not halvings or hopeless or (top > -math.inf and -top <= ratio * reached):
            return -top
        tried = [[(*bounds(part), part) for part in parts] for parts in halvings]
        asked += 2 * len(tried)
        for low, high, part in min(tried, key=_worst_first):
            heapq.heappush(heap, (-high, next(tie), part))
            reached = max(reached, low)
    return -heap[0][0]


def _worst_first(pair: list[tuple[float, float, Box]]) -> list[float]:
    return sorted((high for _, high, _ in pair), reverse=True)


def _extent(boxes: Sequence[Box]) -> list[float]:
    """Measure each side of the hull of all boxes."""
    sides = zip(*boxes, strict=True)
    return [max(high for _, high in side) - min(low for low, _ in side) for side in sides]


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
