"""Figures in motion: the slope grows, rectangles appear as ε shrinks, a network is trained.

What stands still is drawn once; the rest is drawn anew for each picture, from networks of the
package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.core.arguments import read_eps
from uat.errors import InputError
from uat.lecture.drawing.training_run import (
    LAST,
    draw_fitted,
    draw_units,
    losses_by_iteration,
    network_between,
    set_limits,
)
from uat.plotting.curves import (
    draw_error,
    draw_fit,
    draw_rectangles,
    formula,
    proved,
    samples,
    units_text,
)
from uat.plotting.numbers import about
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
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
    of: Callable[[Target, float | None], Animation] | None = None  # the film of another f, to an ε


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


_MOST_UNITS: Final = 1000
"""Of the last picture of a film; more: finer, slower, and no longer seen as rectangles."""

_LONGEST_FORMULA: Final = 60
"""Letters of LaTeX in a title; more: longer formulas, which may not fit a slide."""


def _own_shrinking_eps(target: Target, eps: float | None) -> Animation:
    """Make the film of another f down to eps, after a proof that it comes so close."""
    if target.dimension != 1:
        raise InputError(f"f of {target.dimension} coordinates given; the film shows one")
    film = _shrinking_eps(target, None if eps is None else read_eps(eps))
    units = approximate(target, eps=film.value(1.0), method="rectangles").units
    if units > _MOST_UNITS:
        raise InputError(
            f"{units:,} units are needed at eps = {film.value(1.0):g}; a film shows up to "
            f"{_MOST_UNITS:,}, so take a larger eps"
        )
    return film


def _shrinking_eps(target: Target, eps: float | None = None) -> Animation:
    """Make the film of a sum of rectangles that comes closer to f, down to eps."""
    start, stop = target.domain[0]
    values = target(np.linspace(start, stop, 2001))
    height = float(np.ptp(values)) or max(1.0, float(np.abs(values).max()))
    last = _one_or_three(0.03 * height) if eps is None else eps
    first = max(_one_or_three(0.3 * height), last)
    middle = min(max(_one_or_three(np.sqrt(first * last)), last), first)
    places = max(0, 2 - int(np.floor(np.log10(last))))
    stops = [(0.08, first), (0.43, middle), (0.5, middle), (0.88, last)]

    def value(time: float) -> float:
        path = eased(time, [(at, float(np.log(stop))) for at, stop in stops])
        return round(float(np.exp(path)), places)

    make = partial(_draw_shrinking_eps, target=target, first=first, places=places)
    return Animation(10.0, value, make, _own_shrinking_eps)


def _one_or_three(size: float) -> float:
    """Return the number nearest to a size among …, 0.1, 0.3, 1, 3, 10, …."""
    power = float(np.round(2 * np.log10(size)) / 2)
    return float(f"{10**power:.0e}")


def _draw_shrinking_eps(page: Page, target: Target, first: float, places: int) -> Paint:
    """Draw f as a sum of rectangles, more of them as ε shrinks from its first value."""
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    side = _limits(top, target, first)
    bottom.set(ylim=(0.0, 1.2), yticks=[0.0, 1.0], yticklabels=["0", "ε"], xlabel="$x$")
    say = page.say
    bottom.set_title(say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error)
    named = "f" if target.expression is None else formula(target.expression)
    if len(named) <= _LONGEST_FORMULA:
        top.set_title(f"$f(x)={named}$", color=page.theme.target)

    def paint(eps: float) -> None:
        g = approximate(target, eps=eps, method="rectangles")
        x = samples(g.target.domain[0], g.network)
        draw_rectangles(page, top, g)
        draw_fit(page, top, g, x, band=False)
        draw_error(page, bottom, g, x, scale=0.8)
        bound = rf"$|f-g|\leq {proved(g)}$"
        kept = say(f"証明済み {bound}", f"proved: {bound}")
        where: dict[str, Any] = {"transform": top.transAxes, "ha": side, "va": "baseline"}
        across, words = 0.02 if side == "left" else 0.98, {"fontsize": page.size.text} | where
        large = {"fontsize": 1.8 * page.size.text} | where
        page.note(top, across, 0.87, rf"$\varepsilon={g.eps:.{places}f}$", **large)
        page.note(top, across, 0.73, units_text(page, g), **words)
        page.note(top, across, 0.61, kept, color=page.theme.error, **words)

    return paint


def _limits(axes: Axes, target: Target, first: float) -> str:
    """Set the limits of a panel with room for words above f on one side, and return the side."""
    start, stop = target.domain[0]
    values = target(np.linspace(start, stop, 2001))
    low, high = float(values.min()) - 1.1 * first, float(values.max()) + 1.1 * first
    # Of the width, the words take two fifths; of the height, what is above 0.57 of it.
    tops = {"left": float(values[:800].max()), "right": float(values[-800:].max())}
    side = min(tops, key=lambda name: tops[name])
    axes.set(xlim=(start, stop), ylim=(low, max(high, low + (tops[side] - low) / 0.57)))
    axes.locator_params(axis="x", nbins=6)
    axes.locator_params(axis="y", nbins=4)
    return side


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
SHRINKING_EPS = _shrinking_eps(examples.slides)
MOVING_UNITS = Animation(18.0, _iteration, _moving_units)
