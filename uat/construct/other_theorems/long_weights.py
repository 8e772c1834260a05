"""A network whose output weights are longer than floats: g(x) = Σ a_j σ(w_j (x − c) + β).

Its sums cancel by more digits than float64 has, so it is evaluated in balls of as many bits as
they need, and says what is left of it when its weights are rounded to floats.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation
from uat.core.arguments import real_array
from uat.core.network import Network
from uat.enclosure.balls import ball
from uat.enclosure.series import is_polynomial
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression

__all__ = ["LongNetwork", "exact_ball", "smooth_formula"]


@dataclass(frozen=True, slots=True)
class LongNetwork:
    """g(x) = Σ a_j σ(w_j (x − centre) + β), one hidden layer, its a_j longer than floats.

    Attributes
    ----------
    output_weights : tuple of Fraction
        The a_j, decimal numbers of `digits` digits.
    slopes : tuple of Fraction
        The w_j, each of them a float.
    bias, centre : float
        σ's argument is w_j (x − centre) + bias.
    activation : Activation
    digits : int
        Significant decimal digits of the output weights.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> a = Fraction(10**30 + 1), Fraction(-(10**30))
    >>> long = LongNetwork(a, (Fraction(1), Fraction(1)), 0.0, 0.0, logistic, 31)
    >>> long(0.0), long.in_float64().as_function()(0.0)
    (0.5, 0.0)
    """

    output_weights: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]
    bias: float
    centre: float
    activation: Activation
    digits: int

    @property
    def units(self) -> int:
        """How many terms the sum has."""
        return len(self.slopes)

    def __call__(self, x: ArrayLike) -> Any:
        """Evaluate to the last bit of float64, in as many digits as the sum needs; any shape."""
        from flint import arb, ctx

        points = real_array(x, "x")
        values = np.empty(points.shape)
        with ctx.workprec(self.precision):
            for place, point in np.ndenumerate(points):
                values[place] = float(self.at(arb(float(point))).mid())
        return float(values) if values.shape == () else values

    def at(self, x: Any) -> Any:
        """Return a ball, `flint.arb`, that contains g(x), at the precision of the moment."""
        sigma, y = smooth_formula(self.activation), x - self.centre
        terms = zip(self.output_weights, self.slopes, strict=True)
        return sum(exact_ball(a) * ball(sigma, exact_ball(w) * y + self.bias) for a, w in terms)

    def in_float64(self) -> Network:
        """Return the network that is left when all numbers are rounded to floats.

        Raises
        ------
        InputError
            Where a weight is past the range of float64.
        """
        shift = Fraction(self.centre)
        biases = [float(Fraction(self.bias) - w * shift) for w in self.slopes]
        try:
            a = [float(value) for value in self.output_weights]
        except OverflowError:
            raise InputError("an output weight is past the range of float64") from None
        return Network.from_units(a, [float(w) for w in self.slopes], biases, self.activation)

    @property
    def precision(self) -> int:
        """How many bits leave the sum exact to far below the last digit of its weights."""
        largest = max(map(abs, self.output_weights), default=Fraction(1))
        return 128 + 2 * math.ceil(largest).bit_length() + 4 * self.digits


def smooth_formula(activation: Activation) -> Expression:
    """Return σ's formula, or refuse a σ with which the theorem, or this proof of it, does not hold.

    Examples
    --------
    >>> from uat.core.activations import logistic
    >>> smooth_formula(logistic)
    <Expression expit(x)>
    """
    expression = activation.expression
    if expression is None:
        raise CannotProve(f"{activation.name} has no formula, so its derivatives are unknown")
    if is_polynomial(expression):
        raise InputError(
            f"{activation.name} is a polynomial: then so is every sum of its units, of the same "
            "degree, and no width leaves that degree (Leshno et al., 1993); take any other σ"
        )
    return expression


def exact_ball(value: Fraction) -> Any:
    """Return a fraction as a ball, `flint.arb`, at the precision of the moment.

    Examples
    --------
    >>> exact_ball(Fraction(1, 4))
    0.250000000000000
    """
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))
