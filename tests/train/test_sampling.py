"""Points fill the box, and crowd at bends."""

import numpy as np

import uat
from uat.train.sampling import sample


def test_samples_fill_the_box_and_its_faces() -> None:
    points = sample(uat.Target("x*y*z", [(0, 1), (-1, 3), (5, 5.5)]), (20,))
    lower, upper = np.array([0, -1, 5.0]), np.array([1, 3, 5.5])
    assert ((points >= lower) & (points <= upper)).all()
    for axis in range(3):
        for end in (lower, upper):
            face = points[points[:, axis] == end[axis]]
            assert len(face) > 100
            assert np.ptp(face, axis=0).max() > 0.4
    counts = np.histogramdd((points - lower) / (upper - lower), bins=4)[0]
    assert counts.min() > 0.2 * counts.mean()


def test_samples_crowd_where_a_function_bends() -> None:
    points = sample(uat.examples.kink, (50,))[:, 0]
    assert points[0] == 0
    assert points[-1] == 1
    assert np.diff(points)[np.searchsorted(points, 0.5)] < 1e-6
