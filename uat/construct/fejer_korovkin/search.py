r"""Which degree needs the fewest units, and how many they are.

A mean of higher degree leaves more of ε to the staircases, but has more directions. Each candidate
gives a share of ε to the mean, the same part of it to each coordinate along which f moves, and is
counted, and the one with the fewest units is the plan. The count needs H_p, the variation of a profile
over half a period. Where the mean's coefficients can be had they bound it (`profiles.py`).

Where not, the moduli do. A change of s by h is one of u_j by h/p_j, so H_p is at most V_j/|p_j| for
each p_j ≠ 0, V_j the largest variation of the mean along u_j. It is at most

- (y/sin y) times that of f, y = πN_j/2P_j: the mean is F made constant on the cells of its midpoints
  and folded with a kernel of coefficients ρ_k y_k/sin y_k, y_k = πk/2P_j, whose ∫|·| is at most
  y/sin y times that of K, for y/sin y is a series in y² with coefficients > 0 and ∫|K''| ≤ N² ∫K
  (Bernstein);
- N_j (a + 2·mean) + b for each line a + bt above ω_j: the mean is monotone on N_j stretches of half
  a period, and moves on one by what f does and twice its distance from it at most.

Then H_p Σ|p_i| ≤ Σ_i V_i, and D directions take at most D² Σ_i V_i/2e steps for the error e.

Source: as for `fejer_korovkin/build.py`; S. Bernstein, 1912, for ∫|K''|.
"""

import itertools
import math
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

import numpy as np

from uat.construct.fejer_korovkin.cosine_mean import coefficients, damped
from uat.construct.fejer_korovkin.degrees import affordable, degrees_for, mean_error, samples_for
from uat.construct.fejer_korovkin.directions import Family, count_directions, families
from uat.construct.fejer_korovkin.partial_moduli import Lines, partial_moduli
from uat.construct.fejer_korovkin.plan import Design, Plan, Request, spare_of, units_a_step
from uat.construct.fejer_korovkin.profiles import ProfileRanges, profile_ranges
from uat.construct.fejer_korovkin.shares import Staircases, share_out
from uat.core.activations import Activation
from uat.core.target import Target
from uat.enclosure.directed import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array

__all__ = ["design_of", "planned"]


_SHARES: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_MOST_SHARE: Final = 0.95
_ENOUGH: Final = 3
_SHARES_OF_ONE: Final = tuple(2.0 ** (i / 4 - 4) for i in range(13))


def planned(target: Target, eps: float, activation: Activation) -> Plan:
    """Find the plan with the fewest units, however many those are.

    In one dimension, where the variation of f is known, no coefficient is needed to count.

    Raises
    ------
    CannotProve
        Where the moduli of f do not fall so far that any degree is enough.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> print(planned(Target("x**2", (0, 1)), 0.001, logistic))
    degree 24,798, 1 direction, 551 units: mean ≤ 6.25e-05, profiles ≤ 0.0009219
    """
    request = Request(target, partial_moduli(target), eps, activation)
    if target.dimension == 1 and math.isfinite(request.moduli[0].variation):
        plans = (_by_moduli(request, share) for share in _SHARES_OF_ONE)
        first = next(plans)
        return next((p for p in itertools.chain([first], plans) if p.buildable), first)
    found = _by_coefficients(request)
    # the share s with the least s^(−2d)/(1 − s)
    most = min(2 * target.dimension / (2 * target.dimension + 1), _MOST_SHARE)
    return _by_moduli(request, most) if found is None else found


def design_of(target: Target, plan: Plan, activation: Activation) -> Design:
    """Return the parts that a plan is built from; where it needed no coefficients, they are made now."""
    if plan.design is not None:
        return plan.design
    c, error = coefficients(target, plan.degrees, plan.samples)
    found = tuple(families(damped(c)))
    steps = (plan.units - 1) // units_a_step(activation)
    pieces = tuple(np.full(1, float(steps + 1)) for _ in found)
    return Design(found, tuple(map(profile_ranges, found)), pieces, float(c[0]), plan.mean + error)


