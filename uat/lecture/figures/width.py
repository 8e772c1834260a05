"""The units that an ε needs in one dimension: about 1/ε steps, about log 1/ε soft units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.construct.fejer_korovkin.build import plan
from uat.construct.staircase.build import build as build_staircase
from uat.construct.staircase.build import partition
from uat.expression.arrays import Array
from uat.lecture.networks import comb_within
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from uat.core.target import Target
    from uat.plotting.page import Page

_LAST_OF_STEPS = 1e-5
_LAST = 1e-12
_LAST_OF_KINK = 1e-11


def ladder(last: float) -> Array:
    """Return ε from 1 down: 1, 0.5, 0.2, 0.1, … to the last one."""
    decades = round(-np.log10(last))
    steps = [float(f"{m}e-{k + 1}") for k in range(decades) for m in (5, 2, 1)]
    return np.array([1.0, *steps])


def units_a_priori(target: Target, eps: float) -> int:
    """Count the units of the theorem by the Fejér–Korovkin mean, before anything is built."""
    return plan(target, eps, most=None).units


@study("units-vs-epsilon")
def counts() -> dict[str, Any]:
    """Build and prove staircases and combs of Nielsen's f, combs of a kink; about 2 minutes."""
    f = examples.nielsen
    rough, fine, sharp = ladder(_LAST_OF_STEPS), ladder(_LAST), ladder(_LAST_OF_KINK)
    steps = [build_staircase(f, float(eps)) for eps in rough]
    combs = [comb_within(f, float(eps)) for eps in fine]
    kinks = [comb_within(examples.kink, float(eps)) for eps in sharp]
    return {
        "steps_eps": rough,
        "steps_units": [network.units for network, _ in steps],
        "steps_bound": [certificate.bound for _, certificate in steps],
        "steps_fewest": [partition(f, float(eps)).pieces for eps in rough],
        "comb_eps": fine,
        "comb_units": [network.units for network, _ in combs],
        "comb_bound": [certificate.bound for _, certificate in combs],
        "kink_eps": sharp,
        "kink_units": [network.units for network, _ in kinks],
        "kink_bound": [certificate.bound for _, certificate in kinks],
        "plan_units": [units_a_priori(f, float(eps)) for eps in fine],
    }


@figure(
    "units-vs-epsilon",
    slide=Pair("ユニットはいくつ要るか", "How many units?"),
    title=Pair("ε を小さくすると、ユニットはいくつ要るか", "How many units an ε costs"),
    caption=Pair(
        "ニールセンの関数を誤差 ε 未満で近似するのに要るユニットの個数。急なユニットの階段は約 1/ε 個で、段の関数としての最小個数（灰色）とほとんど差がない。"
        "フェイェール・コロフキンの定理の個数（破線）は、作る前に分かる。滑らかなユニットの個数はほぼ log 1/ε に比例する（右）。"
        "折れ目のある |x − 1/2|（白丸）でも、10⁻¹¹ まで 238 個で足りる。点はどれも、誤差が ε 未満と証明済み。",
        "Units needed for Nielsen's function within ε. Steep units, a staircase, take about 1/ε, "
        "hardly more than the fewest steps (grey). The count by the Fejér–Korovkin mean (dashed) "
        "is known before anything is built. The number of soft units grows like log 1/ε (right); "
        "even with a kink, |x − 1/2| (hollow), 238 of them are within 10⁻¹¹. Every dot is proved.",
    ),
    alternative=Pair(
        "左は両対数の図。横軸の ε は 1 から 10⁻¹² へ小さくなり、階段と最少の段数は右上がりの同じ直線をなして"
        "上へ出ていく。滑らかなユニットの列は下にほぼ水平で、10⁻¹² でも 100 個未満。右は滑らかなユニットだけの図で、"
        "ニールセンの関数では個数は ε の桁数にほぼ比例し、折れ目のある関数（白丸）ではそれより速く増えて 238 個に達する。",
        "Left, both axes logarithmic, ε falling from 1 to 10⁻¹²: staircase and fewest steps "
        "share one rising straight line that leaves the panel, while the comb stays nearly level, "
        "below 100 units even at 10⁻¹². Right, combs alone: for Nielsen's function their units "
        "grow nearly in proportion to the digits of ε, for a kink (hollow dots) faster, up to 238.",
    ),
    formula=(
        r"g(x)=a_0+\sum_{k}a_k\,\sigma(w(x-t_k)),\quad t_{k+1}-t_k=h,\quad n=O(\log 1/\varepsilon)"
    ),
    code="""
        from uat.construct.comb.build import build
        g, estimate = build(uat.examples.nielsen, 1e-6)
        certificate = uat.certify(uat.examples.nielsen, g)
    """,
    wide=True,
    study=counts,
)
def units_vs_epsilon(page: Page) -> None:
    """Draw the units of staircase and comb against ε, and the comb again on a plain scale."""
    data = counts()
    both, alone = page.figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_counts(page, both, data)
    _draw_comb(page, both, data)
    both.set(yscale="log", ylim=(0.8, 3e6), yticks=[1, 1e2, 1e4, 1e6])
    _draw_comb(page, alone, data, "kink")
    _draw_comb(page, alone, data)
    alone.set(ylim=(0, 250), yticks=[0, 50, 100, 150, 200, 250])
    _name_functions(page, alone)
    alone.yaxis.grid(
        visible=True, color=page.theme.faint, alpha=0.4, linewidth=0.2 * page.size.line
    )
    for axes in (both, alone):
        axes.set(xscale="log", xlim=(1.6, 0.5 * _LAST), xlabel="$\\varepsilon$")
        axes.set_xticks([1, 1e-3, 1e-6, 1e-9, 1e-12])
        axes.minorticks_off()
    both.set_title(page.say("ユニットの個数", "Number of units"))
    alone.set_title(page.say("滑らかなユニットだけ", "Soft units alone"))


