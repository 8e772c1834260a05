"""The proof by interpolation as a whole: sharp where it can be, never below the truth."""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series

import uat
from tests.numerics.executors import Mortal
from tests.oracles.activations import sigma_of
from tests.oracles.gaps import gap, largest_gap
from tests.oracles.taylor import SERIES, taylor_bounds
from uat import Affine, Network
from uat.core.certificate import Evidence
from uat.core.target import Target
from uat.enclosure.enclose import enclose
from uat.errors import CannotProve, InputError
from uat.numerics.boxes import grid
from uat.numerics.sampled_error import errors_at, largest_error
from uat.proof.interpolation import one_cell, prove
from uat.proof.interpolation.prove import prove_by_chebyshev

BUDGET = 50_000


def fitted(target: Target, activation: str, units: int, wh: float = 0.5, seed: int = 0) -> Network:
    """A comb in one dimension, ridges at random directions in more: least squares."""
    sigma, d = sigma_of(activation)[0], target.dimension
    lower, upper = np.array(target.lower), np.array(target.upper)
    rng = np.random.default_rng(seed)
    if d == 1:
        t = np.linspace(
            lower[0] - 0.1 * (upper - lower)[0], upper[0] + 0.1 * (upper - lower)[0], units
        )
        slopes = np.full((units, 1), wh / (t[1] - t[0]))
        biases = -slopes[:, 0] * t
    else:
        slopes = rng.normal(size=(units, d)) * 6 * wh / (upper - lower)
        biases = -np.sum(slopes * rng.uniform(lower, upper, size=(units, d)), axis=1)
    points = rng.uniform(lower, upper, size=(20 * units, d))
    matrix = sigma(points @ slopes.T + biases)
    weights = np.linalg.lstsq(matrix, target(*points.T), rcond=1e-12)[0]
    return Network.from_units(weights, slopes, biases, sigma)


def estimate(target: Target, network: Network) -> float:
    d = target.dimension
    lines = [np.linspace(a, b, {1: 2001, 2: 81, 3: 25}[d]) for a, b in target.domain]
    return float(errors_at(target, network, grid(lines)).max())


@dataclass(frozen=True)
class Proof:
    upper: float
    evidence: Evidence


def proof_of(target: Target, network: Network, *, budget: int = BUDGET) -> Proof:
    level = estimate(target, network)
    evidence = prove_by_chebyshev(target, network, budget, level=level)
    return Proof(float(evidence.bounds.max()), evidence)


def seen(target: Target, network: Network) -> float:
    """|f − g| where floats see it largest, in many digits: a bound from below."""
    sigma, points = sigma_of(network.activation.name)[1], largest_error(target, network)[1][:4]
    return max(float(gap(target, network, point, sigma)) for point in points)


def check_cells(target: Target, proof: Proof) -> None:
    """The cells cover the box without a hole, and no bound is above the whole's."""
    evidence = proof.evidence
    assert proof.upper == evidence.bounds.max()
    sizes = np.prod((evidence.upper - evidence.lower) / (target.upper - target.lower), axis=1)
    assert math.fsum(sizes.tolist()) == pytest.approx(1)
    points = np.random.default_rng(5).uniform(target.lower, target.upper, (200, target.dimension))
    for point in points:
        inside = (evidence.lower <= point) & (point <= evidence.upper)
        assert inside.all(axis=1).any()


SHARP = [
    ("runge", "logistic", 40), ("runge", "tanh", 40), ("runge", "cauchy_cdf", 40),
    ("runge", "gauss_cdf", 40), ("runge", "gompertz", 40), ("runge", "algebraic", 40),
    ("runge", "swinging", 30), ("runge", "descending", 30), ("runge", "elsewhere", 30),
    ("slides", "logistic", 12), ("exp_sin", "tanh", 60), ("three_sines", "logistic", 30),
    ("sine_sum_a", "gauss_cdf", 25),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "activation", "units"), SHARP)
