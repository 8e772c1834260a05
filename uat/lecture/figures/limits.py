"""What the theorem does not say: that only networks can, what happens elsewhere, what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    formula_of,
    frame,
    largest_value,
)
from uat.core.activations import logistic, relu
from uat.core.network import Network
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import apply, constant, coordinate
from uat.lecture.figures.claim import few_units
from uat.lecture.networks import SLACK, once
from uat.lecture.registry import figure
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.plotting.maps import span
from uat.plotting.numbers import about, as_given
from uat.proof.certify import certify
from uat.train.fitting import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.plotting.page import Page

ONLY_NETWORKS = Pair("万能近似できるモデルはNNだけ？", "Can only networks do it?")

_EPS: Final = 0.1


@dataclass(frozen=True)
class Family:
    """A function of one family near f: its parameters, and a proved bound of its error."""

    values: Any  # called at points
    parameters: int
    bound: float


@once
def by_polynomial(eps: float, f: Target = examples.nielsen) -> Family:
    """Return the interpolating polynomial of least degree within 0.8 ε of f."""
    middle, half = frame(f)
    for degree in range(1, _MOST):
        found = chebyshev_coefficients(f, degree)
        exact = Polynomial(tuple(map(Fraction, found.tolist())), middle, half)
        values = np.polynomial.Chebyshev(found, (middle - half, middle + half))
        if _near(values, f, eps) and (bound := distance(f, exact)[0]) < SLACK * eps:
            return Family(values, degree + 1, bound)
    raise _too_many(eps)


@once
def by_cosines(eps: float, f: Target = examples.nielsen) -> Family:
    """Return the shortest cosine series within 0.8 ε of f; the longest wave is twice its interval."""
    start, stop = f.domain[0]
    shares, pitch = (np.arange(512) + 0.5) / 512, float(np.pi / (stop - start))
    for many in range(1, _MOST):
        waves = np.arange(many)
        # The midpoint rule for twice the mean of f(x) cos πk(x − start)/(stop − start).
        found = np.cos(np.pi * np.outer(waves, shares)) @ f(start + (stop - start) * shares)
        found *= 2 / len(shares)
        found[0] /= 2

        def values(at: Array, found: Array = found, waves: Any = waves) -> Array:
            return np.asarray(np.cos(pitch * np.multiply.outer(at - start, waves)) @ found)

        if _near(values, f, eps):
            u, series = coordinate(0) - start, constant(0.0)
            for k, weight in enumerate(found):
                series = series + float(weight) * apply("cos", k * pitch * u)
            bound = largest_value(formula_of(f) - series, start, stop)[0]
            if bound < SLACK * eps:
                return Family(values, many, bound)
    raise _too_many(eps)


@once
def by_spline(eps: float, f: Target = examples.nielsen) -> Family:
    """Return the linear spline of fewest equal pieces within 0.8 ε of f."""
    start, stop = f.domain[0]
    for many in range(3, _MOST):
        knots = np.linspace(start, stop, many)
        jumps = np.diff(np.diff(f(knots)) * (many - 1) / (stop - start), prepend=0.0)
        # A ReLU unit bends the line at each knot, and one with b = 0 starts it at its first value.
        slopes = np.array([[0.0], *[[1.0]] * len(jumps)])
        parts = [float(f(start)), *jumps], slopes, [1.0, *-knots[:-1]]
        spline = Network.from_units(*parts, relu)
        if not _near(spline.as_function(), f, eps):
            continue
        if (bound := certify(f, spline).bound) < SLACK * eps:
            return Family(spline.as_function(), many, bound)
    raise _too_many(eps)


_MOST: Final = 100
"""Parameters of a family; more are slower, and nobody sees what they are for."""


def _too_many(eps: float) -> InputError:
    return InputError(
        f"more than {_MOST} parameters are needed at eps = {eps:g}; other-families shows fewer, so "
        "take a larger eps"
    )


def _near(values: Any, f: Target, eps: float) -> bool:
    x = np.linspace(*f.domain[0], 1001)
    return bool(np.abs(values(x) - f(x)).max() < SLACK * eps)


def by_network(eps: float, f: Target = examples.nielsen) -> Family:
    """Return the network of few units, each with a weight, a slope and a bias."""
    g = few_units(eps, f)
    assert g.certificate is not None
    return Family(g, 3 * g.units, g.certificate.bound)


@figure(
    "other-families",
    slide=ONLY_NETWORKS,
    title=Pair("NN だけ？", "Only networks?"),
    caption=Pair(
        "同じ f（青）と同じ ε = 0.1 を、四つの族で。多項式も、余弦の級数も、一次のスプラインも、ニューラルネットワークも帯の中に入る（どれも証明済み）。"
        "万能近似ができるのはニューラルネットワークだけではなく、パラメータが最も少ないとも限らない（ネットワークは 1 ユニットにつき a、b、c の三つ）。",
        "The same f (blue) and the same ε = 0.1 in four families: a polynomial, a series of "
        "cosines, a linear spline and a neural network all stay in the band, each of them proved. "
        "Networks are not the only universal approximators, nor always those with the fewest "
        "parameters (three for each unit: a, b and c).",
    ),
    alternative=Pair(
        "四つのグラフ。どれにも f とその帯、帯の中を進む曲線。多項式、余弦の級数、一次のスプライン、ネットワークと、それぞれのパラメータの個数。",
        "Four graphs, each with f, its band and a curve inside it: a polynomial, a cosine series, "
        "a linear spline and a network, with the number of parameters of each.",
    ),
    formula=(
        r"\sum_{k}c_kT_k(x),\quad\sum_{k}c_k\cos k\pi x,\quad"
        r"\sum_{k}c_k\,\Lambda_k(x),\quad\sum_{i}a_i\,\sigma(b_ix+c_i)"
    ),
    code="""
        from uat.lecture.figures.limits import by_cosines
        g = by_cosines(0.1).values
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上、青）と同じ ε = {eps} を、四つの族で。多項式も、余弦の級数も、一次のスプラインも、ニューラルネットワークも帯の中に入る（どれも証明済み）。",
        "{f} on {domain} (blue) and the same ε = {eps} in four families: a polynomial, a series of "
        "cosines, a linear spline and a neural network all stay in the band, each of them proved.",
    ),
)
def other_families(page: Page, f: Target = examples.nielsen, eps: float = _EPS) -> None:
    """Draw one f within the same ε by four families, with the numbers of their parameters."""
    say = page.say
    families = (
        (say("多項式", "polynomial"), by_polynomial(eps, f)),
        (say("余弦の級数", "cosine series"), by_cosines(eps, f)),
        (say("一次のスプライン", "linear spline"), by_spline(eps, f)),
        (say("ネットワーク", "neural network"), by_network(eps, f)),
    )
    x = samples(f.domain[0])
    panels = page.figure.subplots(2, 2, sharex=True, sharey=True)
    for axes, (name, family) in zip(panels.flat, families, strict=True):
        y = f(x)
        axes.fill_between(x, y - eps, y + eps, **page.fill("band"))
        axes.plot(x, y, **page.pen("target"))
        axes.plot(x, family.values(x), **page.pen("network"))
        axes.set(xlim=f.domain[0], xticks=f.domain[0])
        many, unit = f"{family.parameters}", say("パラメータ", "parameters")
        if f is not examples.nielsen:
            axes.set_title(f"{name}{say('：', ': ')}{many} {unit}", color=page.theme.network)
            axes.locator_params(axis="y", nbins=3)
            continue
        axes.set(ylim=(-0.05, 1.2), yticks=[0, 1])
        words: dict[str, Any] = {"va": "top", "color": page.theme.network}
        words["transform"], across = axes.transAxes, 0.03
        page.note(axes, across, 0.975, name, fontsize=page.size.text, **words)
        page.note(axes, across, 0.84, many, fontsize=1.6 * page.size.headline, **words)
        page.note(axes, across, 0.59, unit, fontsize=page.size.text, **words)
    if f is examples.nielsen:
        names: dict[str, Any] = {"fontsize": page.size.text, "ha": "center"}
        page.note(panels[0, 0], 0.91, 0.42, "$g$", color=page.theme.network, **names)
        band = r"$f\pm\varepsilon$"
        page.note(panels[0, 0], 0.61, 0.62, band, color=page.theme.target, **names)
    cosines = families[1][1].parameters
    page.headline(say(f"NN だけではない：余弦 {cosines} 個でも誤差は {as_given(eps)} 未満",
                      f"Not only networks: {cosines} cosines are within {as_given(eps)} too"))  # fmt: skip


