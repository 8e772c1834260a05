"""What comes in is read as what it should be; tests/test_target.py has the refusals."""

import math

import numpy as np
import pytest

from uat.core.arguments import short
from uat.core.domain import read_coordinates, read_modulus, read_values, read_variation
from uat.errors import InputError


def test_coordinates_become_arrays_of_one_shape() -> None:
    x, y = read_coordinates((1, np.zeros((2, 3), dtype=np.float32)))
    assert x.shape == y.shape == (2, 3)
    assert x.dtype == y.dtype == np.float64


def test_values_are_spread_over_the_points() -> None:
    assert read_values(True, ()) == 1.0
    assert read_values(np.array(2), (2, 2)).tolist() == [[2, 2], [2, 2]]
    with pytest.raises(InputError, match=r"f gives shape \(1,\) for coordinates of shape \(2,\)"):
        read_values(np.zeros(1), (2,))


def test_a_lipschitz_constant_is_a_modulus_that_says_its_constant() -> None:
    modulus = read_modulus(np.float32(3))
    assert modulus is not None
    assert modulus(np.array([0.5])).tolist() == [1.5]
    assert modulus == read_modulus(3)
    assert "3.0" in repr(modulus)
    assert read_modulus(np.sqrt) is np.sqrt
    assert read_modulus(None) is None


def test_a_variation_is_a_number_or_unknown() -> None:
    assert read_variation(None, 3) is None
    assert read_variation(np.int64(2), 1) == 2.0
    assert read_variation(math.inf, 1) == math.inf


def test_what_was_given_is_quoted_in_one_short_line() -> None:
    assert short((0, 1)) == "(0, 1)"
    text = short(np.zeros((100, 100)))
    assert len(text) == 80
    assert "\n" not in text
