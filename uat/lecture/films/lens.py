"""ε shrinks by ten while a lens on the error zooms by ten, from 0.1 down to 1e-12."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.lecture.figures.width import counts, steps_enough
from uat.lecture.films.film import Film, Paint, eased
from uat.lecture.networks import comb_of
from uat.plotting.curves import samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.expression.arrays import Array
    from uat.plotting.page import Page

__all__ = ["DECADES", "ZOOMING_LENS", "comb_of_decade"]

DECADES: Final = 12
_ZOOM: Final = 0.55
"""Share of a step in which the lens zooms; in the rest the next network takes the place of g."""


@cache
def comb_of_decade(decade: int) -> tuple[Network, Array]:
    """Return the comb of the figure that is within 10^-decade, and its error f − g at the points."""
    f, data = examples.nielsen, counts()
    units = data["comb_units"][data["comb_eps"] == float(f"1e-{decade}")][0]
    network, _ = comb_of(f, int(units))
    x = samples(f.domain[0], many=1601)
    return network, np.asarray(f(x) - network.as_function()(x))


def _step(time: float) -> float:
    """Return the decade at a time; it rests at each whole one."""
    part = np.clip((time - 0.05) / 0.87, 0.0, 1.0) * (DECADES - 1)
    whole = min(int(part), DECADES - 2)
    return 1.0 + whole + eased(part - whole, ((0.22, 0.0), (1.0, 1.0)))


def _zooming_lens(page: Page) -> Paint:
    """Draw f and g as they are, and below them their difference in a corridor of ±ε."""
    say, f = page.say, examples.nielsen
    top = page.figure.add_axes((0.07, 0.6, 0.58, 0.27))
    lens = page.figure.add_axes((0.07, 0.14, 0.58, 0.38))
    beside = page.figure.add_axes((0.69, 0.0, 0.3, 0.88))
    beside.set_axis_off()
    x = samples(f.domain[0], many=1601)
    for axes in (top, lens):
        axes.set_xlim(*f.domain[0])
    top.set(ylim=(0, 1.1), yticks=[0, 1], xticks=[])
    top.plot(x, f(x), **page.pen("target", linewidth=page.size.hero))
    words: dict[str, Any] = {"fontsize": page.size.text}
    page.note(top, 0.75, 0.75, "$f$", color=page.theme.target, **words)
    page.note(top, 0.86, 0.3, "$g$", color=page.theme.network, **words)
    lens.axhspan(-1, 1, **page.fill("band"))
    lens.axhline(0, **page.pen("zero"))
    lens.set(ylim=(-2.2, 2.2), yticks=[-1, 0, 1], xticks=[0, 1], xlabel="$x$")
    lens.set_yticklabels(["−ε", "0", "ε"], fontsize=page.size.text)
    lens.set_title(say("拡大した差 $f-g$", "$f-g$ under the lens"), color=page.theme.error)
    page.headline(
        say("十倍近づくのに、ユニットは少し増えるだけ", "Ten times closer takes a few more units")
    )

    def paint(step: float) -> None:
        whole = min(int(step), DECADES - 1)
        zoomed = float(np.clip((step - whole) / _ZOOM, 0.0, 1.0))
        share = float(np.clip((step - whole - _ZOOM) / (1 - _ZOOM), 0.0, 1.0))
        (network, error), (finer, less) = comb_of_decade(whole), comb_of_decade(whole + 1)
        shown = (1 - share) * error + share * less
        top.plot(x, f(x) - shown, **page.pen("network", linewidth=0.7 * page.size.line))
        power = whole + zoomed
        lens.plot(x, shown * 10.0**power, **page.pen("error"))
        done = share > 0.5
        _write(page, beside, power, finer if done else network, whole + done)

    return paint


def _write(page: Page, axes: Axes, power: float, network: Network, decade: int) -> None:
    """Write ε, the units of g, and how many steps would be needed."""
    say = page.say
    words: dict[str, Any] = {"transform": axes.transAxes, "va": "baseline"}
    eps = rf"$\varepsilon=10^{{-{round(power)}}}$"
    page.note(axes, 0.0, 0.82, eps, fontsize=2.4 * page.size.text, **words)
    large: dict[str, Any] = {"color": page.theme.unit} | words
    page.note(axes, 0.0, 0.55, f"{network.units}", fontsize=3.2 * page.size.text, **large)
    soft = say("なだらか、等間隔", "soft, evenly spaced")
    page.note(axes, 0.01, 0.46, soft, fontsize=page.size.text, **large)
    steps = int(np.ceil(steps_enough(10.0**-decade)))
    words |= {"color": page.theme.network}
    page.note(axes, 0.01, 0.26, f"{steps:,}", fontsize=page.size.headline, **words)
    said = say("階段なら（個）", "steps of a staircase")
    page.note(axes, 0.01, 0.17, said, fontsize=page.size.text, **words)


ZOOMING_LENS = Film("units-vs-epsilon", 12.0, _step, _zooming_lens, (0.0, 0.52, 1.0))
