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
        "モデル f(x) = ax + b のパラメータ a、b を、損失 L(a, b)（縦の線分の長さの 2 乗の和）が最小に"
        "なるように決める。データは乱数で作ったもので、実際の売上ではない。",
        "The parameters a, b of the model f(x) = ax + b are those with the smallest loss L(a, b), "
        "the sum of the squared lengths of the vertical segments. The data are synthetic, drawn "
        "at random.",
    ),
    alternative=Pair(
        "気温とアイスの売上の散布図と、その間を右上がりに通る直線。各点から直線まで縦の線分が延びる。",
        "A scatter plot of ice-cream sales against temperature and a rising straight line among "
        "the points. A vertical segment joins each point to the line.",
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
    axes.plot([temperature, temperature], [sales, on_line], **page.pen("error"))
    ends = np.array([17.0, 38.0])
    axes.plot(ends, slope * ends + intercept, **page.pen("network", linewidth=1.4 * page.size.line))
    axes.plot(temperature, sales, **page.dot("data"))
    axes.set(
        xlim=ends, ylim=(0, 1.08 * sales.max()), xticks=range(20, 40, 5), yticks=range(0, 400, 100)
    )
    axes.set_xlabel(page.say("気温（℃）", "Temperature (°C)"))
    axes.set_ylabel(page.say("アイスの売上（個）", "Ice creams sold"), labelpad=page.size.text / 2)
    words: dict[str, Any] = {"fontsize": page.size.text}
    model = rf"$f(x)=ax+b\approx {about(slope)}\,x-{about(-intercept)}$"
    page.corner(axes, model, color=page.theme.network, **words)
    smallest = page.say("最小の損失", "smallest loss")
    formula = rf"{smallest} $L(a,b)=\sum_i\,(y_i-f(x_i))^2\approx {about(loss, 2)}$"
    page.corner(axes, formula, "lower right", color=page.theme.error, **words)


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
        "損失 L(x) = x² の傾きと逆の向きへ、傾きに比例した幅で進むことを繰り返すと、最小の点に近づく。"
        "x = 2 では傾き L′(2) = 4 が正なので、左へ進めば損失が減る。",
        "Steps against the slope of the loss L(x) = x², in proportion to it, lead towards the "
        "minimum. At x = 2 the slope L′(2) = 4 is positive, so a step to the left lowers the loss.",
    ),
    alternative=Pair(
        "[−10, 10] 上の放物線 x²。x = 2 で接線が引かれている。左の腕では x = −9 から始まる点の列が、しだいに歩幅を縮めながら谷底へ降りる。",
        "The parabola x² on [−10, 10] with its tangent at x = 2. On the left arm a sequence of "
        "points starts at x = −9 and descends to the bottom with shrinking steps.",
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
    """Draw a loss, its tangent at one point, and the iterates of gradient descent."""
    loss, rate = parse("x**2"), 0.15
    axes = page.figure.subplots()
    x = samples((-10.0, 10.0))
    axes.plot(x, loss(x), **page.pen("error", linewidth=1.4 * page.size.line))
    _tangent(page, axes, loss, 2.0)
    _descent(page, axes, loss, _iterates(loss.derivative(), start=-9.0, rate=rate))
    axes.set(xlim=(-10.6, 10.6), ylim=(-12, 104), xticks=range(-10, 11, 5), yticks=[0, 50, 100])
    axes.set_xlabel("$x$")
    words: dict[str, Any] = {"ha": "center", "fontsize": page.size.text}
    rule = r"$x_{k+1}=x_k-\eta\,L′(x_k)$"
    speed = page.say(rf"学習率 $\eta={about(rate)}$", rf"learning rate $\eta={about(rate)}$")
    page.note(
        axes, 0.0, 82.0, f"{rule}\n{speed}", color=page.theme.network, linespacing=1.6, **words
    )
    page.note(axes, 5.4, 52.0, "$L(x)=x^2$", color=page.theme.error, **words)


def _tangent(page: Page, axes: Axes, loss: Expression, place: float) -> None:
    height, slope = loss(place), loss.derivative()(place)
    ends = np.array([-1.0, 9.0])
    axes.plot(ends, height + slope * (ends - place), **page.pen("derivative"))
    axes.plot([place], [height], **page.dot("derivative"))
    text = page.say("傾き", "slope") + rf" $L′({about(place)})={about(slope)}$"
    page.note(axes, place + 0.4, height - 1.0, text, va="top", fontsize=page.size.text)


def _descent(page: Page, axes: Axes, loss: Expression, iterates: list[float]) -> None:
    ink = {"color": page.theme.network}
    gap = 2.0 * page.size.line
    bend: dict[str, Any] = ink | {
        "connectionstyle": "arc3,rad=-0.4",
        "shrinkA": gap,
        "shrinkB": gap,
    }
    words: dict[str, Any] = ink | {"ha": "right", "va": "top", "fontsize": page.size.text}
    for k, (one, following) in enumerate(pairwise(iterates[:5])):
        page.arrow(axes, (one, loss(one)), (following, loss(following)), **bend)
        page.note(axes, one - 0.3, loss(one), f"$x_{k}$", bbox=None, **words)
    axes.plot(iterates, loss(np.array(iterates)), **page.dot("network"))


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
        "損失 L = (ax + b − y)² の計算グラフ。左から右へ値を求め（実線）、右から左へ連鎖律で微分を求める"
        "（破線）。破線の数は、その辺を通る値で L を微分したもので、パラメータ a、b（オレンジ）での微分が勾配になる。",
        "The computational graph of the loss L = (ax + b − y)². Values are found from left to "
        "right (solid), derivatives from right to left by the chain rule (dashed): the number at "
        "a dashed arrow is the derivative of L by the value on that edge. Those at the parameters "
        "a and b (orange) make the gradient.",
    ),
    alternative=Pair(
        "入力 a、x、b、y から、掛け算、足し算、引き算、2 乗を経て L に至るグラフ。どの辺にも値と微分が書いてある。a での微分は 12、b での微分は 4 である。",
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
    box = Area(margin, margin, diagram.width - margin, 0.62 * diagram.height)
    meanings = {"a": "network", "b": "network", "L": "error"}
    draw_computation(diagram, loss, point, box, result="L", meanings=meanings)
    at = r",\ \ ".join(f"{name}={about(value)}" for name, value in point.items())
    large: dict[str, Any] = {"fontsize": 1.2 * page.size.text}
    page.corner(diagram.axes, f"$L={latex(loss, names)}$\n${at}$", linespacing=1.5, **large)
    slopes, _ = chain_rule(loss, tuple(point.values()))
    gradient = r",\quad ".join(
        rf"\dfrac{{\partial L}}{{\partial {name}}}={about(slopes[parse(name, names)])}"
        for name in "ab"
    )
    orange = page.theme.network
    page.corner(diagram.axes, f"${gradient}$", "lower right", color=orange, **large)
    _key(page, diagram.axes)


def _key(page: Page, axes: Axes) -> None:
    thin = {"linewidth": 0.7 * page.size.line}
    axes.plot([], [], label=page.say("値", "value"), **page.pen("target", **thin))
    derivative = page.say("$L$ の微分", "derivative of $L$")
    axes.plot([], [], label=derivative, **page.pen("derivative", **thin))
    axes.legend(loc="upper right", borderaxespad=0.0, fontsize=page.size.text)
