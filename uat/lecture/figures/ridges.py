"""One hidden layer in the plane: sums of ridges, and the cost of a second layer."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from uat import examples
from uat.construct.deep import tower
from uat.construct.ridge.build import build as build_ridges
from uat.core.activations import logistic
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import counted
from uat.expression.arrays import Array
from uat.lecture.networks import even_ridges, proved
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.maps import draw_surface, map_points, span
from uat.plotting.numbers import at_most

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from uat.plotting.page import Page

ONE_LAYER = Pair("2 次元以上でも隠れ層は一つ", "One hidden layer in any dimension")

BUMP = Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
_CELLS = 16
_SHARP = 2.0**12


def directions_of(network: Network) -> tuple[Array, NDArray[np.intp]]:
    """Return the directions of a network's units in the plane, and the place of each among them.

    The directions are unit vectors in order of their angles, (J, 2); the places are of shape
    (units,), −1 for a unit of slope 0.
    """
    moving = np.any(network.slopes != 0, axis=1)
    angles = np.arctan2(*network.slopes[moving].T[::-1])
    found, places = np.unique(np.round(angles, 9), return_inverse=True)
    which = np.full(network.units, -1)
    which[moving] = places
    return np.stack([np.cos(found), np.sin(found)], axis=1), which


_WAYS = (1, 2, 4, 8)
_EACH = 16
_DROP = 0.7
"""How far the floor is below the surfaces, so that the arrows on it are seen."""
_REACH = 1.1
"""Length of an arrow on the floor from the centre of the square, which is 2 wide."""


@cache
def ridges_of(many: int) -> Network:
    """Return the sum of ridges along so many directions that is nearest to the bump."""
    return even_ridges(BUMP, many, _EACH, 1e-7)


@cache
def bound_of(many: int) -> float:
    """Return the proved bound of the error of these ridges."""
    return proved(BUMP, ridges_of(many)).bound


@figure(
    "ridge-directions",
    slide=ONE_LAYER,
    title=Pair("向きを変えたリッジ関数の和", "Ridges in several directions"),
    caption=Pair(
        "ユニット σ(b·x + c) は x を一つの数 w·x を通してしか見ない。だから向き w（床の矢印）が同じユニットの和は、"
        "その向きにだけ変わる尾根の形になる（リッジ関数）。向きを増やして足すと、丸い山 f(x, y) = exp(−4(x² + y²))（青）に"
        "近づく。隠れ層はどれも一つで、誤差の上界は証明されている。",
        "A unit σ(b·x + c) sees x only through one number, w·x. So units of one direction w (the "
        "arrows on the floor) add up to a ridge, which changes along w only. Ridges along more "
        "directions add up to the round bump f(x, y) = exp(−4(x² + y²)) (blue), always in one "
        "hidden layer. The bounds of the error are proved.",
    ),
    alternative=Pair(
        "床の上に立つ四つのオレンジ色の曲面。向きが 1 方向ならまっすぐな尾根、2 方向なら十字の尾根、4 方向で山の形、8 方向で"
        "丸い山になる。床には同じ数の矢印、下には誤差の上界の長さの棒。右上に小さく青い f。",
        "Four orange surfaces on floors: with 1 direction a straight ridge, with 2 a cross of "
        "ridges, with 4 a hill, with 8 a round bump. As many arrows lie on the floors, and bars "
        "below are as long as the bounds of the error. At the upper right f, small, in blue.",
    ),
    formula=(
        r"g(\boldsymbol{x})"
        r"=a_0+\sum_{j}\sum_{k}a_{jk}\,\sigma(\beta_j(\boldsymbol{w}_j\cdot\boldsymbol{x}-t_{jk}))"
    ),
    code="""
        from uat.lecture.networks import even_ridges
        bump = uat.Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
        network = even_ridges(bump, 8, 16, 1e-7)
    """,
    wide=True,
    fixed="its f has two coordinates",
)
def ridge_directions(page: Page) -> None:
    """Draw sums of ridges along more and more directions, beside f, with bars for their errors."""
    say, points = page.say, map_points(BUMP.domain, 61)
    most, wide = bound_of(_WAYS[0]), 1 / len(_WAYS)
    for column, many in enumerate(_WAYS):
        network = ridges_of(many)
        place = (column * wide - 0.004, 0.28, wide + 0.006, 0.5)
        above: Any = page.figure.add_axes(place, projection="3d")
        draw_surface(page, above, points, network.as_function()(*points), (0.0, 1.0), drop=_DROP)
        _draw_directions(page, above, network)
        above.patch.set_visible(False)
        ways = say(f"{many} 方向", counted(many, "direction"))
        words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": page.size.headline}
        page.figure.text((column + 0.5) * wide, 0.77, ways, **words)
        bar = page.figure.add_axes((column * wide + 0.02, 0.02, wide - 0.02, 0.23))
        _draw_bound(page, bar, many, most)
    target: Any = page.figure.add_axes((0.82, 0.82, 0.17, 0.18), projection="3d")
    target.patch.set_visible(False)
    draw_surface(page, target, points, BUMP(*points), (0.0, 1.0), "target", drop=0.1)
    page.figure.text(0.81, 0.91, "$f$", color=page.theme.target, **words)
    finding = say("尾根を重ねると、丸い山になる", "Ridges add up to a round mountain")
    page.headline(finding)


def _draw_directions(page: Page, axes: Any, network: Network) -> None:
    """Draw an arrow on the floor for each direction."""
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

    floor = axes.get_zlim()[0]
    for way in directions_of(network)[0]:
        ends = np.outer([-_REACH, _REACH], way)
        pen = page.pen("unit", linewidth=0.5 * page.size.line, clip_on=False, zorder=1)
        axes.plot(*ends.T, floor, **pen)[0].set_in_layout(False)
        # The head is a small triangle in the plane of the floor.
        side = 0.13 * np.array([-way[1], way[0]])
        corners = np.array([ends[1] + 0.3 * way, ends[1] + side, ends[1] - side])
        head = np.column_stack([corners, np.full(3, floor)])
        shape = Poly3DCollection([head], facecolor=page.theme.unit, zorder=1, clip_on=False)
        shape.set_in_layout(False)
        axes.add_collection3d(shape)


def _draw_bound(page: Page, axes: Axes, many: int, most: float) -> None:
    """Draw the proved bound as a bar, against that of one direction."""
    network, bound = ridges_of(many), bound_of(many)
    axes.barh(0, bound, 0.5, **page.fill("error", alpha=1.0))
    # A hair shows where a bar is that is narrower.
    hair = page.pen("error", linewidth=page.size.thin, solid_capstyle="butt")
    axes.plot([0, 0], [-0.25, 0.25], **hair)
    axes.set(xlim=(0, 1.3 * most), ylim=(-1.75, 0.3))
    axes.set_axis_off()
    words: dict[str, Any] = {"va": "center", "fontsize": page.size.text}
    if bound < 0.01 * most:
        part = f"$1/{math.floor(most / bound / 100) * 100:,}$".replace(",", "{,}")
        share = page.say(f"1 方向の {part}", f"{part} of the first")
        axes.text(0.05 * most, 0, share, color=page.theme.error, **words)
    axes.text(0, -0.72, rf"$|f-g|\leq {at_most(bound, 2)}$", color=page.theme.error, **words)
    units = page.say(f"{network.units} ユニット", f"{network.units} units")
    axes.text(0, -1.4, units, color=page.theme.unit, **words)


@study("no-hidden-tower")
def found_ridges() -> dict[str, Any]:
    """Search for the fewest ridges within 0.01 of Franke's function."""
    network = build_ridges(examples.franke, 0.01)[0]
    weights = network.output_weights
    return {"weights": weights, "slopes": network.slopes, "biases": network.biases}


