"""The degree of a function is where its Chebyshev series ends."""

import numpy as np
from numpy.polynomial.chebyshev import chebinterpolate

import uat
from uat.construct.comb.even import degree


def test_the_degree_is_where_the_series_ends() -> None:
    series = np.abs(chebinterpolate(lambda t: uat.examples.nielsen((t + 1) / 2), 200))
    tail = np.cumsum(series[::-1])[::-1]
    for eps in (1e-2, 1e-6, 1e-9):
        assert degree(uat.examples.nielsen, eps, 500) == int(np.argmax(tail < eps))
    assert degree(uat.examples.nielsen, 1e-9, 20) is None
    assert degree(uat.Target("0*x", (0, 1)), 1e-9, 20) == 0
