"""One σ that carries every polynomial, and two units of it that follow every function."""

from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.exact import mp, to_mp
from uat import examples
from uat.construct.other_theorems.guliyev_ismailov import (
    Entry,
    Sigma,
    TwoUnits,
    build,
    entry_of,
    number_of,
)
from uat.core.target import Target
from uat.errors import CannotProve, InputError, WrongType

LARGE = [int(np.random.default_rng(s).integers(1, 2**62)) << (50 * s) for s in range(1, 9)]
CELLS = [*range(1, 160), *LARGE, *(n + 1 for n in LARGE)]

entries = st.builds(Entry, st.lists(st.integers(-(10**9), 10**9), max_size=40).map(tuple))


def spelt(n: int) -> list[int]:
    """Read the digits of n one by one: another way to the same polynomial."""
    digits = [int(d) for d in bin(n)[3:]]

    def take() -> int:
        return digits.pop(0) if digits else 0

    def gamma() -> int:
        zeros = 0
        while digits and digits[0] == 0:
            digits.pop(0)
            zeros += 1
        if not digits:
            return 1
        return sum(take() << (zeros - i) for i in range(zeros + 1))

    length, numbers = 0, []
    while digits:
        change = gamma()
        length += (change // 2) * (1 if change % 2 == 0 else -1)
        length = min(max(length, 0), len(digits))
        size = 1 if length else 0
        for _ in range(length - 1):
            size = 2 * size + take()
        numbers.append(-size if length and take() else size)
    return numbers


def sigma_at(x: Fraction, rise: Fraction = Fraction(1, 4)) -> Any:
    """Evaluate σ at a number of any size by its definition, with 80 digits."""
    whole = x.numerator // x.denominator
    r = x - whole

    def level(n: int) -> Fraction:
        return 1 - rise / (1 + (2 * n + 1).bit_length()) / 2

    def small(n: int, t: Fraction) -> Any:
        numbers = spelt(n)
        total = sum(abs(m) for m in numbers)
        if not total:
            return mp.mpf(0)
        angle = mp.acos(to_mp(2 * t - 1))  # complex outside of [0, 1]
        value = mp.fsum(m * mp.re(mp.cos(k * angle)) for k, m in enumerate(numbers))
        return to_mp(rise / (1 + (2 * n + 1).bit_length())) / 4 * value / total

    def step(s: Fraction) -> Any:
        if s <= 0 or s >= 1:
            return mp.mpf(int(s > 0))
        up, down = mp.exp(-1 / to_mp(s)), mp.exp(-1 / to_mp(1 - s))
        return up / (up + down)

    def window(n: int) -> Fraction:
        return Fraction(1, 16 * max(len(spelt(n)) - 1, 1) ** 2)

    if x < 1:
        s = to_mp(1 - x)
        return to_mp(level(1)) * mp.exp(-s * mp.exp(-1 / s))
    n = (whole + 1) // 2
    if whole % 2:
        return to_mp(level(n)) + small(n, r)
    value = to_mp(level(n)) + to_mp(level(n + 1) - level(n)) * step(2 * r - Fraction(1, 2))
    if r < window(n):
        value += small(n, 1 + r) * (1 - step(r / window(n)))
    if 1 - r < window(n + 1):
        value += small(n + 1, r - 1) * (1 - step((1 - r) / window(n + 1)))
    return value


@given(entries)
def test_every_polynomial_has_a_number_that_spells_it(entry: Entry) -> None:
    assert entry_of(number_of(entry)) == entry


@given(st.integers(1, 1 << 400))
def test_every_number_spells_a_polynomial(n: int) -> None:
    entry = entry_of(n)
    assert list(entry.numbers) == spelt(n)
    assert entry_of(number_of(entry)) == entry


@given(entries, st.fractions(0, 1))
def test_no_value_is_larger_than_the_sum_of_the_coefficients(entry: Entry, t: Fraction) -> None:
    assert abs(entry(t)) <= entry.size


@pytest.mark.parametrize("place", [0.0, 0.001, 0.03, 0.2, 0.5, 0.77, 0.99, 1.0])
def test_sigma_is_what_its_definition_says(place: float) -> None:
    sigma = Sigma()
    for n in [-3, 0, 1, 2, 3, 8, 9, 50, *LARGE[:4]]:
        for whole in (2 * n - 1, 2 * n):
            expected = sigma_at(whole + Fraction(place))
            assert abs(sigma(whole, place) - expected) <= 1e-14


def test_the_limits_are_0_and_1() -> None:
    sigma = Sigma()
    for bits in (10, 100, 1000, 10_000):
        assert sigma(-(1 << bits), 0.5) <= 2.0 ** -(1 << min(bits, 9))
        assert 1 - 0.25 / bits <= sigma((1 << bits) + 1, 0.5) < 1
    assert sigma(-10_000, 0.0) == 0.0


@pytest.mark.parametrize("rise", [Fraction(1), Fraction(1, 4), Fraction(1, 1000)])
def test_it_is_within_the_rise_of_an_increasing_function(rise: Fraction) -> None:
    """Strictly increasing left of 1; above 1 − λ and below 1 from there on."""
    sigma, r = Sigma(rise), np.linspace(0.0, 1.0, 201)
    left = np.concatenate([sigma(whole, r[:-1]) for whole in range(-30, 1)])
    assert (np.diff(left[:-40]) > 0).all()  # the last ones are a_1 to the last bit
    assert (np.diff(left) >= 0).all()
    for n in CELLS:
        for whole in (2 * n - 1, 2 * n):
            values = sigma(whole, r)
            assert values.min() >= 1 - float(sigma.gap(n)) > 1 - float(rise)
            assert values.max() < 1


@pytest.mark.parametrize("n", [*range(1, 60), *LARGE])
def test_no_polynomial_leaves_the_gap_of_its_cell(n: int) -> None:
    """The adversary looks where the faded polynomial is largest: beside the ends, finely."""
    sigma, entry = Sigma(), entry_of(n)
    window = 1 / (16 * max(entry.degree, 1) ** 2)
    beside = np.linspace(0.0, window, 400)
    gap, top = float(sigma.gap(n)), float(1 - sigma.gap(n) / 2)
    parts = [sigma(2 * n, beside), sigma(2 * n - 1, np.linspace(0, 1, 801))]
    if n > 1:
        parts.append(sigma(2 * n - 2, 1 - beside))
    for values in parts:
        assert np.abs(values - top).max() <= 0.2825 * gap + 1e-15


@pytest.mark.parametrize("whole", [1, 2, 3, 4, 17, 18, 99, 100, 101])
def test_all_derivatives_fit_where_two_pieces_meet(whole: int) -> None:
    """Differences of orders 0 to 4 on a grid across the joint agree with those beside it."""
    step = Fraction(1, 1 << 24)
    with mp.workdps(80):
        values = [sigma_at(whole + k * step) for k in range(-8, 9)]
        for order in range(1, 5):
            values = [(b - a) / to_mp(step) for a, b in pairwise(values)]
            scale = 1 + max(abs(v) for v in values)
            left, right = values[0], values[-1]
            assert abs(left - right) <= 1e-2 * scale, order


def test_sums_of_exact_and_float_values_agree_on_cells() -> None:
    sigma = Sigma(Fraction(1, 7))
    for n in (*range(1, 40), *LARGE):
        for t in (Fraction(0), Fraction(1, 3), Fraction(1)):
            assert sigma(2 * n - 1, float(t)) == pytest.approx(
                float(sigma.on_cell(n, t)), abs=1e-15
            )


@pytest.mark.parametrize("rise", [Fraction(0), Fraction(-1), Fraction(3, 2)])
def test_a_rise_out_of_range_is_refused(rise: Fraction) -> None:
    with pytest.raises(InputError, match="λ"):
        Sigma(rise)


def test_bad_places_and_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="whole part"):
        Sigma()(3, 1.5)
    with pytest.raises(InputError, match="from 0 to 1"):
        Sigma().on_cell(3, Fraction(2))
    with pytest.raises(InputError, match="at least 1"):
        entry_of(0)
    with pytest.raises(WrongType, match="whole number"):
        entry_of(2.5)  # type: ignore[arg-type]


