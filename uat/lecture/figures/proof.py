"""The proof of the lecture: steps, rectangles, sums of rectangles, any continuous function.

Last comes the proof of an error bound, cell by cell, of any network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.construct.staircase.rectangle import rectangle as build_rectangle
from uat.construct.staircase.step import step
from uat.core.activations import logistic
from uat.core.network import Network
from uat.lecture.drawing.animations import GROWING_SLOPE, SHRINKING_EPS
from uat.lecture.networks import even_soft_units, even_steps
from uat.lecture.registry import figure
from uat.plotting.cells import draw_cells
from uat.plotting.curves import (
    breakpoints,
    draw_error,
    draw_fit,
    draw_rectangles,
    proved,
    samples,
)
from uat.plotting.language import Pair
from uat.plotting.numbers import as_given
from uat.proof.certify import certify
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page


STEP_1 = Pair("証明ステップ1", "Proof, step 1")
STEP_3 = Pair("証明ステップ3.", "Proof, step 3")


@figure(
    "step-steepness",
    slide=STEP_1,
    title=Pair("ステップ1：急な傾き", "Step 1: steepness"),
    caption=Pair(
        "傾き b を大きくすると σ(bx) は階段に近づく。ただし σ(0) = 1/2 なので、x = 0 での値は"
        "いつも 1/2 である（スライドの b は 99…9 という大きな数）。",
        "As the slope b grows, σ(bx) tends to a step. At x = 0 its value stays 1/2, "
        "since σ(0) = 1/2. (The b of the slide stands for a large 99…9.)",
    ),
    alternative=Pair(
        "b = 1、5、20、100、10¹⁰⁰ の σ(bx) を重ねたグラフ。b が大きいほど急で、すべて点 (0, 1/2) を通る。",
        "Graphs of σ(bx) for b = 1, 5, 20, 100 and 10¹⁰⁰ on top of each other, steeper as "
        "b grows, all through the point (0, 1/2).",
    ),
    formula=r"\sigma(bx)=\dfrac{1}{1+e^{-bx}}",
    code="""
        slopes = 1, 5, 20, 100, 1e100
        steps = [uat.Network.from_units([1], [b], [0], uat.logistic) for b in slopes]
    """,
    animation=GROWING_SLOPE,
)
def step_steepness(page: Page) -> None:
    """Draw σ(bx) at five slopes."""
    axes = page.figure.subplots()
    slopes = {1.0: "1", 5.0: "5", 20.0: "20", 100.0: "100", 1e100: "10^{100}"}
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    for (slope, text), shade in zip(slopes.items(), page.theme.shades, strict=True):
        network = step(0.0, logistic, slope)
        x = samples((-1.5, 1.5), network)
        y = network.as_function()(x)
        axes.plot(x, y, **page.pen("unit", color=shade, label=f"$b={text}$"))
    axes.plot([0], [0.5], **page.dot("derivative"))
    axes.set(xlim=(-1.5, 1.5), ylim=(-0.06, 1.06), xticks=[-1, 0, 1], yticks=[0, 0.5, 1])
    axes.set(yticklabels=["0", r"$\frac{1}{2}$", "1"], xlabel="$x$")
    axes.set_title(r"$\sigma(bx)$", color=page.theme.unit)
    words: dict[str, Any] = {"fontsize": page.size.text}
    page.note(axes, -0.06, 0.53, r"$\sigma(0)=\frac{1}{2}$", ha="right", bbox=None, **words)
    # The steepest first, as the curves lie above each other on the right.
    handles, names = axes.get_legend_handles_labels()
    words |= {"loc": "center right", "bbox_to_anchor": (1.0, 0.36), "labelspacing": 0.35}
    axes.legend(handles[::-1], names[::-1], **words)


@figure(
    "step-place",
    slide=STEP_1,
    title=Pair("ステップ1：狙った点 t", "Step 1: at the point t"),
    caption=Pair(
        "σ(bx + c) は x = −c/b で切り替わる。狙った点 t で切り替えるには c = −bt とする。b を負にすると向きが逆になる。x = t での値は "
        "1/2 である。（スライドは t = c/b、x = t での値を 0 としているが、b = 10¹⁰⁰、c = 2 × 10¹⁰⁰ なら t = −2 である。）",
        "σ(bx + c) switches at x = −c/b, so c = −bt puts the switch at the point t. A negative b "
        "reverses the step. At x = t the value is 1/2. (The slide has t = c/b and the value 0 at "
        "x = t; but b = 10¹⁰⁰ and c = 2 × 10¹⁰⁰ give t = −2.)",
    ),
    alternative=Pair(
        "左：b > 0 の階段が二つ。c = −2 × 10¹⁰⁰ なら 2 で、c = 2 × 10¹⁰⁰ なら −2 で 0 から 1 へ上がる。"
        "右：b < 0 で t = 2 の階段は 1 から 0 へ下がる。",
        "Left: two steps with b > 0, rising from 0 to 1 at 2 for c = −2 × 10¹⁰⁰ and at −2 for "
        "c = 2 × 10¹⁰⁰. Right: with b < 0 the step at t = 2 falls from 1 to 0.",
    ),
    formula=r"\sigma(bx+c)=\sigma(b(x-t)),\quad c=-bt,\quad t=-\dfrac{c}{b}",
    code="""
        b, t = 1e100, 2
        step = uat.Network.from_units([1], [b], [-b * t], uat.logistic)
    """,
    wide=True,
)
def step_place(page: Page) -> None:
    """Draw steps at chosen points, rising and falling."""
    slope = 1e100
    rising, falling = panels = page.figure.subplots(1, 2, sharey=True)
    _step(page, rising, step(-2.0, logistic, slope), color=page.theme.shades[1])
    _step(page, rising, step(2.0, logistic, slope))
    _step(page, falling, step(2.0, logistic, slope, descending=True))
    words = {"fontsize": page.size.text, "color": page.theme.unit, "linespacing": 1.5}
    minus, plus = (
        f"$c={sign}2\\times 10^{{100}}$\n$t=-c/b={t}$" for sign, t in (("", "-2"), ("-", "2"))
    )
    page.note(rising, -1.8, 0.72, minus, va="center", **words)
    page.note(rising, 1.8, 0.28, plus, va="center", ha="right", **words)
    page.note(
        falling, 1.8, 0.5, "$c=2\\times 10^{100}$\n$t=-c/b=2$", va="center", ha="right", **words
    )
    for axes in panels:
        axes.set(xlim=(-4, 4), ylim=(-0.06, 1.08), xticks=[-2, 0, 2], yticks=[0, 0.5, 1])
        axes.set(yticklabels=["0", r"$\frac{1}{2}$", "1"], xlabel="$x$")
    rising.set_title(r"$\sigma(bx+c)$,  $b=10^{100}>0$")
    falling.set_title(r"$\sigma(bx+c)$,  $b=-10^{100}<0$")


def _step(page: Page, axes: Axes, network: Network, **changes: Any) -> None:
    x = samples((-4.0, 4.0), network)
    axes.plot(x, network.as_function()(x), **page.pen("unit", **changes))
    t = breakpoints(network)
    axes.plot(t, network.as_function()(t), **page.dot("unit", **changes))


@figure(
    "rectangle",
    slide=Pair("証明ステップ2. 矩形関数の作り方", "Proof, step 2: how to make a rectangle"),
    title=Pair("ステップ2：矩形関数", "Step 2: a rectangle"),
    caption=Pair(
        "s で上がる階段と t で下がる階段の和は、外で 1、中で 2 になる。b = 0 のユニットで 1 を引くと矩形関数になる。"
        "二つの階段の差 σ(b(x − s)) − σ(b(x − t)) も同じ矩形である。（スライドは二つの階段の和だけを挙げている。）",
        "A step up at s and a step down at t add up to 1 outside and 2 inside. A unit with b = 0 "
        "subtracts 1, which leaves the rectangle. The difference of two steps, σ(b(x − s)) − "
        "σ(b(x − t)), is the same rectangle. (The slide has the sum of the two steps only.)",
    ),
    alternative=Pair(
        "左に三つのユニット：s で上がる階段、t で下がる階段、定数 −1。右にその和：s と t の間で 1、外で 0 の矩形。定数を足す前の和は破線で、外で 1、中で 2。",
        "Left, three units: a step up at s, a step down at t, the constant −1. Right, their "
        "sum: a rectangle, 1 between s and t and 0 outside; dashed, the sum without the "
        "constant, 1 outside and 2 inside.",
    ),
    formula=r"g(x)=\sigma(b(x-s))+\sigma(-b(x-t))-1",
    code="""
        b, s, t = 1e100, -1, 1
        g = uat.Network.from_units([1, 1, -1], [b, -b, 0], [-b * s, b * t, 128], uat.logistic)
    """,
)
def rectangle(page: Page) -> None:
    """Draw three units and their sum."""
    s, t = -1.0, 1.0
    network = build_rectangle(s, t, logistic, 1e100, form="constant unit")
    x = samples((-2.5, 2.5), network)
    panels = page.figure.subplot_mosaic(
        [["up", "sum"], ["down", "sum"], ["constant", "sum"]], width_ratios=(2, 3), sharex=True
    )
    units = _units(network)
    for name, unit in units.items():
        pen = page.pen("constant" if name == "constant" else "unit")
        panels[name].plot(x, unit.as_function()(x), **pen)
    total = panels["sum"]
    steps = units["up"].as_function()(x) + units["down"].as_function()(x)
    total.plot(x, steps, **page.pen("unit", linestyle=(0, (3.0, 1.6))))
    total.plot(x, network.as_function()(x), **page.pen("network"))
    total.fill_between(x, network.as_function()(x), **page.fill("network", alpha=0.15))
    words = {"va": "center", "fontsize": page.size.text, "color": page.theme.constant}
    for place, top, bottom in ((0.0, 2.0, 1.0), (-1.75, 1.0, 0.0), (1.75, 1.0, 0.0)):
        page.arrow(total, (place, top - 0.08), (place, bottom + 0.08), color=page.theme.constant)
        page.note(total, place + 0.08, bottom + 0.5, "−1", **words)
    for axes in panels.values():
        axes.axhline(0, **page.pen("guide"))
        axes.set(xlim=(-2.5, 2.5), ylim=(-0.25, 1.3), yticks=[0, 1], xticks=[s, t])
        axes.set_xticklabels(["$s$", "$t$"])
    panels["constant"].set(ylim=(-1.3, 0.25), yticks=[-1, 0])
    total.set(ylim=(-0.15, 2.3), yticks=[0, 1, 2])
    _name_the_units(page, panels)


def _name_the_units(page: Page, panels: dict[str, Axes]) -> None:
    say, theme = page.say, page.theme
    panels["up"].set_title(r"$\sigma(b(x-s))$", color=theme.unit)
    panels["down"].set_title(r"$+\ \sigma(-b(x-t))$", color=theme.unit)
    constant = say(r"$-\ 1$（$b=0$ のユニット）", r"$-\ 1$ (the unit with $b=0$)")
    panels["constant"].set_title(constant, color=theme.constant)
    words = {"ha": "center", "va": "center", "fontsize": page.size.text, "bbox": None}
    total = panels["sum"]
    total.set_title(r"$=\ \sigma(b(x-s))+\sigma(-b(x-t))-1$", color=theme.network)
    page.note(
        total, 0.0, 2.16, say("二つの階段の和", "sum of the two steps"), color=theme.unit, **words
    )
    page.note(total, 0.0, 0.5, say("矩形関数", "rectangle"), color=theme.network, **words)


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
        "x² + sin x を [−1, π] で矩形関数の和にする。ε を小さくすると矩形が増え、誤差はいつも ε より小さい。証明された誤差の上界を図に示す。"
        "（この構成は講義のための証明で、Cybenko が 1989 年に与えた証明は構成的ではない。）",
        "x² + sin x on [−1, π] as a sum of rectangles. A smaller ε takes more of them, and the "
        "error stays below ε: each panel names its proved bound. (This construction is the "
        "classroom proof; the one that Cybenko gave in 1989 is not constructive.)",
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
        g = uat.approximate(lambda x: x**2 + np.sin(x), (-1, np.pi), eps=1, method="rectangles")
        print(g)
    """,
    wide=True,
    animation=SHRINKING_EPS,
)
def rectangle_sum(page: Page) -> None:
    """Draw the slides' example at three ε."""
    panels = page.figure.subplots(2, 3, sharex=True, height_ratios=(3, 1))
    for (top, bottom), eps in zip(panels.T, (3.0, 1.0, 0.3), strict=True):
        g = approximate(examples.slides, eps=eps, method="rectangles")
        start, stop = g.target.domain[0]
        x = samples((start, stop), g.network, 801)
        draw_rectangles(page, top, g)
        draw_fit(page, top, g, x, scale=0.75, band=False)
        draw_error(page, bottom, g, x, scale=0.6)
        many = page.say(f"：ユニット {g.units} 個", f": {g.units} units")
        top.set_title(rf"$\varepsilon={as_given(eps)}${many}")
        bound = page.say("証明済み ", "proved: ") + rf"$|f-g|\leq {proved(g)}$"
        bottom.set_title(bound, color=page.theme.error)
        top.set(ylim=(-3.5, 13.2), yticks=[0, 5, 10], xticks=[-1, 0, 1, 2, 3])
    for axes in panels[0, 1:]:
        axes.tick_params(labelleft=False)
    _name_the_curves(page, panels[0, 0])


