"""The proof of the lecture: steps, rectangles, sums of rectangles, any continuous function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from uat import examples
from uat.construct.staircase.rectangle import rectangle as build_rectangle
from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.core.network import Network
from uat.lecture.networks import check_room, staircase_within
from uat.lecture.registry import figure
from uat.plotting.curves import (
    breakpoints,
    draw_error,
    draw_fit,
    draw_rectangles,
    make_room,
    samples,
    with_formula,
)
from uat.plotting.language import Pair
from uat.plotting.numbers import as_given

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page
    from uat.theorem.approximation import Approximation


STEP_1 = Pair("証明ステップ1", "Proof, step 1")
STEP_3 = Pair("証明ステップ3.", "Proof, step 3")


@figure(
    "step-steepness",
    slide=STEP_1,
    title=Pair("ステップ1：急な傾き", "Step 1: steepness"),
    caption=Pair(
        "傾き b を大きくすると σ(bx) はステップ関数に近づく。ただし σ(0) = 1/2 なので、x = 0 での値は"
        "いつも 1/2 である（スライドの b は 99…9 という大きな数）。",
        "As the slope b grows, σ(bx) tends to a step. At x = 0 its value stays 1/2, "
        "since σ(0) = 1/2. (The b of the slide stands for a large 99…9.)",
    ),
    alternative=Pair(
        "b = 1、5、20、10¹⁰⁰ の σ(bx) を重ねたグラフ。b が大きいほど急で、すべて点 (0, 1/2) を通る。",
        "Graphs of σ(bx) for b = 1, 5, 20 and 10¹⁰⁰ on top of each other, steeper as "
        "b grows, all through the point (0, 1/2).",
    ),
    formula=r"\sigma(bx)=\dfrac{1}{1+e^{-bx}}",
    code="""
        slopes = 1, 5, 20, 1e100
        steps = [uat.Network.from_units([1], [b], [0], uat.logistic) for b in slopes]
    """,
)
def step_steepness(page: Page) -> None:
    """Draw σ(bx) at four slopes, named at their curves."""
    axes = page.figure.subplots()
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    *gentle, _, steep = page.theme.shades
    for (slope, text, at), shade in zip(SLOPES, (*gentle, steep), strict=True):
        network = step(0.0, logistic, slope)
        x = samples((-1.5, 1.5), network)
        steepest = slope == 1e100
        line = page.size.hero if steepest else page.size.line
        pen = page.pen("unit", color=shade, linewidth=line)
        axes.plot(x, network.as_function()(x), **pen)
        size = (1.5 if steepest else 1.2) * page.size.text
        page.note(axes, *at, f"$b={text}$", color=shade, fontsize=size, va="center")
    axes.plot([0], [0.5], **page.dot("data"))
    axes.set(xlim=(-1.5, 1.5), ylim=(-0.06, 1.1), xticks=[-1, 0, 1], yticks=[0, 0.5, 1])
    axes.set(yticklabels=["0", "1/2", "1"], xlabel="$x$")
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    page.note(axes, 0.07, 0.45, r"$\sigma(0)=1/2$", **words)
    rises = page.say(r"傾き $b$ が大きいほど $\sigma(bx)$ はステップに近い",
                     r"The larger $b$, the more $\sigma(bx)$ is a step")  # fmt: skip
    page.headline(rises)


SLOPES: Final[tuple[tuple[float, str, tuple[float, float]], ...]] = (
    (1.0, "1", (1.1, 0.67)),
    (5.0, "5", (0.42, 0.82)),
    (20.0, "20", (0.17, 0.93)),
    (1e100, "10^{100}", (-0.56, 0.93)),
)
"""Slopes, how they are written, and the places of their names."""


@figure(
    "step-place",
    slide=STEP_1,
    title=Pair("ステップ1：狙った点 t", "Step 1: at the point t"),
    caption=Pair(
        "σ(bx + c) は x = −c/b で切り替わる。狙った点 t で切り替えるには c = −bt とする。b を負にすると向きが逆になる（下）。x = t での値は "
        "1/2 である。（スライドは t = c/b、x = t での値を 0 としているが、b = 10¹⁰⁰、c = 2 × 10¹⁰⁰ なら t = −2 である。）",
        "σ(bx + c) switches at x = −c/b, so c = −bt puts the switch at the point t. A negative b "
        "reverses the step (bottom). At x = t the value is 1/2. (The slide has t = c/b and the "
        "value 0 at x = t; but b = 10¹⁰⁰ and c = 2 × 10¹⁰⁰ give t = −2.)",
    ),
    alternative=Pair(
        "上：−2、0、1 に淡い縦線（移す前のステップの位置）、右向きの矢印、t = 2 で 0 から 1 へ上がる太いステップ。下：同じ t で 1 から 0 へ下がるステップ。",
        "Top: pale risers at −2, 0 and 1, an arrow to the right, and a bold step that rises from "
        "0 to 1 at t = 2. Bottom: a step that falls from 1 to 0 at the same t.",
    ),
    formula=r"\sigma(bx+c)=\sigma(b(x-t)),\quad c=-bt,\quad t=-\dfrac{c}{b}",
    code="""
        b, t = 1e100, 2
        step = uat.Network.from_units([1], [b], [-b * t], uat.logistic)
    """,
    wide=True,
)
def step_place(page: Page) -> None:
    """Draw a step on its way to the point t, and below it the falling one."""
    slope, t = 1e100, 2.0
    rising, falling = panels = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for place in (-2.0, 0.0, 1.0):
        # The risers alone: with their tops, steps and the bold one would close into boxes.
        rising.plot([place, place], [0, 1], **page.pen("unit", linewidth=page.size.line, alpha=0.4))
    page.arrow(rising, (-1.85, 0.5), (t - 0.12, 0.5), color=page.theme.unit)
    for axes, descending in ((rising, False), (falling, True)):
        bold = step(t, logistic, slope, descending=descending)
        _step(page, axes, bold, linewidth=page.size.hero)
        axes.axvline(t, **page.pen("guide", zorder=2))
        axes.axhline(0, **page.pen("zero"))
        axes.set(xlim=(-4, 4), ylim=(-0.08, 1.2), yticks=[0, 0.5, 1])
        axes.set(yticklabels=["0", "1/2", "1"], xticks=[-2, 0, 1, t])
    falling.set(xlabel="$x$")
    words: dict[str, Any] = {"color": page.theme.unit, "va": "center"}
    large: dict[str, Any] = words | {"fontsize": page.size.headline}
    page.note(rising, t + 0.25, 0.72, "$c=-bt$", **large)
    page.note(rising, t - 0.1, 1.1, "$t$", ha="right", va="center", fontsize=page.size.headline)
    page.note(rising, -3.8, 0.78, r"$\sigma(bx+c)$,  $b>0$", fontsize=page.size.text, **words)
    page.note(falling, t + 0.25, 0.72, "$c=-bt$", **large)
    page.note(falling, -3.8, 0.6, r"$\sigma(bx+c)$,  $b<0$", fontsize=page.size.text, **words)
    panels[0].tick_params(labelbottom=False)
    page.headline(page.say("切り替わる点を $t$ に合わせる", "The switch goes where we want it"))


def _step(page: Page, axes: Axes, network: Network, **changes: Any) -> None:
    x = samples((-4.0, 4.0), network)
    axes.plot(x, network.as_function()(x), **page.pen("unit", **changes))
    t = breakpoints(network)
    axes.plot(t, network.as_function()(t), **page.dot("unit"))


@figure(
    "rectangle",
    slide=Pair("証明ステップ2. 矩形関数の作り方", "Proof, step 2: how to make a rectangle"),
    title=Pair("ステップ2：矩形関数", "Step 2: a rectangle"),
    caption=Pair(
        "s で上がるステップと t で下がるステップの和は、外で 1、中で 2 になる。b = 0 のユニットで 1 を引くと矩形関数になる。"
        "二つのステップの差 σ(b(x − s)) − σ(b(x − t)) も同じ矩形関数である。（スライドは二つのステップの和だけを挙げている。）",
        "A step up at s and a step down at t add up to 1 outside and 2 inside. A unit with b = 0 "
        "subtracts 1, which leaves the rectangle. The difference of two steps, σ(b(x − s)) − "
        "σ(b(x − t)), is the same rectangle. (The slide has the sum of the two steps only.)",
    ),
    alternative=Pair(
        "上から、s で上がるステップ、t で下がるステップ、その和（細い線、外で 1、中で 2）。−1 の矢印で 1 だけ下がると、s と t の間で 1、外で 0 の矩形関数になる。",
        "From above: a step up at s, a step down at t, and their sum (thin), 1 outside and 2 "
        "inside. Arrows −1 lower it to a rectangle, 1 between s and t and 0 outside.",
    ),
    formula=r"g(x)=\sigma(b(x-s))+\sigma(-b(x-t))-1",
    code="""
        b, s, t = 1e100, -1, 1
        g = uat.Network.from_units([1, 1, -1], [b, -b, 0], [-b * s, b * t, 128], uat.logistic)
    """,
)
def rectangle(page: Page) -> None:
    """Draw two steps, their sum, and the rectangle that is left when 1 is subtracted."""
    s, t = -1.0, 1.0
    network = build_rectangle(s, t, logistic, 1e100, form="constant unit")
    x = samples((-2.5, 2.5), network)
    panels = page.figure.subplots(3, 1, sharex=True, height_ratios=(1.3, 1.3, 2.5))
    panels = dict(zip(("up", "down", "sum"), panels, strict=True))
    units, say = _units(network), page.say
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    names = {"up": r"$\sigma(b(x-s))$", "down": r"$+\ \sigma(-b(x-t))$"}
    for step_shown, (name, formula) in enumerate(names.items(), 1):
        panels[name].set(ylim=(-0.15, 1.25), yticks=[0, 1])
        with page.reveal(step_shown, panels[name]):
            panels[name].plot(x, units[name].as_function()(x), **page.pen("unit"))
            page.note(panels[name], 1.06, 0.5, formula, color=page.theme.unit, **words)
    total = panels["sum"]
    with page.reveal(3, total):
        steps = units["up"].as_function()(x) + units["down"].as_function()(x)
        total.plot(x, steps, **page.pen("unit", linewidth=page.size.thin))
        added = say("和は外で 1、中で 2", "sum: 1 outside, 2 inside")
        page.note(total, 1.06, 1.6, added, color=page.theme.unit, **words)
    with page.reveal(4):
        total.plot(x, network.as_function()(x), **page.pen("network", linewidth=page.size.hero))
        total.fill_between(x, network.as_function()(x), **page.fill("network", alpha=0.15))
        _subtract_one(page, total)
    for axes in panels.values():
        axes.axhline(0, **page.pen("zero"))
        for switch in (s, t):
            axes.axvline(switch, **page.pen("zero"))
        axes.set(xlim=(-2.5, 2.5), xticks=[s, t], xticklabels=["$s$", "$t$"])
        axes.spines["bottom"].set_visible(False)
    total.set(ylim=(-0.15, 2.3), yticks=[0, 1, 2])
    total.tick_params(axis="x", labelsize=page.size.text)
    page.headline(say("二つのステップから矩形関数", "Two steps make a rectangle"))


def _subtract_one(page: Page, axes: Axes) -> None:
    """Draw arrows that lower the sum of the steps by 1, and name what is left."""
    say, theme = page.say, page.theme
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    for place, top, bottom in ((0.0, 2.0, 1.0), (-1.75, 1.0, 0.0), (1.75, 1.0, 0.0)):
        page.arrow(axes, (place, top - 0.08), (place, bottom + 0.1), color=theme.constant)
        page.note(axes, place + 0.05, bottom + 0.5, "$-1$", color=theme.constant, **words)
    constant = say("$-1$：$b=0$ のユニット", "$-1$: the unit with $b=0$")
    page.note(axes, -2.45, 1.6, constant, color=theme.constant, **words)
    inside: dict[str, Any] = words | {"fontsize": page.size.headline, "ha": "center"}
    page.note(axes, 0.0, 0.42, say("矩形関数", "rectangle"), color=theme.network, **inside)


def _units(network: Network) -> dict[str, Network]:
    """Return each unit of a rectangle as a network of its own, by its purpose."""
    names = {1.0: "up", -1.0: "down", 0.0: "constant"}
    rows = zip(network.output_weights, network.slopes, network.biases, strict=True)
    return {
        names[float(np.sign(a * b))]: Network.from_units([a], [b], [c], network.activation)
        for a, b, c in rows
    }


@figure(
    "rectangle-sum",
    slide=STEP_3,
    title=Pair("ステップ3：矩形関数の和", "Step 3: sums of rectangles"),
    caption=Pair(
        "x² + sin x を [−1, π] で矩形関数の和にする。ε を小さくすると矩形が増え、誤差は小さくなり、いつも ε より小さいことが証明されている。"
        "（この構成は講義のための証明で、Cybenko が 1989 年に与えた証明は構成的ではない。）",
        "x² + sin x on [−1, π] as a sum of rectangles. A smaller ε takes more of them, and the "
        "error shrinks with it: it is proved to be below ε. (This construction is the classroom "
        "proof; the one that Cybenko gave in 1989 is not constructive.)",
    ),
    alternative=Pair(
        "ε = 3、1、0.3 の三列。上は f、幅 ε の帯、矩形の和 g。下は誤差 |f − g| と ε の線。ε が小さいほど矩形は細く多い。",
        "Three columns for ε = 3, 1 and 0.3. Top: f, its band of half-width ε, and the sum of "
        "rectangles g. Bottom: the error |f − g| below the line ε. The smaller ε, the "
        "narrower and more numerous the rectangles.",
    ),
    formula=(
        r"g(x)=\sum_{k}h_k\,(\sigma(b(x-t_k))-\sigma(b(x-t_{k+1}))),\quad|f(x)-g(x)|<\varepsilon"
    ),
    code="""
        from uat.lecture.networks import staircase_within
        g = staircase_within(uat.examples.slides, 1, "rectangles")
    """,
    wide=True,
    own=Pair(
        "{f} を {domain} で矩形関数の和にする。ε を {eps} まで小さくすると矩形が増え、誤差は小さくなり、いつも ε より小さいことが証明されている。",
        "{f} on {domain} as a sum of rectangles, with ε down to {eps}. A smaller ε takes more of "
        "them, and the error shrinks with it: it is proved to be below ε.",
    ),
)
def rectangle_sum(page: Page, f: Target = examples.slides, eps: float = 0.3) -> None:
    """Draw f at three ε, the last one given, and the errors on one scale."""
    start, stop = f.domain[0]
    first = float(f"{10 * eps:.1g}")
    check_room(f, eps, _MOST, "the picture")
    panels = page.figure.subplots(2, 3, sharex=True, sharey="row", height_ratios=(3, 1.6))
    for (top, bottom), within in zip(
        panels.T, (first, float(f"{10 * eps / 3:.1g}"), eps), strict=True
    ):
        g = staircase_within(f, within, "rectangles")
        x = samples((start, stop), g.network, 801)
        draw_rectangles(page, top, g)
        draw_fit(page, top, g, x, scale=0.75)
        draw_error(page, bottom, g, x, scale=0.6)
        many = page.say(f"：{g.units} ユニット", f": {g.units} units")
        top.set_title(rf"$\varepsilon={as_given(within)}${many}")
        side = make_room(top, f, 1.1 * first)
        top.locator_params(nbins=5)
        ticks = [0, float(f"{10 * eps / 3:.1g}"), first]
        bottom.set(
            ylim=(0.0, 1.5 * first), yticks=ticks, yticklabels=[f"{tick:g}" for tick in ticks]
        )
        below = rf"$|f-g|<{as_given(within)}$"
        at = start + 0.024 * (stop - start)
        words: dict[str, Any] = {"va": "bottom", "fontsize": page.size.text}
        page.note(bottom, at, within + 0.04 * first, below, color=page.theme.error, **words)
    _name_the_curves(page, panels[0, 0], f, first, side)
    if f is examples.slides:
        _name_one_rectangle(page, panels[0, 1])
    _magnify(page, panels[0, 2], staircase_within(f, eps, "rectangles"), side)
    page.headline(page.say(r"$\varepsilon$ が小さいほど、矩形は多い",
                           r"A smaller $\varepsilon$ takes more rectangles"))  # fmt: skip


_MOST: Final = 1000
"""Units of the last panel; more are slower, and no longer seen as rectangles."""


def _name_the_curves(
    page: Page, axes: Axes, f: Target, first: float, side: Literal["left", "right"]
) -> None:
    words: dict[str, Any] = {"fontsize": page.size.text}
    start, stop = f.domain[0]
    at: dict[str, Any] = {"transform": axes.transAxes, "ha": side, "va": "top"}
    across = 0.03 if side == "left" else 0.97
    name = "$f(x)=x^2+\\sin x$" if f is examples.slides else with_formula(f.expression, 1)
    page.note(axes, across, 0.97, name, color=page.theme.target, **at, **words)
    if f is not examples.slides:
        page.note(axes, across, 0.86, "$g$", color=page.theme.network, **at, **words)
        return
    x = start + (stop - start) * np.array([0.33, 0.76])
    band = float(f(x[0])) + 1.5 * first
    page.note(axes, x[0], band, r"$f\pm\varepsilon$", color=page.theme.target, **words)
    page.note(axes, x[1], float(f(x[1])) - 0.9 * first, "$g$", color=page.theme.network, **words)


def _magnify(page: Page, axes: Axes, g: Approximation, side: Literal["left", "right"]) -> None:
    """Draw a part of g in its band through a lens, above f on the side that is free."""
    start, stop = g.target.domain[0]
    wide, middle = 0.14 * (stop - start), 0.78 if side == "left" else 0.22
    left = start + middle * (stop - start) - wide / 2
    lens = axes.inset_axes((0.04 if side == "left" else 0.6, 0.5, 0.36, 0.47))
    x = samples((left, left + wide), g.network, 401)
    draw_rectangles(page, lens, g)
    draw_fit(page, lens, g, x, scale=0.75)
    low, high = float(g.target(x).min()), float(g.target(x).max())
    lens.set(xlim=(left, left + wide), ylim=(low - 1.5 * g.eps, high + 1.5 * g.eps))
    lens.set(xticks=[], yticks=[])
    _draw_lens(page, axes, lens)


def _name_one_rectangle(page: Page, axes: Axes) -> None:
    """Darken one rectangle, and write the two units that it is."""
    bar = sorted(axes.patches, key=lambda bar: bar.get_window_extent().height)[-2]
    bar.set_alpha(0.75)
    box = bar.get_extents().transformed(axes.transData.inverted())
    said = page.say("矩形一つに 2 ユニット", "a rectangle: 2 units")
    words: dict[str, Any] = {"color": page.theme.unit, "fontsize": page.size.text}
    page.note(axes, -0.85, 11.9, said, va="center", **words)
    x = box.x0 + box.width / 2
    page.arrow(axes, (x, 11.2), (x, box.y1 + 0.2), color=page.theme.unit, zorder=6)


@figure(
    "universal",
    slide=STEP_3,
    title=Pair("任意の連続関数", "Any continuous function"),
    caption=Pair(
        "どの連続関数にも、誤差が ε（ここでは 0.05）より小さい、隠れ層が一つのネットワークがある。ほとんど至るところ平らでも、"
        "どこでも微分できなくても、振動がどこまでも速くてもよい。下は枠の中の拡大。誤差はどれも 0.05 より小さいと証明されている"
        "（カントール関数と高木関数の証明には、知られている連続率を使う）。",
        "For every continuous function there is a network with one hidden layer whose error is "
        "below ε, here 0.05: flat almost everywhere, nowhere differentiable, or with faster and "
        "faster waves. Below, the frames are magnified. Each error is proved to be below 0.05 "
        "(for Cantor's and Takagi's functions from their known moduli of continuity).",
    ),
    alternative=Pair(
        "上の段に三つの関数、カントール関数、高木関数、x sin(1/x)。下の段は枠の中の拡大で、階段 g が帯の中に収まっている。",
        "Top row, three functions: Cantor's, Takagi's and x sin(1/x). Below, a part of each "
        "magnified, in its band, in which a staircase g stays.",
    ),
    formula=(
        r"\forall f\ \forall\varepsilon>0\ \exists\,n,a,b,c\quad"
        r"\sup_{x\in I}\,|f(x)-\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)|<\varepsilon"
    ),
    code="""
        from uat.lecture.networks import staircase_within
        targets = uat.examples.cantor, uat.examples.takagi, uat.examples.chirp
        networks = [staircase_within(f, 0.05) for f in targets]
    """,
    wide=True,
    fixed="it shows three of the roughest functions",
)
def universal(page: Page) -> None:
    """Draw three rough targets, their networks, and a part of each magnified."""
    say = page.say
    shown = (
        (examples.cantor, say("カントール関数", "Cantor's function"),
         say("ほとんど至るところ平ら", "flat almost everywhere"), (0.62, 0.8)),
        (examples.takagi, say("高木関数", "Takagi's function"),
         say("どこでも微分できない", "nowhere differentiable"), (0.1, 0.25)),
        (examples.chirp, r"$x\,\sin(1/x)$",
         say("振動がどこまでも速くなる", "faster and faster waves"), (0.08, 0.26)),
    )  # fmt: skip
    panels = page.figure.subplots(2, 3, height_ratios=(4, 5))
    for (above, below), (target, name, kind, lens) in zip(panels.T, shown, strict=True):
        g = staircase_within(target, 0.05)
        start, stop = target.domain[0]
        x = samples((start, stop), many=3001)
        above.plot(x, target(x), **page.pen("target", linewidth=0.5 * page.size.line))
        many = say(f"{g.units} ユニット", f"{g.units} units")
        above.set_title(f"{name}{say('：', ': ')}{many}\n{kind}", linespacing=1.3)
        above.set(ylim=(-0.3, 1.1), xlim=(start, stop), xticks=[start, stop], yticks=[0, 1])
        draw_fit(page, below, g, samples(lens, g.network, 3001), scale=0.9)
        y = target(np.linspace(*lens, 400))
        middle = (y.min() + y.max()) / 2
        below.set(xlim=lens, ylim=(middle - _LENS, middle + _LENS), xticks=lens, yticks=[])
        _draw_lens(page, above, below)
    _name_in_the_lens(page, panels[1, 0])
    page.headline(say("どの連続関数も、$\\varepsilon=0.05$ 未満の誤差で近似できる",
                      "$\\varepsilon=0.05$: $g$ follows any continuous function"))  # fmt: skip


def _name_in_the_lens(page: Page, axes: Axes) -> None:
    """Name the band of f and g beside Cantor's function, where it is flat."""
    low, _ = axes.get_ylim()
    words: dict[str, Any] = {"fontsize": page.size.text, "ha": "center"}
    page.note(axes, 0.665, low + 0.24, r"$f\pm\varepsilon$", color=page.theme.target, **words)
    page.note(axes, 0.72, low + 0.1, "$g$", color=page.theme.network, **words)


_LENS: Final = 0.23
"""Half the height of the part that is magnified."""


def _draw_lens(page: Page, above: Axes, below: Axes) -> None:
    """Mark in the panel above what the one below shows."""
    from matplotlib.patches import Rectangle

    (left, right), (low, high) = below.get_xlim(), below.get_ylim()
    frame: dict[str, Any] = {"facecolor": "none", "edgecolor": page.theme.ink}
    place = (left, low), right - left, high - low
    above.add_patch(Rectangle(*place, linewidth=page.size.thin, zorder=6, **frame))
    below.spines[["top", "right"]].set_visible(True)