def test_in_one_dimension_the_bound_is_within_a_hundredth(
    name: str, activation: str, units: int
) -> None:
    target = getattr(uat.examples, name)
    network = fitted(target, activation, units)
    proof = proof_of(target, network)
    check_cells(target, proof)
    lower = seen(target, network)
    assert lower <= proof.upper <= 1.01 * lower


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "sides", "activation", "units"),
    [
        ("sin(6*x)*cos(4*y)", 2, "logistic", 60),
        ("1/(1.5 + x*y)", 2, "tanh", 20),
        ("exp(-4*(x - y)**2)", 2, "gauss_cdf", 40),
        ("sqrt(0.3 + x**2 + y)", 2, "cauchy_cdf", 10),
        ("sin(x + 2*y - z)", 3, "logistic", 12),
        ("1/(1 + x**2 + y**2 + z**2)", 3, "tanh", 10),
    ],
)
def test_in_more_dimensions_the_bound_is_near(
    formula: str, sides: int, activation: str, units: int
) -> None:
    target = Target(formula, [(0, 1), (0, 1.5), (-0.5, 0.5)][:sides])
    network = fitted(target, activation, units)
    proof = proof_of(target, network)
    check_cells(target, proof)
    lower = seen(target, network)
    assert lower <= proof.upper <= (1.02 if sides == 2 else 1.08) * lower


def test_an_error_below_the_rounding_of_floats_is_proved_too() -> None:
    """Weights of 1e4 that cancel: g errs by 1e-12 in floats, its real value by less."""
    target = Target("expit(3*x) - expit(3*x - 1e-4)", (-1, 1))
    network = Network.from_units([1e4, -1e4], [3, 3], [0, -1e-8], uat.logistic)
    proof = proof_of(target, network)
    lower = seen(target, network)
    assert lower < 1e-8
    assert lower <= proof.upper <= 1.01 * lower


def test_weights_that_cancel_to_ten_digits_cost_no_sharpness() -> None:
    target = Target("exp(x)", (0, 1))
    slopes = np.linspace(0.01, 0.02, 4)
    matrix = uat.logistic(np.linspace(0, 1, 30)[:, None] * slopes)
    weights = np.linalg.lstsq(matrix, target(np.linspace(0, 1, 30)), rcond=1e-15)[0]
    network = Network.from_units(weights, slopes, np.zeros(4), uat.logistic)
    assert np.abs(network.output_weights).sum() > 1e6
    proof = proof_of(target, network)
    lower = seen(target, network)
    assert lower <= proof.upper <= 1.01 * lower


Series = Callable[[Any], Any]


def _x(x: Any) -> Any:
    return x + arb_series([0])


TAYLOR: list[tuple[str, Series]] = [
    ("exp(x)", lambda x: x.exp()),
    ("sin(9*x)/(2 + x)", lambda x: (9 * x).sin() / (2 + x)),
    ("sqrt(1.05 - x**2)", lambda x: (arb(1.05) - x * x).sqrt()),
    ("1/(1 + 25*x**2)", lambda x: 1 / (1 + 25 * x * x)),
    ("log(1.1 + x)*x", lambda x: (arb(1.1) + x).log() * x),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "series", "activation"),
    [
        (*TAYLOR[(i + j) % len(TAYLOR)], activation)
        for i, activation in enumerate(SERIES)
        for j in (0, 2)
    ],
)
def test_taylor_polynomials_on_small_cells_agree(
    formula: str, series: Series, activation: str
) -> None:
    target = Target(formula, (-1, 1))
    network = fitted(target, activation, 12)
    units = list(
        zip(
            network.output_weights.tolist(),
            network.slopes.tolist(),
            network.biases.tolist(),
            strict=True,
        )
    )
    low, high = taylor_bounds(series, SERIES[activation], units, (-1.0, 1.0))
    upper = proof_of(target, network).upper
    assert low <= upper <= 1.01 * high
    assert high <= 1.1 * low


KINKED = [
    ("abs(x - 0.5)", (0, 1)), ("abs(x - 1/3)", (0, 1)), ("max(sin(5*x), 0.3)", (-1, 2)),
    ("min(x**2, 0.7 - x)", (-1, 1)), ("where(x < 0.3, x, 0.6 - x)", (0, 1)),
    ("abs(abs(x) - 0.4)", (-1, 1)), ("sqrt(abs(x - 0.7))", (0, 1)), ("cbrt(x)", (-1, 1)),
    ("sqrt(x)", (0, 1)), ("x*log(x + 1e-9)", (0, 1)),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "box"), KINKED)
def test_kinks_and_roots_split_the_box(formula: str, box: tuple[float, float]) -> None:
    target = Target(formula, box)
    network = fitted(target, "logistic", 15)
    proof = proof_of(target, network)
    check_cells(target, proof)
    found = largest_gap(target, network)
    assert found <= proof.upper <= 1.02 * float(found)


