"""The Taylor coefficients of the logistic σ, and what they leave out.

σ′ = σ − σ², hence (k + 1) σ_(k+1) = σ_k − Σ_j σ_j σ_(k−j) for σ_k = σ^(k)/k!. What the terms up to
order p leave out falls like (reach/v)^(p+1) where σ is within M of a constant for |Im z| ≤ v
(Cauchy's estimate, `strips.py`).

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2008, chapter 13 (Taylor recursions).
"""

from functools import lru_cache
from typing import Final

import numpy as np

from uat.core.activations import logistic
from uat.expression.arrays import Array
from uat.numerics.network_rounding import ROUNDOFF
from uat.proof.sigma.model import LOST, OWN
from uat.proof.sigma.strips import Strips, strips

__all__ = ["STEPS", "taylor_coefficients", "taylor_losses", "taylor_remainders"]

STEPS: Final = 64
"""Entries in the table of remainders; more: smaller remainders, by up to 1/64."""


def taylor_coefficients(z: Array, order: int) -> list[Array]:
    """Return σ_k = σ^(k)(z)/k! of the logistic σ for k = 0 … order."""
    parts = [np.asarray(logistic(z))]
    if order > 0:
        # from the product, not the difference, since it keeps its size far out
        parts.append(parts[0] * np.asarray(logistic(-z)))
    for k in range(1, order):
        # Σ_j σ_j σ_(k−j), each pair of different ones once
        pairs = sum((parts[j] * parts[k - j] for j in range(1, (k + 1) // 2)), parts[0] * parts[k])
        middle = parts[k // 2] ** 2 if k % 2 == 0 else 0.0
        parts.append((parts[k] - (2 * pairs + middle)) / (k + 1))
    return parts


@lru_cache(maxsize=32)
def taylor_losses(order: int) -> tuple[float, ...]:
    """Bound how far `taylor_coefficients` is off in floats, for each part.

    The recursion carries errors e_j on as it carries the parts, of sizes S_j.
    """
    sizes = [1.0] + [float(np.min(_strip_sizes() / _strips().widths ** k)) for k in range(1, order)]
    errors = [OWN, 4 * OWN]
    for k in range(1, order):
        carried = errors[k] + sum(
            2 * sizes[j] * errors[k - j] + errors[j] * errors[k - j] for j in range(k + 1)
        )
        made = (k + 4) * ROUNDOFF * sum(sizes[j] * sizes[k - j] for j in range(k + 1))
        errors.append((carried + made + 4 * ROUNDOFF) / (k + 1) * (1 + LOST))
    return tuple(errors[: order + 1])


@lru_cache(maxsize=32)
def taylor_remainders(order: int) -> Array:
    """Tabulate Σ_(k > order) M (reach/v)^k, the least over the strips, for reach = i/64 ≤ 1."""
    share = np.arange(STEPS + 1)[:, None] / STEPS / (_strips().widths * (1 - LOST))
    with np.errstate(divide="ignore"):
        tail = _strip_sizes() * share ** (order + 1) / (1 - share)
    least = np.where(share < 1, tail, np.inf).min(axis=1) * (1 + LOST)
    least.setflags(write=False)
    return np.asarray(least)


def _strips() -> Strips:
    return strips(logistic, 1.0)


def _strip_sizes() -> Array:
    return np.exp(_strips().log_sizes) * (1 + LOST)
