"""Search for a counterexample for a long time: `python -m tests.counterexamples.run --trials 1000000`.

A problem is one drawn (f, σ, ε, box). It is given to `uat.approximate`, and its answer to the
adversary with the proved bound, upper + rounding, in place of ε. A trial is one search of the
adversary for an x past that bound: around one break of the network (its floats, the widths of its
transition, its bisection), on one stretch between two breaks (golden section), at one sudden
change of f or g (bisection), at one top of the error on a grid (golden section), at one end of the
box, one random walk from one of the worst points, or one real point in many digits. Each compares f
and g at many points; those are counted apart. A problem
that is drawn again is not counted again; errors are counted by their advice.
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.targets import folded_targets
from uat import Activation, Approximation, Target
from uat.construct.polygon.build import bends
from uat.core.activations import NAMED
from uat.numerics.activation_shape import is_soft
from uat.numerics.workers import Workers, share
from uat.testing import (
    assert_within_eps,
    continuous_targets,
    eps_values,
    sigmoidal_activations,
)

__all__ = ["Problem", "main", "problems", "solve"]

ROUND: Final = 20


@dataclass(frozen=True)
class Problem:
    """A question to the theorem: f, σ, ε, a method, and how long to search for fewer units."""

    f: Target
    sigma: Activation
    eps: float
    method: str
    effort: str

    def key(self) -> tuple[Any, ...]:
        """Return an identity of the problem, with f by its values at a few points of its box."""
        values = _values(self.f, 17).tolist()
        return (self.f.domain, *values, self.sigma.name, self.eps, self.method, self.effort)


def _values(f: Target, count: int) -> Any:
    """Values of f along the diagonal of its box."""
    return np.asarray(f(*(np.linspace(*side, count) for side in f.domain)))


def activations() -> st.SearchStrategy[Activation]:
    """Every σ of the package, those of a user, and leaky ones of any slope."""
    leaky = st.floats(-0.99, 0.99).map(lambda slope: uat.leaky_relu(round(slope, 3)))
    return sigmoidal_activations() | st.sampled_from([*NAMED.values()]) | leaky


@st.composite
def problems(draw: st.DrawFn, finest: float = 2e-3) -> Problem:
    effort = draw(st.sampled_from(["quick"] * 7 + ["normal"]))
    if draw(st.integers(0, 5)) == 0:
        f, sigma = draw(folded_targets()), draw(activations().filter(bends))
        methods = ["polygon"]
    else:
        f, sigma = draw(continuous_targets()), draw(activations())
        methods = ["auto", *["polygon"] * bends(sigma), *["free", "comb"] * is_soft(sigma)]
        methods += ["staircase"] * (sigma.sigmoid is not None)
    values = _values(f, 257)
    size = float(np.ptp(values)) or float(np.abs(values).max()) or 1.0
    eps = draw(eps_values(size, finest=finest))
    return Problem(f, sigma, eps, draw(st.sampled_from(methods)), effort)


def solve(problem: Problem) -> Approximation | uat.CannotProve:
    """Return the answer, or the error that says why there is none."""
    try:
        return uat.approximate(
            problem.f,
            eps=problem.eps,
            activation=problem.sigma,
            method=problem.method,
            effort=problem.effort,
        )
    except uat.CannotProve as refusal:
        return refusal


@dataclass
class Tally:
    """Counts of what was tried, and the problems seen."""

    trials: int = 0
    problems: int = 0
    points: int = 0
    units: int = 0
    closest: float = 0.0
    refusals: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[Any, ...]] = field(default_factory=set)

    def add(self, tried: "Tried") -> None:
        """Count a problem, unless it was tried before."""
        if tried.key in self.seen:
            return
        self.seen.add(tried.key)
        if tried.refusal:
            self.refusals[tried.refusal] += 1
            return
        self.problems += 1
        self.trials += tried.places
        self.points += tried.points
        self.units += tried.units
        self.closest = max(self.closest, tried.share)

    def __str__(self) -> str:
        refused = sum(self.refusals.values())
        return (
            f"{self.trials:,} trials, no violation: {self.problems:,} problems, "
            f"{self.units:,} units, {self.points:,} points; worst error / bound "
            f"{self.closest:.6f}; {refused:,} refused"
        )


@dataclass(frozen=True)
class Tried:
    """What came of one problem."""

    key: tuple[Any, ...]
    refusal: str = ""
    places: int = 0
    points: int = 0
    units: int = 0
    share: float = 0.0


def tried(problem: Problem, rng: int) -> Tried:
    """Give a problem to the theorem, and its answer to the adversary."""
    key, answer = problem.key(), solve(problem)
    if isinstance(answer, uat.CannotProve):
        return Tried(key, f"{type(answer).__name__}: {answer.remedy or answer.reason}")
    assert answer.network.depth == 1
    assert answer.certificate is not None
    bound = answer.certificate.bound
    assert bound < problem.eps
    assert (answer.fewest or 1) <= answer.units + 1
    found = assert_within_eps(problem.f, answer, None, bound, rng=rng)
    return Tried(key, "", found.places, found.points, answer.units, found.error / bound)


def a_round(finest: float, size: int, number: int) -> list[Tried]:
    """Draw a round of problems, at random from its number, and try each once."""
    found: dict[tuple[Any, ...], Tried] = {}

    @seed(number)
    @settings(
        max_examples=size,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(problems(finest))
    def attempt(problem: Problem) -> None:
        if problem.key() not in found:
            found[problem.key()] = tried(problem, number)

    attempt()
    return [*found.values()]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("`", maxsplit=1)[0])
    parser.add_argument(
        "--trials", type=int, default=1_000_000, help="number of trials after which to stop"
    )
    parser.add_argument("--seconds", type=float, default=3600.0, help="time after which to stop")
    parser.add_argument("--rng", type=int, default=0, help="number of the first round")
    parser.add_argument(
        "--finest", type=float, default=2e-3, help="smallest ε, in parts of the range of f"
    )
    parser.add_argument("--workers", type=int, default=0, help="processes that share the work")
    chosen = parser.parse_args(arguments)
    tally, began, worked = Tally(), time.perf_counter(), time.process_time()
    number = chosen.rng + max(1, 2 * chosen.workers)

    def take(_task: int, found: list[Tried]) -> list[int]:
        nonlocal number
        for one in found:
            tally.add(one)
        if tally.trials >= chosen.trials or time.perf_counter() - began >= chosen.seconds:
            return []
        if number % 10 == 0:
            print(f"{time.perf_counter() - began:6.0f} s  {tally}", flush=True)  # noqa: T201
        number += 1
        return [number - 1]

    with Workers(chosen.workers) if chosen.workers else nullcontext() as executor:
        work = partial(a_round, chosen.finest, ROUND)
        share(work, range(chosen.rng, number), take, executor)
    clock = (
        f"{time.perf_counter() - began:.0f} s, {time.process_time() - worked:.0f} s of processor"
    )
    print(f"{clock}: {tally}", *tally.refusals.most_common(), sep="\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
