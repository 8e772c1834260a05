"""Results as a notebook shows them: a formula, a few words and a small picture.

All of it is one Markdown text, which Jupyter, VS Code and marimo set with its formulas; a result that
is a formula is LaTeX alone. Nothing is drawn before a notebook asks, and nothing else changes.
The words are in the language that the environment names as `UAT_LANGUAGE`, else in Japanese.
"""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import UatError
from uat.expression.graph import Expression
from uat.expression.latex import latex
from uat.lecture.drawing.diagram import Area, Diagram, arrange, layer_sizes
from uat.plotting.language import Language, Say, check_language
from uat.plotting.page import lay_out
from uat.plotting.picture import with_palette
from uat.plotting.plot import plot
from uat.plotting.style import PAPER, Style
from uat.regions.map import RegionCount, RegionMap
from uat.theorem.approximation import Approximation

if TYPE_CHECKING:
    from uat.plotting.page import Page
    from uat.plotting.picture import Picture

__all__ = ["draw_layers", "mimebundle"]

_SIDE: Final = 560
"""Pixels along the longer side of a picture: more are sharper, in a larger notebook."""

_MOST: Final = 20_000
"""Units or cells of what is drawn; more: pictures of larger results, which take seconds."""

_TALL: Final = 8
"""Units of a layer that make the picture of a network higher, at a quarter of an inch each."""

_CIRCLES: Final = 24
"""Units of a layer that are drawn one by one; a larger layer is a box."""


def mimebundle(thing: Any) -> dict[str, str]:
    r"""Return a result in the forms that a notebook chooses from, by media type.

    Parameters
    ----------
    thing : Approximation, Certificate, Expression, Fit, Network, RegionCount, RegionMap or Target

    Returns
    -------
    dict
        "text/plain", and "text/markdown" or "text/latex".

    Examples
    --------
    >>> import uat
    >>> mimebundle(uat.Target("x**2", (0, 1)))["text/latex"]
    '$f(x) = x^{2}, \\quad x \\in [0, 1]$'
    """
    plain = {"text/plain": repr(thing)}
    if isinstance(thing, Expression):
        return plain | {"text/latex": f"${latex(thing)}$"}
    if isinstance(thing, Target):
        return plain | {"text/latex": f"${thing.latex()}, {_box(thing)}$"}
    language = check_language(os.environ.get("UAT_LANGUAGE", "ja"))
    parts = [_formula(thing), _words(thing, Say(language)), _picture(thing, language)]
    return plain | {"text/markdown": "\n\n".join(filter(None, parts))}


def _box(target: Target) -> str:
    """Write the box of a target."""
    from uat.expression.latex import coordinate_names, listed

    sides = [f"[{a:g}, {b:g}]" for a, b in target.domain[:4]]
    sides += [r"\cdots"] * (target.dimension > 4)
    names = listed(coordinate_names(target.dimension))
    point = names if target.dimension == 1 else f"({names})"
    box = r" \times ".join(sides)
    return rf"\quad {point} \in {box}"


def _formula(thing: Any) -> str:
    """Write g as the sum of the theorem, if it has one hidden layer."""
    network = thing if isinstance(thing, Network) else getattr(thing, "network", None)
    if isinstance(thing, RegionMap) or network is None or network.depth != 1:
        return ""
    return f"$$\n{network.latex()}\n$$"


def _words(thing: Any, say: Say) -> str:
    """Recite a proof; say of anything else what it is."""
    if isinstance(thing, RegionCount):
        heads = say("活性化領域 | 線形領域", "activation regions | linear regions")
        return f"| {heads} |\n| ---: | ---: |\n| {thing.activation:,} | {thing.linear:,} |"
    text = str(thing) if isinstance(thing, Approximation | Certificate) else repr(thing)
    return f"```text\n{text}\n```"


def _picture(thing: Any, language: Language) -> str:
    """Draw a small picture, unless the result is too large or has too many coordinates for one."""
    figure = _drawn(thing, language)
    if figure is None:
        return ""
    alternative, png = Say(language)("図", "picture"), with_palette(figure.png(_SIDE), most=np.inf)
    return f"![{alternative}](data:image/png;base64,{b64encode(png).decode()})"


def _drawn(thing: Any, language: Language) -> Picture | None:
    if isinstance(thing, RegionCount) or _size(thing) > _MOST:
        return None
    if isinstance(thing, Network):
        height = 0.5 + 0.25 * min(max(layer_sizes(thing)), _TALL)
        page = Style(size=replace(PAPER, height=height))
        return lay_out(partial(draw_layers, network=thing), language, page)
    try:
        return plot(thing, language, size="paper")  # type: ignore[return-value]
    except UatError:
        return None


def _size(thing: Any) -> int:
    """Count what would be drawn: layers, cells, regions, or the units of a sum."""
    if isinstance(thing, Network):
        return len(thing.layers)
    if isinstance(thing, Certificate):
        return 0 if thing.evidence is None else len(thing.evidence.bounds)
    return len(thing.patterns) if isinstance(thing, RegionMap) else int(thing.network.units)


def draw_layers(page: Page, network: Network) -> None:
    """Draw a network: a circle for each unit and a line for each weight, or a box for each layer."""
    diagram, text = Diagram(page), page.size.text
    layers = arrange(network, Area(0, 2.4 * text, diagram.width, diagram.height - 0.6 * text))
    sizes = layer_sizes(network)
    if max(sizes) <= _CIRCLES:
        diagram.network(layers)
    else:
        boxes = [layer.box(0.4 * diagram.width / len(layers), 0.2 * text) for layer in layers]
        for below, above in pairwise(boxes):
            diagram.arrow((below.right, below.centre[1]), (above.left, above.centre[1]))
        for box, layer in zip(boxes, layers, strict=True):
            diagram.block(box, layer.role)
    for layer, size in zip(layers, sizes, strict=True):
        diagram.label((float(layer.units[0, 0]), 1.2 * text), f"{size:,}", fontsize=text)
