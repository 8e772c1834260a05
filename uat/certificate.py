"""The one type that carries a bound: what was proved, what was seen, and on what it rests."""

from dataclasses import dataclass

__all__ = ["Certificate"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proved bound of sup |f − g| over the box.

    Attributes
    ----------
    upper : float
        sup |f − g| ≤ upper, for the real-arithmetic network whose weights are the stored floats.
    rounding : float
        |f(x) − g(x)| ≤ upper + rounding for g as evaluated in float64 at every float x of the box.
    lower : float
        |f(x) − g(x)| ≥ lower at x = witness, proved too: no bound below it exists.
    witness : tuple of float
        That point, one float a coordinate.
    method : str
        How it was proved.
    assumptions : tuple of str
        What the proof takes on trust (a declared modulus, a user's tail); empty for traced code
        and the package's activations.

    Examples
    --------
    >>> Certificate(0.09, 0.08, (1.0,), 1e-15, "a priori").bound < 0.1
    True
    """

    upper: float
    lower: float
    witness: tuple[float, ...]
    rounding: float
    method: str
    assumptions: tuple[str, ...] = ()

    @property
    def bound(self) -> float:
        """What holds of every evaluation in float64: upper + rounding."""
        return self.upper + self.rounding

    def __str__(self) -> str:
        at = ", ".join(f"{v:.6g}" for v in self.witness)
        lines = [
            f"sup|f − g| ≤ {self.upper:.6g} + {self.rounding:.2g} (rounding), {self.method}",
            f"|f − g| ≥ {self.lower:.6g} at x = {at}",
        ]
        return "\n".join([*lines, *(f"on trust: {a}" for a in self.assumptions)])
