"""A dense layer and its parts: weights, biases and an activation function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from uat.core.activations import Activation, logistic, relu, tanh
from uat.expression.graph import Expression
from uat.lecture.drawing.diagram import Diagram, Role
from uat.lecture.drawing.equation import (
    DrawnFormula,
    Grid,
    Letter,
    dense_layer,
    draw_formula,
    draw_matrix,
    typeset,
)
from uat.lecture.networks import of_sizes
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Affine
    from uat.plotting.page import Page


@figure(
    "dense-shapes",
    slide=Pair("全結合層がしていること", "What a dense layer does"),
    title=Pair("次元を追う", "Following the dimensions"),
    caption=Pair(
        "全結合層は n 個の入力から m 個の出力を作る：W は m × n 行列、x は n 次元、b と y は m 次元のベクトルである。"
        "W の列の数と x の成分の数が等しいので、積 Wx を作ることができる。",
        "A dense layer makes m outputs from n inputs: W is an m × n matrix, x a vector of "
        "dimension n, b and y of dimension m. W has as many columns as x has entries, so that "
        "there is a product Wx.",
    ),
    alternative=Pair(
        "式 y = σ(Wx + b) をマス目で描いた図。W は 4 行 3 列、x は 3 行、b と y は 4 行で、n と m の記号がつき、W と x の n が線で結ばれている。",
        "The formula y = σ(Wx + b) in cells, W with 4 rows and 3 columns, x with 3 rows, b and y "
        "with 4, marked n and m. A line joins the n of W and that of x.",
    ),
    formula=(
        r"\boldsymbol{y}=\sigma(W\boldsymbol{x}+\boldsymbol{b}),\quad"
        r" W\in ℝ^{m\times n},\quad\boldsymbol{b}\in ℝ^m"
    ),
    code="""
        from uat.lecture.networks import of_sizes
        layer = of_sizes(3, 4).layers[0]
        y = uat.logistic(layer.weight @ np.ones(3) + layer.bias)
    """,
    wide=True,
)
def dense_shapes(page: Page) -> None:
    """Draw one dense layer in cells with its dimensions."""
    diagram = Diagram(page)
    formula = typeset_layer(diagram, of_sizes(3, 4).layers[0])
    draw_formula(diagram, formula)
    _measure(diagram, formula)
    _name_the_matrices(diagram, formula)
    page.headline(page.say("$n$ 個の数から $m$ 個の数へ", "From $n$ numbers to $m$ numbers"))


def typeset_layer(diagram: Diagram, layer: Affine) -> DrawnFormula:
    """Set y = σ(Wx + b) where two slides have it, so that nothing moves from one to the next."""
    text = diagram.page.size.text
    side = 3.1 * text
    centre = diagram.width / 2, diagram.height - 2.0 * side - 3.7 * text
    return typeset(dense_layer(layer), centre, side, 0.6 * side)


def _measure(diagram: Diagram, formula: DrawnFormula) -> None:
    """Mark the sides of the matrices with n and m, and tie the two that have to be equal."""
    y, weight, x, b = (grid.box for _, grid in formula.matrices)
    text = diagram.page.size.text
    gap, large = 0.35 * text, {"fontsize": 1.2 * text}
    many: dict[str, Any] = {"color": diagram.colour("hidden")} | large
    for box in (y, weight):
        diagram.span((box.left - gap, box.bottom), (box.left - gap, box.top), "$m$", **many)
    diagram.span((b.right + gap, b.top), (b.right + gap, b.bottom), "$m$", **many)

    high = weight.top + gap
    diagram.span((x.right + gap, x.top), (x.right + gap, x.bottom), "$n$", **large)
    diagram.span((weight.left, high), (weight.right, high), "$n$", **large)
    side = x.right + gap + 0.75 * text
    start, end = (weight.centre[0] + text, high + 0.75 * text), (side, x.centre[1] + 0.8 * text)
    round_corner = f"angle,angleA=0,angleB=90,rad={text}"
    tie: dict[str, Any] = {"arrowstyle": "-", "connectionstyle": round_corner}
    diagram.arrow(start, end, linewidth=diagram.page.size.thin, **tie)


def _name_the_matrices(diagram: Diagram, formula: DrawnFormula) -> None:
    say, text = diagram.page.say, diagram.page.size.text
    named = {
        "y": (say("出力", "output"), r"$\boldsymbol{y}\in ℝ^m$"),
        "W": (say("重み", "weights"), r"$W\in ℝ^{m\times n}$"),
        "x": (say("入力", "input"), r"$\boldsymbol{x}\in ℝ^n$"),
        "b": (say("バイアス", "bias"), r"$\boldsymbol{b}\in ℝ^m$"),
    }
    floor = min(grid.box.bottom for _, grid in formula.matrices)
    for letter, grid in formula.matrices:
        for line, words in enumerate(named[letter]):
            at = grid.box.centre[0], floor - 1.6 * text * (line + 1)
            diagram.label(at, words, va="baseline", fontsize=1.1 * text)


@figure(
    "dense-chain",
    slide=Pair("合成", "Composition"),
    title=Pair("演算を d 回繰り返す", "The same again, d times"),
    caption=Pair(
        "全結合層を d 回繰り返すと、ベクトルの次元は n → m₁ → m₂ → … → m_d と変わる。"
        "（スライドの最後の式の b^(n) は、正しくは b^(d)）。",
        "Dense layers, one after another, lead from dimension n to m₁ to m₂ and on to m_d. "
        "(The slide's last formula has b^(n); it is "
        "b^(d).)",
    ),
    alternative=Pair(
        "左から右へ、3 個のマスの縦ベクトル x、4 行 3 列のマス目、4 個のベクトル、5 行 4 列のマス目、5 個のベクトル、点々、最後に 2 個のオレンジ色のベクトル。",
        "From left to right a column vector x of 3 cells, a grid of 4 by 3, a vector of 4, a grid "
        "of 5 by 4, a vector of 5, dots, and at last an orange vector of 2 cells.",
    ),
    formula=(
        r"\boldsymbol{u}^{(k)}=\sigma(W^{(k)}\boldsymbol{u}^{(k-1)}+\boldsymbol{b}^{(k)}),\quad"
        r"k=1,\ldots,d"
    ),
    code="""
        from uat.lecture.networks import of_sizes
        layers = of_sizes(3, 4, 5, 2).layers
        shapes = [layer.weight.shape for layer in layers[:2]]
    """,
    wide=True,
)
def dense_chain(page: Page) -> None:
    """Draw the vectors of a network with the matrices between them."""
    diagram, text = Diagram(page), page.size.text
    side, gap, middle = 2.05 * text, 1.4 * text, 0.56 * diagram.height
    # On this way the bias is added, and then the activation applied.
    long = 3.4 * text
    left = 1.6 * text
    sizes = (3, 4, 5)
    places: list[float] = []
    for k, size in enumerate(sizes):
        if k > 0:
            matrix = Grid(size, sizes[k - 1], left + gap, middle, side)
            _link(diagram, matrix, (left, left + gap), k)
            left = matrix.box.right + long
            diagram.arrow((matrix.box.right + 0.2 * text, middle), (left - 0.2 * text, middle))
            for done, up in ((rf"$+\boldsymbol{{b}}^{{({k})}}$", 0.95), (r"$\sigma$", -0.8)):
                at = left - 0.55 * long, middle + up * text
                diagram.label(at, done, fontsize=1.1 * text)
            places.append(matrix.box.centre[0])
        name = rf"\boldsymbol{{u}}^{{({k})}}" if k else r"\boldsymbol{x}"
        vector = Grid(size, 1, left, middle, side)
        _vector(diagram, vector, "y" if k else "x", name, f"m_{k}" if k else "n")
        if k < len(sizes) - 1:
            places.append(vector.box.centre[0])
        left = vector.box.right
    diagram.arrow((left + 0.2 * text, middle), (left + gap - 0.2 * text, middle))
    diagram.label((left + 1.5 * gap, middle), r"$\cdots$", fontsize=1.8 * text)
    diagram.arrow((left + 2.1 * gap, middle), (left + 3.0 * gap, middle))
    end = Grid(2, 1, left + 3.1 * gap, middle, side)
    _vector(diagram, end, "u", r"\boldsymbol{u}^{(d)}", "m_d")
    for vector_at, matrix_at in zip(places[::2], places[1::2], strict=True):
        _tie(diagram, vector_at, matrix_at + 1.45 * text)
    finding = page.say("出力の次元が、次の層の入力の次元になる",
                       "What one layer gives is as long as what the next one takes")  # fmt: skip
    page.headline(finding)


def _link(diagram: Diagram, matrix: Grid, ends: tuple[float, float], k: int) -> None:
    """Draw the arrow to a matrix, the matrix, and its shape below it."""
    text, box = diagram.page.size.text, matrix.box
    middle = box.centre[1]
    diagram.arrow((ends[0] + 0.2 * text, middle), (ends[1] - 0.2 * text, middle))
    draw_matrix(diagram, "W", matrix)
    diagram.label((box.centre[0], box.top + text), rf"$W^{{({k})}}$", fontsize=1.2 * text)
    columns = f"m_{k - 1}" if k > 1 else "n"
    x, large = box.centre[0], {"fontsize": 1.4 * text}
    # The two sizes stand apart, so that a tie can lead to the second.
    words: dict[str, Any] = large | {"va": "baseline"}
    for piece, aside in ((f"m_{k}", -1.45), (r"\times", 0.0), (columns, 1.45)):
        colour = diagram.colour("hidden" if "m" in piece and aside else "input")
        at = x + aside * text, _SIZES * diagram.height
        diagram.label(at, f"${piece}$", color=colour, **words)


_SIZES: Final = 0.195
"""Height of the line of sizes, as a share of the page's."""


