"""An analytic f and a soft network: |f − g| on a few large cells, nearly as small as it is.

On a cell f − g is replaced by the polynomial of degree N_i in x_i through its values at Chebyshev's
points. With Λ = ∏ (1 + (2/π) log(N_i + 1)),

    |f − g| ≤ largest |polynomial| + Λ · (error of a value) + Σ_i (∏_{j<i} Λ_j) · (loss along x_i),

where the first is bounded by values on a finer grid (`between_nodes.py`), and the loss along x_i by
bounds of f (`bernstein_ellipses.py`) and σ (`sigma/strips.py`) on ellipses around the cell. A cell
that would need too high a degree is halved. In one dimension cells end at the kinks of f; a tiny
cell that holds a kink, or the end of a root, is bounded by ranges (`one_cell.py`).

Sources: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, theorem 8.2;
H. Ehlich and K. Zeller, Schwankung von Polynomen zwischen Gitterpunkten, 1964.
"""

import math
import pickle
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

import numpy as np

from uat.core.certificate import Evidence
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.one_thread import single_threaded
from uat.numerics.workers import packed, share
from uat.proof.interpolation.active_units import Cell, soft
from uat.proof.interpolation.one_cell import HIGHEST, NEARLY, PLAN, CellBound, Task, on_cell

__all__ = ["prove_by_chebyshev"]


_WORK: Final = 1e5
"""The work of a cell of the proof by cells, in values of a unit, measured."""

_TRIES: Final = 4
"""Proofs with a lower level each."""

_SHARE: Final = {1: 0.0004, 2: 0.003, 3: 0.003}
"""The tolerance as a share of the level; smaller: sharper, slower."""

_STEEPEST: Final = {1: 1e12, 2: 1e3, 3: 200.0}
"""Arguments of units may vary by this on the box."""

_CLIMB: Final = 40.0
"""And by this on one cell, for a guess of the number of cells."""

_FEW: Final = 50.0
"""As many cells are tried whatever the budget is."""

_TOGETHER: Final = 32
"""Cells bounded at a time, whoever does it; more: less waiting for others, more work past the budget."""

_NEAREST: Final = 2.0**-100
"""The least level, as a share of Σ|a|."""

# Balls have one precision in a process, so of its threads one at a time works with them.
_ALONE: Final = Lock()


def prove_by_chebyshev(
    target: Target,
    network: Network,
    budget: int,
    *,
    level: float,
    executor: Executor | None = None,
) -> Evidence:
    """Bound |f − g| on the box by polynomials on cells; inf where the budget was too small for any.

    f has a formula, at most three coordinates, and kinks in one coordinate only; the network has
    one hidden layer, one output and a smooth activation. The budget is the number of cells of a
    proof by cells that would cost as much. The excess of the bound is kept small beside the level,
    an estimate of the sup error. Cells are bounded in the executor, without one here.

    >>> import uat
    >>> f = uat.Target("1 / (1 + exp(-x))", (-1, 1))
    >>> g = Network.from_units([0.5], [2], [0], uat.logistic)
    >>> prove_by_chebyshev(f, g, 1000, level=0.29).bounds.round(3)
    array([0.291])
    """
    work = _WORK * budget
    task = _task(target, network, level, max(work / PLAN, _FEW))
    best = _search(task, target, network, work, executor)
    # again, and more sharply, where the level turns out to have been too high
    for _ in range(_TRIES - 1):
        upper = float(best.bounds.max())
        if not upper < NEARLY * task.level:
            break
        task = _task(target, network, upper, max(work / PLAN, _FEW))
        again = _search(task, target, network, work, executor)
        best = min(best, again, key=lambda e: float(e.bounds.max()))
    return best


def _task(target: Target, network: Network, level: float, most: float) -> Task:
    if target.dimension != network.input_dimension:
        raise InputError(f"{network!r} given for {target!r}; as many coordinates are needed")
    if target.expression is None:
        raise CannotProve(target.untraced or "f has no formula")
    if target.dimension not in HIGHEST:
        raise CannotProve(
            f"f has {target.dimension} coordinates; interpolation is for {max(HIGHEST)} at most"
        )
    g = soft(network)
    with np.errstate(over="ignore", invalid="ignore"):
        sides = target.upper - target.lower
        climbs = np.max(np.abs(g.slopes) * sides, axis=1, initial=0.0)
    steepest = float(np.max(climbs, initial=0.0))
    if not steepest <= _STEEPEST[target.dimension] or _cells_needed(climbs, len(sides)) > most:
        raise CannotProve(
            f"slopes up to {steepest:.3g} a box are too steep for interpolation within this budget; "
            'method="cells" takes any'
        )
    least = _NEAREST * max(g.size, 1e-200)
    level = max(level, least) if math.isfinite(level) else max(g.size, least)
    return Task(target.expression, g, sides, level, _SHARE[target.dimension] * level)


