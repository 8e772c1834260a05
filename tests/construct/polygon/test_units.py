"""A polygon as a network: as many units as pieces, and within its error in rational numbers."""

from bisect import bisect_right
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from uat.construct.polygon.hinge import hinge_of
from uat.construct.polygon.units import realize
from uat.core.activations import Activation
from uat.expression.parse import parse


def activation(formula: Any) -> Any:
    return Activation(formula, parse(formula), None, None, 0.0, False, 4.0)


SIGMAS: dict[str, Any] = {
    "relu": (uat.relu, lambda u: max(u, 0)),
    "ramp": (uat.ramp, lambda u: min(max(u + Fraction(1, 2), 0), 1)),
    "leaky": (activation("maximum(x, 0.25*x)"), lambda u: max(u, u / 4)),
    "leaky, of a tenth": (activation("maximum(x, 0.1*x)"), lambda u: max(u, u * Fraction(0.1))),
    "clipped": (activation("clip(x, -1, 1)"), lambda u: min(max(u, -1), 1)),
    "distance": (activation("abs(3*x - 1)"), lambda u: abs(3 * u - 1)),
    "raised": (activation("minimum(maximum(x, 0), 1) + 2"), lambda u: min(max(u, 0), 1) + 2),
    "falling": (activation("minimum(1 - x, 2)"), lambda u: min(1 - u, 2)),
}


def exact(network: Any, sigma: Any, x: Any) -> Any:
    """Evaluate a network in rational numbers."""
    rows = (network.output_weights, network.slopes, network.layers[0].bias)
    units = zip(*(row.tolist() for row in rows), strict=True)
    return sum(Fraction(a) * sigma(Fraction(b) * x + Fraction(c)) for a, b, c in units)


def straight(place: Any, value: Any, x: Any) -> Any:
    """Evaluate a polygon in rational numbers."""
    i = min(max(bisect_right(place, x) - 1, 0), len(place) - 2)
    p, q, y, z = map(Fraction, (place[i], place[i + 1], value[i], value[i + 1]))
    return y + (z - y) * (x - p) / (q - p)


numbers = st.floats(-1e3, 1e3, allow_subnormal=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGMAS)
@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.floats(1e-3, 10), numbers), min_size=1, max_size=9),
    numbers,
    st.floats(-1e4, 1e4),
)
def test_the_error_of_the_weights_is_bounded(name: Any, steps: Any, first: Any, start: Any) -> None:
    sigma, function = SIGMAS[name]
    place = start + np.cumsum([0.0, *(step for step, _ in steps)])
    value = np.array([first, *(v for _, v in steps)])
    hinge = hinge_of(sigma)
    assert hinge is not None
    made = realize(place, value, hinge, sigma)
    assert made.network.units <= len(place)
    bends = [
        -c / b for b, c in zip(made.network.slopes, made.network.layers[0].bias, strict=True) if b
    ]
    points = [*place, *((place[1:] + place[:-1]) / 2), *np.clip(bends, place[0], place[-1])]
    for x in map(Fraction, map(float, points)):
        error = exact(made.network, function, x) - straight(place.tolist(), value.tolist(), x)
        assert abs(error) <= Fraction(made.error)
    steepest = abs(np.diff(value) / np.diff(place)).max()
    size = abs(value).max() + steepest * (abs(start) + place[-1] - place[0])
    assert made.error <= 1e-12 * (size + 1)


@pytest.mark.parametrize("name", ["relu", "ramp", "clipped"])
@pytest.mark.parametrize(
    "value", [[1, 2, 0, 3], [-1, 1, -1, 1], [0, 1, 4, 9], [9, 4, 1, 2], [0, 0, 1, 1], [3, 1, 0, 2]]
)
def test_a_polygon_of_n_pieces_takes_n_units_where_the_line_keeps_its_sign(
    name: Any, value: Any
) -> None:
    sigma, _ = SIGMAS[name]
    hinge = hinge_of(sigma)
    assert hinge is not None
    made = realize(np.arange(4.0), np.array(value, dtype=float), hinge, sigma)
    crosses = value in ([-1, 1, -1, 1], [9, 4, 1, 2]) and name != "clipped"
    assert made.network.units <= (4 if crosses else 3)
    np.testing.assert_allclose(made.network(np.arange(4.0)[:, None])[:, 0], value, atol=1e-12)
