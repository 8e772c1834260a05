"""Step 3 of the lecture: a continuous function is nearly a sum of rectangles, so it has a network.

Cut the domain into as few pieces as possible on which f varies by at most 2ε (`pieces.py`); the
level c_k of each is the middle of its range. One unit a break t_k, of height the difference of the
two levels, gives

    g(x) = c_0 + Σ (c_k − c_{k−1}) σ(w(x − t_k)),

and the rectangles, two units a piece, the same function. Why its error is below ε: `staircase/a_priori.py`.

Source: the slides, step 3. The classroom form of the theorem; Cybenko's own proof (1989) is not
constructive.
"""

import math
from typing import Final, Literal

import numpy as np

from uat.construct.staircase.a_priori import Stairs, certify_stairs, float_rounding
from uat.construct.staircase.monotone_cells import sampled_cells
from uat.construct.staircase.pieces import (
    FLAT,
    Partition,
    cells_for,
    cut,
    one_coordinate,
    partition,
)
from uat.construct.staircase.step import grid_of_places, power_of_two, slope_for, steps
from uat.core.activations import Activation, logistic, relu
from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, FloatLimit
from uat.expression.arrays import Array

__all__ = ["Partition", "build", "build_from_samples", "partition"]

Form = Literal["steps", "rectangles"]

_SLACK: Final = 2.0**-9
_NARROW: Final = 2.0**-11
_WIDE: Final = 2.0**-3
_TRIES: Final = 8
_LEAST_EPS: Final = 2.0**-880
_MOST_SHARE: Final = 8
_COMPARED: Final = 1 << 18


def build(
    target: Target, eps: float, activation: Activation = logistic, form: Form = "steps"
) -> tuple[Network, Certificate]:
    """Build a network within ε of f, and prove it.

    Parameters
    ----------
    target : Target
        In one dimension.
    eps : float
    activation : Activation
        Any σ with two different limits, monotone or not, or ReLU.
    form : "steps" or "rectangles"
        One unit a break, or two units a piece.

    Returns
    -------
    Network
        One hidden layer, no output bias.
    Certificate
        Method "a priori", upper + rounding < ε.

    Raises
    ------
    CannotProve
        Where the error cannot be proved below ε; the message says why.

    Examples
    --------
    >>> network, certificate = build(Target("x**2", (0, 1)), 0.125)
    >>> network.units, certificate.bound < 0.125
    (5, True)
    """
    wanted, narrow = eps * (1 - _SLACK) / _share(activation), _NARROW
    cells = cells_for(target, wanted)
    pieces = cut(cells, wanted)
    for attempt in range(_TRIES):
        network, stairs, rounding = _built(target, pieces, activation, form, eps, narrow)
        if rounding > eps / 2:
            break
        certificate = certify_stairs(cells, stairs, network, rounding)
        if certificate.bound < eps:
            return network, certificate
        if activation is not relu:
            narrow *= _NARROW  # f may be steep at a break
        if attempt > 0 or activation is relu:
            wanted *= min((eps - rounding) / certificate.upper, 1.0) * (1 - _SLACK)
            if wanted < eps / _MOST_SHARE / _share(activation):
                break
            try:
                cells = cells_for(target, wanted)
                pieces = cut(cells, wanted)
            except CannotProve:
                break  # what is wrong is said of the network that could be built
    raise _refusal(stairs, rounding, eps)


def build_from_samples(
    target: Target, eps: float, activation: Activation = logistic, form: Form = "steps"
) -> tuple[Network, float]:
    """Build the same network from values of f on a grid, for an f that cannot be followed.

    Returns
    -------
    Network
    float
        The largest |f − g| on a grid of other points: an estimate, no bound.
    """
    one_coordinate(target)
    wanted = eps * (1 - _SLACK) / _share(activation)
    cells = sampled_cells(target, 2 * wanted * FLAT)
    network, _ = _network(target, cut(cells, wanted), activation, form, eps, _NARROW)
    a, b = target.domain[0]
    x = np.concatenate([a + (b - a) * np.random.default_rng(0).random(_COMPARED), [a, b]])
    return network, float(np.abs(np.asarray(target(x)) - network.as_function()(x)).max())


def _share(activation: Activation) -> float:
    """Return 1 + 2κ: by that much more than a monotone σ's the error may grow at a break."""
    if not math.isfinite(activation.overshoot):
        raise CannotProve(
            f"{activation.name} has no finite overshoot", "give uat.sigmoidal a finite tail(0)"
        )
    return 1 + 2 * activation.overshoot


