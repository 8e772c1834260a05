"""Random networks follow their seed and have the size that they are drawn with."""

from typing import Any

import numpy as np
import pytest

import uat
from uat.construct.deep.random_networks import random_network


@pytest.mark.parametrize("weights", ["he", "orthogonal"])
def test_the_same_seed_gives_the_same_network(weights: Any) -> None:
    first, again = (random_network(3, (8, 5), rng=7, weights=weights) for _ in range(2))
    assert first == again
    assert first != random_network(3, (8, 5), rng=8, weights=weights)
    assert first.activation is uat.relu
    assert first.widths == (8, 5)


def test_a_generator_goes_on_where_it_stopped() -> None:
    rng = np.random.default_rng(0)
    assert random_network(2, (4,), rng=rng) == random_network(2, (4,), rng=0)
    assert random_network(2, (4,), rng=rng) != random_network(2, (4,), rng=0)


def test_values_keep_their_size_from_layer_to_layer() -> None:
    network = random_network(200, (400, 400, 400), rng=1, spread=0.0)
    for layer in network.layers[:-1]:
        scale = np.sqrt(layer.weight.shape[1] / 2) * layer.weight
        assert abs(scale.std() - 1) < 0.02
        assert not layer.bias.any()


def test_rows_or_columns_are_orthogonal() -> None:
    network = random_network(3, (6, 4), rng=2, weights="orthogonal")
    tall, broad = (layer.weight for layer in network.layers[:2])
    np.testing.assert_allclose(tall.T @ tall, 2 * np.eye(3), atol=1e-14)
    np.testing.assert_allclose(broad @ broad.T, 2 * np.eye(4), atol=1e-14)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"n0": 0}, uat.InputError),
        ({"widths": (3, 0)}, uat.InputError),
        ({"widths": "33"}, uat.WrongType),
        ({"widths": 3}, uat.WrongType),
        ({"widths": (3.0,)}, uat.WrongType),
        ({"weights": "ortogonal"}, uat.InputError),
        ({"spread": -1.0}, uat.InputError),
        ({"spread": float("nan")}, uat.InputError),
    ],
)
def test_what_cannot_be_drawn_is_refused(given: dict[str, Any], error: type[Exception]) -> None:
    usual: dict[str, Any] = {"n0": 2, "widths": (3, 3), "rng": 0}
    with pytest.raises(error):
        random_network(**(usual | given))
