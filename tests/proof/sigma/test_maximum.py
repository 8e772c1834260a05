"""Worst boxes are halved: the bound is one, sharper with more evaluations."""

import math

import pytest

from uat.proof.sigma.maximum import Box, largest


def hill(box: Box) -> tuple[float, float]:
    """A bound of 1 − (x − 0.3)² − y², from the corners that matter."""
    (a, b), (c, d) = box
    x = min(max(a, 0.3), b) - 0.3
    y = min(max(c, 0.0), d)
    return 0.0, 1 - x * x - y * y + (b - a) + (d - c)


def test_the_bound_is_above_and_comes_down() -> None:
    boxes: list[Box] = [((-1.0, 1.0), (-1.0, 1.0))]
    bounds = [largest(hill, boxes, evaluations=n, patience=n) for n in (1, 10, 100, 1000)]
    assert bounds == sorted(bounds, reverse=True)
    assert 1 < bounds[-1] < 1.1


def spike(box: Box) -> tuple[float, float]:
    """Known only on short boxes."""
    ((a, b),) = box
    return 0.0, math.inf if b - a > 0.01 else b


def test_boxes_without_a_bound_are_halved_until_patience_ends() -> None:
    assert largest(spike, [((0.0, 1.0),)], evaluations=1, patience=10) == math.inf
    assert largest(spike, [((0.0, 1.0),)], evaluations=1, patience=1000) == pytest.approx(1.0)


def test_sharp_enough_is_enough() -> None:
    asked = []

    def bounds(box: Box) -> tuple[float, float]:
        asked.append(box)
        return 0.9, hill(box)[1]

    boxes: list[Box] = [((-1.0, 1.0), (-1.0, 1.0))]
    assert largest(bounds, boxes, evaluations=1000, patience=1000, ratio=2.0) <= 1.8
    assert len(asked) < 100


def test_a_small_box_without_a_bound_is_given_up() -> None:
    asked = []

    def pole(box: Box) -> tuple[float, float]:
        asked.append(box)
        ((a, b),) = box
        return 0.0, math.inf if a <= 0.3 <= b else 1.0

    assert largest(pole, [((0.0, 1.0),)], evaluations=9, patience=10_000) == math.inf
    assert len(asked) < 40


def test_a_point_cannot_be_halved() -> None:
    assert (
        largest(lambda _: (0.0, math.inf), [((1.0, 1.0),)], evaluations=9, patience=9) == math.inf
    )