def _refusal(stairs: Stairs, rounding: float, eps: float) -> CannotProve:
    """Make the error that names what keeps the bound above ε."""
    if eps < _LEAST_EPS:
        return FloatLimit(
            "f is too small for sums of steps in float64", "multiply f and eps by 1e30"
        )
    if rounding > eps / 2:
        return FloatLimit(
            f"eps = {eps:g} is below what evaluation in float64 keeps for this network: its "
            f"rounding alone is up to {rounding:.2g}",
            "take a larger eps",
        )
    t = stairs.breakpoints
    if len(t) > 1:
        gaps = np.diff(t)
        i = int(np.argmin(gaps / np.spacing(np.abs(t[1:]))))
        if gaps[i] < 64 * np.spacing(abs(t[i + 1])):
            return FloatLimit(
                f"eps = {eps:g} needs pieces of width {gaps[i]:.2g}, too narrow for float64 near "
                f"x = {t[i]:.6g}",
                "take a larger eps",
            )
    return CannotProve(
        f"{len(stairs.levels)} pieces are not proved to be within eps = {eps:g}",
        "take a larger eps",
    )


def _on_grid(levels: Array, form: Form, eps: float) -> tuple[Array, float]:
    """Round the levels to a grid on which their differences are exact; bound Σ|jump| too.

    Where ε allows it, the grid is so coarse that all partial sums are exact as well.
    """
    heights = np.abs(levels) if form == "rectangles" else np.abs(np.diff(levels))
    most = float(np.abs(levels).max())
    with np.errstate(over="ignore"):
        total = 2 * float(heights.sum()) + most
    if not total < 2.0**1000:
        raise FloatLimit("f is too large for sums of steps in float64", "divide f and eps by 1e30")
    if total < 2.0**-900:
        return np.zeros_like(levels), 2.0**-900
    coarse, fine = power_of_two(total) * 2.0**-51, power_of_two(max(most, 2.0**-900)) * 2.0**-50
    grid = max(fine, min(coarse, power_of_two(min(eps, total)) * 2.0**-20))
    return np.asarray(np.round(levels / grid) * grid), total


def _built(
    target: Target, pieces: Partition, activation: Activation, form: Form, eps: float, narrow: float
) -> tuple[Network, Stairs, float]:
    """Make the network, of ReLU with ramps as wide as their rounding asks for, and bound that."""
    while True:
        settled = activation is not relu or narrow >= _WIDE
        try:
            network, stairs = _network(target, pieces, activation, form, eps, narrow)
        except CannotProve:
            if settled:
                raise
            narrow = _WIDE
            continue
        rounding = float_rounding(network, target.domain[0])
        if settled or rounding <= eps / 16:
            return network, stairs, rounding
        narrow = min(narrow * power_of_two(16 * rounding / eps), _WIDE)


def _network(
    target: Target, pieces: Partition, activation: Activation, form: Form, eps: float, narrow: float
) -> tuple[Network, Stairs]:
    """Make the units: levels on a dyadic grid, so that their differences and sums are exact."""
    levels, total = _on_grid(pieces.levels, form, eps)
    t, (a, b) = pieces.breakpoints, target.domain[0]
    gaps = np.diff(np.concatenate([[a], t, [b + (b - a)]]))  # the last piece may be cut short
    distances = np.minimum(gaps[:-1], gaps[1:]) * narrow
    places, margin = t, math.inf
    if form == "rectangles":
        ends = (
            min(a - (b - a) / 4, np.nextafter(a, -np.inf)),
            max(b + (b - a) / 4, np.nextafter(b, np.inf)),
        )
        places, margin = np.concatenate([ends[:1], t, ends[1:]]), min(a - ends[0], ends[1] - b) / 2
    nearest = min(float(distances.min(initial=np.inf)), margin)
    moving = math.isfinite(nearest)
    slope = slope_for(activation, nearest, eps * _SLACK / 8 / total) if moving else 1.0
    if activation is relu:
        places = grid_of_places(places, slope)
    if form == "steps":
        stairs = Stairs(places, levels, distances, margin, slope)
        return steps(places, np.diff(levels), float(levels[0]), activation, slope), stairs
    stairs = Stairs(places[1:-1], levels, distances, margin, slope)
    sides, jumps = np.repeat(places, 2)[1:-1], np.stack([levels, -levels], axis=1).ravel()
    return steps(sides, jumps, 0.0, activation, slope), stairs
