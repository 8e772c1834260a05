"""What users draw and how hard their claims are tried: the strategies keep their promises, and
each planted violation is found."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from uat import Affine, Network, Target
from uat.expression.graph import apply, coordinate
from uat.expression.operations import OPERATIONS
from uat.testing import (
    assert_within_eps,
    attack,
    boxes,
    continuous_targets,
    eps_values,
    networks,
    sigmoidal_activations,
)
from uat.testing.multiprecision import Multiprecision
from uat.testing.strategies import custom_activations

FEW = settings(max_examples=30)
BEYOND = r"\|f − g\| = .* > eps = "


@pytest.mark.slow
@FEW
@given(st.data(), st.integers(1, 2))
def test_no_two_points_beat_the_modulus_of_a_drawn_target(
    data: st.DataObject, dimension: int
) -> None:
    f = data.draw(continuous_targets(dimension=dimension))
    assert f.dimension == dimension
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = f.lower + (f.upper - f.lower) * rng.random((500, dimension))
    y = np.clip(x + (f.upper - f.lower) * 10.0 ** -rng.uniform(0, 7, (500, 1)), f.lower, f.upper)
    change = np.abs(f(*x.T) - f(*y.T))
    assert f.modulus is not None
    allowed = f.modulus(np.linalg.norm(x - y, axis=1))
    assert (change <= allowed + 1e-12 * np.abs(f(*x.T)).max()).all()


@FEW
@given(boxes(3), eps_values(10.0, finest=1e-9))
def test_boxes_and_eps_span_their_decades(box: Any, eps: float) -> None:
    widths = [b - a for a, b in box]
    assert len(box) == 3
    assert all(0.99e-6 <= w <= 1.01e6 for w in widths)
    assert 0.99e-8 <= eps <= 20.1


@pytest.mark.slow
@settings(max_examples=100)
@given(sigmoidal_activations())
def test_a_drawn_sigma_has_two_limits_and_a_tail(sigma: uat.Activation) -> None:
    assert sigma.limits is not None
    left, right = sigma.limits
    assert sigma(-1e12) == pytest.approx(left, abs=1e-5)
    assert sigma(1e12) == pytest.approx(right, abs=1e-5)
    assert sigma.tail(1e12) < 1e-5


def test_activations_of_every_kind_are_drawn() -> None:
    drawn: dict[str, uat.Activation] = {}

    @settings(max_examples=600, database=None)
    @given(sigmoidal_activations())
    def draw(sigma: uat.Activation) -> None:
        drawn[sigma.name] = sigma

    draw()
    assert {sigma.name for sigma in custom_activations()} <= set(drawn)
    assert any(sigma.lipschitz == np.inf for sigma in drawn.values())
    assert any(not sigma.monotone and sigma.overshoot > 0 for sigma in drawn.values())
    assert any(sigma.assumptions for sigma in drawn.values())


@pytest.mark.slow
@FEW
@given(networks())
def test_networks_of_any_shape_are_drawn(network: Network) -> None:
    x = np.zeros((2, network.input_dimension))
    assert network(x).shape == (2, network.output_dimension)
    assert network.depth <= 3
    assert all(width <= 8 for width in network.widths)


def slope_of_2_53_less(k: int, m: int) -> tuple[float, float]:
    """A unit that switches at m/(2^53 − k), no float, next to the float m/2^53."""
    return 2.0**53 - k, -float(m)


def test_a_spike_between_two_floats_is_found() -> None:
    m = 2**53 // 3
    (b, c), (b2, c2) = slope_of_2_53_less(1, m), slope_of_2_53_less(2, m)
    g = Network.from_units([5, -5], [b, b2], [c, c2], uat.heaviside)
    x = m / 2**53 + np.arange(-3, 4) * 2.0**-54
    assert not g.as_function()(x).any()
    with pytest.raises(AssertionError, match=r"\|f − g\| = 5 > eps = 1 at x = 0.33333333333333"):
        assert_within_eps("0*x", g, (0, 1), 1)


def staircase(f: str = "sin(3*x)", eps: float = 0.05) -> Any:
    return uat.approximate(f, (0, 1), eps, method="staircase")


@pytest.mark.slow
@pytest.mark.parametrize("unit", [0, 5, -1])
def test_a_wrong_level_is_found(unit: int) -> None:
    g = staircase().network
    assert_within_eps("sin(3*x)", g, (0, 1), 0.05)
    a = np.array(g.output_weights)
    a[unit] += 0.1
    wrong = Network.from_units(a, g.slopes, g.biases, g.activation)
    with pytest.raises(AssertionError, match=BEYOND):
        assert_within_eps("sin(3*x)", wrong, (0, 1), 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [0.98, 1.02])
def test_a_moved_break_is_found(fault: float) -> None:
    g = staircase().network
    c = np.array(g.biases)
    moving = np.flatnonzero(g.slopes)
    c[moving[3]] *= fault
    wrong = Network.from_units(g.output_weights, g.slopes, c, g.activation)
    with pytest.raises(AssertionError, match=BEYOND):
        assert_within_eps("sin(3*x)", wrong, (0, 1), 0.05)


@pytest.mark.parametrize("place", [0.1, 1 / 3, 0.5, 0.987])
def test_a_break_one_float_late_is_found(place: float) -> None:
    """f rises from 0 to 1 between two neighbouring floats: g may differ from it at one float."""
    after = float(np.nextafter(place, 1))

    def f(x: Any) -> Any:
        return np.interp(x, [place, after], [0.0, 1.0])

    assert_within_eps(f, lambda x: np.where(x > place, 1.0, 0.0), (0, 1), 0.0)
    with pytest.raises(AssertionError, match=rf"= 1 > eps = 0.5 at x = {after!r}: f is 1, g is 0"):
        assert_within_eps(f, lambda x: np.where(x > after, 1.0, 0.0), (0, 1), 0.5)


@pytest.mark.parametrize("end", [-2.0, 3.0])
@pytest.mark.parametrize("floats", [0, 1, 2])
def test_a_fault_at_an_end_of_the_box_is_found(end: float, floats: int) -> None:
    place = end
    for _ in range(floats):
        place = float(np.nextafter(place, 0))
    with pytest.raises(AssertionError, match=BEYOND):
        assert_within_eps("0*x", lambda x: np.where(x == place, 1.0, 0.0), (-2, 3), 0.5)


def test_the_rounding_of_float64_is_told_from_the_network() -> None:
    """0.1 + 0.2 is 0.30000000000000004 in floats; in real arithmetic it is not."""
    g = Network.from_units([0.1, 0.2], [0, 0], [1, 1], uat.heaviside)
    assert assert_within_eps("0.1 + 0.2", g, (0, 1), 1e-16).error == pytest.approx(2.8e-17, rel=0.1)
    with pytest.raises(AssertionError, match=BEYOND):
        assert_within_eps("0.1 + 0.2", g, (0, 1), 0.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_a_violation(bad: float) -> None:
    with pytest.raises(AssertionError, match=r"\|f − g\| = inf"):
        assert_within_eps("x", lambda x: np.where(x > 0.5, bad, x), (0, 1), 1e300)


def test_a_top_is_climbed_to_the_last_digits() -> None:
    found = attack("exp(-1000*(x - 0.123456)**2)", "0*x", (0, 1))
    assert found.error == pytest.approx(1, abs=1e-14)
    assert found.point[0] == pytest.approx(0.123456, abs=1e-8)
    assert found.places > 30
    assert found.points > 4000


def test_in_two_dimensions_a_narrow_ridge_is_found() -> None:
    ridge = Network.from_units([1, -1], [[1e9, 2e9]] * 2, [-1.5e9, -1.5e9 - 4], uat.logistic)
    with pytest.raises(AssertionError, match=r"at \(0\.\d+, 0\.\d+\): f is 0, g is 0\.76"):
        assert_within_eps("0*x*y", ridge, [(0, 1), (0, 1)], 0.7)


@pytest.mark.slow
def test_a_target_without_formula_is_compared_in_floats() -> None:
    f = Target(np.sin, (0, 3), modulus=1.0, traced=False)
    g = uat.approximate(f, eps=0.1, method="staircase")
    assert assert_within_eps(f, g, None, g.certificate.bound if g.certificate else 0).error > 0.09
    with pytest.raises(AssertionError, match=BEYOND):
        assert_within_eps(f, g, (1, 2), 0.05)


@pytest.mark.slow
@settings(max_examples=30)
@given(continuous_targets(), st.floats(0, 1))
def test_many_digits_agree_with_floats(f: Target, share: float) -> None:
    (a, b) = f.domain[0]
    x = min(max(a + share * (b - a), a), b)
    exact = Multiprecision(f, None).target([x])
    assert (exact is None) == (f.expression is None)
    if exact is not None:
        size = float(np.abs(f(np.linspace(a, b, 99))).max())
        assert float(exact) == pytest.approx(f(x), rel=1e-6, abs=1e-6 * size)


@pytest.mark.slow
@settings(max_examples=30)
@given(networks(2, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_networks_in_many_digits_agree_with_floats(network: Network, x: float, y: float) -> None:
    digits = Multiprecision(Target("x + y", [(-1, 1), (-1, 1)]), network)
    if digits.knows_network and all(s.lipschitz < np.inf for s in network.activations):
        sizes = [1 + float(np.abs(layer.weight).sum()) for layer in network.layers]
        value = float(network([[x, y]])[0, 0])
        assert float(digits.network((x, y))) == pytest.approx(
            value, rel=1e-9, abs=1e-12 * float(np.prod(sizes)) ** 2
        )


@pytest.mark.parametrize("eps", [-1.0, float("nan")])
def test_an_eps_that_is_none_is_refused(eps: float) -> None:
    with pytest.raises(uat.InputError, match="a number ≥ 0 is needed"):
        assert_within_eps("x", "x", (0, 1), eps)


def test_what_does_not_fit_is_refused_in_one_line() -> None:
    anything: Any = "0.1"
    with pytest.raises(uat.WrongType, match=r"eps=.0\.1. given"):
        assert_within_eps("x", "x", (0, 1), anything)
    with pytest.raises(uat.WrongType, match="3 given as g"):
        attack("x", 3, (0, 1))
    two = Network((Affine([[1.0], [1.0]], [0.0, 0.0]),), uat.relu)
    with pytest.raises(uat.InputError, match="a network 1 → … → 1 is needed"):
        attack("x", two, (0, 1))


@pytest.mark.slow
@pytest.mark.parametrize(("missing", "use", "words"), [
    ("hypothesis", "", "uat.testing draws with hypothesis, which is not installed"),
    ("mpmath", "; print(uat.testing.attack('x', '0*x', (0, 1)).error)", "0.99999"),
])  # fmt: skip
def test_what_is_not_installed(missing: str, use: str, words: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import uat.testing{use}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = (run.stdout + run.stderr).strip().splitlines()[-1]
    assert words in last


_OF_ONE = sorted(
    name
    for name, operation in OPERATIONS.items()
    if operation.arity == 1
    and name not in {"power", "logical_not", "interp", "interp_slope", "unknown"}
)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*_OF_ONE, "xlogy", "power"])
@pytest.mark.parametrize("place", [-2.3, -0.7, 0.0, 0.3, 0.7, 2.3])
def test_each_operation_in_many_digits_is_that_of_numpy(name: str, place: float) -> None:
    x = coordinate(0)
    made = {"xlogy": lambda: apply("xlogy", x, x), "power": lambda: apply("power", x, data=[3.0])}
    order = OPERATIONS[name].order
    f = made.get(name, lambda: apply(name, x, data=() if order is None else (order,)))()
    value = f(place)
    if np.isfinite(value):
        shown = Target(f, (place, place + 1e-9), traced=True)
        assert float(Multiprecision(shown, None).target([place])) == pytest.approx(value, abs=1e-14)


def test_the_adversary_agrees_that_sinc_is_sinc() -> None:
    assert attack("sinc(x)", "sinc(x)", (0, 3)).error < 1e-15


def test_operations_out_of_the_table_have_no_digits() -> None:
    assert Multiprecision(Target("sqrt(x**2)", (-1, 1)), None).target([-0.5]) == 0.5
    assert Multiprecision(Target("sqrt(x)", (0, 1)), None).target([-1.0]) is None
    assert Multiprecision(Target("1/(x + 2)", (0, 1)), None).target([-2.0]) is None
