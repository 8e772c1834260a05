"""Products of cosines as ridges: nothing is lost, and the directions are counted."""

import math
import sys
from itertools import product
from typing import Any

import numpy as np
import pytest

from uat.construct.fejer_korovkin import directions
from uat.construct.fejer_korovkin.directions import count_directions, families, signed

signed_of_the_package = directions.signed

SHAPES = [(7,), (4, 6), (5, 1), (3, 4, 3), (1, 2, 3, 2)]


def one_sign_only(direction: Any) -> list[Any]:
    return signed_of_the_package(direction)[:1]


def product_sum(a: np.ndarray, u: np.ndarray) -> float:
    """Σ a_{|k|} e^{iπk·u} over all signs, as products of cosines."""
    total = 0.0
    for k in np.ndindex(a.shape):
        factors = [math.cos(math.pi * n * x) * (2 if n else 1) for n, x in zip(k, u, strict=True)]
        total += float(a[k]) * math.prod(factors)
    return total


def ridge_sum(a: np.ndarray, u: np.ndarray, drop: int | None = None) -> float:
    total, number = float(a.flat[0]), 0
    for family in families(a):
        m = np.arange(1, family.amplitudes.shape[1] + 1)
        for p, amplitudes in zip(family.directions, family.amplitudes, strict=True):
            for direction in signed(p):
                if number != drop:
                    total += float(amplitudes @ np.cos(np.pi * m * (direction @ u)))
                number += 1
    return total


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_ridges_add_up_to_the_products(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    a, u = rng.normal(size=shape), rng.random(len(shape))
    assert ridge_sum(a, u) == pytest.approx(product_sum(a, u), abs=1e-12)


@pytest.mark.parametrize("drop", [0, 3, 7])
def test_a_dropped_direction_is_found_out(drop: int) -> None:
    rng = np.random.default_rng(2)
    a, u = rng.normal(size=(4, 4)), rng.random(2)
    assert abs(ridge_sum(a, u, drop) - product_sum(a, u)) > 1e-3


def test_a_missed_sign_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    a, u = rng.normal(size=(4, 4)), rng.random(2)
    monkeypatch.setattr(sys.modules[__name__], "signed", one_sign_only)
    assert abs(ridge_sum(a, u) - product_sum(a, u)) > 1e-3


@pytest.mark.parametrize(
    "degrees", [(5,), (0,), (6, 6), (3, 9), (0, 4), (3, 3, 3), (2, 0, 4)], ids=str
)
def test_directions_are_counted_one_by_one(degrees: tuple[int, ...]) -> None:
    seen = set()
    for k in product(*(range(-n, n + 1) for n in degrees)):
        if any(k) and math.gcd(*k) == 1 and tuple(-v for v in k) not in seen:
            seen.add(k)
    assert count_directions(degrees) == len(seen)
    found = families(np.ones([n + 1 for n in degrees]))
    listed = [tuple(p.tolist()) for f in found for q in f.directions for p in signed(q)]
    assert len(listed) == len(set(listed)) == len(seen)
    assert all(p in seen or tuple(-v for v in p) in seen for p in listed)


def test_past_a_limit_the_count_is_a_bound() -> None:
    exact = count_directions((300, 200))
    assert exact <= count_directions((300, 200), most=10) <= 1.7 * exact


def test_the_box_holds_as_many_half_periods_as_the_direction_says() -> None:
    for family in families(np.ones((4, 5, 3))):
        for q, periods, copies in zip(
            family.directions, family.half_periods, family.copies, strict=True
        ):
            all_signs = signed(q)
            assert len(all_signs) == copies
            for p in all_signs:
                corners = [p @ np.array(u) for u in product((0, 1), repeat=3)]
                assert max(corners) - min(corners) == periods
