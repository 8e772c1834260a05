"""Two ways from simple functions to complex ones: composition and weighted sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.expression.graph import in_order
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

_LINES = (parse("2*x - 1"), parse("-1.5*x + 1"))


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
        "x² + x、sin、exp はどれも単純な非線形関数である。一つの値を次の関数へ渡していく合成 exp(sin(x² + x)) は複雑になる（黒い点は x = 1）。",
        "Each of x² + x, sin and exp is a simple nonlinear function. Handing the value of one to "
        "the next composes them to exp(sin(x² + x)), which is not simple (the dot: x = 1).",
    ),
    alternative=Pair(
        "上の段に、作用する順に放物線、サイン曲線、指数関数。x = 1 の値が 2、0.909、2.48 と受け渡される。下の段に合成した関数。"
        "e と 1/e の間を何度も往復し、端へ行くほど速く振動する。",
        "Above, in the order in which they act, a parabola, a sine curve and an exponential; the "
        "value of x = 1 is handed on as 2, 0.909 and 2.48. Below, their composition on [−5, 5], "
        "which swings between e and 1/e, faster and faster towards both ends.",
    ),
    formula=r"h(x)=\exp(\sin(x^2+x))",
    code="""
        from uat.expression.parse import parse
        exp, sin, parabola = parse("exp(x)"), parse("sin(x)"), parse("x**2 + x")
        h = exp.compose(sin.compose(parabola))
    """,
    fixed="its h is the composition that it takes apart",
)
def compose_exp_sin(page: Page) -> None:
    """Draw three functions in the order in which they act, one x on its way, and their composition."""
    h, start = examples.exp_sin, 1.0
    panels = page.figure.subplot_mosaic(
        [["0", "to 1", "1", "to 2", "2"], ["h"] * 5],
        width_ratios=(4, 1.3, 4, 1.3, 4),
        height_ratios=(4, 5),
    )
    value = start
    for number, (function, shown) in enumerate(zip(COMPOSED[::-1], _SHOWN, strict=True)):
        axes = panels[str(number)]
        with page.reveal(number + 1, axes):
            axes.plot(x := samples(shown.across), function(x), **page.pen("unit"))
            axes.set(xlim=shown.across, ylim=shown.up, xticks=shown.xticks, yticks=shown.yticks)
            axes.set_title(f"${shown.name}$", color=page.theme.unit)
            before, value = value, function(value)
            page.follow(axes, before, value, foot=shown.up[0])
            if number < 2:
                following = panels[str(number + 1)], _SHOWN[number + 1]
                _pass_on(page, axes, panels[f"to {number + 1}"], (before, value), *following)
    with page.reveal(4, panels["h"]):
        _draw_composed(page, panels["h"], h, start)
        _bring_down(page, panels["2"], panels["h"], (before, value), start)
    finding = page.say("単純な関数も、合成すると複雑になる",
                       "Simple functions, composed, are not simple any more")  # fmt: skip
    page.headline(finding)


def _draw_composed(page: Page, below: Axes, h: Target, start: float) -> None:
    """Draw the composition between its limits e and 1/e, with the value at one x."""
    x, value = samples(h.domain[0], many=8001), float(h(start))
    below.plot(x, h(x), **page.pen("target"))
    for level in (np.exp(-1), np.exp(1)):
        below.axhline(level, **page.pen("guide"))
    page.follow(below, start, value)
    below.set(xlim=(-5, 5), ylim=(0, 3.7), xticks=[-5, 0, start, 5], xlabel="$x$")
    heights = [np.exp(-1), 1, np.exp(1)]
    below.set_yticks(heights, [r"$1/e$", "$1$", "$e$"])
    below.tick_params(axis="y", labelsize=page.size.text)
    below.set_title(r"$h(x)=\exp(\sin(x^2+x))$", color=page.theme.target)


@dataclass(frozen=True)
class _Panel:
    """The panel of one of the functions that are composed: its name and its limits."""

    name: str
    across: tuple[float, float]
    up: tuple[float, float]
    xticks: tuple[float, ...]
    yticks: tuple[float, ...]


_SHOWN = (
    _Panel("x^2+x", (-2.5, 2.5), (-1.0, 6.0), (-2, 0, 1), (0, 2, 4)),
    _Panel(r"\sin u", (-2.5, 2.5), (-1.3, 1.3), (-2, 0, 2), (-1, 0, 1)),
    _Panel(r"\exp v", (-1.5, 1.5), (0.0, 4.0), (-1, 0, 1), (1, 2, 3)),
)
"""The functions in the order in which they act."""


def _pass_on(
    page: Page, axes: Axes, between: Axes, dot: tuple[float, float], following: Axes, next_: _Panel
) -> None:
    """Draw the way of a value: level from its dot, down to the next axis, and along it to its place."""
    _, value = dot
    between.set(xlim=(0, 1), ylim=(0, 1))
    between.set_axis_off()
    # Panels and the gaps between them are equally high.
    low, high = axes.get_ylim()
    level = (value - low) / (high - low)
    _join(page, (dot, axes.transData), ((_BEND, level), between.transData))
    _join(page, ((_BEND, level), between.transData), ((_BEND, 0.0), between.transData))
    end = value, next_.up[0]
    _join(page, ((_BEND, 0.0), between.transData), (end, following.transData), zorder=7)
    text = f"${about(value)}$"
    words: dict[str, Any] = {"ha": "right", "va": "bottom", "fontsize": 1.2 * page.size.text}
    between.text(_BEND, level + 0.04, text, **words)


_BEND: Final = 0.42
"""Where in the gap between two panels the way of a value turns down."""


def _bring_down(
    page: Page, above: Axes, below: Axes, dot: tuple[float, float], start: float
) -> None:
    """Draw the way of the last value: to the edge of the page, down, and over all hills to its dot."""
    value, edge = dot[1], above.get_xlim()[1]
    right = below.get_xlim()[1]
    _join(page, (dot, above.transData), ((edge, value), above.transData))
    over = float(np.exp(1)) + 0.45
    _join(page, ((edge, value), above.transData), ((right, over), below.transData))
    _join(page, ((right, over), below.transData), ((start, over), below.transData))
    page.arrow(below, (start, over), (start, value + 0.12), zorder=6)
    words: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 1.2 * page.size.text}
    page.note(above, 0.97, -0.48, f"${about(value)}$", transform=above.transAxes, **words)


def _join(page: Page, start: Any, end: Any, **changes: Any) -> None:
    """Draw a line from a point to another one, each with the coordinates that it is in."""
    from matplotlib.patches import ConnectionPatch

    pen: dict[str, Any] = {"color": page.theme.ink, "linewidth": 0.6 * page.size.line, "zorder": 6}
    way = ConnectionPatch(start[0], end[0], start[1], end[1], **(pen | changes))
    way.set_in_layout(False)
    page.figure.add_artist(way)


@figure(
    "linear-collapse",
    slide=COMPLEXITY,
    title=Pair("線形の合成は線形", "Lines compose to a line"),
    caption=Pair(
        "直線 ax + b をいくつ合成しても直線のままである（上）。間に非線形関数をはさむと、もう直線ではない（下）。だから間には非線形な関数が要る。",
        "However many lines ax + b are composed, the result is a line (top). With a nonlinear "
        "function between them it no longer is (bottom): something nonlinear must come between lines.",
    ),
    alternative=Pair(
        "二つの行。上は直線、矢印、直線、等号、合成した直線 −3x + 1。下は直線、矢印、sin、矢印、直線、等号、波打つ曲線。",
        "Two rows. Top: a line, an arrow, a line, equals, the line −3x + 1. Bottom: a line, an "
        "arrow, a sine curve, an arrow, a line, equals, a wavy curve.",
    ),
    formula=r"a_1(a_2(a_3(\cdots a_nx+b_n\cdots)+b_3)+b_2)+b_1=ax+b",
    code="""
        from uat.expression.parse import parse
        f1, f2 = parse("2*x - 1"), parse("-1.5*x + 1")
        line, wave = f1.compose(f2), f1.compose(parse("sin(x)").compose(f2))
    """,
    wide=True,
)
def linear_collapse(page: Page) -> None:
    """Draw two lines and their composition as a row, and the same with a sine between them."""
    say, (one, two), sine = page.say, _LINES, parse("sin(x)")
    straight, wavy = chained(one, two), chained(one, sine, two)
    rows = (
        ((two, "f_2", "unit"), None, (one, "f_1", "unit"), (straight, "f_1(f_2(x))", "target")),
        ((two, "f_2", "unit"), (sine, r"\sin", "unit"), (one, "f_1", "unit"),
         (wavy, r"f_1(\sin f_2(x))", "target")),
    )  # fmt: skip
    said = (say("やはり直線", "still a line"), say("もう直線ではない", "no longer a line"))
    grid = page.figure.add_gridspec(2, 7, width_ratios=(4, 1, 4, 1, 4, 1, 4 * _WIDE))
    for row, (parts, finding) in enumerate(zip(rows, said, strict=True)):
        for place, part in enumerate(parts):
            if part is None:
                continue
            axes = page.figure.add_subplot(grid[row, 2 * place])
            _draw_glyph(page, axes, *part)
            if place < len(parts) - 1:
                # With nothing between two lines, one arrow is as long as three.
                end = 2 * place + (2 if parts[place + 1] else 4)
                between = page.figure.add_subplot(grid[row, 2 * place + 1 : end])
                _draw_flow(page, between, equal=place == len(parts) - 2)
        large: dict[str, Any] = {"fontsize": page.size.headline, "fontweight": "bold"}
        axes.set_xlabel(finding, color=page.theme.target, **large)
    page.headline(
        say("直線の間に、非線形な関数が要る", "Something nonlinear must come between lines")
    )


_WIDE: Final = 1.6
"""Width of the composition's panel against those of its parts."""


