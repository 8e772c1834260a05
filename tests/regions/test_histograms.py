"""No arrangement has more regions with many units on than the bound, which is that of recursions."""

from itertools import product
from math import comb

import numpy as np
import pytest

from uat import Affine, Network, map_regions, region_bounds
from uat.regions.histograms import at_least_on, histogram_bound


def planes(rng: int, d: int, n: int, special: bool) -> Network:
    draw = np.random.default_rng([rng, d, n])
    numbers = draw.integers(-2, 3, (n, d + 1)) if special else draw.normal(size=(n, d + 1))
    return Network(
        [Affine(numbers[:, :-1], numbers[:, -1]), Affine(np.ones((1, n)), [0.0])], "relu"
    )


@pytest.mark.slow
@pytest.mark.parametrize("special", [False, True])
@pytest.mark.parametrize(("d", "n"), [(1, 5), (2, 3), (2, 4), (2, 6), (3, 4), (3, 5), (4, 5)])
def test_no_layer_has_more_regions_with_many_units_on(d: int, n: int, special: bool) -> None:
    bound = at_least_on(d, n)[d]
    most = np.zeros(d + 1, int)
    for rng in range(4):
        network = planes(rng, d, n, special)
        on = map_regions(network).patterns
        # Each unit may be turned round: the same regions with other units on.
        for turned in product([False, True], repeat=n):
            count = (on ^ np.array(turned)).sum(axis=1)
            most = np.maximum(most, [(count >= i).sum() for i in range(d + 1)])
    assert (most <= bound).all()
    if not special:
        # Reached on the line and in the plane, and where all regions count.
        assert most[0] == bound[0] == sum(comb(n, j) for j in range(d + 1))
        assert d > 2 or n > 4 or most.tolist() == bound


def test_the_bound_is_no_larger_than_serras_and_no_smaller_than_what_networks_reach() -> None:
    sharper = 0
    for n, widths in [(2, (4, 3, 4)), (3, (5, 5, 5)), (1, (5, 5)), (2, (3,) * 5), (4, (6, 5, 4)),
                      (3, (9, 9)), (2, (6, 6, 6)), (5, (3, 8))]:  # fmt: skip
        found = {bound.name: bound for bound in region_bounds(n, widths)}
        on = found["activation histograms"].value
        assert on == histogram_bound(n, widths)
        assert on <= found["Serra 2018"].value
        assert all(b.value <= on for b in found.values() if b.kind == "max_at_least")
        sharper += on < found["Serra 2018"].value
    assert sharper >= 3


def test_a_very_large_shape_is_left_without_it() -> None:
    assert histogram_bound(50, (400,) * 3) is None
    assert "activation histograms" not in [b.name for b in region_bounds(50, (400,) * 3)]
