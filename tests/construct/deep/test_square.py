"""Yarotsky's square is as far from x² as the theorem says, and no nearer."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import uat
from uat.construct.deep.square import square


def exact(network: uat.Network, x: Fraction) -> Fraction:
    values = [x]
    for k, layer in enumerate(network.layers):
        rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        values = [
            sum((Fraction(w) * v for w, v in zip(row, values, strict=True)), Fraction(b))
            for row, b in rows
        ]
        if k < network.depth:
            values = [max(v, Fraction(0)) for v in values]
    return values[0]


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_the_network_is_the_chords_of_the_parabola(m: int) -> None:
    """On a finer grid, in fractions: (x − a)(b − x) above x², a quarter of 4^−m at most."""
    network, certificate = square(m)
    for k in range(2 ** (m + 1) + 1):
        x = Fraction(k, 2 ** (m + 1))
        above = exact(network, x) - x * x
        assert above == (certificate.upper if k % 2 else 0)
    assert Fraction(certificate.upper) == Fraction(1, 4 ** (m + 1))


@pytest.mark.parametrize("m", [1, 2, 4, 6])
def test_certify_comes_to_the_same_bound(m: int) -> None:
    network, certificate = square(m)
    proved = uat.certify("x**2", network, (0, 1))
    assert proved.lower <= certificate.upper <= proved.upper
    assert proved.upper == pytest.approx(certificate.upper, rel=1e-6)


@pytest.mark.parametrize("m", [3, 12, 26])
def test_floats_are_within_the_bound_with_its_rounding(m: int) -> None:
    network, certificate = square(m)
    x = np.random.default_rng(m).random(10_000)
    x = np.concatenate([x, np.arange(1, 2000) / 2.0 ** (m + 1) % 1])
    above = network.as_function()(x) - x * x
    assert np.abs(above).max() <= certificate.bound + 2.0**-53


def test_depth_takes_the_place_of_width() -> None:
    network, certificate = square(20)
    assert network.widths == (3,) * 20
    assert certificate.upper == certificate.lower == 2.0**-42


@pytest.mark.parametrize(
    ("m", "error"), [(0, uat.InputError), (501, uat.InputError), (1.0, uat.WrongType)]
)
def test_other_depths_are_refused(m: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        square(m)