@figure(
    "what-it-does-not-say",
    slide=ONLY_NETWORKS,
    title=Pair("定理が言わないこと", "What the theorem does not say"),
    caption=Pair(
        "左：f に跳びがあると、連続な g の誤差はユニットをいくら増やしても跳びの半分以上になる。中：g が f に近いのは I = [0, 1] の上だけで、外では離れていく。"
        "右：6 点のデータだけで学習した g は、点を通るが、その間では f から離れる。近い g が存在しても、学習がそれを見つけるとは限らない。",
        "Left: where f jumps, a continuous g is wrong by half the jump or more, however many units "
        "it has. Middle: g is near f on I = [0, 1], and leaves it outside. Right: trained on 6 "
        "data points (dots), g meets them and misses f between them. That a good g exists does not mean "
        "that training finds it.",
    ),
    alternative=Pair(
        "三つのグラフと、それぞれ f と g の隔たりを示す紫の棒。左は跳びのある f と急な S 字の g。中は区間 I の外で平らになる g と大きく振れる f。右は点を通り、その間で f を外れる g。",
        "Three graphs with purple bars between f and g. Left, an f with a jump and a steep S-shaped "
        "g. Middle, outside the interval I, a flat g while f swings. Right, a g through the data "
        "that misses f between them.",
    ),
    formula=(
        r"f\in C(I),\quad\forall x\in I,\quad"
        r"\exists\,g:\ |f(x)-g(x)|<\varepsilon"
    ),
    code="""
        from uat.lecture.figures.limits import trained_on_few
        x, g = trained_on_few()
    """,
    wide=True,
    own=Pair(
        "左：跳びのある関数では、連続な g の誤差はユニットをいくら増やしても跳びの半分以上になる。中：{f} の g が f に近いのは I = {domain} の上だけで、外では離れていく。"
        "右：6 点のデータだけで学習した g は、点を通るが、その間では f から離れる。近い g が存在しても、学習がそれを見つけるとは限らない。",
        "{f} on {domain}. Left: where a function jumps, a continuous g is wrong by half the jump or "
        "more, however many units it has. Middle: g is near f on I = {domain}, and leaves it "
        "outside. Right: trained on 6 data points (dots), g meets them and misses f between them. "
        "That a good g exists does not mean that training finds it.",
    ),
)
def what_it_does_not_say(page: Page, f: Target = examples.nielsen) -> None:
    """Draw three cases in which the theorem promises nothing, with the largest gap of each."""
    say = page.say
    drawn = f is examples.nielsen
    low, high = (0.0, 1.0) if drawn else span(f(samples(f.domain[0])))
    if not low < high:
        raise InputError(f"{f!r} given, a constant; what-it-does-not-say needs an f that is none")
    jump, outside, few = page.figure.subplots(1, 3)
    room = 0.5 * (high - low)
    for axes in (jump, outside, few):
        # What is as wrong looks as wrong in all three.
        axes.set_ylim(low - (not drawn) * room, high + room)
        axes.locator_params(axis="y", nbins=3)
        if drawn:
            axes.set(yticks=[0, 1])
    _draw_jump(page, jump, low, high)
    _draw_outside(page, outside, f)
    _draw_few(page, few, f)
    titles = (say("$f$ が連続でない", "$f$ not continuous"), say("$I$ の外", "outside $I$"),
              say("$f$ は 6 点だけ", "$f$ at 6 points only"))  # fmt: skip
    for axes, title in zip((jump, outside, few), titles, strict=True):
        axes.set_title(title, loc="center")
        if not drawn:
            # There may be longer numbers at the axis and below it.
            axes.xaxis.label.set_size(0.9 * page.size.text)
    words: dict[str, Any] = {"fontsize": 1.2 * page.size.headline}
    for x, share, name in ((0.06, 0.28, "target"), (0.3, 0.4, "network")):
        written, ha = {"target": ("$f$", "left"), "network": ("$g$", "right")}[name]
        colour = getattr(page.theme, name)
        page.note(jump, x, low + share * (high - low), written, color=colour, ha=ha, **words)
    page.headline(say("定理が言わないところで、$g$ は外れる",
                      "Where the theorem is silent, $g$ misses $f$"))  # fmt: skip


