"""One hidden layer in the plane: sums of ridges, and the cost of a second layer."""

from __future__ import annotations

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
from uat.plotting.maps import draw_error_map, draw_surface, map_points, span
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
        "丸い山になる。床には同じ数の矢印、下には誤差の上界の長さの棒。右端に青い f。",
        "Four orange surfaces on floors: with 1 direction a straight ridge, with 2 a cross of "
        "ridges, with 4 a hill, with 8 a round bump. As many arrows lie on the floors, and bars "
        "below are as long as the bounds of the error. On the right f, in blue.",
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
)
def ridge_directions(page: Page) -> None:
    """Draw sums of ridges along more and more directions, beside f, with bars for their errors."""
    say, points = page.say, map_points(BUMP.domain, 61)
    grid = page.figure.add_gridspec(2, len(_WAYS) + 1, height_ratios=(4, 3))
    most = bound_of(_WAYS[0])
    for column, many in enumerate(_WAYS):
        network = ridges_of(many)
        above = page.figure.add_subplot(grid[0, column], projection="3d")
        draw_surface(page, above, points, network.as_function()(*points), (0.0, 1.0), drop=_DROP)
        _draw_directions(page, above, network)
        ways = say(f"{many} 方向", counted(many, "direction"))
        above.set_title(ways, loc="center")
        _draw_bound(page, page.figure.add_subplot(grid[1, column]), many, most)
    target = page.figure.add_subplot(grid[0, -1], projection="3d")
    draw_surface(page, target, points, BUMP(*points), (0.0, 1.0), "target", drop=_DROP)
    target.set_title("$f$", loc="center", color=page.theme.target, fontsize=page.size.headline)
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
    axes.set(xlim=(-0.1 * most, 1.5 * most), ylim=(-1.7, 0.5))
    axes.set_axis_off()
    words: dict[str, Any] = {"va": "top", "fontsize": page.size.text}
    axes.text(0, -0.4, rf"$|f-g|\leq {at_most(bound, 2)}$", color=page.theme.error, **words)
    units = page.say(f"{network.units} ユニット", f"{network.units} units")
    axes.text(0, -1.15, units, color=page.theme.unit, **words)


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
        "f（青）を二通りに作る。上：ニールセンの塔。ステップ 30 個を二層目の 256 個が「かつ」で結び、マスごとに f の高さの塔を立てる。隠れ層は二つ、計 286 個。"
        "下：リッジ関数の和。隠れ層は一つ、半分より少ないユニットで誤差は二十分の一である（誤差の色は上下で同じ目盛り）。どちらの上界も証明済み。",
        "Two ways to make f (blue). Top, Nielsen's towers: 30 steps, joined by “and” in 256 "
        "units of a second layer, raise a tower over each cell: 286 units in two hidden layers. "
        "Bottom, a sum of ridges: one hidden layer, less than half as many units, an error twenty "
        "times smaller (colours on the same scale). Both bounds are proved.",
    ),
    alternative=Pair(
        "二つの行。上は一本の塔、塔の並ぶ角ばった g、マス目の形の濃い誤差。下は斜めに上がる一つのユニット、滑らかな g、ほとんど白い誤差。右上に小さく f の曲面。",
        "Two rows. Top: a single tower, g built of square towers, and a dark error in the pattern "
        "of the cells. Bottom: a single unit, a slanting step, a smooth g, and an error nearly "
        "white. f, small, as a blue surface.",
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
)
def no_hidden_tower(page: Page) -> None:
    """Draw f, and for towers and for ridges one part of each, the sum and its error."""
    say, f = page.say, examples.franke
    # Above each row of pictures a row of words.
    grid = page.figure.add_gridspec(4, 4, width_ratios=(2.6, 4, 4, 3.4), height_ratios=(1, 9, 1, 9))
    points, fine = map_points(f.domain), map_points(f.domain, 61)
    limits = span(f(*points))
    first = page.figure.add_subplot(grid[:, 0], projection="3d")
    draw_surface(page, first, fine, f(*fine), limits, "target")
    first.set_title(
        "$f$", color=page.theme.target, fontsize=page.size.headline, loc="center", y=0.75
    )
    towers, ridges = _towers(), _ridges()
    worst = float(np.abs(f(*points) - towers.as_function()(*points)).max())
    rows = (
        (towers, _one_tower(), _walls(), say("塔 1 本", "one tower")),
        (ridges, _one_ridge(ridges), fine, say("ユニット 1 個", "one unit")),
    )
    for row, (network, single, at, name) in enumerate(rows):
        part, whole = (
            page.figure.add_subplot(grid[2 * row + 1, column], projection="3d") for column in (1, 2)
        )
        values = single.as_function()(*at)
        draw_surface(page, part, at, values, span(values), "unit")
        draw_surface(page, whole, at, network.as_function()(*at), limits)
        bound = at_most(proved(f, network).bound, 2)
        error = rf"{say('誤差', 'error')} $\leq {bound}$"
        heads = ((name, "unit"), (_head(page, network), "network"), (error, "error"))
        for column, (head, meaning) in enumerate(heads, 1):
            _write_head(page, page.figure.add_subplot(grid[2 * row, column]), head, meaning)
        _draw_error(page, page.figure.add_subplot(grid[2 * row + 1, 3]), network, worst)
    finding = say(
        "一層でも：ユニットは半分以下、誤差は 1/20",
        "One layer: fewer than half the units, 1/20 of the error",
    )
    page.headline(finding)


def _head(page: Page, network: Network) -> str:
    """Write the numbers of hidden layers and of units of a network."""
    widths = " + ".join(map(str, network.widths))
    layers = counted(network.depth, "layer")
    return page.say(f"{network.depth} 層　{widths} ユニット", f"{layers}: {widths} units")


def _write_head(page: Page, axes: Axes, text: str, meaning: str) -> None:
    """Write the words above a picture."""
    axes.set_axis_off()
    words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": page.size.text}
    colour = getattr(page.theme, meaning)
    axes.text(0.5, 0.5, text, transform=axes.transAxes, color=colour, **words)


def _draw_error(page: Page, axes: Axes, network: Network, most: float) -> None:
    """Draw the error for Franke's function, in the colours of errors up to `most`."""
    f = examples.franke
    x, y = map_points(f.domain)
    draw_error_map(page, axes, np.abs(f(x, y) - network.as_function()(x, y)), f.domain, most=most)
    axes.set(xticks=[], yticks=[], aspect="equal")


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
