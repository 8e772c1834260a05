"""The curves of most figures: f, its ε band, g, rectangles, the error; no steep place is missed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from uat.errors import CannotProve, counted
from uat.expression.latex import latex
from uat.plotting.numbers import as_given, at_most

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.core.target import Target
    from uat.expression.graph import Expression
    from uat.plotting.page import Page
    from uat.theorem.approximation import Approximation

__all__ = [
    "breakpoints",
    "draw_band",
    "draw_error",
    "draw_fit",
    "draw_rectangles",
    "formula",
    "make_room",
    "named",
    "proved",
    "samples",
    "units_and_bound",
    "unsigned",
    "with_formula",
]

Points = NDArray[np.float64]

# Points of the transition of a unit from one limit to the other, in units of 1/slope.
_TRANSITION = np.array([-9.0, -6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0])

_SHOWN = 2000
"""Units whose transitions are drawn: a picture has fewer columns of pixels, more is slower."""

_LONGEST = 200
"""Characters of a formula in LaTeX that may stand in a picture: longer ones are slow to measure."""


def breakpoints(network: Network) -> Points:
    """Return the points −c/b where the units of one hidden layer in one variable switch, sorted."""
    slopes, biases = np.ravel(network.slopes), np.ravel(network.biases)
    moving = slopes != 0.0
    return np.unique(-biases[moving] / slopes[moving])


def samples(
    domain: tuple[float, float], network: Network | None = None, many: int = 2001
) -> Points:
    """Return the points of a curve over `domain`, (k,), sorted, with each unit's transition."""
    start, stop = domain
    points = [np.linspace(start, stop, many)]
    if network is not None:
        slopes, biases = np.ravel(network.slopes), np.ravel(network.biases)
        moving = np.flatnonzero(slopes)[:: 1 + len(slopes) // _SHOWN]
        with np.errstate(over="ignore", invalid="ignore"):  # nearly flat units switch far away
            switch = -biases[moving] / slopes[moving]
            width = 1.0 / np.abs(slopes[moving])
            # Axes: units, places.
            points.append((switch[:, None] + width[:, None] * _TRANSITION).ravel())
        # A slope of 10^100 switches between two neighbouring floats.
        points += [np.nextafter(switch, -np.inf), np.nextafter(switch, np.inf)]
    x = np.unique(np.concatenate(points))
    return x[(x >= start) & (x <= stop)]


def draw_fit(
    page: Page, axes: Axes, g: Approximation, x: Points, *, scale: float = 1.0, band: bool = True
) -> None:
    """Draw f, its ε band and the network at the points x, (k,); `band` fills the band."""
    draw_band(page, axes, g.target, g.eps, x, scale=scale, band=band)
    axes.plot(x, g(x), **page.pen("network", linewidth=scale * page.size.line))


def draw_band(
    page: Page,
    axes: Axes,
    f: Target,
    eps: float,
    x: Points,
    *,
    scale: float = 1.0,
    band: bool = True,
) -> None:
    """Draw f and its ε band at the points x, (k,); `band` fills it."""
    y, line = f(x), scale * page.size.line
    if band:
        axes.fill_between(x, y - eps, y + eps, **page.fill("band"))
    for edge in (y - eps, y + eps):
        axes.plot(x, edge, **page.pen("target", linewidth=0.3 * line, zorder=1))
    axes.plot(x, y, **page.pen("target", linewidth=1.4 * line))
    axes.set_xlim(*f.domain[0])


def draw_rectangles(page: Page, axes: Axes, g: Approximation) -> None:
    """Draw the pieces on which a sum of rectangles is constant, each down to 0."""
    start, stop = g.target.domain[0]
    inner = breakpoints(g.network)
    edges = np.concatenate([[start], inner[(inner > start) & (inner < stop)], [stop]])
    heights = g((edges[:-1] + edges[1:]) / 2)
    edge = {"edgecolor": page.theme.background, "linewidth": 0.4 * page.size.line}
    axes.bar(
        edges[:-1], heights, np.diff(edges), align="edge", **page.fill("unit", zorder=0.5, **edge)
    )


def draw_error(page: Page, axes: Axes, g: Approximation, x: Points, *, scale: float = 1.0) -> None:
    """Draw the error |f − g| at the points x, (k,), under the line at ε."""
    axes.axhline(g.eps, **page.pen("guide"))
    line = 0.7 * scale * page.size.line
    places, gap = unsigned(x, g.target(x) - g(x))
    axes.fill_between(places, gap, **page.fill("error", alpha=0.25))
    axes.plot(places, gap, **page.pen("error", linewidth=line))
    axes.set(xlim=g.target.domain[0], ylim=(0.0, 1.2 * g.eps), yticks=[0.0, g.eps])
    axes.set_yticklabels(["0", "ε"])


def unsigned(x: Points, difference: Points) -> tuple[Points, Points]:
    """Return points and |f − g| there: the points x, and the zeros between two of them.

    Both f and g are continuous, on a step of slope 10^100 too, so that f − g has a zero where it
    changes its sign.

    Examples
    --------
    >>> x, gap = unsigned(np.array([0.0, 1.0, 2.0]), np.array([1.0, -1.0, -2.0]))
    >>> x.tolist(), gap.tolist()
    ([0.0, 0.5, 1.0, 2.0], [1.0, 0.0, 1.0, 2.0])
    """
    left = np.flatnonzero(np.sign(difference[:-1]) * np.sign(difference[1:]) < 0)
    share = difference[left] / (difference[left] - difference[left + 1])
    zeros = x[left] + share * (x[left + 1] - x[left])
    return np.insert(x, left + 1, zeros), np.insert(np.abs(difference), left + 1, 0.0)


def make_room(axes: Axes, f: Target, margin: float) -> Literal["left", "right"]:
    """Set the limits of a panel, with room for words above f on one side, and return the side."""
    start, stop = f.domain[0]
    values = f(np.linspace(start, stop, 2001))
    low, high = float(values.min()) - margin, float(values.max()) + margin
    # Of the width, the words take two fifths; of the height, what is above 0.57 of it.
    left, right = float(values[:800].max()), float(values[-800:].max())
    axes.set(xlim=(start, stop), ylim=(low, max(high, low + (min(left, right) - low) / 0.57)))
    return "left" if left <= right else "right"


def formula(expression: Expression, names: Sequence[str] | None = None) -> str:
    r"""Write a formula for mathtext, with spaces and brackets as a book would have them.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> formula(parse("2*sin(x + 1)"))
    '2\\,\\sin(x + 1)'
    """
    level = latex(expression, names).replace(r"\left(", "(").replace(r"\right)", ")")
    return re.sub(r"(?<=\d) (?=\\[a-z])", r"\\,", level)


def named(f: Target, symbol: str = "f") -> str:
    """Write f with its name or, without one, its formula; f alone if it has neither."""
    if f.name:
        name = f.name.replace("$", r"\$")
        return f"${symbol}$: {name}"
    return with_formula(f.expression, f.dimension, symbol)


def with_formula(expression: Expression | None, dimension: int, symbol: str = "f") -> str:
    r"""Write f with its formula, and f alone without one or with one that is too long.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> with_formula(parse("x**2"), 1)
    '$f(x)=x^{2}$'
    """
    written = "" if expression is None else formula(expression)
    if dimension > 2 or not 0 < len(written) <= _LONGEST:
        return f"${symbol}$"
    return rf"${symbol}({'x,y'[: 2 * dimension - 1]})={written}$"


def proved(g: Approximation) -> str:
    """Write the proved bound of the error, for mathtext, rounded up and still below ε."""
    if g.certificate is None:
        raise CannotProve("this approximation was made with prove=False; it has no bound to show")
    return at_most(g.certificate.bound, below=g.eps)


def units_and_bound(page: Page, g: Approximation) -> str:
    """Write the number of units of g and the proved bound of its error."""
    if g.certificate is None:
        return units_text(page, g) + page.say("、証明なし", ", not proved")
    bound = rf"|f-g|\leq {proved(g)}<\varepsilon={as_given(g.eps)}"
    return units_text(page, g) + page.say(f"、証明済み ${bound}$", f", proved: ${bound}$")


def units_text(page: Page, g: Approximation) -> str:
    """Write the number of units of g."""
    return page.say(f"ユニット {g.units:,} 個", counted(g.units, "unit"))
