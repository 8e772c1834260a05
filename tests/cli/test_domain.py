"""A box is understood as people write it, or refused in one line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uat.cli.domain import read_domain
from uat.errors import InputError

ends = st.floats(-1e9, 1e9)
boxes = st.lists(st.tuples(ends, ends), min_size=1, max_size=4)


@pytest.mark.parametrize(
    "text",
    [
        "-1 1",
        "-1, 1",
        "-1,1",
        "-1:1",
        "[-1, 1]",
        "(-1, 1)",
        " -1  1 ",
        "-2/2 cos(0)",
        "－１　１",
        "（−1，１）",
        "［－１：１］",
    ],
)
def test_an_interval_is_read_in_every_notation(text: str) -> None:
    assert read_domain(text) == [(-1.0, 1.0)]


@pytest.mark.parametrize(
    "text",
    [
        "0 1; 0 2",
        "0 1 0 2",
        "0,1,0,2",
        "[0, 1] x [0, 2]",
        "[0,1]×[0,2]",
        "[(0, 1), (0, 2)]",
        "0:1 0:2",
    ],
)
def test_a_box_is_read_in_every_notation(text: str) -> None:
    assert read_domain(text) == [(0.0, 1.0), (0.0, 2.0)]


@given(boxes)
def test_a_domain_is_read_back_as_it_is_written(pairs: list[tuple[float, float]]) -> None:
    assert read_domain("; ".join(f"{a!r} {b!r}" for a, b in pairs)) == pairs
    assert read_domain(repr(pairs)) == pairs


@pytest.mark.slow
@given(st.text(max_size=30))
def test_any_text_is_a_domain_or_bad_input(text: str) -> None:
    with suppress(InputError):
        assert all(len(pair) == 2 for pair in read_domain(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 nan", "'nan' is not a finite number"),
        ("0 1/0", "'1/0' is not a finite number"),
        ("0 x", "'x' is not a finite number"),
        ("0 1 2", "two numbers for each coordinate are needed"),
        ("0 1; 2", "two numbers for each coordinate are needed"),
        ("", "--domain '' given; two numbers"),
    ],
)
def test_what_is_no_box_is_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_domain(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
