r"""A plan: the degrees and units of the theorem for one ε, known before anything is built.

A mean of higher degree leaves more of ε to the staircases, but has more directions. So several
shares of ε are tried for the mean, each split evenly among the coordinates along which f moves, and
the one with the fewest units is the plan.

A profile of variation H over half a period is within H/2n of n levels. Its n − 1 breaks are
repeated, mirrored, in each of the w half periods that the box holds, and the r directions that
differ only in signs share the profile. So the errors add up to Σ r H/2n, and the breaks to
Σ r w (n − 1). For a price λ of one break the best numbers of pieces are

    Σ r · min over n of (H/2n + λ w (n − 1)),    that is n(n − 1) ≤ H/2λw < n(n + 1),

and no other choice with as small an error has fewer breaks. The price is found by bisection; for a
small error e it leads to about (Σ r √(wH))²/2e breaks. A profile in a single piece is within half
its range of that level.

The coefficients of the mean, where they can be computed, bound H_p (`profiles.py`). Elsewhere the
moduli of f do. A change of s by h is one of u_j by h/p_j, so H_p is at most V_j/|p_j| for each
p_j ≠ 0, V_j the largest variation of the mean along u_j. It is at most

- (y/sin y) times that of f, y = πN_j/2P_j: the mean is F made constant on the cells of midpoints
  and folded with a kernel of coefficients ρ_k y_k/sin y_k, y_k = πk/2P_j, whose ∫|·| is at most
  y/sin y times that of K, for y/sin y is a series in y² with coefficients > 0 and ∫|K''| ≤ N² ∫K
  (Bernstein);
- N_j (a + 2·mean) + b for each line a + bt above ω_j: the mean is monotone on N_j stretches of half
  a period, and changes on each by at most the change of f and twice the distance from f.

Then H_p Σ|p_i| ≤ Σ_i V_i, and D directions take at most D² Σ_i V_i/2e steps for the error e.

Sources: S. Bernstein, 1912, for ∫|K''|; H. Everett, Generalized Lagrange multiplier method, 1963.
"""

import itertools
import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.construct.fejer_korovkin.cosine_mean import coefficients, damped, sampled_coefficients
from uat.construct.fejer_korovkin.degrees import affordable, degrees_for, mean_error, samples_for
from uat.construct.fejer_korovkin.directions import Family, count_directions, families
from uat.construct.fejer_korovkin.partial_moduli import Lines, moduli_rest_on_trust, partial_moduli
from uat.construct.fejer_korovkin.profiles import ProfileRanges, profile_ranges
from uat.construct.staircase.step import sigmoid_of
from uat.core.activations import Activation
from uat.core.certificate import rounded_up
from uat.core.target import Target
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, counted
from uat.expression.arrays import Array

__all__ = [
    "Design",
    "Plan",
    "Staircases",
    "design_of",
    "fewest_units",
    "planned",
    "share_out",
    "spare_of",
]

