"""The one type that carries a bound: what was proved, what was seen, and on what it rests."""

import math
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.errors import InputError

__all__ = ["Certificate", "Evidence"]

Array = NDArray[np.float64]

_UP: Final = Context(prec=6, rounding=ROUND_CEILING)
_DOWN: Final = Context(prec=6, rounding=ROUND_FLOOR)
_UP_SHORT: Final = Context(prec=2, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The cells of a proof: |f − g| ≤ bounds[i] on cell i, and the cells cover the box.

    Attributes
    ----------
    lower, upper : ndarray, (cells, d)
        The ends of each cell along each coordinate.
    bounds : ndarray, (cells,)
    """

    lower: Array
    upper: Array
    bounds: Array


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proved bound of sup |f − g| over the box.

    Attributes
    ----------
    upper : float
        sup |f − g| ≤ upper, for the real-arithmetic network whose weights are the stored floats.
    lower : float
        |f(x) − g(x)| ≥ lower at x = witness, proved too: no bound below it exists.
    witness : tuple of float
        That point, one float a coordinate.
    rounding : float
        |f(x) − g(x)| ≤ upper + rounding for g as evaluated in float64 at every float x of the box.
    method : str
        How it was proved.
    assumptions : tuple of str
        What the proof takes on trust (a declared modulus, a user's tail); empty for traced code
        and the package's activations.
    evidence : Evidence or None
        The cells of the proof, for those who want to check it themselves.

    Raises
    ------
    InputError
        For numbers that cannot be such bounds: NaN, below 0, or lower above upper.

    Examples
    --------
    >>> print(Certificate(0.09, 0.08, (1.0,), 1e-15, "a priori"))
    sup|f − g| ≤ 0.09 + 1e-15 (rounding), a priori
    |f − g| ≥ 0.08 at x = 1
    """

    upper: float
    lower: float
    witness: tuple[float, ...]
    rounding: float
    method: str
    assumptions: tuple[str, ...] = ()
    evidence: Evidence | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("upper", "lower", "rounding"):
            object.__setattr__(self, name, float(getattr(self, name)))
        object.__setattr__(self, "witness", tuple(float(v) for v in self.witness))
        object.__setattr__(self, "assumptions", tuple(self.assumptions))
        if not (0 <= self.lower <= self.upper and self.rounding >= 0):
            raise InputError(
                f"upper = {self.upper}, lower = {self.lower}, rounding = {self.rounding} given to "
                "a certificate; 0 ≤ lower ≤ upper and rounding ≥ 0 are needed"
            )
        if not all(map(math.isfinite, self.witness)):
            raise InputError(f"witness {self.witness} given; finite coordinates are needed")

    @property
    def bound(self) -> float:
        """What holds of every evaluation in float64: upper + rounding, rounded up."""
        total = self.upper + self.rounding
        exact = self.rounding == 0 or self.upper == 0
        return total if exact else math.nextafter(total, math.inf)

    def __str__(self) -> str:
        """Write the bounds, rounded so that what is printed is proved too."""
        upper, rounding = _rounded(self.upper, _UP), _rounded(self.rounding, _UP_SHORT)
        at = ", ".join(f"{v:.6g}" for v in self.witness)
        where = f"x = {at}" if len(self.witness) == 1 else f"({at})"
        lines = [
            f"sup|f − g| ≤ {upper} + {rounding} (rounding), {self.method}",
            f"|f − g| ≥ {_rounded(self.lower, _DOWN)} at {where}",
        ]
        return "\n".join([*lines, *(f"on trust: {a}" for a in self.assumptions)])


def _rounded(value: float, towards: Context) -> str:
    """Write a few digits of a float, rounded in one direction.

    >>> _rounded(0.12345678, _UP), _rounded(0.12345678, _DOWN)
    ('0.123457', '0.123456')
    """
    return f"{float(towards.create_decimal(repr(value))):.6g}"
