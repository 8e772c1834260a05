"""The methods: how each builds a network, proves its error, and is recited by `print(g)`.

A construction with an a-priori bound is taken with that bound, and its network is certified where it
stands beside others, as one of several outputs. One that only fits f is built for a little less than
ε, certified, and built again for less until the proof is below ε. To add a method, list its record
in `METHODS`: `approximate`, `print(g)` and the command line follow.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from uat.construct.comb import build as comb
from uat.construct.fejer_korovkin import build as fejer_korovkin
from uat.construct.free.build import Proved
from uat.construct.polygon import build as polygon
from uat.construct.ridge import build as ridge
from uat.construct.staircase import build as staircase
from uat.core.activations import Activation
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.outputs import one_output, side_by_side
from uat.core.target import Target
from uat.errors import CannotProve, InputError, counted
from uat.expression.arrays import Array
from uat.numerics.activation_shape import check_soft
from uat.proof.certify import certify
from uat.proof.joint.reduce import along, of_one_form
from uat.theorem.along_forms import build_along_forms

__all__ = ["METHODS", "Method", "by_rank", "certified", "fewest_steps"]

Estimated = tuple[Network, float]

# The next ε asked for is this part of the one that should suffice; smaller: fewer repeats, more units.
_MARGIN: Final = 1 - 2.0**-7
# Builds of one network; more: a few more hard f are proved, the others are refused later.
_TRIES: Final = 4
# A bound above this part of the one before ends the tries: the proof does not follow the fit.
_STUCK: Final = 0.9
# Cells of a proof; more: tighter bounds where more cells would help, slower refusals. The second
# proof on a line may have more, as they are cheap there, and so may that of each of several
# outputs, which is made once.
_CELLS: Final = 4096
_CELLS_ON_A_LINE: Final = 32 * _CELLS
_CELLS_OF_SEVERAL: Final = 50_000
# Values of f from which steps are counted; more: a larger least number, slower.
_SAMPLES: Final = 4097
# More pieces than that between two values are counted as that many: a number that prints.
_COUNTLESS: Final = 1e300
# A staircase with at most this many steps is built before a comb is fitted, and limits it.
_SHORT: Final = 2000


@dataclass(frozen=True, slots=True)
class Method:
    """A way to build a network within ε of f."""

    name: str
    help: str
    """A few words for the command line."""
    dimensions: tuple[int, int]
    """The smallest and the largest number of coordinates."""
    prove: Callable[[Target, float, Activation, int | None], Proved]
    """(target, eps, activation, most units or None) → a network and its certificate, below eps."""
    recite: Callable[..., list[str]]
    """(network, number of outputs, proved=…) → the lines of `print(g)` about the construction."""
    sample: Callable[[Target, float, Activation], Estimated] | None = None
    """(target, eps, activation) → a network and an estimate of its error, from values of f."""
    units_needed: Callable[[Target, float, Activation, int | None], int] = (
        lambda target, eps, sigma, most: 1
    )
    """(target, eps, activation, most units or None) → about how many units the method takes at least,
    counted in floats before building; counting may stop past `most`. It chooses what is tried."""
    rank: Callable[[Sequence[Target], float], int | None] = lambda targets, eps: None
    """(targets, eps) → the place in "auto", smaller first; None if it is not tried there."""
    suits: Callable[[Activation], bool] = lambda sigma: True
    """(activation) → True if "auto" tries the method for it."""
    restate: Callable[[Certificate, Network], Certificate | None] = lambda proof, network: None
    """(certificate of an output alone, its network as one of several outputs) → the same proof for
    that network, whose rounding is another; None if it has to be proved anew."""
    pieces_needed: tuple[str, Callable[[Target, float], int]] | None = None
    """What its pieces make, and (target, eps) → how many of them anything of that kind within eps
    needs at least, proved."""
    soft: bool = False
    """True if its units are soft, so that the search for fewer can begin with them."""
    most_after_failure: int | None = None
    """Limit of units in "auto" if the methods before proved nothing: f is rough then, and a long
    search a waste."""

    def takes(self, dimension: int) -> bool:
        """Return True if the method builds in this number of coordinates."""
        return self.dimensions[0] <= dimension <= self.dimensions[1]

    def prove_all(
        self, targets: Sequence[Target], eps: float, activation: Activation, most: int | None
    ) -> tuple[Network, tuple[Certificate, ...]]:
        """Build one network with an output for each target, and prove each output below eps."""
        wanted = eps
        for _ in range(_TRIES):
            built = [self.prove(target, wanted, activation, most) for target in targets]
            networks, proofs = zip(*built, strict=True)
            network, kept = networks[0], False
            if len(targets) > 1:
                network = side_by_side(networks)
                proofs, kept = self._beside_others(targets, network, proofs, eps)
            worst = max(proofs, key=lambda proof: proof.bound)
            if worst.bound < eps:
                return network, proofs
            wanted -= 2 * (worst.bound - eps)
            if not (kept and wanted > eps / 2):
                break
        raise _not_below(network, worst)

    def _beside_others(
        self,
        targets: Sequence[Target],
        network: Network,
        alone: Sequence[Certificate],
        eps: float,
    ) -> tuple[tuple[Certificate, ...], bool]:
        """Prove each output of one network; say too if only the rounding is not as it was alone."""
        outputs = [one_output(network, i) for i in range(len(targets))]
        restated = list(map(self.restate, alone, outputs))
        proofs = tuple(
            proof or certified(target, output, eps, (_CELLS_OF_SEVERAL,))
            for target, output, proof in zip(targets, outputs, restated, strict=True)
        )
        return proofs, None not in restated


def fewest_steps(target: Target, eps: float) -> int:
    """Estimate the fewest pieces of any piecewise constant function within ε of f, d = 1.

    It is the size of the greedy partition of the lines through some thousand values of f in
    float64: fewer pieces cannot do for a continuous f with these values, but for their rounding. So
    it chooses what is tried, and proves nothing; that is what `pieces_needed` is for.
    """
    ((a, b),) = target.domain
    values = np.asarray(target(np.linspace(a, b, _SAMPLES)), dtype=np.float64)
    return _greedy_pieces(values, 2 * eps * (1 + 2.0**-40))


def _greedy_pieces(values: Array, width: float) -> int:
    """Count the pieces of a partition that each vary by at most `width`, between the values too.

    Between two turns the values rise or fall, so that the next piece is found by bisection.
    """
    change = np.sign(np.diff(values))
    moving = np.flatnonzero(change)
    turns = moving[np.flatnonzero(np.diff(change[moving]))] + 1
    rising, falling = values.tolist(), (-values).tolist()
    pieces, low, high, at = 1, rising[0], rising[0], 0
    for turn in [*turns.tolist(), len(rising) - 1]:
        up = rising[turn] > rising[at]
        while True:
            # the first value up to the turn that is too far from those before
            first = (
                bisect_right(rising, low + width, at + 1, turn + 1)
                if up
                else bisect_right(falling, width - high, at + 1, turn + 1)
            )
            if first > turn:
                break
            value, start = rising[first], low if up else high
            # f takes all values on its way, and a piece ends at each multiple of the width
            more = math.ceil(min(abs(value - start) / width, _COUNTLESS)) - 1
            edge = start + math.copysign(more * width, value - start)
            low, high = (min(edge, value), value) if up else (value, max(edge, value))
            pieces, at = pieces + max(more, 1), first
        at, low, high = turn, min(low, rising[turn]), max(high, rising[turn])
    return pieces


def _units_needed_by_steps(target: Target, eps: float, *_: Activation | int | None) -> int:
    """Count the units of the fewest steps: one at each break, as the first level may be 0."""
    return max(1, fewest_steps(target, eps) - 1)


def certified(
    target: Target, network: Network, eps: float, budgets: Sequence[int] = ()
) -> Certificate:
    """Certify with the first number of cells, and with the next while that may be enough."""
    for cells in budgets or ((_CELLS, _CELLS_ON_A_LINE) if target.dimension == 1 else (_CELLS,)):
        certificate = certify(target, network, cells=cells)
        if not certificate.lower < eps <= certificate.bound:
            break
    return certificate


def _proved_fit(build: Callable[..., Estimated]) -> Callable[..., Proved]:
    """Build, certify, and build again for a smaller ε until the proof is below ε."""

    def prove(target: Target, eps: float, sigma: Activation, most: int | None = None) -> Proved:
        wanted, best, problem = eps, math.inf, None
        limit = {} if most is None else {"most": most}
        for _ in range(_TRIES):
            try:
                # floats may overflow on the way: what comes of it is certified or refused
                with np.errstate(all="ignore"):
                    network, _ = build(target, wanted, sigma, **limit)
            except CannotProve:
                if problem is None:
                    raise
                break  # the bound that was proved is a better answer than the missing network
            certificate = certified(target, network, eps)
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


_comb_on_a_line: Final = _proved_fit(comb.build)
_ridges: Final = _proved_fit(ridge.build)


def _prove_ridges(target: Target, eps: float, sigma: Activation, most: int | None = None) -> Proved:
    """Build ridges; where f sees x through one linear form, a comb along it."""
    found = of_one_form(target)
    if found is not None:
        line, direction = found
        with suppress(CannotProve, InputError):
            alone, _ = _comb_on_a_line(line, eps * _MARGIN, sigma, most)
            network = along(alone, direction)
            certificate = certified(target, network, eps)
            if certificate.bound < eps:
                return network, certificate
    return _ridges(target, eps, sigma, most)


def _prove_polygon(
    target: Target, eps: float, sigma: Activation, _most: int | None = None
) -> Proved:
    """Build a polygon; in several coordinates f itself, or polygons along linear forms."""
    try:
        return polygon.build(target, eps, sigma)
    except CannotProve:
        if target.dimension == 1 or polygon.may_build(target):
            raise
    return build_along_forms(target, eps, sigma)


def _not_below(network: Network, proof: Certificate) -> CannotProve:
    within = f"{counted(network.units, 'unit')} are proved within {rounded_up(proof.bound)} only"
    return CannotProve(f"{within}, and {proof.lower:.3g} is seen", "take a larger eps")


def _rank_of_steps(targets: Sequence[Target], eps: float) -> int | None:
    """Put a short staircase, which is built at once, before a comb, and a long one after it."""
    return 0 if max(fewest_steps(target, eps) for target in targets) <= _SHORT else 2


def _recite_stairs(network: Network, outputs: int, *, proved: bool, shared: bool) -> list[str]:
    """Recite steps at the breaks, each shared by two neighbours, or two steps for each piece."""
    sigma, slopes = network.activation, network.slopes[network.slopes != 0]
    pair = "" if sigma.limits is not None else ", two units a step"
    steps = len(slopes) // 2 if pair else len(slopes)
    slope = f", slope 2^{round(math.log2(np.abs(slopes).max()))}" if len(slopes) else ""
    pieces = steps + outputs if shared else steps // 2
    parts = counted(pieces, "piece") + " in all" * (outputs > 1)
    levels = f"f is cut into {parts}, each at the middle of the values seen there"
    if proved:
        levels = f"f varies by less than 2ε on each of {parts}, so their middles are within ε"
    return [
        f"step 1  a steep unit is a step: σ = {sigma.name}{slope}{pair}",
        f"step 2  two steps make a rectangle{'; where two of them meet, two steps are one' * shared}",
        f"step 3  {levels}",
    ]


def _recite_polygon(network: Network, outputs: int, **_: bool) -> list[str]:
    """Recite straight pieces: a unit bends the graph at each corner, or along each crease."""
    if network.input_dimension > 1:
        return [
            "forms   f is a sum of functions of one linear form each: polygons, or nearly so",
            f"units   one bends the graph along each crease, the rest is affine: σ = {network.activation.name}",
        ]
    pieces = "as few as a path in the tube f ± ε has"
    if outputs > 1:
        pieces += ", for each output"
    return [
        f"pieces  straight ones, {pieces}",
        f"units   one bends the graph at each corner, the rest is a line: σ = {network.activation.name}",
    ]


def _recite_comb(network: Network, _outputs: int, **_: bool) -> list[str]:
    """Recite a comb: soft units along a line, weights by least squares."""
    slopes = network.slopes[network.slopes != 0]
    high, low = np.abs(slopes).max(initial=0.0), np.abs(slopes).min(initial=math.inf)
    spaced, points = "closer and steeper where f needs it", "points as close as the units"
    if len(np.unique(slopes)) <= 1:
        spaced, points = "evenly spaced", "Chebyshev points"
    slope = f"{high:.4g}" if high <= low * (1 + 1e-6) else f"{low:.4g} to {high:.4g}"
    return [
        f"units   soft ones, {spaced}: σ = {network.activation.name}, slope {slope}",
        f"weights least squares at {points}, the smallest that do",
    ]


def _recite_ridges(network: Network, _outputs: int, **_: bool) -> list[str]:
    """Recite a sum of ridges: soft units along several directions, one least squares."""
    weights = network.layers[0].weight
    weights = weights[np.any(weights != 0, axis=1)]
    directions = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    count = len(np.unique(np.round(directions, 9), axis=0))
    along = counted(count, "direction")
    return [
        f"units   soft ones, evenly spaced along each of {along}: σ = {network.activation.name}",
        "weights one least squares for all of them, the smallest that do",
    ]


def _prove_start_of_free(target: Target, eps: float, sigma: Activation, most: int | None) -> Proved:
    """Prove the network with whose units the search for fewer begins (`search_free.py`)."""
    check_soft(sigma, "free", target.dimension, ("polygon",) * polygon.bends(sigma))
    start = _comb_on_a_line if target.dimension == 1 else _prove_ridges
    return start(target, eps, sigma, most)


def _recite_free(network: Network, _outputs: int, **_: bool) -> list[str]:
    """Recite free units: a place and a slope each, and as few as were found."""
    return [
        f"units   soft ones, each with a place and a slope of its own: σ = {network.activation.name}",
        "search  units are dropped and the others moved, as long as the error is proved below ε",
    ]


def _recite_fejer_korovkin(network: Network, _outputs: int, **_: bool) -> list[str]:
    """Recite a Fejér–Korovkin mean: cosines along directions, each a sum of units."""
    return [
        "mean    f is near its Fejér–Korovkin mean, a sum of products of cosines",
        "ridges  a product of cosines is a sum of cosines along directions",
        f"profile each is a sum of units along its direction: σ = {network.activation.name}",
    ]


_LIST: Final = (
    Method(
        name="staircase",
        help="steep units, one at each break",
        dimensions=(1, 1),
        prove=lambda target, eps, sigma, most: staircase.build(target, eps, sigma, "steps"),
        recite=partial(_recite_stairs, shared=True),
        sample=staircase.build_from_samples,
        units_needed=_units_needed_by_steps,
        rank=_rank_of_steps,
        pieces_needed=("staircase", staircase.pieces_needed),
    ),
    Method(
        name="rectangles",
        help="steep units, two for each piece",
        dimensions=(1, 1),
        prove=lambda target, eps, sigma, most: staircase.build(target, eps, sigma, "rectangles"),
        recite=partial(_recite_stairs, shared=False),
        sample=partial(staircase.build_from_samples, form="rectangles"),
        units_needed=_units_needed_by_steps,
        pieces_needed=("staircase", staircase.pieces_needed),
    ),
    Method(
        name="polygon",
        help="straight pieces, the fewest, of ReLU or ramps",
        dimensions=(1, fejer_korovkin.MOST_DIMENSIONS),
        prove=_prove_polygon,
        recite=_recite_polygon,
        rank=lambda targets, eps: -1,
        suits=polygon.bends,
        restate=polygon.beside_others,
        pieces_needed=("polygon", polygon.pieces_needed),
    ),
    Method(
        name="comb",
        help="soft units along a line",
        dimensions=(1, 1),
        prove=_proved_fit(comb.build),
        recite=_recite_comb,
        sample=comb.build,
        rank=lambda targets, eps: 1,
        soft=True,
        most_after_failure=32,  # where a short staircase is not proved, f jumps or nearly so
    ),
    Method(
        name="free",
        help="soft units at places of their own, the fewest",
        dimensions=(1, ridge.MOST_DIMENSIONS),
        prove=_prove_start_of_free,
        recite=_recite_free,
        soft=True,
    ),
    Method(
        name="ridge",
        help="soft units along many directions",
        dimensions=(1, ridge.MOST_DIMENSIONS),
        prove=_prove_ridges,
        recite=_recite_ridges,
        sample=ridge.build,
        rank=lambda targets, eps: 1 if targets[0].dimension > 1 else None,
        soft=True,
    ),
    Method(
        name="fejer-korovkin",
        help="ridges of steps, counted beforehand",
        dimensions=(1, fejer_korovkin.MOST_DIMENSIONS),
        prove=lambda target, eps, sigma, most: fejer_korovkin.build(
            target, eps, sigma, most=fejer_korovkin.MOST if most is None else most
        ),
        recite=_recite_fejer_korovkin,
        units_needed=lambda target, eps, sigma, most: fejer_korovkin.fewest_units(
            target, eps, sigma, most=most
        ),
        rank=lambda targets, eps: 2 if targets[0].dimension > 1 else None,
    ),
)
METHODS: Final = {method.name: method for method in _LIST}
"""The methods by name; without a proof, the first that takes the dimension and has a `sample`."""


def by_rank(targets: tuple[Target, ...], eps: float, sigma: Activation) -> list[Method]:
    """Return the methods that "auto" tries, the first one first."""
    dimension = targets[0].dimension
    able = [method for method in METHODS.values() if method.takes(dimension)]
    if not able:
        most = max(method.dimensions[1] for method in METHODS.values())
        raise CannotProve(
            f"f has {counted(dimension, 'coordinate')}", f"the methods build in {most} at most"
        )
    ranks = [(method.rank(targets, eps), method.name) for method in able if method.suits(sigma)]
    return [METHODS[name] for _, name in sorted((r, name) for r, name in ranks if r is not None)]
