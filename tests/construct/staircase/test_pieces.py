"""Balanced pieces: as few as the greedy ones, with the smallest largest error, and no sliver."""

import numpy as np
import pytest

from uat import Target
from uat.construct.staircase.build import build
from uat.construct.staircase.pieces import balanced_eps, partition


@pytest.mark.parametrize(
    ("text", "domain", "eps"),
    [("abs(x - 1/2)", (0, 1), 0.05), ("x**2 + sin(x)", (-1, 3), 1.0), ("sin(x)", (0, 5), 0.3)],
)
def test_balanced_pieces_are_as_few_and_all_vary_alike(
    text: str, domain: tuple[float, float], eps: float
) -> None:
    f = Target(text, domain)
    least = balanced_eps(f, eps)
    balanced = partition(f, least)
    assert least <= eps
    assert balanced.pieces <= partition(f, eps).pieces < partition(f, 0.999 * least).pieces
    ends = np.concatenate([[domain[0]], balanced.breakpoints, [domain[1]]])
    x = np.linspace(ends[:-1], ends[1:], 2001)
    # A piece that would end inside a flat cell may end before it.
    assert np.ptp(f(x), axis=0).min() > 1.97 * least
    assert np.ptp(f(x), axis=0).max() < 2.0001 * least


def test_a_balanced_staircase_is_proved_closer_with_no_more_units() -> None:
    f = Target("abs(x - 1/2)", (0, 1))
    greedy, balanced = build(f, 0.04), build(f, 0.04, balanced=True)
    assert balanced[0].units <= greedy[0].units
    assert balanced[1].bound < 0.95 * greedy[1].bound < 0.04


def test_a_constant_has_no_least_eps_and_one_piece() -> None:
    f = Target("0*x + 3", (0, 1))
    assert 0 < balanced_eps(f, 0.5) <= 0.5
    assert build(f, 0.5, balanced=True)[0].units == 1