def _cells_needed(climbs: Array, dimension: int) -> float:
    """Guess how many cells there will be: a few along each steep unit, or a lattice of them."""
    across = np.maximum(climbs / _CLIMB, 1.0)
    along_units = 3 * float(np.sum(across ** (dimension - 1)))
    return min(along_units, float(np.max(across, initial=1.0)) ** dimension)


def _search(
    task: Task, target: Target, network: Network, work: float, executor: Executor | None
) -> Evidence:
    """Halve cells until each is bounded; past the work allowed, bound what is left by ranges."""
    search = _Search(work, [Cell.between(target.lower, target.upper)])
    search.step([on_cell(task, search.waiting[0], work)])
    if executor is None:
        while search.waiting:
            search.step([on_cell(task, cell, search.left) for cell in search.next()])
    else:
        told = packed(target, network, task.level)
        share(_on_cell, search.handed_out(told, search.waiting), search.take, executor)
    lower, upper = (np.array([getattr(c, end) for c in search.cells]) for end in ("lower", "upper"))
    bounds = np.array(search.bounds)
    assert (bounds >= 0).all(), "no number is no bound"
    return Evidence(lower, upper, bounds, target, network)


_Handed = tuple[bytes, Cell, float]
_Answer = CellBound | int | CannotProve


@dataclass(slots=True)
class _Search:
    """The cells of a proof, looked at in the same order whoever bounds them.

    Others bound cells whose turn has not come while they wait for the last of those whose turn it is.
    """

    left: float  # of the work
    waiting: list[Cell]
    cells: list[Cell] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)
    known: dict[Cell, tuple[_Handed, _Answer]] = field(default_factory=dict)

    def next(self) -> list[Cell]:
        """Return the cells whose turn it is."""
        return self.waiting[-_TOGETHER:]

    def step(self, answers: list[CellBound | int]) -> list[Cell]:
        """Take the answers for these, and return the cells that they are halved into."""
        some, halves = self.next(), list[Cell]()
        del self.waiting[-_TOGETHER:]
        for cell, answer in zip(some, answers, strict=True):
            if isinstance(answer, int):
                halves += cell.halves(answer)
                self.left -= PLAN
            else:
                self.cells.append(cell)
                self.bounds.append(answer.bound)
                self.left -= answer.work
        self.waiting += halves
        return halves

    def handed_out(self, told: bytes, cells: list[Cell]) -> list[_Handed]:
        """Return cells as tasks for others, with the work that is left now."""
        return [(told, cell, self.left) for cell in cells]

    def take(self, handed: _Handed, answer: _Answer) -> list[_Handed]:
        """Keep an answer until its turn comes, and return the cells to be handed out then."""
        self.known[handed[1]] = handed, answer
        halves = list[Cell]()
        while self.waiting and all(cell in self.known for cell in self.next()):
            halves += self.step([self._answer(*self.known.pop(cell)) for cell in self.next()])
        return self.handed_out(handed[0], halves)

    def _answer(self, handed: _Handed, answer: _Answer) -> CellBound | int:
        """Return the answer for the work that is left now, which is no more than it was."""
        told, cell, left = handed
        enough = answer.work <= self.left if isinstance(answer, CellBound) else True
        if left > 0 and not (self.left > 0 and enough):
            answer = _on_cell((told, cell, self.left))
        if isinstance(answer, CannotProve):
            raise answer
        return answer


@single_threaded()
def _on_cell(handed: _Handed) -> _Answer:
    """Bound |f − g| on a cell, in another process."""
    told, cell, left = handed
    with _ALONE:
        try:
            return on_cell(_task_told(told), cell, left)
        except CannotProve as reason:
            return reason


@lru_cache(maxsize=2)
def _task_told(told: bytes) -> Task:
    target, network, level = pickle.loads(told)  # noqa: S301 - from the process that waits
    return _task(target, network, level, math.inf)
