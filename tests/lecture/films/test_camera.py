"""The camera keeps shapes, makes the near larger, and faces the lamp with light."""

import numpy as np

from uat.lecture.films.camera import Camera, lit, quads


def test_the_directions_of_a_camera_are_at_right_angles() -> None:
    axes = Camera(30.0, 40.0).axes
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(Camera(-90.0, 0.0).axes[:2], [[1, 0, 0], [0, 0, 1]], atol=1e-12)


def test_what_is_nearer_is_larger() -> None:
    camera = Camera(-90.0, 0.0)
    near, far = (camera(np.array([[0.0, y, 0.0], [1.0, y, 0.0]])) for y in (-1.0, 1.0))
    assert near[0][1, 0] > 1.0 > far[0][1, 0]
    assert near[1][0] > far[1][0]


def test_a_grid_has_a_face_for_each_of_its_cells() -> None:
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    faces = quads(x, y, x + y)
    assert faces.shape == (6, 4, 3)
    assert faces[0].tolist() == [[0, 0, 0], [1, 0, 1], [1, 1, 2], [0, 1, 1]]


def test_a_face_towards_the_lamp_is_brighter() -> None:
    flat = np.array([[[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]], dtype=float)
    upright = np.array([[[0, 0, 0], [1, -1, 0], [1, -1, 1], [0, 0, 1]]], dtype=float)
    white = np.ones((1, 3))
    assert 1.0 >= lit(flat, white).min() > lit(upright, white).max()
