"""The proof itself: two certificates of one f, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uat import examples
from uat.lecture.networks import even_soft_units, even_steps
from uat.lecture.registry import figure
from uat.plotting.cells import draw_cells
from uat.plotting.curves import samples
from uat.plotting.language import Pair
from uat.proof.certify import certify

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.network import Network
    from uat.core.target import Target
    from uat.plotting.page import Page


@figure(
    "proof-cells",
    slide=Pair("どんなネットワークの誤差も証明できる", "A proof for any network"),
    title=Pair("証明そのもの：セルと上界", "The proof itself: cells and bounds"),
    caption=Pair(
        "どんなネットワーク g にも |f − g| の上界を証明できる。区間をセルに分け、セルのすべての点で成り立つ上界（薄い柱。濃い色は誤差）を求める。最も高い柱が全体の上界で、"
        "柱の高い所ほど細かく分ける。左は傾き 10^100 の 24 段の階段、右は 44 個の滑らかなユニットで、チェビシェフ多項式ならセル一つで足りる。黒い点での誤差も証明済み。",
        "For any network g a bound of |f − g| can be proved. Each cell of the interval has one "
        "for all its points (pale bars; dark, the error), the highest bounds the whole, and high "
        "ones are cut finer. Left, 24 steps of slope 10^100; right, 44 soft units: Chebyshev "
        "polynomials need one cell. The error at the dot is proved too.",
    ),
    alternative=Pair(
        "左右に一つずつネットワークがあり、上は f と g、下は誤差 |f − g| の濃い山とそれを覆う薄い柱。"
        "左の階段は多くの細い柱、右の滑らかなネットワークは一つの広い柱で覆われる。どちらも最も高い柱は ε より低く、点で示す誤差は柱の高さにほぼ等しい。",
        "Two networks side by side: above f and g, below the error |f − g|, dark peaks under the "
        "pale bars that cover it: many narrow bars over the staircase on the left, a single wide "
        "one over the smooth network on the right. Both times the highest bar stays below ε, and "
        "a dot marks an error almost as large.",
    ),
    formula=(
        r"\forall x\in C_k\ \ |f(x)-g(x)|\leq\beta_k,\quad"
        r"\sup_{x\in I}\,|f(x)-g(x)|\leq\max_{k}\,\beta_k"
    ),
    code="""
        from uat.lecture.networks import even_soft_units
        g = even_soft_units(uat.examples.nielsen, 44, 14.0)
        certificate = uat.certify(uat.examples.nielsen, g)
    """,
    wide=True,
)
def proof_cells(page: Page) -> None:
    """Draw two certificates of one f: many cells over a staircase, one over a soft network."""
    say, f = page.say, examples.nielsen
    panels = page.figure.subplots(2, 2, sharex="col", height_ratios=(3, 5))
    steep, soft = even_steps(f, 24), even_soft_units(f, 44, 14.0)
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
