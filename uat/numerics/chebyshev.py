"""Chebyshev points: close together at both ends, where an approximation goes wrong first.

On [−1, 1] those of the first kind are the zeros of T_n, cos(π(j + ½)/n), those of the second kind
its n + 1 extrema, cos(πj/n), both ends among them.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapter 2.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from uat.expression.arrays import Array

__all__ = ["chebyshev_points", "cosine_balls", "cosines"]


def chebyshev_points(lower: float, upper: float, count: int, *, ends: bool = False) -> Array:
    """Return Chebyshev points of [lower, upper] in increasing order, never outside: (count,).

    With `ends`, of which there are at least 2, they are those of the second kind.

    >>> chebyshev_points(-1.0, 1.0, 2).round(3), chebyshev_points(0.0, 1.0, 3, ends=True)
    (array([-0.707,  0.707]), array([0. , 0.5, 1. ]))
    """
    if ends:
        share = np.sin(np.linspace(0, np.pi / 2, count)) ** 2  # 0 and 1 exactly at the ends
    else:
        # sines of angles symmetric about 0, so that the points are symmetric too
        share = (1 + np.sin(np.pi / 2 / count * np.arange(1 - count, count, 2))) / 2
    # on a short interval rounding may swap neighbours
    return np.sort(np.clip(lower * (1 - share) + upper * share, lower, upper))


def cosine_balls(degree: int) -> list[Any]:
    """Return cos(πj/degree), j = 0 … degree, as balls in the precision that is set."""
    from flint import arb, fmpq

    return [arb.cos_pi_fmpq(fmpq(j, degree)) for j in range(degree + 1)]


@lru_cache(maxsize=128)
def cosines(count: int) -> Array:
    """Return cos(πj/count) for j = 0 … 2·count − 1, each the nearest float.

    >>> cosines(2)
    array([ 1.,  0., -1.,  0.])
    """
    from flint import ctx

    with ctx.workprec(128):
        quarter = np.array([float(c.mid()) for c in cosine_balls(count)[: count // 2 + 1]])
    if count % 2 == 0:
        quarter[-1] = 0.0
    half = np.concatenate([quarter, -quarter[: count + 1 - len(quarter)][::-1]])
    table = np.concatenate([half, half[1:-1][::-1]])
    table.setflags(write=False)
    return table