def _tie(diagram: Diagram, one: float, other: float) -> None:
    """Tie two sizes that have to be equal from below."""
    text = diagram.page.size.text
    top = _SIZES * diagram.height - 0.5 * text
    pen = diagram.page.pen("data", linewidth=0.6 * diagram.page.size.line)
    low = top - 0.9 * text
    diagram.axes.plot([one, one, other, other], [top, low, low, top], **pen)
    words = {"fontsize": 1.1 * text, "va": "top"}
    equal = diagram.page.say("同じ長さ", "equal")
    diagram.label(((one + other) / 2, low - 0.25 * text), equal, **words)


def _vector(diagram: Diagram, vector: Grid, letter: Letter, name: str, size: str) -> None:
    """Draw a vector with its name above it and its dimension below it."""
    text, box = diagram.page.size.text, vector.box
    draw_matrix(diagram, letter, vector)
    roles: dict[Letter, Role] = {"x": "input", "y": "hidden", "u": "output"}
    colour = diagram.colour(roles[letter])
    diagram.label((box.centre[0], box.top + text), f"${name}$", fontsize=1.2 * text)
    large: dict[str, Any] = {"fontsize": 1.4 * text, "color": colour, "va": "baseline"}
    diagram.label((box.centre[0], _SIZES * diagram.height), f"${size}$", **large)


