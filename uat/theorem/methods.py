"""The ways to a network within ε: how each builds it, and how its error is then proved.

A construction whose bound holds beforehand is taken with that bound. One that only fits f is
built for a little less than ε, certified, and built again for less until the proof is below ε.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.construct.comb import build as comb
from uat.construct.fejer_korovkin import build as fejer_korovkin
from uat.construct.ridge import build as ridge
from uat.construct.staircase import build as staircase
from uat.core.activations import Activation
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.proof.certify import certify

__all__ = ["METHODS", "Method", "fewest_steps"]

_Proved = tuple[Network, Certificate]

_SPARE: Final = 1 - 2.0**-7
_TRIES: Final = 4
_HARDLY: Final = 0.9
_CELLS: Final = (4096, 131_072)
_PLACES: Final = 4097


@dataclass(frozen=True, slots=True)
class Method:
    """A way to build.

    Attributes
    ----------
    name : str
    dimensions : tuple of (int, int)
        The fewest and the most coordinates that it takes.
    prove : callable
        (target, eps, activation, most units or None) → a network and its certificate, below eps.
    sample : callable
        (target, eps, activation) → a network and an estimate, from values of f alone.
    at_least : callable
        (target, eps, activation) → so many units it takes at least, known before it builds: of the
        a-priori theorem those of its plan.
    """

    name: str
    dimensions: tuple[int, int]
    prove: Callable[[Target, float, Activation, int | None], _Proved]
    sample: Callable[[Target, float, Activation], tuple[Network, float]]
    at_least: Callable[[Target, float, Activation], int] = lambda target, eps, sigma: 1

    def check(self, target: Target) -> None:
        """Refuse an f with another number of coordinates than the method takes.

        Raises
        ------
        InputError
        """
        least, most = self.dimensions
        if not least <= target.dimension <= most:
            able = [m.name for m in METHODS.values() if m.takes(target.dimension)]
            for_it = ", ".join(able) or "none of the methods"
            raise InputError(
                f"f has {target.dimension} coordinate(s); {self.name} builds in "
                f"{least if least == most else f'{least} to {most}'}, {for_it} can"
            )

    def takes(self, dimension: int) -> bool:
        """Whether it builds in so many coordinates."""
        return self.dimensions[0] <= dimension <= self.dimensions[1]


def fewest_steps(target: Target, eps: float) -> int:
    """Count pieces that a piecewise constant function within ε of f needs at least, d = 1.

    The greedy partition of the values of f at some thousand places. What no partition of the
    places can do, no partition of the box can.

    Examples
    --------
    >>> fewest_steps(Target("x", (0, 1)), 0.05)
    10
    """
    ((a, b),) = target.domain
    values = np.asarray(target(np.linspace(a, b, _PLACES)), dtype=np.float64)
    pieces, low, high, width = 1, math.inf, -math.inf, 2 * eps * (1 + 2.0**-40)
    for value in values.tolist():
        low, high = min(low, value), max(high, value)
        if high - low > width:
            pieces, low, high = pieces + 1, value, value
    return pieces


def _refined(build: Callable[..., tuple[Network, float]], default: int) -> Callable[..., _Proved]:
    """Build, certify, and build again for a smaller ε until the proof is below ε."""

    def prove(target: Target, eps: float, sigma: Activation, most: int | None = None) -> _Proved:
        wanted, best, told = eps, math.inf, ""
        for _ in range(_TRIES):
            try:
                # floats may overflow on the way: what comes of it is certified or refused
                with np.errstate(all="ignore"):
                    network, _ = build(
                        target, wanted, sigma, most=default if most is None else most
                    )
            except CannotProve:
                if not told:
                    raise
                break  # what could be proved says more than what could not be built
            certificate = _certified(target, network, eps)
            if certificate.bound < eps:
                return network, certificate
            stuck = certificate.bound > max(_HARDLY * best, 2 * eps)
            if not told or certificate.bound < best:
                best, told = certificate.bound, _told(network, certificate)
            if stuck or certificate.rounding > eps / 2:
                break
            wanted *= min(0.5, eps / certificate.upper) * _SPARE
        raise CannotProve(told)

    return prove


def _told(network: Network, certificate: Certificate) -> str:
    return (
        f"with {network.units} units no more than {rounded_up(certificate.bound, 3)} is proved, and "
        f"{certificate.lower:.3g} is seen; take a larger eps"
    )


def _certified(target: Target, network: Network, eps: float) -> Certificate:
    """Certify with few cells; on a line, where they are cheap, with many if these may be enough."""
    few, many = _CELLS
    certificate = certify(target, network, cells=few)
    if certificate.lower < eps <= certificate.bound and target.dimension == 1:
        return certify(target, network, cells=many)
    return certificate


def _stairs(form: staircase.Form) -> dict[str, Any]:
    return {
        "prove": lambda target, eps, sigma, most=None: staircase.build(target, eps, sigma, form),
        "sample": lambda target, eps, sigma: staircase.build_from_samples(target, eps, sigma, form),
        "at_least": lambda target, eps, sigma: fewest_steps(target, eps),
    }


def _mean(target: Target, eps: float, sigma: Activation, most: int | None = None) -> _Proved:
    return fejer_korovkin.build(
        target, eps, sigma, most=fejer_korovkin.MOST if most is None else most
    )


def _planned(target: Target, eps: float, sigma: Activation) -> int:
    return fejer_korovkin.plan(target, eps, sigma, most=None).units


def _no_samples(*_: Any) -> tuple[Network, float]:
    raise InputError(
        "fejer-korovkin is a proof as much as a network; prove=False goes with ridge or staircase"
    )


METHODS: Final[dict[str, Method]] = {
    method.name: method
    for method in (
        Method("staircase", (1, 1), **_stairs("steps")),
        Method("rectangles", (1, 1), **_stairs("rectangles")),
        Method("comb", (1, 1), _refined(comb.build, 2000), comb.build),
        Method("ridge", (1, 6), _refined(ridge.build, 4000), ridge.build),
        Method("fejer-korovkin", (1, fejer_korovkin.MOST_DIMENSIONS), _mean, _no_samples, _planned),
    )
}
