"""Interval arithmetic: every rounded end is on the right side, also at the ends of the floats."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.oracles.exact import SIGMA, mp
from uat.enclosure import edge_rules as edges
from uat.enclosure import smooth_rules as intervals
from uat.enclosure.enclose import enclose
from uat.enclosure.smooth_rules import Range
from uat.expression.graph import apply, coordinate

INF = math.inf
finite = st.floats(allow_nan=False, allow_infinity=False) | st.floats(-4, 4)
pairs = st.tuples(finite, finite).map(lambda p: (min(p), max(p)))


def row(*pair: float) -> Range:
    return np.array([pair[0]]), np.array([pair[-1]])


def ends(r: Range) -> tuple[float, float]:
    return float(np.ravel(r[0])[0]), float(np.ravel(r[1])[0])


def holds(r: Range, value: Fraction) -> bool:
    low, high = ends(r)
    above = low == -INF or (low != INF and Fraction(low) <= value)
    return above and (high == INF or (high != -INF and value <= Fraction(high)))


def points(a: tuple[float, float]) -> list[Fraction]:
    low, high = map(Fraction, a)
    return [low, (low + high) / 2, high]


EXACT: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXACT)
@given(pairs, pairs)
@example((5e-324, 5e-324), (0.5, 0.5))
@example((-5e-324, 5e-324), (1e-300, 1e300))
@example((1.7e308, 1.7e308), (1.7e308, 1.7e308))
@example((-1.7e308, 1e308), (5e-324, 1.0))
@example((0.0, 1.0), (0.0, 1.0))
def test_the_exact_result_of_all_ends_is_inside(
    name: str, a: tuple[float, float], b: tuple[float, float]
) -> None:
    rule = getattr(intervals if name != "divide" else edges, name)
    with np.errstate(all="ignore"):
        result = rule(row(*a), row(*b))
    for p in points(a):
        for q in points(b):
            if name != "divide" or q:
                assert holds(result, EXACT[name](p, q))


@given(pairs, st.integers(0, 9))
@example((-1e-200, 1e-200), 2)
@example((1e-200, 1e-200), 3)
@example((-1e200, 1e100), 3)
@example((0.0, 5e-324), 1)
def test_powers_are_bounded(a: tuple[float, float], n: int) -> None:
    with np.errstate(all="ignore"):
        result = intervals.whole_power(row(*a), n)
    for p in points(a):
        assert holds(result, p**n)


@pytest.mark.parametrize(
    ("a", "b", "product"),
    [
        ((1.0, INF), (1.0, INF), (math.nextafter(1, 0), INF)),
        ((0.0, 0.0), (-INF, INF), (0.0, 0.0)),
        ((-INF, 0.0), (0.0, INF), (-INF, 0.0)),
        ((0.0, 2.0), (-INF, 1.0), (-INF, math.nextafter(2, 3))),
        ((-1.0, 1.0), (-INF, INF), (-INF, INF)),
        ((1e-300, 1e-300), (1e-300, 1e-300), (-5e-324, 5e-324)),
        ((-1e-300, 1e-300), (0.0, 1e-300), (-5e-324, 5e-324)),
    ],
)
def test_products_with_what_is_not_bounded(
    a: tuple[float, float], b: tuple[float, float], product: tuple[float, float]
) -> None:
    with np.errstate(all="ignore"):
        assert ends(intervals.multiply(row(*a), row(*b))) == product
        assert ends(intervals.multiply(row(*b), row(*a))) == product


@pytest.mark.parametrize(
    ("name", "a", "inside"),
    [
        ("sin", (0.0, math.pi), (0.0, 1.0)),
        ("sin", (1.5, 1.6), (math.sin(1.5), 1.0)),
        ("sin", (4.7, 4.8), (-1.0, math.sin(4.8))),
        ("sin", (2.0, 4.0), (math.sin(4.0), math.sin(2.0))),
        ("sin", (-INF, 0.0), (-1.0, 1.0)),
        ("sin", (1e15, 1e15), (math.sin(1e15), math.sin(1e15))),
        ("sin", (1e15, 1e15 + 1), (-1.0, 1.0)),
        ("cos", (-1.0, 1.0), (math.cos(1.0), 1.0)),
        ("cos", (3.0, 3.3), (-1.0, math.cos(3.3))),
        ("cos", (0.0, 0.0), (1.0, 1.0)),
        ("cos", (1e300, 1e300), (math.cos(1e300), math.cos(1e300))),
    ],
)
def test_waves_have_their_crests_and_troughs(
    name: str, a: tuple[float, float], inside: tuple[float, float]
) -> None:
    with np.errstate(all="ignore"):
        low, high = ends(intervals.wave(name, 1.0 if name == "sin" else 0.0)(row(*a)))
    assert low <= inside[0] <= low + 1e-15
    assert high - 1e-15 <= inside[1] <= high


@given(st.floats(-1e13, 1e13), st.integers(-3, 3), st.integers(-3, 3))
def test_no_crest_is_missed_by_a_float(x: float, before: int, after: int) -> None:
    # the float nearest to a crest, and cells that end within some floats of it
    crest = (math.floor(x / (2 * math.pi)) * 4 + 1) * (math.pi / 2)
    lower, upper = crest + before * math.ulp(crest), crest + after * math.ulp(crest)
    lower, upper = min(lower, upper), max(lower, upper)
    low, high = ends(intervals.wave("sin", 1.0)(row(lower, upper)))
    middle = lower + (upper - lower) / 2
    for point in (lower, middle, upper):
        assert low - 1e-15 <= math.sin(point) <= high + 1e-15
    assert high <= 1


def test_cosh_has_its_least_value_at_zero() -> None:
    with np.errstate(all="ignore"):
        low, high = ends(intervals.cosh(row(-1.0, 2.0)))
        far = ends(intervals.cosh(row(1e5, INF)))
    assert low == 1.0
    assert math.cosh(2.0) <= high <= math.cosh(2.0) * (1 + 1e-14)
    assert far == (np.finfo(float).max, INF)


def test_the_sign_of_a_zero_end_claims_no_more_than_is_known() -> None:
    def signs(r: Range) -> tuple[bool, bool]:
        low, high = r
        return bool(np.signbit(low)[0]), bool(np.signbit(high)[0])

    positive, negative, around = row(0.0, 1.0), row(-1.0, -0.0), row(-1.0, 1.0)
    assert signs(intervals.multiply(positive, positive)) == (False, False)
    assert signs(intervals.multiply(negative, negative)) == (False, False)
    assert signs(intervals.multiply(positive, negative)) == (True, True)
    assert signs(intervals.multiply(row(-0.0, 1.0), positive)) == (True, False)
    assert signs(intervals.multiply(row(-0.0, 0.0), around)) == (True, False)
    assert signs(intervals.whole_power(row(-0.0, 1.0), 3)) == (True, False)
    assert signs(intervals.whole_power(row(-0.0, 1.0), 2)) == (False, False)
    assert signs(intervals.unsure(row(0.0, -0.0))) == (True, False)


GROWN = ["softplus", "silu", "gelu", "elu", "softsign"]
LOWEST = {"silu": (-1.2784645, -0.2784645427610738), "gelu": (-0.75179152, -0.1699712074799036)}
far_and_near = finite | st.sampled_from([-INF, INF, 0.0, 5e-324, 1.7e308, -1.7e308, -700.0, 40.0])
cells = st.tuples(far_and_near, far_and_near).map(lambda p: (min(p), max(p)))


@pytest.mark.slow
@pytest.mark.parametrize("name", GROWN)
@given(cells, st.floats(0, 1))
def test_an_activation_of_formulas_is_within_its_range(
    name: str, cell: tuple[float, float], share: float
) -> None:
    low, high = (
        float(end[0]) for end in enclose(apply(name, coordinate(0)), [[cell[0]]], [[cell[1]]])
    )
    first, last = max(cell[0], -1.7e308), min(cell[1], 1.7e308)
    inside = first + share * (last / 2 - first / 2) * 2
    for u in (cell[0], cell[1], min(max(inside, first), last), LOWEST.get(name, (0.0,))[0]):
        if cell[0] <= u <= cell[1] and math.isfinite(u):
            value = SIGMA[name](mp.mpf(u))
            slack = abs(value) * mp.mpf(10) ** -60
            assert low - slack <= value <= high + slack


@pytest.mark.parametrize("name", GROWN)
@pytest.mark.parametrize(
    "cell", [(-3.0, 2.0), (-1.5, -0.5), (-0.25, 0.5), (-9.0, -2.0), (1.0, 1.0)]
)
def test_the_range_of_an_activation_of_formulas_is_hardly_wider_than_it_is(
    name: str, cell: tuple[float, float]
) -> None:
    low, high = (
        float(end[0]) for end in enclose(apply(name, coordinate(0)), [[cell[0]]], [[cell[1]]])
    )
    values = [float(SIGMA[name](mp.mpf(end))) for end in cell]
    place, least = LOWEST.get(name, (INF, INF))
    values += [least] if cell[0] <= place <= cell[1] else []
    assert (low, high) == pytest.approx((min(values), max(values)), abs=2e-15)


@pytest.mark.parametrize("name", GROWN)
def test_far_out_the_range_of_an_activation_of_formulas_is_that_of_its_limit(name: str) -> None:
    ends = [[-INF], [1e5], [1e300]], [[-1e5], [1e5 + 1], [INF]]
    low, high = enclose(apply(name, coordinate(0)), *ends)
    left = {"elu": (-1, -1), "softsign": (-1, -1 + 1e-5)}.get(name, (0, 0))
    assert (low[0], high[0]) == pytest.approx(left, abs=1e-9)
    right = (1 - 1e-5, 1 - 1e-5) if name == "softsign" else (1e5, 1e5 + 1)
    assert (low[1], high[1]) == pytest.approx(right, rel=1e-9)
    assert high[2] == (1 if name == "softsign" else INF)
