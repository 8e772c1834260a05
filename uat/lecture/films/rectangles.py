"""Rectangles come closer to f as ε shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.core.arguments import read_eps
from uat.errors import InputError
from uat.lecture.films.film import Film, Paint, eased
from uat.lecture.networks import check_room, staircase_within
from uat.plotting.curves import (
    draw_error,
    draw_fit,
    draw_rectangles,
    formula,
    make_room,
    proved,
    samples,
    units_text,
)

if TYPE_CHECKING:
    from uat.core.target import Target
    from uat.plotting.page import Page

__all__ = ["SHRINKING_EPS"]

_MOST_UNITS: Final = 1000
"""Of the last picture of a film; more: finer, slower, and no longer seen as rectangles."""

_LONGEST_FORMULA: Final = 60
"""Letters of LaTeX in a title; more: longer formulas, which may not fit a slide."""


def _own_shrinking_eps(target: Target, eps: float | None) -> Film:
    """Make the film of another f down to eps, after a proof that it comes so close."""
    if target.dimension != 1:
        raise InputError(f"f of {target.dimension} coordinates given; the film shows one")
    film = _shrinking_eps(target, None if eps is None else read_eps(eps))
    check_room(target, film.value(1.0), _MOST_UNITS, "a film")
    return film


def _shrinking_eps(target: Target, eps: float | None = None) -> Film:
    """Make the film of a sum of rectangles that comes closer to f, down to eps."""
    start, stop = target.domain[0]
    values = target(np.linspace(start, stop, 2001))
    height = float(np.ptp(values)) or max(1.0, float(np.abs(values).max()))
    last = _one_or_three(0.03 * height) if eps is None else eps
    first = max(_one_or_three(0.3 * height), last)
    middle = min(max(_one_or_three(np.sqrt(first * last)), last), first)
    places = max(0, 2 - int(np.floor(np.log10(last))))
    stops = (0.08, first), (0.43, middle), (0.5, middle), (0.88, last)
    value = partial(_eps_at, stops=stops, places=places)
    make = partial(_draw_shrinking_eps, target=target, first=first, places=places)
    return Film("rectangle-sum", 10.0, value, make, (0.08, 0.47, 1.0), _own_shrinking_eps)


def _eps_at(time: float, stops: Sequence[tuple[float, float]], places: int) -> float:
    """Return ε at a time: its logarithm rests at the stops."""
    path = eased(time, [(at, float(np.log(stop))) for at, stop in stops])
    return round(float(np.exp(path)), places)


def _one_or_three(size: float) -> float:
    """Return the number nearest to a size among …, 0.1, 0.3, 1, 3, 10, …."""
    power = float(np.round(2 * np.log10(size)) / 2)
    return float(f"{10**power:.0e}")


def _draw_shrinking_eps(page: Page, target: Target, first: float, places: int) -> Paint:
    """Draw f as a sum of rectangles, more of them as ε shrinks from its first value."""
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    side = make_room(top, target, 1.1 * first)
    top.locator_params(axis="x", nbins=6)
    top.locator_params(axis="y", nbins=4)
    # One scale for all frames, so that the error is seen to shrink.
    scale: dict[str, Any] = {
        "ylim": (0.0, 1.35 * first),
        "yticks": [0.0, first],
        "yticklabels": ["0", f"{first:g}"],
    }
    bottom.set(xlabel="$x$", **scale)
    say = page.say
    page.headline(say(r"$\varepsilon$ が小さいほど、矩形は多い",
                      r"A smaller $\varepsilon$ takes more rectangles"))  # fmt: skip
    bottom.set_title(say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error)
    named = "f" if target.expression is None else formula(target.expression)
    if len(named) <= _LONGEST_FORMULA:
        top.set_title(f"$f(x)={named}$", color=page.theme.target)

    def paint(eps: float) -> None:
        g = staircase_within(target, eps, "rectangles")
        x = samples(g.target.domain[0], g.network)
        draw_rectangles(page, top, g)
        draw_fit(page, top, g, x, band=False)
        draw_error(page, bottom, g, x, scale=0.8)
        bottom.set(**scale)
        at_eps: dict[str, Any] = {"transform": bottom.get_yaxis_transform(), "ha": "right"}
        page.note(
            bottom, 0.99, eps + 0.03 * first, r"$\varepsilon$", fontsize=page.size.text, **at_eps
        )
        bound = rf"$|f-g|\leq {proved(g)}$"
        kept = say(f"{bound}（証明済み）", f"proved: {bound}")
        where: dict[str, Any] = {"transform": top.transAxes, "ha": side, "va": "baseline"}
        across, words = 0.02 if side == "left" else 0.98, {"fontsize": page.size.text} | where
        large = {"fontsize": 1.8 * page.size.text} | where
        page.note(top, across, 0.87, rf"$\varepsilon={g.eps:.{places}f}$", **large)
        page.note(top, across, 0.73, units_text(page, g), **words)
        page.note(top, across, 0.61, kept, color=page.theme.error, **words)

    return paint


SHRINKING_EPS = _shrinking_eps(examples.slides)
