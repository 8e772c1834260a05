"""The proof of an error bound of any network, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.errors import counted
from uat.expression.arrays import Array
from uat.lecture.figures.claim import few_units
from uat.lecture.networks import once
from uat.lecture.registry import figure
from uat.numerics.boxes import equal_cells, halves
from uat.plotting.curves import samples, unsigned
from uat.plotting.language import Pair
from uat.proof.cells.one_cell import bounding
from uat.proof.cells.prove import model_of

if TYPE_CHECKING:
    from uat.core.target import Target
    from uat.plotting.page import Page


@figure(
    "proof-cells",
    slide=Pair("どんなネットワークの誤差も証明できる", "A proof for any network"),
    title=Pair("証明そのもの：セルと上界", "The proof itself: cells and bounds"),
    caption=Pair(
        "どんなネットワーク g にも |f − g| の上界を証明できる。区間をセルに分け、セルのすべての点で成り立つ上界（柱）を求める（濃い色は誤差そのもの）。"
        "ε より高い柱のセルを半分に分けることを繰り返し、どの柱も ε より低くなれば証明は終わりである。g は「ε近似」の図と同じ 4 ユニットのネットワーク。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one "
        "that holds at all its points (bars; dark, the error itself). Cells whose bar is above ε "
        "are halved, again and again, and when every bar is below ε the proof is done. Here g is the "
        "network of 4 units that was drawn in its band.",
    ),
    alternative=Pair(
        "三つの図に、同じ誤差 |f − g| の濃い山と、それを覆う柱：10 本、19 本、23 本。はじめは多くの柱が水平線 ε を超え、最後はどの柱も ε より低い。",
        "Three panels with the same error |f − g|, dark peaks under bars that cover it: 10, 19 and "
        "23 of them. At first most bars are above the line ε, in the end none is.",
    ),
    formula=(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k"
    ),
    code="""
        from uat.lecture.figures.cells import rounds
        lower, upper, bounds = rounds()[-1]
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上）と、隠れ層が一つの g の誤差 |f − g|（濃い色）。区間をセルに分け、セルのすべての点で成り立つ上界（柱）を求める。"
        "ε = {eps} より高い柱のセルを半分に分けることを繰り返し、どの柱も ε より低くなれば証明は終わりである。",
        "{f} on {domain}: the error |f − g| of a network g (dark), and bounds that hold on cells of "
        "the interval (bars). Cells whose bar is above ε = {eps} are halved, again and again, and "
        "when every bar is below ε the proof is done.",
    ),
)
def proof_cells(page: Page, f: Target = examples.nielsen, eps: float = 0.1) -> None:
    """Draw the bars of one proof at first, after one round of halvings, and when all are below ε."""
    say, network = page.say, few_units(eps, f).network
    x, gap = unsigned(x := samples(f.domain[0], network), f(x) - network.as_function()(x))
    every = rounds(f, eps)
    shown = [every[number] for number in sorted({0, min(1, len(every) - 1), len(every) - 1})]
    panels = page.figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, (lower, upper, bounds) in zip(panels, shown, strict=True):
        tall = bounds >= eps
        for some, strength in ((tall, 0.6), (~tall, 0.22)):
            bars = page.fill("error", alpha=strength, edgecolor=page.theme.background)
            width = upper[some, 0] - lower[some, 0]
            bars |= {"linewidth": 0.3 * page.size.line}
            axes.bar(lower[some, 0], bounds[some], width, align="edge", **bars)
        axes.fill_between(x, gap, **page.fill("error", alpha=1.0, zorder=2))
        axes.axhline(eps, **page.pen("guide", zorder=3, linewidth=0.7 * page.size.line))
        if axes is panels[0]:
            axes.set_ylim(0, min(1.3 * bounds.max(), 8 * eps))
        axes.set(xlim=f.domain[0], xlabel="$x$")
        axes.locator_params(axis="x", nbins=3)
        many, left = say(f"{len(bounds)} セル", counted(len(bounds), "cell")), int(tall.sum())
        over = say(f"{left} 本は $\\varepsilon$ 以上", f"{left} above $\\varepsilon$")
        done = say("すべて $\\varepsilon$ 未満：証明済み", "all below $\\varepsilon$: proved")
        axes.set_title(f"{many}\n{over if left else done}", linespacing=1.3)
    panels[0].set_yticks([0, eps], ["0", r"$\varepsilon$"])
    panels[0].tick_params(axis="y", labelsize=page.size.headline)
    panels[0].yaxis.get_major_ticks()[0].label1.set_fontsize(page.size.small)
    dark = say("柱：上界\n濃い色：誤差 $|f-g|$", "bars: bounds\ndark: the error $|f-g|$")
    words: dict[str, Any] = {"color": page.theme.error, "fontsize": page.size.text}
    words |= {"linespacing": 1.3, "va": "top"}
    axes = panels[0] if every[0][2].max() < panels[0].get_ylim()[1] / 1.2 else panels[-1]
    page.note(axes, 0.03, 0.98, dark, **words | {"transform": axes.transAxes})
    page.headline(say("どの柱も $\\varepsilon$ 未満になるまで、セルを半分に分ける",
                      "Halve the cells until every bar is below $\\varepsilon$"))  # fmt: skip


_FIRST: Final = (10, 4, 1)
"""Cells that the proof begins with: fewer where too little would be left to halve."""

Cells = tuple[Array, Array, Array]


@once
def rounds(f: Target = examples.nielsen, eps: float = 0.1) -> tuple[Cells, ...]:
    """Return the cells of a proof at first and after each of its rounds, in which tall ones are halved.

    The ends are of shape (cells, 1), and the bounds, (cells,), hold for |f − g| on each cell.
    """
    found = _rounds_from(_FIRST[0], f, eps)
    for first in _FIRST[1:]:
        if len(found) < 3:
            found = _rounds_from(first, f, eps)
    return found


def _rounds_from(first: int, f: Target, eps: float) -> tuple[Cells, ...]:
    """Return the cells of a proof after each of its rounds, beginning with so many equal ones."""
    bound = bounding(f, model_of(few_units(eps, f).network, f.domain, eps * 2.0**-12))
    lower, upper = equal_cells(f.lower, f.upper, first)
    bounds, met = bound(lower, upper).bounds, []
    while True:
        met.append((lower, upper, bounds))
        tall = bounds >= eps
        if not tall.any() or len(bounds) > _MOST:
            return tuple(met)
        halved = halves(lower[tall], upper[tall], np.zeros(tall.sum(), dtype=int))
        lower, upper, bounds = (
            np.concatenate([part[~tall], fresh])
            for part, fresh in zip(met[-1], (*halved, bound(*halved).bounds), strict=True)
        )


_MOST: Final = 10_000
"""Cells that are looked at; no proof of a network of few units needs so many."""
