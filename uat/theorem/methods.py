"""The methods: how each builds a network, and how the error of that network is proved.

A construction with an a-priori bound is taken with that bound. One that only fits f is built for
a little less than ε, certified, and built again for less until the proof is below ε. To add a
method, list its record in `METHODS`: `approximate`, `print(g)` and the command line follow.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.comb import build as comb
from uat.construct.fejer_korovkin import build as fejer_korovkin
from uat.construct.ridge import build as ridge
from uat.construct.staircase import build as staircase
from uat.core.activations import Activation
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.outputs import one_output, side_by_side
from uat.core.target import Target
from uat.errors import CannotProve
from uat.proof.certify import certify
from uat.theorem import recital

__all__ = ["METHODS", "Method", "fewest_steps"]

Estimated = tuple[Network, float]
Proved = tuple[Network, Certificate]

_MARGIN: Final = 1 - 2.0**-7
"""Part of the ε that is expected to do, asked for; smaller: fewer repeats, more units."""

_TRIES: Final = 4
"""Builds of one network; more: a few more hard f are proved, the others are refused later."""

_STUCK: Final = 0.9
"""A bound above this part of the one before ends the tries: the proof does not follow the fit."""

_CELLS: Final = 4096
"""Cells of a proof; more: tighter bounds where cells are what lacks, slower refusals."""

_CELLS_ON_A_LINE: Final = 32 * _CELLS
"""Cells of a second proof in one dimension, where they are cheap."""

_CELLS_OF_SEVERAL: Final = 50_000
"""Cells of the proof of each output of several, which is made once."""

_SAMPLES: Final = 4097
"""Values of f from which steps are counted; more: a larger least number, slower."""

_SHORT: Final = 2000
"""A staircase with at most this many steps is built before a comb is fitted, and limits it."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to build a network within ε of f.

    Attributes
    ----------
    name : str
    help : str
        A few words for the command line.
    dimensions : tuple of (int, int)
        The smallest and the largest number of coordinates.
    prove : callable
        (target, eps, activation, most units or None) → a network and its certificate, below eps.
    recite : callable
        (network, number of outputs) → the lines of `print(g)` about the construction.
    sample : callable or None
        (target, eps, activation) → a network and an estimate of its error, from values of f alone.
    fewest : callable
        (target, eps, activation) → a lower bound on the number of units, known before building.
    rank : callable
        (targets, eps) → the place among the methods that "auto" tries, smaller first; None if it
        is not tried.
    most_after_failure : int or None
        Limit of units in "auto" if the methods tried before proved nothing: then f is so rough
        that a long search is a waste. None for no such limit.
    """

    name: str
    help: str
    dimensions: tuple[int, int]
    prove: Callable[[Target, float, Activation, int | None], Proved]
    recite: Callable[[Network, int], list[str]]
    sample: Callable[[Target, float, Activation], Estimated] | None = None
    fewest: Callable[[Target, float, Activation], int] = lambda target, eps, sigma: 1
    rank: Callable[[Sequence[Target], float], int | None] = lambda targets, eps: None
    most_after_failure: int | None = None

    def takes(self, dimension: int) -> bool:
        """Return True if the method builds in this number of coordinates."""
        least, most = self.dimensions
        return least <= dimension <= most

    def prove_all(
        self, targets: Sequence[Target], eps: float, activation: Activation, most: int | None
    ) -> tuple[Network, tuple[Certificate, ...]]:
        """Build one network with an output for each target, and prove each output below eps.

        Raises
        ------
        CannotProve, InputError
        """
        built = [self.prove(target, eps, activation, most) for target in targets]
        networks, proofs = zip(*built, strict=True)
        network = networks[0]
        if len(targets) > 1:
            network = side_by_side(networks)
            proofs = tuple(
                _certified(target, one_output(network, i), eps, (_CELLS_OF_SEVERAL,))
                for i, target in enumerate(targets)
            )
        worst = max(proof.bound for proof in proofs)
        if not worst < eps:
            raise CannotProve(
                f"{network.units} units are proved within {rounded_up(worst)} only",
                "take a larger eps",
            )
        return network, proofs


def fewest_steps(target: Target, eps: float) -> int:
    """Compute a lower bound on the pieces of any piecewise constant function within ε of f, d = 1.

    It is the size of the greedy partition of some thousand values of f: fewer pieces cannot do on
    these points, so they cannot do on the box.

    Examples
    --------
    >>> fewest_steps(Target("x", (0, 1)), 0.05)
    10
    """
    ((a, b),) = target.domain
    values = np.asarray(target(np.linspace(a, b, _SAMPLES)), dtype=np.float64)
    pieces, low, high, width = 1, math.inf, -math.inf, 2 * eps * (1 + 2.0**-40)
    for value in values.tolist():
        low, high = min(low, value), max(high, value)
        if high - low > width:
            pieces, low, high = pieces + 1, value, value
    return pieces


def _certified(
    target: Target, network: Network, eps: float, budgets: tuple[int, ...]
) -> Certificate:
    """Certify with the first number of cells, and with the next while that may be enough."""
    for cells in budgets:
        certificate = certify(target, network, cells=cells)
        if not certificate.lower < eps <= certificate.bound:
            break
    return certificate


def _proved_fit(build: Callable[..., Estimated], default: int) -> Callable[..., Proved]:
    """Build, certify, and build again for a smaller ε until the proof is below ε."""

    def prove(target: Target, eps: float, sigma: Activation, most: int | None = None) -> Proved:
        wanted, best, problem = eps, math.inf, None
        budgets = (_CELLS, _CELLS_ON_A_LINE) if target.dimension == 1 else (_CELLS,)
        for _ in range(_TRIES):
            try:
                # floats may overflow on the way: what comes of it is certified or refused
                with np.errstate(all="ignore"):
                    network, _ = build(
                        target, wanted, sigma, most=default if most is None else most
                    )
            except CannotProve:
                if problem is None:
                    raise
                break  # the bound that was proved is a better answer than the missing network
            certificate = _certified(target, network, eps, budgets)
            if certificate.bound < eps:
                return network, certificate
            stuck = certificate.bound > max(_STUCK * best, 2 * eps)
            if problem is None or certificate.bound < best:
                best, problem = certificate.bound, _not_below(network, certificate)
            if stuck or certificate.rounding > eps / 2:
                break
            wanted *= min(0.5, eps / certificate.upper) * _MARGIN
        assert problem is not None
        raise problem

    return prove


def _not_below(network: Network, certificate: Certificate) -> CannotProve:
    return CannotProve(
        f"with {network.units} units no more than {rounded_up(certificate.bound, 3)} is proved, and "
        f"{certificate.lower:.3g} is seen",
        "take a larger eps",
    )


def _rank_of_steps(targets: Sequence[Target], eps: float) -> int | None:
    """Put a short staircase, which is built at once, before a comb, and a long one after it."""
    short = max(fewest_steps(target, eps) for target in targets) <= _SHORT
    return 0 if short else 2


_STAIRCASE = Method(
    name="staircase",
    help="steep units, one at each break",
    dimensions=(1, 1),
    prove=lambda target, eps, sigma, most: staircase.build(target, eps, sigma, "steps"),
    recite=recital.of_steps,
    sample=staircase.build_from_samples,
    fewest=lambda target, eps, sigma: fewest_steps(target, eps),
    rank=_rank_of_steps,
)
_RECTANGLES = Method(
    name="rectangles",
    help="steep units, two for each piece",
    dimensions=(1, 1),
    prove=lambda target, eps, sigma, most: staircase.build(target, eps, sigma, "rectangles"),
    recite=recital.of_rectangles,
    sample=lambda target, eps, sigma: staircase.build_from_samples(
        target, eps, sigma, "rectangles"
    ),
    fewest=lambda target, eps, sigma: fewest_steps(target, eps),
)
_COMB = Method(
    name="comb",
    help="soft units along a line",
    dimensions=(1, 1),
    prove=_proved_fit(comb.build, 2000),
    recite=recital.of_comb,
    sample=comb.build,
    rank=lambda targets, eps: 1,
    most_after_failure=32,  # where a short staircase is not proved, f jumps or nearly so
)
_RIDGE = Method(
    name="ridge",
    help="soft units along many directions",
    dimensions=(1, ridge.MOST_DIMENSIONS),
    prove=_proved_fit(ridge.build, 4000),
    recite=recital.of_ridges,
    sample=ridge.build,
    rank=lambda targets, eps: 1 if targets[0].dimension > 1 else None,
)
_FEJER_KOROVKIN = Method(
    name="fejer-korovkin",
    help="ridges of steps, counted beforehand",
    dimensions=(1, fejer_korovkin.MOST_DIMENSIONS),
    prove=lambda target, eps, sigma, most: fejer_korovkin.build(
        target, eps, sigma, most=fejer_korovkin.MOST if most is None else most
    ),
    recite=recital.of_fejer_korovkin,
    fewest=lambda target, eps, sigma: fejer_korovkin.plan(target, eps, sigma, most=None).units,
    rank=lambda targets, eps: 2 if targets[0].dimension > 1 else None,
)

METHODS: Final[dict[str, Method]] = {
    method.name: method for method in (_STAIRCASE, _RECTANGLES, _COMB, _RIDGE, _FEJER_KOROVKIN)
}
"""The methods by name; without a proof, the first that takes the dimension and has a `sample`."""
