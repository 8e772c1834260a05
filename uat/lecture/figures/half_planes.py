"""Steps in the plane: a unit, a strip, a cross, and the tower that needs a second layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import logistic
from uat.core.network import Affine, Network
from uat.expression.arrays import Array
from uat.lecture.drawing.diagram import Area, Diagram, arrange
from uat.lecture.figures.ridges import ONE_LAYER
from uat.lecture.registry import figure
from uat.plotting.language import Pair
from uat.plotting.maps import draw_surface

if TYPE_CHECKING:
    from uat.plotting.page import Page

_SLOPE: Final = 60.0
_SECOND: Final = 12.0
"""The slopes of steps and tower: larger ones are sharper, and need points nearer to the walls."""

_EDGES: Final = (0.33, 0.67)


def steps_in_the_plane() -> tuple[Network, Network, Network, Network]:
    """Return one step along x, a strip, the sum of two strips, and a tower of two layers."""
    directions = _SLOPE * np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    shifts = -_SLOPE * np.array([*_EDGES, *_EDGES])
    signs = np.array([1.0, -1.0, 1.0, -1.0])
    unit, strip, cross = (
        Network.from_units(signs[:many], directions[:many], shifts[:many], logistic)
        for many in (1, 2, 4)
    )
    # The sum of the strips is 2 on the tower, and 1 or 0 beside it.
    second = Affine(_SECOND * signs[None], [-1.5 * _SECOND])
    tower = Network((Affine(directions, shifts), second, Affine([[1.0]], [0.0])), logistic)
    return unit, strip, cross, tower


@figure(
    "half-planes",
    slide=ONE_LAYER,
    title=Pair("平面のステップ", "Steps in the plane"),
    caption=Pair(
        "平面では、一つのユニットは直線に沿ったステップである。二つの差は帯、二本の帯の和は十字になり、高さは真ん中で 2、腕で 1。"
        "1.5 より高い所だけを残すユニットを二層目に置くと、塔になる。一層のまま塔を立てるには、ほかの向きの尾根も足していく（次の図）。",
        "In the plane a unit is a step along a line. The difference of two is a strip, and two "
        "strips add up to a cross, 2 high in the middle and 1 on its arms. A unit in a second "
        "layer that keeps only what is above 1.5 makes a tower. With one layer, ridges of more "
        "directions are added instead (the next figure).",
    ),
    alternative=Pair(
        "四つの曲面と、その下にそれぞれのネットワーク。直線に沿ったステップ（1 ユニット）、まっすぐな帯（2 ユニット）、十字（4 ユニット、真ん中の高さ 2、腕 1）、塔（二層目に 1 ユニットを加える）。",
        "Four surfaces, each above its network: a step along a line (1 unit), a straight strip (2 "
        "units), a cross (4 units; 2 high in the middle, 1 on the arms), and a tower (one more "
        "unit, in a second layer).",
    ),
    formula=(
        r"\sigma(b(h_1(x)-h_2(x)+h_3(y)-h_4(y)-\frac{3}{2})),\quad"
        r" h_i(u)=\sigma(b(u-t_i))"
    ),
    code="""
        from uat.lecture.figures.half_planes import steps_in_the_plane
        unit, strip, cross, tower = steps_in_the_plane()
    """,
    wide=True,
    fixed="its steps and towers have two coordinates",
)
def half_planes(page: Page) -> None:
    """Draw four networks of growing size as surfaces, each above its diagram."""
    say, points = page.say, _points()
    diagram = Diagram(page)
    names = (
        say("ステップ", "a step"),
        say("帯", "a strip"),
        say("十字", "a cross"),
        say("塔", "a tower"),
    )
    width, height = diagram.width / 4, diagram.height
    for column, (network, name) in enumerate(zip(steps_in_the_plane(), names, strict=True)):
        axes: Any = page.figure.add_axes((column / 4 - 0.01, 0.36, 0.27, 0.5), projection="3d")
        values = network.as_function()(*points)
        meaning = "network" if network.units > 1 else "unit"
        top = 2.0 if name == names[2] else 1.0
        draw_surface(page, axes, points, values, (0.0, top), meaning)
        axes.set(zlim=(-0.3, 2.0))
        axes.set_box_aspect((1, 1, 0.8), zoom=1.03)
        axes.patch.set_visible(False)
        left = column * width
        colour = getattr(page.theme, meaning)
        large: dict[str, Any] = {"color": colour, "fontsize": page.size.headline}
        diagram.label((left + width / 2, 0.84 * height), name, **large)
        area = Area(left + 0.04 * width, 0.07 * height, left + 0.96 * width, 0.345 * height)
        # Circles are equally large in all.
        layers = arrange(network, area)
        diagram.network(tuple(replace(layer, radius=_RADIUS * page.size.text) for layer in layers))
        units = " + ".join(map(str, network.widths))
        said = say(f"{units} ユニット", f"{units} unit" + "s" * (units != "1"))
        diagram.label((left + width / 2, 0.035 * height), said, color=page.theme.unit)
        if column == 2:
            _write_heights(page, axes)
    _draw_second_layer(diagram)
    page.headline(say("帯を二本足すと十字、二層目を通すと塔になる",
                      "Two strips make a cross, a second layer makes the tower"))  # fmt: skip


_RADIUS: Final = 0.6
"""Radius of a unit in sizes of text."""


def _draw_second_layer(diagram: Diagram) -> None:
    """Draw the arrow from the cross to the tower, and what the second layer does."""
    page, width, height = diagram.page, diagram.width / 4, diagram.height
    at, reach = (3.11 * width, 0.715 * height), 0.15 * width
    large: dict[str, Any] = {"fontsize": 1.1 * page.size.text, "linespacing": 1.2}
    said = page.say("二層目：\n$>1.5$", "layer 2:\n$>1.5$")
    diagram.label(at, said, color=page.theme.unit, **large)
    diagram.arrow((at[0] - reach, 0.6 * height), (at[0] + reach, 0.6 * height))


def _write_heights(page: Page, axes: Any) -> None:
    """Write the heights of the cross on its middle and on two of its arms."""
    from mpl_toolkits.mplot3d.proj3d import proj_transform  # type: ignore[import-untyped]

    for place in ((0.5, 0.5, 2.0), (0.5, 0.1, 1.0), (0.9, 0.5, 1.0)):
        x, y, _ = proj_transform(*place, axes.get_proj())
        words: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": page.size.text}
        height = f"${place[-1]:.0f}$"
        words |= {"transform": axes.transData, "zorder": 9}
        axes.text2D(x, y, height, color=page.theme.background, **words)


def _points() -> tuple[Array, Array]:
    """Return the points of the surfaces, close together on the walls: two arrays of one shape."""
    share = np.linspace(-1, 1, 17)
    near = 0.09 * share * np.abs(share)
    walls = [edge + near for edge in _EDGES]
    across = np.unique(np.concatenate([np.linspace(0, 1, 9), *walls]))
    x, y = np.meshgrid(across, across)
    return x, y
