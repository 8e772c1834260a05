"""Random units: in the mean square the error falls like 1/√n, however many coordinates f has.

Where f(x) = ∫ A cos(ω·x + φ), each wave is a mixture of steps: with z = ω·x/|ω|_B in [−1, 1],

    cos(|ω|_B z + φ) − cos φ = |ω|_B ∫_{−1}^{1} −sin(|ω|_B t + φ) s_t(z) dt,

s_t(z) = 1 for 0 < t < z, −1 for z < t < 0 and 0 else: one step each, up or down. So f(x) − f(0) is
the mean of 2C ∓sin(|ω|_B t + φ) s_t over a random wave, drawn by its part |A| |ω|_B of the sum

    C = ∫ |A| |ω|_B,    |ω|_B = max over the box of |ω·x|,

and a uniform t. The mean of n such units, drawn independently, has at every point of the box

    E |f(x) − f_n(x)|² ≤ (2C)²/n,

hence over every probability measure on it, and some f_n does as well as the mean. What is proved is
this expectation; what one draw reaches is measured.

Source: A. R. Barron, Universal approximation bounds for superpositions of a sigmoidal function,
IEEE Transactions on Information Theory 39 (1993) 930-945; its C_f is ∫|ω||f̂(ω)|dω, and |ω|_B is at
most r|ω| on a ball of radius r: (2rC_f)²/n. The sampling is B. Maurey's argument.
"""

import math
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import heaviside
from uat.core.arguments import Rng, read_rng, real_array, short, whole_number
from uat.core.domain import check_domain
from uat.core.network import Network
from uat.enclosure.outward_rounding import UP
from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, constant, coordinate
from uat.numerics.one_thread import single_threaded

__all__ = ["CosineSum", "Gaussian", "Spectrum", "build", "mean_squared_error"]


_MEAN_OF_HALF_NORMAL: Final = math.sqrt(2 / math.pi)


class Spectrum(Protocol):
    """A function of which the waves are known."""

    @property
    def dimension(self) -> int:
        """The number of coordinates."""

    @property
    def expression(self) -> Expression:
        """The formula of f."""

    def constant(self, half: Array) -> float:
        """Return C on a box of these half sides, (d,), rounded up."""

    def draw(self, centre: Array, half: Array, count: int, rng: np.random.Generator) -> "Waves":
        """Draw waves by their parts |A| |ω|_B of C."""


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """Waves sign·cos(ω·(x − centre) + φ): frequencies (n, d), phases and signs (n,)."""

    frequencies: Array
    phases: Array
    signs: Array