@figure(
    "activations",
    slide=Pair("活性化関数とは？", "What is an activation function?"),
    title=Pair("活性化関数", "Activation functions"),
    caption=Pair(
        "シグモイド関数、ReLU、tanh（上）とその導関数（下）。シグモイド関数の傾きは 1/4 以下、tanh の傾きは 1 以下で、"
        "どちらの傾きも両端で 0 に近づく。ReLU の傾きは 0 か 1 で、0 では微分できない。",
        "The sigmoid, ReLU and tanh (top) and their derivatives (bottom). The slope of the "
        "sigmoid is at most 1/4 and that of tanh at most 1; both slopes vanish far from 0. ReLU "
        "has slope 0 or 1, and no derivative at 0.",
    ),
    alternative=Pair(
        "[−3, 3] 上の三つのグラフと、その下に導関数。シグモイドは 0 から 1 へ、tanh は −1 から 1 へなめらかに上がり、"
        "ReLU は 0 のあと傾き 1 で上がる。導関数は、高さ 1/4 と 1 の山、ReLU では 0 から 1 への段。",
        "Three graphs on [−3, 3], each above its derivative: the sigmoid climbs smoothly from 0 "
        "to 1, tanh from −1 to 1; ReLU is 0 and then climbs with slope 1. The derivatives are "
        "hills of height 1/4 and 1 and, for ReLU, a jump from 0 to 1.",
    ),
    formula=(
        r"\sigma(x)=\dfrac{1}{1+e^{-x}},\quad\mathrm{ReLU}(x)=\max(0,\,x),\quad"
        r"\tanh x=\dfrac{e^{x}-e^{-x}}{e^{x}+e^{-x}}"
    ),
    code="""
        sigma = uat.tanh
        slope = sigma.expression.derivative()
    """,
    wide=True,
)
def activations(page: Page) -> None:
    """Draw three activations in a row, each above its derivative."""
    shown = (
        (logistic, page.say("シグモイド関数", "Sigmoid"), r"\dfrac{1}{1+e^{-x}}", (0, 1), "1/4"),
        (relu, "ReLU", r"\max(0,\,x)", (), ""),
        (tanh, "tanh", r"\dfrac{e^{x}-e^{-x}}{e^{x}+e^{-x}}", (-1, 1), "1"),
    )
    panels = page.figure.subplots(2, 3, sharex=True, sharey="row", height_ratios=(10, 9))
    large: dict[str, Any] = {"fontsize": page.size.text, "color": page.theme.unit, "va": "center"}
    for (top, bottom), (activation, name, formula, limits, steepest) in zip(
        panels.T, shown, strict=True
    ):
        _activation(page, top, bottom, activation)
        for limit in limits:
            top.axhline(limit, **page.pen("guide"))
        top.set_title(name, fontsize=page.size.headline, fontweight="bold")
        page.note(top, -2.9, 2.2, f"${formula}$", **large)
        if steepest:
            _tangent_at_0(page, top, activation, steepest)
        else:
            words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
            page.note(top, 1.35, 0.6, page.say("傾き $1$", "slope $1$"), **words)
            page.note(top, -2.6, -0.45, page.say("傾き $0$", "slope $0$"), **words)
        bottom.set_xlabel("$x$")
    top, bottom = panels[:, 0]
    top.set(xlim=(-3, 3), xticks=[-3, 0, 3], ylim=(-1.2, 3.0), yticks=[-1, 0, 1, 2, 3])
    bottom.set(ylim=(-0.1, 1.2), yticks=[0, 0.25, 1], yticklabels=["0", "1/4", "1"])
    for axes in panels[0]:
        # A unit is as long across as it is high, so that a slope of 1 is seen as one.
        axes.set(aspect="equal", anchor="N")
    beside: dict[str, Any] = {"rotation": 0, "ha": "left", "va": "center"}
    beside |= {"fontsize": 1.2 * page.size.headline}
    for axes, name, colour in ((top, r"$\sigma$", "unit"), (bottom, r"$\sigma$′", "ink")):
        axes.set_ylabel(name, color=getattr(page.theme, colour), **beside)
        axes.yaxis.set_label_coords(-0.36, 0.5)
    finding = page.say("シグモイド関数と tanh は両端で平ら、ReLU は片側だけ",
                       "Sigmoid and tanh flatten at both ends, ReLU at one")  # fmt: skip
    page.headline(finding)


