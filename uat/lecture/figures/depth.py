"""Is depth needed? Linear regions grow exponentially with depth, polynomially with width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.deep.folding import folding, tent
from uat.construct.deep.random_networks import random_network
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.regions import LINES, draw_key, draw_regions, line_share
from uat.regions.bounds import region_bounds
from uat.regions.count import count_regions, map_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

DEPTH = Pair("「深さ」は必要？", "Is depth needed?")

CUBE = (0.0, 1.0)
SQUARE = (-1.0, 1.0)

Counts = NDArray[np.int64]

LAYER: Final = 4
LAYERS: Final = range(1, 9)
UNITS: Final = 24
DEPTHS: Final = (1, 2, 3, 4, 6)
DRAWN: Final = 15


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
    """Return the network with nearly equal output weights, for colours that differ most."""
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
    colours = colormaps["viridis"](0.2 + 0.8 * order / (len(order) - 1))[:, :3]
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
        english = f"{many} layers, widths {shape}" if many > 1 else f"1 layer, width {shape}"
        panels[column[0]].set_title(say(f"{many} 層：幅 {shape}", english), loc="center")
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


def count_folded(widths: Sequence[int]) -> int:
    """Count the linear regions of a folding network on the unit square."""
    return count_regions(folding(2, widths), (0.0, 1.0)).linear


def count_random(widths: Sequence[int], many: int = DRAWN) -> list[int]:
    """Count the linear regions of random networks in the whole plane."""
    networks = (random_network(2, widths, rng=seed) for seed in range(many))
    return [count_regions(network).linear for network in networks]


@study("regions-depth-width")
def grown() -> dict[str, Any]:
    """Count the linear regions that the figure shows, all exactly."""
    deep, wide = [(LAYER,) * k for k in LAYERS], [(LAYER * k,) for k in LAYERS]
    split = [(UNITS // depth,) * depth for depth in DEPTHS]
    return {
        "deep": [count_folded(widths) for widths in deep],
        "wide": [count_folded(widths) for widths in wide],
        "split": [count_folded(widths) for widths in split],
        "deep_random": [count_random(widths) for widths in deep],
        "wide_random": [count_random(widths) for widths in wide],
        "split_random": [count_random(widths) for widths in split],
    }


@figure(
    "regions-depth-width",
    slide=DEPTH,
    title=Pair("深さ対幅", "Depth against width"),
    caption=Pair(
        "左：4 ユニットの層を重ねると線形領域は指数関数的に増え、一層の幅を広げても多項式的にしか増えない。右：24 ユニットを何層に分けるか。個数は正確に数えた。"
        "折りたたみネットワークは Montúfar ほか (2014) の下界にちょうど等しく、乱数のネットワーク（15 個の中央値と範囲）は深くしても増えない。"
        "破線はどのネットワークも超えない上界（Serra ほか 2018）。",
        "Left: stacking layers of 4 units multiplies the linear regions, widening one layer adds "
        "only polynomially many. Right: 24 units split into layers. Exact counts: folding "
        "networks have the number of Montúfar et al. (2014), random ones (median, range of 15) "
        "gain nothing from depth. Dashed: the bound of Serra et al. (2018).",
    ),
    alternative=Pair(
        "縦軸が対数の二つのグラフ。左の横軸はユニットの総数 4 から 32。層を重ねた折りたたみは直線で 18 万まで上がり、一層は "
        "529 で頭打ちに近い。右の横軸は層の数 1、2、3、4、6。折りたたみは 301 から 1 万を超え、乱数は数百のまま増えず、最後は減る。",
        "Two graphs with logarithmic vertical axes. Left, against 4 to 32 units in all: stacked "
        "folding layers rise on a straight line to 180 thousand, one layer bends down to 529. "
        "Right, against 1, 2, 3, 4 and 6 layers of 24 units in all: folding rises from 301 past "
        "ten thousand, random networks stay in the hundreds and fall.",
    ),
    formula=(
        r"\prod_{l=1}^{L-1}\lfloor n_l/n_0\rfloor^{n_0}\ "
        r"\sum_{j=0}^{n_0}\dfrac{n_L!}{j!\,(n_L-j)!}\ \leq\ \max\,\#\ \leq\ "
        r"\prod_{l=1}^{L}\sum_{j=0}^{n_0}\dfrac{n_l!}{j!\,(n_l-j)!}"
    ),
    code="""
        from uat.construct.deep.folding import folding
        count = uat.count_regions(folding(2, (4, 4, 4)), (0, 1)).linear
        bounds = uat.region_bounds(2, (4, 4, 4))
    """,
    wide=True,
    study=grown,
)
def regions_depth_width(page: Page) -> None:
    """Draw exact counts and bounds, against the number of units and against depth."""
    say, counts = page.say, grown()
    left, right = page.figure.subplots(1, 2, sharey=True)
    units = LAYER * np.array(LAYERS)
    deep = [(LAYER,) * k for k in LAYERS]
    split = [(UNITS // depth,) * depth for depth in DEPTHS]
    _draw_upper(page, left, units, deep)
    _draw_upper(page, right, np.array(DEPTHS), split)
    _draw_random(page, left, units, counts["deep_random"])
    _draw_random(page, right, np.array(DEPTHS), counts["split_random"])
    exact = {"marker": "o", "markersize": 2.2 * page.size.line}
    left.plot(units, counts["deep"], **page.pen("network", **exact))
    left.plot(units, counts["wide"], **page.pen("target", **exact))
    right.plot(DEPTHS, counts["split"], **page.pen("network", **exact))
    _name_the_networks(page, left, right)
    for axes in (left, right):
        axes.set(yscale="log", ylim=(0.8, 5e8))
    left.set(xlim=(3, 33), xticks=units, xlabel=say("ユニットの総数", "units in all"))
    right.set(xlim=(0.7, 6.3), xticks=DEPTHS)
    right.set_xlabel(say("層の数（24 ユニット）", "layers (24 units in all)"))
    left.set_title(say("線形領域の数", "linear regions"))


def _name_the_networks(page: Page, left: Axes, right: Axes) -> None:
    """Write beside each line its meaning and its last count."""
    say, counts = page.say, grown()
    deep, wide = int(counts["deep"][-1]), int(counts["wide"][-1])
    named = (
        (left, 32.5, 6e5, say(f"深く：\n{deep:,}", f"deep:\n{deep:,}"), "network"),
        (left, 32.5, 900, say(f"広く：{wide:,}", f"wide: {wide:,}"), "target"),
        (left, 22.5, 3.5, say("乱数、深く", "random, deep"), "unit"),
        (right, 6.2, 2.2e4, say("折りたたみ", "folding"), "network"),
        (right, 4.3, 30, say("乱数", "random"), "unit"),
    )
    text: dict[str, Any] = {"fontsize": page.size.text, "ha": "right", "va": "bottom"}
    for axes, x, y, words, meaning in named:
        colour = getattr(page.theme, meaning)
        page.note(axes, x, y, words, color=colour, bbox=None, linespacing=1.2, **text)


def _draw_upper(page: Page, axes: Axes, x: Counts, shapes: Sequence[Sequence[int]]) -> None:
    """Draw the least upper bound of each shape."""
    least = [
        min(float(b.value) for b in region_bounds(2, widths) if b.kind == "max_at_most")
        for widths in shapes
    ]
    axes.plot(x, least, **page.pen("guide", linewidth=0.8 * page.size.line))
    words = page.say("上界", "upper bound")
    page.note(axes, x[-2], 2.2 * least[-2], words, ha="right", fontsize=page.size.text, bbox=None)


def _draw_random(page: Page, axes: Axes, x: Counts, counts: Counts) -> None:
    """Draw median and range of random networks, counts of shape (x, networks)."""
    middle = np.median(counts, axis=1)
    axes.fill_between(x, counts.min(axis=1), counts.max(axis=1), **page.fill("unit", alpha=0.2))
    axes.plot(x, middle, **page.pen("unit", linewidth=0.8 * page.size.line))


@figure(
    "sawtooth",
    slide=DEPTH,
    title=Pair("のこぎり波", "The sawtooth"),
    caption=Pair(
        "テント写像を k 回合成すると 2ᵏ 本の線分になる（線分の数は正確に数えたもの）。深いネットワークなら"
        "ユニットは 2k 個、つまり一層に 2 個で足りるが、隠れ層が一つなら折れ目の数だけ、つまり 2ᵏ − 1 個以上要る（Telgarsky 2016）。",
        "The tent map composed k times has 2ᵏ linear pieces, counted here exactly. A deep "
        "network makes them with 2k units, two a layer; one hidden layer needs at least 2ᵏ − 1, "
        "a unit for each break (Telgarsky 2016).",
    ),
    alternative=Pair(
        "左：0 と 1 の間を往復するのこぎり波、k = 1、2、3、5 で線分は 2、4、8、32 本。右：縦軸が対数のグラフ。必要な"
        "ユニットの数は、深いネットワークでは 2k でゆるやかに、一層では 2ᵏ − 1 以上で急に増え、k = 10 で 20 と 1,023 になる。",
        "Left: sawtooth waves between 0 and 1 for k = 1, 2, 3 and 5, with 2, 4, 8 and 32 pieces. "
        "Right: units needed, on a logarithmic axis: 2k when deep, rising slowly, at least 2ᵏ − "
        "1 in one layer, rising fast; 20 against 1,023 at k = 10.",
    ),
    formula=(
        r"T(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\frac{1}{2}),\quad"
        r" T^k=T(T(\cdots T(x)\cdots))"
    ),
    code="""
        from uat.construct.deep.folding import tent
        network = tent(5)
        pieces = uat.count_regions(network, (0, 1)).linear
    """,
    wide=True,
)
def sawtooth(page: Page) -> None:
    """Draw four sawtooth waves, and the units that deep and shallow networks need for them."""
    say = page.say
    panels = page.figure.subplot_mosaic(
        [["1", "needed"], ["2", "needed"], ["3", "needed"], ["5", "needed"]], width_ratios=(5, 4)
    )
    for k in (1, 2, 3, 5):
        axes = panels[str(k)]
        network = tent(k)
        pieces = count_regions(network, (0.0, 1.0)).linear
        x = np.linspace(0.0, 1.0, pieces + 1)
        axes.plot(
            x, network.as_function()(x), **page.pen("network", linewidth=0.7 * page.size.line)
        )
        axes.set(xlim=(0, 1), ylim=(-0.08, 1.08), xticks=[0, 1], yticks=[0, 1])
        words = say(f"$k={k}$：線分 {pieces} 本", f"$k={k}$: {pieces} pieces")
        axes.set_title(say(f"{words}、ユニット {2 * k} 個", f"{words}, {2 * k} units"))
        axes.tick_params(labelbottom=k == 5)
    _draw_needed(page, panels["needed"])


def _draw_needed(page: Page, axes: Axes) -> None:
    """Draw the units that 2ᵏ pieces need, in a deep network and in one hidden layer."""
    say, k = page.say, np.arange(1, 11)
    exact = {"marker": "o", "markersize": 2.2 * page.size.line}
    axes.plot(k, 2**k - 1, **page.pen("target", **exact))
    axes.plot(k, 2 * k, **page.pen("network", **exact))
    axes.set(yscale="log", xlim=(0.6, 10.4), xticks=[1, 5, 10], ylim=(0.8, 3000), xlabel="$k$")
    axes.set_title(say("$2^k$ 本の線分に要るユニット", "units for $2^k$ pieces"))
    text: dict[str, Any] = {"fontsize": page.size.text, "bbox": None, "ha": "right"}
    one = say("一層：$2^k-1$ 以上", r"one layer: $\geq 2^k-1$")
    page.note(axes, 7.0, 420, one, color=page.theme.target, **text)
    page.note(axes, 10.2, 7.5, say("深く：$2k$", "deep: $2k$"), color=page.theme.network, **text)
