"""Fewer units for a network that is proved already: method "free", and the last step of "auto".

Each output is searched by itself (`construct/free/`). The answer never has more units than the
network given, and is that network where no smaller one is proved.
"""

from dataclasses import replace
from typing import Final

from uat.construct.free.build import EFFORTS, Proved, fewer
from uat.core.activations import Activation
from uat.core.arguments import Progress
from uat.core.certificate import rounded_up
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError, counted
from uat.theorem.approximation import Approximation
from uat.theorem.methods import METHODS, certified

__all__ = ["EFFORTS", "with_fewer_units"]

_RIVAL: Final = 100
"""A network of steps with at most this many units is compared with free units; larger: slower."""

_MORE: Final = (2, 10)
"""Those begin with at most so many times as many soft units, and so many more; larger: fewer are
missed, slower."""


def with_fewer_units(
    g: Approximation, sigma: Activation, effort: str, progress: Progress | None
) -> Approximation:
    """Search for fewer units than those of g, which is proved; answer with g if there are none."""
    if effort == "quick" or g.units == 1:
        return g
    if progress is not None:
        progress(len(g.tried), len(g.tried) + 1, "free")
    try:
        found = _searched(g, _starts(g, sigma), sigma, effort)
    except (CannotProve, InputError) as problem:
        return replace(g, tried=(*g.tried, ("free", str(problem))))
    tried = (*(pair for pair in g.tried if pair[0] != "free"), *found.tried)
    return replace(found if found.units < g.units or g.method == "free" else g, tried=tried)


def _starts(g: Approximation, sigma: Activation) -> list[Proved]:
    """Return a proved network of soft units for each output."""
    if METHODS[g.method].soft:
        outputs = [g.output(i) for i in range(len(g.targets))]
        return [(_used(g.network), g.certificates[0]) for g in outputs]
    if g.units > _RIVAL:
        raise CannotProve("no soft units to begin with were found")
    times, more = _MORE
    prove = METHODS["free"].prove
    return [prove(target, g.eps, sigma, times * g.units + more) for target in g.targets]


def _used(network: Network) -> Network:
    """Leave out the units that only other outputs use."""
    used = network.output_weights != 0
    if used.all() or not used.any():
        return network
    slopes, biases = network.layers[0].weight[used], network.layers[0].bias[used]
    return Network.from_units(network.output_weights[used], slopes, biases, network.activation)


def _searched(
    g: Approximation, starts: list[Proved], sigma: Activation, effort: str
) -> Approximation:
    """Search fewer units for each output, and prove all outputs."""
    begun = dict(zip(g.targets, starts, strict=True))

    def prove(target: Target, eps: float, _sigma: Activation, _most: int | None) -> Proved:
        return fewer(target, eps, begun[target], lambda net: certified(target, net, eps), effort)

    method = replace(METHODS["free"], prove=prove)
    network, proofs = method.prove_all(g.targets, g.eps, sigma, None)
    most = g.units if METHODS[g.method].soft else sum(start.units for start, _ in starts)
    bound = rounded_up(max(proof.bound for proof in proofs))
    told = f"{counted(network.units, 'unit')}, proved {bound}, out of {most}"
    return Approximation(g.targets, g.eps, network, proofs, "free", (("free", told),))
