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
    draw_formula(diagram, whole, unit=_LIT)
    write_entries(diagram, whole, unit=_LIT)
    with page.reveal(2):
        draw_formula(diagram, alone, unit=0)
        write_entries(diagram, alone)
        only = say("第 $i$ 行だけを書き出すと", "row $i$, written out:")
        diagram.label((0.4 * text, 1.65 * small), only, ha="left")
    page.headline(say("一つの出力には $W$ の一行だけ", "One output takes one row of $W$"))


@figure(
    "unit-sum",
    slide=Pair("分解して考えると", "Taken apart"),
    title=Pair("非線形関数の和", "A sum of nonlinear functions"),
    caption=Pair(
        "ユニットへの入力 x_j は、それまでの層で σ を通った非線形関数である。それに重み W_ij を掛けて足し、"
        "バイアス b_i を足し（下、同じ目盛り）、もう一度 σ に通すと y_i になる。帯は、項が切り替わり、和がそれだけ上がるか下がる所。横軸はネットワークの入力。",
        "The inputs x_j of a unit have been through the σ of earlier layers: they are nonlinear "
        "functions of the network's input. Times their weights W_ij they are added up, with the "
        "bias b_i (below, on the same scale), and pass through σ again to make y_i. In a strip a "
        "term switches, and the sum rises or falls with it.",
    ),
    alternative=Pair(
        "上に四つの小さなグラフ：S 字の曲線 W_i1 x_1、W_i2 x_2、W_i3 x_3 と定数 b_i。"
        "左下に同じ目盛りでそれらの和。矢印のとおり 7 上がり、9 下がり、8 上がる。右下にそれを σ に通した、0 と 1 の間の y_i。",
        "Above, four small graphs: the S-shaped curves W_i1 x_1, W_i2 x_2, W_i3 x_3 and the "
        "constant b_i. Below left, on the same scale, their sum, with arrows: it rises by 7, falls "
        "by 9 and rises by 8. Below right, that sum passed through σ: y_i, between 0 and 1.",
    ),
    formula=r"y_i=\sigma\left(\sum_{j}W_{ij}x_j+b_i\right)",
    code="""
        first, second = uat.Affine([[3], [3], [3]], [6, 0, -6]), uat.Affine([[7, -9, 8]], [-3])
        network = uat.Network((first, second, uat.Affine([[1]], [0])), uat.logistic)
    """,
    wide=True,
)
def unit_sum(page: Page) -> None:
    """Draw the terms of one unit, below them on the same scale their sum, and σ of the sum."""
    network = _two_hidden_layers()
    parts, x = _parts(network), samples((-4.0, 4.0))
    grid = page.figure.add_gridspec(2, 24)
    places = {f"term {j}": grid[0, 6 * j - 6 : 6 * j] for j in (1, 2, 3)}
    places |= {"bias": grid[0, 18:], "sum": grid[1, :13], "result": grid[1, 16:]}
    panels = {name: page.figure.add_subplot(place) for name, place in places.items()}
    for level in (0, 1):
        panels["result"].axhline(level, **page.pen("guide"))
    for name, part in parts.items():
        axes, colour = panels[name], _colour(page, name)
        line = page.size.hero if name == "sum" else page.size.line
        axes.axhline(0, **page.pen("zero"))
        values = part.as_function()(x)
        axes.plot(x, values, **page.pen("unit", color=colour, linewidth=line, zorder=5))
        axes.set(xlim=(-4, 4), ylim=_LIMITS, xticks=[], yticks=[0])
        axes.spines["bottom"].set_visible(False)
    panels["result"].set(ylim=(-0.06, 1.06), yticks=[0, 1])
    for name in ("sum", "result"):
        panels[name].set_xlabel(page.say("ネットワークの入力", "the network's input"))
    _name_the_parts(page, panels)
    with page.reveal(2, panels["sum"]):
        _mark_the_switches(page, panels, network)
    with page.reveal(3, panels["result"]):
        apply = page.figure.add_subplot(grid[1, 13:16])
        apply.set(xlim=(0, 1), ylim=(0, 1))
        apply.set_axis_off()
        page.arrow(apply, (0, 0.5), (1, 0.5), mutation_scale=6 * page.size.line)
        apply.text(0.45, 0.6, r"$\sigma$", ha="center", fontsize=1.3 * page.size.headline)
    page.headline(page.say("曲線を足して、$\\sigma$ でもう一度曲げる",
                           "A unit adds up curves, and $\\sigma$ bends the sum"))  # fmt: skip


