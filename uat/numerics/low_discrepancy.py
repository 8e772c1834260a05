"""Points that leave no large hole in a cube: multiples of an irrational vector, modulo 1.

Source: H. Weyl, Über die Gleichverteilung von Zahlen mod. Eins, 1916.
"""

import numpy as np

from uat.expression.arrays import Array

__all__ = ["low_discrepancy"]


def low_discrepancy(dimension: int, many: int, skip: int = 0) -> Array:
    """Return points that fill the unit cube evenly, all inside (0, 1): (many, d).

    The k-th is the fractional part of ½ + k·(√2, √3, √5, …), one prime a coordinate; the first
    `skip` are left out.

    >>> low_discrepancy(1, 3).round(3).ravel()
    array([0.914, 0.328, 0.743])
    """
    primes: list[int] = []
    number = 2
    while len(primes) < dimension:
        if all(number % prime for prime in primes):
            primes.append(number)
        number += 1
    steps: Array = np.sqrt(np.array(primes, dtype=np.float64))
    points: Array = (0.5 + np.arange(1 + skip, many + skip + 1)[:, None] * steps) % 1.0
    return np.clip(points, 2.0**-40, 1 - 2.0**-40)
