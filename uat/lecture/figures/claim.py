"""The claim: one hidden layer is enough. The network of the theorem stands beside its function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.core.activations import logistic
from uat.core.network import Network
from uat.errors import InputError
from uat.lecture.drawing.diagram import Diagram, DrawnLayer
from uat.lecture.networks import SLACK, once
from uat.lecture.registry import figure
from uat.plotting.curves import draw_fit, make_room, samples
from uat.plotting.language import Pair
from uat.plotting.numbers import about, as_given
from uat.theorem.approximate import approximate
from uat.theorem.approximation import Approximation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page

_EPS: Final = 0.1
_MOST: Final = 10
"""Units that the picture has room for."""


@once
def few_units(eps: float, f: Target = examples.nielsen) -> Approximation:
    """Return a network of few units that is seen to be within ε of Nielsen's function, or of f."""
    g = approximate(f, eps=SLACK * eps, method="free")
    assert g.certificate is not None
    return Approximation(g.targets, eps, g.network, (g.certificate,), g.method, ())


@figure(
    "theorem-network",
    slide=Pair("主張", "The claim"),
    title=Pair("定理のネットワーク", "The network of the theorem"),
    caption=Pair(
        "定理の g(x) = Σ a_i σ(b_i x + c_i) は、隠れ層が一つのネットワークである。ユニットはどれも同じ x を受け取り、"
        "自分の b_i と c_i の曲線を返す（丸の中、I = [0, 1] 上）。線の重み a_i を掛けて足すと g になる。"
        "黒い点は一つの x での値。茶色は b = 0 のユニットで、いつも同じ値を返す。誤差が ε より小さいことは証明されている。",
        "The theorem's g(x) = Σ a_i σ(b_i x + c_i) is a network with one hidden layer. Every unit "
        "takes the same x and gives a curve of its own b_i and c_i (in the circles, over I = "
        "[0, 1]). Times the weights a_i on the lines they add up to g. The dots are the values at "
        "one x; the brown unit has b = 0 and always gives the same. The error is proved to be "
        "below ε.",
    ),
    alternative=Pair(
        "左から、丸 x、縦に並ぶユニットの丸、丸 Σ が線で結ばれ、右に f と帯の中を進む g のグラフ。ユニットの丸の中に S 字の曲線、線の上に重み。",
        "From left to right a circle x, a column of units and a circle Σ, joined by lines, and "
        "the graph of g in the band around f. In each unit stands its S-shaped curve, on each "
        "line its weight.",
    ),
    formula=r"g(x)=\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i)",
    code="""
        from uat.lecture.figures.claim import few_units
        g = few_units(0.1)
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上）を誤差 ε = {eps} 未満で近似する、隠れ層が一つのネットワーク。ユニットはどれも同じ x を受け取り、自分の b_i と c_i の曲線を返す（丸の中）。"
        "線の重み a_i を掛けて足すと g になる。黒い点は一つの x での値。誤差が ε より小さいことは証明されている。",
        "{f} on {domain}, within ε = {eps}, by one hidden layer. Every unit takes the same x and "
        "gives a curve of its own b_i and c_i (in the circles); times the weights a_i on the lines "
        "they add up to g. The dots are the values at one x. The error is proved to be below ε.",
    ),
)
def theorem_network(page: Page, f: Target = examples.nielsen, eps: float = _EPS) -> None:
    """Draw one hidden layer as circles with their curves, and beside it the sum over f."""
    g = few_units(eps, f)
    if g.units > _MOST:
        raise InputError(
            f"{g.units} units are needed at eps = {eps:g}; the picture has room for {_MOST}, so "
            "take a larger eps"
        )
    diagram, say = Diagram(page), page.say
    text, width, height = page.size.text, diagram.width, diagram.height
    middle, spread = 0.43 * height, 0.77 * height / max(g.units, 4)
    heights = middle + spread * ((g.units - 1) / 2 - np.arange(g.units))
    places = np.column_stack([np.full(g.units, 0.24 * width), heights])
    units = DrawnLayer("hidden", places, 0.43 * spread)
    source = DrawnLayer("input", np.array([[0.06 * width, middle]]), 1.1 * text)
    total = DrawnLayer("output", np.array([[0.48 * width, middle]]), 1.1 * text)
    diagram.weights(source, units)
    _draw_weights(diagram, g.network, units, total)
    for layer in (source, total):
        diagram.layer(layer)
    diagram.names(source, ["$x$"], fontsize=1.2 * text)
    diagram.names(total, [r"$\Sigma$"], fontsize=1.2 * text)
    followed = _busiest(g)
    _draw_units(diagram, g, units, followed)
    start = 0.48 * width + 1.1 * text
    diagram.arrow((start, middle), (0.57 * width, middle), color=page.theme.network)
    _draw_sum(page, g, followed)
    words: dict[str, Any] = {"fontsize": 1.1 * text}
    heading = 0.855 * height
    diagram.label((0.24 * width, heading), r"$\sigma(b_ix+c_i)$", color=page.theme.unit, **words)
    diagram.label((0.345 * width, heading), "$a_i$", **words)
    page.headline(say(f"隠れ層は一つ、ユニットは {g.units} 個：誤差は {as_given(eps)} 未満",
                      f"One hidden layer, {g.units} units: within {as_given(eps)} of $f$"))  # fmt: skip


def _busiest(g: Approximation) -> float:
    """Return the x at which most units are on their way from 0 to 1."""
    start, stop = g.target.domain[0]
    # Not near the ends, where the axes stand.
    network, x = g.network, start + (stop - start) * np.linspace(0.1, 0.9, 401)
    values = logistic(np.outer(x, network.slopes) + network.biases)
    return float(x[np.argmax((values * (1 - values)).sum(axis=1))])


def _draw_weights(diagram: Diagram, network: Network, units: DrawnLayer, total: DrawnLayer) -> None:
    """Draw the lines to the sum, as thick as their weights are large, with the weights on them."""
    page, (end, level) = diagram.page, total.units[0]
    most = np.abs(network.output_weights).max()
    for (x, y), weight, slope in zip(
        units.units, network.output_weights, network.slopes.ravel(), strict=True
    ):
        meaning = "unit" if slope else "constant"
        thick = (0.4 + 2.0 * abs(weight) / most) * page.size.line
        diagram.axes.plot([x, end], [y, level], **page.pen(meaning, linewidth=thick, zorder=1))
        way = np.array([end - x, level - y])
        beside = np.array([-way[1], way[0]]) / np.hypot(*way) * (1 if y >= level else -1)
        # A number is wider than high, so that it is further away from a steep line.
        distance = np.abs(beside) @ [1.3, 0.65] * page.size.text + thick / 2
        at = (x, y) + 0.35 * way + distance * beside
        words: dict[str, Any] = {"color": getattr(page.theme, meaning)}
        diagram.label(tuple(at), f"${about(weight)}$", **words)


def _draw_units(diagram: Diagram, g: Approximation, layer: DrawnLayer, followed: float) -> None:
    """Draw each unit as a circle with its curve over I, and on it the value at the followed x."""
    from matplotlib.patches import Circle

    page, network, (start, stop) = diagram.page, g.network, g.target.domain[0]
    x, side = samples((start, stop), network, 401), 0.6 * layer.radius
    parameters = zip(network.slopes, network.biases, strict=True)
    for centre, (slope, bias) in zip(layer.units, parameters, strict=True):
        colour = page.theme.unit if slope.any() else page.theme.constant
        diagram.axes.add_patch(Circle(tuple(centre), layer.radius, color=colour, zorder=2))
        unit = Network.from_units([1.0], [slope], [bias], network.activation).as_function()

        def placed(at: Any, centre: Any = centre, unit: Any = unit) -> Any:
            across = 2 * (at - start) / (stop - start) - 1
            return centre[0] + side * across, centre[1] + side * (2 * unit(at) - 1)

        ink = diagram.ink("hidden")
        diagram.axes.plot(*placed(x), **page.pen("unit", color=ink, zorder=4))
        dot = page.dot("data", markersize=2.2 * page.size.line, markeredgecolor=ink)
        diagram.axes.plot(*placed(np.array([followed])), **dot)


def _draw_sum(page: Page, g: Approximation, followed: float) -> None:
    """Draw g in the band around f, with its value at the followed x."""
    axes: Axes = page.figure.add_axes((0.63, 0.13, 0.345, 0.7))
    f, x = g.target, samples(g.target.domain[0], g.network)
    draw_fit(page, axes, g, x)
    side = make_room(axes, f, 1.1 * g.eps)
    axes.locator_params(axis="y", nbins=2)
    axes.set_xticks(f.domain[0], [about(end) for end in f.domain[0]])
    page.follow(axes, followed, float(g(followed)), foot=axes.get_ylim()[0])
    words: dict[str, Any] = {"fontsize": 1.1 * page.size.text}
    name_f(page, axes, g, side, "$f$", **words)
    at: dict[str, Any] = {"transform": axes.transAxes, "ha": side, "va": "top"}
    written = r"$g=\sum_i\,a_i\,\sigma(b_ix+c_i)$"
    across = 0.03 if side == "left" else 0.97
    page.note(axes, across, 0.97, written, color=page.theme.network, **at, **words)
    below: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center"}
    page.note(axes, followed, -0.077, "$x$", va="center", **below, **words)


def name_f(page: Page, axes: Axes, g: Approximation, side: str, *names: str, **words: Any) -> None:
    """Write the first of the names of f that has a place above the band or below it.

    The upper corner on one `side` is kept for other words.
    """
    f, (start, stop), (low, high) = g.target, g.target.domain[0], axes.get_ylim()
    wide, tall = stop - start, high - low
    words |= {"color": page.theme.target, "ha": "center", "va": "center"}
    note = page.note(axes, start, low, names[0], **words)
    air = page.size.line * page.figure.dpi / 72
    for name in names:
        note.set_text(name)
        size = note.get_window_extent()
        half = wide * (0.5 * size.width + air) / axes.bbox.width
        need = tall * (size.height + air) / axes.bbox.height
        for x in start + wide * _SHARES:
            if not start + half < x < stop - half:
                continue
            y = f(np.linspace(x - half, x + half, 101))
            above, below = float(y.max()) + g.eps + need, float(y.min()) - g.eps - need
            corner = (
                x + half > start + 0.6 * wide if side == "right" else x - half < start + 0.4 * wide
            )
            if above < low + (0.57 if corner else 0.98) * tall:
                note.set_position((x, above - need / 2))
                return
            if below > low:
                note.set_position((x, below + need / 2))
                return
    note.remove()


_SHARES: Final = np.array([0.51, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8])
"""Places for the middle of the name, in parts of the width: more of them name more f."""
