"""The Fejér–Korovkin mean again, by its kernel in closed form and sums over midpoints, with mpmath."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import mpmath  # type: ignore[import-untyped]

mp = mpmath.mp.clone()
mp.dps = 30

__all__ = ["kernel", "mean_distance", "midpoint_mean", "mp"]


def kernel(degree: int, t: Any) -> Any:
    """2 sin²α cos²(nt/2)/(n (cos t − cos α)²), α = π/n: no sum over k, no factor ρ_k."""
    n = degree + 2
    alpha = mp.pi / n
    below = mp.cos(t) - mp.cos(alpha)
    if abs(below) < mp.mpf(10) ** -25:
        t += mp.mpf(10) ** -12
        below = mp.cos(t) - mp.cos(alpha)
    return 2 * mp.sin(alpha) ** 2 * mp.cos(n * t / 2) ** 2 / (n * below**2)


def midpoint_mean(
    f: Callable[..., Any],
    box: Sequence[tuple[float, float]],
    degrees: Sequence[int],
    samples: Sequence[int],
    point: Sequence[float],
) -> Any:
    """Σ f(τ) ∏ K(θ_j − τ_j)/2P_j over all midpoints of whole periods, f folded evenly."""
    axes = []
    for (a, b), degree, count, x in zip(box, degrees, samples, point, strict=True):
        theta = mp.pi * (mp.mpf(x) - a) / (mp.mpf(b) - a)
        row = []
        for i in range(2 * count):
            tau = (i + mp.mpf(1) / 2) * mp.pi / count
            folded = min(tau, 2 * mp.pi - tau)
            weight = kernel(degree, theta - tau) / (2 * count)
            row.append((a + (mp.mpf(b) - a) * folded / mp.pi, weight))
        axes.append(row)
    total = mp.mpf(0)
    for corner in product(*axes):
        weight = mp.mpf(1)
        for _, w in corner:
            weight *= w
        total += weight * f(*(place for place, _ in corner))
    return total


def mean_distance(degree: int) -> Any:
    """(1/π)∫_0^π t K(t) dt / π, by integration: what the mean of |t| is with all points."""
    pieces = [mp.pi * i / (degree + 2) for i in range(degree + 3)]
    return mp.quad(lambda t: t * kernel(degree, t), pieces) / mp.pi**2
