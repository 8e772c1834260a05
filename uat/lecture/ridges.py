"""One hidden layer in the plane: what ridges are, and what a second layer costs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat import examples
from uat.activations import logistic
from uat.construct import ridge, tower
from uat.construct.ridges.choice import ask, measured
from uat.construct.ridges.half_sphere import directions
from uat.construct.ridges.layouts import Layout
from uat.lecture.digits import at_most
from uat.lecture.language import Pair
from uat.lecture.maps import draw_error_map, draw_value_map, map_points, span
from uat.lecture.registry import figure
from uat.lecture.study import study
from uat.network import Network
from uat.numerics.least_squares import smallest
from uat.proof.certify import certify
from uat.target import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.lecture.page import Page

__all__ = ["chosen", "even_ridges", "ways"]

Array = NDArray[np.float64]

_BUMP = Target("exp(-4*(x**2 + y**2))", [(-1, 1), (-1, 1)])
_CELLS = 16
_SHARP = 2.0**12


def ways(network: Network) -> tuple[Array, NDArray[np.intp]]:
    """Give the directions of a network's units in the plane, and which one each unit has.

    Returns
    -------
    directions : ndarray, (J, 2)
        Unit vectors, in order of their angles.
    which : ndarray of int, (units,)
        The place of each unit's direction; −1 for a unit of slope 0.

    Examples
    --------
    >>> g = Network.from_units([1, 1, 1, 1], [[0, 2], [3, 0], [0, 5], [0, 0]], [0] * 4, logistic)
    >>> found, which = ways(g)
    >>> (found.round(3) + 0.0).tolist(), which.tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [1, 0, 1, -1])
    """
    moving = np.any(network.slopes != 0, axis=1)
    angles = np.arctan2(*network.slopes[moving].T[::-1])
    found, places = np.unique(np.round(angles, 9), return_inverse=True)
    which = np.full(network.units, -1)
    which[moving] = places
    return np.stack([np.cos(found), np.sin(found)], axis=1), which


def even_ridges(target: Target, many: int, each: int, eps: float) -> Network:
    """Make a sum of ridges along so many even directions, with so many units along each.

    Of the weights within eps at the points looked at those with the smallest Σ|a|; else the nearest.

    Examples
    --------
    >>> even_ridges(Target("x*y", [(-1, 1), (-1, 1)]), 4, 6, 0.05).units
    25
    """
    layout = Layout(directions(2, many), each, 1.0, 0.0)
    question = ask(target, eps, logistic, layout.size)
    units = question.dictionary(layout)
    fit = smallest(
        units.fit.triangle,
        units.fit.values,
        lambda weights: measured(question, units, weights),
        question.eps,
    )
    return units.network(fit.weights * question.size)


@cache
def _bump() -> Network:
    return even_ridges(_BUMP, 8, 9, 0.02)


@figure(
    "ridge-directions",
    part="ridges",
    wide=True,
    title=Pair("向きを変えた尾根の和", "Ridges in several directions"),
    caption=Pair(
        "ユニット σ(b·x + c) は x を一つの数 w·x を通してしか見ないので、グラフは向き w の尾根になる。"
        "左：等しい角度の向き w（点ではユニットが 1/2）。中央：オレンジ色の向きのユニットとその和。"
        "右：すべての向きの和 g は一つの山になる。隠れ層は一つで、上界は証明済み。",
        "A unit σ(b·x + c) sees x only through w·x: its graph is a ridge along w. Left, the "
        "directions w (a dot: the unit is ½). Middle, the units along the orange one and their "
        "sum. Right, the sum g over all directions is a bump: one hidden layer, a proved bound.",
    ),
    alternative=Pair(
        "六つの図。左は正方形の中に等しい角度で並ぶ矢印と点、その下に斜めの一つの尾根。中央はなだらかな段の"
        "曲線の束とその和、その下に同じ和の縦じま。右は正方形の中央の一つの山と、その下にさざ波のような誤差。",
        "Six panels. Left, arrows at equal angles with dots along them, and below them one slanting "
        "ridge. Middle, a bundle of soft steps with their sum, and below it the same sum as upright "
        "stripes. Right, one bump in the middle of a square, and below it an error of ripples.",
    ),
)
def ridge_directions(page: Page) -> None:
    """Draw the directions, the units along one of them, and the bump they add up to."""
    network = _bump()
    top, bottom = page.figure.subplots(2, 3)
    found, which = ways(network)
    along = np.flatnonzero(which == 0)
    _draw_directions(page, top[0], network)
    _draw_profile(page, top[1], network, found[0], which == 0)
    box, (x, y) = _BUMP.domain, map_points(_BUMP.domain)
    slanting = np.flatnonzero(which == 1)
    unit = _part(network, slanting[len(slanting) // 2 :][:1]).as_function()(x, y)
    profile, values = _part(network, along).as_function()(x, y), network.as_function()(x, y)
    for axes, shown in ((bottom[0], unit), (bottom[1], profile), (top[2], values)):
        draw_value_map(page, axes, shown, box, span(shown))
    draw_error_map(page, bottom[2], np.abs(_BUMP(x, y) - values), box)
    bound = at_most(certify(_BUMP, network).bound, 3)
    top[0].set_title(page.say(f"向き {len(found)} 個", f"{len(found)} directions"))
    bottom[0].set_title(page.say("ユニット 1 個は尾根", "one unit is a ridge"))
    top[1].set_title(page.say("一つの向きの断面", "profile along one"))
    bottom[1].set_title(page.say("一つの向きの和", "sum along one"))
    top[2].set_title(page.say(f"$g$：{network.units} 個の和", f"$g$: {network.units} units"))
    bottom[2].set_title(rf"$|f-g|\leq {bound}$", color=page.theme.error)
    for axes in (*bottom, top[2]):
        axes.set(xticks=[], yticks=[])
        axes.set_box_aspect(1)


def _part(network: Network, some: NDArray[np.intp]) -> Network:
    """Take some of the units alone."""
    weights, slopes, biases = network.output_weights, network.slopes, network.biases
    return Network.from_units(weights[some], slopes[some], biases[some], network.activation)


def _draw_directions(page: Page, axes: Axes, network: Network) -> None:
    """Draw an arrow for each direction, and a dot where each unit is ½."""
    found, which = ways(network)
    box = np.array([-1, 1, 1, -1, -1])
    axes.plot(box, box[[1, 2, 3, 0, 1]], **page.pen("guide"))
    slopes = np.linalg.norm(network.slopes, axis=1)
    for place, way in enumerate(found):
        some = which == place
        at = -network.biases[some] / slopes[some]
        end = 1.25 * np.abs(at).max() * way
        ink = "network" if place == 0 else "unit"
        axes.plot(*np.outer(end, [-1, 1]), **page.pen(ink, linewidth=0.4 * page.size.line))
        page.arrow(axes, tuple(0.99 * end), tuple(end), color=getattr(page.theme, ink))
        axes.plot(*np.outer(way, at), **page.dot(ink, markersize=1.5 * page.size.line))
    axes.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    axes.set_box_aspect(1)
    axes.axis("off")


def _draw_profile(
    page: Page, axes: Axes, network: Network, way: Array, some: NDArray[np.bool_]
) -> None:
    """Draw the units along one direction, each with its weight, and their sum."""
    s = np.linspace(-1.3, 1.3, 601)
    slopes = network.slopes[some] @ way
    units = network.output_weights[some] * logistic(np.outer(s, slopes) + network.biases[some])
    axes.plot(s, units, **page.pen("unit", linewidth=0.5 * page.size.line))
    axes.plot(s, units.sum(axis=1), **page.pen("network"))
    axes.set(xlim=(s[0], s[-1]), xticks=[-1, 0, 1])
    axes.set_box_aspect(1)
    axes.set_xlabel(r"$w\cdot x$", labelpad=0)


@study("no-hidden-tower")
def chosen() -> dict[str, Any]:
    """Search for the fewest ridges within 0.01 of Franke's function."""
    network = ridge.build(examples.franke, 0.01)[0]
    return {
        "weights": network.output_weights,
        "slopes": network.slopes,
        "biases": network.biases,
    }


