"""Pictures of results: an approximation, the cells of a proof, regions, a network, a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from uat.core.arguments import brief, called_as
from uat.core.certificate import Certificate
from uat.core.network import Network, as_network
from uat.errors import InputError, WrongType
from uat.plotting.approximation import check_shown, draw_approximation, page_of
from uat.plotting.cells import draw_cell_map, draw_cells, evidence_of
from uat.plotting.fit import draw_found, plot_training
from uat.plotting.language import check_language
from uat.plotting.network_graph import draw_graph, shown_box, widths_text
from uat.plotting.overlay import draw_networks, overlay_of, plot_overlay
from uat.plotting.page import Page, draw_on, lay_out
from uat.plotting.regions import draw_map, plot_regions
from uat.plotting.style import read_style
from uat.regions.map import RegionMap
from uat.theorem.approximation import Approximation
from uat.train.fitting import Fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from uat.core.domain import Domain
    from uat.plotting.style import Style

__all__ = ["check_shown", "plot"]

Panel = Callable[[Page, "Axes"], None]


@called_as('plot(g, language="en")')
def plot(
    thing: Any,
    language: str = "ja",
    *,
    domain: Any = None,
    theme: str = "light",
    size: str | tuple[float, float] = "slide",
    style: Style | str | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw an approximation, a certificate, a map of regions, a network or a training.

    An `Approximation` shows f, its ε band and g, below them the error, above them the number of
    units, what is proved and f's name or formula; in two coordinates three maps, f and g in the
    same colours. A `Certificate` shows its cells in one or two coordinates, the bound on each, and
    its witness. A `RegionMap` shows its regions in the colours of their gradients, in one
    coordinate below the graph. A `Network` shows its values over one or two coordinates. A `Fit`
    shows its network before the data or the function that it was trained on, if it has a graph in
    one or two coordinates, and the loss and the largest residual of each iteration; the title says
    why the training stopped. A list of approximations and trainings of one function of x shows
    their networks in one panel, and the errors below.

    Parameters
    ----------
    thing : Approximation, Certificate, RegionMap, Network, Fit, trained regressor or list
    language : "ja" or "en"
        The language of every word in it.
    domain : (a, b) or sequence of (a, b), optional
        Box over which a network is shown; without it, the box that it was trained on, or one around
        the switches of its first layer.
    theme : "light" or "dark"
        Colours, with axes `ax` those for their background.
    size : "slide", "paper" or (width, height)
        A slide of 16:9, a column of a paper, or inches; the words have a size that goes with it.
    style : Style, optional
        Theme and size in one, of `uat.plotting.style`, where colours and sizes of your own can be
        made: ``Style(replace(LIGHT, network="#CC0000"))``. It takes the place of both.
    ax : matplotlib.axes.Axes, optional
        Axes of your own figure, into which a picture of one panel is drawn: of an approximation f,
        the band and g; of a training the network. Settings of the figure stay as they are.

    Returns
    -------
    matplotlib.figure.Figure
        Tied to no window; ``savefig`` writes it, a notebook shows it, and so does ``show``. With
        `ax`, the figure of these axes.

    Raises
    ------
    InputError
        For an unknown language, theme or size, more coordinates or values than a picture has room
        for, a certificate without evidence, several panels where `ax` has one, or a list of
        networks for different functions.
    WrongType
        For anything else than these.

    Examples
    --------
    >>> import uat
    >>> g = uat.approximate("x**2", (-1, 1), eps=0.1, method="staircase")
    >>> len(uat.plot(g, language="en").axes)
    2
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> uat.plot(g, language="en", ax=figure.subplots()) is figure
    True
    """
    if not isinstance(language, str):
        raise WrongType(
            f"{brief(language)} given as language; 'ja' or 'en' is needed, and a list for several "
            "networks: plot([g1, g2])"
        )
    spoken, look = check_language(language), read_style(style, theme, size)
    if ax is None:
        return lay_out(_page(thing, domain), spoken, look)
    _check_axes(ax)
    if not isinstance(size, str) or size != "slide":
        raise InputError("size given beside ax; the axes have a size of their own, so leave it out")
    return draw_on(ax, _panel(thing, domain), spoken, look.theme)


def _page(thing: Any, domain: Any) -> Callable[[Page], None]:
    """Choose how to draw a thing of any kind on a page of its own."""
    if isinstance(thing, list | tuple):
        several = overlay_of(thing)
        return lambda page: plot_overlay(page, several)
    if isinstance(thing, Approximation):
        return page_of(thing)
    if isinstance(thing, RegionMap):
        return lambda page: plot_regions(page, thing)
    if isinstance(thing, Fit):
        return lambda page: plot_training(page, thing, domain)
    panel = _panel(thing, domain)
    return lambda page: panel(page, page.figure.subplots())


def _panel(thing: Any, domain: Any) -> Panel:
    """Choose how to draw a thing of any kind in one panel."""
    if isinstance(thing, list | tuple):
        several = overlay_of(thing)
        return lambda page, axes: draw_networks(page, axes, several, alone=False)
    if isinstance(thing, Approximation):
        _check_one_panel(thing)
        return lambda page, axes: draw_approximation(page, axes, thing, alone=False)
    if isinstance(thing, Certificate):
        draw = _cells(thing)
        return lambda page, axes: draw(page, axes, thing)
    if isinstance(thing, RegionMap):
        return lambda page, axes: draw_map(page, axes, thing)
    if isinstance(thing, Fit):
        return lambda page, axes: draw_found(page, axes, thing, domain, alone=False)
    network = _as_shown(thing)
    box = shown_box(network, domain)
    return lambda page, axes: _network(page, axes, network, box)


def _as_shown(thing: Any) -> Network:
    try:
        return as_network(thing)
    except WrongType:
        raise WrongType(
            f"plot of {type(thing).__name__} asked for; give an Approximation, a Certificate, a "
            "RegionMap, a Network, a trained regressor, a Fit or a list of approximations"
        ) from None


def _check_one_panel(g: Approximation) -> None:
    """Refuse an approximation whose picture has several panels."""
    check_shown(g.target.dimension, len(g.targets))
    if len(g.targets) > 1:
        raise InputError(
            f"ax given for an approximation with {len(g.targets)} outputs, which has a panel for "
            "each; plot(g.output(0), ax=ax) draws one"
        )
    if g.target.dimension > 1:
        raise InputError(
            "ax given for an approximation in two coordinates, which has three maps; "
            "plot(g.network, domain=g.target.domain, ax=ax) draws g, plot(g.certificate, ax=ax) "
            "the proof"
        )


def _check_axes(given: Any) -> None:
    """Refuse anything but plain axes of Matplotlib."""
    from matplotlib.axes import Axes

    if not isinstance(given, Axes) or given.name != "rectilinear":
        raise WrongType(
            f"ax of type {type(given).__name__} given; plain axes of Matplotlib are needed, such as "
            "the second of figure, ax = pyplot.subplots()"
        )


def _network(page: Page, axes: Axes, network: Network, box: Domain) -> None:
    draw_graph(page, axes, network, box)
    axes.set_title(widths_text(page, network))


def _cells(certificate: Certificate) -> Callable[[Page, Axes, Certificate], None]:
    """Choose how to draw the cells of a proof."""
    dimension = evidence_of(certificate).lower.shape[1]
    if dimension > 2:
        raise InputError(
            f"a certificate in {dimension} coordinates given; plot shows one in one or two"
        )
    return draw_cells if dimension == 1 else draw_cell_map
