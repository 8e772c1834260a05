"""The units that an ε needs in one dimension: 1/ε steps, 1/√ε ReLUs, about log 1/ε soft ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from uat import examples
from uat.construct.staircase.build import build as build_staircase
from uat.core.activations import relu
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.lecture.networks import comb_within
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.numbers import about
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.certificate import Certificate
    from uat.core.network import Network
    from uat.plotting.page import Page

_LAST: Final = 1e-12


def ladder(last: float) -> Array:
    """Return ε from 1 down: 1, 0.5, 0.2, 0.1, … to the last one."""
    decades = round(-np.log10(last))
    steps = [float(f"{m}e-{k + 1}") for k in range(decades) for m in (5, 2, 1)]
    return np.array([1.0, *steps])


LADDERS: Final = {
    "steps": ladder(1e-5),
    "polygon": ladder(1e-4),
    "comb": ladder(_LAST),
    "free": np.array([1.0, 1e-3, 1e-6, 1e-9, _LAST]),
}
"""The ε of each kind of network: fewer where each takes longer to build."""


def built(kind: str, eps: float) -> tuple[Network, Certificate]:
    """Build and prove a network of a kind within ε of Nielsen's f: as few units as it finds."""
    f = examples.nielsen
    if kind == "steps":
        return build_staircase(f, eps)
    if kind == "comb":
        return comb_within(f, eps)
    ways: dict[str, Any] = {"polygon": {"activation": relu}, "free": {"effort": "thorough"}}
    g = approximate(f, eps=eps, method=kind, **ways[kind])
    assert g.certificate is not None
    return g.network, g.certificate


@study("units-vs-epsilon")
def counts() -> dict[str, Any]:
    """Build and prove networks of four kinds within ever smaller ε; about seven minutes."""
    kept: dict[str, Any] = {}
    for kind, ladder_of_eps in LADDERS.items():
        made = [built(kind, float(eps)) for eps in ladder_of_eps]
        kept |= {
            f"{kind}_eps": ladder_of_eps,
            f"{kind}_units": [network.units for network, _ in made],
            f"{kind}_bound": [certificate.bound for _, certificate in made],
        }
    return kept


def steps_enough(eps: float) -> float:
    """Return V/2ε, V the variation of Nielsen's f: so many steps, rounded up, are enough for ε."""
    variation = examples.nielsen.variation
    assert variation is not None
    return variation / (2 * eps)


@cache
def pieces_enough(eps: float) -> float:
    """Return ∫√|f″| / 4√ε for Nielsen's f, as many pieces as the shortest polygons have for ε → 0.

    On a short piece of length h the nearest line has the error h²|f″|/16.
    """
    second = cast(Expression, examples.nielsen.expression).derivative().derivative()
    x = (np.arange(100_000) + 0.5) / 100_000
    return float(np.sqrt(np.abs(second(x))).mean() / (4 * np.sqrt(eps)))


