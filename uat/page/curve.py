"""The scene of any curve: f and ε make a network, and the page draws it with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import as_activation
from uat.core.arguments import one_of, read_eps
from uat.core.certificate import rounded_up
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.page.given import Words, about, code_of, read_target
from uat.page.made import Made
from uat.plotting.curves import unsigned
from uat.theorem.approximate import approximate
from uat.theorem.approximation import Approximation
from uat.theorem.methods import METHODS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from uat.core.network import Network
    from uat.core.target import Target

__all__ = ["curve", "curve_points", "listed_units", "short_list"]

_MOST: Final = 2000
"""Units of a network on the page; more: smaller ε, slower pictures."""

_LISTED: Final = 400
"""Units whose weights the page gets; more are no longer told apart in its picture."""

_POINTS: Final = 500
"""Evenly spaced points of a curve; more: sharper on wide screens, longer messages."""

_TRANSITION: Final = np.array([-8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0])
"""Points about the switch of a unit, in units of 1/slope."""


def curve(words: Words, _tell: Any) -> Made:
    """Build and prove the network of f, and return its curves, weights and numbers."""
    target, eps = read_target(words), read_eps(words.get("eps"))
    if target.dimension != 1:
        raise InputError("f of two coordinates given; this scene takes f of one")
    sigma = as_activation(words.get("activation", "logistic"))
    method = METHODS[one_of(words.get("method", "staircase"), METHODS, "method")]
    least = method.units_needed(target, eps, sigma, _MOST)
    if least > _MOST:
        raise InputError(
            f"more than {_MOST:,} units would be needed, too many for this page", "take a larger ε"
        )
    effort = words.get("effort", "normal")
    g = approximate(target, None, eps, sigma, method.name, effort=effort)
    g = _WhileDragging(**vars(g)) if effort == "quick" else g
    call = f'eps={eps!r}, activation="{sigma.name}", method="{method.name}", effort="{effort}"'
    code = f"import numpy as np\nimport uat\n\nf = {code_of(words)}\n"
    code += f"g = uat.approximate(f, {call})\nprint(g)\n"
    return Made(_answer(g) | {"about": about(words)}, code, g, g.network, g.certificate)


class _WhileDragging(Approximation):
    """An approximation whose fewest pieces are not asked for: they take as long as the network."""

    @property
    def fewest(self) -> None:
        """Nothing is known of it."""
        return


def _answer(g: Approximation) -> dict[str, Any]:
    x = curve_points(g.target, g.network)
    f, values = np.asarray(g.target(x)), np.asarray(g(x))
    places, gaps = unsigned(x, f - values)
    # f and g at one x after the other: a jump of g keeps its two ends
    few = _ends_of_columns(x)
    gap = _ends_of_columns(places)
    return {
        "x": short_list(x[few]),
        "f": short_list(f[few]),
        "g": short_list(values[few]),
        "error": [short_list(places[gap]), short_list(gaps[gap])],
        "eps": g.eps,
        "method": g.method,
        "count": g.units,
        "units": listed_units(g.network),
        "activation": g.network.activation.name,
        "proof": _proof(g),
    }


def _proof(g: Approximation) -> dict[str, Any]:
    """Collect the numbers that the recital of the proof mentions."""
    proof = g.certificate
    assert proof is not None
    slopes = np.abs(g.network.slopes[g.network.slopes != 0])
    return {
        "recital": str(g),
        "bound": rounded_up(proof.bound),
        "upper": rounded_up(proof.upper),
        "rounding": rounded_up(proof.rounding, 2),
        "lower": proof.seen,
        "witness": proof.witness[0],
        "kind": proof.method,
        "fewest": g.fewest,
        "sum": f"{float(np.abs(g.network.output_weights).sum()):.4g}",
        "slopes": [f"{s:.4g}" for s in (slopes.min(), slopes.max())] if len(slopes) else [],
        "tried": [list(pair) for pair in g.tried],
    }


def listed_units(network: Network) -> list[list[float]]:
    """List a, b and c of the units, sorted by the place −c/b where each switches."""
    if network.units > _LISTED:
        return []
    a, b, c = network.output_weights, network.slopes, network.biases
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.where(b != 0, -c / b, -np.inf)
    order = np.argsort(place, kind="stable")
    return [a[order].tolist(), b[order].tolist(), c[order].tolist()]


def curve_points(target: Target, network: Network) -> Array:
    """Return the points of a curve over the domain, with those about the switch of each unit."""
    start, stop = target.domain[0]
    slopes, biases = np.ravel(network.slopes), np.ravel(network.biases)
    moving = slopes != 0
    with np.errstate(over="ignore", invalid="ignore"):
        switch = -biases[moving] / slopes[moving]
        width = 1.0 / np.abs(slopes[moving])
        # what is narrower than a pixel is a jump: only its ends are seen
        wide = (width > (stop - start) / 20_000) & (width < (stop - start) / 10)
        near = (switch[wide, None] + width[wide, None] * _TRANSITION).ravel()
    steep = switch[width <= (stop - start) / 20_000]
    far = 8 * np.spacing(np.abs(steep)) + 40 * width[width <= (stop - start) / 20_000]
    x = np.unique(
        np.concatenate([np.linspace(start, stop, _POINTS), near, switch, steep - far, steep + far])
    )
    return x[(x >= start) & (x <= stop)]


def _ends_of_columns(x: Array) -> NDArray[np.intp]:
    """Return the first and the last point of each column of pixels, as places in x."""
    column = np.floor((x - x[0]) / (x[-1] - x[0]) * 20_000)
    new = np.diff(column) > 0
    return np.flatnonzero(np.append(True, new) | np.append(new, True))


def short_list(values: Array) -> list[float]:
    """Round to seven digits, which no screen can tell from more."""
    size = float(np.abs(values).max(initial=0.0))
    if not 0 < size < np.inf:
        return values.tolist()  # type: ignore[no-any-return]
    places = int(7 - np.ceil(np.log10(size)))
    return np.round(values, places).tolist() if abs(places) < 300 else values.tolist()  # type: ignore[no-any-return]