@figure(
    "no-hidden-tower",
    slide=ONE_LAYER,
    title=Pair("2 次元でも隠れ層は一つ", "One hidden layer in two dimensions"),
    caption=Pair(
        "f（青）を二通りに作る。中央：ニールセンの塔。ステップ 30 個を二層目の 256 個が「かつ」で結び、マスごとに f の高さの塔を立てる。隠れ層は二つ、計 286 個。"
        "右：リッジ関数の和。隠れ層は一つ、半分より少ないユニットで誤差は約二十分の一である（棒は誤差の上界）。どちらの上界も証明済み。",
        "Two ways to make f (blue). Middle, Nielsen's towers: 30 steps, joined by “and” in 256 "
        "units of a second layer, raise a tower over each cell: 286 units in two hidden layers. "
        "Right, a sum of ridges: one hidden layer, less than half as many units, about a "
        "twentieth of the error (bars). Both bounds are proved.",
    ),
    alternative=Pair(
        "三つの曲面。左は青い f。中央は塔の並ぶ角ばった g で、小さく一本の塔、下に長い誤差の棒。右は滑らかな g で、小さく斜めに上がる一つのユニット、下にごく短い誤差の棒。",
        "Three surfaces. Left f, in blue. Middle, g built of square towers, with a single tower, "
        "small, and below it a long bar for its error. Right, a smooth g, with a single unit, a "
        "slanting step, and a very short bar.",
    ),
    formula=r"\sup_{\boldsymbol{x}\in[0,1]^2}|f(\boldsymbol{x})-g(\boldsymbol{x})|<\varepsilon",
    code="""
        from uat.construct.deep import tower
        from uat.construct.ridge import build as ridge
        towers = tower.build(uat.examples.franke, 16)
        ridges, estimate = ridge.build(uat.examples.franke, 0.01)
    """,
    wide=True,
    study=found_ridges,
    fixed="its f has two coordinates",
)
def no_hidden_tower(page: Page) -> None:
    """Draw f, and for towers and for ridges one part of each, the sum and its error."""
    say, f = page.say, examples.franke
    fine = map_points(f.domain, 61)
    limits = span(f(*fine))
    target: Any = page.figure.add_axes((0.003, 0.32, 0.24, 0.43), projection="3d")
    draw_surface(page, target, fine, f(*fine), limits, "target")
    _write(page, 0.115, 0.815, "$f$", "target", page.size.headline)
    towers, ridges = _towers(), _ridges()
    columns = (
        (towers, _one_tower(), _walls(), say("塔", "towers"), say("塔 1 本", "one tower")),
        (ridges, _one_ridge(ridges), fine, say("リッジ関数", "ridges"),
         say("ユニット 1 個", "one unit")),
    )  # fmt: skip
    most = proved(f, towers).bound
    for left, (network, single, at, name, one) in zip((0.25, 0.63), columns, strict=True):
        whole: Any = page.figure.add_axes((left - 0.02, 0.26, 0.38, 0.57), projection="3d")
        draw_surface(page, whole, at, network.as_function()(*at), limits)
        _write(page, left + 0.08, 0.815, name, "network", page.size.headline)
        part: Any = page.figure.add_axes((left + 0.215, 0.61, 0.16, 0.22), projection="3d")
        values = single.as_function()(*at)
        draw_surface(page, part, at, values, span(values), "unit")
        _write(page, left + 0.287, 0.85, one, "unit", page.size.text)
        for axes in (whole, part):
            axes.patch.set_visible(False)
        bar = page.figure.add_axes((left + 0.02, 0.015, 0.33, 0.225))
        _draw_error_bar(page, bar, network, most)
    target.patch.set_visible(False)
    finding = say(
        "一層でも：ユニットは半分未満、誤差は約 1/20",
        "One layer: fewer than half the units, about 1/20 of the error",
    )
    page.headline(finding)


