"""What a film is: a figure, its length, what changes with time, and how that is drawn.

What stands still is drawn once; the rest is drawn anew for each picture, from networks of the
package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from uat.core.target import Target
    from uat.plotting.language import Pair
    from uat.plotting.page import Page

__all__ = ["Film", "Paint", "eased"]

Paint = Callable[[float], None]
"""Draws what moves, for one value of what changes."""


@dataclass(frozen=True)
class Film:
    """A figure in motion, made of functions that another process can be sent."""

    figure: str  # id of the figure that it sets in motion, and its own
    seconds: float
    value: Callable[[float], float]  # of what changes, at a time from 0 to 1
    make: Callable[[Page], Paint]  # draws what stands still, and returns what draws the rest
    stills: tuple[float, float, float] = (0.0, 0.5, 1.0)  # the times that tell its story
    of: Callable[[Target, float | None], Film] | None = None  # the film of another f, to an ε
    about: Pair | None = None  # what it shows, where that is not what its figure shows


def eased(time: float, stops: Sequence[tuple[float, float]]) -> float:
    """Return the value at a time, on a smooth path that rests at each (time, value) stop."""
    times, values = np.transpose(stops)
    number = int(np.clip(np.searchsorted(times, time) - 1, 0, len(times) - 2))
    part = np.clip((time - times[number]) / (times[number + 1] - times[number]), 0.0, 1.0)
    # The smoothest polynomial step whose first and second derivatives are 0 at both ends.
    smooth = part**3 * (10.0 - 15.0 * part + 6.0 * part**2)
    return float(values[number] + (values[number + 1] - values[number]) * smooth)
