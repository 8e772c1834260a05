"""Any sigmoidal function will do; how fast it reaches its limits decides how steep units must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.core.activations import (
    Activation,
    cauchy_cdf,
    gompertz,
    logistic,
    ramp,
)
from uat.expression.arrays import Array
from uat.lecture.figures.statement import swinging
from uat.lecture.networks import SLACK, once
from uat.lecture.registry import figure
from uat.plotting.curves import draw_band, make_room, samples
from uat.plotting.language import Pair
from uat.plotting.numbers import about, as_given
from uat.theorem.approximate import approximate
from uat.theorem.approximation import Approximation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page

ANY_SIGMA = Pair("σ は選ばない", "Any sigmoidal function will do")

_EPS: Final = 0.05

_NAMES = {
    "logistic": Pair("シグモイド関数", "sigmoid"),
    "cauchy_cdf": Pair("逆正接", "arctangent"),
    "gompertz": Pair("ゴンペルツ関数", "Gompertz"),
    "ramp": Pair("ランプ関数", "ramp"),
    "swinging": Pair("波打つ σ", "swinging"),
}


@once
def within(sigma: Activation, eps: float, f: Target = examples.nielsen) -> Approximation:
    """Return a network of σ-units that is seen to be within ε of Nielsen's function, or of f."""
    method = "polygon" if sigma is ramp else "comb"
    g = approximate(f, eps=SLACK * eps, activation=sigma, method=method)
    assert g.certificate is not None
    return Approximation(g.targets, eps, g.network, (g.certificate,), method, ())