_RESERVE: Final = 2.0**-6  # the part of eps for tails and rounding
_SPARE: Final = 2.0**-7  # the part of H/2n for the width of transitions; smaller: steeper
_SPARE_OF_PAIRS: Final = 2.0**-3  # the same for steps of two units, which lose digits
_SHARES: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of eps for the mean; more: fewer units, slower."""

_MOST_SHARE: Final = 0.95  # of eps for the mean where only moduli are known
_ENOUGH: Final = 3  # shares in a row that need more units end the search
_SHARES_OF_ONE: Final = tuple(2.0 ** (i / 4 - 4) for i in range(13))
"""The same in one dimension, the smallest that can be built."""

_LOWEST_PRICE: Final = 2.0**-120
"""The lowest price tried, relative to the largest variation: about 2^60 pieces."""

_BISECTIONS: Final = 200  # enough for the last digit of the price

_OFF: Final = 2.0**-30
"""More than rounding may change of coefficients, relative to the largest."""


@dataclass(frozen=True, slots=True, eq=False)
class Staircases:
    """The profiles that need a number of pieces each; all arrays are (profiles,).

    `spare` is the relative increase of H/2n where there are several pieces: the error of the
    polyline that stands for the profile, and the width of the transitions.
    """

    variation: Array  # H, over half a period
    extent: Array  # twice the error of a single piece
    half_periods: Array  # w, times the units of one step
    copies: Array  # r
    spare: float

    def errors(self, pieces: Array) -> Array:
        """Bound the error of each profile in one direction: (profiles,)."""
        several = self.variation / (2 * np.maximum(pieces, 1)) * (1 + self.spare)
        return np.where(pieces == 1, self.extent / 2, several)

    def units(self, pieces: Array) -> Array:
        """Return the units of each profile in one direction: (profiles,)."""
        return self.half_periods * (pieces - 1)

    def total_error(self, pieces: Array) -> float:
        """Bound the sum of the errors over all directions."""
        return float(self.copies @ self.errors(pieces)) * UP

    def total_units(self, pieces: Array) -> int:
        """Count the units of all directions, exactly."""
        return sum(int(n) for n in (self.copies * self.units(pieces)).tolist())

    def at_price(self, price: float) -> Array:
        """Choose the numbers of pieces with the least error + price · units."""
        with np.errstate(over="ignore"):
            many = np.floor(0.5 + np.sqrt(0.25 + self.variation / (2 * price * self.half_periods)))
        cost = self.errors(many) + price * self.units(many)
        return np.where(cost < self.extent / 2, many, 1.0)


def share_out(staircases: Staircases, error: float) -> Array | None:
    """Find numbers of pieces, (profiles,), with few units whose errors add up to at most `error`.

    They are whole numbers ≥ 1; None where the error is too small for floats.
    """
    one = np.ones(len(staircases.variation))
    if staircases.total_error(one) <= error:
        return one
    prices = _prices(staircases, error)
    if prices is None:
        return None
    low, high = prices
    return _filled(staircases, staircases.at_price(low), staircases.at_price(high), error)


def _prices(staircases: Staircases, error: float) -> tuple[float, float] | None:
    """Find two neighbouring prices, with errors of at most `error` at the lower one only."""
    if not error > 0:
        return None

    def enough(price: float) -> bool:
        return staircases.total_error(staircases.at_price(price)) <= error

    high = 2 * float(staircases.variation.max())
    low = high / 2 * _LOWEST_PRICE
    if not (0 < low < high and enough(low)):
        return None
    for _ in range(_BISECTIONS):
        middle = np.sqrt(low) * np.sqrt(high)
        if not low * (1 + 1e-12) < middle < high:
            break
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low, high


def _filled(staircases: Staircases, enough: Array, few: Array, error: float) -> Array:
    """Start from too few pieces and take the larger numbers one by one, the cheapest first."""
    gain = staircases.copies * (staircases.errors(few) - staircases.errors(enough))
    cost = staircases.copies * (staircases.units(enough) - staircases.units(few))
    change = np.flatnonzero(enough != few)
    order = change[np.argsort(cost[change], kind="stable")]
    missing = staircases.total_error(few) - error
    needed = int(np.searchsorted(np.cumsum(gain[order]), missing)) + 1
    pieces = few.copy()
    pieces[order[:needed]] = enough[order[:needed]]
    return pieces if staircases.total_error(pieces) <= error else enough


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The parts of a network."""

    families: tuple[Family, ...]
    ranges: tuple[ProfileRanges, ...]  # of each family
    pieces: tuple[Array, ...]  # n_p of each family, whole numbers
    constant: float  # the mean of f
    mean: float  # a bound of |f − mean|, float errors included


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of the theorem for an ε, known before anything is built."""

    eps: float
    degrees: tuple[int, ...]  # N_j of the mean, one a coordinate
    samples: tuple[int, ...]  # P_j, the midpoints along each side at which f is asked for
    directions: int  # primitive ones within the degrees, up to sign
    ridges: int  # directions that get units; the others are nearly constant
    units: int  # the n of the theorem, the constant unit included
    mean: float  # a bound of |f − mean| on the box
    profiles: float  # a bound of what all units miss of their profiles, overshoot included
    basis: str  # "coefficients" of the mean, or "moduli" of f: what bounds the variations
    assumptions: tuple[str, ...] = ()  # not proved, such as a declared modulus
    design: Design | None = field(default=None, repr=False, compare=False)

    @property
    def bound(self) -> float:
        """The bound of mean and profiles together; tails and rounding have the rest of ε."""
        return (self.mean + self.profiles) * UP

    @property
    def buildable(self) -> bool:
        """True if the coefficients of the mean can be computed."""
        return self.design is not None or (len(self.degrees) == 1 and affordable(self.degrees))

    def __str__(self) -> str:
        """Write the plan in one line."""
        some = f", {self.ridges:,} with units" if self.ridges < self.directions else ""
        return (
            f"degree {' × '.join(f'{n:,}' for n in self.degrees)}, "
            f"{counted(self.directions, 'direction')}{some}, {counted(self.units, 'unit')}: "
            f"mean ≤ {rounded_up(self.mean, 4)}, profiles ≤ {rounded_up(self.profiles, 4)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """The arguments of a plan, and what follows from σ."""

    target: Target
    moduli: tuple[Lines, ...]
    eps: float
    activation: Activation

    @property
    def overshot(self) -> float:
        """1 + 2κ: a unit near its break overshoots by κ jumps, each at most twice the error."""
        return 1 + 2 * sigmoid_of(self.activation).overshoot

    @property
    def is_counted_by_variation(self) -> bool:
        """True in one dimension where the variation of f is known."""
        return len(self.moduli) == 1 and math.isfinite(self.moduli[0].variation)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions that are not proved."""
        trusted = (self.target.modulus_assumption,) if moduli_rest_on_trust(self.target) else ()
        return (*trusted, *self.activation.assumptions)

    def left(self, mean: float) -> float:
        """Return the part of ε that is left to the staircases."""
        return (self.eps * (1 - _RESERVE) - mean) / self.overshot