@pytest.mark.slow
def test_a_polyline_is_smooth_between_its_knots() -> None:
    target = Target(lambda x: np.interp(x, [0.1, 0.37, 0.8], [0.3, -0.2, 0.5]), (0, 1))
    network = fitted(target, "tanh", 15)
    proof = proof_of(target, network)
    found = largest_gap(target, network)
    assert found <= proof.upper <= 1.02 * float(found)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.0, 1e-6, 0.01, 0.5, 2.0, 100.0, math.inf])
def test_any_level_gives_a_bound(factor: float) -> None:
    target = uat.examples.runge
    network = fitted(target, "logistic", 20)
    level = estimate(target, network)
    upper = prove_by_chebyshev(target, network, BUDGET, level=factor * level).bounds.max()
    assert largest_gap(target, network) <= upper
    if 0.001 < factor <= 1e3:
        assert upper <= 1.05 * level


@pytest.mark.slow
@pytest.mark.parametrize("budget", [1, 30, 100, 1000])
def test_a_budget_that_ends_gives_a_bound_all_the_same(budget: int) -> None:
    target = uat.examples.nielsen
    network = fitted(target, "logistic", 30, wh=3.0)
    proof = proof_of(target, network, budget=budget)
    check_cells(target, proof)
    assert float(largest_gap(target, network)) <= proof.upper < math.inf


@pytest.mark.slow
def test_more_budget_is_no_worse() -> None:
    target = uat.examples.franke
    network = fitted(target, "logistic", 40, wh=3.0)
    uppers = [proof_of(target, network, budget=b).upper for b in (10, 1000, 50_000)]
    assert uppers == sorted(uppers, reverse=True)


@pytest.mark.slow
def test_a_network_equal_to_f_is_proved_to_be() -> None:
    network = Network.from_units([2.0, -1.0], [1.0, 3.0], [0.0, 0.5], uat.logistic)
    target = Target("2*expit(x) - expit(3*x + 0.5)", (-1, 1))
    assert prove_by_chebyshev(target, network, BUDGET, level=1e-16).bounds.max() < 1e-15


@pytest.mark.parametrize(
    "box",
    [(0.1, 0.7), (1e6 + 0.1, 1e6 + 0.1 + 1e-6), (-1e-300, 1e-300), (-3e5, 1e6), (1 / 3, 2 / 3)],
)
def test_boxes_tiny_large_and_far_away(box: tuple[float, float]) -> None:
    middle, half = sum(box) / 2, (box[1] - box[0]) / 2
    target = Target(lambda x: np.exp((x - middle) / half), box)
    slopes = np.array([1.0, 0.5, 2.0]) / half
    network = Network.from_units([1.0, 2.0, -0.5], slopes, -slopes * middle, uat.logistic)
    proof = proof_of(target, network)
    found = float(largest_gap(target, network))
    assert found <= proof.upper <= 1.02 * found


@pytest.mark.slow
@pytest.mark.parametrize("slope", [20.0, 200.0, 1000.0])
def test_slopes_of_some_hundreds_are_soft_enough(slope: float) -> None:
    target = Target("sin(3*x)", (0, 1))
    network = Network.from_units([0.5, -0.7, 0.2], [slope] * 3, [-0.2 * slope, -0.5 * slope, 0],
                                 uat.logistic)  # fmt: skip
    proof = proof_of(target, network)
    lower = seen(target, network)
    assert lower <= proof.upper <= 1.01 * lower


