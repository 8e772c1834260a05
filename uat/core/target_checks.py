"""Tests of a target on samples: finite and real values, its modulus and its variation.

Nothing here is proved. The samples are a grid, random points, pairs of points at all distances, and
points ever closer to the worst pair, down to neighbouring floats.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from uat.errors import InputError, UatError
from uat.expression.arrays import Array

__all__ = [
    "FINITE_NEEDED",
    "at",
    "check_modulus",
    "check_values",
    "check_variation",
    "is_pole",
    "sample_points",
]

Function = Callable[..., Any]

_SAMPLES: Final = {1: 1025, 2: 41, 3: 13, 4: 7}
"""Points of the grid along each coordinate, by dimension; more: fewer faults missed, slower."""

_RANDOM: Final = 1024
"""Random points and random pairs; more: fewer faults missed, slower."""

_MOST_GRADIENTS: Final = 16
"""Most coordinates for which pairs along the gradient are tried: each costs values of f."""

_CHASED: Final = 3
"""Worst pairs that are refined; more: fewer wrong moduli missed, slower."""

_STRIDES: Final = (1, 2, 3, 5, 8, 16, 41, 64, 128, 256, 512)
"""Distances, in samples, of the pairs that are compared."""
_BESIDE: Final = 1e-6
"""Distance, in parts of the box, at which f is finite beside a pole."""

FINITE_NEEDED: Final = "a function finite on the whole box is needed"


def at(point: Array) -> str:
    """Write a point so that it can be copied.

    >>> at(np.array([0.5])), at(np.array([0.5, 0.1]))
    ('x = 0.5', '(0.5, 0.1)')
    """
    inner = ", ".join(repr(float(v)) for v in point)
    return f"x = {inner}" if len(point) == 1 else f"({inner})"


def sample_points(lower: Array, upper: Array) -> Array:
    """Return points of a box, (points, d): a grid with the corners and 0, and random ones.

    They are sorted.
    """
    dimension = len(lower)
    unit = np.random.default_rng(0).random((_RANDOM, dimension))
    points = [lower + unit * (upper - lower)]
    if dimension in _SAMPLES:
        axes = [
            np.append(np.linspace(a, b, _SAMPLES[dimension]), 0.0 if a < 0 < b else a)
            for a, b in zip(lower, upper, strict=True)
        ]
        points.append(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension))
    every = np.clip(np.concatenate([*points, lower[None, :], upper[None, :]]), lower, upper)
    # for one coordinate numpy sorts rows many times slower than numbers
    return np.unique(every)[:, None] if dimension == 1 else np.unique(every, axis=0)


def check_values(function: Function, points: Array, *, traced: bool) -> Array:
    """Return f at samples, (points,); refuse an f that fails or is not finite.

    An f without a formula is also tested for values that depend on the other points, and for poles
    where it is steepest.
    """
    try:
        values = np.asarray(function(*points.T), dtype=np.float64)
    except UatError:
        raise
    except Exception as error:
        advice = "write it with numpy, or wrap it in np.vectorize"
        if isinstance(error, IndexError):
            advice = "each argument is an array of one coordinate, not of points"
        raise InputError(f"f fails on an array of points: {_said(error)}; {advice}") from error
    _check_finite(function, points, values)
    if not traced:
        _check_alone(function, points, values)
        _check_growth(function, points, values)
    return values


def check_modulus(function: Function, modulus: Function, points: Array, values: Array) -> None:
    """Refuse a modulus that decreases, or that two points contradict."""
    size = _distance(points[:1], points[-1:])
    _check_increasing(modulus, size * np.logspace(-15, 0, 301))
    allowed = _with_slack(modulus, points, values)
    pairs = []
    for stride in _STRIDES:
        if stride < len(points):
            p, q = points[:-stride], points[stride:]
            share, i = _compare(allowed, p, q, values[:-stride], values[stride:])
            pairs.append((share, stride, i))
    for _, stride, i in sorted(pairs)[-_CHASED:]:
        p, q = _widened(points, i, i + stride)
        for near, f_near in _closer(function, p, q, allowed):
            _compare(allowed, near[:-1], near[1:], f_near[:-1], f_near[1:])
    others = [_random_pairs(points)]
    if 1 < points.shape[1] <= _MOST_GRADIENTS:
        others.append(_steepest_pairs(function, points))
    for p, q in others:
        _compare(allowed, p, q, np.asarray(function(*p.T)), np.asarray(function(*q.T)))


def check_variation(variation: Any, values: Array) -> None:
    """Refuse a total variation below that of the values at the samples, (points,) in order."""
    seen = float(np.sum(np.abs(np.diff(values))))
    if not variation >= seen * (1 - 1e-9):
        raise InputError(
            f"variation={variation:g} given; f varies by at least {seen:.6g} on samples"
        )


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"


def _distance(p: Array, q: Array) -> Array:
    """Return the Euclidean distances of pairs, rounded to nearest, also of the smallest ones."""
    side = np.abs(q - p)
    most = side.max(axis=1)
    scale = np.where(most > 0, most, 1.0)
    length: Array = scale * np.sqrt(np.sum((side / scale[:, None]) ** 2, axis=1))
    return length


def _check_finite(function: Function, points: Array, values: Array) -> None:
    bad = ~np.isfinite(values)
    if bad.any():
        i = int(np.argmax(bad))
        box = points.min(axis=0), points.max(axis=0)
        advice = "np.where gives a value at a single point"
        if np.isinf(values[i]) and is_pole(function, points[i], *box):
            raise InputError(f"f is {values[i]} at {at(points[i])}, a pole; {FINITE_NEEDED}")
        raise InputError(f"f is {values[i]} at {at(points[i])}; {FINITE_NEEDED} ({advice})")


def is_pole(function: Function, point: Array, lower: Array, upper: Array) -> bool:
    """Return True if f, infinite at the point, is finite on both sides along some coordinate.

    Where f overflows it is infinite on one side at least.
    """
    way = np.diag(_BESIDE * (upper - lower))
    sides = np.stack([np.clip(point + w, lower, upper) for w in (-way, way)])
    with np.errstate(all="ignore"):
        values = [np.asarray(function(*side.T), dtype=np.float64) for side in sides]
    finite = np.isfinite(values) | np.all(sides == point, axis=2)
    return bool((finite.all(axis=0) & np.any(sides != point, axis=(0, 2))).any())


def _check_alone(function: Function, points: Array, values: Array) -> None:
    """Refuse an f whose value at a point depends on the other points, or is random."""
    slack = 1e-9 * np.abs(values).max()
    for i in np.linspace(0, len(points) - 1, 5).astype(int):
        alone = float(np.asarray(function(*points[i : i + 1].T))[0])
        if not abs(alone - values[i]) <= slack:
            raise InputError(
                f"f is {alone:.6g} at {at(points[i])} alone and {values[i]:.6g} among other points; "
                "a function of each point by itself is needed"
            )


def _check_growth(function: Function, points: Array, values: Array) -> None:
    """Refuse an f that grows without end near its steepest samples."""
    change = np.abs(np.diff(values))
    i = int(np.argmax(change))
    values_near = values
    for near, values_near in _closer(function, points[i], points[i + 1], np.ones_like):
        _check_finite(function, near, values_near)
        last, jump = near, np.abs(np.diff(values_near)).max()
    most = np.abs(values_near).max()
    if most > 1e6 * np.abs(values).max() and jump > 0.01 * most:
        raise InputError(f"f grows to {most:.3g} near {at(last[0])}, a pole; {FINITE_NEEDED}")


def _closer(
    function: Function, p: Array, q: Array, allowed: Callable[[Array], Array]
) -> Iterator[tuple[Array, Array]]:
    """Yield 17 points from p to q and f there, then around the worst step, ever finer."""
    for _ in range(24):
        steps = np.linspace(0.0, 1.0, 17)[:, None]
        points = np.clip(p + steps * (q - p), np.minimum(p, q), np.maximum(p, q))
        values = np.asarray(function(*points.T), dtype=np.float64)
        yield points, values
        share = np.abs(np.diff(values)) / allowed(_distance(points[:-1], points[1:]))
        worst = int(np.argmax(share))
        first, last = points[max(worst - 1, 0)], points[min(worst + 2, 16)]
        if (first == p).all() and (last == q).all():
            return
        p, q = first, last


def _widened(points: Array, i: int, j: int) -> tuple[Array, Array]:
    """Move two samples apart to three times their distance: the cause may lie just beside them."""
    lower, upper = points.min(axis=0), points.max(axis=0)
    way = points[j] - points[i]
    return np.clip(points[i] - way, lower, upper), np.clip(points[j] + way, lower, upper)


def _random_pairs(points: Array) -> tuple[Array, Array]:
    """Return pairs of samples and points in random directions from them, at all distances."""
    rng = np.random.default_rng(1)
    lower, upper = points.min(axis=0), points.max(axis=0)
    p = points[rng.integers(len(points), size=_RANDOM)]
    way = rng.standard_normal(p.shape) * (upper - lower)
    return p, np.clip(p + way * 10.0 ** rng.uniform(-15, 0, (_RANDOM, 1)), lower, upper)


def _steepest_pairs(function: Function, points: Array) -> tuple[Array, Array]:
    """Return pairs of samples and points from them along the gradient of f, (pairs, d) each."""
    lower, upper = points.min(axis=0), points.max(axis=0)
    p = points[:: -(-len(points) // 256)]
    small = 1e-6 * (upper - lower)
    at_p, slope = np.asarray(function(*p.T)), np.empty_like(p)
    for i, step in enumerate(np.diag(small)):
        inward = np.where(p + step <= upper, step, -step)
        slope[:, i] = (np.asarray(function(*(p + inward).T)) - at_p) / inward[:, i]
    steepest = np.abs(slope).max(axis=1, keepdims=True)
    way = slope / np.where(steepest > 0, steepest, 1.0)
    return p, np.clip(p + 1e-3 * float(np.min(upper - lower)) * way, lower, upper)


def _allowed(modulus: Function, distance: Array) -> Array:
    """Evaluate the modulus; refuse results other than one number ≥ 0 for each distance."""
    try:
        with np.errstate(all="ignore"):
            allowed = np.asarray(modulus(distance))
    except Exception as error:
        raise InputError(f"the modulus fails on an array of distances: {_said(error)}") from error
    if allowed.dtype.kind not in "biuf" or allowed.shape != distance.shape:
        raise InputError(
            f"the modulus gives {allowed.dtype} values of shape {allowed.shape} for distances of "
            f"shape {distance.shape}; one real number for each distance is needed"
        )
    if not (allowed >= 0).all():
        i = int(np.argmin(allowed >= 0))
        raise InputError(f"the modulus is {allowed[i]:g} at {distance[i]:.6g}; ω(h) ≥ 0 is needed")
    return allowed.astype(np.float64)


def _with_slack(modulus: Function, points: Array, values: Array) -> Callable[[Array], Array]:
    """Return ω with a slack for the rounding of f and of its argument."""
    noise = 16 * np.spacing(np.array([np.abs(points).max(), np.abs(values).max()]))
    slack = float(_allowed(modulus, noise[:1])[0] + noise[1])
    return lambda distance: _allowed(modulus, distance) * (1 + 1e-9) + slack


def _compare(
    allowed: Callable[[Array], Array], p: Array, q: Array, f_p: Array, f_q: Array
) -> tuple[float, int]:
    """Return the largest ratio of change to modulus and its pair; refuse a ratio above 1."""
    distance = _distance(p, q)
    limit = allowed(distance)
    change = np.abs(f_q - f_p)
    worst = int(np.argmax(change / limit))
    if change[worst] > limit[worst]:
        raise InputError(
            f"the declared modulus allows |f(x) − f(y)| ≤ {limit[worst]:.6g} at distance "
            f"{distance[worst]:.6g}, but {at(p[worst])} and {at(q[worst])} differ by "
            f"{change[worst]:.6g}"
        )
    return float(change[worst] / limit[worst]), worst


def _check_increasing(modulus: Function, distances: Array) -> None:
    """Refuse a modulus that decreases: ω(h) bounds the change at all distances up to h."""
    allowed = _allowed(modulus, distances)
    highest = np.maximum.accumulate(allowed)
    falls = allowed < highest * (1 - 1e-9)
    if falls.any():
        j = int(np.argmin(np.where(falls, allowed / highest, 1.0)))
        i = int(np.argmax(allowed[:j]))
        raise InputError(
            f"the modulus falls from {allowed[i]:.6g} at {distances[i]:.6g} to {allowed[j]:.6g} at "
            f"{distances[j]:.6g}; it bounds all distances up to h, so it cannot fall"
        )
