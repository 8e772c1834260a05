"""Why another model is needed: curves that lines and other small families cannot follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.lecture.registry import figure
from uat.numerics.one_thread import single_threaded
from uat.plotting.curves import formula, samples
from uat.plotting.language import Pair
from uat.plotting.numbers import about, at_least

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.target import Target
    from uat.expression.graph import Expression
    from uat.plotting.page import Page

NAMES = ("x", "a", "b", "c")
_TURNED = np.array([-4.0, -2.0, 2.0, 4.0])
FAMILIES = tuple(
    parse(text, NAMES) for text in ("a*x**2 + b*x + c", "sin(a*x + b)", "exp(a*x + b)")
)


@figure(
    "line-limits",
    slide=Pair("線形回帰からの飛躍", "Beyond linear regression"),
    title=Pair("直線の限界", "Only lines"),
    caption=Pair(
        "直線 ax + b は a、b をどう変えても直線である。最大の誤差が最小になる直線（オレンジ）でも、"
        "f(x) = x² + sin x から、符号を変えながら 3 点で同じだけ離れる。これより近い直線はない。",
        "Whatever a and b, ax + b is a line. Even the line with the smallest sup error (orange) "
        "misses f(x) = x² + sin x by the same amount at three points, on alternating sides, so "
        "no line is nearer.",
    ),
    alternative=Pair(
        "[−1, π] 上の曲線 x² + sin x と、さまざまな傾きの細い直線。太い直線が最良で、曲線との差は左端、途中、右端の 3 点で等しい。",
        "The curve x² + sin x on [−1, π] with thin lines of many slopes. A thick line is the best "
        "one; its distance to the curve is the same at the left end, in between and at the right "
        "end.",
    ),
    formula=r"\min_{a,\,b}\ \max_{x\in[-1,\pi]}\ |x^2+\sin x-(ax+b)|",
    code="""
        from uat.lecture.figures.families import best_line
        f = uat.examples.slides
        a, b, farthest = best_line(f)
    """,
)
def line_limits(page: Page) -> None:
    """Draw a curve, some lines, and the line nearest to it."""
    f = examples.slides
    x = samples(f.domain[0])
    slope, intercept, farthest = best_line(f)
    line = slope * x + intercept
    axes = page.figure.subplots()
    for other in slope + _TURNED:
        axes.plot(x, other * x + _midrange(f(x) - other * x), **page.pen("guide", linestyle="-"))
    axes.fill_between(x, f(x), line, **page.fill("error", alpha=0.2))
    axes.plot(x, f(x), **page.pen("target", linewidth=1.8 * page.size.line))
    axes.plot(x, line, **page.pen("network", linewidth=1.4 * page.size.line))
    axes.set(xlim=(-1.5, 3.6), ylim=(-3, 11), xticks=[-1, 0, 1, 2, 3], yticks=[0, 5, 10])
    axes.set_xlabel("$x$")
    best = page.say("最良の直線", "best line")
    axes.set_title(
        rf"{best}$\approx {about(slope)}\,x+{about(intercept)}$", color=page.theme.network
    )
    words: dict[str, Any] = {"color": page.theme.target, "fontsize": 1.2 * page.size.text}
    page.note(axes, 0.95, 0.4, "$f(x)=x^2+\\sin x$", **words)
    _mark_the_farthest(page, axes, farthest, [f(farthest), slope * farthest + intercept])


def _mark_the_farthest(page: Page, axes: Axes, farthest: Array, ends: list[Array]) -> None:
    """Draw the three equal errors of the best line, and the bound for all lines that they prove."""
    pen = page.pen("error", linewidth=2.0 * page.size.line, zorder=6)
    axes.plot([farthest, farthest], ends, **pen)
    error = at_least(float(np.abs(np.subtract(*ends)).min()))
    bound = page.say(rf"どの直線も最大誤差$\geq {error}$", rf"every line: sup error$\geq {error}$")
    axes.set_title(bound, loc="right", color=page.theme.error)
    left, middle, right = zip(farthest, *ends, strict=True)
    words: dict[str, Any] = {"color": page.theme.error, "fontsize": 1.2 * page.size.text}
    for (x, *y), side, ha in ((left, -0.06, "right"), (right, 0.06, "left")):
        page.note(axes, x + side, float(np.mean(y)), f"${error}$", ha=ha, va="center", **words)
    x, *y = middle
    page.note(axes, x, max(y) + 0.3, f"${error}$", ha="right", **words)


def _midrange(values: Array) -> float:
    return float(values.max() + values.min()) / 2


def best_line(f: Target) -> tuple[float, float, Array]:
    """Return slope and intercept of the line with the smallest sup error, and where it is attained.

    A linear programme in slope, intercept and error e: −e ≤ f(x) − line ≤ e at many points x. Its
    multipliers are not 0 at three of them, where the error alternates (Chebyshev 1853); any other
    line is worse at one of the three (de la Vallée-Poussin 1910).
    """
    from scipy.optimize import linprog

    x = samples(f.domain[0])
    columns = np.column_stack([x, np.ones_like(x)])
    rows = np.block([[columns, -np.ones((len(x), 1))], [-columns, -np.ones((len(x), 1))]])
    found = linprog([0, 0, 1], rows, np.concatenate([f(x), -f(x)]), bounds=(None, None))
    assert found.x is not None
    slope, intercept, _ = found.x
    active = np.flatnonzero(found.ineqlin.marginals) % len(x)
    return float(slope), float(intercept), np.sort(x[active])


@figure(
    "simple-families",
    slide=Pair("どんな関数をつかうべきか?", "Which functions should we use?"),
    title=Pair("二次・sin・指数", "Three families"),
    caption=Pair(
        "二次関数、sin、指数関数のどれを使っても、a、b、c を学習できる。しかし表せるのは、それぞれ放物線、サイン曲線、指数曲線だけである。",
        "The parameters of a quadratic, a sine or an exponential can be learnt just as well. But "
        "each family holds parabolas, sine curves or exponential curves only.",
    ),
    alternative=Pair(
        "三つの図。左は開き方と位置の違う放物線、中央は周期と位相の違うサイン曲線、右は増減の速さの違う指数曲線が、それぞれ三つ。",
        "Three panels with three curves each: parabolas of different width and position, sine "
        "curves of different period and phase, exponential curves of different growth.",
    ),
    formula=r"f(x)=ax^2+bx+c,\quad f(x)=\sin(ax+b),\quad f(x)=e^{ax+b}",
    code="""
        from uat.expression.parse import parse
        parabola, sine = parse("x**2 + 3*x + 1"), parse("sin(x + 2)")
        exponential = parse("exp(2*x + 1)")
    """,
    wide=True,
)
def simple_families(page: Page) -> None:
    """Draw three members of each of three families, with their formulas."""
    say = page.say
    panels = page.figure.subplots(1, 3)
    kinds = (
        say("いつも放物線", "always a parabola"),
        say("いつもサイン曲線", "always a sine curve"),
        say("いつも指数曲線", "always exponential"),
    )
    for axes, family, kind, members in zip(panels, FAMILIES, kinds, _MEMBERS, strict=True):
        _draw_family(page, axes, members)
        axes.set_title(
            f"${formula(family, NAMES)}$", size=1.2 * page.size.text, pad=1.9 * page.size.text
        )
        axes.text(0, 1.025, kind, transform=axes.transAxes, color=page.theme.unit)
    parabola, sine, exponential = panels
    parabola.set(ylim=(-5, 5), yticks=[-5, 0, 5])
    sine.set(ylim=(-1.7, 1.7), yticks=[-1, 0, 1])
    exponential.set(ylim=(-0.6, 5), yticks=[0, 5])


# Three members of each family, and the places of their names.
_MEMBERS = (
    (
        ("0.3*x**2 - 4", -0.85, -2.95),
        ("2*x - 0.5*x**2", 0.4, -1.0),
        ("x**2 + 3*x + 1", -2.9, 3.0),
    ),
    (("sin(0.5*x)", -2.8, -1.4), ("sin(x + 2)", -1.5, 1.25), ("sin(3*x)", 0.8, -1.4)),
    (("exp(-0.5*x)", -2.8, 0.9), ("exp(x)", 1.6, 2.9), ("exp(2*x + 1)", -1.95, 4.0)),
)


def _draw_family(page: Page, axes: Axes, members: Sequence[tuple[str, float, float]]) -> None:
    x = samples((-3.0, 3.0))
    axes.axhline(0, **page.pen("guide"))
    for (text, left, bottom), shade in zip(members, page.theme.shades[2:], strict=True):
        member = parse(text)
        axes.plot(x, member(x), **page.pen("unit", color=shade))
        # An exponent is small print.
        large = 1.3 if text.startswith("exp") else 1.0
        words: dict[str, Any] = {"color": shade, "fontsize": large * page.size.text}
        page.note(axes, left, bottom, f"${formula(member)}$", **words)
    axes.set(xlim=(-3, 3), xticks=[-3, 0, 3], xlabel="$x$")


@figure(
    "wiggly-target",
    slide=Pair("複雑な関数を表現する方法を考えよう！", "How can complex functions be expressed?"),
    title=Pair("表現したい関数", "A curve none of them can make"),
    caption=Pair(
        "[0, 20] 上の連続関数（青）。二次関数、sin、指数関数のパラメータをどう変えても、この形にはならない。細い線は、それぞれの種類のうち最小二乗の意味で最も近いもの。",
        "A continuous function on [0, 20] (blue). No parameters of a quadratic, a sine or an "
        "exponential give this shape; the thin lines are the nearest of each family, by least "
        "squares.",
    ),
    alternative=Pair(
        "[0, 20] 上で不規則に上下する太い曲線。細い三つの曲線、二次関数、サイン、指数関数は、どれもその形から大きく外れている。",
        "A thick curve rising and falling irregularly on [0, 20]. Three thin ones, a quadratic, a "
        "sine and an exponential, are all far from its shape.",
    ),
    formula=r"f(x)=\sin x+0.8\sin(0.43x+1)+0.5\cos 2.3x+0.04\,x\sin 1.6x+0.5",
    code="""
        from uat.expression.parse import parse
        f = parse("sin(x) + 0.8*sin(0.43*x + 1) + 0.5*cos(2.3*x) + 0.04*x*sin(1.6*x) + 0.5")
        y = f(np.linspace(0, 20, 2001))
    """,
    wide=True,
)
def wiggly_target(page: Page) -> None:
    """Draw a curve and the nearest member of each family."""
    f = parse("sin(x) + 0.8*sin(0.43*x + 1) + 0.5*cos(2.3*x) + 0.04*x*sin(1.6*x) + 0.5")
    x = samples((0.0, 20.0))
    axes = page.figure.subplots()
    axes.plot(x, f(x), **page.pen("target", linewidth=2 * page.size.line, label="$f(x)$"))
    for family, dash in zip(FAMILIES, ("--", "-", ":"), strict=True):
        y = family(x, *fitted_parameters(family, x, f(x)))
        label = f"${formula(family, NAMES)}$"
        axes.plot(x, y, **page.pen("unit", linestyle=dash, label=label))
    axes.set(xlim=(0, 20), xticks=range(0, 21, 5), ylim=(-1.6, 2.8), yticks=[-1, 0, 1, 2])
    axes.set_xlabel("$x$")
    page.figure.legend(loc="outside upper left", ncols=4, fontsize=page.size.text)


@single_threaded()
def fitted_parameters(family: Expression, x: Array, y: Array) -> Array:
    """Fit the parameters of a family by least squares, from the best of 20 000 starts."""
    from scipy.optimize import least_squares

    count = family.dimension - 1
    axis = np.linspace(-3.0, 3.0, round(20_000 ** (1 / count)))
    starts = np.stack(np.meshgrid(*[axis] * count), axis=-1).reshape(-1, count)
    some = slice(None, None, 20)
    # Axes: starts, points.
    misses = np.square(family(x[some], *starts.T[..., None]) - y[some]).sum(axis=1)

    def differences(parameters: Array) -> Array:
        return np.asarray(family(x, *parameters) - y)

    return np.asarray(least_squares(differences, starts[np.argmin(misses)]).x)
