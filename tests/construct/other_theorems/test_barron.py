"""The mean of |f − f_n|² over draws is at most (2C)²/n, in any number of coordinates."""

import math
from typing import Any

import numpy as np
import pytest

import uat
from uat.construct.other_theorems.barron import (
    CosineSum,
    Gaussian,
    Spectrum,
    build,
    mean_squared_error,
)
from uat.errors import InputError, WrongType
from uat.expression.arrays import Array

BOXES = {1: [(-1.0, 3.0)], 2: [(-1.0, 1.0), (0.0, 0.5)], 3: [(-1.0, 1.0)] * 3, 8: [(0.0, 1.0)] * 8}


def waves(d: int, seed: int = 0, count: int = 4) -> CosineSum:
    rng = np.random.default_rng(seed)
    return CosineSum(
        rng.normal(size=count), 2 * rng.normal(size=(count, d)), rng.uniform(-4, 4, count)
    )


def targets() -> list[Any]:
    found: list[Any] = []
    for d, box in BOXES.items():
        found.append(pytest.param(waves(d, d), box, id=f"waves-{d}"))
        found.append(pytest.param(Gaussian((0.25,) * d, 0.75), box, id=f"gaussian-{d}"))
    return found


def points_in(box: list[tuple[float, float]], count: int, seed: int) -> Array:
    low, high = np.array(box).T
    x = low + (high - low) * np.random.default_rng(seed).random((count, len(box)))
    corners = np.where(np.random.default_rng(seed).random((count, len(box))) < 0.5, low, high)
    return np.concatenate([x, corners])


def errors(f: Spectrum, box: Any, steps: int, x: Array, draws: int) -> Array:
    """Give |f − f_n|² at points, one row a draw."""
    truth = np.asarray(f.expression(*x.T))
    rows = [build(f, box, steps, rng=seed)[0](x)[:, 0] for seed in range(draws)]
    return np.asarray((np.array(rows) - truth) ** 2)


@pytest.mark.slow
@pytest.mark.parametrize(("f", "box"), targets())
@pytest.mark.parametrize("steps", [1, 30])
def test_the_mean_error_is_within_the_bound_at_the_worst_point(
    f: Spectrum, box: Any, steps: int
) -> None:
    _, bound = build(f, box, steps, rng=0)
    seen = errors(f, box, steps, points_in(box, 60, 1), 60).mean(axis=0)
    assert seen.max() <= bound  # by a margin: at z a step stands before it half of the time


@pytest.mark.slow
@pytest.mark.parametrize(("f", "box"), targets())
def test_the_mean_of_the_networks_is_f(f: Spectrum, box: Any) -> None:
    x = points_in(box, 20, 2)
    truth = np.asarray(f.expression(*x.T))
    draws = np.array([build(f, box, 100, rng=seed)[0](x)[:, 0] for seed in range(120)])
    deviation = draws.std(axis=0) / math.sqrt(120)
    assert (np.abs(draws.mean(axis=0) - truth) <= 5 * deviation + 1e-12).all()


