"""The bound of a model is no smaller than its values, and sharp for parabolas."""

import numpy as np
import pytest

from uat.expression.arrays import Array
from uat.proof.joint.bound import largest
from uat.proof.joint.model import Model
from uat.proof.joint.monomials import monomials


def drawn(d: int, order: int, cells: int, seed: int) -> Model:
    rng = np.random.default_rng(seed)
    size = len(monomials(d, order))
    coefficients = rng.normal(size=(size, cells)) * 10.0 ** rng.uniform(-3, 0, (size, cells))
    coefficients *= rng.random((size, cells)) < 0.5
    return Model(tuple(range(d)), order, coefficients, rng.random(cells) * 1e-3)


def values(model: Model, s: Array) -> Array:
    powers = np.prod(s[:, None, :] ** model.basis.exponents, axis=2)
    return np.asarray(np.abs(powers @ model.coefficients))


@pytest.mark.parametrize(("d", "order"), [(1, 2), (2, 4), (3, 3), (2, 9)])
def test_no_value_is_above_the_bound(d: int, order: int) -> None:
    model = drawn(d, order, 300, order)
    s = np.random.default_rng(1).uniform(-1, 1, (400, d))
    s[:100] = np.sign(s[:100])
    assert (values(model, s).max(axis=0) + model.remainder <= largest(model) * (1 + 1e-15)).all()


def test_parabolas_are_bounded_by_their_largest_value() -> None:
    model = drawn(1, 2, 300, 0)
    found = values(model, np.linspace(-1, 1, 20_001)[:, None]).max(axis=0) + model.remainder
    np.testing.assert_allclose(largest(model), found, rtol=1e-7)


def test_where_nothing_is_known_the_bound_is_infinite() -> None:
    model = Model((0,), 2, np.zeros((3, 2)), np.array([np.inf, 1.0]))
    assert largest(model)[0] == np.inf
    assert 1 <= largest(model)[1] < 1 + 1e-12
