"""Theorems checked by counting: folds reach their number, no network exceeds its bound."""

from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings

from tests.regions.relu_networks import boxes, networks
from uat import Network, count_regions, map_regions, region_bounds
from uat.construct.deep.folding import folding, tent
from uat.construct.deep.random_networks import random_network
from uat.construct.deep.square import square

SHAPES = [
    (1, (5, 5, 5, 5)),
    (2, (8, 8, 8)),
    (2, (7, 9, 12)),
    (2, (4, 4, 4, 4, 4, 4)),
    (3, (6, 6, 6)),
    (3, (7, 10)),
    (4, (8, 8)),
    (5, (5, 6)),
    (6, (7,)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("n0", "widths"), SHAPES, ids=str)
def test_folding_networks_have_exactly_the_number_of_2014(n0: int, widths: tuple[int, ...]) -> None:
    copies = prod((width // n0) ** n0 for width in widths[:-1])
    expected = copies * sum(comb(widths[-1], j) for j in range(n0 + 1))
    found = count_regions(folding(n0, widths), (0, 1))
    assert (found.activation, found.linear) == (expected, expected)


def test_where_all_units_of_the_last_layer_can_be_off_linear_regions_join() -> None:
    found = count_regions(folding(2, (4, 2)), (0, 1))
    assert (found.activation, found.linear) == (16, 14)


@pytest.mark.parametrize("k", [1, 4, 13])
def test_depth_doubles_what_width_adds(k: int) -> None:
    assert count_regions(tent(k), (0, 1)).linear == 2**k
    assert count_regions(square(k)[0], (0, 1)).linear == 2**k


def most(network: Network) -> int:
    bounds = region_bounds(network.input_dimension, network.widths)
    return min(bound.value for bound in bounds if bound.kind == "max_at_most")


@pytest.mark.slow
@settings(max_examples=30)
@given(networks(), boxes)
def test_no_network_exceeds_its_bound(network: Network, box: tuple[float, float]) -> None:
    assert count_regions(network, box).activation <= most(network)
    assert count_regions(network).activation <= most(network)


@pytest.mark.slow
@pytest.mark.parametrize("weights", ["he", "orthogonal"])
@pytest.mark.parametrize(("n0", "widths"), [(1, (9, 9)), (2, (12, 12)), (3, (7, 6))], ids=str)
def test_random_networks_stay_below_it_and_above_what_samples_see(
    n0: int, widths: tuple[int, ...], weights: str
) -> None:
    network = random_network(n0, widths, rng=5, weights=weights)  # type: ignore[arg-type]
    found = map_regions(network, (-1, 1))
    points = np.random.default_rng(0).uniform(-1, 1, size=(20_000, n0))
    patterns, values = [], points
    for layer in network.layers[:-1]:
        values = values @ layer.weight.T + layer.bias
        patterns.append(values > 0)
        values = np.maximum(values, 0)
    seen = np.unique(np.hstack(patterns), axis=0)
    assert len(seen) <= found.count.activation <= most(network)
    known = {row.tobytes() for row in found.patterns}
    assert all(row.tobytes() in known for row in seen)