def _tangent_at_0(page: Page, axes: Axes, activation: Activation, slope: str) -> None:
    """Draw the steepest tangent of an activation, with its slope, in the pen of the derivative."""
    steep = float(cast(Expression, activation.expression).derivative()(0.0))
    # Long enough to leave the curve, beyond which it is seen.
    x = np.array([-1.0, 1.0]) / steep**0.5
    axes.plot(x, activation(0.0) + steep * x, **page.pen("derivative", zorder=6))
    axes.plot([0], [activation(0.0)], **page.dot("derivative"))
    said = page.say(f"傾き ${slope}$", f"slope ${slope}$")
    # Above the dot on the left, between the limits.
    words: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": page.size.text}
    page.note(axes, -0.35, 0.4 + 0.6 * float(activation(0.0)), said, **words)


def _activation(page: Page, top: Axes, bottom: Axes, activation: Activation) -> None:
    x = samples((-3.0, 3.0))
    slope = cast(Expression, activation.expression).derivative()(x)
    top.axhline(0, **page.pen("zero"))
    top.plot(x, activation(x), **page.pen("unit", linewidth=page.size.hero))
    bottom.axhline(0, **page.pen("zero"))
    if activation == relu:
        slope[x == 0.0] = np.nan
        bottom.plot([0, 0], [0, 1], **page.dot("derivative", hollow=True))
    bottom.plot(x, slope, **page.pen("derivative", linewidth=page.size.line))
