"""Lines above partial moduli: never below what f does, and near it."""

import numpy as np
import pytest

from uat import CannotProve, Target
from uat.construct.fejer_korovkin.partial_moduli import moduli_rest_on_trust, partial_moduli

SMOOTH = [
    ("sin(3*x)*exp(y)", [(0, 1), (-1, 1)]),
    ("maximum(x, y) - 2*abs(x - 0.3)", [(0, 1), (0, 2)]),
    ("x*y*z", [(0, 1), (-2, 1), (3, 4)]),
    ("exp(sin(x**2 + x))", [(-3, 3)]),
]
CUSPS = [
    ("sqrt(abs(x - 0.3)) + y", [(0, 1), (0, 1)]),
    ("sqrt(abs(x*y))", [(-1, 1), (-1, 1)]),
    ("abs(x)**0.3 + sqrt(abs(x - 0.5))", [(-1, 1)]),
]
EVERY = [*SMOOTH, *CUSPS]
SHARES = (1.0, 0.3, 0.1, 0.03, 0.01)


def moved(target: Target, axis: int, share: float) -> float:
    """The largest |f(x + h e_j) − f(x)| on many pairs, those about edges and zeros among them."""
    rng = np.random.default_rng(0)
    a, b = target.lower, target.upper
    x = a + (b - a) * rng.random((40_000, target.dimension))
    x[::2, axis] = a[axis] + (b[axis] - a[axis]) * rng.integers(0, 21, len(x[::2])) / 20
    y = x.copy()
    y[:, axis] = np.minimum(x[:, axis] + share * (b - a)[axis], b[axis])
    return float(np.abs(np.asarray(target(*x.T)) - np.asarray(target(*y.T))).max())


@pytest.mark.slow
@pytest.mark.parametrize(("text", "box"), EVERY, ids=[t for t, _ in EVERY])
def test_no_two_points_differ_by_more_than_the_lines_say(text: str, box: object) -> None:
    target = Target(text, box)
    for axis, lines in enumerate(partial_moduli(target)):
        for share in SHARES:
            assert moved(target, axis, share) <= lines.at(share)


@pytest.mark.parametrize(("text", "box"), SMOOTH, ids=[t for t, _ in SMOOTH])
def test_a_smooth_function_is_met_to_a_few_hundredths(text: str, box: object) -> None:
    target = Target(text, box)
    for axis, lines in enumerate(partial_moduli(target)):
        assert lines.at(1e-3) <= 1.05 * moved(target, axis, 1e-3)


def test_a_cusp_is_met_to_a_half_more() -> None:
    lines = partial_moduli(Target("sqrt(abs(x - 0.3))", (0, 1)))[0]
    for share in (0.3, 0.1, 0.01):
        assert lines.at(share) <= 1.5 * share**0.5


def test_the_variation_is_that_of_f() -> None:
    lines = partial_moduli(Target("sin(10*x)", (0, np.pi)))[0]
    assert 20 <= lines.variation <= 20.1


@pytest.mark.slow
def test_the_variation_of_many_waves_takes_finer_cells() -> None:
    lines = partial_moduli(Target("sin(1000*x)", (0, np.pi)))[0]
    assert 2000 <= lines.variation <= 2080


def test_a_declared_constant_is_the_slope() -> None:
    target = Target(lambda x, y: abs(x - y), [(0, 2), (0, 1)], 1.5, traced=False)
    assert [lines.at(0.01) for lines in partial_moduli(target)] == pytest.approx([0.03, 0.015])
    assert moduli_rest_on_trust(target)


def test_a_declared_root_is_met_where_the_mean_needs_it() -> None:
    target = Target("sqrt(abs(x))", (-1, 1), modulus=np.sqrt)
    lines = partial_moduli(target)[0]
    for share in (1e-9, 1e-4, 0.1):
        assert (2 * share) ** 0.5 <= lines.at(share) <= 1.01 * (2 * share) ** 0.5
    assert moduli_rest_on_trust(target)


def test_a_formula_is_taken_before_a_modulus() -> None:
    target = Target("x**2", (0, 1), modulus=50.0)
    assert partial_moduli(target)[0].at(0.1) == pytest.approx(0.2)
    assert not moduli_rest_on_trust(target)


def test_a_coordinate_that_does_not_count_does_not_move() -> None:
    x, y = partial_moduli(Target("0*x + 3 + y", [(0, 1), (0, 1)]))
    assert x.at(1.0) == 0
    assert y.at(0.5) == pytest.approx(0.5)


def test_what_has_neither_formula_nor_modulus_is_refused() -> None:
    with pytest.raises(CannotProve, match="modulus"):
        partial_moduli(Target(abs, (0, 1), traced=False))
