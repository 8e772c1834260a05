"""Good weights exist; training has to find them, and gradient descent stays far behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.expression.arrays import Array
from uat.lecture.networks import comb_of, staircase_of
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.proof.certify import certify
from uat.train.fitting import fit, fit_function

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page

__all__ = ["COLOURS", "GOOD_WEIGHTS", "name_curves"]

GOOD_WEIGHTS = Pair("万能近似できるからいい？", "Is it enough that good weights exist?")

WIDTHS: Final = (5, 10, 20, 40, 80)
SEEDS: Final = range(5)
ITERATIONS: Final = {"descent": 10_000, "adam": 10_000, "projection": 300}

WATCHED: Final = 20
MARKS: Final = np.unique(np.round(np.geomspace(1, 10_001, 160)).astype(int)) - 1
_POINTS: Final = 401
_LOSSES: Final = {"descent": 10_000, "adam": 10_000, "lbfgs": 10_000, "projection": 1000}

COLOURS: Final = {
    "descent": "ink",
    "adam": "target",
    "lbfgs": "constant",
    "projection": "error",
    "staircase": "network",
    "comb": "unit",
}
"""Colours of the ways to a network, the same in all figures about training."""

NAMES: Final = {
    "descent": Pair("勾配降下法", "gradient descent"),
    "adam": Pair("Adam", "Adam"),
    "lbfgs": Pair("L-BFGS", "L-BFGS"),
    "projection": Pair("変数射影", "variable projection"),
    "staircase": Pair("階段", "staircase"),
    "comb": Pair("滑らかなユニット", "soft units"),
}


def proved_training(target: Target, method: str, units: int, seed: int) -> float:
    """Train a network of `units` units, and return the proved bound of its error."""
    found = fit_function(target, hidden=units, method=method, rng=seed, max_iter=ITERATIONS[method])
    return certify(target, found.network).bound


@study("existence-vs-training")
def errors() -> dict[str, Any]:
    """Build and train networks of the same widths for the same f; about 3 min."""
    f = examples.nielsen
    trained = {
        method: [[proved_training(f, method, n, seed) for n in WIDTHS] for seed in SEEDS]
        for method in ("descent", "adam", "projection")
    }
    return {
        "units": WIDTHS,
        "staircase": [staircase_of(f, n)[1].bound for n in WIDTHS],
        "comb": [comb_of(f, n)[1].bound for n in WIDTHS],
        **trained,
    }


@figure(
    "existence-vs-training",
    slide=GOOD_WEIGHTS,
    title=Pair("存在と学習", "What exists and what training finds"),
    caption=Pair(
        "ニールセンの関数への誤差の証明済みの上界。実線は証明のとおりに作った、破線は学習で求めたネットワーク（乱数の種 5 個の中央値と範囲）。"
        "定理はよい重みが存在すると述べるだけである。勾配降下法と Adam は 1 万回反復しても見つけられず、幅を広げてもよくならない。出力層を最小 2 乗法で解く変数射影は見つける。",
        "Proved bounds of the error on Nielsen's function: solid, networks built as in the "
        "proofs; dashed, trained ones (median and range of 5 seeds). The theorem says only that "
        "good weights exist. Descent and Adam do not find them in 10,000 iterations, at none of "
        "these widths; variable projection does.",
    ),
    alternative=Pair(
        "両対数の図。横軸は幅 5 から 80。勾配降下法は 0.2、Adam は 0.07 のあたりでほぼ水平。階段は幅に反比例して下がる。"
        "滑らかなユニットと変数射影は急に下がり、幅 80 では 10⁻¹² 程度になる。",
        "Both axes logarithmic, widths from 5 to 80. Gradient descent stays near 0.2 and Adam "
        "near 0.07, whatever the width. The staircase falls in proportion to 1/width. The soft "
        "units and variable projection fall steeply, to about 1e-12 at width 80.",
    ),
    formula=r"\exists\,a,b,c\quad\sup_{x\in I}\,|f(x)-g(x)|<\varepsilon",
    code="""
        found = uat.fit_function(uat.examples.nielsen, hidden=20, method="adam", max_iter=10_000)
        certificate = uat.certify(uat.examples.nielsen, found.network)
    """,
    study=errors,
)
def existence_vs_training(page: Page) -> None:
    """Draw the proved error of built and of trained networks against their width."""
    data, axes = errors(), page.figure.subplots()
    units, line = data["units"], page.size.line
    for name in ("descent", "adam", "projection"):
        colour = {"color": getattr(page.theme, COLOURS[name])}
        low, middle, high = np.quantile(data[name], (0.0, 0.5, 1.0), axis=0)
        axes.fill_between(units, low, high, alpha=0.25, linewidth=0, **colour)
        axes.plot(units, middle, linewidth=0.8 * line, linestyle="--", **colour)
        axes.plot(units, middle, **page.dot("data", hollow=True, **colour))
    for name in ("staircase", "comb"):
        colour = {"color": getattr(page.theme, COLOURS[name])}
        axes.plot(units, data[name], linewidth=0.8 * line, **colour)
        axes.plot(units, data[name], **page.dot("data", **colour))
    axes.set(xscale="log", yscale="log", xlim=(4.6, 84), ylim=(1e-13, 3))
    axes.set_xticks(units, [str(n) for n in units])
    axes.set_yticks([1, 1e-3, 1e-6, 1e-9, 1e-12])
    axes.minorticks_off()
    axes.set_xlabel(page.say("ユニットの個数", "number of units"))
    axes.set_title(page.say("$|f-g|$ の証明済みの上界", "proved bound of $|f-g|$"))
    name_curves(page, axes, _PLACES_OF_ERRORS)
    _name_the_kinds(page, axes)


def _name_the_kinds(page: Page, axes: Axes) -> None:
    """Explain solid and dashed lines."""
    kinds = (
        (page.say("証明のとおりに作る", "built as in the proofs"), "-", False),
        (page.say("学習で求める", "trained"), "--", True),
    )
    for name, dash, hollow in kinds:
        dot = page.dot("data", hollow=hollow, linestyle=dash, color=page.theme.ink, label=name)
        axes.plot([], [], **dot | {"linewidth": 0.8 * page.size.line, "color": page.theme.ink})
    axes.legend(loc="lower left", fontsize=page.size.text, handlelength=2.4)


_PLACES_OF_ERRORS: Final = {
    "descent": (90.0, 0.4, "left"),
    "adam": (90.0, 0.05, "left"),
    "staircase": (90.0, 5e-3, "left"),
    "comb": (32.0, 1e-5, "left"),
    "projection": (18.0, 2e-7, "right"),
}


def name_curves(page: Page, axes: Axes, places: Mapping[str, tuple[float, float, str]]) -> None:
    """Write the names of the ways beside their curves."""
    for name, (x, y, side) in places.items():
        colour = getattr(page.theme, COLOURS[name])
        words: dict[str, Any] = {"ha": side, "va": "center", "fontsize": page.size.text}
        page.note(axes, x, y, page.say(*NAMES[name]), color=colour, **words)


def losses_at(method: str, seed: int, most: int | None = None) -> Array:
    """Train on values of Nielsen's f, and return the losses at the marks, NaN after the end."""
    f = examples.nielsen
    x = np.linspace(*f.domain[0], _POINTS)
    most = most or _LOSSES[method]
    found = fit(x, f(x), hidden=WATCHED, method=method, rng=seed, max_iter=most)
    kept = np.full(len(MARKS), np.nan)
    ran = len(found.losses) > MARKS
    kept[ran] = found.losses[MARKS[ran]]
    return kept


