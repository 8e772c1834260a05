"""The degree of polynomials that follow f: about the number of soft units that a row needs.

The Chebyshev coefficients of f fall as fast as f is smooth: geometrically where it is analytic, like
a power at a kink. The degree from which on their tail is below ε is close to the number of units, and
where there is none up to some degree, more units do not help.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapters 3, 7 and 8.
"""

from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["degree", "samples"]


_FIRST_SAMPLES: Final = 256
"""Intervals between samples: enough for the size of f, and the first try for its series."""

_MOST_SAMPLES: Final = 1 << 14
"""Where the search ends; an f that needs more counts as not smooth."""


def degree(target: Target, eps: float, most: int) -> int | None:
    """Find the degree from which on the Chebyshev series of f is within ε; None past `most`.

    The tail is the sum of the moduli of the coefficients, from values at so many points that the
    later half of the coefficients is small too.

    Examples
    --------
    >>> import uat
    >>> degree(uat.examples.nielsen, 1e-6, 1000), degree(uat.examples.kink, 1e-6, 1000)
    (39, None)
    """
    count = _FIRST_SAMPLES
    while count <= _MOST_SAMPLES:
        values = samples(target, count)
        series = np.abs(np.fft.rfft(np.concatenate([values, values[-2:0:-1]])))[:count] / count
        tail = np.cumsum(series[::-1])[::-1]
        if tail[count // 2] < eps:
            found = int(np.argmax(tail < eps))
            return found if found <= most else None
        if count > 4 * most:
            break
        count *= 2
    return None


def samples(target: Target, count: int = _FIRST_SAMPLES) -> Array:
    """Evaluate f at the extrema of a Chebyshev polynomial: (count + 1,)."""
    a, b = target.domain[0]
    x = a / 2 + b / 2 + (b / 2 - a / 2) * np.cos(np.pi * np.arange(count + 1) / count)
    return np.asarray(target(np.clip(x, a, b)))