def _draw_gap(page: Page, axes: Axes, x: float, ends: tuple[float, float]) -> None:
    """Draw a bar from g to f."""
    pen = page.pen("error", linewidth=2 * page.size.line, solid_capstyle="butt", zorder=6)
    axes.plot([x, x], ends, **pen)


def _say_gap(page: Page, axes: Axes, text: str, gap: float) -> None:
    """Write below a panel how large its gap is."""
    number = about(gap, 2)
    # A power of ten is a formula.
    words = text.format(f"${number}$" if "^" in number else number)
    axes.set_xlabel(words, color=page.theme.error, fontsize=page.size.headline)


def _draw_jump(page: Page, axes: Axes, floor: float, ceiling: float) -> None:
    """Draw an f that jumps at 1/2, and steeper and steeper units."""
    low, high = (floor + share * (ceiling - floor) for share in (0.2, 0.9))
    middle = 0.5
    for start, stop, level in ((0.0, middle, low), (middle, 1.0, high)):
        axes.plot([start, stop], [level, level], **page.pen("target", linewidth=2 * page.size.hero))
    x = samples((0.0, 1.0))
    for slope in (16.0, 48.0, 400.0):
        g = Network.from_units(
            [low, high - low], [[0.0], [slope]], [40.0, -slope * middle], logistic
        )
        line = page.size.line if slope == 400.0 else page.size.thin
        axes.plot(x, g.as_function()(x), **page.pen("network", linewidth=line))
    large = 3.6 * page.size.line
    axes.plot([middle], [high], **page.dot("target", markersize=large))
    axes.plot([middle], [low], **page.dot("target", markersize=large, hollow=True))
    value = float(g.as_function()(middle))
    _draw_gap(page, axes, middle, (value, high))
    axes.set(xlim=(0, 1), xticks=[0, 1])
    _say_gap(page, axes, page.say("誤差 {} 以上", "error at least {}"), high - value)


