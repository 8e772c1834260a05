"""Figures in motion: the slope grows, rectangles appear as ε shrinks, a network is trained.

Whatever does not move is drawn once; the rest anew for each picture, from networks of the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.errors import InputError, near_match
from uat.lecture.drawing.training_run import (
    LAST,
    between,
    draw_fitted,
    draw_units,
    moving_losses,
    set_limits,
)
from uat.lecture.registry import find
from uat.plotting.curves import draw_error, draw_fit, draw_rectangles, proved, samples
from uat.plotting.numbers import about
from uat.plotting.page import Page, clean_settings, lay_out
from uat.plotting.style import SLIDE, Style, Theme, rc
from uat.publish.film import Pixels, check_film, write_film
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from uat.core.arguments import Progress
    from uat.plotting.language import Language

__all__ = ["ANIMATIONS", "Animation", "animate", "check_animation", "eased", "screening"]

Paint = Callable[[float], None]
"""Draws what moves, for a value of what changes."""


@dataclass(frozen=True)
class Animation:
    """A figure in motion.

    How long it takes, what changes in it (its value at a time from 0 to 1), and what sets its page
    up and paints it.
    """

    seconds: float
    value: Callable[[float], float]
    make: Callable[[Page], Paint]


def check_animation(name: str) -> Animation:
    """Return the animation of a figure.

    Raises
    ------
    InputError
        Where there is none, with the near match.

    Examples
    --------
    >>> check_animation("rectangle-sum").seconds
    10.0
    """
    if name not in ANIMATIONS:
        *others, last = ANIMATIONS
        known = f"{', '.join(others)} and {last}"
        raise InputError(
            f"no animation is called {name!r}{near_match(name, ANIMATIONS)}; there are {known}"
        )
    return ANIMATIONS[name]


def animate(
    name: str, file: Path, language: Language, theme: Theme, progress: Progress | None = None
) -> int:
    """Write the animation of a figure as a film, and give the number of its pictures.

    Parameters
    ----------
    name : str
        The figure's id.
    file : Path
        Ends in ``.gif`` or ``.mp4``.
    language : "ja" or "en"
    theme : Theme
    progress : callable, optional
        Told ``(done, total, file name)`` after each picture.

    Raises
    ------
    InputError
        For an unknown name or ending, and for an MP4 without the extra `animation`.
    FileProblem
        When the file cannot be written.
    """
    animation, dpi = check_animation(name), check_film(file).dpi
    title = find(name).texts(language)[0]
    with screening(animation, language, Style(theme, replace(SLIDE, dpi=dpi))) as shown:
        return write_film(file, shown, animation.seconds, title, progress)


@contextmanager
def screening(
    animation: Animation, language: Language, style: Style
) -> Iterator[Callable[[float], Pixels]]:
    """Return what draws the picture of an animation at a time from 0 to 1."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paints: list[Paint] = []
    figure = lay_out(lambda page: paints.append(animation.make(page)), language, style)
    still = {child for axes in figure.axes for child in axes.get_children()}
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    # Kept while nothing changes.
    @lru_cache(maxsize=1)
    def painted(value: float) -> Pixels:
        canvas.restore_region(background)
        with clean_settings(rc(style, language)):
            paints[0](value)
            _draw_others(figure, still)
        return np.ascontiguousarray(np.asarray(canvas.buffer_rgba(), dtype=np.uint8)[..., :3])

    yield lambda time: painted(animation.value(time))


def _draw_others(figure: Figure, still: set[Any]) -> None:
    """Draw what a paint has added, in its order, and take it off again."""
    for axes in figure.axes:
        added = [child for child in axes.get_children() if child not in still]
        for artist in sorted(added, key=lambda artist: artist.get_zorder()):
            axes.draw_artist(artist)
            artist.remove()


def eased(time: float, stops: Sequence[tuple[float, float]]) -> float:
    """Move through (time, value) stops, at rest at each of them.

    Examples
    --------
    >>> [eased(time, ((0, 1.0), (2, 3.0))) for time in (0, 1, 2)]
    [1.0, 2.0, 3.0]
    """
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
    """Write four digits, zeros too: what is written keeps its width and is true of the curve."""
    return f"{slope:#.4g}".rstrip(".")


def _growing_slope(page: Page) -> Paint:
    """Draw σ(bx) while b grows, and keep the five slopes of the figure."""
    axes = page.figure.subplots()
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    axes.set(xlim=(-1.5, 1.5), ylim=(-0.06, 1.06), xticks=[-1, 0, 1], yticks=[0, 0.5, 1])
    axes.set_yticklabels(["0", r"$\frac{1}{2}$", "1"])
    axes.set_xlabel("$x$")
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
    bottom.set(xticks=[-1, 0, 1, 2, 3], ylim=(0.0, 1.2), yticks=[0.0, 1.0])
    bottom.set_yticklabels(["0", "ε"])
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
    """Count iterations, most slowly where the units move most, around the 200th."""
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
    losses = moving_losses()

    def paint(iteration: float) -> None:
        g, done = between(iteration), int(iteration)
        draw_fitted(page, top, g)
        draw_units(page, bottom, g)
        counted = say(f"反復 {done:,} 回", f"iteration {done:,}")
        page.note(top, -6.4, 4.4, counted, **words)
        loss = say("損失", "loss") + f" {losses[done]:.4f}"
        page.note(top, -6.4, 3.0, loss, color=page.theme.error, **words)

    return paint


ANIMATIONS = {
    "step-steepness": Animation(11.0, _slope, _growing_slope),
    "rectangle-sum": Animation(10.0, _eps, _shrinking_eps),
    "training-watch": Animation(18.0, _iteration, _moving_units),
}
"""By the ids of the figures that they set in motion."""