@dataclass(frozen=True, slots=True, eq=False, init=False)
class CosineSum:
    """f(x) = Σ A_k cos(ω_k·x + φ_k), of amplitudes and phases (m,) and frequencies (m, d) or (m,).

    Examples
    --------
    >>> f = CosineSum([3.0, -2.0], [0.5, 0.8], [0.0, 1.0])
    >>> f.dimension, round(f.constant(np.array([10.0])), 6)
    (1, 31.0)
    """

    amplitudes: Array
    frequencies: Array
    phases: Array

    def __init__(self, amplitudes: ArrayLike, frequencies: ArrayLike, phases: ArrayLike) -> None:
        a, w, p = (
            np.array(real_array(value, name))
            for value, name in (
                (amplitudes, "amplitudes"),
                (frequencies, "frequencies"),
                (phases, "phases"),
            )
        )
        w = w[:, None] if w.ndim == 1 else w
        if a.ndim != 1 or len(a) == 0 or p.shape != a.shape or w.ndim != 2 or len(w) != len(a):
            raise InputError(
                f"amplitudes of shape {a.shape}, frequencies of {w.shape} and phases of {p.shape} "
                "given; (m,), (m, d) and (m,) are needed"
            )
        if w.shape[1] == 0 or not all(np.isfinite(v).all() for v in (a, w, p)):
            raise InputError("a wave of no coordinate, or not finite, given")
        for name, value in (("amplitudes", a), ("frequencies", w), ("phases", p)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return int(self.frequencies.shape[1])

    @property
    def expression(self) -> Expression:
        """The formula of f."""
        total = constant(0.0)
        rows = zip(self.amplitudes, self.frequencies, self.phases, strict=True)
        for amplitude, frequency, phase in rows:
            inner = constant(float(phase))
            for i, w in enumerate(frequency.tolist()):
                inner = inner + w * coordinate(i) if w else inner
            total = total + float(amplitude) * apply("cos", inner)
        return total

    def constant(self, half: Array) -> float:
        """Return C = Σ |A_k| |ω_k|_B on a box of these half sides, rounded up."""
        return math.fsum(self._parts(half).tolist()) * UP

    def draw(self, centre: Array, half: Array, count: int, rng: np.random.Generator) -> Waves:
        """Draw waves by their parts |A_k| |ω_k|_B of C."""
        parts = self._parts(half)
        which = rng.choice(len(parts), size=count, p=parts / parts.sum())
        w = self.frequencies[which]
        return Waves(w, self.phases[which] + w @ centre, np.sign(self.amplitudes[which]))

    def _parts(self, half: Array) -> Array:
        parts = np.abs(self.amplitudes) * (np.abs(self.frequencies) @ half)
        return np.asarray(parts, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """f(x) = exp(−|x − middle|²/(2 width²)): the mean of cos(ω·(x − middle)) over a normal ω.

    Each ω_i is normal with deviation 1/width, and so |ω_i| is √(2/π)/width in the mean.
    """

    middle: tuple[float, ...]
    width: float

    def __post_init__(self) -> None:
        middle = tuple(float(v) for v in self.middle)
        if not middle or not all(map(math.isfinite, middle)) or not 0 < self.width < math.inf:
            raise InputError(
                f"middle {short(self.middle)} and width {self.width} given; finite coordinates, "
                "at least one, and a width > 0 are needed"
            )
        object.__setattr__(self, "middle", middle)

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.middle)

    @property
    def expression(self) -> Expression:
        """The formula of f."""
        square = constant(0.0)
        for i, m in enumerate(self.middle):
            square = square + (coordinate(i) - m) ** 2
        return apply("exp", -square / (2 * self.width**2))

    def constant(self, half: Array) -> float:
        """Return C = Σ half_i √(2/π)/width, rounded up."""
        return float(np.sum(half)) * _MEAN_OF_HALF_NORMAL / self.width * UP

    def draw(self, centre: Array, half: Array, count: int, rng: np.random.Generator) -> Waves:
        """Draw ω by |ω|_B = Σ half_i |ω_i| times its normal density: one |ω_i| is Rayleigh's."""
        w = rng.standard_normal((count, self.dimension))
        which = rng.choice(self.dimension, size=count, p=half / half.sum())
        w[np.arange(count), which] = rng.rayleigh(size=count) * rng.choice([-1.0, 1.0], size=count)
        w /= self.width
        return Waves(w, w @ (centre - np.array(self.middle)), np.ones(count))


@single_threaded()
def build(f: Spectrum, domain: Any, steps: int, rng: Rng = None) -> tuple[Network, float]:
    """Draw a network of n random Heaviside steps and a constant unit, n + 1 units in all.

    f is a `CosineSum` or a `Gaussian`, and Σ|a_i| ≤ 2C without the constant. The number, (2C)²/n,
    is a proved bound of the mean, over draws, of |f(x) − g(x)|² at each x of the box, and so of the
    mean squared error (Barron, 1993). One draw may be above it.

    Examples
    --------
    >>> f = CosineSum([1.0], [[3.0, 4.0]], [0.5])
    >>> network, bound = build(f, [(-1, 1), (-1, 1)], 49, rng=0)
    >>> network, round(bound, 6)
    (Network(2 → 50 → 1, uat.heaviside), 4.0)
    """
    centre, half = _box(f, domain)
    steps = whole_number(steps, "steps")
    level, total = float(f.expression(*centre.tolist())), f.constant(half)
    if total == 0:
        return Network.from_units([level], np.zeros((1, f.dimension)), [1.0], heaviside), 0.0
    generator = read_rng(rng)
    waves = f.draw(centre, half, steps, generator)
    t = generator.uniform(-1.0, 1.0, steps)
    # (n,): |ω|_B of each, then direction and place of its step
    size = np.abs(waves.frequencies) @ half
    side = np.where(t > 0, 1.0, -1.0)
    slopes = side[:, None] * waves.frequencies / size[:, None]
    heights = -waves.signs * side * np.sin(size * t + waves.phases) * (2 * total / steps)
    network = Network.from_units(
        np.append(heights, level),
        np.append(slopes, np.zeros((1, f.dimension)), axis=0),
        np.append(-slopes @ centre - side * t, 1.0),
        heaviside,
    )
    return network, (2 * total) ** 2 / steps * UP


def mean_squared_error(
    f: Spectrum, network: Network, domain: Any, points: int = 1 << 14, rng: Rng = None
) -> float:
    """Estimate the mean of |f − g|² over the box from random points: no bound."""
    _box(f, domain)
    low, high = np.array(check_domain(domain)).T
    x = low + (high - low) * read_rng(rng).random((points, f.dimension))
    gap = np.asarray(f.expression(*x.T)) - network(x)[:, 0]
    return float(np.mean(gap**2))


def _box(f: Spectrum, domain: Any) -> tuple[Array, Array]:
    """Return the centre of the box and its half sides, which may be a bit too long."""
    low, high = np.array(check_domain(domain)).T
    if len(low) != f.dimension:
        raise InputError(
            f"a box of {counted(len(low), 'pair')} given for {counted(f.dimension, 'coordinate')} of f"
        )
    centre = low + (high - low) / 2
    return centre, np.maximum(high - centre, centre - low) * UP
