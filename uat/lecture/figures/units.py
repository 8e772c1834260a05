"""One unit of a dense layer: it sums nonlinear functions and passes the sum through σ."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import logistic
from uat.core.network import Affine, Network
from uat.lecture.drawing.diagram import Diagram, DrawnLayer
from uat.lecture.drawing.equation import (
    Grid,
    draw_formula,
    draw_matrix,
    one_unit,
    typeset,
    write_entries,
)
from uat.lecture.figures.layers import typeset_layer
from uat.lecture.figures.networks import five_columns
from uat.lecture.networks import five_layers, of_sizes
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page


@figure(
    "dense-row",
    slide=Pair("アイデア2. 和をとる", "Idea 2: sums"),
    title=Pair("出力の一つに注目", "One output"),
    caption=Pair(
        "出力のうち y_i だけを見る。y_i を決めるのは、W の第 i 行、入力 x、b_i だけである：第 i 行と x の成分どうしを掛けて足し、b_i を足し、σ に通す。",
        "One output, y_i, depends on row i of W, on the input x and on b_i alone: multiply the "
        "row and x entry by entry, add up, add b_i, apply σ.",
    ),
    alternative=Pair(
        "上：式 y = σ(Wx + b) のマス目のうち、y_i、W の第 i 行、x、b_i だけに色がついている。"
        "下：それらを一列に並べた式 y_i = σ(W_i1 x_1 + W_i2 x_2 + W_i3 x_3 + b_i)。",
        "Top: the formula y = σ(Wx + b) in cells, with only y_i, row i of W, x and b_i in colour. "
        "Bottom: the same cells in a row, y_i = σ(W_i1 x_1 + W_i2 x_2 + W_i3 x_3 + b_i).",
    ),
    formula=r"y_i=\sigma(W_{i1}x_1+W_{i2}x_2+W_{i3}x_3+b_i)",
    code="""
        from uat.lecture.networks import of_sizes
        layer, x, i = of_sizes(3, 4).layers[0], np.ones(3), 1
        y_i = uat.logistic(layer.weight[i] @ x + layer.bias[i])
    """,
    wide=True,
)
def dense_row(page: Page) -> None:
    """Draw a dense layer with one row lit, and that row written out."""
    diagram, say, layer = Diagram(page), page.say, of_sizes(3, 4).layers[0]
    text, small = page.size.text, 2.85 * page.size.text
    whole = typeset_layer(diagram, layer)
    alone = typeset(one_unit(layer), (diagram.width / 2, 0.8 * small), small)
    for formula, unit in ((whole, _LIT), (alone, 0)):
        draw_formula(diagram, formula, unit=unit)
        write_entries(diagram, formula, unit=unit)
    only = say("第 $i$ 行だけを書き出すと", "row $i$, written out:")
    diagram.label((0.4 * text, 1.65 * small), only, ha="left")


@figure(
    "unit-sum",
    slide=Pair("分解して考えると", "Taken apart"),
    title=Pair("非線形関数の和", "A sum of nonlinear functions"),
    caption=Pair(
        "ユニットへの入力 x_j は、それまでの層で σ を通った非線形関数である。それに重み W_ij を掛けて足し、"
        "バイアス b_i を足し（中央）、もう一度 σ に通すと y_i になる（右）。帯は、項が切り替わり、和がそれだけ上がるか下がる所。",
        "The inputs x_j of a unit have been through the σ of earlier layers: they are nonlinear "
        "functions. Times their weights W_ij they are added up, with the bias b_i (middle), and "
        "pass through σ again to make y_i (right). In a strip a term switches, and the sum rises "
        "or falls with it.",
    ),
    alternative=Pair(
        "左に四つの小さなグラフ：S 字の曲線 W_i1 x_1、W_i2 x_2、W_i3 x_3 と定数 b_i。"
        "中央にそれらの和で、上がって下がってまた上がる曲線。右にそれを σ に通した、0 と 1 の間の y_i。",
        "Left, four small graphs: the S-shaped curves W_i1 x_1, W_i2 x_2, W_i3 x_3 and the "
        "constant b_i. Middle, their sum, a curve that rises, falls and rises again. Right, that "
        "sum passed through σ: y_i, between 0 and 1.",
    ),
    formula=r"y_i=\sigma\left(\sum_{j}W_{ij}x_j+b_i\right)",
    code="""
        first, second = uat.Affine([[3], [3], [3]], [6, 0, -6]), uat.Affine([[7, -9, 8]], [-3])
        network = uat.Network((first, second, uat.Affine([[1]], [0])), uat.logistic)
    """,
    wide=True,
)
def unit_sum(page: Page) -> None:
    """Draw the terms of one unit, their sum and σ of the sum, over the input of the network."""
    network = _two_hidden_layers()
    parts = _parts(network)
    flow = ["add", "sum", "apply", "result"]
    rows: list[Any] = [[name, *flow] for name in parts if name not in flow]
    panels = page.figure.subplot_mosaic(rows, width_ratios=(3.2, 0.8, 4, 0.8, 4))
    x = samples((-4.0, 4.0))
    pens = {"bias": "constant", "sum": "network"}
    for name, part in parts.items():
        axes = panels[name]
        for level in (0, 1) if name == "result" else (0,):
            axes.axhline(level, **page.pen("guide"))
        axes.plot(x, part.as_function()(x), **page.pen(pens.get(name, "unit")))
        axes.set(xlim=(-4, 4), ylim=(-10, 10), xticks=[], yticks=[0])
    bias = float(network.layers[1].bias[0])
    panels["sum"].set(ylim=(-8, 7), yticks=[0, bias], yticklabels=["0", "$b_i$"])
    panels["sum"].get_yticklabels()[1].set_color(page.theme.constant)
    panels["result"].set(ylim=(-0.06, 1.06), yticks=[0, 1])
    below = page.say("ネットワークの入力", "network input")
    for name in ("bias", "sum", "result"):
        panels[name].set_xlabel(below, fontsize=page.size.small)
    _mark_the_switches(page, panels, network.layers[0])
    _name_the_parts(page, panels)


def _mark_the_switches(page: Page, panels: dict[str, Axes], first: Affine) -> None:
    """Shade where each term switches, on its own and again in the sum."""
    theme = page.theme
    for j, (slope, shift) in enumerate(zip(first.weight[:, 0], first.bias, strict=True), 1):
        switch = -shift / slope
        for name in (f"term {j}", "sum"):
            panels[name].axvspan(switch - 0.85, switch + 0.85, **page.fill("unit", alpha=0.13))
        words: dict[str, Any] = {"ha": "center", "color": theme.unit, "bbox": None}
        page.note(panels["sum"], switch, -7.5, f"$W_{{i{j}}}x_{j}$", **words)


def _name_the_parts(page: Page, panels: dict[str, Axes]) -> None:
    total, theme = r"\sum_j W_{ij}x_j+b_i", page.theme
    for j in (1, 2, 3):
        panels[f"term {j}"].set_title(f"$W_{{i{j}}}x_{j}$", color=theme.unit)
    panels["bias"].set_title("$b_i$", color=theme.constant)
    high = 1.1 * page.size.text
    panels["sum"].set_title(f"${total}$", color=theme.network, pad=high)
    panels["result"].set_title(rf"$y_i=\sigma(\,{total}\,)$", color=theme.unit, pad=high)
    for name, sign, meaning in (("add", r"$\sum$", "network"), ("apply", r"$\sigma$", "unit")):
        axes = panels[name]
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        page.arrow(axes, (0, 0.5), (1, 0.5), mutation_scale=7 * page.size.line)
        axes.plot(0.5, 0.6, **page.dot(meaning, markersize=2.2 * page.size.text), clip_on=False)
        words: dict[str, Any] = {"color": theme.background, "ha": "center", "va": "center"}
        axes.text(0.5, 0.6, sign, fontsize=1.3 * page.size.text, zorder=9, **words)


def _two_hidden_layers() -> Network:
    """Make a network of two hidden layers, with one unit in the second."""
    first = Affine([[3.0], [3.0], [3.0]], [6.0, 0.0, -6.0])
    return Network((first, Affine([[7.0, -9.0, 8.0]], [-3.0]), Affine([[1.0]], [0.0])), logistic)


def _parts(network: Network) -> dict[str, Network]:
    """Return the terms, the sum and the result of the unit in the last hidden layer as networks."""
    first, second, _ = network.layers
    terms = {
        f"term {j}": Network((first, Affine(row[None], [0.0])), network.activation)
        for j, row in enumerate(np.diag(second.weight[0]), 1)
    }
    bias = Affine(np.zeros_like(second.weight), second.bias)
    return {
        **terms,
        "bias": Network((first, bias), network.activation),
        "sum": Network((first, second), network.activation),
        "result": network,
    }


@figure(
    "mlp",
    slide=Pair("出力層", "The output layer"),
    title=Pair("多層パーセプトロン", "Multi-layer perceptron"),
    caption=Pair(
        "全結合層のみからなるネットワークを多層パーセプトロン（MLP）という。線の一本一本が重み行列 W の成分で、濃い線は一つのユニット、すなわち W の一行である。入力層は重みをもたず、x そのものである。",
        "A network of dense layers only is a multi-layer perceptron (MLP). Each line is an entry "
        "of a weight matrix W; the lines in colour are those of one unit, a row of W. The input "
        "layer has no weights: it holds x.",
    ),
    alternative=Pair(
        "左から 4、6、4、2、1 個の丸が並び、となりあう列の丸どうしがすべて線で結ばれている。線の下に重み行列 6×4、4×6、2×4、1×2 のマス目。",
        "Columns of 4, 6, 4, 2 and 1 circles from left to right, every circle joined to every "
        "circle of the next column. Below the lines the weight matrices in cells: 6×4, 4×6, 2×4, "
        "1×2.",
    ),
    formula=r"\boldsymbol{u}^{(k)}=\sigma(W^{(k)}\boldsymbol{u}^{(k-1)}+\boldsymbol{b}^{(k)})",
    code="""
        from uat.lecture.networks import of_sizes
        network = of_sizes(4, 6, 4, 2, 1)
        shapes = [layer.weight.shape for layer in network.layers]
    """,
    wide=True,
)
def perceptron(page: Page) -> None:
    """Draw a fully connected 4-6-4-2-1 network, and its weights as matrices below the lines."""
    diagram, network, text = Diagram(page), five_layers(), page.size.text
    layers = five_columns(diagram)
    diagram.network(layers, lit=_LIT)
    diagram.names(layers[0], (f"$x_{i}$" for i in range(1, 1 + network.input_dimension)))
    for layer in layers[1:-1]:
        diagram.curves(layer, network.activation)
    diagram.names(layers[-1], ["$y$"])
    for number, (below, above) in enumerate(pairwise(layers), 1):
        rows, columns = network.layers[number - 1].weight.shape
        x, side = (below.units[0, 0] + above.units[0, 0]) / 2, 0.72 * text
        matrix = Grid(rows, columns, x - columns * side / 2, 4.4 * text, side)
        draw_matrix(diagram, "W", matrix, row=_LIT if number == 1 else None)
        name = rf"$W^{{({number})}}$: ${rows}\times {columns}$"
        diagram.label((x, 1.2 * text), name)
    _name_the_layers(diagram, layers, diagram.height - 2.3 * text)


_LIT: Final = 1
"""The unit of the first hidden layer whose lines and whose row of W are lit."""


def _name_the_layers(diagram: Diagram, layers: tuple[DrawnLayer, ...], y: float) -> None:
    say = diagram.page.say
    named = (
        (layers[:1], say("入力層", "Input layer")),
        (layers[1:-1], say("中間層（隠れ層）", "Hidden layers")),
        (layers[-1:], say("出力層", "Output layer")),
    )
    for group, name in named:
        reach = group[0].radius
        left, right = group[0].units[0, 0] - reach, group[-1].units[0, 0] + reach
        diagram.span((left, y), (right, y), name, color=diagram.colour(group[0].role))
