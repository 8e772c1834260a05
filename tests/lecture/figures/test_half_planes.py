"""Steps in the plane: a sum of two strips is a cross, and a second layer leaves its middle."""

import numpy as np
import pytest

from uat.lecture.figures.half_planes import steps_in_the_plane

MIDDLE, ARMS, CORNERS = [[0.5, 0.5]], [[0.5, 0.05], [0.95, 0.5]], [[0.05, 0.05], [0.95, 0.05]]


def test_the_cross_is_two_high_in_the_middle_and_one_on_its_arms() -> None:
    cross = steps_in_the_plane()[2]
    assert cross.depth == 1
    for points, height in ((MIDDLE, 2), (ARMS, 1), (CORNERS, 0)):
        assert cross(points)[:, 0] == pytest.approx(height, abs=1e-3)


def test_only_the_network_of_two_layers_is_a_tower() -> None:
    tower = steps_in_the_plane()[3]
    assert tower.widths == (4, 1)
    for points, height in ((MIDDLE, 1), (ARMS, 0), (CORNERS, 0)):
        assert tower(points)[:, 0] == pytest.approx(height, abs=5e-3)


def test_a_unit_changes_along_one_direction_only() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 9))
    for network in steps_in_the_plane()[:2]:
        values = network.as_function()(x, y)
        assert np.ptp(values, axis=0).max() == 0
