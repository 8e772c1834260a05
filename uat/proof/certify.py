"""How far a network is from f at most: the tightest bound that can be proved for the budget.

Cells prove it for any continuous f, any σ, any depth (`cells.py`). Where f and σ are analytic and
the units soft, few large cells with Chebyshev interpolation prove it more sharply.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from uat.core.arguments import Progress, one_of, read_progress, whole_number
from uat.core.certificate import Certificate, Evidence, rounded_up
from uat.core.network import Network
from uat.core.target import Target, as_target
from uat.errors import CannotProve, InputError, WrongType
from uat.numerics.rounding import rounding_bound
from uat.numerics.witness import proved_lower, refuse_contradiction
from uat.proof.cells.branch_and_bound import Search
from uat.proof.cells.prove import rests_on_modulus, rounding_beside, search_by_cells
from uat.proof.jumps import refuse_jumps, unbounded_near
from uat.proof.sampled_maximum import look, near_the_worst

__all__ = ["METHODS", "certify"]

METHODS: Final = ("auto", "cells", "chebyshev")

_Proof = tuple[float, Evidence, float, str]

_NEARLY: Final = 1 + 2.0**-10
_SHARP: Final = 1 + 2.0**-9
_SHARP_BY_POLYNOMIALS: Final = 1.02
# so many cells first; more only where the bound is within such a factor of the error
_STAGES: Final = ((64, 100.0), (512, 3.0), (4096, 0.0))


def certify(
    f: Any,
    network: Any,
    domain: Any = None,
    *,
    cells: int = 50_000,
    method: str = "auto",
    progress: Progress | None = None,
) -> Certificate:
    """Prove how far a network is from f at most, on the whole box.

    Parameters
    ----------
    f : callable, str, Expression or Target
        Plain numpy code in the coordinates, a formula such as "x**2 + sin(x)", or a Target.
    network : Network
        Any network with one output: built, trained, your own; of any depth and σ. Also what holds
        one as its `network`.
    domain : (a, b) or sequence of (a, b)
        The box; left out for a Target, which has its own.
    cells : int
        The budget: how many cells to look at beyond the first ones. Where it ends, the bound is
        the best one so far.
    method : str
        "cells", "chebyshev" (analytic f and σ, soft units), or "auto": the tighter one.
    progress : callable, optional
        progress(cells looked at, budget, text), called after each round of cells.

    Returns
    -------
    Certificate
        With the cells as its evidence.

    Raises
    ------
    InputError, WrongType
        For a network of another input dimension or several outputs, a budget below 1, an unknown
        method, an f that is not finite on the box.
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
    target, g = as_target(f, domain), _checked(network)
    most, name = whole_number(cells, "cells"), one_of(method, METHODS, "method")
    _check_fit(target, g)
    size, points = look(target, g)
    refuse_jumps(target, size / 4)
    budget = _Budget(most, read_progress(progress))
    upper, evidence, rounding, how = _tightest(target, g, budget, size, name)
    if not np.isfinite(upper):
        raise CannotProve(_unbounded(target, g, evidence, most))
    lower, witness = proved_lower(target, g, np.concatenate([points, near_the_worst(evidence)]))
    trusted = (target.modulus_assumption,) if rests_on_modulus(target) else ()
    trusted = (*trusted, *g.activation.assumptions)
    refuse_contradiction(lower, witness, upper, trusted)
    proof = replace(evidence, target=target, network=g)
    return Certificate(upper, lower, witness, rounding, how, trusted, proof)


@dataclass(slots=True)
class _Budget:
    """How many cells may be looked at, how many were, and who is told so."""

    cells: int
    progress: Progress | None
    spent: int = 0

    @property
    def left(self) -> int:
        return self.cells - self.spent

    def look(self, search: Search, cells: int) -> None:
        """Spend so many cells on a search at most, and no more than are left."""
        before, some = self.spent, min(cells, self.left)

        def tell(looked: int) -> None:
            if self.progress is not None:
                words = f"proved ≤ {rounded_up(search.upper, 3)}, seen {search.seen:.3g}"
                self.progress(before + looked, self.cells, words)

        search.look_at(some, tell)
        self.spent += some


def _tightest(
    target: Target, network: Network, budget: _Budget, size: float, method: str
) -> _Proof:
    """Prove it by the method asked for; by "auto" with few cells, with polynomials, with all cells.

    Few cells are enough for most networks, and take no longer than it takes to find out whether
    polynomials would do.
    """
    if method == "chebyshev":
        return _by_chebyshev(target, network, budget.left, size)
    search, found = search_by_cells(target, network, goal=_NEARLY * size), []
    if method == "auto":
        _look_first(search, budget, size)
        if search.upper > _SHARP * size:
            with suppress(CannotProve, ImportError):
                found.append(_by_chebyshev(target, network, budget.left, size))
    sharp = any(upper <= _SHARP_BY_POLYNOMIALS * size for upper, *_ in found)
    if method == "cells" or not (sharp or search.upper <= _SHARP * size):
        budget.look(search, budget.left)
    rounding = rounding_beside(network, target.domain)
    found.append((search.upper, search.evidence, rounding, "cells"))
    return min(found, key=lambda proof: proof[0] + proof[2])


def _look_first(search: Search, budget: _Budget, size: float) -> None:
    """Look at a few cells, at more where that is promising."""
    for few, promising in _STAGES:
        budget.look(search, few)
        if not _SHARP * size < search.upper <= promising * size:
            break


def _by_chebyshev(target: Target, network: Network, budget: int, size: float) -> _Proof:
    from uat.proof.interpolation.prove import prove_by_chebyshev

    upper, evidence = prove_by_chebyshev(target, network, budget, level=size)
    return upper, evidence, rounding_bound(network, target.domain), "Chebyshev"


def _unbounded(target: Target, network: Network, evidence: Evidence, budget: int) -> str:
    """Say why there is no bound: f has none on some cell, or g."""
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


def _checked(network: Any) -> Network:
    inner = getattr(network, "network", network)
    if not isinstance(inner, Network):
        raise WrongType(f"{network!r:.80} given as a network; a uat.Network is needed")
    return inner


def _check_fit(target: Target, network: Network) -> None:
    if network.input_dimension != target.dimension:
        raise InputError(
            f"{network!r} takes {network.input_dimension} coordinate(s), f has "
            f"{target.dimension}; they have to be equal"
        )
    if network.output_dimension != 1:
        raise InputError(
            f"{network!r} has {network.output_dimension} outputs, f has one; certify each output "
            "with its own f"
        )
