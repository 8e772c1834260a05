r"""Products of cosines are sums of ridges: functions of one direction p·θ each.

    ∏_{j: k_j ≠ 0} cos k_jθ_j = 2^{−(z−1)} Σ_± cos((±k)·θ),    z the number of k_j ≠ 0,

over the signs of all k_j but the first that is not 0. Written with exponentials, a sum
Σ a_{|k|} e^{ik·θ} over |k_j| ≤ N_j is a_0 + Σ 2 a_{|k|} cos(k·θ) over half of the k, those whose
first k_j ≠ 0 is positive. Each is m·p, m = gcd(k) and p primitive, and all with the same p are one
profile

    q_p(s) = Σ_{m ≤ M} 2 a_{m|p|} cos mπs,   s = p·u, u = θ/π,

M the least of ⌊N_j/|p_j|⌋ over p_j ≠ 0.

q_p is even and has period 2; over the box s runs through Σ|p_j| half periods. The 2^{z−1} directions
that differ in signs share it, so that only p_j ≥ 0 are listed here.

Source: Nielsen's towers need two hidden layers; ridges need one: A. Pinkus, Approximation theory of
the MLP model in neural networks, 1999, section 3.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from uat.expression.arrays import Array, Integers

__all__ = ["Family", "count_directions", "families", "signed"]


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """The profiles with the same number M of harmonics."""

    directions: Integers  # (profiles, d), primitive, no entry negative
    amplitudes: Array  # (profiles, M), of cos πs, …, cos Mπs

    @property
    def copies(self) -> Integers:
        """The number of directions that share each profile, by their signs: (profiles,)."""
        copies: Integers = 2 ** (np.count_nonzero(self.directions, axis=1) - 1)
        return copies

    @property
    def half_periods(self) -> Integers:
        """The number of half periods of each profile in the box, Σ|p_j|: (profiles,)."""
        total: Integers = self.directions.sum(axis=1)
        return total


def families(coefficients: Array) -> list[Family]:
    """Group a sum of products of cosines by direction.

    `coefficients`, (N_1 + 1, …, N_d + 1), are the a_k of Σ a_{|k|} e^{ik·θ}. The families are in
    order of the number of harmonics; the mean a_0 is in none.
    """
    sizes = coefficients.shape
    k = np.indices(sizes).reshape(len(sizes), -1).T[1:]
    divisor = np.gcd.reduce(k, axis=1)
    primitive = k[divisor == 1]
    degrees = np.array(sizes) - 1
    with np.errstate(divide="ignore"):
        quotients = np.where(primitive > 0, degrees // np.maximum(primitive, 1), np.iinfo(int).max)
    harmonics = quotients.min(axis=1)
    found = []
    for most in np.unique(harmonics):
        p = primitive[harmonics == most]
        multiples = p[:, None, :] * np.arange(1, most + 1)[:, None]  # (profiles, M, d)
        found.append(Family(p, 2 * coefficients[tuple(np.moveaxis(multiples, -1, 0))]))
    return found


def signed(direction: Integers) -> list[Integers]:
    """List the directions that differ from p in signs, the first entry that is not 0 positive."""
    places = np.flatnonzero(direction)[1:]
    found = []
    for signs in itertools.product((1, -1), repeat=len(places)):
        p = direction.copy()
        p[places] *= np.array(signs, dtype=p.dtype)
        found.append(p)
    return found


def count_directions(degrees: tuple[int, ...], most: int = 1 << 16) -> int:
    """Count the primitive directions with |p_j| ≤ N_j, up to sign; a bound past that many degrees.

    A k ≠ 0 is m·p in one way, so with μ of Möbius the primitive ones are
    Σ_{m≥1} μ(m) (∏(2⌊N_j/m⌋ + 1) − 1), and half of them differ by more than their sign.
    """
    degrees = tuple(n for n in degrees if n > 0)
    if len(degrees) < 2:
        return len(degrees)
    largest = max(degrees)
    if largest > most:
        return (math.prod(2 * n + 1 for n in degrees) - 1) // 2
    total = 0
    for m, sign in enumerate(_moebius(largest).tolist(), 1):
        if sign:
            total += sign * (math.prod(2 * (n // m) + 1 for n in degrees) - 1)
    return total // 2


def _moebius(most: int) -> Integers:
    """Return μ(1) … μ(most)."""
    mu = np.ones(most + 1, dtype=np.int64)
    prime = np.ones(most + 1, dtype=bool)
    for p in range(2, most + 1):
        if prime[p]:
            prime[2 * p :: p] = False
            mu[p::p] *= -1
            mu[p * p :: p * p] = 0
    return mu[1:]
