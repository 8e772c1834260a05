"""How far a network is from f at most: the tightest bound that can be proved for the budget.

Cells prove it for any continuous f, any σ, any depth (`cells/prove.py`). Where f and σ are analytic
and the units soft, few large cells with Chebyshev interpolation prove it more sharply
(`interpolation/prove.py`); from three coordinates on joint models of f − g do (`joint/prove.py`). A
problem that sees x through one linear form only is one of a single coordinate (`joint/reduce.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.arguments import (
    Progress,
    brief,
    called_as,
    one_of,
    read_eps,
    read_progress,
    whole_number,
)
from uat.core.certificate import EVALUATIONS, Certificate, Evidence, rounded_up
from uat.core.network import Network, as_network
from uat.core.outputs import difference, written_out
from uat.core.target import Target, as_target
from uat.errors import CannotProve, InputError, UatError, WrongType, counted
from uat.expression.arrays import Array
from uat.expression.graph import Expression, constant
from uat.numerics.activation_shape import is_soft
from uat.numerics.boxes import middles
from uat.numerics.network_rounding import rounding_bound
from uat.numerics.one_thread import single_threaded
from uat.numerics.sampled_error import climbed, largest_error
from uat.numerics.witness import proved_lower, refuse_contradiction
from uat.numerics.workers import read_executor
from uat.proof.cells.prove import rests_on_modulus, search_by_cells
from uat.proof.jumps import refuse_jumps, unbounded_near
from uat.proof.single_rounding import single_rounding_bound

if TYPE_CHECKING:
    from uat.core.domain import Domain
    from uat.proof.cells.branch_and_bound import CellSearch

__all__ = ["METHODS", "certify", "near_the_worst"]

METHODS: Final = ("auto", "cells", "chebyshev")

GAP: Final = 2.0**-9
"""A bound by cells this near to the error seen, as a share of it, is sharp."""

_GAP_OF_POLYNOMIALS: Final = 0.02
"""So near is a bound by polynomials that is not tried to be beaten by more cells."""

_LOOKED_AROUND: Final = (512, 2048, 4096, 8192, 16384)
"""After so many joint models, climbs from the worst cells show better how large |f − g| is."""

_PROMISING: Final = 30.0
"""Joint models are given up if the bound is more times the error seen then; larger: slower."""

_STAGES: Final = ((64, 100.0), (576, 3.0), (4672, 0.0))
"""Cells in all, and how many times the error seen the bound may be for the next stage to follow."""

_WRITTEN_OUT: Final = 1000
"""Weights of a network that is taken for a formula; more: proofs that take minutes."""

_SMALL: Final = 2.0**-10
"""Rounding in float32 of this share of the error matters little; smaller: sharper, slower."""

_WORST: Final = 16
"""Cells of the largest bounds in which a witness is looked for."""


@single_threaded()
@called_as("certify(f, network, (0, 1))")
def certify(  # noqa: PLR0913 - an argument for each question that is asked of a network
    f: Any,
    network: Any,
    domain: Any = None,
    *,
    cells: int = 50_000,
    method: str = "auto",
    goal: float | None = None,
    gap: float | None = None,
    evaluation: str = "float64",
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Certificate:
    """Prove how far a network is from f at most, on the whole box.

    Parameters
    ----------
    f : callable, str, Expression, Target or network
        Plain numpy code in the coordinates, a formula such as "x**2 + sin(x)", or a Target; or
        another network. With as many hidden layers and the same activations, or with ReLUs only, its
        units then stand beside those of the network in the evidence; else one of the two, one
        without kinks if there is, becomes a formula, and f in the evidence. The rounding is that of
        both.
    network : Network, Approximation, Fit or trained regressor
        Any network with one output: built, trained, your own; of any depth and σ. Of a regressor
        (MLPRegressor of scikit-learn, NetworkRegressor) its network.
    domain : (a, b) or sequence of (a, b)
        The box; left out for a Target, which has its own.
    cells : int
        The budget: the number of cells to look at beyond the first ones. Where it ends, the bound
        is the best one so far.
    method : str
        "cells", "chebyshev" (analytic f and σ, soft units), or "auto": the tighter one.
    goal : float, optional
        Only whether the error is below this is asked: the proof ends where the bound is below it,
        or a point with an error above it is proved. `certificate.decided` tells which.
    gap : float, optional
        How near to the error seen the bound has to be, as a share of it, before the proof ends. By
        default 2⁻⁹, and 0.02 where the proof is by polynomials.
    evaluation : str
        Whose rounding is bounded: that of this package, "float64", or that of programs that run the
        network in single precision, "float32": weights rounded, sums in any order, at every x that
        is a float32.
    progress : callable, optional
        progress(cells looked at, budget, text), called after each round of cells.
    executor : concurrent.futures.Executor, optional
        Bounds the cells, many at a time, such as ``ProcessPoolExecutor(2)``, or
        ``dask.distributed.Client(...).get_executor()`` on a cluster. The certificate is the same to
        the last digit whoever computes it; what a process that dies was computing is computed again.

    Returns
    -------
    Certificate
        With the cells as its evidence.

    Raises
    ------
    InputError, WrongType
        A network of another input dimension or several outputs, a budget below 1, an unknown
        method or evaluation, a goal or a gap that is not above 0, an f that is not finite on the box.
    CannotProve
        Where f jumps by more than a quarter of the error, cannot be bounded, or has neither a
        formula nor a modulus.

    Examples
    --------
    >>> import uat
    >>> step = uat.Network.from_units([1.0], [1e100], [-5e99], uat.logistic)
    >>> certificate = certify("x", step, (0, 1))
    >>> round(certificate.lower, 3), round(certificate.upper, 3), certificate.method
    (0.5, 0.5, 'cells')
    """
    _check_order(f, network, domain)
    target, g, both = _read(f, network, domain)
    most, name = whole_number(cells, "cells"), one_of(method, METHODS, "method")
    work = _Work(most, read_progress(progress), read_executor(executor))
    limit = None if goal is None else read_eps(goal, "goal")
    share = None if gap is None else read_eps(gap, "gap")
    run = one_of(evaluation, EVALUATIONS, "evaluation")
    _check_fit(target, g)
    size, points = largest_error(target, g)
    lost = _rounding(both or (g,), target.domain, run, max(size, limit or 0.0) * _SMALL)
    refuse_jumps(target, size / 4)
    proof = None
    if limit is not None and size >= limit <= proved_lower(target, g, points)[0]:
        proof = _first_look(target, g, size)
    if proof is None:
        left = None if limit is None else limit - lost
        proof = _tightest(target, g, _aim(size, share, left), name, work)
    if not np.isfinite(proof.upper):
        raise CannotProve(_unbounded(proof.evidence, most))
    climbs = climbed(target, g, near_the_worst(proof.evidence))[1]
    points = np.concatenate([points, climbs, proof.worst])
    lower, witness = proved_lower(target, g, points)
    trusted = (target.modulus_assumption,) if rests_on_modulus(target) else ()
    own = (text for sigma in g.activations for text in sigma.assumptions)
    trusted = (*trusted, *dict.fromkeys(own))
    refuse_contradiction(lower, witness, proof.upper, trusted)
    rounding = lost if both or run != "float64" else proof.rounding
    evidence = _doubted(proof)
    return Certificate(
        proof.upper, lower, witness, rounding, proof.method, trusted, evidence, limit, run
    )


def near_the_worst(evidence: Evidence) -> Array:
    """Return the centres and two opposite corners of the cells with the largest bounds."""
    worst = np.argsort(-evidence.bounds)[:_WORST]
    lower, upper = evidence.lower[worst], evidence.upper[worst]
    return np.concatenate([middles(lower, upper), lower, upper])


def _doubted(proof: _Proof) -> Evidence:
    """Say in the evidence why `uat verify` may not confirm it, if that is so."""
    evidence = proof.evidence
    target, network = evidence.target, evidence.network
    easy = network.depth < 2 or target.dimension == 1 or not any(map(is_soft, network.activations))
    if evidence.doubt or easy:
        return evidence
    doubt = "several layers of smooth units in several coordinates take it long"
    return replace(evidence, doubt=doubt)


@dataclass(frozen=True, slots=True)
class _Aim:
    """How small a bound should be."""

    size: float  # the error seen; or what is small enough, if larger
    gap: float = GAP  # of a bound by cells
    gap_of_polynomials: float = _GAP_OF_POLYNOMIALS

    @property
    def sharp(self) -> float:
        """A bound by cells up to this is not tried to be beaten by polynomials."""
        return (1 + self.gap) * self.size

    def reached_by_polynomials(self, upper: float, seen: float = 0.0) -> bool:
        """Return True for a bound that is not tried to be beaten by more cells."""
        return upper <= (1 + self.gap_of_polynomials) * max(self.size, seen)


def _aim(size: float, gap: float | None, left: float | None) -> _Aim:
    """Aim at the error seen, or at what rounding leaves of a goal."""
    aim = _Aim(size) if gap is None else _Aim(size, gap, gap)
    if left is None or not left > size:
        return aim
    # a quarter of the way to the goal; where nothing is seen, any bound below it is one
    near = aim.gap if size == 0 else min(aim.gap, (left / size - 1) / 4)
    return _Aim(max(size, left / (1 + 4 * near)), near, near)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """How many cells may be looked at, who is told, and who else computes."""

    budget: int
    progress: Progress | None = None
    executor: Executor | None = None

    def teller(self, search: CellSearch) -> Callable[[], object]:
        """Make the function that reports how far a search is."""

        def tell() -> None:
            if self.progress is not None:
                words = f"proved ≤ {rounded_up(search.upper, 3)}, seen {search.seen:.3g}"
                self.progress(search.looked, self.budget, words)

        return tell


@dataclass(frozen=True, slots=True, eq=False)
class _Proof:
    """A proof by one method: its cells, its bound of the rounding of g, its name."""

    evidence: Evidence
    rounding: float
    method: str
    worst: Array  # (points, d): where |f − g| may be largest, beside the cells of the evidence
    seen: float = 0.0  # a value that |f − g| takes somewhere, roughly

    @property
    def upper(self) -> float:
        return float(self.evidence.bounds.max())

    def total(self) -> float:
        return self.upper + self.rounding


def _tightest(target: Target, network: Network, aim: _Aim, method: str, work: _Work) -> _Proof:
    """Prove it by the method asked for, by "auto" with one that fits.

    Few cells are enough for most networks in one and two coordinates, and take no longer than it
    takes to find out whether polynomials would do.
    """
    if method == "chebyshev":
        return _by_chebyshev(target, network, work.budget, aim.size, work.executor)
    joint = None
    if method == "auto":
        joint = _along_one_form(target, network, aim, work)
    if joint is None:
        joint = _by_joint_models(target, network, aim, work)
    if joint is not None and aim.reached_by_polynomials(joint.upper, joint.seen):
        return joint
    proof = _by_cells_or_chebyshev(target, network, aim, method, work)
    return proof if joint is None else min(proof, joint, key=_Proof.total)


def _by_cells_or_chebyshev(
    target: Target, network: Network, aim: _Aim, method: str, work: _Work
) -> _Proof:
    """Prove it with few cells, with polynomials, with all cells; the tightest bound counts."""
    search, rounding = search_by_cells(
        target, network, size=aim.size, gap=aim.gap, executor=work.executor
    )
    tell, found = work.teller(search), list[_Proof]()
    if method == "auto":
        _look_first(search, aim, work.budget, tell)
        if search.upper > aim.sharp:
            with suppress(CannotProve, ImportError):
                left = work.budget - search.looked
                found.append(_by_chebyshev(target, network, left, aim.size, work.executor))
    sharp = any(aim.reached_by_polynomials(proof.upper) for proof in found)
    if method == "cells" or not (sharp or search.upper <= aim.sharp):
        search.go_on(work.budget, tell)
    found.append(_by_cells(search, rounding, target, network))
    return min(found, key=_Proof.total)


def _by_cells(search: CellSearch, rounding: float, target: Target, network: Network) -> _Proof:
    worst = np.empty((0, target.dimension)) if search.place is None else search.place[None, :]
    return _Proof(Evidence(*search.cells, target, network), rounding, "cells", worst)


def _along_one_form(target: Target, network: Network, aim: _Aim, work: _Work) -> _Proof | None:
    """Prove it on the axis of the only linear form that f and the network see, if there is one."""
    from uat.proof.joint.reduce import through_one_form

    reduced = through_one_form(target, network)
    if reduced is None:
        return None
    # on a line far more is seen than in the box
    size = largest_error(reduced.target, reduced.network)[0]
    inner_aim = replace(aim, size=max(size, aim.size))
    try:
        inner = _tightest(reduced.target, reduced.network, inner_aim, "auto", work)
    except CannotProve:
        return None
    bound = float(np.nextafter(inner.upper + reduced.extra, np.inf))
    worst = reduced.lifted(near_the_worst(inner.evidence)[:, 0])
    rounding = rounding_bound(network, target.domain)
    box = _on_the_box(target, network, bound)
    return _Proof(box, rounding, inner.method, worst, size)


def _by_joint_models(target: Target, network: Network, aim: _Aim, work: _Work) -> _Proof | None:
    """Prove it by joint models of f − g, where those fit."""
    from uat.proof.joint.prove import search_jointly

    joint = search_jointly(
        target, network, size=aim.size, gap=aim.gap_of_polynomials, executor=work.executor
    )
    if joint is None:
        return None
    search, tell = joint.search, work.teller(joint.search)
    for until in (*_LOOKED_AROUND, work.budget):
        search.go_on(min(until, work.budget), tell)
        cells = Evidence(*search.cells, target, network)
        seen, worst = climbed(target, network, joint.points(near_the_worst(cells)))
        search.seen = max(search.seen, seen)
        sharp = aim.reached_by_polynomials(search.upper, search.seen)
        hopeless = not search.upper <= _PROMISING * search.seen
        if (sharp and until > _LOOKED_AROUND[0]) or (hopeless and until > _LOOKED_AROUND[1]):
            break
    if joint.chart.lead is not None:
        cells = _on_the_box(target, network, search.upper)
        doubt = "its cells lie along a linear form, and the file has only the box"
    else:
        doubt = f"its bounds in {target.dimension} coordinates are those of models of high degree"
    cells = replace(cells, doubt=doubt)
    rounding = rounding_bound(network, target.domain)
    return _Proof(cells, rounding, "cells", worst, search.seen)


def _on_the_box(target: Target, network: Network, bound: float) -> Evidence:
    """Take the box for the only cell, where the cells of a proof were no boxes in x."""
    cell = target.lower[None, :], target.upper[None, :]
    return Evidence(*cell, np.array([bound]), target, network)


def _look_first(search: CellSearch, aim: _Aim, budget: int, tell: Callable[[], object]) -> None:
    """Look at a few cells, at more where that is promising."""
    for cells, promising in _STAGES:
        search.go_on(min(cells, budget), tell)
        if not aim.sharp < search.upper <= promising * aim.size:
            break


def _first_look(target: Target, network: Network, size: float) -> _Proof | None:
    """Look only at the first cells, where no bound is asked for; None if g has none there."""
    search, rounding = search_by_cells(target, network, size=size, gap=GAP)
    if not np.isfinite(search.upper):
        return None
    return _by_cells(search, rounding, target, network)


def _by_chebyshev(
    target: Target, network: Network, budget: int, size: float, executor: Executor | None
) -> _Proof:
    from uat.proof.interpolation.prove import prove_by_chebyshev

    evidence = prove_by_chebyshev(target, network, budget, level=size, executor=executor)
    nowhere = np.empty((0, target.dimension))
    return _Proof(evidence, rounding_bound(network, target.domain), "Chebyshev", nowhere)


def _unbounded(evidence: Evidence, budget: int) -> str:
    """Return the reason why there is no bound: f has none on some cell, or g."""
    target, network = evidence.target, evidence.network
    lost = ~np.isfinite(evidence.bounds)
    low, high = evidence.lower[lost], evidence.upper[lost]
    bottom, top = target.enclose(low, high)
    nowhere = np.flatnonzero(~(np.isfinite(bottom) & np.isfinite(top)))
    if len(nowhere):
        return unbounded_near(low[nowhere[0]])
    sizes = [float(np.abs(layer.weight).max()) for layer in network.layers]
    return (
        f"nothing could be proved with cells={budget}: g, with weights up to {max(sizes):.3g}, "
        "could not be bounded on every cell; take more cells or smaller weights"
    )


def _check_order(f: Any, network: Any, domain: Any) -> None:
    """Refuse arguments in another order, and data in place of f."""
    if not _is_network(network) and (_is_network(f) or _is_network(domain)):
        raise WrongType(
            f"{brief(f)} given as f, {brief(network)} as network and {brief(domain)} as domain; they "
            "are in another order: certify(f, network, domain)"
        )
    if hasattr(f, "__array__"):
        raise WrongType(
            f"{brief(f)} given as f; data say nothing between their points, so nothing is proved; "
            "the largest residual at them is the max_residual of a Fit"
        )


def _rounding(networks: Sequence[Network], domain: Domain, evaluation: str, enough: float) -> float:
    """Bound what the evaluations of networks lose together."""
    if evaluation == "float64":
        lost = math.fsum(rounding_bound(g, domain) for g in networks)
    else:
        lost = math.fsum(single_rounding_bound(g, domain, enough) for g in networks)
    return math.nextafter(lost, math.inf) if len(networks) > 1 else lost


def _read(f: Any, network: Any, domain: Any) -> tuple[Target, Network, tuple[Network, ...]]:
    """Read f and the network; of two networks, take their difference for one where that is one.

    Otherwise one of them becomes f. The two are the third thing returned: each is run as it is.
    """
    g = as_network(network)
    if isinstance(f, str | Expression | Target) or not _is_network(f):
        return as_target(f, domain), g, ()
    networks = as_network(f), g
    between = difference(*networks)
    if between is not None:
        return Target(constant(between[0]), domain), between[1], networks
    easier = sorted(networks, key=_harder_as_formula)
    small = [each for each in easier if _size(each) <= _WRITTEN_OUT]
    if not small:
        raise InputError(
            f"{networks[0]!r} and {networks[1]!r} given; two networks are compared if they have as "
            "many hidden layers with the same activations, or only ReLUs, or one of them at most "
            f"{_WRITTEN_OUT:,} weights"
        )
    other = networks[1] if small[0] is networks[0] else networks[0]
    return Target(written_out(small[0]), domain), other, networks


def _harder_as_formula(network: Network) -> tuple[bool, bool, int]:
    """Tell what is dear in a formula: jumps, which f must not have, kinks, and weights."""
    jumps = any(sigma.lipschitz == np.inf for sigma in network.activations)
    return jumps, not all(map(is_soft, network.activations)), _size(network)


def _size(network: Network) -> int:
    return sum(layer.weight.size for layer in network.layers)


def _is_network(thing: Any) -> bool:
    try:
        as_network(thing)
    except UatError:
        return False
    return True


def _check_fit(target: Target, network: Network) -> None:
    if network.input_dimension != target.dimension:
        raise InputError(
            f"{network!r} takes {counted(network.input_dimension, 'coordinate')}, f has "
            f"{target.dimension}; they have to be equal"
        )
    if network.output_dimension != 1:
        raise InputError(
            f"{network!r} has {network.output_dimension} outputs, f has one; certify each output "
            "with its own f"
        )