def _draw_flow(page: Page, axes: Axes, *, equal: bool = False) -> None:
    """Draw the arrow from one function to the next, or the equals sign before their composition."""
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    if equal:
        axes.text(0.5, 0.5, "$=$", ha="center", va="center", fontsize=1.5 * page.size.headline)
    else:
        page.arrow(axes, (0, 0.5), (1, 0.5), mutation_scale=6 * page.size.line)


def _draw_glyph(page: Page, axes: Axes, chain: Expression, name: str, meaning: str) -> None:
    """Draw a graph as a small picture without numbers, and its formula above it."""
    x = samples((-3 * _WIDE, 3 * _WIDE))
    line = page.size.hero if meaning == "target" else page.size.line
    axes.axhline(0, **page.pen("zero"))
    axes.axvline(0, **page.pen("zero"))
    axes.plot(x, chain(x), **page.pen(meaning, linewidth=line))
    # The last panel is wider; a unit is as long in all.
    side = 3 * _WIDE if meaning == "target" else 3
    axes.set(xlim=(-side, side), ylim=(-4, 4), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    colour = getattr(page.theme, meaning)
    straight = np.ptp(np.diff(chain(x), 2)) < 1e-12
    formula = f"{name}\\!:" + _line(chain) if straight and meaning == "unit" else name
    formula = f"{name}={_line(chain)}" if straight and meaning == "target" else formula
    axes.set_title(f"${formula}$", color=colour, loc="center")


def _line(whole: Expression) -> str:
    """Write the composition of lines as ax + b."""
    intercept = whole(0.0)
    sign = "+" if intercept >= 0 else "-"
    return rf"{about(whole(1.0) - intercept)}\,x{sign}{about(abs(intercept))}"


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
    """Draw the functions that are summed, each in the colour that it keeps in the sum."""
    x = samples(examples.three_sines.domain[0])
    panels = page.figure.subplots(3, 1, sharex=True)
    rows = zip(panels, BASIS, page.theme.terms, strict=True)
    for number, (axes, function, colour) in enumerate(rows, 1):
        axes.axhline(0, **page.pen("zero"))
        axes.plot(x, function(x), **page.pen("unit", color=colour))
        axes.set_title(f"$f_{number}(x)={formula(function)}$", color=colour)
        axes.set(xlim=(-10, 10), xticks=range(-10, 11, 5), ylim=(-1.15, 1.15), yticks=[-1, 0, 1])
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="x", length=0)
    panels[-1].set_xlabel("$x$")
    page.headline(page.say("一つひとつは単純な波", "Each is a simple wave"))


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
    fixed="its sum is of the waves that it draws",
)
def sum_trig(page: Page) -> None:
    """Draw a weighted sum over its terms, and add them up at one x with arrows."""
    f, cut = examples.three_sines, 3.35
    parts = [weight * function for weight, function in zip(WEIGHTS, BASIS, strict=True)]
    x, axes = samples(f.domain[0]), page.figure.subplots()
    axes.axhline(0, **page.pen("zero"))
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    heights = [float(part(cut)) for part in parts]
    for part, name, colour in zip(parts, ("3f_1", "-2f_2", "f_3"), page.theme.terms, strict=True):
        axes.plot(x, part(x), **page.pen("unit", color=colour, linewidth=0.6 * page.size.line))
        # Two of them end close together.
        end = float(part(10.0)) + (0.35 if name == "f_3" else 0.0)
        axes.text(10.25, end, f"${name}$", color=colour, **words)
    with page.reveal(2):
        page.stack(axes, cut, heights, page.theme.terms)
        axes.plot(cut, f(cut), **page.dot("data"))
        _write_addition(page, axes, (7.6, 5.4), (*heights, float(f(cut))))
    with page.reveal(3):
        axes.plot(x, f(x), **page.pen("target", linewidth=1.6 * page.size.line))
        axes.text(10.25, f(10.0), "$f$", color=page.theme.target, **words)
    axes.set(xlim=f.domain[0], xticks=range(-10, 11, 5), ylim=(-5.6, 6.0), xlabel="$x$")
    axes.set_yticks([-5, 0, 5])
    page.headline(page.say("足すと、どの波よりも複雑", "Added up, they are not simple any more"))


