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
    slopes = g.network.slopes[np.any(g.network.slopes != 0, axis=1)]
    angles = np.round(np.arctan2(slopes[:, 1], slopes[:, 0]) % np.pi, 6) % 3.141593
    return {
        "box": [list(pair) for pair in g.target.domain],
        "side": _SIDE,
        "f": short_list(f.ravel()),
        "g": short_list(values.ravel()),
        "eps": g.eps,
        "count": g.units,
        "angles": np.unique(angles).tolist(),
        "unit": _bent_unit(g, x, y),
        "proof": {
            "recital": str(g),
            "bound": rounded_up(proof.bound),
            "witness": list(proof.witness),
        },
    }


def _bent_unit(g: Approximation, x: Any, y: Any) -> list[float]:
    """Return the values of the unit that is farthest from a plane: one ridge of the sum."""
    network = g.network
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    values = np.asarray(network.activation(points @ network.slopes.T + network.biases))
    planes = np.column_stack([points, np.ones(len(points))])
    bent = values - planes @ np.linalg.lstsq(planes, values, rcond=None)[0]
    share = np.ptp(bent, axis=0) / np.maximum(np.ptp(values, axis=0), 1e-300)
    return short_list(values[:, int(np.argmax(share))])