TARGETS = [
    pytest.param(examples.nielsen, 4.3e-5, id="nielsen"),
    pytest.param(examples.slides, 0.1, id="slides"),
    pytest.param(examples.kink, 0.02, id="kink"),
    pytest.param(examples.runge, 1e-3, id="runge"),
    pytest.param(Target("sqrt(x)", (0, 1)), 0.05, id="sqrt"),
    pytest.param(Target("exp(x)", (-0.1, 0.3)), 1e-9, id="exp"),
]


built = cache(build)


def by_hand(g: TwoUnits, x: Fraction) -> Any:
    """Σ c_i σ(slope·x + θ_i), with arguments of hundreds of digits."""
    return mp.fsum(
        to_mp(c) * sigma_at(g.slope * x + shift, g.sigma.rise)
        for c, shift in zip(g.output_weights, g.shifts, strict=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("target", "eps"), TARGETS)
def test_two_units_are_within_eps(target: Target, eps: float) -> None:
    g, certificate = built(target, eps)
    assert g.units == 2
    assert 0.5 * certificate.upper < certificate.lower <= certificate.upper < eps
    a, b = target.domain[0]
    x = np.unique(np.clip((a + b) / 2 - (b - a) / 2 * np.cos(np.linspace(0, np.pi, 2001)), a, b))
    gaps = np.abs(np.asarray(target(x)) - g(x))
    assert gaps.max() <= certificate.bound
    best, step = float(x[np.argmax(gaps)]), (b - a) / 2000
    for _ in range(30):  # an adversary climbs from the largest error of the grid
        tried = np.clip(best + step * np.linspace(-1, 1, 21), a, b)
        there = np.abs(np.asarray(target(tried)) - g(tried))
        best, step = float(tried[np.argmax(there)]), step / 1.6
        assert there.max() <= certificate.bound
    (witness,) = certificate.witness
    assert abs(float(target(witness)) - g(witness)) >= certificate.lower - certificate.rounding


@pytest.mark.slow
@pytest.mark.parametrize(("target", "eps"), TARGETS[:3])
def test_the_sum_of_the_units_is_what_long_arithmetic_says(target: Target, eps: float) -> None:
    g, certificate = built(target, eps)
    (a, b), entry = target.domain[0], entry_of(g.cells[0])
    unit = g.output_weights[0] * g.sigma.affine(g.cells[0])[1]
    assert unit.numerator == 1
    with mp.workdps(260):
        for x in np.linspace(a, b, 7).tolist():
            value = by_hand(g, Fraction(x))
            assert abs(to_mp(g.exact(Fraction(x))) - value) < 1e-60
            assert abs(g(x) - value) <= certificate.rounding
            t = (Fraction(x) - g.start) / g.length
            assert g.exact(Fraction(x)) == unit * entry(t)


@pytest.mark.slow
def test_the_slopes_depend_on_the_domain_alone() -> None:
    one, _ = build(Target("exp(x)", (0, 2)), 0.01)
    other, _ = build(Target("cos(9*x)", (0, 2)), 0.01)
    assert one.slope == other.slope == Fraction(1, 2)
    assert one.sigma == other.sigma
    assert one.cells != other.cells


@pytest.mark.slow
def test_the_shift_has_one_digit_for_each_digit_of_the_polynomial() -> None:
    bits = [built(examples.nielsen, eps)[0].cells[0].bit_length() for eps in (1e-1, 1e-3, 4.3e-5)]
    assert bits == sorted(bits)
    assert bits[-1] < 700


def test_zero_is_followed_too() -> None:
    g, certificate = build(Target("0*x", (0, 1)), 0.1)
    assert g([0.0, 0.5, 1.0]).tolist() == [0, 0, 0]
    assert certificate.upper == 0


@pytest.mark.slow
def test_far_from_0_the_position_is_exact() -> None:
    target = Target("cos(9*(x - 1e6))", (1e6, 1e6 + 1))
    g, certificate = build(target, 1e-4)
    x = np.linspace(1e6, 1e6 + 1, 101)
    assert np.abs(target(x) - g(x)).max() <= certificate.bound < 1e-4


def test_points_outside_of_the_domain_are_refused() -> None:
    g, _ = build(Target("x**2", (-1, 1)), 0.1)
    assert g([[-1.0, 1.0]]).shape == (1, 2)
    for bad in (1.1, -2.0, np.nan):
        with pytest.raises(InputError, match="outside"):
            g(bad)


@pytest.mark.parametrize(
    ("target", "eps", "error", "words"),
    [
        (Target("x", (0, 1)), 0.0, InputError, "eps"),
        (Target("x", (0, 1)), np.inf, InputError, "eps"),
        (Target("x*y", [(0, 1), (0, 1)]), 0.1, InputError, "one coordinate"),
        (Target("sqrt(x)", (0, 1)), 1e-5, CannotProve, "no polynomial of degree"),
        (Target("abs(x)", (-1, 1), 1.0, traced=False), 0.1, CannotProve, "formula"),
    ],
    ids=["zero", "infinite", "two-coordinates", "too-rough", "opaque"],
)
def test_bad_input_is_one_clear_line(
    target: Target, eps: float, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(target, eps)