def _write_addition(
    page: Page, axes: Axes, at: tuple[float, float], numbers: Sequence[float]
) -> None:
    """Write terms below each other, each in its colour, and below a rule their sum."""
    (x, y), step = at, 0.85
    words: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 1.1 * page.size.text}
    colours = (*page.theme.terms, page.theme.target)
    for row, (number, colour) in enumerate(zip(numbers, colours, strict=True)):
        text = f"{number:+.2f}" if 0 < row < len(numbers) - 1 else f"{number:.2f}"
        page.note(axes, x, y - step * row, f"${text}$", color=colour, **words)
    rule = y - step * (len(numbers) - 1.5)
    axes.plot([x - 1.7, x + 0.1], [rule] * 2, **page.pen("derivative", linewidth=page.size.thin))


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
        "[−10, 10] 上の五つの細い波と、その和の太い曲線。右に a、b、c の表。",
        "Five thin waves on [−10, 10] and their sum as a thick curve. On the right a table of a, b "
        "and c.",
    ),
    formula=r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
    code="""
        f = uat.examples.sine_sum_a
        y = f(np.linspace(-10, 10, 5))
    """,
    wide=True,
    fixed="its f is the sum of the terms below it",
)
def sine_sum_a(page: Page) -> None:
    """Draw the first sum of five sines."""
    _draw_sines(page, examples.sine_sum_a)
    page.headline(page.say("15 個の数が、この曲線を決める", "Fifteen numbers make this curve"))


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
        "[−10, 10] 上の五つの細い波と、その和の太い曲線。右に a、b、c の表。",
        "Five thin waves on [−10, 10] and their sum as a thick curve. On the right a table of a, b "
        "and c.",
    ),
    formula=r"f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)",
    code="""
        f = uat.examples.sine_sum_b
        y = f(np.linspace(-10, 10, 5))
    """,
    wide=True,
    fixed="its f is the sum of the terms below it",
)
def sine_sum_b(page: Page) -> None:
    """Draw the second sum of five sines."""
    _draw_sines(page, examples.sine_sum_b)
    page.headline(page.say("別の 15 個なら、別の曲線になる", "Fifteen others make another"))