@figure(
    "any-sigma",
    slide=ANY_SIGMA,
    title=Pair("どの σ でも", "Any sigmoidal σ"),
    caption=Pair(
        "同じ f（青）を、五つのシグモイド型の σ（上）で近似する。ユニットの形が違っても、できあがる g（ユニット数と同じ色）はどれも ε = 0.05 の帯の中にあることが証明されている。"
        "右端の σ は単調でなく、0 と 1 の外へも出る。",
        "The same f (blue) with five sigmoidal σ (top). The units differ, but each g (coloured like "
        "its number of units) is proved to lie in the band of ε = 0.05. The last σ is not monotone "
        "and leaves [0, 1] on both sides.",
    ),
    alternative=Pair(
        "上に形の違う五つの σ のグラフ。下の大きな図に f とその帯、帯の中の五つの g。五つの g はほとんど同じに見える。",
        "Top, the graphs of five different σ. Below, in one large panel, f with its band and the "
        "five g inside it, which look almost the same.",
    ),
    formula=(
        r"\forall\sigma\ \mathrm{sigmoidal}\ \ \exists\,n,a,b,c\quad"
        r"\sup_{x\in I}\,|f(x)-\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)|<\varepsilon"
    ),
    code="""
        from uat.lecture.figures.any_sigma import within
        networks = [within(sigma, 0.05) for sigma in (uat.logistic, uat.ramp)]
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上、青）を、五つのシグモイド型の σ（上）で近似する。ユニットの形が違っても、できあがる g（ユニット数と同じ色）はどれも ε = {eps} の帯の中にあることが証明されている。",
        "{f} on {domain} (blue) with five sigmoidal σ (top). The units differ, but each g (coloured "
        "like its number of units) is proved to lie in the band of ε = {eps}.",
    ),
)
def any_sigma(page: Page, f: Target = examples.nielsen, eps: float = _EPS) -> None:
    """Draw five sigmoidal functions, and below them a network of each over the same target."""
    kinds = (logistic, cauchy_cdf, gompertz, ramp, swinging())
    say, u = page.say, samples((-8.0, 8.0))
    grid = page.figure.add_gridspec(2, len(kinds), height_ratios=(2, 3))
    below = page.figure.add_subplot(grid[1, :])
    draw_band(page, below, f, eps, samples(f.domain[0], many=1001))
    for column, (sigma, colour) in enumerate(zip(kinds, page.theme.depths, strict=True)):
        above = page.figure.add_subplot(grid[0, column])
        for level in (0, 1):
            above.axhline(level, **page.pen("guide"))
        above.plot(u, sigma(u), **page.pen("unit", linewidth=page.size.hero))
        above.set(xlim=(-8, 8), ylim=(-1.2, 2.2), xticks=[], yticks=[0, 1] if column == 0 else [])
        above.spines[["bottom", "left"]].set_visible(False)
        above.tick_params(axis="y", length=0)
        name = say(*_NAMES[sigma.name])
        above.set_title(name, loc="center", color=page.theme.unit)
        g = within(sigma, eps, f)
        x = samples(f.domain[0], g.network, 1001)
        pen = page.pen("network", color=colour, linewidth=0.4 * page.size.line)
        below.plot(x, g(x), **pen)
        many = say(f"{g.units} ユニット", f"{g.units} units")
        above.set_xlabel(many, color=colour)
    _name_band(page, below, f, eps)
    bound = f"{as_given(eps)}"
    page.headline(say(f"五つの $\\sigma$、同じ曲線：誤差はどれも {bound} 未満",
                      f"Five $\\sigma$, one curve: every error below {bound}"))  # fmt: skip


def _name_band(page: Page, axes: Axes, f: Target, eps: float) -> None:
    """Name f with its band, and the five g: at their curves, or of a reader's f where there is room."""
    band, five = r"$f\pm\varepsilon$", page.say("五つの $g$", "five $g$")
    colours: tuple[dict[str, Any], ...] = tuple(
        {"color": colour, "fontsize": page.size.text}
        for colour in (page.theme.target, page.theme.network)
    )
    if f is examples.nielsen:
        values = f(samples(f.domain[0]))
        axes.set_ylim(values.min() - 2 * eps, values.max() + 2 * eps)
        page.note(axes, 0.61, 0.54, band, ha="center", **colours[0])
        page.note(axes, 0.865, 0.42, five, ha="left", **colours[1])
    else:
        side = make_room(axes, f, 2 * eps)
        at: dict[str, Any] = {"transform": axes.transAxes, "ha": side, "va": "top"}
        places = (0.02, 0.12) if side == "left" else (0.86, 0.98)
        for x, words, colour in zip(places, (band, five), colours, strict=True):
            page.note(axes, x, 0.98, words, **at, **colour)
    axes.set_xticks(f.domain[0])
    axes.locator_params(axis="y", nbins=3)


def tail(sigma: Activation, u: Array) -> Array:
    """Return the larger of the distances of σ(−u) and σ(u) from the limits 0 and 1, for u > 0."""
    return np.asarray(np.maximum(np.abs(sigma(-u)), np.abs(1.0 - sigma(u))))


def close_from(sigma: Activation, distance: float) -> float:
    """Return the u from which a monotone σ is within `distance` of its limits, on both sides."""
    low, high = 1e-3, 1e6
    # Each step halves the interval of log u.
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if tail(sigma, np.array(middle)) > distance else (low, middle)
    return high


_CLOSE: Final = 1e-3

# σ from light to heavy tails, and where its name begins: u, distance
_TAILS = (
    (ramp, 0.58, 1.2e-5),
    (logistic, 12.8, 1.2e-5),
    (cauchy_cdf, 1500.0, 5.5e-4),
)


@figure(
    "sigmoid-tails",
    slide=ANY_SIGMA,
    title=Pair("裾の速さ", "How fast the tails fall"),
    caption=Pair(
        "σ(±u) が極限 0、1 からどれだけ離れているか（両対数）。極限に 1/1000 まで近づくのは、シグモイド関数なら u = 6.91、逆正接なら u = 318.3 から先である。"
        "裾が重い σ でも近似はできるが、同じだけ鋭いステップを作るには、その分だけ（318.3/6.91 = 46 倍）大きな傾き b が要る。",
        "How far σ(±u) is from its limits 0 and 1, on logarithmic axes. The sigmoid is within "
        "1/1000 of them from u = 6.91 on, the arctangent from u = 318.3. A σ with heavy tails approximates "
        "as well, but for an equally sharp step its slope b must be 318.3/6.91 = 46 times as large.",
    ),
    alternative=Pair(
        "両対数のグラフに右下がりの曲線が三本。ランプ関数とシグモイド関数は急に落ち、逆正接はゆるやかな直線になる。水平な破線 1/1000 の上に、シグモイド関数が届く u = 6.91 から逆正接が届く 318.3 まで、傾き 46 倍の矢印。右上の小さな図に、同じ傾きの二つのステップ。シグモイド関数はすぐ 0 と 1 に着き、逆正接は離れたままである。",
        "Three falling curves on logarithmic axes. Ramp and sigmoid drop steeply, the arctangent "
        "becomes a gentle straight line. On the dashed level 1/1000 "
        "an arrow spans from the sigmoid, at u = 6.91, to the arctangent, at 318.3: a slope 46 times "
        "as large. In an inset two steps of equal slope: the sigmoid soon reaches 0 and 1, the "
        "arctangent stays away.",
    ),
    formula=r"\tau(u)=\max(|\sigma(-u)|,\ |1-\sigma(u)|)\to 0\quad(u\to\infty)",
    code="""
        from uat.lecture.figures.any_sigma import close_from
        u = [close_from(sigma, 1e-3) for sigma in (uat.logistic, uat.cauchy_cdf)]
    """,
)
def sigmoid_tails(page: Page) -> None:
    """Draw the distances of three σ from their limits, and where they are within 1/1000."""
    say, axes = page.say, page.figure.subplots()
    # The tail of the ramp ends at 1/2.
    u = np.union1d(np.geomspace(0.1, 1e4, 1001), 0.5 - np.geomspace(1e-9, 0.1, 200))
    axes.axhline(_CLOSE, **page.pen("guide"))
    for (sigma, x, y), shade in zip(_TAILS, page.theme.shades[::2], strict=True):
        distance = tail(sigma, u)
        seen = distance > 1e-9
        axes.plot(u[seen], distance[seen], **page.pen("unit", color=shade))
        words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
        page.note(axes, x, y, say(*_NAMES[sigma.name]), color=shade, **words)
    axes.set(xscale="log", yscale="log", xlim=(0.1, 1e4), ylim=(5e-6, 1))
    axes.set_xticks([0.1, 1, 10, 100, 1000, 1e4], ["0.1", "1", "10", "100", "1,000", "10,000"])
    axes.set_yticks([1, 1e-3], ["1", "1/1000"])
    axes.minorticks_off()
    axes.set_xlabel("$u$")
    axes.set_title(say(r"極限までの距離 $\max(|\sigma(-u)|,\,|1-\sigma(u)|)$",
                       r"distance from the limits, $\max(|\sigma(-u)|,\,|1-\sigma(u)|)$"))  # fmt: skip
    _span(page, axes, close_from(logistic, _CLOSE), close_from(cauchy_cdf, _CLOSE))
    _two_steps(page, axes)
    page.headline(say("裾の重い $\\sigma$ ほど、大きな傾きが要る",
                      "Sharp steps: heavier tails need larger slopes"))  # fmt: skip


def _two_steps(page: Page, axes: Axes) -> None:
    """Draw in an inset a step of a light tail, and of the same slope one of a heavy tail."""
    inset = axes.inset_axes((0.57, 0.66, 0.43, 0.36))
    u, shades = samples((-_SEEN, _SEEN)), page.theme.shades
    for level in (0, 1):
        inset.axhline(level, **page.pen("guide"))
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    for sigma, shade, y in ((logistic, shades[2], 0.8), (cauchy_cdf, shades[-1], 0.2)):
        inset.plot(u, sigma(u), **page.pen("unit", color=shade))
        side, name = ("right", -1.2) if sigma is logistic else ("left", 1.4)
        page.note(inset, name, y, page.say(*_NAMES[sigma.name]), color=shade, ha=side, **words)
    inset.set(xlim=(-_SEEN, _SEEN), ylim=(-0.06, 1.06), xticks=[], yticks=[0, 1])
    inset.spines["bottom"].set_visible(False)
    inset.set_xlabel(page.say("同じ傾き $b$", "equal slopes $b$"))


_SEEN: Final = 14.0
"""Half the width of the inset: larger ones show more of the tails, and steeper steps."""


def _span(page: Page, axes: Axes, least: float, most: float) -> None:
    """Mark where two tails are within 1/1000, with how much larger the slope b of one has to be."""
    words: dict[str, Any] = {"fontsize": page.size.text}
    for u, place in ((least, {"ha": "right", "va": "top"}), (most, {"ha": "left", "va": "bottom"})):
        axes.plot([u], [_CLOSE], **page.dot("data"))
        right = place["ha"] == "left"
        x, y = (1.1 * u, 1.15 * _CLOSE) if right else (0.9 * u, 0.85 * _CLOSE)
        page.note(axes, x, y, f"${_digits(u)}$", **words, **place)
    page.arrow(axes, (1.1 * least, _CLOSE), (0.9 * most, _CLOSE), linewidth=page.size.line)
    middle, ratio = float(np.sqrt(1.5 * least * most)), round(most / least)
    words |= {"ha": "center", "va": "center"}
    slope = page.say(rf"傾き $\times {ratio}$", rf"slope $\times {ratio}$")
    page.note(axes, middle, 0.33 * _CLOSE, slope, **words | {"fontsize": 1.2 * page.size.headline})
    why = rf"$={_digits(most)}\,/\,{_digits(least)}$"
    page.note(axes, middle, 0.09 * _CLOSE, why, **words)


def _digits(u: float) -> str:
    """Write a place with so many digits that the ratio of two is right to a whole number."""
    return about(u, 3 if u < 100 else 4)
