"""A closer look at training: units move, low frequencies come first, regions multiply."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.expression.arrays import Array
from uat.lecture.drawing.training_run import LAST, network_at, places_of
from uat.lecture.figures.training import GOOD_WEIGHTS
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.maps import draw_value_map, map_points, span
from uat.plotting.numbers import about
from uat.plotting.regions import draw_creases
from uat.regions.count import map_regions
from uat.train.fitting import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.plotting.page import Page
    from uat.train.history import Snapshot
    from uat.train.options import Options


@figure(
    "training-watch",
    slide=GOOD_WEIGHTS,
    title=Pair("学習中のユニット", "Units on the move"),
    caption=Pair(
        "8 個のユニット a·tanh(bx + c) が、スライドの重み付き和 3 sin 0.5x − 2 cos 0.8x + sin 0.75x（青）を Adam で学ぶようす。"
        "下から上へ学習が進み、緑の線はユニットが曲がる位置 −c/b がたどる道（図の外へ出たユニットもある。反復 300 回より前は、傾き b がほとんど 0 である）。はじめ平らだった g（オレンジの細線）は f に重なる。"
        "定理の証明では人がユニットを置いたが、ここでは損失の勾配がユニットを、役に立つ所まで動かす。",
        "Eight units a·tanh(bx + c) learn the slides' weighted sum 3 sin 0.5x − 2 cos 0.8x + sin "
        "0.75x (blue) by Adam. Training goes upward; a green line is the way of the place −c/b "
        "where a unit bends (before iteration 300 the slopes b are nearly 0). The network g, flat at "
        "first (thin), comes to lie on f. In the proof we put the units in place; here the gradient "
        "of the loss moves them.",
    ),
    alternative=Pair(
        "横軸の同じ二つの図。下では緑の線が、反復 300 回の所から上へ進みながら左右へ分かれる。その先は上の図の曲線 f の点に届く。上の図で、反復 0 回の g はほぼ平ら、4,000 回の g は f に重なる。",
        "Two panels over the same axis. Below, green lines start at iteration 300 and part to both "
        "sides on their way up; they end in dots on the curve f above. There g is "
        "nearly flat at iteration 0, and lies on f after 4,000.",
    ),
    formula=(
        r"g(x)=a_0+\sum_{i=1}^{8}a_i\,\sigma(b_ix+c_i),\quad"
        r"(a,b,c)\leftarrow(a,b,c)-\eta\,\nabla L"
    ),
    code="""
        from uat.lecture.drawing.training_run import network_at
        x = np.linspace(-10, 10, 401)
        network = network_at(4000)
    """,
    wide=True,
    fixed="8 units need not learn yours",
)
def training_watch(page: Page) -> None:
    """Draw the ways of the units up to f, on which the network comes to lie."""
    f, say = examples.three_sines, page.say
    top, ways = page.figure.subplots(2, 1, sharex=True, height_ratios=(3, 4))
    x = samples(f.domain[0])
    for iteration, line in ((0, page.size.thin), (LAST, 0.8 * page.size.line)):
        y = network_at(iteration).as_function()(x)
        top.plot(x, y, **page.pen("network", linewidth=line, zorder=5))
    top.plot(x, f(x), **page.pen("target", linewidth=page.size.hero))
    _draw_ways(page, ways)
    for place in places_of(network_at(LAST)):
        height = float(f(place))
        # Down across the gap to the end of its way.
        thin = page.pen("unit", linewidth=page.size.thin, zorder=2, clip_on=False)
        top.plot([place, place], [-7.4, height], **thin)[0].set_in_layout(False)
        top.plot([place], [height], **page.dot("unit", zorder=8))
    top.set(xlim=f.domain[0], ylim=(-5.6, 5.8), yticks=[-5, 0, 5])
    top.tick_params(labelbottom=False, bottom=False)
    top.spines["bottom"].set_visible(False)
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    page.note(top, -9.6, 3.4, "$f$", color=page.theme.target, **words)
    names = [say(f"$g$：反復 {i:,} 回", f"$g$, iteration {i:,}") for i in (0, LAST)]
    for at, name in zip(((-9.6, -1.8), (5.4, 3.6)), names, strict=True):
        page.note(top, *at, name, color=page.theme.network, **words)
    page.headline(say("ユニットが、役に立つ所へ動いていく", "Units walk to where they are of use"))


def _draw_ways(page: Page, axes: Axes) -> None:
    """Draw the places of the switches while the iterations go upward, on an axis that slows down.

    It begins at the 300th iteration: before, slopes are nearly 0, and the places anywhere.
    """
    iterations = np.unique(np.geomspace(_FIRST + 1, LAST + 1, 100).astype(int)) - 1
    places = np.array([places_of(network_at(int(i))) for i in iterations])
    axes.plot(places, iterations + 1, **page.pen("unit", solid_capstyle="butt"))
    for row, unit in np.argwhere(np.isfinite(places[:-1]) & np.isnan(places[1:])):
        # On to the edge, in the direction of the last step that is seen.
        end, height = places[row, unit], float(iterations[row] + 1)
        edge = np.copysign(10.0, end)
        page.arrow(
            axes, (end, height), (edge, height), color=page.theme.unit, linewidth=page.size.line
        )
    rising: dict[str, Any] = {"transform": axes.transAxes, "ha": "left", "va": "center"}
    axes.annotate(
        "",
        (-9.4, 900.0),
        (-9.4, 340.0),
        arrowprops={
            "arrowstyle": "-|>",
            "color": page.theme.ink,
            "linewidth": 0.8 * page.size.line,
        },
    )
    page.note(
        axes, 0.045, 0.16, page.say("学習が進む", "training"), fontsize=page.size.text, **rising
    )
    axes.set(yscale="log", ylim=(_FIRST + 1, LAST + 1), xticks=[-10, -5, 0, 5, 10], xlabel="$x$")
    stages = (_FIRST, 1000, 2000, LAST)
    axes.set_yticks([stage + 1 for stage in stages], [f"{stage:,}" for stage in stages])
    axes.minorticks_off()
    axes.set_ylabel(page.say("反復回数（対数）", "iteration (log)"), labelpad=0.6 * page.size.text)
    inside = np.count_nonzero(np.isfinite(places[-1]))
    ways = page.say(
        f"ユニット 8 個が曲がる位置\n$-c/b$（図の中に {inside} 個）",
        f"where the 8 units bend,\n$-c/b$ ({inside} of them here)",
    )
    words: dict[str, Any] = {"color": page.theme.unit, "fontsize": page.size.text, "va": "center"}
    page.note(axes, -9.7, 2250, ways, linespacing=1.3, **words)


_FIRST: Final = 300
"""The iteration at which the ways begin."""


FREQUENCIES: Final = (1, 2, 4, 6, 8)
TIMES: Final = (300, 1000, 3000, 20_000)
_MOMENTUM: Final = 0.9
_WAVES: Final = 50


def five_waves() -> tuple[Array, Array]:
    """Return points of [−1, 1] and the sum of the waves sin(πkx + φ_k) there, (400,) each."""
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, len(FREQUENCIES))
    x = (np.arange(400) + 0.5) / 200 - 1
    return x, np.sin(np.pi * np.outer(FREQUENCIES, x) + phases[:, None]).sum(axis=0)


def spectral_errors(values: Array) -> Array:
    """Return the error of each frequency, (frequencies,), of values at the points of the waves.

    It is the distance of the complex Fourier coefficients against the size of that of f.
    """
    x, y = five_waves()
    # Axes: frequencies, points.
    waves = np.exp(-1j * np.pi * np.outer(FREQUENCIES, x))
    return np.asarray(np.abs(waves @ (values - y)) / np.abs(waves @ y))


@study("spectral-bias")
def heard(last: int = TIMES[-1]) -> dict[str, Any]:
    """Train 50 units on the waves by descent, and keep the values at four times; about 10 s."""
    x, y = five_waves()
    met: dict[int, Array] = {}

    def listen(state: Snapshot) -> None:
        if state.iteration in TIMES:
            met[state.iteration] = state.network.as_function()(x)

    options: Options = {"max_iter": last, "callback": listen, "momentum": _MOMENTUM}
    fit(x, y, hidden=_WAVES, method="descent", **options)
    return {"iterations": list(met), "values": list(met.values())}


@figure(
    "spectral-bias",
    slide=GOOD_WEIGHTS,
    title=Pair("ゆるやかな波から", "Slow waves first"),
    caption=Pair(
        "五つの波 sin(πkx + φ)、k = 1、2、4、6、8 の和（青）を 50 個のユニットが勾配降下法（モーメンタム 0.9）で学ぶようす。ゆるやかな波から先に覚える（スペクトルバイアス、Rahaman ほか 2019）。"
        "棒は、波 k ごとの、f のフーリエ係数のうち g が表した割合（1 から相対誤差を引いたもの）。",
        "Fifty units learn a sum (blue) of five waves sin(πkx + φ), k = 1, 2, 4, 6, 8, by gradient "
        "descent (momentum 0.9). Slow waves come first (spectral bias, Rahaman et al. 2019). "
        "Bars: how much of wave k is learned, 1 minus the relative error of its Fourier "
        "coefficient.",
    ),
    alternative=Pair(
        "四つの図に同じ青い波形と、反復 300、1,000、3,000、20,000 回のオレンジの g。はじめは大きなうねりだけ、次第に細かい波まで重なる。右の棒グラフは、k = 1 から順に伸びる。",
        "Four panels with the same blue curve and an orange g at iterations 300, 1,000, 3,000 and "
        "20,000. At first g follows the long waves only, later shorter and shorter ones. Bars beside "
        "them grow from k = 1 on.",
    ),
    formula=(
        r"\left|\hat{g}(k)-\hat{f}(k)\right|\,/\,\left|\hat{f}(k)\right|,\quad"
        r"f(x)=\sum_{k}\sin(\pi kx+\phi_k)"
    ),
    code="""
        from uat.lecture.figures.watching import five_waves, spectral_errors
        x, y = five_waves()
    """,
    wide=True,
    study=heard,
    fixed="its f is the sum of the waves that its bars count",
)
def spectral_bias(page: Page) -> None:
    """Draw the waves and the network at four times."""
    (x, y), data, say = five_waves(), heard(), page.say
    grid = page.figure.subplots(2, 4, width_ratios=(4, 2.3, 4, 2.3))
    panels = zip(grid[:, ::2].flat, grid[:, 1::2].flat, strict=True)
    shown = zip(panels, data["iterations"], data["values"], strict=True)
    for (axes, learned), iteration, g in shown:
        axes.axhline(0, **page.pen("zero"))
        axes.plot(x, y, **page.pen("target", linewidth=page.size.line))
        axes.plot(x, g, **page.pen("network", linewidth=page.size.line))
        _draw_learned(page, learned, 1 - spectral_errors(g))
        axes.set_title(say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"))
        axes.set(xlim=(-1, 1), xticks=[-1, 0, 1], yticks=[], ylim=(1.1 * y.min(), 1.1 * y.max()))
        axes.spines["left"].set_visible(False)
    key: dict[str, Any] = {"fontsize": page.size.text, "transform": grid[0, 0].transAxes}
    for across, name, meaning in ((0.03, "$f$", "target"), (0.12, "$g$", "network")):
        page.note(grid[0, 0], across, 0.11, name, color=getattr(page.theme, meaning), **key)
    page.headline(say("ゆるやかな波から先に覚える", "Slow waves are learned first"))


def _draw_learned(page: Page, axes: Axes, shares: Array) -> None:
    """Draw how much of each wave is learned, in frames that are full when all of it is."""
    places = np.arange(len(FREQUENCIES))
    frame: dict[str, Any] = {"facecolor": "none", "edgecolor": page.theme.target}
    axes.bar(places, 1.0, 0.7, linewidth=page.size.thin, **frame)
    axes.bar(places, np.maximum(shares, 0.0), 0.7, **page.fill("network", alpha=1.0))
    axes.set_xticks(places, [str(k) for k in FREQUENCIES])
    axes.tick_params(bottom=False)
    axes.set(ylim=(0, 1.05), yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title(page.say("覚えた割合", "learned"))
    axes.set_xlabel(page.say("波 $k$", "wave $k$"))


_BEND: Final = (0, 100, 1500)
_SHAPE: Final = (8, 8)


def ripple(x: Array, y: Array) -> Array:
    """Return cos(4.5 r), r the distance from the centre of the square [−1, 1]²."""
    return np.asarray(np.cos(4.5 * np.hypot(x, y)))


@cache
def learnt_ripple() -> tuple[tuple[Network, ...], Array]:
    """Train a ReLU network on the ripple, and keep the network and the loss of every iteration."""
    points = np.random.default_rng(0).uniform(-1, 1, (600, 2))
    met: list[Network] = []

    def keep(state: Snapshot) -> None:
        met.append(state.network)

    options: Options = {"max_iter": _BEND[-1], "callback": keep}
    values = ripple(*points.T)
    found = fit(points, values, hidden=_SHAPE, activation="relu", method="adam", **options)
    return tuple(met), found.losses


_SIDE: Final = 0.32
"""Width of a map, as a share of a page of 16:9."""


def trained_regions() -> tuple[Network, ...]:
    """Return the network that learns the ripple at three iterations."""
    return tuple(learnt_ripple()[0][i] for i in _BEND)


@figure(
    "regions-training",
    slide=GOOD_WEIGHTS,
    title=Pair("学習と線形領域", "Linear regions while training"),
    caption=Pair(
        "幅 8–8 の ReLU ネットワークが、波紋 f(x, y) = cos 4.5r（r は中心からの距離、青）を Adam で学ぶ前、途中、後。色は値、線は正確に求めた折り目"
        "（線形領域の境）。領域の多くは最初の 100 回で現れ、学習は折り目を f の曲がる所へ動かす。",
        "A ReLU network of widths 8–8 before, while and after it learns the ripple f(x, y) = cos "
        "4.5r (blue), r the distance from the centre, by Adam. Colours are values, lines the exact "
        "creases between its linear regions. Most regions appear within the first 100 "
        "iterations; training moves the creases to where f bends.",
    ),
    alternative=Pair(
        "三つの正方形に、反復 0、100、1,500 回のネットワーク。右上に小さく青い f。最初は中心から放射状に延びる少数の折り目、最後は輪のまわりに並ぶ多くの折り目になる。",
        "Three squares: the network at iterations 0, 100 and 1,500, and small f in blue. At first a "
        "few creases fan out from the centre; at the end many lie around the rings.",
    ),
    formula=r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
    code="""
        from uat.lecture.figures.watching import trained_regions
        networks = trained_regions()
        regions = [uat.map_regions(g, (-1, 1)).count.linear for g in networks]
    """,
    wide=True,
    fixed="its f has two coordinates",
)
def regions_training(page: Page) -> None:
    """Draw values of a network at three iterations, with its creases on them, beside f."""
    say, networks = page.say, trained_regions()
    aspect = page.size.width / page.size.height
    side = _SIDE * min(1.0, 16 / 9 / aspect)
    panels = [
        page.figure.add_axes((left, 0.78 - side * aspect, side, side * aspect))
        for left in (0.01, 0.34, 0.67)
    ]
    small = page.figure.add_axes((0.985 - 0.23 * side, 0.85, 0.23 * side, 0.23 * side * aspect))
    box = ((-1.0, 1.0), (-1.0, 1.0))
    x, y = map_points(box)
    wanted = ripple(x, y)
    limits = span(wanted)
    for axes, iteration, g in zip(panels, _BEND, networks, strict=True):
        values = g(np.stack([x, y], axis=-1))[..., 0]
        draw_value_map(page, axes, values, box, limits, "network")
        found = map_regions(g, (-1, 1))
        draw_creases(page, axes, found, line=0.3)
        axes.set_title(say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"), loc="center")
        loss = about(float(learnt_ripple()[1][iteration]), 2)
        count, lost = f"{found.count.linear:,}", say("損失", "loss")
        large: dict[str, Any] = {"fontsize": page.size.text, "linespacing": 1.4}
        regions = say(f"領域 {count} 個", f"{count} regions")
        axes.set_xlabel(rf"{regions}" + "\n" + rf"{lost} ${loss}$", **large)
    draw_value_map(page, small, wanted, box, limits)
    words: dict[str, Any] = {"color": page.theme.target, "fontsize": page.size.headline}
    page.note(small, -1.25, 0.0, "$f$", ha="right", va="center", **words)
    for axes in (*panels, small):
        axes.set(xticks=[], yticks=[])
    page.headline(say("折り目が、$f$ の曲がる所へ動く", "Creases move to where $f$ bends"))