def _draw_outside(page: Page, axes: Axes, f: Target) -> None:
    """Draw f and its network inside and outside I."""
    (start, stop), formula = f.domain[0], formula_of(f)
    wide, (low, top) = stop - start, axes.get_ylim()
    g = few_units(
        _EPS if f is examples.nielsen else 0.13 * float(np.ptp(f(samples((start, stop))))), f
    )
    x = samples((start - 0.6 * wide, stop + 0.6 * wide))
    with np.errstate(all="ignore"):
        y = formula(x)
    # An f that leaves the page, or has no value, shows its error elsewhere.
    seen = np.isfinite(y) & (np.maximum(y, g(x)) <= top) & (np.minimum(y, g(x)) >= low)
    gaps = np.where(seen, np.abs(np.where(seen, y, 0.0) - g(x)), 0.0)
    worst = int(np.argmax(gaps))
    _refuse_a_small_gap(f, float(gaps[worst]), "its g follows outside of its interval")
    axes.axvspan(start, stop, **page.fill("band", alpha=0.6))
    axes.plot(x, y, **page.pen("target"))
    axes.plot(x, g(x), **page.pen("network", linewidth=page.size.hero))
    _draw_gap(page, axes, float(x[worst]), (float(y[worst]), float(g(x[worst]))))
    axes.set(xlim=(x[0], x[-1]), xticks=[start, stop])
    _say_gap(page, axes, page.say("誤差 {}", "error {}"), float(gaps[worst]))
    at: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "center"}
    page.note(axes, (start + stop) / 2, 14 / 15, "$I$", fontsize=page.size.headline, **at)


