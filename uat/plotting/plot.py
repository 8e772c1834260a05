"""Pictures of results: an approximation, the cells of a proof, regions, a network, a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.certificate import Certificate
from uat.core.network import Network, as_network
from uat.errors import InputError, WrongType, counted
from uat.plotting.cells import draw_cell_map, draw_cells, known_cells
from uat.plotting.curves import draw_error, draw_fit, proved, samples, units_and_bound, units_text
from uat.plotting.fit import plot_training
from uat.plotting.language import check_language
from uat.plotting.maps import draw_error_map, draw_value_map, map_points, span
from uat.plotting.network_graph import draw_graph, view, widths_text
from uat.plotting.numbers import about
from uat.plotting.page import Page, lay_out
from uat.plotting.regions import plot_regions
from uat.regions.map import RegionMap
from uat.theorem.approximation import Approximation
from uat.train.fitting import Fit

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

    from uat.core.domain import Domain
    from uat.plotting.style import Style

__all__ = ["check_shown", "plot"]

_PLAIN: Final = (-2, 5)
"""Powers of ten that are written out at ticks; past them 10^k stands beside the axis."""

_BESIDE: Final = 0.89
"""Share of the width of a figure that a title and a key may take together on one line."""


def plot(
    thing: Any, language: str = "ja", *, domain: Any = None, style: Style | None = None
) -> Figure:
    """Draw an approximation, a certificate, a map of regions, a network or a training.

    An `Approximation` shows f, its ε band and g, below them the error, above them the number of
    units and what is proved; in two coordinates three maps, f and g in the same colours. A
    `Certificate` shows its cells in one or two coordinates, the bound on each, and its witness. A
    `RegionMap` shows its regions in the colours of their gradients, in one coordinate below the
    graph. A `Network` shows its values over one or two coordinates. A `Fit` shows its network,
    if that has a graph in one or two coordinates, and the loss and the largest residual of each
    iteration; the title says why the training stopped.

    Parameters
    ----------
    thing : Approximation, Certificate, RegionMap, Network, Fit or trained regressor
    language : "ja" or "en"
        The language of every word in it.
    domain : (a, b) or sequence of (a, b), optional
        Box over which a network is shown; without it, the box that it was trained on, or one around
        the switches of its first layer.
    style : Style, optional
        Theme and size; without one, the light slide.

    Returns
    -------
    matplotlib.figure.Figure
        Laid out, tied to no window; ``savefig`` writes it.

    Raises
    ------
    InputError
        For an unknown language, more coordinates or values than a picture has room for, or a
        certificate without evidence.
    WrongType
        For anything else than these.

    Examples
    --------
    >>> import uat
    >>> g = uat.approximate("x**2", (-1, 1), eps=0.1, method="staircase")
    >>> len(uat.plot(g, language="en").axes)
    2
    """
    spoken = check_language(language)
    return lay_out(_drawn(thing, domain), spoken, style)


def _drawn(thing: Any, domain: Any) -> Callable[[Page], None]:
    """Choose how to draw a thing of any kind."""
    if isinstance(thing, Approximation):
        show = _way(thing)
        return lambda page: show(page, thing)
    if isinstance(thing, Certificate):
        prove = _cells(thing)
        return lambda page: prove(page, page.figure.subplots(), thing)
    if isinstance(thing, RegionMap):
        return lambda page: plot_regions(page, thing)
    if isinstance(thing, Fit):
        return lambda page: plot_training(page, thing, domain)
    network = _as_shown(thing)
    box = view(network, domain)
    return lambda page: _network(page, network, box)


def _as_shown(thing: Any) -> Network:
    try:
        return as_network(thing)
    except WrongType:
        raise WrongType(
            f"plot of {type(thing).__name__} asked for; give an Approximation, a Certificate, a "
            "RegionMap, a Network, a trained regressor or a Fit"
        ) from None


def _network(page: Page, network: Network, box: Domain) -> None:
    axes = page.figure.subplots()
    draw_graph(page, axes, network, box)
    axes.set_title(widths_text(page, network))


def check_shown(dimension: int, outputs: int) -> None:
    """Refuse an approximation of more coordinates or outputs than a picture has room for."""
    if dimension > 2:
        raise InputError(
            f"an approximation in {dimension} coordinates given; plot shows one in one or two"
        )
    if outputs > (3 if dimension == 1 else 1):
        raise InputError(
            f"an approximation with {outputs} outputs in {counted(dimension, 'coordinate')} given; plot "
            "shows three in one coordinate, and one in two; plot(g.output(0)) shows one"
        )


def _way(g: Approximation) -> Callable[[Page, Approximation], None]:
    """Choose how to draw an approximation."""
    check_shown(g.target.dimension, len(g.targets))
    if len(g.targets) > 1:
        return _outputs
    return _approximation if g.target.dimension == 1 else _maps


def _outputs(page: Page, g: Approximation) -> None:
    """Draw each output with its error below it."""
    x = samples(g.target.domain[0], g.network)
    columns = page.figure.subplots(2, len(g.targets), sharex=True, height_ratios=(5, 2)).T
    for i, (top, bottom) in enumerate(columns):
        one = g.output(i)
        draw_fit(page, top, one, x)
        draw_error(page, bottom, one, x)
        bound = "" if one.certificate is None else rf"$|f_{i + 1}-g_{i + 1}|\leq {proved(one)}$"
        top.set_title(bound or rf"$f_{i + 1}$")
        bottom.set_xlabel("$x$")
        _shorten(top, bottom)
    error = page.say("誤差", "error")
    columns[0][1].set_title(error, color=page.theme.error)
    page.figure.suptitle(units_text(page, g), x=0.02, ha="left", fontsize=page.size.text)


def _approximation(page: Page, g: Approximation) -> None:
    x = samples(g.target.domain[0], g.network)
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    draw_fit(page, top, g, x)
    draw_error(page, bottom, g, x)
    _head(page, top, units_and_bound(page, g))
    bottom.set_xlabel("$x$")
    _shorten(top, bottom)
    bottom.set_title(page.say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$"), color=page.theme.error)


def _maps(page: Page, g: Approximation) -> None:
    """Draw f and g in the same colours, and the error in its own."""
    from matplotlib.ticker import MaxNLocator

    panels = page.figure.subplots(1, 3)
    box = g.target.domain
    x, y = map_points(box)
    f, values = g.target(x, y), g(x, y)
    limits = span(f, values)
    shown = [
        draw_value_map(page, panels[0], f, box, limits),
        draw_value_map(page, panels[1], values, box, limits),
        draw_error_map(page, panels[2], np.abs(f - values), box),
    ]
    bar: dict[str, Any] = {"orientation": "horizontal", "shrink": 0.9, "aspect": 30}
    page.figure.colorbar(shown[0], ax=panels[:2], **bar).locator = MaxNLocator(5)
    most = float(np.abs(f - values).max())
    scale = page.figure.colorbar(shown[2], ax=panels[2], **(bar | {"aspect": 15}))
    scale.set_ticks([0.0, most], labels=["0", f"${about(most, 2)}$"])
    for axes, name in zip(panels, ("$f$", "$g$", "$|f-g|$"), strict=True):
        axes.set_title(name)
        axes.set_xlabel("$x$", labelpad=-page.size.text / 2)
    panels[0].set_ylabel("$y$", labelpad=-page.size.text / 2)
    panels[2].title.set_color(page.theme.error)
    page.figure.suptitle(units_and_bound(page, g), x=0.02, ha="left", fontsize=page.size.text)


def _cells(certificate: Certificate) -> Callable[[Page, Axes, Certificate], None]:
    """Choose how to draw the cells of a proof."""
    dimension = known_cells(certificate).lower.shape[1]
    if dimension > 2:
        raise InputError(
            f"a certificate in {dimension} coordinates given; plot shows one in one or two"
        )
    return draw_cells if dimension == 1 else draw_cell_map


def _shorten(top: Axes, bottom: Axes) -> None:
    """Write large and small numbers at the ticks of f and of x with few digits."""
    top.ticklabel_format(axis="y", scilimits=_PLAIN)
    bottom.ticklabel_format(axis="x", scilimits=_PLAIN)


def _head(page: Page, axes: Axes, said: str) -> None:
    """Put a title and the key above a panel, on one line if there is room."""
    title, key = axes.set_title(said), _key(page, axes)
    needed = title.get_window_extent().width + key.get_window_extent().width
    if needed > _BESIDE * page.figure.bbox.width:
        axes.set_title(f"{said}\n")


def _key(page: Page, axes: Axes) -> Legend:
    """Name the curves above the panel, where no curve can run."""
    shown: list[Artist] = [
        axes.plot([], [], label="$f$", **page.pen("target"))[0],
        axes.fill_between([], [], label=r"$f\pm\varepsilon$", **page.fill("band")),
        axes.plot([], [], label="$g$", **page.pen("network"))[0],
    ]
    return axes.legend(
        handles=shown,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=0.0,
        ncols=3,
        handlelength=1.4,
        columnspacing=1.2,
        fontsize=page.size.text,
    )
