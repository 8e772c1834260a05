"""A line, or anything: the outline of a mountain by more and more units of one hidden layer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import logistic
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.lecture.figures.families import best_line
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.numbers import at_least, at_most
from uat.proof.certify import certify

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.certificate import Certificate
    from uat.plotting.page import Page

MOUNTAIN: Final = Target(
    "min(0.98*exp(-4.4*abs(x - 0.53)), 0.8 + 0.015*cos(75*(x - 0.53)))"
    " + 0.11*exp(-((x - 0.13)/0.07)**2) + 0.08*exp(-((x - 0.88)/0.06)**2)"
    " + 0.008*sin(70*x) + 0.006*sin(187*x + 1) + 0.004*sin(431*x)",
    (0, 1),
)
"""A cone with a crater, two foothills, and waves that make its slopes rough."""

_MANY: Final = (10, 100, 1000)

_SHARP: Final = 1000.0
"""The slope of a step against the steps on [0, 1]: a larger one is steeper, and looks the same."""


@cache
def even_steps(units: int) -> tuple[Network, Certificate]:
    """Build a staircase of equally long steps, each at the height of the mountain at its middle."""
    edges = np.arange(1, units) / units
    heights = MOUNTAIN((np.arange(units) + 0.5) / units)
    slope = _SHARP * units
    # The first unit has b = 0; it is the height of the first step.
    slopes, biases = np.full((units, 1), slope), np.append(40.0, -slope * edges)
    slopes[0] = 0.0
    network = Network.from_units(np.diff(heights, prepend=0.0), slopes, biases, logistic)
    return network, certify(MOUNTAIN, network)


@figure(
    "line-to-anything",
    slide=Pair("ニューラルネットワークの万能近似性", "Universal approximation"),
    title=Pair("直線 ⇔ なんでも", "A line, or anything"),
    caption=Pair(
        "山の輪郭 f（青）に、最もよい直線と、隠れ層が一つのネットワーク g（オレンジ）。ユニットは同じ幅のステップである。"
        "直線はどう選んでも大きく外れるが、ユニットを 10、100、1,000 個と増やすと g は山の形になる（誤差の上界は証明済み）。",
        "The outline f of a mountain (blue), the best line, and networks g of one hidden layer "
        "(orange), whose units are equally spaced steps. Every line misses by far; with 10, 100 "
        "and 1,000 units g takes the shape of the mountain (the bounds of the error are proved).",
    ),
    alternative=Pair(
        "上の段に山の輪郭と、直線、10 ユニットの階段、100 ユニットの階段の塗りつぶし。下の段いっぱいに、1,000 ユニットの g。火口も裾野も山肌の凹凸も f と区別がつかない。",
        "Top row: the outline of a mountain with the best line, a staircase of 10 units and one of "
        "100, filled. Across the bottom the g of 1,000 units; crater, foothills and rough slopes "
        "cannot be told from those of f.",
    ),
    formula=r"ax+b\quad\Leftrightarrow\quad\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)",
    code="""
        from uat.lecture.figures.anything import even_steps
        network, certificate = even_steps(1000)
    """,
    wide=True,
)
def line_to_anything(page: Page) -> None:
    """Draw a mountain by its best line and by 10, 100 and 1,000 units."""
    say = page.say
    panels = page.figure.subplot_mosaic([["line", "10", "100"], ["1000"] * 3], height_ratios=(2, 3))
    slope, intercept, farthest = best_line(MOUNTAIN)
    missed = float(np.abs(MOUNTAIN(farthest) - slope * farthest - intercept).max())
    x = samples((0.0, 1.0), many=401)
    _draw(page, panels["line"], x, slope * x + intercept)
    _write(page, panels["line"], say("直線", "a line"), rf"\max|f-g|\geq {at_least(missed, 2)}")
    for many in _MANY:
        network, certificate = even_steps(many)
        axes, x = panels[str(many)], samples((0.0, 1.0), network)
        _draw(page, axes, x, network.as_function()(x))
        units = say(f"{many:,} ユニット", f"{many:,} units")
        _write(page, axes, units, rf"|f-g|\leq {at_most(certificate.bound, 2)}")
    page.headline(say("直線では無理でも、ユニットを足せば山になる",
                      "No line can do it, but units add up to a mountain"))  # fmt: skip


def _draw(page: Page, axes: Axes, x: Array, y: Array) -> None:
    """Draw the mountain, and what is to be like it, filled."""
    axes.fill_between(x, y, -0.02, **page.fill("network", alpha=0.35))
    axes.plot(x, y, **page.pen("network"))
    fine = samples((0.0, 1.0))
    axes.plot(fine, MOUNTAIN(fine), **page.pen("target", linewidth=0.6 * page.size.line, zorder=5))
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.0), xticks=[], yticks=[])
    axes.spines["left"].set_visible(False)


def _write(page: Page, axes: Axes, name: str, bound: str) -> None:
    """Write in the sky what is drawn, and how near it is."""
    large = 1.8 if name.startswith("1,000") else 1.0
    words: dict[str, Any] = {"transform": axes.transAxes}
    page.note(axes, 0.015, 0.98, name, va="top", color=page.theme.network,
              fontsize=large * 1.1 * page.size.text, **words)  # fmt: skip
    axes.text(0.5, 0.05, f"${bound}$", color=page.theme.error, ha="center",
              fontsize=large * page.size.text, **words)  # fmt: skip
