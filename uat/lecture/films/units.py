"""The units of a network move while it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from uat.lecture.drawing.training_run import (
    LAST,
    draw_fitted,
    draw_units,
    losses_by_iteration,
    network_between,
    set_limits,
)
from uat.lecture.films.film import Film, Paint, eased

if TYPE_CHECKING:
    from uat.plotting.page import Page

__all__ = ["MOVING_UNITS"]


def _iteration(time: float) -> float:
    """Return the iteration at a time: slowest around the 200th, where the units move most."""
    busy, slow = 200.0, 60.0
    start, stop = np.arcsinh(-busy / slow), np.arcsinh((LAST - busy) / slow)
    part = eased(time, ((0.06, start), (0.94, stop)))
    return round(float(busy + slow * np.sinh(part)), 6)


def _moving_units(page: Page) -> Paint:
    """Draw f, g and the units of g while g is trained."""
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    set_limits(top, bottom)
    bottom.set_xlabel("$x$")
    say, words = page.say, {"fontsize": page.size.text, "va": "baseline"}
    bottom.set_title(say("ユニット", "units"), color=page.theme.unit)
    page.headline(say("学習がユニットを動かす", "Training moves the units"))
    losses = losses_by_iteration()

    def paint(iteration: float) -> None:
        g, done = network_between(iteration), int(iteration)
        draw_fitted(page, top, g)
        draw_units(page, bottom, g)
        counted = say(f"反復 {done:,} 回", f"iteration {done:,}")
        page.note(top, -6.4, 4.4, counted, **words)
        loss = say("損失", "loss") + f" {losses[done]:.4f}"
        page.note(top, -6.4, 3.0, loss, color=page.theme.error, **words)

    return paint


MOVING_UNITS = Film("training-watch", 12.0, _iteration, _moving_units, (0.0, 0.5, 1.0))
