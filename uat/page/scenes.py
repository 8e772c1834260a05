"""The one list of what the page may ask for: a scene, answered by the function of its name.

It is in the module of its name, which is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from uat.core.arguments import one_of
from uat.page.given import Words
from uat.page.made import Made

__all__ = ["SCENES", "Made", "Scene", "scene_of"]

Tell = Callable[[dict[str, Any]], object]
"""Shows a part of the answer that is known before the end."""

Scene = Callable[[Words, Tell], Made]
"""Answers the words of a request."""

SCENES: Final = ("start", "units", "curve", "surface", "training", "depth")


def scene_of(name: Any) -> Scene:
    """Return the function of a scene."""
    known = one_of(name, SCENES, "scene")
    return getattr(import_module(f"uat.page.{known}"), known)  # type: ignore[no-any-return]
