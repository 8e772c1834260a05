"""The statement of the theorem: sigmoidal functions, and networks within ε of f."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from uat import examples
from uat.core.activations import Activation, cauchy_cdf, gompertz, heaviside, logistic, ramp
from uat.lecture.registry import figure
from uat.plotting.curves import draw_error, draw_fit, samples, units_and_bound
from uat.plotting.language import Pair
from uat.plotting.numbers import at_most
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.theorem.approximation import Approximation

_TAIL = 2.0


@figure(
    "sigmoidal-def",
    slide=Pair("定義1. シグモイド型関数", "Definition 1: sigmoidal functions"),
    title=Pair("シグモイド型関数", "Sigmoidal functions"),
    caption=Pair(
        "シグモイド型関数は、左の果てで 0 に、右の果てで 1 に近づく。途中の形は問わない。裾 τ(s) は、0 から s 以上離れた点での階段との差の上限である（右下は縦軸が対数）。",
        "A sigmoidal function tends to 0 on the far left and to 1 on the far right; "
        "its shape in between is free. The tail τ(s) is its largest distance from the step "
        "at least s away from 0 (bottom right, on a logarithmic axis).",
    ),
    alternative=Pair(
        "五つのシグモイド型関数（シグモイド関数、逆正接、ゴンペルツ、折れ線、階段）のグラフ。極限 0 と 1 を破線で、|x| が 2 以上のところの極限との差を色で示す。"
        "六つ目の図は裾 τ(s) の片対数グラフで、逆正接だけがゆっくり減る。",
        "Graphs of five sigmoidal functions: logistic, arctangent, Gompertz, ramp, step. "
        "Dashed lines show the limits 0 and 1, shading the distance to them where |x| is at "
        "least 2. A sixth panel shows the tails τ(s); only the arctangent's falls slowly.",
    ),
    formula=(
        r"\sigma(x)\to 0\ (x\to-\infty),\quad\sigma(x)\to 1\ (x\to+\infty),\quad"
        r"\tau(s)=\sup_{|x|\geq s}\,|\sigma(x)-H(x)|"
    ),
    code="""
        sigma = uat.sigmoidal(lambda u: 0.5 + np.arctan(u) / np.pi)
        limits, tail = sigma.limits, sigma.tail(2.0)
    """,
    wide=True,
)
def sigmoidal_definition(page: Page) -> None:
    """Draw five sigmoidal functions with their limits, and their tails."""
    say = page.say
    shown = (
        (logistic, say("シグモイド関数", "Logistic sigmoid")),
        (cauchy_cdf, say("逆正接（arctan）", "Arctangent")),
        (gompertz, say("ゴンペルツ関数", "Gompertz")),
        (ramp, say("折れ線", "Ramp")),
        (heaviside, say("階段関数", "Step")),
    )
    panels = page.figure.subplots(2, 3).ravel()
    for axes, (activation, name) in zip(panels, shown, strict=False):
        _sigmoidal(page, axes, activation)
        axes.set_title(name, color=page.theme.unit)
    _tails(page, panels[-1])


def _sigmoidal(page: Page, axes: Axes, activation: Activation) -> None:
    x = np.union1d(samples((-6.0, 6.0), many=481), [np.nextafter(0.0, 1.0)])
    limit = np.where(x < 0.0, 0.0, 1.0)
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    far = np.abs(x) >= _TAIL
    for side in (x < 0.0, x > 0.0):
        axes.fill_between(x, activation(x), limit, where=far & side, **page.fill("error"))
    axes.plot(x, activation(x), **page.pen("unit"))
    axes.set(xlim=(-6, 6), ylim=(-0.08, 1.12), xticks=[-_TAIL, 0, _TAIL], yticks=[0, 1])
    axes.set_xticklabels(["−2", "0", "2"])
    tail = at_most(activation.tail(_TAIL), 2)
    relation = "=" if tail == "0" else r"\leq "
    page.note(axes, 5.9, 0.5, rf"$\tau(2){relation}{tail}$", color=page.theme.error, ha="right")


def _tails(page: Page, axes: Axes) -> None:
    """Draw the tails on a logarithmic axis, where e^(−s) is a line; the step has no tail."""
    say, s = page.say, np.linspace(0.0, 12.0, 1201)
    shown = (
        (cauchy_cdf, "-", say("逆正接", "arctangent"), (5.2, 0.12)),
        (logistic, "-", say("シグモイド\nゴンペルツ", "logistic\nGompertz"), (1.5, 1.2e-4)),
        (gompertz, (0, (1.0, 1.4)), "", (0.0, 1.0)),
        (ramp, "-", say("折れ線", "ramp"), (0.8, 2e-6)),
    )
    lowest = 1e-6
    for activation, dash, name, (x, y) in shown:
        tail = np.array([activation.tail(float(at)) for at in s])
        line = page.pen("error", linestyle=dash, linewidth=0.8 * page.size.line)
        # No logarithm is as low as that of 0.
        axes.plot(s, np.maximum(tail, lowest / 10), **line)
        page.note(axes, x, y, name, color=page.theme.error, va="bottom", linespacing=1.1)
    axes.set(yscale="log", xlim=(0, 12), ylim=(lowest, 1), xticks=[0, 2, 6, 12])
    axes.set_yticks([1, 1e-3, 1e-6], ["1", "$10^{-3}$", "$10^{-6}$"])
    axes.minorticks_off()
    axes.set_title(say(r"裾 $\tau(s)$", r"Tails $\tau(s)$"), color=page.theme.error)


@figure(
    "epsilon-band",
    slide=Pair("定理 (Cybenko, 1989)", "Theorem (Cybenko, 1989)"),
    title=Pair("ε近似", "ε-approximation"),
    caption=Pair(
        "g は I = [0, 1] のどの点でも f の帯 f ± ε の中にある。誤差 |f − g| はどこでも ε より小さい。",
        "At every point of I = [0, 1] the network g stays inside the band f ± ε: "
        "the error |f − g| is below ε everywhere.",
    ),
    alternative=Pair(
        "上：波打つ関数 f、幅 ε の帯、その中を階段状に進む g。下：誤差 |f − g| と、それより上にある水平線 ε。",
        "Top: a wavy function f, its band of half-width ε, and a staircase g inside it. "
        "Bottom: the error |f − g|, below the horizontal line ε everywhere.",
    ),
    formula=(
        r"g(x)=\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i),\quad\forall x\in I\ \ |f(x)-g(x)|<\varepsilon"
    ),
    code="""
        g = uat.approximate(uat.examples.nielsen, eps=0.1, method="staircase")
        print(g)
    """,
)
def epsilon_band(page: Page) -> None:
    """Draw a target, its band, a network inside it, and the error below ε."""
    g = approximate(examples.nielsen, eps=0.1, method="staircase")
    x = samples(g.target.domain[0], g.network)
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    draw_fit(page, top, g, x)
    draw_error(page, bottom, g, x)
    top.set(ylim=(-0.03, 1.12), yticks=[0, 0.5, 1])
    bottom.set(ylim=(0, 1.75 * g.eps), xticks=[0, 0.5, 1])
    bottom.set_xlabel(page.say("$I=[0,1]$ の点 $x$", "$x$ in $I=[0,1]$"))
    page.corner(top, r"$\forall x\in I\quad|f(x)-g(x)|<\varepsilon$", fontsize=page.size.text)
    page.note(top, 0.02, 0.86, units_and_bound(page, g), transform=top.transAxes, va="top")
    page.corner(
        bottom, page.say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error
    )
    page.note(
        top, 0.46, 0.2, "$g(x)$", color=page.theme.network, fontsize=page.size.text, bbox=None
    )
    _name_the_band(page, top, g)


def _name_the_band(page: Page, axes: Axes, g: Approximation) -> None:
    stop = g.target.domain[0][1]
    level = float(g.target(stop))
    names = {
        level + g.eps: r"$f(x)+\varepsilon$",
        level: "$f(x)$",
        level - g.eps: r"$f(x)-\varepsilon$",
    }
    for height, name in names.items():
        axes.text(stop + 0.01, height, name, color=page.theme.target, va="center")
