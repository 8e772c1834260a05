"""A square from sawteeth: x² to within 4^{−(m+1)} by m layers of three units.

Between two neighbours a, b of the grid {k/2^m} the chord of x² lies (x − a)(b − x) above it, at
most (2^{−m}/2)². The function f_m that is these chords loses a quarter of a tooth from one m to the
next: f_m = f_{m−1} − g_m/4^m, f_0(x) = x, g_m the tent map composed m times. Each layer makes the
next sawtooth g_m = 2(g_{m−1})₊ − 4(g_{m−1} − ½)₊ and carries f_{m−1} ≥ x² ≥ 0, which its ReLU
leaves as it is. A smaller ε = 4^{−(m+1)} takes depth of order log(1/ε) instead of width.

Source: Yarotsky, "Error bounds for approximations with deep ReLU networks", 2017, proposition 2.
"""

import math

from uat.core.activations import relu
from uat.core.arguments import whole_number
from uat.core.certificate import Certificate
from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.numerics.network_rounding import rounding_bound

__all__ = ["square"]


def square(m: int) -> tuple[Network, Certificate]:
    """Make x² on [0, 1] from m hidden layers of three units, 1 ≤ m ≤ 500, and compute its error.

    All weights are dyadic. The error is exactly 4^{−(m+1)}, seen in the middle of the first of the
    2^m pieces: Yarotsky, 2017, proposition 2.

    Examples
    --------
    >>> network, certificate = square(4)
    >>> certificate.upper == 4.0**-5
    True
    >>> network.as_function()([0.0, 0.5, 0.75])
    array([0.    , 0.25  , 0.5625])
    """
    if whole_number(m, "m") > 500:
        raise InputError(f"m {m} given; at most 500 is needed")
    layers = [Affine([[1.0], [1.0], [1.0]], [0.0, -0.5, 0.0])]
    layers += [
        Affine([[2.0, -4.0, 0.0], [2.0, -4.0, 0.0], _chords(k)], [0.0, -0.5, 0.0])
        for k in range(1, m)
    ]
    network = Network((*layers, Affine([_chords(m)], [0.0])), relu)
    error, middle = math.ldexp(1.0, -2 * (m + 1)), math.ldexp(1.0, -(m + 1))
    rounding = rounding_bound(network, (0.0, 1.0))
    return network, Certificate(error, error, (middle,), rounding, "a priori")


def _chords(k: int) -> list[float]:
    """Return the row that takes (g_{k−1})₊, (g_{k−1} − ½)₊ and f_{k−1} to f_k."""
    return [-math.ldexp(2.0, -2 * k), math.ldexp(4.0, -2 * k), 1.0]
