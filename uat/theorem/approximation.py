"""The answer to f and ε: a network, the proof of its error for each output, and how it was found.

Called, it is like f. Printed, it recites the theorem and its proof with the numbers of this one.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from uat.core.activations import Activation
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.outputs import one_output
from uat.core.target import Target

__all__ = ["Approximation"]


@dataclass(frozen=True, slots=True)
class Approximation:
    """A network within ε of f, called like f; printed, it recites its proof.

    Attributes
    ----------
    targets : tuple of Target
        f, one for each of its outputs.
    eps : float
    network : Network
    certificates : tuple of Certificate
        One for each output; empty where no proof was asked for.
    method : str
    tried : tuple of (str, str)
        The methods that were tried, each with its result in words.
    estimate : float or None
        Without a proof, the largest |f − g| seen on a fine grid: no bound.
    """

    targets: tuple[Target, ...]
    eps: float
    network: Network
    certificates: tuple[Certificate, ...]
    method: str
    tried: tuple[tuple[str, str], ...]
    estimate: float | None = None

    @property
    def target(self) -> Target:
        """The function f; of several outputs, the first."""
        return self.targets[0]

    @property
    def certificate(self) -> Certificate | None:
        """The proof; of several outputs, that of the one with the largest bound.

        Its bound holds for every output. None where no proof was asked for.
        """
        return max(self.certificates, key=lambda proof: proof.bound, default=None)

    @property
    def units(self) -> int:
        """The n of the theorem: all terms of the sum, the constant one included."""
        return self.network.units

    def output(self, index: int) -> "Approximation":
        """Return the approximation of one output alone, from 0.

        Examples
        --------
        >>> import uat
        >>> g = uat.approximate(["x", "x**2"], (0, 1), eps=0.1)
        >>> g.output(1).target, g.output(1).certificate.bound < 0.1
        (<Target x**2 on [0, 1]>, True)
        """
        which = slice(index, index + 1)
        return replace(
            self,
            targets=self.targets[which],
            network=one_output(self.network, index),
            certificates=self.certificates[which],
        )

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate g in float64: coordinates in, the same shape out.

        Several outputs are on an axis of their own, the last.
        """
        return self.network.as_function()(*coordinates)

    def __repr__(self) -> str:
        proof = self.certificate
        what = "no proof" if proof is None else f"sup|f − g| ≤ {rounded_up(proof.bound)}"
        return f"<Approximation {self.method}, {self.units} units, {what}>"

    def __str__(self) -> str:
        return "\n".join([*self._theorem(), *self._construction(), *self._proof()])

    def _theorem(self) -> list[str]:
        names = [repr(target)[1:-1].removeprefix("Target ") for target in self.targets]
        if len(names) == 1:
            return [f"f: {names[0]}, continuous; ε = {self.eps:g}"]
        listed = [f"f{_below(i)}: {name}" for i, name in enumerate(names, 1)]
        return [*listed, f"all continuous; ε = {self.eps:g} for each"]

    def _construction(self) -> list[str]:
        network = self.network
        size = float(np.abs(network.output_weights).sum())
        outputs = "" if len(self.targets) == 1 else f", {len(self.targets)} outputs"
        coordinates = "b_i x" if self.target.dimension == 1 else "b_i·x"
        units = _count(self.units, "unit")
        total = f"g(x) = Σ a_i σ({coordinates} + c_i), {units}{outputs}, Σ|a| = {size:.4g}"
        if self.method in ("staircase", "rectangles"):
            return [*_stairs(network, self.method, len(self.targets)), f"so      {total}"]
        return [*_IDEA[self.method](network), f"so      {total}"]

    def _proof(self) -> list[str]:
        if not self.certificates:
            return [f"not proved; the largest |f − g| on a grid is {self.estimate:.6g}"]
        several = len(self.certificates) > 1
        lines = []
        for i, certificate in enumerate(self.certificates, 1):
            which = f"f{_below(i)}: " if several else ""
            proved, seen, *trusted = str(certificate).splitlines()
            how = f", {certificate.method}"
            lines += [
                f"proved  {which}{proved.removesuffix(how)} < ε{how}",
                f"seen    {which}{seen}",
                *trusted,
            ]
        return lines


def _stairs(network: Network, method: str, outputs: int) -> list[str]:
    slopes, sigma = network.slopes, network.activation
    steps = int(np.count_nonzero(slopes)) // (1 if sigma.limits is not None else 2)
    rectangles = method == "rectangles"
    pieces = steps // 2 if rectangles else steps + outputs
    shared = "" if rectangles else "; where two of them meet, two steps are one"
    pair = ", two units a step" if sigma.limits is None else ""
    steep = _power(network)
    parts = _count(pieces, "piece") + ("" if outputs == 1 else " in all")
    return [
        f"step 1  a steep unit is a step: σ = {sigma.name}{steep}{pair}",
        f"step 2  two steps make a rectangle{shared}",
        f"step 3  f varies by less than 2ε on each of {parts}, so their middles are within ε",
    ]


def _power(network: Network) -> str:
    steep = float(np.abs(network.slopes).max(initial=0.0))
    return f", slope 2^{round(math.log2(steep))}" if steep > 0 else ""


def _comb(network: Network) -> list[str]:
    even = len(np.unique(network.slopes[network.slopes != 0])) <= 1
    spaced, points = (
        ("evenly spaced", "Chebyshev points")
        if even
        else ("closer and steeper where f needs it", "points as close as the units")
    )
    return [
        f"units   soft ones, {spaced}: {_sigma(network.activation)}, slope {_slopes(network)}",
        f"weights least squares at {points}, the smallest that do",
    ]


def _ridge(network: Network) -> list[str]:
    slopes = network.layers[0].weight
    slopes = slopes[np.any(slopes != 0, axis=1)]
    lengths = np.linalg.norm(slopes, axis=1, keepdims=True)
    ways = len(np.unique(np.round(slopes / lengths, 9), axis=0)) if len(slopes) else 0
    along = f"along each of {_count(ways, 'direction')}"
    return [
        f"units   soft ones, evenly spaced {along}: {_sigma(network.activation)}",
        "weights one least squares for all of them, the smallest that do",
    ]


def _mean(network: Network) -> list[str]:
    return [
        "mean    f is near its Fejér–Korovkin mean, a sum of products of cosines",
        "ridges  a product of cosines is a sum of cosines along directions",
        f"profile each is a sum of units along its direction: {_sigma(network.activation)}",
    ]


_IDEA = {"comb": _comb, "ridge": _ridge, "fejer-korovkin": _mean}


def _sigma(activation: Activation) -> str:
    return f"σ = {activation.name}"


def _slopes(network: Network) -> str:
    moving = np.abs(network.slopes[network.slopes != 0])
    if not len(moving):
        return "0"
    low, high = float(moving.min()), float(moving.max())
    return f"{high:.4g}" if high <= low * (1 + 1e-6) else f"{low:.4g} to {high:.4g}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _below(number: int) -> str:
    """Write a number as an index below the line.

    Examples
    --------
    >>> _below(12)
    '₁₂'
    """
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
