"""The scene of two coordinates: f on a box, its network of ridges, and the map of the error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import as_activation
from uat.core.arguments import read_eps
from uat.core.certificate import rounded_up
from uat.errors import InputError
from uat.page.curve import short_list
from uat.page.given import code_of, read_target
from uat.page.made import Made
from uat.theorem.approximate import approximate

if TYPE_CHECKING:
    from collections.abc import Callable

    from uat.core.target import Target
    from uat.expression.arrays import Array
    from uat.page.given import Words
    from uat.theorem.approximation import Approximation

__all__ = ["surface"]

_SIDE: Final = 49
"""Points along each side of a surface; more: smoother pictures, longer messages."""


def surface(words: Words, tell: Callable[[dict[str, Any]], object]) -> Made:
    """Build and prove a sum of ridges for f of two coordinates, and return its surfaces."""
    target, eps = read_target(words), read_eps(words.get("eps"))
    if target.dimension != 2:
        raise InputError("f of one coordinate given; this scene takes f of two")
    sigma = as_activation(words.get("activation", "logistic"))
    effort = words.get("effort", "quick")
    tell(_seen(target))  # f is drawn at once, the network may take seconds
    g = approximate(target, None, eps, sigma, "ridge", effort=effort)
    call = f'eps={eps!r}, activation="{sigma.name}", method="ridge", effort="{effort}"'
    code = f"import uat\n\nf = {code_of(words)}\ng = uat.approximate(f, {call})\nprint(g)\n"
    return Made(_answer(g), code, g, g.network, g.certificate)


def _grid(target: Target) -> tuple[Array, Array]:
    x, y = np.meshgrid(*(np.linspace(a, b, _SIDE) for a, b in target.domain))
    return x, y


def _seen(target: Target) -> dict[str, Any]:
    """Return the surface of f alone."""
    return {"side": _SIDE, "f": short_list(np.asarray(target(*_grid(target))).ravel())}


def _answer(g: Approximation) -> dict[str, Any]:
    proof = g.certificate
    assert proof is not None
    x, y = _grid(g.target)
    slopes = g.network.slopes[np.any(g.network.slopes != 0, axis=1)]
    angles = np.round(np.arctan2(slopes[:, 1], slopes[:, 0]) % np.pi, 6) % 3.141593
    return _seen(g.target) | {
        "g": short_list(np.asarray(g(x, y)).ravel()),
        "eps": g.eps,
        "count": g.units,
        "angles": np.unique(angles).tolist(),
        "ridge": _ridge(g, angles, x, y),
        "proof": {
            "recital": str(g),
            "bound": rounded_up(proof.bound),
            "witness": list(proof.witness),
        },
    }


def _ridge(g: Approximation, angles: Array, x: Array, y: Array) -> list[float]:
    """Return the sum of the units of one direction, less a plane: of all directions the largest.

    The planes of all directions add up to one, so without them the ridges are seen.
    """
    network = g.network
    moving = np.any(network.slopes != 0, axis=1)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    planes = np.column_stack([points, np.ones(len(points))])
    u = points @ network.slopes[moving].T + network.biases[moving]
    values = np.asarray(network.activation(u)) * network.output_weights[moving]
    sums = np.stack([values[:, angles == angle].sum(axis=1) for angle in np.unique(angles)], axis=1)
    bent = sums - planes @ np.linalg.lstsq(planes, sums, rcond=None)[0]
    return short_list(bent[:, int(np.argmax(np.ptp(bent, axis=0)))])
