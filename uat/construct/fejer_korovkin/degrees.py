"""The least degrees whose mean is near enough to f.

The bound of |f − mean| is a sum over the coordinates, and the work is a product of the degrees. With
L_j the Lipschitz constants the least ∏ N_j for a given Σ L_j/N_j has the same L_j/N_j for all j: each
coordinate along which f moves gets the same part of the error.

Source: the inequality of the arithmetic and the geometric mean.
"""

import math
from typing import Final

from uat.construct.fejer_korovkin.cosine_mean import reach
from uat.construct.fejer_korovkin.partial_moduli import Lines
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve

__all__ = ["affordable", "degrees_for", "mean_error", "samples_for"]

_OVERSAMPLED: Final = (8, 4, 2)
_FEW_SAMPLES: Final = 1 << 17
_MOST_COEFFICIENTS: Final = 1 << 17
_MOST_SAMPLES: Final = (1 << 20, 1 << 20, 1 << 18)
_MOST_DEGREE: Final = 1 << 100
_SHARP: Final = 30


def degrees_for(moduli: tuple[Lines, ...], error: float) -> tuple[int, ...]:
    """Find the least degrees with which the mean is within an error of f.

    There is one modulus for each coordinate. Raises CannotProve where they do not fall so far.

    Examples
    --------
    >>> from uat.construct.fejer_korovkin.partial_moduli import partial_moduli
    >>> from uat.core.target import Target
    >>> degrees_for(partial_moduli(Target("maximum(x, 2*y) + 0*z", [(0, 1)] * 3)), 0.1)
    (15, 30, 0)
    """
    moving = [lines.at(1.0) > 0 for lines in moduli]
    each, often = error / max(sum(moving), 1), _oversampled(len(moduli))
    parts = zip(moduli, moving, strict=True)
    return tuple(_degree(lines, each, often) if moves else 0 for lines, moves in parts)


def samples_for(degrees: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers P_j of midpoints with which the mean is nearly as good as with all points.

    More of them where they are few; the degrees are found without counting on that. One is enough
    along a coordinate of degree 0, whose bound does not depend on it.

    Examples
    --------
    >>> samples_for((8, 16)), samples_for((8, 0, 0))
    ((80, 144), (80, 1, 1))
    """
    least = _oversampled(len(degrees))
    for often in (often for often in _OVERSAMPLED if often > least):
        samples = _midpoints(degrees, often)
        if math.prod(samples) <= _FEW_SAMPLES:
            return samples
    return _midpoints(degrees, least)


def affordable(degrees: tuple[int, ...]) -> bool:
    """Return True if the coefficients of a mean are few enough to be computed.

    Examples
    --------
    >>> affordable((100, 100)), affordable((1000, 1000))
    (True, False)
    """
    most = _MOST_SAMPLES[min(len(degrees), len(_MOST_SAMPLES)) - 1]
    few = math.prod(n + 1 for n in degrees) <= _MOST_COEFFICIENTS
    return few and math.prod(samples_for(degrees)) <= most


def mean_error(
    moduli: tuple[Lines, ...], degrees: tuple[int, ...], samples: tuple[int, ...]
) -> float:
    """Bound |f − mean| on the box: Σ_j of the lowest line above ω_j at the mean of |t|."""
    parts = zip(moduli, degrees, samples, strict=True)
    return math.fsum(m.at(reach(n, p)) for m, n, p in parts if m.at(1.0) > 0) * UP


def _midpoints(degrees: tuple[int, ...], often: int) -> tuple[int, ...]:
    return tuple(often * (n + 2) if n else 1 for n in degrees)


def _oversampled(dimension: int) -> int:
    """Return P/(N + 2): fewer midpoints where they are a power of it."""
    return _OVERSAMPLED[min(dimension, len(_OVERSAMPLED)) - 1]


def _degree(lines: Lines, error: float, oversampled: int) -> int:
    """Find the least degree for one coordinate, by doubling and halving."""

    def enough(n: int) -> bool:
        return lines.at(reach(n, oversampled * (n + 2))) <= error

    if enough(0):
        return 0
    high = 1
    while not enough(high):
        high *= 2
        if high > _MOST_DEGREE:
            raise _refusal(lines, error)
    low = high // 2
    while high - low > max(1, high >> _SHARP):
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _refusal(lines: Lines, error: float) -> CannotProve:
    """Return the error that says why no degree is enough."""
    least = lines.at(0.0)
    if least < error:
        return CannotProve(
            f"a mean within {error:.3g} of f has a degree past 2^100", "take a larger eps"
        )
    return CannotProve(
        f"f is not proved to move by less than {least:.3g} on short steps, a jump or a cusp finer "
        f"than the cells, and the mean needs {error:.3g}",
        "give a continuous f, a larger eps, or uat.Target(f, domain, modulus=…)",
    )
