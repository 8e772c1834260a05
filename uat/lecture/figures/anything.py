"""A line, or anything: the outline of a mountain by more and more units of one hidden layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import logistic
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.lecture.figures.families import best_line, refuse_a_line
from uat.lecture.networks import once
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.maps import span
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


@once
def even_steps(units: int, f: Target = MOUNTAIN) -> tuple[Network, Certificate]:
    """Build a staircase of equally long steps, each at the height of f at its middle."""
    start, stop = f.domain[0]
    step = (stop - start) / units
    edges = start + step * np.arange(1, units)
    heights = f(start + step * (np.arange(units) + 0.5))
    slope = _SHARP / step
    # The first unit has b = 0; it is the height of the first step.
    slopes, biases = np.full((units, 1), slope), np.append(40.0, -slope * edges)
    slopes[0] = 0.0
    network = Network.from_units(np.diff(heights, prepend=0.0), slopes, biases, logistic)
    return network, certify(f, network)


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
    own=Pair(
        "{f}（{domain} 上、青）に、最もよい直線と、隠れ層が一つのネットワーク g（オレンジ）。ユニットは同じ幅のステップである。"
        "直線はどう選んでも外れるが、ユニットを 10、100、1,000 個と増やすと g は f の形になる（誤差の上界は証明済み）。",
        "{f} on {domain} (blue), the best line, and networks g of one hidden layer (orange), whose "
        "units are equally spaced steps. Every line misses f; with 10, 100 and 1,000 units g takes "
        "its shape (the bounds of the error are proved).",
    ),
)
def line_to_anything(page: Page, f: Target = MOUNTAIN) -> None:
    """Draw a mountain, or another f, by its best line and by 10, 100 and 1,000 units."""
    say = page.say
    panels = page.figure.subplot_mosaic([["line", "10", "100"], ["1000"] * 3], height_ratios=(2, 3))
    slope, intercept, farthest = best_line(f)
    missed = float(np.abs(f(farthest) - slope * farthest - intercept).max())
    refuse_a_line(f, missed, "line-to-anything")
    x = samples(f.domain[0], many=401)
    _draw(page, panels["line"], f, x, slope * x + intercept)
    _write(page, panels["line"], say("直線", "a line"), rf"\max|f-g|\geq {at_least(missed, 2)}")
    for many in _MANY:
        network, certificate = even_steps(many, f)
        axes, x = panels[str(many)], samples(f.domain[0], network)
        _draw(page, axes, f, x, network.as_function()(x))
        units = say(f"{many:,} ユニット", f"{many:,} units")
        _write(page, axes, units, rf"|f-g|\leq {at_most(certificate.bound, 2)}")
    if f is MOUNTAIN:
        words: dict[str, Any] = {"fontsize": page.size.text}
        page.note(panels["line"], 0.63, 0.72, "$f$", color=page.theme.target, **words)
        page.note(panels["line"], 0.04, 0.57, "$g$", color=page.theme.network, **words)
        page.headline(say("直線では無理でも、ユニットを足せば山になる",
                          "No line can do it, but units add up to a mountain"))  # fmt: skip
    else:
        page.headline(say("直線では無理でも、ユニットを足せば $f$ になる",
                          "No line can do it, but units add up to $f$"))  # fmt: skip


def _draw(page: Page, axes: Axes, f: Target, x: Array, y: Array) -> None:
    """Draw f, and what is to be like it, filled, with room for words above and below."""
    fine = samples(f.domain[0])
    low, high = span(f(fine))
    foot, top = low - 0.02 * (high - low), high + 0.02 * (high - low)
    if f is not MOUNTAIN:
        foot, top = low - 0.3 * (high - low), high + 0.6 * (high - low)
    axes.fill_between(x, y, foot, **page.fill("network", alpha=0.35))
    axes.plot(x, y, **page.pen("network"))
    axes.plot(fine, f(fine), **page.pen("target", linewidth=0.6 * page.size.line, zorder=5))
    axes.set(xlim=f.domain[0], ylim=(foot, top), xticks=[], yticks=[])
    axes.spines["left"].set_visible(False)


def _write(page: Page, axes: Axes, name: str, bound: str) -> None:
    """Write what is drawn, and how near it is."""
    large = 1.8 if name.startswith("1,000") else 1.0
    words: dict[str, Any] = {"transform": axes.transAxes}
    if large > 1:
        page.note(axes, 0.015, 0.98, name, va="top", color=page.theme.network,
                  fontsize=large * 1.1 * page.size.text, **words)  # fmt: skip
    else:
        axes.set_title(name, color=page.theme.network)
    axes.text(0.5, 0.05, f"${bound}$", color=page.theme.error, ha="center",
              fontsize=large * page.size.text, **words)  # fmt: skip
