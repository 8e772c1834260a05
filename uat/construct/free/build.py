"""The fewest soft units: places and slopes free, units dropped as long as a proof holds.

A comb and a sum of ridges are found by linear algebra, since their units stand where a rule puts
them. Free units need about half as many. The search begins with such a network that is within ε of
f. It drops the units that hurt least (`prune.py`), many at a time at first, moves the others until
the error is below ε again (`refine.py`), and so on while it can; then it tries again with another penalty
on large weights. On a line, where there is time for it, units are exchanged where no other way leads
below ε (`exchange.py`). Networks are proved on the way and at its end, and only one whose error
is proved below ε is an answer. There is no bound before the search, and no claim that fewer units
cannot do: it ends in a local minimum.

The work is counted in products of numbers, not in seconds: the same f has the same answer everywhere.

Sources: G. H. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear least
squares problems whose variables separate, 1973; B. Hassibi and D. G. Stork, Optimal Brain Surgeon,
1992.
"""

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from uat.construct.free.exchange import exchanged
from uat.construct.free.prune import dropped, fewest_near, harms, without
from uat.construct.free.refine import Aim, Budget, Found, refine
from uat.construct.free.samples import Samples
from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.numerics.network_rounding import rounding_bound
from uat.numerics.one_thread import single_threaded
from uat.numerics.sampled_error import largest_error
from uat.numerics.workers import answers, packed

__all__ = ["EFFORTS", "fewer"]

Proved = tuple[Network, Certificate]

Step = tuple[Found | None, float]
"""A network on a way down, None at its end, and the work that it took from the beginning."""

_SHARE: Final = 0.97
"""The part of ε, less the rounding, that is aimed at; larger: fewer units, more proofs that fail."""

_JUMP: Final = 0.125
"""The part of the units that is dropped at once after the first jump; larger: more jumps fail."""

_JUMP_WORK: Final = 0.8
"""The part of the work left that a jump may take; larger: larger jumps, less after one that fails."""

_JUMP_STEPS: Final = 60
"""Steps of least squares after a jump, and between proofs; more: slower, fewer are given up."""

_SMALLER: Final = 0.7
"""The part of the units of the network before from which a network on the way down is proved;
larger: more proofs, less is lost if the way is interrupted or leads below what can be proved."""

_FAILURES: Final = 2
"""So many of these proofs that fail in a row end the way; more: slower."""

_PROOFS: Final = 4
"""Networks whose proof is tried at the end of a way down, the smallest first; more: slower."""

_REPAIRS: Final = 4
"""Proofs of each, between which its units are moved again; more: slower, fewer are given up."""

_REPAIR_WORK: Final = 0.1
"""The part of the work that these moves may take; larger: as above."""


@dataclass(frozen=True, slots=True)
class Effort:
    """The limits of a search, counted in work and tries."""

    work: tuple[float, float, float]  # on a line, in the plane, above; products of two numbers
    penalties: tuple[float, ...]
    """The λ of ridge penalties (`refine.py`), one way down for each."""
    reach: float
    """The first jump drops units while the mean error, before the others move, is below so many
    goals; larger: a larger jump, which fails more often."""
    tries: int  # units that are dropped on trial before the way down ends
    steps: int  # of least squares, for each trial
    exchanges: int  # in vain, on a line, before it ends there
    again: bool
    """True to go on from the best network, that of "normal" at first, until none is better."""


EFFORTS: Final = {
    "quick": Effort((0.0, 0.0, 0.0), (), 0.0, 0, 0, 0, False),
    "normal": Effort((1e9, 2e10, 1e11), (1e-2, 1e-4), 10.0, 2, 120, 0, False),
    "thorough": Effort((1e12, 2e12, 2e13), (1e-2, 1e-4, 1e-1, 1e-6), 100.0, 8, 400, 32, True),
}
"""The efforts by name."""


