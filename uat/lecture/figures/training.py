"""Good weights exist; training has to find them, and gradient descent stays far behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.core.activations import tanh
from uat.core.network import Network
from uat.expression.arrays import Array
from uat.lecture.networks import comb_of, proved
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.numbers import at_most
from uat.train.fitting import Fit, fit, fit_function

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page

GOOD_WEIGHTS = Pair("万能近似できるからいい？", "Is it enough that good weights exist?")

SEEDS: Final = range(5)
UNITS: Final = 20
ITERATIONS: Final = 10_000

MARKS: Final = np.unique(np.round(np.geomspace(1, 10_001, 160)).astype(int)) - 1
_POINTS: Final = 401
NAMES: Final = {
    "built": Pair("手で作る", "built by hand"),
    "adam": Pair("Adam で学習", "trained by Adam"),
    "descent": Pair("勾配降下法で学習", "trained by descent"),
}


def trained(method: str, seed: int) -> Fit:
    """Train 20 units on Nielsen's f for 10,000 iterations."""
    options: dict[str, Any] = {"hidden": UNITS, "rng": seed, "max_iter": ITERATIONS}
    return fit_function(examples.nielsen, method=method, **options)


def kept_weights(network: Network) -> Array:
    """Return a, b and c of a network of one hidden layer in one variable, (3, units + 1).

    The output bias is the last unit, of slope 0.
    """
    hidden, output = network.layers
    large = 64.0
    a = np.append(output.weight[0], output.bias[0])
    return np.array([a, np.append(hidden.weight[:, 0], 0.0), np.append(hidden.bias, large)])


