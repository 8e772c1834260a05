"""The networks that several figures draw, and those that their lines of code build."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, wraps
from inspect import signature
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import numpy as np

from uat.construct.comb.build import build as build_comb
from uat.construct.ridge.choice import measured, scaled_problem
from uat.construct.ridge.layouts import Layout, directions
from uat.construct.staircase.build import Form
from uat.construct.staircase.build import build as build_staircase
from uat.core.activations import logistic
from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.numerics.least_squares import smallest
from uat.numerics.one_thread import single_threaded
from uat.proof.certify import certify
from uat.theorem.approximate import approximate
from uat.theorem.approximation import Approximation

if TYPE_CHECKING:
    from uat.core.certificate import Certificate
    from uat.core.target import Target

__all__ = [
    "SLACK",
    "check_room",
    "comb_of",
    "comb_within",
    "even_ridges",
    "five_layers",
    "of_sizes",
    "once",
    "proved",
    "staircase_of",
    "staircase_within",
]

P = ParamSpec("P")
T = TypeVar("T")

SLACK = 0.8
"""The error of a staircase in a picture, in parts of ε: smaller ones show more air, with more units."""

_POINTS = 2001
"""Points at which the variation of f is looked at."""

_HALVINGS = 24
"""Halvings of the interval of log ε: more of them find an ε nearer to the least one, slower."""


def once(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function of a figure returns; defaults that are left out or given are one call."""
    kept: Any = cache(make)
    asked = signature(make)

    @wraps(make)
    def found(*given: P.args, **named: P.kwargs) -> T:
        bound = asked.bind(*given, **named)
        bound.apply_defaults()
        answer: T = kept(*bound.args)
        return answer

    return found


def of_sizes(*sizes: int) -> Network:
    """Make a network of seeded random weights with these layer sizes, the inputs first."""
    draw = np.random.default_rng(0).standard_normal
    layers = [Affine(draw((above, below)), draw(above)) for below, above in pairwise(sizes)]
    return Network(layers, logistic)


def five_layers() -> Network:
    """Return the network that three pictures of the lecture show in growing detail."""
    return of_sizes(4, 6, 4, 2, 1)


@single_threaded()
def even_ridges(target: Target, many: int, each: int, eps: float) -> Network:
    """Build a sum of ridges along `many` evenly spread directions, with `each` units along each.

    The weights are those of the smallest Σ|a| whose error at the sampled points is below ε, or else
    those of the smallest error.
    """
    layout = Layout(directions(2, many), each, 1.0, 0.0)
    problem = scaled_problem(target, eps, logistic, layout.size)
    units = problem.dictionary(layout)
    fit = smallest(
        units.fit.triangle,
        units.fit.values,
        lambda weights: measured(problem, units, weights),
        problem.eps,
    )
    return units.network(fit.weights * problem.size)


def staircase_of(target: Target, units: int) -> tuple[Network, Certificate]:
    """Build the staircase of at most `units` units with the smallest ε, and prove it."""
    low, high = 1e-4, 10.0
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        if build_staircase(target, middle)[0].units <= units:
            high = middle
        else:
            low = middle
    return build_staircase(target, high)


@lru_cache(maxsize=16)
def staircase_within(target: Target, eps: float, form: Form = "steps") -> Approximation:
    """Build a staircase that is seen to be within ε: balanced, with an error below 0.8 ε."""
    network, certificate = build_staircase(target, SLACK * eps, form=form, balanced=True)
    method = "staircase" if form == "steps" else form
    return Approximation((target,), eps, network, (certificate,), method, ())


_COUNTED: Final = 1e9
"""Units that a message counts one by one."""


def check_room(target: Target, eps: float, most: int, place: str) -> None:
    """Refuse an ε for which rectangles take more units than a picture or a film has room for.

    Where the variation of f at points asks for more already, nothing is built: a step may rise by
    2ε at most, and each rise takes a unit or two.
    """
    rises = np.abs(np.diff(target(np.linspace(*target.domain[0], _POINTS))))
    least = float(rises.sum()) / (2 * eps) - _POINTS
    needed = least if least > most else staircase_within(target, eps, "rectangles").units
    if needed > most:
        raise InputError(
            f"{needed:{',.0f' if needed < _COUNTED else '.1e'}} units and more are needed at eps = {eps:g}; {place} has room for {most:,}, so "
            "take a larger eps"
        )


@lru_cache(maxsize=64)
def proved(target: Target, network: Network) -> Certificate:
    """Prove the error of a network, once for all the languages, themes and sizes of its figure."""
    return certify(target, network)


@lru_cache(maxsize=16)
def comb_of(target: Target, units: int) -> tuple[Network, Certificate]:
    """Build the comb of `units` units, and prove it."""
    network, _ = build_comb(target, 1.0, units=units)
    return network, certify(target, network)


@lru_cache(maxsize=16)
def comb_within(target: Target, eps: float) -> tuple[Network, Certificate]:
    """Build a comb that is proved to be within ε."""
    g = approximate(target, eps=eps, method="comb")
    assert g.certificate is not None
    return g.network, g.certificate
