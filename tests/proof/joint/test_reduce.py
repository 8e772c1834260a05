"""A problem that sees one linear form is one of a single coordinate, but for what is added."""

from fractions import Fraction

import numpy as np
import pytest

import uat
from uat import Affine, Network, Target
from uat.proof.joint.forms import affine_forms
from uat.proof.joint.reduce import through_one_form


def network(slopes: list[list[float]], sigma: uat.Activation = uat.logistic) -> Network:
    count = len(slopes)
    biases = np.linspace(-1, 1, count)
    return Network([Affine(slopes, biases), Affine([[1.0, -2.0, 3.0][:count]], [0.25])], sigma)


def test_the_difference_is_that_on_the_axis_of_the_form() -> None:
    f = Target("exp((x - 2*y)/4) + abs(2*x - 4*y - 1)*0.3 + z*0", [(-1, 2), (0, 1), (0, 3)])
    assert through_one_form(f, network([[1.0, -2.0, 0.0]])) is None  # z*0 is seen
    f = Target("exp((x - 2*y)/4) + abs(2*x - 4*y - 1)*0.3", [(-1, 2), (0, 1), (0, 3)])
    g = network([[1.0, -2.0, 0.0], [-0.5, 1.0, 0.0], [3.0, -6.0, 0.0]])
    reduced = through_one_form(f, g)
    assert reduced is not None
    assert reduced.extra == 0
    low, high = reduced.target.domain[0]
    assert (low, high) == (-1.0, 1.5)  # of y − x/2
    x = np.array([-1.0, 0.0, 0.0]) + np.array([3.0, 1.0, 3.0]) * np.random.default_rng(0).random(
        (500, 3)
    )
    u = x[:, 1] - x[:, 0] / 2
    error = f(*x.T) - g(x)[:, 0]
    np.testing.assert_allclose(
        reduced.target(u) - reduced.network(u[:, None])[:, 0], error, atol=1e-12
    )
    lifted = reduced.lifted(u)
    np.testing.assert_allclose(lifted[:, 1] - lifted[:, 0] / 2, u, atol=1e-12)


def test_units_that_are_nearly_along_the_form_add_what_they_may_differ_by() -> None:
    f = Target("sin(x + y)", [(0, 1), (0, 2)])
    g = network([[1.0, 1.0], [2.0, 2.0 + 1e-6], [0.0, 0.0]])
    reduced = through_one_form(f, g)
    assert reduced is not None
    assert 0 < reduced.extra < 1e-5
    x = np.array([1.0, 2.0]) * np.random.default_rng(1).random((2000, 2))
    of_g, on_the_axis = g(x)[:, 0], reduced.network(x.sum(axis=1)[:, None])[:, 0]
    assert np.abs(of_g - on_the_axis).max() <= reduced.extra


@pytest.mark.parametrize("text", ["x*y", "abs(x - y) + x", "sin(x + y) + cos(x - y)"])
def test_more_than_one_form_is_not_reduced(text: str) -> None:
    assert through_one_form(Target(text, [(0, 1), (0, 1)]), network([[1.0, 1.0]])) is None


def test_a_weight_that_is_no_quotient_of_floats_is_not_rounded() -> None:
    f = Target("sin((0.1*x + 0.1*y)*0.3/7 + (0.1*x + 0.1*y))", [(0, 1), (0, 1)])
    reduced = through_one_form(f, network([[1.0, 1.0]]))
    assert reduced is not None
    assert reduced.target.expression is not None
    (argument,) = reduced.target.expression.arguments
    form = affine_forms(argument, 1)[argument]
    assert form.weights == (Fraction(0.1) * Fraction(0.3) / 7 + Fraction(0.1),)
    assert form.constant == 0


def test_a_deep_network_is_reduced_only_along_the_form() -> None:
    layers = [Affine([[1.0, 1.0], [2.0, 2.0]], [0.0, 1.0]), Affine(np.ones((2, 2)), np.zeros(2))]
    f, last = Target("cos(x + y)", [(0, 1), (0, 1)]), Affine([[1.0, 1.0]], [0.0])
    assert through_one_form(f, Network([*layers, last], uat.tanh)) is not None
    layers[0] = Affine([[1.0, 1.0], [2.0, 2.0 + 1e-9]], [0.0, 1.0])
    assert through_one_form(f, Network([*layers, last], uat.tanh)) is None
