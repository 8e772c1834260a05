"""Is depth needed? Deep ReLU networks cut space into far more linear regions than wide ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.construct.deep.folding import folding
from uat.construct.deep.random_networks import random_network
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.lecture.registry import figure
from uat.plotting.language import Pair
from uat.plotting.maps import VALUES
from uat.plotting.regions import LINES, draw_key, draw_regions, line_share
from uat.regions.count import map_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

__all__ = ["DEPTH", "even_output", "rosette"]


DEPTH = Pair("「深さ」は必要？", "Is depth needed?")

CUBE = (0.0, 1.0)
SQUARE = (-1.0, 1.0)


def rosette(lines: int, turn: float = 0.35) -> Affine:
    """Return lines in the unit square that meet two at a time: tangents of a small circle.

    A point outside a circle is on two of its tangents. Their directions are spread over half a
    circle, so that no two are parallel, and every second one touches on the other side. The circle
    is so small that they meet inside the square. Weights are rounded to a dyadic grid.
    """
    number = np.arange(lines)
    angles = turn + np.pi * (number / lines + number % 2)
    normals = np.column_stack([np.cos(angles), np.sin(angles)])
    radius = 0.46 * np.sin(np.pi / (2 * lines))
    weight = np.round(normals * 2.0**20) * 2.0**-20
    bias = np.round(-(weight.sum(axis=1) / 2 + radius) * 2.0**20) * 2.0**-20
    return Affine(weight, bias)


def even_output(network: Network) -> Network:
    """Return the network with nearly equal output weights, so that the colours of regions differ most."""
    *hidden, last = network.layers
    weights = 1 + np.arange(last.weight.shape[1]) / 64
    return Network((*hidden, Affine(weights[None, :], last.bias)), network.activation)


@figure(
    "depth-fold",
    slide=DEPTH,
    title=Pair("深さと折りたたみ", "Depth folds space"),
    caption=Pair(
        "4 個のユニットの層は正方形を縦横に折り、S₁、S₂、S₃、S₄ をどれも次の正方形全体に重ねる。"
        "最後の層が引いた 4 本の線は、層を一つ戻るたびに 4 枚に写り、線形領域は 11、44、176 個と 4 倍ずつ増える。"
        "同じ色は同じ領域に、点はすべて同じ点に重なる。Montúfar ほか (2014) の図を、実際のネットワークの正確な領域で描き直した。",
        "A layer of 4 units folds the square both ways and lays S₁, S₂, S₃ and S₄ on the whole of "
        "the next square. What the 4 lines of the last layer cut is copied fourfold each layer "
        "back: 11, 44, 176 linear regions. Equal colours land on each other, all dots on one "
        "point. After Montúfar et al. (2014), drawn from the exact regions of a real network.",
    ),
    alternative=Pair(
        "三つの正方形。右は最後の層の 4 本の線が分ける 11 個の領域。中央にはその鏡像を含む 4 枚、左の入力空間には "
        "16 枚が並ぶ。左の正方形は四つの区画 S₁ から S₄ に分かれ、同じ領域は同じ色である。",
        "Three squares. The right one has 11 regions between the 4 lines of the last layer. The "
        "middle one shows 4 copies of it, mirrored, and the left one, the input, 16; it is parted "
        "into the quarters S₁ to S₄. The same region has the same colour everywhere.",
    ),
    formula=(
        r"\#\geq\prod_{l=1}^{L-1}\lfloor n_l/n_0\rfloor^{n_0}"
        r"\ \sum_{j=0}^{n_0}\dfrac{n_L!}{j!\,(n_L-j)!}"
    ),
    code="""
        from uat.construct.deep.folding import folding
        from uat.lecture.figures.depth import rosette
        network = folding(2, (4, 4, 4), rosette(4))
        regions = uat.map_regions(network, (0, 1))
    """,
    wide=True,
)
def depth_fold(page: Page) -> None:
    """Draw the regions of one network, seen before, between and after its two folds."""
    say, last = page.say, rosette(4)
    networks = [even_output(folding(2, (4,) * folds + (4,), last)) for folds in (2, 1, 0)]
    maps = [map_regions(network, CUBE) for network in networks]
    shown = _by_last_layer(maps[-1], networks[-1])
    columns = page.figure.subplots(1, 5, width_ratios=(10, 1.1, 6, 1.1, 3.6))
    panels = columns[::2]
    names = (
        say("入力", "input"),
        say("1 層目のあと\n", "after layer 1\n")
        + say("$S_1,…,S_4$ が重なる", "$S_1$ to $S_4$ coincide"),
        say("2 層目のあと", "after layer 2"),
    )
    for axes, found, name, folds in zip(panels, maps, names, (2, 1, 0), strict=True):
        colours = np.array([shown[key] for key in _last_patterns(found, 4)])
        draw_regions(page, axes, found, colours, line=(0.5, 0.35, 0.2)[folds])
        _draw_folds(page, axes, folds)
        axes.set(aspect="equal", xticks=[], yticks=[])
        axes.set_title(name, loc="center", linespacing=1.4)
        count = f"{found.count.linear:,}"
        axes.set_xlabel(say(f"領域 {count} 個", f"{count} regions"))
        dot = page.dot("data", color=LINES, markersize=(3, 2.5, 2)[folds] * page.size.line)
        axes.plot(*_copies(np.array([0.2, 0.75]), folds).T, **dot)
    places = ((0.75, 0.75), (0.25, 0.75), (0.25, 0.25), (0.75, 0.25))
    for number, (x, y) in enumerate(places, 1):
        text = {"fontsize": 1.2 * page.size.text, "ha": "center", "va": "center"}
        page.note(panels[0], x, y, f"$S_{number}$", **text)
    for axes in columns[1::2]:
        _draw_arrow(page, axes)
        fold = {"ha": "center", "va": "bottom", "bbox": None, "fontsize": page.size.text}
        page.note(axes, 0.5, 0.05, say("折る", "fold"), **fold)


def _last_patterns(found: RegionMap, units: int) -> list[bytes]:
    """Return the regions by the units that are on in the last layer."""
    return [row.tobytes() for row in found.patterns[:, -units:]]


def _by_last_layer(found: RegionMap, network: Network) -> dict[bytes, Array]:
    """Return a colour for each region: the larger the network is there, the lighter the colour."""
    from matplotlib import colormaps

    units = len(network.layers[-2].bias)
    middles = np.array([found.corners(i).mean(axis=0) for i in range(len(found.gradients))])
    order = np.argsort(np.argsort(network(middles)[:, 0]))
    colours = colormaps[VALUES](0.2 + 0.8 * order / (len(order) - 1))[:, :3]
    return dict(zip(_last_patterns(found, units), colours, strict=True))


def _copies(point: Array, folds: int) -> Array:
    """Return all points that these folds lay on the same point."""
    points = point[None, :]
    for _ in range(folds):
        x = np.concatenate([points[:, 0] / 2, 1 - points[:, 0] / 2])
        points = np.column_stack([x, np.tile(points[:, 1], 2)])
        y = np.concatenate([points[:, 1] / 2, 1 - points[:, 1] / 2])
        points = np.column_stack([np.tile(points[:, 0], 2), y])
    return points


def _draw_folds(page: Page, axes: Axes, folds: int) -> None:
    """Draw the creases; those of earlier layers are thicker."""
    for layer in range(folds):
        places = (np.arange(2**layer) + 0.5) / 2**layer
        line = (1.0 if layer == 0 else 0.5) * page.size.line
        pen: dict[str, Any] = {"color": page.theme.background, "linewidth": line, "zorder": 3}
        for place in places:
            axes.axvline(place, **pen)
            axes.axhline(place, **pen)


def _draw_arrow(page: Page, axes: Axes) -> None:
    axes.set(xlim=(0, 1), ylim=(-1, 1))
    axes.set_axis_off()
    page.arrow(axes, (0.0, 0.0), (1.0, 0.0), linewidth=page.size.line)


@figure(
    "regions-plane",
    slide=DEPTH,
    title=Pair("線形領域：浅いネットワークと深いネットワーク", "Linear regions, shallow and deep"),
    caption=Pair(
        "どのネットワークもユニットは 18 個で、深いほど右に並べた。数は線形領域の正確な個数、色は勾配の向きと大きさを表す（灰色は平ら）。"
        "下の行は折りたたみネットワークで、一層なら 172 個が最大だが、三層では 1,782 個になる。上の行は乱数で作ったネットワークで、深くしても自然に増えるわけではない。",
        "All networks have 18 units, the deeper the further right; the numbers of linear regions "
        "are exact. Bottom, folding networks: one layer can have 172 at most, three layers have "
        "1,782. Top, random networks: depth alone brings no more. Colours tell the gradient, grey "
        "is flat.",
    ),
    alternative=Pair(
        "2 行 3 列の正方形。列は 18、9–9、6–6–6 ユニット。上の乱数のネットワークは 136、100、51 個の不規則な領域、"
        "下の折りたたみネットワークは右へ行くほど細かい、鏡のように繰り返す模様になる。",
        "Two rows of three squares, for hidden widths 18, 9–9 and 6–6–6. Top, random networks with "
        "136, 100 and 51 irregular regions; bottom, folding networks with ever finer patterns, "
        "repeated as in mirrors, to the right.",
    ),
    formula=r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
    code="""
        from uat.construct.deep.folding import folding
        from uat.construct.deep.random_networks import random_network
        random = uat.map_regions(random_network(2, (6, 6, 6), rng=4), (-1, 1))
        folded = uat.map_regions(folding(2, (6, 6, 6)), (0, 1))
    """,
    wide=True,
)
def regions_plane(page: Page) -> None:
    """Draw networks of 18 units: random ones above, folding ones below."""
    say = page.say
    panels = page.figure.subplot_mosaic(
        [["a", "b", "c", "key"], ["d", "e", "f", "key"]], width_ratios=(3, 3, 3, 1.3)
    )
    columns = zip(("ad", "be", "cf"), ((18,), (9, 9), (6, 6, 6)), strict=True)
    for column, widths in columns:
        networks = random_network(2, widths, rng=4), _folded(widths)
        rows = zip(column, networks, (SQUARE, CUBE), ("unit", "network"), strict=True)
        for place, network, box, meaning in rows:
            _draw_plane(page, panels[place], network, box, meaning)
        shape = "–".join(map(str, widths))
        many = len(widths)
        panels[column[0]].set_title(
            say(
                f"{many} 層：幅 {shape}",
                f"{many} layers, widths {shape}" if many > 1 else f"1 layer, width {shape}",
            ),
            loc="center",
        )
    panels["a"].set_ylabel(say("乱数", "random"), color=page.theme.unit)
    panels["d"].set_ylabel(say("折りたたみ", "folding"), color=page.theme.network)
    draw_key(page, panels["key"])
    panels["key"].set_title(say("勾配", "gradient"), loc="center")


def _folded(widths: tuple[int, ...]) -> Network:
    return even_output(folding(2, widths, rosette(widths[-1])))


def _draw_plane(
    page: Page, axes: Axes, network: Network, box: tuple[float, float], meaning: str
) -> None:
    """Draw a map with its count, in the colour of its kind in the figure `regions-depth-width`."""
    found = map_regions(network, box)
    linear = found.count.linear
    draw_regions(page, axes, found, line=line_share(linear))
    axes.set(aspect="equal", xticks=[], yticks=[])
    said = page.say(f"領域 {linear:,} 個", f"{linear:,} regions")
    axes.set_xlabel(said, fontsize=page.size.text, color=getattr(page.theme, meaning))
