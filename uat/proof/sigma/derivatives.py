"""σ, σ′ and σ″/2 in floats, written so that each is within a few roundings of the truth.

σ itself is trusted to `ACTIVATION_ROUNDINGS` roundings of its largest value, as everywhere. From it
σ′ and σ″ follow by a few operations on numbers below 1; their errors are below 128 roundings of 1:
for tanh, the worst, t′ = 1 − t² has 2·16 + 2 of them and t″ = −2tt′ at most 2·(16 + 34) + 4. Only
Gompertz's p = e^−z is large; σ = e^−p rests on exp twice, 8 roundings of its value each time, so
that σ′ = pe^−p loses (8p + 17) pe^−p at most, and σ″/2 no more: below 16.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from uat.core.activations import (
    Activation,
    algebraic,
    cauchy_cdf,
    gauss_cdf,
    gompertz,
    logistic,
    tanh,
)
from uat.expression.arrays import Array

__all__ = ["DERIVATIVES", "Derivatives"]

Derivatives = Callable[[Array], tuple[Array, Array, Array]]


def _logistic(z: Array) -> tuple[Array, Array, Array]:
    y = logistic(z)
    slope = y * (1 - y)
    return y, slope, slope * (0.5 - y)


def _tanh(z: Array) -> tuple[Array, Array, Array]:
    y = np.tanh(z)
    slope = 1 - y * y
    return y, slope, -y * slope


def _cauchy(z: Array) -> tuple[Array, Array, Array]:
    quotient = 1 / (1 + z * z)
    slope = quotient / np.pi
    return cauchy_cdf(z), slope, -z * quotient * slope


def _gauss(z: Array) -> tuple[Array, Array, Array]:
    density = np.exp(-0.5 * z * z) * 0.3989422804014327
    return gauss_cdf(z), density, -0.5 * z * density


def _gompertz(z: Array) -> tuple[Array, Array, Array]:
    # left of −7 all three are below e^−1000
    power = np.exp(-np.maximum(z, -7.0))
    y = gompertz(z)
    slope = y * power
    return y, slope, 0.5 * slope * (power - 1)


def _algebraic(z: Array) -> tuple[Array, Array, Array]:
    root = 1 / np.sqrt(1 + z * z)
    cube = 0.5 * root**3
    return algebraic(z), cube, -1.5 * z * root * root * cube


DERIVATIVES: Final[dict[Activation, Derivatives]] = {
    logistic: _logistic,
    tanh: _tanh,
    cauchy_cdf: _cauchy,
    gauss_cdf: _gauss,
    gompertz: _gompertz,
    algebraic: _algebraic,
}
"""z → σ(z), σ′(z), σ″(z)/2 for each smooth σ of the package; ±∞ may give NaN."""
