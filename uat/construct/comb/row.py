"""A row of soft units: equally spaced, all of one slope, their weights by least squares.

The units stand at t_k = a − m h + h k, a few of them outside [a, b]. Their slope is w, and only
wh counts: at wh = 1 neighbouring units overlap in most of their rise, at 3 they are steps. A small
wh lets fewer units follow f, and asks for larger weights, which cancel.

The shifted copies of a sine of one slope span but two functions. Its units have the slopes ω, ω, 2ω,
2ω, …, one of each pair a quarter of a period ahead: a Fourier series with a period that is longer
than [a, b].

Weights that fit best at Chebyshev points are nearly those of the least sup error. Of all that meet
ε the smallest are taken, and a network whose own rounding would spoil ε does not count.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.construct.staircase.step import constant_unit
from uat.core.activations import Activation
from uat.core.network import Network
from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.activation_shape import steepness
from uat.numerics.chebyshev import chebyshev_points
from uat.numerics.least_squares import DAMPINGS, LeastSquaresFit, factor, smallest
from uat.numerics.network_rounding import ACTIVATION_ROUNDINGS, ROUNDOFF

__all__ = [
    "FINER",
    "MARGINS",
    "OVERLAPS",
    "Row",
    "fit_row",
    "guess",
    "row",
    "sup_errors",
]


OVERLAPS: Final = (0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 3.0, 4.5)
"""The wh of the logistic that are tried; other σ are scaled to its steepness."""

MARGINS: Final = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""The m: spacings between the end of the domain and the first unit."""

FINER: Final = 10  # points at which the error is measured, relative to those of the fit

_LARGEST: Final = 2.0**12
"""The largest Σ|a| relative to f; larger: fewer units, but proofs and floats suffer."""

_SLACK: Final = 1 + 2.0**-7  # the error seen on a grid is raised by this factor
_EXTRA: Final = 16  # points of the fit beyond two a unit

_FOR_CONSTANT: Final = 2049
_BLOCK: Final = 1 << 20
"""Numbers held at a time: units times points of the grid."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The slopes and biases, (units,) each, of a row of units, the constant one last."""

    slopes: Array
    biases: Array
    activation: Activation

    def at(self, x: Array) -> Array:
        """Return each unit at each point: (points, units)."""
        return np.asarray(self.activation(x[:, None] * self.slopes + self.biases))

    def lost(self, domain: tuple[float, float]) -> Array:
        """Estimate the rounding of each unit of weight 1, much as `rounding_bound` does: (units,).

        `rounding_bound` needs a proved Lipschitz constant; here the measured slope takes its place.
        """
        farthest = np.abs(self.slopes) * max(map(abs, domain)) + np.abs(self.biases)
        argument, limits = 3 * farthest, self.activation.limits
        if limits is None:
            slope = self.activation.lipschitz
            most = abs(self.activation(0.0)) + slope * farthest
        else:
            left, right = limits
            most = max(abs(left), abs(right)) + self.activation.overshoot * abs(right - left)
            slope = steepness(self.activation) * abs(right - left) / 4
        sums = len(self.slopes) + 16 + ACTIVATION_ROUNDINGS
        return np.asarray(ROUNDOFF * (sums * most + np.where(self.slopes > 0, slope * argument, 0)))

    def network(self, weights: Array) -> Network:
        """Make the network of these output weights."""
        return Network.from_units(weights, self.slopes, self.biases, self.activation)


def row(
    domain: tuple[float, float], units: int, overlap: float, margin: float, activation: Activation
) -> Row | None:
    """Place units − 1 soft units and the constant one; None where the margin needs more of them."""
    (a, b), moving = domain, units - 1
    intervals = moving - 1 - 2 * margin
    if moving > 0 and intervals < 0.5:
        return None
    _, bias = constant_unit(activation)
    if moving == 0:
        return Row(np.zeros(1), np.array([bias]), activation)
    if activation.sigmoid is None:
        return _waves(domain, moving, overlap, activation, bias) if margin == MARGINS[0] else None
    spacing = (b - a) / intervals
    slope = overlap / spacing / steepness(activation)
    offsets = spacing * (np.arange(moving) - (moving - 1) / 2)
    biases = -slope * (offsets + (a / 2 + b / 2))
    return Row(np.append(np.full(moving, slope), 0.0), np.append(biases, bias), activation)


