"""A chain folds what is affine, changes no digit without need, and takes no memory on trust."""

import numpy as np
import pytest

import uat
from uat.interchange.chain import Chain, exactly, sigma_called


def test_consecutive_affine_maps_are_one() -> None:
    rng = np.random.default_rng(0)
    (a, b), (c, d) = ((rng.normal(size=(3, n)), rng.normal(size=3)) for n in (2, 3))
    factor, shift = rng.normal(size=2), rng.normal(size=2)
    chain = Chain(2)
    chain.apart(factor, shift)
    chain.affine(a, b)
    chain.apart(np.array(2.0), np.zeros(()))
    chain.affine(c, d)
    chain.activate(uat.tanh)
    network = chain.network()
    x = rng.normal(size=(5, 2))
    inner = 2 * ((factor * x + shift) @ a.T + b)
    np.testing.assert_allclose(network(x), np.tanh(inner @ c.T + d), rtol=1e-12)
    assert network.widths == (3,)


def test_what_changes_nothing_changes_no_digit() -> None:
    weight, bias = np.array([[0.1, -0.0, 1e-320]]), np.array([-0.0])
    chain = Chain(3)
    chain.apart(np.ones(3), np.zeros(3))
    chain.affine(weight, bias)
    chain.apart(np.ones(()), np.zeros(()))
    (layer,) = chain.network().layers
    assert layer.weight.tobytes() == weight.tobytes()
    assert layer.bias.tolist() == [0.0]


def test_an_activation_at_once_or_twice_has_the_identity_before_it() -> None:
    chain = Chain(2)
    chain.activate(uat.relu)
    chain.activate(uat.tanh)
    x = np.array([[-1.0, 2.0]])
    np.testing.assert_array_equal(chain.network()(x), np.tanh(np.maximum(x, 0)))


def test_what_does_not_fit_or_is_too_large_is_refused() -> None:
    with pytest.raises(uat.InputError, match="takes 2 values; they have to fit"):
        Chain(2).affine(np.ones((1, 3)), np.ones(1))
    with pytest.raises(uat.InputError, match=r"constants of shape \(3,\) meet 2 values"):
        Chain(2).apart(np.ones(3), np.zeros(3))
    with pytest.raises(uat.InputError, match="no layer with weights"):
        Chain(2).network()
    with pytest.raises(uat.InputError, match="1,000,000,000,000 inputs; at most"):
        Chain(10**12)
    chain = Chain(10**6)
    with pytest.raises(uat.InputError, match="1,000,000 values each by itself"):
        chain.activate(uat.relu)
    chain = Chain(3000)
    chain.activate(uat.relu)
    with pytest.raises(uat.InputError, match="18,000,000 entries in all"):
        chain.activate(uat.relu)


def test_names_of_other_programs_are_known() -> None:
    assert sigma_called("swish") is uat.silu
    assert sigma_called("Affine") is sigma_called("none") is None
    with pytest.raises(uat.InputError, match="'rellu' is not known; did you mean 'relu'"):
        sigma_called("rellu")


def test_numbers_are_taken_as_the_floats_they_are() -> None:
    tenth = np.float32(0.1)
    assert exactly([tenth], "weights")[0] == float(tenth) != 0.1
    assert exactly(np.array([0.1], np.float16), "weights")[0] == float(np.float16(0.1))
    for wrong in ([1j], ["1"], np.array([1], np.longdouble)):
        with pytest.raises(uat.WrongType, match="real numbers of at most 64 bits are needed"):
            exactly(wrong, "weights")
