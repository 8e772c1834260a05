"""A network and a target in LaTeX that matplotlib sets, with the numbers they have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

import uat
from uat.testing import continuous_targets, networks


def is_set(text: str) -> None:
    MathTextParser("path").parse(f"${text}$")
    assert text.count("{") == text.count("}")


def test_numbers_are_rounded_and_ones_left_out() -> None:
    a, b, c = [1.0, -1.0, 2 / 3], [[1.0, -1.0], [0.0, 0.5], [0.0, 0.0]], [0.0, -1 / 3, 2.0]
    network = uat.Network.from_units(a, b, c, uat.tanh)
    assert network.latex(2) == (r"g(x, y) \approx \sigma(x - y) - \sigma(0.5 y - 0.33) + 0.64")


def test_large_numbers_show_no_digits_that_were_rounded_away() -> None:
    network = uat.Network.from_units([-1e9], [2.0**20], [1e5], uat.tanh)
    assert network.latex() == r"g(x) \approx -10^{9} \, \sigma(1.049 \cdot 10^{6} x + 10^{5})"


def test_of_many_units_the_first_and_the_last_are_written_and_all_are_counted() -> None:
    network = uat.Network.from_units(np.arange(2.0, 9.0), np.ones(7), np.zeros(7), uat.tanh)
    assert network.latex() == (
        r"g(x) = 2 \, \sigma(x) + 3 \, \sigma(x) + 4 \, \sigma(x) + \cdots + 8 \, \sigma(x)"
        r", \quad n = 7"
    )


def test_every_output_has_the_units_it_has_weights_for() -> None:
    layers = (uat.Affine([[1.0], [2.0]], [0.0, 0.0]), uat.Affine([[1.0, 0.0], [0.0, 0.0]], [0, 5]))
    assert uat.Network(layers, uat.relu).latex() == (r"g_{1}(x) = \sigma(x), \quad g_{2}(x) = 5")


def test_an_approximation_is_written_as_its_network() -> None:
    g = uat.approximate("x**2", (0, 1), 0.1)
    assert g.latex(digits=3) == g.network.latex(3)


def test_only_one_hidden_layer_is_a_sum() -> None:
    layer = uat.Affine([[1.0]], [0.0])
    with pytest.raises(uat.InputError, match="latex needs one hidden layer; this network has 2"):
        uat.Network((layer, layer, layer), uat.tanh).latex()
    with pytest.raises(uat.WrongType, match="digits = 'all' given"):
        uat.Network((layer, layer), uat.tanh).latex("all")  # type: ignore[arg-type]


def test_a_target_is_written_with_its_coordinates() -> None:
    four = [(0, 1)] * 4
    assert uat.Target("x", (0, 1)).latex() == "f(x) = x"
    assert uat.Target("x1", four).latex() == "f(x_{1}, x_{2}, x_{3}, x_{4}) = x_{1}"
    assert uat.Target("x8", [(0, 1)] * 8).latex() == r"f(x_{1}, \ldots, x_{8}) = x_{8}"
    assert uat.examples.cantor.latex() == r"f(x) = \mathrm{Cantor’s\ function}"
    assert uat.Target(np.vectorize(abs), (0, 1), traced=False).latex() == "f(x)"


@pytest.mark.slow
@given(networks(depth=1, width=9), st.integers(1, 17))
@settings(max_examples=12)
def test_any_network_is_set_by_matplotlib(network: uat.Network, digits: int) -> None:
    is_set(network.latex(digits))


@pytest.mark.slow
@given(st.integers(1, 2).flatmap(lambda d: continuous_targets(dimension=d)))
@settings(max_examples=12)
def test_any_target_is_set_by_matplotlib(target: uat.Target) -> None:
    is_set(target.latex())


def test_an_equals_sign_stands_where_no_digit_is_left_out() -> None:
    network = uat.Network.from_units([1.0, 2.0], [0.25, 0.0], [0.0, 40.0], uat.heaviside)
    assert network.latex() == r"g(x) \approx \sigma(0.25 x) + 2"
    exact, rounded = (uat.Network.from_units([1.5], [b], [0.0], uat.tanh) for b in (3.5, 3.14159))
    assert exact.latex() == r"g(x) = 1.5 \, \sigma(3.5 x)"
    assert rounded.latex() == r"g(x) \approx 1.5 \, \sigma(3.142 x)"
