"""The named targets: their values, moduli and variations, each checked by other means.

Values come from mpmath. Lipschitz constants are proved from enclosures of the derivatives, and
all moduli are attacked by pairs of points. Variations are summed again between the zeros of f′.
"""

import math
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest

import uat
from uat import Target, examples
from uat.enclosure.enclose import enclose
from uat.expression import Expression
from uat.expression.arrays import Array

NAMES = sorted(examples.__all__)
ONE = [name for name in NAMES if getattr(examples, name).dimension == 1]
SMOOTH = ["exp_sin", "nielsen", "runge", "sine_sum_a", "sine_sum_b", "slides", "three_sines"]
FRACTALS = ["cantor", "takagi", "weierstrass"]
MP = mpmath.mp.clone()
MP.dps = 40


def target(name: str) -> Target:
    found = getattr(examples, name)
    assert isinstance(found, Target)
    return found


def modulus(name: str) -> Callable[[Any], Array]:
    found = target(name).modulus
    assert found is not None
    return found


def sine_sum(a: list[float], b: list[float], c: list[float]) -> Callable[[Any], Any]:
    return lambda x: MP.fsum(p * MP.sin(q * x + r) for p, q, r in zip(a, b, c, strict=True))


def bump(x: Any, y: Any, at: tuple[int, int]) -> Any:
    return (9 * x - at[0]) ** 2 + (9 * y - at[1]) ** 2


ORACLES: dict[str, Callable[..., Any]] = {
    "slides": lambda x: x**2 + MP.sin(x),
    "exp_sin": lambda x: MP.exp(MP.sin(x**2 + x)),
    "three_sines": lambda x: 3 * MP.sin(x / 2) - 2 * MP.cos(0.8 * x) + MP.sin(0.75 * x),
    "sine_sum_a": sine_sum(
        [0.83, 0.27, 0.84, 0.28, 0.14],
        [0.71, 0.47, 0.56, 0.39, 0.94],
        [0.08, 0.92, 0.16, 0.44, 0.21],
    ),
    "sine_sum_b": sine_sum(
        [0.39, -0.29, -0.67, -0.96, 0.92],
        [-0.35, 0.84, 0.22, -0.25, -0.04],
        [-0.61, -2.06, 3.97, 0.40, -3.85],
    ),
    "nielsen": lambda x: 0.2 + 0.4 * x**2 + 0.3 * x * MP.sin(15 * x) + 0.05 * MP.cos(50 * x),
    "runge": lambda x: 1 / (1 + 25 * x**2),
    "kink": lambda x: abs(x - 0.5),
    "sqrt_abs": lambda x: MP.sqrt(abs(x)),
    "chirp": lambda x: x * MP.sin(1 / x) if x else MP.mpf(0),
    "franke": lambda x, y: (
        0.75 * MP.exp(-bump(x, y, (2, 2)) / 4)
        + 0.75 * MP.exp(-((9 * x + 1) ** 2) / 49 - (9 * y + 1) / 10)
        + 0.5 * MP.exp(-bump(x, y, (7, 3)) / 4)
        - 0.2 * MP.exp(-bump(x, y, (4, 7)))
    ),
    "cone": lambda x, y: MP.hypot(x - 0.5, y - 0.5),
    "maximum": max,
}

