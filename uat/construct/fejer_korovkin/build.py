r"""The theorem with its count known before anything is built: any continuous f on a box, any σ.

1. The Fejér–Korovkin mean of f, of degree N_j along x_j, is within Σ_j E ω_j(|t|) of f, for a
   Lipschitz f at most 0.9 Σ_j L_j (b_j − a_j)/(N_j + 2) (`fejer_korovkin/cosine_mean.py`).
2. It is a sum of profiles of one direction each, q_p(p·u) (`fejer_korovkin/directions.py`).
3. Each is nearly a staircase: n_p pieces of equal variation over half a period, n_p − 1 steps in
   each of the Σ_j |p_j| half periods that the box holds, one unit a step
   (`fejer_korovkin/profiles.py`):

    units = 1 + Σ_p (n_p − 1) Σ_j |p_j|,    sup|f − g| ≤ mean + Σ_p H_p/2n_p + what is reserved < ε,

H_p the variation of q_p over half a period. A plan finds the degrees and the n_p with the fewest
units (`fejer_korovkin/plan.py`).

Source: P. P. Korovkin, Linear Operators and Approximation Theory, 1960, for the mean; the slides,
step 3, for the staircases. Cybenko's own proof (1989) gives no count.
"""

import math
from typing import Final

import numpy as np

from uat.construct.fejer_korovkin import plan as plans
from uat.construct.fejer_korovkin.plan import Design, Plan, design_of, planned, spare_of
from uat.construct.fejer_korovkin.profiles import (
    Ridge,
    cut_profile,
    make_ridge,
    network_of,
    units_error,
)
from uat.construct.staircase.step import sigmoid_of
from uat.core.activations import Activation, logistic
from uat.core.arguments import read_eps, whole_number
from uat.core.certificate import Certificate, Evidence
from uat.core.network import Network
from uat.core.target import Target
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.one_thread import single_threaded
from uat.numerics.witness import proved_lower, refuse_contradiction

__all__ = ["MOST", "MOST_DIMENSIONS", "Plan", "build", "fewest_units", "plan"]


MOST: Final = 200_000  # the most units that are planned unless the caller says otherwise

MOST_DIMENSIONS: Final = 32
"""The theorem knows no such limit, but the arrays of numpy have no more axes."""

_TAILS: Final = 2.0**-8  # the part of ε for the tails of σ; smaller: steeper units

_SEEN: Final = 1 << 23
_MOST_POINTS: Final = 4096
"""A witness is looked for at this many units times points, but not at more points."""

_TRIES: Final = 60
_NEAR: Final = 1.4
"""A refusal names an ε for which `most` units are enough, to within this factor."""


@single_threaded()
def plan(
    target: Target, eps: float, activation: Activation = logistic, *, most: int | None = MOST
) -> Plan:
    """Compute what a network within ε of f needs: degrees, directions, units, bounds.

    f has at most 32 coordinates, and σ two different limits, or it grows as ReLU does. `most` is the most
    units; None counts without refusal, however large. Raises CannotProve where more units are
    needed, with their number and an ε for which the limit is enough, and where the moduli of f are
    not known or do not fall.

    Examples
    --------
    >>> print(plan(Target("maximum(x, y)", [(0, 1), (0, 1)]), 0.3))
    degree 50 × 50, 3,096 directions, 4 with units, 10 units: mean ≤ 0.02985, profiles ≤ 0.2633
    """
    eps, most = read_eps(eps), None if most is None else whole_number(most, "most")
    _check(target, activation)
    found = planned(target, eps, activation)
    if most is not None and not (found.buildable and found.units <= most):
        raise _refusal(target, found, activation, most)
    return found


@single_threaded()
def fewest_units(
    target: Target, eps: float, activation: Activation = logistic, *, most: int | None = None
) -> int:
    """Count the units of a plan, but no further than to more than `most`.

    The count is exact up to `most`. Beyond, it is a lower bound that takes no enclosures of f.
    The arguments and errors are those of `plan` without a limit.

    Examples
    --------
    >>> f = Target("sin(3*x)*cos(2*y)", [(-1, 1), (-1, 1)])
    >>> 20 < fewest_units(f, 0.3, most=20) <= plan(f, 0.3).units == fewest_units(f, 0.3)
    True
    """
    _check(target, activation)
    return plans.fewest_units(target, read_eps(eps), activation, most)


def _check(target: Target, activation: Activation) -> None:
    """Refuse an f or a σ for which there is no plan."""
    if target.dimension > MOST_DIMENSIONS:
        raise InputError(
            f"f has {target.dimension} coordinates; the mean is made in {MOST_DIMENSIONS} at most; fix "
            "some of them, or sum functions of fewer"
        )
    if not math.isfinite(sigmoid_of(activation).overshoot):
        raise CannotProve(
            f"{activation.name} has no finite overshoot", "give uat.sigmoidal a finite tail(0)"
        )


