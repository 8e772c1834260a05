"""The values of f − g at Chebyshev points, each with a proved error: in floats or in balls.

Floats are taken where their sum is near enough, else balls of more and more bits.
"""

import math
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.proof.interpolation.active_units import Active
from uat.proof.interpolation.cell import Cell
from uat.proof.interpolation.values_in_balls import in_balls
from uat.proof.interpolation.values_in_floats import float_error, in_floats

__all__ = ["node_values"]

_PRECISIONS: Final = (80, 160, 320, 640, 1280)
"""Bits of the balls that are tried: more for large weights that cancel."""


def node_values(
    f: Expression,
    active: Active,
    cell: Cell,
    degrees: tuple[int, ...],
    tolerance: float,
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, (N_1 + 1, …, N_d + 1).

    Parameters
    ----------
    f : Expression
        Analytic on the cell.
    active : Active
        g on the cell.
    cell : Cell
    degrees : tuple of int
    tolerance : float
        The error that is small enough.

    Returns
    -------
    values : ndarray, (N_1 + 1, …, N_d + 1)
    error : float
        A bound of |value − (f − g)| at every exact point; inf where f has no value.
    """
    if float_error(active, len(degrees)) <= tolerance:
        values, error = in_floats(f, active, cell, degrees, tolerance)
        if error <= tolerance:
            return values, error
    needed = math.log2(max(active.size, 1.0) / tolerance) + 16
    values, error = np.zeros(()), math.inf
    for precision in _PRECISIONS:
        if precision < needed and precision < _PRECISIONS[-1]:
            continue
        values, error = in_balls(f, active, cell, degrees, precision)
        if error <= tolerance:
            break
    return values, error