def _refuse_a_small_gap(f: Target, gap: float, why: str) -> None:
    """Refuse an f that is followed even where the theorem is silent."""
    if not gap > 0.05 * np.ptp(f(samples(f.domain[0]))):
        raise InputError(f"{f!r} given, which {why}; what-it-does-not-say needs another")


@once
def trained_on_few(f: Target = examples.nielsen) -> tuple[Array, Network]:
    """Train a network on six values of Nielsen's function, or of f; return their places and it."""
    x = np.linspace(*f.domain[0], 6)
    return x, fit(x, f(x), hidden=12, method="projection", rng=0).network


def _draw_few(page: Page, axes: Axes, f: Target) -> None:
    """Draw f, six of its values, and a network that was trained on them."""
    data, network = trained_on_few(f)
    x, g = samples(f.domain[0]), network.as_function()
    axes.plot(x, f(x), **page.pen("target"))
    axes.plot(x, g(x), **page.pen("network", linewidth=page.size.hero))
    axes.plot(data, f(data), **page.dot("data", clip_on=False))
    worst = float(x[np.argmax(np.abs(f(x) - g(x)))])
    values = float(f(worst)), float(g(worst))
    _refuse_a_small_gap(f, abs(values[0] - values[1]), "6 values are enough to learn")
    _draw_gap(page, axes, worst, values)
    axes.set(xlim=f.domain[0], xticks=f.domain[0])
    words = page.say("点の間で誤差 {}", "error {} in between")
    _say_gap(page, axes, words, abs(values[0] - values[1]))


@figure(
    "curse",
    slide=Pair("次元が上がると", "In more dimensions"),
    title=Pair("次元の呪い", "The curse of dimension"),
    caption=Pair(
        "立方体を一辺 1/10 のマスに分け、マスごとに一つの値で f を近似すると（f がマスの中で 0.1 しか変わらなければ誤差は 0.1 以下）、値は 10^d 個になり、20 次元では記憶できない。"
        "Barron の定理では、C（f のフーリエ変換から決まる、振動の大きさ）が 1 なら、RMS 誤差（二乗誤差の平均の平方根）を 0.1 以下にするのに、どの次元でも 400 ユニットで足りる。",
        "Cells of side 1/10, one value of f on each (an error of 0.1 at most where f varies by no "
        "more within a cell), number 10^d; in 20 dimensions nobody can store them. By Barron's "
        "theorem 400 units do in any dimension for an RMS (root mean square) error of 0.1, if C, "
        "the oscillation of f by its Fourier transform, is 1.",
    ),
    alternative=Pair(
        "10 個のマスの列、10 × 10 のマス目、10 × 10 × 10 の立方体。その下に 20 次元のマスの数 10²⁰ の棒がページの右端まで伸び、さらに下に Barron の 400 ユニットの短い棒。",
        "A row of 10 cells, a square of 10 × 10, a cube of 10 × 10 × 10. Below, a bar for the 10²⁰ "
        "cells in 20 dimensions runs off the page, above a short bar for Barron's 400 units.",
    ),
    formula=r"\lceil 1/\varepsilon\rceil^{d}\quad\mathrm{vs.}\quad n=\lceil(2C/\varepsilon)^2\rceil",
    code="""
        from uat.lecture.figures.limits import barron_units, cells
        many = [cells(d, 0.1) for d in (1, 2, 3, 20)] + [barron_units(0.1)]
    """,
    wide=True,
)
def curse(page: Page) -> None:
    """Draw the cells of side 1/10 in 1, 2 and 3 dimensions, and count those in 20."""
    say, theme, size = page.say, page.theme, page.size
    grid = page.figure.add_gridspec(2, 3, height_ratios=(3, 2))
    for d in (1, 2, 3):
        axes = page.figure.add_subplot(grid[0, d - 1])
        _draw_cells(page, axes, d)
        many = say(f"{d} 次元：{cells(d, _EPS):,} マス", f"$d={d}$: {cells(d, _EPS):,}")
        axes.set_title(many, loc="center", fontsize=1.2 * size.headline)
    below = page.figure.add_subplot(grid[1, :])
    below.set(xlim=(0, 1), ylim=(0, 4.4))
    below.set_axis_off()
    below.add_patch(_bar(theme.ink, 3.4, 1.2))
    below.add_patch(_bar(theme.unit, 1.0, 0.012))
    words: dict[str, Any] = {"va": "center", "fontsize": 1.2 * size.headline}
    many = say(f"20 次元：{cells(20, _EPS):,} マス", f"$d=20$: {cells(20, _EPS):,} cells")
    below.text(0.02, 3.8, many, color=theme.background, **words)
    small: dict[str, Any] = {"va": "center", "fontsize": size.text}
    even = say(f"誤差 {_EPS} 以下、マスの中での $f$ の変動が {_EPS} 以下のとき",
               f"for an error of {_EPS}, if $f$ varies by at most {_EPS} within a cell")  # fmt: skip
    below.text(0.02, 2.75, even, color=theme.background, **small)
    few = say(f"Barron の定理：どの次元でも {barron_units(_EPS)} ユニット",
              f"Barron's theorem: {barron_units(_EPS)} units in any dimension")  # fmt: skip
    below.text(0.025, 1.4, few, color=theme.unit, **words)
    given = r"$C=\int\;\,|\omega|\,|\hat f(\omega)|\,d\omega\leq 1$"
    when = say(f"RMS 誤差 {_EPS} 以下、{given} のとき", f"for an RMS error of {_EPS}, if {given}")
    below.text(0.025, 0.35, when, color=theme.unit, **small)
    page.headline(say("一辺 1/10 のマスは、次元が一つ増えるたびに 10 倍",
                      "Cells of side 1/10: ten times as many with each dimension"))  # fmt: skip