@study("loss-curves")
def losses() -> dict[str, Any]:
    """Train by each method from several seeds, and keep losses at the marks; about 40 s."""
    return {"iterations": MARKS} | {
        method: [losses_at(method, seed) for seed in SEEDS] for method in _LOSSES
    }


@figure(
    "loss-curves",
    slide=GOOD_WEIGHTS,
    title=Pair("損失はどう減るか", "How the loss falls"),
    caption=Pair(
        "幅 20 のネットワークをニールセンの関数で学習したときの損失（種ごとに 1 本の線）。勾配降下法は平らな所で止まったように見える。"
        "重みごとに歩幅を変える Adam と、曲がり具合を使う L-BFGS は先へ進む。変数射影は出力層を毎回最小 2 乗法で解くので、手間は増えるが、最初から低い。",
        "The loss of 20 units on Nielsen's function, one line a seed. Gradient descent seems to "
        "stop on a plateau; Adam, with a pace for each weight, and L-BFGS, with curvature, get "
        "further. Variable projection solves for the output layer in every iteration, which costs "
        "more but starts low.",
    ),
    alternative=Pair(
        "横軸は反復回数、縦軸は損失の両対数の図。勾配降下法は 10⁻²、Adam は 10⁻³ のあたりでほぼ水平になり、L-BFGS は種によって"
        "10⁻³ から 10⁻⁵、変数射影は 10 回で 10⁻⁹ より下に達する。",
        "Loss against iterations, both logarithmic. Gradient descent levels off near 1e-2 and "
        "Adam near 1e-3; L-BFGS ends between 1e-3 and 1e-5, and variable projection is below 1e-9 "
        "after 10 iterations.",
    ),
    formula=r"L(\theta)=\dfrac{1}{n}\sum_{i=1}^{n}(g_\theta(x_i)-f(x_i))^2",
    code="""
        x, f = np.linspace(0, 1, 401), uat.examples.nielsen
        found = uat.fit(x, f(x), hidden=20, method="projection", max_iter=1000)
    """,
    study=losses,
)
def loss_curves(page: Page) -> None:
    """Draw the loss against the iteration, one line for each method and seed."""
    data, axes = losses(), page.figure.subplots()
    for name in _LOSSES:
        thin = {"linewidth": 0.4 * page.size.line, "color": getattr(page.theme, COLOURS[name])}
        axes.plot(data["iterations"] + 1, data[name].T, **thin)
    axes.set(xscale="log", yscale="log", xlim=(1, 1e4), xticks=[1, 10, 100, 1000, 10_000])
    axes.minorticks_off()
    axes.set_xlabel(page.say("反復回数", "iterations"))
    axes.set_title(page.say("損失（2 乗誤差の平均）", "loss (mean squared error)"))
    name_curves(page, axes, _PLACES_OF_LOSSES)


_PLACES_OF_LOSSES: Final = {
    "descent": (1.25e4, 1.6e-2, "left"),
    "adam": (1.25e4, 9e-4, "left"),
    "lbfgs": (1.25e4, 1e-5, "left"),
    "projection": (1300, 3e-14, "left"),
}