@single_threaded()
def fewer(
    target: Target,
    eps: float,
    start: Proved,
    prove: Callable[[Network], Certificate],
    effort: str = "normal",
    report: Callable[[Proved], None] = lambda proved: None,
    executor: Executor | None = None,
) -> Proved:
    """Find a network of fewer units that is proved to be within ε of f, by moving and dropping units.

    Parameters
    ----------
    target : Target
    eps : float
    start : (Network, Certificate)
        A network of soft units, proved below ε.
    prove : callable
        The proof of a network; only one below ε is taken.
    effort : str
        "quick" (no search), "normal" or "thorough".
    report : callable
        Called with each smaller network that is proved.
    executor : concurrent.futures.Executor, optional
        Goes the ways down side by side. The answer is the same.

    Returns
    -------
    (Network, Certificate)
        The start if no smaller network is proved.

    Examples
    --------
    >>> import uat
    >>> target = uat.Target("sin(x)", (0, 3))
    >>> g = uat.approximate(target, eps=1e-4, method="comb")
    >>> prove = lambda network: uat.certify(target, network)
    >>> network, proof = fewer(target, 1e-4, (g.network, g.certificate), prove)
    >>> network.units < g.units, proof.bound < 1e-4
    (True, True)
    """
    chosen = EFFORTS[effort]
    work = chosen.work[min(target.dimension, 3) - 1]
    budget, begin, best = Budget(work), start, start
    if chosen.again:  # there is soon an answer, and never a worse one for more effort
        best = fewer(target, eps, start, prove, "normal", report, executor)
    while True:
        samples = Samples.around(target, begin[0])
        goal = _goal(samples, eps, begin[0])
        ways = _Ways(samples, samples.hidden(begin[0]), goal, chosen)
        ahead = ways.ahead(budget.remaining, executor)
        for penalty in chosen.penalties:
            repair = Aim(goal, penalty, Budget(_REPAIR_WORK * work))
            steps, needed = ahead.get(penalty, ([], np.inf))
            networks = (
                _replayed(steps, budget)
                if needed <= budget.remaining
                else ways.down(penalty, budget)
            )
            # floats may overflow on the way: what comes of it is proved or dropped
            with np.errstate(all="ignore"):
                best = _smallest_proved(networks, best, eps, prove, repair, report)
        if not chosen.again or best is begin or budget.remaining < 0:
            return best
        begin = best


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """The ways down from one network, one for each penalty."""

    samples: Samples
    hidden: Array
    goal: float
    effort: Effort

    def down(self, penalty: float, budget: Budget) -> Iterator[Found]:
        """Go one way down: yield networks below the goal, each with fewer units than before."""
        yield from _way_down(
            self.samples, self.hidden, Aim(self.goal, penalty, budget), self.effort
        )

    def ahead(
        self, work: float, executor: Executor | None
    ) -> dict[float, tuple[list[Step], float]]:
        """Go all ways down side by side; return for each its steps and the work that it needs.

        With so much work or more a way has the same networks as with all of it.
        """
        if executor is None or work <= 0:
            return {}
        told, penalties = packed(self), self.effort.penalties
        tasks = [(told, penalty, work) for penalty in penalties]
        return dict(zip(penalties, answers(_way_elsewhere, tasks, executor), strict=True))


@single_threaded()
def _way_elsewhere(task: tuple[bytes, float, float]) -> tuple[list[Step], float]:
    """Go one way down in another process."""
    told, penalty, work = task
    (ways,) = pickle.loads(told)  # noqa: S301 - from the process that waits for the answer
    budget = Budget(work)
    with np.errstate(all="ignore"):
        steps = [(found, budget.spent) for found in ways.down(penalty, budget)]
        steps.append((None, budget.spent))
    return steps, max(budget.spent, budget.needed)


def _replayed(steps: Sequence[Step], budget: Budget) -> Iterator[Found]:
    """Go a way down that was gone in another process, and take off the work as it was done."""
    begun = budget.remaining
    for found, spent in steps:
        budget.remaining = begun - spent
        if found is not None:
            yield found


