"""Step 2 of the lecture: two steps make a rectangle.

Step up at s, step down at t. The sum of the two is 1 outside and 2 inside, so 1 must be taken off:
a unit of slope 0, since the theorem's sum has no bias of its own. The difference of two ascending
steps, σ(b(x − s)) − σ(b(x − t)), is the same rectangle from two units, and the better one for
sums: where one rectangle ends and the next begins, the two copies of σ(b(x − t)) add up, while
σ(b(x − t)) + σ(−b(x − t)) is 1 only for a symmetric σ. A Heaviside step, for one, would leave a
hole at x = t.

Source: the slides, step 2; M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4.
"""

import math
from typing import Literal

import numpy as np

from uat.construct.staircase.step import check_slope, constant_unit, steps
from uat.core.activations import Activation, logistic
from uat.core.arguments import one_of
from uat.core.network import Network
from uat.errors import InputError

__all__ = ["Form", "rectangle"]

Form = Literal["difference", "constant unit"]

_FORMS = ("difference", "constant unit")


def rectangle(
    s: float,
    t: float,
    activation: Activation = logistic,
    slope: float = 2.0**10,
    *,
    height: float = 1.0,
    form: Form = "difference",
) -> Network:
    """Make the rectangle that is `height` on [s, t] and 0 elsewhere.

    The slope b > 0 is how steep its sides are. The form is the difference of two ascending steps,
    or the slides' steps up and down with the "constant unit" that takes 1 off.

    Examples
    --------
    >>> rectangle(1.0, 2.0).units, rectangle(1.0, 2.0, form="constant unit").units
    (2, 3)
    >>> rectangle(1.0, 2.0, height=3.0).as_function()([0.5, 1.5, 2.5]).round(9)
    array([0., 3., 0.])
    """
    if not -math.inf < s < t < math.inf:
        raise InputError(f"ends {s} and {t} given; finite numbers with s < t are needed")
    check_slope(slope, activation)
    if one_of(form, _FORMS, "form") == "difference":
        return steps([s, t], [height, -height], 0.0, activation, slope)
    up = steps([s], [height], 0.0, activation, slope)
    down = steps([t], [height], 0.0, activation, -slope)
    units = [_units(up), _units(down)]
    a, b, c = (np.concatenate(column) for column in zip(*units, strict=True))
    one, bias = constant_unit(activation)
    still = b == 0
    rest = float(a[still].sum()) - height / one
    a, b, c = (np.append(v[~still], last) for v, last in ((a, rest), (b, 0.0), (c, bias)))
    return Network.from_units(a, b, c, activation)


def _units(network: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return network.output_weights, network.slopes, network.biases
