"""Profiles by soft units: within their bound on the whole box, from every direction of signs."""

from typing import Any

import numpy as np
import pytest

import uat
from uat import Network
from uat.construct.fejer_korovkin.directions import signed
from uat.construct.fejer_korovkin.ridge_steps import displaced, network_of, units_error
from uat.construct.fejer_korovkin.soft_ridges import LEVELS, SoftRidge, options, soft_units

BOXES = [((0.0, 1.0), (0.0, 1.0)), ((-3.0, 0.5), (2.0, 2.25)), ((1e6, 1e6 + 3), (-0.1, 0.2))]
SIGMAS = ["logistic", "tanh"]
PROFILES = [((1, 2), [0.5, 0.25, -0.1, 1e-4]), ((3, 2), [0.3]), ((0, 1), [0.0, 0.2, 0.0, 0.1])]
IDS = [str(direction) for direction, _ in PROFILES]


def wave(amplitudes: Any, s: np.ndarray) -> np.ndarray:
    m = np.arange(1, len(amplitudes) + 1)
    return np.asarray(np.cos(np.pi * s[:, None] * m) @ np.array(amplitudes))


def every(direction: Any, amplitudes: Any, activation: Any) -> list[SoftRidge]:
    extent = 2 * float(np.abs(amplitudes).sum())
    return options(np.array(direction), np.array(amplitudes), extent, activation)


@pytest.mark.parametrize(("direction", "amplitudes"), PROFILES, ids=IDS)
@pytest.mark.parametrize("name", SIGMAS)
@pytest.mark.parametrize("box", BOXES, ids=str)
def test_each_direction_is_within_the_error_of_its_profile(
    direction: Any, amplitudes: Any, name: str, box: Any
) -> None:
    activation = getattr(uat, name)
    a, b = np.array(box).T
    x = a + (b - a) * np.random.default_rng(0).random((3000, 2))
    x[:4] = [(u, v) for u in (a[0], b[0]) for v in (a[1], b[1])]
    for ridge in every(direction, amplitudes, activation):
        for p in signed(ridge.direction):
            constant, weights, slope, biases = soft_units(ridge, p, box)
            g = constant + activation((x @ slope)[:, None] + biases) @ weights
            far = np.abs(g - wave(amplitudes, (x - a) / (b - a) @ p)).max()
            floats = 100 * displaced(ridge.direction, box)
            assert far <= ridge.error + floats
            assert far >= 0.02 * ridge.error
            assert len(weights) == ridge.row.count


@pytest.mark.parametrize(("direction", "amplitudes"), PROFILES, ids=IDS)
def test_smaller_errors_take_more_units(direction: Any, amplitudes: Any) -> None:
    found = every(direction, amplitudes, uat.logistic)
    size = float(np.abs(amplitudes).sum())
    assert len(found) == len(LEVELS)
    assert [s.row.count for s in found] == sorted(s.row.count for s in found)
    assert all(s.error <= size * level for s, level in zip(found, LEVELS, strict=True))


def test_harmonics_that_hardly_count_are_left_out() -> None:
    few = every((1, 1), [1.0, 0.01, 0.01], uat.logistic)[0]
    assert few.row.frequencies.tolist() == [1.0]
    assert every((1, 1), [1.0, 0.01, 0.01], uat.logistic)[-1].row.frequencies.tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", SIGMAS)
@pytest.mark.parametrize("box", BOXES, ids=str)
def test_a_network_of_them_keeps_the_sum_of_the_errors(name: str, box: Any) -> None:
    activation = getattr(uat, name)
    soft = tuple(every(p, w, activation)[k] for (p, w), k in zip(PROFILES, (1, 3, 5), strict=True))
    network: Network = network_of([], soft, -0.25, box, activation)
    assert network.units == 1 + sum(s.copies * s.row.count for s in soft)
    error, rounding = units_error([], soft, network, box, -0.25)
    floats = 100 * max(displaced(s.direction, box) for s in soft)
    assert error <= sum(s.copies * s.error for s in soft) * (1 + 1e-9) + floats
    a, b = np.array(box).T
    x = a + (b - a) * np.random.default_rng(1).random((5000, 2))
    truth = np.full(len(x), -0.25)
    for ridge, (_, amplitudes) in zip(soft, PROFILES, strict=True):
        for p in signed(ridge.direction):
            truth += wave(amplitudes, (x - a) / (b - a) @ p)
    far = np.abs(network(x)[:, 0] - truth).max()
    assert far <= error + rounding + floats
    assert far > 0.05 * error


def test_an_odd_start_without_its_signs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ridge = every((1, 1), [0.5, 0.25], uat.logistic)[3]
    monkeypatch.setattr("uat.construct.fejer_korovkin.soft_ridges._turned", lambda row, _: row)
    constant, weights, slope, biases = soft_units(ridge, np.array([1, -1]), BOXES[0])
    x = np.random.default_rng(0).random((1000, 2))
    g = constant + uat.logistic((x @ slope)[:, None] + biases) @ weights
    assert np.abs(g - wave([0.5, 0.25], x @ np.array([1, -1]))).max() > 10 * ridge.error