DOMAINS = {
    "slides": ((-1.0, math.pi),),
    "exp_sin": ((-5.0, 5.0),),
    "three_sines": ((-10.0, 10.0),),
    "sine_sum_a": ((-10.0, 10.0),),
    "sine_sum_b": ((-10.0, 10.0),),
    "runge": ((-1.0, 1.0),),
    "sqrt_abs": ((-1.0, 1.0),),
    **dict.fromkeys(["franke", "cone", "maximum"], ((0.0, 1.0), (0.0, 1.0))),
    **dict.fromkeys(["nielsen", "kink", "chirp", *FRACTALS], ((0.0, 1.0),)),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_target_made_once(name: str) -> None:
    example = target(name)
    assert example is getattr(uat.examples, name)
    assert example.domain == DOMAINS[name]
    assert example.modulus is not None
    assert name in dir(examples)


def test_a_misspelt_example_is_told_its_neighbour() -> None:
    with pytest.raises(AttributeError, match="no target 'wierstrass'; did you mean 'weierstrass'"):
        getattr(examples, "wierstrass")  # noqa: B009 (a type checker refuses the plain spelling)


def test_type_checkers_see_every_example() -> None:
    source = Path(str(examples.__file__)).read_text("utf-8")
    assert sorted(re.findall(r"^    (\w+): Target$", source, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_values_are_those_of_the_formula(name: str) -> None:
    example = target(name)
    points = spread(example, 300, 0)
    known = [float(ORACLES[name](*map(MP.mpf, p))) for p in points.tolist()]
    assert example(*points.T) == pytest.approx(known, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sine_sum_a", [0.29, -0.55, 0.56, -0.22, -0.22]),
        ("sine_sum_b", [-0.76, -0.34, 0.75, 1.56, 2.03]),
    ],
)
def test_the_printed_sine_sums_have_these_values(name: str, values: list[float]) -> None:
    x = np.array([-10.0, -5.0, 0.0, 5.0, 10.0])
    assert target(name)(x).round(2).tolist() == values


@pytest.mark.parametrize("name", NAMES)
def test_what_has_a_formula_is_proved_by_it_and_the_fractals_go_by_their_moduli(name: str) -> None:
    assert (target(name).expression is None) == (name in FRACTALS)


def test_the_chirp_has_a_value_at_every_float() -> None:
    x = np.array([0.0, 5e-324, 1e-310, 1e-300, 1e-17, 1e-3])
    assert (np.abs(target("chirp")(x)) <= x).all()


def spread(example: Target, count: int, seed: int) -> Array:
    """Take random points of the box, (points, d)."""
    unit = np.random.default_rng(seed).random((count, example.dimension))
    points: Array = example.lower + unit * (example.upper - example.lower)
    return points


def pairs_of(example: Target) -> tuple[Array, Array]:
    """Pair points at all distances: anywhere, and next to the places where f is at its worst."""
    rng = np.random.default_rng(7)
    low, high = example.lower, example.upper
    thirds = 2.0 ** -np.arange(40.0) / 3
    places = [0.0, 0.5, 1.0, 1 / 3, *thirds, *(3.0 ** -np.arange(1.0, 30.0)), *low, *high]
    special = np.repeat(np.array(places)[:, None], example.dimension, axis=1)
    p = np.concatenate([spread(example, 40_000, 5), np.repeat(special, 200, axis=0)])
    p = np.clip(p, low, high)
    way = rng.standard_normal(p.shape) * (high - low)
    q = np.clip(p + way * 10.0 ** rng.uniform(-16, 0.3, (len(p), 1)), low, high)
    return p, q


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_pair_of_points_beats_a_modulus(name: str) -> None:
    example = target(name)
    p, q = pairs_of(example)
    distance = np.sqrt(np.sum((p - q) ** 2, axis=1))
    f_p, f_q = example(*p.T), example(*q.T)
    # the rounding of f, and of what is formed from its argument
    noise = 8 * np.spacing(np.array([np.abs(f_p).max(), 10.0]))
    noise = noise[0] + (modulus(name)(noise[1:]) if name in SMOOTH else 0.0)
    assert (np.abs(f_p - f_q) <= modulus(name)(distance * (1 + 1e-14)) + noise).all()


@pytest.mark.parametrize("name", ONE)
def test_no_two_samples_of_a_dense_grid_beat_a_modulus(name: str) -> None:
    example = target(name)
    (a, b) = example.domain[0]
    x = np.linspace(a, b, 30_001)
    value = example(x)
    strides = np.unique(np.geomspace(1, 29_999, 60).astype(int))
    seen = [float(np.abs(value[s:] - value[:-s]).max()) for s in strides]
    distance = (b - a) / 30_000 * strides * (1 + 1e-12)
    assert (seen <= modulus(name)(distance) + 1e-13).all()


SHARPNESS = {"weierstrass": 0.55, "chirp": 0.99}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_modulus_is_nearly_attained_at_some_small_distance(name: str) -> None:
    example = target(name)
    best = 0.0
    for h in 2.0 ** -np.arange(8.0, 14.0) / 3:
        if example.dimension == 1:
            p = np.linspace(*example.domain[0], 30_001)[:, None]
            p = np.concatenate([p, np.linspace(0.0, 0.01, 10_001)[:, None]])
        else:
            p = np.concatenate([spread(example, 20_000, 3), [[0.309652, 0.348249]]])
        way = np.array([[1.0]]) if example.dimension == 1 else directions(example, p)
        q = np.clip(p + h * way, example.lower, example.upper)
        distance = np.sqrt(np.sum((p - q) ** 2, axis=1))
        change = np.abs(example(*p.T) - example(*q.T))
        kept = distance > 0.9 * h
        best = max(best, float((change[kept] / modulus(name)(distance[kept])).max()))
    assert best > SHARPNESS.get(name, 0.995)
    assert best <= 1 + 1e-9


def directions(example: Target, p: Array) -> Array:
    """Point up the slope of f, by differences, (points, d)."""
    step = 1e-7
    slope = np.stack(
        [example(*(p + step * e).T) - example(*p.T) for e in np.eye(example.dimension)], axis=1
    )
    up: Array = slope / np.sqrt(np.sum(slope**2, axis=1, keepdims=True))
    return up


@pytest.mark.parametrize("name", NAMES)
def test_a_modulus_rises_and_keeps_shapes(name: str) -> None:
    h = np.logspace(-17, 1, 1800)
    value = modulus(name)(h)
    assert (np.diff(value) >= -1e-14 * value[1:]).all()
    assert modulus(name)(h.reshape(60, 30)).tolist() == value.reshape(60, 30).tolist()


def never_above(expression: Expression, domain: Any, bound: float) -> bool:
    """Prove that an expression stays below a bound, halving the cells where that is not seen yet.

    On a cell both the plain enclosure and that of the mean value theorem hold.
    """
    low, high = (np.array([[side[end] for side in domain]]) for end in (0, 1))
    slopes = [expression.derivative(i) for i in range(len(domain))]
    for _ in range(60 * len(domain)):
        middle = low + (high - low) / 2
        reach = np.zeros(len(low))
        for i, slope in enumerate(slopes):
            steepest = np.max(np.abs(enclose(slope, low, high)), axis=0)
            reach += steepest * (high[:, i] - low[:, i]) / 2 * (1 + 1e-12)
        top = np.minimum(
            enclose(expression, low, high)[1], enclose(expression, middle, middle)[1] + reach
        )
        left = top > bound
        low, high, middle = low[left], high[left], middle[left]
        if not left.any():
            return True
        assert len(low) < 50_000
        side = np.arange(len(domain)) == np.argmax(high - low, axis=1)[:, None]
        low, high = (
            np.concatenate([low, np.where(side, middle, low)]),
            np.concatenate([np.where(side, middle, high), high]),
        )
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SMOOTH, "franke"])
def test_a_lipschitz_constant_is_proved_by_enclosures_of_the_derivative(name: str) -> None:
    example = target(name)
    assert example.expression is not None
    constant = float(modulus(name)(np.array([1.0]))[0])
    slopes = [example.expression.derivative(i) for i in range(example.dimension)]
    steepest = sum((slope**2 for slope in slopes[1:]), slopes[0] ** 2)
    assert never_above(steepest, example.domain, constant**2)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_variation_is_the_sum_between_the_zeros_of_the_derivative(name: str) -> None:
    f, (a, b) = ORACLES[name], target(name).domain[0]
    x = np.linspace(a, b, 3001)
    value = target(name)(x)
    turns = [
        i for i in range(1, 3000) if (value[i] - value[i - 1]) * (value[i + 1] - value[i]) <= 0
    ]
    with MP.workdps(30):
        zeros = [
            MP.findroot(lambda t: MP.diff(f, t), (x[i - 1], x[i + 1]), solver="anderson", tol=1e-20)
            for i in turns
        ]
        values = [f(MP.mpf(t)) for t in (a, *sorted(zeros), b)]
        known = float(sum(abs(q - p) for p, q in pairwise(values)))
    assert target(name).variation == pytest.approx(known, rel=1e-14)