def moments(f: CosineSum, box: tuple[float, float], x: float) -> tuple[float, float, float]:
    """Integrate over waves and t in one dimension: C, and the mean and mean square of a unit."""
    centre, half = sum(box) / 2, (box[1] - box[0]) / 2
    t = (np.arange(50_000) + 0.5) / 25_000 - 1
    z = (x - centre) / half
    parts = [abs(a * w[0]) * half for a, w in zip(f.amplitudes, f.frequencies, strict=True)]
    total, first, second = math.fsum(parts), 0.0, 0.0
    for part, a, w, p in zip(parts, f.amplitudes, f.frequencies[:, 0], f.phases, strict=True):
        size, own = abs(w) * half, math.copysign(1.0, w) * z
        shown = np.where(t > 0, own > t, own < t) * np.sign(t)
        unit = -2 * total * math.copysign(1.0, a) * np.sin(size * t + p + w * centre) * shown
        first += part / total * float(unit.mean())
        second += part / total * float((unit**2).mean())
    return total, first, second


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_error_of_the_draws_is_that_of_a_quadrature(seed: int) -> None:
    f, box = waves(1, seed, 3), (-1.0, 2.0)
    level, places = f.expression(0.5), [-1.0, -0.2, 0.9, 2.0]
    seen = errors(f, box, 20, np.array(places)[:, None], 1000).mean(axis=0)
    for x, error in zip(places, seen.tolist(), strict=True):
        total, first, second = moments(f, box, x)
        assert f.constant(np.array([1.5])) == pytest.approx(total, rel=1e-9)
        assert first == pytest.approx(f.expression(x) - level, abs=1e-3)
        assert error == pytest.approx((second - first**2) / 20, rel=0.25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_an_adversary_finds_no_wave_whose_units_are_larger(seed: int) -> None:
    """The mean square of a unit, by quadrature, at the worst x of the worst of many sums."""
    rng = np.random.default_rng(seed)
    worst = 0.0
    f, box = waves(1, seed, 1 + seed % 2), (-1.0, 1.0)
    for _ in range(40):
        tried = CosineSum(
            f.amplitudes, f.frequencies + rng.normal(size=f.frequencies.shape) * 0.5,
            f.phases + rng.normal(size=f.phases.shape) * 0.5,
        )  # fmt: skip
        total, _, second = moments(tried, box, float(rng.choice([-1.0, 1.0])))
        share = second / (2 * total) ** 2
        assert share <= 1 + 1e-9
        if share > worst:
            worst, f = share, tried
    assert worst > 0.3


def test_the_constant_of_a_gaussian_is_the_mean_of_its_frequencies() -> None:
    half, width = np.array([1.0, 0.5, 2.0]), 0.5
    w = np.random.default_rng(0).standard_normal((400_000, 3)) / width
    seen = (np.abs(w) @ half).mean()
    assert Gaussian((0.0, 1.0, 2.0), width).constant(half) == pytest.approx(seen, rel=0.005)


def test_the_constant_on_a_box_is_below_that_of_its_ball() -> None:
    f = waves(3, 5)
    ball = math.sqrt(3) * np.sum(np.abs(f.amplitudes) * np.linalg.norm(f.frequencies, axis=1))
    assert f.constant(np.ones(3)) <= ball


def test_a_network_has_one_unit_a_step_and_one_for_the_constant() -> None:
    f = waves(2, 3)
    network, bound = build(f, BOXES[2], 50, rng=1)
    _, wider = build(f, BOXES[2], 25, rng=1)
    assert network.units == 51
    assert network.activation is uat.heaviside
    assert wider == pytest.approx(2 * bound)
    total = f.constant(np.array([1.0, 0.25]))
    assert np.abs(network.output_weights[:-1]).sum() <= 2 * total


def test_the_same_seed_gives_the_same_network() -> None:
    f = Gaussian((0.0, 0.0), 1.0)
    assert build(f, BOXES[2], 9, rng=7)[0] == build(f, BOXES[2], 9, rng=7)[0]
    assert build(f, BOXES[2], 9, rng=7)[0] != build(f, BOXES[2], 9, rng=8)[0]


def test_a_constant_function_is_its_constant_unit() -> None:
    f = CosineSum([2.0], [[0.0, 0.0]], [0.0])
    network, bound = build(f, BOXES[2], 5)
    assert (network.units, bound) == (1, 0.0)
    assert network([0.0, 0.0]).tolist() == [2.0]


def test_the_estimate_is_the_mean_over_the_box() -> None:
    f = waves(2, 4)
    network, _ = build(f, BOXES[2], 30, rng=2)
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 401), np.linspace(0, 0.5, 201)), axis=-1)
    x = grid.reshape(-1, 2)
    exact = np.mean((np.asarray(f.expression(*x.T)) - network(x)[:, 0]) ** 2)
    assert mean_squared_error(f, network, BOXES[2], rng=0) == pytest.approx(exact, rel=0.05)


def test_the_formula_is_the_sum_of_the_waves() -> None:
    f, x = waves(2, 6), np.array([[0.3, -0.7], [1.5, 0.0]])
    expected = np.cos(x @ f.frequencies.T + f.phases) @ f.amplitudes
    assert np.allclose(f.expression(*x.T), expected)
    g = Gaussian((1.0, -1.0), 0.5)
    assert g.expression(1.0, -0.5) == pytest.approx(math.exp(-0.5))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], [], []), "are needed"),
        (([1.0], [[1.0], [2.0]], [0.0]), "are needed"),
        (([1.0], np.zeros((1, 0)), [0.0]), "no coordinate"),
        (([np.nan], [1.0], [0.0]), "finite"),
    ],
    ids=["empty", "shapes", "no-coordinate", "nan"],
)
def test_waves_that_are_none_are_refused(arguments: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        CosineSum(*arguments)


@pytest.mark.parametrize(("middle", "width"), [((), 1.0), ((0.0,), 0.0), ((np.inf,), 1.0)])
def test_a_gaussian_that_is_none_is_refused(middle: tuple[float, ...], width: float) -> None:
    with pytest.raises(InputError, match="width > 0"):
        Gaussian(middle, width)


@pytest.mark.parametrize(
    ("box", "steps", "error", "words"),
    [
        ((0, 1), 5, InputError, "1 pair"),
        ([(0, 1), (0, 0)], 5, InputError, "a < b"),
        (BOXES[2], 0, InputError, "at least 1"),
        (BOXES[2], 2.5, WrongType, "whole number"),
    ],
    ids=["dimension", "empty-box", "no-step", "half-a-step"],
)
def test_bad_input_is_one_clear_line(
    box: Any, steps: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(waves(2), box, steps)
