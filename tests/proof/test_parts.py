"""The parts of a proof by cells: ranges of quadratics, tables of ranges, twofold sums, the search."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uat.core.certificate import Evidence
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.proof.cells.branch_and_bound import Bound, Examined, Search
from uat.proof.cells.error_free import prefix_sums, product, total
from uat.proof.cells.quadratic import Quadratic, centres, flat
from uat.proof.sigma.range_table import RangeTable

sizes = st.one_of(st.floats(-3, 3), st.just(0.0), st.floats(-1e12, 1e12), st.floats(-1e-9, 1e-9))
shares = st.fractions(-1, 1, max_denominator=100)


@settings(max_examples=200)
@given(d=st.integers(1, 3), numbers=st.lists(sizes, min_size=16, max_size=16), share=st.data())
def test_the_range_of_a_quadratic_is_not_left(
    d: int, numbers: list[float], share: st.DataObject
) -> None:
    constant, error = numbers[0], abs(numbers[1])
    slope, radius = np.array([numbers[2 : 2 + d]]), np.abs(np.array([numbers[5 : 5 + d]]))
    curve = np.reshape(numbers[7 : 7 + d * d], (1, d, d))
    curve = (curve + curve.transpose(0, 2, 1)) / 2
    model = Quadratic(np.array([constant]), slope, curve, np.array([error]))
    bound = Fraction(float(model.largest(radius)[0]))
    for _ in range(4):
        s = [share.draw(shares) * Fraction(r) for r in radius[0].tolist()]
        value = Fraction(constant)
        for i in range(d):
            value += Fraction(slope[0, i]) * s[i]
            value += sum(Fraction(curve[0, i, j]) * s[i] * s[j] for j in range(d))
        assert abs(value) + Fraction(error) <= bound


def largest(constant: float, slope: float, curve: float) -> float:
    model = Quadratic(
        np.array([constant]), np.array([[slope]]), np.array([[[curve]]]), np.array([0.0])
    )
    return float(model.largest(np.array([[1.0]]))[0])


def test_the_range_of_a_parabola_is_exact() -> None:
    assert largest(0, 1, 0) == pytest.approx(1)
    assert largest(0, 2, -2) == pytest.approx(4)
    assert largest(1, 1, -1) == pytest.approx(1.25)
    assert largest(-1, 1, 1) == pytest.approx(1.25)
    assert largest(-0.5, 0, 1) == pytest.approx(0.5)


def test_nothing_known_of_one_part_is_nothing_known_of_the_difference() -> None:
    known, unknown = flat(np.zeros(1), np.zeros(1), 1), flat(np.zeros(1), np.full(1, np.inf), 1)
    assert known.minus(unknown).largest(np.ones((1, 1)))[0] == np.inf
    assert unknown.or_flat(np.ones(1), np.ones(1)).error[0] == 1


@given(a=st.floats(-1e300, 1e300), width=st.floats(0, 1e300))
def test_half_widths_reach_both_ends_of_a_cell(a: float, width: float) -> None:
    lower, upper = np.array([[a]]), np.array([[a + width]])
    centre, radius = (Fraction(float(v[0, 0])) for v in centres(lower, upper))
    assert centre - radius <= Fraction(a)
    assert centre + radius >= Fraction(float(upper[0, 0]))


@settings(max_examples=300)
@given(
    ends=st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
    share=st.floats(0, 1),
    text=st.sampled_from(["sin(x)", "x**3", "exp(-x**2)", "abs(x - 0.1)"]),
)
def test_a_table_of_ranges_contains_every_value(
    ends: tuple[float, float], share: float, text: str
) -> None:
    low, high = sorted(ends)
    bottom, top = RangeTable(parse(text))(np.array([low]), np.array([high]))
    value = parse(text)(min(max(low + share * (high - low), low), high))
    assert bottom[0] <= value <= top[0]


def test_a_table_covers_the_line() -> None:
    bottom, top = RangeTable(parse("exp(-x**2)"))(
        np.array([-np.inf, 3e9]), np.array([np.inf, np.inf])
    )
    assert bottom[0] >= 0
    assert 1 <= top[0] < 1.01
    assert top[1] < 1e-300


halves = st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) > 1e-100)


@given(a=halves, b=halves)
def test_twofold_numbers_lose_nothing(a: float, b: float) -> None:
    x, y = np.array([a]), np.array([b])
    high, low = product(x, y)
    assert Fraction(float(high[0])) + Fraction(float(low[0])) == Fraction(a) * Fraction(b)
    high, low = total(x, y)
    assert Fraction(float(high[0])) + Fraction(float(low[0])) == Fraction(a) + Fraction(b)


@given(terms=st.lists(st.floats(-1e20, 1e20), max_size=40))
def test_prefix_sums_err_by_what_they_say(terms: list[float]) -> None:
    high, low, error = prefix_sums(np.array(terms))
    exact = Fraction(0)
    for i in range(len(terms) + 1):
        off = abs(Fraction(float(high[i])) + Fraction(float(low[i])) - exact)
        assert off <= Fraction(error)
        exact += Fraction(terms[i]) if i < len(terms) else 0
    assert error <= 1e-28 * (1 + sum(map(abs, terms)))


def widths(lower: Array, upper: Array) -> Examined:
    """A bound that is the longest side: halving it to a goal costs what it must."""
    return Examined((upper - lower).max(axis=1), 0.0, upper - lower)


def halve_the_worst(
    bound: Bound, lower: Array, upper: Array, budget: int, goal: float = 0.0
) -> Evidence:
    search = Search(bound, lower, upper, goal)
    search.look_at(budget)
    assert search.upper == search.evidence.bounds.max()
    return search.evidence


def test_the_search_stops_at_the_goal_and_covers_the_box() -> None:
    lower, upper = np.zeros((1, 2)), np.ones((1, 2))
    evidence = halve_the_worst(widths, lower, upper, 10_000, goal=0.125)
    assert evidence.bounds.max() == 0.125
    assert len(evidence.bounds) == 64
    assert np.prod(evidence.upper - evidence.lower, axis=1).sum() == 1


def test_the_search_keeps_to_its_budget_and_gives_the_best_so_far() -> None:
    looked = []

    def counted(lower: Array, upper: Array) -> Examined:
        looked.append(len(lower))
        return widths(lower, upper)

    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    evidence = halve_the_worst(counted, lower, upper, 100)
    assert sum(looked[1:]) <= 100
    assert evidence.bounds.max() <= 1 / 16
    assert np.sum(evidence.upper - evidence.lower) == 1


def test_a_cell_between_neighbouring_floats_is_not_halved() -> None:
    lower = np.array([[1.0]])
    evidence = halve_the_worst(widths, lower, np.nextafter(lower, 2.0), 100)
    assert len(evidence.bounds) == 1


def test_a_looser_bound_of_a_half_does_not_count() -> None:
    def growing(lower: Array, upper: Array) -> Examined:
        return Examined(1 / (upper - lower).max(axis=1), 0.0, upper - lower)

    evidence = halve_the_worst(growing, np.zeros((1, 1)), np.ones((1, 1)), 64)
    assert evidence.bounds.max() == 1


def test_cells_on_which_nothing_is_known_are_halved_first() -> None:
    def unknown_at_first(lower: Array, upper: Array) -> Examined:
        sides = upper - lower
        known = (sides[:, 0] < 0.1) | (lower[:, 0] > 0)
        return Examined(np.where(known, sides[:, 0], np.inf), 0.0, sides)

    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    evidence = halve_the_worst(unknown_at_first, lower, upper, 100, goal=0.5)
    assert evidence.bounds.max() == 0.5


def test_a_search_goes_on_where_it_stopped() -> None:
    lower, upper = np.zeros((1, 1)), np.ones((1, 1))
    search = Search(widths, lower, upper)
    uppers = []
    for _ in range(4):
        search.look_at(62)
        uppers.append(search.upper)
    assert uppers == sorted(uppers, reverse=True)
    assert uppers[-1] <= uppers[0] / 2
