"""A bound on the number of regions from how many of them can have many units on.

Where i units of a layer are on, at most i dimensions are left for the layers above. Let P_d(n, i) bound
the number of regions with at least i of n units on, in d dimensions. With B_{L+1} = 1 and B_l(d) the
bound for the layers from l on, of a region of d dimensions,

    B_l(d) = Σ_{i≥0} (B_{l+1}(min(d, i)) − B_{l+1}(min(d, i − 1))) P_d(n_l, i),  B_{l+1}(−1) = 0:

B_{l+1}(min(d, i)), summed over the regions by parts. P is the least of these.

- All: Σ_{j≤d} C(n, j), for i ≤ 0. One for d = 0 and for n = 0, if i ≤ n; else none for i > n.
- P_d(n − 1, i − 1) + P_{d−1}(n − 1, i): without one unit, a region with at least i on has at least
  i − 1 on; where that unit cuts it in two with at least i on each, it has at least i on in the zero
  set of the unit, which has d − 1 dimensions.
- On a line, min(n, 2(n − i)) + 1: between the regions number j and k from the left at least |j − k|
  units switch, and of two sets of at most n − i units that are off at most 2(n − i) differ.
- For n < 2i: of the unbounded regions half. In general position n hyperplanes have C(n − 1, d) bounded
  regions. Each unbounded one contains, far out, a cone of directions v; that of −v is unbounded too,
  with exactly the other units on. At most one of the two has more than n/2 on.
- For n = 2i in the plane: of the 2n unbounded regions 3n/2. From each to the next around infinity one
  unit switches. So n of them have a number of units on that is not n/2 mod 2; in a pair v, −v of these
  one has fewer than n/2 on.

A layer in special position has no more of them than one in general position: moved a little, all of
its regions stay, with the same units on. Restricting a layer to a part of the space or of its
dimensions takes regions away.

Source: P. Hinz, Using activation histograms to bound the number of affine regions in ReLU
feed-forward neural networks, arXiv:2103.17174, 2021, whose bounds of this kind these proofs reach in
the plane; the sum over layers is that of P. Hinz and S. van de Geer, arXiv:1806.01918, 2019.
"""

import itertools
from math import comb
from typing import Final

__all__ = ["at_least_on", "histogram_bound"]

# Sums of whole numbers, of any size. Larger: the bound is known for larger networks, but takes longer.
_MOST_STEPS: Final = 1_000_000


def histogram_bound(n: int, widths: tuple[int, ...]) -> int | None:
    """Return the bound for n inputs and these hidden layers; None where it would take too long.

    >>> histogram_bound(2, (4, 3, 4)), histogram_bound(1, (5, 5))
    (571, 36)
    """
    # The first layer depends on as many dimensions as it has units.
    most = min(n, widths[0])
    if sum(widths) * (most + 1) ** 2 > _MOST_STEPS:
        return None
    tables = {width: at_least_on(most, width) for width in {*widths}}
    bound = [1] * (most + 1)
    for width in reversed(widths):
        # With fewer dimensions there are no more regions: the largest so far bounds all.
        steps = [bound[0], *(b - a for a, b in itertools.pairwise(bound))]
        found = [
            sum(step * row for step, row in zip(steps[: d + 1], tables[width][d], strict=False))
            for d in range(most + 1)
        ]
        bound = [max(found[: d + 1]) for d in range(most + 1)]
    return bound[-1]


def at_least_on(most: int, units: int) -> list[list[int]]:
    """Return P_d(units, i) for d and i from 0 to `most`.

    >>> at_least_on(2, 4)[2]
    [11, 11, 9]
    """
    rows = [[1] + [0] * most for _ in range(most + 1)]
    for n in range(1, units + 1):
        before = rows
        rows = [[int(i <= n) for i in range(most + 1)]]
        for d in range(1, most + 1):
            every = before[d][0] + before[d - 1][0]
            rows.append([every])
            for i in range(1, most + 1):
                cut = before[d][i - 1] + before[d - 1][i]
                rows[d].append(min(cut, _unbounded(d, n, i, every)) if i <= n else 0)
    return rows


def _unbounded(d: int, n: int, i: int, every: int) -> int:
    """Bound the regions with at least i of n units on by those that reach infinity."""
    if d == 1:
        return min(n, 2 * (n - i)) + 1
    bounded = comb(n - 1, d)
    if n < 2 * i:
        return bounded + (every - bounded) // 2
    return bounded + 3 * n // 2 if d == 2 and n == 2 * i else every
