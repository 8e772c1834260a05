"""One hidden layer in any dimension: ridges along a few directions add up to anything.

A unit sees x through one number, w·x, so its graph is a ridge. With J directions w_j and soft
units along each,

    g(x) = a_0 + Σ_j Σ_k a_jk σ(β_j (w_j·x − t_jk)),

the sums over k make any profile along w_j, and sums of profiles along enough directions come near
any continuous f (Vostrecov and Kreines 1961). All a_jk come from one least squares; of all weights
that meet ε those of small Σ|a| are taken. The number of directions is measured: layouts of growing
size (`ridge/dictionary.py`) are fitted until one is near enough, and of its units, in order, the
fewest that still are. The error is measured on a fine grid: an estimate, no bound.

Sources: A. Pinkus, Ridge Functions, 2015, chapter 5; D. L. Donoho and E. J. Candès, Ridgelets,
1999 (ridges as a dictionary).
"""

import math
from typing import Final

import numpy as np

from uat.construct.decay import float_limit, is_rounding
from uat.construct.ridge.choice import (
    Choice,
    RidgeProblem,
    fewest,
    measured,
    nearest_sum,
    scaled_problem,
)
from uat.construct.ridge.points import finely_compared, on_the_box
from uat.core.activations import Activation, logistic
from uat.core.arguments import read_eps
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.numerics.activation_shape import check_soft
from uat.numerics.least_squares import smallest
from uat.numerics.one_thread import single_threaded
from uat.numerics.sampled_error import errors_at

__all__ = ["MOST_DIMENSIONS", "build"]

MOST_DIMENSIONS: Final = 8
"""The number of directions for one degree grows past what is built in more dimensions."""

_MOST_FACTORED: Final = 3000
"""Beyond it a singular value decomposition would need more than a gigabyte."""

_SHARE: Final = 0.9
"""The part of ε that is wanted at the points of the choice; smaller: more units, fewer retries."""

_TRIES: Final = 4
_SHARE_AGAIN: Final = 0.97
_LEAST_SHARE: Final = 0.25
"""A retry wants less, in proportion to what a finer grid shows, but not less than a quarter."""


@single_threaded()
def build(
    target: Target,
    eps: float,
    activation: Activation = logistic,
    *,
    units: int | None = None,
    most: int = 4000,
) -> tuple[Network, float]:
    """Build a network of ridges that is within ε of f as far as a fine grid shows.

    Parameters
    ----------
    target : Target
        In at most eight coordinates.
    eps : float
    activation : Activation
        Soft, with two different limits.
    units : int, optional
        At most that many, the constant included, fitted as near to f as they come; without it
        the fewest found.
    most : int
        Where the search ends. Memory grows as its square and stays below 1 GB at 4000.

    Returns
    -------
    Network
        One hidden layer, no output bias: a unit of slope 0 stands for the constant.
    float
        The largest |f − g| on a grid ten times as fine as that of the fit, in more than two
        dimensions on a large set of low discrepancy with faces and corners: an estimate.

    Raises
    ------
    InputError
        For more than eight coordinates, an activation with kinks or jumps, fewer than 1 unit.
    CannotProve
        Where no such network was found; the message says what was reached.

    Examples
    --------
    >>> network, estimate = build(Target("x*y", [(0, 1), (0, 1)]), 1e-3)
    >>> network.units < 40, estimate < 1e-3
    (True, True)
    """
    eps = read_eps(eps)
    _check(target, activation, units, most)
    problem = scaled_problem(target, eps, activation, most if units is None else units)
    chosen = None if units is None else nearest_sum(problem)
    wanted = _SHARE * problem.eps
    for _ in range(_TRIES):
        best = fewest(problem, wanted) if chosen is None else chosen
        reached = best.error * problem.size
        if not best.error < wanted:
            break
        network = _network(problem, best, wanted)
        reached = _estimate(problem, network)
        if reached < eps:
            return network, reached
        # between the points of the choice there was more, as where kinks meet
        wanted *= max(_LEAST_SHARE, _SHARE_AGAIN * eps / reached)
    if best.count < problem.most and is_rounding(reached, problem.size):
        raise float_limit(reached, eps)
    raise CannotProve(
        f"no sum of ridges within eps = {eps:g} was found: {best.count} units of "
        f"{problem.most} allowed come within {reached:.3g} only{_outlook(problem, best)}",
        "take a larger eps or more units",
    )


def _outlook(problem: RidgeProblem, best: Choice) -> str:
    """Continue the error to the most units allowed, if the search was given up."""
    decay, most = best.decay, problem.most
    if decay is None:
        return ""
    led = decay.expected(most) * problem.size
    return f", and the error falls like n^-{decay.rate:.2f}, to about {led:.2g} with {most}"


def _check(target: Target, activation: Activation, units: int | None, most: int) -> None:
    dimension = target.dimension
    if dimension > MOST_DIMENSIONS:
        needed = [math.comb(degree + dimension - 1, dimension - 1) for degree in (4, 8)]
        raise InputError(
            f"f has {dimension} coordinates; ridges are built in {MOST_DIMENSIONS} at most: degree "
            f"4 takes {needed[0]:,} directions there and degree 8 {needed[1]:,}, and each of them "
            "takes units",
            "fix some coordinates, or sum functions of fewer",
        )
    check_soft(activation, "ridge", dimension)
    for name, value in (("units", units), ("most", most)):
        if value is not None and not value >= 1:
            raise InputError(f"{name}={value} given; at least 1 is needed")


def _network(problem: RidgeProblem, choice: Choice, wanted: float) -> Network:
    """Take of all weights that are near enough the smallest."""
    dictionary, count = problem.dictionary(choice.layout), choice.count
    if count > _MOST_FACTORED:
        best = dictionary.fit.weights(count)
    else:
        best = smallest(
            dictionary.fit.triangle[:count, :count],
            dictionary.fit.values[:count],
            lambda weights: measured(problem, dictionary, weights),
            wanted,
        ).weights
    with np.errstate(over="ignore"):
        weights = best * problem.size
    if not np.isfinite(weights).all():
        raise CannotProve(
            "f is too large for a sum of ridges in float64", "divide f and eps by 1e30"
        )
    return dictionary.network(weights)


def _estimate(problem: RidgeProblem, network: Network) -> float:
    """Look for the largest |f − g| on a fine grid."""
    target = problem.target
    points = on_the_box(target, finely_compared(target.dimension, 3 * network.units))
    return float(errors_at(target, network, points).max())
