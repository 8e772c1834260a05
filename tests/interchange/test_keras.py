"""Networks of Keras are read as it evaluates them."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import uat
from uat import Network


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    return pytest.importorskip("keras", reason="Keras is not installed: it takes a backend too")


def test_a_sequential_has_the_values_of_keras(keras: Any) -> None:
    layers = keras.layers
    rng = np.random.default_rng(0)
    model = keras.Sequential(
        [
            layers.Input((3,)),
            *(layers.Dense(4, name) for name in ("relu", "tanh", "sigmoid", "softplus")),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            *(layers.Dense(4, name) for name in ("softsign", "elu", "silu", "gelu")),
            layers.Dense(4, use_bias=False),
            layers.LeakyReLU(0.25),
            layers.Dense(4),
            layers.ReLU(),
            layers.Dense(2),
            layers.Activation("tanh"),
        ]
    )
    model.set_weights(
        [rng.uniform(0.2, 1, w.shape) - 0.5 * (w.ndim > 1) for w in model.get_weights()]
    )
    network = uat.load(model)
    assert isinstance(network, Network)
    x = rng.normal(size=(9, 3))
    np.testing.assert_allclose(network(x), model(x.astype(np.float32)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda k: [k.layers.Dense(2), k.layers.LayerNormalization()],
            "is LayerNormalization, which",
        ),
        (lambda k: [k.layers.Dense(2, lambda u: u)], "has an activation of your own"),
        (lambda k: [k.layers.Dense(2, "softmax")], "activation 'softmax' is not known"),
        (lambda k: [k.layers.Dense(2), k.layers.ReLU(max_value=6)], "has a threshold or a largest"),
        (lambda k: [k.layers.Dense(2), k.layers.ELU(2.0)], "has alpha = 2.0; 1 is needed"),
        (lambda k: [k.layers.ReLU()], "without a Dense layer"),
    ],
)
def test_other_layers_are_refused(keras: Any, make: Callable[[Any], list[Any]], said: str) -> None:
    with pytest.raises(uat.InputError, match=said):
        uat.load(keras.Sequential([keras.layers.Input((2,)), *make(keras)]))


def test_other_models_are_refused(keras: Any) -> None:
    x = keras.layers.Input((2,))
    with pytest.raises(uat.WrongType, match=r"a Functional of Keras given; a keras\.Sequential"):
        uat.load(keras.Model(x, keras.layers.Dense(1)(x)))
    with pytest.raises(uat.InputError, match="build it first"):
        uat.load(keras.Sequential([keras.layers.Dense(2)]))