def _draw_sines(page: Page, f: Target) -> None:
    """Draw a sum of sines over its terms, on axes and with a table that both samples share."""
    assert f.expression is not None
    parts = terms(f.expression)
    axes, table = page.figure.subplots(1, 2, width_ratios=(2.8, 1))
    x = samples(f.domain[0])
    axes.axhline(0, **page.pen("zero"))
    largest = _largest(parts)
    for i, part in enumerate(parts):
        thick = page.size.line if i == largest else page.size.thin
        axes.plot(x, part(x), **page.pen("unit", linewidth=thick))
    axes.plot(x, f(x), **page.pen("target", linewidth=1.6 * page.size.line))
    axes.set(xlim=f.domain[0], xticks=range(-10, 11, 5), ylim=(-2.4, 2.8), yticks=[-2, 0, 2])
    axes.set_xlabel("$x$")
    _write_parameters(page, table, parts)
    axes.set_title(r"$f(x)=\sum_{i=1}^{5}a_i\,\sin(b_ix+c_i)$", color=page.theme.target)


def _write_parameters(page: Page, axes: Axes, parts: Sequence[Expression]) -> None:
    """Write a, b and c of each term of a sum of sines in columns, with two decimals."""
    axes.set(xlim=(0, 3), ylim=(-5.6, 1.0))
    axes.set_axis_off()
    words: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": page.size.text}
    rows = [[f"{name}_i" for name in "abc"], *map(_parameters, parts)]
    largest = _largest(parts) + 1
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            colour = page.theme.unit if row else page.theme.ink
            # The term that is drawn thicker is written thicker.
            shown = rf"\mathbf{{{cell}}}" if row == largest else cell
            axes.text(column + 1, -row, f"${shown}$", color=colour, **words)


def _largest(parts: Sequence[Expression]) -> int:
    """Return the number of the term of the largest factor, which is drawn thicker."""
    return int(np.argmax([abs(_numbers(part)[0]) for part in parts]))


def _parameters(part: Expression) -> list[str]:
    """Return a, b and c of a sin(bx + c), as the slide prints them."""
    return [f"{number:.2f}" for number in _numbers(part)]


def _numbers(part: Expression) -> list[float]:
    """Return a, b and c of a sin(bx + c)."""
    return [node.data[0] for node in in_order(part) if node.operation == "constant"]
