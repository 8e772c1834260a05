"""|f − g| in one dimension by Taylor polynomials on small cells: slow, and no code of the package.

On a cell m ± r, f − g = Σ_{k<n} c_k s^k + R with c_k the coefficients at m and |R| ≤ |c_n| r^n, the
coefficient c_n taken over the whole cell. The polynomial is evaluated on small pieces in balls.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, arb_series, ctx

__all__ = ["SERIES", "taylor_bounds"]

Function = Callable[[Any], Any]


def _expit(z: Any) -> Any:
    return 1 / (1 + (-z).exp())


SERIES: dict[str, Function] = {
    "logistic": _expit,
    "tanh": lambda z: 2 * _expit(2 * z) - 1,
    "cauchy_cdf": lambda z: z.atan() / arb.pi() + 0.5,
    "gauss_cdf": lambda z: ((z / arb(2).sqrt()).erf() + 1) / 2,
    "gompertz": lambda z: (-(-z).exp()).exp(),
    "algebraic": lambda z: (z / (1 + z * z).sqrt() + 1) / 2,
}


def taylor_bounds(
    f: Function,
    sigma: Function,
    units: Sequence[tuple[float, float, float]],
    domain: tuple[float, float],
    cells: int = 128,
    order: int = 12,
) -> tuple[float, float]:
    """Bound sup|f − g| from below and above, f and σ given on power series, units as (a, b, c)."""
    low, high = 0.0, 0.0
    start, end = map(arb, domain)
    with ctx.workprec(160):
        radius = (end - start) / (2 * cells)
        size = radius.abs_upper()
        for i in range(cells):
            middle = start + radius * (2 * i + 1)
            exact = _coefficients(f, sigma, units, middle, order)
            wide = _coefficients(f, sigma, units, middle + arb(0, 1) * size, order + 1)
            rest = (abs(wide[order]) * size**order).upper()
            for piece in range(16):
                s = size * (arb(2 * piece - 15) / 16 + arb(0, 1) / 16)
                value = sum((c * s**k for k, c in enumerate(exact)), arb(0))
                at = size * (arb(2 * piece - 15) / 16)
                there = abs(sum((c * at**k for k, c in enumerate(exact)), arb(0))) - rest
                low = max(low, float(there.lower()))
                high = max(high, float((abs(value).upper() + rest).upper()))
    return low * (1 - 1e-12), high * (1 + 1e-12)


def _coefficients(
    f: Function,
    sigma: Function,
    units: Sequence[tuple[float, float, float]],
    middle: Any,
    order: int,
) -> list[Any]:
    before = ctx.cap
    ctx.cap = order + 1
    try:
        x = arb_series([middle, 1])
        total = f(x) + arb_series([0])
        for a, b, c in units:
            total -= arb(a) * sigma(arb(b) * x + arb(c))
        return [total[k] for k in range(order + 1)]
    finally:
        ctx.cap = before