@study("existence-vs-training")
def found() -> dict[str, Any]:
    """Train by two methods from five seeds; keep the bounds, and the median network of each."""
    kept: dict[str, Any] = {}
    for method in ("adam", "descent"):
        networks = [trained(method, seed).network for seed in SEEDS]
        bounds = [proved(examples.nielsen, network).bound for network in networks]
        middle = int(np.argsort(bounds)[len(bounds) // 2])
        kept |= {f"{method}_bounds": bounds, method: kept_weights(networks[middle])}
    return kept


def shown_networks() -> dict[str, Network]:
    """Return the network that is built and those that are trained, by their names."""
    stored = found()
    made = {"built": comb_of(examples.nielsen, UNITS)[0]}
    for name in ("adam", "descent"):
        a, b, c = stored[name]
        made[name] = Network.from_units(a, b, c, tanh)
    return made


@figure(
    "existence-vs-training",
    slide=GOOD_WEIGHTS,
    title=Pair("存在と学習", "What exists and what training finds"),
    caption=Pair(
        "同じ 20 ユニットのネットワークでニールセンの関数（青）を近似する。定理はよい重みが存在すると述べるだけで、求め方は述べない。手で作れば誤差は 0.005 より小さいが、"
        "Adam と勾配降下法は 1 万回反復しても 0.071 と 0.23 までしか近づかない（乱数の種 5 個の中央値。どれも証明済みの上界）。出力層を最小二乗法で解く変数射影法なら、20 ユニット以上で見つけられる。",
        "Three networks of 20 units for f (blue). The theorem says that good weights exist, not how "
        "to find them: built, the error is below 0.005; 10,000 iterations of Adam and descent come "
        "within 0.071 and 0.23 (medians of 5 seeds; bounds proved). Variable projection does find "
        "good weights from 20 units on.",
    ),
    alternative=Pair(
        "三つの図に同じ青い f とオレンジの g。左の作ったものは f に重なり、中央の Adam は波をいくつか落とし、右の勾配降下法は大まかな傾きしか表さない。下の棒は誤差で、右ほど長い。",
        "Three panels with the same blue f and an orange g. The built one lies on f, that of Adam "
        "misses waves, that of descent follows the trend only. The bars below are the errors, "
        "longer to the right.",
    ),
    formula=r"\exists\,a,b,c\quad\sup_{x\in I}\,|f(x)-g(x)|<\varepsilon",
    code="""
        from uat.lecture.figures.training import shown_networks
        networks = list(shown_networks().values())
    """,
    wide=True,
    study=found,
)
def existence_vs_training(page: Page) -> None:
    """Draw f and three networks of one size, and below each its error as a bar."""
    f, grid = examples.nielsen, page.figure.add_gridspec(2, 3, height_ratios=(5, 1.4))
    for column, (name, network) in enumerate(shown_networks().items()):
        axes = page.figure.add_subplot(grid[0, column])
        _draw_both(page, axes, network)
        axes.set_title(page.say(*NAMES[name]))
        bar = page.figure.add_subplot(grid[1, column])
        bound = proved(f, network).bound
        bar.barh(0, bound, 0.6, **page.fill("error", alpha=1.0))
        bar.set(xlim=(-0.003, 0.24), ylim=(-1.3, 0.5))
        bar.set_axis_off()
        large: dict[str, Any] = {"fontsize": page.size.headline, "color": page.theme.error}
        bar.text(0.0, -0.4, rf"$|f-g|\leq {at_most(bound, 2)}$", va="top", **large)
    page.headline(
        page.say(
            f"{UNITS} ユニットのよい重みは存在する。見つかるとは限らない",
            f"Good weights of {UNITS} units exist. Training need not find them",
        )
    )


def _draw_both(page: Page, axes: Axes, network: Network) -> None:
    """Draw f and a network on each other."""
    f = examples.nielsen
    x = samples(f.domain[0], network, many=801)
    axes.plot(x, f(x), **page.pen("target", linewidth=1.2 * page.size.line))
    axes.plot(x, network.as_function()(x), **page.pen("network", linewidth=0.7 * page.size.line))
    axes.set(xlim=f.domain[0], ylim=(0, 1), xticks=[0, 1], yticks=[0, 1])


def losses_at(method: str, seed: int, most: int = ITERATIONS) -> Array:
    """Train on values of Nielsen's f, and return the losses at the marks, NaN after the end."""
    f = examples.nielsen
    x = np.linspace(*f.domain[0], _POINTS)
    found = fit(x, f(x), hidden=UNITS, method=method, rng=seed, max_iter=most)
    kept = np.full(len(MARKS), np.nan)
    ran = len(found.losses) > MARKS
    kept[ran] = found.losses[MARKS[ran]]
    return kept


@study("loss-curves")
def losses() -> dict[str, Any]:
    """Train by two methods from several seeds, and keep losses at the marks; about 20 s."""
    return {"iterations": MARKS} | {
        method: [losses_at(method, seed) for seed in SEEDS] for method in ("descent", "adam")
    }


@figure(
    "loss-curves",
    slide=GOOD_WEIGHTS,
    title=Pair("学習の停滞", "Training stalls"),
    caption=Pair(
        "20 ユニットのネットワークをニールセンの関数 f（小さな図の青）で学習したときの損失（種ごとに 1 本の線）。勾配降下法（黒）は 0.02 の平らな所で、次に 0.01 の平らな所でほとんど進まなくなる。小さな図のオレンジは、その 1 万回反復後の g。"
        "重みごとに歩幅を変える Adam（灰色）は 0.0012 まで進むが、やはり停滞する。",
        "The loss of 20 units on Nielsen's function f (blue in the inset), one line a seed. "
        "Gradient descent (black) hardly moves on a plateau at 0.02, then on one at 0.01; the inset "
        "shows its g after 10,000 iterations. Adam (grey), with a pace for each weight, gets to "
        "0.0012, and stalls too.",
    ),
    alternative=Pair(
        "横軸は反復回数、縦軸は損失の両対数の図。勾配降下法は 0.02 でほぼ水平になり、少し下がって 0.01 でまた水平になる。Adam は 0.0012 まで下がる。小さな図では、波打つ f の中をなだらかな g が通る。",
        "Loss against iterations, both logarithmic. Gradient descent is level at 0.02, falls a "
        "little, and is level again at 0.01; Adam falls to 0.0012. In an inset a gently rising g "
        "runs through the waves of f.",
    ),
    formula=r"L(\theta)=\dfrac{1}{n}\sum_{i=1}^{n}(g_\theta(x_i)-f(x_i))^2",
    code="""
        x, f = np.linspace(0, 1, 401), uat.examples.nielsen
        found = uat.fit(x, f(x), hidden=20, method="descent", max_iter=10_000)
    """,
    study=losses,
)
def loss_curves(page: Page) -> None:
    """Draw the loss against the iteration, one line for each seed, and the g of descent."""
    data, axes, say = losses(), page.figure.subplots(), page.say
    for level in _PLATEAUS:
        axes.axhline(level, **page.pen("guide"))
    ways = (("adam", page.theme.faint, page.size.thin), ("descent", page.theme.ink, page.size.line))
    for name, colour, line in ways:
        axes.plot(data["iterations"] + 1, data[name].T, color=colour, linewidth=line)
    axes.set(xscale="log", yscale="log", xlim=(1, 1e4), ylim=(7e-4, 0.1))
    axes.set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
    levels = (0.001, *reversed(_PLATEAUS), 0.1)
    axes.set_yticks(levels, [f"{level:g}" for level in levels])
    axes.minorticks_off()
    axes.set_xlabel(say("反復回数", "iterations"))
    axes.set_title(say("損失（平均二乗誤差）", "loss (mean squared error)"))
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center", "color": page.theme.ink}
    for place, level in zip((42.0, 3000.0), _PLATEAUS, strict=True):
        page.note(axes, place, 1.4 * level, say("停滞", "plateau"), **words)
    ends = (("descent", say("勾配降下法", "descent")), ("adam", "Adam"))
    for way, name in ends:
        last = float(np.median(data[way][:, -1]))
        page.note(axes, 1.15e4, last, f"{name}\n{last:.2g}", **words, linespacing=1.3)
    inset = axes.inset_axes((0.05, 0.04, 0.44, 0.38))
    _draw_both(page, inset, shown_networks()["descent"])
    inset.set(xticks=[], yticks=[], facecolor="none")
    after = say(
        f"勾配降下法の $g$、反復 {ITERATIONS:,} 回", f"descent's $g$, iteration {ITERATIONS:,}"
    )
    inset.set_title(after, fontsize=page.size.small, color=page.theme.network)
    page.note(inset, 0.5, 0.72, "$f$", color=page.theme.target, fontsize=page.size.text)
    first, second = _PLATEAUS
    page.headline(
        say(
            f"勾配降下法は損失 {first} で、次に {second} で停滞する",
            f"Descent stalls at the loss {first}, then at {second}",
        )
    )


_PLATEAUS: Final = (0.02, 0.01)
"""Losses at which descent hardly moves, as the figure shows."""
