"""Series of numpy.polynomial are read exactly, with their domain and window."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Chebyshev, Hermite, HermiteE, Laguerre, Legendre, Polynomial

import uat
from tests.oracles.formulas import exact_formula, mp
from uat.errors import InputError, WrongType
from uat.expression.brought.polynomials import read

OF_MPMATH: Any = {
    Polynomial: lambda n, u: u**n,
    Chebyshev: mp.chebyt,
    Legendre: mp.legendre,
    Hermite: mp.hermite,
    HermiteE: lambda n, u: mp.hermite(n, u / mp.sqrt(2)) / mp.sqrt(2) ** n,
    Laguerre: lambda n, u: mp.laguerre(n, 0, u),
}


@settings(max_examples=30)
@given(
    st.sampled_from(list(OF_MPMATH)),
    st.lists(st.floats(-2, 2), min_size=1, max_size=7),
    st.sampled_from([(-1, 1), (0.1, 0.7), (-3, 5)]),
    st.sampled_from([None, (0, 1), (-1, 1)]),
    st.floats(-2, 2),
)
def test_a_series_has_its_exact_value(
    family: Any, c: list[float], domain: Any, window: Any, x: float
) -> None:
    series = family(c, domain=domain, window=window)
    a, b, p, q = (mp.mpf(float(v)) for v in (*series.domain, *series.window))
    with mp.workdps(60):
        u = p + (mp.mpf(x) - a) / (b - a) * (q - p)
        exact = mp.fsum(mp.mpf(v) * OF_MPMATH[family](n, u) for n, v in enumerate(c))
        found = read(series, 1)
        assert found is not None
        value = exact_formula(found.expression.to_table(), [x])
        assert abs(value - exact) <= 1e-45 * (1 + abs(exact))


def test_a_series_gets_a_proved_network() -> None:
    f = Chebyshev([0.5, 1, 0, 0.25], domain=[0, 4])
    g = uat.approximate(f, (0, 4), eps=0.1, activation=uat.relu)
    assert g.certificate is not None
    x = np.linspace(0, 4, 1001)
    assert np.abs(g(x) - f(x)).max() <= g.certificate.upper < 0.1


def test_what_is_no_series_of_real_numbers_is_refused() -> None:
    with pytest.raises(InputError, match="it has one"):
        uat.Target(Legendre([1, 2]), [(0, 1), (0, 1)])
    with pytest.raises(WrongType, match="complex128"):
        uat.Target(Legendre([1, 2j]), (0, 1))
    with pytest.raises(InputError, match="not finite"):
        uat.Target(Legendre([1, np.nan]), (0, 1))
    with pytest.raises(InputError, match="no interval"):
        uat.Target(Legendre([1, 2], domain=[1, 1]), (0, 1))
    with pytest.raises(WrongType, match="float64 are needed"):
        uat.Target(Legendre(np.array([1, 2], dtype=np.longdouble)), (0, 1))


def test_a_class_of_ones_own_is_not_read_as_the_one_that_it_derives_from() -> None:
    class Shifted(Polynomial):
        def __call__(self, x: Any) -> Any:
            return super().__call__(x) + 5

    f = uat.Target(Shifted([0.0, 1.0]), (0, 1))
    assert f(0.5) == 5.5
    assert f.expression is None or f.expression(0.5) == 5.5
