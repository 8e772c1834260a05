"""The directions along which f changes: found from its slopes."""

import numpy as np
import pytest

from uat import Target
from uat.construct.ridge.active import active_directions


def test_a_ridge_in_six_coordinates_has_one() -> None:
    w = np.array([1.0, -2.0, 0.0, 0.5, 3.0, 1.0])
    f = Target(lambda *x: np.sin(sum(c * v for c, v in zip(w, x, strict=True))), [(-1, 1)] * 6)
    (way,) = active_directions(f, 1e-6)
    assert abs(way @ w) / np.linalg.norm(w) == pytest.approx(1, abs=1e-10)


def test_it_is_a_direction_of_the_scaled_box() -> None:
    (way,) = active_directions(Target("exp(x/10 + 2*y)", [(0, 20), (0, 1)]), 1e-6)
    assert np.abs(way) == pytest.approx(np.array([1, 1]) / np.sqrt(2))


def test_all_count_where_f_changes_along_all() -> None:
    assert (active_directions(Target("x*y*z", [(0, 1)] * 3), 1e-6) == np.eye(3)).all()


def test_what_changes_f_by_less_than_asked_for_does_not_count() -> None:
    f = Target("sin(x) + 1e-5*cos(y)", [(0, 1), (0, 1)])
    assert len(active_directions(f, 1e-3)) == 1
    assert len(active_directions(f, 1e-8)) == 2


def test_a_constant_has_one_too() -> None:
    assert active_directions(Target("3 + 0*x*y", [(0, 1), (0, 1)]), 1e-6).shape == (1, 2)


def test_it_need_not_have_a_formula_or_a_common_size() -> None:
    f = Target(lambda x, y: 1e-290 * x**2 + 0 * y, [(0, 1e-200), (0, 1)], modulus=1.0, traced=False)
    assert active_directions(f, 0.0).shape[1] == 2
