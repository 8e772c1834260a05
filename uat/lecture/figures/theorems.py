"""Other theorems: any σ but a polynomial, two units for every f, random units in any dimension."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

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
from uat.core.target import Target
from uat.expression.parse import parse
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.numbers import about, at_most

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.construct.other_theorems.guliyev_ismailov import Sigma
    from uat.plotting.page import Page

_EXP = Target("exp(x)", (-1, 1))
_DEGREES = range(1, 11)
_FLOAT_DIGITS = 53 * math.log10(2)

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


@study("leshno")
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


@figure(
    "leshno",
    slide=Pair("ほかの定理：活性化関数は何でもよい", "Other theorems: any activation"),
    title=Pair("多項式でない σ なら何でもよい", "Any σ but a polynomial"),
    caption=Pair(
        "Leshno、Lin、Pinkus、Schocken（1993）：σ が多項式でないことが必要十分である。傾きの近い n + 1 個のユニットの差分は n 次の多項式に近い。"
        "しかし打ち消し合いが大きく、出力の重みには float64 の 16 桁では足りない。誤差の上界は正確な重みでの証明、float64 の誤差は測定値である。",
        "Leshno, Lin, Pinkus and Schocken (1993): σ has to be no polynomial, and that is enough. "
        "Differences of n + 1 units with nearby slopes nearly make a polynomial of degree n. But "
        "the terms cancel, and 16 digits (float64) are too few for the output weights. The bounds "
        "are proved for the exact weights, the errors in float64 are measured.",
    ),
    alternative=Pair(
        "左：次数 1 から 10 までの eˣ の誤差。正確な重みでは 1e-9 より小さくなり、float64 では 7 次から"
        "増えて 1 を大きく超える。右：必要な桁数。次数とともに増え、float64 の 16 桁を超える。",
        "Left: errors for eˣ at degrees 1 to 10; with exact weights they fall below 1e-9, in "
        "float64 they grow again from degree 7 on, far past 1. Right: the digits "
        "needed, which grow with the degree past the 16 of float64.",
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
    wide=True,
    study=leshno_measured,
)
def leshno_figure(page: Page) -> None:
    """Draw the errors with long and with short weights, and the digits needed."""
    found, say, theme = leshno_measured(), page.say, page.theme
    degree = found["degree"]
    errors, digits = page.figure.subplots(1, 2)
    for name, meaning in (("floats", "error"), ("upper", "network")):
        errors.plot(degree, found[name][0], **_dotted(page, meaning))
    errors.set(yscale="log", xticks=degree[1::2], ylim=(1e-11, 1e9))
    errors.set_yticks([1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9])
    errors.set_xlabel(say("次数 $n$（ユニット $n+1$ 個）", "degree $n$ ($n+1$ units)"))
    errors.set_title(
        say("$e^x$ の誤差、$\\sigma$ はロジスティック", "error for $e^x$, logistic $\\sigma$")
    )
    words: dict[str, Any] = {"fontsize": page.size.text, "linespacing": 1.3}
    page.note(errors, 1.2, 1e6, say("float64 の重み\n（測定）", "float64 weights\n(measured)"),
              color=theme.error, va="center", **words)  # fmt: skip
    page.note(errors, 1.2, 1e-8, say("正確な重み\n（証明済み）", "exact weights\n(proved)"),
              color=theme.network, va="center", **words)  # fmt: skip
    names = (say("ロジスティック", "logistic"), r"$\sin u$", r"$\log(1+e^u)$")
    styles = ("o", "s", "^")
    shades = (theme.unit, theme.target, theme.constant)
    for row, name, marker, shade in zip(found["digits"], names, styles, shades, strict=True):
        pen = _dotted(page, "unit", color=shade, marker=marker, label=name)
        digits.plot(degree, row, **pen)
    digits.axhline(_FLOAT_DIGITS, **page.pen("guide"))
    page.note(digits, 1.0, _FLOAT_DIGITS + 1.2, "float64", va="bottom", **words)
    digits.set(xticks=degree[1::2], ylim=(0, 38), yticks=[0, 10, 20, 30])
    digits.set_xlabel(say("次数 $n$", "degree $n$"))
    digits.set_title(say("出力の重みに必要な桁数", "digits that the output weights need"))
    digits.legend(loc="lower right", fontsize=page.size.text, handlelength=1.2)


def _dotted(page: Page, meaning: str, **changes: Any) -> dict[str, Any]:
    """Return the keywords of ``Axes.plot`` for a line with a dot at each point."""
    dot = page.dot(meaning, **changes)
    line = {"linestyle": "-", "color": dot["markeredgecolor"], "linewidth": 0.8 * page.size.line}
    return dot | line | {"markersize": 2.4 * page.size.line}


@figure(
    "guliyev-ismailov",
    slide=Pair("ほかの定理：二つのユニット", "Other theorems: two units"),
    title=Pair("二つのユニットで足りる σ", "A σ for which two units are enough"),
    caption=Pair(
        "Guliyev と Ismailov（2018）：一つの σ が、区間 [2n − 1, 2n] ごとに n 番目の多項式の小さな写しを持つ。どの連続関数にも、"
        "傾きの決まった二つのユニットで足りる。f についての情報はすべて移動量 2n − 1 にあり、ここでは 156 桁の整数である。写しの両端の急な変化も滑らかである。",
        "Guliyev and Ismailov (2018): one σ carries a small copy of the n-th polynomial on each "
        "[2n − 1, 2n]. Two units of fixed slope are then enough for every continuous f. All that "
        "is to be known of f is in the shift 2n − 1, here a whole number of 156 digits. The steep "
        "sides of the copies are smooth too.",
    ),
    alternative=Pair(
        "左上：σ の全体、0 から 1 へ上がる。右上：小さい n の区間を拡大したもの、一次と二次の多項式が見える。"
        "左下：n 番目と n + 1 番目の区間での σ、1 のすぐ下に二つの多項式の写し。右下：f と二つのユニットの和 g、重なって見える。",
        "Top left: the whole σ, rising from 0 to 1. Top right: cells of small n, enlarged, with "
        "polynomials of degrees 1 and 2. Bottom left: σ on cells n and n + 1, copies of two "
        "polynomials just below 1. Bottom right: f and the sum g of two units, one on the other.",
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
)
def guliyev_ismailov_figure(page: Page) -> None:
    """Draw σ near 0 and near two far cells, and f with g."""
    f, say, theme = examples.nielsen, page.say, page.theme
    g, certificate = guliyev_ismailov.build(f, 4.3e-5)
    (whole, some), (cells, total) = page.figure.subplots(2, 2)
    _some_cells(page, whole, g.sigma, (-8, 8))
    _some_cells(page, some, g.sigma, (416, 428))
    whole.set(ylim=(-0.05, 1.12), yticks=[0, 1], xticks=[-8, -4, 0, 4, 8])
    some.set(ylim=(0.978, 1.001), yticks=[0.98, 0.99, 1], xticks=[417, 421, 425])
    whole.set_title(r"$\sigma(x)$")
    some.set_title(say(r"$\sigma(x)$、帯は $[2n-1,\,2n]$", r"$\sigma(x)$, bands: $[2n-1,\,2n]$"))
    _two_cells(page, cells, g)
    x = np.linspace(0, 1, 1001)
    total.plot(x, f(x), **page.pen("target", linewidth=2.6 * page.size.line))
    total.plot(x, g(x), **page.pen("network", linewidth=0.8 * page.size.line))
    bound = rf"$|f-g|\leq {at_most(certificate.bound, 2)}$"
    total.set_title(say(f"証明済み {bound}", f"proved: {bound}"), color=theme.error)
    weights = (rf"$c_{i}\approx{{{about(float(c))}}}$" for i, c in enumerate(g.output_weights, 1))
    words: dict[str, Any] = {"va": "top", "color": theme.network, "fontsize": page.size.text}
    page.note(total, 0.03, 0.97, "\n".join(weights), transform=total.transAxes, **words)
    total.set(xlim=(0, 1), xticks=[0, 0.5, 1], ylim=(0, 1.0), yticks=[0, 0.5, 1])
    total.set_xlabel(r"$g(x)=c_1\sigma(x+2n-1)+c_2\sigma(x+1)$")


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


def _two_cells(page: Page, axes: Axes, g: guliyev_ismailov.TwoUnits) -> None:
    """Draw 10⁴ (σ − 1) on cells n and n + 1 and what is beside them."""
    n, fractions = g.cells[0], np.linspace(0, 1, 2001)
    parts = [(k, g.sigma(2 * n - 1 + k, fractions)) for k in (-1, 0, 1, 2, 3)]
    x = np.concatenate([k + fractions for k, _ in parts])
    y = np.concatenate([1e4 * (values - 1) for _, values in parts])
    axes.plot(x, y, **page.pen("unit", linewidth=0.8 * page.size.line))
    for k in (0, 2):
        axes.axvspan(k, k + 1, **page.fill("guide", alpha=0.2))
    axes.axhline(0, **page.pen("guide"))
    copy: dict[str, Any] = {"ha": "center", "bbox": None, "fontsize": page.size.text}
    page.note(
        axes, 0.5, -1.1, page.say("$f$ の写し", "copy of $f$"), color=page.theme.target, **copy
    )
    axes.set(xlim=(-0.5, 3.5), xticks=[0, 1, 2, 3], ylim=(-2.9, 0.25), yticks=[-2, -1, 0])
    axes.set_xticklabels(["$2n-1$", "$2n$", "$2n+1$", "$2n+2$"])
    digits, power = str(n), len(str(n)) - 1
    axes.set_title(r"$10^4(\sigma(x)-1)$")
    axes.set_xlabel(rf"$n\approx {digits[0]}.{digits[1:4]}\times 10^{{{power}}}$")


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
    title=Pair(
        "ランダムに選ぶユニット：次元によらない速さ", "Random units: a rate without the dimension"
    ),
    caption=Pair(
        "Barron（1993）：フーリエ変換から決まる確率でユニットを n 個選ぶと、二乗誤差の平均は (2C)²/n 以下になる。"
        "次元 d は現れない（どの f も C = 1 にそろえた）。証明されたのは多数の選び方についての平均で、点は一回ごとの測定値である。",
        "Barron (1993): draw n units with a probability that the Fourier transform of f gives; the "
        "mean of the squared error is then at most (2C)²/n. The dimension d does not occur (each "
        "f is scaled to C = 1). What is proved is the mean over draws; each dot is one draw, "
        "measured.",
    ),
    alternative=Pair(
        "両対数グラフ。横軸はユニットの数、縦軸は二乗平均平方根誤差。次元 1、2、5、20 の点と平均の線は、どれも傾き −1/2 で、上界の破線の下にある。",
        "A log-log plot of root mean square error against the number of units. Dots and mean "
        "lines for dimensions 1, 2, 5 and 20 all fall with slope −1/2, below the dashed bound.",
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
    study=barron_measured,
)
def barron_figure(page: Page) -> None:
    """Draw the errors of many draws in several dimensions below the bound."""
    found, say, theme = barron_measured(), page.say, page.theme
    axes = page.figure.subplots()
    steps = found["steps"].astype(float)
    shades = theme.shades[1:]
    shift = np.geomspace(0.86, 1.16, len(shades))
    for i, (d, shade) in enumerate(zip(found["dimension"], shades, strict=True)):
        root = np.sqrt(found["squares"][i])
        x = np.repeat(steps * shift[i], root.shape[1])
        dot = page.dot("unit", color=shade, markersize=1.1 * page.size.line, alpha=0.6)
        axes.plot(x, root.ravel(), **dot | {"markeredgewidth": 0})
        mean = np.sqrt(found["squares"][i].mean(axis=1))
        axes.plot(steps, mean, **page.pen("unit", color=shade, label=f"$d={d}$"))
    limit = np.sqrt(found["bounds"][0])
    axes.plot(steps, limit, **page.pen("derivative", label=r"$2C/\sqrt{n}$"))
    axes.set(xscale="log", yscale="log", xlim=(0.7, 6000), ylim=(3e-3, 3), yticks=[0.01, 0.1, 1])
    axes.set_xlabel(say("ランダムに選んだユニットの個数 $n$", "number $n$ of random units"))
    axes.set_title(say("二乗平均平方根誤差（点は 1 回ごとの値、線は平均）",
                       "root mean square error (a dot: one draw; lines: their mean)"))  # fmt: skip
    axes.legend(loc="upper right", fontsize=page.size.text)
