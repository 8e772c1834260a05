"""How an error falls: a line is told from a bend, and what could be had is not given up."""

import math

import pytest

from uat import Target, logistic
from uat.construct.decay import measure
from uat.construct.ridge import choice
from uat.construct.ridge.choice import fewest, scaled_problem

SIZES = [90, 126, 177, 248, 347]
SQUARE = [(0, 1), (0, 1)]


@pytest.mark.parametrize("power", [0.25, 1.0, 3.0])
def test_a_power_is_measured_and_continued(power: float) -> None:
    decay = measure([(n, 5 * n**-power) for n in SIZES])
    assert decay is not None
    assert decay.rate == pytest.approx(power)
    assert decay.earlier == pytest.approx(power)
    assert decay.later == pytest.approx(power)
    assert decay.expected(3470) == pytest.approx(5 * 3470**-power)
    assert decay.at_best(347) == pytest.approx(decay.error)
    assert decay.at_best(3470) < decay.expected(3470) / 10**power


@pytest.mark.parametrize("rate", [0.002, 0.005, 0.02])
@pytest.mark.parametrize("last", [248, 680, 1333])
def test_at_best_is_less_than_what_a_smooth_function_comes_to(rate: float, last: int) -> None:
    """Errors exp(−cn) and exp(−cn²) bend down: the truth is never above what is thought possible."""
    for power in (1, 2):
        sizes = [last / 1.4**k for k in (4, 3, 2, 1, 0)]
        decay = measure([(round(n), math.exp(-((rate * n) ** power))) for n in sizes])
        assert decay is not None
        for more in (1.5, 3, 10):
            n = round(last * more)
            assert decay.at_best(n) <= 1.01 * math.exp(-((rate * n) ** power))


def test_too_few_sizes_or_no_error_left_say_nothing() -> None:
    assert measure([(n, 1 / n) for n in SIZES[1:]]) is None
    assert measure([*((n, 1 / n) for n in SIZES), (500, 0.0)]) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "eps"),
    [("abs(x - 0.3) + abs(y - 0.6)", 1e-7), ("maximum(x, y)", 1e-6), ("abs(x - y)**0.5", 1e-4)],
)
def test_at_a_kink_the_large_sizes_are_not_tried(formula: str, eps: float) -> None:
    question = scaled_problem(Target(formula, SQUARE), eps, logistic, 4000)
    found = fewest(question, question.eps)
    assert found.error > question.eps
    assert found.decay is not None
    assert found.decay.units < 1000
    assert 0.1 < found.decay.rate < 1.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "dimension", "eps"),
    [
        ("tanh(150*(x - 0.3))", 1, 1e-8),
        ("sqrt((x - 0.3)**2 + 3e-5)", 1, 1e-7),
        ("exp(-20000*(x - 0.4)**2)", 1, 1e-8),
        ("cos(3*x) + 1e-3*cos(150*x)", 1, 1e-6),
        ("sin(3*x + y) + 1e-2*exp(-300*((x - .4)**2 + (y - .6)**2))", 2, 1e-3),
    ],
)
def test_what_is_smooth_and_falls_late_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch, formula: str, dimension: int, eps: float
) -> None:
    monkeypatch.setattr(choice, "_walked", lambda question, best, wanted: best)
    question = scaled_problem(Target(formula, [(0, 1)] * dimension), eps, logistic, 4000)
    found = fewest(question, question.eps)
    assert found.error < question.eps
    assert found.decay is None
