"""A closer look at training: units move, low frequencies come first, regions multiply."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.expression.arrays import Array
from uat.lecture.drawing.training_run import (
    LAST,
    draw_fitted,
    draw_units,
    network_at,
    places_of,
    set_limits,
)
from uat.lecture.figures.training import GOOD_WEIGHTS
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.maps import draw_value_map, map_points, span
from uat.plotting.numbers import at_most
from uat.plotting.regions import draw_creases
from uat.regions.count import map_regions
from uat.train.fitting import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.plotting.page import Page
    from uat.train.history import Snapshot
    from uat.train.options import Options

_STAGES: Final = (0, 200, 400, LAST)


@figure(
    "training-watch",
    slide=GOOD_WEIGHTS,
    title=Pair("学習中のユニット", "Units on the move"),
    caption=Pair(
        "8 個のユニットが、スライドの重み付き和 3 sin 0.5x − 2 cos 0.8x + sin 0.75x を Adam で学ぶようす。上は関数 f（青）と"
        "ネットワーク g（オレンジ）、中は各ユニットの寄与 a·tanh(bx + c)（足すと g になる）、下はそれらの切り替わる位置 −c/b の動き。"
        "定理の証明では人がユニットを置いたが、ここでは損失の勾配がユニットを、役に立つ所まで動かす。",
        "Eight units learn the slides' weighted sum 3 sin 0.5x − 2 cos 0.8x + sin 0.75x by Adam. "
        "Top: the function f (blue) and the network g (orange); middle: what each unit adds, "
        "a·tanh(bx + c); bottom: the way of their switches, −c/b. In the proof we put the units in "
        "place; here the gradient of the loss moves them to where they are of use.",
    ),
    alternative=Pair(
        "上と中は四列の図。反復 0 回では g はほぼ平らで、ユニットの切り替わる位置は 0 に集まっている。4,000 回では g が f に重なる。"
        "下の帯では、八本の線が左右へ分かれていく。",
        "Top and middle, four columns. At iteration 0 g is nearly flat and all units switch close "
        "to 0; after 4,000 iterations g lies on f. In the strip at the bottom eight lines part "
        "to both sides.",
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
)
def training_watch(page: Page) -> None:
    """Draw f, g and the units of g at four iterations, and the way of the units."""
    grid = page.figure.add_gridspec(3, len(_STAGES), height_ratios=(4, 3, 2.6))
    say = page.say
    for column, iteration in enumerate(_STAGES):
        top, bottom = (page.figure.add_subplot(grid[row, column]) for row in (0, 1))
        g = network_at(iteration)
        draw_fitted(page, top, g)
        bottom.axhline(0, **page.pen("zero"))
        draw_units(page, bottom, g)
        top.set_title(say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"))
        set_limits(top, bottom)
        for axes in (top, bottom):
            axes.tick_params(labelleft=column == 0)
        top.tick_params(labelbottom=False)
    _draw_ways(page, page.figure.add_subplot(grid[2, :]))
    page.headline(say("ユニットが、役に立つ所へ動いていく", "Units walk to where they are of use"))


def _draw_ways(page: Page, axes: Axes) -> None:
    """Draw the places of the switches against the iteration, on an axis that slows down.

    It begins at the second stage: before, slopes are nearly 0, and the places anywhere.
    """
    first = _STAGES[1]
    iterations = np.unique(np.geomspace(first + 1, LAST + 1, 300).astype(int)) - 1
    places = np.array([places_of(network_at(int(i))) for i in iterations])
    axes.plot(iterations + 1, places, **page.pen("unit", linewidth=0.7 * page.size.line))
    axes.set(xscale="log", xlim=(first + 1, LAST + 1), ylim=(-10, 10), yticks=[-10, 0, 10])
    axes.set_xticks([stage + 1 for stage in _STAGES[1:]], [f"{stage:,}" for stage in _STAGES[1:]])
    axes.minorticks_off()
    axes.set_ylabel("$-c/b$", color=page.theme.unit)
    axes.set_xlabel(page.say("反復回数", "iteration"))


FREQUENCIES: Final = (1, 2, 4, 6, 8)
TIMES: Final = (100, 300, 3000, 20_000)
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
    title=Pair("遅い波から", "Slow waves first"),
    caption=Pair(
        "五つの波 sin(πkx + φ)、k = 1、2、4、6、8 の和（青）を 50 個のユニットが勾配降下法（モーメンタム 0.9）で学ぶようす。遅い波から先に覚える（スペクトルバイアス、Rahaman ほか 2019）。"
        "k を「覚えた」とは、その周波数の誤差が半分より小さいこと。",
        "Fifty units learn a sum (blue) of five waves sin(πkx + φ), k = 1, 2, 4, 6, 8, by gradient "
        "descent (momentum 0.9). Slow waves come first (spectral bias, Rahaman et al. 2019). A "
        "wave is called learned when the error of its frequency is below one half.",
    ),
    alternative=Pair(
        "四つの図に同じ青い波形と、反復 100、300、3,000、20,000 回のオレンジの g。はじめは大きなうねりだけ、次第に細かい波まで重なる。",
        "Four panels with the same blue curve and an orange g at iterations 100, 300, 3,000 and "
        "20,000. At first g follows the long waves only, later shorter and shorter ones.",
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
)
def spectral_bias(page: Page) -> None:
    """Draw the waves and the network at four times."""
    (x, y), data, say = five_waves(), heard(), page.say
    panels = page.figure.subplots(2, 2, sharex=True, sharey=True).ravel()
    for axes, iteration, g in zip(panels, data["iterations"], data["values"], strict=True):
        axes.axhline(0, **page.pen("zero"))
        axes.plot(x, y, **page.pen("target", linewidth=page.size.line))
        axes.plot(x, g, **page.pen("network", linewidth=page.size.line))
        learned = [
            k for k, error in zip(FREQUENCIES, spectral_errors(g), strict=True) if error < 0.5
        ]
        waves = ", ".join(map(str, learned))
        count = say(f"反復 {iteration:,} 回：$k={waves}$", f"iteration {iteration:,}: $k={waves}$")
        axes.set_title(count)
        axes.set(xlim=(-1, 1), xticks=[-1, 0, 1], yticks=[], ylim=(1.1 * y.min(), 1.1 * y.max()))
        axes.spines["left"].set_visible(False)
    page.headline(say("遅い波から先に覚える", "Slow waves are learned first"))


_BEND: Final = (0, 100, 1500)
_SHAPE: Final = (8, 8)


def ripple(x: Array, y: Array) -> Array:
    """Return cos(4.5 r), r the distance from the centre of the square [−1, 1]²."""
    return np.asarray(np.cos(4.5 * np.hypot(x, y)))


@cache
def trained_regions() -> tuple[Network, ...]:
    """Train a ReLU network on the ripple, and return it at three iterations."""
    points = np.random.default_rng(0).uniform(-1, 1, (600, 2))
    met: dict[int, Network] = {}

    def keep(state: Snapshot) -> None:
        if state.iteration in _BEND:
            met[state.iteration] = state.network

    options: Options = {"max_iter": _BEND[-1], "callback": keep}
    values = ripple(*points.T)
    fit(points, values, hidden=_SHAPE, activation="relu", method="adam", **options)
    return tuple(met[i] for i in _BEND)


@figure(
    "regions-training",
    slide=GOOD_WEIGHTS,
    title=Pair("学習と線形領域", "Linear regions while training"),
    caption=Pair(
        "幅 8–8 の ReLU ネットワークが、波紋 f(x, y) = cos 4.5r（r は中心からの距離、青）を Adam で学ぶ前と後。色は値、線は正確に求めた折り目"
        "（線形領域の境）。領域の多くは最初の 100 回で現れ、学習は折り目を f の曲がる所へ動かす。",
        "A ReLU network of widths 8–8 before, while and after it learns the ripple f(x, y) = cos "
        "4.5r (blue), r the distance from the centre, by Adam. Colours are values, lines the exact "
        "creases between its linear regions. Most regions appear within the first 100 "
        "iterations; training moves the creases to where f bends.",
    ),
    alternative=Pair(
        "四つの正方形。左から反復 0、100、1,500 回のネットワーク、右端は青い f。最初は中心から放射状に延びる少数の折り目、最後は輪のまわりに並ぶ多くの折り目になる。",
        "Four squares: the network at iterations 0, 100 and 1,500, and last f in blue. At first a "
        "few creases fan out from the centre; at the end many lie around the rings.",
    ),
    formula=r"g(\boldsymbol{x})=A_k\boldsymbol{x}+\boldsymbol{b}_k\quad(\boldsymbol{x}\in R_k)",
    code="""
        from uat.lecture.figures.watching import trained_regions
        networks = trained_regions()
        regions = [uat.map_regions(g, (-1, 1)).count.linear for g in networks]
    """,
    wide=True,
)
def regions_training(page: Page) -> None:
    """Draw values of a network at three iterations, with its creases on them, beside f."""
    say, networks = page.say, trained_regions()
    panels = page.figure.subplots(1, len(_BEND) + 1, width_ratios=(1, 1, 1, 0.5))
    box = ((-1.0, 1.0), (-1.0, 1.0))
    x, y = map_points(box)
    wanted = ripple(x, y)
    limits = span(wanted)
    for axes, iteration, g in zip(panels, _BEND, networks, strict=False):
        values = g(np.stack([x, y], axis=-1))[..., 0]
        draw_value_map(page, axes, values, box, limits, "network")
        found = map_regions(g, (-1, 1))
        draw_creases(page, axes, found, line=0.3)
        axes.set_title(say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"), loc="center")
        loss = at_most(float(np.mean((values - wanted) ** 2)), 2)
        count, lost = f"{found.count.linear:,}", say("損失", "loss")
        large: dict[str, Any] = {"fontsize": page.size.text, "linespacing": 1.4}
        regions = say(f"領域 {count} 個", f"{count} regions")
        axes.set_xlabel(rf"{regions}" + "\n" + rf"{lost} ${loss}$", **large)
    draw_value_map(page, panels[-1], wanted, box, limits)
    panels[-1].set_title("$f$", loc="center", color=page.theme.target)
    for axes in panels:
        axes.set(aspect="equal", xticks=[], yticks=[])
    page.headline(say("折り目が、$f$ の曲がる所へ動く", "Creases move to where $f$ bends"))
