"""Targets by name, each with its modulus of continuity ω, its variation and its source.

Each is made at its first use: `uat.examples.runge`. Proofs use the formula of a target; those of
Cantor, Takagi and Weierstrass (`fractals.py`) have none, and proofs use their moduli. A Lipschitz
constant is the largest |f′|, rounded up in its fifth digit; the tests prove each with enclosures
of f′. A variation is the sum of |f(s) − f(t)| over neighbouring zeros of f′ and the ends.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.target import Target
from uat.errors import near_match
from uat.examples import fractals as _fractals

if TYPE_CHECKING:
    slides: Target
    exp_sin: Target
    three_sines: Target
    sine_sum_a: Target
    sine_sum_b: Target
    nielsen: Target
    runge: Target
    kink: Target
    sqrt_abs: Target
    cantor: Target
    takagi: Target
    weierstrass: Target
    chirp: Target
    franke: Target
    cone: Target
    maximum: Target

__all__ = [
    "cantor", "chirp", "cone", "exp_sin", "franke", "kink", "maximum", "nielsen", "runge",
    "sine_sum_a", "sine_sum_b", "slides", "sqrt_abs", "takagi", "three_sines", "weierstrass",
]  # fmt: skip

_LECTURE: Final = "traP Kaggle team, Machine-learning lecture 4, 2024"
_SQUARE: Final = [(0, 1), (0, 1)]


def _slides() -> Target:
    """x² + sin x on [−1, π], the target in the figures of the proof.

    f′ = 2x + cos x increases from −1.5 to 2π − 1.
    """
    return Target(
        lambda x: x**2 + np.sin(x),
        (-1, math.pi),
        5.2832,
        variation=10.493064566597893,
        source=_LECTURE,
    )


def _exp_sin() -> Target:
    """exp(sin(x² + x)) on [−5, 5]."""
    return Target(
        lambda x: np.exp(np.sin(x**2 + x)),
        (-5, 5),
        15.398,
        variation=38.90874686590048,
        source=_LECTURE,
    )


def _three_sines() -> Target:
    """3 sin(x/2) − 2 cos(0.8x) + sin(0.75x) on [−10, 10], a weighted sum of three waves."""
    return Target(
        lambda x: 3 * np.sin(0.5 * x) - 2 * np.cos(0.8 * x) + np.sin(0.75 * x),
        (-10, 10),
        3.3391,
        variation=27.77759964253339,
        source=_LECTURE,
    )


def _sine_sum(a: list[float], b: list[float], c: list[float], **known: Any) -> Target:
    """Σ a_i sin(b_i x + c_i) on [−10, 10]."""

    def f(x: Any) -> Any:
        terms = [a_i * np.sin(b_i * x + c_i) for a_i, b_i, c_i in zip(a, b, c, strict=True)]
        return sum(terms[1:], terms[0])

    return Target(f, (-10, 10), source=_LECTURE, **known)


def _sine_sum_a() -> Target:
    """Five sines with the first parameters printed on the slides.

    >>> [round(_sine_sum_a()(x), 2) for x in (-10, -5, 0, 5, 10)]
    [0.29, -0.55, 0.56, -0.22, -0.22]
    """
    return _sine_sum(
        a=[0.83, 0.27, 0.84, 0.28, 0.14],
        b=[0.71, 0.47, 0.56, 0.39, 0.94],
        c=[0.08, 0.92, 0.16, 0.44, 0.21],
        modulus=1.3797,
        variation=13.313101287805423,
    )


def _sine_sum_b() -> Target:
    """Five sines with the second parameters printed on the slides.

    >>> [round(_sine_sum_b()(x), 2) for x in (-10, -5, 0, 5, 10)]
    [-0.76, -0.34, 0.75, 1.56, 2.03]
    """
    return _sine_sum(
        a=[0.39, -0.29, -0.67, -0.96, 0.92],
        b=[-0.35, 0.84, 0.22, -0.25, -0.04],
        c=[-0.61, -2.06, 3.97, 0.40, -3.85],
        modulus=0.44667,
        variation=4.250681852043108,
    )


def _nielsen() -> Target:
    """0.2 + 0.4x² + 0.3x sin 15x + 0.05 cos 50x on [0, 1], a curve with two scales."""
    return Target(
        lambda x: 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x),
        (0, 1),
        6.9956,
        variation=2.0006257663364055,
        name="Nielsen's function",
        source="M. A. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4",
    )


def _runge() -> Target:
    """1/(1 + 25x²) on [−1, 1], for which interpolation at equidistant points diverges.

    |f′| is largest at x = ±1/(5√3), 15√3/8. f rises from 1/26 to 1 and falls again.
    """
    return Target(
        lambda x: 1 / (1 + 25 * x**2),
        (-1, 1),
        3.2476,
        variation=25 / 13,
        name="Runge's function",
        source="C. Runge, Über empirische Funktionen und die Interpolation, 1901",
    )


def _kink() -> Target:
    """|x − 1/2| on [0, 1], with no derivative at one point."""
    return Target(lambda x: np.abs(x - 0.5), (0, 1), 1.0, variation=1.0)


def _sqrt_abs() -> Target:
    """√|x| on [−1, 1], with slope ±∞ at 0.

    ω(h) = √h: |√a − √b| ≤ √|a − b| for a, b ≥ 0, with equality at b = 0.
    """
    return Target(lambda x: np.sqrt(np.abs(x)), (-1, 1), np.sqrt, variation=2.0)


def _cantor() -> Target:
    """Cantor's function on [0, 1], flat almost everywhere. It is its own modulus, ω(h) = C(h)."""
    return Target(
        _fractals.cantor,
        (0, 1),
        _fractals.cantor,
        variation=1.0,
        name="Cantor's function",
        source="G. Cantor, 1884; ω: J. Doboš, The standard Cantor function is subadditive, 1996",
        traced=False,
    )


