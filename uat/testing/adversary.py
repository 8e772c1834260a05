"""The adversary: it searches for the x with the largest |f(x) − g(x)|.

A search in floats finds the places (`error_search.py`). There f and g are compared in 60 digits
(`multiprecision.py`): g as float64 evaluates it and, for a network, also g as its weights define
it, at real points between two floats too.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from numbers import Real
from typing import Any, Final

import numpy as np

from uat.core.arguments import read_rng
from uat.core.evaluate import evaluate_directly
from uat.core.target import Target, as_target
from uat.errors import InputError, WrongType
from uat.numerics.one_thread import single_threaded
from uat.testing.error_search import ErrorSearch
from uat.testing.multiprecision import Multiprecision

__all__ = ["Attack", "assert_within_eps", "attack"]

# Roundings of f that are forgiven if f has no formula; more: small violations escape.
_ROUNDINGS: Final = 16
# Most evaluations of a unit in 60 digits, about a fifth of a second.
_UNITS: Final = 6000
_OFFSETS: Final = (-40, -4, -1, -0.25, 0, 0.25, 1, 4, 40)


@dataclass(frozen=True, slots=True)
class Attack:
    """The largest error that an attack found, and the effort it took.

    Attributes
    ----------
    error : float
        The largest |f − g| found; if f has no formula, less a bound of its rounding.
    point : tuple of float
        The point x of this error, rounded to floats.
    f, g : float
        Their values at the point.
    places : int
        Number of searches: one for each end or corner, break, stretch between breaks, sudden
        change, local maximum of the error, walk, and real point.
    points : int
        Number of x at which f and g were compared.

    Examples
    --------
    >>> attack("x**2", "0*x", (0, 1)).error
    1.0
    """

    error: float
    point: tuple[float, ...]
    f: float
    g: float
    places: int
    points: int


def assert_within_eps(f: Any, g: Any, domain: Any, eps: float, *, rng: Any = 0) -> Attack:
    """Assert that |f − g| ≤ ε on the box, as far as an adversary can tell.

    Parameters
    ----------
    f : callable, str, Expression or Target
        As for `uat.approximate`.
    g : Network, Approximation, callable or str
        A network is evaluated in float64 and in real arithmetic.
    domain : (a, b) or sequence of (a, b), or None
        None for the box of a Target.
    eps : float
        ε ≥ 0; for a proof, `certificate.bound`.
    rng : int, SeedSequence or Generator

    Returns
    -------
    Attack

    Raises
    ------
    AssertionError
        If a larger error is found; the message names the point and the error.
    InputError, WrongType
        For an invalid box, ε, f or g.

    Examples
    --------
    >>> import uat
    >>> g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    >>> assert_within_eps("x**2", g, (0, 1), 0.125).error < 0.125
    True
    >>> assert_within_eps("x**2", lambda x: 0 * x, (0, 1), 0.125)
    Traceback (most recent call last):
        ...
    AssertionError: |f − g| = 1 > eps = 0.125 at x = 1.0: f is 1, g is 0
    """
    __tracebackhide__ = True  # pytest shows the caller
    _check_eps(eps)
    found = attack(f, g, domain, rng=rng)
    if found.error > eps:
        at = ", ".join(map(repr, found.point))
        raise AssertionError(
            f"|f − g| = {found.error:.17g} > eps = {eps:.17g} at "
            f"{f'x = {at}' if len(found.point) == 1 else f'({at})'}: "
            f"f is {found.f:.17g}, g is {found.g:.17g}"
        )
    return found


@single_threaded()
def attack(f: Any, g: Any, domain: Any = None, *, rng: Any = 0, effort: int = 1) -> Attack:
    """Search for the largest |f − g| on the box.

    Parameters
    ----------
    f, g, domain, rng
        As for `assert_within_eps`.
    effort : int
        Factor of the number of samples, breaks and steps.

    Examples
    --------
    >>> attack("abs(x - 1/3)", lambda x: 0 * x, (0, 1)).point
    (1.0,)
    """
    given = isinstance(f, Target) and domain is not None
    target = Target(f, domain) if given else as_target(f, domain)
    if isinstance(g, str):
        g = as_target(g, target.domain)
    if not callable(g):
        raise WrongType(f"{g!r:.60} given as g; a network or a function is needed")
    search = ErrorSearch(target, g, read_rng(rng), effort)
    network, sizes = search.network, (target.dimension, 1)
    if network is not None and (network.input_dimension, network.output_dimension) != sizes:
        raise InputError(
            f"{network!r} given for {target!r}; a network {target.dimension} → … → 1 is needed"
        )
    search.run()
    return _judged(search)


def _check_eps(eps: Any) -> None:
    real = isinstance(eps, Real)
    if not real or not float(eps) >= 0:
        kind = InputError if real else WrongType
        raise kind(f"eps={eps!r:.60} given; a number ≥ 0 is needed")


def _judged(search: ErrorSearch) -> Attack:
    """Compare again at the worst places, in 60 digits if possible."""
    digits = Multiprecision(search.target, search.network)
    tried = [_at_float(search, digits, point) for _, point in search.best]
    real = _real_places(search) if digits.knows_network else []
    exact = [digits.compare(place) for place in real]
    error, point, f, g = max([*tried, *(found for found in exact if found is not None)])
    places, points = search.places + len(exact), search.points + len(tried) + len(exact)
    return Attack(error, point, f, g, places, points)


def _at_float(search: ErrorSearch, digits: Multiprecision, point: tuple[float, ...]) -> Any:
    """Compare at one float point with the values of g in float64, of a network by both ways."""
    x = np.array([point])
    f = float(np.asarray(search.target(*x.T))[0])
    values = [float(np.broadcast_to(np.asarray(search.g(*x.T)), (1,))[0])]
    if search.network is not None:
        values.append(float(evaluate_directly(search.network, x)[0, 0]))
    exact = digits.target(point)
    if exact is not None:
        return max((digits.distance(exact, value), point, f, value) for value in values)
    errors = [abs(f - value) if math.isfinite(value) else math.inf for value in values]
    worst = int(np.argmax(errors))
    explained = _ROUNDINGS * float(np.spacing(max(abs(f), *map(abs, values)))) if f else 0.0
    error = errors[worst] if math.isinf(errors[worst]) else max(errors[worst] - explained, 0.0)
    return error, point, f, values[worst]


def _real_places(search: ErrorSearch) -> list[tuple[Fraction, ...]]:
    """Return the worst floats and, in one dimension, real points at and between the breaks.

    Most of these are no floats: a transition may be narrower than the gap between two floats, and
    two breaks may round to the same float.
    """
    assert search.network is not None
    most = max(6, _UNITS // max(1, search.network.units))
    places = [tuple(map(Fraction, point)) for _, point in search.best[: most // 3]]
    if search.network.depth == 1 and len(search.low) == 1:
        a, b = Fraction(float(search.low[0])), Fraction(float(search.high[0]))
        places += [(x,) for x in _between(search) if a <= x <= b]
    return places[:most]


def _between(search: ErrorSearch) -> list[Fraction]:
    assert search.network is not None
    slopes, biases = search.network.slopes, search.network.biases
    with np.errstate(all="ignore"):
        t = -biases / slopes  # not finite for a slope of 0, which is in no box
    inside = np.flatnonzero((t >= search.low[0]) & (t <= search.high[0]))
    inside = inside[np.argsort(t[inside], kind="stable")]
    close = np.flatnonzero(np.diff(t[inside]) <= 8 * np.spacing(np.abs(t[inside][1:])))
    tight = np.union1d(inside[close], inside[np.minimum(close + 1, len(inside) - 1)])

    def a_few(values: Any, count: int) -> Any:
        return values if len(values) <= count else search.rng.choice(values, count, replace=False)

    def exact(i: int) -> Fraction:
        return -Fraction(float(biases[i])) / Fraction(float(slopes[i]))

    breaks = sorted({exact(int(i)) for i in a_few(tight, 8)})
    places = [(p + q) / 2 for p, q in pairwise(breaks)]
    for i in map(int, a_few(inside, 3)):
        places += [exact(i) + Fraction(off) / abs(Fraction(float(slopes[i]))) for off in _OFFSETS]
    return places