def _name_the_curves(page: Page, axes: Axes) -> None:
    words = {"fontsize": page.size.text, "bbox": None}
    for x, y, name, meaning in (
        (-0.85, 9.5, "$f(x)=x^2+\\sin x$", "target"),
        (0.5, 5.9, r"$f\pm\varepsilon$", "target"),
        (2.4, 8.2, "$g$", "network"),
    ):
        page.note(axes, x, y, name, color=getattr(page.theme, meaning), **words)


@figure(
    "universal",
    slide=STEP_3,
    title=Pair("任意の連続関数", "Any continuous function"),
    caption=Pair(
        "どの連続関数にも、誤差が ε（ここでは 0.05）より小さい、隠れ層が一つのネットワークがある。折れ目があっても、傾きが無限でも、ほとんど至るところ平らでも、"
        "どこでも微分できなくてもよい。図の下は証明された誤差の上界である。カントール関数と高木関数の証明には、知られている連続率を使う。",
        "For every continuous function there is a network with one hidden layer whose error is "
        "below ε, here 0.05: with a kink, an infinite slope, flat almost everywhere, nowhere "
        "differentiable. Below each stands the proved bound of its error. For Cantor's and "
        "Takagi's functions the proof uses their known moduli of continuity.",
    ),
    alternative=Pair(
        "六つの関数とネットワークのグラフ：折れ目、平方根、カントール関数、高木関数、x sin(1/x)、ルンゲの関数。どれもユニットの数と証明された誤差を添える。",
        "Six functions, each with its network: a kink, a square root, Cantor's, Takagi's, "
        "x sin(1/x) and Runge's, with the number of units and the proved error.",
    ),
    formula=(
        r"\forall f\ \forall\varepsilon>0\ \exists\,n,a,b,c\quad"
        r"\sup_{x\in I}\,|f(x)-\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)|<\varepsilon"
    ),
    code="""
        targets = uat.examples.kink, uat.examples.cantor, uat.examples.takagi
        networks = [uat.approximate(f, eps=0.05, method="staircase") for f in targets]
    """,
    wide=True,
)
def universal(page: Page) -> None:
    """Draw six targets, six networks."""
    say = page.say
    shown = (
        (examples.kink, "$|x-1/2|$", 0.6, "upper center"),
        (examples.sqrt_abs, r"$\sqrt{|x|}$", 0.6, "upper center"),
        (examples.cantor, say("カントール関数", "Cantor's function"), 0.5, "upper left"),
        (examples.takagi, say("高木関数", "Takagi's function"), 0.4, "lower center"),
        (examples.chirp, r"$x\,\sin(1/x)$", 0.5, "upper left"),
        (examples.runge, r"$1/(1+25x^2)$", 0.6, "upper left"),
    )
    panels = page.figure.subplots(2, 3).ravel()
    for axes, (target, name, scale, corner) in zip(panels, shown, strict=True):
        g = approximate(target, eps=0.05, method="staircase")
        start, stop = target.domain[0]
        draw_fit(page, axes, g, samples((start, stop), g.network, 1501), scale=scale)
        axes.set_title(name)
        axes.set_xticks([start, stop], [f"{end:.0f}".replace("-", "−") for end in (start, stop)])
        axes.set(yticks=[0, 0.5, 1], yticklabels=["0", "0.5", "1"], ylim=(-0.1, 1.1))
        page.corner(axes, say(f"ユニット {g.units} 個", f"{g.units} units"), corner)
        bound = rf"$|f-g|\leq {proved(g)}$"
        axes.set_xlabel(bound, color=page.theme.error, labelpad=-0.7 * page.size.small)
    panels[4].set_ylim(-0.35, 0.95)
    panels[5].set_ylim(-0.1, 1.3)


