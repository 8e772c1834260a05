"""Figures in motion: the slope grows, rectangles appear as ε shrinks, a network is trained.

What stands still is drawn once; the rest is drawn anew for each picture, from networks of the
package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.lecture.drawing.training_run import (
    LAST,
    draw_fitted,
    draw_units,
    losses_by_iteration,
    network_between,
    set_limits,
)
from uat.plotting.curves import draw_error, draw_fit, draw_rectangles, proved, samples
from uat.plotting.numbers import about
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from uat.plotting.page import Page

__all__ = ["GROWING_SLOPE", "MOVING_UNITS", "SHRINKING_EPS", "Animation", "Paint", "eased"]

Paint = Callable[[float], None]
"""Draws what moves, for one value of what changes."""


@dataclass(frozen=True)
class Animation:
    """A figure in motion."""

    seconds: float
    value: Callable[[float], float]  # of what changes, at a time from 0 to 1
    make: Callable[[Page], Paint]  # draws what stands still, and returns what draws the rest


def eased(time: float, stops: Sequence[tuple[float, float]]) -> float:
    """Return the value at a time, on a smooth path that rests at each (time, value) stop."""
    times, values = np.transpose(stops)
    number = int(np.clip(np.searchsorted(times, time) - 1, 0, len(times) - 2))
    part = np.clip((time - times[number]) / (times[number + 1] - times[number]), 0.0, 1.0)
    # The smoothest polynomial step whose first and second derivatives are 0 at both ends.
    smooth = part**3 * (10.0 - 15.0 * part + 6.0 * part**2)
    return float(values[number] + (values[number + 1] - values[number]) * smooth)


_SLOPES = (1.0, 5.0, 20.0, 100.0, 1e100)


def _slope(time: float) -> float:
    power = eased(time, ((0.06, 0.0), (0.6, 3.0), (0.88, 100.0)))
    # Beyond 10^4 a pixel holds the whole transition.
    return float(_four_digits(10**power)) if power < 4 else 10.0 ** round(power)


def _eps(time: float) -> float:
    stops = (0.08, 3.0), (0.43, 1.0), (0.5, 1.0), (0.88, 0.3)
    return round(float(np.exp(eased(time, [(at, np.log(eps)) for at, eps in stops]))), 3)


def _four_digits(slope: float) -> str:
    """Write a slope with four digits, zeros included, so that the text keeps its width."""
    return f"{slope:#.4g}".rstrip(".")


def _growing_slope(page: Page) -> Paint:
    """Draw σ(bx) while b grows, and keep the five slopes of the figure."""
    axes = page.figure.subplots()
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    axes.set(xlim=(-1.5, 1.5), ylim=(-0.06, 1.06), xticks=[-1, 0, 1], yticks=[0, 0.5, 1])
    axes.set(yticklabels=["0", r"$\frac{1}{2}$", "1"], xlabel="$x$")
    axes.autoscale(False)

    def curve(slope: float, **changes: Any) -> None:
        network = step(0.0, logistic, slope)
        x = samples((-1.5, 1.5), network)
        axes.plot(x, network.as_function()(x), **page.pen("unit", **changes))

    def paint(slope: float) -> None:
        for kept, shade in zip(_SLOPES, page.theme.shades, strict=True):
            if kept <= slope:
                curve(kept, color=shade, label=f"$b={_written(kept)}$")
        curve(slope, color=page.theme.shades[-1], zorder=4)
        axes.plot([0], [0.5], **page.dot("derivative"))
        words: dict[str, Any] = {"fontsize": page.size.text}
        page.note(axes, -0.06, 0.52, r"$\sigma(0)=\frac{1}{2}$", ha="right", **words)
        large = 1.8 * page.size.text
        counted = _four_digits(slope) if slope < 1e4 else _written(slope)
        page.note(axes, -1.4, 0.84, f"$b={counted}$", fontsize=large, va="baseline")
        # From the left, so that a longer entry moves no other.
        axes.legend(loc="upper left", bbox_to_anchor=(0.8, 0.6), **words)

    return paint


def _written(slope: float) -> str:
    power = round(np.log10(slope))
    return f"10^{{{power}}}" if power > 4 else about(slope)


def _shrinking_eps(page: Page) -> Paint:
    """Draw the slides' example as a sum of rectangles, more of them as ε shrinks."""
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    top.set(xlim=examples.slides.domain[0], ylim=(-3.5, 13.2), yticks=[0, 5, 10])
    bottom.set(xticks=[-1, 0, 1, 2, 3], ylim=(0.0, 1.2), yticks=[0.0, 1.0], yticklabels=["0", "ε"])
    bottom.set_xlabel("$x$")
    say, words = page.say, {"fontsize": page.size.text}
    bottom.set_title(say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error)
    page.note(top, 0.7, 11.0, "$f(x)=x^2+\\sin x$", color=page.theme.target, **words)

    def paint(eps: float) -> None:
        g = approximate(examples.slides, eps=eps, method="rectangles")
        x = samples(g.target.domain[0], g.network)
        draw_rectangles(page, top, g)
        draw_fit(page, top, g, x, band=False)
        draw_error(page, bottom, g, x, scale=0.8)
        large = 1.8 * page.size.text
        page.note(top, -0.9, 11.0, rf"$\varepsilon={g.eps:.3f}$", fontsize=large)
        page.note(top, -0.9, 8.6, say(f"ユニット {g.units} 個", f"{g.units} units"), **words)
        bound = rf"$|f-g|\leq {proved(g)}$"
        kept = say(f"証明済み {bound}", f"proved: {bound}")
        page.note(top, -0.9, 6.6, kept, color=page.theme.error, **words)

    return paint


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


GROWING_SLOPE = Animation(11.0, _slope, _growing_slope)
SHRINKING_EPS = Animation(10.0, _eps, _shrinking_eps)
MOVING_UNITS = Animation(18.0, _iteration, _moving_units)
