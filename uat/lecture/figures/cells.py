"""The proof of an error bound of any network, cell by cell."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from uat import examples
from uat.expression.arrays import Array
from uat.lecture.figures.claim import few_units
from uat.lecture.registry import figure
from uat.numerics.boxes import equal_cells
from uat.plotting.curves import samples, unsigned
from uat.plotting.language import Pair
from uat.proof.cells.branch_and_bound import CellSearch
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
        "ε を超える柱のセルを半分に分けることを繰り返し、どの柱も ε を超えなくなれば証明は終わりである。g は「ε近似」の図と同じ 4 ユニットのネットワーク。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one "
        "that holds at all its points (bars; dark, the error itself). Cells whose bar is above ε "
        "are halved, again and again, and when no bar is above ε the proof is done. Here g is the "
        "network of 4 units that was drawn in its band.",
    ),
    alternative=Pair(
        "三つの図に、同じ誤差 |f − g| の濃い山と、それを覆う柱：8 本、16 本、26 本。はじめは多くの柱が水平線 ε を超え、最後はどの柱も ε より低い。",
        "Three panels with the same error |f − g|, dark peaks under bars that cover it: 8, 16 and "
        "26 of them. At first most bars are above the line ε, in the end none is.",
    ),
    formula=(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k"
    ),
    code="""
        from uat.lecture.figures.cells import cells_after
        lower, upper, bounds = cells_after(36)
    """,
    wide=True,
    own=Pair(
        "{f}（{domain} 上）と、隠れ層が一つの g の誤差 |f − g|（濃い色）。区間をセルに分け、セルのすべての点で成り立つ上界（柱）を求める。"
        "ε = {eps} を超える柱のセルを半分に分けることを繰り返し、どの柱も ε を超えなくなれば証明は終わりである。",
        "{f} on {domain}: the error |f − g| of a network g (dark), and bounds that hold on cells of "
        "the interval (bars). Cells whose bar is above ε = {eps} are halved, again and again, and "
        "when no bar is above ε the proof is done.",
    ),
)
def proof_cells(page: Page, f: Target = examples.nielsen, eps: float = 0.1) -> None:
    """Draw the bars of one proof after three numbers of halvings, sinking below ε."""
    say, network = page.say, few_units(eps, f).network
    x, gap = unsigned(x := samples(f.domain[0], network), f(x) - network.as_function()(x))
    panels = page.figure.subplots(1, 3, sharey=True)
    for axes, halved in zip(panels, stages(f, eps), strict=True):
        lower, upper, bounds = cells_after(halved, f, eps)
        tall = bounds > eps
        for some, strength in ((tall, 0.6), (~tall, 0.22)):
            bars = page.fill("error", alpha=strength, edgecolor=page.theme.background)
            width = upper[some, 0] - lower[some, 0]
            bars |= {"linewidth": 0.3 * page.size.line}
            axes.bar(lower[some, 0], bounds[some], width, align="edge", **bars)
        axes.fill_between(x, gap, **page.fill("error", alpha=1.0, zorder=2))
        axes.axhline(eps, **page.pen("guide", zorder=3, linewidth=0.7 * page.size.line))
        if axes is panels[0]:
            axes.set_ylim(0, min(1.05 * bounds.max(), 8 * eps))
        axes.set(xlim=f.domain[0], xlabel="$x$")
        axes.locator_params(axis="x", nbins=3)
        many, left = say(f"{len(bounds)} セル", f"{len(bounds)} cells"), int(tall.sum())
        over = say(f"{left} 本が $\\varepsilon$ を超える", f"{left} above $\\varepsilon$")
        done = say("どれも $\\varepsilon$ 以下：証明終わり", "none above $\\varepsilon$: proved")
        axes.set_title(f"{many}\n{over if left else done}", linespacing=1.3)
    panels[0].set_yticks([0, eps], ["0", r"$\varepsilon$"], fontsize=page.size.text)
    dark = say("柱：上界\n濃い色：誤差 $|f-g|$", "bars: bounds\ndark: the error $|f-g|$")
    words: dict[str, Any] = {"color": page.theme.error, "fontsize": page.size.text}
    words |= {"transform": panels[2].transAxes, "linespacing": 1.4}
    page.note(panels[2], 0.02, 0.75, dark, **words)
    page.headline(say("どの柱も $\\varepsilon$ を下回るまで、セルを半分に",
                      "Halve the cells until no bar is above $\\varepsilon$"))  # fmt: skip


@cache
def cells_after(
    halved: int, f: Target = examples.nielsen, eps: float = 0.1
) -> tuple[Array, Array, Array]:
    """Return the cells of a proof that began with 8 of them, once `halved` others were looked at.

    The ends are of shape (cells, 1), and the bounds, (cells,), hold for |f − g| on each cell.
    """
    bound = bounding(f, model_of(few_units(eps, f).network, f.domain, eps * 2.0**-12))
    search = CellSearch(bound, *equal_cells(f.lower, f.upper, 8), eps)
    search.go_on(halved)
    return search.cells


def stages(f: Target, eps: float) -> tuple[int, int, int]:
    """Return how many cells have been looked at in the beginning, half-way and when all is proved."""
    done = 4
    while cells_after(done, f, eps)[2].max() > eps:
        done += 4
    return 0, 4 * (done // 8), done
