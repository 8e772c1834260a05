"""A neural network: layers, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from uat.lecture.drawing.diagram import Area, Diagram, Role, arrange
from uat.lecture.networks import five_layers, of_sizes
from uat.lecture.registry import figure
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from uat.plotting.page import Page

STRUCTURE = Pair("ニューラルネットワークの構造", "The structure of a neural network")


@figure(
    "nn-cover",
    slide=Pair("ニューラルネットワーク", "Neural networks"),
    title=Pair("ニューラルネットワーク", "A neural network"),
    caption=Pair(
        "3 個の入力から 4 個のユニットを通って 2 個の出力へ。丸の一つひとつがユニット、線の一本一本が重みで、となりあう層のユニットはすべて結ばれている。",
        "From 3 inputs through 4 units to 2 outputs. Each circle is a unit and each line a "
        "weight; all units of neighbouring layers are connected.",
    ),
    alternative=Pair(
        "左から入力層に丸が 3 個、中間層に 4 個、出力層に 2 個並び、となりあう層の丸どうしがすべて線で結ばれている。",
        "Three columns of circles from left to right: 3 in the input layer, 4 in the hidden "
        "layer, 2 in the output layer. Lines join every circle to every circle of the next column.",
    ),
    formula=(
        r"\boldsymbol{y}=W^{(2)}\sigma(W^{(1)}\boldsymbol{x}+\boldsymbol{b}^{(1)})"
        r"+\boldsymbol{b}^{(2)}"
    ),
    code="""
        from uat.lecture.networks import of_sizes
        network = of_sizes(3, 4, 2)
        y = network([1.0, 2.0, 3.0])
    """,
)
def cover(page: Page) -> None:
    """Draw a 3-4-2 network with the names of its layers."""
    diagram, say = Diagram(page), page.say
    network = of_sizes(3, 4, 2)
    floor = 3.0 * page.size.text
    layers = arrange(network, Area(0, floor, diagram.width, diagram.height))
    diagram.network(layers)
    inputs, hidden, outputs = layers
    words = {"fontsize": 1.4 * page.size.text}
    diagram.names(inputs, (f"$x_{i}$" for i in (1, 2, 3)), **words)
    diagram.curves(hidden, network.activation)
    diagram.names(outputs, (f"$y_{i}$" for i in (1, 2)), **words)
    said = (
        say("入力層", "Input layer"),
        say("中間層（隠れ層）", "Hidden layer"),
        say("出力層", "Output layer"),
    )
    for layer, text in zip(layers, said, strict=True):
        at = layer.units[0, 0], floor / 2
        diagram.label(at, text, color=diagram.colour(layer.role), **words)


@figure(
    "layer-blocks",
    slide=STRUCTURE,
    title=Pair("レイヤーの合成", "Layers compose"),
    caption=Pair(
        "ニューラルネットワークは「レイヤー」という関数の合成である。前のレイヤーの出力が次のレイヤーの入力になる（矢印の下は、そこを流れる値）。箱の高さは、レイヤーが出す値の個数を表す。",
        "A neural network is a composition of functions called layers: what one layer gives "
        "(below its arrow), the next one takes. The height of a box shows how many values its "
        "layer gives.",
    ),
    alternative=Pair(
        "x から y へ、レイヤー 1 からレイヤー 5 までの五つの箱が矢印でつながっている。"
        "矢印の下に、そこを流れる値 f1(x)、f2(f1(x))、…、y = f5(f4(f3(f2(f1(x)))))。",
        "Five boxes, layer 1 to layer 5, joined by arrows from x to y. Below the arrows, step by "
        "step, what flows along them: f1(x), f2(f1(x)), and so on to y = f5(f4(f3(f2(f1(x))))).",
    ),
    formula=r"\boldsymbol{y}=f_5(f_4(f_3(f_2(f_1(\boldsymbol{x})))))",
    code="""
        from uat.lecture.networks import of_sizes
        network = of_sizes(4, 6, 4, 2, 1)
        y = network([1.0, 2.0, 3.0, 4.0])
    """,
    wide=True,
)
def blocks(page: Page) -> None:
    """Draw five layers as boxes, and below each arrow the value that it carries."""
    diagram, text = Diagram(page), page.size.text
    step = 1.75 * text
    floor = 5.2 * step
    boxes = _chain(diagram, [f"$f_{i}$" for i in range(1, 6)], floor, top=2.0 * text, plain=True)
    ends = [box.left for box in boxes[1:]] + [diagram.width - 1.65 * text]
    value = r"\boldsymbol{x}"
    for i, (box, end) in enumerate(zip(boxes, ends, strict=True), 1):
        name = page.say(f"レイヤー {i}", f"Layer {i}")
        diagram.label((box.centre[0], box.top + 0.8 * text), name)
        value = f"f_{i}({value})"
        x, y = (box.right + end) / 2, (5.5 - i) * step
        diagram.axes.plot([x, x], [box.centre[1], y], **page.pen("guide", linestyle="-"))
        said = rf"$\boldsymbol{{y}}={value}$" if box is boxes[-1] else f"${value}$"
        diagram.label((x - 0.3 * text, y), said, ha="right", fontsize=1.3 * text)


@figure(
    "layer-roles",
    slide=STRUCTURE,
    title=Pair("入力層・中間層・出力層", "Input, hidden and output layers"),
    caption=Pair(
        "入力を受け取るのが入力層、出力を出すのが出力層、それ以外が中間層（隠れ層）である。データは x から y へ一方向に流れる。",
        "The input layer takes the input, the output layer gives the output, and all layers "
        "between them are hidden. Data flows one way, from x to y.",
    ),
    alternative=Pair(
        "x から y へ五つの箱が矢印でつながっている。一つ目が入力層、次の三つが中間層（隠れ層）、最後が出力層。",
        "Five boxes joined by arrows from x to y: the first is the input layer, the next three "
        "are hidden layers, the last is the output layer.",
    ),
    formula=(
        r"\boldsymbol{x}\rightarrow\boldsymbol{u}^{(1)}\rightarrow\boldsymbol{u}^{(2)}"
        r"\rightarrow\boldsymbol{u}^{(3)}\rightarrow\boldsymbol{y}"
    ),
    code="""
        from uat.lecture.networks import of_sizes
        network = of_sizes(4, 6, 4, 2, 1)
        hidden = network.widths
    """,
    wide=True,
)
def roles(page: Page) -> None:
    """Draw five layers as boxes, each with its role."""
    diagram, say = Diagram(page), page.say
    names = [
        say("入力層", "Input\nlayer"),
        *3 * [say("中間層", "Hidden\nlayer")],
        say("出力層", "Output\nlayer"),
    ]
    floor = 4.0 * page.size.text
    first, second, _, fourth, last = _chain(diagram, names, floor)
    jobs: tuple[tuple[Area, Area, Role, str], ...] = (
        (first, first, "input", say("入力を受け取る", "takes the input")),
        (second, fourth, "hidden", say("それ以外（隠れ層）", "everything between")),
        (last, last, "output", say("出力を出す", "gives the output")),
    )
    y = 0.7 * floor
    for start, stop, role, job in jobs:
        diagram.span((stop.right, y), (start.left, y), job, color=diagram.colour(role))


def _chain(
    diagram: Diagram, names: Sequence[str], floor: float, *, top: float = 0.0, plain: bool = False
) -> tuple[Area, ...]:
    """Draw a box for each layer, with arrows from x through all of them to y."""
    text = diagram.page.size.text
    side = 3.0 * text
    layers = arrange(
        five_layers(), Area(side, floor + text, diagram.width - side, diagram.height - text - top)
    )
    width = 0.7 * (layers[1].units[0, 0] - layers[0].units[0, 0])
    boxes = tuple(layer.box(width, margin=0.9 * text) for layer in layers)
    for box, layer, name in zip(boxes, layers, names, strict=True):
        if plain:
            diagram.block(box, "plain", name, size=1.6)
        else:
            diagram.block(box, layer.role, name)
    middle = boxes[0].centre[1]
    start, stop = 0.55 * side, diagram.width - 0.55 * side
    lefts, rights = [box.left for box in boxes], [box.right for box in boxes]
    for tail, tip in zip([start, *rights], [*lefts, stop], strict=True):
        diagram.arrow((tail, middle), (tip, middle))
    for x, name in ((side / 4, "x"), (diagram.width - side / 4, "y")):
        diagram.label((x, middle), rf"$\boldsymbol{{{name}}}$", fontsize=1.6 * text)
    return boxes
