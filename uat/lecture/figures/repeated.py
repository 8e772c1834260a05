"""Idea 1 in a network: each layer composes, and the curve of a network grows wilder with depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from uat.core.activations import logistic
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.lecture.drawing.diagram import Area, Diagram, arrange
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from uat.plotting.page import Page

_DEPTH: Final = 4

_STEPS: Final = (11.0, 0.26), (14.0, 0.72)
"""Slope and place of the step up and of the step down: unequal ones make hills of unequal width."""


def hills(depth: int) -> Network:
    """Return a network of `depth` hidden layers, two units in each, that make one hill together.

    The hill is 1 high. As every layer takes the hill of the one before, its curve climbs and falls
    in the time in which that one only climbs.
    """
    slopes, places = np.array(_STEPS).T
    v = np.linspace(0.0, 1.0, 4001)
    one = Affine(slopes[:, None], -slopes * places)
    peak = float(np.ptp(logistic(slopes * (v[:, None] - places)), axis=1).max())
    down = np.array([[1.0, -1.0]]) / peak
    again = Affine(slopes[:, None] @ down, one.bias)
    return Network((one, *[again] * (depth - 1), Affine(down, [0.0])), logistic)


def turns(values: Array) -> int:
    """Return how often a curve turns from rising to falling: the number of its hills."""
    rising = np.diff(values) > 0
    return int(np.count_nonzero(rising[:-1] & ~rising[1:]))


@figure(
    "depth-composition",
    slide=Pair("アイデア1. 合成", "Idea 1: composition"),
    title=Pair("合成を繰り返す", "Composing again and again"),
    caption=Pair(
        "二つのユニット（上がるステップと下がるステップ）が一つの山を作る。同じ二つを次の層に置くと、前の層の山を上るときと下るときに一度ずつ、山ができる。"
        "層を重ねるたびに山の数は倍になり、4 層、8 ユニットで 8 個になる。",
        "Two units, a step up and a step down, make one hill. The same two in the next layer make "
        "a hill on the way up the hill before, and another on the way down. Each layer doubles the "
        "hills: 4 layers, 8 units in all, make 8.",
    ),
    alternative=Pair(
        "上にネットワーク：x、2 個ずつのユニットの層が四つ、y。各層の下に、その層までで得られる曲線。山の数は 1、2、4、8。",
        "Top, a network: x, four layers of two units, and y. Below each layer stands the curve "
        "that the network makes up to it, with 1, 2, 4 and 8 hills.",
    ),
    formula=r"u^{(k)}=h(u^{(k-1)}),\quad h(v)=a\,(\sigma(b_1v+c_1)-\sigma(b_2v+c_2))",
    code="""
        from uat.lecture.figures.repeated import hills
        networks = [hills(depth) for depth in (1, 2, 3, 4)]
    """,
    wide=True,
)
def depth_composition(page: Page) -> None:
    """Draw a network of four layers, and below each layer the curve up to it."""
    diagram, say = Diagram(page), page.say
    width, height = diagram.width, diagram.height
    # Columns are as far apart as the panels below them, the first and the last one near the edges.
    area = Area(-0.04 * width, 0.6 * height, 1.04 * width, 0.86 * height)
    layers = arrange(hills(_DEPTH), area)
    diagram.network(layers)
    diagram.names(layers[0], ["$x$"])
    diagram.names(layers[-1], ["$y$"])
    for layer in layers[1:-1]:
        diagram.curves(layer, logistic)
    x = samples((0.0, 1.0))
    for depth, layer in enumerate(layers[1:-1], 1):
        middle = layer.units[0, 0] / width
        axes = page.figure.add_axes((0.015 + 0.97 * middle - 0.083, 0.1, 0.166, 0.4))
        values = hills(depth).as_function()(x)
        axes.plot(x, values, **page.pen("network", linewidth=0.6 * page.size.line))
        axes.fill_between(x, values, 0, **page.fill("network", alpha=0.15))
        axes.set(xlim=(0, 1), ylim=(0, 1.05), xticks=[], yticks=[])
        many = turns(values)
        said = say(f"山 {many} 個", f"{many} hill" + "s" * (many > 1))
        axes.set_xlabel(said, color=page.theme.network, fontsize=page.size.headline)
        name = say(f"第 {depth} 層", f"layer {depth}")
        diagram.label((layer.units[0, 0], 0.55 * height), name, color=page.theme.unit)
    page.headline(say("層を重ねるたびに、山は倍になる", "Every layer doubles the hills"))
