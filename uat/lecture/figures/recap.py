"""The basis of the lecture: linear regression, gradient descent, automatic differentiation."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.expression.arrays import Array
from uat.expression.latex import latex
from uat.expression.parse import parse
from uat.lecture.drawing.computation_graph import chain_rule, draw_computation
from uat.lecture.drawing.diagram import Area, Diagram
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.numbers import about
from uat.train.descent import gradient_descent
from uat.train.parameters import Residuals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.expression.graph import Expression
    from uat.plotting.page import Page


@figure(
    "recap-line",
    slide=Pair("「学習」", "Learning"),
    title=Pair("振り返り：線形回帰", "Recap: linear regression"),
    caption=Pair(
        "モデル f(x) = ax + b のパラメータ a、b を、損失 L(a, b)（点から直線までの差を一辺とする正方形の面積の和）が"
        "最小になるように決める。データは乱数で作ったもので、実際の販売数ではない。",
        "The parameters a, b of the model f(x) = ax + b are those with the smallest loss L(a, b), "
        "the total area of the squares whose sides lead from the points to the line. The data are "
        "synthetic, drawn at random.",
    ),
    alternative=Pair(
        "気温とアイスの販売数の散布図と、その間を右上がりに通る直線。各点から直線まで縦の線分が延び、それを一辺とする正方形が描かれている。",
        "A scatter plot of ice creams sold against temperature and a rising straight line among "
        "the points. A vertical segment joins each point to the line and is one side of a square.",
    ),
    formula=r"L(a,b)=\sum_{i=0}^{n-1}(y_i-(ax_i+b))^2",
    code="""
        from uat.lecture.figures.recap import ice_cream
        line = np.polynomial.Polynomial.fit(*ice_cream(), 1)
        intercept, slope = line.convert()
    """,
)
def recap_line(page: Page) -> None:
    """Draw a scatter plot and its least-squares line."""
    temperature, sales = ice_cream()
    (slope, intercept), *_ = np.linalg.lstsq(np.vander(temperature, 2), sales)
    on_line = slope * temperature + intercept
    loss = float(np.sum((sales - on_line) ** 2))
    axes = page.figure.subplots()
    _squares(page, axes, temperature, sales, on_line)
    ends = np.array([17.0, 38.0])
    axes.plot(ends, slope * ends + intercept, **page.pen("network", linewidth=page.size.hero))
    axes.plot(temperature, sales, **page.dot("data"))
    axes.set(xlim=ends, ylim=(0, 380), xticks=range(20, 40, 5), yticks=range(0, 400, 100))
    axes.set_xlabel(page.say("気温（℃）", "Temperature (°C)"))
    axes.set_ylabel(
        page.say("アイスの販売数（個）", "Ice creams sold"), labelpad=page.size.text / 2
    )
    words: dict[str, Any] = {"fontsize": page.size.text}
    named = page.say("モデル ", "model ")
    model = rf"{named}$f(x)=ax+b\approx {about(slope)}\,x-{about(-intercept)}$"
    page.note(axes, 31.3, 283, model, ha="right", color=page.theme.network, **words)
    formula = rf"$L(a,b)=\sum_i\,(y_i-f(x_i))^2\approx {about(loss, 2)}$"
    page.note(axes, 29.2, 90, formula, color=page.theme.error, **words)
    page.headline(
        page.say("正方形の面積の和が最小の直線", "The line with the smallest total area of squares")
    )


_ASPECT = 0.0279
"""Degrees as long as an ice cream is high in the picture, so that the squares are square."""


def _squares(page: Page, axes: Axes, x: Array, y: Array, on_line: Array) -> None:
    """Draw the square of each error, away from the line."""
    axes.set_aspect(_ASPECT)
    axes.plot([x, x], [y, on_line], **page.pen("error", linewidth=0.7 * page.size.line))
    # From a point above the line to its left, from one below to its right.
    sides = _ASPECT * (on_line - y)
    square = page.fill("error", alpha=0.32)
    for left, right, start, end in zip(x, x + sides, y, on_line, strict=True):
        axes.fill_between([left, right], start, end, **square)


def ice_cream() -> tuple[Array, Array]:
    """Make temperatures in °C and the number of ice creams sold, (24,) each."""
    random = np.random.default_rng(0)
    temperature = np.linspace(18.0, 37.0, 24) + random.uniform(-0.3, 0.3, 24)
    sales = 12.0 * temperature - 150.0 + random.normal(0.0, 25.0, 24)
    return temperature, np.rint(sales)


@figure(
    "recap-descent",
    slide=Pair("「勾配降下法」", "Gradient descent"),
    title=Pair("振り返り：勾配降下法", "Recap: gradient descent"),
    caption=Pair(
        "損失 L(x) = x² の傾きと逆の向きへ、傾きに比例した幅 ηL′(x) だけ進むことを繰り返すと、最小の点に近づく。"
        "x = 5 では傾き L′(5) = 10 が正なので、左へ進めば損失が減る。",
        "Steps of length ηL′(x) against the slope of the loss L(x) = x² lead towards the minimum. "
        "At x = 5 the slope L′(5) = 10 is positive, so a step to the left lowers the loss.",
    ),
    alternative=Pair(
        "[−10, 10] 上の放物線 x²。左の腕では x = −9 の接線から水平な矢印が右へ延び、そこから曲線まで下りる。"
        "これを繰り返し、歩幅を縮めながら谷底へ近づく。x = 5 では矢印が左へ延びる。",
        "The parabola x² on [−10, 10]. On the left arm a level arrow goes to the right from the "
        "tangent at x = −9, then down to the curve, and so on with shrinking steps towards the "
        "bottom. At x = 5 an arrow goes to the left.",
    ),
    formula=r"x_{k+1}=x_k-\eta\,\dfrac{dL}{dx}(x_k),\quad L(x)=x^2,\quad\eta=0.15",
    code="""
        from itertools import islice
        from uat.train.descent import gradient_descent
        from uat.train.parameters import Residuals
        w = gradient_descent(lambda w: (Residuals.of(w[:, None]), 2 * w), np.array([-9.0]), 0.15)
        x = [float(x[0]) for x, _ in islice(w, 13)]
    """,
)
def recap_descent(page: Page) -> None:
    """Draw a loss, and the iterates of gradient descent from either side."""
    loss, rate = parse("x**2"), 0.15
    axes = page.figure.subplots()
    x = samples((-10.0, 10.0))
    axes.plot(x, loss(x), **page.pen("error", linewidth=page.size.hero))
    for start, steps in ((-9.0, 4), (5.0, 1)):
        iterates = _iterates(loss.derivative(), start=start, rate=rate)
        _descent(page, axes, loss, iterates, steps)
    axes.set(xlim=(-10.6, 10.6), ylim=(-6, 103), xticks=range(-10, 11, 5), yticks=[0, 50, 100])
    axes.set_xlabel("$x$")
    words: dict[str, Any] = {"fontsize": page.size.text}
    step, slope = r"$-\eta\,L′(x_0)$", page.say("傾き", "slope")
    page.note(axes, -7.6, 84.0, step, color=page.theme.network, ha="center", **words)
    page.note(axes, -8.3, 94.5, f"{slope} $L′(x_0)=-18$", **words)
    page.note(axes, 5.2, 19.5, f"{slope} $L′(5)=10$", va="center", **words)
    page.note(axes, 3.3, 25.0, r"$-\eta\,L′(5)$", color=page.theme.network, ha="right",
              va="center", **words)  # fmt: skip
    rule = rf"$x_{{k+1}}=x_k-\eta\,L′(x_k),\quad\eta={about(rate)}$"
    page.note(axes, 0.0, 60.0, rule, color=page.theme.network, ha="center", **words)
    page.note(axes, 7.4, 47.0, "$L(x)=x^2$", color=page.theme.error, **words)
    page.headline(
        page.say(
            "傾きと逆の向きへ、傾きに比例した幅だけ進む",
            "Step against the slope, in proportion to it",
        )
    )


def _descent(page: Page, axes: Axes, loss: Expression, iterates: list[float], steps: int) -> None:
    """Draw the first steps: a tangent, along x the step against its slope, and down to the loss."""
    ink, slope = page.theme.network, loss.derivative()
    for k, (one, following) in enumerate(pairwise(iterates[: steps + 1])):
        height, after = loss(one), loss(following)
        axes.plot([following] * 2, [height, after], **page.pen("aside", zorder=2.5))
        page.arrow(axes, (one, height), (following, height), color=ink, zorder=4)
        reach = np.array([-1.0, 3.0] if steps > 1 else [-1.5, 1.5])
        if k == 0:
            tangent = height + slope(one) * reach
            axes.plot(one + reach, tangent, **page.pen("derivative", zorder=5))
        if steps > 1:
            words: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": page.size.text}
            page.note(axes, one - 0.3, height - 1, f"$x_{k}$", color=ink, **words)
    shown = iterates if steps > 1 else iterates[:2]
    axes.plot(shown, loss(np.array(shown)), **page.dot("network"))


def _iterates(slope: Expression, *, start: float, rate: float, many: int = 12) -> list[float]:
    """Return `many` iterates of gradient descent, the one that trains networks, on the loss x²."""

    def square(x: Array) -> tuple[Residuals, Array]:
        return Residuals.of(x[:, None]), slope(x)

    steps = gradient_descent(square, np.array([start]), rate)
    return [float(x[0]) for x, _ in islice(steps, many + 1)]


@figure(
    "recap-autodiff",
    slide=Pair("「自動微分」", "Automatic differentiation"),
    title=Pair("振り返り：自動微分", "Recap: automatic differentiation"),
    caption=Pair(
        "損失 L = (ax + b − y)² の計算グラフ。左から右へ値を求め（黒）、右から左へ連鎖律で L の偏微分を求める"
        "（紫）：右から来た数に、その節点の局所的な微分を掛ける（12 = 4·3）。パラメータ a、b での偏微分（オレンジ）が勾配になる。",
        "The computational graph of the loss L = (ax + b − y)². Values are found from left to "
        "right (black), derivatives of L from right to left by the chain rule (purple): what comes "
        "from the right, times the derivative of the node (12 = 4·3). Those at the parameters a "
        "and b (orange) make the gradient.",
    ),
    alternative=Pair(
        "入力 a、x、b、y から、掛け算、足し算、引き算、2 乗を経て L に至るグラフ。どの辺にも値と偏微分が書いてある。a での偏微分は 12、b での偏微分は 4 である。",
        "A graph from the inputs a, x, b and y through a product, a sum, a difference and a "
        "square to L. Each edge carries its value and its derivative; the derivative is 12 at a "
        "and 4 at b.",
    ),
    formula=(
        r"\dfrac{\partial L}{\partial a}=2(ax+b-y)\,x,\quad"
        r"\dfrac{\partial L}{\partial b}=2(ax+b-y)"
    ),
    code="""
        from uat.expression.parse import parse
        loss = parse("(a*x + b - y)**2", ("a", "x", "b", "y"))
        gradient = [loss.derivative(i)(2, 3, 1, 5) for i in (0, 2)]
    """,
    wide=True,
)
def recap_autodiff(page: Page) -> None:
    """Draw the graph of a loss with the value and the derivative of every edge."""
    point = {"a": 2.0, "x": 3.0, "b": 1.0, "y": 5.0}
    names = tuple(point)
    loss = parse("(a*x + b - y)**2", names)
    diagram = Diagram(page)
    margin = 2.5 * page.size.text
    box = Area(margin, margin, diagram.width - margin, 0.6 * diagram.height)
    meanings = {"a": "network", "b": "network", "L": "error"}
    draw_computation(diagram, loss, point, box, result="L", meanings=meanings)
    at = r",\ \ ".join(f"{name}={about(value)}" for name, value in point.items())
    large: dict[str, Any] = {"fontsize": 1.2 * page.size.text}
    above: dict[str, Any] = {"transform": diagram.axes.transAxes, "va": "top", "linespacing": 1.5}
    page.note(diagram.axes, 0.02, 0.875, f"$L={latex(loss, names)}$\n${at}$", **above, **large)
    slopes, _ = chain_rule(loss, tuple(point.values()))
    gradient = r",\quad ".join(
        rf"\dfrac{{\partial L}}{{\partial {name}}}={about(slopes[parse(name, names)])}"
        for name in "ab"
    )
    orange = page.theme.network
    page.corner(diagram.axes, f"${gradient}$", "lower right", color=orange, **large)
    _key(page, diagram.axes)
    finding = page.say(
        "右から左へ、局所的な微分を掛けていく", "On the way back, derivatives multiply"
    )
    page.headline(finding)


def _key(page: Page, axes: Axes) -> None:
    thin = {"linewidth": 0.7 * page.size.line}
    axes.plot(
        [], [], label=page.say("値（左から右へ）", "value, forward"), **page.pen("data", **thin)
    )
    derivative = page.say("$L$ の偏微分（右から左へ）", "derivative of $L$, back")
    axes.plot([], [], label=derivative, **page.pen("error", **thin))
    place: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (1.0, 0.885)}
    axes.legend(**place, borderaxespad=0.0, fontsize=page.size.text)
