"""Other theorems: any σ but a polynomial, two units for every f, random units in any dimension."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.construct.other_theorems import barron, guliyev_ismailov, leshno
from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    frame,
)
from uat.core.activations import Activation, logistic
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import InputError
from uat.expression.parse import parse
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.numerics.one_thread import single_threaded
from uat.plotting.curves import make_room, with_formula
from uat.plotting.language import Pair
from uat.plotting.numbers import about
from uat.plotting.style import MONOSPACED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.construct.other_theorems.guliyev_ismailov import Sigma
    from uat.plotting.page import Page

_EXP = Target("exp(x)", (-1, 1))
_DEGREES = range(1, 11)

_DIMENSIONS = (1, 2, 5, 20)
_STEPS = tuple(4**k for k in range(7))
_DRAWS = 24


def smooth(formula: str) -> Activation:
    """Return a σ that need not be sigmoidal, by its formula."""
    return Activation(formula, parse(formula), None, None, 0.0, False, math.inf)


def eps_for(degree: int) -> float:
    """Return twice the distance of eˣ from polynomials of a degree, rounded up to one digit."""
    coefficients = tuple(map(Fraction, chebyshev_coefficients(_EXP, degree).tolist()))
    twice = 2 * distance(_EXP, Polynomial(coefficients, *frame(_EXP)))[0]
    power = math.floor(math.log10(twice))
    return float(f"{math.ceil(twice / 10.0**power)}e{power}")


@study("leshno-detail")
def leshno_measured() -> dict[str, Any]:
    """Build degrees 1 to 10 of eˣ with three σ: proved errors, digits, and errors in float64."""
    x = np.linspace(-1, 1, 2001)
    kinds = (logistic, smooth("sin(x)"), smooth("log1p(exp(x))"))
    upper, digits, floats = [], [], []
    for activation in kinds:
        for degree in _DEGREES:
            long, certificate = leshno.build(_EXP, degree, eps_for(degree), activation)
            upper.append(certificate.upper)
            digits.append(long.digits)
            g = long.in_float64().as_function()
            floats.append(float(np.abs(np.asarray(_EXP(x)) - g(x)).max()))
    shape = (len(kinds), len(_DEGREES))
    return {
        "degree": np.array(_DEGREES),
        "upper": np.reshape(upper, shape),
        "digits": np.reshape(digits, shape),
        "floats": np.reshape(floats, shape),
    }


# name of σ in mathtext, its formula, and whether it is a polynomial
SIGMAS: Final = (
    ("u", "x", True),
    ("u^2", "x**2", True),
    ("u^3", "x**3", True),
    ("u^4", "x**4", True),
    (r"\sin u", "sin(x)", False),
    (r"\max(0,u)", "maximum(x, 0)", False),
    ("e^{-u^2}", "exp(-x**2)", False),
    (r"u/(1+u^2)", "x/(1 + x**2)", False),
)
_FITTED: Final = 50
_STEEPEST: Final = 40.0
"""Units of each network, and the largest of their slopes, drawn at random."""


@single_threaded()
def fitted(formula: str, f: Target = examples.nielsen) -> Network:
    """Fit 50 units of a σ to f: random slopes and places, weights by least squares."""
    rng, activation = np.random.default_rng(0), smooth(formula)
    start, stop = f.domain[0]
    slopes = rng.uniform(-_STEEPEST, _STEEPEST, _FITTED) / (stop - start)
    biases = -slopes * (start + (stop - start) * rng.uniform(0, 1, _FITTED))
    x = start + (stop - start) * (1 - np.cos(np.linspace(0, np.pi, 600))) / 2
    # Axes: points, units.
    values = activation(np.outer(x, slopes) + biases)
    sizes = np.linalg.norm(values, axis=0)
    weights = np.linalg.lstsq(values / sizes, f(x), rcond=1e-12)[0]
    return Network.from_units(weights / sizes, slopes, biases, activation)


@figure(
    "leshno",
    slide=Pair("ほかの定理：活性化関数は何でもよい", "Other theorems: any activation"),
    title=Pair("多項式でない σ なら何でもよい", "Any σ but a polynomial"),
    caption=Pair(
        "Leshno、Lin、Pinkus、Schocken（1993）：σ が多項式でないことが必要十分である。同じ f（青）に、どれも 50 ユニット（傾きと位置は乱数、出力の重みは最小二乗法）。"
        "σ が d 次の多項式なら、何ユニット足しても d 次の多項式にしかならない（上）。",
        "Leshno, Lin, Pinkus and Schocken (1993): σ has to be no polynomial, and that is enough. "
        "The same f (blue) by 50 units each, slopes and places at random, weights by least "
        "squares. If σ is a polynomial of degree d, any sum of units is one too (top row).",
    ),
    alternative=Pair(
        "二行四列の小さな図に同じ青い f。上の行の σ = u、u²、u³、u⁴ では灰色の g が f から大きく外れ、下の行の sin、ReLU、exp(−u²)、u/(1 + u²) ではオレンジの g が f に重なる。",
        "Two rows of four small panels with the same blue f. In the top row, σ = u, u², u³ and u⁴, "
        "a grey g is far from it; in the bottom row, sine, ReLU, exp(−u²) and u/(1 + u²), an "
        "orange g lies on it.",
    ),
    formula=r"g(x)=\sum_{i=1}^{n}a_i\,\sigma(b_ix+c_i),\quad\sigma\ \mathrm{continuous}",
    code="""
        from uat.lecture.figures.theorems import fitted
        networks = [fitted(formula) for formula in ("x**3", "sin(x)", "exp(-x**2)")]
    """,
    wide=True,
    own=Pair(
        "Leshno、Lin、Pinkus、Schocken（1993）：σ が多項式でないことが必要十分である。{f}（{domain} 上、青）に、どれも 50 ユニット。σ が d 次の多項式なら、何ユニット足しても d 次の多項式にしかならない（上）。",
        "{f} on {domain} (blue) by 50 units each. Leshno, Lin, Pinkus and Schocken (1993): σ has to "
        "be no polynomial, and that is enough. If σ is a polynomial of degree d, any sum of units "
        "is one too (top row).",
    ),
)
def leshno_figure(page: Page, f: Target = examples.nielsen) -> None:
    """Draw one f and networks of eight σ: four polynomials, and four that are none."""
    say, (start, stop) = page.say, f.domain[0]
    panels = page.figure.subplots(2, 4, sharex=True, sharey=True).ravel()
    x = np.linspace(start, stop, 801)
    low, high = float(f(x).min()), float(f(x).max())
    _refuse_a_polynomial(f, 0.05 * (high - low))
    room = (0.0, 1.0) if f is examples.nielsen else (1.1 * low - 0.1 * high, 1.1 * high - 0.1 * low)
    for axes, (name, formula, polynomial) in zip(panels, SIGMAS, strict=True):
        g = fitted(formula, f).as_function()(x)
        # Pale and wide, so that a g that lies on it keeps its colour from afar.
        axes.plot(x, f(x), **page.pen("target", linewidth=2.6 * page.size.line, alpha=0.32))
        meaning = "aside" if polynomial else "network"
        axes.plot(x, g, **page.pen(meaning, zorder=4, linewidth=page.size.line))
        colour = page.theme.ink if polynomial else page.theme.network
        if axes in panels[::4]:
            names = (("$f$", 0.8, page.theme.target), ("$g$", 0.92, page.pen(meaning)["color"]))
            for word, across, ink in names:
                page.note(axes, across, 1.06, word, color=ink, transform=axes.transAxes,
                          fontsize=page.size.text)  # fmt: skip
        axes.set_title(rf"$\sigma={name}$", color=colour)
        axes.set(xlim=(start, stop), ylim=room, xticks=[start, stop], yticks=[])
        axes.spines["left"].set_visible(False)
    page.headline(
        say(
            f"{_FITTED} ユニットずつ：多項式でなければ、どの $\\sigma$ でもよい",
            f"{_FITTED} units each: any $\\sigma$ will do, except a polynomial",
        )
    )


def _refuse_a_polynomial(f: Target, least: float) -> None:
    """Refuse an f that sums of units of the polynomials come near to."""
    x = np.linspace(*f.domain[0], 801)
    _, formula, _ = SIGMAS[3]
    if np.abs(f(x) - fitted(formula, f).as_function()(x)).max() <= least:
        raise InputError(
            f"{f!r} given, near a polynomial of degree 4; leshno needs an f that none is near to"
        )


@figure(
    "leshno-detail",
    slide=Pair("ほかの定理：活性化関数は何でもよい", "Other theorems: any activation"),
    title=Pair("証明の重みは 16 桁では書けない", "Weights of more than 16 digits"),
    caption=Pair(
        "Leshno らの証明どおり、傾きの近い n + 1 個のユニットの差分で指数関数に近い n 次の多項式を作る（σ はシグモイド関数）。"
        "打ち消し合いが大きく、出力の重みには float64 の 16 桁では足りない。誤差の上界は正確な重みでの証明、float64 の誤差は測定値である。",
        "As in the proof, differences of n + 1 units with nearby slopes make a polynomial of degree "
        "n near the exponential (σ is the sigmoid). But the terms cancel, and 16 digits (float64) are too few for "
        "the output weights. The bounds are proved for the exact weights, the errors in float64 "
        "are measured.",
    ),
    alternative=Pair(
        "次数 1 から 10 までの指数関数に対する誤差。正確な重みでは 1e-9 より小さくなり、float64 では 7 次から増えて 1 を大きく超える。",
        "Errors for the exponential at degrees 1 to 10; with exact weights they fall below 1e-9, in float64 "
        "they grow again from degree 7 on, far past 1.",
    ),
    formula=(
        r"p_kx^k\approx "
        r"p_k\dfrac{k!}{\sigma^{(k)}(\beta)}\,[w_0,\ldots,w_k]\,\sigma(wx+\beta),\quad"
        r"g(x)=\sum_{j=0}^{n}a_j\,\sigma(w_jx+\beta)"
    ),
    code="""
        from uat.construct.other_theorems.leshno import build
        g, certificate = build(uat.Target("exp(x)", (-1, 1)), degree=6, eps=8e-6)
        digits, floats = g.digits, g.in_float64()
    """,
    study=leshno_measured,
    fixed="its errors for exp(x) are measured for minutes, and stored",
)
def leshno_detail(page: Page) -> None:
    """Draw the errors with long and with short weights."""
    found, say, theme = leshno_measured(), page.say, page.theme
    degree, axes = found["degree"], page.figure.subplots()
    for name, meaning in (("floats", "error"), ("upper", "network")):
        axes.plot(degree, found[name][0], **_dotted(page, meaning))
    axes.set(yscale="log", xticks=degree, ylim=(1e-11, 1e9), xlim=(0.7, 10.3))
    powers = (-9, -6, -3, 0, 3, 6, 9)
    ticks = [f"$10^{{{power}}}$" if power else "$1$" for power in powers]
    axes.set_yticks([10.0**power for power in powers], ticks)
    axes.tick_params(axis="y", labelsize=1.1 * page.size.text)
    axes.set_xlabel(say("次数 $n$（$n+1$ ユニット）", "degree $n$ ($n+1$ units)"))
    axes.set_title(say("$[-1,1]$ 上の $e^x$ に対する誤差", "error for $e^x$ on $[-1,1]$"))
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    short = say("16 桁の重み（測定）", "weights of 16 digits (measured)")
    page.note(axes, 3.0, 1e4, short, color=theme.error, **words)
    worst = f"${about(found['floats'][0, -1], 1)}$"
    large: dict[str, Any] = {"fontsize": 1.5 * page.size.headline, "va": "center", "ha": "right"}
    page.note(axes, 9.7, 2.0 * found["floats"][0, -1], worst, color=theme.error, **large)
    long = say("正確な重み（証明済み）", "exact weights (proved)")
    page.note(axes, 2.2, 1e-8, long, color=theme.network, **words)
    page.headline(
        say("証明どおりの重みは、16 桁では書けない", "The proof's weights need more than 16 digits")
    )


def _dotted(page: Page, meaning: str, **changes: Any) -> dict[str, Any]:
    """Return the keywords of ``Axes.plot`` for a line with a dot at each point."""
    dot = page.dot(meaning, **changes)
    line = {"linestyle": "-", "color": dot["markeredgecolor"], "linewidth": 0.8 * page.size.line}
    return dot | line | {"markersize": 2.4 * page.size.line}


_NEAR: Final = 4.3e-5
_MOST_DIGITS: Final = 156
_MOST_DEGREE: Final = 128
"""The ε of the two units, and the digits of N and the degree that the picture has room for."""


@cache
def _two_units(f: Target, eps: float) -> guliyev_ismailov.TwoUnits:
    """Return the two units of an f that a polynomial follows whose number can be read."""
    (start, stop), (middle, half) = f.domain[0], frame(f)
    x = np.linspace(start, stop, 4001)
    near = np.polynomial.Chebyshev(chebyshev_coefficients(f, _MOST_DEGREE))
    digits = ""
    if np.abs(near((x - float(middle)) / float(half)) - f(x)).max() < eps:
        g = guliyev_ismailov.build(f, eps)[0]
        digits = str(2 * g.cells[0] - 1)
    if not 0 < len(digits) <= _MOST_DIGITS:
        raise InputError(
            f"a number of more than {_MOST_DIGITS} digits is needed at eps = {eps:g}; "
            "guliyev-ismailov writes a shorter one, so take a larger eps"
        )
    return g


@figure(
    "guliyev-ismailov",
    slide=Pair("ほかの定理：二つのユニット", "Other theorems: two units"),
    title=Pair("二つのユニットで足りる σ", "A σ for which two units are enough"),
    caption=Pair(
        "Guliyev と Ismailov（2018）：一つの σ が、区間 [2n − 1, 2n] ごとに n 番目の多項式の小さなコピーを持つ。どの連続関数にも、"
        "傾きの決まった二つのユニットで足りる。f についての情報はすべて移動量 N = 2n − 1 にあり、ここでは 156 桁の整数である。誤差は 0.000043 以下と証明されている。",
        "Guliyev and Ismailov (2018): one σ carries a small copy of the n-th polynomial on each "
        "[2n − 1, 2n]. Two units of fixed slope are then enough for every continuous f. All that "
        "is to be known of f is in the shift N = 2n − 1, here a whole number of 156 digits. The error "
        "is proved to be at most 0.000043.",
    ),
    alternative=Pair(
        "上：σ の一部。灰色の区間ごとに一つの多項式の形をしている。右上は N から N + 1 まで、f の形をした部分。破線は σ の極限 1。左下：156 桁の整数 N。右下：f と二つのユニットの和 g が重なっている。",
        "Top: a part of σ, with a polynomial in each grey interval, below the dashed limit 1; on "
        "the right the part from N to N + 1, in the shape of f. Bottom left: the number "
        "N of 156 digits. Bottom right: f and the sum g of two units, one on the other.",
    ),
    formula=(
        r"g(x)=c_1\,\sigma(x+2n-1)+c_2\,\sigma(x+1),\quad"
        r"\sigma(x)=a_n+b_n\,u_n(x-2n+1)\ \ (2n-1\leq x\leq 2n)"
    ),
    code="""
        from uat.construct.other_theorems.guliyev_ismailov import build
        f = uat.examples.nielsen
        g, certificate = build(f, eps=4.3e-5)
    """,
    wide=True,
    own=Pair(
        "Guliyev と Ismailov（2018）：一つの σ が、区間 [2n − 1, 2n] ごとに n 番目の多項式の小さなコピーを持つ。どの連続関数にも、傾きの決まった二つのユニットで足りる。"
        "{f}（{domain} 上）についての情報はすべて移動量 N = 2n − 1 にある。誤差が {eps} より小さいことは証明されている。",
        "{f} on {domain} by two units. Guliyev and Ismailov (2018): one σ carries a small copy of "
        "the n-th polynomial on each [2n − 1, 2n], and two units of fixed slope are enough for "
        "every continuous f. All that is to be known of f is in the whole number N = 2n − 1. The "
        "error is proved to be below {eps}.",
    ),
)
def guliyev_ismailov_figure(page: Page, f: Target = examples.nielsen, eps: float = _NEAR) -> None:
    """Draw σ with the cells of its polynomials, the number that picks one, and f with g."""
    g, say, theme = _two_units(f, eps), page.say, page.theme
    grid = page.figure.add_gridspec(2, 9, height_ratios=(2, 3))
    some, far, number, total = (
        page.figure.add_subplot(place)
        for place in (grid[0, :7], grid[0, 7:], grid[1, :5], grid[1, 5:])
    )
    _some_cells(page, some, g.sigma, (416, 428))
    some.set(ylim=(0.978, 1.0015), yticks=[1], xticks=[417, 419, 421, 423, 425, 427])
    _the_cell(page, far, g.sigma, 2 * g.cells[0] - 1)
    some.spines["left"].set_visible(False)
    some.set_title(say(r"一つの $\sigma$：灰色の帯ごとに一つの多項式", r"one $\sigma\,$: a polynomial in each grey band"),
                   color=theme.unit)  # fmt: skip
    _write_number(page, number, str(2 * g.cells[0] - 1))
    _draw_two_units(page, total, f, g)
    page.headline(say("$f$ は、この整数である", "$f$ is this number"))


def _draw_two_units(page: Page, axes: Axes, f: Target, g: guliyev_ismailov.TwoUnits) -> None:
    """Draw f and the sum of its two units, with the formula of the sum."""
    start, stop = f.domain[0]
    x = np.linspace(start, stop, 1001)
    axes.plot(x, f(x), **page.pen("target", linewidth=1.8 * page.size.line))
    axes.plot(x, g(x), **page.pen("network", linewidth=0.7 * page.size.line))
    t = "x" if (start, stop) == (0.0, 1.0) else "t"
    axes.set_title(rf"$g(x)=c_1\sigma({t}+N)+c_2\sigma({t}+1)$", color=page.theme.network)
    axes.set(xlim=(start, stop), xticks=[start, stop])
    if t == "t":
        axes.set_xlabel(f"$t={_share(start, stop)}$")
    words: dict[str, Any] = {"color": page.theme.target, "fontsize": page.size.text}
    if f is examples.nielsen:
        axes.set(ylim=(0, 1.0), yticks=[0, 1])
        page.note(axes, 0.08, 0.6, "$f$", **words)
        return
    side = make_room(axes, f, 0.05 * float(np.ptp(f(x))))
    axes.locator_params(axis="y", nbins=3)
    at: dict[str, Any] = {"transform": axes.transAxes, "ha": side, "va": "top"}
    across = 0.03 if side == "left" else 0.97
    page.note(axes, across, 0.98, with_formula(f.expression, 1), **at, **words)


def _share(start: float, stop: float) -> str:
    """Write the share of an interval that lies before x."""
    moved = f"x{'-' if start > 0 else '+'}{about(abs(start))}" if start else "x"
    if stop - start == 1.0:
        return moved
    return f"{f'({moved})' if start else moved}/{about(stop - start)}"


def _the_cell(page: Page, axes: Axes, sigma: Sigma, start: int) -> None:
    """Draw σ on the one interval that has the small copy of f."""
    fractions = np.linspace(0, 1, 401)
    axes.axvspan(0, 1, **page.fill("guide", alpha=0.2))
    axes.plot(fractions, sigma(start, fractions), **page.pen("unit"))
    axes.set(xlim=(-0.1, 1.1), yticks=[])
    axes.set_xticks([0, 1], ["$N$", "$N+1$"])
    axes.spines["left"].set_visible(False)
    axes.set_title(page.say(r"…$N$ では $f$", r"…at $N\,$: $f$"), color=page.theme.unit)


def _write_number(page: Page, axes: Axes, digits: str) -> None:
    """Write a long whole number in lines of equal length."""
    lines = [digits[start : start + 26] for start in range(0, len(digits), 26)]
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    words: dict[str, Any] = {"va": "center", "color": page.theme.target}
    axes.text(0.0, 0.5, "$N=$", fontsize=page.size.headline, **words)
    large: dict[str, Any] = {"fontsize": 1.05 * page.size.text, "linespacing": 1.5}
    written = axes.text(0.15, 0.5, "\n".join(lines), family=[MONOSPACED], **large, **words)
    # The number takes the room that f leaves.
    written.set_in_layout(False)


def _some_cells(page: Page, axes: Axes, sigma: Sigma, between: tuple[int, int]) -> None:
    """Draw σ between two whole numbers."""
    fractions, pieces = np.linspace(0, 1, 401), range(*between)
    x = np.concatenate([k + fractions for k in pieces])
    axes.plot(x, np.concatenate([sigma(k, fractions) for k in pieces]), **page.pen("unit"))
    for k in pieces:
        if k > 0 and k % 2:
            axes.axvspan(k, k + 1, **page.fill("guide", alpha=0.2))
    for level in (0, 1):
        axes.axhline(level, **page.pen("guide"))
    axes.set(xlim=between)


def waves(dimension: int) -> barron.CosineSum:
    """Return a sum of ten random waves with C = 1 on [−1, 1]^d."""
    rng = np.random.default_rng(dimension)
    frequencies = 3 * rng.normal(size=(10, dimension)) / math.sqrt(dimension)
    phases, amplitudes = rng.uniform(-math.pi, math.pi, 10), rng.normal(size=10)
    raw = barron.CosineSum(amplitudes, frequencies, phases)
    return barron.CosineSum(amplitudes / raw.constant(np.ones(dimension)), frequencies, phases)


@study("barron")
def barron_measured() -> dict[str, Any]:
    """Measure the mean squared error of 24 draws for each dimension and each n."""
    squares = np.empty((len(_DIMENSIONS), len(_STEPS), _DRAWS))
    bounds = np.empty((len(_DIMENSIONS), len(_STEPS)))
    for i, d in enumerate(_DIMENSIONS):
        f, box = waves(d), [(-1.0, 1.0)] * d
        for j, steps in enumerate(_STEPS):
            for k in range(_DRAWS):
                g, bounds[i, j] = barron.build(f, box, steps, rng=k)
                squares[i, j, k] = barron.mean_squared_error(f, g, box, 1 << 11, rng=k)
    return {
        "dimension": np.array(_DIMENSIONS), "steps": np.array(_STEPS), "squares": squares,
        "bounds": bounds,
    }  # fmt: skip


@figure(
    "barron",
    slide=Pair("ほかの定理：次元の呪いを避ける", "Other theorems: any dimension"),
    title=Pair("次元によらない速さ", "A rate without the dimension"),
    caption=Pair(
        "格子に並べた n 個の部品では、誤差は n^(−1/d) の速さでしか減らず、次元 d が大きいとほとんど減らない（灰色、次元の呪い）。Barron（1993）：フーリエ変換から決まる確率でユニットを n 個選ぶと、"
        "二乗誤差の平均は (2C)²/n 以下になり、d は現れない。緑は d = 1、2、5、20 での測定値（24 回の平均）の範囲で、どの f も C = 1 にそろえた。",
        "With n pieces on a grid the error falls like n^(−1/d) (grey: the curse of dimension). "
        "Barron (1993): draw n units with a probability that the Fourier transform gives; the mean "
        "squared error is at most (2C)²/n, without d. Green: measured for d = 1, 2, 5 and 20 (means "
        "of 24 draws, scaled to C = 1).",
    ),
    alternative=Pair(
        "両対数グラフ。横軸は部品またはユニットの個数 n。灰色の直線 n^(−1/d) は d = 1 では急に下がり、d = 20 ではほとんど水平。緑の帯は傾き −1/2 で下がる。右端に d = 20 での誤差、0.66 と 0.0057。",
        "A log-log plot against the number n of pieces or units. Grey lines n^(−1/d): steep for "
        "d = 1, nearly level for d = 20. A green band falls with slope −1/2. At the right end the "
        "errors for d = 20, 0.66 and 0.0057.",
    ),
    formula=(
        r"E\int|f-f_n|^2\,d\mu\leq\dfrac{(2C)^2}{n},\quad"
        r" C=\int|\omega|\,|\hat f(\omega)|\,d\omega"
    ),
    code="""
        from uat.construct.other_theorems.barron import build
        from uat.lecture.figures.theorems import waves
        f, box = waves(5), [(-1, 1)] * 5
        g, bound = build(f, box, steps=64, rng=0)
    """,
    wide=True,
    study=barron_measured,
    fixed="its f are waves in up to 20 coordinates, measured for minutes",
)
def barron_figure(page: Page) -> None:
    """Draw the fan of rates of grids, and the band of what random units reach in any dimension."""
    found, say, theme = barron_measured(), page.say, page.theme
    axes, steps = page.figure.subplots(), found["steps"].astype(float)
    words: dict[str, Any] = {"fontsize": page.size.text, "va": "center"}
    mean = np.sqrt(found["squares"].mean(axis=2))  # (dimensions, steps)
    large: dict[str, Any] = {"fontsize": 0.9 * page.size.headline, "va": "top", "ha": "right"}
    for d in (1, 20):
        rate = steps ** (-1 / d)
        axes.plot(steps, rate, **page.pen("aside", linewidth=page.size.line))
        grid = say(f"格子、{d} 次元", f"grid, $d={d}$")
        page.note(axes, 1.15 * steps[-1], rate[-1], grid, color=theme.ink, **words)
    axes.fill_between(steps, mean.min(axis=0), mean.max(axis=0), **page.fill("unit", alpha=0.6))
    measured = say("ランダムなユニット\n1〜20 次元", "random units,\n$d=1$ to $20$")
    at = 1.15 * steps[-1], float(np.sqrt(mean[:, -1].min() * mean[:, -1].max()))
    page.note(axes, *at, measured, color=theme.unit, linespacing=1.3, **words)
    last = found["dimension"].tolist().index(20)
    ends = (
        (float(steps[-1] ** (-1 / 20)), theme.ink),
        (float(mean[last, -1]), theme.unit),
    )
    for height, colour in ends:
        shown = f"$d=20$: ${about(height, 2)}$"
        page.note(axes, 0.95 * steps[-1], 0.8 * height, shown, color=colour, **large)
    axes.set(xscale="log", yscale="log", xlim=(1, steps[-1]), ylim=(2e-4, 1.5))
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.set_yticks([1, 0.1, 0.01, 0.001], ["1", "0.1", "0.01", "0.001"])
    axes.tick_params(labelsize=page.size.text)
    axes.set_xlabel(say("部品・ユニットの個数 $n$", "number $n$ of pieces or units"))
    axes.set_title(say("誤差：格子は $n^{-1/d}$、ユニットは $C=1$ での RMS（測定値）",
                       "error: $n^{-1/d}$ of grids, measured RMS of units, $C=1$"))  # fmt: skip
    axes.minorticks_off()
    finding = say("格子は次元とともに遅くなり、ランダムなユニットは遅くならない",
                  "Grids slow down with the dimension, random units do not")  # fmt: skip
    page.headline(finding)
