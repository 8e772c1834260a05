"""An outside tool, regioncam, counts the same regions of networks in general position."""

import numpy as np
import pytest
import regioncam

from tests.regions.relu_networks import random_network
from uat import Affine, Network, count_regions


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(2, 8, 1), (2, 16, 16, 1), (2, 10, 10, 10, 10, 1)], ids=str)
@pytest.mark.parametrize("rng", range(6))
def test_regioncam_counts_the_same_regions(sizes: tuple[int, ...], rng: int) -> None:
    # It works in 32-bit floats.
    drawn = random_network(rng, *sizes).layers
    layers = [
        Affine(layer.weight.astype(np.float32), layer.bias.astype(np.float32)) for layer in drawn
    ]
    plane = regioncam.Regioncam(size=1)
    for layer in layers[:-1]:
        weight = np.ascontiguousarray(layer.weight.T, np.float32)
        plane.linear(weight, layer.bias.astype(np.float32))
        plane.relu()
    found = count_regions(Network(layers, "relu"), (-1, 1))
    assert found.activation == plane.num_faces
