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
from uat.lecture.networks import even_ridges
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.plotting.language import Pair
from uat.plotting.maps import draw_error_map, draw_surface, map_points, span
from uat.plotting.numbers import at_most
from uat.proof.certify import certify

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from uat.plotting.page import Page

ONE_LAYER = Pair("2 次元以上でも隠れ層は一つ", "One hidden layer in any dimension")

_BUMP = Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
_CELLS = 16
_SHARP = 2.0**12
_ABOVE = 0.86
"""Height of the name of a surface, below the heading of its row."""


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
_EACH = 9
_HALF = 1.55
"""Half the side of the picture of the directions; the square is 2 wide."""


@cache
def _bump(many: int) -> Network:
    return even_ridges(_BUMP, many, _EACH, 0.02)


@figure(
    "ridge-directions",
    slide=ONE_LAYER,
    title=Pair("向きを変えたリッジ関数の和", "Ridges in several directions"),
    caption=Pair(
        "ユニット σ(b·x + c) は x を一つの数 w·x を通してしか見ない。だから向き w が同じユニットの和は、"
        "一方向にだけ変わる尾根の形になる（リッジ関数、左）。向きを増やして足すと、丸い山 f(x, y) = exp(−4(x² + y²)) に"
        "近づく。隠れ層はどれも一つである。下は向き w（点ではその向きのユニットが 1/2）と、証明済みの上界。",
        "A unit σ(b·x + c) sees x only through one number, w·x. So units of one direction w add "
        "up to a ridge, which changes along w only (left). Ridges along more directions add up to "
        "the round bump f(x, y) = exp(−4(x² + y²)), always in one hidden layer. Below, the "
        "directions w (a dot: a unit is ½ there), and the proved bounds.",
    ),
    alternative=Pair(
        "四つの曲面が左から右へ並ぶ。向きが 1 個ならまっすぐな尾根、2 個なら十字の尾根、4 個で山の形になり、8 個で"
        "丸い山になる。下には正方形の中に等しい角度で並ぶ 1、2、4、8 本の矢印と点、証明済みの上界。",
        "Four surfaces from left to right: with 1 direction a straight ridge, with 2 a cross of "
        "ridges, with 4 a hill, with 8 a round bump. Below them 1, 2, 4 and 8 arrows at equal "
        "angles in a square, with dots along them, and the proved bounds.",
    ),
    formula=(
        r"g(\boldsymbol{x})"
        r"=a_0+\sum_{j}\sum_{k}a_{jk}\,\sigma(\beta_j(\boldsymbol{w}_j\cdot\boldsymbol{x}-t_{jk}))"
    ),
    code="""
        from uat.lecture.networks import even_ridges
        bump = uat.Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
        network = even_ridges(bump, 8, 9, 0.02)
    """,
    wide=True,
)
def ridge_directions(page: Page) -> None:
    """Draw sums of ridges along more and more directions, and these directions below."""
    say, points = page.say, map_points(_BUMP.domain, 61)
    grid = page.figure.add_gridspec(2, len(_WAYS), height_ratios=(1.15, 1))
    for column, many in enumerate(_WAYS):
        network = _bump(many)
        above = page.figure.add_subplot(grid[0, column], projection="3d")
        below = page.figure.add_subplot(grid[1, column])
        draw_surface(page, above, points, network.as_function()(*points), (0.0, 1.0))
        _draw_directions(page, below, network)
        above.set_title(say(f"向き {many} 個", counted(many, "direction")), loc="center", y=0.94)
        bound = at_most(certify(_BUMP, network).bound, 2)
        below.set_title(say(f"ユニット {network.units} 個", f"{network.units} units"), loc="center")
        words: dict[str, Any] = {"ha": "center", "va": "top", "color": page.theme.error}
        below.text(0.5, -0.04, rf"$|f-g|\leq {bound}$", transform=below.transAxes, **words)


