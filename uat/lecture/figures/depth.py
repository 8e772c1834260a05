"""Is depth needed? Linear regions grow exponentially with depth, polynomially with width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.construct.deep.folding import folding, tent
from uat.core.network import Affine, Network
from uat.errors import counted
from uat.expression.arrays import Array
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.regions import LINES, draw_regions, line_share
from uat.regions.count import count_regions, map_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

DEPTH = Pair("「深さ」は必要？", "Is depth needed?")

CUBE = (0.0, 1.0)

LAYER: Final = 4
LAYERS: Final = range(1, 9)


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


def spread_lines(lines: int) -> Affine:
    """Return lines in the unit square that meet two at a time, spread evenly: tangents of a deltoid.

    Two tangents of a deltoid of three cusps at a distance r from its centre meet no further away
    than r. Turned by half of the angle between two lines, no three of them meet. Weights are
    rounded to a dyadic grid.

    Source: Z. Füredi and I. Palásti, "Arrangements of lines with a large number of triangles", 1984.
    """
    angles = np.pi * (np.arange(lines) + 0.5) / lines
    normals = np.column_stack([np.cos(angles), np.sin(angles)])
    distances = _CUSP / 3 * np.cos(3 * angles)
    weight = np.round(normals * 2.0**20) * 2.0**-20
    bias = np.round(-(weight.sum(axis=1) / 2 + distances) * 2.0**20) * 2.0**-20
    return Affine(weight, bias)


_CUSP: Final = 0.48
"""Distance of the cusps from the centre of the square."""


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
        "三つの正方形。右は最後の層の 4 本の線が分ける 11 個の領域で、上の拡大図では 1 から 11 の番号がつく。中央にはその鏡像を含む 4 枚、左の入力空間には "
        "16 枚が並ぶ。左の正方形は四つの区画 S₁ から S₄ に分かれ、同じ領域は同じ色である。",
        "Three squares. The right one has 11 regions between the 4 lines of the last layer, "
        "numbered where it is magnified above. The "
        "middle one shows 4 copies of it, mirrored, and the left one, the input, 16; it is parted "
        "into the quarters S₁ to S₄. The same region has the same colour everywhere.",
    ),
    formula=(
        r"\#\geq\prod_{l=1}^{L-1}\lfloor n_l/n_0\rfloor^{n_0}"
        r"\ \sum_{j=0}^{n_0}\dfrac{n_L!}{j!\,(n_L-j)!}"
    ),
    code="""
        from uat.construct.deep.folding import folding
        network = folding(2, (4, 4, 4))
        regions = uat.map_regions(network, (0, 1))
    """,
    wide=True,
)
def depth_fold(page: Page) -> None:
    """Draw the regions of one network before, between and after its two folds, as paper is folded."""
    say = page.say
    networks = [even_output(folding(2, (4,) * folds + (4,), CUTS)) for folds in (2, 1, 0)]
    maps = [map_regions(network, CUBE) for network in networks]
    shown = _by_last_layer(maps[-1], networks[-1])
    names = (
        say("入力空間", "input"),
        say("第 1 層の後", "after layer 1"),
        say("第 2 層の後", "after layer 2"),
    )
    left, aspect = 0.012, page.size.width / page.size.height
    for found, name, folds in zip(maps, names, (2, 1, 0), strict=True):
        wide = _SIDE * 2.0 ** (folds - 2) * min(1 / aspect, 9 / 16)
        axes = page.figure.add_axes((left, 0.13, wide, wide * aspect))
        colours = np.array([shown[key] for key in _last_patterns(found, 4)])
        draw_regions(page, axes, found, colours, line=(0.35, 0.3, 0.25)[folds])
        _draw_folds(page, axes, folds)
        axes.set(xticks=[], yticks=[])
        dot = page.dot("data", color=LINES, markersize=(2.6, 2.2, 1.8)[folds] * page.size.line)
        axes.plot(*_copies(np.array([0.2, 0.75]), folds).T, **dot)
        large: dict[str, Any] = {"fontsize": page.size.text, "linespacing": 1.3}
        count = f"{found.count.linear:,}"
        regions = say(f"領域 {count} 個", f"{count} regions")
        said = f"{name}：{regions}" if page.say.language == "ja" else f"{name}: {regions}"
        axes.set_xlabel(said if folds == 2 else f"{name}\n{regions}", **large)
        if folds == 2:
            _name_the_quarters(page, axes)
        left += wide + 0.075
        if folds:
            _draw_fold(page, left - 0.0375, 0.13 + wide * aspect / 4)
        else:
            _count(page, axes, found, colours)
    page.headline(say("折るたびに、領域は 4 倍", "Each fold multiplies the regions by 4"))


def _count(page: Page, square: Axes, found: RegionMap, colours: Array) -> None:
    """Draw the last square again, so large that its regions can be counted."""
    from matplotlib.patches import ConnectionPatch

    _, foot, wide, high = square.get_position().bounds
    wide, high = 2.1 * wide, 2.1 * high
    right, top = 0.985, foot + high * _SIDE / 0.4
    axes = page.figure.add_axes((right - wide, top - high, wide, high), xticks=[], yticks=[])
    draw_regions(page, axes, found, colours)
    middles = np.array([found.corners(i).mean(axis=0) for i in range(len(colours))])
    words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": page.size.small}
    for number, i in enumerate(np.argsort(-middles[:, 1]), 1):
        x, y = middles[i]
        axes.text(x, y, str(number), color=LINES, **words)
    ray = page.pen("aside", zorder=0.5)
    for side in (0, 1):
        ends = (side, 1), (side, 0), square.transAxes, axes.transAxes
        page.figure.add_artist(ConnectionPatch(*ends, **ray))


_SIDE: Final = 0.76
"""Height of the first square in slides; each fold halves the sides."""

CUTS: Final = Affine(
    np.array([[0.8515625, 0.5234375], [0.3828125, 0.9296875], [0.6484375, -0.765625],
              [-0.9375, 0.34375]]),
    np.array([-0.6953125, -0.4296875, 0.15625, 0.36328125]),
)  # fmt: skip
"""Four lines that meet two at a time well inside the square, and leave no region small."""


def _draw_fold(page: Page, x: float, y: float) -> None:
    """Write at a point of the page that a fold leads to the right, and 4 copies back to the left."""
    between = page.figure.add_axes((x - 0.03, y - 0.06, 0.06, 0.17))
    between.set(xlim=(0, 1), ylim=(0, 1))
    between.set_axis_off()
    page.arrow(between, (0.05, 0.62), (0.95, 0.62), linewidth=0.8 * page.size.line)
    page.arrow(between, (0.95, 0.3), (0.05, 0.3), color=page.theme.network)
    words: dict[str, Any] = {"ha": "center", "fontsize": page.size.text}
    between.text(0.5, 0.8, page.say("折る", "fold"), **words)
    between.text(0.5, 0.02, r"$\times 4$", color=page.theme.network, **words)


def _name_the_quarters(page: Page, axes: Axes) -> None:
    places = ((0.97, 0.97), (0.03, 0.97), (0.03, 0.03), (0.97, 0.03))
    for number, (x, y) in enumerate(places, 1):
        side = {"ha": "right" if x > 0.5 else "left", "va": "top" if y > 0.5 else "bottom"}
        page.note(axes, x, y, f"$S_{number}$", fontsize=page.size.headline, **side)


def _last_patterns(found: RegionMap, units: int) -> list[bytes]:
    """Return the regions by the units that are on in the last layer."""
    return [row.tobytes() for row in found.patterns[:, -units:]]


def _by_last_layer(found: RegionMap, network: Network) -> dict[bytes, Array]:
    """Return a light tint for each region, far from those of its neighbours in the order of f."""
    from colorsys import hls_to_rgb

    units = len(network.layers[-2].bias)
    middles = np.array([found.corners(i).mean(axis=0) for i in range(len(found.gradients))])
    order = np.argsort(np.argsort(network(middles)[:, 0]))
    # Steps of the golden section leave large gaps between tints that follow each other.
    tints = [hls_to_rgb(0.618034 * place % 1, 0.7 + 0.14 * (place % 2), 0.5) for place in order]
    return dict(zip(_last_patterns(found, units), np.array(tints), strict=True))


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
        line = (1.4 if layer == 0 else 0.7) * page.size.line
        pen: dict[str, Any] = {"color": page.theme.background, "linewidth": line, "zorder": 3}
        for place in places:
            axes.axvline(place, **pen)
            axes.axhline(place, **pen)


@figure(
    "regions-plane",
    slide=DEPTH,
    title=Pair("線形領域：浅いネットワークと深いネットワーク", "Linear regions, shallow and deep"),
    caption=Pair(
        "どのネットワークもユニットは 18 個で、深いほど右に並べた。線形領域の正確な個数（正方形の中）で、色は勾配の向きと大きさを表す。"
        "一層なら 172 個が最大だが、三層を折りたたむように設計すると 1,782 個になる。乱数のネットワークでは、深くしても自然に増えるわけではない。",
        "All networks have 18 units, the deeper the further right; the numbers of linear regions "
        "(inside the square) are exact, and colours tell the gradient. One layer can have 172 at "
        "most; three layers, designed to fold, have 1,782. In random networks depth alone brings "
        "no more.",
    ),
    alternative=Pair(
        "三つの正方形。18、9–9、6–6–6 ユニットの設計したネットワーク。一層では直線が全体を横切り、右へ行くほど細かい、鏡のように繰り返す模様になる。",
        "Three squares, for designed networks of hidden widths 18, 9–9 and 6–6–6: lines across the "
        "first; to the right the patterns are ever finer, repeated as in mirrors.",
    ),
    formula=r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
    code="""
        from uat.construct.deep.folding import folding
        folded = uat.map_regions(folding(2, (6, 6, 6)), (0, 1))
    """,
    wide=True,
)
def regions_plane(page: Page) -> None:
    """Draw the regions of designed networks of 18 units in one, two and three layers."""
    panels, counts = page.figure.subplots(1, 3), []
    for axes, widths, colour in zip(panels, _SHAPES, page.theme.depths[::2], strict=True):
        # Where nothing is folded, the lines have the whole square to spread in.
        lines = (rosette if len(widths) > 1 else spread_lines)(widths[-1])
        found = map_regions(even_output(folding(2, widths, lines)), CUBE)
        linear, layers = found.count.linear, len(widths)
        counts.append(linear)
        draw_regions(page, axes, found, line=line_share(linear))
        axes.set(aspect="equal", anchor="N", xticks=[], yticks=[])
        shape = "–".join(map(str, widths))
        english = counted(layers, "layer")
        name = page.say(f"{layers} 層：{shape}", f"{english}: {shape}")
        axes.set_title(name, loc="center", fontsize=page.size.headline)
        large: dict[str, Any] = {"fontsize": 2.9 * page.size.headline, "color": colour}
        axes.set_xlabel(f"{linear:,}", **large)
    units = sum(_SHAPES[0])
    finding = page.say(
        f"{units} ユニット：一層で領域 {counts[0]} 個、折りたたむ三層で {counts[-1]:,} 個",
        f"{units} units: {counts[0]} regions in one layer, {counts[-1]:,} in three that fold",
    )
    page.headline(finding)


_SHAPES: Final = ((18,), (9, 9), (6, 6, 6))


def count_folded(widths: Sequence[int]) -> int:
    """Count the linear regions of a folding network on the unit square."""
    return count_regions(folding(2, widths), (0.0, 1.0)).linear


@study("regions-depth-width")
def grown() -> dict[str, Any]:
    """Count the linear regions that the figure shows, all exactly."""
    return {
        "deep": [count_folded((LAYER,) * k) for k in LAYERS],
        "wide": [count_folded((LAYER * k,)) for k in LAYERS],
    }


@figure(
    "regions-depth-width",
    slide=DEPTH,
    title=Pair("深さ対幅", "Depth against width"),
    caption=Pair(
        "4 ユニットの層を重ねると線形領域は指数関数的に（縦軸が対数なので直線になる）、一層の幅を広げると多項式的に増える。個数は正確に数えた。"
        "深い方は Montúfar ほか (2014) の折りたたみネットワークで、個数はその下界 4^(L−1)·11 に等しい。浅い方は、一層の最大数である。",
        "Layers of 4 units on top of each other multiply the linear regions (a straight line on a "
        "logarithmic axis); a wider single layer adds polynomially many. Exact counts: the deep "
        "networks fold as those of Montúfar et al. (2014) and reach their bound, 4^(L−1)·11 "
        "regions in L layers; the wide ones have the most that one layer can have.",
    ),
    alternative=Pair(
        "縦軸が対数のグラフ。横軸はユニットの総数 4 から 32。層を重ねた折りたたみは直線で 180,224 まで上がり、一層は 529 までで曲がって頭打ちに近い。",
        "A graph with a logarithmic vertical axis, against 4 to 32 units in all. Folding layers "
        "rise on a straight line to 180,224; one layer bends down and ends at 529.",
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
    """Draw exact counts against the number of units, in more layers and in a wider one."""
    say, counts, axes = page.say, grown(), page.figure.subplots()
    units = LAYER * np.array(LAYERS)
    kinds = (
        (
            "wide",
            page.theme.depths[0],
            say(f"{units[-1]} ユニット × 1 層", f"1 layer of {units[-1]}"),
        ),
        (
            "deep",
            page.theme.depths[-1],
            say(f"{LAYER} ユニット × {len(units)} 層", f"{len(units)} layers of {LAYER}"),
        ),
    )
    for kind, colour, shape in kinds:
        pen = page.pen("network", color=colour, linewidth=page.size.hero)
        axes.plot(units, counts[kind], marker="o", markersize=2.6 * page.size.line, **pen)
        last = int(counts[kind][-1])
        words: dict[str, Any] = {"color": colour, "va": "center"}
        page.note(axes, 32.9, last, f"{last:,}", fontsize=1.4 * page.size.headline, **words)
        page.note(axes, 32.9, 0.33 * last, shape, fontsize=page.size.text, **words)
    axes.set(yscale="log", ylim=(5, 4e5), xlim=(3, 33), xticks=units)
    axes.set_yticks([10, 100, 1000, 1e4, 1e5], ["10", "100", "1,000", "10,000", "100,000"])
    axes.minorticks_off()
    axes.set_xlabel(say("ユニットの総数", "units in all"))
    axes.set_title(say("線形領域の個数（対数の目盛り）", "linear regions (logarithmic axis)"))
    finding = say(
        "深くすると指数関数的、広くすると多項式的", "Depth: exponential. Width: polynomial"
    )
    page.headline(finding)


@figure(
    "sawtooth",
    slide=DEPTH,
    title=Pair("のこぎり波", "The sawtooth"),
    caption=Pair(
        "テント写像を k 回合成すると 2ᵏ 本の線分になる（線分の数は正確に数えたもの）。深いネットワークなら"
        "ユニットは 2k 個、つまり一層に 2 個で足りるが、隠れ層が一つなら折れ目の数だけ、つまり 2ᵏ − 1 個以上要る（Telgarsky 2016）。k = 10 なら 20 個と 1,023 個である。",
        "The tent map composed k times has 2ᵏ linear pieces, counted here exactly. A deep "
        "network makes them with 2k units, two a layer; one hidden layer needs at least 2ᵏ − 1, "
        "a unit for each break (Telgarsky 2016). For k = 10 that is 20 against 1,023.",
    ),
    alternative=Pair(
        "左：0 と 1 の間を往復するのこぎり波、k = 1、2、3、4 で線分は 2、4、8、16 本。右：必要な"
        "ユニットの数だけの点。深いネットワークでは 2 個ずつの列が k 本、一層では 1、3、7、15 個の列。いちばん下に k = 10 の数、1,024 本、20 個、1,023 個。",
        "Left: sawtooth waves between 0 and 1 for k = 1, 2, 3 and 4, with 2, 4, 8 and 16 pieces; "
        "Right: a dot for each unit that is needed, k columns of two for the deep network, rows of "
        "1, 3, 7 and 15 for one layer. Last the numbers for k = 10: 1,024 pieces, 20 and 1,023 "
        "units.",
    ),
    formula=(
        r"T(x)=2\,\mathrm{ReLU}(x)-4\,\mathrm{ReLU}(x-\frac{1}{2}),\quad"
        r" T^k=T(T(\cdots T(x)\cdots))"
    ),
    code="""
        from uat.construct.deep.folding import tent
        network = tent(4)
        pieces = uat.count_regions(network, (0, 1)).linear
    """,
    wide=True,
)
def sawtooth(page: Page) -> None:
    """Draw the tent map composed once to four times, with the units of the deep network and of one layer."""
    say = page.say
    panels = page.figure.subplots(5, 2, width_ratios=(5, 4))
    for k, (wave, needed) in enumerate(panels[:-1], 1):
        network = tent(k)
        pieces = count_regions(network, (0.0, 1.0)).linear
        x = np.linspace(0.0, 1.0, pieces + 1)
        y = network.as_function()(x)
        wave.plot(x, y, **page.pen("network"))
        wave.set(xlim=(0, 1), ylim=(-0.1, 1.1), xticks=[], yticks=[])
        wave.set_ylabel(f"$k={k}$", rotation=0, ha="right", va="center")
        _draw_stacks(page, needed, k)
    panels[0, 0].set_title(say("$k$ 回折ると、線分は $2^k$ 本", "after $k$ folds, $2^k$ pieces"))
    panels[0, 1].set_title(
        say("ユニット：深い $2k$、一層 $2^k-1$", "units: deep $2k$, one layer $2^k-1$")
    )
    deep, wide = 2 * _FOLDS, 2**_FOLDS - 1
    _write_counts(page, panels[-1], (deep, wide))
    page.headline(say(f"{_FOLDS} 回折れば {deep} ユニット、一層なら {wide:,} ユニット",
                      f"{_FOLDS} folds take {deep} units, one layer {wide:,}"))  # fmt: skip


_FOLDS: Final = 10
"""Folds of the last row, whose pieces and units are too many to be drawn."""


def _write_counts(page: Page, row: Sequence[Axes], units: tuple[int, int]) -> None:
    """Write the pieces after the last folds, and the units of the deep and of the wide network."""
    (wave, needed), (deep, wide) = row, units
    wave.set(xlim=(0, 1), ylim=(-0.1, 1.1), xticks=[], yticks=[])
    wave.spines[:].set_visible(False)
    wave.set_ylabel(f"$k={_FOLDS}$", rotation=0, ha="right", va="center")
    large: dict[str, Any] = {"fontsize": 1.4 * page.size.headline, "va": "center"}
    pieces = page.say(f"線分 {wide + 1:,} 本", f"{wide + 1:,} pieces")
    wave.text(0.5, 0.5, pieces, ha="center", color=page.theme.network, **large)
    _set_counted(needed)
    needed.text(-0.3, 1.0, f"{deep}", color=page.theme.depths[-1], **large)
    needed.text(5.6, 1.0, f"{wide:,}", color=page.theme.depths[0], **large)


def _draw_stacks(page: Page, axes: Axes, k: int) -> None:
    """Draw the deep network as k columns of two dots, and the one layer as a row of 2ᵏ − 1."""
    size: dict[str, Any] = {"markersize": 2.6 * page.size.line}
    deep = np.array([(column, row) for column in range(k) for row in (0.7, 1.3)], dtype=float)
    axes.plot(*deep.T, **page.dot("network", color=page.theme.depths[-1], **size))
    wide = 6 + np.arange(2**k - 1) * 0.9
    axes.plot(wide, np.ones(len(wide)), **page.dot("network", color=page.theme.depths[0], **size))
    _set_counted(axes)


def _set_counted(axes: Axes) -> None:
    axes.set(xlim=(-0.8, 20), ylim=(0, 2))
    axes.set_axis_off()
