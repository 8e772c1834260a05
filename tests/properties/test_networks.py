"""Networks against mpmath: the value in floats is as near the exact one as was proved.

The oracle computes b·x + c of the first layer in fractions and all else with many digits; it uses
neither numpy nor the package's activations.
"""

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import uat
from uat import Affine, Network
from uat.core.activations import NAMED
from uat.core.evaluate import evaluate, evaluate_directly, find_windows
from uat.errors import FileProblem
from uat.expression.arrays import Array
from uat.interchange.formats import read_network as load_network
from uat.interchange.formats import save
from uat.numerics.network_rounding import ACTIVATION_ROUNDINGS, backward_rounding, rounding_bound

DIGITS = 60


def exactly(u: Fraction | Any) -> Any:
    """Return u with the digits asked for; sums and products of floats are integers over 2^k."""
    return (
        mpmath.mpf((u.numerator, 1 - u.denominator.bit_length())) if isinstance(u, Fraction) else u
    )


def within(reach: float, sigma: Callable[[Any], Any], left: int, right: int = 1) -> Any:
    """σ of mpmath where it is not yet at a limit to 100 digits, the limit elsewhere."""

    def value(u: Any) -> Any:
        return sigma(exactly(u)) if abs(u) < reach else mpmath.mpf(left if u < 0 else right)

    return value


def small(rest: Callable[[Any], Any], u: Any) -> Any:
    """Return what σ(u) lacks of max(u, 0), a function of |u| that vanishes far out."""
    size = abs(exactly(u))
    return rest(size) if size < 1e3 else mpmath.mpf(0)


ORACLE: dict[str, Callable[[Any], Any]] = {
    "logistic": within(1e3, lambda u: 1 / (1 + mpmath.exp(-u)), 0),
    "tanh": within(1e3, mpmath.tanh, -1),
    "relu": lambda u: max(exactly(u), mpmath.mpf(0)),
    "heaviside": lambda u: mpmath.mpf(1 if u > 0 else 0),
    "ramp": lambda u: min(max(exactly(u) + mpmath.mpf(0.5), mpmath.mpf(0)), mpmath.mpf(1)),
    "cauchy_cdf": within(math.inf, lambda u: mpmath.atan(u) / mpmath.pi + 0.5, 0),
    "gauss_cdf": within(100, mpmath.ncdf, 0),
    "gompertz": within(1e3, lambda u: mpmath.exp(-mpmath.exp(-u)), 0),
    "algebraic": within(math.inf, lambda u: (1 + u / mpmath.sqrt(1 + u * u)) / 2, 0),
    "softplus": lambda u: (
        max(exactly(u), mpmath.mpf(0)) + small(lambda v: mpmath.log1p(mpmath.exp(-v)), u)
    ),
    "gelu": lambda u: max(exactly(u), mpmath.mpf(0)) - small(lambda v: v * mpmath.ncdf(-v), u),
    "silu": lambda u: max(exactly(u), mpmath.mpf(0)) - small(lambda v: v / (1 + mpmath.exp(v)), u),
    "elu": lambda u: exactly(u) if u > 0 else mpmath.expm1(max(exactly(u), mpmath.mpf(-1000))),
    "leaky_relu": lambda u: exactly(u) if u > 0 else exactly(u) * exactly(0.01),
    "leaky_relu(0.01)": lambda u: exactly(u) if u > 0 else exactly(u) * exactly(0.01),
    "softsign": within(math.inf, lambda u: u / (1 + abs(u)), -1),
    "sin": lambda u: mpmath.sin(exactly(u)),
    "absolute": lambda u: abs(exactly(u)),
}


def exact_value(network: Network, point: Array) -> list[Any]:
    """g(x) with 60 digits, the weights and x taken as the floats they are."""
    values: list[Any] = [Fraction(float(x)) for x in point]
    with mpmath.workdps(DIGITS):
        for number, layer in enumerate(network.layers):
            if number == 1:
                values = [exactly(v) for v in values]
            number_of = Fraction if number == 0 else mpmath.mpf
            rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
            values = [
                sum((number_of(w) * v for w, v in zip(row, values, strict=True)), number_of(bias))
                for row, bias in rows
            ]
            if number < network.depth:
                values = [ORACLE[network.activations[number].name](v) for v in values]
        return [exactly(v) for v in values]


