"""The same number of units, in one layer and in three, for one target."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import relu
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.lecture.figures.depth import DEPTH
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.maps import draw_value_map, map_points, span
from uat.plotting.numbers import about
from uat.plotting.regions import draw_regions
from uat.regions.count import map_regions
from uat.train.fitting import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

SHAPES: Final = ((24,), (8, 8, 8))
_STARTS: Final = 8
_STEPS: Final = 300
_BOX: Final = ((-1.0, 1.0), (-1.0, 1.0))


def spiral(x: Array, y: Array) -> Array:
    """Return the height of a spiral of two arms, which is flat at the centre of [−1, 1]²."""
    r = np.hypot(x, y)
    return np.asarray(np.sin(7 * r - np.arctan2(y, x)) * np.minimum(1.0, 3 * r))


def error_of(network: Network, many: int = 41) -> float:
    """Return the root mean square error for the spiral on a grid."""
    x, y = map_points(_BOX, many)
    gap = network(np.stack([x, y], axis=-1))[..., 0] - spiral(x, y)
    return float(np.sqrt(np.mean(gap**2)))


def trained(shape: tuple[int, ...], seed: int) -> Network:
    """Train a ReLU network on the spiral's values at a grid."""
    points = np.stack(map_points(_BOX, 41), axis=-1).reshape(-1, 2)
    options: Any = {"method": "projection", "rng": seed, "max_iter": _STEPS}
    return fit(points, spiral(*points.T), hidden=shape, activation="relu", **options).network


@study("same-budget")
def found_networks() -> dict[str, Any]:
    """Train both shapes from eight starts, and keep all errors and the best networks; 20 s."""
    kept: dict[str, Any] = {}
    for shape in SHAPES:
        networks = [trained(shape, seed) for seed in range(_STARTS)]
        errors = [error_of(network) for network in networks]
        kept[f"errors {len(shape)}"] = errors
        for i, layer in enumerate(networks[int(np.argmin(errors))].layers):
            kept[f"weight {len(shape)} {i}"] = layer.weight
            kept[f"bias {len(shape)} {i}"] = layer.bias
    return kept


@cache
def best(depth: int) -> Network:
    """Return the best stored network with that many hidden layers."""
    stored = found_networks()
    layers = [
        Affine(stored[f"weight {depth} {i}"], stored[f"bias {depth} {i}"]) for i in range(depth + 1)
    ]
    return Network(layers, relu)


@figure(
    "same-budget",
    slide=DEPTH,
    title=Pair("同じユニット数", "The same budget"),
    caption=Pair(
        "渦巻き f（青）を、24 個の ReLU ユニットを一層に並べたネットワークと、三層に分けたネットワークで学習する。線は折り目（正確に計算した線形領域の境）。"
        "一層の折り目はどこまでも続く直線だが、深い層の折り目は曲がり、渦に沿う。どちらも 8 回の学習のうち最もよいもの。RMS 誤差は、二乗誤差の平均の平方根。",
        "A spiral f (blue), learnt by 24 ReLU units in one layer and by the same number in three. "
        "Lines are creases, the exact borders of linear regions. Those of one layer are straight "
        "all the way; those of deeper layers bend, and follow the spiral. Both are the best of 8 "
        "trainings. RMS is the root mean square.",
    ),
    alternative=Pair(
        "三つの正方形。左は青い渦巻き f。中央は一層のネットワークで、まっすぐな折り目が全体を横切り、渦の形がくずれている。右は三層のネットワークで、細かく曲がる折り目が渦に沿い、f に近い。",
        "Three squares. Left, the spiral f in blue. Middle, the network of one layer: straight "
        "creases cross it all, and the spiral is coarse. Right, the network of three layers: its "
        "creases bend along the spiral, and it is closer to f.",
    ),
    formula=(
        r"f(x,y)=\min(1,3r)\,\sin(7r-\varphi),\quad"
        r"(x,y)=(r\cos\varphi,r\sin\varphi)"
    ),
    code="""
        from uat.lecture.figures.budget import best
        regions = [uat.map_regions(best(depth), (-1, 1)).count.linear for depth in (1, 3)]
    """,
    wide=True,
    study=found_networks,
)
def same_budget(page: Page) -> None:
    """Draw the spiral, and both networks with their creases."""
    say = page.say
    target, wide, deep = page.figure.subplots(1, 3)
    x, y = map_points(_BOX)
    limits = span(spiral(x, y))
    draw_value_map(page, target, spiral(x, y), _BOX, limits)
    target.set_title("$f$", color=page.theme.target, loc="center", fontsize=page.size.headline)
    names = (say("24 ユニット × 1 層", "1 layer of 24"), say("8 ユニット × 3 層", "3 layers of 8"))
    for axes, depth, name in zip((wide, deep), (1, 3), names, strict=True):
        _draw_network(page, axes, best(depth), limits)
        axes.set_title(name, color=page.theme.network, loc="center", fontsize=page.size.headline)
    for axes in (target, wide, deep):
        axes.set(aspect="equal", anchor="N", xticks=[], yticks=[])
    page.headline(say("同じ 24 ユニット：深いほうが渦をとらえる",
                      "24 units each: the deep network catches the spiral"))  # fmt: skip


def _draw_network(page: Page, axes: Axes, network: Network, limits: tuple[float, float]) -> None:
    """Draw the values of a network, its creases over them, and below its error and regions."""
    found, values = _measured(network)
    plain = np.ones((len(found.gradients), 3))
    draw_regions(page, axes, found, plain, line=0.3)
    # Between the faces of the regions and their borders.
    draw_value_map(page, axes, values, _BOX, limits, "network").set_zorder(1.5)
    error, count = about(error_of(network), 2), f"{found.count.linear:,}"
    many = sum(layer.weight.size + layer.bias.size for layer in network.layers)
    axes.set_xlabel(page.say(f"RMS 誤差 {error}", f"RMS error {error}"),
                    fontsize=1.2 * page.size.headline)  # fmt: skip
    regions = page.say(
        f"領域 {count} 個\nパラメータ {many} 個", f"{count} regions\n{many} parameters"
    )
    below: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    below |= {"linespacing": 1.3, "fontsize": page.size.text}
    down = (0.0, -1.8 * page.size.headline)
    # Nothing but the width of the page limits the squares.
    axes.annotate(regions, (0.5, 0.0), down, ha="center", va="top", **below).set_in_layout(False)


@cache
def _measured(network: Network) -> tuple[RegionMap, Array]:
    """Return the regions of a network, and its values at the points of a map."""
    found = map_regions(network, (-1, 1))
    return found, network(np.stack(map_points(_BOX), axis=-1))[..., 0]
