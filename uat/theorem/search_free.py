"""Fewer units for a network that is proved already: method "free", and the last step of "auto".

Each output is searched by itself (`construct/free/`). The answer never has more units than the
network given, and is that network where no smaller one is proved. A search that is interrupted says
which network is the best so far.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Final

from uat.construct.free.build import EFFORTS, Proved, fewer
from uat.core.activations import Activation
from uat.core.arguments import Progress
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError, counted
from uat.numerics.activation_shape import is_soft
from uat.proof.joint.reduce import along, of_one_form, through_one_form
from uat.theorem.approximation import Approximation, Outcome
from uat.theorem.methods import METHODS, certified

__all__ = ["EFFORTS", "Interrupted", "with_fewer_units"]

_RIVAL: Final = 100
"""A network of steps with at most this many units is compared with free units; larger: slower."""

_MORE: Final = (2, 10)
"""Those begin with at most so many times as many soft units, and so many more; larger: fewer are
missed, slower."""

_TOO_EARLY: Final = Outcome("interrupted before fewer units were proved")


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a search; what is proved by then is `best`."""

    def __init__(self, best: Approximation) -> None:
        super().__init__(f"interrupted; `best` has {best.units} units and a proof")
        self.best = best


def with_fewer_units(
    g: Approximation,
    sigma: Activation,
    effort: str,
    progress: Progress | None,
    executor: Executor | None = None,
) -> Approximation:
    """Search for fewer units than those of g, which is proved; answer with g if there are none."""
    if effort == "quick" or g.units == 1:
        return g
    if progress is not None:
        progress(len(g.tried), len(g.tried) + 1, "free")
    try:
        found = _searched(g, _starts(g, sigma), sigma, effort, executor)
    except (CannotProve, InputError) as problem:
        return replace(g, tried=(*g.tried, ("free", Outcome(str(problem)))))
    except Interrupted as early:
        raise Interrupted(_with_tried(early.best, g, early.best.tried)) from None
    except KeyboardInterrupt:
        raise Interrupted(_with_tried(g, g, (("free", _TOO_EARLY),))) from None
    return _with_tried(found if found.units < g.units or g.method == "free" else g, g, found.tried)


def _with_tried(
    best: Approximation, g: Approximation, found: tuple[tuple[str, str], ...]
) -> Approximation:
    """Tell with the best what was tried for g, and what the search found."""
    before = (pair for pair in g.tried if pair[0] != "free")
    return replace(best, tried=(*before, *found))


def _starts(g: Approximation, sigma: Activation) -> list[Proved]:
    """Return a proved network of soft units for each output."""
    if METHODS[g.method].soft:
        outputs = [g.output(i) for i in range(len(g.targets))]
        return [(_used(g.network), g.certificates[0]) for g in outputs]
    if g.units > _RIVAL and is_soft(sigma):
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


def _fewer(
    target: Target,
    eps: float,
    best: Proved,
    effort: str,
    report: Callable[[Proved], None],
    executor: Executor | None,
) -> Proved:
    """Search fewer units; where f and the network see one linear form of x, on a line."""
    network, proof = best
    form, reduced = of_one_form(target), through_one_form(target, network)
    if form is None or reduced is None:
        return fewer(
            target, eps, best, lambda net: certified(target, net, eps), effort, report, executor
        )
    line, direction = form

    def prove(alone: Network) -> Certificate:
        return certified(target, along(alone, direction), eps)

    def lifted(proved: Proved) -> Proved:
        return along(proved[0], direction), proved[1]

    start = reduced.network, proof
    return lifted(
        fewer(line, eps, start, prove, effort, lambda found: report(lifted(found)), executor)
    )


def _searched(
    g: Approximation,
    starts: list[Proved],
    sigma: Activation,
    effort: str,
    executor: Executor | None,
) -> Approximation:
    """Search fewer units for each output, and prove all outputs."""
    begun = dict(zip(g.targets, starts, strict=True))
    steps: list[str] = []
    most = g.units if METHODS[g.method].soft else sum(start.units for start, _ in starts)

    def answer(network: Network, proofs: tuple[Certificate, ...]) -> Approximation:
        bound = max(proof.bound for proof in proofs)
        way = f", by way of {', then '.join(steps)}" if steps else ""
        told = f"{counted(network.units, 'unit')}, proved {rounded_up(bound)}{way}, out of {most}"
        tried = (("free", Outcome(told, network.units, bound)),)
        return Approximation(g.targets, g.eps, network, proofs, "free", tried)

    def prove(target: Target, eps: float, _sigma: Activation, _most: int | None) -> Proved:
        best = begun[target]

        def report(proved: Proved) -> None:
            nonlocal best
            best = proved
            steps.append(f"{proved[0].units} ({rounded_up(proved[1].bound)})")

        try:
            return _fewer(target, eps, best, effort, report, executor)
        except KeyboardInterrupt:
            if len(g.targets) > 1 or best[0].units >= g.units:
                raise Interrupted(replace(g, tried=(("free", _TOO_EARLY),))) from None
            raise Interrupted(answer(best[0], (best[1],))) from None

    network, proofs = replace(METHODS["free"], prove=prove).prove_all(g.targets, g.eps, sigma, None)
    return answer(network, proofs)
