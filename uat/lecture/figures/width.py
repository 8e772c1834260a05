"""The units that an ε needs in one dimension: about 1/ε steps, about log 1/ε soft units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat import examples
from uat.construct.staircase.build import build as build_staircase
from uat.expression.arrays import Array
from uat.lecture.networks import comb_within
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair

if TYPE_CHECKING:
    from uat.plotting.page import Page

_LAST_OF_STEPS: Final = 1e-5
_LAST: Final = 1e-12


def ladder(last: float) -> Array:
    """Return ε from 1 down: 1, 0.5, 0.2, 0.1, … to the last one."""
    decades = round(-np.log10(last))
    steps = [float(f"{m}e-{k + 1}") for k in range(decades) for m in (5, 2, 1)]
    return np.array([1.0, *steps])


@study("units-vs-epsilon")
def counts() -> dict[str, Any]:
    """Build and prove staircases and combs of Nielsen's f; about a minute."""
    f = examples.nielsen
    rough, fine = ladder(_LAST_OF_STEPS), ladder(_LAST)
    steps = [build_staircase(f, float(eps)) for eps in rough]
    combs = [comb_within(f, float(eps)) for eps in fine]
    return {
        "steps_eps": rough,
        "steps_units": [network.units for network, _ in steps],
        "steps_bound": [certificate.bound for _, certificate in steps],
        "comb_eps": fine,
        "comb_units": [network.units for network, _ in combs],
        "comb_bound": [certificate.bound for _, certificate in combs],
    }


def steps_enough(eps: float) -> float:
    """Return V/2ε, V the variation of Nielsen's f: so many steps, rounded up, are enough for ε."""
    variation = examples.nielsen.variation
    assert variation is not None
    return variation / (2 * eps)


@figure(
    "units-vs-epsilon",
    slide=Pair("ユニットはいくつ要るか", "How many units?"),
    title=Pair("ε を小さくすると、ユニットはいくつ要るか", "How many units an ε costs"),
    caption=Pair(
        "ニールセンの関数を ε 以内で近似するネットワークのユニットの個数。急なユニットの階段は約 1/ε 個（線は V/2ε、V は f の全変動）、"
        "なだらかなユニットは log(1/ε) にほぼ比例する個数で足りる。点はどれも実際に作り、ε 以内だと証明したネットワークである。",
        "Units of a network within ε of Nielsen's function. Steep units, a staircase, number about "
        "1/ε (the line: V/2ε, V the variation of f); of soft units roughly log(1/ε) are enough. "
        "Every dot is a network that was built and proved to be within ε.",
    ),
    alternative=Pair(
        "両対数の図。横軸の ε は 1 から 10⁻¹² へ小さくなる。階段の個数は直線をなして右上の 10¹² まで上がり、"
        "なだらかなユニットの列は下にほぼ水平で、10⁻¹² でも 69 個。",
        "Both axes logarithmic, ε falling from 1 to 10⁻¹². The staircase rises on a straight line "
        "to 10¹² units at the upper right; the soft units stay nearly level, with 69 at 10⁻¹².",
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
    """Draw the units of staircases and of combs against ε."""
    data, say, axes = counts(), page.say, page.figure.subplots()
    ends = np.array([0.5, _LAST])
    axes.plot(ends, steps_enough(1.0) / ends, **page.pen("network", linewidth=page.size.thin))
    axes.plot(data["steps_eps"], data["steps_units"], **page.dot("network"))
    axes.plot(data["comb_eps"], data["comb_units"], **page.pen("unit", linewidth=page.size.thin))
    axes.plot(data["comb_eps"], data["comb_units"], **page.dot("unit"))
    axes.set(xscale="log", yscale="log", xlim=(1.6, 0.3 * _LAST), ylim=(0.6, 6e12))
    axes.set_xticks([1, 1e-3, 1e-6, 1e-9, 1e-12])
    axes.set_yticks([1, 1e3, 1e6, 1e9, 1e12])
    axes.minorticks_off()
    axes.set_xlabel(r"$\varepsilon$", fontsize=page.size.headline)
    axes.set_title(say("ユニットの個数", "number of units"))
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    steep = say(r"急なユニット：約 $1/\varepsilon$", r"steep units: about $1/\varepsilon$")
    soft = say(r"なだらかなユニット：ほぼ $\log(1/\varepsilon)$ に比例",
               r"soft units: roughly $\propto\log(1/\varepsilon)$")  # fmt: skip
    page.note(axes, 3e-5, 3e8, steep, ha="right", color=page.theme.network, **words)
    page.note(axes, 1.2e-11, 9e2, soft, ha="right", color=page.theme.unit, **words)
    last = f"{data['comb_units'][-1]}"
    large: dict[str, Any] = {"ha": "right", "fontsize": 1.4 * page.size.headline}
    page.note(axes, 0.8 * _LAST, 140, last, color=page.theme.unit, **large)
    page.note(axes, 3e-12, 7e11, "$10^{12}$", color=page.theme.network, **large)
    finding = say(f"$10^{{-12}}$ まで近づくには：なだらかなら {last} 個、急なら一兆個",
                  f"To come within $10^{{-12}}$: {last} soft units, or a million million steps")  # fmt: skip
    page.headline(finding)
