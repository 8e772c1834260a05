"""The lines of `print(g)`: the theorem, the construction and the proof, with the numbers of this g.

A method has a function here that recites its construction from the network alone.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from uat.core.network import Network

if TYPE_CHECKING:
    from uat.theorem.approximation import Approximation

__all__ = ["of_comb", "of_fejer_korovkin", "of_rectangles", "of_ridges", "of_steps", "recite"]


def recite(g: "Approximation", construction: Sequence[str]) -> str:
    """Write the theorem, how its network was constructed, and the proof of its error."""
    return "\n".join([*_theorem(g), *construction, _sum(g), *_proof(g)])


def _theorem(g: "Approximation") -> list[str]:
    names = [repr(target)[1:-1].removeprefix("Target ") for target in g.targets]
    if len(names) == 1:
        return [f"f: {names[0]}, continuous; ε = {g.eps:g}"]
    listed = [f"f{_subscript(i)}: {name}" for i, name in enumerate(names, 1)]
    return [*listed, f"all continuous; ε = {g.eps:g} for each"]


def _sum(g: "Approximation") -> str:
    size = float(np.abs(g.network.output_weights).sum())
    outputs = "" if len(g.targets) == 1 else f", {len(g.targets)} outputs"
    coordinates = "b_i x" if g.target.dimension == 1 else "b_i·x"
    units = _count(g.units, "unit")
    return f"so      g(x) = Σ a_i σ({coordinates} + c_i), {units}{outputs}, Σ|a| = {size:.4g}"


def _proof(g: "Approximation") -> list[str]:
    if not g.certificates:
        return [f"not proved; the largest |f − g| on a grid is {g.estimate:.6g}"]
    lines = []
    for i, proof in enumerate(g.certificates, 1):
        which = f"f{_subscript(i)}: " if len(g.certificates) > 1 else ""
        lines += [
            f"proved  {which}{proof.proved} < ε, {proof.method}",
            f"seen    {which}{proof.seen}",
            *(f"on trust: {assumption}" for assumption in proof.assumptions),
        ]
    return lines


def of_steps(network: Network, outputs: int) -> list[str]:
    """Recite a staircase: one step at each break."""
    pieces = _steps(network) + outputs
    return _stairs(network, pieces, outputs, "; where two of them meet, two steps are one")


def of_rectangles(network: Network, outputs: int) -> list[str]:
    """Recite a sum of rectangles: two steps for each piece."""
    return _stairs(network, _steps(network) // 2, outputs, "")


def _steps(network: Network) -> int:
    moving = int(np.count_nonzero(network.slopes))
    return moving if network.activation.limits is not None else moving // 2


def _stairs(network: Network, pieces: int, outputs: int, shared: str) -> list[str]:
    sigma, steep = network.activation, float(np.abs(network.slopes).max(initial=0.0))
    slope = f", slope 2^{round(math.log2(steep))}" if steep > 0 else ""
    pair = ", two units a step" if sigma.limits is None else ""
    parts = _count(pieces, "piece") + ("" if outputs == 1 else " in all")
    return [
        f"step 1  a steep unit is a step: σ = {sigma.name}{slope}{pair}",
        f"step 2  two steps make a rectangle{shared}",
        f"step 3  f varies by less than 2ε on each of {parts}, so their middles are within ε",
    ]


def of_comb(network: Network, _outputs: int) -> list[str]:
    """Recite a comb: soft units along a line, weights by least squares."""
    slopes = network.slopes[network.slopes != 0]
    if len(np.unique(slopes)) <= 1:
        spaced, points = "evenly spaced", "Chebyshev points"
    else:
        spaced, points = "closer and steeper where f needs it", "points as close as the units"
    steepness = np.abs(slopes)
    high = float(steepness.max(initial=0.0))
    low = float(steepness.min(initial=high))
    slope = f"{high:.4g}" if high <= low * (1 + 1e-6) else f"{low:.4g} to {high:.4g}"
    return [
        f"units   soft ones, {spaced}: σ = {network.activation.name}, slope {slope}",
        f"weights least squares at {points}, the smallest that do",
    ]


def of_ridges(network: Network, _outputs: int) -> list[str]:
    """Recite a sum of ridges: soft units along several directions, one least squares."""
    weights = network.layers[0].weight
    weights = weights[np.any(weights != 0, axis=1)]
    directions = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    along = _count(len(np.unique(np.round(directions, 9), axis=0)), "direction")
    sigma = f"σ = {network.activation.name}"
    return [
        f"units   soft ones, evenly spaced along each of {along}: {sigma}",
        "weights one least squares for all of them, the smallest that do",
    ]


def of_fejer_korovkin(network: Network, _outputs: int) -> list[str]:
    """Recite a Fejér–Korovkin mean: cosines along directions, each a sum of units."""
    return [
        "mean    f is near its Fejér–Korovkin mean, a sum of products of cosines",
        "ridges  a product of cosines is a sum of cosines along directions",
        f"profile each is a sum of units along its direction: σ = {network.activation.name}",
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _subscript(number: int) -> str:
    """Write a number as an index below the line.

    Examples
    --------
    >>> _subscript(12)
    '₁₂'
    """
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
