"""A closer look at training: units move, low frequencies come first, regions multiply."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.expression.arrays import Array
from uat.lecture.drawing.training_run import LAST, draw_fitted, draw_units, network_at, set_limits
from uat.lecture.figures.training import COLOURS, GOOD_WEIGHTS, name_curves
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.maps import draw_value_map, map_points, span
from uat.plotting.regions import colours_of, draw_key, draw_regions, line_share
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
        "ネットワーク g（オレンジ）、下は一つ一つのユニット tanh(bx + c) と、それが切り替わる位置 −c/b（点。同じユニットは同じ色）。"
        "定理の証明では人がユニットを置いたが、ここでは損失の勾配がユニットを、役に立つ所まで動かす。",
        "Eight units learn the slides' weighted sum 3 sin 0.5x − 2 cos 0.8x + sin 0.75x by Adam. "
        "Top: the function f (blue) and the network g (orange); bottom: the units tanh(bx + c), "
        "each in its shade, with dots where they switch, at −c/b. In the proof we put the units "
        "in place; here the gradient of the loss moves them to where they are of use.",
    ),
    alternative=Pair(
        "四列の図。反復 0 回では g はほぼ平らで、ユニットの切り替わる位置は 0 に集まっている。反復が進むと点が左右に広がり、"
        "ユニットは急になり、4,000 回では g が f に重なる。",
        "Four columns. At iteration 0 g is nearly flat and all units switch close to 0. As "
        "training goes on they spread to both sides and grow steeper; after 4,000 iterations g "
        "lies on f.",
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
    """Draw f, g and the units of g at four iterations."""
    panels = page.figure.subplots(
        2, len(_STAGES), sharex=True, sharey="row", height_ratios=(5, 4), squeeze=False
    )
    for (top, bottom), iteration in zip(panels.T, _STAGES, strict=True):
        g = network_at(iteration)
        draw_fitted(page, top, g)
        draw_units(page, bottom, g)
        top.set_title(page.say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"))
        bottom.set_xlabel("$x$")
    set_limits(*panels[:, 0])
    units = page.say(r"ユニット $\tanh(bx+c)$", r"units $\tanh(bx+c)$")
    panels[1, 0].set_title(units, color=page.theme.unit)
    words: dict[str, Any] = {"fontsize": page.size.text}
    page.note(panels[0, 0], -9, 3.6, "$f$", color=page.theme.target, **words)
    page.note(panels[0, 0], -9, -1.6, "$g$", color=page.theme.network, **words)


FREQUENCIES: Final = (1, 2, 4, 6, 8)
_HEARD: Final = {"descent": 20_000, "adam": 20_000, "lbfgs": 2000, "projection": 100}
_MOMENTUM: Final = 0.9
_MARKS: Final = np.unique(np.round(np.geomspace(1, 20_001, 120)).astype(int)) - 1
_WAVES: Final = 50


def spectral_errors(method: str, most: int | None = None) -> dict[str, Array]:
    """Train on a sum of waves sin(πkx + φ_k), and return the error of each frequency.

    The errors, (marks, frequencies), are the distances of the complex Fourier coefficients of g and
    f against the size of that of f; the iterations have the shape (marks,).
    """
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, len(FREQUENCIES))
    x = (np.arange(400) + 0.5) / 200 - 1
    # Axes: frequencies, points.
    waves = np.exp(-1j * np.pi * np.outer(FREQUENCIES, x))
    y = np.sin(np.pi * np.outer(FREQUENCIES, x) + phases[:, None]).sum(axis=0)
    wanted = waves @ y
    met: dict[int, Array] = {}

    def listen(state: Snapshot) -> None:
        if state.iteration in _MARKS:
            gap = waves @ state.network.as_function()(x) - wanted
            met[state.iteration] = np.abs(gap) / np.abs(wanted)

    options: Options = {"max_iter": most or _HEARD[method], "callback": listen}
    if method == "descent":
        options["momentum"] = _MOMENTUM
    fit(x, y, hidden=_WAVES, method=method, **options)
    return {"iterations": np.array(list(met)), "errors": np.array(list(met.values()))}


_PLACES: Final = {
    "descent": (0.9, 4.0, "left"),
    "adam": (0.9, 0.15, "left"),
    "lbfgs": (8.0, 1e-4, "right"),
    "projection": (8.0, 1.5e-11, "right"),
}


@study("spectral-bias")
def spectra() -> dict[str, Any]:
    """Measure the errors of each frequency with all ways to train; about 20 s."""
    both = {method: spectral_errors(method) for method in _HEARD}
    return {f"{method}_{name}": of[name] for method, of in both.items() for name in of}


@figure(
    "spectral-bias",
    slide=GOOD_WEIGHTS,
    title=Pair("低い周波数が先", "Low frequencies first"),
    caption=Pair(
        "五つの波 sin(πkx + φ) の和を 50 個のユニットで学習する。誤差 1 は、周波数 k をまだ何も学んでいないこと。左：勾配降下法"
        "（モーメンタム 0.9）は低い周波数から学ぶ（スペクトルバイアス、Rahaman ほか 2019）。右：Adam（2 万回）も "
        "L-BFGS（2,000 回まで）も高い周波数を残すが、変数射影（100 回まで）は残さない。",
        "Fifty units learn five waves sin(πkx + φ) of equal amplitude; an error of 1 is nothing "
        "learned of frequency k. Left: gradient descent (momentum 0.9) learns low frequencies "
        "first (spectral bias, Rahaman et al. 2019). Right: Adam (20,000 iterations) and L-BFGS "
        "(2,000) leave the high ones too; variable projection (100) does not.",
    ),
    alternative=Pair(
        "左は反復に対する誤差で、五本の線が k = 1、2、4、6、8 の順に 1 から 0 へ下がる。右は学習後の誤差の片対数の図。勾配降下法と Adam は "
        "k = 1 の 10⁻³ から k = 8 の 0.2 へ、L-BFGS も 10⁻² へ上がり、変数射影は 10⁻¹³ から 10⁻¹² で平ら。",
        "Left, the errors against iterations: five lines fall from 1 to 0 in the order k = 1, 2, "
        "4, 6, 8. Right, the errors after training on a logarithmic axis: those of gradient "
        "descent and Adam rise from below 1e-3 at k = 1 to 0.2 at k = 8, those of L-BFGS to 1e-2; "
        "variable projection is level below 1e-12.",
    ),
    formula=(
        r"\left|\hat{g}(k)-\hat{f}(k)\right|\,/\,\left|\hat{f}(k)\right|,\quad"
        r"f(x)=\sum_{k}\sin(\pi kx+\phi_k)"
    ),
    code="""
        from uat.lecture.figures.watching import spectral_errors
        found = spectral_errors("projection")
        errors = found["errors"]
    """,
    wide=True,
    study=spectra,
)
def spectral_bias(page: Page) -> None:
    """Draw the error of each frequency against the iteration, and that of each way at the end."""
    data, say = spectra(), page.say
    left, right = page.figure.subplots(1, 2, width_ratios=(6, 5))
    for axes in (left, right):
        axes.axhline(1.0, **page.pen("guide"))
    _draw_descent(page, left, data)
    for name in _HEARD:
        colour = {"color": getattr(page.theme, COLOURS[name])}
        last = data[f"{name}_errors"][-1]
        right.plot(FREQUENCIES, last, linewidth=0.8 * page.size.line, **colour)
        right.plot(FREQUENCIES, last, **page.dot("data", **colour))
    right.set(yscale="log", xticks=FREQUENCIES, ylim=(2e-14, 20), xlim=(0.6, 8.4))
    right.set(yticks=[1, 1e-3, 1e-6, 1e-9, 1e-12], xlabel=say("周波数 $k$", "frequency $k$"))
    right.set_title(say("学習後の誤差", "error after training"))
    name_curves(page, right, _PLACES)


def _draw_descent(page: Page, axes: Axes, data: dict[str, Array]) -> None:
    """Draw the error of each frequency, named where it has fallen to a half."""
    say, small = page.say, page.size.small
    iterations = data["descent_iterations"] + 1
    for k, errors, shade in zip(
        FREQUENCIES, data["descent_errors"].T, page.theme.shades, strict=True
    ):
        axes.plot(iterations, errors, color=shade, linewidth=1.4 * page.size.line)
        last = np.flatnonzero(errors > 0.5)[-1]
        name = f"$k={k}$" if k == FREQUENCIES[0] else f"${k}$"
        words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": page.size.text}
        page.note(axes, iterations[last : last + 2].mean(), 0.5, name, **words)
    axes.set(xscale="log", xlim=(10, iterations[-1]), ylim=(0, 1.2), yticks=[0, 0.5, 1])
    axes.minorticks_off()
    nothing = say("まだ何も学んでいない", "nothing learned yet")
    page.note(axes, iterations[-1], 1.04, nothing, ha="right", fontsize=small)
    axes.set_xlabel(say("勾配降下法の反復回数", "iterations of gradient descent"))
    axes.set_title(say("周波数 $k$ の誤差", "error at frequency $k$"))


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
        "幅 8–8 の ReLU ネットワークが、波紋 f(x, y) = cos 4.5r（r は中心からの距離）を Adam で学ぶ前と後。上は値、下は正確に数えた線形領域"
        "で、色は勾配を表す。領域の多くは最初の 100 回で現れ、学習は折り目を f の曲がる所へ動かす。",
        "A ReLU network of widths 8–8 before, while and after it learns the ripple f(x, y) = cos "
        "4.5r, r the distance from the centre, by Adam. Top: its values; bottom: its linear "
        "regions, counted exactly, coloured by gradient. Most regions appear within the first 100 "
        "iterations; training moves the creases to where f bends.",
    ),
    alternative=Pair(
        "四列二行。左から反復 0、100、1,500 回のネットワーク、右端は f と勾配の色の凡例。最初は中心から放射状に延びる少数の領域、最後は輪のまわりに並ぶ多くの領域になる。",
        "Two rows of four. From left to right the network at iterations 0, 100 and 1,500, and "
        "last f above the key of the gradients' colours. At first a few regions fan out from the "
        "centre; at the end many lie around the rings.",
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
    """Draw values and regions of a network at three iterations, beside f."""
    say, networks = page.say, trained_regions()
    panels = page.figure.subplots(2, len(_BEND) + 1)
    box = ((-1.0, 1.0), (-1.0, 1.0))
    x, y = map_points(box)
    wanted = ripple(x, y)
    values = [g(np.stack([x, y], axis=-1))[..., 0] for g in networks]
    limits = span(wanted)
    maps = [map_regions(g, (-1, 1)) for g in networks]
    typical = float(np.median(np.linalg.norm(maps[-1].gradients[:, 0], axis=1)))
    for (top, bottom), iteration, shown, found in zip(panels.T, _BEND, values, maps, strict=False):
        draw_value_map(page, top, shown, box, limits, "network")
        top.set_title(say(f"反復 {iteration:,} 回", f"iteration {iteration:,}"), loc="center")
        colours = colours_of(found.gradients[:, 0], typical)
        draw_regions(page, bottom, found, colours, line=line_share(found.count.linear))
        count = f"{found.count.linear:,}"
        bottom.set_xlabel(say(f"領域 {count} 個", f"{count} regions"))
    draw_value_map(page, panels[0, -1], wanted, box, limits)
    panels[0, -1].set_title("$f$", loc="center")
    for axes in panels.ravel():
        axes.set(aspect="equal", xticks=[], yticks=[])
    draw_key(page, panels[1, -1])
    panels[1, -1].set_title(say("勾配", "gradient"), loc="center")