def _draw_directions(page: Page, axes: Axes, network: Network) -> None:
    """Draw an arrow for each direction, and a dot where each unit is ½."""
    found, which = directions_of(network)
    box = np.array([-1, 1, 1, -1, -1])
    axes.fill(box, box[[1, 2, 3, 0, 1]], **page.fill("unit", alpha=0.12))
    slopes = np.linalg.norm(network.slopes, axis=1)
    for place, way in enumerate(found):
        at = -network.biases[which == place] / slopes[which == place]
        end = (np.abs(at).max() + 0.33) * way
        axes.plot(*np.outer(end, [-1, 0.9]), **page.pen("unit", linewidth=0.4 * page.size.line))
        page.arrow(axes, tuple(0.99 * end), tuple(end), color=page.theme.unit)
        axes.plot(*np.outer(way, at), **page.dot("unit", markersize=1.6 * page.size.line))
    axes.set(xlim=(-_HALF, _HALF), ylim=(-_HALF, _HALF), aspect="equal")
    axes.axis("off")


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
        "左の f を二通りに作る。上：ニールセンの塔。階段 30 個を二層目の 256 個が「かつ」で結び、マスごとに f の高さの塔を立てる。隠れ層は二つ、計 286 個。"
        "下：リッジ関数の和。隠れ層は一つ、半分より少ないユニットで誤差は一桁以上小さい（誤差の色は上下で同じ）。どちらの上界も証明済み。",
        "Two ways to make f (left). Above, Nielsen's towers: 30 steps, joined by “and” in 256 "
        "units of a second layer, raise a tower over each cell: 286 units in two hidden layers. "
        "Below, a sum of ridges: one hidden layer, less than half as many units, an error ten "
        "times smaller (in the same colours). Both bounds are proved.",
    ),
    alternative=Pair(
        "左に f の曲面。大小の山と浅い穴がある。上の段は一本の塔、塔の並ぶ角ばった g、マス目の形の濃い誤差。"
        "下の段は斜めに上がる一つのユニット、f と見分けのつかない滑らかな g、淡い誤差。",
        "On the left f as a surface with two hills and a hollow. In the upper row a single tower, "
        "g built of square towers, and a dark error in the pattern of the cells; in the lower row "
        "a single unit, a slanting step, g as smooth as f, and a pale error.",
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
    grid = page.figure.add_gridspec(2, 4)
    points, fine = map_points(f.domain), map_points(f.domain, 61)
    first = page.figure.add_subplot(grid[:, 0], projection="3d")
    draw_surface(page, first, fine, f(*fine), span(f(*points)), "target")
    first.set_title("$f$", loc="center", y=0.73)
    towers, ridges = tower.build(f, _CELLS, _SHARP), _ridges()
    worst = float(np.abs(f(*points) - towers.as_function()(*points)).max())
    for row, (network, single, at, name) in enumerate(
        (
            (towers, _one_tower(), _walls(), say("塔 1 本", "one tower")),
            (ridges, _one_ridge(ridges), fine, say("ユニット 1 個", "one unit")),
        )
    ):
        part, whole = (
            page.figure.add_subplot(grid[row, column], projection="3d") for column in (1, 2)
        )
        values = single.as_function()(*at)
        draw_surface(page, part, at, values, span(values), "unit")
        draw_surface(page, whole, at, network.as_function()(*at), span(f(*points)))
        part.text2D(0.02, _ABOVE, name, transform=part.transAxes)
        whole.text2D(0.45, _ABOVE, "$g$", transform=whole.transAxes)
        large: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 1.15 * page.size.text}
        page.figure.text(0.5, 0.968 - row / 2, _head(page, network), **large)
        _draw_proved(page, page.figure.add_subplot(grid[row, 3]), network, worst)


def _head(page: Page, network: Network) -> str:
    """Write the numbers of hidden layers and of units of a network."""
    widths = " + ".join(map(str, network.widths))
    layers = counted(network.depth, "hidden layer")
    return page.say(f"隠れ層 {network.depth} 層、ユニット {widths} 個", f"{layers}: {widths} units")


def _draw_proved(page: Page, axes: Axes, network: Network, most: float) -> None:
    """Draw the error for Franke's function, in the colours of errors up to `most`."""
    f = examples.franke
    x, y = map_points(f.domain)
    draw_error_map(page, axes, np.abs(f(x, y) - network.as_function()(x, y)), f.domain, most=most)
    bound = at_most(certify(f, network).bound, 2)
    axes.set_title(rf"$|f-g|\leq {bound}$", color=page.theme.error, loc="center")
    axes.set(xticks=[], yticks=[], aspect="equal")


def _walls() -> tuple[Array, Array]:
    """Return the points just beside every wall between the cells of the towers."""
    edges = np.arange(1, _CELLS) / _CELLS
    # A step is done within 3e-3: there 2^12 times that is 12.
    beside = np.sort(np.concatenate([[0.0], edges - 4e-3, edges + 4e-3, [1.0]]))
    x, y = np.meshgrid(beside, beside)
    return x, y


@cache
def _ridges() -> Network:
    stored = found_ridges()
    return Network.from_units(stored["weights"], stored["slopes"], stored["biases"], logistic)


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