def spare_of(activation: Activation) -> float:
    """Return the part of H/2n by which the error of several pieces may be larger."""
    return _SPARE if activation.limits is not None else _SPARE_OF_PAIRS


def units_a_step(activation: Activation) -> int:
    """Return 1, or 2 where σ grows, as ReLU does, and a step is the difference of two units."""
    return 1 if activation.limits is not None else 2


@lru_cache(maxsize=1)  # what was counted is often built next
def planned(target: Target, eps: float, activation: Activation) -> Plan:
    """Find the plan with the fewest units, however many those are.

    In one dimension, where the variation of f is known, no coefficient is needed to count.

    Raises CannotProve where the moduli of f do not fall so far that any degree is enough.
    """
    request = Request(target, partial_moduli(target), eps, activation)
    if request.is_counted_by_variation:
        plans = (_by_moduli(request, share) for share in _SHARES_OF_ONE)
        first = next(plans)
        return next((p for p in itertools.chain([first], plans) if p.buildable), first)
    found = _by_coefficients(request)
    # the share s with the least s^(−2d)/(1 − s)
    most = min(2 * target.dimension / (2 * target.dimension + 1), _MOST_SHARE)
    return _by_moduli(request, most) if found is None else found


def design_of(target: Target, plan: Plan, activation: Activation) -> Design:
    """Return the parts of a plan; where it needed no coefficients, they are made now."""
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
    candidates = _candidates(request)
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


def _candidates(request: Request) -> list[tuple[int, ...]]:
    """Return the degrees that are tried with coefficients, the smallest first."""
    candidates: list[tuple[int, ...]] = []
    for share in _SHARES[::-1]:
        with suppress(CannotProve):
            degrees = degrees_for(request.moduli, share * request.eps)
            if affordable(degrees) and degrees not in candidates:
                candidates.append(degrees)
        if candidates and max(candidates[0]) == 0:
            break  # the mean of f alone is enough
    return candidates


def fewest_units(target: Target, eps: float, activation: Activation, most: int | None) -> int:
    """Count the units of the plan, or fewer that are already more than `most`."""
    request = Request(target, partial_moduli(target), eps, activation)
    if most is not None and not request.is_counted_by_variation:
        least = _units_at_least(request)
        if least > most:
            return least
    return planned(target, eps, activation).units


def _units_at_least(request: Request) -> int:
    """Bound the units of the plan from below, by one harmonic of each profile.

    Over half a period ∫ q cos mt dt = −(1/m) ∫ sin mt dq, so a harmonic b cos mt needs H ≥ πm|b|/2.
    A larger degree has larger factors ρ, so the smallest bounds all that are tried.
    """
    candidates = _candidates(request)
    if not candidates or max(candidates[0]) == 0:
        return 1
    least, largest = (tuple(map(pick, zip(*candidates, strict=True))) for pick in (min, max))
    samples = samples_for(largest)
    c = sampled_coefficients(request.target, least, samples)
    if not np.isfinite(c).all():
        return 1
    off = _OFF * float(np.abs(c).max())
    found = tuple(families(damped(c)))
    ranges = tuple(ProfileRanges(h, h, h) for h in (_least_variation(f, off) for f in found))
    staircases = replace(_staircases(request, found, ranges), spare=0.0)
    prices = _prices(staircases, request.left(mean_error(request.moduli, largest, samples)))
    # with the least error + price · units, no choice with as small an error has fewer units
    return 1 if prices is None else 1 + staircases.total_units(staircases.at_price(prices[1]))


def _least_variation(family: Family, off: float) -> Array:
    """Bound the variation of each profile over half a period from below: (profiles,)."""
    sizes = np.maximum(np.abs(family.amplitudes) - off, 0.0)
    harmonics = np.arange(1, sizes.shape[1] + 1)
    variation: Array = (math.pi / 2 * harmonics * sizes).max(axis=1)
    return variation


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
