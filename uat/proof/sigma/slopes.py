"""The slopes of σ on a range of its argument: two numbers that all of them lie between.

Of a ReLU, a leaky ReLU and |u| they are those of its branches, of an analytic σ the range of σ′.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from uat.core.activations import Activation
from uat.enclosure.balls import is_analytic
from uat.enclosure.range_table import RangeTable
from uat.expression.arrays import Array
from uat.proof.sigma.lines import branches_of

__all__ = ["slopes_of"]


@lru_cache(maxsize=64)
def slopes_of(activation: Activation) -> Callable[[Array, Array], tuple[Array, Array]] | None:
    """Return the function that bounds the slopes of σ on ranges; None if σ may jump.

    >>> from uat.core.activations import relu
    >>> slopes_of(relu)(np.array([-2.0, -1.0, 1.0]), np.array([-1.0, 1.0, 2.0]))
    (array([0., 0., 1.]), array([0., 1., 1.]))
    """
    branches = branches_of(activation)
    if branches is not None:
        left, right = branches

        def slopes(low: Array, high: Array) -> tuple[Array, Array]:
            return np.where(low >= 0, right, left), np.where(high <= 0, left, right)

        return slopes
    if activation.expression is None or not is_analytic(activation.expression):
        return None
    return RangeTable(activation.expression.derivative())