@figure(
    "no-hidden-tower",
    part="ridges",
    wide=True,
    title=Pair("2 次元でも隠れ層は一つ", "One hidden layer in two dimensions"),
    caption=Pair(
        "上：ニールセンの塔。階段 30 個を二層目の 256 個が「かつ」で結び、マスごとに f の高さの塔を立てる。"
        "隠れ層は二つ、計 286 個。下：尾根の和。隠れ層は一つ、半分より少ないユニットで"
        "誤差は一桁以上小さい。どちらの上界も証明済み。",
        "Above, Nielsen's towers: 30 steps, joined by “and” in 256 units of a second layer, raise "
        "a tower over each cell: 286 units in two hidden layers. Below, a sum of ridges: one hidden "
        "layer, less than half as many units, an error ten times smaller. Both bounds are proved.",
    ),
    alternative=Pair(
        "左に f の色の図。上の段は一本の塔、四角いマスでできた g、マス目の形の誤差。"
        "下の段は斜めの一つの尾根、f と見分けのつかない g、細かいさざ波の誤差。",
        "On the left a coloured map of f. In the upper row a single tower, g made of square "
        "cells, and an error in the pattern of the cells; in the lower row a single slanting "
        "ridge, g that looks like f, and an error of fine ripples.",
    ),
)
def no_hidden_tower(page: Page) -> None:
    """Draw f, and for towers and for ridges one unit of each, the sum and its error."""
    grid = page.figure.add_gridspec(2, 4, width_ratios=(1.15, 1, 1, 1))
    towers, ridges = tower.build(examples.franke, _CELLS, _SHARP), _ridges()
    box = examples.franke.domain
    x, y = map_points(box)
    f = examples.franke(x, y)
    first = page.figure.add_subplot(grid[:, 0])
    draw_value_map(page, first, f, box, span(f))
    first.set_title(page.say("$f$（フランケの関数）", "$f$ (Franke's function)"))
    first.set_box_aspect(1)
    rows = (
        (towers, _one_tower(), page.say("塔 1 本", "one tower")),
        (ridges, _one_ridge(ridges), page.say("尾根 1 つ", "one ridge")),
    )
    for row, (network, single, name) in enumerate(rows):
        panels = [page.figure.add_subplot(grid[row, column]) for column in (1, 2, 3)]
        values, part = network.as_function()(x, y), single.as_function()(x, y)
        draw_value_map(page, panels[0], part, box, span(part))
        draw_value_map(page, panels[1], values, box, span(f))
        draw_error_map(page, panels[2], np.abs(f - values), box)
        widths = " + ".join(map(str, network.widths))
        bound = at_most(certify(examples.franke, network).bound, 2)
        panels[0].set_title(name)
        panels[1].set_title(page.say(f"$g$：{widths} 個", f"$g$: {widths} units"))
        panels[2].set_title(rf"$|f-g|\leq {bound}$", color=page.theme.error)
        for axes in panels:
            axes.set_box_aspect(1)
    for axes in page.figure.axes:
        axes.set(xticks=[], yticks=[])


@cache
def _ridges() -> Network:
    stored = chosen()
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
