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
    fixed="its networks are trained for minutes, and stored",
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
        if name == "descent":
            words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
            page.note(axes, 0.36, 0.5, "$f$", color=page.theme.target, **words)
            page.note(axes, 0.7, 0.48, "$g$", color=page.theme.network, **words)
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
        "20 ユニットのネットワークをニールセンの関数 f（小さな図の青）で学習したときの損失（どちらも種 5 個のうち、誤差が中央のもの）。勾配降下法（黒）は 0.02 の平らな所で足踏みし、0.01 の平らな所でほとんど進まなくなる。"
        "重みごとに歩幅を変える Adam（灰色）は 0.0012 まで進むが、やはり停滞する。小さな図のオレンジは、それぞれの 1 万回反復後の g。",
        "The loss of 20 units on Nielsen's function f (blue in the insets), for the seed of the "
        "median error of 5. Gradient descent (black) lingers on a plateau at 0.02, and hardly "
        "moves on one at 0.01. Adam (grey), with a pace for each weight, gets to 0.0012, and stalls too. The "
        "insets show the g of each after 10,000 iterations.",
    ),
    alternative=Pair(
        "横軸は反復回数、縦軸は対数の損失。勾配降下法は 0.02 で短く、0.01 で長く水平になる。Adam は 0.0012 まで下がる。勾配降下法の小さな図では、波打つ f の中をなだらかな g が通り、Adam の図では g が大きな波に沿う。",
        "Loss, on a logarithmic axis, against iterations. Gradient descent is level at 0.02 for a "
        "while, and at 0.01 for long; Adam falls to 0.0012. In the inset of descent a gently rising "
        "g runs through the waves of f, in that of Adam g follows the larger ones.",
    ),
    formula=r"L(\theta)=\dfrac{1}{n}\sum_{i=1}^{n}(g_\theta(x_i)-f(x_i))^2",
    code="""
        x, f = np.linspace(0, 1, 401), uat.examples.nielsen
        found = uat.fit(x, f(x), hidden=20, method="descent", max_iter=10_000)
    """,
    study=losses,
    fixed="its losses are measured for minutes, and stored",
)
def loss_curves(page: Page) -> None:
    """Draw the loss of a run of each method against the iteration, and the g that it ends with."""
    data, axes, say = losses(), page.figure.subplots(), page.say
    axes.axhline(_PLATEAU, **page.pen("guide"))
    runs = (
        ("adam", "Adam", page.theme.faint),
        ("descent", say("勾配降下法", "descent"), page.theme.ink),
    )
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center", "color": page.theme.ink}
    for way, name, colour in runs:
        loss = data[way][median_seed(way)]
        axes.plot(
            data["iterations"], loss, **page.pen("data", color=colour, linewidth=page.size.hero)
        )
        page.note(axes, 10_150, loss[-1], f"{name}\n{loss[-1]:.2g}", **words, linespacing=1.3)
    axes.set(yscale="log", xlim=(0, 1e4), ylim=(6e-4, 0.15))
    axes.set_xticks([0, 5000, 10_000], ["0", "5,000", "10,000"])
    levels = (0.001, _PLATEAU, 0.1)
    axes.set_yticks(levels, [f"{level:g}" for level in levels])
    axes.minorticks_off()
    axes.set_xlabel(say("反復回数", "iterations"))
    axes.set_title(say("損失（平均二乗誤差）", "loss (mean squared error)"))
    insets = (
        ("adam", (0.36, 0.16, 0.6, 0.31), "Adam"),
        ("descent", (0.36, 0.63, 0.6, 0.31), say("勾配降下法", "descent")),
    )
    for way, place, name in insets:
        inset = axes.inset_axes(place)
        _draw_both(page, inset, shown_networks()[way])
        inset.set(xticks=[], yticks=[])
        inset.spines[:].set(visible=True, color=page.theme.faint)
        after = say(f"{name} の $g$", f"$g$ of {name}")
        page.note(inset, 0.03, 0.8, after, **words | {"color": page.theme.network})
        page.note(inset, 0.53, 0.68, "$f$", **words | {"color": page.theme.target})
    page.headline(say(f"勾配降下法は {_PLATEAU} で停滞：1 万回でも $g$ に波がない",
                      f"Descent stalls at {_PLATEAU}, with no waves in $g$"))  # fmt: skip


def median_seed(method: str) -> int:
    """Return the seed of the run whose bound is the median, and whose network is shown."""
    return int(np.argsort(found()[f"{method}_bounds"])[len(SEEDS) // 2])


_PLATEAU: Final = 0.01
"""Loss at which descent hardly moves, as the figure shows."""