@figure(
    "units-vs-epsilon",
    slide=Pair("ユニットはいくつ要るか", "How many units?"),
    title=Pair("ε を小さくすると、ユニットはいくつ要るか", "How many units an ε costs"),
    caption=Pair(
        "ニールセンの関数を ε 以内で近似するネットワークのユニットの個数。階段は約 1/ε 個（線は V/2ε、V は f の全変動）、ReLU の折れ線は約 1/√ε 個（線は ∫√|f″|/4√ε）、"
        "なだらかなユニットは log(1/ε) にほぼ比例する個数で足り、傾きと位置も自由に選べばさらに少ない。点はどれも実際に作り、ε 以内だと証明したネットワークである。",
        "Units of a network within ε of Nielsen's function. Steps number about 1/ε (the line: "
        "V/2ε, V the variation of f), ReLUs, which make polygons, 1/√ε (∫√|f″|/4√ε); of soft units "
        "roughly log(1/ε) are enough, and fewer where slopes and places are free. Every dot is a "
        "network that was built and proved to be within ε.",
    ),
    alternative=Pair(
        "両対数の図。横軸の ε は 1 から 10⁻¹² へ小さくなる。階段の個数は直線をなして右上の 10¹² まで、折れ線の個数はその半分の傾きの直線をなして 200 万まで上がる。"
        "なだらかなユニットの二つの列は下にほぼ水平で、10⁻¹² でも 69 個と 53 個。",
        "Both axes logarithmic, ε falling from 1 to 10⁻¹². The steps rise on a straight line to "
        "10¹² units at the upper right, the ReLUs on one of half the slope to 2 million. Two rows "
        "of soft units stay nearly level, with 69 and 53 at 10⁻¹².",
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
    fixed="its networks are built for minutes, and stored",
)
def units_vs_epsilon(page: Page) -> None:
    """Draw the units of four kinds of networks against ε."""
    data, say, theme, axes = counts(), page.say, page.theme, page.figure.subplots()
    ends = np.array([0.5, _LAST])
    looks: dict[str, tuple[str, Any]] = {
        "steps": (theme.network, [steps_enough(eps) for eps in ends]),
        "polygon": (theme.depths[-1], [pieces_enough(eps) for eps in ends]),
        "comb": (theme.shades[1], None),
        "free": (theme.shades[-2], None),
    }
    for kind, (colour, law) in looks.items():
        eps, units = data[f"{kind}_eps"], data[f"{kind}_units"]
        pen = page.pen("aside", color=colour, linewidth=page.size.thin)
        axes.plot(*((eps, units) if law is None else (ends, law)), **pen)
        axes.plot(eps, units, **page.dot("network", color=colour, markersize=2 * page.size.line))
    axes.set(xscale="log", yscale="log", xlim=(1.6, 0.02 * _LAST), ylim=(0.6, 6e12))
    axes.set_xticks([1, 1e-3, 1e-6, 1e-9, 1e-12])
    axes.set_yticks([1, 1e3, 1e6, 1e9, 1e12])
    axes.minorticks_off()
    axes.set_xlabel(r"$\varepsilon$", fontsize=page.size.headline)
    axes.set_title(say("ユニットの個数", "number of units"))
    _name_the_kinds(page, axes, {kind: colour for kind, (colour, _) in looks.items()})
    last = {kind: int(data[f"{kind}_units"][-1]) for kind in ("comb", "free")}
    ends_at = {
        "steps": (1e12, "$10^{12}$"),
        "polygon": (pieces_enough(_LAST), rf"${about(pieces_enough(_LAST), 1)}$"),
        "comb": (320.0, f"{last['comb']}"),
        "free": (9.0, f"{last['free']}"),
    }
    large: dict[str, Any] = {"va": "center", "fontsize": 1.2 * page.size.headline}
    for kind, (height, count) in ends_at.items():
        page.note(axes, 0.6 * _LAST, height, count, color=looks[kind][0], **large)
    finding = say(f"$10^{{-12}}$ まで近づくには：なだらかなら {last['free']} 個、階段なら一兆個",
                  f"To come within $10^{{-12}}$: {last['free']} soft units, or a million million steps")  # fmt: skip
    page.headline(finding)


def _name_the_kinds(page: Page, axes: Axes, colours: Mapping[str, str]) -> None:
    say = page.say
    names = {
        "steps": (3e-5, 3e8, say(r"階段：約 $1/\varepsilon$", r"steps: about $1/\varepsilon$")),
        "polygon": (1e-11, 6e6, say(r"ReLU：約 $1/\sqrt{\varepsilon}$",
                                   r"ReLU: about $1/\sqrt{\varepsilon}$")),
        "comb": (2e-9, 4e2, say(r"なだらか、等間隔：ほぼ $\log(1/\varepsilon)$ に比例",
                                r"soft, evenly spaced: roughly $\propto\log(1/\varepsilon)$")),
        "free": (2e-9, 4.0, say("なだらか、傾きと位置も自由", "soft, slopes and places free")),
    }  # fmt: skip
    for kind, (x, y, name) in names.items():
        words: dict[str, Any] = {"va": "center", "ha": "right", "fontsize": page.size.text}
        if kind in ("comb", "free"):
            words["ha"] = "center"
        page.note(axes, x, y, name, color=colours[kind], **words)
