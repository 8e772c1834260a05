"""Data are checked, scaled by powers of two, and the scaling is undone exactly."""

import numpy as np
import pytest

import uat
from uat.expression.arrays import Array
from uat.train.data import Scaling, read_outputs, read_points
from uat.train.gradient import outputs
from uat.train.parameters import Shape


@pytest.mark.parametrize("widths", [(), (5,), (4, 3)], ids=str)
@pytest.mark.parametrize("spread", [1.0, 1e-3, 1e150], ids=str)
def test_the_folded_network_is_the_scaled_one(widths: tuple[int, ...], spread: float) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 2)) * [3e4, spread] + [1e4, 0], spread * rng.normal(size=(40, 3))
    scaling = Scaling.of(x, y)
    shape = Shape((2, *widths, 3), uat.tanh)
    weights = rng.normal(size=shape.count)
    network = scaling.fold(shape, weights)
    expected = outputs(shape, weights, scaling.points(x)) * scaling.scale + scaling.mean
    np.testing.assert_allclose(network(x), expected, rtol=1e-12, atol=1e-12 * spread)


def test_scaled_data_have_size_about_one() -> None:
    rng = np.random.default_rng(1)
    x, y = 1e5 + rng.uniform(0, 7, (300, 2)), 1e-9 * rng.normal(size=(300, 2)) + 5
    scaling = Scaling.of(x, y)
    t, s = scaling.points(x), scaling.values(y)
    assert 0.4 < np.abs(t).max() <= 1
    assert ((s.std(axis=0) > 0.4) & (s.std(axis=0) <= 1)).all()
    np.testing.assert_allclose(s.mean(axis=0), 0, atol=1e-5)


def test_factors_are_powers_of_two_and_a_box_about_zero_is_not_moved() -> None:
    x, y = np.linspace(-3, 2.9, 50)[:, None], np.linspace(0, 1e-7, 50)[:, None]
    scaling = Scaling.of(x, y)
    assert scaling.shift == 0
    for factor in (*scaling.unit, *scaling.scale):
        assert np.frexp(factor)[0] == 0.5


def test_the_ends_of_the_range_of_floats_do_not_overflow() -> None:
    x, y = np.array([[-1e308], [1e308]]), np.array([[1.7e308], [-1.7e308]])
    scaling = Scaling.of(x, y)
    assert np.isfinite(scaling.points(x)).all()
    assert np.isfinite(scaling.values(y)).all()


def test_constant_columns_keep_their_value() -> None:
    x, y = np.full((5, 2), 7.0), np.full((5, 1), -3.0)
    scaling = Scaling.of(x, y)
    assert not scaling.points(x).any()
    assert not scaling.values(y).any()


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0], "x has 3 points and y has 2"),
        ([1.0, np.nan, 3.0], [1.0, 2.0, 3.0], r"x\[1\] is nan"),
        ([1.0, 2.0], [[1.0, 2.0], [3.0, np.inf]], r"y\[\(1, 1\)\] is inf"),
        ([1.0], [1.0], "1 point"),
        ([], [], "0 point"),
        ([[[1.0]]], [1.0], r"\(1, 1, 1\) given; \(k, d\)"),
        ([[1.0], [2.0, 3.0]], [1.0, 2.0], "ragged"),
        (np.zeros((3, 0)), [1.0, 2.0, 3.0], r"\(3, 0\) given"),
    ],
    ids=["lengths", "nan", "infinity", "one point", "none", "shape", "ragged", "no coordinate"],
)
def test_bad_data_are_refused_in_one_line(x: Array, y: Array, said: str) -> None:
    with pytest.raises(uat.InputError, match=said) as caught:
        read_outputs(y, len(read_points(x)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [["a", "b"], [1j, 2j]], ids=["text", "complex"])
def test_what_is_no_real_number_is_refused(given: list[object]) -> None:
    with pytest.raises(uat.WrongType):
        read_points(given)