@single_threaded()
def build(
    target: Target, eps: float, activation: Activation = logistic, *, most: int | None = MOST
) -> tuple[Network, Certificate]:
    """Build the network of a plan, exactly its units, and prove it.

    The arguments are those of `plan`. The network has one hidden layer and no output bias; its
    certificate, by the method "a priori", proves upper + rounding < ε. The bound is that of the
    module: Korovkin's mean and the staircases of the slides. Raises CannotProve as `plan` does, and
    where float64 does not keep the planned bound.

    Examples
    --------
    >>> f = Target("maximum(x, y)", [(0, 1), (0, 1)])
    >>> network, certificate = build(f, 0.3)
    >>> network.units == plan(f, 0.3).units, certificate.bound < 0.3
    (True, True)
    """
    made = plan(target, eps, activation, most=most)
    if not made.buildable:
        raise CannotProve(f"{made} are too many", "take a larger eps")
    design = design_of(target, made, activation)
    ridges, flat, still = _ridges(design, activation, eps)
    network = network_of(ridges, design.constant + still, target.domain, activation)
    constant = abs(design.constant) + abs(still)
    error, rounding = units_error(ridges, network, target.domain, constant)
    upper = math.fsum([design.mean, flat, error]) * UP
    if not upper + rounding < eps:
        raise CannotProve(
            f"the planned bound {made.bound:.6g} becomes {upper:.6g} + {rounding:.2g} (rounding) in "
            f"float64, past eps = {eps:g}",
            "take a larger eps",
        )
    return network, _certificate(target, network, upper, rounding, made.assumptions)


def _refusal(target: Target, found: Plan, activation: Activation, most: int) -> CannotProve:
    """Return the error: what would be needed, and an ε for which `most` units are enough."""
    if found.units > most:
        what = f"more than the limit of {most:,} units"
    else:
        what = "a mean with too many coefficients"
    given = f"eps = {found.eps:g} needs {what}: {found}"
    fits = _larger(target, found, activation, most)
    if fits is None:
        return CannotProve(given, "take a larger eps or allow more units")
    return CannotProve(given, f"eps = {fits.eps:.3g} would take {fits.units:,}")


def _larger(target: Target, found: Plan, activation: Activation, most: int) -> Plan | None:
    """Find an ε for which `most` units are enough: double it, then bisect the last step."""
    low, fits = found.eps, None
    for _ in range(_TRIES):
        tried = _rounded(fits.eps**0.5 * low**0.5 if fits else 2 * low)
        if fits and not low * _NEAR < tried < fits.eps / _NEAR:
            break
        other = planned(target, tried, activation)
        if other.buildable and other.units <= most:
            fits = other
        else:
            low = tried
    return fits


def _rounded(eps: float) -> float:
    """Round an ε to the three digits that a message shows."""
    return float(f"{eps:.3g}")


def _ridges(design: Design, activation: Activation, eps: float) -> tuple[list[Ridge], float, float]:
    """Cut all profiles: those with steps, the error of the others, and the sum of their levels."""
    cut, flat, still = [], [], []
    for family, ranges, counts in zip(design.families, design.ranges, design.pieces, strict=True):
        one = counts == 1
        flat.append(float(family.copies[one] @ ranges.extent[one]) / 2 * UP)
        still.append(float(family.copies[one] @ ranges.middle[one]))
        for i in np.flatnonzero(counts > 1):
            variation, count = float(ranges.variation[i]), int(counts[i])
            pieces = cut_profile(family.amplitudes[i], variation, count)
            cut.append((family.directions[i], pieces, variation / (2 * count)))
    jumps = [
        2.0 ** (np.count_nonzero(p) - 1) * float(p.sum()) * float(np.abs(np.diff(q.levels)).sum())
        for p, q, _ in cut
    ]
    share, spare = eps * _TAILS / max(math.fsum(jumps), 1e-300), spare_of(activation) / 4
    ridges = [make_ridge(p, q, activation, share, spare * within) for p, q, within in cut]
    return ridges, math.fsum(flat) * UP, math.fsum(still)


def _certificate(
    target: Target, network: Network, upper: float, rounding: float, assumptions: tuple[str, ...]
) -> Certificate:
    """Find a witness, and make the certificate."""
    points = _candidates(target, min(_MOST_POINTS, max(64, _SEEN // network.units)))
    lower, witness = proved_lower(target, network, points)
    refuse_contradiction(lower, witness, upper, assumptions)
    box = np.array(target.domain)[None]
    evidence = Evidence(box[:, :, 0], box[:, :, 1], np.array([upper]), target, network)
    return Certificate(upper, lower, witness, rounding, "a priori", assumptions, evidence)


def _candidates(target: Target, count: int) -> Array:
    """Return corners of the box, its centre and a spread of points: (points, d)."""
    d, rng = target.dimension, np.random.default_rng(0)
    inner = np.concatenate([np.full((1, d), 0.5), rng.random((count, d))])
    if 2**d <= _MOST_POINTS:
        corners = np.indices((2,) * d).reshape(d, -1).T
    else:
        corners = rng.integers(0, 2, (count, d))
    shares = np.concatenate([corners, inner])
    points = target.lower + (target.upper - target.lower) * shares
    inside: Array = np.clip(points, target.lower, target.upper)
    return inside
