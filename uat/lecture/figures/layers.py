"""A dense layer and its parts: weights, biases and an activation function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from uat.core.activations import Activation, logistic, relu, tanh
from uat.expression.graph import Expression
from uat.lecture.drawing.diagram import Diagram
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

    from uat.plotting.page import Page


@figure(
    "dense-shapes",
    slide=Pair("全結合層がしていること", "What a dense layer does"),
    title=Pair("次元を追う", "Following the dimensions"),
    caption=Pair(
        "全結合層は n 個の入力から m 個の出力を作る：W は m × n 行列、x は n 次元、b と y は m 次元のベクトルである。"
        "これを d 回繰り返すと、次元は n → m₁ → m₂ → … → m_d と変わる（スライドの最後の式の b^(n) は、正しくは b^(d)）。",
        "A dense layer makes m outputs from n inputs: W is an m × n matrix, x a vector of "
        "dimension n, b and y of dimension m. Repeated d times it leads from n to m₁ to m₂ and on "
        "to m_d. (The slide's last formula has b^(n); it is b^(d).)",
    ),
    alternative=Pair(
        "上：式 y = σ(Wx + b) をマス目で描いた図。W は 4 行 3 列、x は 3 行、b と y は 4 行で、"
        "n と m の記号がつく。下：高さ 3、4、5、…、2 の縦ベクトルが矢印でつながる。",
        "Top: the formula y = σ(Wx + b) in cells, W with 4 rows and 3 columns, x with 3 rows, b "
        "and y with 4, marked n and m. Bottom: column vectors of 3, 4, 5 and at last 2 cells, "
        "joined by arrows.",
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
    """Draw one dense layer in cells with its dimensions, and below it a chain of them."""
    diagram, network = Diagram(page), of_sizes(3, 4, 5, 2, 1)
    side = 2.4 * page.size.text
    centre = diagram.width / 2, diagram.height - 1.8 * page.size.text - 2 * side
    formula = typeset(dense_layer(network.layers[0]), centre, side, 0.9 * side)
    draw_formula(diagram, formula)
    _measure(diagram, formula)
    _name_the_matrices(diagram, formula)
    _chain(diagram, (network.input_dimension, *network.widths))


def _measure(diagram: Diagram, formula: DrawnFormula) -> None:
    """Mark the sides of the matrices with n and m."""
    y, weight, x, b = (grid.box for _, grid in formula.matrices)
    gap = 0.35 * diagram.page.size.text
    many = {"color": diagram.colour("hidden")}
    for box in (y, weight):
        diagram.span((box.left - gap, box.bottom), (box.left - gap, box.top), "$m$", **many)
    diagram.span((b.right + gap, b.top), (b.right + gap, b.bottom), "$m$", **many)
    diagram.span((x.right + gap, x.top), (x.right + gap, x.bottom), "$n$")
    diagram.span((weight.left, weight.top + gap), (weight.right, weight.top + gap), "$n$")


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
            at = grid.box.centre[0], floor - 1.4 * text * (line + 1)
            diagram.label(at, words, va="baseline")


def _chain(diagram: Diagram, sizes: Sequence[int]) -> None:
    """Draw vectors of these sizes as the input and the values of layers 1, 2, … and d."""
    text = diagram.page.size.text
    last = len(sizes) - 1
    slot, middle = diagram.width / (last + 2), 4.7 * text
    dots = slot * (last + 0.6)
    diagram.label((dots, middle), r"$\cdots$", fontsize=1.6 * text)
    diagram.arrow((dots - slot + 1.8 * text, middle), (dots - 1.2 * text, middle))
    for number, size in enumerate(sizes):
        left = slot * (number + 0.6 + (number == last))
        vector = Grid(size, 1, left, middle, 1.1 * text)
        if number == 0:
            _vector(diagram, "x", vector, "n", r"\boldsymbol{x}")
            continue
        name = "d" if number == last else str(number)
        _vector(diagram, "y", vector, f"m_{name}", rf"\boldsymbol{{u}}^{{({name})}}")
        diagram.arrow((left - slot + 1.8 * text, middle), (left - 2.4 * text, middle))
        layer = rf"$W^{{({name})}},\,\boldsymbol{{b}}^{{({name})}}$"
        diagram.label((left - 0.54 * slot, middle + text), layer)


def _vector(diagram: Diagram, letter: Letter, vector: Grid, size: str, name: str) -> None:
    """Draw a vector with its size and its name."""
    text, box = diagram.page.size.text, vector.box
    edge = box.left - 0.35 * text
    draw_matrix(diagram, letter, vector)
    colour = diagram.colour("input" if letter == "x" else "hidden")
    diagram.span((edge, box.bottom), (edge, box.top), f"${size}$", color=colour)
    diagram.label((box.centre[0], 0.7 * text), f"${name}$")


@figure(
    "activations",
    slide=Pair("活性化関数とは？", "What is an activation function?"),
    title=Pair("活性化関数", "Activation functions"),
    caption=Pair(
        "シグモイド関数、ReLU、tanh（上）とその導関数（下）。シグモイド関数の傾きは 1/4 以下、tanh の傾きは 1 以下で、"
        "どちらも両端で 0 に近づく。ReLU の傾きは 0 か 1 で、0 では微分できない。",
        "The sigmoid, ReLU and tanh (top) and their derivatives (bottom). The slope of the "
        "sigmoid is at most 1/4 and that of tanh at most 1; both vanish far from 0. ReLU has "
        "slope 0 or 1, and no derivative at 0.",
    ),
    alternative=Pair(
        "[−5, 5] 上の三つのグラフと、その下に導関数。シグモイドは 0 から 1 へ、tanh は −1 から 1 へなめらかに上がり、"
        "ReLU は 0 のあと傾き 1 で上がる。導関数は、高さ 1/4 と 1 の山、ReLU では 0 から 1 への段。",
        "Three graphs on [−5, 5], each above its derivative: the sigmoid climbs smoothly from 0 "
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
    """Draw three activations in a row, on one scale, each above its derivative."""
    shown = (
        (logistic, page.say("シグモイド関数", "Sigmoid"), r"\dfrac{1}{1+e^{-x}}", (0, 1)),
        (relu, "ReLU", r"\max(0,\,x)", (0,)),
        (tanh, "tanh", r"\dfrac{e^{x}-e^{-x}}{e^{x}+e^{-x}}", (-1, 1)),
    )
    panels = page.figure.subplots(2, 3, sharex=True, sharey="row", height_ratios=(5, 3))
    large = {"fontsize": 1.2 * page.size.text, "color": page.theme.unit}
    for (top, bottom), (activation, name, formula, limits) in zip(panels.T, shown, strict=True):
        _activation(page, top, bottom, activation)
        for limit in limits:
            top.axhline(limit, **page.pen("guide"))
        top.set_title(name, fontsize=1.2 * page.size.text)
        page.note(top, -4.8, 1.85, f"${formula}$", va="center", **large)
        bottom.set_xlabel("$x$")
    top, bottom = panels[:, 0]
    top.set(xlim=(-5, 5), xticks=[-5, 0, 5], ylim=(-1.15, 2.5), yticks=[-1, 0, 1])
    bottom.set(ylim=(-0.06, 1.15), yticks=[0, 0.25, 1], yticklabels=["0", "1/4", "1"])
    words = {"rotation": 0, "ha": "right", "va": "center", "fontsize": 1.2 * page.size.text}
    top.set_ylabel("$\\sigma$", color=page.theme.unit, **words)
    bottom.set_ylabel("$\\sigma$′", **words)


def _activation(page: Page, top: Axes, bottom: Axes, activation: Activation) -> None:
    x = samples((-5.0, 5.0))
    slope = cast(Expression, activation.expression).derivative()(x)
    top.plot(x, activation(x), **page.pen("unit", linewidth=1.6 * page.size.line))
    for height in (0.0, float(np.nanmax(slope))):
        bottom.axhline(height, **page.pen("guide"))
    if activation == relu:
        slope[x == 0.0] = np.nan
        bottom.plot([0, 0], [0, 1], **page.dot("derivative", hollow=True))
    bottom.plot(x, slope, **page.pen("derivative", linestyle="-", linewidth=1.2 * page.size.line))
