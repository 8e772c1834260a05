"""Strategies: f with a modulus of continuity, σ of every kind, ε, boxes and networks.

A target is a sum or product of terms, each with a bound M of its size and a modulus Lh + H√h on
[−1, 1]^d, so that the modulus of the whole is known: sizes and moduli add in a sum, and
ω(uv) ≤ M(u) ω(v) + M(v) ω(u).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from uat.core.activations import NAMED, Activation
from uat.core.network import Affine, Network
from uat.core.sigmoidal import sigmoidal
from uat.core.target import Target
from uat.expression.graph import Expression, apply, as_expression, coordinate

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "uat.testing draws with hypothesis, which is not installed: pip install hypothesis"
    ) from None

__all__ = ["boxes", "continuous_targets", "eps_values", "networks", "sigmoidal_activations"]

Box = tuple[tuple[float, float], ...]

# Factor of a modulus, far above the rounding of f and of the modulus.
_UP: Final = 1.01


@dataclass(frozen=True)
class _Term:
    """A function on [−1, 1]^d with |f| ≤ size and ω(h) ≤ lipschitz·h + hoelder·√h."""

    f: Expression
    size: float
    lipschitz: float
    hoelder: float = 0.0

    def __add__(self, other: "_Term") -> "_Term":
        sums = (self.size + other.size, self.lipschitz + other.lipschitz)
        return _Term(self.f + other.f, *sums, self.hoelder + other.hoelder)

    def __mul__(self, other: "_Term") -> "_Term":
        return _Term(
            self.f * other.f,
            self.size * other.size,
            self.size * other.lipschitz + other.size * self.lipschitz,
            self.size * other.hoelder + other.size * self.hoelder,
        )

    def through(self, contraction: Callable[[Expression], Expression], size: float) -> "_Term":
        return _Term(contraction(self.f), size, self.lipschitz, self.hoelder)


def _terms(z: Expression, a: float, b: float, c: float, steep: float) -> list[_Term]:
    """List the terms of one coordinate z in [−1, 1]; |c| ≤ 2, b > 0."""
    s, off = abs(a), z - c
    return [
        _Term(a * apply("sin", b * z + c), s, s * b),
        _Term(a * apply("cos", b * z), s, s * b),
        _Term(as_expression(a), s, 0.0),
        _Term(a * z, s, s),
        _Term(a * z**2, s, 2 * s),
        _Term(a * z**3, s, 3 * s),
        _Term(a * apply("exp", z), math.e * s, math.e * s),
        _Term(a * apply("exp", -((b * z) ** 2)), s, 0.86 * s * b),
        _Term(a / (1 + (b * z) ** 2), s, 0.65 * s * b),
        _Term(a * apply("arctan", b * z), 1.6 * s, s * b),
        _Term(a * apply("tanh", steep * off), s, s * steep),
        _Term(a * apply("sin", b * z**2), s, 2 * s * b),
        _Term(a * abs(off), 3 * s, s),
        _Term(a * apply("sqrt", abs(off)), 1.75 * s, 0.0, s),
        _Term(a * apply("sqrt", 1.5 + apply("sin", b * z)), 1.6 * s, 0.71 * s * b),
    ]


_WAVES: Final = 2
_numbers: Final = st.floats(-2, 2).map(lambda v: round(v, 3))


@st.composite
def boxes(draw: st.DrawFn, dimension: int = 1) -> Box:
    """Draw boxes with sides from 1e-6 to 1e6, at 0 or up to 1e10 sides away from it.

    Parameters
    ----------
    dimension : int
        Number of pairs (a, b).

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, database=None)
    ... @given(boxes(dimension=2))
    ... def check(box):
    ...     assert len(box) == 2 and all(a < b for a, b in box)
    >>> check()
    """
    pairs = []
    for _ in range(dimension):
        side = 10.0 ** draw(st.floats(-6, 6))
        away = draw(st.sampled_from([0.0, 0.0, 0.3, -1.0, 10.0, -1e3, 1e6, 1e10]))
        a = (draw(st.sampled_from([-0.5, 0.0, -1.0])) + away) * side
        pairs.append((a, a + side))
    return tuple(pairs)


def eps_values(
    size: float = 1.0, *, finest: float = 1e-6, coarsest: float = 2.0
) -> st.SearchStrategy[float]:
    """Draw ε over decades, evenly in its logarithm, relative to the size of f.

    Parameters
    ----------
    size : float
        The unit of ε, for instance the range of f.
    finest, coarsest : float
        The smallest and the largest ε / size.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, database=None)
    ... @given(eps_values(100.0, finest=1e-3))
    ... def check(eps):
    ...     assert 0.0999 < eps < 200.01
    >>> check()
    """
    decades = st.floats(math.log10(finest), math.log10(coarsest))
    return decades.map(lambda e: float(size * 10.0**e))


@st.composite
def continuous_targets(draw: st.DrawFn, box: Any = None, *, dimension: int = 1) -> Target:
    """Draw continuous functions on a box, each with its modulus of continuity.

    They are random expressions and trigonometric sums in any dimension, and in one dimension also
    piecewise linear functions and Takagi-like sums of tents. One in five has `traced=False`, so
    that proofs about it rest on its modulus.

    Parameters
    ----------
    box : sequence of (a, b), optional
        Drawn from `boxes(dimension)` by default.
    dimension : int

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(continuous_targets())
    ... def check(f):
    ...     assert f.dimension == 1 and f.modulus is not None
    >>> check()
    """
    box = draw(boxes(dimension)) if box is None else tuple(map(tuple, np.atleast_2d(box).tolist()))
    half = [(b - a) / 2 for a, b in box]
    z = [(coordinate(i) - (a + h)) / h for i, ((a, _), h) in enumerate(zip(box, half, strict=True))]
    kinds = [_sums, _sums, _waves] + [_polylines, _tents] * (len(box) == 1)
    term = draw(draw(st.sampled_from(kinds))(z))
    scale = draw(st.sampled_from([1.0, 1.0, 1.0, 1e6, 1e-9]))
    lift = draw(st.sampled_from([0.0, 0.0, 0.0, 100.0]))
    modulus = _Modulus(min(half), *(_UP * scale * v for v in (term.lipschitz, term.hoelder)))
    traced = draw(st.sampled_from([True] * 4 + [False]))
    return Target(scale * term.f + lift * scale, box, modulus, traced=traced)


@dataclass(frozen=True)
class _Modulus:
    """The modulus h ↦ L h/r + H √(h/r) of a function of (x − middle)/r, r the least half side."""

    half: float
    lipschitz: float
    hoelder: float

    def __call__(self, h: Any) -> Any:
        return self.lipschitz * (h / self.half) + self.hoelder * np.sqrt(h / self.half)


@st.composite
def _one_term(draw: st.DrawFn, z: list[Expression], waves: bool) -> _Term:
    a, c, b = draw(_numbers), draw(_numbers), round(draw(st.floats(0.1, 12)), 2)
    terms = _terms(draw(st.sampled_from(z)), a, b, c, 10.0 ** draw(st.integers(0, 7)))
    return draw(st.sampled_from(terms[:_WAVES] if waves else terms))


@st.composite
def _waves(draw: st.DrawFn, z: list[Expression]) -> _Term:
    terms = draw(st.lists(_one_term(z, waves=True), min_size=1, max_size=6))
    return sum(terms[1:], terms[0])


@st.composite
def _sums(draw: st.DrawFn, z: list[Expression]) -> _Term:
    """Draw sums and products of terms, then perhaps a contraction around them."""
    made = draw(_one_term(z, waves=False))
    for term in draw(st.lists(_one_term(z, waves=False), max_size=2)):
        made = made * term if draw(st.booleans()) else made + term
    shapes = [
        made,
        made,
        made.through(abs, made.size),
        made.through(lambda u: apply("minimum", u, 0.25), max(made.size, 0.25)),
        made.through(lambda u: apply("sin", u), 1.0),
    ]
    return draw(st.sampled_from(shapes))


@st.composite
def _polylines(draw: st.DrawFn, z: list[Expression]) -> _Term:
    """Draw piecewise linear functions, some of them steep."""
    inner = draw(st.lists(st.floats(-1, 1), min_size=2, max_size=8, unique=True))
    knots = sorted({round(v, 9) for v in inner} | {-1.0, 1.0})
    values = draw(st.lists(_numbers, min_size=len(knots), max_size=len(knots)))
    slope = max(abs(np.diff(values) / np.diff(knots)))
    return _Term(apply("interp", z[0], data=(*knots, *values)), 2.0, float(slope))


@st.composite
def _tents(draw: st.DrawFn, z: list[Expression]) -> _Term:
    """Draw Takagi-like sums Σ r^k T^k(t), T the tent map; T^k has the Lipschitz constant 2^k in t."""
    ratio = round(draw(st.floats(0.3, 0.8)), 3)
    tent, made = 1 - abs(z[0]), _Term(as_expression(0.0), 0.0, 0.0)
    for k in range(draw(st.integers(1, 8))):
        made += _Term(ratio**k * tent, ratio**k, (2 * ratio) ** k)
        tent = 1 - abs(2 * tent - 1)
    return made


def _logistic(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


def _point_by_point(u: Any) -> Any:
    return np.vectorize(lambda v: 0.5 + 0.5 * math.tanh(v), otypes=[float])(u)


_FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "lopsided": lambda u: np.where(u < 2, 0, 1 - 1 / (1 + np.maximum(u, 0))),
    "slow": lambda u: (1 + u / (1 + np.abs(u))) / 2,
    "slower": lambda u: (1 + np.sign(u) * (1 - 1 / np.sqrt(1 + np.abs(u)))) / 2,
    "swinging": lambda u: _logistic(u) + np.sin(u) / (1 + u**2),
    "ringing": lambda u: np.where(u < 0, 0, 1 + np.exp(-u) * np.sin(5 * u)),
    "overshooting": lambda u: _logistic(u) + 2 * np.exp(-(u**2)),
    "late": lambda u: np.where(u >= 3, 1, 0),
    "two steps": lambda u: np.where(u < -1, 0, np.where(u <= 2, 0.3, 1)),
    "clipped": lambda u: np.clip(u, 0, 1),
    "falling": lambda u: 1 / (1 + np.exp(u)),
    "elsewhere": lambda u: 3 - 0.7 * np.tanh(u / 3),
    "point by point": _point_by_point,
}
_LIMITS: Final = {"falling": (1.0, 0.0), "elsewhere": (3.7, 2.3)}
_TAILS: Final[dict[str, Callable[[float], float]]] = {
    "slow": lambda s: 0.5 / (1 + s),
    "slower": lambda s: 0.5 / math.sqrt(1 + s),
    "point by point": lambda s: math.exp(-2 * s),
}


@cache
def custom_activations() -> tuple[Activation, ...]:
    """Make one activation of each kind that `uat.sigmoidal` allows."""
    return tuple(
        sigmoidal(f, _TAILS.get(name), limits=_LIMITS.get(name, (0.0, 1.0)), name=name)
        for name, f in _FUNCTIONS.items()
    )


def sigmoidal_activations() -> st.SearchStrategy[Activation]:
    """Draw activations with two different limits, the only condition of the theorem.

    They are those of the package and, made by `uat.sigmoidal`, lopsided, slow, overshooting,
    ringing and falling ones, steps, other limits, some with a declared tail and some that cannot be
    traced. The first test makes them and proves their tails, which takes about a second.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, database=None)
    ... @given(sigmoidal_activations())
    ... def check(sigma):
    ...     assert sigma.tail(1e9) < 1e-2
    >>> check()
    """
    named = [sigma for sigma in NAMED.values() if sigma.limits is not None]
    own = st.deferred(lambda: st.sampled_from(custom_activations()))
    return st.sampled_from(named) | own


def networks(
    input_dimension: int | None = None,
    output_dimension: int | None = None,
    *,
    depth: int | None = None,
    width: int = 8,
    activation: Activation | None = None,
) -> st.SearchStrategy[Network]:
    """Draw networks of any shape, with weights of many sizes, zeros among them.

    Parameters
    ----------
    input_dimension, output_dimension, depth : int, optional
        By default drawn from 1 to 3, 1 to 3 and 0 to 3.
    width : int
        Largest number of units of a layer.
    activation : Activation, optional
        By default drawn, those without limits included: one, or one for each hidden layer.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20, database=None)
    ... @given(networks(2, 1, depth=1))
    ... def check(network):
    ...     assert network([[0.0, 1.0]]).shape == (1, 1)
    >>> check()
    """
    few = st.integers(1, 3)
    most = 3 if depth is None else depth
    shapes = st.tuples(
        few if input_dimension is None else st.just(input_dimension),
        st.lists(st.integers(1, width), min_size=depth or 0, max_size=most),
        few if output_dimension is None else st.just(output_dimension),
    )
    any_sigma = sigmoidal_activations() | st.sampled_from([*NAMED.values()])
    return _networks(shapes, any_sigma if activation is None else st.just(activation))


@st.composite
def _networks(draw: st.DrawFn, shapes: Any, activations: Any) -> Network:
    d, widths, m = draw(shapes)
    scale = 10.0 ** draw(st.integers(-3, 3))
    weights = st.floats(-8, 8).map(lambda v: scale * round(v, 6))
    layers = []
    for below, above in pairwise([d, *widths, m]):
        row = st.lists(weights, min_size=below, max_size=below)
        matrix = draw(st.lists(row, min_size=above, max_size=above))
        layers.append(Affine(matrix, draw(st.lists(weights, min_size=above, max_size=above))))
    several = st.tuples(*[activations] * len(widths))
    return Network(layers, draw(activations | several))