moderate = st.floats(-8, 8, allow_subnormal=False)
steepness = st.one_of(
    st.floats(0.01, 100),
    st.floats(2, 12).map(lambda e: 10.0**e),
    st.sampled_from([1e100, 2.0**1000]),
)
names = st.sampled_from(sorted(NAMED))
saturating = st.sampled_from(sorted(n for n, a in NAMED.items() if a.limits is not None))


@st.composite
def one_dimensional(draw: st.DrawFn, names: st.SearchStrategy[str] = names) -> Network:
    """A hidden layer with breakpoints in or near [-1, 1]; sometimes enough units for windows."""
    name = draw(names)
    units = draw(st.one_of(st.integers(1, 12), st.integers(64, 160)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(steepness, min_size=1, max_size=3))
    slopes = rng.choice(sizes, units) * rng.choice([-1.0, 1.0], units)
    slopes[rng.random(units) < draw(st.sampled_from([0.0, 0.1]))] = 0.0
    breakpoints = rng.choice([rng.uniform(-1.5, 1.5, units), rng.integers(-4, 5, units) / 4])
    biases = np.where(slopes == 0, rng.normal(size=units), -slopes * breakpoints)
    a = rng.normal(size=units) * 10.0 ** draw(st.integers(-3, 6))
    return Network.from_units(a, slopes, biases, NAMED[name])


@st.composite
def deep(draw: st.DrawFn) -> Network:
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    scale = draw(st.sampled_from([1.0, 10.0, 1e4]))
    numbers = moderate.map(lambda v: v * scale)
    layers = [
        Affine(
            np.array([draw(numbers) for _ in range(out * into)]).reshape(out, into),
            [draw(numbers) for _ in range(out)],
        )
        for into, out in pairwise(widths)
    ]
    hidden = len(layers) - 1
    return Network(layers, draw(names | st.lists(names, min_size=hidden, max_size=hidden)))


@st.composite
def points_near(draw: st.DrawFn, network: Network) -> Array:
    """Points of [-1, 1]: anywhere, at a breakpoint, one float beside it, within a window."""
    slopes, biases = network.slopes, network.biases
    moving = np.flatnonzero(slopes)
    points = [draw(st.floats(-1, 1)) for _ in range(2)]
    for _ in range(3 if len(moving) else 0):
        unit = int(draw(st.sampled_from(moving.tolist())))
        t = float(-biases[unit] / slopes[unit])
        points += [t, float(np.nextafter(t, -9)), float(np.nextafter(t, 9))]
        points.append(t + draw(st.floats(-50, 50)) / float(slopes[unit]))
    return np.array(points).clip(-1, 1).reshape(-1, 1)


@given(names, st.one_of(st.floats(-40, 40), st.floats(-1e12, 1e12)))
def test_no_named_activation_errs_by_more_than_is_trusted(name: str, u: float) -> None:
    with mpmath.workdps(DIGITS):
        exact = ORACLE[name](mpmath.mpf(u))
        error = abs(mpmath.mpf(NAMED[name](u)) - exact)
    assert error <= ACTIVATION_ROUNDINGS * 2.0**-53 * max(1.0, float(exact))


@given(st.data())
def test_the_value_is_within_the_rounding_bound_whichever_way(data: st.DataObject) -> None:
    network = data.draw(one_dimensional())
    points = data.draw(points_near(network))
    bound = rounding_bound(network, (-1, 1))
    ways = np.hstack([evaluate(network, points), evaluate_directly(network, points)])
    for point, values in zip(points, ways.tolist(), strict=True):
        (exact,) = exact_value(network, point)
        assert all(abs(mpmath.mpf(value) - exact) <= bound for value in values)


@given(st.data())
def test_deep_networks_are_within_their_bound(data: st.DataObject) -> None:
    network = data.draw(deep())
    d = network.input_dimension
    points = np.array([[data.draw(st.floats(-1, 1)) for _ in range(d)] for _ in range(3)])
    bound = rounding_bound(network, [(-1, 1)] * d)
    for point, values in zip(points, network(points).tolist(), strict=True):
        errors = [
            abs(mpmath.mpf(v) - e) for v, e in zip(values, exact_value(network, point), strict=True)
        ]
        assert max(errors) <= bound


@given(st.data())
def test_the_value_is_exact_for_units_displaced_by_the_shift(data: st.DataObject) -> None:
    network = data.draw(one_dimensional())
    points = data.draw(points_near(network))
    shift, remainder = backward_rounding(network, (-1, 1))
    assume(shift < np.inf)
    sigma = ORACLE[network.activation.name]
    move = Fraction(shift)
    units = [
        (float(a), Fraction(b), Fraction(c), Fraction(b) * move)
        for a, b, c in zip(
            network.output_weights.tolist(),
            network.slopes.tolist(),
            network.biases.tolist(),
            strict=True,
        )
    ]
    values = np.hstack([evaluate(network, points), evaluate_directly(network, points)])
    for point, found in zip(points[:, 0], values.tolist(), strict=True):
        with mpmath.workdps(DIGITS):
            low, high = mpmath.mpf(-remainder), mpmath.mpf(remainder)
            x = Fraction(float(point))
            for a, b, c, moved in units:
                u = b * x + c
                ends = [a * sigma(u - moved), a * sigma(u + moved)]
                low, high = low + min(ends), high + max(ends)
            assert all(low <= mpmath.mpf(value) <= high for value in found)


@given(st.data())
def test_windows_are_within_1e_12_of_the_direct_sum(data: st.DataObject) -> None:
    network = data.draw(one_dimensional(saturating))
    assume(find_windows(network) is not None)
    points = data.draw(points_near(network))
    apart = np.abs(evaluate(network, points) - evaluate_directly(network, points)).max()
    assert apart <= 1e-12 * np.abs(network.output_weights).sum()


huge = st.floats(-1.7e308, 1.7e308, allow_nan=False)


@given(
    st.lists(huge, min_size=2, max_size=3),
    huge,
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3),
)
def test_the_sign_is_right_past_the_range_of_float64(
    slopes: list[float], bias: float, coordinates: list[float]
) -> None:
    network = Network.from_units([1], [slopes], [bias], uat.heaviside)
    point = coordinates[: len(slopes)]
    terms = [Fraction(b) * Fraction(x) for b, x in zip(slopes, point, strict=True)] + [
        Fraction(bias)
    ]
    exact, size = sum(terms, Fraction(0)), sum(map(abs, terms), Fraction(0))
    assume(abs(exact) > size / 10**14 + Fraction(1, 10**300))
    assert network(point).tolist() == [float(exact > 0)]


@given(st.one_of(one_dimensional(), deep()))
def test_what_is_pickled_or_stored_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, network: Network
) -> None:
    place = tmp_path_factory.mktemp("networks") / "network.npz"
    save(network, place)
    for again in (load_network(place), pickle.loads(pickle.dumps(network))):
        assert again == network
        assert hash(again) == hash(network)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, Network]:
    network = Network.from_units(np.arange(9) / 7, np.arange(9) / 3, np.ones(9), uat.tanh)
    place = tmp_path_factory.mktemp("damaged") / "network.npz"
    save(network, place)
    return place, place.read_bytes(), network


@given(st.data())
def test_a_damaged_file_is_refused_or_still_the_same_network(
    stored: tuple[Path, bytes, Network], data: st.DataObject
) -> None:
    place, content, network = stored
    damaged = bytearray(content)
    start = data.draw(st.integers(0, len(content) - 1))
    stop = data.draw(st.one_of(st.just(start + 1), st.integers(start, len(content))))
    damaged[start:stop] = data.draw(st.binary(max_size=4))
    place.write_bytes(damaged)
    try:
        again = load_network(place)
    except FileProblem:
        return
    assert again == network