def _waves(
    domain: tuple[float, float], moving: int, overlap: float, activation: Activation, bias: float
) -> Row:
    """Take the sines and cosines of a period (b − a)/overlap, the constant unit last."""
    a, b = domain
    each = np.arange(moving)
    slopes = (each // 2 + 1) * (2 * math.pi * overlap / (b - a))
    biases = (each % 2) * (math.pi / 2) - slopes * (a / 2 + b / 2)
    return Row(np.append(slopes, 0.0), np.append(biases, bias), activation)


def fit_row(target: Target, placed: Row, eps: float, size: float) -> LeastSquaresFit:
    """Find the smallest weights with which the row is below ε, as far as a fine grid shows.

    ε = 0 asks for the least error. Weights that add up to more than 2^12 times `size`, the largest
    |f|, are not taken. The error includes rounding, and 1 % for what a grid does not show.
    """
    domain = target.domain[0]
    if len(placed.slopes) == 1:
        return _middle(target, placed)
    count = 2 * len(placed.slopes) + _EXTRA
    x = chebyshev_points(*domain, count)
    grid = np.linspace(*domain, FINER * count)
    values, step = np.asarray(target(grid)), max(1, _BLOCK // len(placed.slopes))
    blocks = [slice(i, i + step) for i in range(0, len(grid), step)]
    parts = [(placed.at(grid[block]), values[block]) for block in blocks]
    # a fit for a rough eps needs no small damping
    least = max(eps / (64 * size), DAMPINGS[-1]) if size > 0 else DAMPINGS[0]
    dampings = [v for v in DAMPINGS if v >= least / 64]
    return smallest(
        factor(placed.at(x)),
        np.asarray(target(x)),
        sup_errors(parts, placed.lost(domain), size),
        eps,
        dampings,
    )


def _middle(target: Target, placed: Row) -> LeastSquaresFit:
    """Take the middle of the range of f for a constant."""
    values = np.asarray(target(np.linspace(*target.domain[0], _FOR_CONSTANT)))
    middle = float(values.min() / 2 + values.max() / 2)
    height = middle / placed.at(np.zeros(1))[0]
    off = float(np.abs(values - middle).max())
    lost = float(placed.lost(target.domain[0])[0] * abs(height[0]))
    return LeastSquaresFit(height, off * _SLACK + lost, float(abs(height[0])), 0.0)


def sup_errors(
    parts: Sequence[tuple[Array, Array]], lost: Array, size: float
) -> Callable[[Array], Array]:
    """Return the function that maps candidate weights, (units, k), to their errors, (k,).

    The error includes rounding and 1 % for what points do not show; it is inf for weights that add
    up to more than 2^12 times the size of f.

    `parts` are the units, (points, units), and the values of f at blocks of points; `lost` is the
    rounding of each unit (`Row.lost`), and `size` the largest |f|.
    """

    def errors(weights: Array) -> Array:
        most = np.zeros(weights.shape[1])
        for units, values in parts:
            most = np.maximum(most, np.abs(units @ weights - values[:, None]).max(axis=0))
        sizes = np.abs(weights)
        most = np.where(sizes.sum(axis=0) > _LARGEST * size, np.inf, most)
        return np.asarray(most * _SLACK + lost @ sizes)

    return errors


def guess(eps: float, size: float) -> tuple[float, float]:
    """Guess which overlap and margin need the fewest units for that ε.

    By Poisson's summation formula a row of spacing h misses about exp(−2π²/wh), so wh is near
    2π²/log(size/ε). The factors 0.6 and 0.12 are measured.
    """
    digits = math.log(max(size / max(eps, 1e-300), math.e))
    overlap = min(0.6 * 2 * math.pi**2 / digits, OVERLAPS[-1])
    return overlap, 0.12 * digits / overlap
