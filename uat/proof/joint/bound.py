"""The largest absolute value of a model on each cell, and the axis along which to halve the cell.

In Chebyshev's basis a polynomial is at most its constant plus the sizes of all other coefficients.
For the terms of degree 1 and 2 in one variable alone that is sharpened: ℓ s + κ T_2(s) is a parabola,
whose largest value is known.
"""

import numpy as np

from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import gamma
from uat.proof.joint.model import Model
from uat.proof.sigma.model import LOST

__all__ = ["largest"]


def largest(model: Model) -> Array:
    """Bound the absolute value of each model over its cell, rounded up: (cells,)."""
    table, d = model.in_chebyshev, len(model.variables)
    with np.errstate(all="ignore"):
        linear = np.abs(table[1 : 1 + d])
        squares = table[_squares(model)]
        bent = np.abs(squares)
        others = np.abs(table[1:]).sum(axis=0) - linear.sum(axis=0) - bent.sum(axis=0)
        against = np.where(linear < 4 * bent, bent + linear * (linear / bent) / 8, linear - bent)
        high = np.where(squares >= 0, linear + bent, against).sum(axis=0)
        low = np.where(squares <= 0, linear + bent, against).sum(axis=0)
        rest = np.maximum(others, 0.0) + model.remainder
        bound = np.maximum(np.maximum(table[0] + high, low - table[0]) + rest, 0.0)
        # a sum of as many terms as there are monomials, twice, and a few operations
        lost = gamma(2 * len(table) + 32) * (model.size + bound) * UP
        bound = (bound + model.rounding + lost) * (1 + LOST)
    return np.where(np.isnan(bound), np.inf, bound)


def _squares(model: Model) -> list[int]:
    """Find s_j² for each j."""
    basis, d = model.basis, len(model.variables)
    second = basis.exponents[basis.starts[2] : basis.starts[3]]
    return [int(np.flatnonzero(second[:, j] == 2)[0] + basis.starts[2]) for j in range(d)]
