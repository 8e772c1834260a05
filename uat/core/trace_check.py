"""Whether the formula that f was followed to is f, tried on samples.

An f that asks what it was given in a way that the tracer does not see, or that keeps a state, may
answer a tracer in another way than an array. Then the formula is not f.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import numpy as np

from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.expression.ufuncs import cannot

__all__ = ["find_stray"]

_ALONE: Final = 65
_NEARLY: Final = 1e-9
_BESIDE: Final = 2.0**-40


def find_stray(expression: Expression, f: Callable[..., Any], points: Array) -> Array | None:
    """Find a point where f gives another number than its formula.

    Two numbers are the same where rounding explains the difference: where they are near each
    other, or f is near what the formula gives within 2^−40 of the point.

    Parameters
    ----------
    expression : Expression
    f : callable
        Called with all points at once, and with some of them one by one.
    points : ndarray, (points, d)

    Returns
    -------
    ndarray, (d,), or None
        None where f is its formula as far as it was tried.

    Raises
    ------
    CannotProve
        Where a second call with the same points gives other numbers.

    Examples
    --------
    >>> from uat.expression.trace import trace
    >>> points = np.linspace(0, 1, 9)[:, None]
    >>> find_stray(trace(np.exp, 1), np.exp, points) is None
    True
    >>> find_stray(trace(np.exp, 1), np.exp2, points)
    array([0.125])
    """
    if f is expression:
        return None
    some = points[np.unique(np.linspace(0, len(points) - 1, _ALONE).astype(int))]
    alone, together = _alone(f, some), _together(f, points)
    first = alone if together is None else together
    again = _alone(f, some) if together is None else _together(f, points)
    if again is None or not np.array_equal(first, again, equal_nan=True):
        raise cannot("a second call with the same numbers gives other values")
    if together is None:
        return _first_stray(expression, some, alone)
    number = ~np.isnan(alone)
    stray = _first_stray(expression, points, together)
    return stray if stray is not None else _first_stray(expression, some[number], alone[number])


def _first_stray(expression: Expression, points: Array, values: Array) -> Array | None:
    with np.errstate(all="ignore"):
        formula = np.broadcast_to(expression(*points.T), len(points))
        slack = _NEARLY * float(np.max(np.abs(formula), initial=0.0, where=np.isfinite(formula)))
        beside = np.flatnonzero(np.isfinite(formula) & ~(np.abs(values - formula) <= slack))
        if not len(beside):
            return None
        reach = _BESIDE * np.abs(points[beside])
        low, high = enclose(expression, points[beside] - reach, points[beside] + reach)
        strayed = ~((values[beside] >= low - slack) & (values[beside] <= high + slack))
    return points[beside[np.argmax(strayed)]] if strayed.any() else None


def _together(f: Callable[..., Any], points: Array) -> Array | None:
    """Return f, (points,), at all points; None where it takes no arrays."""
    with np.errstate(all="ignore"), suppress(Exception):
        values = np.asarray(f(*points.T.copy()))
        if values.shape == (len(points),):
            return values.astype(np.float64, casting="same_kind")
    return None


def _alone(f: Callable[..., Any], points: Array) -> Array:
    """Return f, (points,), at one point after the other; NaN where it gives no number."""
    values = np.full(len(points), np.nan)
    for i, point in enumerate(points):
        with np.errstate(all="ignore"), suppress(Exception):
            values[i] = float(np.asarray(f(*point)).item())
    return values
