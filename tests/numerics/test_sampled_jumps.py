"""A jump is found with its place and size; cusps, steep rises and swings are not taken for one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from uat.core.target import Target
from uat.numerics.sampled_jumps import find_jump


@pytest.mark.parametrize(
    ("f", "domain", "place", "size"),
    [
        (lambda x: np.floor(3 * x), (0, 1), "x = 0.3333", 1),
        (lambda x: np.sign(x - 0.5), (0, 1), "x = 0.5", 2),
        (lambda x: x + (x > 1e6 + 0.25), (1e6, 1e6 + 1), "x = 1000000.25", 1),
        (lambda x: 1e-9 * np.sign(x), (-2e-9, 1e-9), "x = 0", 2e-9),
        (lambda x, y: np.where(x < 0.25, 0, y), [(0, 1), (2, 2 + 1e-9)], "(0.25, ", 2),
    ],
    ids=["floor", "sign", "far", "small", "plane"],
)
def test_a_jump_is_found(f: Callable[..., Any], domain: Any, place: str, size: float) -> None:
    jump = find_jump(Target(f, domain, traced=False))
    assert jump is not None
    assert jump.place.startswith(place)
    assert jump.size == pytest.approx(size, rel=1e-6)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.abs(x - 0.3) ** 0.05,
        lambda x: np.interp(x, [0.3, 0.3 + 1e-12], [0, 1]),
        lambda x: np.tanh(1e12 * (x - 0.3)),
        lambda x: np.sin(1e17 * x),
        lambda x: 0 * x,
    ],
    ids=["cusp", "ramp", "tanh", "sin", "constant"],
)
def test_what_is_steep_or_wild_is_no_jump(f: Callable[..., Any]) -> None:
    assert find_jump(Target(f, (0, 1), traced=False)) is None
