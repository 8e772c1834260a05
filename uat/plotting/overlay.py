"""Several networks for one function in one picture: how close each comes, and with how many units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.target import Target
from uat.errors import InputError, WrongType, counted
from uat.expression.arrays import Array
from uat.plotting.curves import named, samples, units_text, unsigned
from uat.plotting.fit import draw_trained_on
from uat.plotting.heading import COMPACT
from uat.plotting.network_graph import widths_text
from uat.theorem.approximation import Approximation
from uat.train.fitting import Fit

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from uat.plotting.page import Page

__all__ = ["draw_networks", "overlay_of", "plot_overlay"]

_PENS: Final = (
    ("network", "-"), ("unit", (0, (3.0, 1.2))), ("error", (0, (1.2, 0.9))), ("constant", "-."),
)  # fmt: skip
"""Colour and dash of each network: they are told apart without colours too."""

_SPREAD: Final = 8.0
"""Ratio of largest errors above which they are drawn on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Approximations and trainings of one function of one coordinate."""

    shown: tuple[Approximation | Fit, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The interval of the function."""
        return _domain(self.shown[0])[0]

    @property
    def function(self) -> Callable[..., Any] | None:
        """The function, a Target if one of the networks knows it; None for trainings on data."""
        for thing in self.shown:
            if isinstance(thing, Approximation):
                return thing.target
        return _function(self.shown[0])


def overlay_of(given: Sequence[Any]) -> Overlay:
    """Read a list of approximations and trainings; those of different functions are refused."""
    if not 1 <= len(given) <= len(_PENS):
        raise InputError(
            f"a list of {len(given)} networks given; plot shows one to {len(_PENS)} together"
        )
    for thing in given:
        if not isinstance(thing, Approximation | Fit):
            raise WrongType(
                f"{type(thing).__name__} in a list given; plot shows approximations and trainings "
                "together"
            )
        if len(_domain(thing)) > 1 or thing.network.output_dimension > 1:
            raise InputError(
                f"{counted(len(_domain(thing)), 'coordinate')} and "
                f"{counted(thing.network.output_dimension, 'value')} in a list given; plot shows "
                "several networks together in one coordinate, with one value each"
            )
    for number, thing in enumerate(given[1:], 2):
        if not _same(given[0], thing):
            raise InputError(
                f"networks for different functions or intervals given, number 1 and {number} of the "
                "list; plot shows those for one f on one interval together"
            )
    return Overlay(tuple(given))


def _domain(thing: Approximation | Fit) -> tuple[tuple[float, float], ...]:
    return thing.target.domain if isinstance(thing, Approximation) else thing.domain


def _same(one: Approximation | Fit, other: Approximation | Fit) -> bool:
    """Return True if two networks are for one function, or trained on the same data."""
    if _domain(one) != _domain(other):
        return False
    first, second = _function(one), _function(other)
    if first is None and second is None:
        assert isinstance(one, Fit)
        assert isinstance(other, Fit)
        return all(map(np.array_equal, one.data or (), other.data or ()))
    return first is second


def _function(thing: Approximation | Fit) -> Callable[..., Any] | None:
    """Return what f is known by: equal formulas are one object."""
    if isinstance(thing, Fit):
        return thing.function
    return thing.target if thing.target.expression is None else thing.target.expression


def plot_overlay(page: Page, overlay: Overlay) -> None:
    """Draw the networks, and the error of each below them."""
    top, bottom = page.figure.subplots(2, 1, sharex=True, height_ratios=(5, 3))
    draw_networks(page, top, overlay)
    _draw_errors(page, bottom, overlay)
    bottom.set_xlabel("$x$")
    said = page.say("誤差 $|f(x)-g(x)|$", "error $|f(x)-g(x)|$")
    if overlay.function is None:
        said = page.say("残差 $|y-g(x)|$", "residual $|y-g(x)|$")
    bottom.set_title(said)


def draw_networks(page: Page, axes: Axes, overlay: Overlay, *, alone: bool = True) -> None:
    """Draw f or the data, and each network with its name in a key."""
    curves = _draw_behind(page, axes, overlay)
    for thing, pen in zip(overlay.shown, _pens(page), strict=False):
        x = _points(overlay, thing)
        name = _name(page, thing, overlay)
        curves += axes.plot(x, thing.network(x[:, None])[:, 0], label=name, **pen)
    axes.set_xlim(*overlay.ends)
    place: dict[str, Any] = {"loc": "best"}
    if alone:
        place = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "ncols": 2}
    axes.legend(handles=curves, **place, **COMPACT | {"handlelength": 2.2})


def _draw_behind(page: Page, axes: Axes, overlay: Overlay) -> list[Artist]:
    f = overlay.function
    if isinstance(f, Target):
        x = samples(overlay.ends)
        pen = page.pen("target", linewidth=1.8 * page.size.line)
        return list(axes.plot(x, f(x), label=named(f), **pen))
    first = overlay.shown[0]
    assert isinstance(first, Fit)
    return draw_trained_on(page, axes, first)


def _pens(page: Page) -> list[dict[str, Any]]:
    width = 0.8 * page.size.line
    return [page.pen(meaning, linestyle=dash, linewidth=width, zorder=4) for meaning, dash in _PENS]


def _name(page: Page, thing: Approximation | Fit, overlay: Overlay) -> str:
    """Name a network by its method and size, and by its σ where not all have the same."""
    if isinstance(thing, Approximation):
        name = f"{thing.method}{page.say('：', ': ')}{units_text(page, thing)}"
    else:
        name = f"{page.say('訓練：', 'trained: ')}{widths_text(page, thing.network)}"
    if len({_sigmas(other) for other in overlay.shown}) == 1:
        return name
    return f"{name}{page.say('、', ', ')}{'–'.join(_sigmas(thing))}"


def _sigmas(thing: Approximation | Fit) -> tuple[str, ...]:
    """Return the name of the σ of each hidden layer, of equal ones once."""
    names = [sigma.name for sigma in thing.network.activations]
    return tuple(names[:1] if len({*names}) == 1 else names)


def _points(overlay: Overlay, thing: Approximation | Fit) -> Array:
    return samples(overlay.ends, thing.network if thing.network.depth == 1 else None)


def _draw_errors(page: Page, axes: Axes, overlay: Overlay) -> None:
    """Draw the error of each network: at every point of f, or as dots at the data."""
    largest = []
    for thing, pen in zip(overlay.shown, _pens(page), strict=False):
        x, gap = _error(overlay, thing)
        largest.append(float(gap.max()))
        dot = page.dot("data", color=pen["color"], markersize=1.2 * page.size.line)
        axes.plot(x, gap, **(dot if overlay.function is None else pen))
    most, least = max(largest), min(largest)
    if least > 0 and most > _SPREAD * least:
        axes.set(yscale="log", ylim=(1e-2 * least, 2 * most))
    else:
        axes.set_ylim(0.0, 1.1 * most or 1.0)


def _error(overlay: Overlay, thing: Approximation | Fit) -> tuple[Array, Array]:
    if overlay.function is not None:
        x = _points(overlay, thing)
        return unsigned(x, overlay.function(x) - thing.network(x[:, None])[:, 0])
    assert isinstance(thing, Fit)
    assert thing.data is not None
    x, y = thing.data
    return x[:, 0], np.abs(y - thing.network(x))[:, 0]
