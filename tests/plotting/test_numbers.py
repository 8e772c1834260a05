"""Numbers on a slide are short and never on the wrong side of the truth."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from uat.plotting.numbers import about, as_given, at_least, at_most

positive = st.floats(1e-300, 1e300)


def value_of(written: str) -> Fraction:
    mantissa, _, power = written.partition(r" \times 10^{")
    return Fraction(mantissa) * Fraction(10) ** int(power.rstrip("}") or 0)


@given(positive, st.integers(1, 6))
def test_an_upper_bound_is_never_written_below_its_value(value: float, digits: int) -> None:
    assert value_of(at_most(value, digits)) >= Fraction(value)


@given(positive, st.integers(1, 6))
def test_a_lower_bound_is_never_written_above_its_value(value: float, digits: int) -> None:
    assert value_of(at_least(value, digits)) <= Fraction(value)


@given(positive, st.integers(2, 6))
def test_a_written_number_is_off_by_less_than_its_last_digit(value: float, digits: int) -> None:
    for written in (about(value, digits), at_most(value, digits), at_least(value, digits)):
        assert abs(value_of(written) / Fraction(value) - 1) <= Fraction(10) ** (1 - digits)


@given(st.floats(1e-6, 1e6), st.floats(0.9, 1.0, exclude_max=True))
def test_a_bound_below_eps_is_written_below_eps(eps: float, part: float) -> None:
    bound = eps * part
    if bound < eps * (1 - 1e-12):
        assert Fraction(bound) <= value_of(at_most(bound, below=eps)) < Fraction(repr(eps))


def test_ordinary_numbers_are_written_as_people_do() -> None:
    assert [about(value) for value in (3.0, 0.3, 100.0, -2.5, 0.0)] == [
        "3",
        "0.3",
        "100",
        "-2.5",
        "0",
    ]


@given(st.floats(1e-300, 1e300))
def test_an_eps_is_written_as_it_was_given_or_rounded_up(eps: float) -> None:
    assert value_of(as_given(eps)) >= Fraction(repr(eps))
    short = float(f"{eps:.5g}")
    assert value_of(as_given(short)) == Fraction(repr(short))
