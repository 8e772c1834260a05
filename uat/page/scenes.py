"""The one table of what the page may ask for: a name, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from uat.core.arguments import one_of
from uat.page.curve import curve
from uat.page.depth import depth
from uat.page.made import Made
from uat.page.start import start
from uat.page.surface import surface
from uat.page.training import training
from uat.page.units import units

if TYPE_CHECKING:
    from uat.page.given import Words

__all__ = ["SCENES", "Made", "scene_of"]

Tell = Callable[[dict[str, Any]], object]
"""Shows a part of the answer that is known before the end."""

SCENES: Final[dict[str, Callable[[Words, Tell], Made]]] = {
    "start": start,
    "units": units,
    "curve": curve,
    "surface": surface,
    "training": training,
    "depth": depth,
}


def scene_of(name: Any) -> Callable[[Words, Tell], Made]:
    """Return the function of a scene."""
    return SCENES[one_of(name, SCENES, "scene")]
