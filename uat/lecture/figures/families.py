"""Why another model is needed: curves that lines and other small families cannot follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.core.target import Target
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.lecture.registry import figure
from uat.numerics.one_thread import single_threaded
from uat.plotting.curves import formula, samples, with_formula
from uat.plotting.language import Pair
from uat.plotting.numbers import about, at_least

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.expression.graph import Expression
    from uat.plotting.page import Page

NAMES = ("x", "a", "b", "c")
_TURNED = np.linspace(-2.4, 2.4, 8)
"""Slopes of the other lines against the best one, in heights of f over its width."""
FAMILIES = tuple(
    parse(text, NAMES) for text in ("a*x**2 + b*x + c", "sin(a*x + b)", "exp(a*x + b)")
)

_WIGGLY = Target(
    "sin(x) + 0.8*sin(0.43*x + 1) + 0.5*cos(2.3*x) + 0.04*x*sin(1.6*x) + 0.5", (0.0, 20.0)
)


@figure(
    "line-limits",
    slide=Pair("線形回帰からの飛躍", "Beyond linear regression"),
    title=Pair("直線の限界", "Only lines"),
    caption=Pair(
        "直線 ax + b は a、b をどう変えても直線である。最大の誤差が最小になる直線（オレンジ）でも、"
        "f(x) = x² + sin x から、符号を変えながら 3 点で同じだけ離れる。これより近い直線はない。",
        "Whatever a and b, ax + b is a line. Even the line with the smallest largest error (orange) "
        "misses f(x) = x² + sin x by the same amount at three points, on alternating sides, so "
        "no line is nearer.",
    ),
    alternative=Pair(
        "[−1, π] 上の曲線 x² + sin x と、さまざまな傾きの細い直線。太い直線が最良で、曲線との差は左端、途中、右端の 3 点で等しい。",
        "The curve x² + sin x on [−1, π] with thin lines of many slopes. A thick line is the best "
        "one; its distance to the curve is the same at the left end, in between and at the right "
        "end.",
    ),
    formula=r"\min_{a,\,b}\ \max_{x}\ |f(x)-(ax+b)|",
    code="""
        from uat.lecture.figures.families import best_line
        f = uat.examples.slides
        a, b, farthest = best_line(f)
    """,
    own=Pair(
        "{f}（{domain} 上）：直線 ax + b は a、b をどう変えても直線である。最大の誤差が最小になる直線（オレンジ）でも、符号を変えながら 3 点で同じだけ f から離れる。これより近い直線はない。",
        "{f} on {domain}: whatever a and b, ax + b is a line. Even the line with the smallest "
        "largest error (orange) misses f by the same amount at three points, on alternating sides, "
        "so no line is nearer.",
    ),
)
def line_limits(page: Page, f: Target = examples.slides) -> None:
    """Draw a curve, some lines, and the line nearest to it."""
    (start, stop), x = f.domain[0], samples(f.domain[0])
    wide, low, high = stop - start, float(f(x).min()), float(f(x).max())
    slope, intercept, farthest = best_line(f)
    line = slope * x + intercept
    refuse_a_line(f, float(np.abs(f(x) - line).max()), "line-limits")
    axes = page.figure.subplots()
    for other in slope + _TURNED * (high - low) / wide:
        axes.plot(x, other * x + _midrange(f(x) - other * x), **page.pen("zero"))
    axes.plot(x, f(x), **page.pen("target", linewidth=page.size.hero))
    with page.reveal(2):
        axes.fill_between(x, f(x), line, **page.fill("error", alpha=0.2))
        axes.plot(x, line, **page.pen("network", linewidth=1.2 * page.size.line))
    axes.set(xlim=(start - 0.12 * wide, stop + 0.11 * wide))
    axes.set(ylim=(low - 0.22 * (high - low), high + 0.06 * (high - low)), xlabel="$x$")
    axes.locator_params(axis="x", nbins=6)
    axes.locator_params(axis="y", nbins=3)
    words: dict[str, Any] = {"fontsize": page.size.text}
    best = page.say("最良の直線", "the best line")
    # A level line is written as one.
    rising = rf"{about(slope)}\,x" if abs(slope) * wide > 1e-4 * (high - low) else ""
    sign = ("+" if rising else "") if intercept >= 0 else "-"
    named = rf"{best} $\approx {rising}{sign}{about(abs(intercept))}$"
    name = "$f(x)=x^2+\\sin x$" if f is examples.slides else with_formula(f.expression, 1)
    above: dict[str, Any] = words | {"transform": axes.transAxes, "va": "baseline"}
    page.note(axes, 0.0, 1.03, name, color=page.theme.target, **above)
    with page.reveal(2):
        page.note(axes, 1.0, 1.03, named, ha="right", color=page.theme.network, **above)
    with page.reveal(3):
        _mark_the_farthest(page, axes, farthest, [f(farthest), slope * farthest + intercept])


def refuse_a_line(f: Target, missed: float, shown: str) -> None:
    """Refuse an f that its best line misses by nothing but rounding."""
    if missed <= 1e-9 * np.abs(f(samples(f.domain[0]))).max():
        raise InputError(f"{f!r} given, a line; {shown} needs an f that no line meets")


def _mark_the_farthest(page: Page, axes: Axes, farthest: Array, ends: list[Array]) -> None:
    """Draw the three equal errors of the best line, and the bound for all lines that they prove."""
    pen = page.pen("error", linewidth=2.0 * page.size.line, zorder=6)
    axes.plot([farthest, farthest], ends, **pen)
    error = at_least(float(np.abs(np.subtract(*ends)).min()))
    bound = page.say(
        rf"どの直線も最大誤差 $\geq {error}$", rf"Every line: largest error $\geq {error}$"
    )
    page.headline(bound, "error")
    left, middle, right = zip(farthest, *ends, strict=True)
    words: dict[str, Any] = {"color": page.theme.error, "fontsize": 1.2 * page.size.text}
    aside = 0.012 * np.ptp(axes.get_xlim())
    for (x, *y), side, ha in ((left, -aside, "right"), (right, aside, "left")):
        page.note(axes, x + side, float(np.mean(y)), f"${error}$", ha=ha, va="center", **words)
    x, *y = middle
    page.note(
        axes,
        x,
        min(y) - 0.02 * np.ptp(axes.get_ylim()),
        f"${error}$",
        ha="center",
        va="top",
        **words,
    )


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
        "二次関数、sin、指数関数のどれを使っても、a、b、c を学習できる。しかし表せるのは、それぞれ放物線、サイン曲線、指数曲線だけである（色が濃いほど a が大きい）。",
        "The parameters of a quadratic, a sine or an exponential can be learnt just as well. But "
        "each family holds parabolas, sine curves or exponential curves only (the darker, the "
        "larger a).",
    ),
    alternative=Pair(
        "三つの図。左は開き方の違う放物線、中央は周期の違うサイン曲線、右は増減の速さの違う指数曲線が、a の小さい順に薄い色から濃い色へ四つずつ。",
        "Three panels with four curves each, darker as a grows: parabolas that open down and up, "
        "sine curves of shorter and shorter period, exponential curves that fall and rise.",
    ),
    formula=r"f(x)=ax^2+bx+c,\quad f(x)=\sin(ax+b),\quad f(x)=e^{ax+b}",
    code="""
        from uat.expression.parse import parse
        parabola, sine = parse("0.8*x**2 + 0.4*x - 0.6"), parse("sin(2.1*x + 0.5)")
        exponential = parse("exp(1.4*x)")
    """,
    wide=True,
    fixed="its curves are the members of three families",
)
def simple_families(page: Page) -> None:
    """Draw a fan of each of three families, while one of its parameters grows."""
    say = page.say
    panels = page.figure.subplots(1, 3)
    kinds = (
        say("いつも放物線", "always a parabola"),
        say("いつもサイン曲線", "always a sine"),
        say("いつも指数曲線", "always exponential"),
    )
    for axes, family, kind, fan in zip(panels, FAMILIES, kinds, _FANS, strict=True):
        _draw_fan(page, axes, family, fan)
        above: dict[str, Any] = {"transform": axes.transAxes, "va": "baseline"}
        axes.text(0, 1.135, f"${formula(family, NAMES)}$", size=1.1 * page.size.headline, **above)
        axes.text(0, 1.04, kind, color=page.theme.unit, **above)
    parabola, sine, exponential = panels
    parabola.set(ylim=(-5, 5), yticks=[-5, 0, 5])
    sine.set(ylim=(-1.7, 1.7), yticks=[-1, 0, 1])
    exponential.set(ylim=(-0.6, 5), yticks=[0, 5])
    page.headline(
        say(
            "$a$、$b$、$c$ をどう変えても、同じ種類の曲線",
            "Whatever $a$, $b$, $c$: one kind of curve",
        )
    )


# Values of a for the curves of each family, and the other parameters.
_FANS = (
    ((-0.7, -0.2, 0.25, 0.8), (0.4, -0.6)),
    ((0.25, 0.6, 1.1, 2.1), (0.5,)),
    ((-1.4, -0.4, 0.4, 1.4), (0.0,)),
)


def _draw_fan(
    page: Page, axes: Axes, family: Expression, fan: tuple[Sequence[float], Sequence[float]]
) -> None:
    """Draw a family at growing a, light to dark, with the last one bold."""
    from matplotlib.colors import LinearSegmentedColormap

    x, (grown, others) = samples((-3.0, 3.0)), fan
    shades = LinearSegmentedColormap.from_list("fan", list(page.theme.shades))
    axes.axhline(0, **page.pen("zero"))
    for number, a in enumerate(grown):
        last = number == len(grown) - 1
        line = page.size.hero if last else 0.8 * page.size.line
        shade = shades(number / (len(grown) - 1))
        axes.plot(x, family(x, a, *others), **page.pen("unit", color=shade, linewidth=line))
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
        f = "sin(x) + 0.8*sin(0.43*x + 1) + 0.5*cos(2.3*x) + 0.04*x*sin(1.6*x) + 0.5"
        f = uat.Target(f, (0, 20))
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上、青）。二次関数、sin、指数関数のパラメータをどう変えても、この形にはならない。細い線は、それぞれの種類のうち最小二乗の意味で最も近いもの。",
        "{f} on {domain} (blue). No parameters of a quadratic, a sine or an exponential give this "
        "shape; the thin lines are the nearest of each family, by least squares.",
    ),
)
def wiggly_target(page: Page, f: Target = _WIGGLY) -> None:
    """Draw a curve and the nearest member of each family."""
    (start, stop), x = f.domain[0], samples(f.domain[0])
    y = f(x)
    low, high = float(y.min()), float(y.max())
    room = (-1.6, 2.8) if f is _WIGGLY else (1.2 * low - 0.2 * high, 1.35 * high - 0.35 * low)
    axes = page.figure.subplots()
    axes.plot(x, y, **page.pen("target", linewidth=1.6 * page.size.line))
    names = (
        page.say("最も近い放物線", "nearest parabola"),
        page.say("最も近いサイン曲線", "nearest sine"),
        page.say("最も近い指数曲線", "nearest exponential"),
    )
    nearest = [_nearest(family, f, x) for family in FAMILIES]
    for values, kind in zip(nearest, ("a parabola", "a sine", "an exponential"), strict=True):
        if np.abs(values - y).max() <= 0.02 * (high - low):
            raise InputError(
                f"{f!r} given, near {kind}; wiggly-target needs an f that none is near to"
            )
        axes.plot(x, values, **page.pen("unit", linewidth=0.6 * page.size.line))
    step = float(np.ptp(room)) / 11
    inside = room[0] + step, room[1] - step
    places = _apart([float(np.clip(values[-1], *inside)) for values in nearest], step)
    right = stop + 0.01 * (stop - start)
    for place, name in zip(places, names, strict=True):
        axes.text(right, place, name, color=page.theme.unit, va="center", fontsize=page.size.text)
    axes.set(xlim=(start, stop), ylim=room, xlabel="$x$")
    words: dict[str, Any] = {"color": page.theme.target, "fontsize": page.size.headline}
    if f is _WIGGLY:
        axes.set(xticks=range(0, 21, 5), yticks=[-1, 0, 1, 2])
        page.note(axes, 3.3, 1.75, "$f(x)$", **words)
    else:
        axes.locator_params(nbins=5)
        above: dict[str, Any] = {"transform": axes.transAxes, "va": "top"}
        words["fontsize"] = page.size.text
        page.note(axes, 0.03, 0.99, with_formula(f.expression, 1), **above, **words)
    page.headline(
        page.say("どの種類にも、この形はない", "No member of these families has this shape")
    )


def _nearest(family: Expression, f: Target, x: Array) -> Array:
    """Return the values of the member of a family that is nearest to f at the points x."""
    start, stop = f.domain[0]
    # Each family holds its members stretched in x, and all but the sines those stretched in y.
    size = 1.0 if family is FAMILIES[1] or f is _WIGGLY else float(np.abs(f(x)).max()) or 1.0
    u = (x - start) * (20.0 / (stop - start))
    return size * np.asarray(family(u, *fitted_parameters(family, u, f(x) / size)))


def _apart(places: list[float], least: float) -> list[float]:
    """Move places apart, so that two of them are at least so far from each other."""
    order = np.argsort(places)
    moved = np.array(places)[order]
    for i in range(1, len(moved)):
        gap = least - (moved[i] - moved[i - 1])
        if gap > 0:
            moved[:i] -= gap / 2
            moved[i:] += gap / 2
    return [float(place) for place in moved[np.argsort(order)]]


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
