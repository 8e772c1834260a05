"""The statement of the theorem: sigmoidal functions, and networks within ε of f."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.core.activations import Activation, cauchy_cdf, heaviside, logistic, ramp, relu, tanh
from uat.core.sigmoidal import sigmoidal
from uat.lecture.figures.claim import few_units, name_f
from uat.lecture.registry import figure
from uat.plotting.curves import draw_fit, make_room, samples, with_formula
from uat.plotting.language import Pair
from uat.plotting.numbers import about, as_given

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page
    from uat.theorem.approximation import Approximation


@cache
def swinging() -> Activation:
    """Return a sigmoidal σ that is not monotone and leaves [0, 1] on both sides."""
    return sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + 3 * np.sin(u) / (1 + u**2), name="swinging")


@figure(
    "sigmoidal-def",
    slide=Pair("定義1. シグモイド型関数", "Definition 1: sigmoidal functions"),
    title=Pair("シグモイド型関数", "Sigmoidal functions"),
    caption=Pair(
        "シグモイド型関数は、x → −∞ で 0 に、x → ∞ で 1 に近づく。途中の形は問わない：単調でなくても、0 と 1 の間に収まっていなくてもよい。"
        "ReLU と tanh（灰色）は極限が違うので、そのままではシグモイド型ではない。",
        "A sigmoidal function tends to 0 as x → −∞ and to 1 as x → ∞. Between, anything is "
        "allowed: it need not be monotone, nor stay between 0 and 1. ReLU and tanh (grey) have "
        "other limits and are not sigmoidal as they are.",
    ),
    alternative=Pair(
        "左端で 0、右端で 1 に近づく五つの曲線：シグモイド関数、逆正接、ランプ関数、ステップ、そして途中で大きく波打つ太い曲線。灰色で ReLU と tanh。",
        "Five curves that tend to 0 on the left and to 1 on the right: the sigmoid, the "
        "arctangent, a ramp, a step, and a thick one that swings far in between. ReLU and tanh in "
        "grey.",
    ),
    formula=r"\sigma(x)\to 0\ (x\to-\infty),\quad\sigma(x)\to 1\ (x\to+\infty)",
    code="""
        sigma = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + 3 * np.sin(u) / (1 + u**2))
        limits, overshoot = sigma.limits, sigma.overshoot
    """,
)
def sigmoidal_definition(page: Page) -> None:
    """Draw sigmoidal functions between their limits, and two functions that are none."""
    say, axes = page.say, page.figure.subplots()
    x = np.union1d(samples((-_FAR, _FAR), many=961), [np.nextafter(0.0, 1.0)])
    axes.axvspan(-_FREE, _FREE, **page.fill("guide", alpha=0.14))
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    for activation in (relu, tanh):
        axes.plot(x, activation(x), **page.pen("aside", linewidth=0.9 * page.size.line))
    for activation in (logistic, cauchy_cdf, ramp, heaviside):
        axes.plot(x, activation(x), **page.pen("unit", linewidth=0.6 * page.size.line))
    axes.plot(x, swinging()(x), **page.pen("unit", linewidth=page.size.hero))
    axes.set(xlim=(-_FAR, _FAR), ylim=(-1.65, 2.35), xticks=[], yticks=[0, 1])
    axes.spines["bottom"].set_visible(False)
    aside: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    words: dict[str, Any] = aside | {"ha": "center"}
    free = say("途中は何でもよい", "in between, anything")
    page.note(axes, 0.0, -1.42, free, **words | {"fontsize": page.size.headline})
    large = words | {"color": page.theme.unit, "fontsize": page.size.headline}
    page.note(axes, -7.0, 0.28, r"$\to 0$", **large)
    page.note(axes, 7.0, 1.28, r"$\to 1$", **large)
    page.note(axes, -7.0, -0.82, say("tanh は違う", "tanh is not"), **words)
    page.note(axes, 2.45, 2.12, say("ReLU は違う", "ReLU is not"), ha="left", **aside)
    thin = say("細い線：シグモイド関数、\n逆正接、ランプ関数、\nステップ",
               "thin: sigmoid,\narctangent,\nramp and step")  # fmt: skip
    page.note(axes, -4.8, 1.68, thin, color=page.theme.unit, ha="left", linespacing=1.3, **aside)
    page.headline(say("両端だけが決まっている", "Only the two ends count"))


_FAR: Final = 9.0
_FREE: Final = 5.0
"""Half the width of the picture, and of the part in which a sigmoidal function may do anything."""


@figure(
    "epsilon-band",
    slide=Pair("定理 (Cybenko, 1989)", "Theorem (Cybenko, 1989)"),
    title=Pair("ε近似", "ε-approximation"),
    caption=Pair(
        "隠れ層が一つの g は、I = [0, 1] のどの点でも f の帯 f ± ε（ここでは ε = 0.1）の中にある。4 ユニットの和で、誤差が ε より小さいことは証明されている。",
        "At every point of I = [0, 1] the network g, of one hidden layer, stays inside the band "
        "f ± ε, here with ε = 0.1. It is a sum of 4 units, and its error is proved to be below ε.",
    ),
    alternative=Pair(
        "波打つ関数 f と幅 ε の帯、帯の中を縫うように進む滑らかな曲線 g。",
        "A wavy function f, its band of half-width ε, and a smooth curve g that weaves inside it.",
    ),
    formula=(
        r"g(x)=\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i),\quad\forall x\in I\ \ |f(x)-g(x)|<\varepsilon"
    ),
    code="""
        from uat.lecture.figures.claim import few_units
        g = few_units(0.1)
    """,
    own=Pair(
        "{f} と、隠れ層が一つの g。g は I = {domain} のどの点でも f の帯 f ± ε（ε = {eps}）の中にあり、誤差が ε より小さいことは証明されている。",
        "{f} on {domain}, and a network g of one hidden layer. At every point g stays inside the "
        "band f ± ε, with ε = {eps}; its error is proved to be below ε.",
    ),
)
def epsilon_band(page: Page, f: Target = examples.nielsen, eps: float = 0.1) -> None:
    """Draw a target, its band, and a network of a few soft units inside it."""
    g, axes = few_units(eps, f), page.figure.subplots()
    draw_fit(page, axes, g, samples(g.target.domain[0], g.network))
    side = make_room(axes, f, 1.1 * eps)
    axes.locator_params(nbins=3)
    interval = "$I=[{},{}]$".format(*map(about, f.domain[0]))
    axes.set_xlabel(page.say(f"{interval} の点 $x$", f"$x$ in {interval}"))
    sum_of_units = rf"$g(x)=\sum_{{i=1}}^{{{g.units}}}a_i\,\sigma(b_ix+c_i)$"
    words: dict[str, Any] = {"fontsize": 1.1 * page.size.text}
    at: dict[str, Any] = {"transform": axes.transAxes, "ha": side, "va": "top"}
    across = 0.03 if side == "left" else 0.97
    page.note(axes, across, 0.85, sum_of_units, color=page.theme.network, **at, **words)
    own = () if f is examples.nielsen else (with_formula(f.expression, 1),)
    name_f(page, axes, g, side, *own, "$f(x)$", **words)
    _bracket(page, axes, g)
    finding = rf"$\forall x\in I\ \ |f(x)-g(x)|<\varepsilon={as_given(eps)}$"
    page.headline(finding + page.say("（証明済み）", "  (proved)"))


def _bracket(page: Page, axes: Axes, g: Approximation) -> None:
    """Mark ε above and below f, beside its last point."""
    start, stop = g.target.domain[0]
    x = stop + 0.015 * (stop - start)
    level = float(g.target(stop))
    for end in (level + g.eps, level - g.eps):
        way: dict[str, Any] = {"arrowstyle": "<|-|>,head_width=0.2,head_length=0.4"}
        page.arrow(axes, (x, level), (x, end), linewidth=page.size.thin, **way)
        # A small ε leaves room for one letter.
        if end < level and g.eps < 0.08 * np.ptp(axes.get_ylim()):
            return
        words: dict[str, Any] = {"fontsize": page.size.headline, "va": "center"}
        page.note(axes, x + 0.012 * (stop - start), (level + end) / 2, r"$\varepsilon$", **words)
