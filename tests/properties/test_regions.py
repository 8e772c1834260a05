"""Region counts of ReLU networks do not depend on how the same cutting is written down."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.regions.relu_networks import boxes, networks
from uat import Affine, Network, count_regions

SOME = settings(max_examples=25)


def changed(network: Network, layer: int, weight: np.ndarray, bias: np.ndarray) -> Network:
    layers = list(network.layers)
    layers[layer] = Affine(weight, bias)
    return Network(layers, network.activation)


@SOME
@given(networks(), boxes, st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(
    network: Network, box: tuple[float, float], random: np.random.Generator
) -> None:
    order = list(range(network.widths[0]))
    random.shuffle(order)
    first, second = network.layers[:2]
    other = changed(network, 0, first.weight[order], first.bias[order])
    other = changed(other, 1, second.weight[:, order], second.bias)
    assert count_regions(other, box) == count_regions(network, box)


@SOME
@given(networks(), boxes, st.lists(st.integers(-40, 40), min_size=6, max_size=6))
def test_units_may_be_scaled_by_powers_of_two(
    network: Network, box: tuple[float, float], powers: list[int]
) -> None:
    scale = 2.0 ** np.array(powers[: network.widths[0]])
    first, second = network.layers[:2]
    other = changed(network, 0, first.weight * scale[:, None], first.bias * scale)
    other = changed(other, 1, second.weight / scale, second.bias)
    assert count_regions(other, box) == count_regions(network, box)


@SOME
@given(networks(), boxes)
def test_a_reflected_box_has_the_reflected_regions(
    network: Network, box: tuple[float, float]
) -> None:
    first = network.layers[0]
    other = changed(network, 0, -first.weight, first.bias)
    assert count_regions(other, (-box[1], -box[0])) == count_regions(network, box)
    assert count_regions(other) == count_regions(network)


@SOME
@given(networks(), boxes)
def test_a_coordinate_that_nothing_depends_on_adds_no_region(
    network: Network, box: tuple[float, float]
) -> None:
    first = network.layers[0]
    idle = np.zeros((len(first.weight), 1))
    other = changed(network, 0, np.hstack([idle, first.weight]), first.bias)
    assert count_regions(other, box) == count_regions(network, box)
    assert count_regions(other) == count_regions(network)


@SOME
@given(networks(), boxes)
def test_no_more_linear_regions_than_activation_regions_nor_fewer_than_samples_see(
    network: Network, box: tuple[float, float]
) -> None:
    found = count_regions(network, box)
    x = np.random.default_rng(0).uniform(*box, (400, network.input_dimension))
    seen, z = [], x
    for layer in network.layers[:-1]:
        h = z @ layer.weight.T + layer.bias
        seen.append(h > 1e-9)
        clear = (np.abs(h) > 1e-9) | (h == 0)
        seen.append(~clear)
        z = np.maximum(h, 0)
    rows = np.hstack(seen)
    unclear = np.hstack(seen[1::2]).any(axis=1)
    assert len(np.unique(rows[~unclear], axis=0)) <= found.activation
    assert 1 <= found.linear <= found.activation
    assert count_regions(network).activation >= found.activation
