"""What interpolation at Chebyshev's points loses, measured: in many digits, at many places."""

from collections.abc import Callable
from typing import Any

from tests.oracles.formulas import mp

__all__ = ["measured_loss"]


def measured_loss(
    f: Callable[[Any], Any], middle: float, radius: float, degree: int, places: int = 40
) -> Any:
    """The largest |f − p| found on [m − r, m + r], p of that degree, by the barycentric formula."""
    with mp.workdps(50):
        nodes = [mp.cos(mp.pi * j / degree) for j in range(degree + 1)]
        values = [f(mp.mpf(middle) + mp.mpf(radius) * y) for y in nodes]
        weights = [mp.mpf((-1) ** j) / (1 + (j in (0, degree))) for j in range(degree + 1)]
        worst = mp.mpf(0)
        for k in range(places):
            y = mp.cos(mp.pi * (k + mp.mpf("0.37")) / places)
            terms = [w / (y - node) for w, node in zip(weights, nodes, strict=True)]
            p = sum(t * v for t, v in zip(terms, values, strict=True)) / sum(terms)
            worst = max(worst, abs(f(mp.mpf(middle) + mp.mpf(radius) * y) - p))
        return worst
