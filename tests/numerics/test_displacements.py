"""Float g(x) is the exact value of units whose arguments are a little off."""

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.numerics.rounding import backward_rounding, displacements


def test_they_stay_small_beside_the_slopes_however_steep_these_are() -> None:
    for slope in (1.0, 1e10, 1e100):
        network = Network.from_units([3.0, -2.0], [slope, -slope], [0.0, slope / 3], uat.logistic)
        off = displacements(network, (-1, 1))
        assert (off.arguments[0] < 1e-14 * slope).all()
        assert off.remainder < 1e-13


def test_in_one_layer_they_are_those_of_the_shift() -> None:
    network = Network.from_units([3.0, -2.0], [1e9, 5.0], [1e8, 0.5], uat.tanh)
    shift, remainder = backward_rounding(network, (-1, 1))
    off = displacements(network, (-1, 1))
    assert (off.arguments[0] <= shift * np.abs(network.slopes) * (1 + 1e-5)).all()
    assert off.remainder == pytest.approx(remainder, rel=1e-5)


def test_each_layer_has_its_own() -> None:
    layers = (Affine([[1e50, 0.0]], [0.0]), Affine([[2.0]], [1.0]), Affine([[1.0]], [0.0]))
    off = displacements(Network(layers, uat.tanh), [(-1, 1), (-1, 1)])
    assert [len(part) for part in off.arguments] == [1, 1]
    assert off.arguments[0][0] > 1e30
    assert off.arguments[1][0] < 1e-14


def test_without_a_hidden_layer_there_is_only_the_sum() -> None:
    off = displacements(Network((Affine([[1.0, 2.0]], [3.0]),), uat.tanh), [(-1, 1), (0, 1)])
    assert off.arguments == off.values == ()
    assert 0 < off.remainder < 1e-14


def test_past_the_range_of_float64_nothing_is_known() -> None:
    network = Network.from_units([1.0], [1e308], [0.0], uat.relu)
    assert displacements(network, (0, 100)).arguments[0][0] == np.inf
