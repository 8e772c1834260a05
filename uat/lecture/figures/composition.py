"""Two ways from simple functions to complex ones: composition and weighted sums."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from uat import examples
from uat.expression.parse import parse
from uat.lecture.registry import figure
from uat.plotting.curves import formula, samples
from uat.plotting.language import Pair
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.expression.graph import Expression
    from uat.plotting.page import Page

COMPLEXITY = Pair("複雑さを生み出す方法", "How complexity is made")
OTHER_PARAMETERS = Pair(
    "パラメータを変えることによって幅広い表現が得られる確認", "Other parameters, other functions"
)

COMPOSED = (parse("exp(x)"), parse("sin(x)"), parse("x**2 + x"))
"""The functions that the lecture composes, the last applied first."""

BASIS = (parse("sin(0.5*x)"), parse("cos(0.8*x)"), parse("sin(0.75*x)"))
"""The functions that the lecture sums."""

WEIGHTS = (3, -2, 1)

_LINES = (parse("2*x - 1"), parse("-1.5*x + 1"), parse("0.5*x - 1"))


def chained(*functions: Expression) -> Expression:
    """Compose functions of one variable; the last is applied first."""
    return reduce(lambda outer, inner: outer.compose(inner), functions)


def terms(whole: Expression) -> tuple[Expression, ...]:
    """Return the terms of a sum."""
    if whole.operation != "add":
        return (whole,)
    return tuple(term for part in whole.arguments for term in terms(part))


@figure(
    "compose-exp-sin",
    slide=COMPLEXITY,
    title=Pair("合成", "Composition"),
    caption=Pair(
        "exp、sin、x² + x はどれも単純な非線形関数である。合成した exp(sin(x² + x)) は複雑になる。",
        "Each of exp, sin and x² + x is a simple nonlinear function. Their composition "
        "exp(sin(x² + x)) is not simple.",
    ),
    alternative=Pair(
        "上の段に [−5, 5] 上の指数関数、サイン曲線、放物線。下の段に合成した関数。e と 1/e の間を何度も往復し、端へ行くほど速く振動する。",
        "Above, an exponential, a sine curve and a parabola on [−5, 5]. Below, their composition, "
        "which swings between e and 1/e, faster and faster towards both ends.",
    ),
    formula=r"h(x)=\exp(\sin(x^2+x))",
    code="""
        from uat.expression.parse import parse
        exp, sin, parabola = parse("exp(x)"), parse("sin(x)"), parse("x**2 + x")
        h = exp.compose(sin.compose(parabola))
    """,
)
def compose_exp_sin(page: Page) -> None:
    """Draw three functions and their composition."""
    h = examples.exp_sin
    x = samples(h.domain[0], many=8001)
    panels = page.figure.subplot_mosaic([["0", "1", "2"], ["h"] * 3], height_ratios=(3, 4))
    names = (r"\exp x", r"\sin x", "x^2+x")
    heights = ((0, 50, 100, 150), (-1, 0, 1), (0, 10, 20, 30))
    for axes, function, name, height in zip(
        panels.values(), COMPOSED, names, heights, strict=False
    ):
        axes.plot(x, function(x), **page.pen("unit"))
        axes.set_title(f"${name}$", color=page.theme.unit)
        axes.set(yticks=height)
    panels["h"].plot(x, h(x), **page.pen("target"))
    panels["h"].set_title(r"$h(x)=\exp(\sin(x^2+x))$", color=page.theme.target)
    panels["h"].set(ylim=(0, 2.9), yticks=[0, 1, 2], xlabel="$x$")
    for axes in panels.values():
        axes.set(xlim=(-5, 5), xticks=[-5, 0, 5])


@figure(
    "linear-collapse",
    slide=COMPLEXITY,
    title=Pair("線形の合成は線形", "Lines compose to a line"),
    caption=Pair(
        "直線 ax + b（左）をいくつ合成しても直線のままである（右上）。間に非線形関数をはさめば、直線ではなくなる（右下）。だから合成する関数は非線形でなくてはならない。",
        "However many lines ax + b (left) are composed, the result is a line (top right). With a "
        "nonlinear function between them it is none (bottom right): what is composed must be "
        "nonlinear.",
    ),
    alternative=Pair(
        "左に三つの一次関数のグラフ。右上に二つ、三つを合成したもので、どちらも直線。右下は同じ一次関数の間に sin をはさんだもので、どちらも波打つ曲線になる。",
        "On the left the graphs of three linear functions. Top right, two and all three of them "
        "composed: lines again. Bottom right, the same with a sine in between: wavy curves.",
    ),
    formula=r"a_1(a_2(a_3(\cdots a_nx+b_n\cdots)+b_3)+b_2)+b_1=ax+b",
    code="""
        from uat.expression.parse import parse
        f1, f2, f3 = parse("2*x - 1"), parse("-1.5*x + 1"), parse("0.5*x - 1")
        line = f1.compose(f2.compose(f3))
    """,
    wide=True,
)
def linear_collapse(page: Page) -> None:
    """Draw three lines, and their compositions without and with a nonlinear function between."""
    sine, say = parse("sin(x)"), page.say
    one, two, three = _LINES
    grid = page.figure.add_gridspec(6, 3, width_ratios=(2, 3, 3))
    for number, line in enumerate(_LINES):
        axes = page.figure.add_subplot(grid[2 * number : 2 * number + 2, 0])
        _draw_chain(page, axes, line, f"f_{number + 1}(x)={_line(line)}", "unit")
        axes.tick_params(labelbottom=number == 2)
    shown = (
        (chained(one, two), "f_1(f_2(x))"),
        (chained(one, two, three), "f_1(f_2(f_3(x)))"),
        (chained(one, sine, two), r"f_1(\sin f_2(x))"),
        (chained(one, sine, two, sine, three), r"f_1(\sin f_2(\sin f_3(x)))"),
    )
    for place, (chain, name) in enumerate(shown):
        below, right = divmod(place, 2)
        axes = page.figure.add_subplot(grid[3 * below : 3 * below + 3, 1 + right])
        _draw_chain(page, axes, chain, name if below else f"{name}={_line(chain)}", "target")
        axes.tick_params(labelbottom=below == 1, labelleft=not right)
        if not right:
            kind = say("間に sin", "sine between") if below else say("直線だけ", "only lines")
            axes.set_ylabel(kind, labelpad=0)


def _line(whole: Expression) -> str:
    """Write the composition of lines as ax + b."""
    intercept = whole(0.0)
    sign = "+" if intercept >= 0 else "-"
    return rf"{about(whole(1.0) - intercept)}\,x{sign}{about(abs(intercept))}"


def _draw_chain(page: Page, axes: Axes, chain: Expression, name: str, meaning: str) -> None:
    x = samples((-5.0, 5.0))
    axes.axhline(0, **page.pen("guide"))
    axes.plot(x, chain(x), **page.pen(meaning))
    axes.set(xlim=(-5, 5), xticks=[-5, 0, 5], ylim=(-6, 6), yticks=[-5, 0, 5])
    axes.set_title(f"${name}$", color=getattr(page.theme, meaning))


@figure(
    "basis-trig",
    slide=COMPLEXITY,
    title=Pair("三つの三角関数", "Three basis functions"),
    caption=Pair(
        "[−10, 10] 上の三つの三角関数。一つひとつは単純な波である。",
        "Three trigonometric functions on [−10, 10]. Each is a simple wave.",
    ),
    alternative=Pair(
        "上から順に sin 0.5x、cos 0.8x、sin 0.75x のグラフ。どれも −1 と 1 の間を規則正しく往復する。",
        "From top to bottom the graphs of sin 0.5x, cos 0.8x and sin 0.75x, each a regular wave "
        "between −1 and 1.",
    ),
    formula=r"f_1(x)=\sin 0.5x,\quad f_2(x)=\cos 0.8x,\quad f_3(x)=\sin 0.75x",
    code="""
        from uat.expression.parse import parse
        f1, f2, f3 = parse("sin(0.5*x)"), parse("cos(0.8*x)"), parse("sin(0.75*x)")
    """,
)
def basis_trig(page: Page) -> None:
    """Draw the functions that are summed."""
    x = samples(examples.three_sines.domain[0])
    panels = page.figure.subplots(3, 1, sharex=True)
    for number, (axes, function) in enumerate(zip(panels, BASIS, strict=True), 1):
        axes.axhline(0, **page.pen("guide"))
        axes.plot(x, function(x), **page.pen("unit"))
        axes.set_title(f"$f_{number}(x)={formula(function)}$", color=page.theme.unit)
        axes.set(xlim=(-10, 10), xticks=range(-10, 11, 5), ylim=(-1.1, 1.1), yticks=[-1, 0, 1])
    panels[-1].set_xlabel("$x$")


@figure(
    "sum-trig",
    slide=COMPLEXITY,
    title=Pair("重み付き和", "Weighted sum"),
    caption=Pair(
        "三つの三角関数の重み付き和 f = 3f₁ − 2f₂ + f₃（太線）は、もとの波（細線）のどれよりも複雑な形になる。",
        "The weighted sum f = 3f₁ − 2f₂ + f₃ (thick) has a more complex shape than any of the "
        "waves in it (thin).",
    ),
    alternative=Pair(
        "[−10, 10] 上の三つの細い波 3 sin 0.5x、−2 cos 0.8x、sin 0.75x と、その和の太い曲線。和は高さの違う山と谷をもつ。",
        "Three thin waves on [−10, 10], 3 sin 0.5x, −2 cos 0.8x and sin 0.75x, and their sum as "
        "a thick curve with hills and valleys of different heights.",
    ),
    formula=r"f(x)=3f_1(x)-2f_2(x)+f_3(x)",
    code="""
        from uat.expression.parse import parse
        f1, f2, f3 = parse("sin(0.5*x)"), parse("cos(0.8*x)"), parse("sin(0.75*x)")
        f = 3 * f1 - 2 * f2 + f3
    """,
)
def sum_trig(page: Page) -> None:
    """Draw a weighted sum over its terms."""
    f = examples.three_sines
    parts = [weight * function for weight, function in zip(WEIGHTS, BASIS, strict=True)]
    names = ("3f_1(x)", "-2f_2(x)", "f_3(x)", "f(x)=3f_1(x)-2f_2(x)+f_3(x)")
    _draw_sum(page, f, parts, names)


def _draw_sum(page: Page, f: Target, parts: Sequence[Expression], names: Sequence[str]) -> None:
    x = samples(f.domain[0])
    axes = page.figure.subplots()
    for part, shade in zip(parts, page.theme.shades, strict=False):
        axes.plot(x, part(x), **page.pen("unit", color=shade, linewidth=page.size.line))
    axes.plot(x, f(x), **page.pen("target", linewidth=2 * page.size.line))
    axes.set(xlim=f.domain[0], xticks=range(-10, 11, 5))
    axes.locator_params(axis="y", integer=True)
    axes.set_xlabel("$x$")
    labels = [f"${name}$" for name in names]
    page.figure.legend(
        axes.lines, labels, loc="outside upper left", ncols=2, fontsize=page.size.text
    )
    axes.axhline(0, **page.pen("guide"))


@figure(
    "sine-sum-a",
    slide=OTHER_PARAMETERS,
    title=Pair("パラメータの例 A", "Parameter sample A"),
    caption=Pair(
        "五つのサインの和（太線）と各項（細線）。パラメータはスライドの一組目である。スライドの図はこのパラメータのグラフと一致していなかった。",
        "A sum of five sines (thick) and its terms (thin), with the first parameters of the "
        "slides. The picture on the slide did not match them.",
    ),
    alternative=Pair(
        "[−10, 10] 上の五つの細い波と、その和の太い曲線。和は周期の違う山と谷を繰り返す。",
        "Five thin waves on [−10, 10] and their sum as a thick curve.",
    ),
    formula=r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
    code="""
        f = uat.examples.sine_sum_a
        y = f(np.linspace(-10, 10, 5))
    """,
)
def sine_sum_a(page: Page) -> None:
    """Draw the first sum of five sines."""
    _draw_sines(page, examples.sine_sum_a)


@figure(
    "sine-sum-b",
    slide=OTHER_PARAMETERS,
    title=Pair("パラメータの例 B", "Parameter sample B"),
    caption=Pair(
        "同じモデルで、パラメータをスライドの二組目に変えたもの。まったく違う関数になる。スライドの図はこのパラメータのグラフと一致していなかった。",
        "The same model with the second parameters of the slides: quite another function. The "
        "picture on the slide did not match them.",
    ),
    alternative=Pair(
        "[−10, 10] 上の五つの細い波と、その和の太い曲線。",
        "Five thin waves on [−10, 10] and their sum as a thick curve.",
    ),
    formula=r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
    code="""
        f = uat.examples.sine_sum_b
        y = f(np.linspace(-10, 10, 5))
    """,
)
def sine_sum_b(page: Page) -> None:
    """Draw the second sum of five sines."""
    _draw_sines(page, examples.sine_sum_b)


def _draw_sines(page: Page, f: Target) -> None:
    assert f.expression is not None
    parts = terms(f.expression)
    names = [*map(formula, parts), r"f(x)=\sum\,a_i\,\sin(b_ix+c_i)"]
    _draw_sum(page, f, parts, names)