@pytest.mark.slow
def test_what_is_not_for_interpolation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_cell, "_SMALLEST", 0.1)
    soft = Network.from_units([1.0], [1.0], [0.0], uat.logistic)
    plane = Network.from_units([1.0], [[1.0, 1.0]], [0.0], uat.logistic)
    steep = Network.from_units([1.0], [1e100], [0.0], uat.logistic)
    many = Network.from_units(np.ones(4000), [2e5] * 4000, -np.arange(4000) * 50.0, uat.logistic)
    deep = Network((*[Affine([[1.0]], [0.0])] * 3,), uat.tanh)
    four = Network.from_units([1.0], [[1.0] * 4], [0.0], uat.logistic)
    for target, network, words in [
        (Target("x", (0, 1)), steep, "steep"),
        (Target("x", (0, 1)), many, "steep"),
        (Target("x", (0, 1)), deep, "one hidden layer"),
        (Target("x", (0, 1)), Network.from_units([1.0], [1.0], [0.0], uat.ramp), "ramp"),
        (Target(lambda a, b, c, d: a + b + c + d, [(0, 1)] * 4), four, "4 coordinates"),
        (uat.examples.cantor, soft, "no formula"),
        (uat.examples.cone, plane, "analytic near"),
        (uat.examples.maximum, plane, "analytic near"),
    ]:
        with pytest.raises(CannotProve, match=words):
            prove_by_chebyshev(target, network, BUDGET, level=0.5)
    with pytest.raises(InputError, match="coordinates"):
        prove_by_chebyshev(Target("x", (0, 1)), plane, BUDGET, level=0.5)


def test_a_kink_outside_the_box_is_none() -> None:
    target = Target(lambda x, y: np.maximum(x, y - 2) + np.abs(x + y + 0.1), [(0, 1), (0, 1)])
    network = fitted(target, "logistic", 10)
    proof = proof_of(target, network)
    assert len(proof.evidence.bounds) == 1
    assert proof.upper <= 1.02 * seen(target, network)


def test_ranges_bound_each_cell_no_lower_than_the_proof_needs() -> None:
    """Each cell's bound against an enclosure of f − g written as one formula."""
    target = uat.examples.runge
    network = fitted(target, "logistic", 20, wh=2.0)
    proof = proof_of(target, network)
    assert target.expression is not None
    x = np.linspace(-1, 1, 1001)
    error = np.abs(target(x) - network(x[:, None])[:, 0])
    for low, high, bound in zip(
        proof.evidence.lower[:, 0], proof.evidence.upper[:, 0], proof.evidence.bounds, strict=True
    ):
        inside = (x >= low) & (x <= high)
        assert error[inside].max(initial=0.0) <= bound
    assert enclose(target.expression, [[-1.0]], [[1.0]])[0] <= 1


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.mark.slow
def test_cells_are_bounded_the_same_by_others(threads: Executor) -> None:
    target, least = Target("abs(x - 0.3)", (-1, 1)), 0.1
    network = fitted(target, "logistic", 4)
    alone = prove_by_chebyshev(target, network, BUDGET, level=least)
    assert len(alone.bounds) > 8
    mortal = Mortal()
    for executor in (threads, mortal):
        shared = prove_by_chebyshev(target, network, BUDGET, level=least, executor=executor)
        for part in ("lower", "upper", "bounds"):
            assert np.array_equal(getattr(alone, part), getattr(shared, part))
    assert mortal.tasks >= 5


@pytest.mark.slow
@pytest.mark.parametrize("budget", [200, 800])
def test_the_order_of_answers_changes_no_digit_where_the_budget_ends(
    budget: int, threads: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, least = Target("sin(30*x)/(1.01 - x**2)", (-1, 1)), 0.5
    network = fitted(target, "logistic", 40, wh=20.0)
    monkeypatch.setattr(prove, "_TOGETHER", 3)
    alone = prove_by_chebyshev(target, network, budget, level=least)
    rng = np.random.default_rng(budget)

    def shuffled(work: Any, tasks: Any, take: Any, _: Executor) -> None:
        waiting = [*tasks]
        while waiting:
            task = waiting.pop(rng.integers(len(waiting)))
            waiting += take(task, work(task))

    monkeypatch.setattr(prove, "share", shuffled)
    for _ in range(3):
        shared = prove_by_chebyshev(target, network, budget, level=least, executor=threads)
        for part in ("lower", "upper", "bounds"):
            assert np.array_equal(getattr(alone, part), getattr(shared, part))


@pytest.mark.slow
def test_others_find_no_proof_for_the_same_reason(
    threads: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_cell, "_SMALLEST", 0.1)
    target = Target("abs(x - y) + abs(x + y - 1.3)", [(0, 1), (0, 1)])
    network = fitted(target, "logistic", 4)
    reasons = []
    for executor in (None, threads):
        with pytest.raises(CannotProve) as reason:
            prove_by_chebyshev(target, network, BUDGET, level=0.1, executor=executor)
        reasons.append(str(reason.value))
    assert reasons[0] == reasons[1]
