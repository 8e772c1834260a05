"""A certificate to look at: the cells of a proof, the bound on each, and what was found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat import examples
from uat.activations import logistic, tanh
from uat.errors import InputError
from uat.lecture.curves import samples, unsigned
from uat.lecture.digits import at_least, at_most
from uat.lecture.language import Pair
from uat.lecture.registry import figure
from uat.network import Network
from uat.proof.certify import certify

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.certificate import Certificate, Evidence
    from uat.lecture.page import Page
    from uat.target import Target

__all__ = ["draw_cell_map", "draw_cells", "even_steps", "known_cells", "soft_units"]

Array = NDArray[np.float64]


def even_steps(target: Target, many: int) -> Network:
    """Make a staircase of equally wide steps, each as high as f in its middle.

    Examples
    --------
    >>> import uat
    >>> even_steps(uat.Target("x", (0, 1)), 2).as_function()([0.2, 0.8]).tolist()
    [0.25, 0.75]
    """
    edges = np.linspace(*target.domain[0], many + 1)
    levels = target((edges[:-1] + edges[1:]) / 2)
    slope = 1e100
    heights = np.concatenate([levels[:1], np.diff(levels)])
    # The first unit is 1 everywhere.
    slopes, biases = np.full(many, slope), -slope * edges[:-1]
    slopes[0], biases[0] = 0.0, 128.0
    return Network.from_units(heights, slopes, biases, logistic)


def soft_units(target: Target, many: int, slope: float) -> Network:
    """Make a network of evenly placed units of one slope, output weights by least squares.

    Examples
    --------
    >>> import uat
    >>> g = soft_units(uat.Target("x**2", (0, 1)), 8, 1.0)
    >>> abs(float(g.as_function()(0.5)) - 0.25) < 1e-4
    True
    """
    start, stop = target.domain[0]
    wide = stop - start
    biases = -slope * np.linspace(start - wide / 10, stop + wide / 10, many)
    # Chebyshev's points keep the error at the ends as small as inside.
    x = (start + stop) / 2 - wide / 2 * np.cos(np.linspace(0, np.pi, 10 * many))
    values = tanh(slope * x[:, None] + biases)
    weights = np.linalg.lstsq(values, target(x), rcond=1e-13)[0]
    return Network.from_units(weights, np.full(many, slope), biases, tanh)


@figure(
    "proof-cells",
    part="certificate",
    wide=True,
    title=Pair("証明そのもの：セルと上界", "The proof itself: cells and bounds"),
    caption=Pair(
        "どんなネットワーク g にも |f − g| の上界を証明できる。区間をセルに分け、セルのすべての点で成り立つ上界（薄い柱。"
        "濃い色は誤差）を求める。最も高い柱が全体の上界で、柱の高い所ほど細かく分ける。左は傾き 10^100 の 24 段の階段、"
        "右は 44 個の滑らかなユニットで、チェビシェフ多項式ならセル一つで足りる。黒い点での誤差も証明済み。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one for all "
        "its points (pale bars; dark, the error), the highest bounds the whole, and high ones are cut "
        "finer. Left, 24 steps of slope 10^100; right, 44 soft units: Chebyshev polynomials need one "
        "cell. The error at the dot is proved too.",
    ),
    alternative=Pair(
        "左右に一つずつネットワークがあり、上は f と g、下は誤差 |f − g| の濃い山とそれを覆う薄い柱。"
        "左の階段は多くの細い柱、右の滑らかなネットワークは一つの広い柱で覆われる。どちらも最も高い柱は ε より低く、"
        "点で示す誤差は柱の高さにほぼ等しい。",
        "Two networks side by side: above f and g, below the error |f − g|, dark peaks under the pale "
        "bars that cover it: many narrow bars over the staircase on the left, a single wide one over "
        "the smooth network on the right. Both times the highest bar stays below ε, and a dot marks "
        "an error almost as large.",
    ),
)
def proof_cells(page: Page) -> None:
    """Draw two certificates of one f: many cells over a staircase, one over a soft network."""
    say, f = page.say, examples.nielsen
    panels = page.figure.subplots(2, 2, sharex="col", height_ratios=(3, 5))
    steep, soft = even_steps(f, 24), soft_units(f, 44, 14.0)
    shown = (
        (steep, 0.2, "0.2", "cells", say("急なユニット", "steep units")),
        (soft, 1e-7, "10^{-7}", "chebyshev", say("滑らかなユニット", "soft units")),
    )
    for (top, bottom), (network, eps, written, method, kind) in zip(panels.T, shown, strict=True):
        _draw_both(page, top, f, network)
        units = say(f"{kind} {network.units} 個、", f"{network.units} {kind}, ")
        top.set_title(rf"{units}$\varepsilon={written}$")
        draw_cells(page, bottom, certify(f, network, method=method), eps=eps)
        bottom.set(xticks=[0, 0.5, 1], yticks=[0, eps], yticklabels=["0", "ε"])
    words = {"fontsize": page.size.text, "va": "top"}
    page.note(panels[0, 0], 0.03, 0.97, "$f$", color=page.theme.target, **words)
    page.note(panels[0, 0], 0.1, 0.97, "$g$", color=page.theme.network, **words)


def _draw_both(page: Page, axes: Axes, f: Target, network: Network) -> None:
    """Draw f and g on each other."""
    x = samples(f.domain[0], network)
    axes.plot(x, f(x), **page.pen("target", linewidth=1.2 * page.size.line))
    axes.plot(x, network.as_function()(x), **page.pen("network", linewidth=0.5 * page.size.line))
    axes.set(xlim=f.domain[0], ylim=(0.0, 1.0), yticks=[0, 1])


def draw_cells(
    page: Page, axes: Axes, certificate: Certificate, *, eps: float | None = None
) -> None:
    """Draw a proof in one coordinate: a bar for each cell, the error below it, the witness.

    Parameters
    ----------
    page : Page
    axes : matplotlib.axes.Axes
    certificate : Certificate
        With evidence.
    eps : float, optional
        What the bound has to stay below.

    Raises
    ------
    InputError
        For a certificate without evidence.
    """
    evidence = known_cells(certificate)
    edges, bounds = _bars(evidence)
    error, line, upper = page.theme.error, page.size.line, certificate.upper
    limit = upper if eps is None else eps
    axes.stairs(bounds, edges, fill=True, **page.fill("error", alpha=0.2))
    axes.stairs(bounds, edges, color=error, linewidth=0.3 * line)
    gaps: dict[str, Any] = {"color": page.theme.background, "linewidth": 0.3 * line}
    axes.vlines(edges, 0.0, _beside(bounds), **gaps)
    _draw_error(page, axes, evidence)
    axes.axhline(upper, **page.pen("error", linewidth=0.5 * line, zorder=2))
    axes.axhline(limit, **page.pen("guide"))
    dot = page.dot("data", markersize=2 * line, clip_on=False)
    axes.plot(certificate.witness, [certificate.lower], **dot)
    axes.set(xlim=edges[[0, -1]], ylim=(0.0, max(1.08 * limit, 1.3 * upper)))
    axes.set_xlabel("$x$")
    axes.set_title(_proved(page, certificate), color=error)
    above = (upper + axes.get_ylim()[1] / 1.03) / 2
    words: dict[str, Any] = {"va": "center", "bbox": None}
    across = edges[0] + np.array([0.02, 1.0]) * (edges[-1] - edges[0])
    page.note(axes, across[0], above, _many(page, certificate), color=error, **words)
    page.note(axes, across[1], above, _found(certificate), ha="right", **words)


def draw_cell_map(page: Page, axes: Axes, certificate: Certificate) -> None:
    """Draw a proof in two coordinates: the cells in the colours of their bounds, the witness.

    Parameters
    ----------
    page : Page
    axes : matplotlib.axes.Axes
    certificate : Certificate
        With evidence.

    Raises
    ------
    InputError
        For a certificate without evidence.
    """
    from matplotlib.collections import PolyCollection

    evidence = known_cells(certificate)
    (left, low), (right, high) = evidence.lower.T, evidence.upper.T
    # Axes: cells, corners, coordinates.
    corners = np.stack([left, low, right, low, right, high, left, high], axis=1).reshape(-1, 4, 2)
    edge: dict[str, Any] = {"edgecolor": page.theme.background, "linewidth": 0.1 * page.size.line}
    cells = PolyCollection(list(corners), cmap="cividis", **edge)
    cells.set_array(evidence.bounds)
    axes.add_collection(cells)
    x, y = certificate.witness
    dot = page.dot("data", color=page.theme.error, hollow=True, clip_on=False)
    axes.plot([x], [y], **dot)
    axes.set(xlim=(left.min(), right.max()), ylim=(low.min(), high.max()))
    axes.set_xlabel("$x$")
    axes.set_ylabel("$y$")
    axes.set_title(
        f"{_proved(page, certificate)}\n{_many(page, certificate)},  {_found(certificate, '○')}"
    )
    page.figure.colorbar(cells, ax=axes)


def known_cells(certificate: Certificate) -> Evidence:
    """Give the evidence of a certificate.

    Raises
    ------
    InputError
        Where there is none.

    Examples
    --------
    >>> import uat
    >>> len(
    ...     known_cells(
    ...         uat.approximate("x", (0, 1), eps=0.25, method="staircase").certificate
    ...     ).bounds
    ... ) > 1
    True
    """
    if certificate.evidence is None:
        raise InputError("a certificate without evidence given; it has no cells to show")
    return certificate.evidence


def _proved(page: Page, certificate: Certificate) -> str:
    bound = rf"$|f-g|\leq {at_most(certificate.bound, 4)}$"
    return page.say(f"証明済み {bound}", f"proved: {bound}")


def _many(page: Page, certificate: Certificate) -> str:
    many = len(known_cells(certificate).bounds)
    return page.say(f"セル {many:,} 個", f"{many:,} cells" if many > 1 else "1 cell")


def _found(certificate: Certificate, dot: str = "●") -> str:
    return rf"{dot} $|f-g|\geq {at_least(certificate.lower, 4)}$"


def _bars(evidence: Evidence) -> tuple[Array, Array]:
    """Give the edges of the cells from left to right, (cells + 1,), and the bounds, (cells,)."""
    order = np.argsort(evidence.lower[:, 0])
    edges = np.append(evidence.lower[order, 0], evidence.upper[:, 0].max())
    return edges, evidence.bounds[order]


def _beside(bounds: Array) -> Array:
    """Give the lower of the two bounds at each edge."""
    return np.minimum(np.append(bounds[:1], bounds), np.append(bounds, bounds[-1:]))


def _draw_error(page: Page, axes: Axes, evidence: Evidence) -> None:
    """Draw |f − g| where f and g are kept beside the proof."""
    f, g = evidence.target, evidence.network
    if f is not None and g is not None:
        x = samples(f.domain[0], g if g.depth == 1 else None)
        x, gap = unsigned(x, f(x) - g.as_function()(x))
        axes.fill_between(x, gap, **page.fill("error", alpha=0.75, zorder=2))
        axes.plot(x, gap, **page.pen("error", linewidth=0.15 * page.size.line))