def _draw_counts(page: Page, axes: Axes, data: dict[str, NDArray[Any]]) -> None:
    """Draw the fewest steps, the staircase on them, and the count that is known beforehand."""
    say, line = page.say, page.size.line
    fewest = page.pen("guide", linewidth=3.0 * line, linestyle="-", alpha=0.55)
    axes.plot(data["steps_eps"], data["steps_fewest"], **fewest)
    axes.plot(data["comb_eps"], data["plan_units"], **page.pen("derivative", zorder=3))
    axes.plot(data["steps_eps"], data["steps_units"], **page.dot("network", markersize=2.0 * line))
    words = {"va": "center", "ha": "left", "bbox": None}
    theme, text, small = page.theme, page.size.text, page.size.small
    steep = say("階段：約 $1/\\varepsilon$ 個", "staircase: about $1/\\varepsilon$")
    soft = say(
        "滑らかなユニット：\nほぼ $\\log(1/\\varepsilon)$ に比例",
        "soft units:\nroughly $\\propto\\log(1/\\varepsilon)$",
    )
    for x, y, written, colour, size in (
        (2.2e-7, 1.1e6, say("作る前に分かる個数", "known before building"), theme.ink, small),
        (5e-6, 4e4, steep, theme.network, text),
        (1.2e-4, 1.1e3, say("最も少ない段数", "fewest steps"), theme.ink, small),
        (1e-4, 4.5, soft, theme.unit, text),
    ):
        page.note(axes, x, y, written, color=colour, fontsize=size, linespacing=1.4, **words)


def _name_functions(page: Page, axes: Axes) -> None:
    """Write the name of each function beside its curve."""
    smooth = page.say("ニールセンの関数", "Nielsen's function")
    kink = page.say("折れ目：", "a kink: ") + r"$|x-1/2|$"
    words = {"color": page.theme.unit, "bbox": None, "ha": "left", "va": "center"}
    page.note(axes, 0.4, 175, kink, **words)
    page.note(axes, 3e-6, 14, smooth, **words)


def _draw_comb(page: Page, axes: Axes, data: dict[str, NDArray[Any]], kind: str = "comb") -> None:
    """Draw the combs of one function as dots on a thin line, hollow where it has a kink."""
    x, y, line = data[f"{kind}_eps"], data[f"{kind}_units"], page.size.line
    axes.plot(x, y, **page.pen("unit", linewidth=0.5 * line))
    axes.plot(x, y, **page.dot("unit", hollow=kind == "kink", markersize=2.0 * line))