@figure(
    "proof-cells",
    slide=Pair("どんなネットワークの誤差も証明できる", "A proof for any network"),
    title=Pair("証明そのもの：セルと上界", "The proof itself: cells and bounds"),
    caption=Pair(
        "どんなネットワーク g にも |f − g| の上界を証明できる。区間をセルに分け、セルのすべての点で成り立つ上界（薄い柱。濃い色は誤差）を求める。最も高い柱が全体の上界で、"
        "柱の高い所ほど細かく分ける。左は傾き 10¹⁰⁰ の 24 段の階段、右は 44 個の滑らかなユニットで、チェビシェフ多項式ならセル一つで足りる。黒い点での誤差も証明済み。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one "
        "for all its points (pale bars; dark, the error), the highest bounds the whole, and high "
        "ones are cut finer. Left, 24 steps of slope 10¹⁰⁰; right, 44 soft units: Chebyshev "
        "polynomials need one cell. The error at the dot is proved too.",
    ),
    alternative=Pair(
        "左右に一つずつネットワークがあり、上は f と g、下は誤差 |f − g| の濃い山とそれを覆う薄い柱。"
        "左の階段は多くの細い柱、右の滑らかなネットワークは一つの広い柱で覆われる。どちらも最も高い柱は ε より低く、点で示す誤差は柱の高さにほぼ等しい。",
        "Two networks side by side: above f and g, below the error |f − g|, dark peaks under the "
        "pale bars that cover it: many narrow bars over the staircase on the left, a single wide "
        "one over the smooth network on the right. Both times the highest bar stays below ε, and "
        "a dot marks an error almost as large.",
    ),
    formula=(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k"
    ),
    code="""
        from uat.lecture.networks import even_soft_units
        g = even_soft_units(uat.examples.nielsen, 44, 14.0)
        certificate = uat.certify(uat.examples.nielsen, g)
    """,
    wide=True,
)
def proof_cells(page: Page) -> None:
    """Draw two certificates of one f: many cells over a staircase, one over a soft network."""
    say, f = page.say, examples.nielsen
    panels = page.figure.subplots(2, 2, sharex="col", height_ratios=(3, 5))
    steep, soft = even_steps(f, 24), even_soft_units(f, 44, 14.0)
    shown = (
        (steep, 0.2, "0.2", "cells", say("急なユニット", "steep units")),
        (soft, 1e-7, "10^{-7}", "chebyshev", say("滑らかなユニット", "soft units")),
    )
    for (top, bottom), (network, eps, written, method, kind) in zip(panels.T, shown, strict=True):
        _draw_both(page, top, f, network)
        units = say(f"{kind} {network.units} 個、", f"{network.units} {kind}, ")
        top.set_title(rf"{units}$\varepsilon={written}$")
        draw_cells(page, bottom, certify(f, network, method=method), eps=eps)
        bottom.set(xticks=[0, 0.5, 1], yticks=[0, eps], yticklabels=["0", "ε"])
    words = {"fontsize": page.size.text, "va": "top"}
    page.note(panels[0, 0], 0.03, 0.97, "$f$", color=page.theme.target, **words)
    page.note(panels[0, 0], 0.1, 0.97, "$g$", color=page.theme.network, **words)


def _draw_both(page: Page, axes: Axes, f: Target, network: Network) -> None:
    """Draw f and g on each other."""
    x = samples(f.domain[0], network)
    axes.plot(x, f(x), **page.pen("target", linewidth=1.2 * page.size.line))
    axes.plot(x, network.as_function()(x), **page.pen("network", linewidth=0.5 * page.size.line))
    axes.set(xlim=f.domain[0], ylim=(0.0, 1.0), yticks=[0, 1])
