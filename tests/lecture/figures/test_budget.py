"""The same budget: what is stored was trained as the code says, with 24 units in each network."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat.lecture.figures.budget import SHAPES, TRAINED, best, error_of, found_networks, trained


def test_one_training_is_measured_again() -> None:
    stored = found_networks()["errors 1"]
    assert error_of(trained((24,), 0), TRAINED) == pytest.approx(stored[0], rel=0.05)


def test_both_networks_have_24_units_and_the_least_error_of_their_shape() -> None:
    stored = found_networks()
    for shape in SHAPES:
        network = best(len(shape))
        assert network.widths == shape
        assert sum(shape) == 24
        assert error_of(network, TRAINED) == pytest.approx(np.min(stored[f"errors {len(shape)}"]))


def test_the_deep_network_has_about_half_the_error() -> None:
    assert error_of(best(3), 401) < 0.6 * error_of(best(1), 401)


def test_the_errors_written_are_those_on_a_finer_grid_than_that_of_the_training() -> None:
    words = [text.get_text() for axes in picture("same-budget", "en").axes for text in axes.texts]
    assert [error_of(best(depth), 801) for depth in (1, 3)] == pytest.approx([0.133, 0.0734], 5e-3)
    assert {"$0.13$", "$0.073$"} <= set(words)


def test_the_figure_counts_their_parameters() -> None:
    counts = [sum(layer.weight.size + layer.bias.size for layer in best(d).layers) for d in (1, 3)]
    assert counts == [97, 177]
