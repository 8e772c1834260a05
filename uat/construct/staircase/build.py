"""Step 3 of the lecture: a continuous function is nearly a sum of rectangles, so it has a network.

Cut the domain into as few pieces as possible on which f varies by at most 2ε (`pieces.py`); the
level c_k of each is the middle of its range. One unit a break t_k, of height the difference of the
two levels, gives

    g(x) = c_0 + Σ (c_k − c_{k−1}) σ(b(x − t_k)),

and the rectangles, two units a piece, the same function. Why its error is below ε:
`staircase/a_priori.py`.

Source: the slides, step 3. The classroom form of the theorem; Cybenko's own proof (1989) is not
constructive.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from uat.construct.staircase.a_priori import Stairs, certify_stairs, float_rounding
from uat.construct.staircase.monotone_cells import Cells, sampled_cells
from uat.construct.staircase.pieces import (
    FLAT,
    Partition,
    balanced_eps,
    cells_for,
    cut,
    one_coordinate,
    partition,
    pieces_needed,
)
from uat.construct.staircase.step import (
    on_exact_grid,
    sigmoid_of,
    slope_for,
    steps,
)
from uat.core.activations import Activation, logistic
from uat.core.arguments import read_eps
from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, FloatLimit
from uat.expression.arrays import Array
from uat.numerics.powers_of_two import power_of_two_at_least
from uat.numerics.sampled_error import error_on_a_line

__all__ = ["Partition", "build", "build_from_samples", "partition", "pieces_needed"]

Form = Literal["steps", "rectangles"]

_SLACK: Final = 2.0**-9
"""The part of ε left to tails and rounding; smaller: fewer pieces, but steeper units."""

_NARROW: Final = 2.0**-11
"""A transition's part of the shorter piece beside it; smaller: less error, but steeper units."""

_WIDE: Final = 2.0**-3
"""The widest steps of two units, in parts of the shorter piece: beyond it they would overlap."""

_ATTEMPTS: Final = 8
"""The most attempts, with narrower transitions or finer pieces; more: slower refusals."""

_LEAST_GOAL: Final = 2.0**-3
"""The finest pieces that are tried: their goal, in parts of ε/(1 + 2κ)."""

_LEAST_EPS: Final = 2.0**-880  # below it products of levels and tails underflow


def build(
    target: Target,
    eps: float,
    activation: Activation = logistic,
    form: Form = "steps",
    *,
    balanced: bool = False,
) -> tuple[Network, Certificate]:
    """Build a network within ε of f, and prove it.

    f has one coordinate, and σ two different limits, monotone or not, or it grows as ReLU does. The
    network has one hidden layer and no output bias: one unit for each break (two where σ grows) and
    one for the constant, or two a piece for "rectangles" (the slides, step 3). The certificate, by the method "a priori", proves upper + rounding < ε;
    CannotProve says why that is not possible. With `balanced`, as many pieces come as close to f as
    they can, and no piece is a sliver.

    Examples
    --------
    >>> network, certificate = build(Target("x**2", (0, 1)), 0.125)
    >>> network.units, certificate.bound < 0.125
    (5, True)
    >>> build(Target("x", (0, 1)), 0.2, balanced=True)[1].bound < 0.167
    True
    """
    task = _Task(target, read_eps(eps), activation, form)
    if balanced:
        share = task.goal / task.eps
        task = replace(task, eps=balanced_eps(target, task.goal) / share)
    return _by_pairs(task) if activation.limits is None else _by_steep_units(task)


def build_from_samples(
    target: Target, eps: float, activation: Activation = logistic, form: Form = "steps"
) -> tuple[Network, float]:
    """Build the same network from values of f on a grid, for an f that cannot be traced.

    The number is the largest |f − g| on other points: an estimate, no bound.
    """
    one_coordinate(target)
    task = _Task(target, read_eps(eps), activation, form)
    cells = sampled_cells(target, 2 * task.goal * FLAT)
    network = _network(task, cut(cells, task.goal), _NARROW).network
    return network, error_on_a_line(target, network)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """The arguments of `build`."""

    target: Target
    eps: float
    activation: Activation
    form: Form

    @property
    def share(self) -> float:
        """1 + 2κ: the error at a break is larger by this factor than with a monotone σ."""
        sigmoid = sigmoid_of(self.activation)
        if not math.isfinite(sigmoid.overshoot):
            raise CannotProve(
                f"{sigmoid.name} has no finite overshoot; give uat.sigmoidal a finite tail(0)"
            )
        return 1 + 2 * sigmoid.overshoot

    @property
    def goal(self) -> float:
        """The distance from f allowed to the piecewise constant function, at the first attempt."""
        return self.eps * (1 - _SLACK) / self.share


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """The domain in cells and pieces, so that the levels are within `goal` of f."""

    cells: Cells
    partition: Partition
    goal: float


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    """A network, and what its proof needs."""

    network: Network
    stairs: Stairs
    rounding: float = math.nan