@pytest.mark.parametrize("name", ONE)
def test_samples_vary_as_much_as_the_variation_says(name: str) -> None:
    example = target(name)
    assert example.variation is not None
    seen = float(np.abs(np.diff(example(np.linspace(*example.domain[0], 2**16 + 1)))).sum())
    if math.isfinite(example.variation):
        assert 0.999 * example.variation <= seen <= example.variation * (1 + 1e-9)
    else:
        coarse = float(np.abs(np.diff(example(np.linspace(*example.domain[0], 2**8 + 1)))).sum())
        assert seen > 1.3 * coarse


def test_variation_is_for_one_coordinate() -> None:
    assert [n for n in NAMES if target(n).variation is None] == ["cone", "franke", "maximum"]


@pytest.mark.parametrize("name", FRACTALS)
def test_enclosures_by_the_modulus_contain_the_function(name: str) -> None:
    example, rng = target(name), np.random.default_rng(9)
    low = rng.random(400)
    high = np.minimum(low + 10.0 ** rng.uniform(-17, 0, 400), 1.0)
    lo, hi = example.enclose(low[:, None], high[:, None])
    for share in (0.0, 0.1, 0.37, 0.5, 0.9, 1.0):
        value = example(np.clip(low + share * (high - low), low, high))
        assert ((lo <= value) & (value <= hi)).all()
