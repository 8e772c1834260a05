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
from uat.plotting.maps import draw_error_map, draw_value_map, map_points, span
from uat.plotting.numbers import about
from uat.plotting.regions import draw_creases
from uat.regions.count import map_regions
from uat.train.fitting import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.plotting.page import Page
    from uat.regions.map import RegionMap

SHAPES: Final = ((24,), (8, 8, 8))
TRAINED: Final = 41
"""Points of the training along a side of the square."""
_MEASURED: Final = 401
"""Points along a side at which the errors are measured that the figure writes."""
_STARTS: Final = 8
_STEPS: Final = 300
_BOX: Final = ((-1.0, 1.0), (-1.0, 1.0))


def spiral(x: Array, y: Array) -> Array:
    """Return the height of a spiral of two arms, which is flat at the centre of [−1, 1]²."""
    r = np.hypot(x, y)
    return np.asarray(np.sin(7 * r - np.arctan2(y, x)) * np.minimum(1.0, 3 * r))


def error_of(network: Network, many: int) -> float:
    """Return the root mean square error for the spiral on a grid of many × many points."""
    x, y = map_points(_BOX, many)
    gap = network(np.stack([x, y], axis=-1))[..., 0] - spiral(x, y)
    return float(np.sqrt(np.mean(gap**2)))


def trained(shape: tuple[int, ...], seed: int) -> Network:
    """Train a ReLU network on the spiral's values at a grid."""
    points = np.stack(map_points(_BOX, TRAINED), axis=-1).reshape(-1, 2)
    options: Any = {"method": "projection", "rng": seed, "max_iter": _STEPS}
    return fit(points, spiral(*points.T), hidden=shape, activation="relu", **options).network


@study("same-budget")
def found_networks() -> dict[str, Any]:
    """Train both shapes from eight starts, and keep all errors and the best networks; 20 s.

    The errors are those at the points of the training.
    """
    kept: dict[str, Any] = {}
    for shape in SHAPES:
        networks = [trained(shape, seed) for seed in range(_STARTS)]
        errors = [error_of(network, TRAINED) for network in networks]
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
        "一層の折り目はどこまでも続く直線だが、深い層の折り目は途中で曲がる。下の紫は誤差（左右で同じ目盛り）。どちらも 8 回の学習のうち最もよいもの。RMS 誤差は、401 × 401 点での二乗誤差の平均の平方根。",
        "A spiral f (blue), learnt by 24 ReLU units in one layer and by the same number in three. "
        "Lines are creases, the exact borders of linear regions. Those of one layer are straight "
        "all the way; those of deeper layers bend. Below, the errors on one scale. Both are the best of "
        "8 trainings. RMS is the root mean square, at 401 × 401 points.",
    ),
    alternative=Pair(
        "三つの正方形。左は青い渦巻き f。中央は一層のネットワークで、まっすぐな折り目が全体を横切り、渦の形がくずれている。右は三層のネットワークで、折り目が細かく曲がり、f に近い。下の誤差の図は、一層では濃い紫、三層では淡い。",
        "Three squares. Left, the spiral f in blue. Middle, the network of one layer: straight "
        "creases cross it all, and the spiral is coarse. Right, the network of three layers: its "
        "creases bend, and it is closer to f. Below, maps of the errors: dark "
        "purple for one layer, pale for three.",
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
    fixed="its f has two coordinates",
)
def same_budget(page: Page) -> None:
    """Draw the spiral, both networks with their creases, and their errors."""
    say, aspect = page.say, page.size.width / page.size.height
    side = min(_SIDE, _SIDE * (16 / 9) / aspect)
    x, y = map_points(_BOX)
    wanted = spiral(x, y)
    limits = span(wanted)
    gaps = [np.abs(wanted - _measured(best(depth))[1]) for depth in (1, 3)]
    # The few largest ones, in a corner, would leave all others pale.
    darkest = float(np.quantile(gaps[0], 0.98))
    shown = ((0.015, "$f$", None), (0.35, say("24 ユニット × 1 層", "1 layer of 24"), 1),
             (0.685, say("8 ユニット × 3 層", "3 layers of 8"), 3))  # fmt: skip
    for left, name, depth in shown:
        axes = page.figure.add_axes((left, 0.845 - side * aspect, side, side * aspect))
        meaning = "network" if depth else "target"
        axes.set_title(name, color=getattr(page.theme, meaning), loc="center",
                       fontsize=1.1 * page.size.text)  # fmt: skip
        if depth is None:
            draw_value_map(page, axes, wanted, _BOX, limits)
        else:
            _draw_network(page, axes, best(depth), limits)
            sizes: dict[str, Any] = {"transform": axes.transAxes, "ha": "center", "va": "center"}
            many = sum(layer.weight.size + layer.bias.size for layer in best(depth).layers)
            parameters = say(f"パラメータ {many} 個", f"{many} parameters")
            axes.text(0.5, -0.073, parameters, fontsize=1.15 * page.size.text, **sizes)
            below = page.figure.add_axes((left, 0.03, 0.6 * side, 0.6 * side * aspect))
            gap = gaps[depth // 2]
            draw_error_map(page, below, gap, _BOX, most=darkest)
            below.set(xticks=[], yticks=[])
            _write_error(page, below, best(depth))
        axes.set(xticks=[], yticks=[])
    note = page.figure.text(
        0.015,
        0.03 + 0.3 * side * aspect,
        say(
            "紫：誤差 $|f-g|$\n8 回の学習のうち最良",
            "purple: the error $|f-g|$,\nbest of 8 trainings",
        ),
    )
    note.set(linespacing=1.5, color=page.theme.error, fontsize=page.size.text, va="center")
    page.headline(say("同じ 24 ユニット：深いほうが渦をとらえる",
                      "24 units each: the deep network catches the spiral"))  # fmt: skip


_SIDE: Final = 0.262
"""Width of a map of values, as a share of a page of 16:9; maps of errors are 0.6 times as wide."""


def _draw_network(page: Page, axes: Axes, network: Network, limits: tuple[float, float]) -> None:
    """Draw the values of a network, and its creases over them."""
    found, values = _measured(network)
    draw_value_map(page, axes, values, _BOX, limits, "network")
    draw_creases(page, axes, found, line=0.18)


def _write_error(page: Page, axes: Axes, network: Network) -> None:
    """Write a network's number of regions and its error beside the map of the error."""
    large: dict[str, Any] = {"transform": axes.transAxes, "color": page.theme.error}
    error = f"${about(error_of(network, _MEASURED), 2)}$"
    many = _measured(network)[0].count.linear
    regions = page.say(f"領域 {many} 個", f"{many} regions")
    axes.text(1.08, 0.86, regions, fontsize=page.size.text, **large | {"color": page.theme.ink})
    axes.text(1.08, 0.5, page.say("RMS 誤差", "RMS error"), fontsize=page.size.text, **large)
    axes.text(1.08, 0.16, error, fontsize=1.5 * page.size.headline, **large)


@cache
def _measured(network: Network) -> tuple[RegionMap, Array]:
    """Return the regions of a network, and its values at the points of a map."""
    found = map_regions(network, (-1, 1))
    return found, network(np.stack(map_points(_BOX), axis=-1))[..., 0]