def cells(dimension: int, eps: float) -> int:
    """Return the number of cells of side ε or less that fill the unit cube."""
    return int(math.ceil(1 / eps) ** dimension)


def barron_units(eps: float) -> int:
    """Return the units with which Barron's bound 2C/√n is ε, for C = 1."""
    return math.ceil((2 / eps) ** 2)


def _bar(colour: str, y: float, length: float) -> Any:
    from matplotlib.patches import Rectangle

    bar = Rectangle((0, y - 1.0), length, 2.0, color=colour, linewidth=0, clip_on=False)
    # No room is made for what leaves the page.
    bar.set_in_layout(False)
    return bar


def _draw_cells(page: Page, axes: Axes, dimension: int) -> None:
    """Draw ten cells a side: a row, a square, or the three sides of a cube that are seen."""
    from matplotlib.collections import PolyCollection

    unit, up, deep = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([0.45, 0.3])
    sides = {1: ((unit, 0.1 * up),), 2: ((unit, up),)}.get(
        dimension, ((unit, up), (unit, deep), (deep, up))
    )
    starts = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0))
    shades = (0.4, 0.6, 0.2)
    for (one, other), start, shade in zip(sides, starts, shades, strict=False):
        rows = 1 if dimension == 1 else 10
        i, j = (k.ravel() / (10, rows)[axis] for axis, k in enumerate(np.indices((10, rows))))
        corner = np.array(start) + np.outer(i, one) + np.outer(j, other)
        step = np.array([[0, 0], [0.1, 0], [0.1, 1 / rows], [0, 1 / rows]])
        # Axes: cells, corners, coordinates.
        polygons = corner[:, None] + step[:, :1] * one + step[:, 1:] * other
        pen: dict[str, Any] = {"edgecolors": page.theme.background}
        pen |= {"facecolors": [_mixed(page, shade)], "linewidths": 0.4 * page.size.line}
        axes.add_collection(PolyCollection(list(polygons), **pen))
    left = -0.22 if dimension == 3 else -0.44
    axes.set(xlim=(left, left + 1.88), ylim=(-0.02, 1.32), aspect="equal")
    axes.set_axis_off()


def _mixed(page: Page, share: float) -> Array:
    """Return the colour of words with a share of the background's."""
    from matplotlib.colors import to_rgb

    ink, background = (np.array(to_rgb(c)) for c in (page.theme.ink, page.theme.background))
    return np.asarray((1 - share) * ink + share * background)
