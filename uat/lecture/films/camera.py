"""Things in space on a flat page: where a camera sees points, and faces drawn from far to near.

The camera looks at a centre from a direction, in degrees around and above it; what is nearer is
larger. Faces are lit from the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.expression.arrays import Array

__all__ = ["Camera", "draw_faces", "lit", "quads"]

_LAMP = np.array([-0.45, -0.35, 0.82])
_SHADE = 0.45
"""Darkness of a face that no light falls on: more of it shows slopes better, and colours worse."""


@dataclass(frozen=True)
class Camera:
    """A place to look from."""

    azim: float
    elev: float
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    zoom: float = 1.0
    distance: float = 6.0

    @property
    def axes(self) -> Array:
        """The directions to the right, upward on the page, and towards the camera: (3, 3)."""
        around, above = np.radians([self.azim, self.elev])
        right = [-np.sin(around), np.cos(around), 0.0]
        back = np.array([np.cos(around), np.sin(around)])
        up = [*(-np.sin(above) * back), np.cos(above)]
        return np.array([right, up, [*(np.cos(above) * back), np.sin(above)]])

    def __call__(self, points: Array) -> tuple[Array, Array]:
        """Return places on the page, (..., 2), and nearness, (...), of points, (..., 3)."""
        seen = (points - np.array(self.centre)) @ self.axes.T
        near = self.zoom * self.distance / (self.distance - seen[..., 2])
        return seen[..., :2] * near[..., None], seen[..., 2]


def quads(x: Array, y: Array, z: Array) -> Array:
    """Return the faces of a surface over a grid, (faces, 4, 3), from three (rows, columns) arrays."""
    points = np.stack([x, y, z], axis=-1)
    around = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    return np.stack(around, axis=-2).reshape(-1, 4, 3)


def lit(faces: Array, colours: Array) -> Array:
    """Return the colours, (faces, 3), that lamp light gives to faces, (faces, corners, 3)."""
    normals = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    light = np.abs(normals @ _LAMP / np.linalg.norm(_LAMP))
    return np.asarray(colours[:, :3] * (1 - _SHADE + _SHADE * light)[:, None])


def draw_faces(
    axes: Axes, camera: Camera, faces: Array | Sequence[Array], colours: Array, **changes: Any
) -> None:
    """Draw faces as the camera sees them: an array from far to near, a list in its own order."""
    from matplotlib.collections import PolyCollection

    places: Any
    if isinstance(faces, np.ndarray):
        seen, nearness = camera(faces)
        order = np.argsort(nearness.mean(axis=1), kind="stable")
        # As an array they are set many times as fast as a list.
        places, colours = seen[order], colours[order]
    else:
        places = [camera(face)[0] for face in faces]
    # A hair of its own colour closes the seams between faces.
    look: dict[str, Any] = {
        "facecolors": colours,
        "edgecolors": colours,
        "linewidths": 0.9,
    } | changes
    axes.add_collection(PolyCollection(places, **look), autolim=False)
