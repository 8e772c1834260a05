"""Depth against width, counted: regions grow exponentially with depth, polynomially with width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.deep.folding import folding, tent
from uat.construct.deep.random_networks import random_network
from uat.lecture.figures.depth import DEPTH
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.regions.bounds import region_bounds
from uat.regions.count import count_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page

__all__ = ["count_folded", "count_random", "grown"]

Counts = NDArray[np.int64]

LAYER: Final = 4
LAYERS: Final = range(1, 9)
UNITS: Final = 24
DEPTHS: Final = (1, 2, 3, 4, 6)
DRAWN: Final = 15


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
        "テント写像を k 回合成すると 2^k 本の線分になる（線分の数は正確に数えたもの）。深いネットワークなら"
        "ユニットは 2k 個、つまり一層に 2 個で足りるが、隠れ層が一つなら折れ目の数だけ、つまり 2^k − 1 個以上要る（Telgarsky 2016）。",
        "The tent map composed k times has 2^k linear pieces, counted here exactly. A deep "
        "network makes them with 2k units, two a layer; one hidden layer needs at least 2^k − 1, "
        "a unit for each break (Telgarsky 2016).",
    ),
    alternative=Pair(
        "左：0 と 1 の間を往復するのこぎり波、k = 1、2、3、5 で線分は 2、4、8、32 本。右：縦軸が対数のグラフ。必要な"
        "ユニットの数は、深いネットワークでは 2k でゆるやかに、一層では 2^k − 1 以上で急に増え、k = 10 で 20 と 1,023 になる。",
        "Left: sawtooth waves between 0 and 1 for k = 1, 2, 3 and 5, with 2, 4, 8 and 32 pieces. "
        "Right: units needed, on a logarithmic axis: 2k when deep, rising slowly, at least 2^k − "
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
    """Draw the units that 2^k pieces need, in a deep network and in one hidden layer."""
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