def _goal(samples: Samples, eps: float, near: Network) -> float:
    """Return the scaled error that leaves room for a proof and for a rounding as that of a network."""
    return samples.scaled(
        _SHARE * eps - rounding_bound(samples.turned(near), samples.target.domain)
    )


def _way_down(samples: Samples, hidden: Array, aim: Aim, effort: Effort) -> Iterator[Found]:
    """Yield networks below the goal, each with fewer units than the one before.

    The first jump drops units while the mean error is below `reach` goals; those that follow drop
    a part of them, less and less where that fails, at last one.
    """
    units = samples.shape_of(hidden).sizes[1]
    count, most = units - fewest_near(samples, hidden, effort.reach * aim.goal), units
    while aim.budget.remaining >= 0:
        found = None
        while found is None and count > 1 and aim.budget.remaining >= 0:
            kept = dropped(samples, hidden, units - count)
            with aim.budget.part(_JUMP_WORK) as part:
                found = refine(samples, kept, replace(aim, budget=part), _JUMP_STEPS)
            if found is None:
                count = most = count // 2
        found = found or _with_one_less(samples, hidden, aim, effort)
        if found is None:
            return
        yield found
        samples, hidden, units = found.samples, found.hidden, found.units
        count = min(2 * max(count, 1), most, int(_JUMP * units))


def _with_one_less(samples: Samples, hidden: Array, aim: Aim, effort: Effort) -> Found | None:
    """Drop one of the units that hurt least, and move or exchange the others; None where that fails."""
    if samples.shape_of(hidden).sizes[1] == 1 or aim.budget.remaining < 0:
        return None
    order = np.argsort(harms(samples, hidden), kind="stable")
    tries = (
        refine(samples, without(samples, hidden, unit), aim, effort.steps)
        for unit in order[: effort.tries].tolist()
    )
    found = next((found for found in tries if found is not None), None)
    if found is not None or samples.target.dimension > 1 or not effort.exchanges:
        return found
    left = without(samples, hidden, int(order[0]))
    return exchanged(samples, left, aim, effort.exchanges, effort.steps)


def _smallest_proved(
    way: Iterator[Found],
    best: Proved,
    eps: float,
    prove: Callable[[Network], Certificate],
    aim: Aim,
    report: Callable[[Proved], None],
) -> Proved:
    """Return the smallest network of a way down that is proved, or the best so far.

    On the way the first network is proved that is so much smaller than the last one tried; the way
    ends where that fails again and again. Then the smallest ones are tried.
    """
    waiting: list[Found] = []
    last, failures = best[0].units, 0
    for found in way:
        if found.units + 1 >= best[0].units:
            continue
        waiting.append(found)
        if found.units + 1 > _SMALLER * last:
            continue
        last, proved = found.units + 1, _proved(waiting.pop(), eps, prove, aim)
        if proved is not None:
            best, waiting, failures = proved, [], 0
            report(best)
        else:
            failures += 1
            if failures == _FAILURES:
                break
    for found in waiting[: -_PROOFS - 1 : -1]:
        proved = _proved(found, eps, prove, aim)
        if proved is not None:
            report(proved)
            return proved
    return best


def _proved(
    found: Found | None, eps: float, prove: Callable[[Network], Certificate], aim: Aim
) -> Proved | None:
    """Prove a network; where its bound is too large, move its units for a smaller goal, and again."""
    for _ in range(_REPAIRS):
        if found is None:
            break
        network = found.network
        try:
            proof = prove(network)
        except CannotProve:
            break
        if proof.bound < eps:
            return network, proof
        aim = replace(aim, goal=aim.goal * _SHARE * eps / proof.bound)
        _, worst = largest_error(found.samples.target, network)
        found = refine(found.samples.with_points(worst), found.hidden, aim, _JUMP_STEPS)
    return None
