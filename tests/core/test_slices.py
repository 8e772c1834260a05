"""A slice has the values and regions of the network on it, and its weights are rounded once."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import uat
from tests.regions.relu_networks import random_network
from uat import Affine, InputError, Network, WrongType


def exactly(network: Network, origin: Any, directions: Any) -> tuple[Any, Any]:
    """The first layer of a slice in fractions, rounded at the end."""
    weight, bias = network.layers[0].weight.tolist(), network.layers[0].bias.tolist()

    def dot(row: Any, point: Any) -> Fraction:
        return sum(
            (Fraction(a) * Fraction(b) for a, b in zip(row, point, strict=True)), Fraction(0)
        )

    rows = [[float(dot(row, d)) for d in directions.tolist()] for row in weight]
    start = origin.tolist()
    return rows, [float(dot(row, start) + Fraction(c)) for row, c in zip(weight, bias, strict=True)]


@pytest.mark.parametrize("spread", [0, 40, 400])
def test_each_weight_of_a_slice_is_the_float_nearest_to_the_exact_one(spread: int) -> None:
    rng = np.random.default_rng(spread)

    def numbers(*shape: int) -> Any:
        return np.ldexp(rng.normal(size=shape), rng.integers(-spread, spread + 1, shape))

    network = Network([Affine(numbers(4, 9), numbers(4)), Affine(np.ones((1, 4)), [0])], "relu")
    origin, directions = numbers(9), numbers(2, 9)
    # Two products that cancel but for their last digits.
    directions[0, 1], directions[0, 0] = -directions[0, 0], directions[0, 1]
    found = network.along(origin, directions).layers[0]
    weight, bias = exactly(network, origin, directions)
    assert found.weight.tolist() == weight
    assert found.bias.tolist() == bias


def test_a_slice_of_whole_numbers_has_the_values_of_the_network() -> None:
    rng = np.random.default_rng(0)
    layers = [
        Affine(rng.integers(-3, 4, (5, 6)), rng.integers(-3, 4, 5)),
        Affine(np.ones((2, 5)), [0, 1]),
    ]
    network = Network(layers, ("relu", "tanh"))
    origin, directions = rng.integers(-3, 4, 6), rng.integers(-3, 4, (3, 6))
    t = rng.integers(-9, 10, (20, 3))
    slice_ = network.along(origin, directions)
    assert slice_.activations == network.activations
    assert (slice_(t) == network(origin + t @ directions)).all()


def test_three_points_are_at_the_corners_of_the_unit_triangle() -> None:
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28)) / 256
    network = random_network(0, 784, 16, 3)
    plane = network.along(*uat.plane_through(*images))
    corners = [[0, 0], [1, 0], [0, 1]]
    assert plane(corners) == pytest.approx(network(images.reshape(3, -1)), abs=1e-12)


def test_regions_of_a_plane_are_those_that_its_points_see() -> None:
    network = random_network(3, 20, 9, 8, 1)
    origin, directions = np.random.default_rng(3).normal(size=(2, 20)), None
    plane = network.along(origin[0], np.vstack([origin[1], np.arange(20) / 20]))
    directions = np.vstack([origin[1], np.arange(20) / 20])
    found = uat.map_regions(plane, (-1, 1))
    t = np.random.default_rng(4).uniform(-1, 1, (300, 2))
    region = found.region_of(t)
    values = np.einsum("kmn,kn->km", found.gradients[region], t) + found.offsets[region]
    assert values == pytest.approx(network(origin[0] + t @ directions), abs=1e-10)


def test_known_counts_on_a_line_a_plane_and_a_box_in_more_coordinates() -> None:
    orthants = Network([Affine(np.eye(50), np.zeros(50)), Affine(np.ones((1, 50)), [0])], "relu")
    line = orthants.along(np.arange(50) + 0.5, -np.ones((1, 50)))
    assert uat.count_regions(line, (0, 50)) == uat.RegionCount(51, 51)
    box = orthants.along(np.full(50, 9.0), np.eye(50)[:5])
    assert uat.count_regions(box) == uat.RegionCount(32, 32)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (([0, 0], [1, 1], [2, 2]), "3 points in special position given; three points that are not"),
        (([0.1, 0.3], [0.1, 0.3], [2, 2]), "three points that are not on one line"),
        (([0, 0], [1, 1], [2, 2, 3]), r"x0 of shape \(2,\) and x2 of shape \(3,\)"),
        (([0, 0], [1, np.nan], [2, 3]), "x1 has NaN"),
        (([-1e308, 0], [1e308, 1], [2, 3]), "further apart than the range"),
    ],
)
def test_points_of_no_plane_are_refused(points: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        uat.plane_through(*points)


@pytest.mark.parametrize(
    ("origin", "directions", "words"),
    [
        ([0, 0], [[1, 1, 1]], r"origin of shape \(2,\) given for a network of 3 coordinates"),
        ([0, 0, 0], [1, 1, 1], r"directions of shape \(3,\).*a row for each direction"),
        ([0, 0, 0], np.ones((3, 2)), r"\(k, 3\) is needed"),
        ([0, 0, 0], np.ones((0, 3)), r"\(k, 3\) is needed"),
        ([0, 0, np.inf], np.ones((1, 3)), "origin has NaN or infinity"),
        ([0, 0, 0], np.full((1, 3), 1e308), "past the range of float64"),
    ],
)
def test_a_slice_that_does_not_fit_is_refused(origin: Any, directions: Any, words: str) -> None:
    network = Network([Affine(np.full((1, 3), 9.0), [0]), Affine([[1]], [0])], "relu")
    with pytest.raises(InputError, match=words):
        network.along(origin, directions)


def test_words_are_no_points() -> None:
    with pytest.raises(WrongType, match="x1 holds text"):
        uat.plane_through([0, 0], ["a", "b"], [1, 1])
