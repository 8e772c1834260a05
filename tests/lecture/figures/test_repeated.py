"""Every layer doubles the hills of a curve."""

import numpy as np
import pytest

from uat.lecture.figures.repeated import hills, turns


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_every_layer_doubles_the_hills(depth: int) -> None:
    network = hills(depth)
    values = network.as_function()(np.linspace(0, 1, 20001))
    assert network.widths == (2,) * depth
    assert turns(values) == 2 ** (depth - 1)
    assert values.max() == pytest.approx(1.0, abs=1e-4)


def test_turns_count_tops_only() -> None:
    assert turns(np.sin(np.linspace(0, 6 * np.pi, 1000))) == 3
    assert turns(np.linspace(0, 1, 10)) == 0
