r"""The Fejér–Korovkin mean: a continuous function is nearly a sum of products of cosines.

Each coordinate is a share u_j = θ_j/π of its side; f is folded evenly, F(θ) = f(|θ|) on [−π, π],
and so periodic and continuous. With n = N + 2, α = π/n and the factors

    ρ_k = [(n − k) cos kα + sin kα cot α]/n,    K(t) = 1 + 2 Σ_{k≤N} ρ_k cos kt
        = 2 sin²α cos²(nt/2) / (n (cos t − cos α)²) ≥ 0,

the mean of F against ∏ K_{N_j} over the M = 2P midpoints τ_i = (i + ½)π/P of each coordinate is

    J(θ) = M^{−d} Σ_τ F(τ) ∏ K_{N_j}(θ_j − τ_j) = Σ_{|k_j| ≤ N_j} ρ_{k_1}⋯ρ_{k_d} c_{|k|} e^{ik·θ},

c_k the mean of F(τ) ∏ cos k_jτ_j over the midpoints in [0, π]^d. The weights are ≥ 0, and add up to
1 since M > N. Going from θ to τ one coordinate after another,

    |f − J| ≤ Σ_j E ω_j(|t_j|/π) ≤ Σ_j (a_j + b_j E|t_j|/π)

for lines a + bt above the partial moduli ω_j (`partial_moduli.py`), E the mean with weights
K(t_i)/M, t_i = θ − τ_i taken in [−π, π]. Two bounds of E|t|:

- |t| ≤ π|sin(t/2)| and E cos t = ρ_1 = cos α (M ≥ N + 2), so E|t| ≤ π sin(α/2) by Cauchy and
  Schwarz; ω_j(1/n) (1 + π/2) is what this gives;
- |t| = π/2 − (4/π) Σ_{m odd} cos(mt)/m², so the mean with all t instead of midpoints is
  e = π/2 − (4/π) Σ_{k odd ≤ N} ρ_k/k², and the midpoints add at most the frequencies lM, l ≠ 0:
  2 Σ_{l≥1} Σ_{k odd, |k|≤N} ρ_k (2/π)/(lM − k)². Σ_{l≥2} of that is below its integral.

For large n the sum is not made: with x = t/α, sinc the product ∏(1 − (·)²/m²π²) and
t ≤ t_0 = n^{−½}, cos t − cos α = ½(α² − t²) sinc((t+α)/2) sinc((t−α)/2), so e/α is at most
(8/π²) ∫_0^∞ x cos²(πx/2)/(1 − x²)² dx = 0.77369… times (1 − y²/6)^{−4}, y = (t_0 + α)/2, and
beyond t_0, where cos α − cos t ≥ 2t²/π² − α²/2 ≥ t²/π², at most π⁴/(n² t_0²) more.

Source: P. P. Korovkin, Linear Operators and Approximation Theory, 1960; R. A. DeVore, The
Approximation of Continuous Functions by Positive Linear Operators, 1972, chapter 2.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.boxes import grid
from uat.numerics.network_rounding import ROUNDOFF

__all__ = [
    "FFT_ROUNDINGS",
    "coefficients",
    "damped",
    "damping",
    "reach",
    "sampled_coefficients",
]


FFT_ROUNDINGS: Final = 16.0
"""The error assumed of the transform: this many roundings of the sum of the sizes of all terms for
each halving of their number. Higham, Accuracy and Stability, 2002, theorem
24.2, has less than 7."""

_SUMMED: Final = 1 << 16  # degrees up to which the mean of |t| is summed
_LIMIT: Final = 0.7738  # above 0.77369…, see above


def damping(degree: int) -> Array:
    """Return the factors ρ_0 … ρ_N of the mean of degree N, (N + 1,); each is off by < 2^−49."""
    n = degree + 2
    k = np.arange(degree + 1)
    alpha = math.pi / n
    factors: Array = ((n - k) * np.cos(k * alpha) + np.sin(k * alpha) / math.tan(alpha)) / n
    return np.clip(factors, 0.0, 1.0)


def damped(coefficients: Array) -> Array:
    """Multiply coefficients by the factors of the mean whose degrees their shape tells."""
    for axis, size in enumerate(coefficients.shape):
        shape = [size if i == axis else 1 for i in range(coefficients.ndim)]
        coefficients = coefficients * damping(size - 1).reshape(shape)
    return coefficients


@lru_cache(maxsize=4096)
def reach(degree: int, samples: int) -> float:
    """Bound the mean of |t|/π with the weights of the kernel of degree N at any 2P midpoints.

    `samples` is P, the midpoints in half a period; 2P ≥ N + 2.
    """
    n, points = degree + 2, 2 * samples
    by_cosine = math.sin(math.pi / (2 * n))
    if degree < _SUMMED:
        k = np.arange(1, degree + 1, 2)
        rho = damping(degree)[1::2]
        mean = math.pi / 2 - 4 / math.pi * math.fsum((rho / k**2).tolist())
        near, far = (1 / (points - s * k) ** 2 + 1 / points / (points - s * k) for s in (1, -1))
        aliases = 4 / math.pi * math.fsum((rho * (near + far)).tolist())
        lost = 2.0**-46
    else:
        mean, lost = math.pi / n * _constant(n), 0.0
        gap = points - degree
        aliases = 4 / math.pi * n * (1 / gap**2 + 1 / points / gap) if gap > 0 else math.inf
    return min(by_cosine, (mean + aliases + lost) / math.pi) * UP


def _constant(n: int) -> float:
    """Bound n/π times the mean of |t| for large n, without a sum."""
    cut = 1 / math.sqrt(n)
    y = (cut + math.pi / n) / 2
    return _LIMIT / (1 - y * y / 6) ** 4 + math.pi**4 / (n * n * cut * cut)


def _midpoints(target: Target, samples: tuple[int, ...]) -> tuple[list[Array], list[Array]]:
    """Return the ends of tiny intervals that hold the midpoints (i + ½)/P of each side."""
    lower, upper = [], []
    for (a, b), count in zip(target.domain, samples, strict=True):
        share = (np.arange(count) + 0.5) / count
        point = a + (b - a) * share
        off = 4 * np.spacing(np.maximum(np.maximum(abs(a), abs(b)), b - a))
        lower.append(np.clip(point - off, a, b))
        upper.append(np.clip(point + off, a, b))
    return lower, upper


def coefficients(
    target: Target, degrees: tuple[int, ...], samples: tuple[int, ...]
) -> tuple[Array, float]:
    """Compute the cosine coefficients c_k of f, without the factors ρ: (N_1 + 1, …, N_d + 1).

    `samples` are P_j with 2P_j ≥ N_j + 2. The number is how much J may be off on the whole box,
    with these coefficients and factors ρ in floats: the weights of J are ≥ 0 with sum 1, so an
    error of f is at most itself in J; that of the transform is at most itself times
    ∏ Σ_{|k|≤N_j} ρ_k.
    """
    lower, upper = map(grid, _midpoints(target, samples))
    # + 0.0: an end that is 0 is +0
    lo, hi = target.enclose(lower + 0.0, upper + 0.0)
    if not (np.isfinite(lo).all() and np.isfinite(hi).all()):
        i = int(np.argmin(np.isfinite(lo) & np.isfinite(hi)))
        raise CannotProve(f"f could not be bounded near x = {lower[i].tolist()}")
    values = lo + (hi - lo) / 2
    known = float(np.nextafter(np.maximum(hi - values, values - lo), np.inf).max())
    size = float(np.abs(values).max())
    c = _transformed(values, degrees, samples)
    halvings = sum(math.log2(2 * p) + 1 for p in samples)
    off = FFT_ROUNDINGS * halvings * ROUNDOFF * size + 2.0**-1000
    off += 2.0**-48 * target.dimension * float(np.abs(c).max())  # of ρ and the products
    spread = math.prod(2 * float(damping(n).sum()) - 1 for n in degrees)
    return c, (known + off * spread) * UP


def sampled_coefficients(
    target: Target, degrees: tuple[int, ...], samples: tuple[int, ...]
) -> Array:
    """Compute c_k from values of f instead of enclosures: far sooner, and without a bound.

    They are not finite where f is not.
    """
    points = grid([(lo + hi) / 2 for lo, hi in zip(*_midpoints(target, samples), strict=True)])
    with np.errstate(all="ignore"):
        values = np.asarray(target(*points.T), dtype=np.float64) + np.zeros(len(points))
        return _transformed(values, degrees, samples)


def _transformed(values: Array, degrees: tuple[int, ...], samples: tuple[int, ...]) -> Array:
    """Return the means of the values times ∏ cos k_jτ_j, |k_j| ≤ N_j."""
    from scipy.fft import dctn

    table = dctn(values.reshape(samples), type=2) / math.prod(2 * p for p in samples)
    return np.ascontiguousarray(table[tuple(slice(n + 1) for n in degrees)])
