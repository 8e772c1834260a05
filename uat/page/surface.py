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
    from uat.page.given import Words
    from uat.theorem.approximation import Approximation

__all__ = ["surface"]

_SIDE: Final = 49
"""Points along each side of a surface; more: smoother pictures, longer messages."""


def surface(words: Words, _tell: Any) -> Made:
    """Build and prove a sum of ridges for f of two coordinates, and return its surfaces."""
    target, eps = read_target(words), read_eps(words.get("eps"))
    if target.dimension != 2:
        raise InputError("f of one coordinate given; this scene takes f of two")
    sigma = as_activation(words.get("activation", "logistic"))
    effort = words.get("effort", "quick")
    g = approximate(target, None, eps, sigma, "ridge", effort=effort)
    call = f'eps={eps!r}, activation="{sigma.name}", method="ridge", effort="{effort}"'
    code = f"import uat\n\nf = {code_of(words)}\ng = uat.approximate(f, {call})\nprint(g)\n"
    return Made(_answer(g), code, g, g.network, g.certificate)


def _answer(g: Approximation) -> dict[str, Any]:
    proof = g.certificate
    assert proof is not None
    axes = [np.linspace(a, b, _SIDE) for a, b in g.target.domain]
    x, y = np.meshgrid(*axes)
    f, values = np.asarray(g.target(x, y)), np.asarray(g(x, y))
    slopes = np.atleast_2d(g.network.slopes)
    moving = slopes[np.any(slopes != 0, axis=1)]
    angles = np.arctan2(moving[:, 1], moving[:, 0]) % np.pi
    return {
        "box": [list(pair) for pair in g.target.domain],
        "side": _SIDE,
        "f": short_list(f.ravel()),
        "g": short_list(values.ravel()),
        "eps": g.eps,
        "count": g.units,
        "angles": np.unique(np.round(angles, 6)).tolist(),
        "unit": _largest_unit(g, x, y),
        "proof": {
            "recital": str(g),
            "bound": rounded_up(proof.bound),
            "witness": list(proof.witness),
        },
    }


def _largest_unit(g: Approximation, x: Any, y: Any) -> list[float]:
    """Return the values of the unit with the largest weight: one ridge of the sum."""
    network = g.network
    slopes = np.atleast_2d(network.slopes)
    size = np.abs(network.output_weights) * np.any(slopes != 0, axis=1)
    i = int(np.argmax(size))
    u = slopes[i, 0] * x + slopes[i, 1] * y + network.biases[i]
    return short_list(np.asarray(network.activation(u)).ravel())
