"""The slope of a unit grows, and the unit becomes a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.lecture.figures.proof import SLOPES
from uat.lecture.films.film import Film, Paint, eased
from uat.plotting.curves import samples
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from uat.plotting.page import Page

__all__ = ["GROWING_SLOPE"]


def _slope(time: float) -> float:
    power = eased(time, ((0.06, 0.0), (0.6, 3.0), (0.88, 100.0)))
    # Beyond 10^4 a pixel holds the whole transition.
    return float(_four_digits(10**power)) if power < 4 else 10.0 ** round(power)


def _four_digits(slope: float) -> str:
    """Write a slope with four digits, zeros included, so that the text keeps its width."""
    return f"{slope:#.4g}".rstrip(".")


def _growing_slope(page: Page) -> Paint:
    """Draw σ(bx) while b grows, and keep the slopes of the figure."""
    axes = page.figure.subplots()
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    axes.set(xlim=(-1.5, 1.5), ylim=(-0.06, 1.06), xticks=[-1, 0, 1], yticks=[0, 0.5, 1])
    axes.set(yticklabels=["0", "1/2", "1"], xlabel="$x$")
    axes.autoscale(False)
    page.headline(page.say("傾きが大きいほど、ステップに近い", "The steeper, the closer to a step"))

    def curve(slope: float, **changes: Any) -> None:
        network = step(0.0, logistic, slope)
        x = samples((-1.5, 1.5), network)
        axes.plot(x, network.as_function()(x), **page.pen("unit", **changes))

    def paint(slope: float) -> None:
        for (kept, text, at), shade in zip(SLOPES[:-1], page.theme.shades, strict=False):
            if kept <= slope:
                curve(kept, color=shade)
                beside: dict[str, Any] = {"fontsize": 1.2 * page.size.text, "va": "center"}
                page.note(axes, *at, f"$b={text}$", color=shade, **beside)
        curve(slope, color=page.theme.shades[-1], zorder=4)
        axes.plot([0], [0.5], **page.dot("derivative"))
        words: dict[str, Any] = {"fontsize": page.size.text}
        page.note(axes, -0.06, 0.52, r"$\sigma(0)=\frac{1}{2}$", ha="right", **words)
        large = 1.8 * page.size.text
        counted = _four_digits(slope) if slope < 1e4 else _written(slope)
        page.note(axes, -1.4, 0.84, f"$b={counted}$", fontsize=large, va="baseline")

    return paint


def _written(slope: float) -> str:
    power = round(np.log10(slope))
    return f"10^{{{power}}}" if power > 4 else about(slope)


GROWING_SLOPE = Film("step-steepness", 11.0, _slope, _growing_slope, (0.06, 0.45, 1.0))