def _by_moduli(request: Request, share: float) -> Plan:
    """Count without the coefficients: for more directions than one, what is always enough."""
    degrees = degrees_for(request.moduli, share * request.eps)
    samples = samples_for(degrees)
    mean = mean_error(request.moduli, degrees, samples)
    left, spare = request.left(mean), spare_of(request.activation)
    parts = zip(request.moduli, degrees, samples, strict=True)
    total = math.fsum(_variation(lines, n, p, mean) for lines, n, p in parts)
    directions = count_directions(degrees)
    ratio = total * (1 + spare) / (2 * left) * UP
    if directions == 0 or directions * total / 2 <= left:
        steps = 0
    elif directions == 1:
        steps = math.ceil(ratio) - 1
    else:
        steps = math.ceil(directions**2 * Fraction(ratio)) + 1
    return Plan(
        eps=request.eps,
        degrees=degrees,
        samples=samples,
        directions=directions,
        ridges=directions if steps else 0,
        units=1 + steps * units_a_step(request.activation),
        mean=mean,
        profiles=left * request.overshot,
        basis="moduli",
        assumptions=request.assumptions,
    )


def _variation(lines: Lines, degree: int, samples: int, mean: float) -> float:
    """Bound V_j, the variation of the mean along one coordinate."""
    y = math.pi * degree / (2 * samples)
    smooth = lines.variation * (y / math.sin(y) if y > 0 else 1.0)
    rough = (degree * (lines.intercepts + 2 * mean) + lines.slopes).min()
    return min(smooth, float(rough)) * UP


def _by_coefficients(request: Request) -> Plan | None:
    """Count for each share of ε with the coefficients of the mean; None where they are too many."""
    candidates: list[tuple[int, ...]] = []
    for share in _SHARES[::-1]:
        with suppress(CannotProve):
            degrees = degrees_for(request.moduli, share * request.eps)
            if affordable(degrees) and degrees not in candidates:
                candidates.append(degrees)
        if candidates and max(candidates[0]) == 0:
            break  # the mean of f alone is enough
    if not candidates:
        return None
    largest = tuple(map(max, zip(*candidates, strict=True)))
    samples = samples_for(largest)
    c, error = coefficients(request.target, largest, samples)
    best, worse = None, 0
    for degrees in candidates:
        mean = mean_error(request.moduli, degrees, samples) + error
        found = _counted(request, c[tuple(slice(n + 1) for n in degrees)], samples, mean)
        if found is None:
            continue
        better = best is None or found.units < best.units
        best, worse = (found, 0) if better else (best, worse + 1)
        if worse == _ENOUGH:
            break
    return best


def _counted(request: Request, c: Array, samples: tuple[int, ...], mean: float) -> Plan | None:
    """Count the units of one mean, given the coefficients within its degrees."""
    a, degrees = damped(c), tuple(n - 1 for n in c.shape)
    found = tuple(families(a))
    ranges = tuple(map(profile_ranges, found))
    staircases = _staircases(request, found, ranges)
    pieces = share_out(staircases, request.left(mean))
    if pieces is None:
        return None
    ends = np.cumsum([0, *(len(f.directions) for f in found)])
    by_family = tuple(pieces[start:end] for start, end in itertools.pairwise(ends))
    return Plan(
        eps=request.eps,
        degrees=degrees,
        samples=samples,
        directions=count_directions(degrees),
        ridges=int(staircases.copies[pieces != 1].sum()),
        units=1 + staircases.total_units(pieces),
        mean=mean,
        profiles=staircases.total_error(pieces) * request.overshot * UP,
        basis="coefficients",
        assumptions=request.assumptions,
        design=Design(found, ranges, by_family, float(a.flat[0]), mean),
    )


def _staircases(
    request: Request, found: tuple[Family, ...], ranges: tuple[ProfileRanges, ...]
) -> Staircases:
    """Join the profiles of all families."""
    step = units_a_step(request.activation)

    def joined(parts: list[Any]) -> Array:
        return np.concatenate([np.empty(0), *parts])

    return Staircases(
        variation=joined([r.variation for r in ranges]),
        extent=joined([r.extent for r in ranges]),
        half_periods=joined([f.half_periods * step for f in found]),
        copies=joined([f.copies for f in found]),
        spare=spare_of(request.activation),
    )