def _takagi() -> Target:
    """Takagi's function Σ 2^−k s(2^k x) on [0, 1], nowhere differentiable.

    ω(h) = h log2(4/(3h)), attained at h = 2^−n/3.
    """
    return Target(
        _fractals.takagi,
        (0, 1),
        _fractals.takagi_modulus,
        variation=math.inf,
        name="Takagi's function",
        source="T. Takagi, A simple example of the continuous function without derivative, 1903",
        traced=False,
    )


def _weierstrass() -> Target:
    """Weierstrass's function Σ 2^−k cos(3^k π x) on [0, 1], nowhere differentiable.

    ω(h) is the sum of the largest changes of the terms; it decreases like h^(log 2/log 3).
    """
    return Target(
        _fractals.weierstrass,
        (0, 1),
        _fractals.weierstrass_modulus,
        variation=math.inf,
        name="Weierstrass's function",
        source="K. Weierstrass, 1872; G. H. Hardy, Weierstrass's non-differentiable function, 1916",
        traced=False,
    )


def _chirp() -> Target:
    """Infinitely many waves, x sin(1/x) on [0, 1]; 0 below 1e-300, where 1/x may overflow.

    ω(h)² = 1.4493 h + h². With A = x + y, h = y − x, δ = 1/(2x) − 1/(2y), σ = 1/(2x) + 1/(2y):
    f(x) − f(y) = A sin δ cos σ − h cos δ sin σ, whose square is at most A² sin²δ + h² cos²δ =
    h² + B² sin²δ where B² = A² − h² = 4xy, and δ = 2h/B². So it is h² + 2h (sin²δ)/δ, and
    max (sin²δ)/δ = 0.72462 at tan δ = 2δ.
    """
    return Target(
        lambda x: np.where(np.abs(x) < 1e-300, 0.0, x * np.sin(1 / x)),
        (0, 1),
        lambda h: np.sqrt(1.4493 * h + h**2),
        variation=math.inf,
        name="x sin(1/x)",
    )


def _franke() -> Target:
    """Franke's function on the unit square: two hills, a dip and a slope."""

    def f(x: Any, y: Any) -> Any:
        return (
            0.75 * np.exp(-((9 * x - 2) ** 2 + (9 * y - 2) ** 2) / 4)
            + 0.75 * np.exp(-((9 * x + 1) ** 2) / 49 - (9 * y + 1) / 10)
            + 0.5 * np.exp(-((9 * x - 7) ** 2 + (9 * y - 3) ** 2) / 4)
            - 0.2 * np.exp(-((9 * x - 4) ** 2) - (9 * y - 7) ** 2)
        )

    return Target(
        f,
        _SQUARE,
        3.4028,
        name="Franke's function",
        source="R. Franke, A critical comparison of some methods for interpolation of scattered "
        "data, 1979",
    )


def _cone() -> Target:
    """Return the distance to the centre of the unit square; a distance has Lipschitz constant 1."""
    return Target(lambda x, y: np.hypot(x - 0.5, y - 0.5), _SQUARE, 1.0)


def _maximum() -> Target:
    """max(x, y) on the unit square: it changes by no more than one of the coordinates does."""
    return Target(np.maximum, _SQUARE, 1.0)


def __dir__() -> list[str]:
    return sorted(__all__)


# Hidden from type checkers, which would accept every misspelt name as a target.
if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in __all__:
            hint = near_match(name, __all__)
            raise AttributeError(f"module 'uat.examples' has no target {name!r}{hint}")
        make: Callable[[], Target] = globals()[f"_{name}"]
        globals()[name] = make()
        return globals()[name]