def _write(page: Page, x: float, y: float, text: str, meaning: str, size: float) -> None:
    """Write, centred at a point of the page, in the colour of what is meant."""
    place: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size}
    page.figure.text(x, y, text, color=getattr(page.theme, meaning), **place)


def _draw_error_bar(page: Page, axes: Axes, network: Network, most: float) -> None:
    """Draw the proved bound as a bar, against the largest one, above the size of the network."""
    bound = proved(examples.franke, network).bound
    axes.barh(0, bound, 0.5, **page.fill("error", alpha=1.0))
    axes.set(xlim=(0, 1.02 * most), ylim=(-1.75, 0.3))
    axes.set_axis_off()
    words: dict[str, Any] = {"va": "center"}
    error = rf"{page.say('誤差', 'error')} $\leq {at_most(bound, 2)}$"
    axes.text(0, -0.75, error, color=page.theme.error, fontsize=page.size.headline, **words)
    widths, layers = " + ".join(map(str, network.widths)), counted(network.depth, "layer")
    head = page.say(f"{network.depth} 層： {widths} ユニット", f"{layers}: {widths} units")
    axes.text(0, -1.4, head, color=page.theme.unit, fontsize=page.size.text, **words)


def _walls() -> tuple[Array, Array]:
    """Return the points just beside every wall between the cells of the towers."""
    edges = np.arange(1, _CELLS) / _CELLS
    # A step is done within 3e-3: there 2^12 times that is 12.
    beside = np.sort(np.concatenate([[0.0], edges - 4e-3, edges + 4e-3, [1.0]]))
    x, y = np.meshgrid(beside, beside)
    return x, y


@cache
def _towers() -> Network:
    return tower.build(examples.franke, _CELLS, _SHARP)


@cache
def _ridges() -> Network:
    stored = found_ridges()
    return Network.from_units(stored["weights"], stored["slopes"], stored["biases"], logistic)


@cache
def _one_tower() -> Network:
    """Make a tower over one cell, as a network of towers that are 0 elsewhere."""
    bell = "exp(-2000*((x - 19/32)**2 + (y - 15/32)**2))"
    cell = Target(bell, [(0, 1), (0, 1)])
    return tower.build(cell, _CELLS, _SHARP)


def _one_ridge(network: Network) -> Network:
    """Take the unit of the largest weight whose slope is not along an axis."""
    slanting = np.abs(network.slopes).min(axis=1) > 0.3 * np.abs(network.slopes).max(axis=1)
    i = int(np.argmax(np.where(slanting, np.abs(network.output_weights), 0.0)))
    return Network.from_units([1.0], network.slopes[i : i + 1], network.biases[i : i + 1], logistic)
