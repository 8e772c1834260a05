"""Targets under search: boxes, holes, contradicted moduli, enclosures, certificates."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from uat import Certificate, InputError, Target, UatError, examples
from uat.core.domain import check_domain

finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6)
shares = st.floats(0, 1)
ONE = [n for n in examples.__all__ if getattr(examples, n).dimension == 1]
EXAMPLES = st.sampled_from([getattr(examples, name) for name in examples.__all__])
FRACTALS = st.sampled_from([examples.cantor, examples.takagi, examples.weierstrass])


@st.composite
def boxes(draw: Any, dimension: int = 1) -> list[tuple[float, float]]:
    """Draw boxes that are neither flat nor lost in the rounding of their place."""
    pairs = []
    for _ in range(dimension):
        a = draw(moderate)
        length = draw(st.floats(1e-6, 1e6))
        assume(length > 1e-6 * abs(a))
        pairs.append((a, a + length))
    return pairs


@st.composite
def points(draw: Any, target: Target) -> tuple[float, ...]:
    """Draw points of a target's box, its ends and tiny numbers among them."""
    return tuple(draw(st.floats(a, b)) for a, b in target.domain)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=4))
def test_a_list_of_pairs_is_a_box_or_refused(pairs: list[tuple[float, float]]) -> None:
    good = all(a < b and math.isfinite(b - a) for a, b in pairs)
    try:
        assert check_domain(pairs) == tuple(pairs)
        assert good
    except InputError:
        assert not good


@given(
    st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.complex_numbers()
        ),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=6,
    )
    | hnp.arrays(st.sampled_from([np.float64, np.int8, np.bool_]), hnp.array_shapes(max_dims=3))
)
def test_anything_at_all_is_a_box_or_refused_in_one_line(thing: Any) -> None:
    refusal = ""
    try:
        assert all(a < b for a, b in check_domain(thing))
    except UatError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert len(refusal) < 200


@given(boxes(), shares, st.sampled_from([1, 2, 3, -1]), st.floats(1e-3, 1e3))
def test_a_pole_is_refused_wherever_it_lies(
    box: list[tuple[float, float]], share: float, order: int, strength: float
) -> None:
    ((a, b),) = box
    place = min(a + share * (b - a), b)
    length = b - a

    def f(x: Any) -> Any:
        u = (x - place) / length
        return strength / np.abs(u) ** 0.5 if order < 0 else strength / u**order + np.sin(u)

    with pytest.raises(InputError, match=r"f is (inf|-inf|nan) at x = |f grows to"):
        Target(f, (a, b))


@given(boxes(), st.floats(0.1, 0.9), st.floats(1e-12, 1e-2))
def test_a_narrow_stretch_without_values_is_refused(
    box: list[tuple[float, float]], share: float, width: float
) -> None:
    ((a, b),) = box
    place, half = a + share * (b - a), width * (b - a)
    assume(half > 1e3 * np.spacing(max(abs(a), abs(b))))
    with pytest.raises(InputError, match="f is nan at x = "):
        Target(lambda x: np.sqrt(((x - place) / half) ** 2 - 1), (a, b))


@given(boxes(2), st.floats(-3, 3), st.floats(-3, 3), st.floats(0.0, 0.995))
def test_a_lipschitz_constant_below_the_slope_is_refused_and_one_above_it_taken(
    box: list[tuple[float, float]], s: float, t: float, share: float
) -> None:
    slope = math.hypot(s, t)
    assume(slope > 1e-3)
    sides = [b - a for a, b in box]
    assume(max(sides) < 1e3 * min(sides))

    def f(x: Any, y: Any) -> Any:
        return s * x + t * y

    assert Target(f, box, slope * (1 + 1e-12)).modulus is not None
    with pytest.raises(InputError, match="the declared modulus allows"):
        Target(f, box, share * slope)


@given(st.data())
def test_no_two_points_beat_the_modulus_of_an_example(data: st.DataObject) -> None:
    target = data.draw(EXAMPLES)
    p = data.draw(points(target))
    q = data.draw(points(target))
    if data.draw(st.booleans()):
        near = 2.0 ** -data.draw(st.integers(0, 60))
        q = tuple(u + near * (v - u) for u, v in zip(p, q, strict=True))
    distance = math.dist(p, q)
    change = abs(target(*p) - target(*q))
    noise = 1e-14 + float(target.modulus(np.array([16 * np.spacing(max(map(abs, p)))]))[0])
    allowed = float(target.modulus(np.array([distance * (1 + 1e-14)]))[0])
    assert change <= allowed + (noise if target.expression is not None else 4e-15)


@given(EXAMPLES, st.floats(0, 30), shares)
def test_a_modulus_never_falls(target: Target, h: float, share: float) -> None:
    assert target.modulus is not None
    small, large = target.modulus(np.array([share * h, h]))
    assert 0 <= small <= large * (1 + 1e-14)


@given(FRACTALS, shares, shares, hnp.arrays(np.float64, 5, elements=shares))
@example(examples.cantor, 0.0, 3.0**-30, np.array([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_a_cell_by_the_modulus_contains_the_function(
    target: Target, a: float, b: float, inside: Any
) -> None:
    low, high = min(a, b), max(a, b)
    lo, hi = target.enclose(np.array([[low]]), np.array([[high]]))
    value = target(np.clip(low + inside * (high - low), low, high))
    assert (lo <= value).all()
    assert (value <= hi).all()


@settings(max_examples=12)
@given(st.sampled_from(ONE), shares, shares)
def test_a_restricted_target_is_the_same_function(name: str, s: float, t: float) -> None:
    whole = getattr(examples, name)
    (a, b) = whole.domain[0]
    low, high = sorted((a + s * (b - a), a + t * (b - a)))
    low, high = max(low, a), min(high, b)
    assume(high - low > 1e-9)
    part = Target(whole, (low, high))
    x = np.linspace(low, high, 7)
    assert part(x).tolist() == whole(x).tolist()
    assert part.modulus == whole.modulus


@given(
    st.floats(0, 1e300),
    shares,
    st.floats(0, 1e300),
    st.lists(finite, min_size=1, max_size=3),
)
def test_a_certificate_promises_no_more_than_was_proved(
    upper: float, share: float, rounding: float, witness: list[float]
) -> None:
    certificate = Certificate(upper, share * upper, tuple(witness), rounding, "cells")
    assert Fraction(certificate.bound) >= Fraction(upper) + Fraction(rounding)
    numbers = str(certificate).split("≤ ")[1].split(" (rounding)")[0].split(" + ")
    assert float(numbers[0]) >= upper
    assert float(numbers[1]) >= rounding
    assert float(str(certificate).split("≥ ")[1].split(" at ")[0]) <= share * upper