_LIMITS: Final = (-10.0, 9.0)
"""What the terms and their sum are drawn between: one scale, so that they can be added by eye."""


def _colour(page: Page, name: str) -> str:
    """Return the colour of a part: a term keeps its own wherever it is seen."""
    theme = page.theme
    kept = {f"term {j}": colour for j, colour in enumerate(theme.terms, 1)}
    return (kept | {"bias": theme.constant, "sum": theme.network, "result": theme.unit})[name]


def _mark_the_switches(page: Page, panels: dict[str, Axes], network: Network) -> None:
    """Shade where each term switches, and draw in the sum by how much it rises or falls there."""
    first, second = network.layers[:2]
    weights, height = second.weight[0], float(second.bias[0])
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    _rise(page, panels["sum"], (-3.7, 0.0, height), _colour(page, "bias"))
    page.note(panels["sum"], -3.9, height - _BEYOND, f"${height:.0f}$",
              color=_colour(page, "bias"), **words)  # fmt: skip
    for j, (slope, shift, weight) in enumerate(
        zip(first.weight[:, 0], first.bias, weights, strict=True), 1
    ):
        switch, colour = -shift / slope, _colour(page, f"term {j}")
        for name in (f"term {j}", "sum"):
            panels[name].axvspan(
                switch - 0.85, switch + 0.85, **page.fill("unit", color=colour, alpha=0.13)
            )
        _rise(page, panels["sum"], (switch, height, height + weight), colour)
        height += weight
        tip = height + np.copysign(_BEYOND, weight)
        page.note(
            panels["sum"], switch, tip, f"${weight:+.0f}$", ha="center", color=colour, **words
        )


_BEYOND: Final = 1.7
"""Distance of the number from the head of its arrow."""


def _rise(page: Page, axes: Axes, way: tuple[float, float, float], colour: str) -> None:
    x, start, end = way
    page.arrow(axes, (x, start), (x, end), color=colour, linewidth=page.size.line, zorder=4)


def _name_the_parts(page: Page, panels: dict[str, Axes]) -> None:
    total = r"\sum_j W_{ij}x_j+b_i"
    titles = {f"term {j}": f"${'+' if j > 1 else ''}W_{{i{j}}}x_{j}$" for j in (1, 2, 3)}
    titles |= {"bias": "$+b_i$", "sum": f"$={total}$", "result": rf"$y_i=\sigma(\,{total}\,)$"}
    for name, title in titles.items():
        panels[name].set_title(title, color=_colour(page, name))


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
        draw_matrix(diagram, "W", matrix)
        if number == 1:
            middle = matrix.cell(_LIT, 0).centre[1]
            draw_matrix(diagram, "y", Grid(1, columns, matrix.box.left, middle, side))
        name = rf"$W^{{({number})}}$: ${rows}\times {columns}$"
        diagram.label((x, 1.2 * text), name)
    _name_the_layers(diagram, layers, diagram.height - 3.4 * text)
    many, matrices = sum(layer.weight.size for layer in network.layers), len(network.layers)
    finding = page.say(
        f"MLP：重み {many} 個が、{matrices} つの行列に並ぶ",
        f"An MLP: {many} weights, in {matrices} matrices",
    )
    page.headline(finding)


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
