"""The same budget: what is stored was trained as the code says, with 24 units in each network."""

import numpy as np
import pytest

from uat.lecture.figures.budget import SHAPES, best, error_of, found_networks, trained


def test_one_training_is_measured_again() -> None:
    stored = found_networks()["errors 1"]
    assert error_of(trained((24,), 0)) == pytest.approx(stored[0], rel=0.05)


def test_both_networks_have_24_units_and_the_least_error_of_their_shape() -> None:
    stored = found_networks()
    for shape in SHAPES:
        network = best(len(shape))
        assert network.widths == shape
        assert sum(shape) == 24
        assert error_of(network) == pytest.approx(np.min(stored[f"errors {len(shape)}"]))


def test_the_deep_network_has_about_half_the_error() -> None:
    assert error_of(best(3)) < 0.6 * error_of(best(1))


def test_the_caption_counts_their_parameters() -> None:
    counts = [sum(layer.weight.size + layer.bias.size for layer in best(d).layers) for d in (1, 3)]
    assert counts == [97, 177]
