"""What is asked of a plan, what it says, and what a network is built from.

The numbers of a plan are known before anything is built: `search.py` finds them, and
`fejer_korovkin/build.py` builds exactly what they say.

Source: as for `fejer_korovkin/build.py`.
"""

from dataclasses import dataclass, field
from typing import Final

from uat.construct.fejer_korovkin.degrees import affordable
from uat.construct.fejer_korovkin.directions import Family
from uat.construct.fejer_korovkin.partial_moduli import Lines, rests_on_modulus
from uat.construct.fejer_korovkin.profiles import ProfileRanges
from uat.core.activations import Activation, relu
from uat.core.certificate import rounded_up
from uat.core.target import Target
from uat.enclosure.directed import UP
from uat.expression.arrays import Array

__all__ = ["Design", "Plan", "Request", "spare_of", "units_a_step"]


_RESERVE: Final = 2.0**-6
_SPARE: Final = 2.0**-7
_SPARE_RELU: Final = 2.0**-3


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What a network is built from.

    Attributes
    ----------
    families : tuple of Family
    ranges : tuple of ProfileRanges
        Of each family.
    pieces : tuple of ndarray
        n_p of each family, whole numbers.
    constant : float
        The mean of f.
    mean : float
        A bound of |f − mean|, float errors included.
    """

    families: tuple[Family, ...]
    ranges: tuple[ProfileRanges, ...]
    pieces: tuple[Array, ...]
    constant: float
    mean: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What the theorem needs for an ε, said before anything is built.

    Attributes
    ----------
    eps : float
    degrees : tuple of int
        N_j of the mean, one a coordinate.
    samples : tuple of int
        P_j, the midpoints along each side at which f is asked for.
    directions : int
        Primitive directions within the degrees, up to sign.
    ridges : int
        Those that get units; the others are nearly constant.
    units : int
        The n of the theorem, the constant unit included.
    mean : float
        A bound of |f − mean| on the box.
    profiles : float
        A bound of what all units miss of their profiles, the overshoot of σ included.
    basis : str
        "coefficients" where the variations of the profiles rest on the coefficients of the mean,
        "moduli" where only on the moduli of f.
    assumptions : tuple of str
        What is taken on trust.
    """

    eps: float
    degrees: tuple[int, ...]
    samples: tuple[int, ...]
    directions: int
    ridges: int
    units: int
    mean: float
    profiles: float
    basis: str
    assumptions: tuple[str, ...] = ()
    design: Design | None = field(default=None, repr=False, compare=False)

    @property
    def bound(self) -> float:
        """What is planned for mean and profiles together: below ε, floats and tails have the rest."""
        return (self.mean + self.profiles) * UP

    @property
    def buildable(self) -> bool:
        """Whether the mean's coefficients can be had."""
        return self.design is not None or (len(self.degrees) == 1 and affordable(self.degrees))

    def __str__(self) -> str:
        """Write the plan in one line."""
        some = f", {self.ridges:,} with units" if self.ridges < self.directions else ""
        return (
            f"degree {' × '.join(f'{n:,}' for n in self.degrees)}, {self.directions:,} "
            f"direction{'s' * (self.directions != 1)}{some}, "
            f"{self.units:,} unit{'s' * (self.units != 1)}: "
            f"mean ≤ {rounded_up(self.mean, 4)}, profiles ≤ {rounded_up(self.profiles, 4)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is to be planned, and what follows from σ."""

    target: Target
    moduli: tuple[Lines, ...]
    eps: float
    activation: Activation

    @property
    def overshot(self) -> float:
        """1 + 2κ: a unit near its break overshoots by κ jumps, each at most twice what is missed."""
        return 1 + 2 * self.activation.overshoot

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the plan takes on trust."""
        trusted = (self.target.modulus_assumption,) if rests_on_modulus(self.target) else ()
        return (*trusted, *self.activation.assumptions)

    def left(self, mean: float) -> float:
        """Return what of ε the staircases may miss."""
        return (self.eps * (1 - _RESERVE) - mean) / self.overshot


def spare_of(activation: Activation) -> float:
    """Return by how much of H/2n several pieces may miss more: ReLU keeps wide steps, for its floats."""
    return _SPARE_RELU if activation is relu else _SPARE


def units_a_step(activation: Activation) -> int:
    """Return 1, or 2 for ReLU, whose steps are ramps of two units."""
    return 2 if activation is relu else 1
