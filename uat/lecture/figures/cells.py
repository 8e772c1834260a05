"""The proof of an error bound of any network, cell by cell."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from uat import examples
from uat.expression.arrays import Array
from uat.lecture.networks import comb_of
from uat.lecture.registry import figure
from uat.numerics.boxes import equal_cells
from uat.plotting.curves import samples, unsigned
from uat.plotting.language import Pair
from uat.proof.cells.branch_and_bound import CellSearch
from uat.proof.cells.one_cell import bounding
from uat.proof.cells.prove import model_of

if TYPE_CHECKING:
    from uat.plotting.page import Page


@figure(
    "proof-cells",
    slide=Pair("どんなネットワークの誤差も証明できる", "A proof for any network"),
    title=Pair("証明そのもの：セルと上界", "The proof itself: cells and bounds"),
    caption=Pair(
        "どんなネットワーク g にも |f − g| の上界を証明できる。区間をセルに分け、セルのすべての点で成り立つ上界（柱）を求める（濃い色は誤差そのもの）。"
        "ε を超える柱のセルを半分に分けることを繰り返し、どの柱も ε を超えなくなれば証明は終わりである。g は「ε近似」の図の 8 ユニットのネットワーク。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one "
        "that holds at all its points (bars; dark, the error itself). Cells whose bar is above ε "
        "are halved, again and again, and when no bar is above ε the proof is done. Here g is the "
        "network of 8 units in its band.",
    ),
    alternative=Pair(
        "三つの図に、同じ誤差 |f − g| の濃い山と、それを覆う柱：8 本、16 本、27 本。はじめは多くの柱が水平線 ε を超え、最後はどの柱も ε より低い。",
        "Three panels with the same error |f − g|, dark peaks under bars that cover it: 8, 16 and "
        "27 of them. At first most bars are above the line ε, in the end none is.",
    ),
    formula=(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k"
    ),
    code="""
        from uat.lecture.figures.cells import cells_after
        lower, upper, bounds = cells_after(40)
    """,
    wide=True,
)
def proof_cells(page: Page) -> None:
    """Draw the bars of one proof after three numbers of halvings, sinking below ε."""
    say, f = page.say, examples.nielsen
    network = comb_of(f, 8)[0]
    x, gap = unsigned(x := samples(f.domain[0], network), f(x) - network.as_function()(x))
    panels = page.figure.subplots(1, 3, sharey=True)
    for axes, halved in zip(panels, (0, 16, 40), strict=True):
        lower, upper, bounds = cells_after(halved)
        tall = bounds > _EPS
        for some, strength in ((tall, 0.6), (~tall, 0.22)):
            bars = page.fill("error", alpha=strength, edgecolor=page.theme.background)
            width = upper[some, 0] - lower[some, 0]
            bars |= {"linewidth": 0.3 * page.size.line}
            axes.bar(lower[some, 0], bounds[some], width, align="edge", **bars)
        axes.fill_between(x, gap, **page.fill("error", alpha=1.0, zorder=2))
        axes.axhline(_EPS, **page.pen("guide", zorder=3, linewidth=0.7 * page.size.line))
        axes.set(xlim=f.domain[0], xticks=[0, 0.5, 1], ylim=(0, 0.36), xlabel="$x$")
        many, left = say(f"{len(bounds)} セル", f"{len(bounds)} cells"), int(tall.sum())
        over = say(f"{left} 本が $\\varepsilon$ を超える", f"{left} above $\\varepsilon$")
        done = say("どれも $\\varepsilon$ 以下：証明終わり", "none above $\\varepsilon$: proved")
        axes.set_title(f"{many}\n{over if left else done}", linespacing=1.3)
    panels[0].set_yticks([0, _EPS], ["0", r"$\varepsilon$"], fontsize=page.size.text)
    dark = say("柱：上界\n濃い色：誤差 $|f-g|$", "bars: bounds\ndark: the error $|f-g|$")
    words: dict[str, Any] = {"color": page.theme.error, "fontsize": page.size.text}
    page.note(panels[2], 0.02, 0.22, dark, linespacing=1.4, **words)


_EPS: Final = 0.1


@cache
def cells_after(halved: int) -> tuple[Array, Array, Array]:
    """Return the cells of a proof that began with 8 of them, once `halved` others were looked at.

    The ends are of shape (cells, 1), and the bounds, (cells,), hold for |f − g| on each cell.
    """
    f = examples.nielsen
    network = comb_of(f, 8)[0]
    bound = bounding(f, model_of(network, f.domain, _EPS * 2.0**-12))
    search = CellSearch(bound, *equal_cells(f.lower, f.upper, 8), _EPS)
    search.go_on(halved)
    return search.cells
