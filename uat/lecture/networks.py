"""The networks that several figures draw, and those that their lines of code build."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from uat.construct.comb.build import build as build_comb
from uat.construct.ridge.choice import measured, scaled_problem
from uat.construct.ridge.layouts import Layout, directions
from uat.construct.staircase.build import Form
from uat.construct.staircase.build import build as build_staircase
from uat.construct.staircase.step import steps
from uat.core.activations import logistic, tanh
from uat.core.network import Affine, Network
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
    "comb_of",
    "comb_within",
    "even_ridges",
    "even_soft_units",
    "even_steps",
    "five_layers",
    "of_sizes",
    "staircase_of",
    "staircase_within",
]

SLACK = 0.8
"""The error of a staircase in a picture, in parts of ε: smaller ones show more air, with more units."""

_HALVINGS = 24
"""Halvings of the interval of log ε: more of them find an ε nearer to the least one, slower."""


def of_sizes(*sizes: int) -> Network:
    """Make a network of seeded random weights with these layer sizes, the inputs first."""
    draw = np.random.default_rng(0).standard_normal
    layers = [Affine(draw((above, below)), draw(above)) for below, above in pairwise(sizes)]
    return Network(layers, logistic)


def five_layers() -> Network:
    """Return the network that three pictures of the lecture show in growing detail."""
    return of_sizes(4, 6, 4, 2, 1)


def even_steps(target: Target, many: int) -> Network:
    """Build a staircase of `many` equally wide steps, each as high as f in its middle."""
    edges = np.linspace(*target.domain[0], many + 1)
    levels = target((edges[:-1] + edges[1:]) / 2)
    return steps(edges[1:-1], np.diff(levels), float(levels[0]), logistic, 1e100)


@single_threaded()
def even_soft_units(target: Target, many: int, slope: float) -> Network:
    """Build a network of evenly placed units of one slope, its weights by least squares."""
    start, stop = target.domain[0]
    width = stop - start
    biases = -slope * np.linspace(start - width / 10, stop + width / 10, many)
    # Chebyshev points keep the error at the ends as small as inside.
    x = (start + stop) / 2 - width / 2 * np.cos(np.linspace(0, np.pi, 10 * many))
    values = tanh(slope * x[:, None] + biases)
    weights = np.linalg.lstsq(values, target(x), rcond=1e-13)[0]
    return Network.from_units(weights, np.full(many, slope), biases, tanh)


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


def staircase_within(target: Target, eps: float, form: Form = "steps") -> Approximation:
    """Build a staircase that is seen to be within ε: balanced, with an error below 0.8 ε."""
    network, certificate = build_staircase(target, SLACK * eps, form=form, balanced=True)
    method = "staircase" if form == "steps" else form
    return Approximation((target,), eps, network, (certificate,), method, ())


def comb_of(target: Target, units: int) -> tuple[Network, Certificate]:
    """Build the comb of `units` units, and prove it."""
    network, _ = build_comb(target, 1.0, units=units)
    return network, certify(target, network)


def comb_within(target: Target, eps: float) -> tuple[Network, Certificate]:
    """Build a comb that is proved to be within ε."""
    g = approximate(target, eps=eps, method="comb")
    assert g.certificate is not None
    return g.network, g.certificate
