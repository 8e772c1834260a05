"""A check on samples that the formula traced from f is f.

An f that depends on the type of its argument in a way that the tracer does not see, or that keeps a
state, may answer a tracer in another way than an array. Then the formula is not f.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import numpy as np

from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.expression.ufuncs import cannot

__all__ = ["find_mismatch"]

_ALONE: Final = 65
"""Points at which f is called alone; more: an f that looks at shapes is found better, slower."""

_NEARLY: Final = 1e-9
"""Differences up to this share of the largest value are taken for rounding."""

_BESIDE: Final = 2.0**-40
"""Relative distance of the points whose values f may have, by the rounding of its argument."""


def find_mismatch(expression: Expression, f: Callable[..., Any], points: Array) -> Array | None:
    """Find a point, (d,), where f returns another number than its formula; None where none is seen.

    f is called with all points, (points, d), at once and with some of them one by one. Two numbers
    are the same where rounding explains the difference: where they are near each other, or f is
    near a value of the formula within 2^−40 of the point. An f that returns other numbers at a
    second call raises CannotProve.

    >>> from uat.expression.trace import trace
    >>> points = np.linspace(0, 1, 9)[:, None]
    >>> find_mismatch(trace(np.exp, 1), np.exp, points) is None
    True
    >>> find_mismatch(trace(np.exp, 1), np.exp2, points)
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
        return _first_mismatch(expression, some, alone)
    number = ~np.isnan(alone)
    differs = _first_mismatch(expression, points, together)
    return (
        differs if differs is not None else _first_mismatch(expression, some[number], alone[number])
    )


def _first_mismatch(expression: Expression, points: Array, values: Array) -> Array | None:
    with np.errstate(all="ignore"):
        formula = np.broadcast_to(expression(*points.T), len(points))
        slack = _NEARLY * float(np.max(np.abs(formula), initial=0.0, where=np.isfinite(formula)))
        beside = np.flatnonzero(np.isfinite(formula) & ~(np.abs(values - formula) <= slack))
        if not len(beside):
            return None
        reach = _BESIDE * np.abs(points[beside])
        low, high = enclose(expression, points[beside] - reach, points[beside] + reach)
        differ = ~((values[beside] >= low - slack) & (values[beside] <= high + slack))
    return points[beside[np.argmax(differ)]] if differ.any() else None


def _together(f: Callable[..., Any], points: Array) -> Array | None:
    """Return f at all points, (points,); None where it takes no arrays."""
    with np.errstate(all="ignore"), suppress(Exception):
        values = np.asarray(f(*points.T.copy()))
        if values.shape == (len(points),):
            return values.astype(np.float64, casting="same_kind")
    return None


def _alone(f: Callable[..., Any], points: Array) -> Array:
    """Return f at the points one by one, (points,); NaN where it returns no number."""
    values = np.full(len(points), np.nan)
    for i, point in enumerate(points):
        with np.errstate(all="ignore"), suppress(Exception):
            values[i] = float(np.asarray(f(*point)).item())
    return values