def _by_steep_units(task: _Task) -> tuple[Network, Certificate]:
    """Build with a sigmoidal σ: narrow the transitions first, then cut finer pieces as well."""
    division = _cut(task, task.goal)
    for attempt in range(_ATTEMPTS):
        built = _measured(task, _network(task, division.partition, _NARROW ** (attempt + 1)))
        certificate = _certified(task, division, built)
        if certificate.bound < task.eps:
            return built.network, certificate
        if attempt > 0:
            finer = _finer(task, division, certificate)
            if finer is None:
                break
            division = finer
    raise _refusal(built, task.eps)


def _by_pairs(task: _Task) -> tuple[Network, Certificate]:
    """Build with two units a step, as narrow as rounding allows, and finer pieces at each attempt."""
    division = _cut(task, task.goal)
    for _ in range(_ATTEMPTS):
        built = _widened(task, division.partition)
        certificate = _certified(task, division, built)
        if certificate.bound < task.eps:
            return built.network, certificate
        finer = _finer(task, division, certificate)
        if finer is None:
            break
        division = finer
    raise _refusal(built, task.eps)


def _widened(task: _Task, pieces: Partition) -> _Built:
    """Widen the steps until their rounding is a small part of ε, or they are as wide as allowed.

    The rounding of two units falls in proportion to their slope.
    """
    narrow = _NARROW
    while narrow < _WIDE:
        try:
            built = _measured(task, _network(task, pieces, narrow))
        except CannotProve:
            break
        if built.rounding <= task.eps / 16:
            return built
        narrow = narrow * power_of_two_at_least(16 * built.rounding / task.eps)
    return _measured(task, _network(task, pieces, _WIDE))


def _cut(task: _Task, goal: float) -> _Cut:
    cells = cells_for(task.target, goal)
    return _Cut(cells, cut(cells, goal), goal)


def _finer(task: _Task, division: _Cut, certificate: Certificate) -> _Cut | None:
    """Cut finer in proportion to what the proof missed ε by.

    None if that cannot be done, or the goal falls below the least one.
    """
    spent = min((task.eps - certificate.rounding) / certificate.upper, 1.0)
    goal = division.goal * spent * (1 - _SLACK)
    if goal < _LEAST_GOAL * task.eps / task.share:
        return None
    try:
        return _cut(task, goal)
    except CannotProve:
        return None  # the error message is about the network that could be built


def _measured(task: _Task, built: _Built) -> _Built:
    return replace(built, rounding=float_rounding(built.network, task.target.domain[0]))


def _certified(task: _Task, division: _Cut, built: _Built) -> Certificate:
    """Prove the error, unless rounding alone takes half of ε."""
    if built.rounding > task.eps / 2:
        raise _refusal(built, task.eps)
    return certify_stairs(division.cells, built.stairs, built.network, built.rounding)


def _refusal(built: _Built, eps: float) -> CannotProve:
    """Return the error that says why the bound is not below ε."""
    stairs, rounding = built.stairs, built.rounding
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
    coarse, fine = (
        power_of_two_at_least(total) * 2.0**-51,
        power_of_two_at_least(max(most, 2.0**-900)) * 2.0**-50,
    )
    grid = max(fine, min(coarse, power_of_two_at_least(min(eps, total)) * 2.0**-20))
    return np.asarray(np.round(levels / grid) * grid), total


def _network(task: _Task, pieces: Partition, narrow: float) -> _Built:
    """Make the units; a transition takes the part `narrow` of the shorter piece beside it."""
    activation, form = task.activation, task.form
    levels, total = _on_grid(pieces.levels, form, task.eps)
    t, (a, b) = pieces.breakpoints, task.target.domain[0]
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
    slope = slope_for(activation, nearest, task.eps * _SLACK / 8 / total) if moving else 1.0
    if activation.limits is None:
        places = on_exact_grid(places, slope)
    if form == "steps":
        stairs = Stairs(places, levels, distances, margin, slope)
        return _Built(steps(places, np.diff(levels), float(levels[0]), activation, slope), stairs)
    stairs = Stairs(places[1:-1], levels, distances, margin, slope)
    sides, jumps = np.repeat(places, 2)[1:-1], np.stack([levels, -levels], axis=1).ravel()
    return _Built(steps(sides, jumps, 0.0, activation, slope), stairs)
