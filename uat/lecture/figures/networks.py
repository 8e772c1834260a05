"""A neural network: layers, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uat.lecture.drawing.diagram import Area, Diagram, DrawnLayer, Role, arrange
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
        "3 個の入力（白い丸）から 4 個のユニットを通って 2 個の出力へ。線の一本一本が重みで、となりあう層の丸はすべて結ばれている。緑の線は一つのユニットに入る重み。",
        "From 3 inputs (white) through 4 units to 2 outputs. Each line is a weight, and every "
        "circle is joined to all of the next layer. Green: the weights into one unit.",
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
    floor, ceiling = 3.0 * page.size.text, diagram.height - 2.2 * page.size.text
    layers = arrange(network, Area(0, floor, diagram.width, ceiling))
    diagram.network(layers, lit=_LIT)
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
    many = sum(layer.weight.size for layer in network.layers)
    page.headline(
        say(f"線の一本一本が重み：全部で {many} 個", f"Every line is a weight: {many} in all")
    )


_LIT: Final = 1
"""The hidden unit whose weights are lit: the row of W that the next slides write out."""


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
    boxes = _chain(diagram)
    step = 0.185 * boxes[0].bottom
    ends = [box.left for box in boxes[1:]] + [diagram.width - 1.65 * text]
    inherited, ink, new = r"\boldsymbol{x}", page.theme.ink, page.theme.unit
    for i, (box, end) in enumerate(zip(boxes, ends, strict=True), 1):
        diagram.label(box.centre, f"$f_{i}$", fontsize=1.6 * text, color=new)
        _name_above(diagram, box, page.say(f"レイヤー {i}", f"Layer {i}"))
        x, y = (box.right + end) / 2, (5.35 - i) * step
        y_is = [(r"$\boldsymbol{y}=\,$", ink)] if box is boxes[-1] else []
        pieces = [*y_is, (f"$f_{i}($", new), (f"${inherited}$", ink), ("$)$", new)]
        with page.reveal(i):
            diagram.axes.plot([x, x], [box.centre[1], y - 0.4 * text], **page.pen("aside"))
            diagram.pieces((x - 0.3 * text, y), pieces, 1.2 * text)
        inherited = f"f_{i}({inherited})"
    page.headline(page.say("ネットワークはレイヤーの合成", "A network is layers, composed"))


@figure(
    "layer-roles",
    slide=STRUCTURE,
    title=Pair("入力層・中間層・出力層", "Input, hidden and output layers"),
    caption=Pair(
        "入力を受け取るのが入力層、出力を出すのが出力層、それ以外が中間層（隠れ層）である。データは x から y へ一方向に流れる。"
        "全結合のネットワークの入力層は重みをもたず、x そのものである。",
        "The input layer takes the input, the output layer gives the output, and all layers "
        "between them are hidden. Data flows one way, from x to y. In a dense network the input "
        "layer has no weights: it holds x.",
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
    """Draw the same five boxes, each with its role, and the units in them."""
    diagram, say, text = Diagram(page), page.say, page.size.text
    boxes = _chain(diagram, five_columns(diagram))
    first, second, _, fourth, last = boxes
    names = (
        say("入力層", "Input layer"),
        *3 * [say("中間層", "Hidden layer")],
        say("出力層", "Output layer"),
    )
    for layer, box, name in zip(five_columns(diagram), boxes, names, strict=True):
        _name_above(diagram, box, name, color=diagram.colour(layer.role))
    jobs: tuple[tuple[Area, Area, Role, str], ...] = (
        (first, first, "input", say("入力を受け取る", "takes the input")),
        (second, fourth, "hidden", say("それ以外（隠れ層）", "everything between")),
        (last, last, "output", say("出力を出す", "gives the output")),
    )
    y = 5.0 * text
    for start, stop, role, job in jobs:
        colour: dict[str, Any] = {"color": diagram.colour(role)}
        diagram.span((stop.right, y), (start.left, y), **colour)
        middle = (start.left + stop.right) / 2
        diagram.label((middle, y - 1.7 * text), job, **colour, fontsize=1.45 * text)
    finding = say("入力でも出力でもない層が中間層", "What is neither input nor output is hidden")
    page.headline(finding)


def five_columns(diagram: Diagram) -> tuple[DrawnLayer, ...]:
    """Place the layers of the network that three slides show, at the same places on each."""
    text = diagram.page.size.text
    box = Area(3.0 * text, 8.2 * text, diagram.width - 3.0 * text, diagram.height - 3.5 * text)
    return arrange(five_layers(), box)


def _name_above(diagram: Diagram, box: Area, name: str, **changes: Any) -> None:
    diagram.label((box.centre[0], box.top + 0.8 * diagram.page.size.text), name, **changes)


def _chain(diagram: Diagram, units: tuple[DrawnLayer, ...] = ()) -> tuple[Area, ...]:
    """Draw a box for each layer, with arrows from x through all of them to y; `units` in them."""
    text, layers = diagram.page.size.text, five_columns(diagram)
    width = 0.62 * (layers[1].units[0, 0] - layers[0].units[0, 0])
    boxes = tuple(layer.box(width, margin=0.3 * text) for layer in layers)
    for box, layer in zip(boxes, layers, strict=True):
        diagram.block(box, "plain" if not units else _PALE[layer.role])
    for layer in units:
        diagram.layer(layer)
    middle, side = boxes[0].centre[1], 3.0 * text
    start, stop = 0.55 * side, diagram.width - 0.55 * side
    lefts, rights = [box.left for box in boxes], [box.right for box in boxes]
    for tail, tip in zip([start, *rights], [*lefts, stop], strict=True):
        diagram.arrow((tail, middle), (tip, middle))
    for x, name in ((side / 4, "x"), (diagram.width - side / 4, "y")):
        diagram.label((x, middle), rf"$\boldsymbol{{{name}}}$", fontsize=1.6 * text)
    return boxes


_PALE: Final[dict[Role, Role]] = {"input": "input", "hidden": "plain", "output": "pale output"}
